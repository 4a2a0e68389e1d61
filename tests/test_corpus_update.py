"""`corpus update`: diffs by primary key, all or nothing; and the same as fetching the newer release whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from corpus_fixtures import NEXT_RELEASE, RELEASE, citation_row, make_project, paper_row
from ingest_fixtures import KEY, quick_folder
from standin import faults
from standin.datasets import STORE
from standin.server import StandIn, serving
from standin.simulated import SimulatedClock

from phengraph.corpus.duck import DuckEngine
from phengraph.corpus.engine import Engine, EngineSettings
from phengraph.corpus.engines import open_engine
from phengraph.corpus.errors import DownloadFailed, EngineFailed, NothingFetched, UnknownRelease
from phengraph.corpus.fetch import fetch_corpus
from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.run import Outcome, run_corpus
from phengraph.corpus.session import Choice
from phengraph.corpus.update import Updated, update_corpus
from phengraph.ingest.book import CitationBook
from phengraph.ingest.errors import UnexpectedAnswer
from phengraph.ingest.forms import FOLDER

MIDDLE = "2026-10-09"
TABLES = ("papers", "citations")


def cites(number: int, citing: int, **options: Any) -> dict[str, Any]:
    return citation_row(number, citing, options.pop("cited", 1), **options)


# Of the first release: 10, 11, 12, 13 cite 1, and a row whose cited paper is not known.
FIRST = [cites(1, 10), cites(2, 11, contexts=["old words"]), cites(3, 12), cites(4, 13), citation_row(5, 14, None)]
# Then 2 gets new words, 3 goes, 5 is resolved, 6 comes; then 4 goes and comes back, 6 goes, 7 comes twice and stays.
UPDATES = {
    MIDDLE: ([cites(2, 11, contexts=["new words"], influential=True), cites(5, 14), cites(6, 15)], [{"citationid": 3}]),
    NEXT_RELEASE: (
        [cites(7, 16, updated="2026-10-11"), cites(7, 16, updated="2026-10-12", contexts=["later"]), cites(4, 13)],
        [{"citationid": 6}, {"citationid": 999}],
    ),
}
LAST = [cites(1, 10), cites(2, 11, contexts=["new words"], influential=True), cites(4, 13), cites(5, 14)]
LAST.append(cites(7, 16, updated="2026-10-12", contexts=["later"]))
PAPERS = [paper_row(number) for number in range(1, 20)]
LAST_PAPERS = [
    paper_row(16, title="Made-up paper 16, corrected"),
    *(one for one in PAPERS if one["corpusid"] not in (16, 19)),
]


class Service:
    """A project whose corpus is of the first release, and a service that is two releases on."""

    def __init__(self, folder: Path, address: str) -> None:
        self.stand_in = StandIn()
        self.root = folder
        self.clock = SimulatedClock("2026-11-01T06:00:00+00:00")
        self.environment = {"SEMANTIC_SCHOLAR_API_URL": address, "SEMANTIC_SCHOLAR_API_KEY": KEY}
        self.project = make_project(folder / "project", {"made1up": 1}, "partitions = 2\n")

    def publish(self) -> None:
        datasets = self.stand_in.datasets
        datasets.publish(RELEASE, citations=[FIRST], papers=[PAPERS])
        self.fetch()
        datasets.publish(MIDDLE, citations=[[]], papers=[[]])
        datasets.publish(NEXT_RELEASE, citations=[LAST], papers=[LAST_PAPERS])
        for start, end in ((RELEASE, MIDDLE), (MIDDLE, NEXT_RELEASE)):
            datasets.change("citations", start, end, *UPDATES[end])
        datasets.change("papers", RELEASE, MIDDLE, [paper_row(16, title="Made-up paper 16, corrected")])
        datasets.change("papers", MIDDLE, NEXT_RELEASE, (), [{"corpusid": 19}])

    def fetch(self) -> None:
        fetch_corpus(self.project, clock=self.clock, environment=self.environment)

    def update(self, **options: Any) -> Updated:
        return update_corpus(self.project, clock=self.clock, environment=self.environment, **options)

    def run(self) -> Outcome:
        return run_corpus(self.project, clock=self.clock)

    def make_tables(self) -> None:
        for name in TABLES:
            run_corpus(self.project, Choice(step=name), clock=self.clock)

    @property
    def folder(self) -> CorpusFolder:
        return CorpusFolder.of(self.project)

    def tables(self) -> dict[str, list[tuple[Any, ...]]]:
        return tables_of(self.folder, self.root / "spill")

    def recorded(self) -> dict[int, str | None]:
        """Corpus ids of recorded citing papers, each with the date of its removal."""
        book = CitationBook.open(self.project.root / FOLDER, "made1up", [])
        return {entry.values["corpus_id"]: entry.removed for entry in book.entries.values()}


def tables_of(folder: CorpusFolder, spill: Path) -> dict[str, list[tuple[Any, ...]]]:
    engine = DuckEngine(EngineSettings(spill, 500_000_000, 1))
    found = {}
    for name in TABLES:
        engine.read(name, [folder.current().table(name)])
        found[name] = sorted(engine.rows(f"SELECT * EXCLUDE (bucket) FROM {name}"), key=str)
    return found


@pytest.fixture
def service() -> Iterator[Service]:
    with quick_folder() as folder:
        stand_in = StandIn()
        with serving(stand_in) as address:
            made = Service(folder, address)
            made.stand_in = stand_in
            made.publish()
            yield made


def test_an_update_gives_what_fetching_the_newer_release_gives(service: Service) -> None:
    told = service.update()
    assert (told.start, told.end, told.diffs, told.changes) == (
        RELEASE,
        NEXT_RELEASE,
        2,
        {"papers": (1, 1), "citations": (4, 3)},
    )
    assert service.folder.current().name == NEXT_RELEASE
    updated = service.tables()
    with quick_folder() as folder:
        fresh = Service(folder, service.environment["SEMANTIC_SCHOLAR_API_URL"])
        fresh.fetch()
        fresh.make_tables()
        assert updated == fresh.tables()


def test_abstracts_and_summaries_follow_the_diffs_too(tmp_path: Path) -> None:
    def abstract(number: int, text: str) -> dict[str, Any]:
        return {"corpusid": number, "openaccessinfo": {"externalids": {}}, "abstract": text, "updated": "1"}

    def summary(number: int, text: str) -> dict[str, Any]:
        return {"corpusid": number, "model": "made-up", "text": text}

    stand_in, names = StandIn(), ["papers", "citations", "abstracts", "tldrs"]
    settings = f"partitions = 2\ndatasets = {names!r}\n".replace("'", '"')
    with serving(stand_in) as address:
        made = Service(tmp_path, address)
        made.project = make_project(tmp_path / "texts", {"made1up": 1}, settings)
        datasets = stand_in.datasets
        datasets.publish(
            RELEASE,
            citations=[FIRST[:3]],
            papers=[PAPERS],
            abstracts=[[abstract(10, "Old abstract."), abstract(11, "Abstract to go."), abstract(12, "Stays.")]],
            tldrs=[[summary(10, "Summary to go."), summary(11, "Old summary.")]],
        )
        made.fetch()
        made.run()
        datasets.publish(NEXT_RELEASE, citations=[[]], papers=[[]], abstracts=[[]], tldrs=[[]])
        for name in ("citations", "papers"):
            datasets.change(name, RELEASE, NEXT_RELEASE)
        datasets.change("abstracts", RELEASE, NEXT_RELEASE, [abstract(10, "New abstract.")], [{"corpusid": 11}])
        datasets.change(
            "tldrs", RELEASE, NEXT_RELEASE, [summary(11, "New summary."), summary(12, "Came.")], [{"corpusid": 10}]
        )
        told = made.update()
        assert (told.changes["abstracts"], told.changes["tldrs"]) == ((1, 1), (2, 1))
        made.run()
        engine = DuckEngine(EngineSettings(tmp_path / "spill", 500_000_000, 1))
        engine.read("texts", [made.folder.current().table("tracked_citations")])
        assert sorted(engine.rows("SELECT citing, abstract, tldr FROM texts")) == [
            (10, "New abstract.", None),
            (11, None, "New summary."),
            (12, "Stays.", "Came."),
        ]


def test_an_update_twice_changes_nothing(service: Service) -> None:
    service.update()
    before = {path: path.stat().st_mtime_ns for path in service.folder.root.rglob("*.parquet")}
    told = service.update()
    assert (told.start, told.end, told.files) == (NEXT_RELEASE, NEXT_RELEASE, 0)
    assert {path: path.stat().st_mtime_ns for path in service.folder.root.rglob("*.parquet")} == before


def test_the_same_diffs_on_top_of_what_they_made_change_nothing(service: Service) -> None:
    service.update()
    before = service.tables()
    old = service.folder.current()
    datasets = service.stand_in.datasets
    datasets.publish("2026-10-20", citations=[[]], papers=[[]])
    # What one diff said last, said again: updates and deletions by key are idempotent.
    said = [row for row in LAST if row["citationid"] in (2, 4, 5, 7)]
    datasets.change("citations", old.name, "2026-10-20", said, [{"citationid": number} for number in (3, 6, 999)])
    datasets.change("papers", old.name, "2026-10-20", [LAST_PAPERS[0]], [{"corpusid": 19}])
    assert service.update().end == "2026-10-20"
    assert service.tables() == before


def test_old_releases_and_diffs_leave_the_disk_unless_they_are_kept(service: Service) -> None:
    service.update(keep=True)
    assert sorted(path.name for path in (service.folder.root / "releases").iterdir()) == [RELEASE, NEXT_RELEASE]
    service.run()
    assert [path.name for path in (service.folder.root / "releases").iterdir()] == [NEXT_RELEASE]
    assert list((service.folder.root / "updates").iterdir()) == []


def test_records_follow_an_update(service: Service) -> None:
    first = service.run()
    assert first.recorded is not None and first.recorded.new == 4
    assert service.recorded() == dict.fromkeys((10, 11, 12, 13))
    service.update()
    service.clock.pass_days(1)
    second = service.run()
    assert second.recorded is not None
    assert (second.recorded.new, second.recorded.completed, second.recorded.removed) == (2, 1, 1)
    assert service.recorded() == {10: None, 11: None, 12: "2026-11-02", 13: None, 14: None, 16: None}
    book = CitationBook.open(service.project.root / FOLDER, "made1up", [])
    (words,) = [entry.values["contexts"] for entry in book.entries.values() if entry.values["corpus_id"] == 11]
    assert words == [{"text": "old words"}, {"text": "new words"}]


def test_tables_of_an_update_need_no_shards(service: Service) -> None:
    service.update()
    outcome = service.run()
    assert "citations" in outcome.kept and "papers" in outcome.kept
    assert not list((service.folder.root / "releases").rglob("*.gz"))


# --- what goes wrong ----------------------------------------------------------------------------------------------


class Stumbling:
    """An engine that fails when it has saved so many results."""

    def __init__(self, engine: Engine, saves: int) -> None:
        self._engine = engine
        self._left = saves
        self.name = engine.name
        self.read, self.rows, self.close = engine.read, engine.rows, engine.close

    def save(self, sql: str, path: Path, *, partition: str | None = None) -> None:
        self._left -= 1
        if self._left < 0:
            path.mkdir(parents=True)
            (path / "half.parquet").write_bytes(b"half")
            raise EngineFailed("made-up failure in the middle")
        self._engine.save(sql, path, partition=partition)


@pytest.mark.parametrize("saves", [0, 2, 4, 6, 9])
def test_an_update_that_stops_anywhere_changes_nothing_and_goes_on(service: Service, saves: int) -> None:
    service.make_tables()
    before, released = service.tables(), service.folder.current().name
    stumbling = lambda name, settings: Stumbling(open_engine(name, settings), saves)  # noqa: E731
    try:
        service.update(open_with=stumbling)
    except EngineFailed:
        assert service.folder.current().name == released
        assert service.tables() == before
        service.make_tables()
        service.update()
    updated = service.tables()
    assert [row[1] for row in updated["citations"]] == [10, 11, 13, 14, 16]
    assert len(updated["papers"]) == 18
    assert not list(service.folder.root.rglob("half.parquet"))


def test_a_download_that_stops_changes_nothing_and_goes_on(service: Service) -> None:
    service.make_tables()
    before = service.tables()
    fault = service.stand_in.switch(faults.gateway(503), STORE, after=2, times=None)
    with pytest.raises(DownloadFailed):
        service.update()
    assert service.tables() == before
    service.stand_in.faults.remove(fault)
    assert service.update().files == 4


def test_diffs_that_do_not_lead_there_are_refused(service: Service) -> None:
    def gap(content: Any) -> Any:
        return (
            {**content, "diffs": content["diffs"][1:]} if isinstance(content, dict) and "diffs" in content else content
        )

    service.stand_in.switch(faults.rewritten(gap), "/diffs/", times=None)
    with pytest.raises(UnexpectedAnswer, match="do not lead from 2026-10-06 to 2026-10-13; try again, or fetch"):
        service.update()


def test_without_diffs_the_whole_release_is_named(service: Service) -> None:
    service.stand_in.datasets.diffs.clear()
    with pytest.raises(UnknownRelease, match="run `phengraph corpus fetch --release 2026-10-13` for the whole of it"):
        service.update()


def test_nothing_to_update_is_told(service: Service, tmp_path: Path) -> None:
    other = make_project(tmp_path / "other", {"made1up": 1})
    with pytest.raises(NothingFetched, match="no release is here yet; run `phengraph corpus fetch`"):
        update_corpus(other, environment=service.environment)
