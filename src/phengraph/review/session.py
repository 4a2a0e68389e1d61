"""A session of review: the queue, what is decided on it, and what that does to the claims, at once.

A decision is put into the journal and the next suggestion comes; the files follow in a process of their own. What the
session knows of the project (evidence, papers, statuses) runs ahead of the files by what is asked and not yet written,
and steps back when something is refused: then the suggestion comes again, and the person is told why.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from phengraph.curate.decisions import paper_names
from phengraph.curate.insert import EditRefused
from phengraph.model import Claim, Evidence, Knowledge, Paper, Stance, StatusRecord, Suggestion, Verdict
from phengraph.review.acts import Act, Order, Outcome, Undo
from phengraph.review.drafts import Draft, accept, decline, edit_draft, first_draft
from phengraph.review.journal import History
from phengraph.review.known import KnownPapers
from phengraph.review.moves import tell_move
from phengraph.settings import StatusSettings
from phengraph.status import judge


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence for the person, after a key or when the files answer."""

    text: str
    is_error: bool = False
    about: str = ""
    """The claim's heading or the paper's title, where it is not the one that is shown by then."""


@dataclass(slots=True)
class _Decided:
    """A decision of this session and where its suggestion came from."""

    act: Act
    suggestion: Suggestion
    draft: Draft


