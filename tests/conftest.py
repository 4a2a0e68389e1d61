"""Fixtures that every test may use."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from browser import chromium, chromium_page  # noqa: F401 - fixtures, used by their names

REPOSITORY = Path(__file__).resolve().parent.parent

# What a shell starts in the background ignores Ctrl-C, and the commands that tests stop by it would inherit that.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder of the checkout: the shipped project."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material beside the checkout; a test that asks for it is skipped without it."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "DESIGN.md").is_file():
        pytest.skip("the shared reference material is not beside this checkout")
    return folder
