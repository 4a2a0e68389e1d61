"""Looking the tracked papers up: batches of 500, every answer in its place, what comes recorded batch by batch.

The free places of a batch are not wasted: other ids that people gave a paper are asked in them, so that a published
version is found which the service keeps apart from its preprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
_PIECE_TRIES = 2
_NONE_IS_KNOWN = re.compile(r"no valid paper", re.I)
"""The service's word where none of the ids of a batch is known to it; seen for a batch with one malformed id, too."""
_TOO_MUCH = (500, 504)
"""Seen for batches that are too much for the service, and for single papers that it cannot answer for."""

Row: TypeAlias = FoundPaper | errors.ServiceError | None
"""A paper, None for one that the service does not have, or why it is not known whether it has it."""


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
        self.unanswered: dict[str, str] = {}
        """Spellings that the service could not answer for, and its words."""

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
            By key what the service has, in the order of the spellings; an empty list: it has no such paper. Keys of
            which it could not say anything are not there; see `unanswered`.

        Raises:
            ServiceError, BudgetSpent: nothing of this batch is known.
        """
        embedding = any(one.embedding for one in wanted)
        asked = [(one.key, spelling) for one in wanted for spelling in one.spellings]
        room = (EMBEDDING_BATCH_LIMIT if embedding else BATCH_LIMIT) - len(asked)
        asked += [(one.key, spelling) for one in wanted for spelling in one.more][: max(0, room)]
        papers = self._papers([spelling.text for _, spelling in asked], embedding=embedding)
        found: dict[str, list[Found]] = {one.key: [] for one in wanted}
        unsure = set()
        for (key, spelling), paper in zip(asked, papers, strict=True):
            if isinstance(paper, errors.ServiceError):
                self.unanswered[spelling.text] = str(paper)
                unsure.add(key)
                continue
            answer = read_paper(paper.raw_data) if paper is not None else None
            if paper is not None and answer is not None:
                found[key].append(Found(spelling, answer, read_embedding(paper.raw_data)))
        # A version that could not be asked for would be missing from the sum of the counts.
        return {key: versions for key, versions in found.items() if key not in unsure}

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

    def _papers(self, ids: list[str], *, embedding: bool) -> Sequence[Row]:
        fields = [*self._fields, EMBEDDING_FIELD] if embedding and self._has_embeddings else self._fields
        try:
            return self._client.papers(ids, fields)
        except errors.AnswerTooBig:
            if len(ids) == 1:
                return self._client.papers(ids, self._light())
            half = len(ids) // 2
            return [*self._papers(ids[:half], embedding=embedding), *self._papers(ids[half:], embedding=embedding)]
        except errors.ServiceDown as failure:
            if failure.status not in _TOO_MUCH:
                raise
            # Big batches with much in them have been seen to time out (504): once more with what is needed most.
            try:
                return self._client.papers(ids, self._light(), tries=_PIECE_TRIES)
            except errors.ServiceDown as again:
                return self._pieces(ids, self._light(), again)
        except errors.BadRequest as refusal:
            if self._forget_fields(refusal):
                return self._papers(ids, embedding=embedding)
            return self._pieces(ids, fields, refusal)

    def _light(self) -> list[str]:
        return [name for name in LIGHT_PAPER_FIELDS if name in self._fields]

    def _pieces(self, ids: list[str], fields: Sequence[str], failure: errors.ServiceError) -> Sequence[Row]:
        """What a refused batch gives in pieces: one id that the service stumbles over shall not cost the others.

        Raises:
            ServiceError: the pieces are refused as well, so it is not for the sake of an id.
        """
        if len(ids) == 1:
            return [_verdict(failure)]
        rows: list[Row] = []
        waiting = _halves(ids)
        # So many refusals in a row lead from the whole to a single id.
        most, refusals = len(ids).bit_length() + 1, 0
        while waiting:
            piece = waiting.pop()
            try:
                rows += self._client.papers(piece, fields, tries=_PIECE_TRIES)
                refusals = 0
                continue
            except errors.ServiceDown as again:
                if again.status not in _TOO_MUCH:
                    raise
                failure = again
            except errors.BadRequest as again:
                failure = again
            refusals += 1
            if refusals > most:
                if _verdict(failure) is not None:
                    raise failure
                return [*rows, *(None for _ in piece), *(None for more in waiting for _ in more)]
            if len(piece) == 1:
                rows.append(_verdict(failure))
            else:
                waiting += _halves(piece)
        return rows

    def _forget_fields(self, refusal: errors.BadRequest) -> bool:
        unknown = unsupported_fields(refusal.words, [*self._fields, EMBEDDING_FIELD])
        self._has_embeddings = self._has_embeddings and EMBEDDING_FIELD not in unknown
        self._fields = [name for name in self._fields if name not in unknown]
        return bool(unknown)


def _halves(ids: list[str]) -> list[list[str]]:
    """The second half and the first, which is taken first from the end."""
    half = len(ids) // 2
    return [ids[half:], ids[:half]]


def _verdict(failure: errors.ServiceError) -> errors.ServiceError | None:
    """What the refusal of a single id says of its paper: None, the service does not have it, or nothing."""
    is_unknown = isinstance(failure, errors.BadRequest) and _NONE_IS_KNOWN.search(failure.words)
    return None if is_unknown else failure
