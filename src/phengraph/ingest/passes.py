"""Reading one paper's list of citations: newest first, page by page, and knowing when it was all.

The list has no total, pages may be short, it shifts while it is read, and it ends at 9,999 rows. So a reading is
*complete* only when it reached the end and had as many rows as Semantic Scholar counts; only then does what is missing
from it count as removed. Each page is recorded before the next is asked for, and a reading that was stopped goes on
where it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from semanticscholar.Citation import Citation

from phengraph.ingest import errors
from phengraph.ingest.answers import (
    CITATION_FIELDS,
    CitationAnswer,
    read_citation,
    unresolved_name,
    unsupported_fields,
)
from phengraph.ingest.archive import append_citations, archive_path
from phengraph.ingest.book import CitationBook, citation_values
from phengraph.ingest.client import PAGE_LIMIT, ROW_LIMIT, CitationPage, Client
from phengraph.ingest.records import PaperRecord
from phengraph.ingest.state import PaperState, PassState, State, Told
from phengraph.project import Project
from phengraph.settings import RefreshSettings

# So many known rows at the end of a page mean that what follows is known, too (if the sums agree).
_KNOWN_TAIL = 10
_DOUBTED_REMOVALS = 10
"""More removals than this, and of more than half of what is recorded, wait for a second reading that agrees."""
_EMPTY_PAGES = 3
"""So many pages without a row, each saying that more follows, are followed no further."""
_SUSPICIOUS_ROWS = 9_000
"""A list that ends after so many rows may have ended at the limit of the service."""


@dataclass(slots=True)
class Reading:
    """What reading the lists of one paper brought."""

    complete: bool = False
    """All of it was read, and nothing is missing."""
    whole: bool = False
    """It was read from end to end (even if something is missing)."""
    missing: int = 0
    """How many fewer rows than Semantic Scholar counts."""
    skipped: int = 0
    """Rows that were not what the specification says."""
    doubted: int = 0
    """Citations that were in the list before and are not now, too many to be believed at once."""
    seen: set[str] = field(default_factory=set)
    unresolved: set[str] = field(default_factory=set)


class Reader:
    """Reads lists of citations into the books of their papers."""

    def __init__(
        self,
        project: Project,
        client: Client,
        state: State,
        day: str,
        on_page: Callable[[str], None] = lambda key: None,
    ) -> None:
        self._project = project
        self._client = client
        self._state = state
        self._day = day
        self._on_page = on_page
        self.wrote = False
        """Whether anything was recorded."""
        self._settings: RefreshSettings = project.settings.refresh
        self._fields = list(CITATION_FIELDS)
        self._date_filter = True
        if self._settings.abstracts == "none":
            self._fields.remove("abstract")

    def read(
        self,
        record: PaperRecord,
        book: CitationBook,
        paper: PaperState,
        told: Told,
        counts: Mapping[str, int | None],
        *,
        whole: bool,
    ) -> Reading:
        """Read what is new of one paper, or the whole list; every page is recorded when this returns or raises.

        Args:
            record: what Semantic Scholar knows of the paper.
            book: where the citations are recorded.
            paper: its state, with the counts of today.
            told: what was recorded and not yet told.
            counts: citations as counted today, by the service's id.
            whole: read to the end in any case.

        Raises:
            ServiceError, BudgetSpent: the reading stops here, and goes on from here the next time.
            RecordsNotWritten: nothing can be recorded.
        """
        reading = Reading(complete=True, whole=True)
        versions = [record.id or "", *(one for one, _ in record.other_versions)]
        begun = {version: self._state.read_pass(record.key, version) for version in versions}
        # What was begun as a first record stays one, though the book is no longer empty.
        first = any(one.first for one in begun.values() if one) if any(begun.values()) else not book.entries
        for version in versions:
            at = begun[version] or PassState(self._day, first)
            # Known before a page is recorded, so that a kill between the two does not make news of the next page.
            self._state.save_pass(record.key, version, at)
            self._read_list(
                version, at, counts.get(version), record, book, paper, told, reading, whole=whole or len(versions) > 1
            )
        if reading.whole:
            reading.complete = reading.complete and reading.missing == 0 and reading.skipped == 0
        # A citing paper that lost its id is not gone: more rows without one than last time forbid to say what is.
        lost_ids = len(reading.unresolved) > paper.unresolved
        if reading.complete and reading.whole and not lost_ids:
            self._remove_missing(book, paper, told, reading)
        return reading

    def _read_list(
        self,
        version: str,
        at: PassState,
        count: int | None,
        record: PaperRecord,
        book: CitationBook,
        paper: PaperState,
        told: Told,
        reading: Reading,
        *,
        whole: bool,
    ) -> None:
        limit, empty, doubted = PAGE_LIMIT, 0, False
        while not at.ended:
            room = min(limit, ROW_LIMIT - 1 - at.offset)
            if room <= 0:
                if self._next_window(at):
                    continue
                reading.complete = False
                break
            try:
                page = self._ask(version, at, room)
            except errors.AnswerTooBig:
                if room > 1:
                    limit = room // 2
                    continue
                # One row alone is too big: it is passed over, and counts as missing.
                at.offset += 1
                reading.complete = False
                continue
            if page is None:
                reading.complete = False
                break
            if page.rows == 0 and page.next_offset is None and _rows(at) < (count or 0) and not doubted:
                # A list has been seen to end early for a moment, so it is asked once more.
                doubted = True
                continue
            answers = self._take(page, at, reading)
            told.first = told.first or at.first
            known = self._record(record, book, at, told, answers)
            start, at.offset = at.offset, page.next_offset or at.offset + page.rows
            if page.next_offset is None:
                early = (page.rows == 0 and start > 0) or at.offset >= _SUSPICIOUS_ROWS
                at.ended = not (early and _rows(at) < (count or 0) and self._next_window(at))
            elif self._is_enough(book, paper, at, known, whole=whole):
                reading.whole = False
                break
            empty = 0 if page.rows else empty + 1
            if empty >= _EMPTY_PAGES and not at.ended:
                if not self._next_window(at):
                    reading.complete = False
                    break
                empty = 0
            self._state.save_pass(record.key, version, at)
            self._on_page(record.key)
        reading.seen.update(at.seen)
        reading.unresolved.update(at.unresolved)
        # Without a count nobody can say that all was read.
        reading.complete = reading.complete and count is not None
        reading.missing += max(0, (count or 0) - _rows(at))

    def _ask(self, version: str, at: PassState, limit: int) -> CitationPage | None:
        """The next page; None when the service has no more, though its list goes on."""
        try:
            page = self._client.citation_page(version, self._fields, offset=at.offset, limit=limit, dates=at.dates)
        except errors.AnswerTooBig:
            raise
        except errors.BadRequest as refusal:
            if unknown := unsupported_fields(refusal.words, self._fields):
                self._fields = [name for name in self._fields if name not in unknown]
                return self._ask(version, at, limit)
            if at.dates is not None and "publicationDateOrYear" in refusal.words:
                self._date_filter = False
                return None
            # Deep in a list a refusal is about the place; the list is not stuck there for ever.
            if at.offset > 0 or "offset" in refusal.words:
                return None
            raise
        if at.dates is not None and any(_day_of(one) > at.dates[1:] for one in page.citations):
            # The filter was taken and did nothing: these rows were read before.
            self._date_filter = False
            return None
        return page

    def _next_window(self, at: PassState) -> bool:
        """Go on beyond the service's limit of rows: with those published up to the oldest day that was reached."""
        dates = f":{at.oldest}"
        if not self._date_filter or at.oldest is None or dates == at.dates:
            return False
        at.dates, at.offset = dates, 0
        return True

    def _take(self, page: CitationPage, at: PassState, reading: Reading) -> list[CitationAnswer]:
        answers = []
        reading.skipped += page.rows - len(page.citations)
        seen, unresolved = set(at.seen), set(at.unresolved)
        titles: Counter[str] = Counter()
        for one in page.citations:
            answer = read_citation(one.raw_data)
            if answer is not None:
                answers.append(answer)
                if answer.citing.id not in seen:
                    seen.add(answer.citing.id)
                    at.seen.append(answer.citing.id)
                continue
            name = unresolved_name(one.raw_data)
            if one.paper is None or not name:
                reading.skipped += 1
                name = name or "(nothing)"
            titles[name] += 1
            # The same row can come again on the next page, when the list shifts; on one page it is another row.
            name = f"{name} #{titles[name]}"
            if name not in unresolved:
                unresolved.add(name)
                at.unresolved.append(name)
        dated = [day for one in page.citations if (day := _day_of(one, full_only=True))]
        at.oldest = min(dated) if dated else at.oldest
        return answers

    def _record(
        self, record: PaperRecord, book: CitationBook, at: PassState, told: Told, answers: list[CitationAnswer]
    ) -> list[bool]:
        """Record a page; says of each row whether it was known before."""
        mode, room = self._keeping(record.key)
        whole_room = room - book.whole() if at.first else len(answers)
        if mode == "ids":
            whole_room = 0
        abstracts = self._settings.abstracts
        known, archived, wished = [], [], []
        fresh: set[str] = set()
        for answer in answers:
            name = book.find(answer)
            known.append(name is not None and name not in fresh)
            if name is not None:
                book.update(name, answer, self._day)
                continue
            whole = whole_room > 0
            whole_room -= 1
            fresh.add(answer.citing.id)
            book.add(
                answer, self._day, whole=whole, abstract=abstracts == "all" or (abstracts == "new" and not at.first)
            )
            if whole:
                wished.append(answer.citing.id)
            else:
                archived.append({**citation_values(answer, whole=True, abstract=True), "seen": self._day})
            if not at.first:
                told.new.append(answer.citing.id)
                if answer.influential:
                    told.influential.append(answer.citing.id)
        told.new, told.influential = list(dict.fromkeys(told.new)), list(dict.fromkeys(told.influential))
        told.total = book.present()
        if fresh:
            with self._state.together():
                self._state.save_told(record.key, told)
                if self._settings.summaries:
                    self._state.wish(record.key, wished)
            append_citations(archive_path(self._project, record.key), archived)
        self.wrote |= book.save(self._day)
        return known

    def _keeping(self, key: str) -> tuple[str, int]:
        own = self._settings.papers.get(key)
        mode = (own and own.citations) or self._settings.citations
        room = own.citations_in_text if own and own.citations_in_text is not None else self._settings.citations_in_text
        return mode, room

    def _is_enough(
        self, book: CitationBook, paper: PaperState, at: PassState, known: list[bool], *, whole: bool
    ) -> bool:
        if whole or at.first or at.dates is not None or paper.citations is None:
            return False
        tail = known[-_KNOWN_TAIL:]
        unresolved = max(paper.unresolved, len(at.unresolved))
        return bool(tail) and all(tail) and book.present() + unresolved + paper.missing == paper.citations

    def _remove_missing(self, book: CitationBook, paper: PaperState, told: Told, reading: Reading) -> None:
        gone = [name for name, entry in book.entries.items() if entry.removed is None and name not in reading.seen]
        if len(gone) > _DOUBTED_REMOVALS and len(gone) * 2 > book.present() and not paper.doubted:
            reading.doubted = len(gone)
            return
        for name in gone:
            book.remove(name, self._day)
        if gone:
            told.removed = list(dict.fromkeys([*told.removed, *gone]))
            self._state.save_told(book.key, told)
            self.wrote |= book.save(self._day)


def _rows(at: PassState) -> int:
    return len(at.seen) + len(at.unresolved)


def _day_of(citation: Citation, *, full_only: bool = False) -> str:
    """The publication date of a citing paper as the service's filter sees it; `""` when it has none."""
    citing = citation.raw_data.get("citingPaper")
    if not isinstance(citing, dict):
        return ""
    date, year = citing.get("publicationDate"), citing.get("year")
    if isinstance(date, str) and len(date) == 10:
        return date
    return f"{year}-01-01" if isinstance(year, int) and not full_only else ""
