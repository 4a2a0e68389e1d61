"""One pace for all requests of all processes on this machine.

The service allows one request a second for a key, all endpoints together. So the time of the last request is kept in
a file that every process reads and writes under one lock; whoever holds the lock waits its turn and goes. A process
that is killed gives the lock back at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import tempfile
from pathlib import Path

from filelock import FileLock

from phengraph.ingest.clock import Clock

# A hold that another process wrote is believed up to this long; a longer one can only be a clock that was moved.
_LONGEST_HOLD_SECONDS = 3600.0


def pace_folder() -> Path:
    """Where the files of the pace live: the user's cache folder, or a temporary folder where there is none."""
    cache = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(cache) if cache else Path("~/.cache").expanduser()
    temporary = Path(tempfile.gettempdir()) / f"phengraph-{os.getuid() if hasattr(os, 'getuid') else 'user'}"
    for folder in (home / "phengraph" / "pace", temporary):
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    return Path(tempfile.gettempdir())


class Pace:
    """Lets one request go in each interval.

    Args:
        folder: where the machine's processes meet.
        origin: whose pace it is, `https://api.semanticscholar.org`; another server has another pace.
        interval_seconds: at least this long between two requests; 0 for no pace at all.
        clock: time and waiting.
    """

    def __init__(self, folder: Path, origin: str, interval_seconds: float, clock: Clock) -> None:
        name = "phengraph-" + hashlib.sha256(origin.encode()).hexdigest()[:16]
        self._path = folder / f"{name}.json"
        self._lock = FileLock(folder / f"{name}.lock")
        self._interval = interval_seconds
        self._clock = clock
        self._gone = -math.inf

    def wait(self) -> None:
        """Wait for the turn, and take it."""
        if self._interval == 0:
            return
        with self._locked():
            now = self._clock.now().timestamp()
            taken, held_until = self._read()
            # A turn in the future was taken before the clock was set back: nothing is known, so one interval is waited.
            due = now + self._interval if taken > now else max(taken + self._interval, held_until)
            own = self._gone + self._interval - self._clock.monotonic()
            self._sleep(max(due - now, own))
            self._gone = self._clock.monotonic()
            self._write(self._clock.now().timestamp(), 0.0)

    def hold(self, seconds: float) -> None:
        """Nobody on this machine shall ask for so long: the service said so."""
        if self._interval == 0:
            return
        with self._locked():
            now = self._clock.now().timestamp()
            self._write(now, now + min(seconds, _LONGEST_HOLD_SECONDS))

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep(seconds)

    def _locked(self) -> contextlib.AbstractContextManager[object]:
        try:
            return self._lock.acquire()
        except OSError:
            # No place to meet the other processes (a full disk, somebody else's folder): this one keeps its own pace.
            return contextlib.nullcontext()

    def _read(self) -> tuple[float, float]:
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            taken, held_until = float(content["taken"]), float(content["held_until"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0.0, 0.0
        return taken, held_until if held_until - taken <= _LONGEST_HOLD_SECONDS else 0.0

    def _write(self, taken: float, held_until: float) -> None:
        with contextlib.suppress(OSError):
            self._path.write_text(json.dumps({"taken": taken, "held_until": held_until}), encoding="utf-8")
