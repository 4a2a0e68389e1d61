"""What the ingester saw, as quads: citations with their sentences, citing papers, counts on dates.

A citing paper that is itself tracked is the tracked paper (`<paper/KEY>`), so that a path of citations runs through
the curated papers. Each record stands in the named graph of the file that the ingester keeps it in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.identifiers import make_slug
from phengraph.model import Citation, CitationCount, CitingPaper, Knowledge
from phengraph.quads.terms import Entry, date_literal, entry, graph_of, join_names, term, url_node
from phengraph.vocabulary import expand

RECORDS = "ingest/semanticscholar"
SEMANTIC_SCHOLAR = "https://www.semanticscholar.org/"

# Each intent that Semantic Scholar gives a sentence has a subproperty of ph:context, so that a sentence keeps its own.
INTENT_CONTEXTS = {
    "background": "ph:backgroundContext",
    "methodology": "ph:methodologyContext",
    "result": "ph:resultContext",
}


def work_name(citing: CitingPaper) -> str:
    """The name of a citing paper under `<work/>`: Semantic Scholar's id, else its corpus id, else its title."""
    if citing.s2_id:
        return citing.s2_id
    if citing.corpus_id is not None:
        return f"corpus-{citing.corpus_id}"
    digest = hashlib.sha256(citing.title.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"untracked-{make_slug(citing.title)[:60].strip('-') or 'title'}-{digest}"


def citation_quads(citations: Iterable[Citation], knowledge: Knowledge, base: str) -> Iterator[Quad]:
    """The quads of citations: `cito:Citation` nodes, `cito:cites` edges and the citing papers.

    Args:
        citations: records in any order; one whose cited paper is no longer tracked is left out.
        knowledge: which papers are tracked; a citing paper is recognised among them by arXiv id, DOI or corpus id.
        base: the base IRI, ending in a slash.
    """
    tracked = _tracked_keys(knowledge)
    described: set[str] = set()
    for citation in citations:
        if citation.cited in knowledge.papers:
            yield from _quads_of_citation(citation, _key_of(citation.citing, tracked), base, described)


def count_quads(counts: Iterable[CitationCount], knowledge: Knowledge, base: str) -> Iterator[Quad]:
    """The quads of counts on dates: `c4o:GlobalCitationCount` nodes, one for each paper and date."""
    source = NamedNode(SEMANTIC_SCHOLAR)
    for count in counts:
        if count.paper not in knowledge.papers:
            continue
        graph = graph_of(base, f"{RECORDS}/counts/{count.paper}.jsonl")
        made = Entry(entry(base, "count", f"{count.paper}/{count.date}"), "c4o:GlobalCitationCount", graph)
        made.whole_number("c4o:hasGlobalCountValue", count.citations)
        made.whole_number("ph:influentialCitationCount", count.influential)
        made.add("c4o:hasGlobalCountDate", date_literal(count.date))
        made.add("c4o:hasGlobalCountSource", source)
        paper = entry(base, "paper", count.paper)
        made.quads.append(Quad(paper, term("c4o:hasGlobalCitationFrequency"), made.subject, graph))
        yield from made.quads


def _tracked_keys(knowledge: Knowledge) -> dict[tuple[str, str | int], str]:
    keys: dict[tuple[str, str | int], str] = {}
    for paper in knowledge.papers.values():
        for scheme, value in (("arxiv", paper.arxiv), ("doi", paper.doi), ("corpus", paper.corpus_id)):
            if value is not None:
                keys[scheme, value.lower() if isinstance(value, str) else value] = paper.key
    return keys


def _key_of(citing: CitingPaper, tracked: dict[tuple[str, str | int], str]) -> str | None:
    for scheme, value in (("arxiv", citing.arxiv), ("doi", citing.doi), ("corpus", citing.corpus_id)):
        if value is not None:
            key = tracked.get((scheme, value.lower() if isinstance(value, str) else value))
            if key is not None:
                return key
    return None


def _quads_of_citation(citation: Citation, citing_key: str | None, base: str, described: set[str]) -> list[Quad]:
    name = work_name(citation.citing)
    graph = graph_of(base, f"{RECORDS}/citations/{citation.cited}/{citation.seen[:7]}.jsonl")
    made = Entry(entry(base, "citation", f"{citation.cited}/{name}"), "cito:Citation", graph)
    cited = entry(base, "paper", citation.cited)
    citing = entry(base, "work", name) if citing_key is None else entry(base, "paper", citing_key)
    made.add("cito:hasCitingEntity", citing)
    made.add("cito:hasCitedEntity", cited)
    for context in citation.contexts:
        made.text("ph:context", context.text)
        for intent in context.intents:
            if intent in INTENT_CONTEXTS:
                made.text(INTENT_CONTEXTS[intent], context.text)
    for intent in sorted({intent for context in citation.contexts for intent in context.intents}):
        made.text("ph:intent", intent)
    made.add("ph:isInfluential", Literal(citation.influential))
    made.add("ph:seen", date_literal(citation.seen))
    if citation.removed is not None:
        made.add("ph:removed", date_literal(citation.removed))
    else:
        made.quads.append(Quad(citing, term("cito:cites"), cited, graph))
    # Once, in the graph of the first citation: the engine's union of graphs would give the triples of two twice.
    if citing_key is None and name not in described:
        described.add(name)
        made.quads += _work_quads(citation.citing, citing, graph)
    return made.quads


def _work_quads(citing: CitingPaper, work: NamedNode, graph: NamedNode) -> list[Quad]:
    made = Entry(work, "ph:CitingPaper", graph)
    made.text("ph:semanticScholarId", citing.s2_id or None)
    made.whole_number("ph:corpusId", citing.corpus_id)
    made.text("dcterms:title", citing.title)
    if citing.authors:
        made.text("ph:authorNames", join_names(citing.authors))
    made.whole_number("ph:year", citing.year)
    if citing.date is not None:
        datatype = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}.get(len(citing.date), "xsd:string")
        made.add("dcterms:date", Literal(citing.date, datatype=NamedNode(expand(datatype))))
    made.text("ph:venue", citing.venue)
    made.text("fabio:hasArXivId", citing.arxiv)
    made.text("prism:doi", citing.doi)
    made.whole_number("ph:citationCount", citing.citation_count)
    made.whole_number("ph:influentialCitationCount", citing.influential_count)
    made.text("dcterms:abstract", citing.abstract)
    made.text("ph:tldr", citing.tldr)
    if citing.open_access is not None:
        made.add("ph:openAccessCopy", url_node(citing.open_access))
    for name in citing.fields_of_study:
        made.text("ph:fieldOfStudy", name)
    return made.quads
