"""Periods as people write them: `7d`, `12h`, `30m`, `90s`."""

from __future__ import annotations

import datetime
import re

from phengraph.problems import IngestError

_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


class BadPeriod(IngestError):
    """A text is no period."""


def parse_period(text: str) -> datetime.timedelta:
    """Read a period.

    Raises:
        BadPeriod: it is none, or nothing, or more than a year.

    >>> parse_period("7d"), parse_period("1.5h")
    (datetime.timedelta(days=7), datetime.timedelta(seconds=5400))
    """
    match = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]+)?)\s*([dhms])\s*", text, re.I)
    seconds = float(match[1]) * _UNITS[match[2].lower()] if match else 0.0
    if not 0 < seconds <= 366 * 86_400:
        raise BadPeriod(f"'{text[:40]}' is no period; give days, hours, minutes or seconds: 7d, 12h, 30m, 90s")
    return datetime.timedelta(seconds=seconds)


def period_words(period: datetime.timedelta) -> str:
    """A period in the shortest spelling that `parse_period` reads.

    >>> period_words(datetime.timedelta(days=7)), period_words(datetime.timedelta(minutes=90))
    ('7d', '90m')
    """
    seconds = period.total_seconds()
    for unit, length in _UNITS.items():
        if seconds % length == 0:
            return f"{seconds / length:.0f}{unit}"
    return f"{seconds:g}s"