class Session:
    """One curator's review of one queue.

    Args:
        queue: suggestions to be decided on, best first.
        knowledge: what the project says, without what waits in the journal.
        history: what the journal says.
        ask: puts an order into the journal and wakes the writer; raises JournalNotWritten.
        today: the date in UTC, YYYY-MM-DD.
    """

    def __init__(
        self,
        queue: Sequence[Suggestion],
        knowledge: Knowledge,
        history: History,
        *,
        curator: str,
        rule: StatusSettings,
        ask: Callable[[Order], None],
        today: Callable[[], str],
    ) -> None:
        self.curator = curator
        self.knowledge = knowledge
        self.total = len(queue)
        self._queue = deque(queue)
        self._rule = rule
        self._ask = ask
        self._today = today
        self._next_number = history.next_number
        self._papers = KnownPapers(knowledge.papers.values())
        self._evidence: dict[str, dict[str, Evidence]] = {}
        for one in knowledge.evidence.values():
            self._evidence.setdefault(one.claim, {})[one.name] = one
        self._names = set(knowledge.evidence)
        self._drafts: dict[tuple[str, str], Draft] = {}
        self._decided: dict[int, _Decided] = {}
        # Acts that may be taken back, those of earlier sessions first.
        self._acts = [act for act in history.standing_acts() if act.decision.curator == curator]
        self._undone: dict[int, tuple[Act, _Decided | None]] = {}
        self._waiting: set[int] = {order.number for order in history.waiting}
        for order in history.waiting:
            if isinstance(order, Act):
                self._enter(order)
        self.accepted = self.declined = self.put_off = 0

    @property
    def current(self) -> Suggestion | None:
        """The suggestion that is asked about; None when the queue is empty."""
        return self._queue[0] if self._queue else None

    @property
    def number(self) -> int:
        """Of the current suggestion, counted from 1."""
        return self.total - len(self._queue) + 1

    @property
    def left(self) -> int:
        return len(self._queue)

    @property
    def waiting(self) -> int:
        """Orders that are in the journal and not yet in the files."""
        return len(self._waiting)

    def is_waiting(self, number: int) -> bool:
        """Whether nobody said yet what came of an order."""
        return number in self._waiting

    @property
    def can_undo(self) -> bool:
        return bool(self._acts)

    @property
    def draft(self) -> Draft:
        """What a key would write of the current suggestion."""
        suggestion = self._must_have()
        return self._drafts.get(_pair(suggestion)) or first_draft(suggestion)

    @property
    def claim(self) -> Claim:
        return self.knowledge.claims[self._must_have().claim]

    def evidence_of(self, claim: str) -> list[Evidence]:
        """The evidence of a claim as it will be when all is written."""
        return list(self._evidence.get(claim, {}).values())

    def status_of(self, claim: str) -> StatusRecord:
        return judge(claim, self.evidence_of(claim), self._papers.by_key, self._rule)

    def paper(self, key: str) -> Paper | None:
        return self._papers.by_key.get(key)

    def edit(self, **changes: str) -> Draft:
        """Change the draft of the current suggestion.

        Raises:
            EditRefused: a word is none of those that stand there.
        """
        suggestion = self._must_have()
        draft = edit_draft(self.draft, first_draft(suggestion), **changes)
        self._drafts[_pair(suggestion)] = draft
        return draft

    def accept(self, stance: Stance) -> Told:
        """Make evidence of the current suggestion; what that does to the status of its claim.

        Raises:
            EditRefused: something is missing or the quote is not in the text; nothing is decided.
            JournalNotWritten: nothing is decided.
        """
        suggestion = self._must_have()
        before = self.status_of(suggestion.claim)
        act = accept(
            self._next_number,
            suggestion,
            stance,
            self.draft,
            curator=self.curator,
            on=self._today(),
            papers=self._papers,
            evidence_names=self._names,
        )
        self._decide(act, suggestion)
        self.accepted += 1
        after = self.status_of(suggestion.claim)
        move = tell_move(before, after, self.evidence_of(suggestion.claim))
        return Told(move, about=self.knowledge.claims[suggestion.claim].label)

    def decline(self, verdict: Verdict) -> Told:
        """Say that the current suggestion is not about the claim, or put it off.

        Raises:
            EditRefused: the paper has no id; nothing is decided.
            JournalNotWritten: nothing is decided.
        """
        suggestion = self._must_have()
        act = decline(self._next_number, suggestion, verdict, curator=self.curator, on=self._today())
        self._decide(act, suggestion)
        if verdict is Verdict.LATER:
            self.put_off += 1
            return Told("Put off; `phengraph review --later` shows it again")
        self.declined += 1
        return Told("Not about this claim")

    def undo(self) -> Told:
        """Take the last decision back; its suggestion comes again.

        Raises:
            EditRefused: there is none.
            JournalNotWritten: nothing is taken back.
        """
        if not self._acts:
            raise EditRefused("no decision of yours is there to take back")
        act = self._acts[-1]
        order = Undo(self._next_number, act.number)
        self._put(order)
        self._acts.pop()
        decided = self._decided.pop(act.number, None)
        self._undone[order.number] = act, decided
        self._leave(act)
        if decided is not None:
            self._count(act, -1)
            self._queue.appendleft(decided.suggestion)
            self._drafts[_pair(decided.suggestion)] = decided.draft
        title = act.decision.title or act.decision.paper
        again = "" if decided is not None else "; it comes again at the next start"
        return Told(f"Taken back: {act.decision.stance or act.decision.verdict}, {title}{again}")

    def settle(self, outcome: Outcome) -> Told | None:
        """Take in what came of an order; a sentence when it was refused, and then its suggestion comes again, next."""
        self._waiting.discard(outcome.number)
        if outcome.number in self._undone:
            return self._settle_undo(outcome)
        decided = self._decided.get(outcome.number)
        if outcome.refused is None:
            return None
        if decided is None:
            return Told(outcome.refused, is_error=True)
        del self._decided[outcome.number]
        self._acts = [act for act in self._acts if act.number != outcome.number]
        self._leave(decided.act)
        self._count(decided.act, -1)
        self._drafts[_pair(decided.suggestion)] = decided.draft
        # Not under the fingers of who reads another one.
        self._queue.insert(1 if self._queue else 0, decided.suggestion)
        return Told(outcome.refused, is_error=True, about=decided.suggestion.paper.title)

    def _settle_undo(self, outcome: Outcome) -> Told | None:
        act, decided = self._undone.pop(outcome.number)
        if outcome.refused is None:
            return None
        self._acts.append(act)
        self._enter(act)
        if decided is not None:
            self._decided[act.number] = decided
            self._count(act, 1)
            pair = _pair(decided.suggestion)
            self._queue = deque(one for one in self._queue if _pair(one) != pair)
        return Told(outcome.refused, is_error=True)

    def _decide(self, act: Act, suggestion: Suggestion) -> None:
        draft = self.draft
        self._put(act)
        self._decided[act.number] = _Decided(act, suggestion, draft)
        self._acts.append(act)
        self._enter(act)
        self._drafts.pop(_pair(suggestion), None)
        self._queue.popleft()

    def _put(self, order: Order) -> None:
        self._ask(order)
        self._next_number = order.number + 1
        self._waiting.add(order.number)

    def _enter(self, act: Act) -> None:
        if act.paper is not None:
            self._papers.add(act.paper)
        if act.evidence is not None:
            self._evidence.setdefault(act.evidence.claim, {})[act.evidence.name] = act.evidence
            self._names.add(act.evidence.name)

    def _leave(self, act: Act) -> None:
        if act.evidence is not None:
            self._evidence.get(act.evidence.claim, {}).pop(act.evidence.name, None)
            self._names.discard(act.evidence.name)
        if act.paper is not None:
            # What else names it is taken back before, or will be refused itself.
            self._papers.remove(act.paper.key)

    def _count(self, act: Act, by: int) -> None:
        if act.decision.verdict is Verdict.ACCEPTED:
            self.accepted += by
        elif act.decision.verdict is Verdict.LATER:
            self.put_off += by
        else:
            self.declined += by

    def _must_have(self) -> Suggestion:
        if self.current is None:
            raise EditRefused("nothing waits for a decision")
        return self.current


def _pair(suggestion: Suggestion) -> tuple[str, str]:
    return suggestion.claim, paper_names(suggestion.paper)[0] if paper_names(
        suggestion.paper
    ) else suggestion.paper.title
