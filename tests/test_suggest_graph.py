"""Suggestions in the dataset: asked for by SPARQL, never counted, never in the Turtle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyoxigraph import NamedNode, QuerySolutions
from suggest_samples import GROWTH, SPEAKING, citation, citing_paper, toy_project

from phengraph.dataset import Dataset, build_dataset, open_dataset
from phengraph.export import Options, export
from phengraph.ingest.candidates import Candidate, merge_candidates
from phengraph.ingest.check import check_records
from phengraph.ingest.embeddings import embeddings_path, write_embeddings
from phengraph.ingest.forms import FOLDER
from phengraph.problems import InvalidProject
from phengraph.project import Project
from phengraph.suggest import PARTS, suggestions
from phengraph.views import read_view
from phengraph.vocabulary import base_prefixes, expand

SUGGESTED = NamedNode("https://example.org/toy/suggested")
FLOOR = "\n[suggest]\nfloor = 0\n"
FOUND = citing_paper(50, "Made-up widgets grow by a power law of their age")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = toy_project(tmp_path_factory.mktemp("graph") / "toy", SPEAKING)
    merge_candidates(made, [Candidate("widget-growth", "recommendation", "2026-10-01", None, FOUND)])
    return made


@pytest.fixture(scope="module")
def dataset(project: Project) -> Dataset:
    return build_dataset(project)


def ask(dataset: Dataset, text: str) -> list[tuple[str | None, ...]]:
    found = dataset.store.query(text, prefixes=base_prefixes(dataset.base), use_default_graph_as_union=True)
    assert isinstance(found, QuerySolutions)
    return [tuple(None if value is None else value.value for value in row) for row in found]


def test_the_graph_has_what_the_command_lists(project: Project, dataset: Dataset) -> None:
    rows = ask(
        dataset,
        "SELECT ?claim ?corpus ?score ?how ?on { ?s a ph:Suggestion ; ph:claim ?c ; ph:citingPaper ?p ; "
        "ph:score ?score ; ph:foundBy ?how ; ph:suggestedOn ?on . ?p ph:corpusId ?corpus "
        'BIND(STRAFTER(STR(?c), "claim/") AS ?claim) } ORDER BY DESC(?score) ?claim ?corpus',
    )
    told = [(one.claim, str(one.paper.corpus_id), one.score, one.origin, one.seen) for one in suggestions(project)]
    assert len(rows) == len(told) > 3
    assert [(claim, corpus, float(score or 0), how, on) for claim, corpus, score, how, on in rows] == told


def test_the_parts_sum_to_the_score(dataset: Dataset) -> None:
    rows = ask(
        dataset,
        "SELECT ?score (SUM(?part) AS ?sum) { ?s a ph:Suggestion ; ph:score ?score ; ?name ?part . "
        "?name rdfs:subPropertyOf ph:scorePart } GROUP BY ?s ?score",
    )
    # The toy project has no ontology; without it the properties are named one by one.
    assert rows == []
    names = " ".join(f"ph:score{name.capitalize()}" for name in PARTS)
    rows = ask(
        dataset,
        f"SELECT ?score (SUM(?part) AS ?sum) {{ VALUES ?name {{ {names} }} ?s ph:score ?score ; ?name ?part }} "
        "GROUP BY ?s ?score",
    )
    assert rows
    assert all(float(score or 0) == pytest.approx(float(total or 0), abs=1e-6) for score, total in rows)


def test_every_term_of_a_suggestion_is_in_the_ontology(repository: Path, dataset: Dataset) -> None:
    ontology = (repository / "graph" / "ontology.ttl").read_text(encoding="utf-8")
    ours = expand("ph:")
    used = {
        quad.predicate.value.removeprefix(ours)
        for quad in dataset.store.quads_for_pattern(None, None, None, SUGGESTED)
        if quad.predicate.value.startswith(ours)
    }
    assert len(used) > 8
    for name in used | {f"score{part.capitalize()}" for part in PARTS} | {"FoundPaper", "candidateFor", "readsLike"}:
        assert f"\nph:{name} a owl:" in ontology, name


def test_a_found_paper_is_described_and_cites_nothing(dataset: Dataset) -> None:
    assert ask(dataset, "SELECT ?t ?f { ?w a ph:FoundPaper ; dcterms:title ?t ; ph:candidateFor ?f }") == [
        (FOUND.title, "https://example.org/toy/phenomenon/widget-growth")
    ]
    assert ask(dataset, "SELECT ?c { ?w a ph:FoundPaper ; cito:cites ?c }") == []


def test_suggestions_count_in_no_status_and_make_no_edge(tmp_path: Path, dataset: Dataset) -> None:
    without = read_view(build_dataset(toy_project(tmp_path / "toy")))
    with_them = read_view(dataset)
    assert with_them.statuses == without.statuses
    assert with_them.knowledge == without.knowledge
    edges = "SELECT ?p ?c { ?p ph:supports|ph:contradicts|ph:qualifies ?c . ?p a ph:CitingPaper }"
    assert ask(dataset, edges) == []


@pytest.mark.parametrize("options", [Options(), Options(with_citations=True, with_provenance=True)])
def test_suggestions_are_never_in_the_turtle(dataset: Dataset, options: Options) -> None:
    turtle = export(dataset, "turtle", options)
    assert isinstance(turtle, bytes)
    assert b"ph:Suggestion" not in turtle
    assert b"ph:score" not in turtle
    assert b"/suggestion/" not in turtle


def test_trig_has_them_in_their_graph(dataset: Dataset) -> None:
    trig = export(dataset, "trig")
    assert isinstance(trig, bytes)
    assert b"<https://example.org/toy/suggested> {" in trig
    assert b"a ph:Suggestion" in trig


def test_no_triple_stands_in_two_graphs(dataset: Dataset) -> None:
    triples = [(quad.subject, quad.predicate, quad.object) for quad in dataset.store]
    assert len(triples) == len(set(triples))


def test_the_same_files_give_the_same_bytes(project: Project, tmp_path: Path) -> None:
    first = (build_dataset(project, force=True).quads_path).read_bytes()
    other = toy_project(tmp_path / "toy", SPEAKING[::-1])
    merge_candidates(other, [Candidate("widget-growth", "recommendation", "2026-10-01", None, FOUND)])
    assert build_dataset(other).quads_path.read_bytes() == first


def test_a_decision_takes_the_suggestion_out_of_the_graph(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy", SPEAKING)
    count = f"SELECT (COUNT(*) AS ?n) {{ ?s a ph:Suggestion ; ph:claim claim:{GROWTH} }}"
    assert ask(open_dataset(project), count) == [("2",)]
    folder = project.graph / "decisions"
    folder.mkdir()
    row = {"claim": GROWTH, "paper": "CorpusId:1", "verdict": "not about", "on": "2026-09-02", "curator": "Ada"}
    (folder / "ada.jsonl").write_text(f"{json.dumps(row)}\n", encoding="utf-8")
    assert ask(open_dataset(project), count) == [("1",)]


def test_vectors_that_a_refresh_brought_change_the_dataset(tmp_path: Path) -> None:
    tracked = citation(1, "Widgets grow by a power law [3].")
    # india2024widgets of the toy project, by the id that people gave it.
    knowledge = read_view(open_dataset(toy_project(tmp_path / "plain"))).knowledge
    arxiv = knowledge.papers["bravo2020gadgets"].arxiv
    assert arxiv
    project = toy_project(tmp_path / "toy", [replace(tracked, citing=replace(tracked.citing, arxiv=arxiv))], FLOOR)
    part = f"SELECT ?part {{ ?s a ph:Suggestion ; ph:claim claim:{GROWTH} OPTIONAL {{ ?s ph:scoreVectors ?part }} }}"
    assert ask(open_dataset(project), f"{part} ORDER BY ?part") == [(None,)]
    vector = np.ones(3).tolist()
    rows = [(key, "made-up", "specter_v2", vector) for key in ("bravo2020gadgets", "alpha2019widgets")]
    write_embeddings(embeddings_path(project), rows)
    assert [row[0] for row in ask(open_dataset(project), part)] == ["0.04"]


def test_a_line_that_is_no_candidate_is_told_at_its_line_and_stops_the_build(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy")
    merge_candidates(project, [Candidate("widget-growth", "search", "2026-10-01", 0.5, FOUND)])
    path = project.root / FOLDER / "candidates.jsonl"
    good = path.read_text(encoding="utf-8")
    assert check_records(project) == []
    mistakes = {
        good.replace('"search"', '"magic"'): "'origin' has a value that it cannot have",
        good.replace("widget-growth", "Widget growth"): "'phenomenon' has a value that it cannot have",
        good.replace("2026-10-01", "2026-13-01"): "'seen' has a value that it cannot have",
        good.replace('"paper"', '"papier"'): "unknown key 'papier'",
        good.replace('"title"', '"titel"'): "'paper' has a value that it cannot have",
    }
    for text, message in mistakes.items():
        path.write_text(text, encoding="utf-8")
        problems = check_records(project)
        assert [(one.path, one.line, one.message) for one in problems] == [(f"{FOLDER}/candidates.jsonl", 1, message)]
        with pytest.raises(InvalidProject):
            open_dataset(project)


def test_finding_a_paper_again_writes_no_byte(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy")
    first = Candidate("widget-growth", "search", "2026-10-01", None, FOUND)
    assert merge_candidates(project, [first]) == 1
    path = project.root / FOLDER / "candidates.jsonl"
    before = path.read_bytes()
    again = replace(first, origin="recommendation", seen="2026-11-01", paper=replace(FOUND, title="Another title"))
    assert merge_candidates(project, [again]) == 0
    assert path.read_bytes() == before
    # A run over the whole corpus counts anew: the same line with the new score.
    counted = Candidate("gadget-emergence", "co-citation", "2026-10-01", 3.0, FOUND)
    assert merge_candidates(project, [counted]) == 1
    assert merge_candidates(project, [replace(counted, seen="2026-11-01", score=4.0)]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == sorted(lines)
    assert '"seen":"2026-10-01","score":4.0' in lines[0]
    assert check_records(project) == []
