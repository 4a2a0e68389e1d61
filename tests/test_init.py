"""`phengraph init`: a new project that is right from the start, and ready for git."""

from __future__ import annotations

import contextlib
import io
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from phengraph.checking import check_project
from phengraph.cli import main
from phengraph.project import Project

GENERAL = {"graph/ontology.ttl", "graph/shapes.ttl", "graph/context.jsonld"}


def init(*arguments: str) -> subprocess.CompletedProcess[str]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
        main(["init", *arguments])
    assert isinstance(end.value.code, int)
    return subprocess.CompletedProcess(arguments, end.value.code, out.getvalue(), err.getvalue())


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_project_holds_the_shipped_graph_and_is_right(tmp_path: Path, repository: Path) -> None:
    folder = tmp_path / "new"
    result = init(str(folder))
    assert (result.returncode, result.stderr) == (0, "")
    checked = check_project(Project(folder))
    assert checked.problems == []
    assert result.stdout == (
        f"made {folder}: {checked.summary}\n"
        "\n"
        "next:\n"
        f"  cd {folder}\n"
        "  git init && git add . && git commit -m 'A new project'\n"
        "  phengraph explore          # look at it\n"
        "  phengraph add --help       # add to it, or edit graph/ by hand and run `phengraph check`\n"
    )
    made = files(folder)
    for part in ("graph", "examples/queries"):
        shipped = {name: text for name, text in files(repository / part).items() if not name.startswith(".")}
        assert {name: text for name, text in made.items() if name.startswith(f"{part}/")} == {
            f"{part}/{name}": text for name, text in shipped.items()
        }
    assert set(made) >= {".gitignore", ".gitattributes", ".github/workflows/check.yml", "README.md", "phengraph.toml"}
    assert Project(folder).settings.base_iri == "https://w3id.org/phengraph/"


def test_an_empty_one_holds_one_made_up_entry(tmp_path: Path) -> None:
    folder = tmp_path / "my widgets"
    result = init(str(folder), "--empty")
    assert result.returncode == 0
    assert result.stdout.startswith(
        f"made {folder}: 1 phenomenon, 1 claim, 1 evidence, 1 paper, 1 model: 0 errors, 0 warnings\n\nnext:\n"
        f"  cd '{folder}'\n"
    )
    assert result.stdout.endswith(
        "\nBefore you publish, choose the base_iri in phengraph.toml: every IRI begins with it.\n"
    )
    graph = {name for name in files(folder) if name.startswith("graph/")}
    assert graph == GENERAL | {
        "graph/models.yaml",
        "graph/papers.bib",
        "graph/topics.yaml",
        "graph/phenomena/widgets-grow.md",
    }
    settings = Project(folder).settings
    assert (settings.title, settings.base_iri) == ("my widgets", "https://example.org/my-widgets/")


def test_hostile_words_are_kept_as_text(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    title = 'A "title" with \\ and \n[status]\nstrong = 0.1 {base_iri} 部件'
    assert init(str(folder), "--empty", "--title", title, "--description", "{title}'''").returncode == 0
    content = tomllib.loads((folder / "phengraph.toml").read_text(encoding="utf-8"))
    assert (content["title"], content["description"]) == (title, "{title}'''")
    assert content["status"]["strong"] == 0.9


def test_a_folder_with_something_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = init(str(tmp_path))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"phengraph: {tmp_path} is not empty; give the name of a new folder\n"
    assert files(tmp_path) == {"mine.txt": b"mine"}


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    assert init(str(tmp_path), "--empty").returncode == 0
    assert check_project(Project(tmp_path)).problems == []


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "new").write_text("mine", encoding="utf-8")
    result = init(str(tmp_path / "new"))
    assert result.stderr == f"phengraph: {tmp_path / 'new'} is not empty; give the name of a new folder\n"


@pytest.mark.parametrize("base", ["example.org/x/", "https://example.org/x", "https://example.org/<x>/"])
def test_a_base_that_is_no_iri_is_refused_before_anything_is_written(base: str, tmp_path: Path) -> None:
    result = init(str(tmp_path / "new"), "--base-iri", base)
    assert result.returncode == 2
    assert "Invalid value for --base-iri: " in result.stderr
    assert not (tmp_path / "new").exists()


def test_its_workflow_is_yaml_and_checks(tmp_path: Path) -> None:
    init(str(tmp_path / "new"), "--empty")
    text = (tmp_path / "new" / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["graph"]["steps"]
    assert {"run": "phengraph check --format github"} in steps


def test_git_ignores_the_cache_of_a_new_project(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    init(str(folder), "--empty")
    (folder / ".phengraph").mkdir()
    (folder / ".phengraph" / "cache").write_text("x", encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    status = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    shown = {line[3:] for line in status.stdout.splitlines()}
    assert ".phengraph/cache" not in shown
    assert "graph/topics.yaml" in shown
