"""Each schedule, run for real as far as one machine can."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from ingest_fixtures import KEY, quick_folder
from standin import faults
from standin.server import StandIn, serving

from phengraph.ingest.project_refresh import tracked_papers
from phengraph.problems import ExportError
from phengraph.project import Project
from phengraph.schedules.installing import install, is_installed, remove
from phengraph.schedules.texts import cron_line, github_workflow, systemd_units, unit_name

BIB = "@misc{madeup1, title={Made-up paper}, author={Madeup, Ada}, year=2021, eprint={2101.90001}}\n"
ODD_NAME = 'made up 50% "of" the $cost\'s # folder'


class Machine:
    """A project in a folder with an odd name, a home, a service, and programs of the machine."""

    def __init__(self, folder: Path, stand_in: StandIn, address: str, repository: Path) -> None:
        self.stand_in = stand_in
        self.home = folder / "home"
        self.programs = folder / "programs"
        self.root = folder / ODD_NAME
        for made in (self.home / ".config/phengraph", self.programs, self.root):
            made.mkdir(parents=True)
        shutil.copytree(repository / "tests" / "toy" / "graph", self.root / "graph")
        bib = self.root / "graph" / "papers.bib"
        bib.write_text(bib.read_text(encoding="utf-8") + BIB, encoding="utf-8")
        (self.root / "phengraph.toml").write_text("[refresh]\nseconds_between_requests = 0\n", encoding="utf-8")
        self.project = Project(self.root)
        papers = tracked_papers(self.project)
        for paper in papers.values():
            made = stand_in.corpus.add(
                paper.title, arxiv=paper.arxiv, doi=paper.doi, year=paper.year, authors=paper.authors
            )
            if paper.key == "madeup1":
                self.paper = made
        self.first_news = f"first record of {len(papers)} papers with 20 citations"
        stand_in.corpus.cite(self.paper, range(20))
        environment = self.home / ".config/phengraph/environment"
        environment.write_text(
            f"SEMANTIC_SCHOLAR_API_KEY={KEY}\nSEMANTIC_SCHOLAR_API_URL={address}\n", encoding="utf-8"
        )
        environment.chmod(0o600)
        self.environment = {
            "HOME": str(self.home),
            "PATH": f"{self.programs}:{Path(sys.executable).parent}:/usr/bin:/bin",
            "XDG_CONFIG_HOME": str(self.home / ".config"),
        }

    def program(self, name: str, script: str) -> Path:
        """A program of this machine that writes down how it was called, and then does this."""
        path = self.programs / name
        log = self.home / f"{name}.log"
        path.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n{script}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return log


@pytest.fixture
def machine(repository: Path) -> Iterator[Machine]:
    stand_in = StandIn()
    with quick_folder() as folder, serving(stand_in) as address:
        yield Machine(folder, stand_in, address, repository)


# --- cron ---------------------------------------------------------------------------------------------------------


def test_the_crontab_line_refreshes_when_it_is_executed_as_cron_does(machine):
    line = cron_line(machine.project)
    match = re.fullmatch(r"(\d+) (\d+) \* \* \* (.*)", line)
    assert match is not None
    assert 3 <= int(match[1]) <= 57
    assert 2 <= int(match[2]) <= 5
    # cron takes `\%` for a percent sign, and gives the rest to /bin/sh with an environment of its own.
    assert not re.search(r"(?<!\\)%", match[3])
    command = match[3].replace("\\%", "%")
    for _ in range(2):
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=machine.environment | {"PATH": "/usr/bin:/bin"}, cwd="/", check=False
        )
        assert done.returncode == 0
    log = (machine.root / ".phengraph/refresh.log").read_text(encoding="utf-8")
    assert log.startswith(machine.first_news)
    assert len(log.splitlines()) == 1  # the second run found that nothing was due
    assert machine.stand_in.keys() == {KEY}


def test_a_crontab_keeps_its_other_lines(machine):
    table = machine.home / "crontab"
    machine.program(
        "crontab", f'if [ "$1" = -l ]; then [ -f "{table}" ] || exit 1; cat "{table}"; else cat > "{table}"; fi'
    )
    with mock.patch.dict(os.environ, machine.environment):
        assert not is_installed("cron", machine.project)
        assert install("cron", machine.project) == "one line of your crontab starts it every day"
        assert is_installed("cron", machine.project)
        table.write_text(table.read_text(encoding="utf-8") + "5 5 * * * true\n", encoding="utf-8")
        install("cron", machine.project)
        assert table.read_text(encoding="utf-8").splitlines() == ["5 5 * * * true", cron_line(machine.project)]
        assert remove("cron", machine.project) == "the line is gone from your crontab"
        assert table.read_text(encoding="utf-8") == "5 5 * * * true\n"
        assert remove("cron", machine.project) == "there was none"


def test_a_machine_without_a_scheduler_is_told(machine):
    with mock.patch.dict(os.environ, machine.environment | {"PATH": "/nowhere"}):
        for kind, program in (("cron", "crontab"), ("systemd", "systemctl")):
            words = f"this machine has no `{program}`; print the schedule and put it where it works"
            with pytest.raises(ExportError, match=re.escape(words)):
                install(kind, machine.project)


def test_a_folder_with_a_line_break_in_its_name_is_refused(tmp_path):
    folder = tmp_path / "made\nup"
    folder.mkdir()
    (folder / "phengraph.toml").write_text("", encoding="utf-8")
    for make in (cron_line, systemd_units):
        with pytest.raises(ExportError, match="has a line break in its name"):
            make(Project(folder))


# --- systemd ------------------------------------------------------------------------------------------------------

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")


def verify(folder: Path) -> subprocess.CompletedProcess[str]:
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700)
    units = [str(path) for path in folder.iterdir() if path.suffix in (".service", ".timer")]
    command = ["systemd-analyze", "verify", "--user", *units]
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@needs_systemd
def test_the_systemd_units_are_verified(machine, tmp_path):
    for name, text in systemd_units(machine.project).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = verify(tmp_path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@needs_systemd
def test_verifying_notices_what_is_wrong(machine, tmp_path):
    for name, text in systemd_units(machine.project).items():
        broken = text.replace("OnCalendar=*-*-*", "OnCalendar=whenever").replace("/python", "/no-such-python")
        (tmp_path / name).write_text(broken, encoding="utf-8")
    done = verify(tmp_path)
    assert "whenever" in done.stderr
    assert "no-such-python" in done.stderr


@needs_systemd
def test_the_daily_time_is_a_time(machine):
    timer = systemd_units(machine.project)[f"{unit_name(machine.project)}.timer"]
    (calendar,) = re.findall(r"OnCalendar=(.*)", timer)
    done = subprocess.run(["systemd-analyze", "calendar", calendar], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Next elapse" in done.stdout


def test_the_command_of_the_service_refreshes(machine):
    service = systemd_units(machine.project)[f"{unit_name(machine.project)}.service"]
    (command,) = re.findall(r"ExecStart=(.*)", service)
    words = [
        re.sub(r"\\(.)", r"\1", word).replace("%%", "%").replace("$$", "$")
        for word in re.findall(r'"((?:[^"\\]|\\.)*)"', command)
    ]
    environment = dict(
        line.split("=", 1)
        for line in (machine.home / ".config/phengraph/environment").read_text(encoding="utf-8").split()
    )
    done = subprocess.run(
        words, env=machine.environment | environment, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(machine.first_news)


def test_units_are_put_in_place_and_taken_away(machine):
    log = machine.program("systemctl", "exit 0")
    name = unit_name(machine.project)
    folder = machine.home / ".config/systemd/user"
    with mock.patch.dict(os.environ, machine.environment):
        assert install("systemd", machine.project) == f"{name}.timer starts it every day"
        assert is_installed("systemd", machine.project)
        assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == systemd_units(
            machine.project
        )
        assert remove("systemd", machine.project) == "its units are gone"
        assert list(folder.iterdir()) == []
    assert log.read_text(encoding="utf-8").splitlines() == [
        "--user daemon-reload",
        f"--user enable --now {name}.timer",
        f"--user disable --now {name}.timer",
        "--user daemon-reload",
    ]


def test_a_scheduler_that_refuses_is_quoted(machine):
    machine.program("systemctl", "echo 'Failed to connect to bus: made up' >&2; exit 1")
    with (
        mock.patch.dict(os.environ, machine.environment),
        pytest.raises(ExportError, match="systemctl refuses: Failed to connect to bus: made up"),
    ):
        install("systemd", machine.project)


# --- a git host ---------------------------------------------------------------------------------------------------


def workflow(machine: Machine) -> dict[str, Any]:
    read = yaml.load(github_workflow(machine.project), Loader=yaml.BaseLoader)
    assert isinstance(read, dict)
    return read


def test_the_workflow_fits_the_schema_of_workflows(machine, tmp_path):
    path = tmp_path / "refresh.yml"
    path.write_text(github_workflow(machine.project), encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    path.write_text(path.read_text(encoding="utf-8").replace("runs-on:", "run-on:"), encoding="utf-8")
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="there is no actionlint here")
def test_the_workflow_has_nothing_that_actionlint_sees(machine, tmp_path):
    path = tmp_path / "refresh.yml"
    path.write_text(github_workflow(machine.project), encoding="utf-8")
    done = subprocess.run(["actionlint", str(path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_the_workflow_waits_its_turn_and_holds_few_rights(machine):
    read = workflow(machine)
    assert read["concurrency"] == {"group": "refresh", "cancel-in-progress": "false"}
    assert read["permissions"] == {"contents": "read"}
    scripts = [step["run"] for job in read["jobs"].values() for step in job["steps"] if "run" in step]
    # What comes from outside reaches a script through its environment, never as part of its text.
    assert not any("${{" in script for script in scripts)
    secrets = [step["name"] for job in read["jobs"].values() for step in job["steps"] if "secrets." in str(step)]
    assert secrets == ["Refresh"]


class Host:
    """A git host: a remote repository, a checkout, and the steps of the workflow run in it."""

    def __init__(self, machine: Machine, folder: Path) -> None:
        self.machine = machine
        self.checkout = machine.root
        self.remote = folder / "remote.git"
        self.outputs = folder / "outputs"
        self.summary = folder / "summary"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self.issues = machine.program("gh", "exit 0")
        self.git("init", "--quiet", "--initial-branch=main")
        (self.checkout / ".gitignore").write_text(".phengraph/\n", encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "made up")
        subprocess.run(["git", "clone", "--quiet", "--bare", str(self.checkout), str(self.remote)], check=True)
        self.git("remote", "add", "origin", str(self.remote))
        self.git("fetch", "--quiet", "origin")
        self.git("branch", "--quiet", "--set-upstream-to=origin/main")

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=Ada Madeup", "-c", "user.email=ada@example.org"]
        command = ["git", *who, "-C", str(self.checkout), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def run(self, *, event: str = "schedule") -> dict[str, str]:
        """Run the steps of the first job as the host does, until one fails; gives the outputs."""
        self.outputs.write_text("", encoding="utf-8")
        self.summary.write_text("", encoding="utf-8")
        environment = self.machine.environment | {
            "GITHUB_OUTPUT": str(self.outputs),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.temporary),
            "SEMANTIC_SCHOLAR_API_URL": address_of(self.machine),
        }
        values = {
            "${{ secrets.SEMANTIC_SCHOLAR_API_KEY }}": KEY,
            "${{ github.event_name }}": event,
            "${{ github.token }}": "made-up-token",
            "${{ inputs.budget }}": "",
        }
        for step in workflow(self.machine)["jobs"]["refresh"]["steps"]:
            if "run" not in step or step["name"] == "Install" or not self.holds(step.get("if", ""), event):
                continue
            own = {name: values[value] for name, value in step.get("env", {}).items()}
            subprocess.run(
                ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
                env=environment | own,
                cwd=self.checkout,
                check=True,
                capture_output=True,
                text=True,
            )
        return dict(line.split("=", 1) for line in self.outputs.read_text(encoding="utf-8").split())

    def holds(self, condition: str, event: str) -> bool:
        if condition == "github.event_name == 'schedule'":
            return event == "schedule"
        if condition == "steps.commit.outputs.news == 'true'":
            return "news=true" in self.outputs.read_text(encoding="utf-8")
        assert condition == ""
        return True


def address_of(machine: Machine) -> str:
    text = (machine.home / ".config/phengraph/environment").read_text(encoding="utf-8")
    return re.findall(r"SEMANTIC_SCHOLAR_API_URL=(\S+)", text)[0]


def test_the_workflow_commits_the_news_tells_them_and_is_quiet_without_any(machine, tmp_path):
    host = Host(machine, tmp_path)
    assert host.run() == {"news": "true", "changed": "true"}
    log = host.git("log", "-1", "--format=%an|%s", "origin/main").strip()
    assert log == f"github-actions[bot]|ingest: {machine.first_news}"
    assert host.git("show", "--stat=200", "--format=", "origin/main").count("ingest/semanticscholar/") >= 3
    assert host.issues.read_text(encoding="utf-8").splitlines() == [
        "workflow enable refresh.yml",
        f"issue create --title {machine.first_news} --body-file {host.temporary}/news.md",
    ]
    before = host.git("rev-parse", "origin/main")
    # Nothing is due, and by hand nothing is new.
    assert host.run() == {"news": "false", "changed": "false"}
    assert host.run(event="workflow_dispatch") == {"news": "false", "changed": "false"}
    assert host.git("rev-parse", "origin/main") == before
    assert host.git("status", "--porcelain") == ""


def test_exports_that_people_left_behind_are_renewed_without_an_issue(machine, tmp_path):
    host = Host(machine, tmp_path)
    host.run()
    told = host.issues.read_text(encoding="utf-8")
    exports = machine.root / "exports"
    exports.mkdir()
    (exports / "catalogue.md").write_text("old\n", encoding="utf-8")
    host.git("add", "exports")
    host.git("commit", "--quiet", "--message", "made up")
    host.git("push", "--quiet")
    assert host.run() == {"news": "false", "changed": "true"}
    assert host.git("log", "-1", "--format=%s", "origin/main").strip() == "ingest: exports renewed"
    assert host.issues.read_text(encoding="utf-8").replace("workflow enable refresh.yml\n", "") == told.replace(
        "workflow enable refresh.yml\n", ""
    )


def test_the_workflow_installs_the_version_that_made_it_and_ends_before_the_host_ends_it(machine):
    text = github_workflow(machine.project)
    assert text.count(f'pip install "phengraph=={version("phengraph")}"') == 2
    assert not re.search(r"@[A-Z]+@", text)
    assert '--budget "${BUDGET:-8000}"' in text
    # A project that `phengraph init` made has no pyproject.toml, without which setup-python's cache fails.
    assert "cache: pip" not in text


def test_the_workflow_survives_a_push_of_somebody_else_and_a_busy_service(machine, tmp_path):
    host = Host(machine, tmp_path)
    host.run()
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "--quiet", str(host.remote), str(other)], check=True)
    (other / "README.md").write_text("made up\n", encoding="utf-8")
    who = ["git", "-c", "user.name=Bob Madeup", "-c", "user.email=bob@example.org", "-C", str(other)]
    for command in (["add", "."], ["commit", "--quiet", "-m", "made up"], ["push", "--quiet"]):
        subprocess.run([*who, *command], check=True)
    machine.stand_in.corpus.cite(machine.paper, [100, 101])
    assert host.run(event="workflow_dispatch") == {"news": "true", "changed": "true"}
    assert host.git("log", "--format=%s", "-3", "origin/main").splitlines()[0].startswith("ingest: 2 new citations")
    machine.stand_in.corpus.cite(machine.paper, [102])
    machine.stand_in.switch(faults.too_many("900"), "/citations", times=None)
    assert host.run(event="workflow_dispatch") == {
        "news": "true",
        "changed": "true",
    }  # the count is known, the citation comes next time
    machine.stand_in.faults.clear()
    assert host.run(event="workflow_dispatch") == {"news": "true", "changed": "true"}


def test_the_workflow_file_is_put_in_place_and_taken_away(machine):
    assert install("github", machine.project).endswith("when it is committed and pushed")
    path = machine.root / ".github/workflows/refresh.yml"
    assert path.read_text(encoding="utf-8") == github_workflow(machine.project)
    assert is_installed("github", machine.project)
    assert remove("github", machine.project) == ".github/workflows/refresh.yml is gone; commit that"
    assert not path.exists()
