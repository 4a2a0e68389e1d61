"""Pages of what has no page of its own: a citation, a citing paper, a count, an agent.

Such an entry is shown as its statements, so that every IRI of ours answers. Findings, statuses and notes are told on
the page of what they belong to, and their own address leads there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote

from pyoxigraph import NamedNode

from phengraph.entries import short_name
from phengraph.export.entities import Statement, Term
from phengraph.identifiers import safe_url
from phengraph.serve.description import Description
from phengraph.serve.places import Addresses
from phengraph.serve.site import Site
from phengraph.vocabulary import KINDS, PH, expand

_NAMES = tuple(map(expand, ("skos:prefLabel", "rdfs:label", "foaf:name", "dcterms:title")))


@dataclass(frozen=True, slots=True)
class Shown:
    """One object of a statement."""

    text: str
    address: str | None
    outside: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The statements of one subject."""

    heading: str
    address: str
    rows: tuple[tuple[str, tuple[Shown, ...]], ...]


def home_of(site: Site, kind: str, name: str) -> tuple[str, str, str] | None:
    """Where an entry is told that belongs to another: kind, name and anchor of that page."""
    known = site.knowledge
    if kind == "evidence" and name in known.evidence:
        return "claim", known.evidence[name].claim, f"evidence-{name}"
    if kind == "status" and name in known.claims:
        return "claim", name, "status"
    if kind == "note" and name in known.notes and known.notes[name].about:
        return "phenomenon", known.notes[name].about, f"note-{name}"
    return None


def heading_of(description: Description, fallback: str) -> str:
    """The name of the first subject, as its statements have it."""
    for predicate in _NAMES:
        for found, term in description[0][1]:
            if found == predicate:
                return term.value
    return fallback


def tables_of(site: Site, at: Addresses, description: Description) -> list[Table]:
    """A table a subject, the entry's own without a heading."""
    labels = {subject: heading_of([(subject, said)], "") or _label(site, subject) for subject, said in description}
    return [
        Table(
            heading="" if place == 0 else labels[subject],
            address=_address(site, at, subject) or "",
            rows=tuple(_rows(site, at, said, labels)),
        )
        for place, (subject, said) in enumerate(description)
    ]


def _label(site: Site, subject: str) -> str:
    """What one of our entries is called; the IRI of anything else."""
    kind, slash, name = subject.removeprefix(site.view.base).partition("/")
    ours = slash and subject.startswith(site.view.base) and kind in KINDS
    return site.entry_label(kind, unquote(name)) if ours else subject


def _rows(
    site: Site, at: Addresses, statements: Iterable[Statement], labels: dict[str, str]
) -> Iterable[tuple[str, tuple[Shown, ...]]]:
    for predicate, group in groupby(statements, key=lambda one: one[0]):
        yield short_name(predicate), tuple(_shown(site, at, term, labels) for _, term in group)


def _shown(site: Site, at: Addresses, term: Term, labels: dict[str, str]) -> Shown:
    if not isinstance(term, NamedNode):
        return Shown(term.value, None, outside=False)
    address = _address(site, at, term.value)
    ours = address is not None and not address.startswith(("http://", "https://"))
    return Shown(labels.get(term.value) or short_name(term.value), address, outside=not ours)


def _address(site: Site, at: Addresses, iri: str) -> str | None:
    """The page of one of our IRIs; another address when it is http or https."""
    if iri.startswith(PH):
        return at.to(f"/ns#{iri[len(PH) :]}")
    return at.of_iri(iri, site.view.base) if iri.startswith(site.view.base) else safe_url(iri)
