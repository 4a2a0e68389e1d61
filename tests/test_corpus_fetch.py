"""`corpus fetch` against a real server on this machine: resumed, checked, bounded, and nothing secret is told."""

from __future__ import annotations

import gzip
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_fixtures import NEXT_RELEASE, RELEASE, citation_row, make_project, paper_row, split
from ingest_fixtures import KEY
from standin import faults
from standin.datasets import STORE
from standin.server import StandIn, serving
from standin.simulated import SimulatedClock

from phengraph.corpus.download import Downloader
from phengraph.corpus.errors import (
    BrokenShard,
    CorpusRunning,
    DiskFull,
    DownloadFailed,
    NothingFetched,
    UnknownRelease,
)
from phengraph.corpus.fetch import Fetched, fetch_corpus, take_corpus
from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.shards import check_shard, find_broken
from phengraph.ingest.errors import KeyRefused, UnexpectedAnswer
from phengraph.project import Project


class Service:
    """A project, and a stand-in that has a release of three files of citations and one of papers."""

    def __init__(self, folder: Path, address: str, stand_in: StandIn) -> None:
        self.project: Project = make_project(folder / "project", {"made1up": 1})
        self.address = address
        self.stand_in = stand_in
        self.clock = SimulatedClock()
        self.environment = {"SEMANTIC_SCHOLAR_API_URL": address, "SEMANTIC_SCHOLAR_API_KEY": KEY}
        stand_in.datasets.publish(
            RELEASE,
            citations=[[citation_row(10 * place + n, 100 + n, 1) for n in range(200)] for place in range(3)],
            papers=[[paper_row(number) for number in range(1, 50)]],
        )

    def fetch(self, **options: object) -> Fetched:
        return fetch_corpus(self.project, clock=self.clock, environment=self.environment, **options)  # type: ignore[arg-type]

    @property
    def folder(self) -> CorpusFolder:
        return CorpusFolder.of(self.project)

    def files(self) -> list[str]:
        return sorted(path.name for path in (self.folder.root / "releases").rglob("*.gz*"))

    def store_requests(self) -> list[str | None]:
        """The Range of each request to the store, None for the whole file."""
        return [seen.request.headers.get("range") for seen in self.stand_in.seen if seen.request.path.startswith(STORE)]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    stand_in = StandIn()
    with serving(stand_in) as address:
        yield Service(tmp_path, address, stand_in)


def test_the_newest_release_is_fetched_whole_and_becomes_the_current_one(service: Service) -> None:
    told = service.fetch()
    assert (told.release, told.files, told.there, told.datasets) == (RELEASE, 4, 0, ["papers", "citations"])
    release = service.folder.current()
    assert release.name == RELEASE
    assert set(release.complete()) == {"papers", "citations"}
    for dataset, shards in release.fetched().items():
        for shard in shards:
            path = release.shards_folder(dataset) / shard.name
            checked = check_shard(path)
            assert (checked.bytes, checked.sha256, checked.whole) == (shard.bytes, shard.sha256, True)
    assert (service.folder.root / "current" / "shards" / "papers").is_dir()


def test_what_is_there_is_not_fetched_again(service: Service) -> None:
    service.fetch()
    before = len(service.store_requests())
    told = service.fetch()
    assert (told.files, told.there) == (0, 4)
    assert len(service.store_requests()) == before


def test_the_key_goes_to_the_api_and_never_to_the_store(service: Service) -> None:
    service.fetch()
    keys = {seen.request.path.startswith(STORE): seen.request.key for seen in service.stand_in.seen}
    assert keys == {True: None, False: KEY}


def test_neither_key_nor_signature_is_logged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.stand_in.switch(faults.cut_body(100), STORE)
    with caplog.at_level(logging.DEBUG):
        service.fetch()
    assert "made-up-secret" not in caplog.text
    assert KEY not in caplog.text
    assert "made-up-secret" not in repr(service.folder.current().fetched())
    written = b"".join(path.read_bytes() for path in service.folder.root.rglob("*.json"))
    assert b"made-up-secret" not in written


def test_a_file_that_broke_off_goes_on_in_the_middle(service: Service) -> None:
    service.stand_in.switch(faults.cut_body(100), STORE)
    service.fetch()
    assert service.store_requests()[:2] == [None, "bytes=100-"]
    assert service.files() == [name for name in service.files() if not name.endswith(".part")]


def test_a_store_without_ranges_sends_it_again_from_the_start(service: Service) -> None:
    service.stand_in.datasets.ranges = False
    service.stand_in.switch(faults.cut_body(100), STORE)
    assert service.fetch().files == 4


def test_links_that_expired_are_asked_for_anew(service: Service) -> None:
    def expires(request: object, right: object) -> object:
        service.stand_in.datasets.expire()
        return right

    service.stand_in.switch(expires, STORE, after=1)  # type: ignore[arg-type]
    assert service.fetch().files == 4
    assert service.stand_in.count("/dataset/citations") + service.stand_in.count("/dataset/papers") == 3


def test_a_store_that_is_down_stops_the_fetch_and_the_next_one_goes_on(service: Service) -> None:
    fault = service.stand_in.switch(faults.gateway(503), STORE, after=2, times=None)
    with pytest.raises(
        DownloadFailed, match=r"^a file of citations cannot be downloaded: the connection ends with HTTP"
    ):
        service.fetch()
    with pytest.raises(NothingFetched):
        service.folder.current()
    service.stand_in.faults.remove(fault)
    told = service.fetch()
    assert (told.files, told.there) == (2, 2)


