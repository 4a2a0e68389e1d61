"""A store that answers wrongly, slowly or without end: one plain sentence, nothing handed on, no credential told."""

from __future__ import annotations

import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loops import run_apart
from store_fixtures import Script, reply

from phengraph.problems import QueryError, StoreError
from phengraph.query.asking import Limits, prepare_request
from phengraph.remote.asking import RemoteStore
from phengraph.remote.connection import Connection
from phengraph.remote.wording import as_rows, declare
from phengraph.settings import StoreSettings

BASE = "https://example.org/toy/"
SECRET = "made-up-secret-7"
ROW = b'{"head":{"vars":["state"]},"results":{"bindings":[{"state":{"type":"literal","value":"made-up"}}]}}'


def ask(script: Script, text: str = "SELECT ?state { ?a ?b ?state }", **environment: str) -> bytes:
    form, _, request = prepare_request(BASE, text, limits=Limits())
    with script as store:

        async def run() -> bytes:
            async with RemoteStore(store, BASE, environment) as remote:
                return b"".join((await remote.answer(form, request, seconds=store.timeout_seconds)).parts)

        return run_apart(run())


def refusal(script: Script, text: str = "SELECT ?state { ?a ?b ?state }", **environment: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        ask(script, text, **environment)
    told = str(caught.value)
    assert "\n" not in told and "\x1b" not in told and len(told) < 700
    assert SECRET not in told
    return caught.value


def chunked(*parts: bytes, pause: float = 0.0, ends: bool = True) -> Any:
    """An answer of unknown length, cut when `ends` is false."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/sparql-results+json")
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in parts:
            request.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            request.wfile.flush()
            time.sleep(pause)
        if ends:
            request.wfile.write(b"0\r\n\r\n")
        request.close_connection = True

    return answer


def test_what_is_right_is_read() -> None:
    assert ask(Script(reply(body=ROW))) == ROW
    assert ask(Script(chunked(ROW[:20], ROW[20:]))) == ROW


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        (reply(body=b"<html><script>alert(1)</script>", media_type="text/html"), "store", "with a web page and not"),
        (reply(body=ROW, media_type="application/x-made\x1b[31m-up"), "store", "and not with application/sparql-res"),
        (reply(body=b"<html>"), "store", "not whole"),
        (reply(body=ROW[:-1]), "store", "not whole"),
        (reply(body=ROW + b"The SPARQL operation has been cancelled"), "store", "not whole"),
        (reply(body=b'{"head":{"vars":["a"]},"results":{}}'), "store", "not whole"),
        (reply(body=b'{"head":{},"boolean":true}'), "store", "none to SELECT"),
        (reply(body=b"[" * 100_000), "store", "not whole"),
        (reply(body=b'{"head":{"x":' + b"[" * 100_000), "store", "not whole"),
        (reply(body=b"\xff\xfe\x00"), "store", "not whole"),
        (reply(body=b""), "store", "not whole"),
        (chunked(ROW[:30], ends=False), "store", "broke off"),
        (chunked(*[b"x" * 65_536] * 40), "limit", "more than 1,048,576 bytes"),
        (reply(body=b"x" * 2_000_000), "limit", "2,000,000 bytes, 1,048,576 are allowed"),
        (chunked(*[b" "] * 100, pause=0.1), "timeout", "stopped after 2 s"),
        (reply(302, Location="http://127.0.0.1:1/elsewhere"), "store", "leads to http://127.0.0.1:1/elsewhere;"),
        (reply(302, Location="http://127.0.0.1:1/\x1b[31melsewhere"), "store", "Invalid URL in location header"),
        (reply(401, WWW_Authenticate='Basic realm="x"'), "store", "set PHENGRAPH_STORE_USER and"),
        (reply(403), "store", "refuses us (HTTP 403)"),
        (reply(404), "store", "there is nothing at"),
        (reply(500, b"\x1b[2Jred\r\nmore lines", "text/plain"), "store", "answered HTTP 500: "),
        (reply(500, b"<h1>Made-up</h1>", "text/html"), "store", "answered HTTP 500"),
        (reply(500, b"x" * 100_000, "text/plain"), "store", "answered HTTP 500: xxx"),
        (reply(500, b'{"message": "made-up trouble"}', "application/json"), "store", "HTTP 500: made-up trouble"),
        (reply(500, b"Virtuoso S1T00 Error: Transaction timed out", "text/plain"), "timeout", "Transaction timed"),
        (reply(504), "timeout", "answered HTTP 504"),
        (reply(body=ROW, Content_Encoding="gzip"), "store", "compressed"),
        (reply(body=ROW, X_SQL_State="S1TAT"), "timeout", "ran out of its time"),
        (reply(body=ROW, X_SPARQL_MaxRows="10000"), "limit", "cuts its answers at 10000 rows"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_nothing_is_handed_on(answer: Any, kind: str, told: str) -> None:
    error = refusal(Script(answer), PHENGRAPH_STORE_TOKEN=SECRET)
    assert (error.kind, told in str(error)) == (kind, True), str(error)


def test_a_store_that_takes_the_connection_and_says_nothing_is_left() -> None:
    assert refusal(Script(lambda request: time.sleep(4))).kind == "timeout"


def test_a_store_that_is_not_there_is_told() -> None:
    nobody = StoreSettings(query_url="http://127.0.0.1:9/query")
    form, _, request = prepare_request(BASE, "ASK {}", limits=Limits())

    async def run() -> None:
        async with RemoteStore(nobody, BASE, {}) as remote:
            await remote.answer(form, request, seconds=5)

    with pytest.raises(QueryError, match=r"cannot be reached .*; is it running\?") as caught:
        run_apart(run())
    assert caught.value.kind == "store"


def test_the_query_goes_as_a_form_with_its_prefixes_and_the_credential_in_a_header() -> None:
    script = Script(reply(body=ROW))
    ask(script, "SELECT ?state { ?a ph:status ?state }", PHENGRAPH_STORE_TOKEN=SECRET)
    method, path, headers, body = script.requests[-1]
    assert (method, path, headers["content-type"]) == ("POST", "/query", "application/x-www-form-urlencoded")
    assert headers["authorization"] == f"Bearer {SECRET}"
    assert body.startswith(b"query=PREFIX+ph%3A+%3Chttps%3A%2F%2Fw3id.org%2Fphengraph%2Fns%23%3E%0ASELECT")
    assert headers["accept-encoding"] == "identity"


def test_no_redirect_is_followed_so_no_credential_goes_elsewhere() -> None:
    script = Script(reply(307, Location="/other"))
    refusal(script, PHENGRAPH_STORE_USER="made-up", PHENGRAPH_STORE_PASSWORD=SECRET)
    assert [path for _, path, _, _ in script.requests] == ["/query"]


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"PHENGRAPH_STORE_TOKEN": SECRET}, "the credentials would go to store.example.org over plain http"),
        ({"PHENGRAPH_STORE_TOKEN": f"{SECRET}\r\nX: y"}, "PHENGRAPH_STORE_TOKEN holds a line break"),
        ({"PHENGRAPH_STORE_TOKEN": SECRET, "PHENGRAPH_STORE_USER": "x"}, "are both set"),
    ],
)
def test_credentials_are_not_sent_where_they_could_be_read(environment: dict[str, str], told: str) -> None:
    store = StoreSettings(query_url="http://store.example.org/query")
    with pytest.raises(StoreError) as caught:
        Connection(store, environment, digest=False)
    assert told in str(caught.value)
    assert SECRET not in str(caught.value)


def test_over_https_or_where_it_is_allowed_they_are_sent() -> None:
    for store in (
        StoreSettings(query_url="https://store.example.org/query"),
        StoreSettings(query_url="http://store.example.org/query", plain_http=True),
        StoreSettings(query_url="http://[::1]:7878/query"),
    ):
        connection = Connection(store, {"PHENGRAPH_STORE_TOKEN": SECRET}, digest=False)
        run_apart(connection.close())


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="SELECTCONSTRUCTWHEREFROMDESCRIBE ?xy{}<>:ph.\"'#\n()", max_size=60))
def test_no_text_breaks_the_wording(text: str) -> None:
    assert declare(text, BASE).endswith(text)
    as_rows(text)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("ASK { <a> ph:status ?x }", f"BASE <{BASE}>\nPREFIX ph: <https://w3id.org/phengraph/ns#>\n"),
        ("PREFIX ph: <http://e/> ASK { ?x ph:y 'ph: <a> claim:x' }", ""),
        ("BASE <http://e/> ASK { <a> ?p ?o } # claim:x", ""),
        ("ASK { ?x unknown:y claim:z }", f"PREFIX claim: <{BASE}claim/>\n"),
    ],
)
def test_only_what_is_missing_is_declared(text: str, before: str) -> None:
    assert declare(text, BASE) == before + text
