"""The card of a claim: its status and why, for and against side by side, and apart from them what does not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from phengraph.cli.cards.parts import (
    count_of,
    evidence_block,
    heading,
    indented,
    joined,
    line,
    prose,
    status_line,
)
from phengraph.model import Claim, Evidence, Review, Stance
from phengraph.views import View

SIDE_BY_SIDE_WIDTH = 100
"""Below this many cells the two sides stand one under the other."""

_ORIGINS = {"list": "stated by the source list", "cited-paper": "stated by a paper that the source list cites"}


def claim_card(view: View, claim: Claim, width: int) -> Iterator[RenderableType]:
    known = view.knowledge
    phenomenon = known.phenomena[claim.phenomenon]
    yield line(claim.label, "bold")
    about = f"about {phenomenon.label} (phenomenon/{phenomenon.slug})"
    as_of = f"as of {claim.as_of}" if claim.as_of else None
    origin = _ORIGINS.get(claim.origin or "", claim.origin)
    yield line(joined([f"claim/{claim.slug}", about, origin, as_of]), "dim")
    yield Text()
    record = view.statuses[claim.slug]
    yield status_line(record)
    yield indented(line(record.reason))
    yield indented(line(f"rule {record.rule}; counting votes is weak: read the evidence", "dim"))
    yield Text()
    yield prose(claim.text)
    rows = [one for one in known.evidence.values() if one.claim == claim.slug]
    accepted = [one for one in rows if one.review is Review.ACCEPTED]
    by_stance = {stance: [one for one in accepted if one.stance is stance] for stance in Stance}
    supporting = f"For: {count_of(record.supporting_teams, 'team')}"
    contradicting = f"Against: {count_of(record.contradicting_teams, 'team')}"
    sides = [
        _side(view, supporting, by_stance[Stance.SUPPORTS]),
        _side(view, contradicting, by_stance[Stance.CONTRADICTS]),
    ]
    yield Text()
    if width >= SIDE_BY_SIDE_WIDTH:
        table = Table.grid(padding=(0, 2), expand=True)
        table.add_column(ratio=1)
        table.add_column(ratio=1)
        table.add_row(*sides)
        yield table
    else:
        yield Group(sides[0], Text(), sides[1])
    for title, some in (
        (f"Qualifying: {count_of(record.qualifying_teams, 'team')}", by_stance[Stance.QUALIFIES]),
        ("Inconclusive", by_stance[Stance.INCONCLUSIVE]),
        ("Proposed: counts in nothing until somebody has read it", _in_state(rows, Review.PROPOSED)),
        ("Rejected: counts in nothing", _in_state(rows, Review.REJECTED)),
        ("Retired: counts in nothing any more", _in_state(rows, Review.RETIRED)),
    ):
        if some:
            yield Text()
            yield _side(view, title, some)
    yield Text()
    yield line(f"written in {claim.source.path}:{claim.source.line}", "dim")


def _in_state(rows: Sequence[Evidence], review: Review) -> list[Evidence]:
    return [one for one in rows if one.review is review]


def _side(view: View, title: str, rows: Sequence[Evidence]) -> Group:
    parts: list[RenderableType] = [heading(title)]
    if not rows:
        parts.append(Text("nothing accepted", style="dim"))
    for number, one in enumerate(rows):
        if number:
            parts.append(Text())
        parts.append(evidence_block(view, one))
    return Group(*parts)
