"""Opening a review: whose it is, what waits for a decision, the journal, the writing process; one at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime

from filelock import BaseFileLock, FileLock, Timeout

from phengraph.curate import read_graph
from phengraph.curate.decisions import paper_names, read_decisions, standing
from phengraph.gitlog import Commit, GitFailed, run_git
from phengraph.model import Decision, Knowledge, Suggestion, Verdict
from phengraph.origins import origin_of
from phengraph.problems import InvalidProject, PhengraphError, Severity
from phengraph.project import Project
from phengraph.review.acts import Act, Order, Outcome
from phengraph.review.drafts import paper_of
from phengraph.review.journal import History, Journal
from phengraph.review.known import KnownPapers
from phengraph.review.session import Session
from phengraph.review.writer import Writer


class ReviewNotOpened(PhengraphError):
    """A review cannot begin; the message says why."""


def find_curator(project: Project, given: str | None) -> str:
    """The name under which decisions are written: the one that is given, else git's `user.name`.

    Raises:
        ReviewNotOpened: there is none, or it is an address.
    """
    if given is None:
        with contextlib.suppress(GitFailed):
            told = run_git(project.root, "config", "user.name").decode("utf-8", "replace").strip()
            given = told
    origin = origin_of(Commit(given or "", 0))
    name = origin.author if origin else ""
    if not name:
        raise ReviewNotOpened("whose decisions are these? give --curator NAME, or set `git config user.name`")
    if "@" in (given or ""):
        raise ReviewNotOpened(f"decisions carry a name and never an address; give --curator '{name}', or another name")
    return name


def waiting_suggestions(
    suggestions: Iterable[Suggestion],
    knowledge: Knowledge,
    decisions: Collection[Decision],
    history: History,
    *,
    put_off: bool = False,
) -> list[Suggestion]:
    """The suggestions that wait for a decision, in their order.

    Args:
        put_off: those on which somebody said `later`, in place of those on which nobody said anything.
    """
    said = standing(decisions)
    waiting_acts = [act for act in history.waiting if isinstance(act, Act)]
    asked = {(act.decision.claim, act.decision.paper) for act in waiting_acts}
    bearing: dict[str, set[str]] = {}
    for evidence in knowledge.evidence.values():
        bearing.setdefault(evidence.claim, set()).add(evidence.paper)
    known = KnownPapers(knowledge.papers.values())
    found: list[Suggestion] = []
    for one in suggestions:
        pairs = [(one.claim, name) for name in paper_names(one.paper)]
        if one.claim not in knowledge.claims or any(pair in asked for pair in pairs):
            continue
        verdicts = {said[pair].verdict for pair in pairs if pair in said}
        if put_off != (verdicts == {Verdict.LATER}) or (verdicts and not put_off):
            continue
        paper = known.find(paper_of(one.paper))
        if paper is None or paper.key not in bearing.get(one.claim, set()):
            found.append(one)
    return found


class Review:
    """A review that is open: its session, and the writing process behind it.

    Only one is open in a project at a time. Closing it waits until all that was asked is written.
    """

    def __init__(self, project: Project, session: Session, lock: BaseFileLock) -> None:
        self.project = project
        self.session = session
        self._lock = lock
        self._writer: Writer | None = None

    def start(self, *, on_outcome: Callable[[Outcome], None], on_end: Callable[[str], None]) -> None:
        """Start the writing process; what a former session left is written first.

        Args:
            on_outcome: called in another thread with what came of an order, for `session.settle` in the right one.
            on_end: called in another thread with a sentence when nothing can be written any more.
        """
        self._writer = Writer(self.project, on_outcome=on_outcome, on_end=on_end)

    def wake(self) -> None:
        """Tell the writing process that something was asked."""
        if self._writer is not None:
            self._writer.poke()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """End it; False when the files are not written by then, and the writing process goes on until they are."""
        done = self._writer.close(timeout_seconds) if self._writer is not None else True
        self._lock.release()
        return done


def open_review(
    project: Project,
    suggest: Callable[[], Iterable[Suggestion]],
    *,
    curator: str,
    put_off: bool = False,
    today: Callable[[], str] = lambda: datetime.now(UTC).date().isoformat(),
) -> Review:
    """Open the review of a project.

    Args:
        suggest: gives the suggestions, best first; those that somebody put off may be among them.
        curator: as `find_curator` has it.
        put_off: review what was put off, in place of what is new.

    Raises:
        ReviewNotOpened: another one is open, or the journal cannot be written.
        InvalidProject: graph/ has errors.
    """
    journal = Journal(project)
    lock = FileLock(journal.folder / "session.lock", timeout=0)
    try:
        journal.folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise ReviewNotOpened(
            "a review of this project is open already, in another terminal or in `phengraph serve --curate`; "
            "end it first"
        ) from None
    except OSError as error:
        raise ReviewNotOpened(
            f"{journal.folder} cannot be written ({error.strerror}), and without a journal nothing is decided"
        ) from error
    try:
        # Before the files: what a former writer does meanwhile is then known twice, and not nowhere.
        history = _read_history(journal)
        read = read_graph(project)
        if any(problem.severity is Severity.ERROR for problem in read.problems):
            raise InvalidProject(read.problems)
        decisions, _ = read_decisions(project)
        queue = waiting_suggestions(suggest(), read.knowledge, decisions, history, put_off=put_off)
        session = Session(
            queue,
            read.knowledge,
            history,
            curator=curator,
            rule=project.settings.status,
            ask=lambda order: _ask(review, journal, order),
            today=today,
        )
        review = Review(project, session, lock)
    except BaseException:
        lock.release()
        raise
    return review


def _ask(review: Review, journal: Journal, order: Order) -> None:
    journal.ask(order)
    review.wake()


def _read_history(journal: Journal) -> History:
    """What the journal says; shortened first when it has grown long and no writer is at work."""
    history = journal.read()
    writing = FileLock(journal.folder / "writer.lock", timeout=0)
    with contextlib.suppress(Timeout), writing:
        journal.shorten(history)
        return journal.read()
    return journal.read()
