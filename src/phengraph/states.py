"""The project as it was at a commit: its knowledge, statuses and counts, read from git without touching a file.

The tree of a commit is unpacked into a temporary folder and read as any project is. Files of an older form are read
as far as they can be; how many problems that left is told, and the settings of today judge where those of then cannot
be read.
"""

from __future__ import annotations

import io
import re
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from phengraph.curate import read_graph
from phengraph.gitlog import GitFailed, run_git, shallow_commits
from phengraph.ingest.records import read_counts
from phengraph.model import CitationCount, Knowledge, StatusRecord
from phengraph.problems import HistoryError, Problem, SettingsError, Severity
from phengraph.project import SETTINGS_FILE, Project
from phengraph.settings import StatusSettings
from phengraph.status import judge_all

_READ = ("graph", "ingest/semanticscholar/counts", SETTINGS_FILE)
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?\Z")


@dataclass(frozen=True)
class State:
    """What a project said at one time."""

    name: str
    """As a person named it, `v2026.09`; `the files as they are` for the working tree."""
    commit: str | None
    """None for the working tree."""
    date: str | None
    """Day of the commit in UTC."""
    knowledge: Knowledge
    statuses: Mapping[str, StatusRecord]
    counts: Mapping[str, CitationCount]
    """The latest count of each paper."""
    rule: StatusSettings
    unread: int
    """Errors in the files: what they concern is left out."""

    @property
    def title(self) -> str:
        if self.commit is None:
            return self.name
        return f"{self.name} ({self.commit[:10]}, {self.date})"

    def __repr__(self) -> str:
        return f"<state {self.title}: {len(self.knowledge.claims)} claims>"


def read_working_state(project: Project) -> State:
    """The project as its files are now, committed or not.

    Raises:
        SettingsError: phengraph.toml is not what it should be.
    """
    return _read_state(project, "the files as they are", None, None, project.settings.status)


def read_state(project: Project, named: str) -> State:
    """The project as a revision or a date has it.

    Args:
        project: in a git repository.
        named: a tag, branch or commit, or a day (`2026-09-01`) or month (`2026-09`), which stand for the last commit
            before they began, in UTC.

    Raises:
        HistoryError: there is no git, no such revision, or no commit before that day.
    """
    commit = find_commit(project.root, named)
    seconds = int(run_git(project.root, "show", "--no-patch", "--format=%ct", commit))
    day = datetime.fromtimestamp(seconds, UTC).date().isoformat()
    with tempfile.TemporaryDirectory(prefix="phengraph-then-") as folder:
        then = Project(Path(folder))
        _unpack(project.root, commit, then.root)
        try:
            rule = then.settings.status
        except SettingsError:
            rule = project.settings.status
            text = (project.root / SETTINGS_FILE).read_text(encoding="utf-8-sig")
            (then.root / SETTINGS_FILE).write_text(text, encoding="utf-8")
            then = Project(then.root)
        return _read_state(then, named, commit, day, rule)


def find_commit(root: Path, named: str) -> str:
    """The commit that a revision or a date names.

    Raises:
        HistoryError: there is no git, no such revision, or no commit before that day.
    """
    try:
        run_git(root, "rev-parse", "--git-dir")
    except GitFailed as error:
        raise HistoryError(f"{root} has no history to compare with: {error.text}") from None
    if _DATE.match(named):
        return _commit_before(root, named)
    try:
        # A name that begins with a dash would be an option.
        return (
            run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}")
            .decode()
            .strip()
        )
    except GitFailed:
        raise HistoryError(
            f"no revision named '{named}'; `git tag` and `git log --oneline` list them, a day is written 2026-09-01"
        ) from None


def _commit_before(root: Path, named: str) -> str:
    day = named if named.count("-") == 2 else f"{named}-01"
    try:
        begun = datetime.fromisoformat(f"{day}T00:00:00+00:00")
    except ValueError:
        raise HistoryError(f"'{named}' is no day of the calendar; write it as 2026-09-01") from None
    try:
        # Git's own --before takes in the moment itself.
        found = run_git(root, "rev-list", "-1", f"--before={int(begun.timestamp()) - 1}", "HEAD").decode().strip()
        if found:
            return found
        times = run_git(root, "log", "--format=%ct", "--max-parents=0", "HEAD").decode().split()
    except GitFailed:
        raise HistoryError("there is no commit yet") from None
    first = datetime.fromtimestamp(min(map(int, times)), UTC).date().isoformat()
    cut = " that this shallow clone has; `git fetch --unshallow` brings the others" if shallow_commits(root) else ""
    raise HistoryError(f"no commit before {named}; the first is of {first}{cut}")


def _unpack(root: Path, commit: str, folder: Path) -> None:
    listed = run_git(root, "ls-tree", "--name-only", "-z", commit, "--", *_READ).decode("utf-8", "surrogateescape")
    there = [name for name in listed.split("\0") if name]
    (folder / "graph").mkdir()
    if not there:
        return
    packed = run_git(root, "archive", "--format=tar", commit, "--", *there)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        # Plain files only: a link in a tree may point anywhere.
        members = [member for member in archive if member.isfile() or member.isdir()]
        archive.extractall(folder, members=members, filter="data")


def _read_state(project: Project, name: str, commit: str | None, date: str | None, rule: StatusSettings) -> State:
    result = read_graph(project)
    told: list[Problem] = list(result.problems)
    counts = {count.paper: count for count in read_counts(project, told)}
    return State(
        name=name,
        commit=commit,
        date=date,
        knowledge=result.knowledge,
        statuses=judge_all(result.knowledge, rule),
        counts=counts,
        rule=rule,
        unread=sum(problem.severity is Severity.ERROR for problem in told),
    )
