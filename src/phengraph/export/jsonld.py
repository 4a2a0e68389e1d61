"""JSON-LD as a tree: a phenomenon holds its claims, a claim its evidence, an evidence its paper.

Plain JSON to a program that has never heard of RDF, and the same triples as the Turtle to one that has. Each paper
stands in full under `papers`; where an evidence names it, its title and year are repeated for the reader, which adds
no triple. Lists follow the house's order.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from pyoxigraph import NamedNode, Quad, Store

from phengraph import identifiers
from phengraph.export.compaction import Context, read_context
from phengraph.export.entities import knowledge_statements, sections, statements_of, subjects_of
from phengraph.export.formats import Options
from phengraph.quads.terms import source_list_node
from phengraph.vocabulary import PH, expand

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

_ABOUT, _CLAIM, _PAPER = map(expand, ("ph:about", "ph:claim", "ph:paper"))
_STATUS_RECORD = expand("ph:statusRecord")
# Nodes that are small and belong to whoever names them: embedded there in full, each time.
_EMBEDDED = frozenset(map(expand, ("schema:author", "ph:figure", "ph:dataset", "ph:statusRecord")))
# What of a paper is repeated where an evidence names it.
_SUMMARY = frozenset(map(expand, ("dcterms:title", "ph:year", "fabio:hasArXivId", "prism:doi")))
# Key of the document -> kinds of entries that it lists, by the first step of their path under the base.
_LISTS = {"topics": "topic", "phenomena": "phenomenon", "listNotes": "note", "papers": "paper", "models": "model"}
_SEEN = ("citation/", "count/", "work/")


def export_jsonld(dataset: Dataset, options: Options) -> bytes:
    """The same triples as the Turtle, as one JSON document with its context inside.

    Raises:
        ExportError: the project's context is missing or no context.
    """
    from phengraph.views import read_view

    wanted = knowledge_statements(
        dataset.base, with_citations=options.with_citations, with_provenance=options.with_provenance
    )
    context = read_context(dataset.context_path, dataset.base)
    tree = _Tree(dataset.store, read_view(dataset), wanted, context)
    return _document(context, tree.lists()).encode()


class _Tree:
    """Builds node objects, and remembers which entries have been told."""

    def __init__(self, store: Store, view: View, wanted: Callable[[Quad], bool], context: Context) -> None:
        self._store = store
        self._view = view
        self._wanted = wanted
        self._context = context
        self._told: set[str] = set()
        knowledge = view.knowledge
        self._claims: dict[str, list[str]] = defaultdict(list)
        self._evidence: dict[str, list[str]] = defaultdict(list)
        self._notes: dict[str, list[str]] = defaultdict(list)
        for claim in knowledge.claims.values():
            self._claims[claim.phenomenon].append(claim.slug)
        for reading in knowledge.evidence.values():
            self._evidence[reading.claim].append(reading.name)
        for note in knowledge.notes.values():
            self._notes[note.about].append(note.slug)

    def lists(self) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
        """The lists of the document by key, each node object made when it is asked for; no list is empty."""
        subjects = subjects_of(filter(self._wanted, self._store))
        ordered = [name for section in sections(self._view, subjects) for name in section.subjects]
        base = self._view.base
        yield "sourceList", self._nodes([name for name in ordered if name == source_list_node(base).value])
        for key, kind in _LISTS.items():
            yield key, self._nodes([name for name in ordered if name.startswith(f"{base}{kind}/")])
        seen = tuple(base + kind for kind in _SEEN)
        yield "seenCitations", self._nodes([name for name in ordered if name.startswith(seen)])
        yield "others", self._nodes([name for name in ordered if not name.startswith(PH)])
        yield "ontology", self._nodes([name for name in ordered if name.startswith(PH)])

    def _nodes(self, names: list[str]) -> Iterator[dict[str, Any]]:
        for name in names:
            if name not in self._told:
                slug = identifiers.iri_name(self._view.base, "phenomenon", name)
                yield self._node(name) if slug is None else self._phenomenon(slug)

    def _phenomenon(self, slug: str) -> dict[str, Any]:
        node = self._node(self._iri("phenomenon", slug))
        notes = [self._node(self._iri("note", name), skip=_ABOUT) for name in self._notes[slug]]
        claims = [self._claim(name) for name in self._claims[slug]]
        return node | ({"notes": notes} if notes else {}) | ({"claims": claims} if claims else {})

    def _claim(self, slug: str) -> dict[str, Any]:
        node = self._node(self._iri("claim", slug), skip=_ABOUT)
        evidence = [self._node(self._iri("evidence", name), skip=_CLAIM) for name in self._evidence[slug]]
        return node | ({"evidence": evidence} if evidence else {})

    def _node(self, subject: str, *, skip: str = "", leaf: bool = False) -> dict[str, Any]:
        """A node object; small nodes that it names are embedded, unless it is itself a leaf."""
        self._told.add(subject)
        node: dict[str, Any] = {"id": self._context.relative(subject)}
        for predicate, term in statements_of(self._store, subject, self._wanted):
            if predicate == skip:
                continue
            embedded = None
            if isinstance(term, NamedNode) and not leaf:
                if predicate in _EMBEDDED:
                    embedded = self._node(term.value, leaf=True)
                elif predicate == _PAPER:
                    embedded = self._summary(term.value)
            self._context.put(node, predicate, term, instead=embedded)
        return node

    def _summary(self, paper: str) -> dict[str, Any]:
        statements = statements_of(self._store, paper, self._wanted)
        return self._context.entry(paper, [one for one in statements if one[0] in _SUMMARY])

    def _iri(self, kind: str, name: str) -> str:
        return identifiers.iri(self._view.base, kind, name)


def _document(context: Context, lists: Iterator[tuple[str, Iterator[dict[str, Any]]]]) -> str:
    """The document's text, written node by node: a large project is never in memory as objects."""
    parts = ['{\n  "@context": ', _indented(context.definitions, 2)]
    for key, nodes in lists:
        written = [_indented(node, 4) for node in nodes]
        if written:
            parts.append(f",\n  {json.dumps(key)}: [\n    " + ",\n    ".join(written) + "\n  ]")
    return "".join(parts) + "\n}\n"


def _indented(value: Any, depth: int) -> str:
    # JSON escapes line breaks inside strings, so every "\n" here is one of the layout.
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * depth)
