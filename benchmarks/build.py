"""Building the dataset at 1, 10 and 100 times the shipped graph, beside bare parsing of the same quads, in one run.

    python benchmarks/build.py [--times 1 10 100]

For each size, processor seconds (of all threads; other work on the machine disturbs them little) of

    build      phengraph: files to quads, statuses, snapshot on disk (a process of its own, whose peak memory is told)
    parse      pyoxigraph alone: the snapshot's N-Quads parsed and thrown away
    load       pyoxigraph alone: the same N-Quads into a store in memory
    reopen     phengraph again when nothing has changed: the digest of all files, and the first query
    view       the typed values read back (what show, the exports and the pages start from)

and the ratio build / parse, which stays about the same when building grows linearly. A made-up project is fabricated
for each size outside git; --git commits it first, in two commits, so that provenance is read too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pyoxigraph
from fabricate import fabricate

from phengraph.dataset import open_dataset
from phengraph.project import Project
from phengraph.views import read_view

T = TypeVar("T")
_BUILD = """
import json, resource, sys, time
from pathlib import Path
from phengraph.dataset import build_dataset
from phengraph.project import Project
steps = []
begun = time.process_time()
project = Project(Path(sys.argv[1]))
tell = lambda step: steps.append((step, time.process_time()))
dataset = build_dataset(project, progress=tell, force=True)
ended = time.process_time()
times = [*steps, ("", ended)]
print(json.dumps({
    "seconds": ended - begun,
    "steps": {name: later - at for (name, at), (_, later) in zip(times, times[1:])},
    "quads": dataset.contents.quads,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""


def timed(work: Callable[[], T]) -> tuple[float, T]:
    begun = time.process_time()
    done = work()
    return time.process_time() - begun, done


def commit(root: Path) -> None:
    """Two commits, so that a part of the files has to be blamed."""
    identity = ["-c", "user.name=Made Up", "-c", "user.email=made-up@example.org", "-c", "init.defaultBranch=main"]

    def git(*arguments: str) -> None:
        subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", "graph", "phengraph.toml")
    git("commit", "--quiet", "-m", "all")
    for number, path in enumerate(sorted((root / "graph" / "phenomena").iterdir())):
        if number % 10 == 0:
            path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    git("commit", "--quiet", "-a", "-m", "one file in ten")


def measure(times: int, *, in_git: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="phengraph-benchmark-") as folder:
        root = Path(folder) / "project"
        fabricate(root, times=times)
        if in_git:
            commit(root)
        done = subprocess.run([sys.executable, "-c", _BUILD, str(root)], capture_output=True, text=True, check=True)
        built = json.loads(done.stdout)
        project = Project(root)
        quads = open_dataset(project).quads_path
        parse, _ = timed(lambda: sum(1 for _ in pyoxigraph.parse(path=quads, format=pyoxigraph.RdfFormat.N_QUADS)))
        store = pyoxigraph.Store()
        load, _ = timed(lambda: store.load(path=quads, format=pyoxigraph.RdfFormat.N_QUADS))
        ask = "ASK { ?claim a <https://w3id.org/phengraph/ns#Claim> }"
        reopen, _ = timed(lambda: open_dataset(project).store.query(ask, use_default_graph_as_union=True))
        view, _ = timed(lambda: read_view(open_dataset(project)))
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in built["steps"].items())
        print(
            f"x{times:<4} {built['quads']:>9,} quads  build {built['seconds']:6.2f} s  parse {parse:5.2f}  "
            f"load {load:5.2f}  build/parse {built['seconds'] / parse:5.1f}  "
            f"{built['seconds'] / built['quads'] * 1e6:4.1f} us a quad  reopen {reopen:.3f}  view {view:.2f}  "
            f"peak {built['peak'] / 1e6:,.0f} MB"
        )
        print(f"      {steps}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--git", action="store_true", help="commit the project first, so that provenance is read")
    arguments = parser.parse_args()
    for times in arguments.times:
        measure(times, in_git=arguments.git)


if __name__ == "__main__":
    main()
