"""What a curator's key does: a decision, and for an accepted suggestion evidence and perhaps a paper.

An act holds its entries in full, keys and names included, so that it can be done again after a kill and be recognised
in the files where it was done already.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pydantic import TypeAdapter

from phengraph.model import Decision, Evidence, Paper


@dataclass(frozen=True, slots=True)
class Act:
    """One decision with all that it writes."""

    number: int
    """Counted up over all sessions of a project on this machine."""
    decision: Decision
    evidence: Evidence | None = None
    paper: Paper | None = None
    """To be added to papers.bib; None when it is there."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Taking an act back."""

    number: int
    of: int
    """The number of the act."""


Order = Act | Undo


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an order."""

    number: int
    refused: str | None = None
    """Why nothing was written, in a sentence; None when it was."""


@lru_cache(maxsize=1)
def _acts() -> TypeAdapter[Act]:
    return TypeAdapter(Act)


def act_to_json(act: Act) -> bytes:
    """An act as one line of JSON."""
    return _acts().dump_json(act)


def act_from_json(text: bytes | str) -> Act:
    """The act of such a line.

    Raises:
        ValueError: it is no act.
    """
    return _acts().validate_json(text)
