"""A minute of load on `phengraph serve`: clients, runaway queries, slow clients, and files that change meanwhile.

    python benchmarks/load.py [--seconds 60] [--clients 200] [--runaways 10] [--slow 20]
        [--swap-every 6] [--only pages|queries] [--no-page-cache]

The project is made up (`fabricate.py`). Half of the clients ask for pages, half ask short queries, each one after the
other on a kept connection; `--runaways` further ones repeat a query that never ends, `--slow` send their request a byte
at a time or take nothing of a long answer. Every few seconds a file of the project is replaced, so that the server
builds and swaps its dataset. That file says the number of its state in two places: an answer that names two states, or
an older one than the same client saw before, is wrong. Exit code 1 when any answer was wrong, or when a status came
that is not documented.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from fabricate import fabricate

STATE_FILE = Path("graph") / "phenomena" / "made-up-state.md"
STATE_QUERY = (
    "SELECT ?a ?b { phenomenon:made-up-state skos:prefLabel ?a . claim:made-up-state-claim skos:prefLabel ?b }"
)
COUNT_QUERY = "SELECT (COUNT(*) AS ?n) { ?evidence a ph:Evidence }"
RUNAWAY_QUERY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?l) }"
LONG_QUERY = "SELECT * { ?a ?b ?c . ?d a ph:Paper } LIMIT 100000"
STATE = re.compile(rb"Made-up state (\d+)")


@dataclass
class Seen:
    """What the clients saw."""

    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    newest_state: int = 0


def write_state(folder: Path, number: int) -> None:
    """Replace the file that names a state, at once."""
    text = f"""---
label: Made-up state {number}
topic: made-up-topic-0
---

A made-up phenomenon that changes.

## Made-up state {number} is told in two places

Made-up words.

