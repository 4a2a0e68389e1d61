"""Where the server's workers come from, and that none is left behind."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph
import pytest
from loops import run_apart

from phengraph.problems import QueryError
from phengraph.query.engine import start_worker
from phengraph.query.frames import Request as QueryRequest
from phengraph.serve.pool import Brood, Pool
from phengraph.serve.snapshots import FORKED_QUADS, Snapshots, hatchery_for
from phengraph.serve.turnstile import Turnstile
from phengraph.serve.workers import ForkHatchery, SpawnHatchery


def turnstile(**options: Any) -> Turnstile:
    given = {"workers": 2, "long_workers": 1, "long_per_client": 1, "waiting": 10, "waiting_seconds": 5.0} | options
    return Turnstile(**given)


def test_a_dataset_that_is_too_large_for_memory_is_opened_on_disk_by_each_worker(tmp_path: Path) -> None:
    store = pyoxigraph.Store(str(tmp_path / "store"))
    node = pyoxigraph.NamedNode("https://example.org/made-up")
    store.add(pyoxigraph.Quad(node, node, pyoxigraph.Literal("x"), node))
    store.flush()
    del store
    on_disk, in_memory = (
        SimpleNamespace(
            store_path=tmp_path / "store", quads_path=tmp_path / "quads.nq", contents=SimpleNamespace(quads=n)
        )
        for n in (FORKED_QUADS + 1, FORKED_QUADS)
    )
    assert isinstance(hatchery_for(in_memory, None), ForkHatchery)  # type: ignore[arg-type]
    hatchery = hatchery_for(on_disk, 2**30)  # type: ignore[arg-type]
    assert isinstance(hatchery, SpawnHatchery)

    async def story() -> None:
        gate = turnstile()
        pool = Pool(gate, timeout_seconds=5, long_after_seconds=1, memory_bytes=2**30)
        await hatchery.start()
        brood = Brood(hatchery)
        request = QueryRequest("SELECT ?o { ?s ?p ?o }", "csv", "https://example.org/", union=True)
        for _ in range(2):
            asked = await pool.ask(brood, request, "x")
            assert (await asked.whole(1000)) == b"o\r\nx\r\n"
            await asked.close()
        assert len(brood.idle) == 1
        with pytest.raises(QueryError, match="the engine crashed"):
            deep = "SELECT * " + "{" * 100_000 + "}" * 100_000
            await pool.ask(brood, replace(request, text=deep), "x")
        assert (await pool.ask(brood, request, "x")).variables == ["o"]
        assert pool.tally.workers_lost == 1
        await brood.close()

    run_apart(story())


def test_a_hatchery_that_cannot_open_its_dataset_says_so(tmp_path: Path) -> None:
    (tmp_path / "quads.nq").write_text("no quads\n", encoding="utf-8")
    for hatchery in (ForkHatchery(str(tmp_path / "quads.nq"), None), SpawnHatchery(str(tmp_path), None)):
        with pytest.raises(QueryError, match="the dataset cannot be opened") as caught:
            run_apart(hatchery.start())
        assert caught.value.kind == "engine"


@pytest.mark.parametrize("kind", [ForkHatchery, SpawnHatchery])
def test_a_hatchery_that_is_given_up_while_it_opens_leaves_no_process(
    kind: type[ForkHatchery | SpawnHatchery], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(theirs: socket.socket) -> subprocess.Popen[bytes]:
        started.append(start_worker(theirs))
        return started[-1]

    monkeypatch.setattr("phengraph.serve.workers.start_worker", start)

    async def story() -> None:
        # What a writer holds open and never fills is read for ever.
        os.mkfifo(tmp_path / "quads.nq")
        opening = asyncio.create_task(kind(str(tmp_path / "quads.nq"), None).start())
        while not started:
            await asyncio.sleep(0.01)
        opening.cancel()
        await asyncio.wait([opening])
        assert opening.cancelled()

    run_apart(story())
    assert [process.returncode is not None for process in started] == [True]


def test_a_swap_that_fails_after_its_workers_were_made_ends_them() -> None:
    closed: list[str] = []

    class MadeUpHatchery:
        alive = True

        async def start(self) -> None:
            pass

        async def close(self) -> None:
            closed.append("closed")

    class MadeUpSource:
        def open(self) -> Any:
            # No dataset: reading it for the pages fails.
            return SimpleNamespace(digest="made up")

    async def story() -> None:
        snapshots = Snapshots(MadeUpSource(), memory_bytes=None, watch_seconds=0, hatchery=lambda *_: MadeUpHatchery())  # type: ignore[arg-type,return-value]
        snapshots._current = SimpleNamespace(is_read=True)  # type: ignore[assignment]
        with pytest.raises(AttributeError):
            await snapshots.start()

    run_apart(story())
    assert closed == ["closed"]
