"""The W3C's suites over HTTP: all protocol tests of queries, and no query test failed that the bare engine passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from serve_fixtures import FileSource, Served, serve, write_quads
from w3c_suite import (
    DEFAULT_GRAPH,
    QueryTest,
    load,
    protocol_tests,
    query_tests,
    same_csv,
    same_graphs,
    same_solutions,
)

from phengraph.serve.snapshots import Snapshots

pytestmark = pytest.mark.shared

RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")


@pytest.fixture(scope="module")
def suite(shared: Path) -> Path:
    return shared / "w3c" / "sparql11"


@pytest.fixture
def protocol_server(suite: Path, tmp_path: Path) -> Iterator[Served]:
    store = pyoxigraph.Store()
    for number in (1, 2, 3):
        load(store, suite / "protocol" / f"data{number}.nt", f"http://kasei.us/2009/09/sparql/data/data{number}.rdf")
    with serve(FileSource(write_quads(store, tmp_path / "quads.nq"))) as running:
        yield running


def test_every_protocol_test_of_a_query_passes(suite: Path, protocol_server: Served) -> None:
    failed = []
    tests = list(protocol_tests(suite))
    for test in tests:
        for request in test.requests:
            answer = protocol_server.ask(
                method=request.method, path=request.path, headers=request.headers, body=request.body
            )
            media_type = answer.headers.get("content-type", "").split(";")[0]
            right = f"{answer.status // 100}xx" in request.statuses
            if request.boolean is not None:
                right = right and json.loads(answer.body).get("boolean") is request.boolean
            if request.format in ("boolean", "tabular"):
                right = right and media_type in RESULTS
            elif request.format == "RDF":
                right = right and media_type in GRAPHS
            if not right:
                failed.append(f"{test.name}: {answer.status} {answer.text[:200]}")
    assert failed == []
    assert len(tests) == 20


def test_the_service_description_tests_pass(protocol_server: Served) -> None:
    # returns-rdf, has-endpoint-triple, conforms-to-schema of service-description/manifest.ttl.
    answer = protocol_server.ask(headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    graph = set(pyoxigraph.parse(answer.body, format=pyoxigraph.RdfFormat.TURTLE))
    sd = "http://www.w3.org/ns/sparql-service-description#"
    service = pyoxigraph.NamedNode(f"{protocol_server.url}/sparql#service")
    told = {(triple.predicate.value, triple.object) for triple in graph if triple.subject == service}
    assert (f"{sd}endpoint", pyoxigraph.NamedNode(f"{protocol_server.url}/sparql")) in told
    assert ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", pyoxigraph.NamedNode(f"{sd}Service")) in told
    names = {triple.object.value for triple in graph if triple.predicate.value == f"{sd}name"}  # type: ignore[union-attr]
    assert names == {f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in (1, 2, 3)}


def passes_bare(test: QueryTest, store: pyoxigraph.Store) -> bool:
    """Whether pyoxigraph itself passes a test."""
    options = {
        "base_iri": "https://example.org/toy/",
        "default_graph": [pyoxigraph.NamedNode(DEFAULT_GRAPH)],
        "named_graphs": [pyoxigraph.NamedNode(one) for one in test.dataset["named-graph-uri"]],
    }
    try:
        answer = store.query(test.query, **options)  # type: ignore[arg-type]
    except (SyntaxError, ValueError, RuntimeError):
        return test.kind.startswith("Negative")
    if test.result is None:
        return not test.kind.startswith("Negative")
    if isinstance(answer, pyoxigraph.QueryTriples):
        content = answer.serialize(format=pyoxigraph.RdfFormat.TURTLE)
        assert content is not None
        return same_graphs(content, test.result)
    if test.result.suffix == ".csv":
        content = answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV)
        assert content is not None
        return same_csv(content, test.result)
    content = answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    assert content is not None
    return same_solutions(content, test.result, ordered="ORDER BY" in test.query.upper())


def passes_served(test: QueryTest, running: Served) -> bool:
    """Whether the server passes a test over the dataset that it serves now."""
    accept = (
        "text/csv"
        if test.result is not None and test.result.suffix == ".csv"
        else "text/turtle, application/sparql-results+json"
    )
    answer = running.ask(test.query, headers={"Accept": accept}, **test.dataset)
    if answer.status == 400:
        return test.kind.startswith("Negative")
    assert answer.status == 200, f"{test.name}: {answer.text}"
    if test.result is None:
        return not test.kind.startswith("Negative")
    if answer.headers["content-type"].startswith("text/turtle"):
        return same_graphs(answer.body, test.result)
    if accept == "text/csv":
        return same_csv(answer.body, test.result)
    return same_solutions(answer.body, test.result, ordered="ORDER BY" in test.query.upper())


def test_no_query_test_fails_that_the_bare_engine_passes(suite: Path, tmp_path: Path) -> None:
    tests = list(query_tests(suite))
    source = FileSource(write_quads(pyoxigraph.Store(), tmp_path / "0.nq"))
    lost, passed_bare, passed_served = [], 0, 0
    served_data: object = None
    with serve(source) as running:
        snapshots: Snapshots = running.house.snapshots
        for number, test in enumerate(tests, start=1):
            store = test.store()
            if (test.data, test.named) != served_data:
                source.quads_path = write_quads(store, tmp_path / f"{number}.nq")
                source.name = f"of test {number}"
                assert running.in_loop(snapshots.look())
                served_data = (test.data, test.named)
            bare, over_http = passes_bare(test, store), passes_served(test, running)
            passed_bare += bare
            passed_served += over_http
            if bare and not over_http:
                lost.append(test.name)
    assert lost == []
    print(f"{len(tests)} query tests: bare pyoxigraph {passed_bare}, over HTTP {passed_served}")
    assert passed_served >= passed_bare > 200
