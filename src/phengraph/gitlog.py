"""What git says of the project: commits, who wrote a line, a tree of another time.

Git is asked by its command line, with arguments that never pass a shell, and where it is absent, or the project is in
no repository, the answer is None and nothing else changes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A repository's own configuration may name programs to run (fsmonitor, external diffs): it is told not to.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showSignature=false", "--no-pager")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit as its author told it."""

    name: str
    """The author's name as git has it: anybody may have set it to anything."""
    seconds: int
    """Author date, seconds since 1970 in UTC."""


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The commits that touched one file."""

    last: str
    """The newest of them."""
    only: bool
    """It is the only one, and it made the file anew: every line is its."""


@dataclass(frozen=True, slots=True)
class Run:
    """Successive lines of a file that one commit wrote."""

    first: int
    """Line, counted from 1."""
    count: int
    commit: str


class GitFailed(Exception):
    """Git is absent, or answered with an error; `.text` is its first line. Never reaches a person as it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def run_git(root: Path, *arguments: str, given: bytes | None = None) -> bytes:
    """The output of one git command in a folder.

    Raises:
        GitFailed: there is no git, no repository, or git refused.
    """
    environment = os.environ | {
        "LC_ALL": "C",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
    }
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments], cwd=root, env=environment, input=given, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise GitFailed("git is not installed" if root.is_dir() else f"there is no folder {root}") from error
    except OSError as error:
        raise GitFailed(f"git cannot be started: {error}") from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(lines[0].removeprefix("fatal: ") if lines else f"git ended with {done.returncode}")
    return done.stdout


def head_commit(root: Path) -> str | None:
    """The commit that is checked out, or None: no git, no repository, no commit yet."""
    try:
        return run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").decode("ascii").strip() or None
    except GitFailed:
        return None


def shallow_commits(root: Path) -> set[str]:
    """The commits at which a shallow clone was cut: all earlier history looks like theirs."""
    try:
        place = run_git(root, "rev-parse", "--git-path", "shallow").decode("utf-8", "surrogateescape").strip()
        return set((root / place).read_text(encoding="ascii").split())
    except (GitFailed, OSError, UnicodeDecodeError):
        return set()


def read_history(root: Path, folder: str) -> tuple[dict[str, FileHistory], dict[str, Commit]]:
    """Which commits touched the files of a folder, in one pass; and those commits.

    Args:
        root: the project; paths are relative to it.
        folder: a folder below it.

    Raises:
        GitFailed: no git, no repository, no commit yet.
    """
    # Merges are shown with the files that they changed against all parents (-c): a conflict may be solved by new lines.
    answer = run_git(
        root, "log", "--format=%x01%H%x02%at%x02%an", "--encoding=UTF-8", "-c", "--name-status", "-M", "--relative",
        "--no-ext-diff", "HEAD", "--", folder,
    )  # fmt: skip
    files: dict[str, FileHistory] = {}
    commits: dict[str, Commit] = {}
    commit = ""
    # Newest first: the first commit that names a file is its last.
    for line in answer.decode("utf-8", "replace").split("\n"):
        if line.startswith("\x01"):
            commit, seconds, name = line[1:].split("\x02", 2)
            commits[commit] = Commit(name, int(seconds))
        elif line:
            state, *paths = line.split("\t")
            known = files.get(paths[-1])
            if known is None:
                files[paths[-1]] = FileHistory(commit, only=state == "A")
            elif known.only:
                files[paths[-1]] = FileHistory(known.last, only=False)
    return files, commits


def changed_files(root: Path, folder: str) -> set[str]:
    """Files of a folder that are not as the checked out commit has them; untracked ones are not told.

    Raises:
        GitFailed: no git, no repository, no commit yet.
    """
    answer = run_git(root, "diff", "--name-only", "--relative", "--no-ext-diff", "-z", "HEAD", "--", folder)
    return set(answer.decode("utf-8", "surrogateescape").split("\0")) - {""}


def blame(root: Path, path: str) -> tuple[list[Run], dict[str, Commit]]:
    """Which commit wrote each line of a file as it lies there, and those commits; lines not committed are left out.

    Raises:
        GitFailed: no git, or the file is in no commit.
    """
    answer = run_git(root, "blame", "--incremental", "--root", "--encoding=UTF-8", "--", path)
    return list(_runs(answer)), dict(_commits(answer))


def _lines(answer: bytes) -> list[str]:
    return answer.decode("utf-8", "replace").split("\n")


def _runs(answer: bytes) -> Iterator[Run]:
    for line in _lines(answer):
        words = line.split(" ")
        # `COMMIT ORIGINAL-LINE LINE COUNT`; an all-zero commit is what is not committed yet.
        if len(words) == 4 and len(words[0]) >= 40 and words[0].strip("0") and all(map(str.isdecimal, words[1:])):
            yield Run(int(words[2]), int(words[3]), words[0])


def _commits(answer: bytes) -> Iterator[tuple[str, Commit]]:
    commit = name = ""
    for line in _lines(answer):
        word, _, rest = line.partition(" ")
        if len(word) >= 40 and rest.count(" ") == 2:
            commit = word
        elif word == "author":
            name = rest
        elif word == "author-time":
            yield commit, Commit(name, int(rest))
