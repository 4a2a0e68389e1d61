"""People's Markdown as plain data that a page builds its elements from: no markup ever travels as text.

A text becomes blocks, a block holds runs, a run is a string or a list whose first element says what it is:

    ["p", run, ...]   ["ul", [run, ...], ...]   ["ol", [run, ...], ...]   ["pre", text]
    ["table", row, row, ...] where a row is a list of cells [run, ...], the first one the head
    "plain text"      ["em", run, ...]   ["strong", run, ...]   ["code", text]   ["a", url, run, ...]   ["br"]
    ["math", element, ...] where an element is [tag, text or element, ...] of MathML

The page makes an element for each by its name, from lists of its own, so whatever a contributor wrote stays text.
Links are http or https; HTML is text; images are links to their address, since a page asks no other address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, TypeAlias
from xml.etree import ElementTree

from latex2mathml import exceptions as latex_exceptions
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token

from phengraph.identifiers import safe_url

Run: TypeAlias = str | list[Any]
Block: TypeAlias = list[Any]

MATHS_TAGS = frozenset(
    {"mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot"}
    | {"munder", "mover", "munderover", "mtable", "mtr", "mtd"}
)
"""Elements of MathML Core that the page makes; any other shows what is in it."""
_FORMULA_LENGTH_LIMIT = 500
# Dollars that hold no space at their inner sides; not the escaped ones, nor a price.
_FORMULA = re.compile(r"\$\$([^$]+)\$\$|(?<![\\$\w])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)")
# latex2mathml has no common error: these are all of its own, and what its parser lets through.
_TEX_ERRORS: tuple[type[Exception], ...] = (
    *(one for one in vars(latex_exceptions).values() if isinstance(one, type) and issubclass(one, Exception)),
    IndexError,
    KeyError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
    ElementTree.ParseError,
)


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def prose(markdown: str) -> list[Block]:
    """The blocks of a text.

    >>> prose("Loss falls as $C$ *grows*.")
    [['p', 'Loss falls as ', ['math', ['mrow', ['mi', 'C']]], ' ', ['em', 'grows'], '.']]
    """
    hidden, formulas = _hide_formulas(markdown)
    return list(_blocks(_parser().parse(hidden), formulas))


def text_runs(text: str) -> list[Run]:
    """Plain text with its formulas: labels, findings and titles, in which nothing else is a mark.

    >>> text_runs("About $20N$, *not* more")
    ['About ', ['math', ['mrow', ['mn', '20'], ['mi', 'N']]], ', *not* more']
    """
    hidden, formulas = _hide_formulas(text)
    return list(_with_formulas(hidden.replace("\\$", "$"), formulas))


def plain(markdown: str) -> str:
    """One line of text without marks, for labels and search; a formula is its text.

    >>> plain("The *best* [size](https://example.org/) is $20N$")
    'The best size is 20N'
    """
    return " ".join(" ".join(_lines(prose(markdown))).split())


def _lines(blocks: list[Block]) -> Iterator[str]:
    for kind, *parts in blocks:
        if kind == "table":
            yield from (_text_of(cell) for row in parts for cell in row)
        elif kind in ("ul", "ol"):
            yield from map(_text_of, parts)
        else:
            yield _text_of(parts)


def _text_of(runs: Sequence[Run]) -> str:
    words = []
    for run in runs:
        if isinstance(run, str):
            words.append(run)
        else:
            words.append(" " if run == ["br"] else _text_of(run[2:] if run[0] == "a" else run[1:]))
    return "".join(words)


def _hide_formulas(markdown: str) -> tuple[str, list[str]]:
    """Formulas out of Markdown's sight, which would read their underscores and backslashes; code keeps its dollars."""
    formulas: list[str] = []

    def hide(found: re.Match[str]) -> str:
        formulas.append((found[1] or found[2]).strip())
        return f"\ue000{len(formulas) - 1}\ue001"

    # Private-use characters mark the places; those that a text brings are taken for unknown characters.
    cleaned = markdown.replace("\ue000", "\ufffd").replace("\ue001", "\ufffd")
    pieces = re.split(r"(`+)(?!`)(.*?)(?<!`)\1(?!`)", cleaned, flags=re.DOTALL)
    out = []
    for place in range(0, len(pieces), 3):
        out.append(_FORMULA.sub(hide, pieces[place]))
        if place + 2 < len(pieces):
            out.append(pieces[place + 1] + pieces[place + 2] + pieces[place + 1])
    return "".join(out), formulas


