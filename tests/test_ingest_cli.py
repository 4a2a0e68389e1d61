"""`phengraph refresh` as people run it: its words, its exit codes, and what it leaves alone."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from ingest_fixtures import KEY, quick_folder
from standin import faults
from standin.server import StandIn, serving

from phengraph.cli import main
from phengraph.ingest.refresh import only_one
from phengraph.project import Project

BIB = """
@misc{madeup1, title={Made-up tracked paper 1}, author={Madeup, Ada}, year={2021}, eprint={2101.90001},
  archiveprefix={arXiv}}
@misc{madeup2, title={Made-up tracked paper 2}, author={Madeup, Bob}, year={2022}, eprint={2201.90002},
  archiveprefix={arXiv}}
"""


class Shell:
    """A project, its service, and the command line."""

    def __init__(self, folder: Path, stand_in: StandIn, address: str) -> None:
        self.folder = folder
        self.stand_in = stand_in
        self.environment = os.environ | {
            "SEMANTIC_SCHOLAR_API_URL": address,
            "SEMANTIC_SCHOLAR_API_KEY": KEY,
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self.ids = [
            stand_in.corpus.add("Made-up tracked paper 1", arxiv="2101.90001"),
            stand_in.corpus.add("Made-up tracked paper 2", arxiv="2201.90002"),
        ]
        for place, one in enumerate(self.ids):
            stand_in.corpus.cite(one, range(place * 10, place * 10 + 20))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "phengraph", "--project", str(self.folder), *arguments]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command within this process, which is quicker than a new one, with the shell's environment."""
        out, err = io.StringIO(), io.StringIO()
        code: object = None
        with mock.patch.dict(os.environ, self.environment), redirect_stdout(out), redirect_stderr(err):
            try:
                main(["--project", str(self.folder), *arguments])
            except SystemExit as end:
                code = end.code
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


@pytest.fixture
def shell() -> Iterator[Shell]:
    stand_in = StandIn()
    with quick_folder() as folder, serving(stand_in) as address:
        (folder / "graph").mkdir()
        (folder / "graph" / "papers.bib").write_text(BIB, encoding="utf-8")
        (folder / "phengraph.toml").write_text("[refresh]\nseconds_between_requests = 0\n", encoding="utf-8")
        yield Shell(folder, stand_in, address)


def test_the_news_are_on_standard_output_and_nothing_else_is(shell):
    done = shell.run("refresh")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "first record of 2 papers with 40 citations (3 requests)\n",
        "",
    )
    shell.stand_in.corpus.cite(shell.ids[0], range(100, 112))
    done = shell.run("refresh", "--format", "json")
    news = json.loads(done.stdout)
    assert news["new"] == {"madeup1": 12}
    assert news["jumps"] == {"madeup1": 12}
    assert news["counts"] == {"madeup1": {"before": 20, "after": 32}}
    shell.stand_in.corpus.cite(shell.ids[1], range(200, 202))
    done = shell.run("refresh", "--format", "markdown")
    assert "| `madeup2` | 2 |" in done.stdout
    assert shell.run("refresh").stdout == "no news (1 request)\n"
    assert shell.stand_in.keys() == {KEY}


def test_the_plan_and_its_price_are_told_without_a_request_or_a_byte(shell):
    done = shell.run("refresh", "--dry-run")
    assert done.stdout == (
        "2 papers looked up in 1 request\n"
        "citations of 2 papers (2 never read) in about 2 requests\n"
        "about 3 requests, 0.0 minutes at one in 0 s\n"
    )
    assert shell.stand_in.count() == 0
    assert not (shell.folder / "ingest").exists()
    shell.run("refresh")
    plan = json.loads(shell.run("refresh", "--dry-run", "--format", "json").stdout)
    assert plan == {
        "papers": 2,
        "batches": 1,
        "titles": 0,
        "lists": {},
        "pages": 0,
        "unforeseen": 1,
        "requests": 2,
        "minutes": 0.0,
    }
    plan = json.loads(shell.run("refresh", "--all", "--dry-run", "--format", "json").stdout)
    assert plan["lists"] == {"asked for": 2}


def test_a_budget_that_is_spent_is_no_failure(shell):
    done = shell.run("refresh", "--budget", "2")
    assert done.returncode == 0
    assert done.stdout == "first record of 1 paper with 20 citations (2 requests)\n"
    assert done.stderr == (
        "phengraph: the 2 requests that were allowed are used up (1 of 2 papers done). "
        "Run `phengraph refresh` again: it goes on from here.\n"
    )
    assert shell.run("refresh", "--budget", "2").stderr == ""


def test_a_busy_service_is_worth_another_try_later(shell):
    shell.stand_in.switch(faults.too_many("900"), "/citations", times=None)
    done = shell.run("refresh")
    assert done.returncode == 75
    assert done.stderr == (
        "phengraph: Semantic Scholar asks to wait 900 s (HTTP 429, 0 of 2 papers done). "
        "Run `phengraph refresh` again: it goes on from here.\n"
    )


def test_a_second_refresh_says_so_and_leaves(shell):
    with only_one(Project(shell.folder)):
        done = shell.run("refresh")
    assert (done.returncode, done.stdout) == (75, "")
    assert done.stderr.startswith("phengraph: another refresh of this project is running (process ")


