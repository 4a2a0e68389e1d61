"""Git repositories made for a test: a project with a history of its own, with dates and names that the test gives."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"


class Repository:
    """A copy of the toy project in a git repository of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.project = Project(root)

    def git(self, *arguments: str, **environment: str) -> str:
        # No configuration of the machine or the user, so that no signing, hook or alias takes part.
        clean = {"PATH": os.environ["PATH"], "HOME": str(self.root.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(
            ["git", "-c", "init.defaultBranch=main", *arguments],
            cwd=self.root,
            env=clean | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def commit(self, message: str, *, author: str = "Ada Example", date: str = "2026-01-01T12:00:00Z") -> str:
        """Commit everything; the commit's name."""
        self.git("add", "--all")
        environment = {
            "GIT_AUTHOR_NAME": author,
            "GIT_AUTHOR_EMAIL": "made-up@example.org",
            "GIT_AUTHOR_DATE": date,
            "GIT_COMMITTER_NAME": "Committer",
            "GIT_COMMITTER_EMAIL": "committer@example.org",
            "GIT_COMMITTER_DATE": date,
        }
        self.git("commit", "--quiet", "--allow-empty", "--message", message, **environment)
        return self.git("rev-parse", "HEAD")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs once."""
        place = self.root / path
        text = place.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path}"
        place.write_text(text.replace(old, new), encoding="utf-8")


def toy_repository(root: Path) -> Repository:
    """The toy project in a new repository, with no commit yet."""
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns(".phengraph"))
    (root / ".gitignore").write_text(".phengraph/\n", encoding="utf-8")
    repository = Repository(root)
    repository.git("init", "--quiet")
    return repository
