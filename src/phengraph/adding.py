"""Adding an entry to graph/: planned, checked as if it were written, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from phengraph.checking import CheckResult, check_project
from phengraph.curate import read_graph
from phengraph.curate.insert import AnyEntry, Edit, EditRefused, plan_addition
from phengraph.model import Claim, Evidence, Knowledge, Model, Paper, Phenomenon, Source
from phengraph.problems import Problem, Severity
from phengraph.project import Project

LEFTOVER = ".phengraph-new"
"""How the name of a file ends that is being written; a writer that was killed leaves one."""

_NOWHERE = Source("", 0)
_PLACES = {Evidence: "evidence", Claim: "claims", Phenomenon: "phenomena", Paper: "papers", Model: "models"}


@dataclass(frozen=True, slots=True)
class Added:
    """An entry that is written."""

    edit: Edit
    before: Knowledge
    """What the project said without the entry."""
    result: CheckResult
    """The check of the project with the entry in it."""
    new_problems: tuple[Problem, ...]
    """Warnings about the entry itself."""


def add_entry(project: Project, entry: AnyEntry, *, dry_run: bool = False) -> Added:
    """Add an entry to the file where it belongs, when the project is no worse with it.

    The edit is checked before it is written: the project is read with it, must hold the entry exactly as given and
    everything else as it was, and may have no error that it did not have before. No other byte of the file moves.

    Args:
        dry_run: plan and check, and write nothing.

    Raises:
        EditRefused: the entry is wrong, or its place cannot be found; nothing is written.
        SettingsError: phengraph.toml is not what it should be.
    """
    edit = plan_addition(project, entry)
    before = read_graph(project).knowledge
    after = check_project(project, changed={edit.path: edit.after})
    if after.errors and (new := new_errors(check_project(project).problems, after.problems)):
        raise EditRefused("not added, because then: " + "; and ".join(str(problem) for problem in new[:3]))
    if without_places(after.knowledge) != with_entry(without_places(before), entry):
        raise EditRefused(
            f"not added: the entry would not read back from {edit.path} as it was given; "
            "write it there by hand and run `phengraph check`"
        )
    if not dry_run:
        write_edit(project, edit)
    about_it = tuple(problem for problem in after.problems if _is_about(problem, edit))
    return Added(edit, before, after, about_it)


def write_edit(project: Project, edit: Edit) -> None:
    """Write a planned edit: whole or not at all, also when the machine stops in between.

    Raises:
        EditRefused: the file has changed since the edit was planned, or cannot be written.
    """
    # Through a link to the file itself, so that the link stays one.
    path = (project.root / edit.path).resolve()
    try:
        with _writing_alone(path.parent):
            now = path.read_bytes() if path.exists() else None
            if now != edit.before:
                raise EditRefused(f"{edit.path} was changed meanwhile; nothing is written, run the command again")
            _replace(path, edit.after, mode=path.stat().st_mode & 0o777 if edit.before is not None else None)
    except OSError as error:
        step = "make room" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "mend its permissions"
        raise EditRefused(f"{edit.path} cannot be written ({error.strerror}); {step} and try again") from error


@contextlib.contextmanager
def _writing_alone(folder: Path) -> Iterator[None]:
    """While the block runs no other writer of ours is between looking at a file of this folder and replacing it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _replace(path: Path, content: bytes, *, mode: int | None) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=LEFTOVER)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes a file that only its owner reads.
        Path(temporary).chmod(mode if mode is not None else 0o666 & ~_umask())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _is_about(problem: Problem, edit: Edit) -> bool:
    lines = edit.after.count(b"\n") - (edit.before or b"").count(b"\n")
    return problem.path == edit.path and edit.line <= problem.line < edit.line + max(lines, 1)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def new_errors(before: list[Problem], after: list[Problem]) -> list[Problem]:
    """Errors that the edit brings; those that were there may stand on other lines now."""
    old = Counter((problem.path, problem.message) for problem in before)
    new = []
    for problem in after:
        if problem.severity is not Severity.ERROR:
            continue
        if old[problem.path, problem.message]:
            old[problem.path, problem.message] -= 1
        else:
            new.append(problem)
    return new


def without_places(knowledge: Knowledge) -> dict[str, dict[str, Any]]:
    """All entries by kind and name, without the lines on which they stand: what an edit may not change."""
    kinds = ("topics", "phenomena", "claims", "evidence", "papers", "models", "notes")
    return {
        kind: {name: replace(entry, source=_NOWHERE) for name, entry in getattr(knowledge, kind).items()}
        for kind in kinds
    }


def with_entry(knowledge: dict[str, dict[str, Any]], entry: AnyEntry) -> dict[str, dict[str, Any]]:
    """The same with one entry more, or another in its place."""
    kind = _PLACES[type(entry)]
    name = entry.name if isinstance(entry, Evidence) else entry.key if isinstance(entry, Paper | Model) else entry.slug
    return {**knowledge, kind: {**knowledge[kind], name: replace(entry, source=_NOWHERE)}}
