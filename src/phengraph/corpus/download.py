"""One file from the web to the disk: resumed where it broke off, whole or not there, never a full disk.

The key of the API is not sent: links are signed. Nothing of a link is ever told or logged.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import urllib3

from phengraph.corpus.errors import DiskFull, DownloadFailed
from phengraph.corpus.folder import Shard
from phengraph.corpus.releases import Link
from phengraph.corpus.shards import check_shard
from phengraph.ingest.clock import Clock
from phengraph.ingest.connection import Connections, open_session

_CHUNK = 1 << 18
_CONNECT_SECONDS = 20.0
_READ_SECONDS = 60.0
_TRIES = 6
"""In a row without a byte of progress."""
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)\Z")


class LinkExpired(Exception):
    """The signature of a link is no longer good: ask for it anew."""


class _Broken(Exception):
    """A try that ended early; its words are fit for a person."""


@dataclass(slots=True)
class Progress:
    """How a download goes on."""

    on_bytes: Callable[[int], None] = lambda count: None
    """Told bytes as they arrive."""


class Downloader:
    """Downloads files into folders.

    Args:
        api_url: of the service, by which it is known whether the files are on this machine, too.
        clock: time and waiting.
        keep_free: bytes that stay free on the disk.
        session: another `requests` session.
    """

    def __init__(self, api_url: str, clock: Clock, keep_free: int, session: requests.Session | None = None) -> None:
        self._clock = clock
        self._keep_free = keep_free
        self._session = session or open_session(api_url, Connections())

    def close(self) -> None:
        self._session.close()

    def fetch(self, link: Link, path: Path, progress: Progress | None = None) -> Shard:
        """Download one file; what a former try brought is kept when the server can go on from there.

        Raises:
            LinkExpired: the link must be asked for anew; what came is kept.
            DownloadFailed: it cannot be had, or is no whole gzip file twice in a row.
            DiskFull: there is no room for it.
        """
        progress = progress or Progress()
        part = path.with_name(path.name + ".part")
        for last in (False, True):
            with _silent(), _disk(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                self._until_whole(link, part, progress)
            checked = check_shard(part)
            if checked.whole:
                part.replace(path)
                return Shard(path.name, checked.bytes, checked.sha256, link.source)
            part.unlink()
            if last:
                break
        raise DownloadFailed(
            f"{path.name} of {path.parent.name} is cut or broken as it is sent, twice; run the command again later"
        )

    def _until_whole(self, link: Link, part: Path, progress: Progress) -> None:
        failures = 0
        while True:
            before = part.stat().st_size if part.exists() else 0
            try:
                if self._try_once(link, part, before, progress):
                    return
                words = "broke off"
            except _Broken as failure:
                words = str(failure)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as failure:
                # Their words hold the link.
                words = "timed out" if isinstance(failure, requests.Timeout) else "broke off"
            after = part.stat().st_size if part.exists() else 0
            failures = 0 if after > before else failures + 1
            if failures >= _TRIES:
                raise DownloadFailed(
                    f"a file of {part.parent.name} cannot be downloaded: the connection {words}; "
                    "run the command again: it goes on from here"
                )
            self._clock.sleep(min(2.0**failures, 60.0))

    def _try_once(self, link: Link, part: Path, start: int, progress: Progress) -> bool:
        """Ask for the rest; whether all is there now."""
        headers = {"Accept-Encoding": "identity", "Accept": "*/*"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with self._session.get(
            link.url, headers=headers, stream=True, allow_redirects=False, timeout=(_CONNECT_SECONDS, _READ_SECONDS)
        ) as response:
            status = response.status_code
            if status in (400, 401, 403):
                raise LinkExpired
            if status == 416 and start:
                # Nothing more, or another file: the check of the whole tells.
                return _total_of(response) == start or _forget(part)
            if status not in (200, 206):
                raise _Broken(f"ends with HTTP {status}")
            if status == 200:
                start = 0
            elif _start_of(response) != start:
                _forget(part)
                raise _Broken("sent another part than was asked for")
            total = _total_of(response, start)
            self._see_that_it_fits(part, (total or 0) - start)
            with part.open("r+b" if start else "wb") as stream:
                stream.seek(start)
                stream.truncate()
                got = start
                for chunk in response.raw.stream(_CHUNK, decode_content=False):
                    stream.write(chunk)
                    got += len(chunk)
                    progress.on_bytes(len(chunk))
        return total is None or got == total

    def _see_that_it_fits(self, part: Path, wanted: int) -> None:
        free = shutil.disk_usage(part.parent).free
        if wanted > free - self._keep_free:
            raise DiskFull(
                f"the next file needs {wanted / 1e9:.1f} GB, and {part.parent} has {free / 1e9:.1f} GB free, of which "
                f"{self._keep_free / 1e9:.1f} GB shall stay free (`keep_free`); free some space, then run the command "
                "again: it goes on from here"
            )


def _forget(part: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        part.unlink()
    return False


def _start_of(response: requests.Response) -> int | None:
    match = _RANGE.match(response.headers.get("Content-Range", ""))
    return int(match[1]) if match else None


def _total_of(response: requests.Response, start: int = 0) -> int | None:
    """Bytes of the whole file, when the server says so."""
    told = response.headers.get("Content-Range", "")
    if match := re.search(r"/(\d{1,15})\Z", told):
        return int(match[1])
    length = response.headers.get("Content-Length", "")
    return start + int(length) if re.fullmatch(r"\d{1,15}", length) else None


@contextlib.contextmanager
def _disk(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(
                f"the disk of {path.parent} is full; free some space, then run the command again: it goes on from here"
            ) from error
        raise DownloadFailed(f"{path} cannot be written: {error.strerror}") from error


class _NoLinks(logging.Filter):
    def filter(self, record: Any) -> bool:
        return False


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """urllib3 logs addresses; those of links are signed, and a log is read by others."""
    logger, filtered = logging.getLogger("urllib3.connectionpool"), _NoLinks()
    logger.addFilter(filtered)
    try:
        yield
    finally:
        logger.removeFilter(filtered)
