"""Markdown that is written from data: plain text stays plain, and people's Markdown keeps only harmless forms.

Two sources, two ways. A title, name or finding is plain text: every character that Markdown reads gets a backslash.
A description or a claim is Markdown that a contributor wrote: it is parsed without HTML and written again from its
tokens, so that what comes out is paragraphs, lists, tables, emphasis, code, maths and http(s) links, whatever went in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from phengraph.identifiers import safe_url

_SPACES = re.compile(r"[ \t\r\n\f\v]+")
_READ_BY_MARKDOWN = re.compile(r"([\\`*_\[\]<>&~|#])")
_AT_LINE_START = re.compile(r"(?:[-+=:]|(\d{1,9})[.)])(?=\s|\Z|[-=:])")
# GitHub's own advice for a dollar sign beside formulas: a backslash is not enough for its renderer.
_DOLLAR = "<span>$</span>"
_AT = "&#64;"
# A code span or a formula, whichever begins first: a dollar sign in code begins no formula.
_CODE_OR_MATHS = re.compile(
    r"(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)|\$\$[^$]+\$\$|\$(?![\s$])(?:\\.|[^$\\\n])+?(?<![\s\\])\$(?!\d)",
    re.DOTALL,
)
_OPENERS, _CLOSERS = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", {"\u202c": "\u202a\u202b\u202d\u202e", "\u2069": ""}
# Stand around a formula's number while markdown-it reads the text; noncharacters, which no checked text holds.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_FORMULA = re.compile(f"(?:{_OPEN}|%EF%B7%90)(\\d+)(?:{_CLOSE}|%EF%B7%91)")

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly this text, on one line, wherever in a line it is put.

    A code host takes no name in it for somebody who is to be told.

    >>> escape("made up by @ada")
    'made up by &#64;ada'
    >>> escape("Attention *is* all [you](x) need: 5 < 6 & <b>")
    'Attention \\\\*is\\\\* all \\\\[you\\\\](x) need: 5 \\\\< 6 \\\\& \\\\<b\\\\>'
    """
    single = _SPACES.sub(" ", text).strip()
    escaped = _READ_BY_MARKDOWN.sub(r"\\\1", close_directions(single)).replace("$", _DOLLAR).replace("@", _AT)
    if match := _AT_LINE_START.match(escaped):
        cut = match.end(1) if match.group(1) else 0
        escaped = f"{escaped[:cut]}\\{escaped[cut:]}"
    return escaped


def close_directions(text: str) -> str:
    """The text with every direction control that it opens closed, so that it cannot turn the rest of a line."""
    if text.isascii():
        return text
    open_now: list[str] = []
    for character in text:
        if character in _OPENERS:
            open_now.append("\u202c" if character in _CLOSERS["\u202c"] else "\u2069")
        elif open_now and character == open_now[-1]:
            open_now.pop()
    return text + "".join(reversed(open_now))


def link(text: str, url: str | None, *, title: str | None = None) -> str:
    """A link with plain text; only the text when the address is not http or https.

    >>> link("A [b]", "https://example.org/(x)"), link("A", "javascript:alert(1)")
    ('[A \\\\[b\\\\]](<https://example.org/(x)>)', 'A')
    """
    place = safe_url(url) if url else None
    shown = escape(text)
    if place is None:
        return shown
    target = f"<{place}>" if re.search(r"[()\\&*_]", place) else place
    hover = "" if title is None else ' "' + escape(title).replace('"', '\\"').replace(_DOLLAR, "&#36;") + '"'
    return f"[{shown}]({target}{hover})"


def inline(markdown: str) -> str:
    """One line of harmless Markdown from a contributor's: emphasis, code, maths and http(s) links stay."""
    return _Writer(markdown).one_line()


def blocks(markdown: str) -> str:
    """Harmless Markdown blocks from a contributor's, separated by blank lines, without a trailing newline."""
    return _Writer(markdown).all_blocks()


