"""`phengraph check` on the command line: what goes where, and the exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TOY = Path(__file__).resolve().parent / "toy"
NUMBERS = "4 phenomena, 8 claims, 26 evidence, 12 papers, 3 models"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "phengraph", "check", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
    )


def mistake(folder: Path, old: str, new: str) -> None:
    path = folder / "graph" / "phenomena" / "widget-growth.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_a_right_project_is_quiet_but_for_the_numbers(copy: Path) -> None:
    result = run(copy)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", f"{NUMBERS}: 0 errors, 0 warnings\n")


def test_it_works_in_any_folder_of_the_project(copy: Path) -> None:
    assert run(copy / "graph" / "phenomena").returncode == 0


def test_the_shipped_project_is_right(repository: Path) -> None:
    result = run(repository)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.endswith(": 0 errors, 0 warnings\n")


def test_an_error_fails(copy: Path) -> None:
    mistake(copy, "topic: widgets", "topic: widget")
    result = run(copy)
    assert result.returncode == 1
    assert (
        result.stdout
        == "graph/phenomena/widget-growth.md:4:8: error: unknown topic 'widget'; did you mean 'widgets'?\n"
    )
    assert result.stderr == f"{NUMBERS}: 1 error, 0 warnings\n"


def test_a_warning_passes(copy: Path) -> None:
    mistake(copy, "    locator: fig. 4\n", "")
    result = run(copy)
    assert result.returncode == 0
    assert result.stdout.startswith("graph/phenomena/widget-growth.md:56: warning: ")
    assert result.stderr == f"{NUMBERS}: 0 errors, 1 warning\n"


def test_json_on_standard_output_is_pure(copy: Path) -> None:
    mistake(copy, "topic: widgets", "topic: widget")
    assert json.loads(run(copy, "--format", "json").stdout) == [
        {
            "path": "graph/phenomena/widget-growth.md",
            "line": 4,
            "column": 8,
            "severity": "error",
            "message": "unknown topic 'widget'",
            "mend": "did you mean 'widgets'?",
        }
    ]
    mistake(copy, "topic: widget", "topic: widgets")
    assert run(copy, "--format", "json").stdout == "[]\n"


def test_github_annotations_stand_beside_the_line(copy: Path) -> None:
    mistake(copy, "topic: widgets", "topic: 100%")
    assert run(copy, "--format", "github").stdout == (
        "::error file=graph/phenomena/widget-growth.md,line=4,col=8::'100%25' is no slug; write '100'\n"
    )


def test_broken_settings_are_a_problem_with_a_place(copy: Path) -> None:
    (copy / "phengraph.toml").write_text("branhc = 1\n", encoding="utf-8")
    result = run(copy, "--format", "github")
    assert result.returncode == 1
    assert result.stdout == "::error file=phengraph.toml::unknown setting 'branhc'; did you mean 'branch'?\n"


def test_the_parser_s_own_words_about_broken_bibtex_are_not_printed(copy: Path) -> None:
    path = copy / "graph" / "papers.bib"
    path.write_text(path.read_text(encoding="utf-8") + "\n@misc{broken, title = {", encoding="utf-8")
    result = run(copy)
    assert result.returncode == 1
    assert result.stdout == (
        "graph/papers.bib:111:1: error: broken BibTeX entry; a { or a quote is not closed; "
        "check the braces of its fields\n"
    )
    assert result.stderr == f"{NUMBERS}: 1 error, 0 warnings\n"
