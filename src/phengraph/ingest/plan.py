"""What is due, and what it costs: which papers' citations are read, why, and in how many requests.

The plan is REFRESH's cheapest: one batch for all counts, then pages only for papers whose counts changed, newest
first. Counts alone miss what does not move them (a citation added and one removed, sentences that arrive later), so
each list is also read from end to end now and then, the papers spread over the days.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from phengraph.ingest.client import BATCH_LIMIT, PAGE_LIMIT
from phengraph.ingest.lookup import EMBEDDING_BATCH_LIMIT
from phengraph.ingest.records import PaperRecord
from phengraph.ingest.state import PaperState
from phengraph.ingest.tracked import spellings
from phengraph.model import Paper
from phengraph.settings import RefreshSettings

_EARLY_TRIES = 3
"""A list that ended too early is read again in the next refreshes, so often."""


class Reason(IntEnum):
    """Why a paper's citations are read; the first reasons come first."""

    ASKED = 0
    UNFINISHED = 1
    FIRST = 2
    CHANGED = 3
    TOO_EARLY = 4
    WHOLE = 5

    @property
    def words(self) -> str:
        return {
            Reason.ASKED: "asked for",
            Reason.UNFINISHED: "unfinished",
            Reason.FIRST: "never read",
            Reason.CHANGED: "counts changed",
            Reason.TOO_EARLY: "ended too early",
            Reason.WHOLE: "full pass due",
        }[self]

    @property
    def is_whole(self) -> bool:
        """Whether the list is read from end to end."""
        return self in (Reason.ASKED, Reason.FIRST, Reason.TOO_EARLY, Reason.WHOLE)


def due_whole(key: str, last: str | None, days: int) -> datetime.date | None:
    """The day on which a paper's list is read from end to end again; None when it never was.

    Each paper has its own day in the cycle, given by its key, so that every day has about as many. A list that was
    read meanwhile waits at least half a cycle.

    >>> due_whole("kaplan2020scaling", "2026-11-01", 30)
    datetime.date(2026, 11, 24)
    """
    if last is None:
        return None
    start = datetime.date.fromisoformat(last) + datetime.timedelta(days=math.ceil(days / 2))
    slot = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % days
    return start + datetime.timedelta(days=(slot - start.toordinal()) % days)


def mode_of(key: str, settings: RefreshSettings) -> str:
    """What is kept of a paper's citations: `contexts`, `ids` or `none`."""
    own = settings.papers.get(key)
    return (own and own.citations) or settings.citations


def room_of(key: str, settings: RefreshSettings) -> int:
    """How many citations of a paper's first record are kept whole in text."""
    own = settings.papers.get(key)
    return settings.citations_in_text if own is None or own.citations_in_text is None else own.citations_in_text


