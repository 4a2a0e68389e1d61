"""Places in the text of a query, and how an error shows one."""

from __future__ import annotations

import unicodedata

from phengraph.problems import QueryError

_LINE_WIDTH = 100
# Marks that turn or embed a direction of writing (Unicode TR 9): after one, the rest of a line may read backwards.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1, the column in characters.

    >>> place_of("SELECT *\\n{ ?s", 11)
    (2, 3)
    """
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def syntax_error(text: str, line: int, column: int, what: str) -> QueryError:
    """The error of a place: what is wrong there, then the line and a caret."""
    message = f"syntax error at line {line}, column {column}: {what}\n{show_place(text, line, column)}"
    return QueryError(message, kind="syntax", line=line, column=column)


def show_place(text: str, line: int, column: int) -> str:
    """The line of a text and a caret under a column, indented by two; long lines are cut around the column.

    >>> print(show_place("SELECT * {\\n  ?s ?p }", 2, 9))
        ?s ?p }
              ^
    """
    lines = text.split("\n")
    content = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
    start = max(0, min(column - 1 - _LINE_WIDTH // 2, len(content) - _LINE_WIDTH))
    shown = content[start : start + _LINE_WIDTH]
    before = shown[: column - 1 - start]
    pad = "".join(character if character == "\t" else " " * _cells(character) for character in before)
    return f"  {printable(shown)}\n  {pad}^"


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


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
