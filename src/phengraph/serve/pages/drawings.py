"""Drawings of the pages as numbers for their SVG: a scale axis, a curve of citations, a balance.

Without script and without style attributes, which the policy of the pages forbids: places across are percentages of
the drawing's own width, so a drawing fits a phone and a wide screen and its text is never squeezed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from phengraph.model import CitationCount, Evidence, Range, Review, Stance, StatusRecord
from phengraph.serve.pages.wording import scale_number, scale_range

SCALES = {"parameters": "parameters", "tokens": "training tokens", "compute": "training compute in FLOPs"}
_STANCES = list(Stance)
# Up to so many powers of ten each has its own mark.
_MARKED_POWERS = 8
_POINTS = 160
_LINES = 4

Place: TypeAlias = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of an axis: its place in percent, and what is written there."""

    place: str
    text: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Bar:
    """The range of one finding."""

    evidence: Evidence
    left: str
    width: str
    point: bool
    """One value, drawn as a diamond at `left`."""
    open_left: bool
    open_right: bool
    words: str


@dataclass(frozen=True, slots=True)
class ScaleAxis:
    """Ranges of findings on one logarithmic axis."""

    name: str
    title: str
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    silent: int
    """Findings that state no range on this scale."""


def scale_axes(evidence: Iterable[Evidence]) -> list[ScaleAxis]:
    """An axis for each scale on which an accepted or proposed finding states a range: parameters, tokens, compute."""
    shown = [one for one in evidence if one.review in (Review.ACCEPTED, Review.PROPOSED)]
    shown.sort(key=lambda one: _STANCES.index(one.stance))
    axes = (_scale_axis(name, title, shown) for name, title in SCALES.items())
    return [axis for axis in axes if axis is not None]


def _scale_axis(name: str, title: str, evidence: Sequence[Evidence]) -> ScaleAxis | None:
    stated: list[tuple[Evidence, Range]] = []
    for one in evidence:
        span: Range | None = getattr(one.conditions, name)
        if span is not None and _positive_ends(span):
            stated.append((one, span))
    if not stated:
        return None
    ends = [end for _, span in stated for end in _positive_ends(span)]
    low, high = math.floor(math.log10(min(ends))), math.ceil(math.log10(max(ends)))
    if high - low < 2:
        low, high = low - 1, high + 1
    step = math.ceil((high - low) / _MARKED_POWERS)

    def place(value: float) -> float:
        return 100 * (math.log10(value) - low) / (high - low)

    return ScaleAxis(
        name=name,
        title=title,
        marks=tuple(
            Mark(_percent(place(10.0**power)), scale_number(10.0**power), _anchor(power, low, high))
            for power in range(low, high + 1, step)
        ),
        bars=tuple(_bar(one, span, place) for one, span in stated),
        silent=len(evidence) - len(stated),
    )


def _positive_ends(span: Range) -> list[float]:
    """The ends that a logarithmic axis has a place for."""
    return [end for end in (span.minimum, span.maximum) if end is not None and 0 < end < math.inf]


def _bar(evidence: Evidence, span: Range, place: Place) -> Bar:
    lowest, highest = span.minimum, span.maximum
    left = place(lowest) if lowest and lowest > 0 else 0.0
    right = place(highest) if highest and highest < math.inf else 100.0
    point = right - left < 1.5
    return Bar(
        evidence=evidence,
        left=_percent((left + right) / 2 if point else left),
        width=_percent(right - left),
        point=point,
        open_left=lowest is None,
        open_right=highest is None,
        words=scale_range(span),
    )


def _anchor(power: int, low: int, high: int) -> str:
    """Text at the ends of an axis is kept inside of it."""
    return "start" if power == low else "end" if power == high else "middle"


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


@dataclass(frozen=True, slots=True)
class Line:
    """How often one paper was cited over time, in a box of 1000 by 100."""

    paper: str
    points: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Counts of citations over time, a line a paper, with marks in percent."""

    lines: tuple[Line, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]


def citation_curve(counts: Iterable[Sequence[CitationCount]]) -> Curve | None:
    """The curves of the most cited papers that were counted on two dates or more; None where there is none.

    A line a paper and no sum: a paper that is counted from today on would lift the sum by all its past at once.

    Args:
        counts: of each paper, in the order of the dates.
    """
    told = sorted((each for each in counts if len(each) > 1), key=lambda each: -each[-1].citations)[:_LINES]
    if not told:
        return None
    first = min(each[0].date for each in told)
    last = max(each[-1].date for each in told)
    marks = _round_marks(max(count.citations for each in told for count in each))
    start, span = _day(first), max(1, _day(last) - _day(first))

    def points(each: Sequence[CitationCount]) -> str:
        # Of a daily count over years a screen shows no more: every so many, and always the last.
        kept = [*each[: -1 : math.ceil(len(each) / _POINTS)], each[-1]]
        places = ((1000 * (_day(one.date) - start) / span, 100 - 100 * one.citations / marks[-1]) for one in kept)
        return " ".join(f"{across:.1f},{up:.2f}" for across, up in places)

    return Curve(
        lines=tuple(Line(each[0].paper, points(each)) for each in told),
        across=(Mark("0%", first, "start"), Mark("100%", last, "end")),
        up=tuple(Mark(_percent(100 - 100 * mark / marks[-1]), f"{mark:,}") for mark in marks),
    )


def _day(on: str) -> int:
    return date.fromisoformat(on).toordinal()


def _round_marks(highest: int) -> list[int]:
    """Zero to at least the highest in three to six round steps.

    >>> _round_marks(7), _round_marks(2300)
    ([0, 2, 4, 6, 8], [0, 500, 1000, 1500, 2000, 2500])
    """
    power = 10 ** max(0, math.floor(math.log10(max(highest, 1) / 4)))
    step = next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power * 5 >= highest)
    return list(range(0, max(highest, 1) + step, step))


@dataclass(frozen=True, slots=True)
class Balance:
    """The weights of both sides of a claim around a line in the middle, in percent of the drawing's width."""

    zero: str
    support_width: str
    contradict_left: str
    contradict_width: str


def balance(record: StatusRecord | None, *, support: float, contradict: float) -> Balance:
    """The bars of a claim on a scale that others share.

    Args:
        record: the status, with its weights; None draws no bar.
        support, contradict: the weights that fill each side.
    """
    whole = support + contradict
    zero = 100 * contradict / whole
    ours = 100 * (record.support_weight if record else 0.0) / whole
    theirs = 100 * (record.contradict_weight if record else 0.0) / whole
    return Balance(_percent(zero), _percent(ours), _percent(zero - theirs), _percent(theirs))


def common_scale(records: Iterable[StatusRecord | None]) -> dict[str, float]:
    """The scale on which the bars of many claims are drawn, so that they can be compared down the page."""
    known = [one for one in records if one is not None]
    return {
        "support": max([1.2, *(one.support_weight for one in known)]),
        "contradict": max([0.6, *(one.contradict_weight for one in known)]),
    }
