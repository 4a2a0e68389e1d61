"""The W3C's SPARQL 1.1 test suites, read from their manifests. Source: the manifest vocabulary, w3c/rdf-tests."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
import rdflib
from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import to_canonical_graph

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
# Folders of query tests; the others are of updates, of the protocol, or of federation.
QUERY_FOLDERS = (
    "aggregates", "bind", "bindings", "cast", "construct", "csv-tsv-res", "exists", "functions", "grouping",
    "json-res", "negation", "project-expression", "property-path", "subquery", "syntax-query",
)  # fmt: skip
DEFAULT_GRAPH = "urn:made-up:default-graph"
"""Where a test's default graph is kept, since a dataset of ours has named graphs only."""


@dataclass(frozen=True)
class QueryTest:
    """One test of a query: evaluation, or syntax."""

    name: str
    kind: str
    """The local name of its type: QueryEvaluationTest, PositiveSyntaxTest11, ..."""
    query: str
    data: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()
    result: Path | None = None

    def store(self) -> pyoxigraph.Store:
        """Its data, each file in the graph that its address names, the default graph under `DEFAULT_GRAPH`."""
        store = pyoxigraph.Store()
        for path in self.data:
            load(store, path, DEFAULT_GRAPH)
        for path in self.named:
            load(store, path, path.as_uri())
        return store

    @property
    def dataset(self) -> dict[str, list[str]]:
        """The protocol's parameters that name its dataset."""
        return {
            "default-graph-uri": [DEFAULT_GRAPH],
            "named-graph-uri": [path.as_uri() for path in self.named] or ["urn:made-up:none"],
        }


