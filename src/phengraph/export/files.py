"""Writing what was exported: a file or a folder, each file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from phengraph.export.formats import Files, Options, export, find_format
from phengraph.problems import ExportError
from phengraph.project import Project

if TYPE_CHECKING:
    from phengraph.dataset import Dataset


def export_to_file(project: Project, dataset: Dataset, name: str, options: Options | None = None) -> Path:
    """Make one format and write it to its usual place in exports/; returns the file, or the folder.

    Raises:
        UnknownName, ExportError: as `export` and `write_export`.
    """
    place = project.exports / find_format(name).file_name
    write_export(export(dataset, name, options), place)
    return place


def write_export(made: bytes | Files, path: Path) -> list[Path]:
    """Write a file at `path`, or a folder's files under it; returns the files written.

    Each file is written beside its place, flushed to the disk and renamed over it: a reader sees the old file or the
    new one. A file that already holds these bytes is not touched, so a build that compares times has nothing to do.

    Raises:
        ExportError: the place cannot be written, or is a folder where a file belongs.
    """
    files = {path: made} if isinstance(made, bytes) else {path / name: content for name, content in made.items()}
    try:
        for place, content in files.items():
            _write_whole(place, content)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ExportError(f"cannot write {path}: {reason.lower()}; give another place with -o PATH") from error
    return list(files)


@contextlib.contextmanager
def open_whole(path: Path) -> Iterator[BinaryIO]:
    """A stream for the content of a file, which appears under its name when the block has ended without an error.

    Through a link to the file itself; into a device or a pipe (`-o /dev/null`) at once, as nothing may be renamed over
    it.

    Raises:
        OSError: the place cannot be written, or its folder is not there.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        with path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    # os.open and not a private temporary file: what is written is as readable as any other new file of this user.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _write_whole(path: Path, content: bytes) -> None:
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # a file stands where a folder belongs
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from error
    with open_whole(path) as stream:
        stream.write(content)
