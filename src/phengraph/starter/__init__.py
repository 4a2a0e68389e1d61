"""The packaged starter: the shipped project, from which `phengraph init` makes new ones.

In a wheel the shipped `graph/` and `examples/queries/` lie beside this module (pyproject.toml puts them there); in a
checkout they are where people edit them. What a new project has beyond those lies in `files/`, and the made-up example
of `init --empty` in `empty/`.
"""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def starter_folder() -> Path:
    """The folder that holds the shipped `graph/` and `examples/queries/`."""
    return _HERE if (_HERE / "graph").is_dir() else _HERE.parents[2]


def template_folder(name: str) -> Path:
    """The folder of the packaged files `files` (of every new project) or `empty` (the made-up example)."""
    return _HERE / name
