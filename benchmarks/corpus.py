"""What the whole corpus costs: time and memory of every step of `phengraph corpus run`, on both engines.

    python benchmarks/corpus.py make    --sizes 100000 1000000 10000000 --folder DIR
    python benchmarks/corpus.py measure --sizes 100000 1000000 --engines duckdb 'local[2]' --memory 1GB --folder DIR
    python benchmarks/corpus.py compare --sizes 100000 --engines duckdb 'local[2]' --folder DIR

`make` writes shards in the shape of the real ones (see tests/corpus_fixtures.py): skewed, with duplicates and nulls, as
many citations as said and a tenth as many papers. `measure` runs each engine in a process of its own and looks at the
process and its children ten times a second: the wall time, the processor time and the greatest resident memory of each
step. `compare` says whether all results are equal, by EXCEPT ALL both ways.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from corpus_fixtures import RELEASE, made_up_citations, make_project, paper_row, split

from phengraph.corpus.fetch import take_corpus
from phengraph.corpus.folder import CorpusFolder
from phengraph.project import Project

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def make(size: int, folder: Path) -> None:
    """Shards of so many citations."""
    source = folder / f"shards-{size}"
    if (source / "made").exists():
        return
    papers, shards = max(size // 10, 100), max(2, size // 1_000_000)
    split(made_up_citations(size, papers), source / "citations", shards, level=1)
    split((paper_row(number) for number in range(1, papers + 1)), source / "papers", 2, level=1)
    (source / "made").write_text("", encoding="utf-8")
    weight = sum(path.stat().st_size for path in source.rglob("*.gz"))
    print(f"{size:,} citations: {weight / 1e6:,.1f} MB of shards", flush=True)


def project_of(size: int, engine: str, folder: Path) -> Project:
    """A project with twenty tracked papers, from the most cited ones to some that are hardly cited."""
    root = folder / f"project-{size}-{''.join(letter for letter in engine if letter.isalnum())}"
    if root.exists():
        return Project(root)
    papers = max(size // 10, 100)
    places = sorted({1, 2, 3, *(int(papers * (place / 20) ** 3) + 4 for place in range(17))})
    project = make_project(root, {f"made{place}up": place for place in places})
    take_corpus(project, folder / f"shards-{size}", release=RELEASE)
    return project


class Watched:
    """The memory and processor time of a process and all that it started."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.step = "start"
        self.peak: dict[str, int] = {}
        self.processor: dict[str, float] = {}
        self._last = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _tree(self) -> list[tuple[float, int]]:
        """Processor seconds and resident bytes of each process of the tree."""
        rows = {}
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                try:
                    fields = (place / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                rows[int(place.name)] = (int(fields[1]), sum(map(int, fields[11:15])) / TICKS, int(fields[21]) * PAGE)
        wanted, found = {self._pid}, True
        while found:
            found = {pid for pid, row in rows.items() if row[0] in wanted} - wanted
            wanted |= found
        return [(rows[pid][1], rows[pid][2]) for pid in wanted if pid in rows]

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            tree = self._tree()
            if not tree:
                continue
            processor, memory = sum(row[0] for row in tree), sum(row[1] for row in tree)
            step = self.step
            self.peak[step] = max(self.peak.get(step, 0), memory)
            self.processor[step] = self.processor.get(step, 0.0) + max(0.0, processor - self._last)
            self._last = max(self._last, processor)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def measure(size: int, engine: str, memory: str, threads: int, folder: Path) -> None:
    """One run of everything, in a process of its own."""
    project = project_of(size, engine, folder)
    shutil.rmtree(CorpusFolder.of(project).release(RELEASE).tables, ignore_errors=True)
    (CorpusFolder.of(project).release(RELEASE).root / "steps.json").unlink(missing_ok=True)
    shutil.rmtree(project.ingest, ignore_errors=True)
    shutil.rmtree(project.cache / "semanticscholar", ignore_errors=True)
    command = [sys.executable, __file__, "child", "--project", str(project.root), "--engines", engine]
    command += ["--memory", memory, "--threads", str(threads)]
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    watched = Watched(child.pid)
    assert child.stdout is not None
    rows = []
    at = begun
    for line in child.stdout:
        name, word = line.split()
        if word == "begins":
            watched.step, at = name, time.perf_counter()
        elif word == "finished":
            rows.append((name, time.perf_counter() - at))
    code = child.wait()
    watched.stop()
    finished = CorpusFolder.of(project).release(RELEASE).finished()
    print(f"\n{size:,} citations, {engine}, --memory {memory}, {threads or 'all'} threads (exit code {code})")
    print(f"{'step':<20}{'rows':>13}{'wall s':>10}{'processor s':>13}{'peak MB':>10}")
    for name, seconds in rows:
        done = finished.get(name)
        told = f"{done.rows:,}" if done and done.rows else ""
        spent, peak = watched.processor.get(name, 0.0), watched.peak.get(name, 0) / 1e6
        print(f"{name:<20}{told:>13}{seconds:>10.1f}{spent:>13.1f}{peak:>10,.0f}")
    total = time.perf_counter() - begun
    print(
        f"{'all':<33}{total:>10.1f}{sum(watched.processor.values()):>13.1f}{max(watched.peak.values()) / 1e6:>10,.0f}"
    )
    tables = CorpusFolder.of(project).release(RELEASE).tables
    print(f"Parquet {sum(path.stat().st_size for path in tables.rglob('*.parquet')) / 1e6:,.1f} MB", flush=True)


def child(project: Path, engine: str, memory: str, threads: int) -> None:
    from phengraph.corpus.run import run_corpus
    from phengraph.corpus.session import Choice

    def on_step(name: str, word: str) -> None:
        if " " not in word:
            print(name, word, flush=True)

    run_corpus(Project(project), Choice(engine, memory, threads), on_step=on_step)


def compare(size: int, engines: list[str], folder: Path) -> None:
    """Whether all results of these engines are equal."""
    import duckdb

    first, *others = [CorpusFolder.of(project_of(size, engine, folder)).release(RELEASE) for engine in engines]
    connection = duckdb.connect()
    for name in first.finished():
        if not first.table(name).is_dir():
            continue
        for other in others:
            both = [
                f"read_parquet('{one.table(name)}/**/*.parquet', hive_partitioning = true)" for one in (first, other)
            ]
            columns = ", ".join(row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {both[0]}").fetchall())
            counts = [
                connection.execute(
                    f"SELECT COUNT(*) FROM (SELECT {columns} FROM {a} EXCEPT ALL SELECT {columns} FROM {b})"
                ).fetchone()
                for a, b in (both, both[::-1])
            ]
            print(f"{size:,}  {name:<20}{first.finished()[name].rows:>13,} rows, differences {counts}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["make", "measure", "compare", "child"])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000])
    parser.add_argument("--engines", nargs="+", default=["duckdb"])
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/phengraph-corpus"))
    parser.add_argument("--project", type=Path)
    given = parser.parse_args()
    if given.what == "child":
        child(given.project, given.engines[0], given.memory, given.threads)
        return
    for size in given.sizes:
        if given.what == "make":
            make(size, given.folder)
        elif given.what == "compare":
            compare(size, given.engines, given.folder)
        else:
            for engine in given.engines:
                measure(size, engine, given.memory, given.threads, given.folder)


if __name__ == "__main__":
    main()
