"""The parts of the server that can be held in the hand: turns, spools, addresses, names."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest
from loops import run_apart
from starlette.requests import Request

from phengraph.problems import QueryError
from phengraph.query.formats import Form
from phengraph.query.frames import BODY, pack
from phengraph.serve.doorway import host_name
from phengraph.serve.endpoint import negotiate
from phengraph.serve.protocol import Operation, Refusal, read_operation
from phengraph.serve.spool import Spool
from phengraph.serve.turnstile import Busy, Place, Turnstile
from phengraph.serve.workers import Channel


def turnstile(**options: Any) -> Turnstile:
    given = {"workers": 2, "long_workers": 1, "long_per_client": 1, "waiting": 10, "waiting_seconds": 5.0} | options
    return Turnstile(**given)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_no_more_than_the_places_are_taken_and_the_next_starts_when_one_leaves() -> None:
    async def story() -> None:
        gate = turnstile()
        first, _ = await gate.enter("a"), await gate.enter("b")
        third = asyncio.create_task(gate.enter("c"))
        await settle()
        assert (gate.short_running, gate.waiting, third.done()) == (2, 1, False)
        gate.leave(first)
        assert (await third).client == "c"
        assert (gate.short_running, gate.waiting) == (2, 0)

    run_apart(story())


def test_clients_take_turns_however_many_queries_one_has() -> None:
    async def story() -> list[str]:
        gate = turnstile(workers=1)
        place = await gate.enter("x")
        order: list[str] = []

        async def one(client: str) -> None:
            own = await gate.enter(client)
            order.append(client)
            gate.leave(own)

        tasks = [asyncio.create_task(one(client)) for client in ["greedy"] * 4 + ["modest", "quiet"]]
        await settle()
        gate.leave(place)
        await asyncio.gather(*tasks)
        return order

    assert run_apart(story()) == ["greedy", "modest", "quiet", "greedy", "greedy", "greedy"]


def test_one_client_cannot_hold_every_long_place() -> None:
    async def story() -> None:
        gate = turnstile(workers=3, long_workers=2)
        first, second = await gate.enter("greedy"), await gate.enter("greedy")
        gate.lengthen(first)
        gate.lengthen(second)
        assert (first.is_long, second.is_long) == (True, False)
        modest = await gate.enter("modest")
        gate.lengthen(modest)
        assert modest.is_long

    run_apart(story())


def test_a_query_known_to_be_long_gets_a_long_place_or_none() -> None:
    async def story() -> None:
        gate = turnstile(workers=1, long_workers=1)
        first = await gate.enter("x", is_long=True)
        assert (first.is_long, gate.short_running) == (True, 0)
        # Nobody else is there, so a short place will do ...
        second = await gate.enter("x", is_long=True)
        assert not second.is_long
        # ... but it waits for none.
        with pytest.raises(Busy, match="too many long queries"):
            await gate.enter("x", is_long=True)
        gate.leave(first)
        assert (await gate.enter("y", is_long=True)).is_long

    run_apart(story())


def test_when_too_many_wait_the_greediest_client_loses_its_newest() -> None:
    async def story() -> None:
        gate = turnstile(workers=1, waiting=3)
        await gate.enter("x")
        greedy = [asyncio.create_task(gate.enter("greedy")) for _ in range(3)]
        await settle()
        modest = asyncio.create_task(gate.enter("modest"))
        await settle()
        assert [task.done() for task in greedy] == [False, False, True]
        with pytest.raises(Busy, match="too many queries wait"):
            await greedy[2]
        assert not modest.done()
        assert gate.waiting == 3
        for task in (*greedy, modest):
            task.cancel()

    run_apart(story())


def test_who_waits_too_long_is_sent_away() -> None:
    async def story() -> None:
        gate = turnstile(workers=1, waiting_seconds=0.01)
        place = await gate.enter("x")
        with pytest.raises(Busy, match=r"no query could start within 0\.01 s") as caught:
            await gate.enter("y")
        assert caught.value.retry_after_seconds == 5
        gate.leave(place)
        assert (await gate.enter("y")).client == "y"

    run_apart(story())


def test_a_long_query_moves_aside_and_is_sent_away_when_there_is_no_room_and_others_wait() -> None:
    async def story() -> None:
        gate = turnstile(workers=1, long_workers=1)
        first = await gate.enter("x")
        gate.lengthen(first)
        assert (gate.short_running, gate.long_running) == (0, 1)
        second = await gate.enter("x")
        gate.lengthen(second)  # nobody waits, so it may stay where it is
        waiting = asyncio.create_task(gate.enter("y"))
        await settle()
        with pytest.raises(Busy, match="too many long queries"):
            gate.lengthen(second)
        gate.leave(second)
        await waiting
        gate.leave(first)
        assert (gate.short_running, gate.long_running) == (1, 0)

    run_apart(story())


def test_a_place_granted_to_one_who_has_just_gone_is_not_lost() -> None:
    async def story() -> None:
        gate = turnstile(workers=1)
        place = await gate.enter("x")
        leaving = asyncio.create_task(gate.enter("y"))
        await settle()
        gate.leave(place)  # grants the place ...
        leaving.cancel()  # ... to one who no longer wants it
        await asyncio.wait([leaving])
        assert isinstance(await asyncio.wait_for(gate.enter("z"), 1), Place)

    run_apart(story())


def test_a_spool_gives_what_was_put_in_through_memory_and_file() -> None:
    async def story() -> None:
        spool = Spool(memory_bytes=100)
        parts = [bytes([number]) * 40 for number in range(200)]
        taken = b""
        reader = spool.parts()
        for number, part in enumerate(parts):
            spool.put(part)
            if number % 7 == 0:
                taken += await anext(reader)
        assert spool.kept_bytes == 200 * 40 - len(taken)
        spool.end()
        taken += b"".join([part async for part in reader])
        assert taken == b"".join(parts)
        spool.put(b"x" * 1000)
        spool.close()
        assert spool.kept_bytes == 0

    run_apart(story())


def test_a_spool_tells_its_error_after_the_parts() -> None:
    async def story() -> None:
        spool = Spool()
        spool.put(b"part")
        spool.end(QueryError("cut", kind="limit"))
        reader = spool.parts()
        assert await anext(reader) == b"part"
        with pytest.raises(QueryError, match="cut"):
            await anext(reader)

    run_apart(story())


def request_of(method: str = "GET", query: str = "", body: bytes = b"", content_type: str | None = None) -> Request:
    headers = [] if content_type is None else [(b"content-type", content_type.encode())]
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": method, "query_string": query.encode("latin-1"), "headers": headers, "path": "/"}
    return Request(scope, receive)


FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"


@pytest.mark.parametrize(
    ("request_", "query", "default", "named"),
    [
        (request_of(query="query=ASK+%7B%7D"), "ASK {}", None, None),
        (request_of(), None, None, None),
        (request_of("POST", body=b"query=ASK%20%7B%7D", content_type=FORM), "ASK {}", None, None),
        (request_of("POST", body=b"ASK {}", content_type=DIRECT), "ASK {}", None, None),
        (request_of("POST", body="ASK { ?s ?p '论' }".encode(), content_type=f"{DIRECT}; charset=UTF-8"),
         "ASK { ?s ?p '论' }", None, None),
        (request_of("POST", "default-graph-uri=urn:a&default-graph-uri=urn:b", b"ASK {}", DIRECT),
         "ASK {}", ("urn:a", "urn:b"), ()),
        (request_of("POST", "default-graph-uri=urn:a", b"query=ASK%7B%7D&named-graph-uri=urn%3Ab", FORM),
         "ASK{}", ("urn:a",), ("urn:b",)),
    ],
)  # fmt: skip
def test_the_three_ways_to_send_a_query(
    request_: Request, query: str | None, default: tuple[str, ...] | None, named: tuple[str, ...] | None
) -> None:
    operation = run_apart(read_operation(request_, longest_body=1000))
    assert operation == Operation(query, default, named, None)


@pytest.mark.parametrize(
    ("request_", "status", "told"),
    [
        (request_of("POST", body=b"x" * 1001, content_type=DIRECT), 413, "longer than the 1,000 bytes allowed"),
        (request_of("POST", body=b"ASK {}"), 415, "and the request says no Content-Type"),
        (request_of("POST", body=b"ASK {}", content_type="text/plain"), 415, "not text/plain"),
        (request_of("POST", body=b"ASK {}", content_type=f"{DIRECT};charset=utf-16"), 415, "in UTF-8, not in utf-16"),
        (request_of("POST", body="ASK {}".encode("utf-16"), content_type=DIRECT), 400, "the query is not UTF-8"),
        (request_of("POST", body=b"query=%FF", content_type=FORM), 400, "the form is not UTF-8"),
        (request_of("POST", body=b"DROP ALL", content_type="application/sparql-update"), 403, "updates are refused"),
        (request_of("POST", body=b"update=DROP+ALL", content_type=FORM), 403, "updates are refused"),
        (request_of(query="update=DROP+ALL"), 403, "updates are refused"),
        (request_of(query="query=ASK{}&query=ASK{}"), 400, "a request holds one query, this one holds 2"),
        (request_of(query="query=ASK{}&default-graph-uri=none"), 400, "'none' is no absolute IRI"),
        (request_of(query="&".join(["a=b"] * 1001)), 400, "the query string has more than 1,000 parameters"),
    ],
)  # fmt: skip
def test_what_is_no_query_operation_is_refused_with_its_status(request_: Request, status: int, told: str) -> None:
    with pytest.raises(Refusal, match=told) as caught:
        run_apart(read_operation(request_, longest_body=1000))
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("form", "accept", "format_name", "media_type"),
    [
        (Form.SELECT, None, None, "application/sparql-results+json"),
        (Form.SELECT, "*/*", None, "application/sparql-results+json"),
        (Form.SELECT, "text/csv", None, "text/csv"),
        (Form.SELECT, "text/csv;q=0.5, text/tab-separated-values", None, "text/tab-separated-values"),
        (Form.SELECT, "application/json", None, "application/json"),
        (Form.SELECT, "application/sparql-results+xml;q=0.1, application/rdf+xml", None,
         "application/sparql-results+xml"),
        (Form.ASK, "text/*", None, "text/csv"),
        (Form.CONSTRUCT, None, None, "text/turtle"),
        (Form.CONSTRUCT, "application/rdf+xml, text/turtle;q=0.9", None, "application/rdf+xml"),
        (Form.DESCRIBE, "application/ld+json", None, "application/ld+json"),
        (Form.DESCRIBE, "application/n-triples, */*;q=0.1", None, "application/n-triples"),
        (Form.SELECT, "application/sparql-results+xml", "csv", "text/csv"),
        (Form.SELECT, "text/csv", "turtle", "text/csv"),
        (Form.SELECT, "text/csv", "application/sparql-results+json", "application/sparql-results+json"),
        (Form.SELECT, "text/csv", "nonsense", "text/csv"),
    ],
)  # fmt: skip
def test_the_format_that_the_client_likes_best_is_chosen(
    form: Form, accept: str | None, format_name: str | None, media_type: str
) -> None:
    assert negotiate(form, accept, format_name)[1] == media_type


@pytest.mark.parametrize(
    ("form", "accept"),
    [(Form.SELECT, "text/turtle"), (Form.CONSTRUCT, "text/csv"), (Form.ASK, "*/*;q=0"), (Form.ASK, "image/png")],
)
def test_a_client_that_takes_none_of_the_formats_is_told_which_there_are(form: Form, accept: str) -> None:
    with pytest.raises(Refusal, match=f"{form} gives .*; the request accepts none of them") as caught:
        negotiate(form, accept, None)
    assert caught.value.status == 406


@pytest.mark.parametrize(
    ("header", "name"),
    [("localhost:8000", "localhost"), ("LOCALHOST", "localhost"), ("[::1]:80", "[::1]"),
     ("a.example.org.", "a.example.org"),
     ("", ""), ("[", ""), ("evil@localhost:1", "evil@localhost")],
)  # fmt: skip
def test_the_name_in_a_host_header(header: str, name: str) -> None:
    assert host_name(header) == name


# --- frames ---


def test_who_stops_waiting_in_the_moment_a_frame_comes_loses_nothing_of_it() -> None:
    async def go() -> tuple[bytes, bytes] | None:
        ours, theirs = socket.socketpair()
        channel = Channel(ours)
        waiting = asyncio.create_task(channel.next())
        await asyncio.sleep(0.01)
        theirs.sendall(pack(BODY, b"made up"))
        # A timer runs after the sockets of the same turn of the loop: the frame is seen, and then nobody waits for it.
        asyncio.get_running_loop().call_later(0, waiting.cancel)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        try:
            return await asyncio.wait_for(channel.next(), 5)
        finally:
            channel.close()
            theirs.close()

    assert run_apart(go()) == (BODY, b"made up")
