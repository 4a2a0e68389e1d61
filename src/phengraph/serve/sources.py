"""Where the server's datasets come from: the files of a project, built in a process of its own when they change."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from pathlib import Path

from phengraph.dataset import Dataset, open_dataset
from phengraph.fingerprint import input_digest
from phengraph.gitlog import head_commit
from phengraph.problems import PhengraphError
from phengraph.project import Project


class ProjectSource:
    """The dataset of the project in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def digest(self) -> str:
        """The digest of the project's files as they are now."""
        return input_digest(Project(self._root), head_commit(self._root))

    def open(self) -> Dataset:
        """The dataset, from the cache when it is there.

        Raises:
            InvalidProject: it is not in the cache and graph/ has errors.
            SettingsError: phengraph.toml is not what it should be.
        """
        # A project anew: it remembers its settings as they were.
        return open_dataset(Project(self._root))

    async def prepare(self) -> None:
        """Build the dataset into the cache, in a process of its own so that requests are answered meanwhile.

        Raises:
            PhengraphError: it cannot be built; the message is the builder's.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "phengraph.serve.rebuild", str(self._root),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            _, told = await process.communicate()
        except asyncio.CancelledError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        if process.returncode:
            lines = told.decode(errors="replace").strip().splitlines()
            raise PhengraphError(lines[-1] if lines else f"the build ended with exit code {process.returncode}")
