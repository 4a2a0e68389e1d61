"""Truth across files: the shapes say it, two engines agree on it, and it is told at the entry's line."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pyshacl
import pytest
import rdflib

from phengraph.checking import check_project
from phengraph.curate import read_graph
from phengraph.model import Checked, Conditions, Knowledge, Range, Review
from phengraph.project import Project
from phengraph.quads import knowledge_quads
from phengraph.shapes import check_shapes

TOY = Path(__file__).resolve().parent / "toy"
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
WIDGETS = "graph/phenomena/widget-growth.md"
FIRST = "widgets-grow-by-a-power-law.alpha2019widgets"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "toy"))


@pytest.fixture(scope="module")
def toy() -> Knowledge:
    return read_graph(Project(TOY)).knowledge


def told(project: Project, knowledge: Knowledge) -> list[str]:
    return [str(problem) for problem in check_shapes(project, knowledge)]


def _with_first(knowledge: Knowledge, **changes: object) -> Knowledge:
    changed = replace(knowledge.evidence[FIRST], **changes)  # type: ignore[arg-type]
    return replace(knowledge, evidence={**knowledge.evidence, FIRST: changed})


def _wrong_toys(toy: Knowledge) -> dict[str, tuple[Knowledge, list[str]]]:
    """Values that no file of ours can say, or only the shapes refuse, each with what is told."""
    claim = toy.claims["widgets-stop-at-a-thousand"]
    paper = toy.papers["alpha2019widgets"]
    model = toy.models["widgetron"]
    place = f"{WIDGETS}:22"
    return {
        "no locator": (
            _with_first(toy, locator=None),
            [
                f"{place}: warning: '{FIRST}': accepted evidence without a locator; "
                "name the section, figure, table or page"
            ],
        ),
        "accepted from recall": (
            _with_first(toy, checked=Checked.RECALL),
            [
                f"{place}: error: '{FIRST}': evidence from recall cannot be accepted; "
                "re-read the paper, and say what in `checked`"
            ],
        ),
        "quote from recall": (
            _with_first(toy, checked=Checked.RECALL, review=Review.PROPOSED, quote="made-up words"),
            [f"{place}: error: '{FIRST}': a quote from recall; quote only what was read, and say what in `checked`"],
        ),
        "reversed range": (
            _with_first(toy, conditions=Conditions(parameters=Range(16e9, 70e6))),
            [
                f"{place}: error: '{FIRST}': "
                "the range of parameters is reversed or not above zero (here: 16000000000); "
                "write it as 70M..16B"
            ],
        ),
        "unknown origin": (
            replace(toy, claims={**toy.claims, claim.slug: replace(claim, origin="hearsay")}),
            [
                f"{WIDGETS}:42: error: 'widgets-stop-at-a-thousand': unknown origin (here: hearsay); "
                "write list or cited-paper"
            ],
        ),
        "year": (
            replace(toy, papers={**toy.papers, paper.key: replace(paper, year=19)}),
            [
                "graph/papers.bib:4: error: 'alpha2019widgets': a paper has one year of four digits (here: 19); "
                "write `year = {2023},`"
            ],
        ),
        "arXiv id": (
            replace(toy, papers={**toy.papers, paper.key: replace(paper, arxiv="2203.15556v2")}),
            [
                "graph/papers.bib:4: error: 'alpha2019widgets': a paper has one arXiv id (here: 2203.15556v2); "
                "write `eprint = {2203.15556},`"
            ],
        ),
        "placement": (
            replace(toy, models={**toy.models, model.key: replace(model, norm_placement="somewhere")}),
            [
                "graph/models.yaml:2: error: 'widgetron': unknown placement (here: somewhere); "
                "write pre-norm, post-norm, sandwich, output or undisclosed"
            ],
        ),
    }


def _results_of_pyshacl(knowledge: Knowledge, base: str, shapes: Path) -> set[tuple[str, str, str]]:
    """Focus node, severity and constraint component of each result."""
    content = pyoxigraph.serialize(
        (quad.triple for quad in knowledge_quads(knowledge, base)), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    assert content is not None
    graph = rdflib.Graph().parse(data=content, format="nt")
    _, report, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(shapes), inference="none")
    assert isinstance(report, rdflib.Graph)
    return {
        (
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultSeverity)).rpartition("#")[2],
            str(report.value(result, SH.sourceConstraintComponent)).rpartition("#")[2],
        )
        for result in report.subjects(rdflib.RDF.type, SH.ValidationResult)
    }


def _results_of_shacl(knowledge: Knowledge, base: str, shapes: Path) -> set[tuple[str, str, str]]:
    import shacl

    content = pyoxigraph.serialize(
        (quad.triple for quad in knowledge_quads(knowledge, base)), format=pyoxigraph.RdfFormat.N_TRIPLES
    )
    assert content is not None
    report = shacl.Shapes.from_file(str(shapes)).validate_text(content.decode(), format="ntriples")
    return {(result.focus_node.strip("<>"), result.severity, result.component) for result in report.results}


def _broken_everywhere(toy: Knowledge) -> Knowledge:
    """A mistake of each kind, each in an entry of its own, so that the engines have a lot to agree on."""
    evidence = list(toy.evidence.values())
    papers = list(toy.papers.values())
    claim, model = toy.claims["widgets-stop-at-a-thousand"], toy.models["widgetron"]
    phenomenon, topic = toy.phenomena["odd-characters"], toy.topics["widgets"]
    wrong_evidence = [
        replace(evidence[0], locator=None),
        replace(evidence[1], checked=Checked.RECALL),
        replace(evidence[2], checked=Checked.RECALL, review=Review.PROPOSED, quote="made-up words"),
        replace(evidence[3], conditions=Conditions(tokens=Range(16e9, 70e6), compute=Range(-1.0, 1.0))),
        replace(evidence[4], paper="nobody2000", conditions=Conditions(models=("nothing",))),
    ]
    wrong_papers = [
        replace(papers[0], year=19),
        replace(papers[1], arxiv="2203.15556v2"),
        replace(papers[2], doi="11.1/x"),
    ]
    return Knowledge(
        topics={**toy.topics, "lonely": replace(topic, slug="lonely")},
        phenomena={**toy.phenomena, phenomenon.slug: replace(phenomenon, topic="nowhere", seen_in=("nothing",))},
        claims={**toy.claims, claim.slug: replace(claim, text="", origin="hearsay")},
        evidence={**toy.evidence, **{row.name: row for row in wrong_evidence}},
        papers={key: paper for key, paper in toy.papers.items() if key != "kilo2025newest"}
        | {paper.key: paper for paper in wrong_papers},
        models={**toy.models, model.key: replace(model, norm_placement="somewhere", paper="nobody2000")},
        notes=toy.notes,
    )


def test_two_engines_find_the_same(toy: Knowledge, repository: Path) -> None:
    shapes = repository / "graph" / "shapes.ttl"
    wrong = _broken_everywhere(toy)
    found = _results_of_shacl(wrong, "https://example.org/toy/", shapes)
    assert found == _results_of_pyshacl(wrong, "https://example.org/toy/", shapes)
    assert {component for _, _, component in found} >= {
        "ClassConstraintComponent",
        "InConstraintComponent",
        "LessThanOrEqualsConstraintComponent",
        "MinCountConstraintComponent",
        "MinInclusiveConstraintComponent",
        "OrConstraintComponent",
        "PatternConstraintComponent",
    }


@pytest.mark.parametrize("name", list(_wrong_toys(read_graph(Project(TOY)).knowledge)))
def test_what_only_the_shapes_refuse_is_told_at_the_line_of_the_entry(name: str, toy: Knowledge) -> None:
    wrong, expected = _wrong_toys(toy)[name]
    assert told(Project(TOY), wrong) == expected


def test_every_shape_has_a_message_with_a_mend(repository: Path) -> None:
    graph = rdflib.Graph().parse(repository / "graph" / "shapes.ttl")
    constraints = {shape for shape in graph.subjects(SH.path, None) if isinstance(shape, rdflib.URIRef)}
    constraints |= {shape for shape in graph.subjects(SH["or"], None) if isinstance(shape, rdflib.URIRef)}
    assert len(constraints) > 30
    for shape in constraints:
        message = str(graph.value(shape, SH.message) or "")
        assert "; " in message, shape


def test_a_paper_that_nothing_names_is_a_warning(copy: Path) -> None:
    path = copy / "graph" / "papers.bib"
    entry = "\n@misc{unused2020,\n  title = {Made-up paper},\n  author = {Nemo, Ned},\n  year = {2020},\n}\n"
    path.write_text(path.read_text(encoding="utf-8") + entry, encoding="utf-8")
    result = check_project(Project(copy))
    assert [str(problem) for problem in result.problems] == [
        "graph/papers.bib:111: warning: 'unused2020': a paper that nothing names; use it as evidence, or remove it"
    ]
    assert (result.errors, result.warnings) == (0, 1)


def test_nothing_is_called_unused_while_entries_are_left_out(copy: Path) -> None:
    (copy / WIDGETS).write_text("---\nlabel: Broken\n", encoding="utf-8")
    assert [str(problem) for problem in check_project(Project(copy)).problems] == [
        f"{WIDGETS}:1:1: error: the head that starts here has no end; close it with a line `---`"
    ]


PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ph: <https://w3id.org/phengraph/ns#> .\n"
SHAPES: dict[str, tuple[str, list[str]]] = {
    "a project's own shape": (
        "<#S> a sh:NodeShape ; sh:targetClass ph:Topic ; sh:property [ sh:path ph:aspect ; sh:hasValue "
        '"how" ; sh:message "only topics of making are welcome here; leave it out" ] .\n',
        ["graph/topics.yaml:14: error: 'sprockets': only topics of making are welcome here; leave it out"],
    ),
    "without a message": (
        '<#S> a sh:NodeShape ; sh:targetClass ph:Topic ; sh:property [ sh:path ph:aspect ; sh:hasValue "how" ] .\n',
        ["graph/topics.yaml:14: error: 'sprockets': it violates S (HasValueConstraintComponent); see graph/shapes.ttl"],
    ),
    "misspelt": (
        "<#S> a sh:NodeShape ;\n  sh:targetClas ph:Topic .\n",
        ["graph/shapes.ttl:4: error: unknown term 'sh:targetClas'; did you mean 'sh:targetClass'?"],
    ),
    "SPARQL": (
        "<#S> a sh:NodeShape ; sh:targetClass ph:Topic ;\n"
        '  sh:sparql [ sh:select "SELECT $this WHERE { $this ?p ?o }" ] .\n',
        [
            "graph/shapes.ttl:4: error: 'sh:select' is not run here; "
            "say it with SHACL Core, or as a named query in examples/queries",
            "graph/shapes.ttl:4: error: 'sh:sparql' is not run here; "
            "say it with SHACL Core, or as a named query in examples/queries",
        ],
    ),
    "imports": (
        "<#S> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1/shapes.ttl> .\n",
        ["graph/shapes.ttl: error: imports are not read; copy the shapes into this file"],
    ),
    "broken Turtle": (
        "<#S> a sh:NodeShape ; sh:property [ .\n",
        ["graph/shapes.ttl:3:37: error: broken Turtle: . is not a valid predicate; mend the line"],
    ),
    "ill-formed": (
        '<#S> a sh:NodeShape ; sh:targetClass ph:Topic ; sh:property [ sh:path ph:aspect ; sh:minCount "x" ] .\n',
        [
            "graph/shapes.ttl: error: a shape is wrong: sh:minCount is not a non-negative integer; "
            "see www.w3.org/TR/shacl"
        ],
    ),
    "endless": (
        "<#S> a sh:NodeShape ; sh:targetClass ph:Topic ; "
        + "sh:not [ " * 60
        + "sh:class ph:Topic"
        + " ]" * 60
        + " .\n",
        [
            "graph/shapes.ttl: error: a shape is wrong: recursion limit exceeded: shapes nested more than 48 deep; "
            "a recursive shape nests one level per shape-valued constraint, not per link of data; "
            "see www.w3.org/TR/shacl"
        ],
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_project_s_own_shapes_run_or_are_told(name: str, copy: Path) -> None:
    shapes, expected = SHAPES[name]
    (copy / "graph" / "shapes.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
    assert [str(problem) for problem in check_project(Project(copy)).problems] == expected


def test_a_broken_ontology_is_told(copy: Path) -> None:
    (copy / "graph" / "ontology.ttl").write_text("foo", encoding="utf-8")
    assert [str(problem) for problem in check_project(Project(copy)).problems] == [
        "graph/ontology.ttl:1:1: error: broken Turtle: foo is not a valid subject or graph name; mend the line"
    ]
