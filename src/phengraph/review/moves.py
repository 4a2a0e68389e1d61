"""What evidence does to the status of its claim: `Supported -> Contested: 2 teams for, 1 strong against`."""

from __future__ import annotations

from collections.abc import Iterable

from phengraph.model import Evidence, Review, Stance, StatusRecord, Strength


def tell_move(before: StatusRecord, after: StatusRecord, evidence: Iterable[Evidence]) -> str:
    """The labels before and after, and how many teams stand on each side; the strength where it is not the usual one.

    Args:
        evidence: of the claim, as it is after.
    """
    accepted = [one for one in evidence if one.review is Review.ACCEPTED]
    sides = [
        (after.supporting_teams, "for", Stance.SUPPORTS),
        (after.contradicting_teams, "against", Stance.CONTRADICTS),
    ]
    words = []
    named = False
    for teams, side, stance in sides:
        if not teams:
            words.append(f"none {side}")
            continue
        noun = "" if named else " team" if teams == 1 else " teams"
        named = True
        words.append(f"{teams}{_strength(one for one in accepted if one.stance is stance)}{noun} {side}")
    if after.qualifying_teams:
        words.append(f"{after.qualifying_teams} qualifying")
    was, now = _label(before), _label(after)
    return f"{was} -> {now}: {', '.join(words)}" if was != now else f"Still {now}: {', '.join(words)}"


def _label(record: StatusRecord) -> str:
    return str(record.status).capitalize()


def _strength(evidence: Iterable[Evidence]) -> str:
    """The common strength of a side, with a space before it; nothing when it is moderate or they differ."""
    strengths = {one.strength for one in evidence}
    return f" {strengths.pop()}" if len(strengths) == 1 and Strength.MODERATE not in strengths else ""
