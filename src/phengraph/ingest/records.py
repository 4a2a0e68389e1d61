"""The records of ingest/: what the ingester saw, read and written.

    papers.jsonl                 a line a tracked paper: what Semantic Scholar knows of it, nothing volatile
    citations/KEY/YYYY-MM.jsonl  citing papers by the month in which the line was written (see `book`)
    counts/KEY.jsonl             a line when a count changed
    runs.jsonl                   a line a refresh that brought news
    candidates.jsonl             papers that cite none of ours but may belong (see `candidates`)

Whoever writes records (the refresh, or a run over the whole corpus) writes them through this module and `book`, so
that everybody else needs to know one form.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from phengraph.ingest.archive import archive_path, read_archive
from phengraph.ingest.book import Recorded, merge_lines
from phengraph.ingest.files import read_lines, write_whole
from phengraph.ingest.forms import CITATION, COUNT, FOLDER, PAPER, RUN
from phengraph.model import Citation, CitationCount, CitingPaper, Context
from phengraph.problems import Problem, Severity
from phengraph.project import Project


@dataclass(frozen=True, slots=True)
class PaperRecord:
    """What Semantic Scholar knows of one tracked paper."""

    key: str
    id: str | None = None
    corpus_id: int | None = None
    health: str = "ok"
    """`ok`; `unknown`: it has no such paper (any more); `merged`: it gave the paper another id; `incomplete`: some of
    its citations are not recorded."""
    found_by: str | None = None
    """`arxiv`, `doi`, `corpusid`, or `title` (confirmed by year and author)."""
    title: str = ""
    authors: tuple[str, ...] = ()
    authors_total: int | None = None
    year: int | None = None
    date: str | None = None
    venue: str | None = None
    arxiv: str | None = None
    doi: str | None = None
    open_access: str | None = None
    fields: tuple[str, ...] = ()
    tldr: str | None = None
    abstract: str | None = None
    references: tuple[str, ...] = ()
    """Keys of the tracked papers that it cites."""
    other_versions: tuple[tuple[str, int | None], ...] = ()
    """Paper and corpus id of other records of the same work: the published version beside the preprint."""
    former_ids: tuple[str, ...] = ()
    """Ids that it had before it was merged."""

    def values(self) -> dict[str, Any]:
        """As the keys of its line."""
        found = {name: getattr(self, name) for name in PAPER.keys if name != "other_versions"}
        found["other_versions"] = [
            {"id": one} if corpus is None else {"id": one, "corpus_id": corpus} for one, corpus in self.other_versions
        ]
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> PaperRecord:
        """From the keys of a line."""
        found: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in values.items()
        }
        versions = values.get("other_versions", [])
        found["other_versions"] = tuple((one["id"], one.get("corpus_id")) for one in versions)
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Run:
    """A refresh that brought news."""

    when: str
    requests: int
    papers: int
    known: int
    complete: int
    new: int
    influential: int
    removed: int
    health: str

    def values(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in RUN.keys}


@dataclass(slots=True)
class Records:
    """The records of a project but its citations, which are read a paper at a time."""

    root: Path
    papers: dict[str, PaperRecord] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _written: bytes = b""

    @classmethod
    def open(cls, project: Project) -> Records:
        """Read papers.jsonl; what is wrong with it is in `problems`."""
        records = cls(project.root / FOLDER)
        path = records.root / "papers.jsonl"
        for number, values in read_lines(path, f"{FOLDER}/papers.jsonl", PAPER, records.problems):
            key = values["key"]
            if key in records.papers:
                message, mend = f"'{key}' is there twice", "keep one of the lines"
                records.problems.append(Problem(f"{FOLDER}/papers.jsonl", number, 0, Severity.ERROR, message, mend))
            records.papers[key] = PaperRecord.of(values)
        records._written = records._content()
        return records

    def put(self, record: PaperRecord) -> None:
        """Hold a paper's record until `save_papers`."""
        self.papers[record.key] = record

    def set_health(self, key: str, health: str) -> None:
        self.papers[key] = replace(self.papers[key], health=health)

    def _content(self) -> bytes:
        return b"".join(sorted(PAPER.line(record.values()) for record in self.papers.values()))

    def save_papers(self) -> bool:
        """Write papers.jsonl when it would differ; says whether it did."""
        content = self._content()
        if content == self._written:
            return False
        write_whole(self.root / "papers.jsonl", content, f"{FOLDER}/papers.jsonl")
        self._written = content
        return True

    def last_count(self, key: str, problems: list[Problem]) -> CitationCount | None:
        """The newest count of a paper, or None."""
        counts = list(read_counts_of(self.root, key, problems))
        return counts[-1] if counts else None

    def add_count(self, key: str, day: str, citations: int, influential: int) -> None:
        """Add a line to a paper's counts."""
        path = self.root / "counts" / f"{key}.jsonl"
        before = path.read_bytes() if path.is_file() else b""
        line = COUNT.line({"date": day, "citations": citations, "influential": influential})
        write_whole(path, before + line, f"{FOLDER}/counts/{key}.jsonl")

    def add_run(self, run: Run) -> None:
        path = self.root / "runs.jsonl"
        before = path.read_bytes() if path.is_file() else b""
        write_whole(path, before + RUN.line(run.values()), f"{FOLDER}/runs.jsonl")


