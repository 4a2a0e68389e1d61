"""The lists behind the API and the index pages: entries that fit the filters, in the order asked for.

A name in a filter that is no entry is told and not answered with an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyoxigraph import NamedNode

from phengraph.model import Citation, Claim, Evidence, Model, Note, Paper, Phenomenon, Topic
from phengraph.problems import nearest
from phengraph.serve.parameters import (
    CitationParameters,
    ClaimParameters,
    EvidenceParameters,
    ModelParameters,
    NoteParameters,
    PaperParameters,
    PhenomenonParameters,
    TopicParameters,
    WrongParameters,
)
from phengraph.serve.search import fold, fold_words, has_words
from phengraph.serve.site import Site

# Filter -> the kind of entry that it names.
_NAMED = {"topic": "topic", "phenomenon": "phenomenon", "claim": "claim", "paper": "paper", "model": "model"}


def list_topics(site: Site, asked: TopicParameters) -> list[Topic]:
    return [one for one in site.knowledge.topics.values() if asked.aspect in (None, one.aspect)]


def list_phenomena(site: Site, asked: PhenomenonParameters) -> list[Phenomenon]:
    _check_names(site, asked)
    words = fold_words(asked.q or "")
    found = []
    for one in site.knowledge.phenomena.values():
        topic = site.topic_of(one)
        if (
            asked.topic in (None, one.topic)
            and (asked.model is None or asked.model in one.seen_in)
            and (asked.aspect is None or (topic is not None and topic.aspect == asked.aspect))
            and has_words(words, one.label, one.label_zh, one.description)
        ):
            found.append(one)
    return found


def list_claims(site: Site, asked: ClaimParameters) -> list[Claim]:
    _check_names(site, asked)
    words = fold_words(asked.q or "")
    found = [claim for claim in site.knowledge.claims.values() if _fits_claim(site, claim, asked, words)]
    order = _CLAIM_ORDERS.get(asked.sort)
    return sorted(found, key=lambda claim: order(site, claim)) if order else found


def _fits_claim(site: Site, claim: Claim, asked: ClaimParameters, words: Sequence[str]) -> bool:
    record, phenomenon = site.status(claim.slug), site.phenomenon_of(claim)
    evidence = site.evidence_of_claim.get(claim.slug, ())
    return (
        (not asked.status or (record is not None and record.status in asked.status))
        and asked.phenomenon in (None, claim.phenomenon)
        and (asked.topic is None or (phenomenon is not None and phenomenon.topic == asked.topic))
        and (asked.paper is None or any(one.paper == asked.paper for one in evidence))
        and (asked.model is None or any(asked.model in one.conditions.models for one in evidence))
        and has_words(
            words, claim.label, claim.text, phenomenon.label if phenomenon else "", *(one.finding for one in evidence)
        )
    )


def _newest(site: Site, claim: Claim) -> str:
    added = [site.view.added.get(one.name, "") for one in site.evidence_of_claim.get(claim.slug, ())]
    return max(added, default="")


def _backwards(text: str) -> tuple[int, ...]:
    """A key that sorts later texts first."""
    return tuple(-ord(character) for character in text)


def _share(site: Site, claim: Claim) -> float:
    record = site.status(claim.slug)
    return record.share if record else 0.5


def _minority(site: Site, claim: Claim) -> float:
    """The share of the lighter side's weight."""
    record = site.status(claim.slug)
    whole = record.support_weight + record.contradict_weight if record else 0.0
    return min(record.support_weight, record.contradict_weight) / whole if record and whole else 0.0


_CLAIM_ORDERS: dict[str, Callable[[Site, Claim], Any]] = {
    "divided": lambda site, claim: -_minority(site, claim),
    "support": _share,
    "-support": lambda site, claim: -_share(site, claim),
    "citations": lambda site, claim: -(site.citations_of_claim(claim.slug) or 0),
    "newest": lambda site, claim: _backwards(_newest(site, claim)),
    "label": lambda site, claim: fold(claim.label),
}


def list_evidence(site: Site, asked: EvidenceParameters) -> list[Evidence]:
    _check_names(site, asked)
    words = fold_words(asked.q or "")
    claims = site.knowledge.claims
    found = [
        one
        for one in site.knowledge.evidence.values()
        if asked.claim in (None, one.claim)
        and asked.paper in (None, one.paper)
        and (asked.phenomenon is None or (one.claim in claims and claims[one.claim].phenomenon == asked.phenomenon))
        and (asked.model is None or asked.model in one.conditions.models)
        and (not asked.stance or one.stance in asked.stance)
        and (not asked.strength or one.strength in asked.strength)
        and (not asked.review or one.review in asked.review)
        and (not asked.checked or one.checked in asked.checked)
        and has_words(words, one.finding, one.quote, one.conditions.note, one.conditions.metric, one.locator)
    ]
    if asked.sort == "newest":
        found.sort(key=lambda one: site.view.added.get(one.name, ""), reverse=True)
    return found


