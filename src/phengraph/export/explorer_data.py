"""The content of explorer.json, from the dataset: the knowledge, what follows from it, and where it is drawn.

It reads no clock: the same dataset gives the same bytes. What the dataset itself does not hold, the named queries and
the weights of the status rule, comes from the project in whose cache the dataset lies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import pyoxigraph
from pyoxigraph import NamedNode, Store

from phengraph import vocabulary
from phengraph.export import explorer_form as form
from phengraph.export.bibtex import bibtex_entry
from phengraph.identifiers import safe_url
from phengraph.layout import positions
from phengraph.model import Citation, CitingPaper, Conditions, Evidence, Paper, Range
from phengraph.moves import status_moves
from phengraph.network import build_network
from phengraph.project import Project
from phengraph.query.named import read_queries
from phengraph.settings import StatusSettings
from phengraph.status import RULE
from phengraph.views import View, read_all_citations, read_view

if TYPE_CHECKING:
    from phengraph.dataset import Dataset


def explorer_graph(dataset: Dataset) -> form.ExplorerGraph:
    """Everything that the page shows, in the order of the view.

    Links are http or https or absent; texts are as people and Semantic Scholar wrote them, and the page shows them as
    text. Some seconds with 50,000 citing papers, most of them for the layout.
    """
    view = read_view(dataset)
    knowledge = view.knowledge
    project = dataset.project
    settings = project.settings.status if project else StatusSettings()
    by_paper = read_all_citations(dataset)
    citations = [citation for key in knowledge.papers for citation in by_paper.get(key, ())]
    current = [citation for citation in citations if citation.removed is None]
    places = positions(build_network(view, citations=current, weights=settings))
    citing, cited = _citations(view, citations, places)
    history, changes = _history(project)
    return form.ExplorerGraph(
        format=form.FORMAT,
        title=view.title,
        description=view.description,
        base=view.base,
        repository=safe_url(view.repository) if view.repository else None,
        branch=view.branch,
        digest=view.digest,
        rule=form.Rule(version=RULE, **settings.model_dump()),
        prefixes=vocabulary.base_prefixes(view.base),
        topics=tuple(
            form.Topic(slug=one.slug, label=one.label, label_zh=one.label_zh, aspect=one.aspect, number=one.number)
            for one in knowledge.topics.values()
        ),
        phenomena=tuple(
            form.Phenomenon(
                slug=one.slug,
                label=one.label,
                label_zh=one.label_zh,
                topic=one.topic,
                list_number=one.list_number,
                seen_in=one.seen_in,
                listed_papers=one.listed_papers,
                description=one.description,
                figures=tuple(form.Figure(url=figure.url, caption=figure.caption) for figure in one.figures),
                path=one.source.path,
                line=one.source.line,
            )
            for one in knowledge.phenomena.values()
        ),
        claims=tuple(_claims(view)),
        evidence=tuple(_evidence(one, view.added.get(one.name)) for one in knowledge.evidence.values()),
        papers=tuple(_paper(one, view) for one in knowledge.papers.values()),
        models=tuple(
            form.Model(
                key=one.key,
                label=one.label,
                organisation=one.organisation,
                parameters=one.parameters,
                parameter_range=_scale(one.parameter_range),
                year=one.year,
                normalization=one.normalization,
                norm_placement=one.norm_placement,
                paper=one.paper,
                checked_with=one.checked_with,
                confidence=one.confidence,
                note=one.note,
            )
            for one in knowledge.models.values()
        ),
        notes=tuple(
            form.ListNote(
                slug=one.slug,
                about=one.about,
                list_says=one.list_says,
                fact=one.fact,
                checked_with=one.checked_with,
                confidence=one.confidence,
            )
            for one in knowledge.notes.values()
        ),
        citing_papers=citing,
        citations=cited,
        status_changes=changes,
        history=history,
        queries=tuple(_queries(project)),
        vocabulary=tuple(_vocabulary(dataset.store, view.base)),
        positions={node: _rounded(place) for node, place in places.items() if not node.startswith("work/")},
    )


def explorer_json(dataset: Dataset) -> bytes:
    """explorer.json as UTF-8, without spaces."""
    return explorer_graph(dataset).model_dump_json(by_alias=True).encode()


def _rounded(place: tuple[float, float]) -> tuple[float, float]:
    return round(place[0], 1), round(place[1], 1)


def _scale(span: Range | None) -> form.Scale | None:
    return None if span is None else (span.minimum, span.maximum)


def _claims(view: View) -> Iterator[form.Claim]:
    for one in view.knowledge.claims.values():
        record = view.statuses[one.slug]
        yield form.Claim(
            slug=one.slug,
            phenomenon=one.phenomenon,
            label=one.label,
            text=one.text,
            origin=one.origin,
            as_of=one.as_of,
            path=one.source.path,
            line=one.source.line,
            status=form.StatusRecord(
                status=record.status,
                rule=record.rule,
                reason=record.reason,
                supporting_teams=record.supporting_teams,
                contradicting_teams=record.contradicting_teams,
                qualifying_teams=record.qualifying_teams,
                support_weight=record.support_weight,
                contradict_weight=record.contradict_weight,
                share=record.share,
                flags=record.flags,
            ),
        )


def _conditions(conditions: Conditions) -> form.Conditions:
    return form.Conditions(
        parameters=_scale(conditions.parameters),
        tokens=_scale(conditions.tokens),
        compute=_scale(conditions.compute),
        models=conditions.models,
        datasets=conditions.datasets,
        metric=conditions.metric,
        note=conditions.note,
    )


def _evidence(one: Evidence, added: str | None) -> form.Evidence:
    return form.Evidence(
        name=one.name,
        claim=one.claim,
        paper=one.paper,
        stance=one.stance,
        finding=one.finding,
        locator=one.locator,
        conditions=_conditions(one.conditions),
        strength=one.strength,
        checked=one.checked,
        confidence=one.confidence,
        review=one.review,
        origin=one.origin,
        quote=one.quote,
        read_in=one.read_in,
        added=added,
        path=one.source.path,
        line=one.source.line,
    )


def _paper(one: Paper, view: View) -> form.Paper:
    return form.Paper(
        key=one.key,
        title=one.title,
        authors=one.authors,
        authors_complete=one.authors_complete,
        year=one.year,
        month=one.month,
        venue=one.venue,
        kind=one.kind,
        arxiv=one.arxiv,
        doi=one.doi,
        openreview=one.openreview,
        corpus_id=one.corpus_id,
        link=safe_url(one.link) if one.link else None,
        note=one.note,
        checks=dict(one.checks),
        bibtex=bibtex_entry(one),
        counts=tuple((count.date, count.citations, count.influential) for count in view.counts.get(one.key, ())),
    )


def _citations(
    view: View, citations: Iterable[Citation], places: Mapping[str, tuple[float, float]]
) -> tuple[tuple[form.CitingPaper, ...], tuple[form.Citation, ...]]:
    """Citing papers once each, in the order of their ids, and the citations that name them by place."""
    tracked = {
        identifier: paper.key
        for paper in view.knowledge.papers.values()
        for identifier in _identifiers(paper.arxiv, paper.doi, paper.corpus_id)
    }
    works: dict[str, CitingPaper] = {}
    placed: list[tuple[Citation, str | None, str]] = []
    for citation in citations:
        one = citation.citing
        key = next((tracked[i] for i in _identifiers(one.arxiv, one.doi, one.corpus_id) if i in tracked), None)
        name = one.s2_id or f"CorpusId:{one.corpus_id}"
        if key is None:
            works[name] = one
        placed.append((citation, key, name))
    place = {name: index for index, name in enumerate(sorted(works))}
    papers = tuple(
        form.CitingPaper(
            id=name,
            title=works[name].title,
            authors=works[name].authors,
            year=works[name].year,
            date=works[name].date,
            venue=works[name].venue,
            link=_citing_link(works[name]),
            at=_rounded(places[node]) if (node := f"work/{name}") in places else None,
        )
        for name in place
    )
    return papers, tuple(
        form.Citation(
            cited=citation.cited,
            citing=None if key else place[name],
            citing_key=key,
            contexts=tuple(form.Context(text=one.text, intents=one.intents) for one in citation.contexts),
            influential=citation.influential,
            seen=citation.seen,
            removed=citation.removed,
        )
        for citation, key, name in placed
    )


def _identifiers(arxiv: str | None, doi: str | None, corpus_id: int | None) -> Iterator[str]:
    if arxiv:
        yield f"arxiv:{arxiv}"
    if doi:
        yield f"doi:{doi.lower()}"
    if corpus_id is not None:
        yield f"corpusid:{corpus_id}"


def _citing_link(paper: CitingPaper) -> str | None:
    if paper.arxiv:
        return safe_url(f"https://arxiv.org/abs/{paper.arxiv}")
    if paper.doi:
        return safe_url(f"https://doi.org/{paper.doi}")
    if paper.corpus_id is not None:
        return f"https://api.semanticscholar.org/CorpusID:{paper.corpus_id}"
    return None


def _history(project: Project | None) -> tuple[form.History | None, tuple[form.StatusChange, ...]]:
    """How statuses moved by the project's commits, and from when on that is known."""
    moves = status_moves(project) if project else None
    if moves is None:
        return None, ()
    changes = tuple(
        form.StatusChange(date=move.day, claim=move.claim, before=move.before, after=move.after) for move in moves.moves
    )
    return form.History(since=moves.since, whole=moves.whole), changes


