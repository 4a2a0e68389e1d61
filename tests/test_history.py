"""What changed between two states of the project, told from git, in sentences that say why."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from repositories import Repository, toy_repository

from phengraph.cli import group
from phengraph.history import Changes, compare_states
from phengraph.problems import HistoryError
from phengraph.project import Project
from phengraph.states import find_commit, read_state, read_working_state

GADGETS = "graph/phenomena/gadget-emergence.md"
WIDGETS = "graph/phenomena/widget-growth.md"
COUNTS = "ingest/semanticscholar/counts/alpha2019widgets.jsonl"


@pytest.fixture
def toy(tmp_path: Path) -> Repository:
    repository = toy_repository(tmp_path / "toy")
    repository.commit("all", date="2026-01-10T12:00:00Z")
    repository.git("tag", "v2026.01")
    return repository


def changes_since(repository: Repository, named: str = "v2026.01") -> Changes:
    project = Project(repository.root)
    return compare_states(read_state(project, named), read_working_state(project))


def run(repository: Repository, *arguments: str) -> str:
    result = CliRunner().invoke(group, ["--project", str(repository.root), "changes", *arguments])
    assert result.exception is None, result.exception
    return result.output


def test_nothing_changed(toy: Repository) -> None:
    assert changes_since(toy).is_empty
    commit = toy.git("rev-parse", "v2026.01")[:10]
    assert run(toy, "--since", "v2026.01") == (
        f"Changes from v2026.01 ({commit}, 2026-01-10) to the files as they are\n\nnothing changed\n"
    )


def test_moved_lines_are_no_change(toy: Repository) -> None:
    toy.edit(WIDGETS, "A widget of size", "\n\nA widget of size")
    assert changes_since(toy).is_empty


TEXT = """\
Changes from v2026.01 (COMMIT, 2026-01-10) to the files as they are

Statuses
  Conditional -> Supported: Gadgets do good (claim/gadgets-do-good)
      because the evidence of alpha2019widgets that supports it was added; \
the evidence of echo2022small that contradicts it was retired
      now: 2 teams support (weight 1.2) and none contradicts.
      before: 1 team supports (weight 0.6) and 1 contradicts (0.6): the minority has 50 % of the weight, \
at or above the 25 % line, but the two sides speak of disjoint ranges of parameters.

Pieces of evidence
  Added: alpha2019widgets supports Gadgets do good: A gadget made up <b>for</b> this test. \
(evidence/gadgets-do-good.alpha2019widgets)
  Retired: echo2022small contradicts Gadgets do good: Slower with gadgets, for small widgets. \
(evidence/gadgets-do-good.echo2022small)
      review accepted -> retired

