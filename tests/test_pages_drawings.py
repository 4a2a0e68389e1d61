"""Where the marks of the drawings stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_samples import evidence

from phengraph.model import CitationCount, Conditions, Range, Review, Status, StatusRecord
from phengraph.serve.pages.drawings import balance, citation_curve, common_scale, scale_axes


def found(low: float | None, high: float | None, stance: str = "supports", review: str = "accepted"):  # type: ignore[no-untyped-def]
    return evidence("a", "b", stance, review=review, conditions=Conditions(parameters=Range(low, high)))


def counts(paper: str, *pairs: tuple[str, int]) -> list[CitationCount]:
    return [CitationCount(paper, date, number, 0) for date, number in pairs]


def test_ranges_stand_where_their_powers_of_ten_are() -> None:
    [axis] = scale_axes([found(1e6, 1e8), found(1e7, None, "contradicts"), found(None, 1e7), evidence("a", "b")])
    assert [(mark.place, mark.text, mark.anchor) for mark in axis.marks] == [
        ("0%", "1M", "start"), ("50%", "10M", "middle"), ("100%", "100M", "end"),
    ]  # fmt: skip
    assert [(bar.left, bar.width, bar.open_left, bar.open_right, bar.words) for bar in axis.bars] == [
        ("0%", "100%", False, False, "1M–100M"),
        ("0%", "50%", True, False, "≤ 10M"),
        ("50%", "50%", False, True, "≥ 10M"),
    ]
    assert (axis.title, axis.silent) == ("parameters", 1)


def test_one_value_is_a_point_with_a_decade_to_each_side() -> None:
    [axis] = scale_axes([found(7e9, 7e9)])
    [bar] = axis.bars
    assert bar.point and bar.words == "7B"
    assert [mark.text for mark in axis.marks] == ["100M", "1B", "10B", "100B"]


def test_what_a_logarithm_has_no_place_for_is_left_out() -> None:
    assert scale_axes([found(0, 0), found(None, None), found(0, None)]) == []
    [axis] = scale_axes([found(0, 1e6)])
    assert (axis.bars[0].left, axis.bars[0].words) == ("0%", "0–1M")


def test_rejected_and_retired_findings_are_not_drawn() -> None:
    drawn = [found(1e6, 1e9, review=review) for review in Review]
    [axis] = scale_axes(drawn)
    assert {bar.evidence.review for bar in axis.bars} == {Review.ACCEPTED, Review.PROPOSED}


ENDS = st.none() | st.floats(min_value=1e-3, max_value=1e30)


@given(st.lists(st.tuples(ENDS, ENDS), max_size=5))
def test_every_bar_lies_within_its_axis(pairs: list[tuple[float | None, float | None]]) -> None:
    spans = [(low, high) if low is None or high is None or low <= high else (high, low) for low, high in pairs]
    for axis in scale_axes([found(*span) for span in spans]):
        assert len(axis.marks) <= 10
        for bar in axis.bars:
            left, width = float(bar.left[:-1]), float(bar.width[:-1])
            assert -0.01 <= left <= 100.01
            assert bar.point or left + width <= 100.02


def test_a_curve_is_a_line_a_paper_from_the_first_day_to_the_last() -> None:
    curve = citation_curve(
        [
            counts("new", ("2026-01-06", 40), ("2026-01-11", 50)),
            counts("old", ("2026-01-01", 100), ("2026-01-11", 200)),
            counts("once", ("2026-01-11", 900)),
        ]
    )
    assert curve is not None
    assert [(line.paper, line.points) for line in curve.lines] == [
        ("old", "0.0,50.00 1000.0,0.00"),
        ("new", "500.0,80.00 1000.0,75.00"),
    ]
    assert [mark.text for mark in curve.across] == ["2026-01-01", "2026-01-11"]
    assert [(mark.text, mark.place) for mark in curve.up] == [
        ("0", "100%"), ("50", "75%"), ("100", "50%"), ("150", "25%"), ("200", "0%"),
    ]  # fmt: skip


def test_one_count_is_no_curve_and_none_cited_is_a_flat_one() -> None:
    assert citation_curve([counts("once", ("2026-01-01", 5))]) is None
    flat = citation_curve([counts("none", ("2026-01-01", 0), ("2026-01-02", 0))])
    assert flat is not None and flat.lines[0].points == "0.0,100.00 1000.0,100.00"


def test_a_long_curve_keeps_its_ends_and_no_more_points_than_a_screen_shows() -> None:
    days = [(f"{2020 + day // 360}-{1 + day % 360 // 30:02}-{1 + day % 28:02}", day) for day in range(1500)]
    curve = citation_curve([sorted(counts("daily", *days))])
    assert curve is not None
    points = curve.lines[0].points.split()
    assert len(points) <= 162
    assert (points[0].split(",")[0], points[-1].split(",")[0]) == ("0.0", "1000.0")


def record(support: float, contradict: float) -> StatusRecord:
    return StatusRecord("a", Status.CONTESTED, "1", "", 1, 1, 0, support, contradict, 0.5, ())


@pytest.mark.parametrize(
    ("one", "zero", "ours", "left", "theirs"),
    [
        (record(1.2, 0.6), "33.33%", "66.67%", "0%", "33.33%"),
        (record(0.6, 0), "33.33%", "33.33%", "33.33%", "0%"),
        (None, "33.33%", "0%", "33.33%", "0%"),
    ],
)
def test_the_sides_of_a_balance_meet_at_its_line(
    one: StatusRecord | None, zero: str, ours: str, left: str, theirs: str
) -> None:
    bar = balance(one, **common_scale([one]))
    assert (bar.zero, bar.support_width, bar.contradict_left, bar.contradict_width) == (zero, ours, left, theirs)
