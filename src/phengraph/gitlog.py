"""What git says of the project: commits, who wrote a line, a tree of another time.

Git is asked by its command line, with arguments that never pass a shell, and where it is absent, or the project is in
no repository, the answer is None and nothing else changes.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

# A repository's own configuration may name programs to run (fsmonitor, external diffs): it is told not to.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "core.quotePath=false", "-c", "log.showSignature=false", "--no-pager")


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
    environment = os.environ | {"LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments], cwd=root, env=environment, input=given, capture_output=True, check=False
        )
    except OSError as error:
        raise GitFailed(str(error)) from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitFailed(lines[0] if lines else f"git ended with {done.returncode}")
    return done.stdout


def head_commit(root: Path) -> str | None:
    """The commit that is checked out, or None: no git, no repository, no commit yet."""
    try:
        return run_git(root, "rev-parse", "--verify", "--quiet", "HEAD").decode("ascii").strip() or None
    except GitFailed:
        return None
