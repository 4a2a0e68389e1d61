"""When statuses moved, by the history of the project: its states on the days on which it was changed, compared.

The state of a day is that of its last commit in UTC that touched `graph/` or `phengraph.toml`. What was edited, retired
or taken away since counts as it stood on the day. A commit never changes, so its statuses are kept in the cache and are
read once; what stays to be read on a later day is that day's commit.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from phengraph.fingerprint import code_digest
from phengraph.gitlog import GitFailed, run_git, shallow_commits
from phengraph.model import Status
from phengraph.problems import PhengraphError
from phengraph.project import SETTINGS_FILE, Project
from phengraph.states import read_state

# Days that are compared, the latest: reading one takes a quarter of a second, once.
DAYS = 60
_KEPT = "statuses"


@dataclass(frozen=True, slots=True)
class StatusMove:
    """A claim whose label is another than on the changed day before."""

    day: str
    claim: str
    before: Status | None
    """None when the claim came on this day."""
    after: Status | None
    """None when the claim went on this day."""


@dataclass(frozen=True, slots=True)
class Moves:
    """How statuses moved over the days that were compared."""

    since: str
    """The first of these days: what was so on it is the beginning, and no move."""
    whole: bool
    """Whether this is the whole history: neither cut at `DAYS` days nor by a shallow clone."""
    moves: tuple[StatusMove, ...]
    """By day, then by claim."""


def status_moves(project: Project, *, days: int = DAYS) -> Moves | None:
    """How statuses moved in the project's history, or None outside git and before the first commit.

    A day whose files cannot all be read (an older form, a mistake that was mended later) is left out: what moved then
    is told of the next day that can be.

    Args:
        project: its cache keeps what was read.
        days: how many changed days are compared, the latest ones.
    """
    try:
        by_day = _last_commits(project)
        shallow = bool(shallow_commits(project.root))
    except GitFailed:
        return None
    chosen = sorted(by_day.items())[-days:]
    seen = list(_seen(project, chosen))
    _forget(project, {commit for _, commit in chosen})
    if not seen:
        return None
    moves = tuple(move for (_, earlier), (day, later) in pairwise(seen) for move in _compare(day, earlier, later))
    return Moves(seen[0][0], len(chosen) == len(by_day) and not shallow, moves)


def _last_commits(project: Project) -> dict[str, str]:
    """The last commit of each day, the days in UTC."""
    # Along the first parents: what a branch held before it was merged never was the state of the project.
    told = run_git(project.root, "log", "--first-parent", "--format=%ct %H", "HEAD", "--", "graph", SETTINGS_FILE)
    by_day: dict[str, str] = {}
    for line in told.decode().splitlines():
        seconds, commit = line.split()
        by_day.setdefault(datetime.fromtimestamp(int(seconds), UTC).date().isoformat(), commit)
    return by_day


def _seen(project: Project, commits: list[tuple[str, str]]) -> Iterator[tuple[str, Mapping[str, Status]]]:
    code = code_digest()[:16]
    for day, commit in commits:
        path = project.cache / _KEPT / f"{commit}-{code}.json"
        try:
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            try:
                state = read_state(project, commit)
            except PhengraphError:
                continue
            kept = {} if state.unread else {slug: str(record.status) for slug, record in state.statuses.items()}
            _keep(path, kept)
        if kept:
            yield day, {slug: Status(status) for slug, status in kept.items()}


def _keep(path: Path, statuses: Mapping[str, str]) -> None:
    """Into the cache; where that cannot be written, they are read again the next time."""
    # Two threads of a server may keep the same commit at once.
    made = path.with_name(f"{path.stem}.{os.getpid()}-{threading.get_ident()}.making")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(json.dumps(statuses, sort_keys=True), encoding="utf-8")
        made.replace(path)


def _forget(project: Project, commits: set[str]) -> None:
    """Take away what is kept of other commits, and what another version of the program read."""
    code = code_digest()[:16]
    for path in (project.cache / _KEPT).glob("*.json"):
        commit, _, read_by = path.stem.partition("-")
        if commit not in commits or read_by != code:
            with contextlib.suppress(OSError):
                path.unlink()


def _compare(day: str, earlier: Mapping[str, Status], later: Mapping[str, Status]) -> Iterator[StatusMove]:
    for claim in sorted(earlier.keys() | later.keys()):
        before, after = earlier.get(claim), later.get(claim)
        if before is not after:
            yield StatusMove(day, claim, before, after)
