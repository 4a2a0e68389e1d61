"""What is shown is read back from the dataset: knowledge, statuses, counts, citations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from phengraph.dataset import open_dataset
from phengraph.ingest.records import read_citations as read_recorded_citations
from phengraph.model import CitationCount, CitingPaper, Context
from phengraph.problems import InvalidProject
from phengraph.project import Project
from phengraph.status import judge_all
from phengraph.views import read_all_citations, read_citations, read_view

TOY = Path(__file__).resolve().parent / "toy"
KEY = "alpha2019widgets"
RECORDS = "ingest/semanticscholar"
FULL: dict[str, Any] = {
    "id": "a" * 40,
    "corpus_id": 900000101,
    "arxiv": "9912.10001",
    "doi": "10.5555/made-up.101",
    "title": "Made-up citing paper 1 <b>on</b> widgets",
    "authors": ["Ada Citer", "Team; with a semicolon"],
    "authors_total": 70,
    "year": 2025,
    "date": "2025-06",
    "venue": "Journal of Made-up Citations",
    "citations": 3,
    "influential_citations": 1,
    "open_access": "https://example.org/copies/1.pdf",
    "fields": ["Computer Science", "Widgets"],
    "tldr": "It cites.",
    "abstract": "Made up.",
    "contexts": [
        {"text": "A sentence that came first.", "intents": ["methodology", "result"]},
        {"text": "Zebra: a sentence without any intent."},
    ],
    "intents": ["background"],
    "influential": True,
    "seen": "2026-02-03",
}


@pytest.fixture
def toy(tmp_path: Path) -> Project:
    root = tmp_path / "toy"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns(".phengraph"))
    return Project(root)


def write(project: Project, path: str, *rows: dict[str, Any]) -> None:
    place = project.root / RECORDS / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_statuses_are_what_the_rule_says(toy: Project) -> None:
    view = read_view(open_dataset(toy))
    assert view.statuses == judge_all(view.knowledge, toy.settings.status)
    assert {str(record.status) for record in view.statuses.values()} >= {"supported", "contested", "open"}


def test_a_citation_is_read_back_as_it_was_recorded(toy: Project) -> None:
    write(toy, f"citations/{KEY}/2026-02.jsonl", FULL)
    (recorded,) = read_recorded_citations(toy)
    (citation,) = read_citations(open_dataset(toy), KEY)
    assert citation == recorded
    assert citation.contexts[0] == Context("A sentence that came first.", ("methodology", "result"))


def test_citations_come_newest_first_and_removed_ones_say_so(toy: Project) -> None:
    rows = [
        {"id": "b" * 40, "title": "Made-up B", "seen": "2026-01-05"},
        {"id": "c" * 40, "title": "Made-up C", "seen": "2026-02-05"},
        {"id": "d" * 40, "title": "Made-up A", "seen": "2026-02-05"},
    ]
    write(toy, f"citations/{KEY}/2026-01.jsonl", *rows)
    write(toy, f"citations/{KEY}/2026-03.jsonl", {"id": "b" * 40, "removed": "2026-03-01"})
    found = read_citations(open_dataset(toy), KEY)
    assert [(one.citing.title, one.seen, one.removed) for one in found] == [
        ("Made-up A", "2026-02-05", None),
        ("Made-up C", "2026-02-05", None),
        ("Made-up B", "2026-01-05", "2026-03-01"),
    ]
    assert read_citations(open_dataset(toy), "bravo2020gadgets") == ()


def test_all_citations_at_once_are_those_of_each_paper(toy: Project) -> None:
    other = "bravo2020gadgets"
    shared = {**FULL, "id": "b" * 40, "corpus_id": 900000102, "title": "Made-up paper that cites both"}
    tracked = {**FULL, "id": "c" * 40, "arxiv": None, "doi": None, "title": "As Semantic Scholar calls it"}
    gone = {"id": "d" * 40, "title": "Made-up paper that went", "seen": "2026-02-03"}
    bare = {"id": "e" * 40, "seen": "2026-03-01"}
    write(toy, "papers.jsonl", {"key": other, "id": "c" * 40, "health": "ok"})
    write(toy, f"citations/{KEY}/2026-02.jsonl", FULL, shared, gone, bare, {"id": "d" * 40, "removed": "2026-02-09"})
    rows = [{name: value for name, value in row.items() if value is not None} for row in (shared, tracked)]
    write(toy, f"citations/{KEY}/2026-03.jsonl", *rows[1:])
    write(toy, f"citations/{other}/2026-02.jsonl", rows[0])
    dataset = open_dataset(toy)
    keys = read_view(dataset).knowledge.papers
    found = read_all_citations(dataset)
    assert found == {key: cited for key in sorted(keys) if (cited := read_citations(dataset, key))}
    assert {key: len(cited) for key, cited in found.items()} == {KEY: 5, other: 1}
    assert read_view(dataset).knowledge.papers[other].title in {one.citing.title for one in found[KEY]}


def test_counts_and_health_come_by_paper(toy: Project) -> None:
    rows = [
        {"date": "2026-01-05", "citations": 9, "influential": 1},
        {"date": "2026-02-05", "citations": 12, "influential": 2},
    ]
    write(toy, f"counts/{KEY}.jsonl", *rows)
    write(toy, "counts/no-longer-tracked.jsonl", *rows)
    write(toy, "papers.jsonl", {"key": KEY, "id": "e" * 40, "corpus_id": 5, "health": "merged", "title": "Theirs"})
    view = read_view(open_dataset(toy))
    assert view.counts == {KEY: (CitationCount(KEY, "2026-01-05", 9, 1), CitationCount(KEY, "2026-02-05", 12, 2))}
    assert view.health == {KEY: "merged"}
    # What people wrote of the paper stays theirs.
    assert view.knowledge.papers[KEY].title == "Made-up paper 1 on widgets that grow"
    assert view.knowledge.papers[KEY].corpus_id is None


def test_records_of_semantic_scholar_change_no_knowledge(toy: Project) -> None:
    before = read_view(open_dataset(toy)).knowledge
    write(toy, f"citations/{KEY}/2026-02.jsonl", FULL)
    write(toy, "papers.jsonl", {"key": KEY, "id": "e" * 40, "health": "ok", "references": ["bravo2020gadgets"]})
    assert read_view(open_dataset(toy)).knowledge == before


def test_a_tracked_paper_that_cites_is_recognised_by_its_id(toy: Project) -> None:
    write(toy, "papers.jsonl", {"key": "bravo2020gadgets", "id": "b" * 40, "health": "ok"})
    write(toy, f"citations/{KEY}/2026-01.jsonl", {"id": "b" * 40, "title": "Another title", "seen": "2026-01-05"})
    (citation,) = read_citations(open_dataset(toy), KEY)
    assert citation.citing == CitingPaper(
        s2_id="b" * 40,
        corpus_id=None,
        title="Made-up paper 2 on gadgets",
        authors=("Bea Beta", "Gus Gamma"),
        year=2020,
        arxiv="9912.00002",
        authors_complete=False,
    )


def test_broken_records_are_told_and_leave_no_dataset(toy: Project) -> None:
    write(toy, f"citations/{KEY}/2026-02.jsonl", FULL)
    place = toy.root / RECORDS / "citations" / KEY / "2026-02.jsonl"
    place.write_text("<<<<<<< ours\n" + place.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(InvalidProject) as failed:
        open_dataset(toy)
    assert failed.value.problems[0].place.startswith(f"{RECORDS}/citations/{KEY}/2026-02.jsonl:1")
    assert list((toy.cache / "datasets").iterdir()) == []
