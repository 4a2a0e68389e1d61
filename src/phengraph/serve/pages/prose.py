"""What people wrote as HTML: Markdown, and plain text with formulas, from elements of our own and escaped text.

`html_prose` reads the Markdown into plain values; here each becomes the element of its name, and whatever is not in
our lists is shown as text. No attribute but a link's address comes from data, and that is http or https.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from phengraph.export.html_prose import MATHS_TAGS, Run, prose, text_runs
from phengraph.export.markdown import close_directions

_TAGS = {"p", "ul", "ol", "pre", "table", "em", "strong", "code", "blockquote"}
_JOINED = Markup("")


@lru_cache(maxsize=4096)
def markdown_html(markdown: str) -> Markup:
    """The blocks of a Markdown text.

    >>> print(markdown_html("Loss *falls* <b>as</b> [compute](ftp:x) grows."))
    <p>Loss <em>falls</em> &lt;b&gt;as&lt;/b&gt; compute grows.</p>
    """
    return _JOINED.join(_block(block) for block in prose(markdown))


@lru_cache(maxsize=8192)
def text_html(text: str) -> Markup:
    """Plain text on one line with its formulas set: labels, findings, titles.

    >>> print(text_html("About $20N$ & more"))
    About <math><mrow><mn>20</mn><mi>N</mi></mrow></math> &amp; more
    """
    return _runs(text_runs(text))


def _block(block: Sequence[Any]) -> Markup:
    kind = block[0]
    if kind in ("ul", "ol"):
        inside = _JOINED.join(_element("li", _runs(entry)) for entry in block[1:])
        return _element(kind, inside)
    if kind == "table":
        rows = [
            _element("tr", _JOINED.join(_element("th" if place == 0 else "td", _runs(cell)) for cell in row))
            for place, row in enumerate(block[1:])
        ]
        return Markup('<div class="scroll">{}</div>').format(_element("table", _JOINED.join(rows)))
    if kind == "pre":
        return _element("pre", _element("code", escape(block[1])))
    return _element("p", _runs(block[1:]))


def _runs(runs: Sequence[Run]) -> Markup:
    return _JOINED.join(_run(run) for run in runs)


def _run(run: Run) -> Markup:
    if isinstance(run, str):
        return escape(close_directions(run))
    kind = run[0]
    if kind == "math":
        return _element("math", _JOINED.join(_maths(part) for part in run[1:]))
    if kind == "a":
        return link_html(run[1], _runs(run[2:]))
    if kind == "br":
        return Markup("<br>")
    if kind in _TAGS:
        return _element(kind, _runs(run[1:]))
    return _runs(run[1:])


def _maths(part: str | list[Any]) -> Markup:
    if isinstance(part, str):
        return escape(part)
    tag = part[0] if part[0] in MATHS_TAGS else "mrow"
    return _element(tag, _JOINED.join(_maths(one) for one in part[1:]))


def _element(tag: str, inside: Markup) -> Markup:
    return Markup(f"<{tag}>") + inside + Markup(f"</{tag}>")


def link_html(url: str, inside: Markup) -> Markup:
    """A link that leaves the pages; `url` is http or https."""
    return Markup('<a class="out" href="{}" rel="noopener noreferrer nofollow external">{}</a>').format(url, inside)
