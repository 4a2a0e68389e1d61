"""Turtle, TriG and N-Quads: the same statements in every tool, in the house's order."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from export_samples import dataset_of, odd, quads, rapper_triples, toy, triples  # noqa: F401 - fixtures, used by their names
from hypothesis import HealthCheck, given, settings
from made_up_knowledge import knowledge as random_knowledge
from pyld import jsonld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from phengraph.dataset import Dataset, open_dataset
from phengraph.export import Options, export
from phengraph.export.turtle import Shortener
from phengraph.model import Knowledge
from phengraph.project import Project
from phengraph.vocabulary import PROVENANCE, base_prefixes, expand


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


def knowledge_triples(dataset: Dataset) -> set[Triple]:
    """What the Turtle should hold: the graphs of graph/ and <derived>, without what comes from counts."""
    counted = {expand(name) for name in ("ph:citationCount", "ph:influentialCitationCount", "ph:countedOn")}
    graphs = (f"{dataset.base}graph/", f"{dataset.base}derived")
    return {
        Triple(quad.subject, quad.predicate, quad.object)
        for quad in dataset.store
        if quad.graph_name.value.startswith(graphs) and quad.predicate.value not in counted
    }


def test_the_turtle_holds_graph_and_what_follows_from_it(dataset: Dataset) -> None:
    assert triples(made(dataset, "turtle"), RdfFormat.TURTLE) == knowledge_triples(dataset)


def test_three_tools_read_the_same_triples_from_the_turtle(dataset: Dataset, tmp_path: Path) -> None:
    """To the letter: also what rdflib makes of numbers, which it writes anew."""
    content = made(dataset, "turtle")
    by_pyoxigraph = set(pyoxigraph.parse(content, format=RdfFormat.TURTLE))
    graph = rdflib.Graph().parse(data=content, format="turtle")
    written = graph.serialize(format="ntriples", encoding="utf-8")
    assert set(pyoxigraph.parse(written, format=RdfFormat.N_TRIPLES)) == by_pyoxigraph
    assert rapper_triples(content, tmp_path) == by_pyoxigraph


def test_trig_and_nquads_give_back_every_quad_but_provenance(dataset: Dataset) -> None:
    provenance = NamedNode(dataset.base + PROVENANCE)
    expected = {quad for quad in dataset.store if quad.graph_name != provenance}
    assert expected and len(expected) < len(dataset.store)
    for name, rdf_format in (("trig", RdfFormat.TRIG), ("nquads", RdfFormat.N_QUADS)):
        assert quads(made(dataset, name), rdf_format) == expected
        assert quads(made(dataset, name, with_provenance=True), rdf_format) == set(dataset.store)


def test_nquads_are_canonical(odd: Dataset) -> None:  # noqa: F811
    content = made(odd, "nquads")
    lines = content.split(b"\n")
    assert lines.pop() == b""
    assert lines == sorted(set(lines))
    assert b" _:" not in content
    # pyld has the W3C's algorithm of RDF Dataset Canonicalization; with no blank node it only sorts and escapes. It
    # follows an older draft in leaving tabs and other controls raw, cannot read C1 controls, and is slow: some lines.
    left_out = re.compile(rb"\\[tbfu]|\xc2[\x80-\x9f]|/author/")
    plain = "".join(line.decode() + "\n" for line in lines if not left_out.search(line))
    assert plain.count("\n") > 300
    options = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    assert jsonld.normalize(plain, options) == plain


def test_citations_are_in_the_turtle_only_on_request(odd: Dataset) -> None:  # noqa: F811
    without, with_them = made(odd, "turtle"), made(odd, "turtle", with_citations=True)
    assert b"cito:Citation" not in without and b"ph:citationCount" not in without
    assert b"ph:citationCount 12 ;" in with_them
    assert with_them.count(b"a cito:Citation ;") == 12
    assert b"ph:sourceLine" not in with_them
    assert b"ph:sourceLine" in made(odd, "turtle", with_provenance=True)


def test_the_turtle_reads_in_the_order_of_the_house(toy: Dataset) -> None:  # noqa: F811
    content = made(toy, "turtle").decode()
    headings = re.findall(r"^# --- (.*) ---$", content, re.MULTILINE)
    assert headings[:2] == ["The source list", "Topics"]
    assert headings[-6:] == ["Notes on the list", "Papers", "Models", "Authors", "Data sets", "The ontology"]
    assert all(heading.startswith("Phenomenon: ") for heading in headings[2:-6])
    subjects = re.findall(r"^(\S+) a (\S+) ;$", content, re.MULTILINE)
    start = subjects.index(("phenomenon:gadget-emergence", "ph:Phenomenon"))
    assert subjects[start : start + 4] == [
        ("phenomenon:gadget-emergence", "ph:Phenomenon"),
        ("claim:gadgets-appear-suddenly", "ph:Claim"),
        ("status:gadgets-appear-suddenly", "ph:StatusRecord"),
        ("evidence:gadgets-appear-suddenly.bravo2020gadgets", "ph:Evidence"),
    ]


def test_an_entry_is_one_block_that_reads_well(toy: Dataset) -> None:  # noqa: F811
    content = made(toy, "turtle").decode()
    block = content[content.index("\nevidence:gadgets-appear-suddenly.delta2021scale ") :].split("\n\n")[0]
    assert (
        block
        == """
