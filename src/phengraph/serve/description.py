"""What is said about one entry, as statements: the content of its Turtle, N-Triples and JSON-LD.

An entry comes with the small things that belong to it (a claim with its status and evidence, a paper with its authors
and counts), and what it names with its label, so that a reader of one document need not ask for ten more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from phengraph.export.compaction import Context, read_context
from phengraph.export.entities import Statement, knowledge_statements, object_of, sort_statements, subject_of
from phengraph.export.turtle import Shortener, block
from phengraph.problems import ExportError
from phengraph.serve.site import Site
from phengraph.vocabulary import KINDS, base_prefixes, expand

Description: TypeAlias = list[tuple[str, list[Statement]]]
"""Subjects with their statements, the entry itself first; every statement once."""

_LABELS = frozenset(
    map(
        expand,
        ("rdf:type", "skos:prefLabel", "foaf:name", "dcterms:title", "ph:year", "fabio:hasArXivId", "prism:doi"),
    )
)
_COUNTS = expand("c4o:hasGlobalCitationFrequency")
_OPINIONS = tuple(map(expand, ("ph:supports", "ph:contradicts", "ph:qualifies")))
_NAMED_BY = 500
"""So many statements that name an entry without parts of its own are told."""


def describe(site: Site, kind: str, name: str) -> Description:
    """The statements about an entry of any kind; empty when there are none."""
    told = _Teller(site)
    node = site.iri(kind, name)
    parts = _PARTS.get(kind)
    if not told.whole(node):
        return []
    if parts is None:
        told.naming(node)
    else:
        parts(site, told, name)
    told.labels_of_what_is_named()
    return told.description()


def turtle(site: Site, description: Description) -> bytes:
    shortener = Shortener(base_prefixes(site.view.base))
    blocks = [block(subject, statements, shortener) for subject, statements in description]
    return (shortener.head() + "".join(blocks)).encode()


def ntriples(site: Site, description: Description) -> bytes:
    """Sorted lines; the same triples as the Turtle, to the letter."""
    written = pyoxigraph.serialize(
        pyoxigraph.parse(turtle(site, description), format=RdfFormat.TURTLE), format=RdfFormat.N_TRIPLES
    )
    assert written is not None  # no file was given to write into
    return b"".join(sorted(written.splitlines(keepends=True)))


def jsonld(site: Site, description: Description) -> bytes:
    """The entry as one node object with its context inside; what belongs to it stands under `others`."""
    context = _context(site)
    subject, statements = description[0]
    document = {"@context": context.definitions, **context.entry(subject, statements)}
    others = [context.entry(other, said) for other, said in description[1:]]
    if others:
        document["others"] = others
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _context(site: Site) -> Context:
    """The project's own context; where it has none, one of prefixes."""
    aliases = {"id": "@id", "type": "@type", "others": "@included"}
    try:
        own = read_context(site.dataset.context_path, site.view.base)
    except ExportError:
        return Context(base_prefixes(site.view.base) | aliases, site.view.base)
    return Context(own.definitions | aliases, site.view.base)