def reason_to_read(
    key: str,
    state: PaperState | None,
    counts: tuple[int | None, int | None],
    today: datetime.date,
    settings: RefreshSettings,
    *,
    unfinished: bool = False,
    asked: bool = False,
) -> Reason | None:
    """Why a paper's citations are to be read now; None when they need not be.

    Args:
        key: of the paper.
        state: what is remembered of it.
        counts: citations and influential ones as Semantic Scholar counts them now.
        today: in UTC.
        settings: the cycle, and what is kept.
        unfinished: a reading of it was stopped.
        asked: a person asked for it.
    """
    if mode_of(key, settings) == "none":
        return None
    if asked:
        return Reason.ASKED
    if unfinished:
        return Reason.UNFINISHED
    if state is None or state.citations is None:
        return Reason.FIRST
    due = due_whole(key, state.read_whole, settings.full_pass_days)
    if due is not None and due <= today:
        return Reason.WHOLE
    citations, influential = counts
    if citations is not None and (citations, influential) != (state.citations, state.influential):
        return Reason.CHANGED
    return Reason.TOO_EARLY if 0 < state.tries < _EARLY_TRIES else None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a refresh would do now, as far as is known without asking."""

    papers: int
    """Papers with an id, which are looked up in batches."""
    batches: int
    titles: int
    """Papers without an id that are looked for by title, one request each."""
    reasons: Mapping[Reason, int]
    """How many papers' citations are read, and why."""
    pages: int
    """Requests for those, as far as counts are known."""
    unforeseen: int
    """More pages that are likely: papers whose counts will turn out to have changed."""
    seconds_between_requests: float

    @property
    def requests(self) -> int:
        return self.batches + self.titles + self.pages + self.unforeseen

    @property
    def minutes(self) -> float:
        return self.requests * self.seconds_between_requests / 60

    def text(self) -> str:
        """The plan in lines, the price on the last one."""
        lines = [f"{self.papers:,} papers looked up in {_requests(self.batches)}"]
        if self.titles:
            lines.append(f"{self.titles:,} papers without an id looked for by title, one request each")
        if self.reasons:
            parts = ", ".join(f"{number:,} {reason.words}" for reason, number in self.reasons.items())
            lines.append(
                f"citations of {sum(self.reasons.values()):,} papers ({parts}) in about {_requests(self.pages)}"
            )
        if self.unforeseen:
            lines.append(f"about {_requests(self.unforeseen)} more for papers whose counts have changed meanwhile")
        pace = f"{self.minutes:.1f} minutes at one in {self.seconds_between_requests:g} s"
        lines.append(f"about {_requests(self.requests)}, {pace}")
        return "\n".join(lines) + "\n"

    def json(self) -> str:
        """The plan as a JSON object."""
        values = {
            "papers": self.papers,
            "batches": self.batches,
            "titles": self.titles,
            "lists": {reason.words: number for reason, number in self.reasons.items()},
            "pages": self.pages,
            "unforeseen": self.unforeseen,
            "requests": self.requests,
            "minutes": round(self.minutes, 2),
        }
        return json.dumps(values, indent=2) + "\n"


def _requests(number: int) -> str:
    return f"{number:,} request{'' if number == 1 else 's'}"


def make_plan(
    papers: Collection[Paper],
    records: Mapping[str, PaperRecord],
    states: Mapping[str, PaperState],
    counts: Mapping[str, int],
    unfinished: Collection[str],
    today: datetime.date,
    settings: RefreshSettings,
    *,
    asked: Iterable[str] = (),
    changed_share: float = 0.05,
) -> Plan:
    """The plan of a refresh, without asking the service anything.

    Args:
        papers: the tracked papers.
        records: what Semantic Scholar was known to have of them.
        states: what is remembered of them.
        counts: their last known citation counts.
        unfinished: keys of papers whose reading was stopped.
        today: in UTC.
        settings: limits and cycle.
        asked: keys that a person asked for.
        changed_share: how many of the others are likely to have changed.
    """
    wished = set(asked)
    titles = batch = embeddings = quiet = pages = 0
    reasons: dict[Reason, int] = {}
    for paper in papers:
        key, record, state = paper.key, records.get(paper.key), states.get(paper.key)
        if (record is None or record.id is None) and not spellings(paper):
            titles += title_is_due(state, today, settings)
            continue
        batch += 1
        embeddings += state is None or state.embedding_asked is None
        known = (state.citations, state.influential) if state else (None, None)
        reason = reason_to_read(key, state, known, today, settings, unfinished=key in unfinished, asked=key in wished)
        if reason is None:
            quiet += mode_of(key, settings) != "none"
            continue
        reasons[reason] = reasons.get(reason, 0) + 1
        pages += max(1, math.ceil(counts.get(key, PAGE_LIMIT) / PAGE_LIMIT)) if reason.is_whole else 1
    return Plan(
        papers=batch,
        batches=count_batches(batch, embeddings),
        titles=titles,
        reasons=dict(sorted(reasons.items())),
        pages=pages,
        unforeseen=math.ceil(quiet * changed_share),
        seconds_between_requests=settings.seconds_between_requests,
    )


def count_batches(papers: int, embeddings: int) -> int:
    """How many batches hold so many papers, when so many of them want their embedding."""
    small = math.ceil(embeddings / EMBEDDING_BATCH_LIMIT)
    return small + math.ceil(max(0, papers - small * EMBEDDING_BATCH_LIMIT) / BATCH_LIMIT)


def title_is_due(state: PaperState | None, today: datetime.date, settings: RefreshSettings) -> bool:
    """Whether a paper without an id is looked for by its title: once in each cycle."""
    if state is None or state.matched is None:
        return True
    return (today - datetime.date.fromisoformat(state.matched)).days >= settings.full_pass_days
