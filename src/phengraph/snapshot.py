"""A dataset on disk: a folder of the cache that appears whole and never changes.

    .phengraph/datasets/DIGEST/quads.nq         all quads
                              /contents.json    what a dataset says of itself; written last
                              /store/           a store of pyoxigraph, when there are more quads than `MEMORY_QUADS`

A snapshot is made in a folder of its own name and renamed when complete, so a killed build leaves nothing half, and
of two builds at once one wins and both are right.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import re
import shutil
import tempfile
import time
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Store

from phengraph.quads.terms import source_list_node
from phengraph.vocabulary import KINDS, expand

# Measured in docs/design.md: up to this many quads, reading them into memory is as quick as opening a store on disk.
MEMORY_QUADS = 50_000
_KEPT_SNAPSHOTS = 3
_ABANDONED_SECONDS = 24 * 3600

# A bulk load holds all that it is given in memory: about a million quads at a time, however many there are.
LOAD_BYTES = 200_000_000
_MAKING = "making-"
_DIGEST = re.compile(r"[0-9a-f]{32}\Z")
_TYPE = NamedNode(expand("rdf:type"))


@dataclass(frozen=True, slots=True)
class Contents:
    """What a dataset says of itself."""

    digest: str
    base: str
    title: str
    description: str
    repository: str | None
    branch: str
    nodes: int
    """Entries: everything with an IRI under the base and a type."""
    edges: int
    """Links from one entry to another, each kind of link between two entries once."""
    quads: int
    quads_digest: str
    """SHA-256 of quads.nq."""
    quads_bytes: int
    knowledge_bytes: int
    """The first bytes of quads.nq hold everything but the citations, so that a view reads no further."""
    tables: dict[str, int]
    """Sizes of the table files of the store on disk, by name; empty when there is none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The part of `Contents` that is known before the quads are counted."""

    digest: str
    base: str
    title: str
    description: str
    repository: str | None
    branch: str


def write_snapshot(
    folder: Path,
    quads: Iterable[Quad],
    citations: Iterable[Quad],
    heading: Heading,
    *,
    load_bytes: int = LOAD_BYTES,
) -> Contents:
    """Write quads into an empty folder.

    Args:
        folder: where to.
        quads: everything but the citations, in any order, some possibly twice.
        citations: those of the citations.
        heading: what is known of the dataset beforehand.
        load_bytes: how much of the N-Quads the store is given at a time.
    """
    path = folder / "quads.nq"
    census = _Census(heading.base)
    with path.open("wb") as opened:
        pyoxigraph.serialize(census.count(quads), opened, format=RdfFormat.N_QUADS)
        knowledge_bytes = opened.tell()
        pyoxigraph.serialize(census.count(citations), opened, format=RdfFormat.N_QUADS)
    # The number of lines is not the number of quads (an author of many papers is told for each), but near it.
    with path.open("rb") as opened:
        large = sum(1 for _ in opened) > MEMORY_QUADS
    store = Store(str(folder / "store")) if large else Store()
    # Our own quads: validating their IRIs a second time would cost a third more.
    with path.open("rb") as opened:
        while part := opened.read(load_bytes):
            store.bulk_load(part + opened.readline(), format=RdfFormat.N_QUADS, lenient=True)
    quads_count = len(store)
    if large:
        store.flush()
    del store
    with path.open("rb") as opened:
        quads_digest = hashlib.file_digest(opened, "sha256").hexdigest()
    contents = Contents(
        **asdict(heading),
        nodes=len(census.entries),
        edges=len(census.links),
        quads=quads_count,
        quads_digest=quads_digest,
        quads_bytes=path.stat().st_size,
        knowledge_bytes=knowledge_bytes,
        tables=_table_sizes(folder / "store"),
    )
    (folder / "contents.json").write_text(json.dumps(asdict(contents), indent=1), encoding="ascii")
    return contents


def read_contents(folder: Path, digest: str) -> Contents | None:
    """The contents of a snapshot when it is there and whole, else None.

    Small snapshots are checked byte by byte, large ones by the sizes of their files (the store on disk has checksums
    of its own).
    """
    try:
        contents = Contents(**json.loads((folder / "contents.json").read_bytes()))
        path = folder / "quads.nq"
        if contents.digest != digest or path.stat().st_size != contents.quads_bytes:
            return None
        if contents.tables:
            return contents if _table_sizes(folder / "store") == contents.tables else None
        with path.open("rb") as opened:
            same = hashlib.file_digest(opened, "sha256").hexdigest() == contents.quads_digest
    except (OSError, ValueError, TypeError):
        return None
    return contents if same else None


def make_folder(parent: Path) -> Path:
    """A new empty folder for a snapshot in the making.

    Where the cache cannot be written it is a folder of the system's, gone when the process ends.
    """
    try:
        parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=_MAKING, dir=parent))
    except OSError:
        made = Path(tempfile.mkdtemp(prefix="phengraph-"))
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        return made


def publish(made: Path, folder: Path, *, anew: bool = False) -> Path:
    """Give a finished snapshot its name; where it is afterwards. Another process may have been quicker.

    Args:
        made: the snapshot, beside its place.
        folder: its place.
        anew: a snapshot that is there makes room, also when it looks whole.
    """
    if made.parent != folder.parent:
        return made
    if anew and folder.exists():
        # Moved away at the last moment, so that who asks meanwhile is answered from it.
        old = Path(tempfile.mkdtemp(prefix=_MAKING, dir=folder.parent))
        try:
            with contextlib.suppress(OSError):
                folder.rename(old)
            return publish(made, folder)
        finally:
            shutil.rmtree(old, ignore_errors=True)
    contents = json.loads((made / "contents.json").read_bytes())
    for _ in range(2):
        try:
            made.rename(folder)
            return folder
        except OSError:
            if read_contents(folder, str(contents["digest"])) is not None:
                shutil.rmtree(made, ignore_errors=True)
                return folder
            # A damaged snapshot has our name; it can serve nobody.
            shutil.rmtree(folder, ignore_errors=True)
    return made


def prune(folder: Path, kept: Path) -> None:
    """Remove all but the newest snapshots of a cache, and what killed builds left a day ago.

    Only what has the name of a snapshot is touched, so that a wrong folder costs nobody anything.
    """
    now = time.time()
    finished = []
    for place in folder.iterdir():
        try:
            changed = place.stat().st_mtime
        except OSError:
            continue
        if place.name.startswith(_MAKING) and now - changed > _ABANDONED_SECONDS:
            shutil.rmtree(place, ignore_errors=True)
        elif _DIGEST.match(place.name) and place != kept:
            finished.append((changed, place))
    for _, place in sorted(finished, reverse=True)[_KEPT_SNAPSHOTS - 1 :]:
        shutil.rmtree(place, ignore_errors=True)


def _table_sizes(store: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in sorted(store.glob("*.sst"))}


class _Distinct:
    """Counts different values by their hashes of 64 bits, in 8 bytes for each value that came.

    Two among ten million have the same hash once in some 400,000 builds; the count is then one too small.
    """

    def __init__(self) -> None:
        self._hashes = array("q")
        self.add = self._hashes.append

    def __len__(self) -> int:
        if len(self._hashes) <= MEMORY_QUADS:
            return len(set(self._hashes))
        import numpy as np

        return int(np.unique(np.frombuffer(self._hashes, dtype=np.int64)).size)


class _Census:
    """Counts entries and links while the quads go by: asking the store afterwards took longer than writing it."""

    def __init__(self, base: str) -> None:
        self._ours = (*(f"{base}{kind}/" for kind in KINDS.values()), source_list_node(base).value)
        self.entries = _Distinct()
        self.links = _Distinct()

    def count(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        for quad in quads:
            yield quad
            value, subject = quad.object, quad.subject
            if not (isinstance(value, NamedNode) and isinstance(subject, NamedNode)):
                continue
            name = subject.value
            if not name.startswith(self._ours):
                continue
            if value.value.startswith(self._ours):
                self.links.add(hash((name, quad.predicate.value, value.value)))
            elif quad.predicate == _TYPE:
                self.entries.add(hash(name))
