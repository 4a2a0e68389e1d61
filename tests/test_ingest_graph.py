"""What a refresh recorded, asked for by SPARQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ingest_fixtures import ToyWorld, quick_folder
from pyoxigraph import QuerySolutions

from phengraph.dataset import open_dataset
from phengraph.ingest.forms import FOLDER
from phengraph.ingest.records import read_citations_of
from phengraph.problems import InvalidProject
from phengraph.views import read_citations, read_view
from phengraph.vocabulary import base_prefixes


@pytest.fixture
def world() -> Iterator[ToyWorld]:
    with quick_folder() as folder:
        yield ToyWorld(folder)


def ask(world: ToyWorld, text: str) -> list[tuple[str | None, ...]]:
    dataset = open_dataset(world.repository.project)
    found = dataset.store.query(text, prefixes=base_prefixes(dataset.base), use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(None if value is None else value.value for value in row) for row in found]


def test_citations_counts_and_refreshes_are_in_the_graph(world):
    world.refresh()
    key = sorted(world.ids)[0]
    world.stand_in.corpus.cite(world.ids[key], [500])
    world.refresh(days=7)
    rows = ask(
        world,
        f"SELECT ?date ?n WHERE {{ paper:{key} c4o:hasGlobalCitationFrequency ?c . ?c c4o:hasGlobalCountDate ?date ; "
        "c4o:hasGlobalCountValue ?n } ORDER BY ?date",
    )
    assert rows == [("2026-11-01", "15"), ("2026-11-08", "16")]
    assert ask(world, f"SELECT ?n ?on WHERE {{ paper:{key} ph:citationCount ?n ; ph:countedOn ?on }}") == [
        ("16", "2026-11-08")
    ]
    rows = ask(
        world,
        f"SELECT ?seen (COUNT(?c) AS ?n) WHERE {{ ?c a cito:Citation ; cito:hasCitedEntity paper:{key} ; "
        "ph:seen ?seen ; cito:hasCitingEntity ?w . ?w a ph:CitingPaper ; dcterms:title ?t } "
        "GROUP BY ?seen ORDER BY ?seen",
    )
    assert rows == [("2026-11-01", "15"), ("2026-11-08", "1")]
    rows = ask(
        world,
        "SELECT ?when ?tracked ?known ?complete ?new ?outcome WHERE { ?r a ph:Refresh ; prov:endedAtTime ?when ; "
        "ph:trackedPapers ?tracked ; ph:knownPapers ?known ; ph:completePapers ?complete ; ph:newCitations ?new ; "
        "ph:outcome ?outcome } ORDER BY ?when",
    )
    papers = str(len(world.ids))
    assert rows == [
        ("2026-11-01T06:00:00Z", papers, papers, papers, str(15 * len(world.ids)), "ok"),
        ("2026-11-08T06:00:00Z", papers, papers, papers, "1", "ok"),
    ]


def test_the_records_come_back_from_the_dataset_as_they_are(world):
    world.refresh()
    key = sorted(world.ids)[0]
    recorded = {one.citing.s2_id: one for one in read_citations_of(world.repository.project, key, [])}
    shown = {one.citing.s2_id: one for one in read_citations(open_dataset(world.repository.project), key)}
    assert shown.keys() == recorded.keys()
    for name, one in recorded.items():
        assert {context.text for context in shown[name].contexts} == {context.text for context in one.contexts}
        assert shown[name].citing.title == one.citing.title
        assert shown[name].citing.authors == one.citing.authors
        assert shown[name].influential == one.influential


def test_a_removed_citation_is_kept_and_cites_no_more(world):
    world.refresh()
    key = sorted(world.ids)[0]
    gone = world.stand_in.corpus.citations(world.ids[key])[0].citing
    world.stand_in.corpus.uncite(world.ids[key], gone)
    world.refresh(days=7)
    rows = ask(
        world,
        f"SELECT ?removed WHERE {{ ?c cito:hasCitingEntity work:{gone} ; cito:hasCitedEntity paper:{key} ; "
        f"ph:removed ?removed FILTER NOT EXISTS {{ work:{gone} cito:cites paper:{key} }} }}",
    )
    assert rows == [("2026-11-08",)]


def test_a_tracked_paper_that_cites_another_is_one_node(world):
    first, second = sorted(world.ids)[:2]
    world.stand_in.corpus.cite_from(world.ids[first], world.ids[second])
    world.refresh()
    assert ask(world, f"SELECT ?cited WHERE {{ paper:{second} cito:cites ?cited }}") == [
        (f"{open_dataset(world.repository.project).base}paper/{first}",)
    ]


def test_lost_and_merged_papers_are_flagged(world):
    world.refresh()
    first, second = sorted(world.ids)[:2]
    world.stand_in.corpus.forget(world.ids[first])
    world.stand_in.corpus.rename(world.ids[second])
    world.refresh(days=7)
    health = read_view(open_dataset(world.repository.project)).health
    assert (health[first], health[second]) == ("unknown", "merged")
    assert {value for key, value in health.items() if key not in (first, second)} == {"ok"}


def test_a_dataset_is_not_built_from_broken_records(world):
    world.refresh()
    path = next((world.repository.root / FOLDER / "citations").glob("*/*.jsonl"))
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InvalidProject) as caught:
        open_dataset(world.repository.project)
    assert "the last line is cut" in str(caught.value.problems[0])
