"""The process that writes: takes orders from the journal, applies them, says what came of each.

`python -m phengraph.review.writing FOLDER`. A byte on standard input says that there is something new in the journal,
its end that nothing more comes. On standard output a JSON line an outcome. Whatever happens to the screen that started
it, it finishes what was asked and ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from itertools import groupby, islice
from pathlib import Path

from filelock import FileLock, Timeout

from phengraph.adding import LEFTOVER
from phengraph.problems import PhengraphError
from phengraph.project import Project
from phengraph.review.acts import Order, Outcome
from phengraph.review.applying import Applier
from phengraph.review.journal import Journal

_LOCK_SECONDS = 120
"""A writer whose screen was killed may still be finishing."""
_AT_ONCE = 50
"""Orders that are checked together; more wait for the next check, so that one wrong one costs few of them."""


def main(root: Path) -> int:
    """Work until standard input ends; 0 when all that was asked is answered."""
    project = Project(root)
    journal = Journal(project)
    journal.folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(journal.folder / "writer.lock", timeout=_LOCK_SECONDS)
    try:
        with lock:
            _work(project, journal)
    except Timeout:
        _say({"ended": "another review of this project is still writing; try again when it is done"})
        return 75
    except PhengraphError as error:
        _say({"ended": str(error)})
        return 1
    except OSError as error:
        _say({"ended": f"the disk answers: {error.strerror}"})
        return 1
    return 0


def _work(project: Project, journal: Journal) -> None:
    _remove_leftovers(project)
    history = journal.read()
    applier = Applier(project, journal, history)
    _answer(applier, history.waiting, resume=True)
    _say({"ready": True})
    while os.read(sys.stdin.fileno(), 65536):
        _take(applier, journal)
    _take(applier, journal)


def _take(applier: Applier, journal: Journal) -> None:
    while orders := journal.new_orders(_AT_ONCE):
        _answer(applier, orders, resume=False)


def _answer(applier: Applier, orders: list[Order], *, resume: bool) -> None:
    for _, alike in groupby(orders, type):
        while some := list(islice(alike, _AT_ONCE)):
            for outcome in applier.apply(some, resume=resume):
                _say_outcome(outcome)


def _say_outcome(outcome: Outcome) -> None:
    _say({"number": outcome.number, "refused": outcome.refused})


def _say(values: dict[str, object]) -> None:
    # Nobody may be left to listen; the journal has it all the same.
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), json.dumps(values).encode() + b"\n")


def _remove_leftovers(project: Project) -> None:
    """Remove what a killed writer was about to put in the place of a file."""
    for path in project.graph.rglob(f".*{LEFTOVER}"):
        with contextlib.suppress(OSError):
            path.unlink()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
