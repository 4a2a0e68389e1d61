"""The page's own unit tests and type check, run from here so that one command runs all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

EXPLORER = Path(__file__).parent.parent / "explorer"


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=EXPLORER, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None or not (EXPLORER / "node_modules" / "esbuild").is_dir():
        pytest.skip("no Node, or no `npm ci` in explorer/")
    return found


def test_the_pages_logic(node: str) -> None:
    _run(node, "test.mjs")


def test_the_pages_types(node: str) -> None:
    compiler = EXPLORER / "node_modules" / "typescript" / "bin" / "tsc"
    if not compiler.is_file():
        pytest.skip("TypeScript is a development package: `npm ci --ignore-scripts` in explorer/")
    _run(node, str(compiler), "--noEmit", "-p", ".")
