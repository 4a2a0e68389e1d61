"""The registry of export formats: a name, what it makes, and the function that makes it, imported when it is asked for.

A format is one line here. Its function takes the dataset and the options and returns the bytes of one file, or a
folder of files by relative POSIX path. It reads no clock, no locale and no environment, so the same dataset and
options give the same bytes on every machine.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from phengraph.problems import ExportError, UnknownName, nearest

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

Files = Mapping[str, bytes]
"""A folder: relative POSIX path -> content."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may ask of an export; a format that has no use for one refuses it."""

    about: str | None = None
    """Slug or key of one entry: only it and what surrounds it."""
    hops: int | None = None
    """With `about`: how many edges away; None is the format's own default."""
    table: str | None = None
    """One table of `csv`, instead of the folder of all."""
    with_citations: bool = False
    """Also what the ingester saw: citations and counts."""
    with_provenance: bool = False
    """Also who wrote each entry and when, from git; then the bytes depend on the history of the checkout."""

    def given(self) -> list[str]:
        """Names of the options that differ from their default, as the command line spells them."""
        blank = Options()
        return ["--" + name.replace("_", "-") for name in self.__slots__ if getattr(self, name) != getattr(blank, name)]


class Exporter(Protocol):
    """A function that makes one format."""

    def __call__(self, dataset: Dataset, options: Options) -> bytes | Files: ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format that `phengraph export` can make."""

    name: str
    made_by: str
    """`module:function`, imported when the format is asked for."""
    file_name: str
    """Its usual file or, for `csv`, folder under exports/."""
    makes: str
    """What it is, in a few words, for `phengraph export --help`."""
    accepts: frozenset[str] = field(default_factory=frozenset)
    """The options it has a use for, as the command line spells them."""
    to_file: bool = False
    """True when it goes to exports/ unless `-o` says otherwise: a page, or a folder. The others go to stdout."""

    folder: bool = False
    """True when it is a folder of files, unless one table is asked for."""

    def load(self) -> Exporter:
        module, _, function = self.made_by.partition(":")
        exporter: Exporter = getattr(importlib.import_module(module), function)
        return exporter

    def makes_folder(self, options: Options) -> bool:
        return self.folder and options.table is None

    def refuse_useless(self, options: Options) -> None:
        """Raises:
        ExportError: an option was given that this format has no use for.
        """
        for option in options.given():
            if option not in self.accepts:
                users = ", ".join(each.name for each in FORMATS.values() if option in each.accepts)
                raise ExportError(f"{option} means nothing for {self.name}; it is for {users}")


_RDF = frozenset({"--with-citations", "--with-provenance"})
_SEEN = frozenset({"--with-citations"})
_STORE = frozenset({"--with-provenance"})
_ABOUT = frozenset({"--about"})
_NEAR = frozenset({"--about", "--hops"})
_HERE = "phengraph.export."

FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format("turtle", _HERE + "turtle:export_turtle", "phengraph.ttl", "RDF to read: one entry a block", _RDF),
        Format("trig", _HERE + "turtle:export_trig", "phengraph.trig", "RDF with its named graphs", _STORE),
        Format("nquads", _HERE + "nquads:export_nquads", "phengraph.nq", "canonical N-Quads, sorted lines", _STORE),
        Format("jsonld", _HERE + "jsonld:export_jsonld", "phengraph.jsonld", "JSON-LD, a tree of phenomena", _RDF),
        Format("graphml", _HERE + "graphxml:export_graphml", "phengraph.graphml", "the network, for most tools", _SEEN),
        Format("gexf", _HERE + "graphxml:export_gexf", "phengraph.gexf", "the network, coloured, for Gephi", _SEEN),
        Format("bibtex", _HERE + "bibtex:export_bibtex", "phengraph.bib", "the papers for LaTeX", _ABOUT),
        Format("csljson", _HERE + "csljson:export_csljson", "phengraph.csl.json", "the papers for Zotero", _ABOUT),
        Format(
            "csv",
            _HERE + "tables:export_csv",
            "csv",
            "a folder of tables",
            frozenset({"--table"}),
            to_file=True,
            folder=True,
        ),
        Format(
            "html",
            _HERE + "html:export_html",
            "phengraph.html",
            "the picture by pyvis, one page that opens offline",
            _NEAR | _SEEN,
            to_file=True,
        ),
        Format("explorer", _HERE + "explorer:export_explorer", "explorer.html", "the page, one file", to_file=True),
        Format("catalogue", _HERE + "catalogue:export_catalogue", "catalogue.md", "the list as one Markdown page"),
        Format("feed", _HERE + "feed:export_feed", "feed.atom", "Atom: new citations, jumps, moved statuses", _ABOUT),
    )
}


def find_format(name: str) -> Format:
    """The format of this name.

    Raises:
        UnknownName: there is none; carries the nearest name.
    """
    if name not in FORMATS:
        raise UnknownName("export format", name, nearest(name, FORMATS))
    return FORMATS[name]


def export(dataset: Dataset, name: str, options: Options | None = None) -> bytes | Files:
    """Make one format of a dataset: the bytes of a file, or a folder of files by relative path.

    Raises:
        UnknownName: there is no such format, or no entry named by `options.about`.
        ExportError: the format has no use for an option that was given, or cannot hold what it was asked to.
    """
    chosen = find_format(name)
    asked = options or Options()
    chosen.refuse_useless(asked)
    return chosen.load()(dataset, asked)
