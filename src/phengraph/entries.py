"""Quads back to the entries they were made of: the inverse of `quads.knowledge_quads`.

Quads are gathered by subject in one pass, then each entry is read with its kind's function. The order that people
wrote is restored from `ph:position` and `ph:writtenOrder`; the file of an entry is the named graph that it stands in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import unquote

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.model import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Figure,
    Knowledge,
    Model,
    Note,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    SourceList,
    Stance,
    Strength,
    Topic,
)
from phengraph.quads.knowledge import CHECK_PROPERTIES
from phengraph.quads.terms import source_list_node, split_names
from phengraph.vocabulary import KINDS, PH, PREFIXES, expand

_TYPE = expand("rdf:type")
_SHORT = {iri: prefix for prefix, iri in PREFIXES.items()}


class Properties:
    """The values of one subject by prefixed name: `ph:finding` -> its texts; a Chinese label is `skos:prefLabel@zh`."""

    __slots__ = ("graph", "values")

    def __init__(self) -> None:
        self.graph = ""
        """The named graph in which its type is told."""
        self.values: dict[str, list[str]] = {}

    def text(self, name: str) -> str | None:
        found = self.values.get(name)
        return found[0] if found else None

    def must(self, name: str) -> str:
        return self.values[name][0]

    def whole_number(self, name: str) -> int | None:
        found = self.values.get(name)
        return int(found[0]) if found else None

    def scale(self, name: str) -> Range | None:
        low, high = self.text(f"ph:min{name}"), self.text(f"ph:max{name}")
        if low is None and high is None:
            return None
        return Range(None if low is None else float(low), None if high is None else float(high))

    def names(self, name: str) -> tuple[str, ...]:
        """The names of linked entries in the order in which they were written."""
        if name not in self.values:
            return ()
        for order in self.values.get("ph:writtenOrder", ()):
            first, *names = order.split(" ")
            if first == name:
                return tuple(names)
        return tuple(sorted({name_of(iri) for iri in self.values[name]}))


def name_of(iri: str) -> str:
    """The slug or key at the end of an entry's IRI; names hold no slash."""
    return unquote(iri.rsplit("/", 1)[1])


