"""The packaged starter: the shipped project, from which `phengraph init` makes new ones.

In a wheel the shipped `graph/` and `examples/queries/` lie beside this module (pyproject.toml puts them there); in a
checkout they are where people edit them. What a new project has beyond those lies in `files/`, and the made-up example
of `init --empty` in `empty/`. A name there begins with `dot-` for a dot, so that no tool takes the file for its own.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from phengraph.problems import PhengraphError

SHIPPED_BASE = "https://w3id.org/phengraph/"

_HERE = Path(__file__).resolve().parent
# Of graph/, what belongs to every project, whatever it is about.
_GENERAL = ("ontology.ttl", "shapes.ttl", "context.jsonld")


class ProjectNotMade(PhengraphError):
    """A new project cannot be made there; the message says why."""


def starter_folder() -> Path:
    """The folder that holds the shipped `graph/` and `examples/queries/`."""
    return _HERE if (_HERE / "graph").is_dir() else _HERE.parents[2]


def make_project(folder: Path, *, empty: bool, title: str, base_iri: str, description: str = "") -> None:
    """Make a new project in a folder that is not there, or empty.

    Args:
        empty: with one made-up entry in place of the shipped graph.
        base_iri: with which every IRI of the project begins; ends in a slash.

    Raises:
        ProjectNotMade: the folder is not empty, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise ProjectNotMade(f"{folder} is not empty; give the name of a new folder")
        words = {"title": title, "base_iri": base_iri, "description": description}
        for source, target in _files(empty):
            place = folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            if target == "phengraph.toml":
                # A JSON string is a TOML string, whatever it holds.
                _fill(source, place, {name: json.dumps(text, ensure_ascii=False) for name, text in words.items()})
            elif target == "README.md":
                _fill(source, place, {"title": " ".join(title.split())})
            else:
                shutil.copyfile(source, place)
    except OSError as error:
        raise ProjectNotMade(f"{error.filename or folder} cannot be written ({error.strerror})") from error


def _files(empty: bool) -> Iterator[tuple[Path, str]]:
    """Each file of a new project: where it is taken from, and its path in the project."""
    yield from _below(_HERE / "files")
    shipped = starter_folder()
    if empty:
        yield from _below(_HERE / "empty")
        for name in _GENERAL:
            yield shipped / "graph" / name, f"graph/{name}"
    else:
        for source, target in _below(shipped / "graph"):
            yield source, f"graph/{target}"
    for source, target in _below(shipped / "examples" / "queries"):
        yield source, f"examples/queries/{target}"


def _below(folder: Path) -> Iterator[tuple[Path, str]]:
    for directory, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(names):
            source = Path(directory) / name
            if not name.startswith("."):
                target = source.relative_to(folder).as_posix()
                yield source, "/".join(part.replace("dot-", ".", 1) for part in target.split("/"))


def _fill(source: Path, target: Path, words: dict[str, str]) -> None:
    # In one pass, so that a word that holds the name of another stays as it is.
    names = "|".join(words)
    text = re.sub(rf"\{{({names})\}}", lambda match: words[match[1]], source.read_text(encoding="utf-8"))
    target.write_text(text, encoding="utf-8", newline="\n")
