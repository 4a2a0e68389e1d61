"""The W3C's suites over HTTP: all protocol tests of queries, and no query test failed that the bare engine passes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from serve_fixtures import BASE, FileSource, Served, serve, write_quads
from w3c_suite import DEFAULT_GRAPH, QueryTest, expected_outcome, load, outcome, protocol_tests, query_tests

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


def is_ordered(test: QueryTest) -> bool:
    return "ORDER BY" in test.query.upper()


def bare_outcome(test: QueryTest, store: pyoxigraph.Store) -> object:
    """What pyoxigraph itself answers; "error" when it does not."""
    try:
        answer = store.query(
            test.query,
            base_iri=BASE,
            default_graph=[pyoxigraph.NamedNode(DEFAULT_GRAPH)],
            named_graphs=[pyoxigraph.NamedNode(one) for one in test.dataset["named-graph-uri"]],
        )
    except (SyntaxError, ValueError, RuntimeError):
        return "error"
    if isinstance(answer, pyoxigraph.QueryTriples):
        content, kind = answer.serialize(format=pyoxigraph.RdfFormat.TURTLE), "ttl"
    elif wants_csv(test):
        content, kind = answer.serialize(format=pyoxigraph.QueryResultsFormat.CSV), "csv"
    else:
        content, kind = answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON), "srj"
    assert content is not None
    return outcome(content, kind, ordered=is_ordered(test))


def served_outcome(test: QueryTest, running: Served) -> object:
    """What the server answers over the dataset that it serves now."""
    accept = "text/csv" if wants_csv(test) else "text/turtle, application/sparql-results+json"
    answer = running.ask(test.query, headers={"Accept": accept}, **test.dataset)
    if answer.status == 400:
        return "error"
    assert answer.status == 200, f"{test.name}: {answer.text}"
    kinds = {"text/turtle": "ttl", "text/csv": "csv", "application/sparql-results+json": "srj"}
    return outcome(answer.body, kinds[answer.headers["content-type"].split(";")[0]], ordered=is_ordered(test))


def wants_csv(test: QueryTest) -> bool:
    return test.result is not None and test.result.suffix == ".csv"


def passes(test: QueryTest, given: object) -> bool:
    if test.kind.startswith("Negative"):
        return given == "error"
    if test.result is None or given == "error":
        return given != "error"
    return given == expected_outcome(test.result, ordered=is_ordered(test))


def test_every_query_test_is_answered_as_by_the_bare_engine(suite: Path, tmp_path: Path) -> None:
    tests = list(query_tests(suite))
    source = FileSource(write_quads(pyoxigraph.Store(), tmp_path / "0.nq"))
    other, passed = [], 0
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
            given = served_outcome(test, running)
            passed += passes(test, given)
            if given != bare_outcome(test, store):
                other.append(test.name)
    # Those give new values each time they are asked.
    assert set(other) <= {"functions/rand01", "functions/uuid01", "functions/struuid01", "functions/now01"}
    print(f"{len(tests)} query tests, {passed} passed over HTTP")
    assert passed >= 310
