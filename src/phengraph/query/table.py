"""An answer as a table for people at a terminal.

IRIs are shortened to prefixed names, wide values wrap within their column, the number of rows is the last line. What
comes from the data never becomes a colour, a cursor movement or a change of writing direction: control characters are
shown as U+FFFD.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from phengraph.query.formats import Form

if TYPE_CHECKING:
    from rich.console import Console

ROW_LIMIT = 10_000
"""More rows than this are no table for people."""
_LOCAL = re.compile(r"[\w](?:[\w.:-]*[\w-])?\Z", re.ASCII)
_NUMERIC = {
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}
# Marks that turn or embed a direction of writing (Unicode TR 9): after one, the rest of a line may read backwards.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str, *, keep_lines: bool = True) -> str:
    r"""Text that a terminal only shows: control characters and marks of direction become U+FFFD.

    >>> printable("red \x1b[31m")
    'red �[31m'
    """
    kept = "\n\t" if keep_lines else ""
    return "".join(
        one
        if one in kept
        else " "
        if one in "\n\t"
        else "\ufffd"
        if one in _BIDI or unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp")
        else one
        for one in text
    )


def shorten(iri: str, prefixes: Mapping[str, str]) -> str:
    """The prefixed name of an IRI, or the IRI itself.

    >>> shorten("https://schema.org/text", {"schema": "https://schema.org/"})
    'schema:text'
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    for prefix, namespace in prefixes.items():
        if namespace == iri[:cut] and _LOCAL.match(iri[cut:]):
            return f"{prefix}:{iri[cut:]}"
    return iri


def print_answer(console: Console, form: Form, answer: bytes, prefixes: Mapping[str, str]) -> None:
    """Print solutions that came as SPARQL JSON: a table, or yes or no.

    Written to something else than a terminal, each row is one line, however long.
    """
    content: dict[str, Any] = json.loads(answer)
    if form is Form.ASK:
        console.print("yes" if content["boolean"] else "no")
        return
    from rich import box
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    variables: list[str] = content["head"]["vars"]
    rows: list[dict[str, dict[str, Any]]] = content["results"]["bindings"]
    wraps = console.is_terminal
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for variable in variables:
        numeric = bool(rows) and all(_is_number(row.get(variable)) for row in rows)
        table.add_column(
            Text(printable(variable)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=not wraps,
        )
    for row in rows:
        table.add_row(*(Text(_show(row.get(variable), prefixes, keep_lines=wraps)) for variable in variables))
    if rows and variables:
        if not wraps:
            # A pipe has no width: as wide as the content, so that one row is one line for grep.
            console.width = max(console.width, Measurement.get(console, console.options.update(width=10**6), table).maximum)
        console.print(table)
    count = len(rows)
    console.print("no rows" if not count else "1 row" if count == 1 else f"{count:,} rows", highlight=False)


def _is_number(term: dict[str, Any] | None) -> bool:
    return term is None or term.get("datatype") in _NUMERIC


def _show(term: dict[str, Any] | None, prefixes: Mapping[str, str], *, keep_lines: bool) -> str:
    if term is None:
        return ""
    value = term["value"]
    if isinstance(value, dict):
        parts = (_show(value[name], prefixes, keep_lines=keep_lines) for name in ("subject", "predicate", "object"))
        return f"<<( {' '.join(parts)} )>>"
    text = shorten(value, prefixes) if term["type"] == "uri" else f"_:{value}" if term["type"] == "bnode" else value
    return printable(text, keep_lines=keep_lines)
