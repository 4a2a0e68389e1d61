"""Turtle and TriG that a person can read: one entry a block, its statements in a sensible order, no byte by chance.

Why not a library's serializer: rdflib's `longturtle` sorts and spaces well, but takes rdflib's parse of the whole
dataset; pyoxigraph's keeps the given order, but writes its prefixes in the order of a hash table, so that two
processes differ. So each term is written by pyoxigraph, the layout is here, and tests read the result with three
parsers.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from phengraph.export.entities import (
    Statement,
    Term,
    graph_name,
    knowledge_statements,
    object_of,
    sections,
    sort_statements,
    statements_of,
    subject_of,
    subjects_of,
)
from phengraph.export.formats import Options
from phengraph.vocabulary import DERIVED, PROVENANCE, SUGGESTED, base_prefixes, expand

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

_TYPE, _DOUBLE = expand("rdf:type"), expand("xsd:double")
# A subset of Turtle's PN_LOCAL that every parser agrees on; what does not fit is written in full.
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_BARE = {
    expand("xsd:integer"): re.compile(r"[+-]?[0-9]+\Z"),
    expand("xsd:decimal"): re.compile(r"[+-]?[0-9]*\.[0-9]+\Z"),
    _DOUBLE: re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+\Z"),
    expand("xsd:boolean"): re.compile(r"(?:true|false)\Z"),
}
# Characters that would break a line or turn its direction on the screen; N-Triples and Turtle may hold them raw.
_UNSEEN = re.compile("[\x80-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_LENGTH = 120


class Shortener:
    """Writes terms with prefixes, and remembers which prefixes it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._by_namespace = {namespace: prefix for prefix, namespace in prefixes.items()}
        self._used: set[str] = set()

    def iri(self, text: str) -> str:
        """A prefixed name where one fits, else the IRI in angle brackets."""
        cut = max(text.rfind("/"), text.rfind("#")) + 1
        prefix = self._by_namespace.get(text[:cut])
        if prefix is None or not _LOCAL.match(text[cut:]):
            return str(NamedNode(text))
        self._used.add(prefix)
        return f"{prefix}:{text[cut:]}"

    def term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        datatype = term.datatype.value
        if datatype == _DOUBLE:
            term = _double(term)
        if (bare := _BARE.get(datatype)) and bare.match(term.value):
            return term.value
        written = _UNSEEN.sub(lambda match: f"\\u{ord(match.group()):04X}", str(term))
        suffix = f"^^<{datatype}>"
        return written.removesuffix(suffix) + "^^" + self.iri(datatype) if written.endswith(suffix) else written

    def head(self) -> str:
        """The `@prefix` lines of the prefixes used so far, in the vocabulary's order."""
        used = ((prefix, namespace) for prefix, namespace in self._prefixes.items() if prefix in self._used)
        return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in used)


def export_turtle(dataset: Dataset, options: Options) -> bytes:
    """What people wrote and what follows from it, in one Turtle file with the ontology that names it.

    The same triples in any tool; the names of the graphs are lost, as Turtle has none.
    """
    from phengraph.views import read_view

    wanted = knowledge_statements(
        dataset.base, with_citations=options.with_citations, with_provenance=options.with_provenance
    )
    shortener = Shortener(base_prefixes(dataset.base))
    parts: list[str] = []
    for section in sections(read_view(dataset), subjects_of(filter(wanted, dataset.store))):
        parts.append(f"\n# --- {_comment(section.heading)} ---\n")
        parts.extend(
            block(subject, statements_of(dataset.store, subject, wanted), shortener) for subject in section.subjects
        )
    head = "# Made by `phengraph export turtle` from graph/; edit there, not here.\n\n"
    return "".join((head, shortener.head(), *parts)).encode()


def export_trig(dataset: Dataset, options: Options) -> bytes:
    """Everything, in its named graphs: one a source file, and those that are made."""
    from phengraph.views import read_view

    provenance = dataset.base + PROVENANCE
    by_graph: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for quad in dataset.store:
        if (name := graph_name(quad)) != provenance or options.with_provenance:
            by_graph[name][subject_of(quad)].append((quad.predicate.value, object_of(quad)))
    every = {subject for graph in by_graph.values() for subject in graph}
    rank = {
        subject: place
        for place, subject in enumerate(
            subject for section in sections(read_view(dataset), every) for subject in section.subjects
        )
    }
    made = {dataset.base + name for name in (DERIVED, SUGGESTED, PROVENANCE)}
    shortener = Shortener(base_prefixes(dataset.base))
    parts: list[str] = []
    for name in sorted(by_graph, key=lambda name: (name in made, name)):
        graph = by_graph.pop(name)
        parts.append(f"\n{shortener.iri(name)} {{\n" if name else "\n{\n")
        parts.extend(
            block(subject, sort_statements(graph[subject]), shortener, indent="    ")
            for subject in sorted(graph, key=rank.__getitem__)
        )
        parts.append("}\n")
    head = "# Made by `phengraph export trig`.\n\n"
    return "".join((head, shortener.head(), *parts)).encode()


def _double(literal: Literal) -> Literal:
    """The same double in the spelling that rdflib gives it, so that every tool shows the same text.

    A store writes `70000000`, rdflib `70000000.0` whatever it read; only this spelling is left alone by both parsers.
    """
    value = float(literal.value)
    return Literal(repr(value), datatype=literal.datatype) if math.isfinite(value) else literal


def _comment(text: str) -> str:
    """A heading for one comment line: no line break, no control character."""
    return " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") or c.isspace()).split())


def block(subject: str, statements: Iterable[Statement], shortener: Shortener, *, indent: str = "") -> str:
    """One entry in Turtle, after a blank line."""
    first, *rest = _predicates(statements, shortener, indent + "    ")
    return "\n" + " ;\n".join((f"{indent}{shortener.iri(subject)} {first.lstrip()}", *rest)) + " .\n"


def _predicates(statements: Iterable[Statement], shortener: Shortener, indent: str) -> Iterator[str]:
    for predicate, group in groupby(statements, key=lambda statement: statement[0]):
        objects = [shortener.term(term) for _, term in group]
        name = "a" if predicate == _TYPE else shortener.iri(predicate)
        line = f"{indent}{name} {' , '.join(objects)}"
        if len(objects) > 1 and len(line) > _LINE_LENGTH:
            line = f"{indent}{name}\n" + " ,\n".join(f"{indent}    {each}" for each in objects)
        yield line
