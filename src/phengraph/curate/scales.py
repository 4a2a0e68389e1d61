"""Scales as people write them: `70M..16B` parameters, `1.4T` tokens, `6e18..3e21` FLOPs.

A suffix K, M, B or T multiplies by 10^3, 10^6, 10^9 or 10^12; one value alone is a range of that value; an end may be
left open.
"""

from __future__ import annotations

import math
import re

from phengraph.model import Range

_SUFFIXES = {"": 0, "K": 3, "M": 6, "B": 9, "T": 12}
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d{1,4}))?\s*([A-Za-z%]*)\Z")
_OTHER_SEPARATOR = re.compile(r"(?<=[\dA-Za-z])\s*(?:\.\.\.|…|–|—|-|\bto\b|:)\s*(?=[\d.])")


def parse_range(text: str) -> Range:
    """Read a range of a scale.

    Raises:
        ValueError: it is none; the message says what is wrong and, after `; `, what would be right.

    >>> parse_range("70M..16B"), parse_range("175B"), parse_range("..1.3e10")
    (Range(minimum=70000000.0, maximum=16000000000.0), Range(minimum=175000000000.0, maximum=175000000000.0), \
Range(minimum=None, maximum=13000000000.0))
    >>> parse_range("16B..70M")
    Traceback (most recent call last):
    ValueError: the range '16B..70M' is reversed; write '70M..16B'
    """
    given = text.strip()
    if ".." not in given or re.search(r"\.{3}", given):
        separated = _OTHER_SEPARATOR.sub("..", given, count=1)
        if separated != given and _is_range(separated):
            raise ValueError(f"'{given}' is no range; write '{separated}'")
        number = parse_scale(given)
        return Range(number, number)
    first, _, last = given.partition("..")
    minimum = parse_scale(first) if first.strip() else None
    maximum = parse_scale(last) if last.strip() else None
    if minimum is None and maximum is None:
        raise ValueError(f"the range '{given}' has no end; write '70M..16B', '70M..' or '..16B'")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValueError(f"the range '{given}' is reversed; write '{last.strip()}..{first.strip()}'")
    return Range(minimum, maximum)


def parse_scale(text: str) -> float:
    """Read one number of a scale.

    Raises:
        ValueError: it is none; the message says what would be right.

    >>> parse_scale("1.4T"), parse_scale("6e18")
    (1400000000000.0, 6e+18)
    """
    given = text.strip()
    match = _NUMBER.match(given)
    if match is None:
        raise ValueError(f"'{given}' is no number of a scale; write 70M, 1.4T or 6e18")
    digits, exponent, suffix = match.groups()
    if suffix not in _SUFFIXES:
        mend = f"write '{digits}{suffix.upper()}'" if suffix.upper() in _SUFFIXES else "use K, M, B or T"
        raise ValueError(f"unknown unit '{suffix}' in '{given}'; {mend}")
    if exponent is not None and suffix:
        raise ValueError(f"'{given}' has an exponent and a unit; use one of them")
    # Read by one rounding: float("1.1e9"), not float("1.1") * 1e9.
    number = float(f"{digits}e{exponent if exponent is not None else _SUFFIXES[suffix]}")
    if number <= 0:
        raise ValueError(f"'{given}' is not above zero; a scale is a positive number")
    if math.isinf(number):
        raise ValueError(f"'{given}' is too large a number; write a smaller one")
    return number


def format_scale(number: float) -> str:
    """The shortest way to write a number of a scale that reads back as the same number.

    >>> format_scale(70e6), format_scale(1.4e12), format_scale(6e18), format_scale(512)
    ('70M', '1.4T', '6e18', '512')
    """
    for suffix, exponent in (("T", 12), ("B", 9), ("M", 6), ("K", 3)):
        if 10.0**exponent <= number < 10.0 ** (exponent + 3):
            digits = f"{number / 10**exponent:.6g}"
            if "e" not in digits and float(f"{digits}e{exponent}") == number:
                return digits + suffix
    return f"{number:.0f}" if number < 1e6 and number == int(number) else repr(number).replace("e+", "e")


def format_range(span: Range) -> str:
    """A range as people write it; `parse_range` reads the same range back.

    >>> format_range(Range(70e6, 16e9)), format_range(Range(175e9, 175e9)), format_range(Range(None, 13e9))
    ('70M..16B', '175B', '..13B')
    """
    if span.minimum is not None and span.minimum == span.maximum:
        return format_scale(span.minimum)
    ends = ("" if end is None else format_scale(end) for end in (span.minimum, span.maximum))
    return "..".join(ends)


def _is_range(text: str) -> bool:
    try:
        parse_range(text)
    except ValueError:
        return False
    return True
