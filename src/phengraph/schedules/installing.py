"""Putting a schedule where it works, taking it away, and saying whether it is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from phengraph.problems import ExportError
from phengraph.project import Project
from phengraph.schedules.texts import WORKFLOW, cron_line, cron_mark, github_workflow, systemd_units, unit_name

KINDS = ("cron", "systemd", "github")


def text_of(kind: str, project: Project) -> str:
    """A schedule as it is printed.

    Raises:
        ExportError: the project's place cannot stand in it.
    """
    if kind == "cron":
        return cron_line(project) + "\n"
    if kind == "systemd":
        return "\n".join(f"# --- {name}\n{text}" for name, text in systemd_units(project).items())
    return github_workflow(project)


def install(kind: str, project: Project) -> str:
    """Put a schedule where it works; says what was done.

    Raises:
        ExportError: this machine has no such scheduler, or it refuses.
    """
    if kind == "cron":
        others = [line for line in _crontab() if not _is_ours(line, project)]
        _write_crontab([*others, cron_line(project)])
        return "one line of your crontab starts it every day"
    if kind == "systemd":
        folder = _unit_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in systemd_units(project).items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise ExportError(f"{folder}: {error.strerror}; make it writable") from error
        _systemctl("daemon-reload")
        _systemctl("enable", "--now", f"{unit_name(project)}.timer")
        return f"{unit_name(project)}.timer starts it every day"
    path = project.root / WORKFLOW
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(github_workflow(project), encoding="utf-8")
    except OSError as error:
        raise ExportError(f"{WORKFLOW}: {error.strerror}; make it writable") from error
    return f"{WORKFLOW} starts it every day when it is committed and pushed"


def remove(kind: str, project: Project) -> str:
    """Take a schedule away; says what was done.

    Raises:
        ExportError: this machine has no such scheduler, or it refuses.
    """
    if not is_installed(kind, project):
        return "there was none"
    if kind == "cron":
        _write_crontab([line for line in _crontab() if not _is_ours(line, project)])
        return "the line is gone from your crontab"
    if kind == "systemd":
        _systemctl("disable", "--now", f"{unit_name(project)}.timer")
        for name in systemd_units(project):
            (_unit_folder() / name).unlink(missing_ok=True)
        _systemctl("daemon-reload")
        return "its units are gone"
    (project.root / WORKFLOW).unlink(missing_ok=True)
    return f"{WORKFLOW} is gone; commit that"


def is_installed(kind: str, project: Project) -> bool:
    """Whether a schedule is where it works; False where there is no such scheduler."""
    if kind == "cron":
        return shutil.which("crontab") is not None and any(_is_ours(line, project) for line in _crontab())
    if kind == "systemd":
        return (_unit_folder() / f"{unit_name(project)}.timer").is_file()
    return (project.root / WORKFLOW).is_file()


def _is_ours(line: str, project: Project) -> bool:
    return line.rstrip().endswith(cron_mark(project).replace("%", "\\%"))


def _unit_folder() -> Path:
    config = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(config) if config else Path("~/.config").expanduser()) / "systemd" / "user"


def _run(command: Sequence[str], text: str | None = None) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise ExportError(
            f"this machine has no `{command[0]}`; print the schedule and put it where it works"
        ) from error


def _crontab() -> list[str]:
    done = _run(["crontab", "-l"])
    # Without any crontab, `crontab -l` fails with a word.
    return done.stdout.splitlines() if done.returncode == 0 else []


def _write_crontab(lines: list[str]) -> None:
    done = _run(["crontab", "-"], "".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise ExportError(f"crontab refuses: {done.stderr.strip()[:300] or 'it does not say why'}")


def _systemctl(*arguments: str) -> None:
    done = _run(["systemctl", "--user", *arguments])
    if done.returncode:
        raise ExportError(f"systemctl refuses: {done.stderr.strip()[:300] or 'it does not say why'}")
