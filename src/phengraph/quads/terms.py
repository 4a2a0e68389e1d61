"""Terms of the quads: how a value of the model is spelt as a node or a literal, in one place.

Literals are written in the form that the store keeps (`1.5`, never `1.50`; `Z`, never `+00:00`), so that quads that
went through a store are the same quads. Nothing here makes a blank node.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Quad

from phengraph.identifiers import iri, make_slug
from phengraph.model import Range
from phengraph.vocabulary import expand

_XSD_DATE = NamedNode(expand("xsd:date"))
_XSD_DATETIME = NamedNode(expand("xsd:dateTime"))
_XSD_DECIMAL = NamedNode(expand("xsd:decimal"))
_LIST_JOINT = "; "
ET_AL = "et al."


@lru_cache(maxsize=1024)
def term(name: str) -> NamedNode:
    """The node of a prefixed name, `ph:supports`."""
    return NamedNode(expand(name))


@lru_cache(maxsize=100_000)
def entry(base: str, kind: str, name: str) -> NamedNode:
    """The node of an entry: base, kind, name."""
    return NamedNode(iri(base, kind, name))


def graph_of(base: str, path: str) -> NamedNode:
    """The named graph of a file of the project: its path under the base.

    >>> graph_of("https://w3id.org/phengraph/", "graph/papers.bib")
    <NamedNode value=https://w3id.org/phengraph/graph/papers.bib>
    """
    return NamedNode(base + quote(path, safe="-._~:+!$&'()*,;=@/"))


def source_list_node(base: str) -> NamedNode:
    """The node of the list that the project started from; there is one at most."""
    return NamedNode(base + "source-list")


def slug_of_name(name: str) -> str:
    """The slug of a person or data set, or the name itself (to be percent-encoded) where it has no ASCII letter.

    >>> slug_of_name("Jared Kaplan"), slug_of_name("王小明")
    ('jared-kaplan', '王小明')
    """
    return make_slug(name) or " ".join(name.split())


def url_node(url: str) -> NamedNode | Literal:
    """The node of an address; a plain literal where it is no IRI, so that odd metadata is kept and breaks nothing."""
    try:
        return NamedNode(url)
    except ValueError:
        return Literal(url)


def date_literal(text: str) -> Literal:
    return Literal(text, datatype=_XSD_DATE)


def datetime_literal(text: str) -> Literal:
    """A date and time that ends in `Z`."""
    return Literal(text, datatype=_XSD_DATETIME)


def decimal_literal(value: float) -> Literal:
    """A short decimal as people read it: `1.8`, `0`, `0.7368`."""
    return Literal(f"{value:.6f}".rstrip("0").rstrip("."), datatype=_XSD_DECIMAL)


def join_names(names: tuple[str, ...], *, complete: bool = True) -> str:
    """Names in order as one text, `A; B`, ending in `et al.` when the list is cut.

    A `;` or a backslash in a name, and a name that is literally `et al.`, are escaped by a backslash, so that
    `split_names` gives back what went in.

    >>> join_names(("Ada Example", "Team X; Y"), complete=False)
    'Ada Example; Team X\\\\; Y; et al.'
    """
    escaped = [name.replace("\\", "\\\\").replace(";", "\\;") for name in names]
    parts = [f"\\{name}" if name == ET_AL else name for name in escaped]
    return _LIST_JOINT.join(parts if complete else [*parts, ET_AL])


def split_names(text: str) -> tuple[tuple[str, ...], bool]:
    """The names in a text of `join_names`, and whether the list is complete.

    >>> split_names("Ada Example; Team X\\\\; Y; et al.")
    (('Ada Example', 'Team X; Y'), False)
    """
    if "\\" not in text:
        parts = text.split(_LIST_JOINT)
        complete = parts[-1] != ET_AL
        return tuple(parts if complete else parts[:-1]), complete
    raw: list[str] = [""]
    position = 0
    while position < len(text):
        if text[position] == "\\":
            raw[-1] += text[position : position + 2]
            position += 2
        elif text.startswith(_LIST_JOINT, position):
            raw.append("")
            position += len(_LIST_JOINT)
        else:
            raw[-1] += text[position]
            position += 1
    complete = raw[-1] != ET_AL
    return tuple(_unescape(part) for part in (raw if complete else raw[:-1])), complete


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


class Entry:
    """The quads of one entry, collected: a subject in a named graph, and values that are left out when None."""

    __slots__ = ("graph", "quads", "subject")

    def __init__(self, subject: NamedNode, kind: str, graph: NamedNode) -> None:
        self.subject = subject
        self.graph = graph
        self.quads = [Quad(subject, term("rdf:type"), term(kind), graph)]

    def add(self, predicate: str, value: NamedNode | Literal) -> None:
        self.quads.append(Quad(self.subject, term(predicate), value, self.graph))

    def text(self, predicate: str, value: str | None, language: str | None = None) -> None:
        if value is not None:
            self.add(predicate, Literal(value) if language is None else Literal(value, language=language))

    def whole_number(self, predicate: str, value: int | None) -> None:
        if value is not None:
            self.add(predicate, Literal(value))

    def scale(self, name: str, value: Range | None) -> None:
        """`ph:minTokens` and `ph:maxTokens` for `Tokens`; an open end has no quad."""
        if value is None:
            return
        if value.minimum is not None:
            self.add(f"ph:min{name}", Literal(float(value.minimum)))
        if value.maximum is not None:
            self.add(f"ph:max{name}", Literal(float(value.maximum)))

    def entries(self, predicate: str, base: str, kind: str, names: tuple[str, ...]) -> None:
        """An edge to each; their order is kept in `ph:writtenOrder` when it is not the order of the alphabet."""
        for name in names:
            self.add(predicate, entry(base, kind, name))
        if list(names) != sorted(set(names)):
            self.text("ph:writtenOrder", " ".join((predicate, *names)))
