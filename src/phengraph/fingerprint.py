"""The digest of everything a dataset is made of, cheap when nothing changed.

A dataset is cached under the digest of its inputs: the files of `graph/` and `ingest/`, the archive of citations and
the vectors that suggestions are ranked with, `phengraph.toml`, the commit that provenance is read from, and the code
that turns files into quads (so a new version of phengraph never answers from what an old one made). A file is read
again only when its size, its time of change or its inode is not what it was.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from phengraph.project import SETTINGS_FILE, Project

# A file that changed this shortly before it was looked at may change again within the tick of its clock: read anew.
_CLOCK_TICK_NANOSECONDS = 2_000_000_000
# The last one holds whole what stands in ingest/ by its ids only; outside git, so only where it was fetched.
_FOLDERS = ("graph", "ingest", ".phengraph/semanticscholar/citations")
# Vectors that a refresh brought, outside git: suggestions are ranked with them.
_VECTORS = ".phengraph/semanticscholar/embeddings.sqlite"
# The packages that read files and make quads, beside the modules of the lower floors.
_CODE = ("model", "curate", "ingest", "quads", "suggest")


@dataclass(frozen=True, slots=True)
class _Seen:
    size: int
    changed: int
    """mtime in nanoseconds."""
    inode: int
    digest: str


def input_digest(project: Project, commit: str | None) -> str:
    """The digest of all inputs of the project's dataset: 32 hexadecimal digits.

    Args:
        project: its folders are walked, symbolic links to folders are not followed.
        commit: the commit that provenance would be read from, None outside git.
    """
    record = project.cache / "inputs.json"
    seen = _read_record(record)
    now = time.time_ns()
    found: dict[str, _Seen] = {}
    for path, stat in _input_files(project.root):
        before = seen.get(path)
        fresh = now - stat.st_mtime_ns > _CLOCK_TICK_NANOSECONDS
        if before and fresh and (before.size, before.changed, before.inode) == _stamp(stat):
            found[path] = before
        else:
            found[path] = _Seen(*_stamp(stat), _file_digest(project.root / path))
    if found != seen:
        _write_record(record, found)
    total = hashlib.sha256(code_digest().encode())
    total.update(f"\n{commit}\n".encode())
    for path in sorted(found):
        total.update(f"{path}\0{found[path].digest}\n".encode("utf-8", "surrogateescape"))
    return total.hexdigest()[:32]


def code_digest() -> str:
    """The digest of the program text that decides what a dataset holds."""
    package = Path(__file__).parent
    total = hashlib.sha256()
    for folder in (package, *(package / name for name in _CODE)):
        for path in sorted(folder.glob("*.py")):
            total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def _stamp(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _file_digest(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _input_files(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    settings = root / SETTINGS_FILE
    yield SETTINGS_FILE, settings.stat()
    with contextlib.suppress(OSError):
        yield _VECTORS, (root / _VECTORS).stat()
    pending = [name for name in _FOLDERS if (root / name).is_dir()]
    while pending:
        folder = pending.pop()
        with os.scandir(root / folder) as inside:
            for place in inside:
                # Editors keep swap and lock files beside what they edit: `.name.md.swp`, `.#name.md`.
                if place.name.startswith("."):
                    continue
                path = f"{folder}/{place.name}"
                if place.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif place.is_file():
                    yield path, place.stat()


def _read_record(path: Path) -> dict[str, _Seen]:
    try:
        rows = json.loads(path.read_bytes())
        return {name: _Seen(int(row[0]), int(row[1]), int(row[2]), str(row[3])) for name, row in rows.items()}
    except (OSError, ValueError, TypeError, IndexError, AttributeError):
        # Absent, cut or not ours: only a saving of time is lost.
        return {}


def _write_record(path: Path, found: dict[str, _Seen]) -> None:
    rows = {name: [one.size, one.changed, one.inode, one.digest] for name, one in found.items()}
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text(json.dumps(rows), encoding="ascii")
        mine.replace(path)
    except OSError:
        # A project on a read-only disk is read in full each time.
        with contextlib.suppress(OSError):
            mine.unlink()
