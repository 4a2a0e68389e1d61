"""The review over HTTP: who may ask, what is refused and why, and what a page does with the queue."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from query_fixtures import toy_quads, write_dataset
from review_samples import CLAIM, KEY, OTHER_CLAIM, WIDGETS, copy_toy, made_up_queue, made_up_suggestion
from serve_fixtures import Answer, FileSource, Served, serve

from phengraph.curate.decisions import read_decisions
from phengraph.model import Suggestion, Verdict
from phengraph.problems import PhengraphError
from phengraph.project import Project
from phengraph.review.acts import Outcome
from phengraph.review.opening import Review, open_review
from phengraph.review.web import WebReview
from phengraph.serve.curating import ReviewRoutes, keep_reviewing

TOKEN = "made-up-token"


class MadeUpReviewer:
    """Says what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def start(self) -> None:
        self.asked.append("start")

    def stop(self) -> None:
        self.asked.append("stop")

    def state(self) -> dict[str, Any]:
        return {"ready": True}

    def act(self, asked: Any) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        return 200, {"ready": True}


@pytest.fixture(scope="module")
def quads(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy")).quads_path


@pytest.fixture(scope="module")
def served(quads: Path) -> Iterator[tuple[Served, MadeUpReviewer]]:
    reviewer = MadeUpReviewer()
    with serve(
        FileSource(quads), routes=[ReviewRoutes(reviewer, token=TOKEN)], allowed_hosts=["*"],
        tasks=[lambda house: keep_reviewing(reviewer)],
    ) as running:  # fmt: skip
        yield running, reviewer
    assert reviewer.asked[0] == "start" and reviewer.asked[-1] == "stop"


def ask(running: Served, method: str = "GET", body: bytes | None = None, **headers: str | None) -> Answer:
    """A request as our own page sends it, with other headers where a test says so; None leaves one out."""
    given: dict[str, str | None] = {
        "X-Phengraph-Token": TOKEN,
        "Origin": running.url.rstrip("/") if method == "POST" else None,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/json" if method == "POST" else None,
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    kept = {name: value for name, value in given.items() if value is not None}
    return running.ask(method=method, path="/api/review", headers=kept, body=body)


def test_our_own_page_is_answered(served: tuple[Served, MadeUpReviewer]) -> None:
    running, reviewer = served
    answer = ask(running)
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert "access-control-allow-origin" not in answer.headers
    assert ask(running, "POST", b'{"action": "undo"}').status == 200
    assert reviewer.asked[-1] == {"action": "undo"}
    assert ask(running, "POST", b'{"action": "undo"}', Origin=None, Sec_Fetch_Site=None).status == 200, "a program"


MACHINE = "the review is for the machine on which the server runs"
NAME = "the review is asked for under a name of this machine"
PAGE = "the review is asked for from a page of this server"
TOLD = "open the address that `phengraph serve --curate` printed: it holds the token"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"X_Phengraph_Token": None}, TOLD),
        ({"X_Phengraph_Token": ""}, TOLD),
        ({"X_Phengraph_Token": "made-up-toke"}, TOLD),
        ({"X_Phengraph_Token": "made-up-token2"}, TOLD),
        ({"Host": "evil.example"}, NAME),
        ({"Host": "localhost.evil.example:8000"}, NAME),
        ({"Origin": "https://evil.example"}, PAGE),
        ({"Origin": "null"}, PAGE),
        ({"Origin": "http://127.0.0.1:1"}, PAGE),
        ({"Sec_Fetch_Site": "cross-site"}, PAGE),
        ({"Sec_Fetch_Site": "same-site"}, PAGE),
        ({"X_Forwarded_For": "192.0.2.7"}, MACHINE),
        ({"Forwarded": "for=192.0.2.7"}, MACHINE),
        ({"Via": "1.1 proxy.example"}, MACHINE),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_may_not_is_refused(
    served: tuple[Served, MadeUpReviewer], method: str, headers: dict[str, str | None], told: str
) -> None:
    running, reviewer = served
    before = len(reviewer.asked)
    answer = ask(running, method, b'{"action": "undo"}' if method == "POST" else None, **headers)
    assert (answer.status, json.loads(answer.body)["detail"]) == (403, told)
    assert len(reviewer.asked) == before


