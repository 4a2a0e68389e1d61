"""Fixtures of the tests of pages: the server over made-up widgets, over the toy, over the shipped graph."""

from __future__ import annotations

from pathlib import Path

import pytest
from export_samples import copy_toy, dataset_of
from page_samples import Server, cited_widgets, server_of

from phengraph.dataset import open_dataset
from phengraph.project import Project


@pytest.fixture(scope="session")
def cited(tmp_path_factory: pytest.TempPathFactory) -> Server:
    knowledge, seen = cited_widgets()
    return server_of(dataset_of(knowledge, tmp_path_factory.mktemp("pages") / "cited", citations=seen))


@pytest.fixture(scope="session")
def toy_pages(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return server_of(open_dataset(copy_toy(tmp_path_factory.mktemp("pages") / "toy")))


@pytest.fixture(scope="session")
def shipped(repository: Path) -> Server:
    return server_of(open_dataset(Project(repository)))