def _blocks(tokens: Sequence[Token], formulas: list[str]) -> Iterator[Block]:
    """Blocks in order; nested ones (a list in a quotation) come out flat, their text whole."""
    lists: list[Block] = []
    table: Block = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(["ul" if token.type.startswith("bullet") else "ol"])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            done = lists.pop()
            if len(done) > 1:
                yield done
        elif token.type == "table_open":
            table = ["table"]
        elif token.type == "table_close":
            yield table
            table = []
        elif token.type == "tr_open":
            table.append([])
        elif token.type == "inline":
            runs = _runs(token.children or [], formulas)
            if table:
                table[-1].append(runs)
            elif lists:
                lists[-1].append(list(runs))
            else:
                yield ["p", *runs]
        elif token.type in ("fence", "code_block"):
            yield ["pre", _shown(token.content.rstrip("\n"), formulas)]


def _runs(tokens: Sequence[Token], formulas: list[str]) -> list[Run]:
    opened: list[list[Run]] = [[]]
    for token in tokens:
        if token.type in ("em_open", "strong_open", "s_open"):
            opened.append(["strong" if token.type == "strong_open" else "em"])
        elif token.type == "link_open":
            url = safe_url(str(token.attrGet("href") or ""))
            opened.append(["a", url] if url else ["span"])
        elif token.type in ("em_close", "strong_close", "s_close", "link_close"):
            closed = opened.pop()
            opened[-1].append(closed)
        elif token.type == "code_inline":
            opened[-1].append(["code", token.content])
        elif token.type == "softbreak":
            opened[-1].append(" ")
        elif token.type == "hardbreak":
            opened[-1].append(["br"])
        elif token.type == "image":
            url = safe_url(str(token.attrGet("src") or ""))
            caption = _shown(token.content, formulas) or "figure"
            opened[-1].append(["a", url, caption] if url else caption)
        else:
            opened[-1].extend(_with_formulas(token.content, formulas))
    return opened[0]


def _with_formulas(text: str, formulas: list[str]) -> Iterator[Run]:
    for place, piece in enumerate(re.split("\ue000(\\d+)\ue001", text)):
        if place % 2:
            yield maths(formulas[int(piece)])
        elif piece:
            yield piece


def _shown(text: str, formulas: list[str]) -> str:
    return re.sub("\ue000(\\d+)\ue001", lambda found: f"${formulas[int(found[1])]}$", text)


def maths(tex: str) -> Run:
    """A formula as elements of MathML Core; its source as code when it cannot be read.

    >>> maths("N_c"), maths("\\\\frac{")
    (['math', ['mrow', ['msub', ['mi', 'N'], ['mi', 'c']]]], ['code', '\\\\frac{'])
    """
    if len(tex) > _FORMULA_LENGTH_LIMIT:
        return ["code", tex]
    try:
        root = ElementTree.fromstring(convert(tex))
    except _TEX_ERRORS:
        return ["code", tex]
    return ["math", *(_element(child) for child in root)]


def _element(node: ElementTree.Element) -> list[Any]:
    tag = node.tag.rpartition("}")[2]
    children: list[Any] = [node.text] if node.text else []
    letters = [child.text or "" for child in node if child.get("mathvariant") == "normal"]
    if len(letters) == len(node) > 1:
        # \mathrm{norm} is one upright word; as four letters it would be four variables.
        return ["mtext", "".join(letters)]
    for child in node:
        children.append(_element(child))
        if child.tail and child.tail.strip():
            children.append(child.tail)
    return [tag if tag in MATHS_TAGS else "mrow", *children]
