"""The refresh: what it records, what it costs, and that nothing known is ever lost."""

from __future__ import annotations

import dataclasses
import json
import math
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from ingest_fixtures import World, make_paper, quick_folder
from standin import faults
from standin.corpus import made_up_paper

from phengraph.ingest import errors
from phengraph.ingest.archive import archive_path, read_archive
from phengraph.ingest.check import check_records
from phengraph.ingest.embeddings import embeddings_path, read_embeddings
from phengraph.ingest.records import Records, read_citations, read_counts, read_paper_records, read_runs
from phengraph.ingest.refresh import _run
from phengraph.ingest.running import Options, Running
from phengraph.ingest.state import PassState, State, state_path
from phengraph.problems import UnknownName


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    with quick_folder() as folder:
        yield folder


@pytest.fixture
def world(tmp_path) -> World:
    made = World(tmp_path, papers=3)
    for position, paper in enumerate(made.papers):
        made.cite(paper.key, range(100 * position, 100 * position + 40))
    return made


def lines(world: World, name: str) -> list[dict]:
    return [json.loads(line) for line in world.files()[name].splitlines()]


# --- a first refresh ----------------------------------------------------------------------------------------------


def test_a_first_refresh_records_every_citation_and_says_so(world):
    news = world.refresh()
    assert news.sentences() == ["first record of 3 papers with 120 citations"]
    assert all(world.present(paper.key) == world.there(paper.key) for paper in world.papers)
    assert world.stand_in.count() == 1 + 3
    assert sorted(world.files()) == [
        "citations/made0000up/2026-11.jsonl",
        "citations/made0001up/2026-11.jsonl",
        "citations/made0002up/2026-11.jsonl",
        "counts/made0000up.jsonl",
        "counts/made0001up.jsonl",
        "counts/made0002up.jsonl",
        "papers.jsonl",
        "runs.jsonl",
    ]
    assert check_records(world.project, [paper.key for paper in world.papers]) == []


def test_a_citation_is_recorded_with_what_the_service_says_of_it(world):
    world.refresh()
    for number in range(40):
        made = made_up_paper(number)
        values = world.book("made0000up").entries[made.paper_id].values
        assert values["title"] == made.title
        assert values["corpus_id"] == made.corpus_id
        assert values["authors"] == list(made.authors)
        assert values.get("date") == made.date
        assert values.get("arxiv") == made.arxiv
        assert values.get("doi") == made.doi
        assert values.get("open_access") == made.open_access
        assert values["year"] == made.year
        assert values["fields"]
    sentences = [one for entry in world.book("made0000up").entries.values() for one in entry.values.get("contexts", [])]
    assert all(one["text"].startswith("Made-up sentence") for one in sentences)
    assert {intent for one in sentences for intent in one.get("intents", [])} == {"background", "methodology", "result"}


def test_a_tracked_paper_is_recorded_with_abstract_references_and_embedding(world):
    first, second = world.ids["made0000up"], world.ids["made0001up"]
    world.corpus.cite_from(second, first)
    world.refresh()
    record = read_paper_records(world.project)["made0000up"]
    assert record.id == first
    assert record.abstract == f"Made-up abstract: {world.papers[0].title}."
    assert record.tldr == f"Made-up summary: {world.papers[0].title}."
    assert record.references == ("made0001up",)
    vectors = read_embeddings(embeddings_path(world.project))
    assert sorted(vectors) == [paper.key for paper in world.papers]
    assert vectors["made0000up"].shape == (768,)
    assert read_embeddings(embeddings_path(world.project), "specter_v1") == {}


def test_lines_are_sorted_and_keys_are_in_their_order(world):
    world.refresh()
    for name, content in world.files().items():
        rows = content.encode().splitlines(keepends=True)
        assert rows == sorted(rows), name
        assert content.endswith("\n")
    first = next(iter(lines(world, "citations/made0000up/2026-11.jsonl")))
    assert list(first)[:2] == ["id", "corpus_id"]
    assert list(first)[-1] == "seen"


