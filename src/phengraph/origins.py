"""Who wrote each entry and when, from git: the line of an entry, the commit that wrote it, its author.

The whole history is read in one pass; a file that a single commit made needs no more. The others are blamed, a few
at a time, and what was found is kept in the cache under the file's content and its last commit, so that a build after
one more commit blames one more file. Where git does not know, nothing is said: outside a repository, on lines that are
not committed, and on lines that a shallow clone gives to the commit at which it was cut.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from phengraph.gitlog import Commit, GitFailed, Run, blame, changed_files, read_history, shallow_commits
from phengraph.model import Source
from phengraph.project import Project

_FOLDER = "graph"
_BLAMES_AT_ONCE = 8
_NAME_LENGTH_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Origin:
    """Who wrote a line and when."""

    author: str
    """A name as it may be shown: no e-mail address, no control character; `""` where none is left."""
    time: str
    """Author date, `2026-09-01T10:00:00Z`."""


class Origins:
    """The origin of each line that git knows."""

    def __init__(self, runs: Mapping[str, list[Run]], commits: Mapping[str, Commit]) -> None:
        self._runs = {path: sorted(found, key=lambda run: run.first) for path, found in runs.items()}
        self._firsts = {path: [run.first for run in found] for path, found in self._runs.items()}
        self._origins = {name: origin for name, commit in commits.items() if (origin := origin_of(commit))}

    def of(self, source: Source) -> Origin | None:
        """The origin of a place, or None where git does not know."""
        place = bisect_right(self._firsts.get(source.path, ()), source.line) - 1
        if place < 0:
            return None
        run = self._runs[source.path][place]
        return self._origins.get(run.commit) if source.line < run.first + run.count else None


def origin_of(commit: Commit) -> Origin | None:
    """The origin that a commit tells, or None when its date is beyond any calendar.

    >>> origin_of(Commit("ada@example.org", 0))
    Origin(author='ada', time='1970-01-01T00:00:00Z')
    """
    try:
        time = datetime.fromtimestamp(commit.seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    # A name that is an e-mail address is shown up to its @; text direction marks would turn what stands beside it.
    shown = "".join(c for c in commit.name if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp"))
    name = re.sub(r"@\S*", "", " ".join(shown.split())).strip(" <>")
    return Origin(name[:_NAME_LENGTH_LIMIT], time.strftime("%Y-%m-%dT%H:%M:%SZ"))


def read_origins(project: Project, paths: Iterable[str]) -> Origins:
    """The origins of the lines of some files.

    Args:
        project: its repository is asked, its cache is read and written.
        paths: relative to the project; those that git does not know are passed over.
    """
    root = project.root
    try:
        files, commits = read_history(root, _FOLDER)
        changed = changed_files(root, _FOLDER)
    except GitFailed:
        return Origins({}, {})
    record = project.cache / "blame.json"
    kept = _read_record(record)
    commits = kept.commits | commits
    runs: dict[str, list[Run]] = {}
    asked: dict[str, str] = {}
    for path in sorted(set(paths) & set(files)):
        history, content = files[path], (root / path).read_bytes()
        key = f"{history.last} {hashlib.sha256(content).hexdigest()}"
        if history.only and path not in changed:
            runs[path] = [Run(1, content.count(b"\n") + 1, history.last)]
        elif path in kept.files and kept.files[path][0] == key:
            runs[path] = kept.files[path][1]
        else:
            asked[path] = key
    with ThreadPoolExecutor(min(_BLAMES_AT_ONCE, (os.cpu_count() or 1) + 1)) as pool:
        answers = pool.map(lambda path: _blame(project, path), asked)
        for path, (found, more) in zip(asked, answers, strict=True):
            runs[path] = found
            commits |= more
    if asked:
        files_kept = {path: row for path, row in kept.files.items() if path in runs and path not in asked}
        _write_record(record, _Record(files_kept | {path: (asked[path], runs[path]) for path in asked}, commits))
    cut = shallow_commits(root)
    return Origins(runs, {name: commit for name, commit in commits.items() if name not in cut})


def _blame(project: Project, path: str) -> tuple[list[Run], dict[str, Commit]]:
    try:
        return blame(project.root, path)
    except GitFailed:
        return [], {}


@dataclass(frozen=True, slots=True)
class _Record:
    """What earlier blames found: by path a key and the runs of lines, and the commits that they name."""

    files: dict[str, tuple[str, list[Run]]]
    commits: dict[str, Commit]


def _read_record(path: Path) -> _Record:
    try:
        rows = json.loads(path.read_bytes())
        files = {
            name: (str(key), [Run(int(first), int(count), str(commit)) for first, count, commit in runs])
            for name, (key, runs) in rows["files"].items()
        }
        commits = {name: Commit(str(author), int(seconds)) for name, (author, seconds) in rows["commits"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        # Absent, cut or not ours: only a saving of time is lost.
        return _Record({}, {})
    return _Record(files, commits)


def _write_record(path: Path, record: _Record) -> None:
    used = {run.commit for _, runs in record.files.values() for run in runs}
    rows = {
        "files": {name: [key, [astuple(run) for run in runs]] for name, (key, runs) in record.files.items()},
        "commits": {name: astuple(commit) for name, commit in record.commits.items() if name in used},
    }
    mine = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text(json.dumps(rows), encoding="ascii")
        mine.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            mine.unlink()
