"""A dataset for the tests of queries: the made-up project with made-up citations, counts and commit times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, Quad

from phengraph.curate import read_graph
from phengraph.model import Citation, CitationCount, CitingPaper, Context, Passage, Suggestion
from phengraph.project import Project
from phengraph.quads import (
    CitationQuads,
    candidate_quads,
    count_quads,
    derived_quads,
    knowledge_quads,
    suggestion_quads,
)
from phengraph.quads.citations import work_name
from phengraph.status import judge_all
from phengraph.vocabulary import PREFIXES

BASE = "https://example.org/toy/"


@dataclass(frozen=True)
class FileDataset:
    """A dataset that is one file of N-Quads, as `query` needs it."""

    quads_path: Path
    base: str = BASE
    store_path: Path | None = None

    @property
    def store(self) -> pyoxigraph.Store:
        store = pyoxigraph.Store()
        store.load(path=self.quads_path, format=pyoxigraph.RdfFormat.N_QUADS)
        return store


def made_up_citation(number: int, cited: str, seen: str, **options: object) -> Citation:
    citing = CitingPaper(
        s2_id=f"{number:040x}",
        corpus_id=number,
        title=f"Made-up citing paper {number} on widgets",
        year=2026,
        arxiv=str(options["arxiv"]) if "arxiv" in options else None,
    )
    return Citation(
        cited=cited,
        citing=citing,
        contexts=(Context(f'Made-up sentence {number} says "x, y" of it.', ("background",)),),
        influential=bool(options.get("influential", False)),
        seen=seen,
        removed=str(options["removed"]) if "removed" in options else None,
    )


def made_up_suggestion(citation: Citation, score: float) -> Suggestion:
    return Suggestion(
        claim="widgets-grow-by-a-power-law",
        paper=citation.citing,
        cites=(citation.cited,),
        origin="citation",
        score=score,
        parts=(("words", score - 0.1), ("cues", 0.1)),
        passages=(Passage(citation.contexts[0].text, (), "citation", citation.cited),),
        reads_like=None,
        seen=citation.seen,
        rule="suggest 0",
    )


def toy_quads(toy: Path) -> Iterator[Quad]:
    knowledge = read_graph(Project(toy)).knowledge
    statuses = judge_all(knowledge, Project(toy).settings.status)
    tracked = next(paper for paper in knowledge.papers.values() if paper.arxiv)
    counts = [
        CitationCount("alpha2019widgets", "2026-08-01", 90, 9),
        CitationCount("alpha2019widgets", "2026-09-01", 100, 10),
        CitationCount("bravo2020gadgets", "2026-09-01", 7, 0),
    ]
    citations = [
        made_up_citation(1, "alpha2019widgets", "2026-08-03", influential=True),
        made_up_citation(2, "alpha2019widgets", "2026-09-03"),
        made_up_citation(2, "india2024widgets", "2026-09-03"),
        made_up_citation(3, "alpha2019widgets", "2026-07-03", removed="2026-09-01", influential=True),
        made_up_citation(4, "alpha2019widgets", "2026-09-04", arxiv=tracked.arxiv),
    ]
    for triple in pyoxigraph.parse(
        path=toy.parent.parent / "graph" / "ontology.ttl", format=pyoxigraph.RdfFormat.TURTLE
    ):
        yield Quad(triple.subject, triple.predicate, triple.object, NamedNode(f"{BASE}graph/ontology.ttl"))
    yield from knowledge_quads(knowledge, BASE)
    yield from derived_quads(knowledge, statuses, counts, BASE)
    yield from count_quads(counts, knowledge, BASE)
    citing = CitationQuads(knowledge, BASE, {})
    yield from citing.of_citations(citations)
    found = made_up_citation(5, "alpha2019widgets", "2026-09-05").citing
    names = {work_name(found): (found, ["widget-growth"])}
    yield from candidate_quads(names, citing.described, citing.tracked, BASE)
    suggested = [made_up_suggestion(citations[0], 0.4), made_up_suggestion(citations[4], 0.3)]
    yield from suggestion_quads(suggested, citing.tracked, BASE)
    provenance, agent = NamedNode(f"{BASE}provenance"), NamedNode(f"{BASE}agent/made-up-curator")
    evidence = NamedNode(f"{BASE}evidence/widgets-grow-by-a-power-law.alpha2019widgets")
    when = Literal("2026-09-01T10:00:00Z", datatype=NamedNode(PREFIXES["xsd"] + "dateTime"))
    yield Quad(evidence, NamedNode(PREFIXES["prov"] + "generatedAtTime"), when, provenance)
    yield Quad(evidence, NamedNode(PREFIXES["prov"] + "wasAttributedTo"), agent, provenance)
    yield Quad(agent, NamedNode(PREFIXES["foaf"] + "name"), Literal("Made-up Curator"), provenance)


def write_dataset(quads: Iterator[Quad], folder: Path) -> FileDataset:
    path = folder / "quads.nq"
    with path.open("wb") as file:
        pyoxigraph.serialize(quads, file, format=pyoxigraph.RdfFormat.N_QUADS)
    return FileDataset(path)
