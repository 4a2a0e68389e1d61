"""Measuring suggestions: metrics by hand, labels with their mistakes, decisions as labels."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner
from suggest_samples import GROWTH, SPEAKING, citation, toy_project

from phengraph.cli import group
from phengraph.project import Project
from phengraph.suggest.evaluate import evaluate_decisions, evaluate_labels
from phengraph.suggest.labels import LabelsError, read_labels
from phengraph.suggest.metrics import chance_at, interval_of_mean, ndcg_at, precision_at, recall_at

POWER = {"text": "Widgets grow by a power law."}
STOPS = {"text": "Sprockets stop turning at night."}
LABELS = [
    {"claim": POWER, "paper": {"id": 1, "title": "Widgets grow by a power law"}, "cited": "a", "relevant": True},
    {"claim": POWER, "paper": {"id": 2, "title": "The power of hats"}, "cited": "a", "relevant": False},
    {"claim": POWER, "paper": {"id": 3, "title": "Soup"}, "cited": "a", "relevant": 3},
    {"claim": STOPS, "paper": {"id": 4, "title": "Sprockets at night"}, "cited": "b", "relevant": True},
    {"paper": {"id": 5, "title": "Night soup"}},
    {"cited": "a", "contexts": ["Contrary to the findings of [3], hats grow."], "reads": "contrast"},
    {"cited": "a", "contexts": [{"text": "We confirm the law of [3]."}], "reads": "confirmation"},
    {"cited": "b", "contexts": ["Contrary to the findings of [3], we had hats."], "reads": "neither"},
]


def write_labels(path: Path, rows: list[object]) -> Path:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return toy_project(tmp_path / "toy", SPEAKING)


def test_metrics_are_those_of_the_field() -> None:
    # By hand, for grades 3, 0, 1 and depth 2: gains 7 and 0; the best order has 7 and 1.
    assert ndcg_at([3, 0, 1], 2) == pytest.approx(7 / (7 + 1 / math.log2(3)))
    assert ndcg_at([0, 0], 5) == 0
    assert precision_at([1, 0, 1, 1], 3) == pytest.approx(2 / 3)
    assert recall_at([1, 0, 1, 1], 3) == pytest.approx(2 / 3)
    assert recall_at([0], 3) == 0


def test_chance_is_the_mean_over_all_orders() -> None:
    from itertools import permutations

    grades = [2, 0, 0, 1]
    orders = list(permutations(grades))
    for k in (1, 2, 3, 4, 5):
        means = [
            sum(measure(order, k) for order in orders) / len(orders) for measure in (precision_at, recall_at, ndcg_at)
        ]
        assert chance_at(grades, k) == pytest.approx(means)


def test_the_interval_of_a_mean_holds_it_and_is_always_the_same() -> None:
    values = [0.1, 0.9, 0.4, 0.6]
    low, high = interval_of_mean(values)
    assert low < 0.5 < high
    assert interval_of_mean(values) == (low, high)
    assert interval_of_mean([]) == (0.0, 0.0)
    assert interval_of_mean([0.3]) == (0.3, 0.3)


def test_labels_are_measured_by_cited_paper_with_controls(project: Project, tmp_path: Path) -> None:
    labels = read_labels(write_labels(tmp_path / "labels.jsonl", LABELS))
    result = evaluate_labels(project, labels)
    assert (result.claims, result.cited, result.pairs, result.relevant, result.readings) == (2, 2, 6, 3, 3)
    # The claim on growth ranks 1 first and 3, which shares no word with it, after 2 and 5 by their names' order.
    shared = result.rankings["suggestions"]
    assert shared.precision[5] == pytest.approx((2 / 5 + 1 / 5) / 2)
    assert shared.recall[5] == 1
    assert 0.5 < shared.ndcg[5] < 1
    assert result.rankings["claim only"].ndcg[5] < shared.ndcg[5]
    contrary = result.phrases["contrary-to"]
    assert (contrary.measured.right, contrary.measured.cases, contrary.cited) == (1, 2, 2)
    assert result.phrases["confirms"].measured.right == 1
    # The only other label of the same cited paper reads `confirmation`, so to guess by it is wrong.
    assert contrary.control == 0
    assert result.kinds["contrast"].measured.cases == 2


def test_a_claim_of_the_project_is_named_by_its_slug(project: Project, tmp_path: Path) -> None:
    row = {"claim": GROWTH, "paper": {"id": "x", "title": "Widgets grow"}, "contexts": ["Widgets grow [3]."]}
    labels = read_labels(write_labels(tmp_path / "labels.jsonl", [row | {"relevant": True}]))
    assert evaluate_labels(project, labels).found_above_floor.cases == 1


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"paper": {"title": "x"}}, "labels.jsonl:2: paper.id: Field required"),
        ({"claim": POWER, "paper": {"id": "1"}}, "labels.jsonl:2: needs 'relevant' or 'reads'"),
        ({"claim": POWER, "relevant": True, "contexts": ["x"]}, "labels.jsonl:2: a claim needs its paper"),
        ({"paper": {"id": "1"}, "relevant": True}, "labels.jsonl:2: 'relevant' needs a claim"),
        ({"paper": {"id": "1"}, "reads": "contrast"}, "labels.jsonl:2: 'reads' needs contexts"),
        ({}, "labels.jsonl:2: needs a paper, or contexts"),
        ({"paper": {"id": "1"}, "colour": 1}, "labels.jsonl:2: colour: Extra inputs are not permitted"),
        ([], "labels.jsonl:2: Input should be a valid dictionary or instance of Label"),
    ],
)
def test_a_line_that_is_no_label_is_told_at_its_line(tmp_path: Path, row: object, told: str) -> None:
    with pytest.raises(LabelsError) as error:
        read_labels(write_labels(tmp_path / "labels.jsonl", [LABELS[0], row]))
    assert str(error.value) == told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "labels.jsonl: has no label; write one JSON object a line"),
        (b"{\n", "labels.jsonl:1: no JSON object; write one label a line"),
        (b"\xff\n", "labels.jsonl:1: no JSON object; write one label a line"),
        (b"[" * 100_000, "labels.jsonl:1: no JSON object; write one label a line"),
    ],
)
def test_a_file_that_holds_no_labels_is_told_in_a_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_bytes(content)
    with pytest.raises(LabelsError) as error:
        read_labels(path)
    assert str(error.value) == told


def test_decisions_are_labels(tmp_path: Path) -> None:
    records = [*SPEAKING, citation(9, "Consistent with the results of [3], widgets grow by a power law.")]
    project = toy_project(tmp_path / "toy", records)
    folder = project.graph / "decisions"
    folder.mkdir()
    row = {"claim": GROWTH, "on": "2026-09-02", "curator": "Ada Alpha"}
    rows = [
        {"claim": GROWTH, "paper": "CorpusId:1", "verdict": "accepted", "stance": "contradicts"},
        {"claim": GROWTH, "paper": "CorpusId:2", "verdict": "not about"},
        {"claim": GROWTH, "paper": "CorpusId:3", "verdict": "later"},
        {"claim": GROWTH, "paper": "CorpusId:9", "verdict": "accepted", "stance": "contradicts"},
    ]
    lines = sorted(json.dumps(one | row) for one in rows)
    (folder / "ada-alpha.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = evaluate_decisions(project)
    assert (result.pairs, result.relevant, result.readings) == (3, 2, 2)
    # Both accepted ones rank before the one that is not about it.
    assert result.rankings["suggestions"].ndcg[5] == 1
    assert result.phrases["consistent-with"].measured.right == 0
    assert "recall is among what was decided" in result.notes[0]


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_the_command_tells_figures_with_intervals_in_each_form(project: Project, tmp_path: Path, form: str) -> None:
    labels = write_labels(tmp_path / "labels.jsonl", LABELS)
    arguments = ["--project", str(project.root), "suggestions", "--evaluate", str(labels), "--format", form]
    done = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert done.exception is None
    if form == "json":
        values = json.loads(done.output)
        assert values["phrases"]["contrary-to"]["precision"] == 0.5
        assert values["rankings"]["claim only"]["ndcg"]["5"] < 1
    else:
        assert "contrary-to" in done.output
        assert "claim only" in done.output
        assert "6 labelled pairs of a claim and a paper, 3 relevant" in done.output


def test_without_decisions_the_command_says_that_nothing_can_be_said(project: Project) -> None:
    arguments = ["--project", str(project.root), "suggestions", "--evaluate-decisions"]
    done = CliRunner().invoke(group, arguments, standalone_mode=False)
    assert done.exception is None
    assert "no labelled pair is relevant, so nothing can be said of the ranking" in done.output


def test_two_questions_at_once_are_refused(project: Project, tmp_path: Path) -> None:
    labels = write_labels(tmp_path / "labels.jsonl", LABELS)
    both = ["--project", str(project.root), "suggestions", "--evaluate", str(labels), "--evaluate-decisions"]
    done = CliRunner().invoke(group, both)
    assert done.exit_code == 2
    assert "ask one at a time" in done.output
