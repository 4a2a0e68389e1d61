"""One run over a release: saves results whole or not at all, and knows which are finished.

A step is finished when its fingerprint stands in steps.json: what it was computed from, by which statements, with which
numbers. A run that was stopped goes on from the last finished step, on whichever engine.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from phengraph.corpus.engine import Engine, Numbers, Schema, statement, statement_text
from phengraph.corpus.errors import EngineFailed
from phengraph.corpus.folder import Finished, Release


@dataclass(frozen=True, slots=True)
class Step:
    """One result: what it needs and how it is made."""

    name: str
    needs: tuple[str, ...]
    statements: tuple[str, ...]
    """Files of `sql/`; their texts are part of the fingerprint."""
    make: Callable[[Work], None]
    numbers: tuple[str, ...] = ()
    """Settings that go into it."""
    about: str = ""


@dataclass(slots=True)
class Work:
    """What the steps of a run share."""

    engine: Engine
    release: Release
    numbers: Numbers
    on_step: Callable[[str, str], None] = lambda name, word: None
    """Told the name of a step and a word: `begins`, `round 7`, `finished`."""
    opened: set[str] = field(default_factory=set)

    def need(self, *steps: str) -> None:
        """Make views of the results of these steps, by their names."""
        for step in steps:
            if step not in self.opened:
                self.engine.read(step, [self.release.table(step)])
                self.opened.add(step)

    def read_lines(self, view: str, paths: Sequence[Path], schema: Schema) -> None:
        """Make a view of JSON Lines; of none, one without rows."""
        if not paths:
            empty = self.release.tables / ".empty.jsonl"
            empty.parent.mkdir(parents=True, exist_ok=True)
            empty.write_bytes(b"")
            paths = [empty]
        self.engine.read(view, paths, schema)

    def save(self, view: str, sql_name: str, *, partition: str | None = None, **numbers: int | float) -> None:
        """Save what a statement gives as the result `view`; the old one stands until the new one is whole."""
        path, part = self.release.table(view), self.release.table(f".{view}.part")
        text = statement(sql_name, {**self.numbers, **numbers})
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.engine.save(text, part, partition=partition)
            replace_folder(part, path)
        except OSError as error:
            raise EngineFailed(f"{path} cannot be written: {error.strerror}") from error
        except EngineFailed:
            shutil.rmtree(part, ignore_errors=True)
            raise
        self.engine.read(view, [path])
        self.opened.add(view)

    def drop(self, *views: str) -> None:
        """Remove results that were needed on the way only."""
        for view in views:
            shutil.rmtree(self.release.table(view), ignore_errors=True)
            self.opened.discard(view)

    def number(self, sql: str) -> int:
        """The one whole number that a query gives; 0 for NULL."""
        row = next(iter(self.engine.rows(sql)), (0,))
        return int(row[0] or 0)


def replace_folder(made: Path, path: Path) -> None:
    """Put a folder in the place of another."""
    old = path.with_name(f".{path.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        path.rename(old)
    made.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def fingerprints(steps: Sequence[Step], numbers: Numbers, sources: dict[str, str]) -> dict[str, str]:
    """What each step is computed from, as a digest; `sources` are the digests of what comes from outside."""
    found = dict(sources)
    for step in steps:
        if step.name in found:
            continue
        parts = [step.name, *(found[need] for need in step.needs)]
        parts += [f"{name}={numbers[name]!r}" for name in step.numbers]
        parts += [statement_text(name) for name in step.statements]
        found[step.name] = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
    return found


def run_step(work: Work, step: Step, fingerprint: str) -> Finished:
    """Make one result, and note that it is finished."""
    work.on_step(step.name, "begins")
    begun = time.perf_counter()
    finished = work.release.finished()
    # While it is being made nothing of it counts: a kill in the middle makes it anew.
    if finished.pop(step.name, None) is not None:
        work.release.save_finished(finished)
    work.opened.discard(step.name)
    work.need(*(need for need in step.needs if work.release.table(need).is_dir()))
    step.make(work)
    rows = work.number(f"SELECT COUNT(*) FROM {step.name}")
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    done = Finished(fingerprint, rows, round(time.perf_counter() - begun, 3), work.engine.name, now)
    work.release.save_finished({**work.release.finished(), step.name: done})
    work.on_step(step.name, "finished")
    return done
