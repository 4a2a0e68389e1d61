"""The writing process as the screen sees it: started, told that there is something new, heard, ended."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from phengraph.project import Project
from phengraph.review.acts import Outcome
from phengraph.review.journal import Journal

_RESTARTS = 3


class Writer:
    """Starts the writing process and hears it in a thread of its own.

    Args:
        on_outcome: called in that thread with what came of each order, those of a former session included.
        on_end: called in that thread with a sentence when the process cannot go on.
    """

    def __init__(
        self, project: Project, *, on_outcome: Callable[[Outcome], None], on_end: Callable[[str], None]
    ) -> None:
        self._project = project
        self._on_outcome = on_outcome
        self._on_end = on_end
        self._closing = False
        self._restarts = 0
        self._log = Journal(project).folder / "writer.log"
        self._process = self._start()
        self._thread = threading.Thread(target=self._listen, name="review-writer", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def poke(self) -> None:
        """Say that there is something new in the journal."""
        # When it has died, the next one finds it in the journal.
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(b"\n")
            self._process.stdin.flush()

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Let it finish what was asked; False when it is still at it after that time, and goes on by itself."""
        self._closing = True
        with contextlib.suppress(OSError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "phengraph.review.writing", str(self._project.root)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                # Ctrl-C and a closed terminal are for the screen; what was asked is written all the same.
                start_new_session=True,
            )

    def _listen(self) -> None:
        while True:
            told = self._hear()
            code = self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            if code == 0 or told:
                return
            self._restarts += 1
            if self._closing or self._restarts > _RESTARTS:
                self._on_end(
                    f"the writing process ended (exit code {code}, {self._log} says why); "
                    "what was decided is kept, and written at the next start"
                )
                return
            with contextlib.suppress(OSError):
                if self._process.stdin is not None:
                    self._process.stdin.close()
            self._process = self._start()

    def _hear(self) -> bool:
        """Pass on what it says until it ends; True when it said itself why."""
        told = False
        assert self._process.stdout is not None
        for line in self._process.stdout:
            values: dict[str, Any] = json.loads(line)
            if "ended" in values:
                told = True
                self._on_end(str(values["ended"]))
            elif "number" in values:
                self._on_outcome(Outcome(int(values["number"]), values["refused"]))
        return told
