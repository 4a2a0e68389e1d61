"""Which form of a page a client wants: its Accept header, with quality values, against the forms that we have.

Source: RFC 9110, 12.5.1. The most specific range that covers a form gives its quality; of equal qualities the form that
stands first in our own order wins, so that a browser and `*/*` get HTML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_QUALITY = re.compile(r"\A(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\Z")
_RANGE = re.compile(r"\A([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\Z", re.ASCII)


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type of `offered` that the client likes best; None when it takes none of them.

    A missing or empty header, and one that holds nothing we can read, takes everything.

    >>> choose("text/turtle;q=0.9, text/html;q=0.8", ["text/html", "text/turtle"])
    'text/turtle'
    >>> choose("text/*;q=0.3, */*;q=0.1", ["application/json", "text/csv"])
    'text/csv'
    >>> choose("image/png", ["text/html"]) is None
    True
    """
    ranges = _read_ranges(accept or "")
    if not ranges:
        return offered[0]
    best, best_quality = None, 0.0
    for media_type in offered:
        quality = _quality_of(media_type, ranges)
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def _read_ranges(accept: str) -> list[tuple[str, str, float]]:
    ranges = []
    for part in accept.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        match = _RANGE.match(name.lower())
        if match is None:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = float(value) if _QUALITY.match(value.strip()) else 0.0
        ranges.append((match[1], match[2], quality))
    return ranges


def _quality_of(media_type: str, ranges: Sequence[tuple[str, str, float]]) -> float:
    kind, _, sub = media_type.partition("/")
    for wanted_kind, wanted_sub in ((kind, sub), (kind, "*"), ("*", "*")):
        found = [quality for one, other, quality in ranges if (one, other) == (wanted_kind, wanted_sub)]
        if found:
            return max(found)
    return 0.0
