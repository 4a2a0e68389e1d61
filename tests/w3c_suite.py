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
from rdflib.compare import isomorphic, to_canonical_graph

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


def same_graphs(one: bytes, other: Path) -> bool:
    """Whether a Turtle answer has the triples of a file, up to the names of blank nodes."""
    got, expected = Graph(), Graph()
    got.parse(data=one, format="turtle")
    expected.parse(other, format="xml" if other.suffix == ".rdf" else "turtle", publicID=other.as_uri())
    return isomorphic(got, expected)


Rows = list[tuple[tuple[str, pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal], ...]]
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"


def same_solutions(got: bytes, expected: Path, *, ordered: bool) -> bool:
    """Whether a JSON answer has the solutions of a result file, up to the names of blank nodes."""
    wanted = read_turtle(expected) if expected.suffix == ".ttl" else read_rows(expected.read_bytes(), expected.suffix)
    return _comparable(read_rows(got, ".srj"), ordered=ordered) == _comparable(wanted, ordered=ordered)


def same_csv(got: bytes, expected: Path) -> bool:
    """Whether a CSV answer has the lines of a file, in any order and up to the names of blank nodes."""

    def lines(content: bytes) -> list[bytes]:
        return sorted(re.sub(rb"_:\w+", b"_:", line) for line in content.splitlines())

    return lines(got) == lines(expected.read_bytes())


def read_rows(content: bytes, suffix: str) -> Rows | bool:
    """The rows of a result document, or the value of a boolean one."""
    kind = {".srx": "XML", ".srj": "JSON", ".tsv": "TSV"}[suffix]
    results = pyoxigraph.parse_query_results(content, getattr(pyoxigraph.QueryResultsFormat, kind))
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
    return "blank" if isinstance(term, pyoxigraph.BlankNode) else str(term)


def _rdflib(term: object) -> rdflib.term.Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    # The lexical form as it is: rdflib would make 1 of 1.0 and 01.
    return rdflib.Literal(str(term), normalize=False)
