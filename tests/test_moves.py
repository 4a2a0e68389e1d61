"""How statuses moved, read from the project's history a day at a time."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from repositories import Repository, toy_repository

from phengraph.model import Status
from phengraph.moves import StatusMove, status_moves
from phengraph.project import Project

GADGETS = "graph/phenomena/gadget-emergence.md"


@pytest.fixture
def toy(tmp_path: Path) -> Repository:
    """Three changed days: the beginning; an evidence turned; it turned back and a claim went."""
    repository = toy_repository(tmp_path / "toy")
    repository.commit("all", date="2026-01-10T12:00:00Z")
    repository.edit(GADGETS, "  - contradicts: echo2022small", "  - supports: echo2022small")
    repository.commit("turn", date="2026-02-10T08:00:00Z")
    repository.edit(GADGETS, "  - supports: echo2022small", "  - contradicts: echo2022small")
    repository.commit("turn back", date="2026-03-01T08:00:00Z")
    (repository.root / "graph/phenomena/sprocket-forgetting.md").unlink()
    repository.commit("take away", date="2026-03-01T23:59:59Z")
    (repository.root / "README.md").write_text("Nothing of the graph.\n", encoding="utf-8")
    repository.commit("aside", date="2026-04-01T08:00:00Z")
    return repository


TURNED = [StatusMove("2026-02-10", "gadgets-do-good", Status.CONDITIONAL, Status.SUPPORTED)]
TURNED_BACK = [
    StatusMove("2026-03-01", "gadgets-do-good", Status.SUPPORTED, Status.CONDITIONAL),
    StatusMove("2026-03-01", "sprockets-forget-in-ten-turns", Status.SINGLE_SOURCE, None),
    StatusMove("2026-03-01", "sprockets-remember-names", Status.OPEN, None),
]


def test_evidence_that_was_turned_and_turned_back_is_told_twice(toy: Repository) -> None:
    # A replay of today's evidence would tell nothing: it stands as it stood at first.
    told = status_moves(toy.project)
    assert told is not None
    assert (told.since, told.whole) == ("2026-01-10", True)
    assert list(told.moves) == TURNED + TURNED_BACK


def test_only_the_latest_days_are_compared_and_that_is_said(toy: Repository) -> None:
    told = status_moves(toy.project, days=2)
    assert told is not None
    assert (told.since, told.whole, list(told.moves)) == ("2026-02-10", False, TURNED_BACK)


def test_a_day_is_read_once(toy: Repository) -> None:
    first = status_moves(toy.project)
    kept = sorted((toy.project.cache / "statuses").iterdir())
    assert len(kept) == 3
    # What is kept is believed: the commit cannot change.
    kept_text = [path.read_text(encoding="utf-8") for path in kept]
    for path in kept:
        path.write_text(path.read_text(encoding="utf-8").replace("conditional", "open"), encoding="utf-8")
    again = status_moves(toy.project)
    assert again is not None
    assert [(move.before, move.after) for move in again.moves[:2]] == [
        (Status.OPEN, Status.SUPPORTED),
        (Status.SUPPORTED, Status.OPEN),
    ]
    for path in kept:
        path.unlink()
    assert status_moves(toy.project) == first
    assert [path.read_text(encoding="utf-8") for path in kept] == kept_text


def test_a_cache_that_cannot_be_written_costs_only_time(toy: Repository) -> None:
    first = status_moves(toy.project)
    kept = toy.project.cache / "statuses"
    shutil.rmtree(kept)
    kept.write_text("in the way", encoding="utf-8")
    assert status_moves(toy.project) == first


def test_many_threads_may_ask_at_once(toy: Repository) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: status_moves(toy.project), range(16)))
    assert told == [status_moves(toy.project)] * 16


def test_a_day_that_cannot_be_read_is_passed_over(toy: Repository) -> None:
    toy.edit(GADGETS, "  - contradicts: echo2022small", "  - contradict: echo2022small")
    toy.commit("a mistake", date="2026-05-01T08:00:00Z")
    toy.edit(GADGETS, "  - contradict: echo2022small", "  - supports: echo2022small")
    toy.commit("mended", date="2026-05-02T08:00:00Z")
    told = status_moves(toy.project)
    assert told is not None
    assert told.moves[-1] == StatusMove("2026-05-02", "gadgets-do-good", Status.CONDITIONAL, Status.SUPPORTED)
    assert {move.day for move in told.moves} == {"2026-02-10", "2026-03-01", "2026-05-02"}


def test_a_shallow_clone_says_that_it_does_not_know_the_whole(toy: Repository, tmp_path: Path) -> None:
    toy.git("clone", "--quiet", "--depth", "2", toy.root.as_uri(), str(tmp_path / "shallow"))
    told = status_moves(Project(tmp_path / "shallow"))
    assert told is not None and not told.whole


def test_outside_git_and_before_the_first_commit_nothing_is_known(tmp_path: Path) -> None:
    repository = toy_repository(tmp_path / "toy")
    assert status_moves(repository.project) is None
    (tmp_path / "toy" / ".git").rename(tmp_path / "git")
    assert status_moves(repository.project) is None
