"""Every problem of ingest/, at its file and line; asked by `phengraph check` and before a refresh writes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from phengraph.identifiers import is_key
from phengraph.ingest.files import LineForm, read_lines
from phengraph.ingest.forms import CANDIDATE, CITATION, COUNT, FOLDER, PAPER, RUN
from phengraph.problems import Problem, Severity, sort_problems
from phengraph.project import Project

_SORT = "sort it: `LC_ALL=C sort -u -o FILE FILE`"


def check_records(project: Project, keys: Iterable[str] | None = None) -> list[Problem]:
    """All problems of the records.

    Args:
        project: whose ingest/ is read.
        keys: keys of papers.bib; records of other papers are told as a warning. None when they are not known.
    """
    root = project.root / FOLDER
    problems: list[Problem] = []
    if not root.is_dir():
        return problems
    _check_file(root / "papers.jsonl", PAPER, problems, order="line", unique="key")
    _check_file(root / "runs.jsonl", RUN, problems, order="when")
    _check_file(root / "candidates.jsonl", CANDIDATE, problems, order="line")
    recorded = set()
    for path in sorted((root / "counts").glob("*")):
        recorded.add(path.name.removesuffix(".jsonl"))
        _check_file(path, COUNT, problems, order="date", folder="counts/")
    for folder in sorted((root / "citations").glob("*")):
        recorded.add(folder.name)
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            _check_file(path, CITATION, problems, order="line", folder=f"citations/{folder.name}/", month=path.stem)
    problems += _strangers(recorded, keys)
    return sort_problems(problems)


def _strangers(recorded: set[str], keys: Iterable[str] | None) -> list[Problem]:
    if keys is None:
        return []
    known = set(keys)
    message = "records of a paper that papers.bib does not have"
    return [
        Problem(f"{FOLDER}/citations/{key}", 0, 0, Severity.WARNING, message, "remove them, or track the paper again")
        for key in sorted(recorded - known)
    ]


def _check_file(
    path: Path,
    form: LineForm,
    problems: list[Problem],
    *,
    order: str,
    folder: str = "",
    unique: str = "",
    month: str = "",
) -> None:
    place = f"{FOLDER}/{folder}{path.name}"
    if path.name.startswith(".") and path.name.endswith(".tmp"):
        return
    if path.suffix != ".jsonl" or not is_key(path.stem):
        if path.exists():
            problems.append(Problem(place, 0, 0, Severity.WARNING, "no file of records", "remove it"))
        return
    last: Any = None
    seen: set[str] = set()
    for number, values in read_lines(path, place, form, problems):
        here = form.line(values) if order == "line" else values[order]
        if last is not None and here < last:
            message = "the lines are not in order"
            problems.append(Problem(place, number, 0, Severity.WARNING, message, _SORT if order == "line" else ""))
        last = here
        if unique and values[unique] in seen:
            message, mend = f"'{values[unique]}' is there twice", "keep one of the lines"
            problems.append(Problem(place, number, 0, Severity.ERROR, message, mend))
        seen.add(values[unique] if unique else "")
        if month and month != _month(values):
            message = f"a line of {_month(values)} in the file of {month}"
            problems.append(Problem(place, number, 0, Severity.WARNING, message, "move it to the file of its month"))


def _month(values: dict[str, Any]) -> str:
    day: str = values.get("updated") or values.get("removed") or values["seen"]
    return day[:7]
