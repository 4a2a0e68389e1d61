"""The stores themselves: Oxigraph's server and Virtuoso, filled by `build --push` and asked by `query` and `serve`."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from loops import run_apart
from serve_fixtures import Served, serve
from store_fixtures import VIRTUOSO, VIRTUOSO_ACCESS, Script, make_project, oxigraph, reply, virtuoso

from phengraph.dataset import Dataset, build_dataset
from phengraph.problems import StoreError
from phengraph.project import Project
from phengraph.query import run_query
from phengraph.query.asking import Limits, prepare_request
from phengraph.remote.asking import RemoteStore
from phengraph.remote.pushing import Pushed, push
from phengraph.serve.pages import page_routes
from phengraph.serve.sources import ProjectSource
from phengraph.settings import ServeSettings, StoreSettings

BASE = "https://example.org/toy/"
RECORD = f"{BASE}store"


@dataclass
class Filled:
    """A store that holds the toy."""

    settings: StoreSettings
    access: Mapping[str, str]
    project: Path
    dataset: Dataset


def fill(store: StoreSettings, access: Mapping[str, str], dataset: Dataset, *, force: bool = False) -> Pushed:
    async def run() -> Pushed:
        async with RemoteStore(store, dataset.base, access) as remote:
            return await push(remote, dataset, force=force)

    return run_apart(run())


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def filled(
    request: pytest.FixtureRequest, repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    project = make_project(repository, tmp_path_factory.mktemp("project") / "toy")
    dataset = build_dataset(Project(project))
    if request.param == "oxigraph":
        with oxigraph() as store:
            fill(store, {}, dataset)
            yield Filled(store, {}, project, dataset)
        return
    if VIRTUOSO is None:
        pytest.skip("no Virtuoso here: `apt-get install virtuoso-opensource-7-bin`")
    with virtuoso(tmp_path_factory.mktemp("virtuoso")) as store:
        fill(store, VIRTUOSO_ACCESS, dataset)
        yield Filled(store, VIRTUOSO_ACCESS, project, dataset)


def write_settings(project: Path, store: StoreSettings) -> None:
    path = project / "phengraph.toml"
    head = path.read_text(encoding="utf-8").partition("\n[store]")[0]
    told = f'query_url = "{store.query_url}"\ngraphs_url = "{store.graphs_url}"\nsoftware = "{store.software}"\n'
    path.write_text(f"{head}\n[store]\n{told}", encoding="utf-8")


def command(filled: Filled, *arguments: str) -> subprocess.CompletedProcess[str]:
    write_settings(filled.project, filled.settings)
    return subprocess.run(
        [sys.executable, "-m", "phengraph", *arguments],
        cwd=filled.project, capture_output=True, text=True, env={**os.environ, **filled.access},
    )  # fmt: skip


def remote_answer(filled: Filled, text: str, format: str | None = None) -> bytes:
    form, _, request = prepare_request(BASE, text, format=format, limits=Limits())

    async def run() -> bytes:
        async with RemoteStore(filled.settings, BASE, filled.access) as remote:
            return b"".join((await remote.answer(form, request, seconds=20)).parts)

    return run_apart(run())


def values_of(content: bytes) -> list[list[object]]:
    """The rows of a CSV, sorted; numbers as numbers, since each store spells them in its own way."""

    def value(text: str) -> object:
        try:
            return f"{float(text):g}"
        except ValueError:
            return {"true": "1", "false": "0"}.get(text, text)

    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    return [list(rows[0]), *sorted([value(cell) for cell in row] for row in rows[1:])]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?claim ?status { ?claim a ph:Claim ; ph:status ?status }",
        "SELECT ?s ?min ?max { ?s ph:minParameters ?min ; ph:maxParameters ?max }",
        "SELECT ?graph ?s { GRAPH ?graph { ?s a ph:Evidence } }",
        f"SELECT ?s FROM <{BASE}graph/papers.bib> {{ ?s a ph:Paper }}",
        f"SELECT ?s FROM <{BASE}graph/papers.bib> {{ ?s a ph:Evidence }}",
        f"SELECT ?s FROM NAMED <{BASE}derived> {{ GRAPH ?g {{ ?s ph:status ?o }} }}",
        'SELECT ?label { ?x skos:prefLabel ?label FILTER(LANG(?label) = "zh") }',
        "SELECT ?team { ?claim ph:supportingTeams ?team } ORDER BY ?claim",
        "ASK { ?claim ph:status ph:Contested }",
        "ASK { ?claim ph:status ph:MadeUp }",
    ],
)  # fmt: skip
def test_a_store_answers_as_the_engine_here(filled: Filled, text: str) -> None:
    here = run_query(filled.dataset, text, format="csv").read()
    there = remote_answer(filled, text, "csv")
    if text.startswith("ASK"):
        assert there == here
    else:
        assert values_of(there) == values_of(here)
        assert len(values_of(here)) > 1 or "Evidence }" in text


def test_graphs_come_in_every_format(filled: Filled) -> None:
    text = "CONSTRUCT { ?claim ph:status ?status } { ?claim ph:status ?status }"
    for name in ("turtle", "ntriples", "jsonld", "rdfxml"):
        here = run_query(filled.dataset, text, format=name).read()
        assert sorted(remote_answer(filled, text, name).split(b"\n")) == sorted(here.split(b"\n")) or name == "jsonld"
    assert b"example.org/toy/claim/" in remote_answer(filled, "DESCRIBE claim:widgets-stop-at-a-thousand")


def test_a_push_loads_only_what_changed_and_removes_what_is_gone(
    filled: Filled, repository: Path, tmp_path: Path
) -> None:
    graphs = len(list(filled.dataset.store.named_graphs()))
    assert fill(filled.settings, filled.access, filled.dataset) == Pushed(0, 0, graphs, len(filled.dataset.store))
    project = make_project(repository, tmp_path / "toy")
    (project / "phengraph.toml").write_bytes(
        (filled.project / "phengraph.toml").read_bytes().partition(b"\n[store]")[0]
    )
    phenomena = sorted((project / "graph" / "phenomena").glob("*.md"))
    changed = phenomena[0]
    changed.write_text(changed.read_text(encoding="utf-8").replace("label: ", "label: Changed ", 1), encoding="utf-8")
    newer = build_dataset(Project(project))
    held = {str(name) for name in filled.dataset.store.named_graphs()}
    try:
        done = fill(filled.settings, filled.access, newer)
        assert (done.loaded, done.removed) == (1, 0)
        label = 'ASK { ?p a ph:Phenomenon ; skos:prefLabel ?label FILTER(STRSTARTS(STR(?label), "Changed ")) }'
        assert b"true" in remote_answer(filled, label, "json")
        # A graph of ours that somebody else changed has another number of triples, so it is loaded again.
        strange = f"{BASE}graph/papers.bib"
        replace_graph(filled, strange, b"<http://e/a> <http://e/b> <http://e/c> .\n")
        replace_graph(filled, "http://example.org/of-somebody-else", b"<http://e/a> <http://e/b> <http://e/c> .\n")
        assert fill(filled.settings, filled.access, newer).loaded == 1
        assert b"true" in remote_answer(
            filled, "ASK { GRAPH <http://example.org/of-somebody-else> { ?a ?b ?c } }", "json"
        )
    finally:
        back = fill(filled.settings, filled.access, filled.dataset)
    assert (back.loaded, back.removed) == (1, 0)
    rows = values_of(remote_answer(filled, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }", "csv"))
    assert {f"<{row[0]}>" for row in rows if str(row[0]).startswith(BASE)} == held | {f"<{RECORD}>"}


def replace_graph(filled: Filled, name: str, content: bytes) -> None:
    async def run() -> None:
        async with RemoteStore(filled.settings, BASE, filled.access) as remote:
            received = await remote.connection.send(
                "PUT", filled.settings.graphs_url, parameters={"graph": name}, content=content,
                headers={"Content-Type": "application/n-triples"}, seconds=20, most_bytes=10_000,
            )  # fmt: skip
            received.body.close()

    run_apart(run())


def test_a_graph_that_is_gone_is_removed_even_when_the_push_before_was_broken_off(
    filled: Filled, repository: Path, tmp_path: Path
) -> None:
    project = make_project(repository, tmp_path / "toy")
    (project / "graph" / "phenomena" / "made-up-more.md").write_text(
        "---\nlabel: Made-up more\ntopic: made-up-topic\n---\n\nWords.\n".replace(
            "made-up-topic", re.search(r"slug: (\S+)", (project / "graph" / "topics.yaml").read_text())[1]  # type: ignore[index]
        ),
        encoding="utf-8",
    )  # fmt: skip
    more = build_dataset(Project(project))
    name = f"{BASE}graph/phenomena/made-up-more.md"
    fill(filled.settings, filled.access, more)
    assert b"true" in remote_answer(filled, f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", "json")
    # The record of a push that was killed: nothing of what was about to change, and what was to be removed.
    digests = f'<{RECORD}> <http://purl.org/dc/terms/identifier> "unfinished" .\n'
    digests += f'<{name}> <http://purl.org/dc/terms/identifier> "" .\n'
    replace_graph(filled, RECORD, digests.encode())
    result = command(filled, "query", "--text", "ASK { ?s a ph:Claim }")
    assert "the store is half filled; run `phengraph build --push`" in result.stderr
    done = fill(filled.settings, filled.access, filled.dataset)
    assert (done.removed, done.unchanged) == (1, 0)
    assert b"false" in remote_answer(filled, f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", "json")


def test_a_cut_answer_is_an_error(filled: Filled) -> None:
    """Virtuoso has a limit of 1,000 rows here, and says so for tables only; Oxigraph has none."""
    triples = "".join(f"<http://e/s{number}> <http://e/p> {number} .\n" for number in range(1_500))
    content = re.sub(r" (\d+) \.", r' "\1" .', triples).encode()
    replace_graph(filled, "http://example.org/many", content)
    try:
        for text in ("SELECT * { ?s <http://e/p> ?o }", "CONSTRUCT { ?s <http://e/q> 1 } { ?s <http://e/p> ?o }"):
            name = "tsv" if text.startswith("SELECT") else "ntriples"
            result = command(filled, "query", "--text", text, "--format", name)
            if filled.settings.software == "virtuoso":
                assert result.returncode == 1
                assert result.stdout == ""
                assert "the store cuts its answers at 1000 rows" in result.stderr
            else:
                assert result.stdout.count("\n") in (1_500, 1_501), result.stderr
        assert command(filled, "query", "--text", "SELECT * { ?s <http://e/p> ?o } LIMIT 10").stdout.endswith(
            "10 rows\n"
        )
    finally:
        replace_graph(filled, "http://example.org/many", b"")


def test_the_commands_fill_and_ask(filled: Filled) -> None:
    first = command(filled, "build", "--push")
    assert first.returncode == 0, first.stderr
    graphs = len(list(filled.dataset.store.named_graphs()))
    told = rf"store: 0 graphs loaded, 0 removed, {graphs} unchanged, \d+ triples, \d+\.\d\d seconds"
    assert re.search(told, first.stdout), first.stdout
    assert (
        f"store: {graphs} graphs loaded, 0 removed, 0 unchanged" in command(filled, "build", "--push", "--force").stdout
    )
    there, here = (command(filled, "query", "contested-claims", *local) for local in ((), ("--local",)))
    assert (there.stdout, there.returncode) == (here.stdout, 0), there.stderr
    assert command(filled, "query", "is-contested").stdout == command(filled, "query", "is-contested", "--local").stdout
    misspelt = command(filled, "query", "evidence-of-claim", "--set", "claim=widgets-stop-at-a-thousan")
    assert "did you mean 'widgets-stop-at-a-thousand'?" in misspelt.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("SELECT ?x { ?x a }", "syntax error at line 1, column 18"),
        ("SELECT (<bif:version>() AS ?x) {}", "The custom function <bif:version> is not supported"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", "SERVICE is refused"),
        ('DEFINE get:soft "replace" SELECT * { ?a ?b ?c }', "a query begins with SELECT"),
        ("DROP ALL", "DROP is refused"),
    ],
)
def test_what_is_wrong_or_not_standard_never_gets_there(tmp_path: Path, repository: Path, text: str, told: str) -> None:
    project = make_project(repository, tmp_path / "toy")
    script = Script(reply(500))
    with script as store:
        write_settings(project, store)
        result = subprocess.run(
            [sys.executable, "-m", "phengraph", "query", "--text", text], cwd=project, capture_output=True, text=True
        )
    assert (result.returncode, told in result.stderr) == (1, True), result.stderr
    assert script.requests == []


def test_a_store_that_holds_nothing_or_has_no_union_says_what_to_do(filled: Filled) -> None:
    if filled.settings.software != "oxigraph":
        pytest.skip("one store is enough")
    with oxigraph() as empty:
        result = command(Filled(empty, {}, filled.project, filled.dataset), "query", "--text", "SELECT * { ?a ?b ?c }")
        assert result.stderr == "phengraph: the store holds nothing of this project; run `phengraph build --push`\n"
        # As `other` it is not asked for the union, which it does not have by itself.
        other = empty.model_copy(update={"software": "other"})
        with pytest.raises(StoreError, match="its default graph is not the union of its graphs; its manual tells how"):
            fill(other, {}, filled.dataset)
    with oxigraph("--union-default-graph") as union:
        other = union.model_copy(update={"software": "other"})
        assert fill(other, {}, filled.dataset).removed == 0


def test_a_wrong_password_is_one_sentence(filled: Filled) -> None:
    if filled.settings.software != "virtuoso":
        pytest.skip("Oxigraph's server has no passwords")
    for access in ({}, {"PHENGRAPH_STORE_USER": "dba", "PHENGRAPH_STORE_PASSWORD": "made-up-secret"}):
        result = command(Filled(filled.settings, access, filled.project, filled.dataset), "build", "--push", "--force")
        assert result.returncode == 1
        assert "refuses us (HTTP 401); set PHENGRAPH_STORE_USER and PHENGRAPH_STORE_PASSWORD" in result.stderr
        assert "made-up-secret" not in result.stderr + result.stdout


@pytest.fixture(scope="module")
def served(filled: Filled) -> Iterator[Served]:
    remote = RemoteStore(filled.settings, BASE, filled.access)
    settings = ServeSettings(workers=2, watch_seconds=0, timeout_seconds=3)
    with serve(ProjectSource(filled.project), settings, store=remote, routes=[page_routes]) as running:
        yield running


def test_the_server_answers_from_the_store(filled: Filled, served: Served) -> None:
    replace_graph(filled, "http://example.org/only-there", b"<http://e/only> <http://e/there> <http://e/now> .\n")
    try:
        answer = served.ask("SELECT ?s { ?s <http://e/there> ?o }", headers={"Accept": "text/csv"})
        assert (answer.status, answer.body) == (200, b"s\r\nhttp://e/only\r\n")
        assert "etag" not in answer.headers
        union = served.ask("ASK { ?s a ph:Claim }", headers={"Accept": "text/csv"})
        assert union.body == b"true"
        one = served.ask("SELECT ?s { ?s a ?c }", headers={"Accept": "text/csv"}, **{
            "default-graph-uri": "http://example.org/only-there"
        })  # fmt: skip
        assert one.body == b"s\r\n"
    finally:
        replace_graph(filled, "http://example.org/only-there", b"")


def test_the_servers_errors_are_the_same_with_a_store(served: Served) -> None:
    assert served.ask("SELECT ?s { ?s a }").status == 400
    assert served.ask("SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }").status == 403
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?l && ?i != ?f) }"
    assert served.ask(endless).status == 504
    turnstile = served.house.pool.turnstile
    assert (turnstile.short_running, turnstile.long_running, turnstile.waiting) == (0, 0, 0)
    assert served.ask(path="/claim/widgets-stop-at-a-thousand").status == 200
    assert b"sd:UnionDefaultGraph" in served.ask(path="/.well-known/void").body


def test_the_server_says_whether_the_store_has_the_newest_state(filled: Filled, served: Served) -> None:
    def told() -> str:
        served.in_loop(served.house.pool.look(served.house.snapshots.current.dataset.contents.quads_digest))  # type: ignore[attr-defined]
        return str(json.loads(served.ask(path="/healthz").body)["store"])

    command(filled, "build", "--push")
    digest = served.house.snapshots.current.dataset.contents.quads_digest
    record = f'<{RECORD}> <http://purl.org/dc/terms/identifier> "%s" .\n'
    for state, words in ((digest, "ok"), ("unfinished", "half filled"), ("0" * 64, "another state of the project")):
        replace_graph(filled, RECORD, (record % state).encode())
        assert words in told()
    fill(filled.settings, filled.access, filled.dataset)


def test_a_server_whose_store_is_away_answers_502_and_serves_its_pages(repository: Path, tmp_path: Path) -> None:
    project = make_project(repository, tmp_path / "toy")
    source = ProjectSource(project)
    with Script(reply(500, b"<h1>Made-up</h1>", "text/html")) as store:
        away = RemoteStore(store, BASE, {})
        with serve(source, store=away, routes=[page_routes]) as running:
            answer = running.ask("ASK {}")
            assert (answer.status, "answered HTTP 500" in answer.text) == (502, True)
            assert running.ask(path="/claim/widgets-stop-at-a-thousand").status == 200
            health = running.ask(path="/healthz")
            assert health.status == 200
            assert "answered HTTP 500" in json.loads(health.body)["store"]