evidence:gadgets-appear-suddenly.delta2021scale a ph:Evidence ;
    ph:claim claim:gadgets-appear-suddenly ;
    ph:paper paper:delta2021scale ;
    ph:stance ph:Contradicts ;
    ph:strength ph:Strong ;
    ph:reviewState ph:Accepted ;
    ph:finding "On a logarithmic scale the count rises smoothly." ;
    ph:locator "fig. 7" ;
    ph:checked "code" ;
    ph:confidence "high" ;
    ph:minParameters "100000000.0"^^xsd:double ;
    ph:maxParameters "175000000000.0"^^xsd:double ;
    ph:minCompute 6e+18 ;
    ph:maxCompute 3e+21 ;
    ph:testedOn model:gadgetor-2 ;
    ph:position 3 ;
    ph:agentType ph:Human ."""
    )


def test_every_prefix_in_the_head_is_used(toy: Dataset) -> None:  # noqa: F811
    head, _, body = made(toy, "turtle").decode().partition("\n# --- ")
    prefixes = re.findall(r"@prefix (\w+): ", head)
    assert prefixes and all(re.search(rf"(?<![\w<]){prefix}:", body) for prefix in prefixes)


@pytest.mark.parametrize(
    ("iri", "written"),
    [
        ("https://example.org/paper/alpha2019widgets", "paper:alpha2019widgets"),
        ("https://example.org/paper/a.b", "paper:a.b"),
        ("https://example.org/paper/a.", "<https://example.org/paper/a.>"),
        ("https://example.org/paper/-a", "<https://example.org/paper/-a>"),
        ("https://example.org/paper/a:b+c", "<https://example.org/paper/a:b+c>"),
        ("https://example.org/citation/key/0123", "<https://example.org/citation/key/0123>"),
        ("https://example.org/paper/", "<https://example.org/paper/>"),
        ("https://example.org/author/%E7%8E%8B", "<https://example.org/author/%E7%8E%8B>"),
        ("https://w3id.org/phengraph/ns#supports", "ph:supports"),
    ],
)
def test_only_plain_names_are_written_with_a_prefix(iri: str, written: str) -> None:
    assert Shortener(base_prefixes("https://example.org/")).iri(iri) == written


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        (Literal(7), "7"),
        (Literal("007", datatype=NamedNode(expand("xsd:integer"))), "007"),
        (Literal("0.45", datatype=NamedNode(expand("xsd:decimal"))), "0.45"),
        (Literal("0", datatype=NamedNode(expand("xsd:decimal"))), '"0"^^xsd:decimal'),
        (Literal("1500.0", datatype=NamedNode(expand("xsd:double"))), '"1500.0"^^xsd:double'),
        (Literal("1.5e+22", datatype=NamedNode(expand("xsd:double"))), "1.5e+22"),
        (Literal("INF", datatype=NamedNode(expand("xsd:double"))), '"INF"^^xsd:double'),
        (Literal(True), "true"),
        (Literal("1", datatype=NamedNode(expand("xsd:boolean"))), '"1"^^xsd:boolean'),
        (Literal('say "x" \\ y\nz'), r'"say \"x\" \\ y\nz"'),
        (Literal("turn \u202e round \x85 \u2028"), r'"turn \u202E round \u0085 \u2028"'),
        (Literal("题", language="zh"), '"题"@zh'),
        (Literal('"^^<http://www.w3.org/2001/XMLSchema#date>'), r'"\"^^<http://www.w3.org/2001/XMLSchema#date>"'),
    ],
)
def test_a_literal_is_written_short_and_exact(literal: Literal, written: str) -> None:
    shortener = Shortener(base_prefixes("https://example.org/"))
    assert shortener.term(literal) == written
    text = f"@prefix xsd: <{expand('xsd:')}> .\n<http://a/s> <http://a/p> {written} ."
    assert [one.object for one in pyoxigraph.parse(text, format=RdfFormat.TURTLE)] == [literal]


@given(knowledge=random_knowledge())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_knowledge_comes_back_from_turtle_and_trig(
    knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> None:
    dataset = dataset_of(knowledge, tmp_path_factory.mktemp("random"))
    assert triples(made(dataset, "turtle"), RdfFormat.TURTLE) == knowledge_triples(dataset)
    assert quads(made(dataset, "trig", with_provenance=True), RdfFormat.TRIG) == set(dataset.store)
