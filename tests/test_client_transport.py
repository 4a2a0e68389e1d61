"""One request, however it goes wrong: every fault that the service is known for, and some more."""

from __future__ import annotations

import itertools
import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from ingest_fixtures import KEY, make_client
from standin import faults
from standin.server import StandIn, serving
from standin.simulated import SimulatedClock
from standin.wire import Answer

from phengraph.ingest import errors
from phengraph.ingest.client import KEY_VARIABLE, URL_VARIABLE, open_client, read_api_url, read_key
from phengraph.ingest.clock import SystemClock
from phengraph.ingest.connection import is_this_machine
from phengraph.ingest.pace import Pace
from phengraph.settings import RefreshSettings


@pytest.fixture
def stand_in() -> StandIn:
    made = StandIn()
    made.corpus.add("Made-up tracked paper", arxiv="2101.90001", paper_id="0" * 40)
    return made


@pytest.fixture
def address(stand_in: StandIn) -> Iterator[str]:
    with serving(stand_in) as base:
        yield base


def ask(client) -> str:
    return client.papers(["ARXIV:2101.90001"], ["title"])[0].title


TEMPORARY = {
    "429": faults.too_many(),
    "500 with a page for people": faults.html_error(500),
    "502": faults.gateway(502),
    "503": faults.gateway(503),
    "504": faults.gateway(504),
    "cut body": faults.cut_body(20),
    "reset": faults.reset(),
    "no HTTP": faults.raw(b"made up\r\n\r\n"),
    "HTTP cut in its head": faults.raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "a page for people as 200": faults.html_error(200),
    "half a JSON": faults.answers(Answer(200, b'[{"paperId":')),
    "nothing at all": faults.answers(Answer(200, b"")),
    "an error as 200": faults.answers(Answer(200, {"message": "Internal server error"})),
    "too deep": faults.answers(Answer(200, b"[" * 100_000 + b"]" * 100_000)),
}


@pytest.mark.parametrize("name", TEMPORARY)
def test_what_passes_is_tried_again_with_growing_waits(name, stand_in, address, tmp_path):
    clock = SimulatedClock()
    stand_in.switch(TEMPORARY[name], times=3)
    assert ask(make_client(address, tmp_path, clock=clock)) == "Made-up tracked paper"
    assert stand_in.count() == 4
    for wait, least in zip(clock.slept, (2, 4, 8), strict=True):
        assert least <= wait <= least + 2


@pytest.mark.parametrize("name", TEMPORARY)
def test_what_does_not_pass_stops_softly_after_the_tries(name, stand_in, address, tmp_path):
    stand_in.switch(TEMPORARY[name], times=None)
    kind = errors.ServiceBusy if name == "429" else errors.ServiceDown
    with pytest.raises(kind, match=r"^Semantic Scholar "):
        ask(make_client(address, tmp_path, tries=4))
    assert stand_in.count() == 4


def test_the_patience_bounds_the_whole_time_not_only_the_tries(stand_in, address, tmp_path):
    clock = SimulatedClock()
    stand_in.switch(faults.gateway(503), times=None)
    with pytest.raises(errors.ServiceDown):
        ask(make_client(address, tmp_path, clock=clock, tries=100, patience_seconds=100))
    assert sum(clock.slept) <= 100


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("Tue, 24 Nov 2026 06:00:40 GMT", 40), ("soon", None), ("0", None), ("-3", None)]
)
def test_retry_after_is_honoured_in_both_forms(header, seconds, stand_in, address, tmp_path):
    clock = SimulatedClock()
    stand_in.switch(faults.too_many(header))
    ask(make_client(address, tmp_path, clock=clock))
    least = seconds if seconds is not None else 2
    assert least <= clock.slept[0] <= least + 2


def test_a_wait_beyond_the_patience_stops_at_once_and_says_how_long(stand_in, address, tmp_path):
    clock = SimulatedClock()
    stand_in.switch(faults.too_many("3600"), times=None)
    with pytest.raises(errors.ServiceBusy) as caught:
        ask(make_client(address, tmp_path, clock=clock))
    assert str(caught.value) == "Semantic Scholar asks to wait 3600 s (HTTP 429)"
    assert (caught.value.wait_seconds, clock.slept, stand_in.count()) == (3600, [], 1)


