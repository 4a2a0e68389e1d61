"""Clients that nobody here wrote: SPARQLWrapper, rdflib's SPARQLStore, curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
import rdflib
from query_fixtures import toy_quads, write_dataset
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serve_fixtures import BASE, FileSource, Served, serve
from SPARQLWrapper import CSV, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from phengraph.vocabulary import PH

CLAIMS = f"SELECT ?claim WHERE {{ ?claim a <{PH}Claim> }}"


@pytest.fixture(scope="module")
def served(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    quads = write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy")).quads_path
    with serve(FileSource(quads)) as running:
        yield running


def wrapper(served: Served, query: str, **options: object) -> SPARQLWrapper:
    made = SPARQLWrapper(f"{served.url}/sparql", **options)
    made.setQuery(query)
    return made


@pytest.mark.parametrize("send", [(None, None), (POST, None), (POST, POSTDIRECTLY)])
def test_sparqlwrapper_asks_by_every_method(served: Served, send: tuple[str | None, str | None]) -> None:
    made = wrapper(served, CLAIMS, returnFormat=JSON)
    if send[0]:
        made.setMethod(send[0])
    if send[1]:
        made.setRequestMethod(send[1])
    assert len(made.queryAndConvert()["results"]["bindings"]) == 8


@pytest.mark.parametrize("wanted", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_reads_solutions_in_every_format(served: Served, wanted: str) -> None:
    answer = wrapper(served, CLAIMS, returnFormat=wanted).queryAndConvert()
    if wanted == JSON:
        assert len(answer["results"]["bindings"]) == 8
    elif wanted == XML:
        assert len(answer.getElementsByTagName("result")) == 8
    else:
        assert len(answer.splitlines()) == 9


# rdflib's own reader of JSON-LD uses what rdflib has deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("wanted", "syntax"), [(TURTLE, "turtle"), (RDFXML, "xml"), (JSONLD, "json-ld"), (N3, "n3"), (XML, "xml")]
)
def test_sparqlwrapper_gets_graphs_in_every_format(served: Served, wanted: str, syntax: str) -> None:
    # Read by rdflib and not by SPARQLWrapper's own `convert`, which makes a class that rdflib has deprecated.
    answer = wrapper(served, f"CONSTRUCT WHERE {{ ?claim a <{PH}Claim> }}", returnFormat=wanted).query()
    assert len(rdflib.Graph().parse(data=answer.response.read(), format=syntax)) == 8


def test_sparqlwrapper_names_a_dataset_and_tells_errors(served: Served) -> None:
    made = wrapper(served, "SELECT * { ?s ?p ?o }", returnFormat=JSON)
    made.addDefaultGraph(f"{BASE}graph/topics.yaml")
    assert 0 < len(made.queryAndConvert()["results"]["bindings"]) < 100
    with pytest.raises(QueryBadFormed, match="never closed"):
        wrapper(served, "SELECT * { ?s ?p", returnFormat=JSON).query()
    with pytest.raises(HTTPError, match="403"):
        wrapper(served, "ASK { SERVICE <http://127.0.0.1:9/> {} }", returnFormat=JSON).query()


def test_rdflibs_store_over_http_gives_what_the_endpoint_has(served: Served) -> None:
    # As a Graph: rdflib's Dataset over a SPARQLStore sends a default-graph-uri that names no graph of ours, and gets
    # nothing, silently; docs/server.md says so.
    store = SPARQLStore(f"{served.url}/sparql", returnFormat="json")
    graph = rdflib.Graph(store)
    assert len(list(graph.query(CLAIMS))) == 8
    claim = rdflib.URIRef(f"{BASE}claim/widgets-grow-by-a-power-law")
    assert (claim, rdflib.RDF.type, rdflib.URIRef(f"{PH}Claim")) in graph
    assert len(list(graph.triples((claim, None, None)))) > 5
    assert graph.query("ASK { ?s ?p ?o }").askAnswer is True
    by_post = SPARQLStore(f"{served.url}/sparql", method="POST", returnFormat="xml")
    assert len(list(rdflib.Graph(by_post).query(CLAIMS))) == 8


def test_rdflibs_graph_of_one_file(served: Served) -> None:
    store = SPARQLStore(f"{served.url}/sparql", context_aware=True)
    graph = rdflib.Graph(store, identifier=rdflib.URIRef(f"{BASE}graph/topics.yaml"))
    rows = list(graph.query("SELECT ?s WHERE { ?s ?p ?o }"))
    assert 0 < len(rows) < 100


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--data-urlencode", f"query={CLAIMS}"], '"vars":["claim"]'),
        (["-G", "--data-urlencode", f"query={CLAIMS}", "-H", "Accept: text/csv"], "claim"),
        (["-H", "Content-Type: application/sparql-query", "--data-binary", CLAIMS], '"vars":["claim"]'),
        (["--compressed", "-G", "--data-urlencode", "query=SELECT ?s ?p ?o { ?s ?p ?o }"], '"vars":["s","p","o"]'),
        (["-F", f"query={CLAIMS}"], "not multipart/form-data"),
        (["--http1.0", "-G", "--data-urlencode", "query=SELECT ?s ?p ?o { ?s ?p ?o }"], '"vars":["s","p","o"]'),
    ],
)
def test_curl(served: Served, arguments: list[str], told: str) -> None:
    result = subprocess.run(["curl", "-sS", *arguments, f"{served.url}/sparql"], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
    assert told in result.stdout


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
def test_curl_fails_on_an_answer_that_is_broken_off(repository: Path, tmp_path: Path) -> None:
    from phengraph.settings import ServeSettings

    quads = write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path).quads_path
    settings = ServeSettings(workers=2, answer_megabytes=1, watch_seconds=0)
    with serve(FileSource(quads), settings) as running:
        endless = "query=SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        result = subprocess.run(
            ["curl", "-sS", "--data-urlencode", endless, f"{running.url}/sparql"], capture_output=True, text=True
        )
    assert result.returncode != 0
    assert "curl: (18)" in result.stderr  # transfer closed with outstanding read data remaining


def test_forms_as_r_sends_them(served: Served) -> None:
    """httr's POST(encode = "form"): every reserved character escaped, spaces as %20, a `format` beside the query."""
    from urllib.parse import quote

    body = f"query={quote(CLAIMS, safe='')}&format={quote('application/sparql-results+json', safe='')}".encode()
    answer = served.ask(
        method="POST", body=body,
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json, text/xml, */*"},
    )  # fmt: skip
    assert len(json.loads(answer.body)["results"]["bindings"]) == 8
