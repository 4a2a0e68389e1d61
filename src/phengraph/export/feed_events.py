"""What happened, as the feed tells it: new citing papers, counts that jumped or fell, statuses that moved.

Dates are those of the records and, of statuses, the days of the commits that moved them (see `moves`), never of the
run: the same dataset in the same checkout gives the same events. A paper's first record is no news of its citations;
all first records of a day are one event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from phengraph.identifiers import iri_name
from phengraph.model import Citation
from phengraph.moves import status_moves
from phengraph.quads.terms import term
from phengraph.views import read_citation

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

JUMP = 10
JUMP_SHARE = 0.5
"""A count has jumped when it grew by 10, or by half: as `phengraph refresh` tells it."""
SHOWN_CITATIONS = 20
"""Citing papers that one event names; more are counted."""


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One thing that happened."""

    moment: str
    """`2026-12-01T00:00:00Z`; midnight where only the day is known."""
    kind: str
    """`citations`, `count`, `status`, `first`."""
    about: str
    """Key of the paper or slug of the claim; `""` for a first record."""
    amount: int = 0
    """New citations; by how much a count moved; papers of a first record."""
    total: int = 0
    """Citations of a first record; the count as it is now."""
    nodes: tuple[str, ...] = field(default=(), compare=False)
    """IRIs of the new citations."""
    was: str = ""
    now: str = ""
    """Statuses before and after."""
    because: tuple[str, ...] = ()
    """Names of the evidence that was added on the day on which the status moved."""


def events(dataset: Dataset, view: View, keys: set[str], claims: set[str]) -> list[Event]:
    """The events of these papers and claims, the newest first; of one moment in the order of kind and name."""
    found = [*_citation_events(dataset, keys), *_count_events(view, keys), *_status_events(dataset, view, claims)]
    found.sort(key=lambda event: (event.kind, event.about))
    found.sort(key=lambda event: event.moment, reverse=True)
    return found


def _citation_events(dataset: Dataset, keys: set[str]) -> Iterator[Event]:
    seen: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in dataset.store.quads_for_pattern(None, term("ph:seen"), None, None):
        if not isinstance(quad.subject, NamedNode) or not isinstance(quad.object, Literal):
            continue
        # The name of a citation begins with the key of the cited paper: no second look into the store.
        name = iri_name(dataset.base, "citation", quad.subject.value)
        key = name.rpartition("/")[0] if name else ""
        if key in keys:
            seen[key][quad.object.value].append(quad.subject.value)
    firsts: dict[str, list[int]] = defaultdict(list)
    for key, days in seen.items():
        first = min(days)
        firsts[first].append(len(days.pop(first)))
        for day, nodes in days.items():
            yield Event(f"{day}T00:00:00Z", "citations", key, len(nodes), nodes=tuple(sorted(nodes)))
    for day, amounts in firsts.items():
        yield Event(f"{day}T00:00:00Z", "first", "", len(amounts), sum(amounts))


def _count_events(view: View, keys: set[str]) -> Iterator[Event]:
    for key in keys & view.counts.keys():
        counts = view.counts[key]
        for before, after in pairwise(counts):
            change = after.citations - before.citations
            grown = before.citations > 0 and change >= before.citations * JUMP_SHARE
            if change >= JUMP or grown or change < 0:
                yield Event(f"{after.date}T00:00:00Z", "count", key, change, after.citations)


def _status_events(dataset: Dataset, view: View, claims: set[str]) -> Iterator[Event]:
    """Moves of statuses by the project's commits, each with the evidence that was added on its day and still stands."""
    moves = status_moves(dataset.project) if dataset.project else None
    if moves is None:
        return
    added: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in view.knowledge.evidence.values():
        if one.name in view.added:
            added[one.claim, _day(view.added[one.name])].append(one.name)
    for move in moves.moves:
        if move.claim in claims and move.before is not None and move.after is not None:
            because = tuple(sorted(added[move.claim, move.day]))
            moment = f"{move.day}T00:00:00Z"
            yield Event(moment, "status", move.claim, was=move.before, now=move.after, because=because)


def _day(moment: str) -> str:
    """The day in UTC of a moment of a commit, which has the committer's own zone."""
    return datetime.fromisoformat(moment).astimezone(UTC).date().isoformat()


def citations_of(dataset: Dataset, event: Event) -> list[Citation]:
    """The citations that an event names: influential ones first, then by title; those since removed left out."""
    read = [read_citation(dataset, NamedNode(node), event.about) for node in event.nodes]
    there = [one for one in read if one.removed is None]
    return sorted(there, key=lambda one: (not one.influential, one.citing.title))[:SHOWN_CITATIONS]
