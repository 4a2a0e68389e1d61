"""A suggestion in words: why it ranks, where its paper is found. For every place that shows one."""

from __future__ import annotations

from urllib.parse import quote

from phengraph.curate.decisions import paper_names
from phengraph.model import CitingPaper, Suggestion

PART_WORDS = {
    "words": "words of the claim in the paper",
    "sentence": "in its citing sentence",
    "cues": "cues",
    "result": "cited for a result",
    "influential": "influential",
    "cited": "what it cites",
    "names": "same models or data sets",
    "vectors": "near by SPECTER2",
}
"""What each part of a score is, in a few words."""

_SAID = 0.005
"""Parts that would be written as .00 are left out."""


def link_of(paper: CitingPaper) -> str | None:
    """Where a reader finds a paper: arXiv, else DOI, else its page at Semantic Scholar.

    >>> link_of(CitingPaper("", 123, "Made-up paper on widgets"))
    'https://api.semanticscholar.org/CorpusID:123'
    """
    if paper.arxiv:
        return f"https://arxiv.org/abs/{quote(paper.arxiv)}"
    if paper.doi:
        return f"https://doi.org/{quote(paper.doi)}"
    if paper.corpus_id is not None:
        return f"https://api.semanticscholar.org/CorpusID:{paper.corpus_id}"
    return f"https://www.semanticscholar.org/paper/{quote(paper.s2_id, safe='')}" if paper.s2_id else None


def paper_name(paper: CitingPaper) -> str | None:
    """The name under which a decision knows a paper, `CorpusId:123`; None for one without any id."""
    names = paper_names(paper)
    return names[0] if names else None


def authors_of(paper: CitingPaper) -> str:
    """Who wrote it, in a few words: `Ada Alpha et al.`"""
    if not paper.authors:
        return ""
    if len(paper.authors) == 2 and paper.authors_complete:
        return " and ".join(paper.authors)
    return paper.authors[0] + ("" if len(paper.authors) == 1 and paper.authors_complete else " et al.")


def reason_of(suggestion: Suggestion) -> str:
    """What the score is made of, the largest part first: `cues .10, cited for a result .10`."""
    parts = sorted((part for part in suggestion.parts if part[1] >= _SAID), key=lambda part: (-part[1], part[0]))
    return ", ".join(f"{PART_WORDS.get(name, name)} {value:.2f}".replace(" 0.", " .") for name, value in parts)
