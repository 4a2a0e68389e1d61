"""What follows from the knowledge, once and for every reader: direct edges, statuses, latest counts.

All of it goes into the graph `<derived>`. A query asks these instead of grouping evidence again: that is the shape
that every engine is slowest at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import Literal, Quad

from phengraph.model import CitationCount, Knowledge, Review, Stance, Status, StatusRecord
from phengraph.quads.terms import Entry, date_literal, decimal_literal, entry, graph_of, term
from phengraph.vocabulary import DERIVED

_EDGES = {Stance.SUPPORTS: "ph:supports", Stance.CONTRADICTS: "ph:contradicts", Stance.QUALIFIES: "ph:qualifies"}


def status_term(status: Status) -> str:
    """The prefixed name of a status: `ph:SingleSource`."""
    return "ph:" + "".join(word.capitalize() for word in status.split())


def derived_quads(
    knowledge: Knowledge, statuses: Mapping[str, StatusRecord], counts: Iterable[CitationCount], base: str
) -> Iterator[Quad]:
    """Edges of accepted evidence, a status record for each claim, the latest count of each paper.

    Args:
        knowledge: what people wrote.
        statuses: the status of each claim by slug, as `status.judge_all` gives it.
        counts: all counts in any order; the one with the latest date of each paper is taken.
        base: the base IRI, ending in a slash.
    """
    graph = graph_of(base, DERIVED)
    for evidence in knowledge.evidence.values():
        if evidence.review is Review.ACCEPTED and evidence.stance in _EDGES:
            paper, claim = entry(base, "paper", evidence.paper), entry(base, "claim", evidence.claim)
            yield Quad(paper, term(_EDGES[evidence.stance]), claim, graph)
    for record in statuses.values():
        yield from _status_quads(record, base)
    latest = {count.paper: count for count in sorted(counts)}
    for key, count in latest.items():
        if key in knowledge.papers:
            paper = entry(base, "paper", key)
            yield Quad(paper, term("ph:citationCount"), Literal(count.citations), graph)
            yield Quad(paper, term("ph:influentialCitationCount"), Literal(count.influential), graph)
            yield Quad(paper, term("ph:countedOn"), date_literal(count.date), graph)


def _status_quads(record: StatusRecord, base: str) -> list[Quad]:
    graph = graph_of(base, DERIVED)
    claim = entry(base, "claim", record.claim)
    status = term(status_term(record.status))
    made = Entry(entry(base, "status", record.claim), "ph:StatusRecord", graph)
    made.add("ph:claim", claim)
    made.add("ph:status", status)
    made.text("ph:rule", record.rule)
    made.text("ph:reason", record.reason)
    for flag in record.flags:
        made.text("ph:flag", flag)
    made.add("ph:supportWeight", decimal_literal(record.support_weight))
    made.add("ph:contradictWeight", decimal_literal(record.contradict_weight))
    made.quads.append(Quad(claim, term("ph:status"), status, graph))
    made.quads.append(Quad(claim, term("ph:statusRecord"), made.subject, graph))
    numbers = (
        ("ph:supportingTeams", Literal(record.supporting_teams)),
        ("ph:contradictingTeams", Literal(record.contradicting_teams)),
        ("ph:qualifyingTeams", Literal(record.qualifying_teams)),
        ("ph:supportShare", decimal_literal(record.share)),
    )
    for predicate, value in numbers:
        made.add(predicate, value)
        made.quads.append(Quad(claim, term(predicate), value, graph))
    return made.quads
