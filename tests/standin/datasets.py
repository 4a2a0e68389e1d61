"""The Datasets API and the store that its links point to: releases, signed links that expire, diffs, byte ranges.

Rules from the published specification (swagger-datasets) and from recorded answers: links and diffs need a key, the
list of releases does not; a link is signed and works for a while; the store is another server and gets no key.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from .wire import Answer, Request, error, gateway_error

API = "/datasets/v1"
STORE = "/made-up-store"
README = "Made-up datasets. Nothing in them is true."


def shard(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One file as it is in the store."""
    return gzip.compress(b"".join(orjson.dumps(dict(row)) + b"\n" for row in rows), 6, mtime=0)


@dataclass
class Datasets:
    """The releases of the stand-in."""

    releases: dict[str, dict[str, list[bytes]]] = field(default_factory=dict)
    """Release -> dataset -> files."""
    diffs: dict[tuple[str, str, str], tuple[list[bytes], list[bytes]]] = field(default_factory=dict)
    """(dataset, from, to) of releases that follow each other -> files of updates, files of deletions."""
    signature: int = 1
    """Links with another one have expired."""
    ranges: bool = True
    """Whether the store goes on in the middle of a file."""
    links: list[str] = field(default_factory=list)
    """In place of the right links, when there are any."""
    _files: dict[str, bytes] = field(default_factory=dict)

    def publish(self, release: str, **datasets: Iterable[Iterable[Mapping[str, Any]]]) -> None:
        """A release: of each dataset the rows of each file. An underscore stands for a hyphen."""
        self.releases[release] = {
            name.replace("_", "-"): [shard(rows) for rows in files] for name, files in datasets.items()
        }

    def change(
        self,
        dataset: str,
        start: str,
        end: str,
        updates: Iterable[Mapping[str, Any]] = (),
        deletes: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """What changed between two releases."""
        new, gone = list(updates), list(deletes)
        self.diffs[dataset, start, end] = ([shard(new)] if new else [], [shard(gone)] if gone else [])

    def expire(self) -> None:
        """All links that were given no longer work."""
        self.signature += 1

    # --- answering ------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request that is about datasets; None for others."""
        if request.path.startswith(STORE + "/"):
            return self._file(request)
        if not request.path.startswith(API + "/"):
            return None
        path = request.path.removeprefix(API)
        if request.method != "GET":
            return Answer(405, {"message": "Method Not Allowed"})
        if path in ("/release", "/release/"):
            return Answer(200, sorted(self.releases))
        if match := re.fullmatch(r"/release/([^/]+)", path):
            return self._release(match[1])
        if request.key is None:
            return gateway_error(403, "Forbidden")
        if match := re.fullmatch(r"/release/([^/]+)/dataset/([^/]+)", path):
            return self._dataset(request, match[1], match[2])
        if match := re.fullmatch(r"/diffs/([^/]+)/to/([^/]+)/([^/]+)", path):
            return self._diffs(request, match[1], match[2], match[3])
        return error(404, "Not found")

    def _name(self, release: str) -> str | None:
        name = max(self.releases, default="") if release == "latest" else release
        return name if name in self.releases else None

    def _release(self, asked: str) -> Answer:
        name = self._name(asked)
        if name is None:
            return error(404, f"Release {asked} not found")
        rows = [{"name": one, "description": "Made-up.", "README": README} for one in self.releases[name]]
        return Answer(200, {"release_id": name, "README": README, "datasets": rows})

    def _dataset(self, request: Request, asked: str, dataset: str) -> Answer:
        name = self._name(asked)
        if name is None or dataset not in self.releases[name]:
            return error(404, f"Dataset {dataset} not found in release {asked}")
        files = [self._link(request, f"{name}/{dataset}", one) for one in self.releases[name][dataset]]
        return Answer(200, {"name": dataset, "description": "Made-up.", "README": README, "files": self.links or files})

    def _diffs(self, request: Request, start: str, asked: str, dataset: str) -> Answer:
        end = self._name(asked)
        rows, at = [], start
        while end is not None and at != end:
            found = next((key for key in self.diffs if key[:2] == (dataset, at)), None)
            if found is None:
                return error(404, f"No diffs for {dataset} from {start}")
            new, gone = self.diffs[found]
            place = f"updates/{at}-to-{found[2]}/{dataset}"
            rows.append(
                {
                    "from_release": at,
                    "to_release": found[2],
                    "update_files": [self._link(request, place, one) for one in new],
                    "delete_files": [self._link(request, f"{place}/deletes", one) for one in gone],
                }
            )
            at = found[2]
        if end is None:
            return error(404, f"Release {asked} not found")
        return Answer(200, {"dataset": dataset, "start_release": start, "end_release": end, "diffs": rows})

    def _link(self, request: Request, place: str, content: bytes) -> str:
        path = f"{STORE}/{place}/{hashlib.sha256(content).hexdigest()[:12]}.gz"
        self._files[path] = content
        host = request.headers.get("host", "127.0.0.1")
        return f"http://{host}{path}?X-Amz-Expires=3600&X-Amz-Signature=made-up-secret-{self.signature}"

    def _file(self, request: Request) -> Answer:
        content = self._files.get(request.path)
        if content is None or request.parameter("X-Amz-Signature") != f"made-up-secret-{self.signature}":
            page = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
            return Answer(403, page, {"Content-Type": "application/xml"})
        headers = {"Content-Type": "binary/octet-stream", "ETag": f'"{hashlib.md5(content).hexdigest()}"'}
        match = re.fullmatch(r"bytes=(\d+)-", request.headers.get("range", ""))
        if match is None or not self.ranges:
            return Answer(200, content, headers)
        start = int(match[1])
        if start >= len(content):
            return Answer(416, b"", {**headers, "Content-Range": f"bytes */{len(content)}"})
        told = f"bytes {start}-{len(content) - 1}/{len(content)}"
        return Answer(206, content[start:], {**headers, "Content-Range": told})
