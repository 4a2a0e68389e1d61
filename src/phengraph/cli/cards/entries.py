"""The cards of phenomena, papers, models and topics, and which card an entry has."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from phengraph.cli.cards.claim import claim_card
from phengraph.cli.cards.parts import (
    count_of,
    evidence_block,
    heading,
    indented,
    joined,
    line,
    prose,
    short_reference,
    status_line,
)
from phengraph.model import Claim, Model, Paper, Phenomenon, Source
from phengraph.views import View

_AUTHORS_SHOWN = 12
_HEALTH = {
    "unknown": "Semantic Scholar does not know this paper",
    "merged": "Semantic Scholar has merged this paper into another record",
    "incomplete": "not all of its citations are recorded",
}


def card_of(view: View, kind: str, name: str, width: int) -> Iterator[RenderableType]:
    """The card of an entry, from top to bottom.

    Args:
        view: what the dataset says.
        kind: `claim`, `phenomenon`, `paper`, `model`, `topic`, or `evidence` (which shows its claim).
        name: slug, key or name; there is such an entry.
        width: of the terminal, in cells; below 100 the two sides of a claim stand one under the other.
    """
    known = view.knowledge
    if kind == "evidence":
        kind, name = "claim", known.evidence[name].claim
    if kind == "claim":
        return claim_card(view, known.claims[name], width)
    if kind == "phenomenon":
        return _phenomenon_card(view, known.phenomena[name])
    if kind == "paper":
        return _paper_card(view, known.papers[name])
    if kind == "model":
        return _model_card(view, known.models[name])
    return _topic_card(view, name)


def _written(source: Source) -> Text:
    return line(f"written in {source.path}:{source.line}", "dim")


def _claim_line(view: View, claim: Claim) -> Text:
    told = status_line(view.statuses[claim.slug])
    return told.append_text(Text(" ")).append_text(line(claim.label, "default not bold"))


def _phenomenon_card(view: View, phenomenon: Phenomenon) -> Iterator[RenderableType]:
    known = view.knowledge
    topic = known.topics.get(phenomenon.topic)
    title = phenomenon.label + (f" ({phenomenon.label_zh})" if phenomenon.label_zh else "")
    yield line(title, "bold")
    under = f"under {topic.label} (topic/{topic.slug})" if topic else None
    number = f"{phenomenon.list_number} of the source list" if phenomenon.list_number else None
    yield line(joined([f"phenomenon/{phenomenon.slug}", under, number]), "dim")
    yield Text()
    yield prose(phenomenon.description)
    claims = [claim for claim in known.claims.values() if claim.phenomenon == phenomenon.slug]
    yield Text()
    yield heading(count_of(len(claims), "claim"))
    for claim in claims:
        yield Text()
        yield _claim_line(view, claim)
        yield indented(line(view.statuses[claim.slug].reason))
        yield indented(line(f"claim/{claim.slug}", "dim"))
    notes = [note for note in known.notes.values() if note.about == phenomenon.slug]
    if notes:
        yield Text()
        yield heading("Notes on the source list")
    for note in notes:
        yield Text()
        yield line(f"The list says: {note.list_says}")
        yield line(f"But: {note.fact}")
        yield line(joined([f"checked with {note.checked_with}", f"confidence {note.confidence}"]), "dim")
    links = (
        ("Seen in", [_model_name(view, key) for key in phenomenon.seen_in]),
        ("The source list cites", [f"{_paper_name(view, key)}" for key in phenomenon.listed_papers]),
        ("Figures", [f"{figure.caption}: {figure.url}" for figure in phenomenon.figures]),
    )
    for title, names in links:
        if names:
            yield Text()
            yield heading(title)
            for name in names:
                yield line(name)
    yield Text()
    yield _written(phenomenon.source)


def _model_name(view: View, key: str) -> str:
    model = view.knowledge.models.get(key)
    return f"{model.label} [{key}]" if model else key


def _paper_name(view: View, key: str) -> str:
    paper = view.knowledge.papers.get(key)
    return f"{short_reference(paper, key)}, {paper.title} [{key}]" if paper else key


def _paper_card(view: View, paper: Paper) -> Iterator[RenderableType]:
    yield line(paper.title, "bold")
    authors = list(paper.authors[:_AUTHORS_SHOWN])
    if len(paper.authors) > _AUTHORS_SHOWN:
        authors.append(f"and {len(paper.authors) - _AUTHORS_SHOWN} more")
    elif not paper.authors_complete:
        authors.append("et al.")
    if authors:
        yield line(", ".join(authors))
    date = None if paper.year is None else f"{paper.year}" + (f"-{paper.month:02}" if paper.month else "")
    ids = (
        paper.arxiv and f"arXiv:{paper.arxiv}",
        paper.doi and f"doi:{paper.doi}",
        paper.openreview and f"OpenReview {paper.openreview}",
    )
    yield line(joined([f"paper/{paper.key}", date, paper.venue, *ids]), "dim")
    for link in dict.fromkeys(one for one in (paper.link, paper.url) if one):
        yield line(link, "dim")
    counts = view.counts.get(paper.key, ())
    if counts:
        latest, first = counts[-1], counts[0]
        cited = f"cited {count_of(latest.citations, 'time')} ({latest.influential:,} influential) on {latest.date}"
        since = f"{latest.citations - first.citations:+,} since {first.date}" if len(counts) > 1 else None
        yield line(joined([cited, since]))
    if view.health.get(paper.key) in _HEALTH:
        yield line(_HEALTH[view.health[paper.key]], "yellow")
    if paper.note:
        yield line(paper.note)
    if paper.checks:
        yield line("record checked: " + joined(f"{name}: {text}" for name, text in paper.checks.items()), "dim")
    rows = [one for one in view.knowledge.evidence.values() if one.paper == paper.key]
    yield Text()
    yield heading(f"What it says: {count_of(len(rows), 'finding')}")
    for one in rows:
        claim = view.knowledge.claims[one.claim]
        yield Text()
        yield evidence_block(view, one, about=(claim.label, f"claim/{claim.slug}"))
        yield indented(Text("the claim is ").append_text(status_line(view.statuses[claim.slug])))
    introduced = [model for model in view.knowledge.models.values() if model.paper == paper.key]
    if introduced:
        yield Text()
        yield heading("Introduces")
        for model in introduced:
            yield line(f"{model.label} [{model.key}]")
    yield Text()
    yield _written(paper.source)


def _model_card(view: View, model: Model) -> Iterator[RenderableType]:
    yield line(model.label, "bold")
    size = f"{model.parameters} parameters" if model.parameters else None
    year = None if model.year is None else str(model.year)
    yield line(joined([f"model/{model.key}", model.organisation, size, year]), "dim")
    if model.normalization or model.norm_placement:
        yield Text()
        placement = f"placement: {model.norm_placement}" if model.norm_placement else None
        yield line("Normalization: " + joined([model.normalization, placement]))
        checked = f"checked with {model.checked_with}" if model.checked_with else None
        yield line(joined([checked, f"confidence {model.confidence}"]), "dim")
    if model.note:
        yield line(model.note)
    if model.paper:
        yield line("Paper: " + _paper_name(view, model.paper))
    seen = [one for one in view.knowledge.phenomena.values() if model.key in one.seen_in]
    if seen:
        yield Text()
        yield heading("Phenomena seen in it")
        for phenomenon in seen:
            yield line(f"{phenomenon.label} (phenomenon/{phenomenon.slug})")
    rows = [one for one in view.knowledge.evidence.values() if model.key in one.conditions.models]
    yield Text()
    yield heading(f"Tested on it: {count_of(len(rows), 'finding')}")
    for one in rows:
        claim = view.knowledge.claims[one.claim]
        yield Text()
        yield line(f"{claim.label} (claim/{claim.slug})")
        yield indented(evidence_block(view, one))
    yield Text()
    yield _written(model.source)


def _topic_card(view: View, slug: str) -> Iterator[RenderableType]:
    topic = view.knowledge.topics[slug]
    yield line(topic.label + (f" ({topic.label_zh})" if topic.label_zh else ""), "bold")
    number = f"{topic.aspect} {topic.number} of the source list" if topic.aspect and topic.number else None
    yield line(joined([f"topic/{slug}", number]), "dim")
    for phenomenon in view.knowledge.phenomena.values():
        if phenomenon.topic != slug:
            continue
        yield Text()
        yield line(f"{phenomenon.label} (phenomenon/{phenomenon.slug})", "bold")
        for claim in view.knowledge.claims.values():
            if claim.phenomenon == phenomenon.slug:
                yield indented(_claim_line(view, claim))
    yield Text()
    yield _written(topic.source)
