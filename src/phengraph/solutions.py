"""Answers to SPARQL as Python values: rows of a SELECT, a graph of a CONSTRUCT."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import rdflib

_XSD = "http://www.w3.org/2001/XMLSchema#"
_INTEGERS = {_XSD + name for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger")}
_FLOATS = {_XSD + name for name in ("decimal", "double", "float")}

Value = str | int | float | bool | None
"""A value of a solution: IRIs and texts are strings, numbers are numbers, a variable without a value is None."""


@dataclass(frozen=True)
class Rows(Sequence[Mapping[str, Value]]):
    """The solutions of a SELECT: a sequence of mappings from variable to value, in the order of the query.

    `pandas.DataFrame(rows)` makes a table of it.
    """

    variables: tuple[str, ...]
    """In the order of the projection."""
    rows: tuple[Mapping[str, Value], ...]

    @overload
    def __getitem__(self, index: int) -> Mapping[str, Value]: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Mapping[str, Value] | Rows:
        return self.rows[index] if isinstance(index, int) else Rows(self.variables, self.rows[index])

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, Value]]:
        return iter(self.rows)

    def column(self, variable: str) -> list[Value]:
        """The values of one variable, in the order of the rows."""
        return [row[variable] for row in self.rows]

    def __repr__(self) -> str:
        return f"<{len(self.rows)} rows of {', '.join(self.variables)}>"


def read_graph_answer(content: bytes) -> rdflib.Graph:
    import rdflib

    # N-Triples give plain strings as plain literals, as everybody writes them.
    return rdflib.Graph().parse(data=content, format="nt")


def read_rows(solutions: Mapping[str, Any]) -> Rows:
    variables = tuple(solutions["head"]["vars"])
    rows = tuple(
        {name: _value_of(binding.get(name)) for name in variables} for binding in solutions["results"]["bindings"]
    )
    return Rows(variables, rows)


def _value_of(term: Mapping[str, Any] | None) -> Value:
    if term is None:
        return None
    text, datatype = str(term["value"]), term.get("datatype")
    try:
        if datatype in _INTEGERS:
            return int(text)
        if datatype in _FLOATS:
            return float(text)
    except ValueError:
        # A number that is none is a text with a wrong label; the text is all there is.
        return text
    return text == "true" if datatype == f"{_XSD}boolean" else text
