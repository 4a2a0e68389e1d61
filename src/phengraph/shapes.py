"""Truth across files: SHACL shapes over everything that people wrote, told at the file and line of the entry.

The shapes are the project's own `graph/shapes.ttl`, which its people may extend, or the shipped ones where it has none.
The engine is the package `shacl`, twenty times as fast as pyshacl on these shapes (benchmarks/check.py); a test holds
that pyshacl finds the same. Shapes come with a pull request as entries do, so they are looked at before they run:
SPARQL in them is refused, because no engine can stop a query that never ends.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pyoxigraph
import shacl
from pyoxigraph import RdfFormat, Triple

from phengraph.curate.source import read_source
from phengraph.identifiers import iri_name
from phengraph.model import Knowledge, Source
from phengraph.problems import Problem, Severity, nearest
from phengraph.project import Project
from phengraph.quads import knowledge_quads
from phengraph.starter import starter_folder

SHAPES_FILE = "shapes.ttl"
ONTOLOGY_FILE = "ontology.ttl"

_SH = "http://www.w3.org/ns/shacl#"
_IMPORTS = "http://www.w3.org/2002/07/owl#imports"
_PARSER_PLACE = re.compile(r"^Parser error at line \d+ (?:column|between) [^:]*: ")
# SHACL's parts beyond Core, each of which brings SPARQL, JavaScript or rules.
_ADVANCED = ("ask", "construct", "expression", "js", "rule", "select", "sparql", "target", "update", "validator")
# SHACL Core: what its engines read. W3C Recommendation of 2017-07-20, sections 2 to 4.
_CORE = frozenset(
    """
    targetClass targetNode targetObjectsOf targetSubjectsOf severity message deactivated property path inversePath
    alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath name description order group defaultValue class datatype
    nodeKind minCount maxCount minExclusive minInclusive maxExclusive maxInclusive minLength maxLength pattern flags
    languageIn uniqueLang equals disjoint lessThan lessThanOrEquals not and or xone node qualifiedValueShape
    qualifiedValueShapesDisjoint qualifiedMinCount qualifiedMaxCount closed ignoredProperties hasValue in declare prefix
    namespace prefixes shapesGraph entailment
    """.split()  # noqa: SIM905 - the names as the Recommendation lists them
)
_KINDS = ("topic", "phenomenon", "claim", "evidence", "paper", "model", "note")


def check_shapes(project: Project, knowledge: Knowledge, *, complete: bool = True) -> list[Problem]:
    """What the shapes say against the knowledge of a project, and what is wrong with the shapes themselves.

    A reference to an entry that is not there is left out: the reader of graph/ has told it at its column.

    Args:
        complete: False when the reader left entries out; then nobody can say that nothing names an entry.

    Raises:
        SettingsError: phengraph.toml is not what it should be.
    """
    problems: list[Problem] = []
    ontology: list[Triple] = []
    if (project.graph / ONTOLOGY_FILE).exists() and (read := _read_turtle(project, ONTOLOGY_FILE, problems)):
        ontology = read[1]
    shapes = _read_shapes(project, problems)
    if shapes is None:
        return problems
    try:
        report = shapes.validate_text(_as_text(knowledge, project.base, ontology), format="ntriples")
    except ValueError as error:
        return [*problems, _wrong_shape(f"graph/{SHAPES_FILE}", error)]
    names = _Names(project.base, knowledge)
    for result in report.results:
        if not complete and "^" in (result.path or ""):
            continue
        if result.component == "ClassConstraintComponent" and names.is_missing(result.value_plain or ""):
            continue
        problems.append(_problem(result, names))
    return problems


def _as_text(knowledge: Knowledge, base: str, ontology: list[Triple]) -> str:
    """Everything that people wrote, and the ontology, as N-Triples: the one form that the engine and we share."""
    triples = (quad.triple for quad in knowledge_quads(knowledge, base))
    content = pyoxigraph.serialize(itertools.chain(triples, ontology), format=RdfFormat.N_TRIPLES)
    assert content is not None
    return content.decode("utf-8")


class _Names:
    """From the IRI of an entry to its name and its place."""

    def __init__(self, base: str, knowledge: Knowledge) -> None:
        self._base = base
        self._entries = {
            "topic": knowledge.topics,
            "phenomenon": knowledge.phenomena,
            "claim": knowledge.claims,
            "evidence": knowledge.evidence,
            "paper": knowledge.papers,
            "model": knowledge.models,
            "note": knowledge.notes,
        }

    def find(self, text: str) -> tuple[str, str] | None:
        """Kind and name of the entry that an IRI would be."""
        for kind in _KINDS:
            if (name := iri_name(self._base, kind, text)) is not None:
                return kind, name
        return None

    def is_missing(self, text: str) -> bool:
        found = self.find(text)
        return found is not None and found[1] not in self._entries[found[0]]

    def source(self, text: str) -> tuple[str, Source]:
        """The name of an entry and its place; an IRI of no entry is its own name and has no place."""
        found = self.find(text)
        entry = self._entries[found[0]].get(found[1]) if found else None
        if found is None or entry is None:
            return text, Source("", 0)
        source = entry.source  # type: ignore[attr-defined]
        assert isinstance(source, Source)
        return found[1], source


def _problem(result: shacl.Result, names: _Names) -> Problem:
    name, source = names.source(result.focus_node.removeprefix("<").removesuffix(">"))
    shape = (result.root_shape or "a shape").strip("<>").rpartition("#")[2]
    said = result.message or f"it violates {shape} ({result.component}); see graph/shapes.ttl"
    message, _, mend = said.partition("; ")
    if result.value_plain and not result.value_plain.startswith(("http://", "https://")):
        message += f" (here: {result.value_plain[:60]})"
    severity = Severity.ERROR if result.severity == "Violation" else Severity.WARNING
    return Problem(source.path, source.line, 0, severity, f"'{name}': {message}", mend)


def _read_turtle(project: Project, name: str, problems: list[Problem]) -> tuple[str, list[Triple]] | None:
    """Text and triples of a Turtle file of graph/; None, with a problem, when it is broken."""
    source = read_source(project, project.graph / name, problems)
    if source is None:
        return None
    try:
        parsed = pyoxigraph.parse(source.text, format=RdfFormat.TURTLE, base_iri=project.base + source.path)
        return source.text, [quad.triple for quad in parsed]
    except SyntaxError as error:
        said = _PARSER_PLACE.sub("", error.msg or "it does not parse")
        line, column = error.lineno or 0, error.offset or 0
        problems.append(Problem(source.path, line, column, Severity.ERROR, f"broken Turtle: {said}", "mend the line"))
        return None


def _read_shapes(project: Project, problems: list[Problem]) -> shacl.Shapes | None:
    path = project.graph / SHAPES_FILE
    if not path.exists():
        return shacl.Shapes.from_file(str(starter_folder() / "graph" / SHAPES_FILE))
    read = _read_turtle(project, SHAPES_FILE, problems)
    if read is None:
        return None
    text, triples = read
    place = project.relative(path)
    refused = list(_refused_terms(place, text, triples))
    if refused:
        problems.extend(refused)
        return None
    try:
        return shacl.Shapes.from_turtle(text)
    except ValueError as error:
        problems.append(_wrong_shape(place, error))
        return None


def _wrong_shape(place: str, error: ValueError) -> Problem:
    said = " ".join(str(error).removeprefix("invalid shapes graph: ").split())[:200]
    return Problem(place, 0, 0, Severity.ERROR, f"a shape is wrong: {said}", "see www.w3.org/TR/shacl")


def _refused_terms(place: str, text: str, triples: list[Triple]) -> Iterator[Problem]:
    """What shapes may not say here: an engine skips a misspelt term without a word, and runs SPARQL without an end."""
    predicates = sorted({triple.predicate.value for triple in triples})
    for local in (iri.removeprefix(_SH) for iri in predicates if iri.startswith(_SH)):
        if local in _CORE:
            continue
        line = _line_of(f"sh:{local}", text)
        if local not in _ADVANCED and (suggestion := nearest(local, _CORE)):
            mend = f"did you mean 'sh:{suggestion}'?"
            yield Problem(place, line, 0, Severity.ERROR, f"unknown term 'sh:{local}'", mend)
        else:
            mend = "say it with SHACL Core, or as a named query in examples/queries"
            yield Problem(place, line, 0, Severity.ERROR, f"'sh:{local}' is not run here", mend)
    if _IMPORTS in predicates:
        mend = "copy the shapes into this file"
        yield Problem(place, _line_of("owl:imports", text), 0, Severity.ERROR, "imports are not read", mend)


def _line_of(word: str, text: str) -> int:
    match = re.search(rf"{re.escape(word)}(?![\w-])", text)
    return text.count("\n", 0, match.start()) + 1 if match else 0
