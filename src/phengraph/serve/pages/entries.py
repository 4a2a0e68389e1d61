"""What the page of each kind of entry shows: the values of its template, gathered from the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest
from typing import Any, TypeAlias

from phengraph.export.bibtex import bibtex_entry
from phengraph.identifiers import safe_url
from phengraph.model import Evidence, Paper, Review
from phengraph.serve.pages.citing import claim_bibtex, claim_citation, meta_tags, paper_citation
from phengraph.serve.pages.drawings import citation_curve, scale_axes
from phengraph.serve.rows import citation_row
from phengraph.serve.shapes import CitationRow
from phengraph.serve.site import Site

Values: TypeAlias = dict[str, Any]

_CITING = 6
_NEWEST = 4


@dataclass(frozen=True, slots=True)
class Citing:
    """One citation of a tracked paper."""

    cited: str
    row: CitationRow


def values_of(site: Site, kind: str, name: str) -> Values:
    """What `templates/KIND.html` names for one entry; `title` is that of the window."""
    return _VALUES[kind](site, name)


def bibtex_of(site: Site, kind: str, name: str) -> str | None:
    """The papers of an entry as BibTeX; None for a kind that has none."""
    if kind == "paper":
        papers: Iterable[Paper] = [site.knowledge.papers[name]]
    elif kind == "claim":
        papers = site.papers_of_claim(name)
    elif kind == "phenomenon":
        papers = site.papers_of_phenomenon(name)
    elif kind == "author":
        papers = site.papers_of_author[name]
    else:
        return None
    return "\n".join(map(bibtex_entry, papers))


def _claim(site: Site, slug: str) -> Values:
    claim = site.knowledge.claims[slug]
    phenomenon = site.phenomenon_of(claim)
    evidence = site.evidence_of_claim.get(slug, [])
    papers = site.papers_of_claim(slug)
    kept = [one for one in evidence if one.review in (Review.ACCEPTED, Review.PROPOSED)]
    tested = dict.fromkeys(key for one in kept for key in one.conditions.models)
    return {
        "title": claim.label,
        "claim": claim,
        "phenomenon": phenomenon,
        "topic": site.topic_of(phenomenon),
        "record": site.status(slug),
        "proposed": [one for one in evidence if one.review is Review.PROPOSED],
        "retired": [one for one in evidence if one.review in (Review.REJECTED, Review.RETIRED)],
        "axes": scale_axes(evidence),
        "papers": papers,
        "models": [*tested, *(key for key in (phenomenon.seen_in if phenomenon else ()) if key not in tested)],
        "siblings": [one for one in site.claims_of.get(claim.phenomenon, ()) if one.slug != slug],
        "curve": _curve(site, papers),
        "newest": _newest(site, kept),
        "citing": latest_citing(site, papers),
        "notes": site.notes_of.get(claim.phenomenon, []),
        "citation": claim_citation(site, claim),
        "bibtex": claim_bibtex(site, claim),
        "paper_bibtex": "\n".join(map(bibtex_entry, papers)),
    }


def _phenomenon(site: Site, slug: str) -> Values:
    phenomenon = site.knowledge.phenomena[slug]
    return {
        "title": phenomenon.label,
        "phenomenon": phenomenon,
        "topic": site.topic_of(phenomenon),
        "claims": site.claims_of.get(slug, []),
        "papers": site.papers_of_phenomenon(slug),
        "figures": [(url, one.caption) for one in phenomenon.figures if (url := safe_url(one.url))],
        "notes": site.notes_of.get(slug, []),
    }


def _paper(site: Site, key: str) -> Values:
    paper = site.knowledge.papers[key]
    published = None
    if paper.year is not None:
        published = f"{paper.year:04}" if paper.month is None else f"{paper.year:04}-{paper.month:02}"
    places = {
        f"arXiv:{paper.arxiv}": f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None,
        f"doi:{paper.doi}": f"https://doi.org/{paper.doi}" if paper.doi else None,
        "OpenReview": f"https://openreview.net/forum?id={paper.openreview}" if paper.openreview else None,
        "web page": paper.url,
    }
    evidence = site.evidence_of_paper.get(key, [])
    return {
        "title": paper.title,
        "paper": paper,
        "published": published,
        "count": site.latest_count(key),
        "identifiers": [(label, url) for label, place in places.items() if place and (url := safe_url(place))],
        "evidence": evidence,
        "axes": scale_axes(evidence),
        "curve": _curve(site, [paper]),
        "citing": latest_citing(site, [paper]),
        "citing_total": len(site.citation_order(key)),
        "models": site.models_of_paper.get(key, []),
        "phenomena": site.phenomena_of_paper.get(key, []),
        "citation": paper_citation(paper),
        "bibtex": bibtex_entry(paper),
        "tags": list(meta_tags(paper)),
    }


def _model(site: Site, key: str) -> Values:
    evidence = site.evidence_of_model.get(key, [])
    return {
        "title": site.knowledge.models[key].label,
        "model": site.knowledge.models[key],
        "evidence": evidence,
        "axes": scale_axes(evidence),
        "phenomena": site.phenomena_of_model.get(key, []),
    }


def _topic(site: Site, slug: str) -> Values:
    topic = site.knowledge.topics[slug]
    return {"title": topic.label, "topic": topic, "phenomena": site.phenomena_of_topic.get(slug, [])}


def _author(site: Site, slug: str) -> Values:
    name = site.author_names[slug]
    return {"title": name, "slug": slug, "name": name, "papers": site.papers_of_author[slug]}


def _dataset(site: Site, slug: str) -> Values:
    name = site.dataset_names[slug]
    return {"title": name, "slug": slug, "name": name, "evidence": site.evidence_of_dataset[slug]}


_VALUES: Mapping[str, Callable[[Site, str], Values]] = {
    "claim": _claim,
    "phenomenon": _phenomenon,
    "paper": _paper,
    "model": _model,
    "topic": _topic,
    "author": _author,
    "dataset": _dataset,
}


def _curve(site: Site, papers: Iterable[Paper]) -> Any:
    return citation_curve(site.view.counts.get(paper.key, ()) for paper in papers)


def _newest(site: Site, evidence: Iterable[Evidence]) -> list[Evidence]:
    """The findings that were committed last."""
    dated = [one for one in evidence if one.name in site.view.added]
    return nlargest(_NEWEST, dated, key=lambda one: site.view.added[one.name])


def latest_citing(site: Site, papers: Iterable[Paper]) -> list[Citing]:
    """The papers that were last seen to cite one of these, those with a sentence first among those of a day."""
    found = (
        Citing(paper.key, citation_row(site, node, site.citation(node, paper.key)))
        for paper in papers
        for node in site.citation_order(paper.key)[:_CITING]
    )
    return nlargest(_CITING, found, key=lambda one: (one.row.seen, bool(one.row.sentences), one.row.influential))
