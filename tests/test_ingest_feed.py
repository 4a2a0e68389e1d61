"""The feed: what is new, in Atom that another reader reads, whatever stands in titles."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest
from ingest_fixtures import ToyWorld, quick_folder
from lxml import etree
from standin import faults

from phengraph.dataset import open_dataset
from phengraph.export import Options, export
from phengraph.problems import UnknownName

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
NEEDED = ("id", "title", "updated")


class Newsroom(ToyWorld):
    """The toy project with a history, its service, and a clock."""

    def feed(self, about: str | None = None) -> etree._Element:
        made = export(open_dataset(self.repository.project), "feed", Options(about=about))
        assert isinstance(made, bytes)
        root = etree.fromstring(made)
        for element in (root, *root.findall("atom:entry", ATOM)):
            assert all(element.findtext(f"atom:{name}", namespaces=ATOM) for name in NEEDED)
        ids = [entry.findtext("atom:id", namespaces=ATOM) for entry in root.findall("atom:entry", ATOM)]
        assert len(set(ids)) == len(ids)
        return root

    def titles(self, about: str | None = None) -> list[str]:
        entries = self.feed(about).findall("atom:entry", ATOM)
        return [entry.findtext("atom:title", default="", namespaces=ATOM) for entry in entries]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with quick_folder() as folder:
        yield Newsroom(folder)


def test_a_project_without_news_has_a_feed_without_entries(newsroom):
    root = newsroom.feed()
    assert root.findall("atom:entry", ATOM) == []
    assert root.findtext("atom:updated", namespaces=ATOM) == "1970-01-01T00:00:00+00:00"


def test_the_feed_tells_first_records_new_citations_jumps_and_falls_newest_first(newsroom):
    newsroom.refresh()
    key, other = sorted(newsroom.ids)[:2]
    newsroom.stand_in.corpus.cite(newsroom.ids[key], range(500, 512))
    newsroom.refresh(days=7)
    newsroom.stand_in.corpus.uncite(
        newsroom.ids[other], newsroom.stand_in.corpus.citations(newsroom.ids[other])[0].citing
    )
    newsroom.refresh(days=7)
    total = 15 * len(newsroom.ids)
    entries = newsroom.feed().findall("atom:entry", ATOM)
    told = [
        (entry.findtext("atom:updated", namespaces=ATOM)[:10], entry.find("atom:category", ATOM).get("term"))
        for entry in entries
    ]
    assert told == [
        ("2026-11-15", "count"),
        ("2026-11-08", "citations"),
        ("2026-11-08", "count"),
        ("2026-11-01", "first"),
    ]
    titles = newsroom.titles()
    assert titles[0].endswith("fell by 1 to 14 citations")
    assert titles[1].endswith(": 12 new citations")
    assert titles[2].endswith("jumped by 12 to 27 citations")
    assert titles[3] == f"First record of {len(newsroom.ids)} papers with {total} citations"
    content = entries[1].findtext("atom:content", namespaces=ATOM)
    assert entries[1].find("atom:content", ATOM).get("type") == "html"
    assert content.count("<li>") == 12
    assert "Made-up paper 500 on" in content


def test_a_phenomenon_has_a_feed_of_its_own_papers(newsroom):
    newsroom.refresh()
    for one in newsroom.ids.values():
        newsroom.stand_in.corpus.cite(one, [900])
    newsroom.refresh(days=7)
    everything, some = newsroom.titles(), newsroom.titles("gadget-emergence")
    assert len(everything) == len(newsroom.ids) + 1
    assert 1 < len(some) < len(everything)
    assert newsroom.feed("gadget-emergence").findtext("atom:title", namespaces=ATOM).endswith(": Gadgets emerge")
    with pytest.raises(UnknownName):
        newsroom.titles("gadgets-emergence")


def test_evidence_that_moves_a_status_is_told_with_its_reason(newsroom):
    newsroom.repository.edit(
        "graph/phenomena/gadget-emergence.md",
        "  - inconclusive: echo2022small\n    finding: Too few sizes to tell.\n"
        "    locator: sec. 6\n    checked: paper\n",
        "",
    )
    newsroom.repository.edit(
        "graph/phenomena/gadget-emergence.md",
        "  - contradicts: delta2021scale\n    finding: On a logarithmic scale the count rises smoothly.\n"
        "    locator: fig. 7\n    checked: code\n    strength: strong\n"
        "    conditions: {parameters: 100M..175B, compute: 6e18..3e21, models: [gadgetor-2]}\n",
        "",
    )
    newsroom.repository.commit("without", date="2026-02-01T12:00:00Z")
    newsroom.repository.edit(
        "graph/phenomena/gadget-emergence.md",
        "    locator: abstract\n    checked: abstract\n",
        "    locator: abstract\n    checked: abstract\n  - contradicts: delta2021scale\n"
        "    finding: The count rises <b>smoothly</b>.\n    checked: paper\n    strength: strong\n",
    )
    newsroom.repository.commit("dissent", date="2026-06-01T12:00:00Z")
    entry, earlier = newsroom.feed().findall("atom:entry", ATOM)
    assert earlier.findtext("atom:title", namespaces=ATOM) == "Contested -> Supported: Gadgets appear suddenly"
    assert entry.findtext("atom:title", namespaces=ATOM) == "Supported -> Contested: Gadgets appear suddenly"
    assert entry.findtext("atom:updated", namespaces=ATOM) == "2026-06-01T00:00:00+00:00"
    assert "contradicts: The count rises &lt;b&gt;smoothly&lt;/b&gt;." in entry.findtext(
        "atom:content", namespaces=ATOM
    )


def test_a_status_that_moved_since_evidence_went_is_told_too(newsroom):
    dissent = (
        "  - contradicts: delta2021scale\n    finding: On a logarithmic scale the count rises smoothly.\n"
        "    locator: fig. 7\n    checked: code\n    strength: strong\n"
        "    conditions: {parameters: 100M..175B, compute: 6e18..3e21, models: [gadgetor-2]}\n"
    )
    newsroom.repository.commit("with", date="2026-02-01T12:00:00Z")
    newsroom.repository.edit("graph/phenomena/gadget-emergence.md", dissent, "")
    # Late in the evening, west of Greenwich: there it is the day after.
    newsroom.repository.commit("without", date="2026-06-01T22:00:00-05:00")
    (entry,) = newsroom.feed().findall("atom:entry", ATOM)
    assert entry.findtext("atom:title", namespaces=ATOM) == "Contested -> Supported: Gadgets appear suddenly"
    assert entry.findtext("atom:updated", namespaces=ATOM) == "2026-06-02T00:00:00+00:00"
    assert "<ul>" not in entry.findtext("atom:content", namespaces=ATOM)


HOSTILE = "<script>alert(1)</script> ]]> &amp; \x00\x1b[31m\x85\u202e \ufffe \ud800 \"'"


def test_hostile_titles_and_sentences_stay_text(newsroom):
    newsroom.refresh()

    def spoil(content):
        for row in content["data"]:
            row["citingPaper"]["title"] = HOSTILE
            row["contextsWithIntent"] = [{"context": HOSTILE, "intents": ["result"]}]
            row["citingPaper"]["externalIds"] = {"DOI": '10.1/"><script>'}
        return content

    newsroom.stand_in.switch(faults.rewritten(spoil), "/citations", times=None)
    key = sorted(newsroom.ids)[0]
    newsroom.stand_in.corpus.cite(newsroom.ids[key], [901])
    newsroom.refresh(days=7)
    (content,) = [
        entry.findtext("atom:content", namespaces=ATOM)
        for entry in newsroom.feed().findall("atom:entry", ATOM)
        if entry.find("atom:category", ATOM).get("term") == "citations"
    ]
    page = etree.HTML(content)
    assert page.xpath("//script") == []
    assert "<script>alert(1)</script>" in "".join(page.itertext())
    assert all(
        link.startswith(("https://arxiv.org/", "https://doi.org/", "https://www.semanticscholar.org/"))
        for link in page.xpath("//a/@href")
    )


def test_the_same_dataset_gives_the_same_bytes(newsroom):
    newsroom.refresh()
    dataset = open_dataset(newsroom.repository.project)
    assert export(dataset, "feed") == export(dataset, "feed")
    year = str(datetime.datetime.now(datetime.UTC).year + 1)
    made = export(dataset, "feed")
    assert isinstance(made, bytes)
    assert year.encode() not in made
