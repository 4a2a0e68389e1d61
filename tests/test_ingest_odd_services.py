"""What another server of the same specification may do otherwise, or do wrong: nothing of it costs what is known.

These were found with a second stand-in that was written from the specification alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ingest_fixtures import World, make_paper, quick_folder
from standin import faults
from standin.faults import Strike
from standin.wire import Answer, Request, error, gateway_error

from phengraph.ingest.check import check_records
from phengraph.ingest.records import read_paper_records


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three papers; one has more citations than fit on a page."""
    made = World(tmp_path, papers=3)
    for position, amount in enumerate((5, 40, 2_300)):
        made.cite(made.papers[position].key, range(3_000 * position, 3_000 * position + amount))
    return made


def many(tmp_path: Path, papers: int = 30) -> World:
    made = World(tmp_path, papers=papers)
    for position, paper in enumerate(made.papers):
        made.cite(paper.key, range(10 * position, 10 * position + 3))
    return made


def all_are_there(world: World, *, but: tuple[str, ...] = ()) -> bool:
    keys = [paper.key for paper in world.papers if paper.key not in but]
    return all(world.present(key) == world.there(key) for key in keys) and check_records(world.project) == []


def asked_ids(request: Request) -> list[str]:
    ids: list[str] = json.loads(request.body)["ids"]
    return ids


# --- rows, pages ----------------------------------------------------------------------------------------------------


def in_capitals(content: dict[str, Any]) -> dict[str, Any]:
    rows = [
        {**row, "citingPaper": {**row["citingPaper"], "paperId": row["citingPaper"]["paperId"].upper()}}
        for row in content["data"]
    ]
    return {**content, "data": rows}


def test_an_id_in_capitals_is_the_same_id(world):
    world.refresh()
    before = world.knowledge()
    world.clock.pass_days(31)
    world.stand_in.switch(faults.rewritten(in_capitals), "/citations", times=None)
    world.stand_in.switch(
        faults.rewritten(lambda rows: [{**row, "paperId": row["paperId"].upper()} for row in rows]),
        "/batch",
        times=None,
    )
    assert world.refresh().sentences() == ["no news"]
    assert world.knowledge() == before


NEXTS = {
    "as text": lambda start, rows, following: str(following),
    "as a number with a point": lambda start, rows, following: float(following),
    "which stands still": lambda start, rows, following: start,
    "some rows before": lambda start, rows, following: following - 7,
    "and keys that nobody knows": lambda start, rows, following: following,
}


@pytest.mark.parametrize("name", NEXTS)
def test_a_list_is_followed_by_a_next(name, world):
    def strike(request: Request, right: Answer) -> Answer:
        content = {"newKey": [1, None], **right.content}
        if "next" in content:
            content["next"] = NEXTS[name](content["offset"], len(content["data"]), content["next"])
        return right.but(content=content)

    world.stand_in.switch(strike, "/citations", times=None)
    world.refresh()
    assert all_are_there(world)


def test_a_next_after_the_last_page_costs_one_request(world):
    def strike(request: Request, right: Answer) -> Answer:
        content = right.content
        return right.but(content={"next": content["offset"] + len(content["data"]), **content})

    world.stand_in.switch(strike, "/citations", times=None)
    world.refresh()
    assert all_are_there(world)
    assert world.stand_in.count("/citations") == 2 + 2 + 4


def test_empty_pages_that_say_that_more_follows_are_not_followed_for_ever(world):
    def strike(request: Request, right: Answer) -> Answer:
        offset = int(request.parameter("offset"))
        return right.but(content={"offset": offset, "next": offset + 1, "data": []}) if offset >= 1_000 else right

    world.stand_in.switch(strike, "/citations", times=None)
    world.refresh()
    # What lies behind them is read by date.
    assert all_are_there(world)
    assert world.stand_in.count("/citations") < 20


@pytest.mark.parametrize("content", [{"offset": 0, "data": None}, {"offset": 0, "data": []}, {}, [], None, "made up"])
def test_a_page_that_is_nothing_for_once_is_asked_for_again(content, world):
    world.stand_in.switch(faults.answers(Answer(200, json.dumps(content).encode())), "/citations")
    news = world.refresh()
    assert (news.incomplete, news.warnings) == ([], [])
    assert all_are_there(world)


def test_a_refusal_deep_in_a_list_is_told_and_the_list_is_not_stuck_there(world):
    key = world.papers[2].key

    def strike(request: Request, right: Answer) -> Answer:
        return error(400, "made up") if int(request.parameter("offset")) >= 1_000 else right

    world.stand_in.switch(strike, "/citations", times=None)
    assert world.refresh().incomplete == [key]
    assert len(world.present(key)) == 1_000
    world.stand_in.faults.clear()
    assert world.refresh().incomplete == []
    assert all_are_there(world)


# --- batches --------------------------------------------------------------------------------------------------------


def stumbling(stone: str, answer: Answer) -> Strike:
    """This answer for every batch with this id."""
    return lambda request, right: answer if stone in asked_ids(request) else right


def test_one_paper_that_the_service_stumbles_over_does_not_cost_the_batch(tmp_path):
    world = many(tmp_path)
    stone = world.papers[17]
    world.stand_in.switch(
        stumbling(f"ARXIV:{stone.arxiv}", gateway_error(500, "Internal server error")), "/batch", times=None
    )
    news = world.refresh()
    assert len(news.first) == 29
    assert news.warnings == [
        f"ARXIV:{stone.arxiv}: Semantic Scholar does not answer properly (HTTP 500: Internal server error); "
        "it is asked again the next time"
    ]
    assert stone.key not in read_paper_records(world.project)
    world.stand_in.faults.clear()
    assert list(world.refresh().first) == [stone.key]
    assert all_are_there(world)


