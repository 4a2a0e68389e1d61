"""The typed values read back from the dataset: where everything that is shown starts.

`read_view` gives exactly the `Knowledge` that `curate` read from the files (a law that a property test holds), with
what was derived from it. It reads the quads of a snapshot once, in the order of its file, and asks no store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Store

from phengraph.dataset import Dataset
from phengraph.entries import Entries, Properties, short_name
from phengraph.identifiers import iri_name
from phengraph.model import Citation, CitationCount, CitingPaper, Context, Knowledge, Status, StatusRecord
from phengraph.quads.citations import INTENT_CONTEXTS
from phengraph.quads.derived import status_term
from phengraph.quads.terms import entry, split_names, term
from phengraph.status import FLAGS
from phengraph.vocabulary import expand


@dataclass(frozen=True)
class View:
    """What a dataset says, as values of the model."""

    knowledge: Knowledge
    statuses: Mapping[str, StatusRecord]
    """By claim, in the order of the claims."""
    counts: Mapping[str, tuple[CitationCount, ...]]
    """By paper that has any, each in the order of the dates."""
    added: Mapping[str, str]
    """Evidence name -> when its line was committed, `2026-09-01T10:00:00Z`; without those that git does not know."""
    added_by: Mapping[str, str]
    """Evidence name -> the name of who committed it."""
    health: Mapping[str, str]
    """Paper key -> `ok`, `unknown`, `merged` or `incomplete`: what Semantic Scholar has of it, where it was asked."""
    base: str
    title: str
    description: str
    repository: str | None
    branch: str
    digest: str


def read_view(dataset: Dataset) -> View:
    """Everything but the citations, as typed values; some seconds at 31,000 pieces of evidence."""
    entries = Entries(dataset.read_knowledge_quads(), dataset.base)
    knowledge = entries.knowledge()
    records = {record.claim: record for record in map(_read_status, entries.of_kind("ph:StatusRecord"))}
    counts: dict[str, list[CitationCount]] = defaultdict(list)
    for iri, said in entries.iris_of_kind("c4o:GlobalCitationCount"):
        count = _read_count(iri, said, dataset.base)
        counts[count.paper].append(count)
    evidence = [(name, said) for name, said in entries.of_kind("ph:Evidence") if "prov:generatedAtTime" in said.values]
    contents = dataset.contents
    return View(
        knowledge=knowledge,
        statuses={slug: records[slug] for slug in knowledge.claims if slug in records},
        counts={key: tuple(sorted(counts[key])) for key in sorted(counts)},
        added={name: said.must("prov:generatedAtTime") for name, said in evidence},
        added_by={
            name: entries.properties(said.must("prov:wasAttributedTo")).must("foaf:name")
            for name, said in evidence
            if "prov:wasAttributedTo" in said.values
        },
        health={
            key: said.must("ph:sourceHealth")
            for key, said in entries.of_kind("ph:Paper")
            if "ph:sourceHealth" in said.values
        },
        base=contents.base,
        title=contents.title,
        description=contents.description,
        repository=contents.repository,
        branch=contents.branch,
        digest=contents.digest,
    )


def read_citations(dataset: Dataset, key: str) -> tuple[Citation, ...]:
    """Who cites a tracked paper, newest first seen first, then by title; removed ones too, with `removed` set.

    The sentences of a citation are in the order of the alphabet. A citing paper that is itself tracked comes with what
    its own entry says. For many papers `read_all_citations` is quicker.
    """
    return tuple(read_citation(dataset, node, key) for node in citation_nodes(dataset, key))


def read_all_citations(dataset: Dataset) -> Mapping[str, tuple[Citation, ...]]:
    """What `read_citations` gives, of every tracked paper that has any, by key in the order of the alphabet.

    It reads the quads of the snapshot once and asks no store, which takes an eighth of the time.
    """
    citations, works, tracked = f"{dataset.base}citation/", f"{dataset.base}work/", f"{dataset.base}paper/"
    edges: list[tuple[str, Properties]] = []
    citing: dict[str, CitingPaper] = {}
    wanted: set[str] = set()
    # All quads of a citation stand together, and so do those that describe a citing paper.
    for subject, said in _by_subject(dataset.read_citation_quads()):
        if subject.startswith(works):
            # What it cites is told at each citation, who it is only once.
            if "rdf:type" in said.values:
                citing[subject] = _read_citing_paper(said)
        elif subject.startswith(citations):
            edges.append((subject, said))
            paper = said.must("cito:hasCitingEntity")
            if paper.startswith(tracked):
                wanted.add(paper)
    citing |= {name: _read_citing_paper(said) for name, said in _said_of(dataset.read_knowledge_quads(), wanted)}
    found: dict[str, list[Citation]] = defaultdict(list)
    while edges:
        subject, said = edges.pop()
        name = iri_name(dataset.base, "citation", subject)
        assert name is not None
        key = name.rpartition("/")[0]
        found[key].append(_read_citation(said, key, citing[said.must("cito:hasCitingEntity")]))
    return {key: tuple(_newest_first(found[key])) for key in sorted(found)}


def _by_subject(quads: Iterable[Quad]) -> Iterator[tuple[str, Properties]]:
    """The values of each run of quads with one subject."""
    short: dict[str, str] = {}
    subject, said = "", Properties()
    for quad in quads:
        node, value = quad.subject, quad.object
        if not isinstance(node, NamedNode) or not isinstance(value, (NamedNode, Literal)):
            continue
        if node.value != subject:
            if said.values:
                yield subject, said
            subject, said = node.value, Properties()
        predicate = quad.predicate.value
        name = short.get(predicate)
        if name is None:
            name = short[predicate] = short_name(predicate)
        values = said.values.get(name)
        if values is None:
            said.values[name] = [value.value]
        else:
            values.append(value.value)
    if said.values:
        yield subject, said


def _said_of(quads: Iterable[Quad], subjects: Collection[str]) -> Iterator[tuple[str, Properties]]:
    """The values of these subjects, wherever their quads stand."""
    gathered: dict[str, Properties] = {subject: Properties() for subject in subjects}
    if gathered:
        for subject, said in _by_subject(quads):
            if subject in gathered:
                for name, values in said.values.items():
                    gathered[subject].values.setdefault(name, []).extend(values)
    yield from gathered.items()


def _newest_first(citations: Iterable[Citation]) -> list[Citation]:
    placed = sorted(citations, key=lambda one: (one.citing.title, one.citing.s2_id))
    placed.sort(key=lambda one: one.seen, reverse=True)
    return placed


def citation_nodes(dataset: Dataset, key: str) -> tuple[NamedNode, ...]:
    """The nodes of `read_citations` in its order, for a reader who wants a few of many: see `read_citation`."""
    store = dataset.store

    def text(subject: NamedNode, predicate: str) -> str:
        found = next(store.quads_for_pattern(subject, term(predicate), None, None), None)
        return found.object.value if found is not None and isinstance(found.object, NamedNode | Literal) else ""

    placed = []
    cited = entry(dataset.base, "paper", key)
    for quad in store.quads_for_pattern(None, term("cito:hasCitedEntity"), cited, None):
        if isinstance(quad.subject, NamedNode):
            citing = NamedNode(text(quad.subject, "cito:hasCitingEntity"))
            order = text(citing, "dcterms:title"), text(citing, "ph:semanticScholarId")
            placed.append((text(quad.subject, "ph:seen"), order, quad.subject))
    placed.sort(key=lambda one: one[1])
    placed.sort(key=lambda one: one[0], reverse=True)
    return tuple(node for _, _, node in placed)


def _read_status(one: tuple[str, Properties]) -> StatusRecord:
    slug, said = one
    statuses = {expand(status_term(status)): status for status in Status}
    return StatusRecord(
        claim=slug,
        status=statuses[said.must("ph:status")],
        rule=said.must("ph:rule"),
        reason=said.must("ph:reason"),
        supporting_teams=int(said.must("ph:supportingTeams")),
        contradicting_teams=int(said.must("ph:contradictingTeams")),
        qualifying_teams=int(said.must("ph:qualifyingTeams")),
        support_weight=float(said.must("ph:supportWeight")),
        contradict_weight=float(said.must("ph:contradictWeight")),
        share=float(said.must("ph:supportShare")),
        flags=tuple(flag for flag in FLAGS if flag in said.values.get("ph:flag", ())),
    )


def _read_count(iri: str, said: Properties, base: str) -> CitationCount:
    name = iri_name(base, "count", iri)
    assert name is not None
    return CitationCount(
        paper=name.rsplit("/", 1)[0],
        date=said.must("c4o:hasGlobalCountDate"),
        citations=int(said.must("c4o:hasGlobalCountValue")),
        influential=int(said.must("ph:influentialCitationCount")),
    )


def _said(store: Store, subject: NamedNode) -> Properties:
    properties = Properties()
    for quad in store.quads_for_pattern(subject, None, None, None):
        if isinstance(quad.object, NamedNode | Literal):
            properties.values.setdefault(short_name(quad.predicate.value), []).append(quad.object.value)
    return properties


def read_citation(dataset: Dataset, node: NamedNode, key: str) -> Citation:
    """One citation of the tracked paper `key`, by its node."""
    said = _said(dataset.store, node)
    citing = _read_citing_paper(_said(dataset.store, NamedNode(said.must("cito:hasCitingEntity"))))
    return _read_citation(said, key, citing)


def _read_citation(said: Properties, key: str, citing: CitingPaper) -> Citation:
    intents = {
        text: tuple(sorted(intent for intent, name in INTENT_CONTEXTS.items() if text in said.values.get(name, ())))
        for text in said.values.get("ph:context", ())
    }
    return Citation(
        cited=key,
        citing=citing,
        contexts=tuple(Context(text, intents[text]) for text in sorted(intents)),
        influential=said.must("ph:isInfluential") == "true",
        seen=said.must("ph:seen"),
        removed=said.text("ph:removed"),
        intents=tuple(
            sorted(set(said.values.get("ph:intent", ())) - {one for some in intents.values() for one in some})
        ),
    )


def _read_citing_paper(said: Properties) -> CitingPaper:
    names = said.text("ph:authorNames")
    authors, complete = ((), True) if names is None else split_names(names)
    return CitingPaper(
        s2_id=said.text("ph:semanticScholarId") or "",
        corpus_id=said.whole_number("ph:corpusId"),
        title=said.text("dcterms:title") or "",
        authors=authors,
        authors_complete=complete,
        year=said.whole_number("ph:year"),
        date=said.text("dcterms:date"),
        venue=said.text("ph:venue"),
        arxiv=said.text("fabio:hasArXivId"),
        doi=said.text("prism:doi"),
        citation_count=said.whole_number("ph:citationCount"),
        influential_count=said.whole_number("ph:influentialCitationCount"),
        abstract=said.text("dcterms:abstract"),
        tldr=said.text("ph:tldr"),
        open_access=said.text("ph:openAccessCopy"),
        fields_of_study=tuple(sorted(set(said.values.get("ph:fieldOfStudy", ())))),
    )
