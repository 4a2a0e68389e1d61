"""Files of records: written whole or not at all, read line by line with every problem at its line."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from phengraph.ingest.errors import not_written
from phengraph.problems import Problem, Severity, nearest

LINE_BYTES = 2_000_000
"""A longer line is no record."""

_CONFLICT_MARKERS = (b"<<<<<<< ", b"||||||| ", b">>>>>>> ")
_TEMPORARY = ".tmp"

Check = Callable[[Any], bool]
"""Whether a value of the right type may stand under a key."""
Value = tuple[type, Check | None]
"""The type of what stands under a key, and what more it must be."""


def write_whole(path: Path, content: bytes, place: str) -> None:
    """Write a file so that whoever looks finds the old content or the new one, whole, whatever happens.

    Args:
        path: its folder is made where it is missing.
        content: all of it.
        place: how a person is told which file it is.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed; the old content is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{_TEMPORARY}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with temporary.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)
    except OSError as error:
        raise not_written(place, error) from error


def _sync_folder(folder: Path) -> None:
    # A rename is safe against a power cut only when its folder is; not every system can open a folder.
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of a writer that was killed."""
    for path in folder.rglob(f".*{_TEMPORARY}"):
        with contextlib.suppress(OSError):
            path.unlink()


@dataclass(frozen=True, slots=True)
class LineForm:
    """What a line of one kind of file may hold."""

    keys: Mapping[str, tuple[int, type, Check | None]]
    """Each key with its place in the order, its type and what more it must be."""
    required: tuple[str, ...]
    one_of: tuple[str, ...] = ()
    """Exactly one of these keys is there."""

    @classmethod
    def of(cls, keys: Mapping[str, Value], *required: str, one_of: tuple[str, ...] = ()) -> LineForm:
        """The form of lines whose keys stand in this order."""
        placed = {key: (place, kind, check) for place, (key, (kind, check)) in enumerate(keys.items())}
        return cls(placed, required, one_of)

    def line(self, values: Mapping[str, Any]) -> bytes:
        """The line of a record, with its end; keys without a value are left out."""
        kept = {key: values[key] for key in self.keys if values.get(key) not in (None, "", [], ())}
        return orjson.dumps(kept) + b"\n"

    def fault(self, values: Mapping[str, Any]) -> tuple[str, str] | None:
        """What is wrong with a parsed line, and what would be right; None when it is a record."""
        last = -1
        keys = self.keys
        for key, value in values.items():
            form = keys.get(key)
            if form is None:
                suggestion = nearest(key, keys)
                return f"unknown key '{key[:40]}'", f"did you mean '{suggestion}'?" if suggestion else ""
            place, kind, check = form
            # A bool is an int, and no count.
            if type(value) is not kind or (check is not None and not check(value)):
                return f"'{key}' has a value that it cannot have", ""
            if place < last:
                return f"'{key}' is not in its place", f"the order is {', '.join(keys)}"
            last = place
        for key in self.required:
            if key not in values:
                return f"'{key}' is missing", ""
        if self.one_of and sum(key in values for key in self.one_of) != 1:
            return f"not exactly one of {', '.join(self.one_of)}", ""
        return None


def read_lines(path: Path, place: str, form: LineForm, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The records of a file with their line numbers; what is no record is a problem at its line.

    A file that is not there has no records.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        problems.append(Problem(place, 0, 0, Severity.ERROR, f"cannot be read: {error.strerror}"))
        return
    *lines, cut = content.split(b"\n")
    del content
    for number, line in enumerate(lines, 1):
        values, wrong = _read_line(line, form)
        if wrong is None:
            yield number, values
        else:
            problems.append(Problem(place, number, 0, Severity.ERROR, *wrong))
    if cut:
        mend = "remove it; `phengraph refresh` fetches again what it said"
        problems.append(Problem(place, len(lines) + 1, 0, Severity.ERROR, "the last line is cut", mend))


def _read_line(line: bytes, form: LineForm) -> tuple[dict[str, Any], tuple[str, str] | None]:
    try:
        values = orjson.loads(line) if len(line) <= LINE_BYTES else None
    except orjson.JSONDecodeError:
        values = None
    if not isinstance(values, dict):
        return {}, _no_record(line)
    return values, form.fault(values)


def _no_record(line: bytes) -> tuple[str, str]:
    if not line:
        return "an empty line", "remove it"
    if line.startswith(_CONFLICT_MARKERS) or line.strip() == b"=======":
        return "a merge conflict", "keep the lines of both sides and remove the marker lines"
    if len(line) > LINE_BYTES:
        return f"a line of {len(line):,} bytes", f"no record is longer than {LINE_BYTES:,}"
    return "no JSON object", "restore the file from git, or remove the line"
