"""Opening a dataset: N-Quads read into memory against a store on disk, at several sizes, in one run.

    python benchmarks/opening.py [--times 1 7 70]

Processor milliseconds of all threads, the best of three (the first query is asked once, on a store just opened):

    load      the N-Quads into a store in memory; `lenient` skips the validation of IRIs, which are our own
    open      the store on disk, read-only
    first     evidence by claim and stance (a join with GROUP BY) on the store just opened
    again     the same query once more

`snapshot.MEMORY_QUADS` is set from what this prints: below it a dataset has no store on disk.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fabricate import fabricate
from pyoxigraph import RdfFormat, Store

from phengraph.dataset import open_dataset
from phengraph.project import Project

QUERY = """PREFIX ph: <https://w3id.org/phengraph/ns#>
SELECT ?claim ?stance (COUNT(?evidence) AS ?count) {
  ?evidence ph:claim ?claim ; ph:stance ?stance ; ph:reviewState ph:Accepted } GROUP BY ?claim ?stance"""


def milliseconds(work: Callable[[], object], *, repeat: int = 3) -> float:
    taken = []
    for _ in range(repeat):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken) * 1000


def ask(store: Store) -> None:
    for _ in store.query(QUERY, use_default_graph_as_union=True):
        pass


def read(path: Path, *, lenient: bool) -> Store:
    store = Store()
    store.load(path=path, format=RdfFormat.N_QUADS, lenient=lenient)
    return store


def measure(times: int) -> None:
    with tempfile.TemporaryDirectory(prefix="phengraph-benchmark-") as folder:
        root = Path(folder) / "project"
        fabricate(root, times=times)
        dataset = open_dataset(Project(root))
        quads, place = dataset.quads_path, Path(folder) / "store"
        on_disk = Store(str(place))
        on_disk.bulk_load(path=quads, format=RdfFormat.N_QUADS, lenient=True)
        on_disk.flush()
        del on_disk
        load = milliseconds(lambda: read(quads, lenient=False))
        lenient = milliseconds(lambda: read(quads, lenient=True))
        opened = milliseconds(lambda: Store.read_only(str(place)))
        print(f"{dataset.contents.quads:>9,} quads  load {load:7.0f} ms  lenient {lenient:7.0f}  open {opened:4.0f}")
        for name, store in (("memory", read(quads, lenient=True)), ("disk", Store.read_only(str(place)))):
            first = milliseconds(lambda: ask(store), repeat=1)  # noqa: B023 - called at once
            again = milliseconds(lambda: ask(store))  # noqa: B023 - called at once
            print(f"          {name:<7} first {first:7.1f} ms  again {again:7.1f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 7, 70])
    for times in parser.parse_args().times:
        measure(times)


if __name__ == "__main__":
    main()
