"""What the pages and the API look up again and again, derived once from a view: who is about whom.

A `Site` belongs to one snapshot. It is made when the first page of that snapshot is asked for, and answers any number
of requests at once: nothing in it changes but what it remembers of the citations.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from pyoxigraph import NamedNode

from phengraph.export.citing import CiteLabels
from phengraph.identifiers import iri
from phengraph.model import (
    Citation,
    CitationCount,
    Claim,
    Evidence,
    Model,
    Note,
    Paper,
    Phenomenon,
    Review,
    Stance,
    StatusRecord,
    Topic,
)
from phengraph.quads.terms import slug_of_name
from phengraph.views import citation_nodes, read_citation

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

PAGE_KINDS = ("phenomenon", "claim", "paper", "model", "topic", "author", "dataset")
"""The kinds of entries that have a page of their own."""
_SUGGESTIONS = 5

E = TypeVar("E")


class Shown(Protocol):
    """What is served at a moment: a dataset and what it says."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def view(self) -> View: ...


Current: TypeAlias = Callable[[], Shown]
"""Gives the snapshot that a request is answered from; asked once a request."""


class Site:
    """One snapshot with its indices; lists are in the order in which the knowledge has them."""

    def __init__(self, dataset: Dataset, view: View) -> None:
        self.dataset = dataset
        self.view = view
        self.knowledge = knowledge = view.knowledge
        self.cite = CiteLabels(knowledge.papers.values())
        self.claims_of = _group(knowledge.claims.values(), lambda one: [one.phenomenon])
        self.evidence_of_claim = _group(knowledge.evidence.values(), lambda one: [one.claim])
        self.evidence_of_paper = _group(knowledge.evidence.values(), lambda one: [one.paper])
        self.evidence_of_model = _group(knowledge.evidence.values(), lambda one: one.conditions.models)
        self.phenomena_of_topic = _group(knowledge.phenomena.values(), lambda one: [one.topic])
        self.phenomena_of_model = _group(knowledge.phenomena.values(), lambda one: one.seen_in)
        self.phenomena_of_paper = _group(knowledge.phenomena.values(), lambda one: one.listed_papers)
        self.models_of_paper = _group(knowledge.models.values(), lambda one: [one.paper] if one.paper else [])
        self.notes_of = _group(knowledge.notes.values(), lambda one: [one.about])
        self._citations: dict[str, tuple[NamedNode, ...]] = {}

    @cached_property
    def papers_of_author(self) -> Mapping[str, list[Paper]]:
        """By the slug of an author's name: names that differ only in accents share it, as they share the IRI."""
        return _group(self.knowledge.papers.values(), lambda one: dict.fromkeys(map(slug_of_name, one.authors)))

    @cached_property
    def author_names(self) -> Mapping[str, str]:
        """By slug, the name as the first paper has it."""
        names: dict[str, str] = {}
        for paper in self.knowledge.papers.values():
            for name in paper.authors:
                names.setdefault(slug_of_name(name), name)
        return names

    @cached_property
    def evidence_of_dataset(self) -> Mapping[str, list[Evidence]]:
        """By the slug of a data set's name."""
        evidence = self.knowledge.evidence.values()
        return _group(evidence, lambda one: dict.fromkeys(map(slug_of_name, one.conditions.datasets)))

    @cached_property
    def dataset_names(self) -> Mapping[str, str]:
        """By slug, the name of a data set as the first finding has it."""
        names: dict[str, str] = {}
        for one in self.knowledge.evidence.values():
            for name in one.conditions.datasets:
                names.setdefault(slug_of_name(name), name)
        return names

    def names(self, kind: str) -> Mapping[str, object]:
        """Everything of a kind that has pages, by slug or key."""
        if kind == "author":
            return self.author_names
        if kind == "dataset":
            return self.dataset_names
        knowledge = self.knowledge
        known: Mapping[str, Mapping[str, object]] = {
            "phenomenon": knowledge.phenomena,
            "claim": knowledge.claims,
            "evidence": knowledge.evidence,
            "paper": knowledge.papers,
            "model": knowledge.models,
            "topic": knowledge.topics,
            "note": knowledge.notes,
        }
        return known.get(kind, {})

    def nearest_names(self, kind: str, name: str) -> list[str]:
        """Names of this kind that are spelt much like an unknown one, the likest first."""
        # Past this length nothing is a misspelling, and comparing it would cost time.
        return difflib.get_close_matches(name[:100], list(self.names(kind)), n=_SUGGESTIONS, cutoff=0.55)

    def iri(self, kind: str, name: str) -> str:
        """The IRI of an entry."""
        return iri(self.view.base, kind, name)

    def status(self, claim: str) -> StatusRecord | None:
        return self.view.statuses.get(claim)

    def topic_of(self, phenomenon: Phenomenon | None) -> Topic | None:
        return self.knowledge.topics.get(phenomenon.topic) if phenomenon else None

    def phenomenon_of(self, claim: Claim) -> Phenomenon | None:
        return self.knowledge.phenomena.get(claim.phenomenon)

    def evidence(self, claim: str, stance: Stance | None = None) -> list[Evidence]:
        """Accepted evidence of a claim, of one stance or of all."""
        return [
            one
            for one in self.evidence_of_claim.get(claim, ())
            if one.review is Review.ACCEPTED and stance in (None, one.stance)
        ]

    def papers_of_claim(self, claim: str) -> list[Paper]:
        """The papers of its accepted and proposed evidence, each once, as written."""
        kept = (Review.ACCEPTED, Review.PROPOSED)
        keys = dict.fromkeys(one.paper for one in self.evidence_of_claim.get(claim, ()) if one.review in kept)
        return [self.knowledge.papers[key] for key in keys if key in self.knowledge.papers]

    def papers_of_phenomenon(self, slug: str) -> list[Paper]:
        """The papers of the evidence about its claims, then those that only the source list cites for it."""
        keys = dict.fromkeys(
            paper.key for claim in self.claims_of.get(slug, ()) for paper in self.papers_of_claim(claim.slug)
        )
        keys |= dict.fromkeys(self.knowledge.phenomena[slug].listed_papers)
        return [self.knowledge.papers[key] for key in keys if key in self.knowledge.papers]

    def claims_of_topic(self, slug: str) -> list[Claim]:
        phenomena = self.phenomena_of_topic.get(slug, ())
        return [claim for one in phenomena for claim in self.claims_of.get(one.slug, ())]

    def latest_count(self, key: str) -> CitationCount | None:
        counts = self.view.counts.get(key)
        return counts[-1] if counts else None

    def citations_of_claim(self, claim: str) -> int | None:
        """Citations of its papers together, by their latest counts; None when nothing was counted."""
        counts = [self.latest_count(paper.key) for paper in self.papers_of_claim(claim)]
        known = [count.citations for count in counts if count is not None]
        return sum(known) if known else None

    def citation_order(self, key: str) -> tuple[NamedNode, ...]:
        """The citations of a paper, newest first, as nodes; `citation` reads one."""
        if key not in self._citations:
            self._citations[key] = citation_nodes(self.dataset, key)
        return self._citations[key]

    def citation(self, node: NamedNode, key: str) -> Citation:
        return read_citation(self.dataset, node, key)

    def entry_label(self, kind: str, name: str) -> str:
        """What a person calls an entry; its name where it has no other."""
        found = self.names(kind).get(name)
        if isinstance(found, Claim | Phenomenon | Topic | Model):
            return found.label
        if isinstance(found, Paper):
            return self.cite[name]
        if isinstance(found, Evidence):
            return found.finding
        if isinstance(found, Note):
            return found.list_says
        return str(found) if isinstance(found, str) else name


class SiteKeeper:
    """The site of the current snapshot, made anew when the snapshot is another."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._site: Site | None = None

    def site(self) -> Site:
        shown = self._current()
        site = self._site
        # Two requests at once may both make it: the same values twice, and no lock to wait for.
        if site is None or site.view is not shown.view:
            site = self._site = Site(shown.dataset, shown.view)
        return site


def _group(entries: Iterable[E], keys: Callable[[E], Iterable[str]]) -> Mapping[str, list[E]]:
    found: dict[str, list[E]] = defaultdict(list)
    for one in entries:
        for key in keys(one):
            found[key].append(one)
    return dict(found)
