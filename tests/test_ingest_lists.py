# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The refresh of lists that are long, short or shifting, and how much of them is kept in text."""

from __future__ import annotations

import math

import pytest
from ingest_fixtures import World
from refresh_fixtures import lines, tmp_path, world  # noqa: F401 - fixtures
from standin import faults
from standin.corpus import made_up_paper

from phengraph.ingest.archive import archive_path, read_archive
from phengraph.ingest.records import read_paper_records

# --- lists that are long, short, shifting -------------------------------------------------------------------------


def test_short_pages_are_followed_to_the_end(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(250))
    world.stand_in.switch(faults.short_page(97), "/citations", times=None)
    world.refresh()
    assert world.present("made0000up") == world.there("made0000up")


def test_a_page_that_is_too_big_is_halved(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(700))
    world.stand_in.switch(faults.too_big(260), "/citations", times=None)
    world.refresh()
    assert world.present("made0000up") == world.there("made0000up")


def test_new_citations_of_a_long_list_cost_one_page(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(2500))
    world.refresh()
    world.clock.pass_days(1)
    # The newest of all, so they are on the first page.
    newest = sorted(range(2500, 9000), key=lambda number: made_up_paper(number).date or "", reverse=True)[:6]
    world.cite("made0000up", newest)
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count() == 2
    assert world.present("made0000up") == world.there("made0000up")


def test_an_old_paper_that_is_indexed_late_is_found_in_the_middle_of_the_list(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(2500))
    world.refresh()
    oldest = min(range(2500, 9000), key=lambda number: made_up_paper(number).date or "9")
    (new,) = world.cite("made0000up", [oldest])
    news = world.refresh()
    assert news.new == {"made0000up": 1}
    assert new in world.present("made0000up")


def test_one_added_and_one_removed_is_seen_by_the_full_pass(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(1500))
    world.refresh()
    edges = world.corpus.citations(world.ids["made0000up"])
    gone = next(edge for edge in reversed(edges) if not edge.influential).citing
    world.corpus.uncite(world.ids["made0000up"], gone)
    add = next(number for number in range(2000, 9000) if (made_up_paper(number).date or "9") < "2021")
    (new,) = world.cite("made0000up", [add])
    edges = world.corpus.citations(world.ids["made0000up"])
    world.corpus._edges[world.ids["made0000up"]] = [
        edge._replace(influential=False) if edge.citing == new else edge for edge in edges
    ]
    world.refresh()
    assert gone in world.present("made0000up")  # the count is what it was: nobody can know yet
    world.clock.pass_days(46)
    world.refresh()
    assert world.present("made0000up") == world.there("made0000up")


def test_rows_without_an_id_are_counted_and_cost_no_pages_the_next_time(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(1200))
    world.corpus.cite_unresolved(world.ids["made0000up"], 5)
    news = world.refresh()
    assert (news.incomplete, news.complete) == ([], 1)
    newest = max(range(2000, 9000), key=lambda number: made_up_paper(number).date or "")
    world.cite("made0000up", [newest])
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count() == 2


def test_a_count_that_never_agrees_does_not_read_the_whole_list_every_time(tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(1100))
    world.corpus.papers[world.ids["made0000up"]].count_offset = 3
    for _ in range(4):
        world.refresh()
        world.clock.pass_days(1)
    assert read_paper_records(world.project)["made0000up"].health == "incomplete"
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count() == 1


def test_beyond_ten_thousand_citations_are_read_by_date(tmp_path):
    world = World(tmp_path, papers=1, settings="citations_in_text = 20000\n")
    world.cite("made0000up", range(11_000))
    news = world.refresh()
    assert world.present("made0000up") == world.there("made0000up")
    assert news.incomplete == []
    # Ten full pages, the day that two readings share read twice, and again.
    assert world.stand_in.count("/citations") <= math.ceil(11_000 / 1000) + 2
    newest = sorted(range(30_000, 40_000), key=lambda number: made_up_paper(number).date or "", reverse=True)[:4]
    world.cite("made0000up", newest)
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count() == 2


@pytest.mark.parametrize("kind", ["refused", "ignored"])
def test_beyond_ten_thousand_without_the_date_filter_the_record_is_marked_incomplete(kind, tmp_path):
    world = World(tmp_path, papers=1)
    world.cite("made0000up", range(10_050))
    if kind == "refused":
        world.stand_in.switch(faults.no_date_filter(), "/citations", times=None)
    else:
        from standin.answers import respond

        strike = faults.ignored_date_filter(lambda request: respond(world.corpus, request))
        world.stand_in.switch(strike, "/citations", times=None)
    news = world.refresh()
    assert news.incomplete == ["made0000up"]
    assert len(world.present("made0000up")) == 9_999
    assert "not all citations to be had of made0000up" in news.sentences()
    newest = sorted(range(30_000, 40_000), key=lambda number: made_up_paper(number).date or "", reverse=True)[:4]
    new = world.cite("made0000up", newest)
    world.clock.pass_days(1)
    world.refresh()
    assert set(new) < world.present("made0000up")
    assert len(world.present("made0000up")) == 10_003  # none of the old ones is taken for removed


# --- what is kept in text -----------------------------------------------------------------------------------------


def test_of_the_many_the_newest_are_whole_in_text_and_all_are_in_the_archive(tmp_path):
    world = World(tmp_path, papers=1, settings="citations_in_text = 100\n")
    world.cite("made0000up", range(1300))
    world.refresh()
    entries = world.book("made0000up").entries
    newest = [edge.citing for edge in world.corpus.citations(world.ids["made0000up"])]
    assert {name for name, entry in entries.items() if entry.is_whole} == set(newest[:100])
    assert entries[newest[500]].values.keys() <= {"id", "corpus_id", "arxiv", "doi", "influential"}
    archived = {one["id"]: one for one in read_archive(archive_path(world.project, "made0000up"))}
    assert set(archived) == set(newest[100:])
    assert archived[newest[500]]["abstract"].startswith("This made-up abstract")
    (new,) = world.cite("made0000up", [20_000])
    world.refresh()
    assert world.book("made0000up").entries[new].is_whole  # news is always whole


@pytest.mark.parametrize(("mode", "whole"), [("contexts", 40), ("ids", 0), ("none", 0)])
def test_what_is_kept_is_set_for_the_project_and_for_a_paper(mode, whole, tmp_path):
    world = World(tmp_path, papers=2, settings=f'[refresh.papers.made0000up]\ncitations = "{mode}"\n')
    world.cite("made0000up", range(40))
    world.cite("made0001up", range(40))
    world.refresh()
    assert world.book("made0000up").whole() == whole
    assert len(world.present("made0000up")) == (0 if mode == "none" else 40)
    assert world.book("made0001up").whole() == 40
    assert "counts/made0000up.jsonl" in world.files()
    world.stand_in.seen.clear()
    before = world.files()
    world.refresh()
    assert (world.files(), world.stand_in.count()) == (before, 1)


def test_summaries_are_fetched_when_they_are_wished_for(tmp_path):
    world = World(tmp_path, papers=2, settings="summaries = true\n")
    world.cite("made0000up", range(600))
    world.cite("made0001up", range(300, 700))
    world.refresh()
    assert world.stand_in.count("/batch") == 1 + 2
    for book in (world.book("made0000up"), world.book("made0001up")):
        for number in range(300, 600):
            made = made_up_paper(number)
            assert book.entries[made.paper_id].values.get("tldr") == made.tldr
    before = world.files()
    world.refresh()
    assert world.files() == before
