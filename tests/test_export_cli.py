"""`phengraph export`: where it writes, what it says, and that a file is whole or as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from export_samples import copy_toy

from phengraph.export import FORMATS, export_to_file, write_export
from phengraph.export.formats import Format, Options, find_format
from phengraph.problems import ExportError, UnknownName
from phengraph.project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_toy(tmp_path_factory.mktemp("cli") / "toy")


def run(project: Project, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "phengraph", "export", *arguments],
        cwd=folder or project.root,
        env=os.environ | {"COLUMNS": "100"},
        capture_output=True,
        check=False,
    )


def test_a_text_goes_to_the_terminal_and_nothing_else_does(project: Project) -> None:
    done = run(project, "bibtex", "--about", "delta2021scale")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"@misc{delta2021scale,\n") and done.stdout.endswith(b"}\n")
    assert run(project, "bibtex", "--about", "delta2021scale", "-o", "-").stdout == done.stdout


def test_output_names_a_file_or_a_folder(project: Project, tmp_path: Path) -> None:
    done = run(project, "catalogue", "-o", str(tmp_path / "new" / "page.md"))
    assert (done.returncode, done.stderr) == (0, b"")
    content = (tmp_path / "new" / "page.md").read_bytes()
    assert done.stdout.decode() == f"{tmp_path}/new/page.md: {len(content):,} bytes\n"
    assert run(project, "catalogue", "-o", str(tmp_path)).returncode == 0
    assert (tmp_path / "catalogue.md").read_bytes() == content


def test_a_folder_goes_to_exports_and_one_table_to_the_terminal(project: Project) -> None:
    done = run(project, "csv", folder=project.graph)
    assert done.returncode == 0
    assert sorted(path.name for path in (project.exports / "csv").iterdir()) == [
        *("claims.csv", "evidence.csv", "models.csv", "notes.csv", "papers.csv", "phenomena.csv"),
    ]
    assert b"csv (6 files): " in done.stdout
    table = run(project, "csv", "--table", "claims")
    assert table.stdout == (project.exports / "csv" / "claims.csv").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["turtel"], 2, "Error: no export format named 'turtel'; did you mean 'turtle'?"),
        (["xyzzy"], 2, f"Error: no export format named 'xyzzy'. Formats: {', '.join(FORMATS)}"),
        (["turtle", "--table", "claims"], 2, "Error: --table means nothing for turtle; it is for csv"),
        (["csv", "-o", "-"], 2, "Error: csv is a folder; name one --table, or a folder with -o"),
        (["csv", "--table", "claim"], 1, "phengraph: no table named 'claim'; did you mean 'claims'?"),
        (["bibtex", "--about", "x y"], 1, "phengraph: no entry named 'x y'"),
        (
            ["turtle", "-o", "phengraph.toml/x.ttl"],
            1,
            "phengraph: cannot write phengraph.toml/x.ttl: not a directory; give another place with -o PATH",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_the_next_step(
    project: Project, arguments: list[str], code: int, message: str
) -> None:
    done = run(project, *arguments)
    told = " ".join(done.stderr.decode().split())
    assert done.returncode == code
    assert message in told
    assert done.stdout == b"" and "Traceback" not in told


def test_help_lists_every_format(project: Project) -> None:
    text = run(project, "--help").stdout.decode()
    for format_ in FORMATS.values():
        assert f"  {format_.name} " in text and format_.makes in text


def test_a_reader_that_leaves_is_no_error(project: Project) -> None:
    command = f"{sys.executable} -m phengraph export nquads | head -c 100"
    done = subprocess.run(command, shell=True, cwd=project.root, capture_output=True, check=False)
    assert (len(done.stdout), done.stderr) == (100, b"")


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "file.txt"
    assert write_export(b"first", path) == [path]
    before = path.stat()
    write_export(b"first", path)
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    write_export(b"second", path)
    assert path.read_bytes() == b"second"
    assert [one.name for one in path.parent.iterdir()] == ["file.txt"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_mask()


def test_a_place_that_is_a_folder_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(ExportError) as caught:
        write_export(b"x", tmp_path / "taken")
    assert str(caught.value) == f"cannot write {tmp_path}/taken: is a directory; give another place with -o PATH"
    assert list(tmp_path.iterdir()) == [tmp_path / "taken"]


def test_a_device_is_written_and_not_replaced() -> None:
    assert write_export(b"x", Path(os.devnull)) == [Path(os.devnull)]
    assert not Path(os.devnull).is_file()


def test_a_folder_of_files_is_written_whole(tmp_path: Path) -> None:
    written = write_export({"a.txt": b"1", "b/c.txt": b"2"}, tmp_path / "made")
    assert [path.relative_to(tmp_path).as_posix() for path in written] == ["made/a.txt", "made/b/c.txt"]
    assert (tmp_path / "made/b/c.txt").read_bytes() == b"2"


def test_python_exports_to_the_usual_place(project: Project) -> None:
    from phengraph.dataset import open_dataset

    path = export_to_file(project, open_dataset(project), "csljson")
    assert path == project.exports / "phengraph.csl.json"
    assert path.read_bytes().startswith(b"[\n")


def test_options_are_refused_where_they_mean_nothing() -> None:
    assert Options().given() == []
    assert Options(about="x", with_citations=True).given() == ["--about", "--with-citations"]
    with pytest.raises(UnknownName):
        find_format("nothing")
    with pytest.raises(ExportError) as caught:
        find_format("catalogue").refuse_useless(Options(with_provenance=True))
    assert str(caught.value) == "--with-provenance means nothing for catalogue; it is for turtle, trig, nquads, jsonld"


def test_every_format_can_be_loaded() -> None:
    for format_ in FORMATS.values():
        assert isinstance(format_, Format)
        assert callable(format_.load())


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
