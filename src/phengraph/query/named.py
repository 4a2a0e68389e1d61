"""Named queries: the `.rq` files of a project, and what their first lines say.

    # Evidence of a claim, on both sides
    # Each accepted reading of a paper, what it found, where, and how it was checked.
    # Set claim: the slug of a claim

The first line is the title, `Set` lines tell the parameters (`parameters`), the others the description.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from phengraph.problems import QueryError, UnknownName, nearest

SUFFIX = ".rq"
_SET_LINE = re.compile(r"Set (\w+): (.+)\Z")


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One query with what its head says."""

    name: str
    """Name of the file without `.rq`."""
    title: str
    """First comment line; the name where there is none."""
    description: str
    """The further comment lines at the head, joined; may be empty."""
    parameters: tuple[tuple[str, str], ...]
    """Name and meaning of each parameter that the head tells, in its order."""
    text: str


def read_query(path: Path) -> NamedQuery:
    """Read one file.

    Raises:
        QueryError: of kind `syntax` when it is not UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{path.name}: not UTF-8 at byte {error.start}; save it as UTF-8", kind="syntax") from error
    lines = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("#").strip())
    matches = [_SET_LINE.match(line) for line in lines]
    return NamedQuery(
        name=path.name.removesuffix(SUFFIX),
        title=lines[0] if lines else path.name.removesuffix(SUFFIX),
        description=" ".join(line for line, match in zip(lines[1:], matches[1:], strict=True) if line and not match),
        parameters=tuple((match[1], match[2]) for match in matches if match),
        text=text,
    )


def read_queries(folder: Path) -> dict[str, NamedQuery]:
    """All named queries of a folder by name, in the order of their names; empty when there is no such folder.

    Raises:
        QueryError: a file is not UTF-8.
    """
    if not folder.is_dir():
        return {}
    paths = sorted(path for path in folder.iterdir() if path.suffix == SUFFIX and path.is_file())
    return {path.name.removesuffix(SUFFIX): read_query(path) for path in paths}


def find_query(folder: Path, name: str) -> NamedQuery:
    """The named query of a folder.

    Raises:
        UnknownName: there is none; carries the nearest name.
        QueryError: the file is not UTF-8.
    """
    known = [path.stem for path in folder.glob(f"*{SUFFIX}")] if folder.is_dir() else []
    if name not in known:
        raise UnknownName("query", name, nearest(name, known))
    return read_query(folder / f"{name}{SUFFIX}")