# --- a repeat -----------------------------------------------------------------------------------------------------


def test_no_news_writes_no_byte(world):
    world.refresh()
    before = world.files()
    world.clock.pass_days(1)
    world.stand_in.seen.clear()
    news = world.refresh()
    assert world.files() == before
    assert world.stand_in.count() == 1
    assert news.text() == "no news (1 request)\n"


def test_new_citations_are_new_lines_only_and_the_news_names_them(world):
    world.refresh()
    before = world.files()
    world.clock.pass_days(7)
    new = world.cite("made0001up", range(1000, 1012))
    world.stand_in.seen.clear()
    news = world.refresh()
    influential = sum(
        edge.influential for edge in world.corpus.citations(world.ids["made0001up"]) if edge.citing in new
    )
    assert news.sentences() == [
        f"12 new citations of 1 paper, {influential} influential",
        "made0001up jumped by 12",
    ]
    assert world.stand_in.count() == 2
    after = world.files()
    assert {name for name in after if after[name] != before.get(name)} == {
        "citations/made0001up/2026-12.jsonl",
        "counts/made0001up.jsonl",
        "runs.jsonl",
    }
    for name, content in before.items():
        assert set(content.splitlines()) <= set(after[name].splitlines())
    assert {row["seen"] for row in lines(world, "citations/made0001up/2026-12.jsonl")} == {"2026-12-01"}
    assert [count.citations for count in read_counts(world.project) if count.paper == "made0001up"] == [40, 52]


def git(world: World, *arguments: str) -> str:
    who = ["-c", "user.name=Ada Madeup", "-c", "user.email=ada@example.org"]
    return subprocess.run(["git", *who, *arguments], cwd=world.root, check=True, capture_output=True, text=True).stdout


def test_git_sees_new_lines_only_whatever_the_news_are(world):
    world.refresh()
    git(world, "init", "--quiet")
    git(world, "add", "--all", "ingest")
    git(world, "commit", "--quiet", "--message", "made up")
    for days in (1, 7, 40):
        world.clock.pass_days(days)
        ids = world.ids
        world.cite("made0001up", range(1000 * days, 1000 * days + 12))
        world.corpus.uncite(ids["made0002up"], world.corpus.citations(ids["made0002up"])[4].citing)
        world.corpus.give_sentences(ids["made0000up"], world.corpus.citations(ids["made0000up"])[9].citing, days)
        world.refresh(options=Options(everything=True))
        git(world, "add", "--all", "--intent-to-add", "ingest")
        rows = [row.split("\t") for row in git(world, "diff", "--numstat").splitlines()]
        assert len(rows) >= 4
        assert [row for row in rows if row[1] != "0"] == []
        git(world, "commit", "--quiet", "--all", "--message", "made up")
    # No news: git sees nothing at all.
    world.clock.pass_days(1)
    world.refresh()
    assert git(world, "status", "--porcelain", "ingest") == ""


def test_abstracts_are_kept_of_what_is_new_and_not_of_the_first_record(world):
    world.refresh()
    assert not any("abstract" in entry.values for entry in world.book("made0000up").entries.values())
    (new,) = world.cite("made0000up", [5000])
    world.refresh()
    assert world.book("made0000up").entries[new].values["abstract"].startswith("This made-up abstract")


def test_sentences_that_arrive_later_are_an_update_line(world):
    world.refresh()
    before = world.files()
    name = next(edge.citing for edge in world.corpus.citations(world.ids["made0000up"]) if edge.sentences == 0)
    world.corpus.give_sentences(world.ids["made0000up"], name, 2)
    world.clock.pass_days(50)
    world.refresh()
    entry = world.book("made0000up").entries[name]
    assert len(entry.values["contexts"]) == 2
    assert entry.seen == "2026-11-24"
    (update,) = lines(world, "citations/made0000up/2027-01.jsonl")
    assert list(update) == ["id", "contexts", "updated"]
    assert world.files()["citations/made0000up/2026-11.jsonl"] == before["citations/made0000up/2026-11.jsonl"]
    assert [run.when for run in read_runs(world.project)] == ["2026-11-24T06:00:00Z", "2027-01-13T06:00:00Z"]


