"""`phengraph review` as a person starts it: in a terminal, and where there is none."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from review_samples import ADA, copy_toy

from phengraph.curate.decisions import read_decisions
from phengraph.ingest.forms import CITATION
from phengraph.model import Verdict
from phengraph.project import Project

SENTENCE = "In contrast to Alpha, we find that the size of a widget is not a power law of its age."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The toy project with four citing papers."""
    folder = copy_toy(tmp_path / "toy")
    records = folder / "ingest" / "semanticscholar" / "citations" / "alpha2019widgets"
    records.mkdir(parents=True)
    rows = [
        CITATION.line(
            {
                "id": f"{number:040x}", "corpus_id": 9_000_000 + number, "title": f"Made-up paper {number}: {words}",
                "authors": [f"First Author{number}"], "year": 2026, "abstract": SENTENCE,
                "contexts": [{"text": SENTENCE, "intents": ["result"]}], "influential": True, "seen": "2026-09-01",
            }
        )
        for number, words in enumerate(("widgets and a power law", "size of widgets", "age of widgets", "cogs"), 1)
    ]  # fmt: skip
    (records / "2026-09.jsonl").write_bytes(b"".join(sorted(rows)))
    return folder


class Terminal:
    """A program in a pseudo-terminal of 80 by 24."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._parent, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "phengraph", "--project", str(folder), "review", *arguments],
            stdin=child, stdout=child, stderr=child, start_new_session=True,
            env=os.environ | {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        os.close(child)
        self.seen = b""

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match[bytes]:
        """Read until the terminal was sent this since the last wait."""
        deadline = time.monotonic() + seconds
        new = b""
        while not (found := re.search(pattern.encode(), new)):
            assert time.monotonic() < deadline, f"no {pattern} in {new[-2000:]!r}"
            if select.select([self._parent], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):
                    new += os.read(self._parent, 65536)
            self.seen += new
        return found

    def press(self, keys: str) -> None:
        os.write(self._parent, keys.encode())

    def end(self) -> int:
        """Read the rest and wait; the exit code."""
        while True:
            try:
                part = os.read(self._parent, 65536)
            except OSError:
                break
            if not part:
                break
            self.seen += part
        os.close(self._parent)
        return self._process.wait(60)


def test_a_review_from_the_first_key_to_the_last_line(folder: Path) -> None:
    terminal = Terminal(folder, "--curator", "Ada Alpha")
    total = int(terminal.wait_for(r"\b1 of (\d+)\b")[1])
    assert total >= 3
    terminal.press("c")
    terminal.wait_for(r"Supported -> Contested: 2 teams for, 1 against, 1 qualifying")
    terminal.press("n")
    terminal.wait_for(rf"\b3 of {total}\b")
    terminal.press("l")
    terminal.wait_for(rf"\b4 of {total}\b|Nothing waits")
    terminal.press("\x1b")
    assert terminal.end() == 0
    told = terminal.seen.decode("utf-8", "replace")
    assert f"1 accepted, 1 not about, 1 later; {total - 3} wait" in told
    assert "next: `git diff graph` shows what was written; `git add graph` and `git commit` keep it" in told
    verdicts = [one.verdict for one in read_decisions(Project(folder))[0]]
    assert sorted(verdicts) == sorted([Verdict.ACCEPTED, Verdict.NOT_ABOUT, Verdict.LATER])

    later = Terminal(folder, "--curator", "Ada Alpha", "--later")
    later.wait_for(r"\b1 of 1\b")
    later.press("n")
    later.wait_for("Nothing is put off")
    later.press("\x1b")
    assert later.end() == 0
    assert b'"later"' not in (folder / ADA).read_bytes()


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "phengraph", "--project", str(folder), "review", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=os.environ | environment, timeout=60
    )


def test_without_a_terminal_it_says_what_else_there_is(folder: Path) -> None:
    done = run(folder, "--curator", "Ada Alpha")
    assert (done.returncode, done.stderr) == (
        1,
        "phengraph: the review needs a terminal; `phengraph suggestions` lists what waits, and "
        "`phengraph serve --curate` shows it in a browser\n",
    )


def test_without_a_name_it_asks_for_one(folder: Path) -> None:
    done = run(folder, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_SYSTEM=os.devnull)
    assert (done.returncode, done.stderr) == (
        1, "phengraph: whose decisions are these? give --curator NAME, or set `git config user.name`\n"
    )  # fmt: skip


def test_a_day_that_is_none_is_wrong_usage(folder: Path) -> None:
    done = run(folder, "--curator", "Ada Alpha", "--since", "soon")
    assert done.returncode == 2 and "'soon' is no day; write it as 2026-09-01." in done.stderr


def test_a_graph_with_errors_is_not_reviewed(folder: Path) -> None:
    shutil.rmtree(folder / "graph" / "phenomena")
    terminal = Terminal(folder, "--curator", "Ada Alpha")
    assert terminal.end() == 1
    assert b"graph/phenomena: error: the folder is missing" in terminal.seen
