"""Looking the tracked papers up: batches of 500, every answer in its place, what comes recorded batch by batch.

The free places of a batch are not wasted: other ids that people gave a paper are asked in them, so that a published
version is found which the service keeps apart from its preprint.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from semanticscholar.Paper import Paper as FoundPaper

from phengraph.ingest import errors
from phengraph.ingest.answers import (
    EMBEDDING_FIELD,
    LIGHT_PAPER_FIELDS,
    PAPER_FIELDS,
    PaperAnswer,
    read_embedding,
    read_paper,
    unsupported_fields,
)
from phengraph.ingest.client import BATCH_LIMIT, Client
from phengraph.ingest.tracked import Spelling

EMBEDDING_BATCH_LIMIT = 400
"""With embeddings and abstracts, 500 papers come near the 10 MB that the service sends."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One tracked paper that is looked up."""

    key: str
    spellings: tuple[Spelling, ...]
    """Asked in any case: the paper, and other versions of it that are known."""
    more: tuple[Spelling, ...] = ()
    """Asked where there is room."""
    embedding: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What the service has under one spelling."""

    spelling: Spelling
    paper: PaperAnswer
    embedding: tuple[str, list[float]] | None = None


class Lookup:
    """Looks papers up in batches."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._fields = list(PAPER_FIELDS)
        self._has_embeddings = True

    def batches(self, wanted: Iterable[Wanted]) -> list[list[Wanted]]:
        """How papers are divided: those whose embedding is wanted first, in smaller batches."""
        divided: list[list[Wanted]] = []
        room = 0
        for one in sorted(wanted, key=lambda one: not one.embedding):
            if len(one.spellings) > room:
                divided.append([])
                room = EMBEDDING_BATCH_LIMIT if one.embedding else BATCH_LIMIT
            divided[-1].append(one)
            room -= len(one.spellings)
        return divided

    def ask(self, wanted: Sequence[Wanted]) -> dict[str, list[Found]]:
        """Ask one batch.

        Args:
            wanted: one of `batches`.

        Returns:
            By key what the service has, in the order of the spellings; an empty list: it has no such paper.

        Raises:
            ServiceError, BudgetSpent: nothing of this batch is known.
        """
        embedding = any(one.embedding for one in wanted)
        asked = [(one.key, spelling) for one in wanted for spelling in one.spellings]
        room = (EMBEDDING_BATCH_LIMIT if embedding else BATCH_LIMIT) - len(asked)
        asked += [(one.key, spelling) for one in wanted for spelling in one.more][: max(0, room)]
        papers = self._papers([spelling.text for _, spelling in asked], embedding=embedding)
        found: dict[str, list[Found]] = {one.key: [] for one in wanted}
        for (key, spelling), paper in zip(asked, papers, strict=True):
            answer = read_paper(paper.raw_data) if paper is not None else None
            if paper is not None and answer is not None:
                found[key].append(Found(spelling, answer, read_embedding(paper.raw_data)))
        return found

    def ask_summaries(self, ids: Sequence[str]) -> dict[str, str]:
        """The one-sentence summaries of citing papers, by the id that was asked for."""
        found = {}
        for one, paper in zip(ids, self._client.papers(ids, ["tldr"]), strict=True):
            answer = read_paper(paper.raw_data) if paper is not None else None
            if answer is not None and answer.tldr:
                found[one] = answer.tldr
        return found

    def match(self, title: str) -> PaperAnswer | None:
        """The paper whose title is nearest, or None."""
        try:
            found = self._client.match_title(title, self._fields)
        except errors.BadRequest as refusal:
            if not self._forget_fields(refusal):
                raise
            found = self._client.match_title(title, self._fields)
        return read_paper(found.raw_data) if found is not None else None

    def _papers(self, ids: list[str], *, embedding: bool) -> list[FoundPaper | None]:
        fields = [*self._fields, EMBEDDING_FIELD] if embedding and self._has_embeddings else self._fields
        try:
            return self._client.papers(ids, fields)
        except errors.AnswerTooBig:
            if len(ids) == 1:
                return self._client.papers(ids, LIGHT_PAPER_FIELDS)
            half = len(ids) // 2
            return self._papers(ids[:half], embedding=embedding) + self._papers(ids[half:], embedding=embedding)
        except errors.ServiceDown:
            # Big batches with much in them have been seen to time out (504): once more with what is needed most.
            light = [name for name in LIGHT_PAPER_FIELDS if name in self._fields]
            if fields == light:
                raise
            return self._client.papers(ids, light)
        except errors.BadRequest as refusal:
            if not self._forget_fields(refusal):
                raise
            return self._papers(ids, embedding=embedding)

    def _forget_fields(self, refusal: errors.BadRequest) -> bool:
        unknown = unsupported_fields(refusal.words, [*self._fields, EMBEDDING_FIELD])
        self._has_embeddings = self._has_embeddings and EMBEDDING_FIELD not in unknown
        self._fields = [name for name in self._fields if name not in unknown]
        return bool(unknown)
