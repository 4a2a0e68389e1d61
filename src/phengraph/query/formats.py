"""Formats of answers, and which form of query gives which.

SELECT and ASK give solutions (the SPARQL 1.1 Query Results formats: JSON, XML, CSV, TSV), CONSTRUCT and DESCRIBE give
a graph (Turtle, N-Triples, JSON-LD, RDF/XML). `table` is for people at a terminal and stands outside: `query.table`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from phengraph.problems import QueryError, nearest


class Form(StrEnum):
    """The four forms of a SPARQL query."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_graph(self) -> bool:
        """True for CONSTRUCT and DESCRIBE, False for SELECT and ASK."""
        return self in (Form.CONSTRUCT, Form.DESCRIBE)


@dataclass(frozen=True, slots=True)
class Format:
    """One format of answers."""

    name: str
    gives_graph: bool
    """True when it holds a graph, False when it holds solutions."""
    media_type: str
    """What is sent over HTTP."""
    also_accepted: tuple[str, ...]
    """Further media types that a client may ask for and means this format."""
    suffix: str
    """Usual ending of a file, without the dot."""
    engine_name: str
    """Attribute of `pyoxigraph.QueryResultsFormat` or `pyoxigraph.RdfFormat`."""
    is_text: bool = False
    """True when a `charset` belongs to the media type."""


_ALL = (
    Format("json", False, "application/sparql-results+json", ("application/json", "text/json"), "srj", "JSON"),
    Format("xml", False, "application/sparql-results+xml", ("application/xml", "text/xml"), "srx", "XML"),
    Format("csv", False, "text/csv", (), "csv", "CSV", is_text=True),
    Format("tsv", False, "text/tab-separated-values", ("text/tsv",), "tsv", "TSV", is_text=True),
    Format("turtle", True, "text/turtle", ("application/x-turtle", "text/n3"), "ttl", "TURTLE", is_text=True),
    Format("ntriples", True, "application/n-triples", ("text/plain",), "nt", "N_TRIPLES"),
    Format("jsonld", True, "application/ld+json", ("application/json",), "jsonld", "JSON_LD"),
    Format("rdfxml", True, "application/rdf+xml", ("application/xml", "text/xml"), "rdf", "RDF_XML"),
)
FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _ALL})
_OTHER_NAMES = {"srj": "json", "srx": "xml", "ttl": "turtle", "nt": "ntriples", "json-ld": "jsonld", "rdf": "rdfxml"}


def formats_of(form: Form) -> tuple[Format, ...]:
    """The formats that an answer to this form of query can have, the usual one first.

    >>> [one.name for one in formats_of(Form.ASK)]
    ['json', 'xml', 'csv', 'tsv']
    """
    return tuple(one for one in _ALL if one.gives_graph is form.gives_graph)


def format_for(name: str, form: Form) -> Format:
    """The format of this name, when it fits the form of the query.

    Raises:
        QueryError: of kind `format`: no such format, or not one for this form; the message says which would be right.

    >>> format_for("ttl", Form.DESCRIBE).media_type
    'text/turtle'
    >>> format_for("csv", Form.CONSTRUCT)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
      ...
    phengraph.problems.QueryError: csv is for SELECT and ASK; CONSTRUCT gives a graph: use turtle, ...
    """
    found = FORMATS.get(_OTHER_NAMES.get(name, name))
    fitting = [one.name for one in formats_of(form)]
    choice = f"{', '.join(fitting[:-1])} or {fitting[-1]}"
    if found is None:
        suggestion = nearest(name, [*FORMATS, *_OTHER_NAMES])
        mend = f"did you mean '{suggestion}'?" if suggestion else f"use {choice}"
        raise QueryError(f"no format named '{name}'; {mend}", kind="format")
    if found.gives_graph is not form.gives_graph:
        forms = "CONSTRUCT and DESCRIBE" if found.gives_graph else "SELECT and ASK"
        gives = {Form.SELECT: "a table", Form.ASK: "yes or no"}.get(form, "a graph")
        raise QueryError(f"{name} is for {forms}; {form} gives {gives}: use {choice}", kind="format")
    return found