def read_counts_of(root: Path, key: str, problems: list[Problem]) -> Iterator[CitationCount]:
    """The counts of one paper, oldest first; the last of several on one date comes last."""
    path = root / "counts" / f"{key}.jsonl"
    for _, values in read_lines(path, f"{FOLDER}/counts/{key}.jsonl", COUNT, problems):
        yield CitationCount(key, values["date"], values["citations"], values.get("influential", 0))


def read_counts(project: Project, problems: list[Problem] | None = None) -> Iterator[CitationCount]:
    """All counts of all papers, by key and date; one for each date, the last of it."""
    root = project.root / FOLDER
    told: list[Problem] = [] if problems is None else problems
    for path in sorted((root / "counts").glob("*.jsonl")):
        by_date = {count.date: count for count in read_counts_of(root, path.stem, told)}
        yield from by_date.values()


def read_citations(project: Project, problems: list[Problem] | None = None) -> Iterator[Citation]:
    """All citations of all papers, by key and citing id, those that were removed included.

    Papers are read one at a time, so memory is that of the most cited one.
    """
    root = project.root / FOLDER / "citations"
    told: list[Problem] = [] if problems is None else problems
    for folder in sorted(root.glob("*/")):
        yield from read_citations_of(project, folder.name, told)


def read_citations_of(project: Project, key: str, problems: list[Problem]) -> Iterator[Citation]:
    """The citations of one paper, by citing id."""
    folder = project.root / FOLDER / "citations" / key
    lines = (
        values
        for path in sorted(folder.glob("*.jsonl"))
        for _, values in read_lines(path, f"{FOLDER}/citations/{key}/{path.name}", CITATION, problems)
    )
    book = merge_lines(lines)
    _complete(book, project, key)
    for name in sorted(book):
        yield citation_of(key, book[name])


def _complete(book: dict[str, Recorded], project: Project, key: str) -> None:
    """Fill citations that stand in text by their ids only, from the archive of this machine, where it has them.

    Abstracts stay there. What the text says holds against the archive, which is older.
    """
    bare = {name for name, entry in book.items() if not entry.is_whole}
    if not bare:
        return
    # A paper that got another id since keeps its corpus id.
    names = {book[name].values.get("corpus_id"): name for name in bare}
    for record in read_archive(archive_path(project, key)):
        name = record["id"] if record.get("id") in bare else names.get(record.get("corpus_id", -1))
        if name is not None and CITATION.fault(record) is None:
            kept = {name: value for name, value in record.items() if name not in ("id", "abstract", *CITATION.one_of)}
            entry = book[name]
            entry.values = {**kept, **entry.values}


def citation_of(key: str, entry: Recorded) -> Citation:
    """A recorded citation as a value of the model."""
    values = entry.values
    get = values.get
    contexts = tuple(Context(one["text"], tuple(one.get("intents", ()))) for one in get("contexts", ()))
    return Citation(
        cited=key,
        citing=citing_paper_of(values),
        contexts=contexts,
        influential=get("influential", False),
        seen=entry.seen,
        removed=entry.removed,
        intents=tuple(get("intents", ())),
    )


def citing_paper_of(values: Mapping[str, Any]) -> CitingPaper:
    """The paper that the keys of a record describe."""
    get = values.get
    return CitingPaper(
        s2_id=get("id", ""),
        corpus_id=get("corpus_id"),
        title=get("title", ""),
        authors=tuple(get("authors", ())),
        authors_complete="authors_total" not in values,
        year=get("year"),
        date=get("date"),
        venue=get("venue"),
        arxiv=get("arxiv"),
        doi=get("doi"),
        citation_count=get("citations"),
        influential_count=get("influential_citations"),
        abstract=get("abstract"),
        tldr=get("tldr"),
        open_access=get("open_access"),
        fields_of_study=tuple(get("fields", ())),
    )


def read_paper_records(project: Project, problems: list[Problem] | None = None) -> dict[str, PaperRecord]:
    """What Semantic Scholar knows of each tracked paper, by key."""
    records = Records.open(project)
    if problems is not None:
        problems += records.problems
    return records.papers


def known_ids(records: Mapping[str, PaperRecord]) -> dict[str, str]:
    """Semantic Scholar's ids of the tracked papers; a paper's own id is stronger than another's former one."""
    known: dict[str, str] = {}
    for key, record in records.items():
        for name in (*record.former_ids, *(version for version, _ in record.other_versions)):
            known.setdefault(name, key)
    return known | {record.id: key for key, record in records.items() if record.id}


def read_runs(project: Project, problems: list[Problem] | None = None) -> Iterator[Run]:
    """The refreshes that brought news, oldest first."""
    told: list[Problem] = [] if problems is None else problems
    for _, values in read_lines(project.root / FOLDER / "runs.jsonl", f"{FOLDER}/runs.jsonl", RUN, told):
        yield Run(**{name: values.get(name, "ok" if name == "health" else 0) for name in RUN.keys})
