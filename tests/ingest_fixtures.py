"""What tests of the ingester share: a client to a stand-in, with time that does not pass by itself."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import requests
from pydantic import SecretStr
from repositories import Repository, toy_repository
from standin.corpus import Corpus
from standin.server import StandIn
from standin.simulated import InProcess, SimulatedClock

from phengraph.ingest.book import CitationBook
from phengraph.ingest.client import Client
from phengraph.ingest.forms import FOLDER
from phengraph.ingest.news import News
from phengraph.ingest.pace import Pace
from phengraph.ingest.project_refresh import tracked_papers
from phengraph.ingest.refresh import refresh
from phengraph.ingest.running import Options
from phengraph.ingest.transport import Transport
from phengraph.model import Paper, Source
from phengraph.problems import Problem
from phengraph.project import Project
from phengraph.settings import RefreshSettings

KEY = "made-up-key-0123456789"


@contextlib.contextmanager
def quick_folder() -> Iterator[Path]:
    """A temporary folder in memory where there is one with room: every record is synced to the disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 500_000_000
    with tempfile.TemporaryDirectory(dir=memory if roomy else None) as folder:
        yield Path(folder)


def make_client(
    address: str,
    folder: Path,
    *,
    clock: SimulatedClock | None = None,
    key: str | None = KEY,
    budget: int | None = None,
    session: requests.Session | None = None,
    **settings: Any,
) -> Client:
    """A client to this address; waits are simulated, and by default nothing paces it."""
    chosen = RefreshSettings(**{"seconds_between_requests": 0, "answer_seconds": 20, **settings})
    clock = clock or SimulatedClock()
    pace = Pace(folder, address, chosen.seconds_between_requests, clock)
    secret = SecretStr(key) if key else None
    transport = Transport(address, secret, pace=pace, clock=clock, settings=chosen, budget=budget, session=session)
    return Client(transport)


def in_process_session(stand_in: StandIn) -> requests.Session:
    """A session that asks a stand-in without a socket."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", InProcess(stand_in))
    return session


def make_paper(number: int, **changes: Any) -> Paper:
    """A tracked paper that is plainly made up."""
    values: dict[str, Any] = {
        "key": f"made{number:04d}up",
        "title": f"Made-up tracked paper {number} on phenomena of widgets",
        "authors": (f"Ada Madeup{number}",),
        "authors_complete": True,
        "year": 2021,
        "month": None,
        "venue": None,
        "kind": "misc",
        "arxiv": f"2101.{90_000 + number}",
        "doi": None,
        "openreview": None,
        "corpus_id": None,
        "url": None,
        "note": None,
        "checks": {},
        "source": Source("graph/papers.bib", 1),
    }
    return Paper(**{**values, **changes})


class World:
    """A project, its tracked papers, the service that has them, and the time."""

    def __init__(self, folder: Path, papers: int = 0, settings: str = "") -> None:
        self.folder = folder
        self.root = folder / "project"
        self.root.mkdir(parents=True)
        (self.root / "phengraph.toml").write_text(
            f"[refresh]\nseconds_between_requests = 0\n{settings}", encoding="utf-8"
        )
        self.project = Project(self.root)
        self.stand_in = StandIn()
        self.clock = SimulatedClock()
        self.papers: list[Paper] = []
        self.ids: dict[str, str] = {}
        for number in range(papers):
            self.track(make_paper(number))

    @property
    def corpus(self) -> Corpus:
        return self.stand_in.corpus

    def track(self, paper: Paper, *, known: bool = True) -> str:
        """Track a paper; the service has it, unless said otherwise. Gives its key."""
        self.papers.append(paper)
        if known:
            self.ids[paper.key] = self.corpus.add(
                paper.title, arxiv=paper.arxiv, doi=paper.doi, year=paper.year, authors=paper.authors
            )
        return paper.key

    def cite(self, key: str, numbers: Iterable[int], **options: Any) -> list[str]:
        return self.corpus.cite(self.ids[key], numbers, **options)

    def client(self, **options: Any) -> Client:
        """A client without a socket; settings of the project, changed by these options."""
        settings = self.project.settings.refresh.model_dump() | {"answer_seconds": 20}
        return make_client(
            "http://made-up.invalid",
            self.folder,
            clock=self.clock,
            session=in_process_session(self.stand_in),
            **{**settings, **options},
        )

    def refresh(self, *, budget: int | None = None, options: Options | None = None, **changes: Any) -> News:
        client = self.client(budget=budget, **changes)
        return refresh(self.project, self.papers, client, self.clock, options)

    def files(self) -> dict[str, str]:
        """All records by their path under ingest/semanticscholar."""
        root = self.root / FOLDER
        return {
            path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    def knowledge(self) -> dict[str, str]:
        """The records without runs.jsonl, which tells how often the refresh was run."""
        return {name: content for name, content in self.files().items() if name != "runs.jsonl"}

    def book(self, key: str) -> CitationBook:
        problems: list[Problem] = []
        book = CitationBook.open(self.root / FOLDER, key, problems)
        assert problems == []
        return book

    def present(self, key: str) -> set[str]:
        """Ids of the recorded citations of a paper that were not removed."""
        return {name for name, entry in self.book(key).entries.items() if entry.removed is None}

    def there(self, key: str) -> set[str]:
        """Ids of the citations of a paper that the service has."""
        return {edge.citing for edge in self.corpus.citations(self.ids[key]) if not edge.citing.startswith("null-")}


class ToyWorld:
    """The toy project in a repository of its own, its service, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.repository: Repository = toy_repository(folder / "toy")
        self.repository.commit("made up", date="2026-01-05T12:00:00Z")
        self.stand_in = StandIn()
        self.clock = SimulatedClock("2026-11-01T06:00:00+00:00")
        self.folder = folder
        self.ids = {
            key: self.stand_in.corpus.add(
                paper.title, arxiv=paper.arxiv, doi=paper.doi, year=paper.year, authors=paper.authors
            )
            for key, paper in tracked_papers(self.repository.project).items()
        }
        for place, one in enumerate(self.ids.values()):
            self.stand_in.corpus.cite(one, range(place * 10, place * 10 + 15))

    def refresh(self, days: float = 0) -> None:
        self.clock.pass_days(days)
        project = self.repository.project
        client = make_client(
            "http://made-up.invalid", self.folder, clock=self.clock, session=in_process_session(self.stand_in)
        )
        refresh(project, list(tracked_papers(project).values()), client, self.clock)