FINAL = {
    "403": (faults.forbidden(), errors.KeyRefused, "refuses the key (HTTP 403)"),
    "404": (faults.not_found(), errors.NotFound, "knows no such paper (HTTP 404: Paper with id 0 not found)"),
    "400": (faults.answers(Answer(400, {"error": "made up"})), errors.BadRequest, "refuses the request"),
    "10 MB": (
        faults.answers(Answer(400, {"error": "Response would exceed maximum size...."})),
        errors.AnswerTooBig,
        "too big",
    ),
    "413": (faults.answers(Answer(413, b"")), errors.AnswerTooBig, "too big"),
    "another server": (faults.html_error(404), errors.UnexpectedAnswer, "is SEMANTIC_SCHOLAR_API_URL right?"),
    "redirect without end": (
        faults.redirect("/graph/v1/paper/batch", 307),
        errors.UnexpectedAnswer,
        "redirects more than 5 times",
    ),
    "redirect to a file": (faults.redirect("file:///etc/passwd"), errors.UnexpectedAnswer, "no web address"),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_will_not_pass_is_told_at_once(name, stand_in, address, tmp_path):
    strike, kind, words = FINAL[name]
    clock = SimulatedClock()
    stand_in.switch(strike, times=None)
    with pytest.raises(kind) as caught:
        ask(make_client(address, tmp_path, clock=clock))
    assert words in str(caught.value)
    assert clock.slept == []


MISSHAPEN = {
    "no list": (faults.answers(Answer(200, {"rows": 1})), "Semantic Scholar gave a dict for 1 papers"),
    "null": (faults.answers(Answer(200, b"null")), "Semantic Scholar gave a NoneType for 1 papers"),
    "too few": (faults.answers(Answer(200, [])), "Semantic Scholar gave 0 answers for 1 papers"),
}


@pytest.mark.parametrize("name", MISSHAPEN)
def test_an_answer_of_another_form_is_asked_for_again_and_then_told(name, stand_in, address, tmp_path):
    strike, words = MISSHAPEN[name]
    stand_in.switch(strike, times=2)
    assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"
    assert stand_in.count() == 3
    stand_in.switch(strike, times=None)
    with pytest.raises(errors.UnexpectedAnswer) as caught:
        ask(make_client(address, tmp_path))
    assert str(caught.value) == words
    assert stand_in.count() == 6


def test_a_refused_request_without_a_key_says_which_variable_to_set(stand_in, address, tmp_path):
    stand_in.switch(faults.forbidden())
    with pytest.raises(errors.KeyRefused, match="set SEMANTIC_SCHOLAR_API_KEY, or try again later"):
        ask(make_client(address, tmp_path, key=None))


@pytest.mark.parametrize("strike", [faults.slow_body(0.05), faults.slow_headers(0.05), faults.stall(30)])
def test_an_answer_that_drips_or_stalls_has_an_end(strike, stand_in, address, tmp_path):
    stand_in.switch(strike, times=2)
    with pytest.raises(errors.ServiceDown, match=r"took longer than 0\.2 s for an answer"):
        ask(make_client(address, tmp_path, answer_seconds=0.2, tries=2))
    assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"


def test_an_answer_without_end_is_not_read_to_the_end(stand_in, address, tmp_path):
    huge = json.dumps([{"paperId": "0" * 40, "title": "made up " * 200_000}]).encode()
    stand_in.switch(faults.answers(Answer(200, huge)), times=None)
    with pytest.raises(errors.AnswerTooBig, match="more than 1,000,000 bytes"):
        ask(make_client(address, tmp_path, answer_bytes=1_000_000))
    stand_in.compress = True
    with pytest.raises(errors.AnswerTooBig, match="more than 1,000,000 bytes"):
        ask(make_client(address, tmp_path, answer_bytes=1_000_000))


def test_packed_answers_are_unpacked(stand_in, address, tmp_path):
    stand_in.compress = True
    assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_followed_and_a_post_stays_one(status, stand_in, address, tmp_path):
    stand_in.switch(faults.redirect("/graph/v1/paper/batch?fields=title", status))
    assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"
    assert [seen.request.method for seen in stand_in.seen] == ["POST", "POST"]


def test_the_key_does_not_follow_a_redirect_to_another_server(stand_in, address, tmp_path):
    other = StandIn(stand_in.corpus)
    with serving(other) as elsewhere:
        stand_in.switch(faults.redirect(f"{elsewhere}/graph/v1/paper/batch?fields=title", 307))
        assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"
    assert (stand_in.keys(), other.keys()) == ({KEY}, {None})


def test_the_budget_counts_every_try(stand_in, address, tmp_path):
    client = make_client(address, tmp_path, budget=3)
    stand_in.switch(faults.gateway(503), times=2)
    ask(client)
    with pytest.raises(errors.BudgetSpent, match="the 3 requests that were allowed are used up"):
        ask(client)
    assert stand_in.count() == client.transport.requests_made == 3


def test_odd_but_valid_json_is_read(stand_in, address, tmp_path):
    odd = b'\xef\xbb\xbf[{"paperId": "0", "title": "half a pair: \\ud83d", "huge": 1e999}]'
    stand_in.switch(faults.answers(Answer(200, odd)))
    assert ask(make_client(address, tmp_path)) == "half a pair: \ud83d"


# --- pace ---------------------------------------------------------------------------------------------------------


def test_requests_keep_their_distance_and_the_service_has_no_reason_to_refuse(stand_in, address, tmp_path):
    clock = SimulatedClock()
    stand_in.clock = clock.monotonic
    stand_in.requests_per_second = 1
    client = make_client(address, tmp_path, clock=clock, seconds_between_requests=1.1)
    for _ in range(5):
        ask(client)
    assert [seen.status for seen in stand_in.seen] == [200] * 5
    assert stand_in.gaps() == pytest.approx([1.1] * 4)


def test_all_processes_of_the_machine_share_one_pace(tmp_path):
    clock = SimulatedClock()
    first = Pace(tmp_path, "https://made.up", 1.1, clock)
    second = Pace(tmp_path, "https://made.up", 1.1, clock)
    other_service = Pace(tmp_path, "https://other.made.up", 1.1, clock)
    first.wait()
    second.wait()
    assert clock.elapsed == pytest.approx(1.1)
    other_service.wait()
    assert clock.elapsed == pytest.approx(1.1)
    first.hold(30)
    second.wait()
    assert clock.elapsed == pytest.approx(31.1)


def test_a_clock_that_jumps_back_costs_one_interval_and_no_more(tmp_path):
    clock = SimulatedClock()
    Pace(tmp_path, "https://made.up", 1.1, clock).wait()
    clock.jump = -clock.jump.resolution * 3_600_000_000_000
    pace = Pace(tmp_path, "https://made.up", 1.1, clock)
    pace.wait()
    assert clock.elapsed == pytest.approx(1.1)
    pace.wait()
    assert clock.elapsed == pytest.approx(2.2)


class _NotingClock(SystemClock):
    """The last moment that it told is that of the turn: it is taken while the lock is held."""

    def now(self) -> datetime:
        self.last = super().now()
        return self.last


def _go_three_times(folder: Path, interval: float) -> list[float]:
    clock = _NotingClock()
    pace = Pace(folder, "https://made.up", interval, clock)
    gone = []
    for _ in range(3):
        pace.wait()
        gone.append(clock.last.timestamp())
    return gone


def test_two_real_processes_take_turns(tmp_path):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        runs = list(pool.map(_go_three_times, [tmp_path] * 2, [0.05] * 2))
    gone = sorted(runs[0] + runs[1])
    assert all(later - earlier > 0.045 for earlier, later in itertools.pairwise(gone))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"taken": "x"}', '{"taken": 1, "held_until": 1e300}'])
