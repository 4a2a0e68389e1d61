"""rdflib's `Dataset` over our store, through oxrdflib, with its traps taken out.

- oxrdflib gives `Literal("x", datatype=xsd:string)`, which rdflib holds unequal to the `Literal("x")` that everybody
  writes; here plain strings come out plain.
- A `FROM` clause was overruled by the union of all graphs; here it holds.
- rdflib's own SPARQL engine fetches the address or file in a `FROM` clause; that is switched off for the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph
import rdflib
import rdflib.plugins.sparql
from oxrdflib import OxigraphStore
from rdflib.namespace import XSD
from rdflib.query import Result
from rdflib.term import Identifier, Literal


class PlainStringStore(OxigraphStore):
    """oxrdflib's store whose plain strings equal rdflib's plain strings."""

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
        for (subject, predicate, value), contexts in super().triples(triple_pattern, context):
            yield (subject, predicate, plain(value)), contexts

    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],
        initBindings: Mapping[str, Identifier],
        queryGraph: str,
        **kwargs: Any,
    ) -> Result:
        if queryGraph == "__UNION__" and names_its_graphs(str(query)):
            queryGraph = ""
        result = super().query(query, initNs, initBindings, queryGraph, **kwargs)
        if result.type == "SELECT":
            # An unbound variable is left out, as rdflib's engine leaves it out.
            result.bindings = [
                {name: plain(value) for name, value in binding.items() if value is not None}
                for binding in result.bindings
            ]
        elif result.type == "CONSTRUCT":
            graph = rdflib.Graph()
            graph.addN((s, p, plain(o), graph) for s, p, o in result.graph or ())
            result.graph = graph
        return result


_NO_KEYWORDS = re.compile(
    r"""<[^<>"{}|^`\\\s]*> | \#[^\n\r]* | \"{3}.*?\"{3} | '{3}.*?'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | [?$:@][\w.-]* | [\w.-]+:[\w.-]* """,
    re.X | re.S,
)


def names_its_graphs(query: str) -> bool:
    """Does a query have a `FROM` clause? Not in a string, comment, IRI, variable or prefixed name.

    >>> names_its_graphs("SELECT ?from { ?from ex:from 'from'  } # from")
    False
    >>> names_its_graphs("SELECT ?s from<https://example.org/graph> { ?s ?p ?o }")
    True
    """
    return re.search(r"\bfrom\b", _NO_KEYWORDS.sub(" ", query), re.I) is not None


def plain(value: Any) -> Any:
    """The same term; an xsd:string literal without its datatype."""
    if isinstance(value, Literal) and value.datatype == XSD.string:
        return Literal(str(value))
    return value


def rdflib_dataset(store: pyoxigraph.Store, prefixes: Mapping[str, str]) -> rdflib.Dataset:
    """An rdflib `Dataset` over a store; the default graph is the union of the named ones.

    Changes that a program makes go to this store and nowhere else.
    """
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    dataset = rdflib.Dataset(store=PlainStringStore(store=store), default_union=True)
    for prefix, namespace in prefixes.items():
        dataset.bind(prefix, namespace, override=True, replace=True)
    return dataset
