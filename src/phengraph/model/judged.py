"""What the rule makes of the evidence of a claim."""

from __future__ import annotations

from dataclasses import dataclass

from phengraph.model.written import Status


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """The status of one claim, and everything a person needs to disagree with it."""

    claim: str
    status: Status
    rule: str
    """Version of the rule."""
    reason: str
    """One sentence."""
    supporting_teams: int
    contradicting_teams: int
    qualifying_teams: int
    support_weight: float
    contradict_weight: float
    share: float
    """(S + .5) / (S + C + 1): a sort key, not a probability."""
    flags: tuple[str, ...]
    """Any of `with dissent`, `qualified`, `newest strong evidence disagrees`."""
