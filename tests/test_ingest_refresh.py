# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The refresh: what it records, at first and again, what goes, what is kept, what it costs."""

from __future__ import annotations

import math
import subprocess

import pytest
from ingest_fixtures import World
from refresh_fixtures import lines, tmp_path, world  # noqa: F401 - fixtures
from standin import faults
from standin.corpus import made_up_paper

from phengraph.ingest.check import check_records
from phengraph.ingest.embeddings import embeddings_path, read_embeddings
from phengraph.ingest.records import read_citations, read_counts, read_paper_records, read_runs
from phengraph.ingest.running import Options

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