def test_a_form_cannot_ask(served: tuple[Served, MadeUpReviewer]) -> None:
    running, reviewer = served
    before = len(reviewer.asked)
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""):
        assert ask(running, "POST", b'{"action": "undo"}', Content_Type=kind).status == 415
    assert len(reviewer.asked) == before


def test_another_site_gets_no_leave_to_send_the_token(served: tuple[Served, MadeUpReviewer]) -> None:
    running, _ = served
    headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-phengraph-token, content-type",
    }
    answer = running.ask(method="OPTIONS", path="/api/review", headers=headers)
    assert "token" not in answer.headers.get("access-control-allow-headers", "").lower()


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 60_000, b'{"a": "' + b"x" * 70_000 + b'"}'])
def test_what_is_no_object_is_refused(served: tuple[Served, MadeUpReviewer], body: bytes) -> None:
    running, _ = served
    answer = ask(running, "POST", body)
    assert (answer.status, json.loads(answer.body)["detail"]) == (400, "send a JSON object of at most 64 kB")


def test_a_server_without_it_has_no_such_route(quads: Path) -> None:
    with serve(FileSource(quads)) as running:
        assert ask(running).status == 404


def web_review(folder: Path, suggestions: list[Suggestion]) -> WebReview:
    def opening() -> Review:
        return open_review(Project(folder), lambda: suggestions, curator="Ada Alpha")

    return WebReview(opening)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_toy(tmp_path / "toy")


def settled(review: WebReview) -> dict[str, Any]:
    """The state when nothing waits to be written."""
    deadline = time.monotonic() + 60
    while (state := review.state())["waiting"] and time.monotonic() < deadline:
        time.sleep(0.02)
    return state


def test_a_page_decides_until_the_queue_is_empty(folder: Path) -> None:
    review = web_review(folder, made_up_queue(3))
    assert review.state() == {"ready": False, "message": "looking for what bears on the claims …"}
    review.start()
    try:
        state = review.state()
        assert (state["ready"], state["total"], state["left"], state["curator"]) == (True, 3, 3, "Ada Alpha")
        assert (state["shown"]["claim"], state["paper"]) == (CLAIM, "CorpusId:9000017")
        assert state["shown"]["passages"][0]["pieces"][0] == ("In contrast", "contrast")
        draft = {"finding": "No power law.", "strength": "strong"}
        status, state = review.act(
            {"action": "accept", "stance": "contradicts", "claim": CLAIM, "paper": "CorpusId:9000017", "draft": draft}
        )
        assert status == 200
        assert state["told"] == {
            "text": "Supported -> Contested: 2 teams for, 1 strong against, 1 qualifying",
            "about": "Widgets grow by a power law",
            "isError": False,
        }
        assert (state["shown"]["number"], state["accepted"]) == (2, 1)
        status, state = review.act(
            {"action": "decline", "verdict": "later", "claim": OTHER_CLAIM, "paper": "CorpusId:9000018"}
        )
        assert (status, state["putOff"]) == (200, 1)
        assert review.act({"action": "undo"})[1]["putOff"] == 0
        review.act({"action": "decline", "verdict": "not about", "claim": OTHER_CLAIM, "paper": "CorpusId:9000018"})
        review.act({"action": "decline", "verdict": "not about", "claim": CLAIM, "paper": "CorpusId:9000019"})
        state = settled(review)
        assert (state["shown"], state["paper"], state["left"], state["notices"]) == (None, "", 0, [])
        assert review.act({"action": "reload"})[1]["total"] == 0
    finally:
        review.stop()
    assert f"  - contradicts: {KEY}\n    finding: No power law.\n".encode() in (folder / WIDGETS).read_bytes()
    verdicts = [one.verdict for one in read_decisions(Project(folder))[0]]
    assert sorted(verdicts) == sorted([Verdict.ACCEPTED, Verdict.NOT_ABOUT, Verdict.NOT_ABOUT])
    assert review.state()["ready"] is False