def test_what_the_service_no_longer_says_is_kept(world):
    world.refresh()
    edges = world.corpus.citations(world.ids["made0000up"])
    name = next(edge.citing for edge in edges if edge.sentences >= 2)
    world.corpus.give_sentences(world.ids["made0000up"], name, 0)
    world.refresh(options=Options(everything=True))
    assert world.book("made0000up").entries[name].values["contexts"]


# --- removals -----------------------------------------------------------------------------------------------------


def test_a_removal_is_a_new_line_and_a_fall_is_told(world):
    world.refresh()
    before = world.files()
    gone = world.corpus.citations(world.ids["made0000up"])[7].citing
    world.corpus.uncite(world.ids["made0000up"], gone)
    news = world.refresh()
    assert news.sentences() == ["made0000up fell by 1", "1 citation gone from 1 paper"]
    assert {"id": gone, "removed": "2026-11-24"} in lines(world, "citations/made0000up/2026-11.jsonl")
    month = "citations/made0000up/2026-11.jsonl"
    assert set(before[month].splitlines()) < set(world.files()[month].splitlines())
    citation = next(one for one in read_citations(world.project) if one.citing.s2_id == gone)
    assert citation.removed == "2026-11-24"


def test_a_citation_that_comes_back_is_there_again(world):
    world.refresh()
    gone = world.corpus.citations(world.ids["made0000up"])[7].citing
    number = next(number for number in range(40) if made_up_paper(number).paper_id == gone)
    world.corpus.uncite(world.ids["made0000up"], gone)
    world.refresh()
    world.clock.pass_days(1)
    world.cite("made0000up", [number])
    world.refresh()
    assert gone in world.present("made0000up")


INCOMPLETE = {
    "empty page": (faults.empty_page(), "/citations"),
    "short list": (
        faults.rewritten(lambda content: {"offset": content["offset"], "data": content["data"][:10]}),
        "/citations",
    ),
    "rows that are no objects": (
        faults.rewritten(lambda content: {**content, "data": [None, 7, "x", *content["data"][3:]]}),
        "/citations",
    ),
    "papers without an id": (
        faults.rewritten(
            lambda content: {**content, "data": [{**row, "citingPaper": None} for row in content["data"]]}
        ),
        "/citations",
    ),
    "not found": (faults.not_found(), "/citations"),
    "no list": (faults.rewritten(lambda content: {"offset": 0}), "/citations"),
}


@pytest.mark.parametrize("name", INCOMPLETE)
def test_no_edge_is_dropped_after_an_incomplete_reading(name, world):
    world.refresh()
    before = world.present("made0001up")
    strike, endpoint = INCOMPLETE[name]
    world.stand_in.switch(strike, f"{world.ids['made0001up']}{endpoint}", times=None)
    world.refresh(options=Options(everything=True))
    assert world.present("made0001up") == before


def test_most_of_a_list_goes_only_after_a_second_reading_that_agrees(world):
    world.refresh()
    before = world.present("made0001up")
    world.corpus._edges[world.ids["made0001up"]] = world.corpus.citations(world.ids["made0001up"])[:5]
    news = world.refresh()
    assert news.warnings == [
        "made0001up: 35 recorded citations are not in Semantic Scholar's list; "
        "they stay until a second reading says the same"
    ]
    assert world.present("made0001up") == before
    news = world.refresh()
    assert news.removed == {"made0001up": 35}
    assert world.present("made0001up") == world.there("made0001up")


