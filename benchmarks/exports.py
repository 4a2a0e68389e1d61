"""Time and peak memory of every export at growing sizes; run it as `python benchmarks/exports.py`.

The project is fabricated at 1, 10 and 100 times the shipped one's size (44 phenomena, 309 evidence rows, 232 papers a
time), and each format is made in a process of its own. Time is processor seconds of the export alone, without opening
the dataset; memory is the peak of the process, dataset included. The last column is the growth of the time from the
size before, over the growth of the project: 1.0 is linear.
"""

from __future__ import annotations

import argparse
import gc
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fabricate import fabricate

from phengraph.dataset import build_dataset, open_dataset
from phengraph.export import FORMATS, export
from phengraph.project import Project

OURS = ("turtle", "trig", "nquads", "jsonld", "graphml", "gexf", "bibtex", "csljson", "csv", "catalogue")


def measure(folder: Path, name: str) -> None:
    """Print seconds, megabytes of the process and of the export; called in a process of its own."""
    dataset = open_dataset(Project(folder), resident=True)
    opened = len(dataset.store)  # loaded before the clock runs
    gc.disable()  # as `phengraph export` does
    start = time.process_time()
    made = export(dataset, name)
    seconds = time.process_time() - start
    size = len(made) if isinstance(made, bytes) else sum(map(len, made.values()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, peak, size / 1e6, opened)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--formats", nargs="+", default=list(OURS), choices=list(FORMATS))
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "FORMAT"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        measure(Path(given.measure[0]), given.measure[1])
        return
    room = Path(tempfile.mkdtemp(prefix="phengraph-exports-"))
    try:
        seconds_before: dict[str, float] = {}
        times_before = 0
        for times in given.times:
            folder = room / f"times-{times}"
            fabricate(folder, times=times)
            shutil.copyfile(Path(__file__).parents[1] / "graph" / "context.jsonld", folder / "graph" / "context.jsonld")
            start = time.process_time()
            contents = build_dataset(Project(folder)).contents
            print(f"\nx{times}: {contents.quads:,} quads, built in {time.process_time() - start:.1f} s")
            print(f"{'format':10} {'seconds':>8} {'peak MB':>8} {'MB made':>8}  growth of time / of size")
            for name in given.formats:
                command = [sys.executable, __file__, "--measure", str(folder), name]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                seconds, peak, size, _ = map(float, done.stdout.split())
                growth = f"{seconds / seconds_before[name] / (times / times_before):.2f}" if times_before else "-"
                seconds_before[name] = seconds
                print(
                    f"{name:10} {seconds:8.2f} {peak:8.0f} {size:8.1f}  {growth}",
                    flush=True,
                )
            times_before = times
    finally:
        shutil.rmtree(room, ignore_errors=True)


if __name__ == "__main__":
    main()