@pytest.mark.parametrize(
    ("asked", "status", "told"),
    [
        ({"action": "decline", "verdict": "later", "claim": CLAIM, "paper": "CorpusId:1"}, 409,
         "the queue has moved on; nothing was decided"),
        ({"action": "decline", "verdict": "later", "claim": OTHER_CLAIM}, 409,
         "the queue has moved on; nothing was decided"),
        ({"action": "decline", "verdict": "never"}, 422, "known are accepted, not about, later"),
        ({"action": "decline", "verdict": "accepted"}, 422, "what is accepted needs a stance"),
        ({"action": "accept", "stance": "loves"}, 422, "known are supports, contradicts, qualifies, inconclusive"),
        ({"action": "accept", "stance": "supports", "draft": []}, 422, "the draft is no object of short texts"),
        ({"action": "accept", "stance": "supports", "draft": {"finding": 1}}, 422,
         "the draft is no object of short texts"),
        ({"action": "accept", "stance": "supports", "draft": {"finding": "x" * 10_001}}, 422,
         "the draft is no object of short texts"),
        ({"action": "accept", "stance": "supports", "draft": {"quote": "a ... b"}}, 422,
         "the quote has an ellipsis; quote words that stand together"),
        ({"action": "accept", "stance": "supports", "draft": {"finding": " "}}, 422,
         "it has no finding; say in a sentence what the paper found"),
        ({"action": "undo"}, 422, "no decision of yours is there to take back"),
        ({"action": "dance"}, 422, "'action' is accept, decline, undo or reload"),
        ({}, 422, "'action' is accept, decline, undo or reload"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_decides_nothing(
    open_toy: WebReview, asked: dict[str, Any], status: int, told: str
) -> None:
    shown = {"claim": CLAIM, "paper": "CorpusId:9000017"}
    found, state = open_toy.act({**shown, **asked})
    assert (found, state["told"]) == (status, {"text": told, "about": "", "isError": True})
    assert (state["left"], state["accepted"], state["waiting"]) == (1, 0, 0)


@pytest.fixture(scope="module")
def open_toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebReview]:
    review = web_review(copy_toy(tmp_path_factory.mktemp("open") / "toy"), [made_up_suggestion()])
    review.start()
    yield review
    review.stop()


def test_what_the_writer_refuses_is_a_notice(folder: Path) -> None:
    review = web_review(folder, made_up_queue(2))
    review.start()
    try:
        asked = {"action": "accept", "stance": "supports", "claim": CLAIM, "paper": "CorpusId:9000017"}
        assert review.act(asked)[0] == 200
        review._hear(Outcome(1, "no space left on the made-up disk"))
        state = review.state()
        assert state["notices"] == [
            {
                "id": 1,
                "text": "no space left on the made-up disk",
                "about": "Made-up paper 17 on widgets",
                "isError": True,
            }
        ]
        assert (state["left"], state["accepted"], state["paper"]) == (2, 0, "CorpusId:9000018")
    finally:
        review.stop()


def test_a_review_that_cannot_open_says_why(folder: Path) -> None:
    other = open_review(Project(folder), list, curator="Bo Bravo")
    review = web_review(folder, [])
    review.start()
    assert "a review of this project is open already" in review.state()["message"]
    assert review.act({"action": "undo"})[0] == 409
    other.close()
    assert review.act({"action": "reload"})[0] == 200
    review.stop()

    def broken() -> Review:
        raise PhengraphError("1 error, run `phengraph check`")

    failing = WebReview(broken)
    failing.start()
    assert failing.state() == {"ready": False, "message": "1 error, run `phengraph check`"}
