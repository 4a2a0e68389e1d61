"""What people wrote, as quads: each entry in the named graph of the file that it is written in.

The mapping keeps everything: `views.read_view` reads the same `Knowledge` back. Lines are not here but in the
provenance graph, so that moving an entry inside its file changes none of its quads. What RDF does not keep is kept by
words of ours: the order of claims, evidence and topics by `ph:position`, the order of names by `ph:authorNames`,
`ph:datasetNames` and, where it is not alphabetical, `ph:writtenOrder`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.model import Claim, Evidence, Knowledge, Model, Note, Paper, Phenomenon, SourceList, Topic
from phengraph.quads.terms import Entry, entry, graph_of, join_names, slug_of_name, source_list_node, term, url_node

# Raised whenever the mapping gives other quads for the same knowledge: part of the digest of a cached dataset.
MAPPING_VERSION = "1"

# The property of each key of Paper.checks.
CHECK_PROPERTIES = {
    "authors": "ph:authorsChecked",
    "venue": "ph:venueChecked",
    "id": "ph:identifierSource",
    "verified": "ph:verifiedWith",
}


def knowledge_quads(knowledge: Knowledge, base: str) -> Iterator[Quad]:
    """The quads of all knowledge; no blank node, the same quad possibly more than once (an author of many papers).

    No triple stands in two graphs: a data set is described in the first file that names it. The engine's union of
    graphs gives a triple once for each graph that holds it (oxigraph issue 1919), so counts would be wrong.

    Args:
        knowledge: a value whose references hold (`phengraph check` passes).
        base: the base IRI, ending in a slash.
    """
    if knowledge.source_list is not None:
        yield from _source_list_quads(knowledge.source_list, base)
    for position, topic in enumerate(knowledge.topics.values(), start=1):
        yield from _topic_quads(topic, position, base)
    for phenomenon in knowledge.phenomena.values():
        yield from _phenomenon_quads(phenomenon, base)
    places: Counter[tuple[str, str]] = Counter()
    described: set[str] = set()
    for claim in knowledge.claims.values():
        places["phenomenon", claim.phenomenon] += 1
        yield from _claim_quads(claim, places["phenomenon", claim.phenomenon], base)
    for evidence in knowledge.evidence.values():
        places["claim", evidence.claim] += 1
        yield from _evidence_quads(evidence, places["claim", evidence.claim], base, described)
    for paper in knowledge.papers.values():
        yield from _paper_quads(paper, base)
    for model in knowledge.models.values():
        yield from _model_quads(model, base)
    for note in knowledge.notes.values():
        yield from _note_quads(note, base)


def _source_list_quads(source_list: SourceList, base: str) -> list[Quad]:
    made = Entry(source_list_node(base), "ph:SourceList", graph_of(base, source_list.source.path))
    made.text("dcterms:title", source_list.title)
    made.add("schema:codeRepository", url_node(source_list.repository))
    made.text("schema:version", source_list.commit)
    made.text("dcterms:date", source_list.date)
    made.text("schema:creditText", source_list.credit)
    return made.quads


def _topic_quads(topic: Topic, position: int, base: str) -> list[Quad]:
    made = Entry(entry(base, "topic", topic.slug), "ph:Topic", graph_of(base, topic.source.path))
    made.text("skos:prefLabel", topic.label, "en")
    made.text("skos:prefLabel", topic.label_zh, "zh")
    made.text("ph:aspect", topic.aspect)
    made.text("ph:listNumber", topic.number)
    made.whole_number("ph:position", position)
    return made.quads


def _phenomenon_quads(phenomenon: Phenomenon, base: str) -> list[Quad]:
    graph = graph_of(base, phenomenon.source.path)
    made = Entry(entry(base, "phenomenon", phenomenon.slug), "ph:Phenomenon", graph)
    made.text("skos:prefLabel", phenomenon.label, "en")
    made.text("skos:prefLabel", phenomenon.label_zh, "zh")
    made.add("ph:topic", entry(base, "topic", phenomenon.topic))
    made.text("ph:listNumber", phenomenon.list_number)
    made.entries("ph:seenIn", base, "model", phenomenon.seen_in)
    made.entries("ph:listCites", base, "paper", phenomenon.listed_papers)
    made.text("dcterms:description", phenomenon.description, "en")
    made.text("ph:sourceFile", phenomenon.source.path)
    for position, figure in enumerate(phenomenon.figures, start=1):
        picture = NamedNode(figure.url)
        made.add("ph:figure", picture)
        made.quads.append(Quad(picture, term("dcterms:title"), Literal(figure.caption, language="en"), graph))
        made.quads.append(Quad(picture, term("ph:position"), Literal(position), graph))
    return made.quads


def _claim_quads(claim: Claim, position: int, base: str) -> list[Quad]:
    made = Entry(entry(base, "claim", claim.slug), "ph:Claim", graph_of(base, claim.source.path))
    made.add("ph:about", entry(base, "phenomenon", claim.phenomenon))
    made.text("skos:prefLabel", claim.label, "en")
    made.text("schema:text", claim.text, "en")
    made.text("ph:origin", claim.origin)
    made.text("ph:asOf", claim.as_of)
    made.whole_number("ph:position", position)
    made.text("ph:sourceFile", claim.source.path)
    return made.quads


def _evidence_quads(evidence: Evidence, position: int, base: str, described: set[str]) -> list[Quad]:
    graph = graph_of(base, evidence.source.path)
    made = Entry(entry(base, "evidence", evidence.name), "ph:Evidence", graph)
    made.add("ph:claim", entry(base, "claim", evidence.claim))
    made.add("ph:paper", entry(base, "paper", evidence.paper))
    made.add("ph:stance", term(f"ph:{evidence.stance.capitalize()}"))
    made.add("ph:strength", term(f"ph:{evidence.strength.capitalize()}"))
    made.add("ph:reviewState", term(f"ph:{evidence.review.capitalize()}"))
    made.add("ph:agentType", term("ph:Human"))
    made.text("ph:finding", evidence.finding)
    made.text("ph:locator", evidence.locator)
    made.text("ph:checked", evidence.checked)
    made.text("ph:confidence", evidence.confidence)
    made.text("ph:origin", evidence.origin)
    made.text("ph:quote", evidence.quote)
    made.text("ph:readIn", evidence.read_in)
    made.whole_number("ph:position", position)
    conditions = evidence.conditions
    made.scale("Parameters", conditions.parameters)
    made.scale("Tokens", conditions.tokens)
    made.scale("Compute", conditions.compute)
    made.entries("ph:testedOn", base, "model", conditions.models)
    for name in conditions.datasets:
        dataset = Entry(entry(base, "dataset", slug_of_name(name)), "ph:Dataset", graph)
        dataset.text("rdfs:label", name)
        made.add("ph:dataset", dataset.subject)
        if name not in described:
            described.add(name)
            made.quads += dataset.quads
    if conditions.datasets:
        made.text("ph:datasetNames", join_names(conditions.datasets))
    made.text("ph:metric", conditions.metric)
    made.text("ph:conditionNote", conditions.note)
    return made.quads


def _paper_quads(paper: Paper, base: str) -> list[Quad]:
    graph = graph_of(base, paper.source.path)
    made = Entry(entry(base, "paper", paper.key), "ph:Paper", graph)
    made.text("ph:key", paper.key)
    made.text("dcterms:title", paper.title)
    for name in paper.authors:
        author = Entry(entry(base, "author", slug_of_name(name)), "foaf:Person", graph)
        author.text("foaf:name", name)
        made.add("schema:author", author.subject)
        made.quads += author.quads
    if paper.authors or not paper.authors_complete:
        made.text("ph:authorNames", join_names(paper.authors, complete=paper.authors_complete))
    made.whole_number("ph:year", paper.year)
    made.whole_number("ph:month", paper.month)
    made.text("ph:venue", paper.venue)
    made.text("ph:entryType", paper.kind)
    made.text("fabio:hasArXivId", paper.arxiv)
    made.text("prism:doi", paper.doi)
    made.text("ph:openReviewId", paper.openreview)
    made.whole_number("ph:corpusId", paper.corpus_id)
    if paper.url is not None:
        made.add("schema:url", url_node(paper.url))
    made.text("skos:note", paper.note)
    for key, predicate in CHECK_PROPERTIES.items():
        made.text(predicate, paper.checks.get(key))
    return made.quads


def _model_quads(model: Model, base: str) -> list[Quad]:
    made = Entry(entry(base, "model", model.key), "ph:Model", graph_of(base, model.source.path))
    made.text("ph:key", model.key)
    made.text("skos:prefLabel", model.label, "en")
    made.text("ph:organisation", model.organisation)
    made.text("ph:parameters", model.parameters)
    made.scale("Parameters", model.parameter_range)
    made.whole_number("ph:year", model.year)
    made.text("ph:normalization", model.normalization)
    made.text("ph:normPlacement", model.norm_placement)
    if model.paper is not None:
        made.add("ph:paper", entry(base, "paper", model.paper))
    made.text("ph:readIn", model.checked_with)
    made.text("ph:confidence", model.confidence)
    made.text("skos:note", model.note)
    return made.quads


def _note_quads(note: Note, base: str) -> list[Quad]:
    made = Entry(entry(base, "note", note.slug), "ph:ListNote", graph_of(base, note.source.path))
    if note.about:
        made.add("ph:about", entry(base, "phenomenon", note.about))
    made.text("ph:listSays", note.list_says)
    made.text("ph:fact", note.fact)
    made.text("ph:readIn", note.checked_with)
    made.text("ph:confidence", note.confidence)
    return made.quads
