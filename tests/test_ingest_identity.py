# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The refresh of papers that are found by title, lost, merged, in two versions, or asked for in a batch that fails."""

from __future__ import annotations

import dataclasses

import pytest
from ingest_fixtures import World, make_paper
from refresh_fixtures import lines, tmp_path, world  # noqa: F401 - fixtures
from standin import faults
from standin.corpus import made_up_paper

from phengraph.ingest.records import read_counts, read_paper_records
from phengraph.ingest.running import Options

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
