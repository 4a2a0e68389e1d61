"""From the results to the records that `phengraph refresh` writes: the graph, the page and the feed know no difference.

The corpus adds what is not recorded, and completes what is; what the API told is not rewritten by an older release. A
citation is removed only when the corpus itself gave it before and has it no more. `citations` and `citations_in_text`
of the settings hold: beyond them a citation stands in text by its ids, and whole in the archive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from phengraph.corpus.answers import PAPER_COLUMNS, citation_answer, paper_answer
from phengraph.corpus.engine import Engine
from phengraph.ingest.absorb import absorb
from phengraph.ingest.answers import CitationAnswer
from phengraph.ingest.archive import append_citations, archive_path
from phengraph.ingest.book import CitationBook, citation_values
from phengraph.ingest.clock import Clock
from phengraph.ingest.errors import RecordsBroken
from phengraph.ingest.files import remove_leftovers, write_whole
from phengraph.ingest.lookup import Found
from phengraph.ingest.plan import mode_of, room_of
from phengraph.ingest.records import Records, Run
from phengraph.ingest.refresh import only_one
from phengraph.ingest.tracked import Spelling
from phengraph.model import Paper
from phengraph.problems import Problem, Severity
from phengraph.project import Project

_ARCHIVE_BATCH = 1000
_PAPER = ", ".join(PAPER_COLUMNS)
_READ = len(PAPER_COLUMNS)


@dataclass(slots=True)
class Recorded:
    """What was recorded."""

    papers: int = 0
    """Tracked papers that the corpus has."""
    new: int = 0
    influential: int = 0
    """Of the new ones."""
    completed: int = 0
    removed: int = 0
    present: int = 0
    """Citations that are recorded now, of the papers that the corpus has."""
    left_alone: list[str] = field(default_factory=list)
    """Keys of papers whose records are broken."""


def write_records(
    project: Project, papers: Mapping[str, Paper], engine: Engine, release: str, clock: Clock
) -> Recorded:
    """Record the results `tracked`, `citing` and `tracked_citations`, which are views of the engine.

    Raises:
        RefreshRunning: a refresh of this project is running.
        RecordsBroken: papers.jsonl is not what was written.
        RecordsNotWritten: the disk is full; what was recorded is whole, and the next run goes on.
    """
    with only_one(project):
        records = Records.open(project)
        if wrong := [one for one in records.problems if one.severity is Severity.ERROR]:
            raise RecordsBroken(wrong)
        remove_leftovers(records.root)
        writer = _Writer(project, records, project.cache / "semanticscholar" / "corpus", release, clock)
        writer.put_papers(papers, engine, _references(engine))
        for key, answers in _answers(engine):
            writer.put_citations(key, answers)
        writer.remove_of_the_rest()
        writer.finish(len(papers))
    return writer.told


def _references(engine: Engine) -> dict[str, set[str]]:
    """Which tracked papers each tracked paper cites, by key."""
    found: dict[str, set[str]] = {}
    rows = engine.rows("SELECT t.key, c.key FROM citing c JOIN tracked t ON t.corpusid = c.citing")
    for citing, cited in rows:
        if citing != cited:
            found.setdefault(citing, set()).add(cited)
    return found


def _answers(engine: Engine) -> Iterator[tuple[str, Iterator[CitationAnswer]]]:
    rows = engine.rows(
        f"SELECT key, citing, influential, contexts, intents, abstract, tldr, {_PAPER} FROM tracked_citations "
        "ORDER BY key, COALESCE(date, CAST(year AS STRING), '') DESC, citing"
    )
    for key, of_key in groupby(rows, key=lambda row: row[0]):
        # Rows of one citing paper stand together: they have one date.
        yield key, (_merge(list(same)) for _, same in groupby(of_key, key=lambda row: row[1]))


def _merge(rows: list[tuple[Any, ...]]) -> CitationAnswer:
    _, citing, _, _, _, abstract, tldr, *values = rows[0]
    edges = sorted(
        ((bool(row[2]), row[3], row[4]) for row in rows), key=lambda edge: (edge[1] or [], str(edge[2])), reverse=True
    )
    return citation_answer(citing, values, edges, abstract=abstract, tldr=tldr)


class _Writer:
    def __init__(self, project: Project, records: Records, memory: Path, release: str, clock: Clock) -> None:
        self._project = project
        self._settings = project.settings.refresh
        self._records = records
        self._memory = memory
        self._release = release
        self._now = clock.now()
        self._day = self._now.strftime("%Y-%m-%d")
        self._wrote = False
        self._done: set[str] = set()
        self.told = Recorded()

    def put_papers(self, papers: Mapping[str, Paper], engine: Engine, references: Mapping[str, set[str]]) -> None:
        """What was not recorded yet of papers: their ids, and which other tracked ones they cite; and newer counts."""
        rows = engine.rows(f"SELECT key, corpusid, found_by, {_PAPER} FROM tracked ORDER BY key, found_by, corpusid")
        for key, found in groupby(rows, key=lambda row: row[0]):
            if key not in papers:
                continue
            self.told.papers += 1
            answers = [
                Found(Spelling(f"CorpusId:{row[1]}", row[2]), paper_answer(row[1], row[3 : 3 + _READ])) for row in found
            ]
            old = self._records.papers.get(key)
            if old is None or old.id is None:
                self._records.put(absorb(papers[key], answers, old))
            record = self._records.papers[key]
            if references.get(key) and not record.references:
                self._records.put(replace(record, references=tuple(sorted(references[key]))))
            counts = [one.paper.citations for one in answers]
            if counts and None not in counts:
                influential = sum(one.paper.influential_citations or 0 for one in answers)
                self._count(key, sum(count or 0 for count in counts), influential)
        self._wrote |= self._records.save_papers()

    def _count(self, key: str, citations: int, influential: int) -> None:
        last = self._records.last_count(key, [])
        # Counts are in the order of time; an older release says nothing new.
        if last is not None and (last.date >= self._release or last.citations == citations):
            return
        self._records.add_count(key, self._release, citations, influential)
        self._wrote = True

    def put_citations(self, key: str, answers: Iterator[CitationAnswer]) -> None:
        """Record the citations of one paper, which come newest first."""
        self._done.add(key)
        problems: list[Problem] = []
        book = CitationBook.open(self._records.root, key, problems)
        if any(problem.severity is Severity.ERROR for problem in problems):
            self.told.left_alone.append(key)
            return
        mode, room = mode_of(key, self._settings), room_of(key, self._settings)
        before = self._remembered(key)
        # What is new after a first run is whole in text, as after a first refresh.
        room = room - book.whole() if not before else 10**9
        seen, archived = [], []
        for answer in answers:
            seen.append(answer.citing.corpus_id)
            if mode == "none":
                continue
            name = book.find(answer)
            if name is not None:
                self.told.completed += book.complete(name, answer, self._day, back_after=self._release)
                whole_there = book.entries[name].is_whole
            else:
                whole_there = mode == "contexts" and room > 0
                room -= 1
                wants_abstract = self._settings.abstracts == "all" or (self._settings.abstracts == "new" and before)
                book.add(answer, self._day, whole=whole_there, abstract=bool(wants_abstract))
                self.told.new += 1
                self.told.influential += answer.influential
            if not whole_there and (name is None or not before):
                archived.append({**citation_values(answer, whole=True, abstract=True), "seen": self._day})
            if len(archived) >= _ARCHIVE_BATCH:
                append_citations(archive_path(self._project, key), archived)
                archived.clear()
        append_citations(archive_path(self._project, key), archived)
        self._remove(book, before - set(seen))
        self._wrote |= book.save(self._day)
        self.told.present += book.present()
        self._remember(key, seen)

    def remove_of_the_rest(self) -> None:
        """Papers of which the corpus had citations, and has none any more."""
        for path in sorted(self._memory.glob("*.json")):
            if path.stem not in self._done:
                self.put_citations(path.stem, iter(()))

    def _remove(self, book: CitationBook, gone: set[int]) -> None:
        for name, entry in list(book.entries.items()):
            if entry.removed is None and entry.values.get("corpus_id") in gone:
                book.remove(name, self._day)
                self.told.removed += 1

    def _remembered(self, key: str) -> set[int]:
        """Corpus ids of those that cited it when the corpus was recorded last."""
        try:
            return set(orjson.loads((self._memory / f"{key}.json").read_bytes()))
        except (OSError, orjson.JSONDecodeError, TypeError):
            return set()

    def _remember(self, key: str, seen: list[int | None]) -> None:
        write_whole(
            self._memory / f"{key}.json",
            orjson.dumps(sorted(filter(None, seen))),
            f".phengraph/semanticscholar/corpus/{key}.json",
        )

    def finish(self, papers: int) -> None:
        """A line of the run when it brought news."""
        told = self.told
        if self._wrote:
            known = sum(record.health != "unknown" for record in self._records.papers.values())
            moment = self._now.strftime("%Y-%m-%dT%H:%M:%SZ")
            run = Run(moment, 0, papers, known, told.papers, told.new, told.influential, told.removed, "ok")
            self._records.add_run(run)
