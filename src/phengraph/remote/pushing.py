"""Filling a store by the Graph Store Protocol: one graph at a time, only what changed, nothing that is not ours.

What was pushed is written down in the store itself, in the graph `<base>store`: a digest for each graph, and the digest
of the dataset once all of it is there. So any machine can push, and a store that was emptied, or whose graphs were
changed by others, is filled again: a graph counts as pushed when its digest is written down and it has as many triples.
The record of a graph is taken out before the graph is touched, so a push that was killed leaves no graph that only
seems to be there; the next one goes on.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from phengraph.dataset import Dataset
from phengraph.problems import QueryError, StoreError
from phengraph.remote.asking import DIGEST, RECORD, UNFINISHED, RemoteStore
from phengraph.remote.connection import StoreRefused

_DIGEST = NamedNode(DIGEST)
_PAGE = 5_000
"""Rows that are asked for at once: Virtuoso cuts answers at 10,000, others elsewhere."""
_NOTED_EVERY = 50
_FEW_BYTES = 65_536

Tell = Callable[[str], None]
"""Told each step in words: `loading 3 of 61: graph/papers.bib, 1,204 triples`."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did, in graphs."""

    loaded: int
    removed: int
    unchanged: int
    triples: int
    """Of all graphs together."""


@dataclass(frozen=True, slots=True)
class _Graph:
    name: NamedNode
    digest: str
    triples: int


async def push(remote: RemoteStore, dataset: Dataset, *, force: bool = False, tell: Tell = lambda step: None) -> Pushed:
    """Make the store hold what the dataset holds.

    Args:
        remote: the store; its `graphs_url` takes the graphs.
        dataset: what is pushed.
        force: load every graph, whatever the store has of it.
        tell: told each step.

    Raises:
        StoreError: the store cannot be reached, refuses, or does not hold a graph that it took.
    """
    if not remote.settings.graphs_url:
        raise StoreError("store.graphs_url in phengraph.toml is not set; it is where the store takes graphs")
    try:
        return await _Push(remote, dataset, tell).run(force=force)
    except QueryError as error:
        raise StoreError(str(error)) from error


class _Push:
    def __init__(self, remote: RemoteStore, dataset: Dataset, tell: Tell) -> None:
        self._remote = remote
        self._dataset = dataset
        self._tell = tell
        self._record = NamedNode(f"{dataset.base}{RECORD}")

    async def run(self, *, force: bool) -> Pushed:
        self._tell("looking at what the store holds")
        noted = await self._noted()
        held = await self._held()
        whole = noted.pop(self._record.value, None) == self._dataset.contents.quads_digest
        graphs = [self._weigh(name) for name in sorted(self._dataset.store.named_graphs(), key=str)]  # type: ignore[arg-type]
        stale = [
            one
            for one in graphs
            if force or noted.get(one.name.value) != one.digest or held.get(one.name.value) != one.triples
        ]
        known = {one.name.value for one in graphs}
        gone = sorted(name for name in noted if name not in known)
        done = Pushed(len(stale), len(gone), len(graphs) - len(stale), sum(one.triples for one in graphs))
        if not stale and not gone and whole:
            return done
        kept = {one.name.value: one.digest for one in graphs if one not in stale}
        # First of all nothing is said of what is about to change.
        await self._note({**kept, **dict.fromkeys(gone, "")}, whole=False)
        for number, one in enumerate(stale, start=1):
            name = one.name.value.removeprefix(self._dataset.base)
            self._tell(f"loading {number} of {len(stale)}: {name}, {one.triples:,} triples")
            await self._put(one.name, self._content(one.name))
            kept[one.name.value] = one.digest
            if number % _NOTED_EVERY == 0:
                await self._note({**kept, **dict.fromkeys(gone, "")}, whole=False)
        for number, gone_name in enumerate(gone, start=1):
            self._tell(f"removing {number} of {len(gone)}: {gone_name.removeprefix(self._dataset.base)}")
            await self._remove(NamedNode(gone_name))
        self._tell("looking at what the store holds now")
        self._compare(graphs, await self._held())
        await self._note(kept, whole=True)
        await self._remote.check()
        return done

    def _weigh(self, graph: NamedNode) -> _Graph:
        lines = self._content(graph).splitlines()
        lines.sort()
        return _Graph(graph, hashlib.sha256(b"\n".join(lines)).hexdigest(), len(lines))

    def _content(self, graph: NamedNode) -> bytes:
        out = io.BytesIO()
        self._dataset.store.dump(out, RdfFormat.N_TRIPLES, from_graph=graph)
        return out.getvalue()

    async def _noted(self) -> dict[str, str]:
        """Graph to digest, as the store has it written down; the record's own name to that of the dataset."""
        found: dict[str, str] = {}
        text = f"SELECT ?graph ?digest {{ GRAPH {self._record} {{ ?graph {_DIGEST} ?digest }} }} ORDER BY ?graph"
        async for row in self._rows(text):
            name = row["graph"]["value"]
            # Whatever somebody wrote there: no graph but ours is ever touched.
            if name.startswith(self._dataset.base):
                found[name] = row["digest"]["value"]
        return found

    async def _held(self) -> dict[str, int]:
        """Graph to number of triples, of the graphs under our base."""
        text = (
            f"SELECT ?graph (COUNT(*) AS ?triples) {{ GRAPH ?graph {{ ?s ?p ?o }} "
            f'FILTER(STRSTARTS(STR(?graph), "{self._dataset.base}")) }} GROUP BY ?graph ORDER BY ?graph'
        )
        return {row["graph"]["value"]: int(row["triples"]["value"]) async for row in self._rows(text)}

    async def _rows(self, text: str) -> AsyncIterator[dict[str, Any]]:
        for page in count():
            rows = await self._remote.select(f"{text} LIMIT {_PAGE} OFFSET {page * _PAGE}")
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return

    def _compare(self, graphs: Sequence[_Graph], held: Mapping[str, int]) -> None:
        for one in graphs:
            has = held.get(one.name.value, 0)
            if has != one.triples:
                raise StoreError(
                    f"the store took the graph {one.name.value} and has {has:,} of its {one.triples:,} triples; "
                    "its log may tell why"
                )

    async def _note(self, digests: Mapping[str, str], *, whole: bool) -> None:
        await self._put(
            self._record,
            _as_ntriples(self._record, digests, self._dataset.contents.quads_digest if whole else UNFINISHED),
        )

    async def _put(self, graph: NamedNode, content: bytes) -> None:
        await self._send("PUT", graph, content)

    async def _remove(self, graph: NamedNode) -> None:
        try:
            await self._send("DELETE", graph, None)
        except StoreRefused as error:
            # It is gone already.
            if error.status != 404:
                raise

    async def _send(self, method: str, graph: NamedNode, content: bytes | None) -> None:
        settings = self._remote.settings
        received = await self._remote.connection.send(
            method,
            settings.graphs_url,
            parameters={"graph": graph.value},
            content=content,
            headers={} if content is None else {"Content-Type": "application/n-triples"},
            seconds=settings.load_seconds,
            most_bytes=_FEW_BYTES,
        )
        received.body.close()


def _as_ntriples(record: NamedNode, digests: Mapping[str, str], state: str) -> bytes:
    triples = [Triple(record, _DIGEST, Literal(state))]
    triples += [Triple(NamedNode(name), _DIGEST, Literal(digest)) for name, digest in sorted(digests.items())]
    out = io.BytesIO()
    pyoxigraph.serialize(triples, out, format=RdfFormat.N_TRIPLES)
    return out.getvalue()