def test_a_file_that_is_broken_as_it_is_sent_is_asked_for_twice_and_told(service: Service) -> None:
    whole = service.stand_in.datasets.releases[RELEASE]["citations"][1]
    service.stand_in.datasets.releases[RELEASE]["citations"][1] = whole[:200] + b"\x00" + whole[201:]
    with pytest.raises(DownloadFailed, match=r"is cut or broken as it is sent, twice; run the command again later$"):
        service.fetch()
    assert not any(name.endswith(".part") for name in service.files())


def test_a_shard_that_was_cut_or_changed_on_the_disk_is_found_and_fetched_again(service: Service) -> None:
    service.fetch()
    release = service.folder.current()
    shards = release.fetched()["citations"]
    paths = [release.shards_folder("citations") / shard.name for shard in shards]
    content = paths[0].read_bytes()
    paths[0].write_bytes(content[:-20])
    assert service.fetch().files == 1
    content = paths[1].read_bytes()
    paths[1].write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    told = find_broken(release, "")
    assert str(told).startswith(
        f"{paths[1]} was cut or changed on the disk, and is removed; run `phengraph corpus fetch`"
    )
    assert service.fetch().files == 1


def test_a_disk_without_room_is_told_before_anything_is_written(service: Service) -> None:
    downloader = Downloader(service.address, service.clock, keep_free=shutil.disk_usage("/").total)
    service.fetch(datasets=["papers"])
    from phengraph.corpus.releases import Releases
    from phengraph.ingest.client import open_client

    client = open_client(service.project.settings.refresh, clock=service.clock, environment=service.environment)
    link = Releases(client).links(RELEASE, "citations")[0]
    target = service.folder.root / "made-up.gz"
    with pytest.raises(DiskFull, match=r"shall stay free \(`keep_free`\); free some space, then run the command again"):
        downloader.fetch(link, target)
    assert not target.exists()
    downloader.close()
    client.close()


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "http://192.0.2.7/made-up.gz?X-Amz-Signature=1",
        "https://example.org/made-up.gz",
        "ftp://127.0.0.1/x",
        "/etc/passwd",
        "",
        "http://[::bad",
        7,
        None,
    ],
)
def test_a_link_that_is_no_address_of_the_store_is_refused(service: Service, link: object) -> None:
    service.stand_in.datasets.links = [link]  # type: ignore[list-item]
    with pytest.raises(UnexpectedAnswer, match="link"):
        service.fetch()
    assert service.store_requests() == []


def test_names_of_files_come_from_no_link(service: Service) -> None:
    service.fetch()
    release = service.folder.current()
    for dataset, shards in release.fetched().items():
        for place, shard in enumerate(shards):
            assert shard.name == f"{place:05d}-{shard.source}.jsonl.gz", dataset
            assert len(shard.source) == 16 and set(shard.source) <= set("0123456789abcdef")


def test_without_a_key_the_next_step_is_told(service: Service) -> None:
    del service.environment["SEMANTIC_SCHOLAR_API_KEY"]
    with pytest.raises(KeyRefused, match="set SEMANTIC_SCHOLAR_API_KEY"):
        service.fetch()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"release": "2020-01-01"}, f"Semantic Scholar has no release '2020-01-01'; the nearest is {RELEASE}"),
        ({"release": "../../etc"}, f"Semantic Scholar has no release '../../etc'; the nearest is {RELEASE}"),
        ({"datasets": ["citatoins"]}, "'citatoins' is no dataset; did you mean 'citations'?"),
        ({"datasets": ["abstracts"]}, f"release {RELEASE} has no dataset 'abstracts'"),
    ],
)
def test_what_the_service_does_not_have_is_told(service: Service, options: dict[str, object], words: str) -> None:
    with pytest.raises(UnknownRelease) as told:
        service.fetch(**options)
    assert str(told.value).startswith(words)


def test_two_commands_do_not_work_on_one_corpus(service: Service) -> None:
    with service.folder.only_one(), pytest.raises(CorpusRunning, match="another command works on this corpus"):
        service.fetch()


def test_shards_that_are_here_already_are_taken(tmp_path: Path) -> None:
    project = make_project(tmp_path / "project", {"made1up": 1})
    split([citation_row(1, 2, 1)], tmp_path / "source" / "citations", 2)
    told = take_corpus(project, tmp_path / "source", release=NEXT_RELEASE)
    assert (told.release, told.files, told.datasets) == (NEXT_RELEASE, 2, ["citations"])
    (tmp_path / "source" / "citations" / "cut.gz").write_bytes(gzip.compress(b"{}\n" * 100)[:-3])
    with pytest.raises(BrokenShard, match=r"cut\.gz is cut or broken; get it again"):
        take_corpus(project, tmp_path / "source", release=NEXT_RELEASE)
    with pytest.raises(NothingFetched, match="is no release; a release is a date"):
        take_corpus(project, tmp_path / "source", release="../x")
    with pytest.raises(NothingFetched, match="has no folder of a dataset"):
        take_corpus(project, tmp_path, release=NEXT_RELEASE)
