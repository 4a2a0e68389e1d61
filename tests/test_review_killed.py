"""A review that is killed at any instant, two at once, two clones merged: nothing is lost, nothing is half."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from review_samples import ADA, PAPERS, WIDGETS, Desk, copy_toy, made_up_queue, made_up_suggestion, make_desk

from phengraph.adding import LEFTOVER, write_edit
from phengraph.checking import check_project
from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.curate.insert import Edit, EditRefused
from phengraph.model import Stance, Suggestion, Verdict
from phengraph.project import Project
from phengraph.review.acts import Outcome
from phengraph.review.journal import Journal, JournalNotWritten
from phengraph.review.opening import ReviewNotOpened, find_curator, open_review


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_toy(tmp_path / "toy")


class Killed(BaseException):
    """What a kill is to the writer in these tests: nothing runs after it."""


def dying_at(step: int, *, after: bool) -> Callable[[Project, Edit], None]:
    """A writer of files that is killed before, or just after, the edit with this number, counted from 0."""
    count = 0

    def write(project: Project, edit: Edit) -> None:
        nonlocal count
        count += 1
        if count - 1 == step and not after:
            raise Killed
        write_edit(project, edit)
        if count - 1 == step:
            raise Killed

    return write


def decide(desk: Desk) -> None:
    desk.session.accept(Stance.CONTRADICTS)


def finished(folder: Path) -> dict[str, bytes]:
    """What the files of a copy are when the decision is applied without a kill."""
    desk = make_desk(folder, [made_up_suggestion()])
    decide(desk)
    desk.work()
    return desk.files()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_kill_between_two_files_is_finished_by_the_next_start(
    folder: Path, tmp_path: Path, step: int, after: bool
) -> None:
    expected = finished(copy_toy(tmp_path / "whole"))
    desk = make_desk(folder, [made_up_suggestion()], write=dying_at(step, after=after))
    before = desk.files()
    decide(desk)
    with pytest.raises(Killed):
        desk.work()
    assert check_project(Project(folder)).errors == 0, "whoever looks in between finds a project without errors"

    again = make_desk(folder, [made_up_suggestion()])
    assert again.session.current is None, "what was decided is not asked again"
    outcomes = list(again.applier.apply(again.applier.history.waiting, resume=True))
    assert [one.refused for one in outcomes] == [None]
    assert again.files() == expected
    for one in outcomes:
        again.session.settle(one)
    again.session.undo()
    assert [one.refused for one in again.work()] == [None]
    assert again.files() == before, "undo knows what the killed writer wrote"


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_kill_while_taking_back_is_finished_by_the_next_start(folder: Path, step: int) -> None:
    desk = make_desk(folder, [made_up_suggestion(), *made_up_queue(1, first=30)])
    before = desk.files()
    desk.session.decline(Verdict.NOT_ABOUT)
    desk.work()
    between = desk.files()
    decide(desk)
    desk.work()
    desk.applier.write = dying_at(step, after=False)
    desk.session.undo()
    with pytest.raises(Killed):
        desk.work()
    again = make_desk(folder, [])
    assert [one.refused for one in again.applier.apply(again.applier.history.waiting, resume=True)] == [None]
    assert again.files() == between
    assert before != between


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_disk_that_refuses_one_file_leaves_none_changed(folder: Path, step: int) -> None:
    count = 0

    def write(project: Project, edit: Edit) -> None:
        nonlocal count
        count += 1
        if count - 1 == step:
            raise EditRefused("no space left on the made-up disk")
        write_edit(project, edit)

    desk = make_desk(folder, [made_up_suggestion()], write=write)
    before = desk.files()
    decide(desk)
    assert [one.refused for one in desk.work()] == ["no space left on the made-up disk"]
    assert desk.files() == before
    assert desk.session.current == made_up_suggestion()


def test_a_line_of_the_journal_that_was_cut_off_was_never_asked(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(3))
    desk.session.decline(Verdict.NOT_ABOUT)
    desk.session.decline(Verdict.NOT_ABOUT)
    path = Journal(desk.project).folder / "asked.jsonl"
    content = path.read_bytes()
    path.write_bytes(content[:-40])
    again = make_desk(folder, made_up_queue(3))
    assert again.session.current == made_up_queue(3)[1]
    again.session.decline(Verdict.LATER)
    orders = Journal(desk.project).read().waiting
    assert [order.number for order in orders] == [1, 2]
    assert list(again.applier.apply(orders, resume=True)) == [Outcome(1), Outcome(2)]
    assert [one.verdict for one in read_decisions(Project(folder))[0]] == [Verdict.NOT_ABOUT, Verdict.LATER]


def test_a_journal_that_cannot_be_written_takes_no_key(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(1))
    (folder / ".phengraph").mkdir()
    (folder / ".phengraph" / "review").write_text("in the way")
    with pytest.raises(JournalNotWritten, match="nothing is decided until it can"):
        desk.session.accept(Stance.SUPPORTS)
    assert desk.session.number == 1


def test_an_old_journal_is_shortened(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(30))
    for _ in range(30):
        desk.session.decline(Verdict.NOT_ABOUT)
    journal = Journal(desk.project, kept=10)
    journal.shorten(journal.read())
    assert len(journal.read().orders) == 30, "what waits is not forgotten"
    list(desk.applier.apply(desk.asked))
    journal.shorten(journal.read())
    history = journal.read()
    assert len(history.orders) == len(history.splices) == 10 and not history.waiting and history.next_number == 31
    again = make_desk(folder, [])
    again.session.undo()
    assert [one.refused for one in again.work()] == [None]
    assert len(read_decisions(Project(folder))[0]) == 29


SCRIPT = """
import sys, os
from pathlib import Path
sys.path.insert(0, {tests!r})
from review_samples import made_up_queue
from phengraph.model import Stance, Verdict
from phengraph.project import Project
from phengraph.review.opening import open_review
review = open_review(Project(Path(sys.argv[1])), lambda: made_up_queue(24), curator="Ada Alpha")
review.start(on_outcome=lambda outcome: None, on_end=lambda text: None)
print(review._writer.pid, flush=True)
session = review.session
while session.current is not None:
    number = session.number
    if number % 4 == 0:
        session.accept(Stance.SUPPORTS)
    else:
        session.decline(Verdict.LATER if number % 4 == 1 else Verdict.NOT_ABOUT)
    print(session.current.paper.corpus_id if session.current else "end", flush=True)
