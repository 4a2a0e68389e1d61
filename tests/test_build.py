"""`build`: the numbers on the last line, where the cache is, and a plain sentence when it cannot be."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOY = Path(__file__).resolve().parent / "toy"


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns(".phengraph"))
    return tmp_path / "toy"


def build(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "phengraph", "build", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_says_nodes_edges_quads_and_seconds_and_where_the_cache_is(toy: Path) -> None:
    done = build(toy)
    assert done.returncode == 0
    assert re.fullmatch(r"\d+ nodes, \d+ edges, \d+ quads, \d+\.\d\d seconds\n", done.stdout)
    folder, state = done.stderr.rstrip("\n").split(": ")
    assert (toy / folder / "quads.nq").is_file() and state == "built"
    assert build(toy / "graph" / "phenomena").stderr.endswith(": unchanged\n")
    assert build(toy, "--force").stderr.endswith(": built\n")


def test_the_numbers_are_those_of_the_files(toy: Path) -> None:
    nodes, edges, quads = map(int, re.findall(r"\d+(?= [neq])", build(toy).stdout))
    text = next((toy / ".phengraph" / "datasets").glob("*/quads.nq")).read_text(encoding="utf-8")
    lines = set(text.splitlines())
    assert quads == len(lines)
    entries = {line.split(" ")[0] for line in lines if "22-rdf-syntax-ns#type>" in line}
    assert nodes == len(entries)
    links = {
        tuple(line.split(" ")[:3])
        for line in lines
        if re.match(r"<https://example\.org/toy/\S+> <\S+> <https://example\.org/toy/\S+> ", line)
    }
    assert edges == len(links)


def test_errors_in_graph_are_told_in_a_sentence(toy: Path) -> None:
    place = toy / "graph" / "phenomena" / "widget-growth.md"
    text = place.read_text(encoding="utf-8").replace("topic: widgets", "topic: wigdets")
    place.write_text(text, encoding="utf-8")
    done = build(toy)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "phengraph: 1 error, run `phengraph check`: graph/phenomena/widget-growth.md:4:8: error: "
        "unknown topic 'wigdets'; did you mean 'widgets'?\n"
    )


def test_it_builds_where_there_is_no_git(toy: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "phengraph", "build"]
    environment = {name: value for name, value in os.environ.items() if name != "PATH"} | {"PATH": str(tmp_path)}
    done = subprocess.run(command, cwd=toy, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.endswith(": built\n")) == (0, True)
    since = subprocess.run(
        [sys.executable, "-m", "phengraph", "changes", "--since", "HEAD"],
        cwd=toy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert since.returncode == 1
    assert since.stderr == f"phengraph: {toy} has no history to compare with: git is not installed\n"
