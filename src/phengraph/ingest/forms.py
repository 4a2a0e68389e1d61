"""What stands in a line of each kind of record (the contract of ingest/).

Keys stand in this order; a key without a value is left out. In citations and papers the lines are sorted as bytes
(`LC_ALL=C sort` leaves them as they are); counts and runs are in the order of time.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Any

from phengraph.identifiers import is_key, is_slug
from phengraph.ingest.files import LineForm, Value

FOLDER = "ingest/semanticscholar"
HEALTHS = ("ok", "unknown", "merged", "incomplete")
CANDIDATE_ORIGINS = ("recommendation", "search", "co-citation")
FOUND_PAPER_KEYS = (
    *("id", "corpus_id", "arxiv", "doi", "title", "authors", "authors_total", "year", "date", "venue", "citations"),
    *("influential_citations", "open_access", "fields", "tldr", "abstract"),
)
FOUND_BY = ("arxiv", "doi", "corpusid", "title")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z", re.ASCII)
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}\Z", re.ASCII)


def _is_id(value: str) -> bool:
    return 0 < len(value) <= 100 and value.isascii() and value.isprintable() and " " not in value


def _is_no_less_than_nothing(value: int) -> bool:
    return value >= 0


@lru_cache(maxsize=20_000)
def _is_day(value: str) -> bool:
    try:
        return _DAY.match(value) is not None and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def _is_date(value: str) -> bool:
    return _DATE.match(value) is not None


def _is_moment(value: str) -> bool:
    return _MOMENT.match(value) is not None


def _are_texts(value: list[Any]) -> bool:
    return all(type(one) is str for one in value)


def _are_contexts(value: list[Any]) -> bool:
    for one in value:
        if type(one) is not dict or type(one.get("text")) is not str:
            return False
        if len(one) > 1 and not (len(one) == 2 and type(one.get("intents")) is list and _are_texts(one["intents"])):
            return False
    return True


def _are_versions(value: list[Any]) -> bool:
    for one in value:
        if type(one) is not dict or type(one.get("id")) is not str or not _is_id(one["id"]):
            return False
        if len(one) > 1 and not (len(one) == 2 and type(one.get("corpus_id")) is int):
            return False
    return True


def _is_paper(value: dict[str, Any]) -> bool:
    return FOUND_PAPER.fault(value) is None and ("id" in value or "corpus_id" in value)


_TEXT: Value = (str, None)
_ID: Value = (str, _is_id)
_WHOLE: Value = (int, _is_no_less_than_nothing)
_DAY_VALUE: Value = (str, _is_day)
_DATE_VALUE: Value = (str, _is_date)
_TEXTS: Value = (list, _are_texts)

PAPER = LineForm.of(
    {
        "key": (str, is_key),
        "id": _ID,
        "corpus_id": _WHOLE,
        "health": (str, lambda value: value in HEALTHS),
        "found_by": (str, lambda value: value in FOUND_BY),
        "title": _TEXT,
        "authors": _TEXTS,
        "authors_total": _WHOLE,
        "year": _WHOLE,
        "date": _DATE_VALUE,
        "venue": _TEXT,
        "arxiv": _TEXT,
        "doi": _TEXT,
        "open_access": _TEXT,
        "fields": _TEXTS,
        "tldr": _TEXT,
        "abstract": _TEXT,
        "references": _TEXTS,
        "other_versions": (list, _are_versions),
        "former_ids": _TEXTS,
    },
    "key",
    "health",
)
"""papers.jsonl: what Semantic Scholar knows of a tracked paper."""

CITATION = LineForm.of(
    {
        "id": _ID,
        "was": _ID,
        "corpus_id": _WHOLE,
        "arxiv": _TEXT,
        "doi": _TEXT,
        "title": _TEXT,
        "authors": _TEXTS,
        "authors_total": _WHOLE,
        "year": _WHOLE,
        "date": _DATE_VALUE,
        "venue": _TEXT,
        "citations": _WHOLE,
        "influential_citations": _WHOLE,
        "open_access": _TEXT,
        "fields": _TEXTS,
        "tldr": _TEXT,
        "abstract": _TEXT,
        "contexts": (list, _are_contexts),
        "intents": _TEXTS,
        "influential": (bool, None),
        "seen": _DAY_VALUE,
        "updated": _DAY_VALUE,
        "removed": _DAY_VALUE,
    },
    "id",
    one_of=("seen", "updated", "removed"),
)
"""citations/KEY/YYYY-MM.jsonl. A line with `seen` is a citation as it first appeared; one with `updated` says what has
changed since; one with `removed` says that Semantic Scholar no longer has it. `was` is the id that it had before."""

FOUND_PAPER = LineForm.of(
    {key: (form[1], form[2]) for key, form in CITATION.keys.items() if key in FOUND_PAPER_KEYS}, "title"
)
"""The paper in a line of candidates.jsonl: the keys of a citation that are about the citing paper."""

CANDIDATE = LineForm.of(
    {
        "phenomenon": (str, is_slug),
        "origin": (str, lambda value: value in CANDIDATE_ORIGINS),
        "seen": _DAY_VALUE,
        "score": (float, None),
        "paper": (dict, _is_paper),
    },
    "phenomenon",
    "origin",
    "seen",
    "paper",
)
"""candidates.jsonl: a paper that cites none of ours but may belong to a phenomenon, and how it was found."""

COUNT = LineForm.of({"date": _DAY_VALUE, "citations": _WHOLE, "influential": _WHOLE}, "date", "citations")
"""counts/KEY.jsonl: a line when a count changed."""

RUN = LineForm.of(
    {
        "when": (str, _is_moment),
        "requests": _WHOLE,
        "papers": _WHOLE,
        "known": _WHOLE,
        "complete": _WHOLE,
        "new": _WHOLE,
        "influential": _WHOLE,
        "removed": _WHOLE,
        "health": (str, lambda value: value in ("ok", "stopped")),
    },
    "when",
    "papers",
)
"""runs.jsonl: a refresh that brought news. `papers` are tracked, `known` of them to Semantic Scholar, and `complete` of
those have all their citations recorded; `new` counts those of a first record, too."""
