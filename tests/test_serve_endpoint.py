"""The endpoint on a real socket: answers, statuses, limits, and what a broken answer looks like."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from query_fixtures import toy_quads, write_dataset
from serve_fixtures import BASE, FileSource, Served, serve

from phengraph.query.formats import FORMATS
from phengraph.serve.query_page import show_query_page
from phengraph.settings import ServeSettings

ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
ENDLESS_WITHOUT_A_ROW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def quads(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy")).quads_path


@pytest.fixture(scope="module")
def served(quads: Path) -> Iterator[Served]:
    with serve(FileSource(quads)) as running:
        yield running


@pytest.fixture(scope="module")
def strict(quads: Path) -> Iterator[Served]:
    """A server with limits that a test can meet."""
    settings = ServeSettings(
        workers=2, timeout_seconds=1, long_after_seconds=0.3, answer_megabytes=1, memory_megabytes=100,
        request_kilobytes=8, address_characters=2_000, query_characters=5_000, query_depth=20, waiting_seconds=5,
        slow_client_seconds=1, watch_seconds=0,
    )  # fmt: skip
    with serve(FileSource(quads), settings) as running:
        yield running


def test_a_query_is_answered_by_get_form_and_direct_post(served: Served) -> None:
    query = "SELECT (COUNT(*) AS ?papers) { ?paper a ph:Paper }"
    answers = [
        served.ask(query),
        served.ask(path="/sparql/", query=query),
        served.ask(method="POST", body=query.encode(), headers=DIRECT),
        served.ask(
            method="POST", body=b"query=" + query.replace(" ", "+").encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
    ]  # fmt: skip
    for answer in answers:
        assert answer.status == 200
        assert json.loads(answer.body)["results"]["bindings"][0]["papers"]["value"] == "12"
        assert answer.headers["content-type"] == "application/sparql-results+json"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_by_its_media_type(served: Served, name: str) -> None:
    chosen = FORMATS[name]
    query = "CONSTRUCT WHERE { ?s a ph:Claim }" if chosen.gives_graph else "SELECT ?s { ?s a ph:Claim }"
    answer = served.ask(query, headers={"Accept": chosen.media_type})
    assert answer.status == 200
    assert answer.headers["content-type"].split(";")[0] == chosen.media_type
    assert answer.headers["vary"].startswith("Accept")
    if chosen.gives_graph:
        triples = pyoxigraph.parse(answer.body, format=getattr(pyoxigraph.RdfFormat, chosen.engine_name))
        assert len({triple.subject for triple in triples}) == 8
    elif name != "csv":
        results = pyoxigraph.parse_query_results(
            answer.body, getattr(pyoxigraph.QueryResultsFormat, chosen.engine_name)
        )
        assert isinstance(results, pyoxigraph.QuerySolutions)
        assert len(list(results)) == 8
    else:
        assert answer.body.count(b"\n") == 9


def test_the_dataset_that_a_request_names_wins(served: Served) -> None:
    query = f"SELECT (COUNT(*) AS ?n) FROM <{BASE}graph/papers.bib> {{ ?s a ph:Paper }}"

    def count(**parameters: str | list[str]) -> str:
        return str(json.loads(served.ask(query, **parameters).body)["results"]["bindings"][0]["n"]["value"])

    assert count() == "12"
    assert count(**{"default-graph-uri": f"{BASE}graph/models.yaml"}) == "0"
    assert count(**{"named-graph-uri": f"{BASE}graph/papers.bib"}) == "0"
    assert count(**{"default-graph-uri": [f"{BASE}graph/models.yaml", f"{BASE}graph/papers.bib"]}) == "12"


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ({"query": "SELECT * {\n  ?s ?p\n}"}, 400,
         "syntax error at line 3, column 1: unexpected '}'; something is missing before it\n  }\n  ^\n"),
        ({"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}, 403,
         "line 1, column 7: SERVICE is refused: it would call another server; ask that server itself\n"),
        ({"query": "DROP ALL"}, 403,
         "line 1, column 1: DROP is refused: the dataset is read only; edit the files in graph/ and build again\n"),
        ({"update": "DROP ALL"}, 403,
         "updates are refused: the dataset is read only, and says what the files of the project say; edit them\n"),
        ({"query": "ASK {}", "headers": {"Accept": "text/turtle"}}, 406,
         "ASK gives application/sparql-results+json, application/sparql-results+xml, text/csv, "
         "text/tab-separated-values; the request accepts none of them\n"),
        ({"method": "POST", "body": b"ASK {}", "headers": {"Content-Type": "text/plain"}}, 415,
         "a query is sent as application/sparql-query or application/x-www-form-urlencoded, not text/plain\n"),
        ({"method": "POST", "body": b"", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 400,
         "the request holds no query; send it as the parameter 'query'\n"),
        ({"query": "ASK " + "{" * 21 + "}" * 21}, 400, "line 1, column 25: the query is nested more than 20 deep\n"),
        ({"query": "ASK {" + " " * 3000 + "}"}, 414,
         "the address has 3,023 characters, 2,000 are allowed; send the query by POST\n"),
        ({"method": "POST", "body": b"ASK {" + b" " * 5_000 + b"}", "headers": DIRECT}, 400,
         "the query has 5,006 characters, more than the 5,000 allowed; ask less at once\n"),
        ({"method": "POST", "body": b" " * 9_000, "headers": DIRECT}, 413,
         "the request is longer than the 8,192 bytes allowed\n"),
        ({"query": ENDLESS_WITHOUT_A_ROW}, 504, "stopped after 1 s; ask for less\n"),
        ({"query": "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"}, 500,
         "the query needs more memory than the 100 MB it may have; ask for less\n"),
        ({"query": "SELECT (<http://example.org/f>(1) AS ?x) {}"}, 400,
         "The custom function <http://example.org/f> is not supported\n"),
    ],
)  # fmt: skip
def test_each_error_has_its_status_and_a_plain_sentence(
    strict: Served, arguments: dict[str, object], status: int, told: str
) -> None:
    answer = strict.ask(**arguments)  # type: ignore[arg-type]
    assert (answer.status, answer.text) == (status, told)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_a_method_that_is_no_query_is_405_and_says_what_is_allowed(served: Served) -> None:
    answer = served.ask("ASK {}", method="PUT", body=b"")
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


def test_head_says_what_get_would_and_has_no_body(served: Served) -> None:
    query = "SELECT ?s { ?s a ph:Claim }"
    got, headed = served.ask(query), served.ask(query, method="HEAD")
    assert headed.status == 200
    assert headed.body == b""
    for name in ("content-type", "etag", "content-length", "vary"):
        assert headed.headers[name] == got.headers[name]
    assert served.ask("SELECT", method="HEAD").status == 400


def test_options_and_preflight_allow_reading_from_any_page(served: Served) -> None:
    plain = served.ask(method="OPTIONS")
    assert (plain.status, plain.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    preflight = served.ask(
        method="OPTIONS", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    )
    assert preflight.status == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]


def test_a_known_answer_is_304_until_the_dataset_changes(quads: Path) -> None:
    query = "SELECT ?s { ?s a ph:Claim }"
    source = FileSource(quads)
    with serve(source) as running:
        tag = running.ask(query).headers["etag"]
        again = running.ask(query, headers={"If-None-Match": f'"other", {tag}'})
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == tag
        assert running.ask(query, headers={"If-None-Match": tag, "Accept": "text/csv"}).status == 200
        assert running.ask(query + " ", headers={"If-None-Match": tag}).status == 200
        source.name = "2"
        assert running.in_loop(running.house.snapshots.look())
        assert running.ask(query, headers={"If-None-Match": tag}).status == 200


def test_an_answer_that_is_another_each_time_has_no_etag(served: Served) -> None:
    for query in ("SELECT (RAND() AS ?x) {}", "SELECT (uuid() AS ?x) {}", "SELECT (NOW() AS ?x) {}"):
        assert "etag" not in served.ask(query).headers
    assert "etag" in served.ask("SELECT ('NOW' AS ?x) { }").headers
    assert "etag" not in served.ask(method="POST", body=b"ASK {}", headers=DIRECT).headers


def test_a_long_answer_is_streamed_and_may_be_compressed(served: Served) -> None:
    query = "SELECT * { ?s ?p ?o . ?t a ph:Claim }"
    plain = served.ask(query, headers={"Accept": "text/csv"})
    assert plain.headers["transfer-encoding"] == "chunked"
    packed = served.ask(query, headers={"Accept": "text/csv", "Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept, Accept-Encoding"
    assert len(packed.body) < len(plain.body) / 5
    assert sorted(gzip.decompress(packed.body).splitlines()) == sorted(plain.body.splitlines())


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_limit_met_in_mid_stream_breaks_the_transfer_visibly(strict: Served, encoding: str) -> None:
    answer = strict.ask(ENDLESS, headers={"Accept-Encoding": encoding})
    assert answer.status == 200
    assert not answer.is_whole
    assert answer.body
    if encoding == "gzip":
        with pytest.raises(EOFError):
            gzip.decompress(answer.body)


def test_a_client_of_http_1_0_gets_a_whole_answer_with_its_length_or_none(strict: Served) -> None:
    def ask_1_0(query: str) -> bytes:
        with socket.create_connection(("127.0.0.1", strict.port)) as connection:
            connection.settimeout(30)
            body = query.encode()
            head = f"POST /sparql HTTP/1.0\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
            connection.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode() + body)
            parts = []
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    head, _, body = ask_1_0("SELECT * { ?s ?p ?o } LIMIT 3000").partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert f"content-length: {len(body)}".encode() in head
    assert json.loads(body)
    # Nothing at all is better than a piece that looks whole.
    assert not ask_1_0(ENDLESS).startswith(b"HTTP/1.1 200")


def test_a_dead_worker_costs_its_own_client_only(strict: Served) -> None:
    hungry = "SELECT DISTINCT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(strict.ask(hungry).status)) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        answer = strict.ask("SELECT (COUNT(*) AS ?n) { ?s a ph:Claim }")
        assert (answer.status, answer.is_whole) == (200, True)
    assert set(statuses) <= {500, 503, 504}
    assert strict.ask("ASK {}").status == 200


def test_runaway_queries_do_not_stand_between_short_ones_and_their_answers(strict: Served) -> None:
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(strict.ask(ENDLESS_WITHOUT_A_ROW).status)) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    answered = 0
    while any(thread.is_alive() for thread in threads):
        answer = strict.ask("ASK { ?s a ph:Claim }")
        assert answer.status == 200, answer.text
        answered += 1
    assert answered >= 3
    assert len(statuses) == 10
    assert set(statuses) <= {503, 504}
    turnstile = strict.house.pool.turnstile
    assert (turnstile.short_running, turnstile.long_running, turnstile.waiting) == (0, 0, 0)


def test_too_many_waiting_queries_are_503_with_the_time_to_try_again(quads: Path) -> None:
    settings = ServeSettings(workers=1, long_workers=1, waiting=1, timeout_seconds=2, long_after_seconds=1.5,
                             watch_seconds=0)  # fmt: skip
    with serve(FileSource(quads), settings) as running:
        statuses: list[tuple[int, str | None]] = []

        def ask() -> None:
            answer = running.ask(ENDLESS_WITHOUT_A_ROW)
            statuses.append((answer.status, answer.headers.get("retry-after")))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(status == 503 and after in ("5", "30") for status, after in statuses) >= 2
        assert all(status in (503, 504) for status, _ in statuses)


def test_a_client_that_leaves_ends_its_query(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port)
    connection.request("POST", "/sparql", ENDLESS_WITHOUT_A_ROW, DIRECT)
    turnstile = served.house.pool.turnstile
    wait_until(lambda: turnstile.short_running + turnstile.long_running == 1)
    assert connection.sock is not None
    connection.close()
    wait_until(lambda: turnstile.short_running + turnstile.long_running == 0)


def test_a_client_that_takes_nothing_is_dropped_and_holds_no_worker(strict: Served) -> None:
    with socket.create_connection(("127.0.0.1", strict.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        query = b"SELECT * { ?s ?p ?o . ?t ?q ?u } LIMIT 2000"
        head = f"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(query)}\r\n"
        connection.sendall(f"{head}Content-Type: application/sparql-query\r\n\r\n".encode() + query)
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
        turnstile = strict.house.pool.turnstile
        wait_until(lambda: turnstile.short_running + turnstile.long_running == 0)
        assert strict.ask("ASK {}").status == 200


@pytest.mark.parametrize(
    "beginning",
    [b"", b"GET /sparql", b"GET /healthz HTTP/1.1\r\nHost: loc", b"POST /sparql HTTP/1.1\r\nHost: localhost\r\n"
     b"Content-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK"],
)  # fmt: skip
def test_a_client_that_does_not_finish_its_request_is_dropped(strict: Served, beginning: bytes) -> None:
    with socket.create_connection(("127.0.0.1", strict.port)) as connection:
        connection.sendall(beginning)
        connection.settimeout(30)
        told = connection.recv(1000)
        assert told == b"" or told.startswith(b"HTTP/1.1 408")


def test_a_browser_gets_the_query_page_and_a_program_data_at_the_same_address(quads: Path) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    with serve(FileSource(quads), query_page=show_query_page, root_path="/graph") as running:
        shown = running.ask("ASK { ?s ?p 'a&b#c' }", headers=browser)
        assert shown.status == 303
        assert shown.headers["location"] == "/graph/#/sparql?q=ASK%20%7B%20%3Fs%20%3Fp%20%27a%26b%23c%27%20%7D"
        assert running.ask(headers=browser).headers["location"] == "/graph/#/sparql"
        assert running.ask("ASK {}", headers=browser, format="json").status == 200
        assert running.ask("ASK {}", headers={"Accept": "*/*"}).status == 200
        assert running.ask("ASK {}").status == 200


def test_a_broken_answer_is_counted(strict: Served) -> None:
    def count() -> float:
        lines = strict.ask(path="/metrics").text.splitlines()
        return float(
            next(line for line in lines if line.startswith("phengraph_http_answers_broken_off_total")).split()[1]
        )

    before = count()
    assert not strict.ask(ENDLESS).is_whole
    wait_until(lambda: count() == before + 1)


def test_nothing_calls_out(served: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        for query in (
            f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}",
            f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}",
            f"LOAD <{address}>",
        ):
            assert served.ask(query).status == 403
        assert served.ask(f"SELECT * FROM <{address}> {{ ?s ?p ?o }}").status == 200
        assert served.ask("SELECT * { ?s ?p ?o }", **{"default-graph-uri": address}).status == 200
        with pytest.raises(TimeoutError):
            listener.accept()


def wait_until(condition: object, seconds: float = 20) -> None:
    assert callable(condition)
    ends = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < ends, "it did not come to that"
        time.sleep(0.02)