def test_what_was_known_of_it_stays_when_the_service_stumbles(tmp_path):
    world = many(tmp_path)
    world.refresh()
    before = world.files()
    stone = world.ids[world.papers[3].key]
    world.stand_in.switch(stumbling(stone, gateway_error(500, "Internal server error")), "/batch", times=None)
    news = world.refresh()
    assert (news.lost, news.unknown) == ([], [])
    assert world.files() == before


@pytest.mark.parametrize("position", [0, 13, 29])
def test_one_malformed_id_does_not_cost_the_batch(position, tmp_path):
    world = many(tmp_path)
    stone = world.papers[position]
    strike = stumbling(f"ARXIV:{stone.arxiv}", error(400, "No valid paper ids given"))
    world.stand_in.switch(strike, "/batch", times=None)
    news = world.refresh()
    assert (len(news.first), news.unknown, news.stopped) == (29, [stone.key], None)
    assert all_are_there(world, but=(stone.key,))


def test_when_none_is_known_all_are_told_unknown_in_few_requests(tmp_path):
    world = World(tmp_path)
    for number in range(400):
        world.track(make_paper(number), known=False)
    news = world.refresh()
    assert news.sentences() == ["no news", "400 papers unknown to Semantic Scholar"]
    assert world.stand_in.count() <= 15


def test_batches_that_are_too_much_are_asked_for_in_pieces(tmp_path):
    world = many(tmp_path, papers=100)
    world.stand_in.switch(
        lambda request, right: (
            gateway_error(504, "Endpoint request timed out") if len(asked_ids(request)) > 30 else right
        ),
        "/batch",
        times=None,
    )
    news = world.refresh()
    assert (len(news.first), news.stopped, news.warnings) == (100, None, [])


@pytest.mark.parametrize("status", [500, 503, 504])
def test_an_outage_is_not_mistaken_for_a_stumble(status, tmp_path):
    world = many(tmp_path)
    world.stand_in.switch(faults.gateway(status), "/batch", times=None)
    news = world.refresh()
    assert news.stopped is not None
    assert (news.unknown, world.files()) == ([], {})
    assert world.stand_in.count() <= 25


@pytest.mark.parametrize(
    "words",
    [
        "Unrecognized or unsupported fields: contextsWithIntent",
        "Invalid field 'contextsWithIntent'. Known: title, year",
    ],
)
def test_a_field_that_is_refused_in_other_words_is_left_out(words, world):
    world.stand_in.switch(
        lambda request, right: error(400, words) if "contextsWithIntent" in request.parameter("fields") else right,
        "/citations",
        times=None,
    )
    world.refresh()
    assert all_are_there(world)
    entry = next(iter(world.book(world.papers[2].key).entries.values()))
    assert entry.values["title"].startswith("Made-up paper")


# --- papers that fail for ever --------------------------------------------------------------------------------------


def test_papers_that_fail_for_ever_hold_up_nobody(tmp_path):
    world = many(tmp_path, papers=8)
    failing = [world.papers[position].key for position in (0, 1, 2, 3)]
    for key in failing:
        world.stand_in.switch(faults.html_error(500), world.ids[key], times=None)
    # Three in a row may be an outage, so it stops there.
    assert world.refresh().stopped is not None
    news = world.refresh()
    assert news.stopped is None
    assert len(news.first) == 4
    assert [warning.partition(":")[0] for warning in news.warnings] == [failing[3], *failing[:3]]
    assert all_are_there(world, but=tuple(failing))
    world.stand_in.faults.clear()
    world.refresh()
    assert all_are_there(world)


# --- titles ---------------------------------------------------------------------------------------------------------


def untitled(number: int) -> Any:
    return make_paper(number, arxiv=None)


def test_a_title_is_asked_for_with_what_the_specification_has_and_nothing_else(world):
    world.track(untitled(7))
    world.refresh()
    (asked,) = [seen.request for seen in world.stand_in.seen if seen.request.path.endswith("/match")]
    assert {name for name, _ in asked.query} == {"query", "fields"}
    assert read_paper_records(world.project)[world.papers[3].key].found_by == "title"


@pytest.mark.parametrize(
    "strike",
    [
        faults.html_error(500),
        faults.answers(Answer(200, {"data": {}})),
        faults.answers(Answer(200, [])),
        faults.answers(Answer(400, {"error": "made up"})),
    ],
)
def test_a_search_by_title_that_fails_does_not_hold_up_the_citations(strike, world):
    for number in range(5):
        world.track(untitled(10 + number))
    world.stand_in.switch(strike, "/match", times=None)
    news = world.refresh()
    assert (len(news.first), news.stopped) == (3, None)
    # After two failures in a row no more titles are asked for.
    assert len(news.warnings) == 2
    assert all(f"made{10 + place:04d}up, looked for by its title: " in one for place, one in enumerate(news.warnings))
    world.stand_in.faults.clear()
    world.refresh()
    assert all_are_there(world)


@pytest.mark.parametrize("data", [None, [], [None], ["made up"]])
def test_a_search_by_title_without_a_paper_has_found_none(data, world):
    key = world.track(untitled(10))
    world.stand_in.switch(faults.answers(Answer(200, {"data": data})), "/match", times=None)
    assert world.refresh().unknown == [key]
