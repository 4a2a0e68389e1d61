"""Who wrote an entry and when comes from git, and where git does not know nothing is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from repositories import Repository, toy_repository

from phengraph.dataset import open_dataset
from phengraph.gitlog import Commit
from phengraph.origins import origin_of
from phengraph.views import View, read_view

WIDGETS = "graph/phenomena/widget-growth.md"
# The line of one piece of evidence, and how it is touched without another meaning.
LINE = "  - supports: alpha2019widgets"
TOUCHED = LINE + "  # read again"
EVIDENCE = "widgets-grow-by-a-power-law.alpha2019widgets"


@pytest.fixture
def toy(tmp_path: Path) -> Repository:
    return toy_repository(tmp_path / "toy")


def view_of(repository: Repository) -> View:
    return read_view(open_dataset(repository.project))


def provenance_of(repository: Repository) -> str:
    text = open_dataset(repository.project).quads_path.read_text(encoding="utf-8")
    return "".join(line for line in text.splitlines(keepends=True) if line.endswith("/provenance> .\n"))


def test_an_entry_has_the_author_and_the_author_date_of_its_line(toy: Repository) -> None:
    toy.commit("all", date="2026-01-01T12:00:00+02:00")
    toy.edit(WIDGETS, LINE, TOUCHED)
    toy.commit("one line", author="Bo Else", date="2026-02-03T04:05:06Z")
    view = view_of(toy)
    assert view.added[EVIDENCE] == "2026-02-03T04:05:06Z"
    assert view.added_by[EVIDENCE] == "Bo Else"
    rest = set(view.knowledge.evidence) - {EVIDENCE}
    assert {view.added[name] for name in rest} == {"2026-01-01T10:00:00Z"}
    assert {view.added_by[name] for name in rest} == {"Ada Example"}


def test_no_address_is_told(toy: Repository) -> None:
    toy.commit("all", author="ada@example.org")
    assert "@" not in provenance_of(toy)
    assert set(view_of(toy).added_by.values()) == {"ada"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ('"><script>alert(1)</script>', "scriptalert(1)/script"),
        ("‮evil‬", "evil"),
        ("王小明", "王小明"),
        ("A. U. Thor (a@b.example, c@d.example)", "A. U. Thor (a c"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_hostile_name_is_text(toy: Repository, name: str, shown: str) -> None:
    toy.commit("all", author=f"{name}")
    assert set(view_of(toy).added_by.values()) == {shown}


def test_a_date_beyond_any_calendar_is_left_out() -> None:
    assert origin_of(Commit("Ada Example", 10**18)) is None


def test_lines_that_are_not_committed_have_no_origin(toy: Repository) -> None:
    toy.commit("all")
    toy.edit(WIDGETS, LINE, TOUCHED)
    added = view_of(toy).added
    assert EVIDENCE not in added
    assert len(added) == len(view_of(toy).knowledge.evidence) - 1


def test_outside_git_and_before_the_first_commit_nothing_is_said(toy: Repository, tmp_path: Path) -> None:
    assert view_of(toy).added == {}
    lines = provenance_of(toy)
    assert "sourceLine" in lines and "prov#" not in lines


def test_a_shallow_clone_does_not_take_the_cut_for_the_origin(toy: Repository) -> None:
    toy.commit("all")
    toy.edit(WIDGETS, "label: ", "label:  ")
    toy.commit("a space", date="2026-02-03T04:05:06Z")
    toy.edit(WIDGETS, LINE, TOUCHED)
    toy.commit("one line", date="2026-03-01T00:00:00Z")
    clone = toy.root.parent / "clone"
    toy.git("clone", "--quiet", "--depth", "2", toy.root.as_uri(), str(clone))
    # Of the two commits the older one is the cut: all that came before looks like its work.
    assert view_of(Repository(clone)).added == {EVIDENCE: "2026-03-01T00:00:00Z"}


def test_a_renamed_file_keeps_the_origin_of_its_lines(toy: Repository) -> None:
    toy.commit("all")
    toy.git("mv", "graph/phenomena/gadget-emergence.md", "graph/phenomena/gadgets-emerge.md")
    toy.commit("rename", date="2026-04-01T00:00:00Z")
    view = view_of(toy)
    assert view.added["gadgets-appear-suddenly.delta2021scale"] == "2026-01-01T12:00:00Z"


def test_lines_written_while_merging_belong_to_the_merge(toy: Repository) -> None:
    toy.commit("all")
    toy.git("checkout", "--quiet", "-b", "side")
    toy.edit(WIDGETS, LINE, TOUCHED)
    toy.commit("on the side", date="2026-02-01T00:00:00Z")
    toy.git("checkout", "--quiet", "main")
    toy.edit("graph/papers.bib", "@misc{echo2022small,", "@misc{echo2022small ,")
    toy.commit("on main", date="2026-02-02T00:00:00Z")
    identity = {"GIT_COMMITTER_NAME": "C", "GIT_COMMITTER_EMAIL": "c@example.org"}
    toy.git("merge", "--quiet", "--no-ff", "--no-commit", "side", **identity)
    toy.edit(WIDGETS, TOUCHED, TOUCHED + " while merging")
    toy.commit("merge", author="Mo Merger", date="2026-02-03T00:00:00Z")
    assert view_of(toy).added_by[EVIDENCE] == "Mo Merger"


def test_what_blame_found_is_kept_and_only_the_changed_file_is_asked_again(toy: Repository) -> None:
    toy.commit("all")
    record = toy.project.cache / "blame.json"
    view_of(toy)
    assert not record.exists(), "files of one commit need no blame"
    toy.edit(WIDGETS, "label: ", "label:  ")
    toy.commit("a space", author="Bo Else", date="2026-03-01T00:00:00Z")
    before = view_of(toy)
    rows = json.loads(record.read_bytes())
    assert list(rows["files"]) == [WIDGETS]
    # What is kept is believed while neither the file nor its last commit is another.
    name = next(name for name, (author, _) in rows["commits"].items() if author == "Ada Example")
    rows["commits"]["f" * 40] = ["Kept Name", 0]
    rows["files"][WIDGETS][1] = [
        [first, count, "f" * 40 if commit == name else commit] for first, count, commit in rows["files"][WIDGETS][1]
    ]
    record.write_text(json.dumps(rows), encoding="ascii")
    toy.commit("nothing", date="2026-03-02T00:00:00Z")
    assert view_of(toy).added_by[EVIDENCE] == "Kept Name"
    toy.edit(WIDGETS, "label:  ", "label:   ")
    toy.commit("a space", date="2026-03-03T00:00:00Z")
    assert view_of(toy).added_by == before.added_by


@pytest.mark.parametrize("text", ["", "[]", '{"files": {"a": 1}, "commits": {}}'])
def test_a_damaged_record_costs_only_time(toy: Repository, text: str) -> None:
    toy.commit("all")
    toy.edit(WIDGETS, "label: ", "label:  ")
    toy.commit("a space", date="2026-03-01T00:00:00Z")
    toy.project.cache.mkdir()
    (toy.project.cache / "blame.json").write_text(text, encoding="ascii")
    assert view_of(toy).added[EVIDENCE] == "2026-01-01T12:00:00Z"


def test_a_commit_with_no_change_of_files_changes_no_quad_but_those_of_provenance(toy: Repository) -> None:
    text = open_dataset(toy.project).quads_path.read_text(encoding="utf-8")
    without = {line for line in text.splitlines() if not line.endswith("/provenance> .")}
    toy.commit("all")
    text = open_dataset(toy.project).quads_path.read_text(encoding="utf-8")
    assert {line for line in text.splitlines() if not line.endswith("/provenance> .")} == without
