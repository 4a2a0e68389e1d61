"""Entries of a site as the JSON shapes that programs get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import NamedNode

from phengraph.identifiers import iri_name
from phengraph.model import Citation, Claim, Evidence, Model, Note, Paper, Phenomenon, Range, Review, Source, Topic
from phengraph.serve import shapes
from phengraph.serve.places import edit_address
from phengraph.serve.site import Site
from phengraph.vocabulary import expand


def place(site: Site, source: Source) -> shapes.Place:
    return shapes.Place(file=source.path, line=source.line, edit=edit_address(site.view, source))


def topic_row(site: Site, topic: Topic) -> shapes.TopicRow:
    return shapes.TopicRow(
        slug=topic.slug,
        iri=site.iri("topic", topic.slug),
        label=topic.label,
        label_zh=topic.label_zh,
        aspect=topic.aspect,
        number=topic.number,
        phenomena=tuple(one.slug for one in site.phenomena_of_topic.get(topic.slug, ())),
    )


def phenomenon_row(site: Site, phenomenon: Phenomenon) -> shapes.PhenomenonRow:
    topic = site.topic_of(phenomenon)
    return shapes.PhenomenonRow(
        slug=phenomenon.slug,
        iri=site.iri("phenomenon", phenomenon.slug),
        label=phenomenon.label,
        label_zh=phenomenon.label_zh,
        topic=phenomenon.topic,
        topic_label=topic.label if topic else None,
        aspect=topic.aspect if topic else None,
        list_number=phenomenon.list_number,
        description=phenomenon.description,
        seen_in=phenomenon.seen_in,
        listed_papers=phenomenon.listed_papers,
        claims=tuple(one.slug for one in site.claims_of.get(phenomenon.slug, ())),
        figures=tuple(shapes.FigureShape(url=one.url, caption=one.caption) for one in phenomenon.figures),
        place=place(site, phenomenon.source),
    )


def claim_row(site: Site, claim: Claim) -> shapes.ClaimRow:
    phenomenon = site.phenomenon_of(claim)
    record = site.status(claim.slug)
    evidence = site.evidence_of_claim.get(claim.slug, ())
    return shapes.ClaimRow(
        slug=claim.slug,
        iri=site.iri("claim", claim.slug),
        phenomenon=claim.phenomenon,
        phenomenon_label=phenomenon.label if phenomenon else None,
        topic=phenomenon.topic if phenomenon else None,
        label=claim.label,
        text=claim.text,
        status=record.status if record else None,
        reason=record.reason if record else None,
        rule=record.rule if record else None,
        flags=record.flags if record else (),
        support_share=record.share if record else None,
        support_weight=record.support_weight if record else None,
        contradict_weight=record.contradict_weight if record else None,
        supporting_teams=record.supporting_teams if record else None,
        contradicting_teams=record.contradicting_teams if record else None,
        qualifying_teams=record.qualifying_teams if record else None,
        **_stances(evidence),
        proposed=sum(one.review is Review.PROPOSED for one in evidence),
        citations=site.citations_of_claim(claim.slug),
        origin=claim.origin,
        as_of=claim.as_of,
        place=place(site, claim.source),
    )


def evidence_row(site: Site, one: Evidence) -> shapes.EvidenceRow:
    claim = site.knowledge.claims.get(one.claim)
    conditions = one.conditions
    return shapes.EvidenceRow(
        name=one.name,
        iri=site.iri("evidence", one.name),
        claim=one.claim,
        phenomenon=claim.phenomenon if claim else None,
        paper=one.paper,
        stance=one.stance,
        strength=one.strength,
        review=one.review,
        checked=one.checked,
        confidence=one.confidence,
        finding=one.finding,
        locator=one.locator,
        quote=one.quote,
        **_ends("parameters", conditions.parameters),
        **_ends("tokens", conditions.tokens),
        **_ends("compute", conditions.compute),
        models=conditions.models,
        datasets=conditions.datasets,
        metric=conditions.metric,
        note=conditions.note,
        read_in=one.read_in,
        origin=one.origin,
        added=site.view.added.get(one.name),
        place=place(site, one.source),
    )


def paper_row(site: Site, paper: Paper) -> shapes.PaperRow:
    count = site.latest_count(paper.key)
    return shapes.PaperRow(
        key=paper.key,
        iri=site.iri("paper", paper.key),
        title=paper.title,
        authors=paper.authors,
        authors_complete=paper.authors_complete,
        year=paper.year,
        month=paper.month,
        venue=paper.venue,
        type=paper.kind,
        arxiv=paper.arxiv,
        doi=paper.doi,
        openreview=paper.openreview,
        corpus_id=paper.corpus_id,
        url=paper.url,
        link=paper.link,
        note=paper.note,
        **_stances(site.evidence_of_paper.get(paper.key, ())),
        citations=count.citations if count else None,
        influential_citations=count.influential if count else None,
        counted_on=count.date if count else None,
        checks=dict(paper.checks),
        place=place(site, paper.source),
    )


def model_row(site: Site, model: Model) -> shapes.ModelRow:
    return shapes.ModelRow(
        key=model.key,
        iri=site.iri("model", model.key),
        label=model.label,
        organisation=model.organisation,
        parameters=model.parameters,
        **_ends("parameters", model.parameter_range),
        year=model.year,
        normalization=model.normalization,
        norm_placement=model.norm_placement,
        paper=model.paper,
        checked_with=model.checked_with,
        confidence=model.confidence,
        note=model.note,
        place=place(site, model.source),
    )


def note_row(site: Site, note: Note) -> shapes.NoteRow:
    return shapes.NoteRow(
        slug=note.slug,
        iri=site.iri("note", note.slug),
        phenomenon=note.about or None,
        list_says=note.list_says,
        fact=note.fact,
        checked_with=note.checked_with,
        confidence=note.confidence,
        place=place(site, note.source),
    )


def citation_row(site: Site, node: NamedNode, citation: Citation) -> shapes.CitationRow:
    citing = citation.citing
    links = {"https://arxiv.org/abs/": citing.arxiv, "https://doi.org/": citing.doi}
    link = next((prefix + value for prefix, value in links.items() if value), citing.open_access)
    if link is None and citing.s2_id:
        link = f"https://www.semanticscholar.org/paper/{citing.s2_id}"
    return shapes.CitationRow(
        iri=node.value,
        title=citing.title,
        authors=citing.authors,
        year=citing.year,
        date=citing.date,
        venue=citing.venue,
        arxiv=citing.arxiv,
        doi=citing.doi,
        link=link,
        paper=_tracked(site, node),
        sentences=tuple(shapes.SentenceShape(text=one.text, intents=one.intents) for one in citation.contexts),
        influential=citation.influential,
        citation_count=citing.citation_count,
        seen=citation.seen,
        removed=citation.removed,
    )


def _tracked(site: Site, node: NamedNode) -> str | None:
    """The key of the citing paper where it is one of ours."""
    store = site.dataset.store
    for quad in store.quads_for_pattern(node, NamedNode(expand("cito:hasCitingEntity")), None, None):
        if isinstance(quad.object, NamedNode):
            return iri_name(site.view.base, "paper", quad.object.value)
    return None


def _stances(evidence: Iterable[Evidence]) -> dict[str, int]:
    counts = Counter(one.stance.value for one in evidence if one.review is Review.ACCEPTED)
    return {name: counts[name] for name in ("supports", "contradicts", "qualifies", "inconclusive")}


def _ends(name: str, span: Range | None) -> dict[str, float | None]:
    return {
        f"min_{name}": span.minimum if span else None,
        f"max_{name}": span.maximum if span else None,
    }
