"""What stands in a line of each kind of record (the contract of ingest/).

Keys stand in this order; a key without a value is left out. In citations and papers the lines are sorted as bytes
(`LC_ALL=C sort` leaves them as they are); counts and runs are in the order of time.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from phengraph.identifiers import is_key
from phengraph.ingest.files import LineForm

FOLDER = "ingest/semanticscholar"
HEALTHS = ("ok", "unknown", "merged", "incomplete")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z")
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}\Z")
_ID = re.compile(r"[\x21-\x7e]{1,100}\Z")
_known_days: set[str] = set()


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _id(value: Any) -> bool:
    return isinstance(value, str) and _ID.match(value) is not None


def _whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _day(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    if value in _known_days:
        return True
    try:
        right = _DAY.match(value) is not None and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False
    if right and len(_known_days) < 20_000:
        _known_days.add(value)
    return right


def _date(value: Any) -> bool:
    return isinstance(value, str) and _DATE.match(value) is not None


def _moment(value: Any) -> bool:
    return isinstance(value, str) and _MOMENT.match(value) is not None


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _contexts(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    for one in value:
        if not (isinstance(one, dict) and isinstance(one.get("text"), str) and one.keys() <= {"text", "intents"}):
            return False
        if not _texts(one.get("intents", [])):
            return False
    return True


def _others(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and _id(one.get("id")) and one.keys() <= {"id", "corpus_id"} for one in value
    )


PAPER = LineForm.of(
    {
        "key": lambda value: isinstance(value, str) and is_key(value),
        "id": _id,
        "corpus_id": _whole,
        "health": lambda value: value in HEALTHS,
        "found_by": lambda value: value in ("arxiv", "doi", "corpusid", "title"),
        "title": _text,
        "authors": _texts,
        "authors_total": _whole,
        "year": _whole,
        "date": _date,
        "venue": _text,
        "arxiv": _text,
        "doi": _text,
        "open_access": _text,
        "fields": _texts,
        "tldr": _text,
        "abstract": _text,
        "references": _texts,
        "other_versions": _others,
        "former_ids": _texts,
    },
    "key",
    "health",
)
"""papers.jsonl: what Semantic Scholar knows of a tracked paper."""

CITATION = LineForm.of(
    {
        "id": _id,
        "was": _id,
        "corpus_id": _whole,
        "arxiv": _text,
        "doi": _text,
        "title": _text,
        "authors": _texts,
        "authors_total": _whole,
        "year": _whole,
        "date": _date,
        "venue": _text,
        "citations": _whole,
        "influential_citations": _whole,
        "open_access": _text,
        "fields": _texts,
        "tldr": _text,
        "abstract": _text,
        "contexts": _contexts,
        "intents": _texts,
        "influential": _flag,
        "seen": _day,
        "updated": _day,
        "removed": _day,
    },
    "id",
    one_of=("seen", "updated", "removed"),
)
"""citations/KEY/YYYY-MM.jsonl. A line with `seen` is a citation as it first appeared; one with `updated` says what has
changed since; one with `removed` says that Semantic Scholar no longer has it. `was` is the id that it had before."""

COUNT = LineForm.of({"date": _day, "citations": _whole, "influential": _whole}, "date", "citations")
"""counts/KEY.jsonl: a line when a count changed."""

RUN = LineForm.of(
    {
        "when": _moment,
        "requests": _whole,
        "papers": _whole,
        "known": _whole,
        "complete": _whole,
        "new": _whole,
        "influential": _whole,
        "removed": _whole,
        "health": lambda value: value in ("ok", "stopped"),
    },
    "when",
    "papers",
)
"""runs.jsonl: a refresh that brought news. `papers` are tracked, `known` of them to Semantic Scholar, and `complete` of
those have all their citations recorded; `new` counts those of a first record, too."""
