"""The forms in which an entry can be had: one line a form, in the order in which we prefer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phengraph.serve import description
from phengraph.serve.details import detail
from phengraph.serve.pages.entries import bibtex_of
from phengraph.serve.site import PAGE_KINDS, Site

HTML_TYPE = "text/html"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an entry: what its address ends in, and its media type."""

    suffix: str
    media_type: str
    label: str


FORMS: Mapping[str, Form] = {
    each.suffix: each
    for each in (
        Form("html", HTML_TYPE, "HTML"),
        Form("ttl", "text/turtle", "Turtle"),
        Form("jsonld", "application/ld+json", "JSON-LD"),
        Form("json", "application/json", "JSON"),
        Form("nt", "application/n-triples", "N-Triples"),
        Form("bib", "application/x-bibtex", "BibTeX"),
    )
}
_OF_PAPERS = ("claim", "phenomenon", "paper", "author")
_WITH_JSON = (*PAGE_KINDS, "evidence", "note")


def forms_of(kind: str) -> list[Form]:
    """The forms that entries of a kind have."""
    without = set()
    if kind not in _OF_PAPERS:
        without.add("bib")
    if kind not in _WITH_JSON:
        without.add("json")
    return [form for form in FORMS.values() if form.suffix not in without]


def split_suffix(name: str) -> tuple[str, Form | None]:
    """An address's last part as a name and a form: `grokking.ttl`.

    >>> split_suffix("grokking.ttl")[0], split_suffix("sprocket.nano")
    ('grokking', ('sprocket.nano', None))
    """
    stem, dot, suffix = name.rpartition(".")
    form = FORMS.get(suffix) if dot and stem else None
    return (name, None) if form is None else (stem, form)


def write_form(site: Site, kind: str, name: str, form: Form) -> bytes | None:
    """An entry as a document for programs; None when there is no such entry."""
    if form.suffix == "json":
        found = detail(site, kind, name)
        return None if found is None else found.model_dump_json(indent=1).encode() + b"\n"
    if form.suffix == "bib":
        return (bibtex_of(site, kind, name) or "").encode()
    told = description.describe(site, kind, name)
    if not told:
        return None
    if form.suffix == "ttl":
        return description.turtle(site, told)
    return description.ntriples(site, told) if form.suffix == "nt" else description.jsonld(site, told)
