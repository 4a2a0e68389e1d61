"""Made-up views for tests of the network, the layout and the picture: small enough to work out by hand."""

from __future__ import annotations

from collections.abc import Iterable

from phengraph.model import (
    Checked,
    Citation,
    CitationCount,
    CitingPaper,
    Claim,
    Conditions,
    Confidence,
    Context,
    Evidence,
    Knowledge,
    Model,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    Stance,
    Strength,
    Topic,
)
from phengraph.settings import StatusSettings
from phengraph.status import judge_all
from phengraph.views import View

BASE = "https://example.org/widgets/"
PLACE = Source("graph/phenomena/widgets.md", 7)


def paper(key: str, *authors: str, year: int | None = 2090, **others: object) -> Paper:
    known: dict[str, object] = {
        "arxiv": None,
        "doi": None,
        "openreview": None,
        "corpus_id": None,
        "url": None,
        "note": None,
    } | others
    return Paper(
        key=key,
        title=f"Made-up paper {key} on widgets",
        authors=authors or ("Ada Example",),
        authors_complete=True,
        year=year,
        month=None,
        venue=None,
        kind="misc",
        checks={},
        source=PLACE,
        **known,  # type: ignore[arg-type]
    )


def evidence(
    claim: str,
    of: str,
    stance: str = "supports",
    *,
    name: str | None = None,
    review: str = "accepted",
    **others: object,
) -> Evidence:
    known: dict[str, object] = {
        "locator": None,
        "conditions": Conditions(),
        "strength": Strength.MODERATE,
        "quote": None,
        "finding": f"{of} found it.",
    } | others
    return Evidence(
        name=name or f"{claim}.{of}",
        claim=claim,
        paper=of,
        stance=Stance(stance),
        checked=Checked.PAPER,
        confidence=Confidence.HIGH,
        review=Review(review),
        origin=None,
        read_in=None,
        source=PLACE,
        **known,  # type: ignore[arg-type]
    )


def phenomenon(slug: str, topic: str, **others: object) -> Phenomenon:
    known: dict[str, object] = {"seen_in": (), "listed_papers": (), "description": "", "figures": ()} | others
    return Phenomenon(
        slug=slug,
        label=slug.replace("-", " ").capitalize(),
        label_zh=None,
        topic=topic,
        list_number=None,
        source=PLACE,
        **known,  # type: ignore[arg-type]
    )


def claim(slug: str, about: str, text: str = "") -> Claim:
    return Claim(slug, about, slug.replace("-", " ").capitalize(), text, None, None, PLACE)


def topic(slug: str) -> Topic:
    return Topic(slug, slug.capitalize(), None, None, None, PLACE)


def widgets() -> Knowledge:
    """Two topics, three phenomena, four claims.

    By evidence that counts: grow - alpha - shine - beta - rust; sing is joined to grow by a proposed evidence only.
    """
    model = Model(
        *("gizmo", "Gizmo", "Made-up Works", "7B", Range(7e9, 7e9), 2091, None, None, "alpha"),
        checked_with=None,
        confidence=Confidence.HIGH,
        note=None,
        source=PLACE,
    )
    conditions = Conditions(parameters=Range(7e7, None), models=("gizmo",), note="widgets only")
    everything = [
        evidence("widgets-grow", "alpha", strength=Strength.STRONG, conditions=conditions, locator="figure 1"),
        evidence("widgets-grow", "alpha", name="again"),
        evidence("widgets-grow", "gamma", "contradicts"),
        evidence("widgets-shine", "alpha", "qualifies", strength=Strength.WEAK),
        evidence("widgets-shine", "beta", "contradicts"),
        evidence("sprockets-rust", "beta"),
        evidence("widgets-sing", "gamma", review="proposed"),
    ]
    return Knowledge(
        topics={one: topic(one) for one in ("widgets", "sprockets")},
        phenomena={
            "growth": phenomenon("growth", "widgets", seen_in=("gizmo",), listed_papers=("beta",)),
            "shine": phenomenon("shine", "widgets"),
            "rust": phenomenon("rust", "sprockets"),
        },
        claims={
            one.slug: one
            for one in (
                claim("widgets-grow", "growth"),
                claim("widgets-shine", "shine"),
                claim("sprockets-rust", "rust"),
                claim("widgets-sing", "shine"),
            )
        },
        evidence={one.name: one for one in everything},
        papers={
            "alpha": paper("alpha", "Ada Example", "Bo Sample", arxiv="2099.00001"),
            "beta": paper("beta", "Cy Madeup", year=None, doi="10.5555/made-up"),
            "gamma": paper("gamma", "Di Example", "Ed Example", "Flo Example", year=2092),
        },
        models={"gizmo": model},
    )


def view_of(knowledge: Knowledge, *, counts: Iterable[CitationCount] = (), repository: str | None = None) -> View:
    """The view of this knowledge, with statuses as the rule gives them."""
    by_paper: dict[str, tuple[CitationCount, ...]] = {}
    for count in sorted(counts):
        by_paper[count.paper] = (*by_paper.get(count.paper, ()), count)
    return View(
        knowledge=knowledge,
        statuses=judge_all(knowledge, StatusSettings()),
        counts=by_paper,
        added={},
        added_by={},
        health={},
        base=BASE,
        title="Made-up widgets",
        description="What people say of widgets.",
        repository=repository,
        branch="main",
        digest="0" * 32,
    )


def citation(cited: str, s2_id: str, title: str, **ids: object) -> Citation:
    citing = CitingPaper(
        s2_id=s2_id,
        corpus_id=None,
        title=title,
        year=2095,
        authors=("Gus Citing",),
        **ids,  # type: ignore[arg-type]
    )
    return Citation(cited, citing, (Context("As they say of widgets.", ("background",)),), True, "2099-01-02")