def _queries(project: Project | None) -> Iterator[form.NamedQuery]:
    if project is None:
        return
    for query in read_queries(project.queries).values():
        yield form.NamedQuery(name=query.name, title=query.title, comment=query.description, text=query.text)


_KINDS: Mapping[str, Literal["class", "property"]] = {
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
}


def _vocabulary(store: Store, base: str) -> Iterator[form.Term]:
    """The terms of the ontology with what it says of them, then other properties that the quads use."""
    label, comment = (NamedNode(vocabulary.expand(name)) for name in ("rdfs:label", "rdfs:comment"))
    prefer = NamedNode(vocabulary.expand("skos:prefLabel"))
    known: dict[str, form.Term] = {}
    kinds = {vocabulary.expand(name): kind for name, kind in _KINDS.items()}
    for quad in store.quads_for_pattern(None, NamedNode(vocabulary.expand("rdf:type")), None, None):
        subject, type_ = quad.subject, quad.object
        if not isinstance(subject, NamedNode) or not subject.value.startswith(vocabulary.PH):
            continue
        kind = kinds.get(type_.value) if isinstance(type_, NamedNode) else None
        name = f"ph:{subject.value.removeprefix(vocabulary.PH)}"
        if kind is None and name in known:
            continue
        known[name] = form.Term(
            name=name,
            kind=kind or "individual",
            label=_english(store, subject, label) or _english(store, subject, prefer),
            comment=_english(store, subject, comment),
        )
    short = sorted(vocabulary.PREFIXES.items(), key=lambda pair: -len(pair[1]))
    for predicate in _predicates(store):
        found = next(((prefix, iri) for prefix, iri in short if predicate.startswith(iri)), None)
        if found and not predicate.startswith((vocabulary.PH, base)):
            name = f"{found[0]}:{predicate.removeprefix(found[1])}"
            known.setdefault(name, form.Term(name=name, kind="property", label="", comment=""))
    yield from (known[name] for name in sorted(known))


def _predicates(store: Store) -> set[str]:
    rows = store.query("SELECT DISTINCT ?p { ?s ?p ?o }", use_default_graph_as_union=True)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return {row["p"].value for row in rows if isinstance(row["p"], NamedNode)}


def _english(store: Store, subject: NamedNode, predicate: NamedNode) -> str:
    for quad in store.quads_for_pattern(subject, predicate, None, None):
        if isinstance(quad.object, pyoxigraph.Literal) and quad.object.language in ("en", None):
            return quad.object.value
    return ""
