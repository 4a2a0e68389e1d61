"""Whether a quote stands in the text that we hold of a paper: contiguous, letter for letter, without an ellipsis."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from phengraph.curate.insert import EditRefused
from phengraph.curate.source import clean_text
from phengraph.model import Passage, Suggestion

_ELLIPSIS = re.compile(r"\.\s?\.\s?\.|…")
_SHOWN = 30

TURNING = re.compile("[\u061c\u200b\u200e\u200f\ufeff]")
"""Marks without a width that turn the direction of what stands beside them, and the space of no width."""


class QuoteNotFound(EditRefused):
    """A quote is not in the text that we hold; the message says how far it is."""


def texts_of(suggestion: Suggestion) -> tuple[tuple[str, str], ...]:
    """The texts that we hold of a suggested paper: what each is, and its words."""
    paper = suggestion.paper
    whole = (("title", paper.title), ("abstract", paper.abstract or ""), ("summary", paper.tldr or ""))
    named = [(what, text) for what, text in whole if text]
    return (*named, *((_name(passage), passage.text) for passage in suggestion.passages))


def _name(passage: Passage) -> str:
    return "citing sentence" if passage.origin == "citation" else passage.origin


def has_ellipsis(text: str) -> bool:
    """Whether words are left out of a text; such a one is no quote."""
    return _ELLIPSIS.search(text) is not None


def check_quote(quote: str, texts: Iterable[tuple[str, str]]) -> None:
    """Nothing when the quote stands in one of the texts; line breaks and runs of spaces count as one space.

    Raises:
        QuoteNotFound: it has an ellipsis, or stands in none of them.

    >>> check_quote("grows as a  power law", [("abstract", "It grows\\nas a power law.")])
    """
    if has_ellipsis(quote):
        raise QuoteNotFound("the quote has an ellipsis; quote words that stand together")
    wanted = bare_text(quote)
    held = [(what, bare_text(text)) for what, text in texts]
    if not wanted or any(wanted in text for _, text in held):
        return
    raise QuoteNotFound(_how_far(wanted, held))


def _how_far(wanted: str, held: Sequence[tuple[str, str]]) -> str:
    best, where = 0, ""
    for what, text in held:
        low, high = 0, len(wanted)
        # What begins the quote is in the text or not; the longest beginning that is, by halving.
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[:middle] in text else (low, middle - 1)
        if low > best:
            best, where = low, what
    if best < 8:
        names = ", ".join(dict.fromkeys(what for what, _ in held)) or "nothing"
        return f"the quote is not in the text that we hold of the paper ({names}); copy words that stand together"
    begun, goes_on = wanted[:best][-_SHOWN:], wanted[best:][:_SHOWN]
    return f"the quote leaves the {where} after '{begun}', before '{goes_on}'; copy words that stand together"


def bare_text(text: str) -> str:
    """A text on one line of single spaces, without what is not seen.

    >>> bare_text("two\\n lines\\u200b \\x1b[31m")
    'two lines [31m'
    """
    return clean_text(TURNING.sub("", text))
