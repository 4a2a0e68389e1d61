"""Random made-up knowledge for property tests: every field, odd text in all of them, references that hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from phengraph.model import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Figure,
    Knowledge,
    Model,
    Note,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    SourceList,
    Stance,
    Strength,
    Topic,
)

# What people may write: no control characters but line breaks, no halves of a surrogate pair.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=12) | st.sampled_from(
    ["A; B", "et al.", "\\", "\\;", "<b>bold</b>", "&amp;amp;", '"quoted"@en', "שלום", "é", "e\u0301", " \u2028x", ""]
)
MAYBE = st.none() | TEXT
NAMES = st.lists(TEXT, max_size=4).map(tuple)
SCALE = st.floats(min_value=0, max_value=1e30, allow_nan=False)
RANGE = st.none() | st.builds(Range, SCALE, st.none() | SCALE) | st.builds(Range, st.none(), SCALE)
NUMBER = st.none() | st.integers(min_value=0, max_value=10**9)

_URL = st.sampled_from(["https://example.org/a?b=c#d", "https://example.org/[odd]", "https://example.org/é"])
_TOPICS = "graph/topics.yaml"


def _keys(names: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), max_size=3).map(tuple) if names else st.just(())


@st.composite
def knowledge(draw: Any) -> Knowledge:
    """Knowledge whose references hold, in the order in which `curate` gives it."""
    count = st.integers(min_value=0, max_value=3)
    papers = {key: draw(_paper(key, place)) for place, key in enumerate(_some(draw(count), "B2.x:{}", "a+{}"), start=1)}
    models = {key: draw(_model(key, list(papers))) for key in _some(draw(count), "model-{}")}
    topics = {slug: draw(_topic(slug)) for slug in _some(draw(count), "topic-{}")}
    phenomena: dict[str, Phenomenon] = {}
    claims: dict[str, Claim] = {}
    evidence: dict[str, Evidence] = {}
    notes: dict[str, Note] = {}
    if draw(st.booleans()):
        notes["whole"] = draw(_note("whole", "", Source(_TOPICS, 90)))
    for topic in topics:
        for slug in _some(draw(count), f"{topic}-phenomenon-{{}}"):
            path = f"graph/phenomena/{slug}.md"
            phenomena[slug] = draw(_phenomenon(slug, topic, path, list(models), list(papers)))
            for claim in _some(draw(count), f"{slug}-claim-{{}}"):
                claims[claim] = Claim(
                    claim, slug, draw(TEXT), draw(TEXT), draw(MAYBE), draw(MAYBE), Source(path, 10 + len(claims))
                )
                for paper in papers:
                    if draw(st.booleans()):
                        name = f"{claim}.{paper}"
                        evidence[name] = draw(_evidence(name, claim, paper, path, list(models)))
            if draw(st.booleans()):
                notes[f"note-{slug}"] = draw(_note(f"note-{slug}", slug, Source(path, 5)))
    source_list = draw(st.none() | st.builds(SourceList, TEXT, _URL, MAYBE, MAYBE, MAYBE, st.just(Source(_TOPICS, 1))))
    return Knowledge(topics, phenomena, claims, evidence, papers, models, notes, source_list)


def _some(count: int, *patterns: str) -> list[str]:
    return sorted(patterns[n % len(patterns)].format(n) for n in range(count))


def _topic(slug: str) -> st.SearchStrategy[Topic]:
    place = st.just(Source(_TOPICS, 3))
    return st.builds(Topic, st.just(slug), TEXT, MAYBE, st.sampled_from([None, "how", "what"]), MAYBE, place)


def _phenomenon(
    slug: str, topic: str, path: str, models: list[str], papers: list[str]
) -> st.SearchStrategy[Phenomenon]:
    pictures = st.lists(st.sampled_from("abc"), unique=True, max_size=3)
    figures = st.tuples(pictures, st.lists(TEXT, min_size=3, max_size=3)).map(
        lambda pair: tuple(
            Figure(f"https://example.org/{name}.png", text) for name, text in zip(pair[0], pair[1], strict=False)
        )
    )
    return st.builds(
        Phenomenon,
        st.just(slug), TEXT, MAYBE, st.just(topic), st.none(), _keys(models), _keys(papers), TEXT, figures,
        st.just(Source(path, 1)),
    )  # fmt: skip


def _evidence(name: str, claim: str, paper: str, path: str, models: list[str]) -> st.SearchStrategy[Evidence]:
    conditions = st.builds(Conditions, RANGE, RANGE, RANGE, _keys(models), NAMES, MAYBE, MAYBE)
    return st.builds(
        Evidence,
        st.just(name), st.just(claim), st.just(paper), st.sampled_from(Stance), TEXT, MAYBE, conditions,
        st.sampled_from(Strength), st.sampled_from(Checked), st.sampled_from(Confidence), st.sampled_from(Review),
        MAYBE, MAYBE, MAYBE, st.builds(Source, st.just(path), st.integers(1, 999)),
    )  # fmt: skip


def _paper(key: str, place: int) -> st.SearchStrategy[Paper]:
    checks = st.dictionaries(st.sampled_from(["authors", "venue", "id", "verified"]), TEXT)
    return st.builds(
        Paper,
        st.just(key), TEXT, NAMES, st.booleans(), NUMBER, NUMBER, MAYBE, TEXT, MAYBE, MAYBE, MAYBE, NUMBER, st.none() | _URL, MAYBE,  # noqa: E501 - one row of the table of fields
        checks, st.just(Source("graph/papers.bib", place)),
    )  # fmt: skip


def _model(key: str, papers: list[str]) -> st.SearchStrategy[Model]:
    paper = st.none() | st.sampled_from(papers) if papers else st.none()
    return st.builds(
        Model,
        st.just(key), TEXT, MAYBE, MAYBE, RANGE, NUMBER, MAYBE, MAYBE, paper, MAYBE, st.sampled_from(Confidence), MAYBE,
        st.just(Source("graph/models.yaml", 4)),
    )  # fmt: skip


def _note(slug: str, about: str, source: Source) -> st.SearchStrategy[Note]:
    return st.builds(
        Note, st.just(slug), st.just(about), TEXT, TEXT, TEXT, st.sampled_from(Confidence), st.just(source)
    )
