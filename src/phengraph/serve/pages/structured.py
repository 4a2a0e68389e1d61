"""schema.org descriptions of entries, for search engines and reference managers.

A claim is a `Claim`, and no `ClaimReview`: that type says that somebody checked a statement and rates its truth, while
a status here is counted by a small rule from findings of others, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from phengraph.export.csljson import csl_name
from phengraph.export.html_prose import plain
from phengraph.model import Claim, Paper, Stance
from phengraph.serve.site import Site

CONTEXT = "https://schema.org"


def describe_paper(site: Site, paper: Paper) -> dict[str, Any]:
    """A `ScholarlyArticle`."""
    identifiers = {"arXiv": paper.arxiv, "DOI": paper.doi, "OpenReview": paper.openreview}
    told: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "@id": site.iri("paper", paper.key),
        "name": paper.title,
        "headline": paper.title,
        "author": [_author(name) for name in paper.authors],
        "datePublished": _date(paper),
        "isPartOf": {"@type": "Periodical", "name": paper.venue} if paper.venue else None,
        "identifier": [
            {"@type": "PropertyValue", "propertyID": scheme, "value": value}
            for scheme, value in identifiers.items()
            if value
        ],
        "url": site.iri("paper", paper.key),
        "sameAs": _same(paper),
    }
    return _without_gaps(told)


def describe_claim(site: Site, claim: Claim) -> dict[str, Any]:
    """A `Claim`: where it appears, and what was published about it, for and against."""
    papers = site.knowledge.papers
    phenomenon = site.phenomenon_of(claim)
    supporting = dict.fromkeys(one.paper for one in site.evidence(claim.slug, Stance.SUPPORTS))
    told: dict[str, Any] = {
        "@type": "Claim",
        "@id": site.iri("claim", claim.slug),
        "name": plain(claim.label),
        "text": plain(claim.text),
        "url": site.iri("claim", claim.slug),
        "about": _term(site, phenomenon.slug, phenomenon.label) if phenomenon else None,
        "appearance": [_summary(site, papers[key]) for key in supporting if key in papers],
        "citation": [_summary(site, paper) for paper in site.papers_of_claim(claim.slug)],
        "isPartOf": _catalogue(site),
    }
    return _without_gaps(told)


def _phenomenon(site: Site, slug: str) -> dict[str, Any]:
    phenomenon = site.knowledge.phenomena[slug]
    told = _term(site, slug, phenomenon.label) | {
        "alternateName": phenomenon.label_zh,
        "description": plain(phenomenon.description)[:500],
        "termCode": phenomenon.list_number,
        "inDefinedTermSet": {"@type": "DefinedTermSet", "@id": site.iri("topic", phenomenon.topic)},
        "subjectOf": [
            {"@type": "Claim", "@id": site.iri("claim", one.slug), "name": plain(one.label)}
            for one in site.claims_of.get(slug, ())
        ],
    }
    return _without_gaps(told)


def _model(site: Site, key: str) -> dict[str, Any]:
    model = site.knowledge.models[key]
    paper = site.knowledge.papers.get(model.paper or "")
    told = {
        "@type": "SoftwareApplication",
        "@id": site.iri("model", key),
        "name": model.label,
        "applicationCategory": "Machine learning model",
        "creator": {"@type": "Organization", "name": model.organisation} if model.organisation else None,
        "datePublished": str(model.year) if model.year else None,
        "citation": _summary(site, paper) if paper else None,
        "url": site.iri("model", key),
    }
    return _without_gaps(told)


def _topic(site: Site, slug: str) -> dict[str, Any]:
    topic = site.knowledge.topics[slug]
    told = {
        "@type": "DefinedTermSet",
        "@id": site.iri("topic", slug),
        "name": topic.label,
        "alternateName": topic.label_zh,
        "url": site.iri("topic", slug),
        "hasDefinedTerm": [_term(site, one.slug, one.label) for one in site.phenomena_of_topic.get(slug, ())],
    }
    return _without_gaps(told)


def _person(site: Site, slug: str) -> dict[str, Any]:
    return {"@id": site.iri("author", slug), "url": site.iri("author", slug)} | _author(site.author_names[slug])


def _dataset(site: Site, slug: str) -> dict[str, Any]:
    node = site.iri("dataset", slug)
    return {"@type": "Dataset", "@id": node, "name": site.dataset_names[slug], "url": node}


_MAKERS: Mapping[str, Callable[[Site, str], dict[str, Any]]] = {
    "claim": lambda site, slug: describe_claim(site, site.knowledge.claims[slug]),
    "paper": lambda site, key: describe_paper(site, site.knowledge.papers[key]),
    "phenomenon": _phenomenon,
    "model": _model,
    "topic": _topic,
    "author": _person,
    "dataset": _dataset,
}


def describe_entry(site: Site, kind: str, name: str) -> dict[str, Any]:
    """An entry with a page of its own, for `<script type="application/ld+json">`."""
    return {"@context": CONTEXT} | _MAKERS[kind](site, name)


def describe_catalogue(site: Site) -> dict[str, Any]:
    """The whole as a `Dataset`, with the forms in which it can be taken away."""
    view = site.view
    told = {
        "@context": CONTEXT,
        **_catalogue(site),
        "description": view.description or view.title,
        "url": view.base,
        "identifier": view.base,
        "version": view.digest,
        "keywords": ["large language models", "scaling laws", "evidence", "citations"],
        "codeRepository": view.repository,
    }
    return _without_gaps(told)


def _catalogue(site: Site) -> dict[str, Any]:
    return {"@type": "Dataset", "@id": site.view.base, "name": site.view.title}


def _summary(site: Site, paper: Paper) -> dict[str, Any]:
    told = {
        "@type": "ScholarlyArticle",
        "@id": site.iri("paper", paper.key),
        "name": paper.title,
        "datePublished": _date(paper),
        "sameAs": _same(paper),
    }
    return _without_gaps(told)


def _term(site: Site, slug: str, label: str) -> dict[str, Any]:
    node = site.iri("phenomenon", slug)
    return {"@type": "DefinedTerm", "@id": node, "name": label, "url": node}


def _author(name: str) -> dict[str, Any]:
    parts = csl_name(name)
    if "family" not in parts:
        return {"@type": "Organization", "name": name}
    family = " ".join(part for part in (parts.get("non-dropping-particle"), parts["family"]) if part)
    return {"@type": "Person", "name": name, "familyName": family, "givenName": parts["given"]}


def _date(paper: Paper) -> str | None:
    if paper.year is None:
        return None
    return f"{paper.year:04}" if paper.month is None else f"{paper.year:04}-{paper.month:02}"


def _same(paper: Paper) -> list[str]:
    places = [
        f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None,
        f"https://doi.org/{paper.doi}" if paper.doi else None,
        paper.url,
    ]
    return [place for place in places if place]


def _without_gaps(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in told.items() if value not in (None, [], "")}