def test_a_spoilt_pace_file_does_not_stop_anybody(content, tmp_path):
    clock = SimulatedClock()
    pace = Pace(tmp_path, "https://made.up", 1.1, clock)
    pace.wait()
    next(tmp_path.glob("*.json")).write_text(content, encoding="utf-8")
    pace.wait()
    assert clock.elapsed == pytest.approx(1.1)


# --- the environment ----------------------------------------------------------------------------------------------


def test_the_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch, stand_in, address, tmp_path):
    # The environment is the input here, so it is set; nothing of the program is replaced.
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask(make_client(address, tmp_path)) == "Made-up tracked paper"


def test_the_proxy_of_the_environment_is_used_for_others(monkeypatch, stand_in, address, tmp_path):
    monkeypatch.setenv("http_proxy", address)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert ask(make_client("http://made-up.example", tmp_path, key=None)) == "Made-up tracked paper"
    assert stand_in.count() == 1


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ", "\x00"])
def test_a_key_that_no_header_can_hold_is_refused_without_being_told(key):
    with pytest.raises(errors.BadEnvironment) as caught:
        read_key({KEY_VARIABLE: key})
    assert key not in str(caught.value)


def test_the_key_is_trimmed_and_may_be_absent():
    key = read_key({KEY_VARIABLE: f"  {KEY}\n"})
    assert key is not None
    assert key.get_secret_value() == KEY
    assert KEY not in repr(key)
    assert read_key({KEY_VARIABLE: " "}) is None


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("http://127.0.0.1:8123/", "http://127.0.0.1:8123"),
        ("http://127.0.0.1:8123/graph/v1", "http://127.0.0.1:8123"),
        ("", "https://api.semanticscholar.org"),
    ],
)
def test_the_address_is_read_in_the_forms_that_people_give(given, read):
    assert read_api_url({URL_VARIABLE: given}) == read


@pytest.mark.parametrize("given", ["ftp://made.up", "made.up:80", "http://", "http://h:port", "http://h?x=1"])
def test_an_address_that_is_none_is_refused(given):
    with pytest.raises(errors.BadEnvironment, match="SEMANTIC_SCHOLAR_API_URL is no http or https address"):
        read_api_url({URL_VARIABLE: given})


def test_the_key_is_not_sent_unencrypted_over_the_network():
    environment = {URL_VARIABLE: "http://made-up.example", KEY_VARIABLE: KEY}
    with pytest.raises(errors.BadEnvironment, match="for all to read; use https, or unset SEMANTIC_SCHOLAR_API_KEY"):
        open_client(RefreshSettings(), environment=environment)
    assert is_this_machine("::1")


def test_a_client_of_the_environment_reaches_the_address_with_the_key(stand_in, address):
    settings = RefreshSettings(seconds_between_requests=0)
    client = open_client(settings, environment={URL_VARIABLE: address, KEY_VARIABLE: KEY})
    assert ask(client) == "Made-up tracked paper"
    assert stand_in.keys() == {KEY}
