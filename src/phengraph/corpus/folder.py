"""Where the corpus lives on disk, and what was finished in it.

    corpus.json                     the release that is worked on: the one pointer that an update moves
    releases/RELEASE/fetched.json   its shards: name, bytes, sha256
    releases/RELEASE/shards/DATASET/NNNNN-SOURCE.jsonl.gz
    releases/RELEASE/steps.json     finished steps: fingerprint, rows, seconds, engine
    releases/RELEASE/tables/STEP/   Parquet
    current -> releases/RELEASE     for notebooks
    updates/FROM..TO/               diffs, while an update is being made
    spill/                          what did not fit into memory

Nothing in a name comes from the network but the release, which is a date.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from filelock import FileLock, Timeout

from phengraph.corpus.errors import CorpusRunning, DiskFull, EngineFailed, NothingFetched
from phengraph.ingest.errors import RecordsNotWritten
from phengraph.ingest.files import write_whole
from phengraph.project import Project

RELEASE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a dataset, as it is on disk."""

    name: str
    bytes: int
    sha256: str
    source: str
    """Digest of the path that it was downloaded from, without the signature: tells one file from another."""


@dataclass(frozen=True, slots=True)
class Finished:
    """One finished step."""

    fingerprint: str
    rows: int
    seconds: float
    engine: str
    when: str


class Release:
    """One release on disk."""

    def __init__(self, root: Path, name: str) -> None:
        self.root = root
        self.name = name

    @property
    def tables(self) -> Path:
        return self.root / "tables"

    def shards_folder(self, dataset: str) -> Path:
        return self.root / "shards" / dataset

    def table(self, step: str) -> Path:
        """The Parquet folder of a step."""
        return self.tables / step

    def fetched(self) -> dict[str, list[Shard]]:
        """The finished shards of each dataset."""
        content = _read(self.root / "fetched.json")
        return {name: [Shard(**one) for one in rows] for name, rows in content.get("datasets", {}).items()}

    def complete(self) -> dict[str, str]:
        """Datasets that are here whole, each with the digest of what it was made of."""
        return dict(_read(self.root / "fetched.json").get("complete", {}))

    def save_fetched(self, datasets: dict[str, list[Shard]], complete: dict[str, str]) -> None:
        rows = {name: [_values(one) for one in shards] for name, shards in sorted(datasets.items())}
        _write(self.root / "fetched.json", {"release": self.name, "datasets": rows, "complete": complete})

    def finished(self) -> dict[str, Finished]:
        """The finished steps by name."""
        steps = _read(self.root / "steps.json").get("steps", {})
        return {name: Finished(**one) for name, one in steps.items()}

    def save_finished(self, steps: dict[str, Finished]) -> None:
        _write(self.root / "steps.json", {"steps": {name: _values(one) for name, one in steps.items()}})


class CorpusFolder:
    """The folder of a corpus: `.phengraph/corpus`, or where the settings say."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of(cls, project: Project) -> CorpusFolder:
        given = project.settings.corpus.folder
        return cls((project.root / given).resolve() if given else project.cache / "corpus")

    @property
    def spill(self) -> Path:
        return self.root / "spill"

    def release(self, name: str) -> Release:
        if not RELEASE.match(name):
            raise NothingFetched(f"'{name[:40]}' is no release; a release is a date, as 2025-08-19")
        return Release(self.root / "releases" / name, name)

    def current(self) -> Release:
        """The release that is worked on.

        Raises:
            NothingFetched: there is none.
        """
        name = _read(self.root / "corpus.json").get("release")
        if not isinstance(name, str):
            raise NothingFetched("no release is here yet; run `phengraph corpus fetch`")
        return self.release(name)

    def set_current(self, release: Release) -> None:
        """Work on this release from now on; the one step of an update that counts."""
        _write(self.root / "corpus.json", {"release": release.name})
        link, made = self.root / "current", self.root / ".current"
        with contextlib.suppress(OSError):
            made.unlink(missing_ok=True)
            made.symlink_to(Path("releases") / release.name)
            made.replace(link)

    def drop_others(self) -> None:
        """Remove what is not of the current release."""
        kept = self.current().name
        for path in (*(self.root / "releases").glob("*"), *(self.root / "updates").glob("*")):
            if path.name != kept:
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the lock of this corpus.

        Raises:
            CorpusRunning: another command has it.
            DiskFull, EngineFailed: the folder cannot be written.
        """
        lock = FileLock(self.root / "corpus.lock")
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            raise CorpusRunning("another command works on this corpus; wait until it has ended") from None
        except OSError as error:
            raise EngineFailed(f"{self.root} cannot be written: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()


def _values(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    try:
        write_whole(path, orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n", path.name)
    except RecordsNotWritten as error:
        raise DiskFull(f"{path} is not written: {error.__cause__}") from error
