"""An answer as a table for people at a terminal.

IRIs are shortened to prefixed names, wide values wrap within their column, the number of rows is the last line. What
comes from the data never becomes a colour, a cursor movement or a change of writing direction: control characters are
shown as U+FFFD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from phengraph.query.formats import Form
from phengraph.query.places import printable

if TYPE_CHECKING:
    from rich.console import Console

ROW_LIMIT = 10_000
"""More rows than this are no table for people."""
_WORD_WIDTH = 32
"""A column is not made narrower than its longest word, up to this: an identifier broken in two is hard to read."""
_GAP = 3
"""Cells between two columns."""
_LOCAL = re.compile(r"[\w](?:[\w.:-]*[\w-])?\Z", re.ASCII)
_NUMERIC = {
    f"http://www.w3.org/2001/XMLSchema#{name}"
    for name in ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger")
}


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
    columns = [[_show(row.get(variable), prefixes, keep_lines=wraps) for row in rows] for variable in variables]
    widths = _widths([[name, *column] for name, column in zip(variables, columns, strict=True)], console.width)
    for variable, width in zip(variables, widths, strict=True):
        numeric = bool(rows) and all(_is_number(row.get(variable)) for row in rows)
        table.add_column(
            Text(printable(variable)),
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=not wraps,
            width=width if wraps else None,
        )
    for row_cells in zip(*columns, strict=True):
        table.add_row(*map(Text, row_cells))
    if rows and variables:
        if not wraps:
            # A pipe has no width: as wide as the content, so that one row is one line for grep.
            console.width = max(
                console.width, Measurement.get(console, console.options.update(width=10**6), table).maximum
            )
        console.print(table)
    count = len(rows)
    console.print("no rows" if not count else "1 row" if count == 1 else f"{count:,} rows", highlight=False)


def _widths(columns: list[list[str]], console_width: int) -> list[int]:
    """Widths of columns that fit: what they need when there is room, else the room by how much text they hold.

    An identifier broken in two is hard to read, so a column keeps the width of its longest word as long as that goes.
    """
    from rich.cells import cell_len

    natural = [max(cell_len(line) for text in column for line in text.split("\n")) for column in columns]
    free = console_width - _GAP * (len(columns) - 1)
    if sum(natural) <= free:
        return natural
    words = [max((cell_len(word) for text in column for word in text.split()), default=1) for column in columns]
    least = [max(1, min(word, _WORD_WIDTH)) for word in words]
    while sum(least) > free and max(least) > 1:
        least[least.index(max(least))] -= 1
    room = max(0, free - sum(least))
    wishes = [wide - width for wide, width in zip(natural, least, strict=True)]
    return [width + room * wish // max(1, sum(wishes)) for width, wish in zip(least, wishes, strict=True)]


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
