"""What people wrote is read whole: every kind of entry of the toy project, with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from phengraph.curate import ReadResult, read_graph
from phengraph.model import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Figure,
    Range,
    Review,
    Source,
    Stance,
    Strength,
)
from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"


@pytest.fixture(scope="module")
def toy() -> ReadResult:
    return read_graph(Project(TOY))


def test_the_toy_project_has_no_problem(toy: ReadResult) -> None:
    assert toy.problems == []


def test_every_kind_of_entry_is_read(toy: ReadResult) -> None:
    knowledge = toy.knowledge
    sizes = {
        kind: len(getattr(knowledge, kind))
        for kind in ("topics", "phenomena", "claims", "evidence", "papers", "models", "notes")
    }
    assert sizes == {
        "topics": 2,
        "phenomena": 4,
        "claims": 8,
        "evidence": 26,
        "papers": 12,
        "models": 3,
        "notes": 2,
    }


def test_the_toy_project_has_every_value_of_every_list(toy: ReadResult) -> None:
    evidence = toy.knowledge.evidence.values()
    assert {row.stance for row in evidence} == set(Stance)
    assert {row.strength for row in evidence} == set(Strength)
    assert {row.checked for row in evidence} == set(Checked)
    assert {row.review for row in evidence} == set(Review)
    assert {row.confidence for row in evidence} == set(Confidence)


def test_an_evidence_is_read_with_its_place_and_conditions(toy: ReadResult) -> None:
    assert toy.knowledge.evidence["widgets-grow-by-a-power-law.alpha2019widgets"] == Evidence(
        name="widgets-grow-by-a-power-law.alpha2019widgets",
        claim="widgets-grow-by-a-power-law",
        paper="alpha2019widgets",
        stance=Stance.SUPPORTS,
        finding="Made-up measurements of 12 widgets follow a power law.",
        locator="fig. 1",
        conditions=Conditions(
            parameters=Range(70e6, 16e9),
            tokens=Range(5e9, 500e9),
            models=("widgetron",),
            datasets=("WidgetText",),
            metric="size",
        ),
        strength=Strength.STRONG,
        checked=Checked.PAPER,
        confidence=Confidence.HIGH,
        review=Review.ACCEPTED,
        origin="list",
        quote=None,
        read_in=None,
        source=Source("graph/phenomena/widget-growth.md", 22),
    )


def test_evidence_from_recall_is_proposed_and_of_medium_confidence(toy: ReadResult) -> None:
    evidence = toy.knowledge.evidence["sprockets-remember-names.juliet2024sprockets"]
    assert (evidence.review, evidence.confidence) == (Review.PROPOSED, Confidence.MEDIUM)


def test_a_claim_is_its_heading_its_text_and_its_block(toy: ReadResult) -> None:
    assert toy.knowledge.claims["widgets-stop-at-a-thousand"] == Claim(
        slug="widgets-stop-at-a-thousand",
        phenomenon="widget-growth",
        label="Widgets stop growing at a thousand",
        text="No widget is larger than a thousand.",
        origin="cited-paper",
        as_of="2023-08",
        source=Source("graph/phenomena/widget-growth.md", 42),
    )


def test_an_image_is_a_figure_and_no_part_of_the_description(toy: ReadResult) -> None:
    phenomenon = toy.knowledge.phenomena["widget-growth"]
    assert phenomenon.description == "A widget of size $N$ grows as $N^{\\alpha}$, they say. This text is made up."
    url = "https://example.org/figures/widgets%201.png"
    assert phenomenon.figures == (Figure(url, "Growth of made-up widgets, with fits"),)


def test_phenomena_stand_by_topic_then_number_then_slug(toy: ReadResult) -> None:
    assert list(toy.knowledge.phenomena) == [
        "widget-growth",
        "gadget-emergence",
        "sprocket-forgetting",
        "odd-characters",
    ]
    assert list(toy.knowledge.claims)[:3] == [
        "widgets-grow-by-a-power-law",
        "widgets-stop-at-a-thousand",
        "gadgets-appear-suddenly",
    ]
    assert list(toy.knowledge.papers) == sorted(toy.knowledge.papers)


def test_notes_are_about_a_phenomenon_or_the_whole_list(toy: ReadResult) -> None:
    assert {note.slug: note.about for note in toy.knowledge.notes.values()} == {
        "list-order": "",
        "widget-exponent": "widget-growth",
    }


def test_a_paper_with_odd_metadata_is_read_as_a_reader_sees_it(toy: ReadResult) -> None:
    paper = toy.knowledge.papers["hotel2023odd"]
    assert paper.title == (
        "Made-up paper 8 on $\\mathcal{O}(n^2)$ Widgets & <b>Gadgets</b>: déjà vu — 部件, عنصر واجهة וידג'ט 🧩"
    )
    assert paper.authors == ("Józef Hötel", "Widgets and Gadgets Group", "Zoë van der Sprocket Jr.", "علي عنصر")
    assert paper.venue == "Acta «Widgetica» &amp; Gadgetica"
    assert paper.doi == "10.5555/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"


def test_and_others_makes_a_list_of_authors_incomplete(toy: ReadResult) -> None:
    paper = toy.knowledge.papers["bravo2020gadgets"]
    assert (paper.authors, paper.authors_complete) == (("Bea Beta", "Gus Gamma"), False)
    assert toy.knowledge.papers["alpha2019widgets"].authors_complete


def test_scalars_are_text_whatever_yaml_would_make_of_them(toy: ReadResult) -> None:
    assert toy.knowledge.topics["widgets"].number == "1"
    assert toy.knowledge.claims["widgets-stop-at-a-thousand"].as_of == "2023-08"
