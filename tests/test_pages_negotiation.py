"""Which form a client gets for its Accept header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_samples import BROWSER

from phengraph.serve.pages.negotiation import choose

OFFERED = ["text/html", "text/turtle", "application/ld+json", "application/json", "application/n-triples"]


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        (BROWSER, "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle ; charset=utf-8", "text/turtle"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("text/*", "text/html"),
        ("text/*, text/html;q=0", "text/turtle"),
        ("text/html;q=0, */*;q=0.1", "text/turtle"),
        ("application/*;q=0.3, text/turtle;q=0.2", "application/ld+json"),
        ("*/*;q=0.1, application/json", "application/json"),
        # The most specific range counts, not the best.
        ("application/json;q=0.1, */*;q=0.9", "text/html"),
        ("text/turtle;q=1.000, text/html;q=0.999", "text/turtle"),
        ("image/png", None),
        ("text/html;q=0", None),
        ("text/turtle;q=2", None),
        # What cannot be read takes part in nothing.
        ("what, text/turtle", "text/turtle"),
        ("what", "text/html"),
        (";;;,,,/", "text/html"),
    ],
)
def test_the_form_that_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, OFFERED) == chosen


@given(st.text())
def test_any_header_gets_an_answer(accept: str) -> None:
    assert choose(accept, OFFERED) in (*OFFERED, None)