def test_a_refused_key_and_broken_records_are_failures(shell):
    shell.stand_in.needs_key = "another"
    done = shell.run("refresh")
    assert done.returncode == 1
    assert "refuses the key (HTTP 403)" in done.stderr
    shell.stand_in.needs_key = None
    shell.run("refresh")
    path = shell.folder / "ingest/semanticscholar/citations/madeup1/"
    (month,) = path.iterdir()
    month.write_bytes(month.read_bytes() + b"<<<<<<< HEAD\n")
    shell.stand_in.corpus.cite(shell.ids[0], [500])
    done = shell.run("refresh")
    assert done.returncode == 1
    assert "madeup1 was left alone: ingest/semanticscholar/citations/madeup1/" in done.stderr
    assert "a merge conflict; keep the lines of both sides" in done.stderr
    papers = shell.folder / "ingest/semanticscholar/papers.jsonl"
    papers.write_text("made up\n", encoding="utf-8")
    done = shell.run("refresh")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "phengraph: ingest/semanticscholar/papers.jsonl:1: error: no JSON object; "
        "restore the file from git, or remove the line\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--paper", "madeup"], "no paper named 'madeup'; did you mean 'madeup2'?"),
        (["--budget", "0"], "0 is not in the range x>=1"),
        (["--format", "xml"], "'xml' is not one of 'text', 'json', 'markdown'"),
    ],
)
def test_wrong_usage_is_told(arguments, words, shell):
    done = shell.run("refresh", *arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert shell.stand_in.count() == 0


def test_if_due_does_nothing_before_its_day(shell):
    shell.run("refresh", "--if-due")
    assert shell.stand_in.count() == 3
    done = shell.run("refresh", "--if-due")
    assert (done.returncode, done.stdout, shell.stand_in.count()) == (0, "", 3)


def test_ctrl_c_ends_with_what_was_fetched(shell):
    shell.stand_in.switch(faults.stall(30), f"{shell.ids[1]}/citations", times=None)
    with subprocess.Popen(
        shell.command("refresh"), env=shell.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        while shell.stand_in.count("/citations") < 2:
            assert child.poll() is None
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert out == "first record of 1 paper with 20 citations (3 requests)\n"
    assert err == (
        "phengraph: stopped (1 of 2 papers done); all that was fetched is kept. "
        "Run `phengraph refresh` again: it goes on from here.\n"
    )


def test_bars_are_shown_on_a_terminal_only(shell):
    reading, writing = pty.openpty()
    done = subprocess.run(
        shell.command("refresh"),
        env=shell.environment | {"TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=writing,
        check=False,
    )
    os.close(writing)
    shown = b""
    while True:
        try:
            part = os.read(reading, 65_536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(reading)
    assert done.stdout == b"first record of 2 papers with 40 citations (3 requests)\n"
    assert b"citations" in shown
    assert b"2/2" in shown


def test_a_project_that_tracks_nothing_is_told(shell):
    (shell.folder / "graph" / "papers.bib").write_text("", encoding="utf-8")
    done = shell.run("refresh")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "phengraph: graph/papers.bib has no paper that can be read; run `phengraph check`\n"


def test_broken_entries_of_the_bibliography_are_told_and_the_others_refreshed(shell):
    (shell.folder / "graph" / "papers.bib").write_text(BIB + "@misc{broken, title={Made-up\n", encoding="utf-8")
    done = shell.run("refresh")
    assert done.stdout == "first record of 2 papers with 40 citations (3 requests)\n"
    assert done.stderr == "phengraph: graph/papers.bib has 1 error, so papers may be left out; run `phengraph check`\n"


def test_the_schedule_says_when_it_ran_and_when_it_is_due(shell):
    assert shell.run("schedule").stdout == (
        "last run: never\nnext due: now\nschedules: none; `phengraph schedule cron` prints one\n"
    )
    shell.run("refresh")
    ran, due, there = shell.run("schedule").stdout.splitlines()
    assert ran.startswith("last run: 20")
    assert ran.endswith(" UTC: first record of 2 papers with 40 citations")
    assert due.startswith("next due: 20")
    assert there.startswith("schedules: none")
    shell.stand_in.switch(faults.too_many("900"), times=None)
    shell.run("refresh")
    ran, whole, due, _ = shell.run("schedule").stdout.splitlines()
    assert "asks to wait 900 s" in ran
    assert whole.startswith("last whole run: 20")
    assert due == "next due: now"


def test_a_schedule_is_printed_installed_and_removed(shell):
    assert shell.run("schedule", "cron").stdout.count("\n") == 1
    assert "OnCalendar=" in shell.run("schedule", "systemd").stdout
    printed = shell.run("schedule", "github").stdout
    assert shell.run("schedule", "github", "--install").returncode == 0
    assert (shell.folder / ".github/workflows/refresh.yml").read_text(encoding="utf-8") == printed
    assert shell.run("schedule", "github", "--status").stdout.startswith("github: installed\nlast run: never\n")
    assert shell.run("schedule").stdout.splitlines()[-1] == "schedules: github"
    assert shell.run("schedule", "github", "--remove").returncode == 0
    done = shell.run("schedule", "--install")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name the schedule: phengraph schedule cron --install" in done.stderr
