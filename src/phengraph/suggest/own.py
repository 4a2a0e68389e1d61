"""A project's own decisions as labels: what its curators said of papers whose citing sentences are in the records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from phengraph.curate.decisions import paper_names, standing
from phengraph.model import Decision, Knowledge, Stance, Verdict
from phengraph.suggest.gather import Gathered, Work
from phengraph.suggest.questions import Questions
from phengraph.suggest.stance import CONFIRMATION, CONTRAST

READINGS = {Stance.SUPPORTS: CONFIRMATION, Stance.CONTRADICTS: CONTRAST}
"""How the sentences of a paper read that does so to a claim; one that qualifies it or is inconclusive does neither."""


def works_by_name(gathered: Gathered) -> dict[str, Work]:
    """The papers by each name under which decisions may know them."""
    return {name: work for work in gathered.works for name in paper_names(work.paper)}


def readings_of(
    decisions: Iterable[Decision], knowledge: Knowledge, gathered: Gathered, questions: Questions
) -> Iterator[tuple[list[str], str | None]]:
    """The citing sentences of each accepted paper, and how its curator read it.

    Papers that are not about the claim say nothing of how their sentences read, and are left out.
    """
    works = works_by_name(gathered)
    for (slug, name), decision in sorted(standing(decisions).items()):
        claim, work = knowledge.claims.get(slug), works.get(name)
        if claim is None or work is None or decision.verdict is not Verdict.ACCEPTED or decision.stance is None:
            continue
        papers = questions.papers.get(claim.phenomenon, frozenset())
        texts = [text for citation in work.citations if citation.cited in papers for text in citation.texts]
        if texts:
            yield texts, READINGS.get(decision.stance)
