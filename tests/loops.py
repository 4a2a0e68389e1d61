"""An event loop of its own for a test, also where a browser's loop waits in the same thread."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`. Playwright's loop, which stands still while a test runs, is set aside for the time being.

    Not in a thread: what pyoxigraph gives may be dropped only in the thread that asked.
    """
    waiting = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return asyncio.run(work)
    finally:
        asyncio._set_running_loop(waiting)
