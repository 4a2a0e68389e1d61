"""Running queries: whole answers, visible failures, a process that can be killed and reaches no network."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from query_fixtures import BASE, FileDataset, toy_quads, write_dataset

from phengraph.problems import QueryError
from phengraph.query import Bounds, Form, KillableEngine, Limits, run_query
from phengraph.query.confine import confine_process, limit_cpu
from phengraph.query.engine import death_of
from phengraph.query.formats import FORMATS

# Every combination of five patterns: more than any machine evaluates in the time of a test.
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ENDLESS_WITHOUT_A_ROW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
WIDE = Bounds(characters=10**7, depth=10**7, tokens=10**7)


@pytest.fixture(scope="module")
def toy(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> FileDataset:
    return write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def engine(toy: FileDataset) -> Iterator[KillableEngine]:
    with KillableEngine(toy) as started:
        yield started


@pytest.mark.parametrize("isolated", [True, False])
def test_an_answer_is_what_the_engine_itself_gives(toy: FileDataset, isolated: bool) -> None:
    text = "SELECT ?claim ?text { ?claim a ph:Claim ; schema:text ?text } ORDER BY ?claim"
    answer = run_query(toy, text, isolated=isolated)
    prefixes = {"ph": "https://w3id.org/phengraph/ns#", "schema": "https://schema.org/"}
    solutions = toy.store.query(text, prefixes=prefixes, use_default_graph_as_union=True)
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    assert answer.variables == ("claim", "text")
    assert answer.form is Form.SELECT
    assert answer.read() == solutions.serialize(format=pyoxigraph.QueryResultsFormat.JSON)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_read_back_by_the_engine_with_the_same_content(engine: KillableEngine, name: str) -> None:
    chosen = FORMATS[name]
    if chosen.gives_graph:
        content = engine.ask("CONSTRUCT WHERE { ?evidence ph:finding ?finding }", format=name).read()
        parsed = pyoxigraph.parse(content, format=getattr(pyoxigraph.RdfFormat, chosen.engine_name))
        findings = {quad.object for quad in parsed}
        everything = engine.ask("SELECT DISTINCT ?finding { ?evidence ph:finding ?finding }").read()
        assert {term.value for term in findings} == {
            row["finding"]["value"] for row in json.loads(everything)["results"]["bindings"]
        }
        return
    content = engine.ask("SELECT ?title { ?paper a ph:Paper ; dcterms:title ?title }", format=name).read()
    rows = engine.ask("SELECT ?title { ?paper a ph:Paper ; dcterms:title ?title }", format="json").read()
    titles = {row["title"]["value"] for row in json.loads(rows)["results"]["bindings"]}
    assert len(titles) == 12
    if name == "csv":
        import csv
        import io

        read = {row[0] for row in list(csv.reader(io.StringIO(content.decode(), newline="")))[1:]}
    else:
        results = pyoxigraph.parse_query_results(content, getattr(pyoxigraph.QueryResultsFormat, chosen.engine_name))
        assert isinstance(results, pyoxigraph.QuerySolutions)
        read = {str(solution["title"].value) for solution in results}
    assert read == titles


def test_turtle_has_the_prefixes_it_uses_sorted_and_a_free_line(engine: KillableEngine) -> None:
    text = "CONSTRUCT { ?claim skos:prefLabel ?label } WHERE { ?claim a ph:Claim ; skos:prefLabel ?label }"
    lines = engine.ask(text).read().decode().split("\n")
    assert lines[:3] == [
        f"@prefix claim: <{BASE}claim/> .",
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "",
    ]
    assert lines[3].startswith("claim:")


def test_an_empty_graph_is_an_empty_turtle(engine: KillableEngine) -> None:
    assert engine.ask("CONSTRUCT { ?s ?p ?o } WHERE { ?s ph:noSuchProperty ?o . ?s ?p ?o }").read() == b""


def test_prefixes_need_no_declaration_and_a_declaration_wins(engine: KillableEngine) -> None:
    assert b"true" in engine.ask("ASK { claim:widgets-grow-by-a-power-law a ph:Claim }").read()
    assert b"false" in engine.ask("PREFIX ph: <http://example.org/> ASK { ?s a ph:Claim }").read()


def test_the_union_is_the_default_graph_and_from_narrows_it(engine: KillableEngine) -> None:
    def count(clause: str) -> int:
        rows = json.loads(engine.ask(f"SELECT (COUNT(*) AS ?n) {clause} {{ ?s a ph:Paper }}").read())
        return int(rows["results"]["bindings"][0]["n"]["value"])

    assert count("") == 12
    assert count(f"FROM <{BASE}graph/papers.bib>") == 12
    assert count(f"FROM <{BASE}graph/models.yaml>") == 0
    assert count(f"FROM NAMED <{BASE}graph/papers.bib>") == 0


def test_no_triple_stands_in_two_graphs_so_that_counts_over_the_union_are_right(engine: KillableEngine) -> None:
    # The engine's union gives a triple once a graph (oxigraph issue 1919); `quads` sees to it that this cannot happen.
    twice = "ASK { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER(?g != ?h) }"
    assert json.loads(engine.ask(twice).read())["boolean"] is False


def test_from_a_file_or_an_address_reads_nothing(engine: KillableEngine, tmp_path: Path) -> None:
    (tmp_path / "secret.ttl").write_text("<http://example.org/s> <http://example.org/p> 'secret' .", encoding="utf-8")
    for address in ((tmp_path / "secret.ttl").as_uri(), "http://127.0.0.1:9/"):
        answer = engine.ask(f"SELECT * FROM <{address}> FROM NAMED <{address}> {{ {{ ?s ?p ?o }} UNION "
                            "{ GRAPH ?g { ?s ?p ?o } } }")  # fmt: skip
        assert json.loads(answer.read())["results"]["bindings"] == []


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS_WITHOUT_A_ROW])
def test_a_runaway_query_is_ended_at_its_time(toy: FileDataset, query: str) -> None:
    with KillableEngine(toy) as one, pytest.raises(QueryError, match=r"stopped after 0\.3 s") as caught:
        one.ask(query, limits=Limits(timeout_seconds=0.3)).read()
    assert caught.value.kind == "timeout"


def test_the_readers_own_time_is_not_the_querys(toy: FileDataset) -> None:
    with KillableEngine(toy) as one:
        parts = iter(one.ask("SELECT * { ?s ?p ?o . ?t ?q ?u } LIMIT 50000", limits=Limits(timeout_seconds=30)))
        next(parts)
        clock = parts.gi_frame.f_locals["self"]._parts.gi_frame.f_locals["clock"]
        before = clock._spent
        threading.Event().wait(0.2)
        assert sum(len(part) for part in parts) > 1_000_000
        assert clock._spent - before < 30


def test_an_engine_goes_on_after_a_query_that_was_ended(toy: FileDataset) -> None:
    with KillableEngine(toy) as one:
        with pytest.raises(QueryError, match="stopped after"):
            one.ask(ENDLESS_WITHOUT_A_ROW, limits=Limits(timeout_seconds=0.2)).read()
        assert one.ask("ASK { ?s a ph:Claim }").read() == b'{"head":{},"boolean":true}'


def test_leaving_an_answer_early_ends_the_query(toy: FileDataset) -> None:
    with KillableEngine(toy) as one:
        with one.ask(ENDLESS) as answer:
            first = next(iter(answer))
        assert first.startswith(b'{"head"')
        assert one._process is None
        with pytest.raises(RuntimeError, match="one query at a time"):
            held = one.ask(ENDLESS)
            one.ask("ASK {}")
        held.close()


@pytest.mark.parametrize("name", ["json", "xml", "csv", "tsv"])
def test_a_row_limit_is_exact_in_every_format(toy: FileDataset, engine: KillableEngine, name: str) -> None:
    text = "SELECT ?s ?p ?o ?nothing { { ?s ?p ?o } UNION { } UNION { BIND('a\"},{\"b\\\\\\n,{[{<result>' AS ?s) } }"
    count = len(list(toy.store.query("SELECT * { GRAPH ?g { ?s ?p ?o } }"))) + 2  # type: ignore[arg-type]
    whole = engine.ask(text, format=name, limits=Limits(rows=count)).read()
    assert len(whole) > 1_000
    with pytest.raises(QueryError, match=f"the answer has more than {count - 1:,} rows") as caught:
        engine.ask(text, format=name, limits=Limits(rows=count - 1)).read()
    assert caught.value.kind == "limit"


def test_a_row_limit_counts_the_triples_of_a_graph(engine: KillableEngine) -> None:
    text = "CONSTRUCT WHERE { ?paper ph:key ?key ; a ph:Paper }"
    assert engine.ask(text, limits=Limits(rows=24)).read()
    with pytest.raises(QueryError, match="the answer has more than 23 rows"):
        engine.ask(text, limits=Limits(rows=23)).read()


def test_a_byte_limit_met_in_mid_stream_is_an_error_after_the_parts(engine: KillableEngine) -> None:
    parts = []
    with pytest.raises(QueryError, match="the answer is longer than 1,000,000 bytes") as caught:
        parts.extend(engine.ask(ENDLESS, limits=Limits(answer_bytes=1_000_000)))
    assert caught.value.kind == "limit"


def test_a_query_that_wants_too_much_memory_is_one_clear_error(toy: FileDataset) -> None:
    hungry = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?l"
    with KillableEngine(toy, memory_bytes=100 * 2**20) as one, pytest.raises(QueryError) as caught:
        one.ask(hungry).read()
    assert str(caught.value) == "the query needs more memory than the 100 MB it may have; ask for less"
    assert caught.value.kind == "memory"


def test_a_query_that_crashes_the_engine_is_one_clear_error(toy: FileDataset) -> None:
    deep = "SELECT * " + "{" * 100_000 + "}" * 100_000
    with pytest.raises(QueryError, match="the engine crashed on this query") as caught:
        run_query(toy, deep, limits=Limits(bounds=WIDE))
    assert caught.value.kind == "engine"
    with pytest.raises(QueryError, match="nested more than 100 deep"):
        run_query(toy, deep[:50_000])


def test_three_thousand_braces_no_longer_crash_a_worker(toy: FileDataset) -> None:
    # With the stack that NOTES measured they did; a worker has a wider one.
    deep = "SELECT * " + "{" * 3_000 + "}" * 3_000
    assert (
        run_query(toy, deep, limits=Limits(bounds=WIDE)).read() == b'{"head":{"vars":[]},"results":{"bindings":[{}]}}'
    )


@pytest.mark.parametrize(
    ("code", "kind"), [(-6, "memory"), (-9, "memory"), (-11, "engine"), (-24, "timeout"), (1, "engine")]
)
def test_what_the_end_of_a_worker_means(code: int, kind: str) -> None:
    assert death_of(code, 2**30, 10).kind == kind


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELECT * {\n  ?s ?p\n}",
            "syntax error at line 3, column 1: unexpected '}'; something is missing before it\n  }\n  ^",
        ),
        (
            "SELECT * {\n  ?论断 ex:p ?o }",
            "syntax error at line 2, column 7: prefix 'ex:' is not declared; add a line PREFIX ex: <...>\n"
            "    ?论断 ex:p ?o }\n          ^",
        ),
        (
            "SELECT * { ?s skso:prefLabel ?o }",
            "syntax error at line 1, column 15: prefix 'skso:' is not declared; did you mean 'skos:'?\n"
            "  SELECT * { ?s skso:prefLabel ?o }\n                ^",
        ),
        (
            "SELECT * {\n { ?s ?p ?o ",
            "syntax error at line 2, column 2: '{' is never closed\n   { ?s ?p ?o \n   ^",
        ),
        (
            "SELECT * { ?s ?p ?o ) }",
            "syntax error at line 1, column 21: ')' closes nothing\n  SELECT * { ?s ?p ?o ) }\n                      ^",
        ),
        (
            "SELECT",
            "syntax error at line 1, column 7: the query ends too early\n  SELECT\n        ^",
        ),
        (
            "SELECT (<http://example.org/f>(1) AS ?x) {}",
            "The custom function <http://example.org/f> is not supported",
        ),
    ],
)
def test_a_syntax_error_shows_the_line_and_a_caret(engine: KillableEngine, text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        engine.ask(text)
    assert str(caught.value) == message
    assert caught.value.kind == "syntax"


@pytest.mark.parametrize("name", ["turtle", "csv"])
def test_a_format_that_does_not_fit_the_form_is_told_with_what_would_be_right(
    engine: KillableEngine, name: str
) -> None:
    text, told = {
        "turtle": ("ASK {}", "turtle is for CONSTRUCT and DESCRIBE; ASK gives yes or no: use json, xml, csv or tsv"),
        "csv": (
            "DESCRIBE <a:b>",
            "csv is for SELECT and ASK; DESCRIBE gives a graph: use turtle, ntriples, jsonld or rdfxml",
        ),
    }[name]
    with pytest.raises(QueryError) as caught:
        engine.ask(text, format=name)
    assert str(caught.value) == told


def test_nothing_calls_out_even_if_the_guard_were_off(toy: FileDataset) -> None:
    """A child as a worker is made, told to evaluate SERVICE without the guard, beside a server that listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        program = (
            "import sys, pyoxigraph\n"
            "from phengraph.query.confine import confine_process\n"
            "print(confine_process().network if sys.argv[2] == 'confined' else 'free', flush=True)\n"
            "try:\n"
            "    list(pyoxigraph.Store().query(f'SELECT * {{ SERVICE <{sys.argv[1]}> {{ ?s ?p ?o }} }}'))\n"
            "except (OSError, RuntimeError) as error:\n"
            "    print(type(error).__name__)\n"
        )

        def called(how: str) -> tuple[str, bool]:
            child = subprocess.Popen([sys.executable, "-c", program, address, how], stdout=subprocess.PIPE, text=True)
            assert child.stdout is not None
            network = child.stdout.readline().strip()
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                reached = False
            else:
                connection.close()
                reached = True
            child.communicate()
            return network, reached

        # Without confinement the engine does call: the listener is a real one.
        assert called("free") == ("free", True)
        network, reached = called("confined")
        if network == "open":
            pytest.skip("this system has neither network namespaces nor seccomp; the guard stands alone")
        assert not reached


