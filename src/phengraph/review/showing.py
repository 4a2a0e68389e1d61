"""What is shown of a suggestion, in the terminal and in the page alike: plain text, with the cues' places in it.

Text of others is made fit to be shown here, once: what a terminal would obey and what turns the order of letters is
U+FFFD, a line break is a space. One character stays one character, so that a cue stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from phengraph.identifiers import safe_url
from phengraph.model import CitingPaper, Evidence, Paper, Passage, Suggestion
from phengraph.problems import one_line
from phengraph.review.drafts import Draft
from phengraph.review.quotes import TURNING
from phengraph.review.session import Session

_SPACES = str.maketrans("\n\r\t\x0b\x0c\x85\u2028\u2029", "        ")
_AUTHORS = 4


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """One piece of evidence that the claim has already."""

    stance: str
    review: str
    strength: str
    paper: str
    """Surname and year."""
    finding: str


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage in pieces: words and the kind of their cue, `""` where they are none."""

    what: str
    """Where it stands: `title`, `abstract`, `summary`, `cites hoffmann2022chinchilla`."""
    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a person sees of one suggestion."""

    number: int
    total: int
    claim: str
    claim_label: str
    claim_text: str
    phenomenon: str
    status: str
    reason: str
    evidence: tuple[ShownEvidence, ...]
    title: str
    byline: str
    """Authors, year, venue."""
    why: str
    """Why it is asked: the score with its parts, how it was found."""
    reads_like: str
    passages: tuple[ShownPassage, ...]
    abstract: str
    links: tuple[tuple[str, str], ...]
    """A name and an http or https URL each; the first is opened."""
    draft: Draft


def plain(text: str) -> str:
    """A text of others, fit to be shown: the same number of characters.

    >>> plain("two\\nlines, \\x1b[31m and \\u202e turned")
    'two lines, \ufffd[31m and \ufffd turned'
    """
    return TURNING.sub("\ufffd", one_line(text.translate(_SPACES)))


def show(session: Session) -> Shown | None:
    """What is shown of the current suggestion; None when the queue is empty."""
    suggestion = session.current
    if suggestion is None:
        return None
    claim = session.claim
    status = session.status_of(claim.slug)
    phenomenon = session.knowledge.phenomena.get(claim.phenomenon)
    paper = suggestion.paper
    return Shown(
        number=session.number,
        total=session.total,
        claim=claim.slug,
        claim_label=plain(claim.label),
        claim_text=plain(claim.text),
        phenomenon=plain(phenomenon.label) if phenomenon else claim.phenomenon,
        status=str(status.status),
        reason=plain(status.reason),
        evidence=tuple(_show_evidence(one, session.paper(one.paper)) for one in session.evidence_of(claim.slug)),
        title=plain(paper.title),
        byline=plain(_byline(paper)),
        why=_why(suggestion),
        reads_like=plain(suggestion.reads_like or ""),
        passages=tuple(_show_passage(one) for one in suggestion.passages if one.origin != "title" or one.cues),
        abstract=plain(paper.abstract or paper.tldr or ""),
        links=links_of(paper),
        draft=session.draft,
    )


def links_of(paper: CitingPaper) -> tuple[tuple[str, str], ...]:
    """Where the paper is found, the most telling first: only http and https."""
    found = (
        ("arXiv", f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None),
        ("DOI", f"https://doi.org/{paper.doi}" if paper.doi else None),
        ("free copy", paper.open_access),
        ("Semantic Scholar", _at_semantic_scholar(paper)),
    )
    return tuple((name, url) for name, given in found if given and (url := safe_url(given)) is not None)


def _at_semantic_scholar(paper: CitingPaper) -> str | None:
    if paper.corpus_id:
        return f"https://api.semanticscholar.org/CorpusID:{paper.corpus_id}"
    return f"https://www.semanticscholar.org/paper/{paper.s2_id}" if paper.s2_id else None


def _byline(paper: CitingPaper) -> str:
    names = list(paper.authors[:_AUTHORS])
    if len(paper.authors) > _AUTHORS or not paper.authors_complete:
        names.append("et al.")
    date = paper.date[:7] if paper.date else str(paper.year) if paper.year else ""
    return " · ".join(part for part in (", ".join(names), date, paper.venue or "") if part)


def _why(suggestion: Suggestion) -> str:
    parts = ", ".join(f"{plain(name)} {value:.2f}" for name, value in suggestion.parts if abs(value) >= 0.005)
    found = {
        "citation": f"cites {', '.join(suggestion.cites)}" if suggestion.cites else "cites a tracked paper",
        "recommendation": "recommended by Semantic Scholar, cites none of ours",
        "search": "found by search, cites none of ours",
        "co-citation": "often cited beside ours",
    }.get(suggestion.origin, suggestion.origin)
    return plain(f"{found}; score {suggestion.score:.2f}" + (f" = {parts}" if parts else ""))


def _show_evidence(evidence: Evidence, paper: Paper | None) -> ShownEvidence:
    return ShownEvidence(
        stance=str(evidence.stance),
        review=str(evidence.review),
        strength=str(evidence.strength),
        paper=plain(_cite(paper) if paper else evidence.paper),
        finding=plain(evidence.finding),
    )


def _cite(paper: Paper) -> str:
    surname = paper.authors[0].split()[-1] if paper.authors and paper.authors[0].split() else paper.key
    return f"{surname} {paper.year}" if paper.year else surname


def _show_passage(passage: Passage) -> ShownPassage:
    what = {"tldr": "summary", "citation": f"cites {passage.cited}" if passage.cited else "citing sentence"}
    return ShownPassage(plain(what.get(passage.origin, passage.origin)), tuple(_pieces(passage)))


def _pieces(passage: Passage) -> Sequence[tuple[str, str]]:
    """The text from cue to cue; where cues overlap the first keeps its place."""
    text = plain(passage.text)
    pieces: list[tuple[str, str]] = []
    end = 0
    for cue in sorted(passage.cues):
        start, stop = max(cue.start, end), min(cue.end, len(text))
        if stop <= start:
            continue
        if start > end:
            pieces.append((text[end:start], ""))
        pieces.append((text[start:stop], cue.kind))
        end = stop
    if end < len(text):
        pieces.append((text[end:], ""))
    return pieces
