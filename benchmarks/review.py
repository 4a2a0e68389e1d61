"""What a key of `phengraph review` costs, from the byte that a terminal sends to the row that it gets back.

    python benchmarks/review.py [--queue 300] [--times 1]

The real screen with its writing process in a pseudo-terminal of 80 by 24 (or --size), on a fabricated project, with a
made-up queue: one accepted in ten, two put off, seven that are not about the claim. A key is sent as soon as the last
one is answered, so the writing process works at the same time as the screen; what a person's pauses give is not there.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from fabricate import fabricate

from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.model import CitingPaper, Cue, Passage, Suggestion
from phengraph.project import Project

KEYS = "nnlnsnnlnn"


def made_up_queue(project: Project, count: int) -> list[Suggestion]:
    """Suggestions of made-up papers, spread over the claims of the project."""
    claims = list(read_graph(project).knowledge.claims)
    sentence = "In contrast to earlier made-up work, we find that widgets do not grow with their number at all."
    abstract = " ".join(
        f"Sentence {number} of a made-up abstract on widgets, gadgets and cogs." for number in range(15)
    )
    return [
        Suggestion(
            claim=claims[number * 7 % len(claims)],
            paper=CitingPaper(
                f"{number:040x}",
                9_000_000 + number,
                f"Made-up paper {number} on widgets that do not grow",
                authors=(f"First Newname{number}", "Second Made-up", "Third Made-up"),
                year=2026,
                date="2026-08-30",
                abstract=abstract,
            ),
            cites=(),
            origin="citation",
            score=0.5,
            parts=(("words", 0.5),),
            passages=(Passage(sentence, (Cue(0, 11, "contrast"), Cue(62, 68, "negation")), "citation", None),) * 3,
            reads_like=None,
            seen="2026-08-31",
            rule="made-up/1",
        )
        for number in range(count)
    ]


def screen(folder: Path, count: int) -> None:
    """The review itself, in the pseudo-terminal."""
    from phengraph.cli.review import _run
    from phengraph.review.opening import open_review

    project = Project(folder)
    _run(open_review(project, lambda: made_up_queue(project, count), curator="Ada Alpha"), later=False)


def processor_seconds(pid: int) -> float:
    """What a process has used of the processor, in itself and for it in the system; Linux only."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(folder: Path, count: int, size: tuple[int, int], keys: int) -> tuple[list[float], float, float]:
    """Milliseconds of each key, processor seconds of the screen for all of them, seconds that leaving takes."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    process = subprocess.Popen(
        [sys.executable, __file__, "--screen", str(folder), "--queue", str(count)],
        stdin=child, stdout=child, stderr=child, env=os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
        start_new_session=True,
    )  # fmt: skip
    os.close(child)
    try:
        return press(process, parent, count, keys)
    finally:
        process.kill()  # also when this is stopped in between
        process.wait()


def press(process: subprocess.Popen[bytes], parent: int, count: int, keys: int) -> tuple[list[float], float, float]:
    """Press the keys one by one, then leave; as `measure`."""
    costs = []
    wait_for(parent, 1, count)
    time.sleep(1)
    used = processor_seconds(process.pid)
    for number in range(1, keys):
        key = KEYS[number % len(KEYS)].encode()
        begun = time.perf_counter()
        os.write(parent, key)
        wait_for(parent, number + 1, count)
        costs.append((time.perf_counter() - begun) * 1000)
    used = processor_seconds(process.pid) - used
    begun = time.perf_counter()
    os.write(parent, b"\x1b")
    while process.poll() is None:
        if select.select([parent], [], [], 0.1)[0]:
            try:
                os.read(parent, 65536)
            except OSError:
                break
    process.wait()
    return costs, used, time.perf_counter() - begun


def wait_for(parent: int, number: int, count: int) -> None:
    """Read until the screen shows the place in the queue."""
    wanted = re.compile(rb"\b%d of %d\b" % (number, count))
    seen = b""
    while not wanted.search(seen):
        if not select.select([parent], [], [], 900)[0]:
            raise SystemExit(f"no answer in a quarter of an hour; last seen: {seen[-300:]!r}")
        seen += os.read(parent, 65536)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queue", type=int, default=300)
    parser.add_argument("--keys", type=int, default=0, help="how many are pressed; all by default")
    parser.add_argument("--times", type=int, default=1, help="the size of the project, in shipped graphs")
    parser.add_argument("--size", type=int, nargs=2, default=(80, 24), metavar=("COLUMNS", "ROWS"))
    parser.add_argument("--screen", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.screen:
        screen(arguments.screen, arguments.queue)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "project"
        fabricate(folder, times=arguments.times)
        costs, used, leaving = measure(
            folder, arguments.queue, tuple(arguments.size), arguments.keys or arguments.queue
        )
        decisions, problems = read_decisions(Project(folder))
        ordered = sorted(costs)
        print(
            f"queue {arguments.queue:,}, {arguments.times} times, {arguments.size[0]}x{arguments.size[1]}: "
            f"{len(costs)} keys, processor {1000 * used / len(costs):.1f} ms a key; answered in median "
            f"{statistics.median(costs):.1f} ms, 95 % {ordered[int(len(ordered) * 0.95)]:.1f}, worst "
            f"{ordered[-1]:.1f}; leaving {leaving:.1f} s; "
            f"{len(decisions)} decisions on disk, {len(problems)} problems"
        )


if __name__ == "__main__":
    main()
