"""One refresh while it runs: what its steps share."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from phengraph.ingest.client import Client
from phengraph.ingest.clock import Clock
from phengraph.ingest.news import News
from phengraph.ingest.records import Records, read_runs
from phengraph.ingest.state import PaperState, State, Told
from phengraph.model import Paper
from phengraph.problems import Problem
from phengraph.project import Project


class Watcher:
    """Told how a refresh goes on; this one does not listen."""

    def looking_up(self, done: int, total: int) -> None:
        """So many papers of so many were looked up."""

    def reading(self, done: int, total: int, key: str) -> None:
        """So many papers of so many were read; this one is next, or another page of it came."""

    def waiting(self, seconds: float, reason: str) -> None:
        """The next try waits so long."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked for."""

    everything: bool = False
    """Read every list from end to end."""
    only: tuple[str, ...] = ()
    """Keys of papers; of these everything, of others nothing. Empty for all papers."""


@dataclass(slots=True)
class Running:
    """What the steps of a refresh share."""

    project: Project
    papers: Collection[Paper]
    """All tracked papers."""
    chosen: Sequence[Paper]
    """Those that this refresh is about, by key."""
    client: Client
    clock: Clock
    state: State
    records: Records
    options: Options = field(default_factory=Options)
    watcher: Watcher = field(default_factory=Watcher)
    news: News = field(default_factory=News)
    states: dict[str, PaperState] = field(init=False)
    told: dict[str, Told] = field(init=False)
    """What was recorded and not yet told, by key; also by refreshes that were killed."""
    today: datetime.date = field(init=False)
    counts: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    """Citations and influential ones as counted now, of the papers that the service has."""
    version_counts: dict[str, int | None] = field(default_factory=dict)
    """Citations as counted now by Semantic Scholar's id: a paper can have more than one."""
    references: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The service's ids of what a paper cites."""
    broken: dict[str, Problem] = field(default_factory=dict)
    """Papers whose records are broken; they are left alone."""
    progress: tuple[int, int] = (0, 0)
    """Papers done and to do, of the step that runs."""
    wrote: bool = field(init=False)
    """Whether there is anything new in the records."""
    last_moment: str = ""
    """When the last refresh with news ended, as runs.jsonl has it."""

    def __post_init__(self) -> None:
        self.states, self.told = self.state.papers(), self.state.untold()
        self.wrote = bool(self.told)
        self.today = self._today()

    def _today(self) -> datetime.date:
        today = self.clock.now().date()
        for run in read_runs(self.project):
            self.last_moment = max(self.last_moment, run.when)
        newest = max(self.state.fact("day") or "", self.last_moment[:10])
        if newest > today.isoformat():
            # Records are in the order of time, and stay so; a clock that is wrong shall not undo that.
            self.news.warnings.append(
                f"the clock of this machine says {today}, but the records go on to {newest}: "
                "today's are dated there; set the clock"
            )
            return datetime.date.fromisoformat(newest)
        self.state.save_fact("day", today.isoformat())
        return today

    @property
    def day(self) -> str:
        return self.today.isoformat()

    def told_of(self, key: str) -> Told:
        """What is not yet told of a paper."""
        return self.told.setdefault(key, Told())

    def state_of(self, key: str) -> PaperState:
        """What is remembered of a paper."""
        return self.states.setdefault(key, PaperState())