1 status moved; 1 piece of evidence added, 1 retired
"""
ROW = "    conditions: {parameters: 1M..1B}\n"


def move_a_status(repository: Repository) -> None:
    repository.edit(
        GADGETS,
        ROW,
        ROW + "    review: retired\n  - supports: alpha2019widgets\n"
        "    finding: A gadget made up <b>for</b> this test.\n    checked: paper\n",
    )


def test_a_status_that_moved_says_why(toy: Repository) -> None:
    move_a_status(toy)
    text = run(toy, "--since", "v2026.01")
    assert text == TEXT.replace("COMMIT", toy.git("rev-parse", "v2026.01")[:10])


def test_markdown_is_a_list_in_which_data_is_text(toy: Repository) -> None:
    move_a_status(toy)
    text = run(toy, "--since", "v2026.01", "--format", "markdown")
    assert "### Statuses\n\n- **Conditional -> Supported**: Gadgets do good (`claim/gadgets-do-good`)\n" in text
    assert "made up \\<b\\>for\\</b\\> this test" in text
    assert text.endswith("\n1 status moved; 1 piece of evidence added, 1 retired.\n")


def test_json_has_the_same_for_programs(toy: Repository) -> None:
    move_a_status(toy)
    content: dict[str, Any] = json.loads(run(toy, "--since", "v2026.01", "--format", "json"))
    assert set(content) == {"since", "until", "statuses", "entries", "counts"}
    assert content["since"]["name"] == "v2026.01" and content["since"]["date"] == "2026-01-10"
    assert content["until"] == {"name": "the files as they are", "commit": None, "date": None, "unread": 0}
    (moved,) = content["statuses"]
    assert (moved["claim"], moved["before"], moved["after"]) == ("gadgets-do-good", "conditional", "supported")
    assert [(one["kind"], one["how"]) for one in content["entries"]] == [("evidence", "added"), ("evidence", "retired")]


def test_entries_that_came_went_or_were_edited(toy: Repository) -> None:
    toy.edit("graph/models.yaml", "    year: 2021\n", "")
    toy.edit(WIDGETS, "No widget is larger than a thousand.", "No widget is larger than a thousand, they say.")
    toy.edit(WIDGETS, "    strength: weak\n", "")
    bibtex = "@misc{new2026made, title = {Made-up paper 99}, author = {New, Nan}, year = {2026}, doi = {10.5555/99}}"
    toy.edit("graph/papers.bib", "@article{alpha2019widgets,", f"{bibtex}\n\n@article{{alpha2019widgets,")
    path = toy.root / "graph" / "phenomena" / "sprocket-forgetting.md"
    head, last = path.read_text(encoding="utf-8").split("\n## Sprockets remember names", 1)
    del last
    path.write_text(head, encoding="utf-8")
    changes = changes_since(toy)
    told = {(one.kind, one.name, one.how): [field.name for field in one.fields] for one in changes.entries}
    assert told == {
        ("claims", "widgets-stop-at-a-thousand", "edited"): ["text"],
        ("claims", "sprockets-remember-names", "removed"): [],
        ("evidence", "widgets-stop-at-a-thousand.india2024widgets", "edited"): ["strength"],
        ("evidence", "sprockets-remember-names.juliet2024sprockets", "removed"): [],
        ("evidence", "sprockets-remember-names.golf2023sprockets", "removed"): [],
        ("evidence", "foxtrot-on-names", "removed"): [],
        ("evidence", "juliet-on-short-names", "removed"): [],
        ("papers", "new2026made", "added"): [],
        ("models", "widgetron", "edited"): ["year"],
    }
    text = run(toy, "--since", "v2026.01")
    assert "      year taken away, was 2021\n" in text
    assert "      strength weak -> moderate\n" in text
    assert "  Removed: Sprockets remember names (claim/sprockets-remember-names)\n" in text


def test_accepting_a_proposal_is_told_as_such(toy: Repository) -> None:
    toy.edit(
        "graph/phenomena/sprocket-forgetting.md", "    checked: recall\n", "    checked: paper\n    locator: p. 2\n"
    )
    changes = changes_since(toy)
    assert [(one.name, one.how) for one in changes.entries] == [
        ("sprockets-remember-names.juliet2024sprockets", "accepted")
    ]
    (moved,) = changes.statuses
    assert (moved.before.status, moved.after.status) == ("open", "single source")
    assert moved.why == "the evidence of juliet2024sprockets that supports it was accepted"


def test_a_rule_that_changed_is_told_as_the_reason(toy: Repository) -> None:
    settings = toy.root / "phengraph.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text + "\n[status]\nminority_share = 0.5\n", encoding="utf-8")
    changes = changes_since(toy)
    assert changes.statuses and not changes.entries
    assert {one.why for one in changes.statuses} == {"the weights or the line of the rule changed in phengraph.toml"}


def test_counts_that_jumped_are_told_largest_first(toy: Repository) -> None:
    def write(key: str, *rows: tuple[str, int]) -> None:
        place = toy.root / "ingest" / "semanticscholar" / "counts" / f"{key}.jsonl"
        place.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps({"date": date, "citations": count, "influential": 0}) + "\n" for date, count in rows]
        place.write_text("".join(lines), encoding="utf-8")

    first = {"alpha2019widgets": 1000, "bravo2020gadgets": 5, "charlie2021gadgets": 1000, "delta2021scale": 50}
    for key, count in first.items():
        write(key, ("2026-01-05", count))
    toy.commit("counts", date="2026-01-20T00:00:00Z")
    later = {"alpha2019widgets": 1099, "bravo2020gadgets": 16, "charlie2021gadgets": 1100, "delta2021scale": 59}
    for key, count in later.items():
        write(key, ("2026-01-05", first[key]), ("2026-02-05", count))
    write("echo2022small", ("2026-02-05", 900))
    changes = changes_since(toy, "HEAD")
    # Ten citations and a tenth of what it was, at least.
    assert [jump.paper for jump in changes.jumps] == ["charlie2021gadgets", "bravo2020gadgets"]
    assert (
        "+100: Made-up paper 3: Gadgets, again (paper/charlie2021gadgets), 1,000 on 2026-01-05, 1,100 on 2026-02-05"
        in (run(toy, "--since", "HEAD"))
    )


def test_a_day_is_the_last_commit_before_it_and_until_ends_there(toy: Repository) -> None:
    first = toy.git("rev-parse", "HEAD")
    move_a_status(toy)
    second = toy.commit("a status", date="2026-02-10T00:00:00Z")
    assert find_commit(toy.root, "2026-02-10") == first
    assert find_commit(toy.root, "2026-02-11") == second
    assert find_commit(toy.root, "2026-02") == first
    assert run(toy, "--since", "2026-02", "--until", "2026-03").endswith("1 piece of evidence added, 1 retired\n")
    assert run(toy, "--since", "HEAD~1", "--until", "HEAD~1").endswith("nothing changed\n")


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("2025-12-31", "no commit before 2025-12-31; the first is of 2026-01-10"),
        ("2026-02-30", "'2026-02-30' is no day of the calendar; write it as 2026-09-01"),
        *(
            (
                name,
                f"no revision named '{name}'; `git tag` and `git log --oneline` list them, a day is written 2026-09-01",
            )
            for name in ("v1", "--all", "HEAD:graph", "", "$(touch x)")
        ),
    ],
)
def test_an_unknown_state_is_told_with_the_next_step(toy: Repository, named: str, message: str) -> None:
    with pytest.raises(HistoryError) as failed:
        find_commit(toy.root, named)
    assert str(failed.value) == message


def test_a_shallow_clone_says_how_to_get_the_rest(toy: Repository, tmp_path: Path) -> None:
    move_a_status(toy)
    toy.commit("a status", date="2026-02-10T00:00:00Z")
    toy.git("clone", "--quiet", "--depth", "1", toy.root.as_uri(), str(tmp_path / "clone"))
    with pytest.raises(HistoryError, match="`git fetch --unshallow` brings the others"):
        find_commit(tmp_path / "clone", "2026-02-01")


def test_outside_git_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="has no history to compare with: not a git repository"):
        find_commit(tmp_path, "HEAD")


def test_before_the_first_commit_it_says_so(tmp_path: Path) -> None:
    repository = toy_repository(tmp_path / "toy")
    with pytest.raises(HistoryError, match="there is no commit yet"):
        find_commit(repository.root, "2026-01-01")


def test_a_state_with_errors_and_old_settings_is_read_as_far_as_it_goes(toy: Repository) -> None:
    good = (toy.root / GADGETS).read_text(encoding="utf-8"), (toy.root / "phengraph.toml").read_text(encoding="utf-8")
    toy.edit(GADGETS, "  - supports: delta2021scale", "  - suports: delta2021scale")
    (toy.root / "phengraph.toml").write_text('old_setting = "of a version long gone"\n', encoding="utf-8")
    toy.commit("broken", date="2026-02-10T00:00:00Z")
    (toy.root / GADGETS).write_text(good[0], encoding="utf-8")
    (toy.root / "phengraph.toml").write_text(good[1], encoding="utf-8")
    then = read_state(toy.project, "HEAD")
    assert then.unread == 1 and "gadgets-appear-suddenly" in then.knowledge.claims
    result = CliRunner().invoke(group, ["--project", str(toy.root), "changes", "--since", "HEAD"])
    assert result.exception is None
    assert re.search(r"phengraph: 1 error in HEAD \(.*\); what could not be read is left out", result.stderr)


def test_a_link_in_an_old_tree_leads_nowhere(toy: Repository, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    shutil.copyfile(toy.root / GADGETS, secret)
    (toy.root / GADGETS).unlink()
    (toy.root / GADGETS).symlink_to(secret)
    toy.commit("a link", date="2026-02-10T00:00:00Z")
    assert "gadget-emergence" not in read_state(toy.project, "HEAD").knowledge.phenomena


def test_a_project_in_a_folder_of_a_repository_has_a_history(toy: Repository, tmp_path: Path) -> None:
    outer = Repository(tmp_path / "outer")
    outer.root.mkdir()
    outer.git("init", "--quiet")
    shutil.copytree(toy.root, outer.root / "inner", ignore=shutil.ignore_patterns(".git", ".phengraph"))
    outer.commit("all", date="2026-01-10T00:00:00Z")
    inner = Project(outer.root / "inner")
    assert compare_states(read_state(inner, "HEAD"), read_working_state(inner)).is_empty


def test_no_file_of_the_project_is_touched(toy: Repository) -> None:
    def stamps() -> Iterator[tuple[str, int]]:
        for path in sorted(toy.root.rglob("*")):
            if ".git" not in path.parts:
                yield str(path), path.stat().st_mtime_ns

    before = list(stamps())
    run(toy, "--since", "v2026.01")
    assert list(stamps()) == before