def list_papers(site: Site, asked: PaperParameters) -> list[Paper]:
    _check_names(site, asked)
    if asked.author is not None and asked.author not in site.papers_of_author:
        raise WrongParameters([_unknown(site, "author", "author", asked.author)], unknown=True)
    words = fold_words(asked.q or "")
    about = _papers_about(site, asked)
    found = [
        one
        for one in site.knowledge.papers.values()
        if (about is None or one.key in about)
        and (asked.from_year is None or (one.year is not None and one.year >= asked.from_year))
        and (asked.to_year is None or (one.year is not None and one.year <= asked.to_year))
        and has_words(words, one.title, *one.authors, one.venue, one.key, one.arxiv, one.doi)
    ]
    order = _PAPER_ORDERS.get(asked.sort)
    return sorted(found, key=lambda paper: order(site, paper)) if order else found


def _papers_about(site: Site, asked: PaperParameters) -> set[str] | None:
    """The keys that fit claim, phenomenon and author; None when none of them is asked for."""
    sets: list[set[str]] = []
    if asked.claim is not None:
        sets.append({one.paper for one in site.evidence_of_claim.get(asked.claim, ())})
    if asked.phenomenon is not None:
        sets.append({paper.key for paper in site.papers_of_phenomenon(asked.phenomenon)})
    if asked.author is not None:
        sets.append({paper.key for paper in site.papers_of_author[asked.author]})
    return set.intersection(*sets) if sets else None


def _cited(site: Site, paper: Paper) -> int:
    count = site.latest_count(paper.key)
    return count.citations if count else -1


_PAPER_ORDERS: dict[str, Callable[[Site, Paper], Any]] = {
    "title": lambda site, paper: fold(paper.title),
    "year": lambda site, paper: (paper.year is None, paper.year or 0, paper.month or 0),
    "-year": lambda site, paper: (paper.year is None, -(paper.year or 0), -(paper.month or 0)),
    "citations": lambda site, paper: -_cited(site, paper),
}


def list_models(site: Site, asked: ModelParameters) -> list[Model]:
    words = fold_words(asked.q or "")
    found = [
        one
        for one in site.knowledge.models.values()
        if (asked.organisation is None or fold(asked.organisation) == fold(one.organisation or ""))
        and asked.norm_placement in (None, one.norm_placement)
        and has_words(words, one.label, one.key, one.organisation, one.normalization)
    ]
    if asked.sort == "label":
        found.sort(key=lambda one: fold(one.label))
    elif asked.sort != "key":
        sign = -1 if asked.sort == "-year" else 1
        found.sort(key=lambda one: (one.year is None, sign * (one.year or 0)))
    return found


def list_notes(site: Site, asked: NoteParameters) -> list[Note]:
    _check_names(site, asked)
    words = fold_words(asked.q or "")
    return [
        one
        for one in site.knowledge.notes.values()
        if asked.phenomenon in (None, one.about) and has_words(words, one.list_says, one.fact)
    ]


def list_citations(site: Site, key: str, asked: CitationParameters) -> Sequence[tuple[NamedNode, Citation | None]]:
    """Who cites a paper, newest first, as nodes; with what was read of them where a filter had to read it."""
    nodes = site.citation_order(key)
    if asked.influential is None and asked.since is None and asked.sentences is None:
        return [(node, None) for node in nodes]
    found: list[tuple[NamedNode, Citation | None]] = []
    for node in nodes:
        one = site.citation(node, key)
        if asked.since is not None and one.seen < asked.since:
            break  # they are sorted by that day
        if asked.influential in (None, one.influential) and asked.sentences in (None, bool(one.contexts)):
            found.append((node, one))
    return found


def _check_names(site: Site, asked: Any) -> None:
    """Raises:
    WrongParameters: a filter names an entry that is not there.
    """
    errors = []
    for parameter, kind in _NAMED.items():
        name = getattr(asked, parameter, None)
        if name is not None and name not in site.names(kind):
            errors.append(_unknown(site, parameter, kind, name))
    if errors:
        raise WrongParameters(errors, unknown=True)


def _unknown(site: Site, parameter: str, kind: str, name: str) -> dict[str, str]:
    suggestion = nearest(name, site.names(kind))
    mend = f"; did you mean '{suggestion}'?" if suggestion else ""
    return {"parameter": parameter, "message": f"no {kind} is named '{name[:80]}'{mend}"}