review.close()
"""


def review_and_kill(folder: Path, seconds: float, *, both: bool) -> int:
    """Decide on a queue in a process of its own and kill it; how many decisions were answered for."""
    script = SCRIPT.format(tests=str(Path(__file__).parent))
    process = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    writer = int(process.stdout.readline())
    told: list[str] = []
    reader = threading.Thread(target=lambda: told.extend(process.stdout or ()), daemon=True)
    reader.start()
    time.sleep(seconds)
    if both:
        os.kill(writer, signal.SIGKILL)
    process.kill()
    process.wait()
    reader.join()
    process.stdout.close()
    return len([line for line in told if line.endswith("\n")])


@pytest.mark.parametrize("both", [True, False], ids=["screen-and-writer", "screen-alone"])
def test_nothing_is_lost_when_it_is_killed_again_and_again(folder: Path, both: bool) -> None:
    chance = random.Random(7 + both)
    queue = made_up_queue(24)
    answered = 0
    for _ in range(4):
        answered += review_and_kill(folder, chance.uniform(0.0, 0.6), both=both)
        assert check_project(Project(folder)).errors == 0
        if answered >= 24:
            break
    # The next start finishes.
    ended: list[str] = []
    review = open_review(Project(folder), lambda: queue, curator="Ada Alpha")
    review.start(on_outcome=lambda outcome: None, on_end=ended.append)
    left = review.session.left
    assert review.close() and not ended
    assert 24 - left >= answered, "every decision that was answered for is there"
    decisions, problems = read_decisions(Project(folder))
    assert problems == [] and len(decisions) == 24 - left
    accepted = [one for one in decisions if one.verdict is Verdict.ACCEPTED]
    knowledge = read_graph(Project(folder)).knowledge
    new = [one for one in knowledge.evidence.values() if one.locator == "the sentence that cites alpha2019widgets"]
    assert len(new) == len(accepted)
    assert sum(
        paper.title.startswith("Made-up paper") and paper.year == 2026 for paper in knowledge.papers.values()
    ) == len(accepted)
    assert [str(one) for one in check_project(Project(folder)).problems] == []
    assert not list(folder.rglob(f"*{LEFTOVER}"))


def test_only_one_review_is_open(folder: Path) -> None:
    review = open_review(Project(folder), list, curator="Ada Alpha")
    try:
        with pytest.raises(ReviewNotOpened, match="a review of this project is open already"):
            open_review(Project(folder), list, curator="Bo Bravo")
    finally:
        review.close()
    open_review(Project(folder), list, curator="Bo Bravo").close()


def test_a_writer_that_dies_is_started_again(folder: Path) -> None:
    heard: list[Outcome] = []
    review = open_review(Project(folder), lambda: made_up_queue(2), curator="Ada Alpha")
    review.start(on_outcome=heard.append, on_end=lambda text: None)
    assert review._writer is not None
    os.kill(review._writer.pid, signal.SIGKILL)
    review.session.decline(Verdict.NOT_ABOUT)
    review.session.accept(Stance.SUPPORTS)
    deadline = time.monotonic() + 60
    while len(heard) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert review.close()
    assert [(one.number, one.refused) for one in heard] == [(1, None), (2, None)]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def clone_of(folder: Path, name: str, curator: str) -> Path:
    clone = folder.parent / name
    git(folder.parent, "clone", "--quiet", str(folder), str(clone))
    git(clone, "config", "user.name", curator)
    git(clone, "config", "user.email", "nobody@example.org")
    return clone


def review_in(clone: Path, queue: list[Suggestion], keys: str) -> None:
    """Decide on a queue by keys, write and commit."""
    desk = make_desk(clone, queue, curator=find_curator(Project(clone), None))
    for key in keys:
        if key in "nl":
            desk.session.decline(Verdict.NOT_ABOUT if key == "n" else Verdict.LATER)
        else:
            desk.session.accept({"s": Stance.SUPPORTS, "c": Stance.CONTRADICTS}[key])
    assert all(one.refused is None for one in desk.work())
    git(clone, "add", "graph")
    git(clone, "commit", "--quiet", "-m", "graph: reviewed")


@pytest.fixture
def origin(folder: Path, repository: Path) -> Path:
    shutil.copyfile(repository / "src/phengraph/starter/files/dot-gitattributes", folder / ".gitattributes")
    # Sorted, as the shipped one is: then each new paper has a place of its own.
    papers = folder / PAPERS
    head, *entries = re.split(r"(?m)^(?=@(?!string))", papers.read_text(encoding="utf-8"))
    entries = [entry.rstrip() + "\n" for entry in sorted(entries, key=lambda entry: entry.split("{")[1])]
    papers.write_text(head + "\n".join(entries), encoding="utf-8")
    git(folder, "init", "--quiet", "-b", "main")
    git(folder, "config", "user.name", "Ada Alpha")
    git(folder, "config", "user.email", "nobody@example.org")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "toy")
    return folder


def test_two_curators_in_two_clones_merge_without_conflict(origin: Path) -> None:
    queue = made_up_queue(12)
    one, other = clone_of(origin, "one", "Ada Alpha"), clone_of(origin, "other", "Bo Bravo")
    # Each takes another claim, and both say of two papers that they are not about it.
    review_in(one, queue[0::2], "snlcnn")
    review_in(other, [*queue[1::2], queue[2]], "nsclnnn")
    git(one, "pull", "--quiet", "--no-rebase", "--no-edit", str(other), "main")
    assert check_project(Project(one)).errors == 0
    assert [str(problem) for problem in check_project(Project(one)).problems] == []
    desk = make_desk(one, queue)
    assert desk.session.current is None, "nothing is asked twice"
    decisions, _ = read_decisions(Project(one))
    assert len(decisions) == 13
    assert {path.name for path in (one / "graph" / "decisions").iterdir()} == {"ada-alpha.jsonl", "bo-bravo.jsonl"}


def test_one_curator_on_two_machines_merges_without_conflict(origin: Path) -> None:
    queue = made_up_queue(12)
    one, other = clone_of(origin, "one", "Ada Alpha"), clone_of(origin, "other", "Ada Alpha")
    review_in(one, queue[0::2], "nnlnln")
    review_in(other, queue[1::2], "nlnnnn")
    # Lines of the same claim side by side: both are kept.
    review_in(one, made_up_queue(3, first=60)[0:1], "n")
    review_in(other, made_up_queue(3, first=60)[2:3], "n")
    git(one, "pull", "--quiet", "--no-rebase", "--no-edit", str(other), "main")
    decisions, problems = read_decisions(Project(one))
    assert (len(decisions), problems) == (14, [])
    assert make_desk(one, queue).session.current is None


def test_who_curates_is_git_or_an_option(origin: Path, tmp_path: Path) -> None:
    project = Project(origin)
    assert find_curator(project, None) == "Ada Alpha"
    assert find_curator(project, "王小明") == "王小明"
    assert find_curator(project, " Bo \x1b[31m  Bravo") == "Bo [31m Bravo"
    with pytest.raises(ReviewNotOpened, match="decisions carry a name and never an address; give --curator 'ada'"):
        find_curator(project, "ada@example.org")
    with pytest.raises(ReviewNotOpened, match="whose decisions are these"):
        find_curator(project, "  ")


def test_the_files_of_a_review(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(1))
    decide(desk)
    desk.work()
    changed = {path for path in desk.files() if not (Path(__file__).parent / "toy" / path).exists()}
    assert changed == {ADA}
    assert WIDGETS in desk.files() and PAPERS in desk.files()
