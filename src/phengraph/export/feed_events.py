"""What happened, as the feed tells it: new citing papers, counts that jumped or fell, statuses that moved.

Everything follows from the dataset: dates stand in the records and in the provenance, so the same dataset gives the
same events on every machine. A paper's first record is no news of its citations; all first records of a day are one
event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from phengraph.identifiers import iri_name
from phengraph.model import Citation, Evidence, Status
from phengraph.quads.terms import term
from phengraph.settings import StatusSettings
from phengraph.status import judge
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
    """Names of the evidence that moved the status."""


def events(dataset: Dataset, view: View, keys: set[str], claims: set[str]) -> list[Event]:
    """The events of these papers and claims, the newest first; of one moment in the order of kind and name."""
    found = [*_citation_events(dataset, keys), *_count_events(view, keys), *_status_events(view, claims)]
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


def _status_events(view: View, claims: set[str]) -> Iterator[Event]:
    """Statuses as the evidence of today moved them, by the dates of its lines.

    Replayed with the usual weights: where those give another status than the dataset has (a project that set its own),
    nothing is told of that claim.
    """
    by_claim: dict[str, list[Evidence]] = defaultdict(list)
    for one in view.knowledge.evidence.values():
        if one.claim in claims:
            by_claim[one.claim].append(one)
    for claim, everything in by_claim.items():
        moments: dict[str, list[Evidence]] = defaultdict(list)
        for one in everything:
            if one.name in view.added:
                moments[view.added[one.name]].append(one)
        if len(moments) < 2 or sum(map(len, moments.values())) < len(everything):
            continue
        yield from _moves(view, claim, moments)


def _moves(view: View, claim: str, moments: Mapping[str, list[Evidence]]) -> list[Event]:
    present: list[Evidence] = []
    status: Status | None = None
    moves = []
    for moment in sorted(moments):
        present += moments[moment]
        now = judge(claim, present, view.knowledge.papers, StatusSettings()).status
        if status is not None and now is not status:
            because = tuple(sorted(one.name for one in moments[moment]))
            moves.append(Event(moment, "status", claim, was=status, now=now, because=because))
        status = now
    recorded = view.statuses.get(claim)
    return moves if recorded is not None and recorded.status is status else []


def citations_of(dataset: Dataset, event: Event) -> list[Citation]:
    """The citations that an event names: influential ones first, then by title; those since removed left out."""
    read = [read_citation(dataset, NamedNode(node), event.about) for node in event.nodes]
    there = [one for one in read if one.removed is None]
    return sorted(there, key=lambda one: (not one.influential, one.citing.title))[:SHOWN_CITATIONS]
