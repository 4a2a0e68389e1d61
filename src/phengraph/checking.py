"""Every problem of a project: the form of each file, truth across files, and the records of the ingester."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.ingest.check import check_records
from phengraph.model import Knowledge
from phengraph.problems import Problem, SettingsError, Severity, sort_problems
from phengraph.project import SETTINGS_FILE, Project
from phengraph.shapes import check_shapes


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a project says and what is wrong with it."""

    knowledge: Knowledge
    problems: list[Problem]
    """By file, line and column; each once."""

    @property
    def errors(self) -> int:
        return sum(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    @property
    def summary(self) -> str:
        """The numbers in one line."""
        knowledge = self.knowledge
        numbers = (
            (len(knowledge.phenomena), "phenomenon", "phenomena"),
            (len(knowledge.claims), "claim", "claims"),
            (len(knowledge.evidence), "evidence", "evidence"),
            (len(knowledge.papers), "paper", "papers"),
            (len(knowledge.models), "model", "models"),
        )
        found = ((self.errors, "error", "errors"), (self.warnings, "warning", "warnings"))
        return f"{_count(numbers)}: {_count(found)}"


def _count(numbers: tuple[tuple[int, str, str], ...]) -> str:
    return ", ".join(f"{number:,} {one if number == 1 else many}" for number, one, many in numbers)


def check_project(project: Project, *, changed: Mapping[str, bytes] | None = None) -> CheckResult:
    """Check everything that a project holds; all problems at once, none raised.

    Args:
        changed: contents of files of graph/ by path, checked in place of what the disk has.
    """
    try:
        settings_are_right = project.settings is not None
    except SettingsError as error:
        message = str(error).removeprefix(f"{SETTINGS_FILE}: ")
        return CheckResult(Knowledge(), [Problem(SETTINGS_FILE, 0, 0, Severity.ERROR, message)])
    assert settings_are_right
    read = read_graph(project, changed=changed)
    complete = not any(problem.severity is Severity.ERROR for problem in read.problems)
    problems = [*read.problems]
    if project.graph.is_dir():
        problems += check_shapes(project, read.knowledge, complete=complete)
    problems += read_decisions(project, claims=read.knowledge.claims if complete else None, changed=changed)[1]
    problems += check_records(project, read.knowledge.papers if complete else None)
    return CheckResult(read.knowledge, sort_problems(problems))
