"""From what the service has under a tracked paper's ids to the paper's record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from phengraph.ingest.answers import AUTHOR_LIMIT, PaperAnswer
from phengraph.ingest.lookup import Found
from phengraph.ingest.records import PaperRecord
from phengraph.ingest.tracked import likeness
from phengraph.model import Paper


def absorb(paper: Paper, found: Sequence[Found], old: PaperRecord | None) -> PaperRecord:
    """The record of a paper after it was looked up.

    What the service no longer says is kept from the old record: nothing that was known is lost.

    Args:
        paper: as people wrote it.
        found: what the service has, the most certain first; empty when it has nothing.
        old: the record so far.
    """
    if not found:
        return replace(old, health="unknown") if old else PaperRecord(paper.key, health="unknown")
    first, *others = _distinct(found)
    answer = first.paper
    former = set(old.former_ids) if old else set()
    versions = {one.paper.id: one.paper.corpus_id for one in others}
    if old and old.id not in (None, answer.id) and old.id not in versions:
        former.add(str(old.id))
    for one, corpus in old.other_versions if old else ():
        # A version that was not asked for this time is still there; one that was merged into the paper is not.
        if one != answer.id and not any(made.spelling.text == one for made in found):
            versions.setdefault(one, corpus)
    before = old or PaperRecord(paper.key)
    return PaperRecord(
        key=paper.key,
        id=answer.id,
        corpus_id=answer.corpus_id or before.corpus_id,
        health=_health(before.health, bool(former)),
        found_by=_found_by(first, before),
        title=answer.title or before.title,
        authors=answer.authors[:AUTHOR_LIMIT] or before.authors,
        authors_total=len(answer.authors) if len(answer.authors) > AUTHOR_LIMIT else None,
        year=answer.year or before.year,
        date=answer.date or before.date,
        venue=answer.venue or before.venue,
        arxiv=_any(found, "arxiv") or before.arxiv,
        doi=_any(found, "doi") or before.doi,
        open_access=answer.open_access or before.open_access,
        fields=answer.fields or before.fields,
        tldr=answer.tldr or before.tldr,
        abstract=answer.abstract or before.abstract,
        references=before.references,
        other_versions=tuple(sorted(versions.items())),
        former_ids=tuple(sorted(former)),
    )


def _distinct(found: Sequence[Found]) -> list[Found]:
    kept: dict[str, Found] = {}
    for one in found:
        kept.setdefault(one.paper.id, one)
    return list(kept.values())


def _health(before: str, is_merged: bool) -> str:
    if before == "incomplete":
        return before
    return "merged" if is_merged else "ok"


def _found_by(first: Found, before: PaperRecord) -> str | None:
    return before.found_by if first.spelling.scheme == "version" else first.spelling.scheme


def _any(found: Sequence[Found], name: str) -> str | None:
    return next((value for one in found if (value := getattr(one.paper, name))), None)


def summed_counts(found: Sequence[Found]) -> tuple[int | None, int | None]:
    """Citations and influential citations of all versions together; None where the service does not say."""
    papers = [one.paper for one in _distinct(found)]
    return _sum([one.citations for one in papers]), _sum([one.influential_citations for one in papers])


def _sum(values: list[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if values and len(known) == len(values) else None


def names_of_ids(records: Iterable[PaperRecord]) -> dict[str, str]:
    """The key of the tracked paper that each of Semantic Scholar's ids stands for."""
    names: dict[str, str] = {}
    for record in records:
        for one in (record.id, *(version for version, _ in record.other_versions), *record.former_ids):
            if one is not None:
                names.setdefault(one, record.key)
    return names


def with_references(record: PaperRecord, ids: Iterable[str], names: Mapping[str, str]) -> PaperRecord:
    """The record with the tracked papers among the papers that it cites; as it was when none is told."""
    keys = tuple(sorted({names[one] for one in ids if one in names} - {record.key}))
    return replace(record, references=keys) if keys else record


def doubts(paper: Paper, answer: PaperAnswer) -> str | None:
    """What makes one doubt that the id in papers.bib is right: the service has another title under it."""
    if not answer.title or likeness(paper.title, answer.title) >= 0.3:
        return None
    return f"check the id of {paper.key} in papers.bib: Semantic Scholar has '{answer.title[:120]}' under it"
