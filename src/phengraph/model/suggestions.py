"""What a machine proposes, and what curators said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phengraph.model.citations import CitingPaper
from phengraph.model.written import Source, Stance


@dataclass(frozen=True, slots=True, order=True)
class Cue:
    """Words of a passage that made it rank, told so that a person sees why."""

    start: int
    end: int
    """Characters of the passage's text, as in a slice."""
    kind: str
    """`contrast`, `failed replication`, `confirmation`, `scale`, `negation`, `model`, `data set` or `term`."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a citing paper that a suggestion rests on."""

    text: str
    cues: tuple[Cue, ...]
    origin: str
    """`title`, `abstract`, `tldr`, or `citation` for a citing sentence."""
    cited: str | None = None
    """Key of the tracked paper that the sentence cites."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A machine's proposal that a paper bears on a claim: for a person to look at, never counted."""

    claim: str
    paper: CitingPaper
    cites: tuple[str, ...]
    """Keys of the tracked papers of the claim's phenomenon that it cites; `()` when it cites none."""
    origin: str
    """`citation`, `recommendation`, `search` or `co-citation`: how the paper was found."""
    score: float
    """0 to 1; higher is more worth a look."""
    parts: tuple[tuple[str, float], ...]
    """What the score is made of, by name; they sum to it."""
    passages: tuple[Passage, ...]
    """The most telling first."""
    reads_like: str | None
    """A guess at the stance, `contrast` or `confirmation`, only where its measured precision is high enough."""
    seen: str
    """UTC date on which the paper first appeared."""
    rule: str
    """Version of the ranking."""


class Verdict(StrEnum):
    """What a curator said of a suggestion."""

    ACCEPTED = "accepted"
    """It became evidence."""
    NOT_ABOUT = "not about"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Decision:
    """A curator's word on one paper and one claim, so that nobody is asked twice."""

    claim: str
    paper: str
    """`CorpusId:123`, or `S2:` and the 40-digit id of a paper that has no corpus id."""
    verdict: Verdict
    stance: Stance | None
    """Of the evidence that an accepted one became."""
    curator: str
    """A name, never an address."""
    on: str
    """Date, YYYY-MM-DD."""
    source: Source
    title: str = ""
    """Of the paper, for who reads the file; nothing hangs on it."""
