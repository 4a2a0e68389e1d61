"""A small project before the stand-in, as the tests of the refresh ask for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_fixtures import World, quick_folder


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def world(tmp_path) -> World:
    made = World(tmp_path, papers=3)
    for position, paper in enumerate(made.papers):
        made.cite(paper.key, range(100 * position, 100 * position + 40))
    return made


def lines(world: World, name: str) -> list[dict]:
    return [json.loads(line) for line in world.files()[name].splitlines()]
