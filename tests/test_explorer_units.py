"""The page's own unit tests and type check, run from here so that one command runs all."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXPLORER = ROOT / "explorer"


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=EXPLORER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def node() -> str:
    """Node of the machine, else the one from PyPI, as the build finds it; with the packages for development."""
    spec = importlib.util.spec_from_file_location("build_hook", ROOT / "build_hook.py")
    assert spec and spec.loader
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    found = hook.find_node()
    if found is None or not hook.has_packages(EXPLORER, development=True):
        pytest.skip("no Node or no packages for development: `python build_hook.py`, as `make test` does, brings both")
    return str(found)


def test_the_pages_logic(node: str) -> None:
    _run(node, "test.mjs")


def test_the_pages_types(node: str) -> None:
    _run(node, str(EXPLORER / "node_modules" / "typescript" / "bin" / "tsc"), "--noEmit", "-p", ".")
