"""A syntax error told so that a person finds it: the line, a caret, and what is likely wrong.

The engine gives a place and a list of what it expected there, which is the list of a parser that tried every
alternative (`expected one of LATERAL, SERVICE, [_]` for a missing object); it misleads more than it helps. So only
the place is kept, and the usual causes are looked for in the tokens: a prefix that nobody declared, a bracket that
does not close.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from phengraph.problems import QueryError, nearest
from phengraph.query.guard import Token, scan
from phengraph.query.places import place_of, printable, syntax_error

_PLACE = re.compile(r"error at (\d+):(\d+): ")
_PAIRS = {"{": "}", "(": ")", "[": "]"}


def explain_syntax(text: str, engine_message: str, prefixes: Mapping[str, str]) -> QueryError:
    """The error of a query that the engine could not parse.

    `prefixes` are those that need no declaration. The message's first line says what is wrong and where; the line of
    the query and a caret follow when the place is known.
    """
    tokens = list(scan(text))
    place = _PLACE.match(engine_message)
    if place is None:
        # Errors found after parsing (a variable bound twice, an aggregate outside GROUP BY) come without a place.
        return QueryError(f"syntax error: {engine_message}", kind="syntax")
    line, column = int(place[1]), int(place[2])
    offset = _offset_of(text, line, column)
    cause = (
        _undeclared_prefix(tokens, offset, prefixes)
        or _open_bracket(text, tokens, offset)
        or _unexpected(text, tokens, offset)
    )
    line, column = place_of(text, cause[0])
    return syntax_error(text, line, column, cause[1])


def _unexpected(text: str, tokens: list[Token], offset: int) -> tuple[int, str]:
    at = next((token for token in tokens if token.end > offset), None)
    if at is None and tokens and tokens[-1].text in _PAIRS.values():
        # The engine reads on over a bracket that comes too early, and complains behind it.
        return tokens[-1].start, f"unexpected '{tokens[-1].text}'; something is missing before it"
    return offset, "the query ends too early" if at is None else f"unexpected '{printable(at.text[:40])}'"


def _offset_of(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.index("\n", start) + 1
    return start + column - 1


def _undeclared_prefix(tokens: list[Token], offset: int, prefixes: Mapping[str, str]) -> tuple[int, str] | None:
    declared = set(prefixes)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.kind != "prefixed":
            continue
        prefix = token.text.partition(":")[0]
        if before is not None and before.keyword == "PREFIX":
            declared.add(prefix)
        elif prefix not in declared and token.start <= offset:
            suggestion = nearest(prefix, declared)
            mend = f"did you mean '{suggestion}:'?" if suggestion else f"add a line PREFIX {prefix}: <...>"
            return token.start, f"prefix '{prefix}:' is not declared; {mend}"
    return None


def _open_bracket(text: str, tokens: list[Token], offset: int) -> tuple[int, str] | None:
    """The bracket to blame when the query ends inside one, or closes one that is not open."""
    stack: list[Token] = []
    for token in tokens:
        if token.text in _PAIRS:
            stack.append(token)
        elif token.text in _PAIRS.values():
            if not stack or _PAIRS[stack[-1].text] != token.text:
                return (token.start, f"'{token.text}' closes nothing") if token.start <= offset else None
            stack.pop()
    if stack and not text[offset:].strip():
        return stack[-1].start, f"'{stack[-1].text}' is never closed"
    return None
