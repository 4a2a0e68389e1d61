"""JSON-LD: a tree that plain JSON readers can use, and the triples of the Turtle to three JSON-LD processors."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rdflib
from export_samples import REPOSITORY, dataset_of, odd, odd_citations, odd_knowledge, toy, triples  # noqa: F401 - fixtures
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat

from phengraph.dataset import Dataset, open_dataset
from phengraph.export import Options, export
from phengraph.export.compaction import Context, read_context
from phengraph.problems import ExportError
from phengraph.project import Project
from phengraph.vocabulary import expand


@pytest.fixture(scope="session")
def shipped(repository: Path) -> Dataset:
    return open_dataset(Project(repository))


@pytest.fixture(params=["toy", "odd", "shipped"])
def dataset(request: pytest.FixtureRequest) -> Dataset:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Dataset)
    return found


def made(dataset: Dataset, name: str, **options: bool) -> bytes:
    content = export(dataset, name, Options(**options))  # type: ignore[arg-type]
    assert isinstance(content, bytes)
    return content


# rdflib's JSON-LD parser itself still uses the class that rdflib warns of.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_pyoxigraph_and_rdflib_read_the_triples_of_the_turtle(dataset: Dataset) -> None:
    turtle = triples(made(dataset, "turtle"), RdfFormat.TURTLE)
    content = made(dataset, "jsonld")
    assert triples(content, RdfFormat.JSON_LD) == turtle
    graph = rdflib.Graph().parse(data=content, format="json-ld")
    assert triples(graph.serialize(format="ntriples", encoding="utf-8"), RdfFormat.N_TRIPLES) == turtle


@pytest.mark.parametrize("options", [{}, {"with_citations": True, "with_provenance": True}])
def test_pyld_expands_to_the_triples_of_the_turtle(toy: Dataset, tmp_path: Path, options: dict[str, bool]) -> None:  # noqa: F811
    knowledge = odd_knowledge()
    crowd = knowledge.papers["crowd2099"]
    # pyld takes seconds for five thousand authors.
    fewer = replace(knowledge, papers={**knowledge.papers, "crowd2099": replace(crowd, authors=crowd.authors[:30])})
    for dataset in (dataset_of(fewer, tmp_path / "odd", citations=odd_citations()), toy):
        document = json.loads(made(dataset, "jsonld", **options))
        expanded = jsonld.to_rdf(document, {"format": "application/n-quads"}).encode()
        assert triples(expanded, RdfFormat.N_QUADS) == triples(made(dataset, "turtle", **options), RdfFormat.TURTLE)


def test_a_reader_of_plain_json_walks_from_phenomenon_to_paper(toy: Dataset) -> None:  # noqa: F811
    document = json.loads(made(toy, "jsonld"))
    gadgets = next(one for one in document["phenomena"] if one["id"] == "phenomenon/gadget-emergence")
    assert (gadgets["type"], gadgets["label"], gadgets["listNumber"]) == ("Phenomenon", "Gadgets emerge", "How 1.2")
    claim = gadgets["claims"][0]
    assert (claim["id"], claim["status"]) == ("claim/gadgets-appear-suddenly", "Contested")
    assert claim["statusRecord"]["reason"].endswith(".")
    evidence = claim["evidence"][2]
    assert evidence == {
        "id": "evidence/gadgets-appear-suddenly.delta2021scale",
        "type": "Evidence",
        "paper": {
            "id": "paper/delta2021scale",
            "title": "Made-up paper 4 on large gadgets",
            "year": 2021,
            "arxiv": "9912.00004",
        },
        "stance": "Contradicts",
        "strength": "Strong",
        "reviewState": "Accepted",
        "finding": "On a logarithmic scale the count rises smoothly.",
        "locator": "fig. 7",
        "checked": "code",
        "confidence": "high",
        "minParameters": 1e8,
        "maxParameters": 1.75e11,
        "minCompute": 6e18,
        "maxCompute": 3e21,
        "testedOn": ["model/gadgetor-2"],
        "position": 3,
        "agentType": "Human",
    }
    assert [paper["id"] for paper in document["papers"]] == sorted(paper["id"] for paper in document["papers"])


def test_odd_titles_are_in_the_json_as_they_are(odd: Dataset) -> None:  # noqa: F811
    document = json.loads(made(odd, "jsonld"))
    assert {paper["key"]: paper["title"] for paper in document["papers"]} == {
        key: paper.title for key, paper in odd_knowledge().papers.items()
    }
    crowd = next(paper for paper in document["papers"] if paper["key"] == "crowd2099")
    assert len(crowd["authors"]) == 5000


def test_a_project_without_a_context_is_told_where_to_get_one(tmp_path: Path) -> None:
    dataset = dataset_of(odd_knowledge(), tmp_path / "odd")
    dataset.context_path.unlink()
    with pytest.raises(ExportError) as caught:
        export(dataset, "jsonld")
    assert str(caught.value) == "graph/context.jsonld is missing; take it from the folder that `phengraph init` makes"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "graph/context.jsonld is no JSON: Expecting property name"),
        ("[]", "graph/context.jsonld has no object under '@context'"),
        ('{"@context": "https://example.org/"}', "graph/context.jsonld has no object under '@context'"),
    ],
)
def test_a_context_that_is_none_is_told(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "context.jsonld"
    path.write_text(content)
    with pytest.raises(ExportError) as caught:
        read_context(path, "https://example.org/")
    assert str(caught.value).startswith(message)


BASE = "https://example.org/"
DEFINITIONS = {
    "@vocab": expand("ph:"),
    "id": "@id",
    "type": "@type",
    "xsd": expand("xsd:"),
    "skos": expand("skos:"),
    "label": {"@id": "skos:prefLabel", "@language": "en"},
    "scale": {"@id": "ph:scale", "@type": "xsd:double"},
    "ph": expand("ph:"),
    "topic": {"@id": "ph:topic", "@type": "@id"},
    "status": {"@id": "ph:status", "@type": "@vocab"},
    "flags": {"@id": "ph:flag", "@container": "@set"},
}


@pytest.mark.parametrize(
    ("predicate", "term", "written"),
    [
        ("skos:prefLabel", Literal("A", language="en"), {"label": "A"}),
        ("skos:prefLabel", Literal("A"), {"skos:prefLabel": "A"}),
        ("skos:prefLabel", Literal("A", language="fr"), {"skos:prefLabel": {"@value": "A", "@language": "fr"}}),
        ("ph:scale", Literal("1500", datatype=NamedNode(expand("xsd:double"))), {"scale": 1500.0}),
        ("ph:scale", Literal(3), {"ph:scale": 3}),
        (
            "ph:scale",
            Literal("0.10000000000000001234", datatype=NamedNode(expand("xsd:double"))),
            {"scale": 0.1},
        ),
        (
            "ph:scale",
            Literal("INF", datatype=NamedNode(expand("xsd:double"))),
            {"ph:scale": {"@value": "INF", "@type": "xsd:double"}},
        ),
        ("ph:year", Literal(2099), {"year": 2099}),
        ("ph:year", Literal("007", datatype=NamedNode(expand("xsd:integer"))), {"year": {"@value": "007"}}),
        ("ph:year", Literal(2**60), {"year": {"@value": str(2**60)}}),
        ("ph:sure", Literal(True), {"sure": True}),
        ("ph:topic", NamedNode(f"{BASE}topic/odd"), {"topic": "topic/odd"}),
        ("ph:topic", Literal("text"), {"ph:topic": "text"}),
        ("ph:other", NamedNode(f"{BASE}topic/odd"), {"other": {"id": "topic/odd"}}),
        ("ph:status", NamedNode(expand("ph:Open")), {"status": "Open"}),
        ("ph:status", NamedNode("https://elsewhere.org/x"), {"status": "https://elsewhere.org/x"}),
        ("ph:flag", Literal("qualified"), {"flags": ["qualified"]}),
        ("rdf:type", NamedNode(expand("ph:Claim")), {"type": "Claim"}),
    ],
)
def test_a_statement_is_written_so_that_it_expands_to_itself(predicate: str, term: Any, written: Any) -> None:
    context = Context(DEFINITIONS, BASE)
    node: dict[str, Any] = {}
    context.put(node, expand(predicate), term)
    if isinstance(written.get("year"), dict):
        written = {"year": written["year"] | {"@type": "xsd:integer"}}
    assert node == written
    document = json.dumps({"@context": context.definitions, "id": "topic/subject"} | node).encode()
    statement = f"<{BASE}topic/subject> <{expand(predicate)}> {term} ."
    assert triples(document, RdfFormat.JSON_LD) == triples(statement.encode(), RdfFormat.N_TRIPLES)


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        (f"{BASE}paper/a", "paper/a"),
        (f"{BASE}author/%E7%8E%8B", "author/%E7%8E%8B"),
        (f"{BASE}author/..", f"{BASE}author/.."),
        (f"{BASE}paper/a:b", f"{BASE}paper/a:b"),
        (f"{BASE}bare", f"{BASE}bare"),
        ("https://example.com/x", "https://example.com/x"),
    ],
)
def test_an_iri_is_relative_only_where_that_is_safe(iri: str, written: str) -> None:
    assert Context(DEFINITIONS, BASE).relative(iri) == written


def test_the_context_names_no_property_that_the_ontology_lacks() -> None:
    declared = {
        one.subject.value for one in triples((REPOSITORY / "graph/ontology.ttl").read_bytes(), RdfFormat.TURTLE)
    }
    context = json.loads((REPOSITORY / "graph/context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = {
        definition.get("@id") or definition["@reverse"]
        for definition in context.values()
        if isinstance(definition, dict)
    }
    assert {name for name in named if name.startswith("ph:")} <= {
        "ph:" + iri.removeprefix(expand("ph:")) for iri in declared
    }