def short_name(iri: str) -> str:
    """The prefixed name of a property of a known vocabulary, else the IRI itself."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = _SHORT.get(iri[:cut])
    return iri if prefix is None else f"{prefix}:{iri[cut:]}"


class Entries:
    """All entries under a base, by kind and name, with the values of their quads."""

    def __init__(self, quads: Iterable[Quad], base: str) -> None:
        self.base = base
        self._ours = (*(f"{base}{kind}/" for kind in KINDS.values()), source_list_node(base).value)
        self._subjects: dict[str, Properties] = defaultdict(Properties)
        self._kinds: dict[str, list[str]] = defaultdict(list)
        # Captions and places of figures hold within one file: another may show the same picture otherwise.
        self._pictures: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        short: dict[str, str] = {}
        for quad in quads:
            predicate = quad.predicate.value
            name = short.get(predicate)
            if name is None:
                name = short[predicate] = short_name(predicate)
            self._gather(quad, name)

    def _gather(self, quad: Quad, name: str) -> None:
        node, value, graph = quad.subject, quad.object, quad.graph_name
        # Ours are all named; whatever else a hand put into a file of the cache is no entry.
        if not (
            isinstance(node, NamedNode) and isinstance(value, NamedNode | Literal) and isinstance(graph, NamedNode)
        ):
            return
        subject = node.value
        if not subject.startswith(self._ours):
            if name in ("dcterms:title", "ph:position"):
                self._pictures[subject, graph.value][name] = value.value
            return
        properties = self._subjects[subject]
        if name == "rdf:type":
            if not properties.graph:
                properties.graph = graph.value
                self._kinds[value.value].append(subject)
        else:
            if name == "skos:prefLabel" and isinstance(value, Literal) and value.language == "zh":
                name = "skos:prefLabel@zh"
            properties.values.setdefault(name, []).append(value.value)

    def of_kind(self, kind: str) -> list[tuple[str, Properties]]:
        """Name and properties of every entry of a class, `ph:Claim`, in the order of the quads."""
        return [(name_of(iri), said) for iri, said in self.iris_of_kind(kind)]

    def iris_of_kind(self, kind: str) -> list[tuple[str, Properties]]:
        """IRI and properties of every entry of a class, in the order of the quads."""
        return [(iri, self._subjects[iri]) for iri in self._kinds[expand(kind)]]

    def properties(self, iri: str) -> Properties:
        """What is said of one subject; empty when nothing is."""
        return self._subjects.get(iri, Properties())

    def source(self, properties: Properties) -> Source:
        """The file of an entry, from its graph, and its line, from the provenance graph (0 where that is left out)."""
        return Source(unquote(properties.graph[len(self.base) :]), properties.whole_number("ph:sourceLine") or 0)

    def knowledge(self) -> Knowledge:
        """The knowledge that the quads were made of, in the order in which it is shown."""
        topics = _by_place(self._read_topic(*one) for one in self.of_kind("ph:Topic"))
        ranks = {slug: rank for rank, slug in enumerate(topics)}
        phenomena = sorted(
            (self._read_phenomenon(*one) for one in self.of_kind("ph:Phenomenon")),
            key=lambda one: (ranks.get(one.topic, len(ranks)), list_order(one.list_number), one.slug),
        )
        ranks = {one.slug: rank for rank, one in enumerate(phenomena)}
        claims = _by_place(
            ((ranks.get(claim.phenomenon, len(ranks)), place), claim)
            for place, claim in (self._read_claim(*one) for one in self.of_kind("ph:Claim"))
        )
        ranks = {slug: rank for rank, slug in enumerate(claims)}
        evidence = _by_place(
            ((ranks.get(one.claim, len(ranks)), place), one)
            for place, one in (self._read_evidence(*one) for one in self.of_kind("ph:Evidence"))
        )
        papers = sorted((self._read_paper(*one) for one in self.of_kind("ph:Paper")), key=lambda one: one.key)
        models = sorted((self._read_model(*one) for one in self.of_kind("ph:Model")), key=lambda one: one.key)
        files = {one.source.path: rank for rank, one in enumerate(phenomena)}
        notes = sorted(
            (self._read_note(*one) for one in self.of_kind("ph:ListNote")),
            # Those about the whole list, which stand in topics.yaml, come first.
            key=lambda one: (files.get(one.source.path, -1), one.source),
        )
        return Knowledge(
            topics=topics,
            phenomena={one.slug: one for one in phenomena},
            claims=claims,
            evidence=evidence,
            papers={one.key: one for one in papers},
            models={one.key: one for one in models},
            notes={one.slug: one for one in notes},
            source_list=next((self._read_source_list(said) for _, said in self.of_kind("ph:SourceList")), None),
        )

    def _read_source_list(self, said: Properties) -> SourceList:
        return SourceList(
            title=said.must("dcterms:title"),
            repository=said.must("schema:codeRepository"),
            commit=said.text("schema:version"),
            date=said.text("dcterms:date"),
            credit=said.text("schema:creditText"),
            source=self.source(said),
        )

    def _read_topic(self, slug: str, said: Properties) -> tuple[int, Topic]:
        return int(said.must("ph:position")), Topic(
            slug=slug,
            label=said.must("skos:prefLabel"),
            label_zh=said.text("skos:prefLabel@zh"),
            aspect=said.text("ph:aspect"),
            number=said.text("ph:listNumber"),
            source=self.source(said),
        )

    def _read_phenomenon(self, slug: str, said: Properties) -> Phenomenon:
        return Phenomenon(
            slug=slug,
            label=said.must("skos:prefLabel"),
            label_zh=said.text("skos:prefLabel@zh"),
            topic=name_of(said.must("ph:topic")),
            list_number=said.text("ph:listNumber"),
            seen_in=said.names("ph:seenIn"),
            listed_papers=said.names("ph:listCites"),
            description=said.must("dcterms:description"),
            figures=self._read_figures(said),
            source=self.source(said),
        )

    def _read_figures(self, said: Properties) -> tuple[Figure, ...]:
        shown = [(self._pictures[url, said.graph], url) for url in set(said.values.get("ph:figure", ()))]
        shown.sort(key=lambda one: int(one[0]["ph:position"]))
        return tuple(Figure(url, told["dcterms:title"]) for told, url in shown)

    def _read_claim(self, slug: str, said: Properties) -> tuple[int, Claim]:
        return int(said.must("ph:position")), Claim(
            slug=slug,
            phenomenon=name_of(said.must("ph:about")),
            label=said.must("skos:prefLabel"),
            text=said.must("schema:text"),
            origin=said.text("ph:origin"),
            as_of=said.text("ph:asOf"),
            source=self.source(said),
        )

    def _read_evidence(self, name: str, said: Properties) -> tuple[int, Evidence]:
        datasets = said.text("ph:datasetNames")
        return int(said.must("ph:position")), Evidence(
            name=name,
            claim=name_of(said.must("ph:claim")),
            paper=name_of(said.must("ph:paper")),
            stance=Stance(_word(said.must("ph:stance"))),
            finding=said.must("ph:finding"),
            locator=said.text("ph:locator"),
            conditions=Conditions(
                parameters=said.scale("Parameters"),
                tokens=said.scale("Tokens"),
                compute=said.scale("Compute"),
                models=said.names("ph:testedOn"),
                datasets=() if datasets is None else split_names(datasets)[0],
                metric=said.text("ph:metric"),
                note=said.text("ph:conditionNote"),
            ),
            strength=Strength(_word(said.must("ph:strength"))),
            checked=Checked(said.must("ph:checked")),
            confidence=Confidence(said.must("ph:confidence")),
            review=Review(_word(said.must("ph:reviewState"))),
            origin=said.text("ph:origin"),
            quote=said.text("ph:quote"),
            read_in=said.text("ph:readIn"),
            source=self.source(said),
        )

    def _read_paper(self, key: str, said: Properties) -> Paper:
        names = said.text("ph:authorNames")
        authors, complete = ((), True) if names is None else split_names(names)
        checks = {check: said.text(predicate) for check, predicate in CHECK_PROPERTIES.items()}
        return Paper(
            key=key,
            title=said.must("dcterms:title"),
            authors=authors,
            authors_complete=complete,
            year=said.whole_number("ph:year"),
            month=said.whole_number("ph:month"),
            venue=said.text("ph:venue"),
            kind=said.must("ph:entryType"),
            arxiv=said.text("fabio:hasArXivId"),
            doi=said.text("prism:doi"),
            openreview=said.text("ph:openReviewId"),
            corpus_id=said.whole_number("ph:corpusId"),
            url=said.text("schema:url"),
            note=said.text("skos:note"),
            checks={check: text for check, text in checks.items() if text is not None},
            source=self.source(said),
        )

    def _read_model(self, key: str, said: Properties) -> Model:
        paper = said.text("ph:paper")
        return Model(
            key=key,
            label=said.must("skos:prefLabel"),
            organisation=said.text("ph:organisation"),
            parameters=said.text("ph:parameters"),
            parameter_range=said.scale("Parameters"),
            year=said.whole_number("ph:year"),
            normalization=said.text("ph:normalization"),
            norm_placement=said.text("ph:normPlacement"),
            paper=None if paper is None else name_of(paper),
            checked_with=said.text("ph:readIn"),
            confidence=Confidence(said.must("ph:confidence")),
            note=said.text("skos:note"),
            source=self.source(said),
        )

    def _read_note(self, slug: str, said: Properties) -> Note:
        about = said.text("ph:about")
        return Note(
            slug=slug,
            about="" if about is None else name_of(about),
            list_says=said.must("ph:listSays"),
            fact=said.must("ph:fact"),
            checked_with=said.must("ph:readIn"),
            confidence=Confidence(said.must("ph:confidence")),
            source=self.source(said),
        )


def list_order(number: str | None) -> tuple[bool, list[int]]:
    """A key that sorts `How 1.2` before `How 1.10`, and what has no number last.

    >>> sorted(["How 1.10", None, "How 1.2"], key=list_order)
    ['How 1.2', 'How 1.10', None]
    """
    digits = [int(run) for run in re.findall(r"\d{1,9}", number or "")]
    return not digits, digits


def _word(iri: str) -> str:
    return iri.removeprefix(PH).lower()


P = TypeVar("P", bound="tuple[int, ...] | int")
E = TypeVar("E", Topic, Claim, Evidence)


def _by_place(placed: Iterable[tuple[P, E]]) -> dict[str, E]:
    """Entries by slug or name in the order of their places."""
    ordered = sorted(placed, key=lambda one: one[0])
    return {one.name if isinstance(one, Evidence) else one.slug: one for _, one in ordered}
