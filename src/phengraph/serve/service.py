"""What the endpoint says of itself and of the dataset: SPARQL 1.1 Service Description and VoID, as RDF.

Sources: W3C SPARQL 1.1 Service Description; W3C Interest Group Note "Describing Linked Datasets with the VoID
Vocabulary". Sizes are counted by queries once a snapshot, through the workers like any other query.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Triple
from starlette.requests import Request
from starlette.responses import Response

from phengraph.query.formats import FORMATS, Form
from phengraph.query.frames import Request as QueryRequest
from phengraph.serve.endpoint import CROSS_ORIGIN, negotiate
from phengraph.serve.pool import Pool
from phengraph.serve.snapshots import Snapshot, Snapshots
from phengraph.vocabulary import PREFIXES, base_prefixes

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
# The W3C's unique names of formats (www.w3.org/ns/formats/).
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "jsonld": "JSON-LD",
    "rdfxml": "RDF_XML",
}
_GRAPHS = "SELECT ?name (COUNT(*) AS ?count) { GRAPH ?name { ?s ?p ?o } } GROUP BY ?name ORDER BY ?name"
_CLASSES = "SELECT ?name (COUNT(DISTINCT ?s) AS ?count) { ?s a ?name } GROUP BY ?name ORDER BY ?name"
_PROPERTIES = "SELECT ?name (COUNT(*) AS ?count) { ?s ?name ?o } GROUP BY ?name ORDER BY ?name"


@dataclass(frozen=True, slots=True)
class _Sizes:
    graphs: tuple[tuple[str, int], ...]
    classes: tuple[tuple[str, int], ...]
    properties: tuple[tuple[str, int], ...]


class ServiceDescription:
    """Answers with the description, in the RDF format that a client wants."""

    def __init__(self, snapshots: Snapshots, pool: Pool) -> None:
        self._snapshots = snapshots
        self._pool = pool
        # Gone with their snapshot: one that is no longer served must not stay in memory.
        self._sizes: weakref.WeakKeyDictionary[Snapshot, _Sizes] = weakref.WeakKeyDictionary()

    async def answer(self, request: Request) -> Response:
        """The description of the current snapshot.

        Raises:
            Refusal: 406 when the client takes no format of RDF.
            Busy, QueryError: the sizes could not be counted now.
        """
        chosen, media_type = negotiate(Form.CONSTRUCT, request.headers.get("accept"), None)
        with self._snapshots.lease() as snapshot:
            sizes = self._sizes.get(snapshot)
            if sizes is None:
                sizes = self._sizes[snapshot] = await self._count(snapshot)
        root = str(request.base_url).rstrip("/")
        content = pyoxigraph.serialize(
            _describe(f"{root}/sparql", snapshot, sizes),
            format=getattr(pyoxigraph.RdfFormat, chosen.engine_name),
            **_prefixes(snapshot.dataset.base, chosen.name),
        )
        text = media_type if media_type.startswith("application/") else f"{media_type}; charset=utf-8"
        headers = {**CROSS_ORIGIN, "Content-Type": text, "Vary": "Accept", "Cache-Control": "no-cache"}
        return Response(content, headers=headers)

    async def _count(self, snapshot: Snapshot) -> _Sizes:
        return _Sizes(*[await self._ask(snapshot, query) for query in (_GRAPHS, _CLASSES, _PROPERTIES)])

    async def _ask(self, snapshot: Snapshot, text: str) -> tuple[tuple[str, int], ...]:
        request = QueryRequest(text=text, format="json", base=snapshot.dataset.base, union=True)
        asked = await self._pool.ask(snapshot.brood, request, "")
        try:
            content = b"".join([part async for part in asked.parts()])
        finally:
            await asked.close()
        rows: list[dict[str, Any]] = json.loads(content)["results"]["bindings"]
        return tuple((row["name"]["value"], int(row["count"]["value"])) for row in rows if row["name"]["type"] == "uri")


def _prefixes(base: str, format_name: str) -> dict[str, Any]:
    if format_name == "ntriples":
        return {}
    kept = {name: iri for name, iri in base_prefixes(base).items() if name in ("ph", "dcterms", "foaf", "rdf", "xsd")}
    return {"prefixes": {**kept, "sd": _SD, "void": _VOID}}


def _describe(endpoint: str, snapshot: Snapshot, sizes: _Sizes) -> Iterator[Triple]:
    service, dataset, union = (NamedNode(endpoint + part) for part in ("#service", "#dataset", "#union"))
    yield _typed(service, _SD + "Service")
    yield Triple(service, NamedNode(_SD + "endpoint"), NamedNode(endpoint))
    yield Triple(service, NamedNode(_SD + "supportedLanguage"), NamedNode(_SD + "SPARQL11Query"))
    for name in FORMATS:
        format_name = NamedNode(f"http://www.w3.org/ns/formats/{_FORMAT_NAMES[name]}")
        yield Triple(service, NamedNode(_SD + "resultFormat"), format_name)
    # The union of the named graphs is the default graph; there is no sd:BasicFederatedQuery, SERVICE is refused.
    yield Triple(service, NamedNode(_SD + "feature"), NamedNode(_SD + "UnionDefaultGraph"))
    yield Triple(service, NamedNode(_SD + "defaultDataset"), dataset)
    yield _typed(dataset, _SD + "Dataset")
    yield Triple(dataset, NamedNode(_SD + "defaultGraph"), union)
    yield from _describe_union(endpoint, union, snapshot, sizes)
    for number, (name, count) in enumerate(sizes.graphs):
        node, graph = NamedNode(f"{endpoint}#named-{number}"), NamedNode(f"{endpoint}#graph-{number}")
        yield Triple(dataset, NamedNode(_SD + "namedGraph"), node)
        yield _typed(node, _SD + "NamedGraph")
        yield Triple(node, NamedNode(_SD + "name"), NamedNode(name))
        yield Triple(node, NamedNode(_SD + "graph"), graph)
        yield _typed(graph, _SD + "Graph")
        yield Triple(graph, NamedNode(_VOID + "triples"), Literal(count))


def _describe_union(endpoint: str, union: NamedNode, snapshot: Snapshot, sizes: _Sizes) -> Iterator[Triple]:
    contents = snapshot.dataset.contents
    yield _typed(union, _SD + "Graph")
    yield _typed(union, _VOID + "Dataset")
    yield Triple(union, NamedNode(PREFIXES["dcterms"] + "title"), Literal(contents.title))
    if contents.description:
        yield Triple(union, NamedNode(PREFIXES["dcterms"] + "description"), Literal(contents.description))
    if contents.repository:
        yield Triple(union, NamedNode(PREFIXES["foaf"] + "homepage"), NamedNode(contents.repository))
    yield Triple(union, NamedNode(PREFIXES["dcterms"] + "identifier"), Literal(snapshot.digest))
    yield Triple(union, NamedNode(_VOID + "sparqlEndpoint"), NamedNode(endpoint))
    yield Triple(union, NamedNode(_VOID + "uriSpace"), Literal(contents.base))
    yield Triple(union, NamedNode(_VOID + "triples"), Literal(sum(count for _, count in sizes.properties)))
    yield Triple(union, NamedNode(_VOID + "classes"), Literal(len(sizes.classes)))
    yield Triple(union, NamedNode(_VOID + "properties"), Literal(len(sizes.properties)))
    used = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri, _ in (*sizes.classes, *sizes.properties)}
    for namespace in sorted(used):
        yield Triple(union, NamedNode(_VOID + "vocabulary"), NamedNode(namespace))
    partitions = [
        (NamedNode(f"{endpoint}#{part}-{number}"), part, counted, name, count)
        for part, entries, counted in (("class", sizes.classes, "entities"), ("property", sizes.properties, "triples"))
        for number, (name, count) in enumerate(entries)
    ]
    for node, part, *_ in partitions:
        yield Triple(union, NamedNode(f"{_VOID}{part}Partition"), node)
    for node, part, counted, name, count in partitions:
        yield _typed(node, _VOID + "Dataset")
        yield Triple(node, NamedNode(_VOID + part), NamedNode(name))
        yield Triple(node, NamedNode(_VOID + counted), Literal(count))


def _typed(node: NamedNode, kind: str) -> Triple:
    return Triple(node, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(kind))
