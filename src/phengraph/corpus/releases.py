"""The Datasets API: which releases there are, and where their files and diffs are.

The calls go through the `semanticscholar` package and our transport, as all calls do. What comes is checked: a release
is a date, a dataset has one of the known names, and a link is an address on the web, never a path of this machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from phengraph.corpus.errors import UnknownRelease
from phengraph.corpus.folder import RELEASE
from phengraph.ingest.client import Client
from phengraph.ingest.connection import is_this_machine
from phengraph.ingest.errors import BadRequest, NotFound, UnexpectedAnswer
from phengraph.problems import nearest

DATASETS = (
    *("papers", "citations", "abstracts", "tldrs", "paper-ids", "authors", "publication-venues", "s2orc", "s2orc_v2"),
    *("embeddings-specter_v1", "embeddings-specter_v2"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where one file is; the address is signed, works for some hours, and is shown to nobody."""

    url: str

    @property
    def source(self) -> str:
        """What tells this file from others: a digest of its address without the signature."""
        parts = urlsplit(self.url)
        return hashlib.sha256(f"{parts.hostname}{parts.path}".encode()).hexdigest()[:16]

    def __repr__(self) -> str:
        return f"Link({self.source})"


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two releases that follow each other."""

    start: str
    end: str
    updates: tuple[Link, ...]
    deletes: tuple[Link, ...]


class Releases:
    """The releases of the service."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._local = is_this_machine(urlsplit(client.transport.api_url).hostname or "")

    def names(self) -> list[str]:
        """All releases, oldest first.

        Raises:
            ServiceError: it cannot be asked.
        """
        given = self._client.call(self._client.scholar.get_available_releases())
        names = sorted({name for name in _list(given) if isinstance(name, str) and RELEASE.match(name)})
        if not names:
            raise UnexpectedAnswer("Semantic Scholar gave no list of releases")
        return names

    def find(self, wanted: str | None) -> str:
        """The release of this name, the newest for None or `latest`.

        Raises:
            UnknownRelease: there is none of this name.
        """
        names = self.names()
        if wanted in (None, "latest"):
            return names[-1]
        if wanted not in names:
            near = nearest(str(wanted), names) or names[-1]
            raise UnknownRelease(f"Semantic Scholar has no release '{str(wanted)[:40]}'; the nearest is {near}")
        return wanted

    def links(self, release: str, dataset: str) -> list[Link]:
        """The files of one dataset.

        Raises:
            UnknownRelease: the release does not have it.
            ServiceError: it cannot be asked; KeyRefused without a key.
        """
        try:
            given = self._client.call(self._client.scholar.get_dataset_download_links(release, dataset))
        except (NotFound, BadRequest) as error:
            raise UnknownRelease(f"release {release} has no dataset '{dataset}' ({error})") from error
        return self._links(given.raw_data.get("files") if isinstance(given.raw_data, dict) else None)

    def diffs(self, dataset: str, start: str, end: str) -> list[Diff]:
        """What must be applied to one dataset, in order.

        Raises:
            UnknownRelease: the service has no way from one to the other.
            UnexpectedAnswer: its diffs do not lead there without a gap.
        """
        try:
            given = self._client.call(self._client.scholar.get_dataset_diffs(dataset, start, end))
        except (NotFound, BadRequest) as error:
            raise UnknownRelease(
                f"Semantic Scholar has no diffs of '{dataset}' from {start} to {end} ({error}); "
                f"run `phengraph corpus fetch --release {end}` for the whole of it"
            ) from error
        rows = _list(given.raw_data.get("diffs") if isinstance(given.raw_data, dict) else None)
        found, at = [], start
        for row in rows:
            values = row if isinstance(row, dict) else {}
            if values.get("from_release") != at or not RELEASE.match(str(values.get("to_release"))):
                break
            one = Diff(
                at, values["to_release"], *(self._some(values, name) for name in ("update_files", "delete_files"))
            )
            found.append(one)
            at = one.end
        if at != end:
            raise UnexpectedAnswer(
                f"Semantic Scholar's diffs of '{dataset}' do not lead from {start} to {end}; try again, or fetch {end}"
            )
        return found

    def _some(self, values: dict[str, Any], name: str) -> tuple[Link, ...]:
        rows = values.get(name)
        return tuple(self._links(rows)) if rows else ()

    def _links(self, rows: object) -> list[Link]:
        urls = _list(rows)
        if not urls:
            raise UnexpectedAnswer("Semantic Scholar gave no links to files")
        return [Link(self._checked(url)) for url in urls]

    def _checked(self, url: object) -> str:
        """A link that may be asked: encrypted, and of another machine; on this machine when the service is there."""
        try:
            parts = urlsplit(url if isinstance(url, str) else "")
            host = parts.hostname or ""
        except ValueError:
            host = ""
        local = is_this_machine(host)
        if not host or parts.scheme not in ("http", "https") or local != self._local:
            raise UnexpectedAnswer("Semantic Scholar gave a link that is no address of a file on the web")
        if parts.scheme == "http" and not local:
            raise UnexpectedAnswer("Semantic Scholar gave a link that is not encrypted")
        return str(url)


def check_datasets(names: Sequence[str]) -> tuple[str, ...]:
    """Names of datasets, once each.

    Raises:
        UnknownRelease: one is no dataset.
    """
    for name in names:
        if name not in DATASETS:
            near = nearest(name, DATASETS)
            mend = f"did you mean '{near}'?" if near else f"known are {', '.join(DATASETS)}"
            raise UnknownRelease(f"'{name[:40]}' is no dataset; {mend}")
    return tuple(dict.fromkeys(names))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
