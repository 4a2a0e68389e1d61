"""What is known of an entry, as plain values: the attributes of a node or an edge.

What is not known is absent rather than None, since GraphML and GEXF cannot hold None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from phengraph.model import (
    CitationCount,
    CitingPaper,
    Claim,
    Conditions,
    Evidence,
    Model,
    Paper,
    Phenomenon,
    Range,
    Review,
    StatusRecord,
    Strength,
    Topic,
)

Value: TypeAlias = str | int | float | bool
Attributes: TypeAlias = dict[str, Value]


def present(**values: Value | None) -> Attributes:
    """What is known: the attributes that are neither None nor an empty text."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def topic_attributes(topic: Topic) -> Attributes:
    return {"label": topic.label} | present(
        slug=topic.slug, label_zh=topic.label_zh, aspect=topic.aspect, number=topic.number
    )


def phenomenon_attributes(phenomenon: Phenomenon) -> Attributes:
    return {"label": phenomenon.label} | present(
        slug=phenomenon.slug,
        label_zh=phenomenon.label_zh,
        topic=phenomenon.topic,
        list_number=phenomenon.list_number,
        description=phenomenon.description,
    )


def claim_attributes(claim: Claim, phenomenon: Phenomenon | None, record: StatusRecord | None) -> Attributes:
    attributes = {"label": claim.label} | present(
        slug=claim.slug,
        phenomenon=claim.phenomenon,
        topic=phenomenon.topic if phenomenon else None,
        text=claim.text,
        origin=claim.origin,
        as_of=claim.as_of,
    )
    if record is None:
        return attributes
    return attributes | present(
        status=str(record.status),
        reason=record.reason,
        rule=record.rule,
        share=record.share,
        support_weight=record.support_weight,
        contradict_weight=record.contradict_weight,
        supporting_teams=record.supporting_teams,
        contradicting_teams=record.contradicting_teams,
        qualifying_teams=record.qualifying_teams,
        flags="; ".join(record.flags),
    )


def paper_attributes(paper: Paper, counts: Iterable[CitationCount]) -> Attributes:
    latest = max(counts, key=lambda count: count.date, default=None)
    return {"label": paper.title} | present(
        key=paper.key,
        authors="; ".join((*paper.authors, *(() if paper.authors_complete else ("et al.",)))),
        year=paper.year,
        month=paper.month,
        venue=paper.venue,
        type=paper.kind,
        arxiv=paper.arxiv,
        doi=paper.doi,
        url=paper.link,
        note=paper.note,
        citations=latest.citations if latest else None,
        influential_citations=latest.influential if latest else None,
        counted_on=latest.date if latest else None,
    )


def model_attributes(model: Model) -> Attributes:
    return {"label": model.label} | present(
        key=model.key,
        organisation=model.organisation,
        parameters=model.parameters,
        year=model.year,
        normalization=model.normalization,
        norm_placement=model.norm_placement,
        note=model.note,
        **_ends("parameters", model.parameter_range),
    )


def _ends(scale: str, span: Range | None) -> Mapping[str, float | None]:
    if span is None:
        return {}
    return {f"{scale}_minimum": span.minimum, f"{scale}_maximum": span.maximum}


def _conditions(conditions: Conditions) -> Attributes:
    return present(
        models="; ".join(conditions.models),
        datasets="; ".join(conditions.datasets),
        metric=conditions.metric,
        note=conditions.note,
        **_ends("parameters", conditions.parameters),
        **_ends("tokens", conditions.tokens),
        **_ends("compute", conditions.compute),
    )


def evidence_attributes(evidence: Evidence, strengths: Mapping[Strength, float]) -> Attributes:
    counted = evidence.review is Review.ACCEPTED
    return present(
        evidence=evidence.name,
        weight=strengths[evidence.strength] if counted else 0.0,
        counted=counted,
        strength=str(evidence.strength),
        review=str(evidence.review),
        checked=str(evidence.checked),
        confidence=str(evidence.confidence),
        finding=evidence.finding,
        locator=evidence.locator,
        quote=evidence.quote,
        read_in=evidence.read_in,
        origin=evidence.origin,
    ) | _conditions(evidence.conditions)


def citing_paper_attributes(paper: CitingPaper, name: str) -> Attributes:
    return {"label": paper.title} | present(
        key=name,
        authors="; ".join(paper.authors),
        year=paper.year,
        date=paper.date,
        venue=paper.venue,
        arxiv=paper.arxiv,
        doi=paper.doi,
        citations=paper.citation_count,
        influential_citations=paper.influential_count,
    )
