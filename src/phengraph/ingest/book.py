"""The book of one tracked paper: its citations as they were recorded, month by month.

What was written is never edited. A citation appears as a line with `seen`; what changes later is another line with
`updated` (the changed keys only), and one that Semantic Scholar no longer has gets a line with `removed`. Each line
goes into the file of the month in which it was written, so git sees new lines only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from phengraph.ingest.answers import AUTHOR_LIMIT, CitationAnswer
from phengraph.ingest.files import read_lines, write_whole
from phengraph.ingest.forms import CITATION, FOLDER
from phengraph.problems import Problem

# Changes of these are news; counts of the citing paper and links to copies change every week and are not.
_WATCHED = (
    *("corpus_id", "arxiv", "doi", "title", "authors", "authors_total", "year", "date", "venue", "tldr", "abstract"),
    *("contexts", "intents"),
)
_WATCHED_IDS = ("corpus_id", "arxiv", "doi")


@dataclass(slots=True)
class Recorded:
    """One citation as all its lines together say it."""

    values: dict[str, Any]
    """As in the lines, later ones over earlier ones, without the dates."""
    seen: str
    changed: str = ""
    """Date of its last line with `updated` or `removed`; `""` when there is none."""
    removed: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether more than its ids is kept."""
        return "title" in self.values


def merge_lines(lines: Iterable[Mapping[str, Any]]) -> dict[str, Recorded]:
    """The citations that lines say, by id; the lines in any order.

    Of one id the lines count by date; on the same date first `seen`, then `updated`, then `removed`.
    """
    book: dict[str, Recorded] = {}
    later: list[tuple[str, int, dict[str, Any]]] = []
    for line in lines:
        values = dict(line)
        seen = values.pop("seen", None)
        if seen is None:
            day = values.pop("updated", None)
            later.append((day, 0, values) if day is not None else (values.pop("removed"), 1, values))
            continue
        known = book.get(values["id"])
        # The same citation seen twice, as after a merge of two branches: the earlier date holds, with its words.
        if known is None or seen < known.seen:
            book[values["id"]] = Recorded(values, seen)
    later.sort(key=lambda entry: entry[:2])
    for day, rank, values in later:
        name = values.pop("was", None) or values["id"]
        known = book.pop(name, None) or book.pop(values["id"], None)
        if known is None:
            # A change of what was never seen (a file that was lost): what it says is kept.
            known = Recorded({}, day)
        if rank == 0:
            known.values.update(values)
            known.removed = None
        else:
            known.removed = day
        known.changed = day
        book[known.values.setdefault("id", values["id"])] = known
    return book


