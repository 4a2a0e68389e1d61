"""The texts of the schedules, made from a project's place."""

from __future__ import annotations

import hashlib
import shlex
import sys
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from phengraph.identifiers import make_slug
from phengraph.problems import ExportError
from phengraph.project import Project

ENVIRONMENT_FILE = "~/.config/phengraph/environment"
"""Where a person keeps `SEMANTIC_SCHOLAR_API_KEY=...` for cron and systemd, readable by nobody else."""
WORKFLOW = Path(".github/workflows/refresh.yml")


def daily_time(project: Project) -> tuple[int, int]:
    """Hour and minute of a project's daily run, in the small hours and off the full hour, other for each project."""
    digest = hashlib.sha256(str(project.root).encode()).digest()
    return 2 + digest[0] % 4, 3 + digest[1] % 55


def _command() -> list[str]:
    return [sys.executable, "-m", "phengraph"]


def _writable_text(path: Path) -> str:
    text = str(path)
    if any(character in text for character in "\n\r\0"):
        raise ExportError("the project's folder has a line break in its name; no schedule can hold that")
    return text


def cron_line(project: Project) -> str:
    """The line for a crontab, with its mark at the end, without a line break.

    Raises:
        ExportError: the folder's name cannot stand in one line.
    """
    folder = shlex.quote(_writable_text(project.root))
    hour, minute = daily_time(project)
    run = f"exec {shlex.join(_command())} refresh --if-due >> .phengraph/refresh.log 2>&1"
    read = f"[ ! -r {ENVIRONMENT_FILE} ] || . {ENVIRONMENT_FILE}"
    command = f"cd {folder} && mkdir -p .phengraph && set -a && {{ {read}; }} && {run}"
    # In a crontab a percent sign is a line break, unless it is escaped.
    return f"{minute} {hour} * * * {command}".replace("%", "\\%") + f" {cron_mark(project)}".replace("%", "\\%")


def cron_mark(project: Project) -> str:
    """The end of the line, by which it is found again."""
    return f"# phengraph refresh of {_writable_text(project.root)}"


def unit_name(project: Project) -> str:
    """The name of a project's units, without ending."""
    digest = hashlib.sha256(str(project.root).encode()).hexdigest()[:8]
    slug = make_slug(project.root.name)[:40].strip("-") or "project"
    return f"phengraph-refresh-{slug}-{digest}"


def _in_unit(text: str) -> str:
    """A text as a unit file wants it in quotes: specifiers and escapes doubled."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def systemd_units(project: Project) -> dict[str, str]:
    """The service and the timer, by file name.

    Raises:
        ExportError: the folder's name cannot stand in one line.
    """
    folder = _writable_text(project.root)
    hour, minute = daily_time(project)
    title = " ".join(project.settings.title.split()).replace("%", "%%")
    service = f"""# Made by `phengraph schedule systemd`; a key, if there is one, stands in {ENVIRONMENT_FILE}.
[Unit]
Description=Citations of {title} from Semantic Scholar
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
EnvironmentFile=-%h/.config/phengraph/environment
ExecStart={" ".join(map(_in_unit, [*_command(), "--project", folder, "refresh", "--if-due"]))}
# 75: the service was busy, or another refresh was running; the next day goes on from there.
SuccessExitStatus=75
Nice=10
NoNewPrivileges=true
"""
    timer = f"""# Made by `phengraph schedule systemd`.
[Unit]
Description=Daily look for new citations of {title}

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
"""
    name = unit_name(project)
    return {f"{name}.service": service, f"{name}.timer": timer}


def github_workflow(project: Project) -> str:
    """The workflow file."""
    hour, minute = daily_time(project)
    text = (files("phengraph.schedules") / "refresh.yml").read_text(encoding="utf-8")
    marks = {"@MINUTE@": str(minute), "@HOUR@": str(hour), "@VERSION@": version("phengraph")}
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text
