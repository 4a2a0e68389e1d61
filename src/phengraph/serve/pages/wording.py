"""Numbers, dates and words as the pages write them, the same as the explorer does."""

from __future__ import annotations

import math
import re
from datetime import date

from phengraph.model import Range

_STEPS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"))
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?\Z")
# Not strftime: its names of months are the locale's.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CHECKED = {
    "paper": "the paper",
    "figure": "a figure",
    "abstract": "the abstract",
    "excerpt": "an excerpt",
    "code": "the code",
    "summary": "a summary",
    "recall": "nothing re-read",
}
"""What the curator read, as the card says it."""
ORIGINS = {"list": "stated by the source list", "cited-paper": "stated by a paper that the source list cites"}
ASPECTS = {"how": "How large models are made", "what": "What large models do"}
STATUS_MEANINGS = {
    "supported": "At least two independent teams support it, and dissent stays below a quarter of the weight.",
    "contested": "The lighter side holds at least a quarter of the weight.",
    "conditional": "Divided, but the two sides speak of scales that do not meet.",
    "refuted": "At least two independent teams contradict it, and support stays below a quarter of the weight.",
    "single source": "All the weight of the heavier side comes from one team.",
    "open": "No accepted evidence for or against yet.",
}


def scale_number(value: float) -> str:
    """As the field writes parameters and tokens; from 10^15 as a power of ten.

    >>> scale_number(1.4e12), scale_number(6e18), scale_number(160)
    ('1.4T', '6×10¹⁸', '160')
    """
    if value >= 1e15 and math.isfinite(value):
        exponent = math.floor(math.log10(value))
        mantissa = f"{value / 10.0**exponent:.2g}"
        power = "10" + str(exponent).translate(_SUPERSCRIPTS)
        return power if mantissa == "1" else f"{mantissa}×{power}"
    for step, suffix in _STEPS:
        if value >= step:
            return f"{value / step:.3g}{suffix}".replace("e+03", "000")
    return f"{value:.3g}"


def scale_range(span: Range | None) -> str:
    """`70M–16B`, `≥ 1B`, `≤ 13B`, `175B`; `""` where nothing is stated.

    >>> scale_range(Range(7e7, 1.6e10)), scale_range(Range(None, 1.3e10)), scale_range(None)
    ('70M–16B', '≤ 13B', '')
    """
    if span is None or (span.minimum is None and span.maximum is None):
        return ""
    if span.minimum is None:
        return f"≤ {scale_number(span.maximum or 0)}"
    if span.maximum is None:
        return f"≥ {scale_number(span.minimum)}"
    if span.minimum == span.maximum:
        return scale_number(span.minimum)
    return f"{scale_number(span.minimum)}–{scale_number(span.maximum)}"


def date_words(text: str) -> str:
    """A date of day, month or year in words; anything else as it stands.

    >>> date_words("2022-03-29T10:00:00Z"), date_words("2022-03"), date_words("soon")
    ('29 Mar 2022', 'Mar 2022', 'soon')
    """
    match = _DATE.match(text)
    if match is None:
        return text
    year, month, day = match.groups()
    try:
        when = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return text
    words = [str(when.day)] if day else []
    return " ".join([*words, _MONTHS[when.month - 1], year]) if month else year


def count_words(number: int, one: str, many: str | None = None) -> str:
    """
    >>> count_words(1, "finding"), count_words(2000, "finding"), count_words(0, "entry", "entries")
    ('1 finding', '2,000 findings', '0 entries')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def weight(value: float) -> str:
    """A weight of at most three decimals.

    >>> weight(1.8), weight(0.30000000000000004)
    ('1.8', '0.3')
    """
    return f"{value:.3f}".rstrip("0").rstrip(".")


def class_name(value: str) -> str:
    """`single source` -> `single-source`: the class of a status or stance."""
    return value.replace(" ", "-")
