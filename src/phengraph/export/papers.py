"""Which papers an export of papers holds: all, or those that bear on one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phengraph.model import Knowledge, Paper
from phengraph.problems import UnknownName, nearest

if TYPE_CHECKING:
    from phengraph.views import View


def chosen_papers(view: View, about: str | None) -> list[Paper]:
    """Papers by key: all, or those about a topic, phenomenon, claim, model or paper.

    Of a topic, phenomenon or claim: the papers of its evidence, whatever their stance and review, and those that the
    source list cites for it. Of a model: the paper that introduces it, and those whose findings were tested on it.

    Raises:
        UnknownName: no entry has this slug or key; carries the nearest.
    """
    knowledge = view.knowledge
    if about is None:
        return [knowledge.papers[key] for key in sorted(knowledge.papers)]
    return [knowledge.papers[key] for key in sorted(_keys_about(knowledge, about) & knowledge.papers.keys())]


def _keys_about(knowledge: Knowledge, name: str) -> set[str]:
    if name in knowledge.papers:
        return {name}
    if name in knowledge.models:
        introduced = knowledge.models[name].paper
        tested = {reading.paper for reading in knowledge.evidence.values() if name in reading.conditions.models}
        return tested | ({introduced} if introduced else set())
    if name in knowledge.claims:
        claims, phenomena = {name}, set()
    elif name in knowledge.phenomena or name in knowledge.topics:
        phenomena = {one.slug for one in knowledge.phenomena.values() if name in (one.slug, one.topic)}
        claims = {claim.slug for claim in knowledge.claims.values() if claim.phenomenon in phenomena}
    else:
        known = [*knowledge.claims, *knowledge.phenomena, *knowledge.topics, *knowledge.papers, *knowledge.models]
        raise UnknownName("entry", name, nearest(name, known))
    cited = {key for slug in phenomena for key in knowledge.phenomena[slug].listed_papers}
    return cited | {reading.paper for reading in knowledge.evidence.values() if reading.claim in claims}
