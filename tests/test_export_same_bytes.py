"""The same input gives the same bytes, wherever and however it is exported; the committed exports are fresh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from export_samples import REPOSITORY, copy_toy

from phengraph.dataset import open_dataset
from phengraph.export import FORMATS, export
from phengraph.project import Project

NAMES = ("turtle", "trig", "nquads", "jsonld", "graphml", "gexf", "bibtex", "csljson", "csv", "catalogue")

# Exports every format of the project in the current folder and prints a digest of each.
PROGRAM = f"""
import hashlib
from pathlib import Path
from phengraph.dataset import build_dataset
from phengraph.export import export
from phengraph.project import find_project
dataset = build_dataset(find_project(Path.cwd()))
for name in {NAMES!r}:
    made = export(dataset, name)
    files = {{name: made}} if isinstance(made, bytes) else made
    for file, content in files.items():
        print(file, hashlib.sha256(content).hexdigest(), len(content))
"""

ENVIRONMENTS = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4294967295", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8"},
]


def test_hash_seed_time_zone_locale_and_folder_change_no_byte(tmp_path: Path) -> None:
    told = []
    for place, environment in enumerate(ENVIRONMENTS):
        project = copy_toy(tmp_path / f"folder {place} ü" / ("x" * (1 + place)))
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=project.root,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        told.append(done.stdout.splitlines())
    assert len(told[0]) == len(NAMES) - 1 + 6
    assert told[0] == told[1] == told[2]


def test_history_changes_no_byte(tmp_path: Path) -> None:
    """A commit changes who wrote what and when; that is in an export only where it is asked for."""
    outside = copy_toy(tmp_path / "outside")
    inside = copy_toy(tmp_path / "inside")
    git = ["git", "-C", str(inside.root), "-c", "user.name=Made Up", "-c", "user.email=made@example.org"]
    for command in (["init", "--quiet"], ["add", "graph"], ["commit", "--quiet", "--message", "made up"]):
        subprocess.run([*git, *command], check=True, capture_output=True)
    for name in NAMES:
        assert export(open_dataset(outside), name) == export(open_dataset(inside), name), name


@pytest.mark.parametrize(("name", "file"), [("turtle", "phengraph.ttl"), ("catalogue", "catalogue.md")])
def test_the_committed_export_is_what_graph_gives(name: str, file: str) -> None:
    """exports/phengraph.ttl and exports/catalogue.md are in git; this fails when graph/ has moved on without them."""
    path = REPOSITORY / "exports" / file
    made = export(open_dataset(Project(REPOSITORY)), name)
    fresh = path.is_file() and path.read_bytes() == made
    assert fresh, f"exports/{file} is stale; renew it with:  make exports"


def test_a_second_export_is_made_of_the_same_formats() -> None:
    assert set(NAMES) <= set(FORMATS)
    assert all(name == format_.name for name, format_ in FORMATS.items())
    assert shutil.which("git")
