"""Papers that cite none of the tracked ones but may belong to a phenomenon: `candidates.jsonl`.

One line a paper and phenomenon: how it was found, when, and the paper as in the records of citations. Written by
`phengraph discover` and by the runs over the whole corpus, through `merge_candidates`; read by `suggest`. A line stays
as it is when the paper is found again, so that no news writes no byte.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from phengraph.ingest.answers import AUTHOR_LIMIT, PaperAnswer
from phengraph.ingest.files import read_lines, write_whole
from phengraph.ingest.forms import CANDIDATE, FOLDER
from phengraph.ingest.records import citing_paper_of
from phengraph.model import CitingPaper
from phengraph.problems import Problem
from phengraph.project import Project

FILE = "candidates.jsonl"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that may belong to a phenomenon."""

    phenomenon: str
    """Slug."""
    origin: str
    """`recommendation`, `search` or `co-citation`."""
    seen: str
    """UTC date (YYYY-MM-DD) on which it was found first."""
    score: float | None
    """What the finder says of it, comparable only within one origin."""
    paper: CitingPaper

    @property
    def identity(self) -> tuple[str, str]:
        """What tells one line from another: the phenomenon, and the paper's id."""
        return self.phenomenon, self.paper.s2_id or f"corpus-{self.paper.corpus_id}"


def read_candidates(project: Project, problems: list[Problem] | None = None) -> tuple[Candidate, ...]:
    """All candidates in the order of the file; what is no record is a problem at its line."""
    told: list[Problem] = [] if problems is None else problems
    path = project.root / FOLDER / FILE
    return tuple(
        Candidate(
            phenomenon=values["phenomenon"],
            origin=values["origin"],
            seen=values["seen"],
            score=values.get("score"),
            paper=citing_paper_of(values["paper"]),
        )
        for _, values in read_lines(path, f"{FOLDER}/{FILE}", CANDIDATE, told)
    )


def merge_candidates(project: Project, found: Iterable[Candidate]) -> int:
    """Add what is new to the file; how many lines are new.

    A paper that is there already for the phenomenon keeps its line; of the same origin it takes the new score.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    lines = {one.identity: one for one in read_candidates(project)}
    before = dict(lines)
    for one in found:
        known = lines.get(one.identity)
        if known is None:
            lines[one.identity] = one
        elif known.origin == one.origin and one.score is not None:
            lines[one.identity] = replace(known, score=one.score)
    if lines != before:
        content = b"".join(sorted(CANDIDATE.line(_values(one)) for one in lines.values()))
        write_whole(project.root / FOLDER / FILE, content, f"{FOLDER}/{FILE}")
    return len(lines) - len(before)


def _values(candidate: Candidate) -> dict[str, Any]:
    return {
        "phenomenon": candidate.phenomenon,
        "origin": candidate.origin,
        "seen": candidate.seen,
        "score": None if candidate.score is None else round(float(candidate.score), 6),
        "paper": paper_values(candidate.paper),
    }


def paper_values(paper: CitingPaper) -> dict[str, Any]:
    """A paper as the keys of a record; those without a value are left out."""
    values = {
        "id": paper.s2_id,
        "corpus_id": paper.corpus_id,
        "arxiv": paper.arxiv,
        "doi": paper.doi,
        "title": paper.title,
        "authors": list(paper.authors),
        "authors_total": None if paper.authors_complete else len(paper.authors) + 1,
        "year": paper.year,
        "date": paper.date,
        "venue": paper.venue,
        "citations": paper.citation_count,
        "influential_citations": paper.influential_count,
        "open_access": paper.open_access,
        "fields": list(paper.fields_of_study),
        "tldr": paper.tldr,
        "abstract": paper.abstract,
    }
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def found_paper(answer: PaperAnswer) -> CitingPaper:
    """A paper as the service gave it."""
    return CitingPaper(
        s2_id=answer.id,
        corpus_id=answer.corpus_id,
        title=answer.title,
        authors=answer.authors[:AUTHOR_LIMIT],
        authors_complete=len(answer.authors) <= AUTHOR_LIMIT,
        year=answer.year,
        date=answer.date,
        venue=answer.venue,
        arxiv=answer.arxiv,
        doi=answer.doi,
        citation_count=answer.citations,
        influential_count=answer.influential_citations,
        abstract=answer.abstract,
        tldr=answer.tldr,
        open_access=answer.open_access,
        fields_of_study=answer.fields,
    )
