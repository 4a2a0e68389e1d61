"""Quads keep everything that people wrote, have no blank node, and are spelt as the store spells them."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_knowledge import TEXT, knowledge
from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, Store

from phengraph.curate import read_graph
from phengraph.entries import Entries
from phengraph.model import Citation, CitationCount, CitingPaper, Context, Knowledge
from phengraph.project import Project
from phengraph.quads import CitationQuads, count_quads, derived_quads, knowledge_quads, line_quads
from phengraph.quads.terms import join_names, split_names
from phengraph.settings import StatusSettings
from phengraph.status import judge_all
from phengraph.vocabulary import PREFIXES

BASE = "https://example.org/made-up/"
SOURCES = Path(__file__).resolve().parent.parent / "src" / "phengraph"


def all_quads(known: Knowledge, base: str = BASE) -> list[Quad]:
    statuses = judge_all(known, StatusSettings())
    counts = [CitationCount(key, "2026-01-02", 5, 1) for key in known.papers]
    return list(
        chain(
            knowledge_quads(known, base),
            derived_quads(known, statuses, counts, base),
            line_quads(known, base),
            count_quads(counts, known, base),
        )
    )


def in_order(known: Knowledge) -> list[list[str]]:
    kinds = (known.topics, known.phenomena, known.claims, known.evidence, known.papers, known.models, known.notes)
    return [list(kind) for kind in kinds]


@settings(deadline=None, max_examples=60)
@given(knowledge())
def test_the_same_knowledge_is_read_back_from_its_quads(known: Knowledge) -> None:
    store = Store()
    store.extend(all_quads(known))
    back = Entries(store, BASE).knowledge()
    assert back == known
    assert in_order(back) == in_order(known)


@settings(deadline=None, max_examples=30)
@given(knowledge())
def test_quads_survive_n_quads_and_the_store_to_the_last_character(known: Knowledge) -> None:
    made = set(all_quads(known))
    assert not any(isinstance(node, BlankNode) for quad in made for node in (quad.subject, quad.object))
    text = pyoxigraph.serialize(made, format=RdfFormat.N_QUADS)
    assert text is not None
    assert set(pyoxigraph.parse(text, format=RdfFormat.N_QUADS)) == made
    store = Store()
    store.extend(made)
    # Literals equal in Python are spelt the same: `1.50` and `1.5` are different here.
    assert set(store) == made


@given(st.lists(TEXT, max_size=5).map(tuple), st.booleans())
def test_joined_names_are_split_again(names: tuple[str, ...], complete: bool) -> None:
    if names or not complete:
        assert split_names(join_names(names, complete=complete)) == (names, complete)


def test_each_entry_stands_in_the_graph_of_its_file() -> None:
    known = read_graph(Project(Path(__file__).parent / "toy")).knowledge
    graphs = {str(quad.graph_name.value) for quad in knowledge_quads(known, BASE)}  # type: ignore[union-attr]
    assert graphs == {
        f"{BASE}graph/{name}"
        for name in (
            "models.yaml",
            "papers.bib",
            "phenomena/gadget-emergence.md",
            "phenomena/odd-characters.md",
            "phenomena/sprocket-forgetting.md",
            "phenomena/widget-growth.md",
            "topics.yaml",
        )
    }


def test_moving_an_entry_to_another_line_changes_no_quad_of_knowledge() -> None:
    known = read_graph(Project(Path(__file__).parent / "toy")).knowledge
    assert not [quad for quad in knowledge_quads(known, BASE) if "Line" in quad.predicate.value]
    lines = {str(quad.graph_name) for quad in line_quads(known, BASE)}
    assert lines == {f"<{BASE}provenance>"}


def test_only_accepted_evidence_gives_an_edge() -> None:
    known = read_graph(Project(Path(__file__).parent / "toy")).knowledge
    quads = derived_quads(known, {}, [], BASE)
    edges = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in quads}  # type: ignore[union-attr]
    ns = PREFIXES["ph"]
    wanted = {
        (f"{BASE}paper/{row.paper}", f"{ns}{row.stance}", f"{BASE}claim/{row.claim}")
        for row in known.evidence.values()
        if row.review == "accepted" and row.stance != "inconclusive"
    }
    assert edges == wanted
    assert any(row.review != "accepted" for row in known.evidence.values())


def test_the_latest_count_of_each_paper_is_derived() -> None:
    known = read_graph(Project(Path(__file__).parent / "toy")).knowledge
    counts = [
        CitationCount("alpha2019widgets", "2026-03-01", 12, 2),
        CitationCount("alpha2019widgets", "2026-01-01", 9, 1),
        CitationCount("no-longer-tracked", "2026-01-01", 9, 1),
    ]
    found = {
        quad.predicate.value.rsplit("#")[1]: quad.object.value  # type: ignore[union-attr]
        for quad in derived_quads(known, {}, counts, BASE)
        if quad.subject.value == f"{BASE}paper/alpha2019widgets" and isinstance(quad.object, Literal)  # type: ignore[union-attr]
    }
    assert found == {"citationCount": "12", "influentialCitationCount": "2", "countedOn": "2026-03-01"}


def test_a_tracked_citing_paper_is_the_tracked_paper_and_an_untitled_id_gets_a_name() -> None:
    known = read_graph(Project(Path(__file__).parent / "toy")).knowledge
    tracked = CitingPaper("f" * 40, None, "Known by its arXiv id", arxiv=known.papers["bravo2020gadgets"].arxiv)
    unresolved = CitingPaper("", None, "Ai and efficiency")
    context = Context("As they found, made-up widgets grow.", ("result", "a new intent"))
    citations = [
        Citation("alpha2019widgets", tracked, (context,), True, "2026-02-03"),
        Citation("alpha2019widgets", unresolved, (), False, "2026-02-03", removed="2026-03-01"),
        Citation("no-longer-tracked", unresolved, (), False, "2026-02-03"),
    ]
    by_id = CitingPaper("e" * 40, None, "Known by its id in the records")
    citations.append(Citation("bravo2020gadgets", by_id, (), False, "2026-02-03"))
    made = CitationQuads(known, BASE, {"e" * 40: "charlie2021gadgets"})
    quads = list(made.of_citations(citations))
    references = {"bravo2020gadgets": ["alpha2019widgets"], "charlie2021gadgets": ["alpha2019widgets", "untracked"]}
    quads += made.of_references(references)
    triples = {
        (str(quad.subject), quad.predicate.value.rsplit("/")[-1].rsplit("#")[-1], str(quad.object)) for quad in quads
    }
    cited = f"<{BASE}paper/alpha2019widgets>"
    assert (f"<{BASE}paper/bravo2020gadgets>", "cites", cited) in triples
    assert (f"<{BASE}citation/alpha2019widgets/{'f' * 40}>", "resultContext", f'"{context.text}"') in triples
    assert (f"<{BASE}citation/alpha2019widgets/{'f' * 40}>", "intent", '"a new intent"') in triples
    works = {subject for subject, name, _ in triples if name == "title"}
    assert len(works) == 1 and re.fullmatch(rf"<{BASE}work/untracked-ai-and-efficiency-[0-9a-f]{{12}}>", works.pop())
    # A removed citation is a record, and no edge; an edge that two sources know is told once.
    edges = [(subject.rsplit("/")[-1], cited.rsplit("/")[-1]) for subject, name, cited in triples if name == "cites"]
    assert sorted(edges) == [
        ("bravo2020gadgets>", "alpha2019widgets>"),
        ("charlie2021gadgets>", "alpha2019widgets>"),
        ("charlie2021gadgets>", "bravo2020gadgets>"),
    ]
    assert len([quad for quad in quads if quad.predicate.value.endswith("cites")]) == 3
    assert {str(quad.graph_name).removeprefix(f"<{BASE}ingest/semanticscholar/") for quad in quads} == {
        "citations/alpha2019widgets/2026-02.jsonl>",
        "citations/bravo2020gadgets/2026-02.jsonl>",
        "papers.jsonl>",
    }


def test_every_name_of_our_vocabulary_in_the_program_is_declared_in_the_ontology(repository: Path) -> None:
    triples = pyoxigraph.parse(path=repository / "graph" / "ontology.ttl", format=RdfFormat.TURTLE)
    declared = {str(triple.subject.value) for triple in triples}  # type: ignore[union-attr]
    used: dict[str, str] = {}
    for path in SOURCES.rglob("*.py"):
        for name in re.findall(r"\bph:([A-Za-z]\w*)\b(?!\{)", path.read_text(encoding="utf-8")):
            used.setdefault(name, path.name)
    # `ph:min{name}` is put together from a scale's name.
    used |= {f"{end}{scale}": "terms.py" for end in ("min", "max") for scale in ("Parameters", "Tokens", "Compute")}
    assert len(used) > 60
    missing = {name: path for name, path in used.items() if PREFIXES["ph"] + name not in declared}
    assert missing == {}


@pytest.mark.parametrize("value", [7e7, 1.5, 6e18, 3e21, 0.1, 123456789.125, 1e30])
def test_scales_are_spelt_as_the_store_spells_them(value: float) -> None:
    store = Store()
    quad = Quad(*(pyoxigraph.NamedNode("https://example.org/x"),) * 2, Literal(value))
    store.add(quad)
    assert list(store) == [quad]