@dataclass(slots=True)
class CitationBook:
    """The book of one tracked paper, open for additions.

    Nothing is written before `save`; `save` writes whole files, and none when there is nothing new.
    """

    folder: Path
    """`ingest/semanticscholar/citations/KEY`."""
    key: str
    entries: dict[str, Recorded] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _pending: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path, key: str, problems: list[Problem]) -> CitationBook:
        """Read the book of a paper; broken lines are problems, and the book has what the others say."""
        folder = root / "citations" / key
        book = cls(folder, key)
        book.entries = merge_lines(book._lines(problems))
        for name, entry in book.entries.items():
            book._note(name, entry.values)
        return book

    def _lines(self, problems: list[Problem]) -> Iterator[dict[str, Any]]:
        for path in sorted(self.folder.glob("*.jsonl")):
            for _, values in read_lines(path, self._place(path), CITATION, problems):
                yield values

    def _place(self, path: Path) -> str:
        return f"{FOLDER}/citations/{self.key}/{path.name}"

    def _note(self, name: str, values: Mapping[str, Any]) -> None:
        if "corpus_id" in values:
            self._names[values["corpus_id"]] = name

    # --- looking --------------------------------------------------------------------------------------------------

    def find(self, answer: CitationAnswer) -> str | None:
        """The id under which a citation is recorded: its own, or the one that it had before it was merged."""
        citing = answer.citing
        if citing.id in self.entries:
            return citing.id
        # A paper that is given a new id keeps its corpus id, which no other paper has.
        name = self._names.get(citing.corpus_id) if citing.corpus_id is not None else None
        return name if name in self.entries else None

    def present(self) -> int:
        """How many citations are recorded and not removed."""
        return sum(entry.removed is None for entry in self.entries.values())

    def whole(self) -> int:
        """How many are recorded with more than their ids."""
        return sum(entry.is_whole for entry in self.entries.values())

    # --- writing --------------------------------------------------------------------------------------------------

    def add(self, answer: CitationAnswer, day: str, *, whole: bool, abstract: bool) -> None:
        """Record a citation that was not there."""
        values = citation_values(answer, whole=whole, abstract=abstract)
        self._pending.append({**values, "seen": day})
        self.entries[answer.citing.id] = Recorded(values, day)
        self._note(answer.citing.id, values)

    def update(self, name: str, answer: CitationAnswer, day: str) -> bool:
        """Record what has changed of a citation; says whether anything has.

        What Semantic Scholar no longer says is kept; what it says newly or otherwise is recorded. Of one citation one
        change a day is recorded: the next day's refresh sees the rest.
        """
        entry = self.entries[name]
        new_id = answer.citing.id
        changes = self._changes(entry, answer)
        if entry.removed is None and not changes and new_id == name:
            return False
        if entry.changed >= day:
            return False
        line = {"id": new_id, **changes, "updated": day}
        if new_id != name:
            line["was"] = name
            del self.entries[name]
            self.entries[new_id] = entry
        self._pending.append(line)
        entry.values.update({**changes, "id": new_id})
        entry.removed, entry.changed = None, day
        self._note(new_id, entry.values)
        return True

    def _changes(self, entry: Recorded, answer: CitationAnswer) -> dict[str, Any]:
        fresh = citation_values(answer, whole=True, abstract="abstract" in entry.values)
        watched = _WATCHED if entry.is_whole else _WATCHED_IDS
        changes = {key: fresh[key] for key in watched if fresh.get(key) and fresh[key] != entry.values.get(key)}
        if answer.influential != entry.values.get("influential", False):
            changes["influential"] = answer.influential
        return changes

    def complete(self, name: str, answer: CitationAnswer, day: str, *, back_after: str) -> bool:
        """Record what another source knows beyond what is recorded; says whether it is anything.

        Nothing that is recorded is put otherwise: values that were missing come, and sentences that were not there.

        Args:
            name: the id under which it is recorded.
            answer: as the other source has it.
            day: today.
            back_after: the date of the source; a citation that was removed before is there again.
        """
        entry = self.entries[name]
        if (entry.removed is not None and entry.removed >= back_after) or entry.changed >= day:
            return False
        fresh = citation_values(answer, whole=True, abstract=False)
        watched = _WATCHED if entry.is_whole else _WATCHED_IDS
        changes = {key: fresh[key] for key in watched if fresh.get(key) and not entry.values.get(key)}
        if "authors" not in changes:
            changes.pop("authors_total", None)
        known = entry.values.get("contexts", [])
        texts = {one["text"] for one in known}
        if texts and (more := [one for one in fresh.get("contexts", ()) if one["text"] not in texts]):
            changes["contexts"] = [*known, *more]
        if answer.influential and not entry.values.get("influential", False):
            changes["influential"] = True
        if entry.removed is None and not changes:
            return False
        self._pending.append({"id": name, **changes, "updated": day})
        entry.values.update(changes)
        entry.removed, entry.changed = None, day
        self._note(name, entry.values)
        return True

    def add_summary(self, name: str, tldr: str, day: str) -> bool:
        """Record the one-sentence summary of a citing paper."""
        entry = self.entries.get(name)
        if entry is None or entry.removed is not None or entry.values.get("tldr"):
            return False
        self._pending.append({"id": name, "tldr": tldr, "updated": day})
        entry.values["tldr"], entry.changed = tldr, day
        return True

    def remove(self, name: str, day: str) -> None:
        """Record that Semantic Scholar no longer has a citation."""
        entry = self.entries[name]
        entry.removed = entry.changed = day
        self._pending.append({"id": name, "removed": day})

    def save(self, day: str) -> bool:
        """Write what is new into the file of the month; says whether anything was written.

        Raises:
            RecordsNotWritten: the disk is full, or writing is not allowed.
        """
        if not self._pending:
            return False
        path = self.folder / f"{day[:7]}.jsonl"
        before = path.read_bytes().split(b"\n")[:-1] if path.is_file() else []
        lines = {*(line + b"\n" for line in before), *(CITATION.line(values) for values in self._pending)}
        write_whole(path, b"".join(sorted(lines)), self._place(path))
        self._pending.clear()
        return True


def citation_values(answer: CitationAnswer, *, whole: bool, abstract: bool) -> dict[str, Any]:
    """A citation as the keys of its line, without dates and without empty values."""
    citing = answer.citing
    values: dict[str, Any] = {
        "id": citing.id,
        "corpus_id": citing.corpus_id,
        "arxiv": citing.arxiv,
        "doi": citing.doi,
    }
    if whole:
        values |= {
            "title": citing.title or "(no title)",
            "authors": list(citing.authors[:AUTHOR_LIMIT]),
            "authors_total": len(citing.authors) if len(citing.authors) > AUTHOR_LIMIT else None,
            "year": citing.year,
            "date": citing.date,
            "venue": citing.venue,
            "citations": citing.citations,
            "influential_citations": citing.influential_citations,
            "open_access": citing.open_access,
            "fields": list(citing.fields),
            "abstract": citing.abstract if abstract else None,
            "contexts": [
                {"text": text, "intents": list(intents)} if intents else {"text": text}
                for text, intents in answer.contexts
            ],
            "intents": list(answer.intents),
        }
    values["influential"] = True if answer.influential else None
    return {key: value for key, value in values.items() if value not in (None, "", [])}