def test_a_seccomp_filter_refuses_sockets_where_namespaces_are_not_allowed() -> None:
    program = (
        "import ctypes, socket\n"
        "from phengraph.query.confine import _forbid_sockets\n"
        "taken = _forbid_sockets(ctypes.CDLL(None))\n"
        "try:\n"
        "    socket.socket()\n"
        "    print(taken, 'made')\n"
        "except PermissionError:\n"
        "    print(taken, 'refused')\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    if result.stdout == "False made\n":
        pytest.skip("no seccomp on this system")
    assert result.stdout == "True refused\n"


def test_a_worker_gets_no_keys_of_services(toy: FileDataset) -> None:
    os.environ["SEMANTIC_SCHOLAR_API_KEY"] = "made-up-key"
    try:
        with KillableEngine(toy) as one:
            one.start()
            assert one._process is not None
            environment = Path(f"/proc/{one._process.pid}/environ")
            if not environment.exists():
                pytest.skip("no /proc on this system")
            assert b"made-up-key" not in environment.read_bytes()
    finally:
        del os.environ["SEMANTIC_SCHOLAR_API_KEY"]


def test_a_worker_imports_only_what_it_needs() -> None:
    program = (
        "import sys, phengraph.query.worker\n"
        "print(sorted({'pydantic', 'rich', 'click', 'rdflib', 'networkx', 'asyncio', 'yaml'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "[]\n"


def test_a_dataset_that_cannot_be_opened_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "quads.nq").write_text("this is no N-Quads\n", encoding="utf-8")
    with pytest.raises(QueryError, match="the dataset cannot be opened") as caught:
        run_query(FileDataset(tmp_path / "quads.nq"), "ASK {}")
    assert caught.value.kind == "engine"


def test_a_store_on_disk_answers_too(toy: FileDataset, tmp_path: Path) -> None:
    store = pyoxigraph.Store(str(tmp_path / "store"))
    store.bulk_load(path=str(toy.quads_path), format=pyoxigraph.RdfFormat.N_QUADS)
    store.flush()
    del store
    on_disk = FileDataset(toy.quads_path, store_path=tmp_path / "store")
    text = "SELECT ?paper { ?paper a ph:Paper } ORDER BY ?paper"
    assert run_query(on_disk, text).read() == run_query(toy, text).read()


def test_confinement_and_limits_may_be_taken_in_any_process() -> None:
    program = (
        "from phengraph.query.confine import *\n"
        "import resource\n"
        "confine_process(); limit_cpu(5); limit_memory(2**30)\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), resource.getrlimit(resource.RLIMIT_CPU)[0] in (5, 6))\n"
        "print(mapped_bytes() > resident_bytes() > 0)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert result.stdout == "(0, 0) True\nTrue\n", result.stderr
    assert callable(confine_process)
    assert callable(limit_cpu)