@dataclass(frozen=True)
class ProtocolRequest:
    """One request of a protocol test, and what is expected of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    """2xx, 3xx, 4xx."""
    boolean: bool | None
    format: str | None


@dataclass(frozen=True)
class ProtocolTest:
    name: str
    requests: tuple[ProtocolRequest, ...]


def load(store: pyoxigraph.Store, path: Path, graph: str) -> None:
    suffix = {".ttl": "TURTLE", ".nt": "N_TRIPLES", ".rdf": "RDF_XML"}[path.suffix]
    store.load(
        path=path, format=getattr(pyoxigraph.RdfFormat, suffix), base_iri=path.as_uri(),
        to_graph=pyoxigraph.NamedNode(graph),
    )  # fmt: skip


def manifest(path: Path) -> tuple[Graph, Sequence[URIRef]]:
    graph = Graph()
    graph.parse(path, format="turtle", publicID=path.as_uri())
    head = graph.value(predicate=RDF.type, object=MF.Manifest)
    entries = graph.value(head, MF.entries)
    assert entries is not None
    return graph, [URIRef(str(one)) for one in Collection(graph, entries)]


def query_tests(suite: Path) -> Iterator[QueryTest]:
    for folder in QUERY_FOLDERS:
        path = suite / folder / "manifest.ttl"
        if not path.is_file():
            continue
        graph, entries = manifest(path)
        for entry in entries:
            kind = str(graph.value(entry, RDF.type)).rpartition("#")[2]
            action = graph.value(entry, MF.action)
            name = f"{folder}/{str(entry).rpartition('#')[2]}"
            if kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
                result = graph.value(entry, MF.result)
                yield QueryTest(
                    name, kind, file_of(graph.value(action, QT.query)).read_text(encoding="utf-8"),
                    tuple(file_of(one) for one in graph.objects(action, QT.data)),
                    tuple(file_of(one) for one in graph.objects(action, QT.graphData)),
                    file_of(result),
                )  # fmt: skip
            elif "Syntax" in kind and "Update" not in kind:
                yield QueryTest(name, kind, file_of(action).read_text(encoding="utf-8"))


def file_of(node: object) -> Path:
    return Path(str(node).removeprefix("file://"))


def protocol_tests(suite: Path) -> Iterator[ProtocolTest]:
    """Those of queries: the tests of updates need a dataset that can be written."""
    graph, entries = manifest(suite / "protocol" / "manifest.ttl")
    for entry in entries:
        name = str(entry).rpartition("#")[2]
        if "update" in name:
            continue
        requests = graph.value(graph.value(entry, MF.action), HT.requests)
        assert requests is not None
        yield ProtocolTest(name, tuple(_request(graph, one) for one in Collection(graph, requests)))


def _request(graph: Graph, node: rdflib.term.Node) -> ProtocolRequest:
    headers = graph.value(node, HT.headers)
    body = graph.value(node, HT.body)
    response = graph.value(node, HT.resp)
    encoding = str(graph.value(body, CNT.characterEncoding) or "utf-8") if body is not None else ""
    expected = graph.value(response, MF.expectedBoolean)
    return ProtocolRequest(
        method=str(graph.value(node, HT.methodName)),
        path=str(graph.value(node, HT.absolutePath)),
        headers={
            str(graph.value(one, HT.fieldName)): str(graph.value(one, HT.fieldValue))
            for one in (Collection(graph, headers) if headers is not None else ())
        },
        body=str(graph.value(body, CNT.chars)).encode(encoding) if body is not None else None,
        statuses=frozenset(str(one)[-3:] for one in graph.objects(response, MF.expectedStatus)),
        boolean=None if expected is None else bool(expected.toPython()),  # type: ignore[attr-defined]
        format=str(graph.value(response, MF.expectedFormat)) if (response, MF.expectedFormat, None) in graph else None,
    )


def label_of(graph: Graph, node: rdflib.term.Node) -> str:
    return str(graph.value(node, RDFS.label))


Rows = list[tuple[tuple[str, pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal], ...]]
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def outcome(content: bytes, kind: str, *, ordered: bool = False) -> object:
    """An answer or a result file in a form that is equal for equal answers: blank nodes may have other names, rows
    another order unless the query orders them, numbers another spelling.

    `kind` is the ending of the file: srj, srx, tsv, csv, ttl or rdf.
    """
    if kind in ("ttl", "rdf"):
        graph = Graph()
        graph.parse(data=content, format="turtle" if kind == "ttl" else "xml", publicID="https://example.org/toy/")
        return sorted(to_canonical_graph(graph).serialize(format="nt").splitlines())
    if kind == "csv":
        return sorted(re.sub(rb"_:\w+", b"_:", line) for line in content.splitlines())
    return _comparable(read_rows(content, kind), ordered=ordered)


def expected_outcome(path: Path, *, ordered: bool) -> object:
    """The outcome that a test wants."""
    content = path.read_bytes()
    if path.suffix == ".ttl" and RS.encode() in content:
        return _comparable(read_turtle(path), ordered=ordered)
    return outcome(content, path.suffix[1:], ordered=ordered)


def read_rows(content: bytes, kind: str) -> Rows | bool:
    """The rows of a result document, or the value of a boolean one."""
    engine_name = {"srx": "XML", "srj": "JSON", "tsv": "TSV"}[kind]
    results = pyoxigraph.parse_query_results(content, getattr(pyoxigraph.QueryResultsFormat, engine_name))
    if isinstance(results, pyoxigraph.QueryBoolean):
        return bool(results)
    names = sorted(variable.value for variable in results.variables)
    return [tuple((name, solution[name]) for name in names if solution[name] is not None) for solution in results]


def read_turtle(path: Path) -> Rows | bool:
    """The rows of a result set in the working group's own vocabulary of result sets."""
    triples = list(pyoxigraph.parse(path=path, format=pyoxigraph.RdfFormat.TURTLE, base_iri=path.as_uri()))

    def objects(subject: object, name: str) -> list[object]:
        return [one.object for one in triples if one.subject == subject and one.predicate.value == RS + name]

    for triple in triples:
        if triple.predicate.value == f"{RS}boolean":
            return bool(triple.object.value == "true")  # type: ignore[union-attr]
    return [
        tuple(
            sorted(
                (objects(binding, "variable")[0].value, objects(binding, "value")[0])  # type: ignore[attr-defined]
                for binding in objects(triple.object, "binding")
            )
        )
        for triple in triples
        if triple.predicate.value == f"{RS}solution"
    ]  # type: ignore[return-value]


def _comparable(rows: Rows | bool, *, ordered: bool) -> object:
    if isinstance(rows, bool):
        return rows
    if ordered:
        return [[(name, _plain(term)) for name, term in row] for row in rows]
    # As a graph, so that blank nodes may have other names; a row is a node, so that equal rows count.
    graph = Graph()
    for row in rows:
        node = BNode()
        graph.add((node, RDF.type, MF.Row))
        for name, term in row:
            graph.add((node, MF[f"value-{name}"], _rdflib(term)))
    return sorted(to_canonical_graph(graph).serialize(format="nt").splitlines()), len(rows)


def _plain(term: object) -> object:
    return "blank" if isinstance(term, pyoxigraph.BlankNode) else str(_rdflib(term))


def _rdflib(term: object) -> rdflib.term.Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    assert isinstance(term, pyoxigraph.Literal)
    kind = term.datatype.value.removeprefix(XSD)
    if kind in ("integer", "decimal", "double", "float"):
        return rdflib.Literal(f"{float(term.value)!r} {kind}")
    return rdflib.Literal(str(term))
