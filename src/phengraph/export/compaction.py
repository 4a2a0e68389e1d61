"""Statements as JSON-LD keys and values, by the terms of a context.

The inverse of expansion for our data: no blank nodes, no lists, no scoped contexts. A term is used where expansion
gives back exactly the statement (same type, same language); else the key is a compact IRI and the value says what it
is. Why not a library's compaction: it takes the whole document in memory, expanded, and minutes for a large project;
the tests let three libraries expand what is written here.

Source: JSON-LD 1.1 (W3C Recommendation, 2020), sections 4.2 and 4.6.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from phengraph.export.entities import Statement, Term
from phengraph.problems import ExportError
from phengraph.vocabulary import expand

TYPE = expand("rdf:type")
_STRING, _INTEGER = expand("xsd:string"), expand("xsd:integer")
_DOUBLE, _BOOLEAN = expand("xsd:double"), expand("xsd:boolean")
# The integers that every JSON reader keeps (RFC 8259, section 6).
_EXACT_INTEGER = 2**53


@dataclass(frozen=True, slots=True)
class _TermDefinition:
    name: str
    coercion: str | None
    """`@id`, `@vocab`, the IRI of a datatype, or None."""
    language: str | None
    many: bool
    """True when the value is always an array."""


class Context:
    """The terms of a JSON-LD context, and the base IRI that ids are relative to."""

    def __init__(self, definitions: Mapping[str, Any], base: str) -> None:
        self.base = base
        self.definitions = dict(definitions) | {"@base": base}
        self._vocabulary = str(definitions.get("@vocab", ""))
        self._prefixes = {
            name: value
            for name, value in definitions.items()
            if isinstance(value, str) and value.endswith(("/", "#")) and not name.startswith("@")
        }
        self._by_namespace = {namespace: prefix for prefix, namespace in self._prefixes.items()}
        self._terms: dict[str, list[_TermDefinition]] = {}
        for name, definition in definitions.items():
            if isinstance(definition, dict) and "@id" in definition:
                self._terms.setdefault(self._expand(definition["@id"]), []).append(self._read(name, definition))

    def _read(self, name: str, definition: Mapping[str, Any]) -> _TermDefinition:
        coercion = definition.get("@type")
        expanded = coercion if coercion is None or coercion.startswith("@") else self._expand(coercion)
        return _TermDefinition(name, expanded, definition.get("@language"), definition.get("@container") == "@set")

    def _expand(self, name: str) -> str:
        prefix, colon, local = name.partition(":")
        return self._prefixes[prefix] + local if colon and prefix in self._prefixes else name

    def entry(self, subject: str, statements: Iterable[Statement], *, skip: Iterable[str] = ()) -> dict[str, Any]:
        """A node object: `id`, then the statements in their order, without the predicates of `skip`."""
        node: dict[str, Any] = {"id": self.relative(subject)}
        left_out = frozenset(skip)
        for predicate, term in statements:
            if predicate not in left_out:
                self.put(node, predicate, term)
        return node

    def put(self, node: dict[str, Any], predicate: str, term: Term, *, instead: dict[str, Any] | None = None) -> None:
        """Add one statement to a node object; `instead` is the node object of `term`, embedded in its place."""
        if predicate == TYPE and isinstance(term, NamedNode):
            _add(node, "type", self._vocabulary_name(term.value), many=False)
            return
        for definition in self._terms.get(predicate, ()):
            value = instead if instead is not None and definition.coercion == "@id" else self._value(term, definition)
            if value is not None:
                _add(node, definition.name, value, many=definition.many)
                return
        _add(node, self._key(predicate), instead or self._explicit(term), many=False)

    def relative(self, iri: str) -> str:
        """The IRI relative to the base, where resolving it gives back the IRI; else the IRI."""
        local = iri.removeprefix(self.base)
        plain = "/" in local and not local.startswith("/") and not any(mark in local for mark in "?#:")
        return local if local != iri and plain and not {".", ".."}.intersection(local.split("/")) else iri

    def _value(self, term: Term, definition: _TermDefinition) -> Any:
        """The value under a term, or None when that term would not give back the statement."""
        if isinstance(term, NamedNode):
            if definition.coercion == "@id":
                return self.relative(term.value)
            return self._vocabulary_name(term.value) if definition.coercion == "@vocab" else None
        if term.language is not None:
            return term.value if term.language == definition.language else None
        if definition.language is not None:
            return None
        datatype = term.datatype.value
        if definition.coercion is None:
            return term.value if datatype == _STRING else _native(term, datatype)
        if definition.coercion != datatype:
            return None
        return _native(term, datatype) if datatype == _DOUBLE else term.value

    def _explicit(self, term: Term) -> Any:
        """A value that says itself what it is, for a key without a term."""
        if isinstance(term, NamedNode):
            return {"id": self.relative(term.value)}
        if term.language is not None:
            return {"@value": term.value, "@language": term.language}
        datatype = term.datatype.value
        if datatype == _STRING:
            return term.value
        native = _native(term, datatype)
        return {"@value": term.value, "@type": self._key(datatype)} if native is None or datatype == _DOUBLE else native

    def _vocabulary_name(self, iri: str) -> str:
        """A name that expands to the IRI as a type or under a term of type `@vocab`."""
        return self._key(iri)

    def _key(self, iri: str) -> str:
        local = iri.removeprefix(self._vocabulary)
        if self._vocabulary and local != iri and local and local not in self.definitions and ":" not in local:
            return local
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._by_namespace.get(iri[:cut])
        return iri if prefix is None or not iri[cut:] else f"{prefix}:{iri[cut:]}"


def read_context(path: Path, base: str) -> Context:
    """The context in a file.

    Raises:
        ExportError: there is no such file, or it is no JSON object with an `@context` object.
    """
    mend = "take it from the folder that `phengraph init` makes"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ExportError(f"graph/{path.name} is missing; {mend}") from None
    except (OSError, ValueError) as error:
        raise ExportError(f"graph/{path.name} is no JSON: {error}; {mend}") from error
    definitions = content.get("@context") if isinstance(content, dict) else None
    if not isinstance(definitions, dict):
        raise ExportError(f"graph/{path.name} has no object under '@context'; {mend}")
    return Context(definitions, base)


def _add(node: dict[str, Any], key: str, value: Any, *, many: bool) -> None:
    if key not in node:
        node[key] = [value] if many else value
    elif isinstance(node[key], list):
        node[key].append(value)
    else:
        node[key] = [node[key], value]


def _native(literal: Literal, datatype: str) -> int | float | bool | None:
    """The JSON number or boolean that expands to this value, or None.

    Of a double the digits may be written otherwise (`7.0E10` for `70000000000`): one value, and one term in a store.
    """
    text = literal.value
    if datatype == _BOOLEAN and text in ("true", "false"):
        return text == "true"
    if datatype == _INTEGER and text.lstrip("-").isdecimal():
        number = int(text)
        return number if str(number) == text and abs(number) < _EXACT_INTEGER else None
    if datatype == _DOUBLE and text not in ("INF", "-INF", "NaN"):
        # Expansion writes 16 digits (JSON-LD 1.1 API, 8.6): the same double, or no native number.
        value = float(text)
        return value if float(f"{value:.15E}") == value else None
    return None
