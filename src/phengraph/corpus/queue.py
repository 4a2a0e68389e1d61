"""The papers most co-cited with each phenomenon, into the file that the review queue reads."""

from __future__ import annotations

from phengraph.corpus.answers import PAPER_COLUMNS, paper_answer
from phengraph.corpus.engine import Engine
from phengraph.ingest.candidates import Candidate, found_paper, merge_candidates
from phengraph.ingest.clock import Clock
from phengraph.project import Project


def put_candidates(project: Project, engine: Engine, clock: Clock) -> int:
    """Merge the result `candidates`, a view of the engine, into candidates.jsonl; how many lines are new.

    A paper without a title in the corpus is of no use to a curator, and left out.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    day = clock.now().strftime("%Y-%m-%d")
    columns = ", ".join(PAPER_COLUMNS)
    rows = engine.rows(
        f"SELECT phenomenon, other, score, {columns} FROM candidates WHERE title IS NOT NULL ORDER BY phenomenon, place"
    )
    found = [
        Candidate(phenomenon, "co-citation", day, round(score, 6), found_paper(paper_answer(other, values)))
        for phenomenon, other, score, *values in rows
    ]
    return merge_candidates(project, found)