def test_a_service_that_lost_nearly_all_papers_at_once_is_not_believed(tmp_path):
    world = World(tmp_path, papers=8)
    world.refresh()
    before = world.files()
    world.stand_in.switch(faults.rewritten(lambda rows: [None] * len(rows)), "/batch", times=None)
    news = world.refresh()
    assert news.stopped == (
        "Semantic Scholar says that it no longer has 8 of 8 papers; that is taken for a fault (0 of 8 papers done). "
        "Run `phengraph refresh` again: it goes on from here."
    )
    assert world.files() == before


def test_a_list_that_ended_too_early_is_read_again_soon_and_then_flagged_no_more(world):
    world.stand_in.switch(faults.empty_page(), f"{world.ids['made0001up']}/citations", times=2)
    news = world.refresh()
    assert news.incomplete == ["made0001up"]
    assert read_paper_records(world.project)["made0001up"].health == "incomplete"
    news = world.refresh()
    assert news.incomplete == []
    assert read_paper_records(world.project)["made0001up"].health == "ok"
    assert world.present("made0001up") == world.there("made0001up")


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


# --- papers that come, go and change ------------------------------------------------------------------------------


def test_a_paper_without_an_id_is_matched_by_title_year_and_author_and_remembered(world):
    world.track(make_paper(7, arxiv=None))
    world.cite("made0007up", range(900, 905))
    world.refresh()
    record = read_paper_records(world.project)["made0007up"]
    assert (record.id, record.found_by) == (world.ids["made0007up"], "title")
    assert len(world.present("made0007up")) == 5
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count("/match") == 0


@pytest.mark.parametrize(
    "changes", [{"year": 2011}, {"authors": ("Somebody Else",)}, {"title": "Made-up tracked paper on other things"}]
)
def test_a_title_match_that_year_or_author_do_not_confirm_is_not_taken(changes, world):
    paper = make_paper(7, arxiv=None)
    world.corpus.add(paper.title, year=paper.year, authors=paper.authors)
    world.track(dataclasses.replace(paper, **changes), known=False)
    news = world.refresh()
    assert news.unknown == ["made0007up"]
    world.stand_in.seen.clear()
    world.refresh()
    assert world.stand_in.count("/match") == 0  # not every time
    world.clock.pass_days(31)
    world.refresh()
    assert world.stand_in.count("/match") == 1


def test_unknown_and_lost_papers_are_told_and_keep_what_was_known(world):
    world.track(make_paper(8), known=False)
    assert world.refresh().unknown == ["made0008up"]
    before = world.present("made0002up")
    world.corpus.forget(world.ids["made0002up"])
    news = world.refresh()
    assert news.sentences() == ["lost by Semantic Scholar: made0002up", "2 papers unknown to Semantic Scholar"]
    record = read_paper_records(world.project)["made0002up"]
    assert (record.health, record.title) == ("unknown", world.papers[2].title)
    assert world.present("made0002up") == before
    files = world.files()
    assert world.refresh().lost == []
    assert world.files() == files


def test_a_paper_under_a_new_id_keeps_its_citations_and_is_flagged(world):
    world.refresh()
    old = world.ids["made0001up"]
    world.ids["made0001up"] = world.corpus.rename(old)
    news = world.refresh()
    assert news.merged == ["made0001up"]
    record = read_paper_records(world.project)["made0001up"]
    assert (record.id, record.former_ids, record.health) == (world.ids["made0001up"], (old,), "merged")
    assert world.present("made0001up") == world.there("made0001up")
    files = world.files()
    world.refresh()
    assert world.files() == files


def test_a_paper_whose_old_id_is_gone_is_found_by_the_id_that_people_gave_it(world):
    world.refresh()
    old = world.ids["made0001up"]
    world.ids["made0001up"] = world.corpus.rename(old)
    del world.corpus.moved[old]
    world.refresh()
    assert read_paper_records(world.project)["made0001up"].id == world.ids["made0001up"]


