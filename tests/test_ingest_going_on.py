# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The refresh that is bounded, stopped, killed, misled by the clock or met by broken records: nothing known is lost."""

from __future__ import annotations

import pytest
from ingest_fixtures import World, make_paper
from refresh_fixtures import lines, tmp_path, world  # noqa: F401 - fixtures
from standin import faults

from phengraph.ingest import errors
from phengraph.ingest.check import check_records
from phengraph.ingest.embeddings import embeddings_path, read_embeddings
from phengraph.ingest.records import Records, read_counts, read_runs
from phengraph.ingest.refresh import _run
from phengraph.ingest.running import Options, Running
from phengraph.ingest.state import PassState, State, state_path
from phengraph.problems import UnknownName

# --- budgets, stops and going on ----------------------------------------------------------------------------------


def test_a_budget_bounds_the_requests_and_the_next_run_goes_on(tmp_path):
    def build(folder):
        made = World(folder, papers=3)
        for position, paper in enumerate(made.papers):
            made.cite(paper.key, range(position * 10, position * 10 + 1010))
        return made

    whole, bounded = build(tmp_path / "whole"), build(tmp_path / "bounded")
    whole.refresh()
    stops = []
    while True:
        bounded.stand_in.seen.clear()
        news = bounded.refresh(budget=3)
        assert bounded.stand_in.count() <= 3
        if news.stopped is None:
            break
        stops.append(news.stopped)
    assert stops[0] == (
        "the 3 requests that were allowed are used up (1 of 3 papers done). "
        "Run `phengraph refresh` again: it goes on from here."
    )
    assert len(stops) == 2
    assert bounded.knowledge() == whole.knowledge()


class DyingState(State):
    """A state whose process dies when it is about to remember how far a list was read."""

    def save_pass(self, key: str, work: str, unfinished: PassState) -> None:
        if unfinished.offset:
            raise MemoryError("made up: the process dies here")
        super().save_pass(key, work, unfinished)


def test_a_death_between_a_page_and_its_bookmark_makes_no_news_of_old_citations(tmp_path):
    world, other = (World(tmp_path / name, papers=1, settings="citations_in_text = 700\n") for name in "ab")
    for one in (world, other):
        one.cite("made0000up", range(1500))
    other.refresh()
    state = DyingState(state_path(world.project))
    records = Records.open(world.project)
    with pytest.raises(MemoryError):
        _run(Running(world.project, world.papers, world.papers, world.client(), world.clock, state, records))
    state.close()
    assert len(world.present("made0000up")) == 1000
    news = world.refresh()
    assert (news.new, news.first) == ({}, {"made0000up": 1500})
    assert world.knowledge() == other.knowledge()


def test_rows_without_an_id_that_look_alike_are_counted_each(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(50))
    world.corpus.cite_unresolved(world.ids["made0000up"], 4)

    def same(content):
        for row in content["data"]:
            if row["citingPaper"]["paperId"] is None:
                row["citingPaper"]["title"] = "Made-up title"
        return content

    world.stand_in.switch(faults.rewritten(same), "/citations", times=None)
    assert world.refresh().incomplete == []


def test_a_list_longer_than_the_budget_is_read_in_the_end(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(3500))
    for _ in range(4):
        news = world.refresh(budget=2)
    assert news.stopped is None
    assert world.present("made0000up") == world.there("made0000up")


def test_an_outage_stops_softly_with_a_word_how_to_go_on(world):
    world.stand_in.switch(faults.too_many("60"), "/citations", after=1, times=None)
    news = world.refresh(patience_seconds=30)
    assert news.stopped == (
        "Semantic Scholar asks to wait 60 s (HTTP 429, 1 of 3 papers done). "
        "Run `phengraph refresh` again: it goes on from here."
    )
    assert [run.health for run in read_runs(world.project)] == ["stopped"]
    world.stand_in.faults.clear()
    news = world.refresh()
    assert news.stopped is None
    assert all(world.present(paper.key) == world.there(paper.key) for paper in world.papers)


def test_a_key_that_is_refused_is_told_with_the_next_step(world):
    world.stand_in.needs_key = "another-key"
    news = world.refresh()
    assert news.stopped == (
        "Semantic Scholar refuses the key (HTTP 403); keys that were not used for some 60 days are deleted. "
        "Ask for a new one, or unset SEMANTIC_SCHOLAR_API_KEY to go on without (0 of 3 papers done)."
    )