class _Teller:
    """Gathers statements by subject in the order in which they are asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._store = site.dataset.store
        self._wanted = knowledge_statements(site.view.base, with_citations=True, with_provenance=True)
        self._statements: dict[str, set[Statement]] = {}
        self._whole: set[str] = set()

    def whole(self, subject: str) -> bool:
        """Everything about a subject; False when there is nothing."""
        if subject not in self._whole:
            self._whole.add(subject)
            self._take(subject, self._of(subject))
        return subject in self._statements

    def only(self, subject: str, predicates: Iterable[str]) -> None:
        """Of a subject only these predicates."""
        kept = frozenset(predicates)
        self._take(subject, (one for one in self._of(subject) if one[0] in kept))

    def linking(self, subject: str, predicates: Iterable[str], target: str) -> None:
        """Of a subject only that it is linked with the target."""
        kept = frozenset(predicates)
        node = NamedNode(target)
        self._take(subject, (one for one in self._of(subject) if one[0] in kept and one[1] == node))

    def naming(self, node: str) -> None:
        """Statements of others that name this node, up to a limit."""
        place = 0
        for quad in self._store.quads_for_pattern(None, None, NamedNode(node), None):
            if place == _NAMED_BY:
                return
            if isinstance(quad.subject, NamedNode) and self._wanted(quad):
                place += 1
                self._take(subject_of(quad), [(quad.predicate.value, object_of(quad))])

    def targets(self, subject: str, predicate: str) -> list[str]:
        """The entries that a subject is linked with, in the order of their IRIs."""
        found = {term.value for one, term in self._of(subject) if one == predicate and isinstance(term, NamedNode)}
        return sorted(found)

    def labels_of_what_is_named(self) -> None:
        """A label for each of our entries that is named and not told."""
        ours = tuple(f"{self._site.view.base}{kind}/" for kind in KINDS.values())
        named = {
            term.value
            for statements in self._statements.values()
            for _, term in statements
            if isinstance(term, NamedNode) and term.value.startswith(ours)
        }
        for other in sorted(named - self._whole):
            self.only(other, _LABELS)

    def description(self) -> Description:
        return [(subject, sort_statements(said)) for subject, said in self._statements.items()]

    def _of(self, subject: str) -> Iterator[Statement]:
        quads: Iterable[Quad] = self._store.quads_for_pattern(NamedNode(subject), None, None, None)
        for quad in quads:
            if self._wanted(quad) and isinstance(quad.object, NamedNode | Literal):
                yield quad.predicate.value, quad.object

    def _take(self, subject: str, statements: Iterable[Statement]) -> None:
        for one in statements:
            self._statements.setdefault(subject, set()).add(one)


def _parts_of_claim(site: Site, told: _Teller, slug: str) -> None:
    told.whole(site.iri("status", slug))
    for one in site.evidence_of_claim.get(slug, ()):
        told.whole(site.iri("evidence", one.name))
    for one in site.evidence_of_claim.get(slug, ()):
        told.linking(site.iri("paper", one.paper), _OPINIONS, site.iri("claim", slug))


def _parts_of_phenomenon(site: Site, told: _Teller, slug: str) -> None:
    for figure in site.knowledge.phenomena[slug].figures:
        told.whole(figure.url)
    for note in site.notes_of.get(slug, ()):
        told.whole(site.iri("note", note.slug))
    for claim in site.claims_of.get(slug, ()):
        told.whole(site.iri("claim", claim.slug))
        told.whole(site.iri("status", claim.slug))


def _parts_of_paper(site: Site, told: _Teller, key: str) -> None:
    paper = site.iri("paper", key)
    for author in told.targets(paper, expand("schema:author")):
        told.whole(author)
    for one in site.evidence_of_paper.get(key, ()):
        told.whole(site.iri("evidence", one.name))
    for count in told.targets(paper, _COUNTS):
        told.whole(count)


def _parts_of_model(site: Site, told: _Teller, key: str) -> None:
    for one in site.evidence_of_model.get(key, ()):
        told.whole(site.iri("evidence", one.name))
    for phenomenon in site.phenomena_of_model.get(key, ()):
        told.linking(site.iri("phenomenon", phenomenon.slug), [expand("ph:seenIn")], site.iri("model", key))


def _parts_of_topic(site: Site, told: _Teller, slug: str) -> None:
    for one in site.phenomena_of_topic.get(slug, ()):
        told.linking(site.iri("phenomenon", one.slug), [expand("ph:topic")], site.iri("topic", slug))


def _parts_of_author(site: Site, told: _Teller, slug: str) -> None:
    for paper in site.papers_of_author.get(slug, ()):
        node = site.iri("paper", paper.key)
        told.linking(node, [expand("schema:author")], site.iri("author", slug))
        told.only(node, _LABELS)


def _no_parts(site: Site, told: _Teller, name: str) -> None:
    del site, told, name


_PARTS: dict[str, Callable[[Site, _Teller, str], None]] = {
    "claim": _parts_of_claim,
    "phenomenon": _parts_of_phenomenon,
    "paper": _parts_of_paper,
    "model": _parts_of_model,
    "topic": _parts_of_topic,
    "author": _parts_of_author,
    "evidence": _no_parts,
    "note": _no_parts,
}
