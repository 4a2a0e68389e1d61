"""The endpoint against `oxigraph serve` and rdflib-endpoint: requests a second and p99, in one run on one machine.

    pip install oxigraph rdflib-endpoint
    python benchmarks/serve.py [--quads 100000] [--seconds 3] [--clients 4] [--no-rdflib]

The same made-up quads (benchmarks/queries.py) and the same named queries, over HTTP with kept connections, JSON or
Turtle as answer. The clients are threads of another process and share the processors with the server, whichever it is.
Each server answers each query for some seconds; rdflib-endpoint gets at least one answer a query, however long that
takes. Printed: requests a second and the 99th percentile of the milliseconds, and geometric means of the ratios.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import math
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from queries import geometric_mean, make_dataset, set_queries

from phengraph.vocabulary import base_prefixes

QUERIES = (
    "is-contested", "evidence-of-claim", "what-a-paper-says", "contested-claims", "citing-sentences",
    "claim-neighbourhood", "claims-by-topic", "search-claims", "newest-evidence", "papers-by-citations", "citing-many",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    requests_a_second: float
    p99_milliseconds: float
    bytes_of_answer: int


class OneFile:
    """The dataset as a source of our server."""

    def __init__(self, path: Path, base: str, quads: int) -> None:
        contents = SimpleNamespace(quads=quads, title="Made-up", description="", repository=None, base=base)
        self._dataset = SimpleNamespace(digest="1", base=base, quads_path=path, store_path=None, contents=contents)

    def digest(self) -> str:
        return "1"

    def open(self) -> Any:
        return self._dataset

    async def prepare(self) -> None:
        return None


def serve_ours(path: str, base: str, quads: int, port: int) -> None:
    """Runs in a process of its own."""
    from phengraph.serve.app import House, make_app
    from phengraph.serve.server import bind, run_server
    from phengraph.settings import ServeSettings

    house = House(OneFile(Path(path), base, quads), ServeSettings(watch_seconds=0))
    with bind("127.0.0.1", port) as listener:
        run_server(house, make_app(house), listener)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server process, until it answers and until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended with exit code {process.returncode}")
            time.sleep(0.1)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def load(port: int, path: str, query: str, accept: str, clients: int, seconds: float) -> Measured:
    """Ask one query with so many clients for so long."""
    target = f"{path}?{urlencode({'query': query})}"
    headers = {"Accept": accept}
    times: list[float] = []
    sizes: set[int] = set()
    ends = time.perf_counter() + seconds

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        while True:
            started = time.perf_counter()
            connection.request("GET", target, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            finished = time.perf_counter()
            if answer.status != 200:
                raise SystemExit(f"HTTP {answer.status}: {body[:300]!r}")
            times.append(finished - started)
            sizes.add(len(body))
            if finished > ends:
                return

    began = time.perf_counter()
    threads = [threading.Thread(target=ask) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    ordered = sorted(times)
    return Measured(len(times) / took, ordered[math.ceil(len(ordered) * 0.99) - 1] * 1_000, max(sizes))


def measure(port: int, path: str, queries: dict[str, str], clients: int, seconds: float) -> dict[str, Measured]:
    found = {}
    for name, query in queries.items():
        accept = "text/turtle" if "CONSTRUCT" in query else "application/sparql-results+json"
        load(port, path, query, accept, 1, 0.2)
        found[name] = load(port, path, query, accept, clients, seconds)
    return found


def in_child(*arguments: Any) -> dict[str, Measured]:
    """Measure from another process, so that no server has the clients' interpreter to itself."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, arguments)  # type: ignore[no-any-return]


def main() -> None:
    parser = argparse.ArgumentParser(description="Compare the endpoint with others; see the head of this file.")
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each query on each server")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--no-rdflib", action="store_true")
    parser.add_argument("--only", nargs="*", help="names of queries")
    arguments = parser.parse_args()
    oxigraph = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if oxigraph is None:
        raise SystemExit("no oxigraph here; pip install oxigraph")
    with tempfile.TemporaryDirectory() as folder:
        dataset, knowledge = make_dataset(arguments.quads, Path(folder))
        quads = len(dataset.store)
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in base_prefixes(dataset.base).items())
        chosen = arguments.only or QUERIES
        queries = {name: head + text for name, text in set_queries(dataset.base, knowledge).items() if name in chosen}
        queries = {name: queries[name] for name in chosen}
        found: dict[str, dict[str, Measured]] = {}

        port = free_port()
        own = [sys.executable, __file__, "--serve", str(dataset.quads_path), dataset.base, str(quads), str(port)]
        with running(own, port):
            found["phengraph"] = in_child(port, "/sparql", queries, arguments.clients, arguments.seconds)

        port = free_port()
        location = str(Path(folder) / "oxigraph")
        subprocess.run([oxigraph, "load", "--location", location, "--file", str(dataset.quads_path)], check=True,
                       capture_output=True)  # fmt: skip
        command = [oxigraph, "serve-read-only", "--location", location, "--bind", f"127.0.0.1:{port}",
                   "--union-default-graph"]  # fmt: skip
        with running(command, port):
            found["oxigraph"] = in_child(port, "/query", queries, arguments.clients, arguments.seconds)

        if not arguments.no_rdflib:
            port = free_port()
            command = [str(Path(sys.executable).parent / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port",
                       str(port), str(dataset.quads_path)]  # fmt: skip
            with running(command, port):
                found["rdflib-endpoint"] = in_child(port, "/", queries, 1, 0.5)
    report(quads, found, arguments.clients)


def report(quads: int, found: dict[str, dict[str, Measured]], clients: int) -> None:
    others = [name for name in found if name != "phengraph"]
    print(f"{quads:,} made-up quads, {clients} clients (rdflib-endpoint: one); requests a second / p99 milliseconds\n")
    print(f"{'query':<22}" + "".join(f"{name:>22}" for name in found))
    for query in found["phengraph"]:
        cells = (
            f"{found[name][query].requests_a_second:10.1f} / {found[name][query].p99_milliseconds:9.1f}"
            for name in found
        )
        print(f"{query:<22}" + "".join(f"{cell:>22}" for cell in cells))
    print("\nGeometric means of the ratios, phengraph over the other")
    for name in others:
        rates = [ours.requests_a_second / found[name][query].requests_a_second
                 for query, ours in found["phengraph"].items()]  # fmt: skip
        tails = [found[name][query].p99_milliseconds / ours.p99_milliseconds
                 for query, ours in found["phengraph"].items()]  # fmt: skip
        print(f"  {name:<16} requests a second {geometric_mean(rates):8.2f}   p99 {geometric_mean(tails):8.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve_ours(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        main()
