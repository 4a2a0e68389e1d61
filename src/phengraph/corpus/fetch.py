"""`corpus fetch`: the shards of a release, each whole or not there; a fetch that was stopped goes on."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phengraph.corpus.download import Downloader, LinkExpired, Progress
from phengraph.corpus.errors import BrokenShard, DiskFull, DownloadFailed, NothingFetched
from phengraph.corpus.folder import CorpusFolder, Release, Shard
from phengraph.corpus.releases import Link, Releases, check_datasets
from phengraph.corpus.session import size_of
from phengraph.corpus.shards import check_shard
from phengraph.ingest.client import open_client
from phengraph.ingest.clock import Clock, SystemClock
from phengraph.project import Project

_ASKED_ANEW = 20
"""How often links of one dataset may expire."""


@dataclass(slots=True)
class Fetched:
    """What a fetch brought."""

    release: str
    files: int = 0
    bytes: int = 0
    there: int = 0
    """Files that were there before."""
    datasets: list[str] = field(default_factory=list)


@dataclass(slots=True)
class FetchWatcher:
    """Told how a fetch goes on; this one does not listen."""

    on_dataset: Callable[[str, int], None] = lambda name, files: None
    """A dataset with so many files is next."""
    on_file: Callable[[str], None] = lambda dataset: None
    """One more of its files is there."""
    on_bytes: Callable[[int], None] = lambda count: None


def fetch_corpus(
    project: Project,
    *,
    release: str | None = None,
    datasets: Sequence[str] = (),
    clock: Clock | None = None,
    watcher: FetchWatcher | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Fetched:
    """Fetch the shards of a release, and make it the one that is worked on.

    Args:
        project: whose settings and folder.
        release: a date; by default the newest.
        datasets: their names; by default those of the settings.
        clock: time and waiting.
        watcher: told how it goes on.
        environment: where key and address of the service stand.

    Raises:
        CorpusError: see `errors`; what was fetched is kept.
        IngestError: the service cannot be asked.
    """
    names = check_datasets(datasets or project.settings.corpus.datasets)
    clock, watcher = clock or SystemClock(), watcher or FetchWatcher()
    folder = CorpusFolder.of(project)
    with folder.only_one(), opened(project, clock, environment) as (releases, downloader):
        found = folder.release(releases.find(release))
        told = Fetched(found.name, datasets=list(names))
        for name in names:
            _fetch_dataset(found, name, releases, downloader, watcher, told)
        folder.set_current(found)
    return told


@contextlib.contextmanager
def opened(project: Project, clock: Clock, environment: Mapping[str, str]) -> Iterator[tuple[Releases, Downloader]]:
    """The two ways to the service: its API, and its files."""
    keep_free = size_of(project.settings.corpus.keep_free, "corpus.keep_free")
    client = open_client(project.settings.refresh, clock=clock, environment=environment)
    downloader = Downloader(client.transport.api_url, clock, keep_free)
    try:
        yield Releases(client), downloader
    finally:
        downloader.close()
        client.close()


def _fetch_dataset(
    release: Release, name: str, releases: Releases, downloader: Downloader, watcher: FetchWatcher, told: Fetched
) -> None:
    def keep(shards: dict[str, Shard]) -> None:
        release.save_fetched({**release.fetched(), name: in_order(shards)}, without(release.complete(), name))

    known = {shard.source: shard for shard in release.fetched().get(name, ())}
    shards = fetch_files(
        lambda: releases.links(release.name, name),
        release.shards_folder(name),
        known,
        downloader,
        FetchWatcher(
            lambda _, files: watcher.on_dataset(name, files), lambda _: watcher.on_file(name), watcher.on_bytes
        ),
        keep,
        told,
    )
    release.save_fetched({**release.fetched(), name: shards}, {**release.complete(), name: digest_of(shards)})


def fetch_files(
    ask: Callable[[], list[Link]],
    folder: Path,
    known: dict[str, Shard],
    downloader: Downloader,
    watcher: FetchWatcher,
    keep: Callable[[dict[str, Shard]], None],
    told: Fetched,
    prefix: str = "",
) -> list[Shard]:
    """Fetch the files of a list of links into a folder, asking for the links anew when they expire.

    Args:
        ask: gives the links.
        folder: where the files go.
        known: files of a former try, by source.
        downloader: fetches one.
        watcher: told how it goes on.
        keep: called after each file with those that are there.
        told: counts what came.
        prefix: of the names of the files.
    """
    links = ask()
    watcher.on_dataset(folder.name, len(links))
    shards: dict[str, Shard] = {}
    expired = 0
    place = 0
    while place < len(links):
        link = links[place]
        before = known.get(link.source)
        path = folder / f"{prefix}{place:05d}-{link.source}.jsonl.gz"
        if before is not None and before.name == path.name and _is_there(path, before):
            shards[link.source] = before
            told.there += 1
        else:
            try:
                shards[link.source] = downloader.fetch(link, path, Progress(watcher.on_bytes))
            except LinkExpired:
                expired += 1
                if expired > _ASKED_ANEW:
                    raise DownloadFailed(
                        f"the links to the files of {folder.name} are refused again and again; try again later"
                    ) from None
                links = _same_files(links, ask(), folder.name)
                continue
            told.files += 1
            told.bytes += shards[link.source].bytes
            keep({**known, **shards})
        watcher.on_file(folder.name)
        place += 1
    return in_order(shards)


def _same_files(before: list[Link], after: list[Link], what: str) -> list[Link]:
    """The new links in the order of the old ones: names of files hang on it."""
    by_source = {link.source: link for link in after}
    if any(link.source not in by_source for link in before):
        raise DownloadFailed(f"the files of {what} changed while they were fetched; run the command again")
    return [by_source[link.source] for link in before]


def _is_there(path: Path, shard: Shard) -> bool:
    return path.is_file() and path.stat().st_size == shard.bytes


def in_order(shards: dict[str, Shard]) -> list[Shard]:
    return sorted(shards.values(), key=lambda shard: shard.name)


def without(complete: dict[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in complete.items() if key != name}


def digest_of(shards: Sequence[Shard]) -> str:
    """The digest of a dataset: of what is in its files, in whatever order they came."""
    return hashlib.sha256("\n".join(sorted(shard.sha256 for shard in shards)).encode()).hexdigest()[:32]


def take_corpus(
    project: Project, source: Path, *, release: str, datasets: Sequence[str] = (), watcher: FetchWatcher | None = None
) -> Fetched:
    """As `fetch_corpus`, of shards that are on this machine already: `SOURCE/DATASET/*.gz`.

    Files are linked where the disk allows it, else copied; each is read to its end.

    Raises:
        NothingFetched: there are no shards.
        BrokenShard: one does not unpack.
    """
    names = check_datasets(datasets or [name for name in project.settings.corpus.datasets if (source / name).is_dir()])
    watcher = watcher or FetchWatcher()
    folder = CorpusFolder.of(project)
    with folder.only_one():
        found = folder.release(release)
        told = Fetched(found.name, datasets=list(names))
        for name in names:
            files = sorted(path for path in (source / name).glob("*.gz") if path.is_file())
            if not files:
                raise NothingFetched(f"{source / name} has no shards (*.gz)")
            watcher.on_dataset(name, len(files))
            shards = []
            for place, path in enumerate(files):
                shards.append(_take(path, found.shards_folder(name), place))
                told.files += 1
                told.bytes += shards[-1].bytes
                watcher.on_file(name)
            found.save_fetched({**found.fetched(), name: shards}, {**found.complete(), name: digest_of(shards)})
        if not names:
            raise NothingFetched(f"{source} has no folder of a dataset, as citations/")
        folder.set_current(found)
    return told


def _take(path: Path, folder: Path, place: int) -> Shard:
    checked = check_shard(path)
    if not checked.whole:
        raise BrokenShard(f"{path} is cut or broken; get it again", path)
    name = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    target = folder / f"{place:05d}-{name}.jsonl.gz"
    folder.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(path, target)
    except OSError:
        try:
            shutil.copyfile(path, target)
        except OSError as error:
            raise DiskFull(f"{target} cannot be written: {error.strerror}") from error
    return Shard(target.name, checked.bytes, checked.sha256, name)