```yaml
claim: made-up-state-claim
```
"""
    made = folder / "state.tmp"
    made.write_text(text, encoding="utf-8")
    made.replace(folder / STATE_FILE)


class Client:
    """HTTP/1.1 over one kept connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Status and body; status 0 when the answer broke off."""
        try:
            if self._writer is None:
                self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
            assert self._reader is not None
            told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
            self._writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{told}\r\n".encode())
            head = await self._reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            lines = head.lower().split(b"\r\n")
            length = next((int(line[15:]) for line in lines if line.startswith(b"content-length:")), None)
            body = await self._reader.readexactly(length) if length is not None else await self._chunks(self._reader)
            if b"connection: close" in lines:
                self.close()
            return status, body
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return 0, b""

    async def _chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int(await reader.readline(), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readline()
        return body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


async def ask_pages(client: Client, paths: list[str], seen: Seen, ends: float, chance: random.Random) -> None:
    state = 0
    while time.perf_counter() < ends:
        path = "/claim/made-up-state-claim" if chance.random() < 0.1 else chance.choice(paths)
        began = time.perf_counter()
        status, body = await client.get(path, Accept="text/html,*/*;q=0.8")
        seen.statuses["pages"][status] += 1
        seen.seconds["pages"].append(time.perf_counter() - began)
        if status == 200:
            if not body.rstrip().endswith(b"</html>"):
                seen.wrong.append(f"{path} is no whole page")
            if path.endswith("made-up-state-claim"):
                state = check_state(body, state, seen, path)


async def ask_queries(client: Client, expected: bytes, seen: Seen, ends: float, chance: random.Random) -> None:
    state = 0
    while time.perf_counter() < ends:
        text = chance.choice((STATE_QUERY, COUNT_QUERY))
        began = time.perf_counter()
        status, body = await client.get(f"/sparql?{urlencode({'query': text})}", Accept="text/csv")
        seen.statuses["queries"][status] += 1
        seen.seconds["queries"].append(time.perf_counter() - began)
        if status == 200 and text == COUNT_QUERY and body != expected:
            seen.wrong.append(f"{body!r} in place of {expected!r}")
        elif status == 200 and text == STATE_QUERY:
            state = check_state(body, state, seen, "the query of the state")


def check_state(body: bytes, before: int, seen: Seen, what: str) -> int:
    """The state that an answer names; it names one, and none older than before."""
    states = {int(number) for number in STATE.findall(body)}
    if len(states) != 1:
        seen.wrong.append(f"{what} names the states {sorted(states)}")
        return before
    (state,) = states
    if not before <= state <= seen.newest_state:
        seen.wrong.append(f"{what} names state {state} after {before}, the newest is {seen.newest_state}")
    return state


async def run_away(client: Client, seen: Seen, ends: float) -> None:
    while time.perf_counter() < ends:
        status, _ = await client.get(f"/sparql?{urlencode({'query': RUNAWAY_QUERY})}", Accept="text/csv")
        seen.statuses["runaway queries"][status] += 1
        # Sent away with Retry-After; a rude client asks again much sooner.
        await asyncio.sleep(0.2)


async def be_slow(port: int, number: int, seen: Seen, ends: float) -> None:
    """Send a request a byte at a time, or ask for a long answer and take nothing of it."""
    request = f"GET /sparql?{urlencode({'query': LONG_QUERY})} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    while time.perf_counter() < ends:
        writer = None
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            if number % 2:
                writer.write(request)
                await asyncio.sleep(max(0.0, min(20, ends - time.perf_counter())))
            else:
                for byte in request:
                    writer.write(bytes([byte]))
                    await asyncio.sleep(1)
                    if time.perf_counter() > ends or writer.transport.is_closing():
                        break
            seen.statuses["slow connections"][0] += 1
        if writer is not None:
            writer.transport.abort()


async def change_files(folder: Path, seen: Seen, ends: float, pause: float) -> None:
    while time.perf_counter() + pause < ends:
        await asyncio.sleep(pause)
        seen.newest_state += 1
        write_state(folder, seen.newest_state)


async def load(port: int, folder: Path, chosen: argparse.Namespace) -> Seen:
    seen = Seen()
    chance = random.Random(1)
    client = Client(port)
    status, expected = await client.get(f"/sparql?{urlencode({'query': COUNT_QUERY})}", Accept="text/csv")
    assert status == 200, expected
    _, sitemap = await client.get("/sitemap.xml")
    paths = re.findall(rf"<loc>http://127\.0\.0\.1(?::{port})?(/[^<]*)</loc>".encode(), sitemap)
    pages = [path.decode() for path in paths]
    client.close()
    ends = time.perf_counter() + chosen.seconds
    tasks = [change_files(folder, seen, ends, chosen.swap_every)]
    for number in range(chosen.clients):
        own = random.Random(number)
        if (number % 2 and chosen.only != "pages") or chosen.only == "queries":
            tasks.append(ask_queries(Client(port), expected, seen, ends, own))
        else:
            tasks.append(ask_pages(Client(port), chance.sample(pages, min(40, len(pages))), seen, ends, own))
    tasks += [run_away(Client(port), seen, ends) for _ in range(chosen.runaways)]
    tasks += [be_slow(port, number, seen, ends) for number in range(chosen.slow)]
    await asyncio.gather(*tasks)
    return seen


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[tuple[int, int]]:
    """Process id and port of a server over a project."""
    command = [sys.executable, "-m", "phengraph", "--project", str(folder), "serve", "--port", "0", "--no-access-log"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.split("127.0.0.1:")[1].split("/")[0])
    try:
        yield process.pid, port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def processes_under(pid: int) -> dict[int, str]:
    """A process and all below it, with their command lines."""
    parents: dict[int, int] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return {one: _command(one) for one in found}


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ")
    return ""


def megabytes_of(pid: int) -> dict[str, float]:
    """Memory of the server and of its workers together, what they share counted once (PSS)."""
    found = {"server": 0.0, "workers": 0.0}
    for one in processes_under(pid):
        with contextlib.suppress(OSError):
            pss = re.search(r"^Pss:\s+(\d+)", (Path("/proc") / str(one) / "smaps_rollup").read_text(), re.MULTILINE)
            found["server" if one == pid else "workers"] += int(pss[1]) / 1024 if pss else 0
    return found


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def report(seen: Seen, seconds: float, tell: Callable[[str], None] = print) -> None:
    for kind, statuses in sorted(seen.statuses.items()):
        times = seen.seconds.get(kind)
        rate = (
            f"{len(times) / seconds:8.1f} a second, median {percentile(times, 0.5):.0f} ms, "
            f"p99 {percentile(times, 0.99):.0f} ms, "
            if times
            else ""
        )
        told = "" if kind.startswith("slow") else ", ".join(f"{status}: {count}" for status, count in statuses.items())
        tell(f"{kind:<18}{sum(statuses.values()):8}  {rate}{told}")


def main() -> None:
    parser = argparse.ArgumentParser(description="A minute of load; see the head of this file.")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--runaways", type=int, default=10)
    parser.add_argument("--slow", type=int, default=20)
    parser.add_argument("--swap-every", type=float, default=6)
    parser.add_argument("--only", choices=("pages", "queries"))
    parser.add_argument("--no-page-cache", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        fabricate(folder)
        write_state(folder, 0)
        with (folder / "phengraph.toml").open("a", encoding="utf-8") as settings:
            settings.write("\n[serve]\nwatch_seconds = 1\nslow_client_seconds = 10\n")
            settings.write(f"page_cache_megabytes = {0 if chosen.no_page_cache else 32}\n")
        with serving(folder) as (pid, port):
            # So much before: every kind of answer was given once, as in a server that runs for a while.
            calm = {"seconds": 3, "clients": 20, "runaways": 0, "slow": 0, "swap_every": 9, "only": chosen.only}
            asyncio.run(load(port, folder, argparse.Namespace(**calm)))
            time.sleep(3)
            before = megabytes_of(pid)
            seen = asyncio.run(load(port, folder, chosen))
            time.sleep(12)
            after, left = megabytes_of(pid), processes_under(pid)
    report(seen, chosen.seconds)
    print(f"files changed {seen.newest_state} times; wrong answers: {len(seen.wrong)}")
    for wrong in seen.wrong[:10]:
        print(f"  {wrong}")
    for part in before:
        print(f"memory of the {part}: {before[part]:.0f} MB before, {after[part]:.0f} MB after")
    print(f"processes afterwards: {len(left)}")
    documented = {"pages": {200, 503}, "queries": {200, 503}, "runaway queries": {503, 504}}
    strange = {kind: set(seen.statuses[kind]) - allowed for kind, allowed in documented.items()}
    if seen.wrong or any(strange.values()):
        sys.exit(f"wrong: {len(seen.wrong)}, statuses that are not documented: {strange}")


if __name__ == "__main__":
    os.chdir(Path(__file__).parent)
    main()