def test_one_paper_that_cannot_be_had_does_not_hold_up_the_others(world):
    world.stand_in.switch(faults.gateway(504), f"{world.ids['made0000up']}/citations", times=None)
    news = world.refresh(tries=2)
    assert news.stopped is None
    assert news.first.keys() == {"made0001up", "made0002up"}
    assert news.warnings == [
        "made0000up: Semantic Scholar does not answer properly (HTTP 504: Endpoint request timed out); "
        "it is asked again the next time"
    ]
    world.stand_in.faults.clear()
    world.refresh()
    assert world.present("made0000up") == world.there("made0000up")


def test_one_paper_alone_can_be_refreshed(world):
    news = world.refresh(options=Options(only=("made0001up",)))
    assert news.first == {"made0001up": 40}
    with pytest.raises(UnknownName, match=r"no paper named 'made001up'; did you mean 'made0001up'\?"):
        world.refresh(options=Options(only=("made001up",)))


def test_a_lost_state_costs_no_second_record(world):
    world.refresh()
    before = world.files()
    state_path(world.project).unlink()
    world.stand_in.seen.clear()
    world.refresh()
    assert world.files() == before
    assert world.stand_in.count() == 1


def test_a_spoilt_state_is_put_aside(world):
    world.refresh()
    before = world.files()
    for path in state_path(world.project).parent.glob("state.sqlite*"):
        path.unlink()
    state_path(world.project).write_bytes(b"this is no database, it is made up" * 100)
    world.refresh()
    assert world.files() == before
    assert state_path(world.project).with_suffix(".broken").is_file()


def test_spoilt_embeddings_are_put_aside(world):
    path = embeddings_path(world.project)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"made up, and no database" * 100)
    world.refresh()
    assert len(read_embeddings(path)) == 3
    assert path.with_suffix(".broken").is_file()


def test_unknown_papers_with_two_ids_cost_no_second_batch(world):
    world.track(make_paper(50, doi="10.99999/made-up.50"), known=False)
    assert world.refresh().unknown == ["made0050up"]
    world.stand_in.seen.clear()
    assert world.refresh().sentences() == ["no news", "1 paper unknown to Semantic Scholar"]
    assert world.stand_in.count() == 1


def test_full_passes_are_spread_over_the_days(tmp_path):
    world = World(tmp_path, papers=60)
    world.refresh()
    read = []
    for _ in range(60):
        world.clock.pass_days(1)
        world.stand_in.seen.clear()
        world.refresh()
        read.append(world.stand_in.count("/citations"))
    assert sum(read[:14]) == 0
    assert 60 <= sum(read) <= 120
    assert max(read) <= 10


# --- a clock that is wrong ----------------------------------------------------------------------------------------


def test_a_clock_that_jumps_back_keeps_the_order_and_is_told(world):
    world.refresh()
    world.clock.pass_days(-400)
    world.cite("made0000up", [7000])
    news = world.refresh()
    assert news.warnings == [
        "the clock of this machine says 2025-10-20, but the records go on to 2026-11-24: "
        "today's are dated there; set the clock"
    ]
    assert {count.date for count in read_counts(world.project)} == {"2026-11-24"}
    assert check_records(world.project) == []


# --- records that are broken --------------------------------------------------------------------------------------


def test_a_broken_book_is_left_alone_and_the_others_are_read(world):
    world.refresh()
    path = world.root / "ingest/semanticscholar/citations/made0001up/2026-11.jsonl"
    broken = path.read_bytes()[:-20]
    path.write_bytes(broken)
    world.cite("made0001up", [7001])
    (new,) = world.cite("made0002up", [7002])
    news = world.refresh()
    assert news.broken == ["made0001up"]
    assert news.warnings == [
        "made0001up was left alone: ingest/semanticscholar/citations/made0001up/2026-11.jsonl:40: error: "
        "the last line is cut; remove it; `phengraph refresh` fetches again what it said"
    ]
    assert path.read_bytes() == broken
    assert new in world.present("made0002up")
    path.write_bytes(broken[: broken.rindex(b"\n") + 1])
    world.refresh()
    assert world.present("made0001up") == world.there("made0001up")


def test_a_merge_conflict_in_papers_stops_with_its_line(world):
    world.refresh()
    path = world.root / "ingest/semanticscholar/papers.jsonl"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    spoilt = "".join([rows[0], "<<<<<<< HEAD\n", rows[1], "=======\n", rows[1], ">>>>>>> other\n", rows[2]])
    path.write_text(spoilt, encoding="utf-8")
    with pytest.raises(errors.RecordsBroken) as caught:
        world.refresh()
    assert str(caught.value) == (
        "ingest/semanticscholar/papers.jsonl:2: error: a merge conflict; keep the lines of both sides and remove the "
        "marker lines (and 3 more)"
    )
    assert path.read_text(encoding="utf-8") == spoilt