def test_a_citing_paper_under_a_new_id_is_not_told_as_new(world):
    world.refresh()
    old = world.corpus.add("Made-up citing paper", arxiv="2102.90001")
    world.corpus.cite_from(world.ids["made0000up"], old)
    world.refresh()
    new = world.corpus.rename(old)
    world.clock.pass_days(1)
    news = world.refresh(options=Options(everything=True))
    assert (news.new, news.removed) == ({}, {})
    assert new in world.present("made0000up")
    assert old not in world.present("made0000up")
    assert world.book("made0000up").entries[new].seen == "2026-11-24"


def test_preprint_and_published_version_are_one_paper_with_both_ids(world):
    paper = make_paper(9, doi="10.99999/published9")
    preprint = world.corpus.add(paper.title, arxiv=paper.arxiv, year=2021, authors=paper.authors)
    published = world.corpus.add(paper.title + " (published)", doi=paper.doi, year=2022, authors=paper.authors)
    world.track(paper, known=False)
    world.corpus.cite(preprint, range(500, 510))
    world.corpus.cite(published, range(505, 520))
    world.refresh()
    record = read_paper_records(world.project)["made0009up"]
    assert record.id == preprint
    assert [one for one, _ in record.other_versions] == [published]
    assert len(world.present("made0009up")) == 20
    assert [one.citations for one in read_counts(world.project) if one.paper == "made0009up"] == [25]
    world.corpus.cite(published, [600])
    news = world.refresh()
    assert news.new == {"made0009up": 1}
    gone = made_up_paper(519).paper_id
    world.corpus.uncite(published, gone)
    world.refresh()
    assert gone not in world.present("made0009up")
    assert len(world.present("made0009up")) == 20
    files = world.files()
    world.refresh()
    assert world.files() == files


def test_an_id_of_another_paper_is_doubted(world):
    paper = make_paper(10)
    world.corpus.add("Something else altogether, invented", arxiv=paper.arxiv)
    world.track(paper, known=False)
    news = world.refresh()
    assert news.warnings == [
        "check the id of made0010up in papers.bib: Semantic Scholar has 'Something else altogether, invented' under it"
    ]


def test_the_10_mb_error_of_a_batch_halves_it(tmp_path):
    world = World(tmp_path, papers=30)
    world.stand_in.switch(faults.too_big_batch(10), "/batch", times=None)
    news = world.refresh()
    assert news.known == 30


def test_a_batch_that_times_out_is_asked_once_more_with_less(tmp_path):
    world = World(tmp_path, papers=30)
    world.stand_in.switch(faults.gateway(504), "/batch", times=2)
    news = world.refresh(tries=2)
    assert news.known == 30
    assert "references.paperId" not in world.stand_in.seen[2].request.parameter("fields")


def test_a_field_that_the_service_no_longer_knows_is_left_out(world):
    from standin.wire import error

    def strike(request, right):
        names = request.parameter("fields").split(",")
        if "tldr" in names or "s2FieldsOfStudy" in names:
            return error(400, "Unrecognized or unsupported fields: [tldr, s2FieldsOfStudy]")
        return right

    world.stand_in.switch(strike, times=None)
    assert world.refresh().first == {paper.key: 40 for paper in world.papers}


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


# --- what it costs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("papers", [20, 1000])
def test_requests_stay_within_five_percent_of_the_formula(papers, tmp_path):
    """As benchmarks/refresh.py measures it with long lists; here each list fits on a page."""
    world = World(tmp_path, papers=papers)
    for position, paper in enumerate(world.papers):
        world.cite(paper.key, [position, position + 1], sentences=0)
    batches = math.ceil(papers / 500)

    def cost() -> int:
        world.stand_in.seen.clear()
        assert world.refresh().stopped is None
        return world.stand_in.count()

    assert cost() <= 1.05 * (batches + papers)
    changed = world.papers[::20]
    for paper in changed:
        world.cite(paper.key, [50_000])
    world.clock.pass_days(7)
    assert cost() <= 1.05 * (batches + 1.05 * len(changed))
    assert cost() == batches
