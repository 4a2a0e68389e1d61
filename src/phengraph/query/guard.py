"""The first door: what is refused before the engine sees a query.

The engine parses by recursion and can end its whole process on a few kilobytes of nested brackets; SERVICE makes it
call out, with no switch against it. So length, nesting and the number of tokens are bounded here, SERVICE and updates
are refused with a word why, and the form of the query is told. The tokens are those of the SPARQL 1.1 grammar
(section 19.8), so words inside strings, comments and IRIs are no keywords.

A query that passes may still be wrong: syntax is the engine's to judge (`syntax` explains its errors). The second
door is the process without network in which it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from phengraph.problems import QueryError
from phengraph.query.formats import Form
from phengraph.query.places import place_of, syntax_error

# Every alternative is linear: possessive quantifiers (`*+`) where a failing match could be tried again at each length,
# a bound on the parts of a prefix, and a quote that opens no string ends the scan (`inspect_query`).
_ESCAPED = r"\\[_~.\-!$&'()*+,;=/?\#@%]|%[0-9A-Fa-f]{2}"
_TOKEN = re.compile(
    rf"""
    (?: [\x20\t\r\n]++ | \#[^\r\n]*+ )*+
    (?: (?P<variable> [?$]\w++ )
      | (?P<prefixed> (?: [^\W\d_][\w\-·]{{0,255}}+ (?:\.[\w\-·]{{1,255}}+){{0,9}}+ )?
            : (?: (?:[\w:]|{_ESCAPED}) (?: (?:[\w.:\-·]|{_ESCAPED})* (?:[\w:\-·]|{_ESCAPED}) )? )? )
      | (?P<blank> _:\w(?:[\w.\-·]*[\w\-·])? )
      | (?P<word> [^\W\d]\w*+ )
      | (?P<bracket> [{{}}()\[\]] )
      | (?P<iri> <(?: [^<>"{{}}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{{4}} | \\U[0-9A-Fa-f]{{8}} )*+> )
      | (?P<string>
            \"\"\" (?: (?:\"\"?)?+ (?: [^"\\] | \\. ) )*+ \"\"\"
          | \'\'\' (?: (?:\'\'?)?+ (?: [^'\\] | \\. ) )*+ \'\'\'
          | "(?!"") (?: [^"\\\r\n] | \\. )*+ "
          | '(?!'') (?: [^'\\\r\n] | \\. )*+ ' )
      | (?P<number> (?: \d*\.\d+ | \d+ ) (?:[eE][+-]?\d+)? )
      | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)*+ )
      | (?P<sign> \^\^ | && | \|\| | != | <= | >= | . )
      | (?P<end> \Z ) )
    """,
    re.VERBOSE | re.DOTALL,
)
_UPDATES = frozenset(
    {"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"}
)  # SPARQL 1.1 Update, section 3; an update begins with one of them
_UNREPEATABLE = frozenset({"RAND", "NOW", "UUID", "STRUUID"})
_BEGINNING = "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, after PREFIX lines if any"
_OPENING = frozenset("{([")
_QUOTES = frozenset("'\"")
_UNARY = frozenset("!+-^")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much a query may be before it is parsed; each is far above what people write."""

    characters: int = 100_000
    depth: int = 100
    """Nesting of brackets of any kind, and the length of a run of unary signs."""
    tokens: int = 10_000


class Token(NamedTuple):
    """One token: its kind, its text, and the offset of its first character."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in capitals, or `""` when the token is no bare word."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the guard saw in a query that passed."""

    text: str
    form: Form
    names_dataset: bool
    """The query says FROM or FROM NAMED, so the union of all graphs is not its default graph."""
    is_repeatable: bool
    """The same dataset gives the same answer: no function whose value is another each time."""


def scan(text: str) -> Iterator[Token]:
    """The tokens of a query in order, without white space and comments. Never fails: odd characters are `sign`s."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        # Without a match at the end, the search would go on inside the comment that stands there.
        if kind is not None and kind != "end":
            yield Token(kind, match[kind], match.start(kind))


@lru_cache(maxsize=256)
def inspect_query(text: str, bounds: Bounds | None = None) -> Inspection:
    """Tell the form of a query, or refuse it.

    Raises:
        QueryError: kind `limit` (longer, deeper or more tokens than the bounds), `refused` (an update or SERVICE), or
            `syntax` (no query form at all); with line and column.

    >>> inspect_query("# SERVICE\\nPREFIX ex: <http://example.org/> ASK { ?s ex:p 'SERVICE' }").form
    <Form.ASK: 'ASK'>
    """
    limits = bounds or Bounds()
    if len(text) > limits.characters:
        raise QueryError(
            f"the query has {len(text):,} characters, more than the {limits.characters:,} allowed; ask less at once",
            kind="limit",
        )
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _at(text, error.start, "the query is not valid Unicode; save it as UTF-8", kind="syntax") from error
    form: Form | None = None
    names_dataset = False
    is_repeatable = True
    for token in _bounded(text, limits):
        word = token.keyword
        if word == "SERVICE":
            raise _refusal(text, token, "SERVICE is refused: it would call another server; ask that server itself")
        if token.kind == "sign" and token.text in _QUOTES:
            raise _at(text, token.start, "a string that begins here is never closed", kind="syntax")
        if form is None and not _belongs_to_prologue(token):
            form = _form_of(text, token)
        names_dataset = names_dataset or word == "FROM"
        is_repeatable = is_repeatable and word not in _UNREPEATABLE
    if form is None:
        raise _at(text, len(text), f"there is no query; {_BEGINNING}", kind="syntax")
    return Inspection(text, form, names_dataset, is_repeatable)


def _form_of(text: str, token: Token) -> Form:
    word = token.keyword
    if word in _UPDATES:
        raise _refusal(
            text, token, f"{word} is refused: the dataset is read only; edit the files in graph/ and build again"
        )
    if word not in Form.__members__:
        raise _at(text, token.start, f"unexpected '{token.text[:40]}'; {_BEGINNING}", kind="syntax")
    return Form[word]


def _belongs_to_prologue(token: Token) -> bool:
    return token.kind in ("prefixed", "iri") or token.keyword in ("PREFIX", "BASE", "VERSION")


def _bounded(text: str, bounds: Bounds) -> Iterator[Token]:
    """The tokens, as long as they keep the bounds."""
    depth = signs = 0
    for count, token in enumerate(scan(text), start=1):
        if count > bounds.tokens:
            raise _at(
                text,
                token.start,
                f"the query has more than {bounds.tokens:,} words and signs; ask for less at once",
                kind="limit",
            )
        kind, shown, _ = token
        if kind == "bracket":
            depth += 1 if shown in _OPENING else -1
        signs = signs + 1 if kind == "sign" and shown in _UNARY else 0
        if depth > bounds.depth or signs > bounds.depth:
            raise _at(text, token.start, f"the query is nested more than {bounds.depth} deep", kind="limit")
        yield token


def _at(text: str, offset: int, message: str, *, kind: str) -> QueryError:
    line, column = place_of(text, offset)
    if kind == "syntax":
        return syntax_error(text, line, column, message)
    return QueryError(f"line {line}, column {column}: {message}", kind=kind, line=line, column=column)


def _refusal(text: str, token: Token, why: str) -> QueryError:
    return _at(text, token.start, why, kind="refused")
