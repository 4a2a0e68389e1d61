"""Papers beyond the citations, asked of a stand-in of Semantic Scholar."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_fixtures import ToyWorld, in_process_session, make_client, quick_folder
from standin import faults

from phengraph.ingest.candidates import read_candidates
from phengraph.ingest.check import check_records
from phengraph.ingest.errors import RefreshRunning
from phengraph.ingest.refresh import only_one
from phengraph.problems import UnknownName
from phengraph.suggest import suggestions
from phengraph.suggest.discover import Found, discover, search_query

TITLE = "A made-up paper in which widgets grow by a power law of their age"


@pytest.fixture
def world() -> Iterator[ToyWorld]:
    with quick_folder() as folder:
        yield ToyWorld(folder)


def look(world: ToyWorld, *phenomena: str, budget: int | None = None, **options) -> Found:
    client = make_client(
        "http://made-up.invalid",
        world.folder,
        clock=world.clock,
        session=in_process_session(world.stand_in),
        budget=budget,
    )
    return discover(world.repository.project, client, world.clock, phenomena=phenomena, **options)


def asked(world: ToyWorld, path: str) -> list:
    return [one.request for one in world.stand_in.seen if path in one.request.path]


def test_a_paper_that_belongs_is_found_marked_and_queued(world):
    world.refresh()
    world.stand_in.corpus.add(TITLE, date="2026-10-20")
    found = look(world, "widget-growth")
    assert (found.new, found.looked_at, found.requests) == ({"widget-growth": 1}, ["widget-growth"], 2)
    assert found.text() == "1 new candidate: widget-growth 1; 1 of 1 phenomena looked at (2 requests)\n"
    (candidate,) = read_candidates(world.repository.project)
    assert (candidate.paper.title, candidate.origin, candidate.seen) == (TITLE, "recommendation", "2026-11-01")
    assert check_records(world.repository.project) == []
    assert {one.origin for one in suggestions(world.repository.project) if one.paper.title == TITLE} == {
        "recommendation"
    }


def test_looking_again_finds_nothing_new_and_searches_since_the_last_look(world):
    world.refresh()
    world.stand_in.corpus.add(TITLE, date="2026-10-20")
    look(world, "widget-growth")
    before = (world.repository.root / "ingest/semanticscholar/candidates.jsonl").read_bytes()
    world.clock.pass_days(7)
    assert look(world, "widget-growth").text() == "no new candidates; 1 of 1 phenomena looked at (2 requests)\n"
    assert (world.repository.root / "ingest/semanticscholar/candidates.jsonl").read_bytes() == before
    searches = asked(world, "/paper/search/bulk")
    assert [request.parameter("publicationDateOrYear") for request in searches] == ["2026-05-05:", "2026-11-01:"]


def test_tracked_citing_and_unrelated_papers_are_no_candidates(world):
    world.refresh()
    world.stand_in.corpus.add("Soup and hats", date="2026-10-20")
    look(world)
    # All that the service recommends is tracked or soup, and what it finds cites already.
    assert read_candidates(world.repository.project) == ()


def test_papers_that_are_not_about_it_are_the_bad_examples(world):
    world.refresh()
    bad = world.stand_in.corpus.add("Widgets of another kind", corpus_id=123456)
    folder = world.repository.project.graph / "decisions"
    folder.mkdir()
    rows = [
        {"claim": claim, "paper": "CorpusId:123456", "verdict": "not about", "on": "2026-09-02", "curator": "Ada"}
        for claim in ("widgets-grow-by-a-power-law", "widgets-stop-at-a-thousand")
    ]
    (folder / "ada.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    look(world, "widget-growth")
    (request,) = asked(world, "/recommendations/v1/papers")
    body = json.loads(request.body)
    assert body["negativePaperIds"] == ["CorpusId:123456"]
    assert world.ids["alpha2019widgets"] in body["positivePaperIds"]
    assert bad not in body["positivePaperIds"]


def test_the_budget_ends_it_in_words_and_the_next_run_goes_on(world):
    world.refresh()
    first = look(world, budget=3)
    assert first.stop == "budget"
    assert first.stopped == (
        "the 3 requests that were allowed are used up (1 of 4 phenomena done). "
        "Run `phengraph discover` again: it goes on from here."
    )
    second = look(world, budget=2)
    assert second.looked_at != first.looked_at, "what was not looked at for longest comes first"


def test_when_the_service_is_down_it_says_so_and_keeps_what_came(world):
    world.refresh()
    world.stand_in.corpus.add(TITLE, date="2026-10-20")
    world.stand_in.switch(faults.gateway(503), "/recommendations", after=1, times=None)
    found = look(world)
    assert found.stop == "service"
    assert len(found.looked_at) == 1
    assert found.stopped and "Run `phengraph discover` again" in found.stopped


def test_a_refused_recommendation_is_a_warning_and_the_search_is_made(world):
    world.refresh()
    for key in world.ids:
        world.stand_in.corpus.forget(world.ids[key])
    world.stand_in.corpus.add(TITLE, date="2026-10-20")
    found = look(world, "widget-growth")
    assert found.new == {"widget-growth": 1}
    assert len(found.warnings) == 1
    assert read_candidates(world.repository.project)[0].origin == "search"


def test_at_most_so_many_are_kept_the_best(world):
    world.refresh()
    for number in range(5):
        world.stand_in.corpus.add(f"Made-up widgets number {number}", date="2026-10-20")
    world.stand_in.corpus.add(TITLE, date="2026-10-20")
    assert look(world, "widget-growth", limit=1).new == {"widget-growth": 1}
    assert [one.paper.title for one in read_candidates(world.repository.project)] == [TITLE]


def test_an_unknown_phenomenon_and_a_running_refresh_are_told(world):
    with pytest.raises(UnknownName, match="did you mean 'widget-growth'"):
        look(world, "widget-grow")
    with only_one(world.repository.project), pytest.raises(RefreshRunning):
        look(world)


@pytest.mark.parametrize(
    ("label", "query"),
    [
        ("Grokking", 'grokking + ("language model" | transformer)'),
        ("Deep, narrow models do better downstream", "narrow + models + better + downstream"),
        ('Odd | characters: "quoted" + -not* (x) ~2', "odd + characters + quoted"),
        ("神经网络", "神经网络"),
        ("of the", ""),
    ],
)
def test_a_query_has_no_operator_but_ours(label: str, query: str) -> None:
    made = search_query(label, ["language model", "transformer"])
    assert made.startswith(query)
    assert not set("*~-") & set(made)


def test_nothing_is_asked_but_the_given_address(tmp_path: Path, world):
    del tmp_path
    world.refresh()
    look(world)
    assert {one.request.path.split("/")[1] for one in world.stand_in.seen} <= {"graph", "recommendations"}