class _Writer:
    """Writes the tokens of one text; formulas are taken out before parsing, since `_` and `\\` mean TeX in them."""

    def __init__(self, markdown: str) -> None:
        self._formulas: list[str] = []
        known = markdown.replace(_OPEN, "\ufffd").replace(_CLOSE, "\ufffd")
        self._tokens = _PARSER.parse(_CODE_OR_MATHS.sub(self._keep, known))

    def _keep(self, match: re.Match[str]) -> str:
        if match["ticks"]:
            return match.group()
        # Where a reader's renderer knows no formulas, TeX must not be read as HTML, code or a link either.
        formula = _SPACES.sub(" ", match.group()).replace("<", "\\lt ").replace("`", "'")
        self._formulas.append(formula.replace("](", "]{}("))
        return f"{_OPEN}{len(self._formulas) - 1}{_CLOSE}"

    def one_line(self) -> str:
        lines = (self._inline(token.children or []) for token in self._tokens if token.type == "inline")
        return " ".join(line for line in lines if line)

    def all_blocks(self) -> str:
        return "\n\n".join(self._blocks(self._tokens))

    def _blocks(self, tokens: Sequence[Token]) -> Iterator[str]:
        for opening, inside in _groups(tokens):
            kind = opening.type
            if kind == "inline":
                yield self._paragraph(opening)
            elif kind in ("paragraph_open", "heading_open"):
                text = self._paragraph(inside[0])
                yield f"**{text}**" if kind == "heading_open" and text else text
            elif kind in ("bullet_list_open", "ordered_list_open"):
                yield "\n".join(self._list_entries(inside, ordered=kind == "ordered_list_open"))
            elif kind == "blockquote_open":
                yield "\n".join(f"> {line}".rstrip() for line in "\n\n".join(self._blocks(inside)).split("\n"))
            elif kind in ("fence", "code_block"):
                yield _fence(self._restore(opening.content))
            elif kind == "table_open":
                yield "\n".join(self._rows(inside))

    def _paragraph(self, token: Token) -> str:
        text = self._inline(token.children or [])
        match = _AT_LINE_START.match(text)
        if match is None:
            return text
        cut = match.end(1) if match.group(1) else 0
        return f"{text[:cut]}\\{text[cut:]}"

    def _list_entries(self, tokens: Sequence[Token], *, ordered: bool) -> Iterator[str]:
        for number, (_, inside) in enumerate(_groups(tokens), start=1):
            mark = f"{number}. " if ordered else "- "
            tight = any(token.hidden for token in inside)
            body = ("\n" if tight else "\n\n").join(self._blocks(inside))
            yield mark + re.sub(r"\n(?=[^\n])", "\n" + " " * len(mark), body)

    def _rows(self, tokens: Sequence[Token]) -> Iterator[str]:
        rows: list[list[str]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token.children or []).replace("|", "\\|").replace("\\\\|", "\\|"))
        for position, row in enumerate(rows):
            yield "| " + " | ".join(row) + " |"
            if position == 0:
                yield "|" + " --- |" * len(row)

    def _inline(self, tokens: Sequence[Token]) -> str:
        parts: list[str] = []
        targets: list[str | None] = []
        for token in tokens:
            if token.type == "text":
                parts.append(self._text(token.content))
            elif token.type == "code_inline":
                parts.append(_code(self._restore(token.content)))
            elif token.type in ("em_open", "em_close", "strong_open", "strong_close", "s_open", "s_close"):
                parts.append({"e": "*", "s": "~~"}[token.type[0]] if token.type[:6] != "strong" else "**")
            elif token.type == "link_open":
                targets.append(safe_url(self._restore(str(token.attrGet("href") or ""))))
                parts.append("[" if targets[-1] else "")
            elif token.type == "link_close":
                target = targets.pop()
                parts.append(f"](<{target}>)" if target else "")
            elif token.type == "image":
                parts.append(self._text(token.content))
            elif token.type in ("softbreak", "hardbreak"):
                parts.append(" ")
        return _SPACES.sub(" ", "".join(parts)).strip()

    def _text(self, content: str) -> str:
        """Plain text with its formulas put back; spaces at its ends are kept, since words go on in the next token."""
        pieces = _FORMULA.split(content)
        return "".join(
            self._formulas[int(piece)] if position % 2 else _escape_inside(piece)
            for position, piece in enumerate(pieces)
        )

    def _restore(self, content: str) -> str:
        return _FORMULA.sub(lambda match: self._formulas[int(match.group(1))], content)


def _escape_inside(text: str) -> str:
    return _READ_BY_MARKDOWN.sub(r"\\\1", close_directions(text)).replace("$", _DOLLAR)


def _code(content: str) -> str:
    """A code span whose fence is longer than any run of backticks in it (CommonMark 0.31, 6.1)."""
    fence = "`" * (max((len(run) for run in re.findall(r"`+", content)), default=0) + 1)
    pad = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{fence}{pad}{content}{pad}{fence}"


def _fence(content: str) -> str:
    fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", content)), default=0) + 1)
    return f"{fence}\n{content.rstrip(chr(10))}\n{fence}"


def _groups(tokens: Sequence[Token]) -> Iterator[tuple[Token, Sequence[Token]]]:
    """Each token of the outer level with the tokens between it and its close."""
    edges = [index for index, token in enumerate(tokens) if token.level == tokens[0].level] if tokens else []
    for start, end in pairwise([*edges, len(tokens)]):
        if tokens[start].nesting >= 0:
            yield tokens[start], tokens[start + 1 : end]
