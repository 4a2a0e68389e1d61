"""What Semantic Scholar tells: who cites a tracked paper, in which words, and how often."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """One citing sentence, with the intents that Semantic Scholar gives it (background, methodology, result)."""

    text: str
    intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CitingPaper:
    """A paper that cites a tracked one, as Semantic Scholar knows it."""

    s2_id: str
    """Semantic Scholar's 40-digit paper id, or `""` when it has none."""
    corpus_id: int | None
    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    date: str | None = None
    """Publication date, YYYY-MM-DD or shorter."""
    venue: str | None = None
    arxiv: str | None = None
    doi: str | None = None
    citation_count: int | None = None
    influential_count: int | None = None
    abstract: str | None = None
    tldr: str | None = None
    open_access: str | None = None
    """URL of a free copy."""
    fields_of_study: tuple[str, ...] = ()
    authors_complete: bool = True
    """False when there are more authors than are kept."""


@dataclass(frozen=True, slots=True)
class Citation:
    """One paper cites a tracked one, in these words."""

    cited: str
    """Key of the tracked paper."""
    citing: CitingPaper
    contexts: tuple[Context, ...]
    influential: bool
    seen: str
    """UTC date (YYYY-MM-DD) on which the record first appeared."""
    removed: str | None = None
    """UTC date on which Semantic Scholar no longer had it."""
    intents: tuple[str, ...] = ()
    """Intents that Semantic Scholar gives the citation as a whole, and none of its sentences."""


@dataclass(frozen=True, slots=True, order=True)
class CitationCount:
    """What Semantic Scholar counted for a tracked paper on a date."""

    paper: str
    date: str
    citations: int
    influential: int
