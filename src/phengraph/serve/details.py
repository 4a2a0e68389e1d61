"""One entry with all that belongs to it, as the JSON shape of its page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from phengraph.export.bibtex import bibtex_entry
from phengraph.serve import shapes
from phengraph.serve.rows import claim_row, evidence_row, model_row, note_row, paper_row, phenomenon_row, topic_row
from phengraph.serve.site import Site

Detail: TypeAlias = shapes.Shape


def detail(site: Site, kind: str, name: str) -> Detail | None:
    """All that the JSON of one entry tells; None when there is no such entry."""
    make = _DETAILS.get(kind)
    return None if make is None or name not in site.names(kind) else make(site, name)


def _topic(site: Site, name: str) -> Detail:
    topic = site.knowledge.topics[name]
    return shapes.TopicShape(
        **dict(topic_row(site, topic)),
        phenomenon_rows=tuple(phenomenon_row(site, one) for one in site.phenomena_of_topic.get(name, ())),
        claim_rows=tuple(claim_row(site, one) for one in site.claims_of_topic(name)),
    )


def _phenomenon(site: Site, name: str) -> Detail:
    phenomenon = site.knowledge.phenomena[name]
    return shapes.PhenomenonShape(
        **dict(phenomenon_row(site, phenomenon)),
        claim_rows=tuple(claim_row(site, one) for one in site.claims_of.get(phenomenon.slug, ())),
        notes=tuple(note_row(site, one) for one in site.notes_of.get(phenomenon.slug, ())),
    )


def _claim(site: Site, name: str) -> Detail:
    claim = site.knowledge.claims[name]
    evidence = site.evidence_of_claim.get(claim.slug, ())
    papers = dict.fromkeys(one.paper for one in evidence)
    known = site.knowledge.papers
    return shapes.ClaimShape(
        **dict(claim_row(site, claim)),
        evidence=tuple(evidence_row(site, one) for one in evidence),
        papers=tuple(paper_row(site, known[key]) for key in papers if key in known),
    )


def _paper(site: Site, name: str) -> Detail:
    paper = site.knowledge.papers[name]
    return shapes.PaperShape(
        **dict(paper_row(site, paper)),
        evidence=tuple(evidence_row(site, one) for one in site.evidence_of_paper.get(paper.key, ())),
        counts=tuple(
            shapes.CountShape(date=one.date, citations=one.citations, influential_citations=one.influential)
            for one in site.view.counts.get(paper.key, ())
        ),
        models=tuple(one.key for one in site.models_of_paper.get(paper.key, ())),
        phenomena=tuple(one.slug for one in site.phenomena_of_paper.get(paper.key, ())),
        bibtex=bibtex_entry(paper),
    )


def _model(site: Site, name: str) -> Detail:
    model = site.knowledge.models[name]
    return shapes.ModelShape(
        **dict(model_row(site, model)),
        phenomena=tuple(one.slug for one in site.phenomena_of_model.get(model.key, ())),
        evidence=tuple(evidence_row(site, one) for one in site.evidence_of_model.get(model.key, ())),
    )


def _author(site: Site, slug: str) -> Detail:
    return shapes.AuthorShape(
        slug=slug,
        iri=site.iri("author", slug),
        name=site.author_names[slug],
        papers=tuple(paper_row(site, one) for one in site.papers_of_author[slug]),
    )


def _dataset(site: Site, slug: str) -> Detail:
    return shapes.DatasetShape(
        slug=slug,
        iri=site.iri("dataset", slug),
        name=site.dataset_names[slug],
        evidence=tuple(evidence_row(site, one) for one in site.evidence_of_dataset[slug]),
    )


def _evidence(site: Site, name: str) -> Detail:
    return shapes.EvidenceShape(**dict(evidence_row(site, site.knowledge.evidence[name])))


def _note(site: Site, name: str) -> Detail:
    return shapes.NoteShape(**dict(note_row(site, site.knowledge.notes[name])))


_DETAILS: Mapping[str, Callable[[Site, str], Detail]] = {
    "topic": _topic,
    "phenomenon": _phenomenon,
    "claim": _claim,
    "evidence": _evidence,
    "paper": _paper,
    "model": _model,
    "author": _author,
    "dataset": _dataset,
    "note": _note,
}
