"""Where an entry is written, and from git who wrote it and when: the graph `<provenance>`.

Lines live here and not beside the entry, so that moving it changes no knowledge. Nothing of this graph goes into the
committed Turtle: a commit would make it stale.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.model import Knowledge, Source
from phengraph.origins import Origins
from phengraph.quads.terms import Entry, datetime_literal, entry, graph_of, slug_of_name, source_list_node, term
from phengraph.vocabulary import PROVENANCE


def placed_entries(knowledge: Knowledge, base: str) -> Iterator[tuple[NamedNode, Source]]:
    """Every entry with the place where it is written."""
    if knowledge.source_list is not None:
        yield source_list_node(base), knowledge.source_list.source
    for topic in knowledge.topics.values():
        yield entry(base, "topic", topic.slug), topic.source
    for phenomenon in knowledge.phenomena.values():
        yield entry(base, "phenomenon", phenomenon.slug), phenomenon.source
    for claim in knowledge.claims.values():
        yield entry(base, "claim", claim.slug), claim.source
    for evidence in knowledge.evidence.values():
        yield entry(base, "evidence", evidence.name), evidence.source
    for paper in knowledge.papers.values():
        yield entry(base, "paper", paper.key), paper.source
    for model in knowledge.models.values():
        yield entry(base, "model", model.key), model.source
    for note in knowledge.notes.values():
        yield entry(base, "note", note.slug), note.source


def origin_quads(knowledge: Knowledge, origins: Origins, base: str) -> Iterator[Quad]:
    """Who wrote each entry and when, as PROV-O, for the entries that git knows."""
    graph = graph_of(base, PROVENANCE)
    told: set[str] = set()
    for node, source in placed_entries(knowledge, base):
        origin = origins.of(source)
        if origin is None:
            continue
        yield Quad(node, term("prov:generatedAtTime"), datetime_literal(origin.time), graph)
        if not origin.author:
            continue
        agent = Entry(entry(base, "agent", slug_of_name(origin.author)), "prov:Agent", graph)
        yield Quad(node, term("prov:wasAttributedTo"), agent.subject, graph)
        if agent.subject.value not in told:
            # Two spellings of one slug are one person, named as the first entry has it.
            told.add(agent.subject.value)
            agent.text("foaf:name", origin.author)
            yield from agent.quads


def line_quads(knowledge: Knowledge, base: str) -> Iterator[Quad]:
    """The line of every entry, outside git too."""
    graph = graph_of(base, PROVENANCE)
    line = term("ph:sourceLine")
    for node, source in placed_entries(knowledge, base):
        yield Quad(node, line, Literal(source.line), graph)
