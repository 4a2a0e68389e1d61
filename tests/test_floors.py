"""The house: no import upward, no circle, no room too large, and the rooms that only ask the dataset."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parent.parent / "src"

# The floors of docs/design.md, low to high. A package is one room; a module that is not named here fails the test.
FLOORS = [
    {"vocabulary", "problems", "starter", "explorer"},
    {"identifiers", "settings", "project", "gitlog", "latex", "names"},
    {"model"},
    {"curate", "ingest", "status", "origins", "quads", "suggest"},
    {"fingerprint", "snapshot", "rdflib_bridge", "dataset"},
    {"entries", "views", "query", "shapes", "checking", "adding", "states", "history", "moves", "naming"},
    {"network", "layout", "remote"},
    {"corpus", "export", "schedules", "review"},
    {"serve"},
    {"solutions", "gathered", "api", "cli", "__main__", "__init__"},
]
# These show things, and ask the dataset: files are read below it, once.
ASK_THE_DATASET = {"export", "serve", "query", "network"}
READ_FILES = {"curate", "ingest"}
LINES_LIMIT = 400


def floor_of(room: str) -> int:
    for height, rooms in enumerate(FLOORS):
        if room in rooms:
            return height
    raise AssertionError(f"'{room}' stands on no floor; give it one in tests/test_floors.py and docs/design.md")


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def modules() -> dict[str, Path]:
    names = {}
    for path in sorted(SOURCES.rglob("*.py")):
        parts = path.relative_to(SOURCES).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(path: Path) -> set[str]:
    """Modules of ours that a file imports anywhere, in functions too; not those that only a type checker sees."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    known = modules()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the floor"
            module = node.module or ""
            found |= {full if (full := f"{module}.{alias.name}") in known else module for alias in node.names}
    return {name for name in found if name.split(".")[0] == "phengraph"}


@pytest.fixture(scope="module")
def imports() -> dict[str, set[str]]:
    return {name: imports_of(path) for name, path in modules().items()}


def test_every_import_is_known_to_the_test(imports: dict[str, set[str]]) -> None:
    assert len(imports) > 40
    assert "phengraph.curate" in imports["phengraph.dataset"], "imports inside functions are seen"


def test_no_import_runs_upward(imports: dict[str, set[str]]) -> None:
    upward = [
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in sorted(others)
        if floor_of(room_of(other)) > floor_of(room_of(name))
    ]
    assert upward == []


def test_no_circle(imports: dict[str, set[str]]) -> None:
    rooms: dict[str, set[str]] = {}
    for name, others in imports.items():
        rooms.setdefault(room_of(name), set()).update(room_of(other) for other in others)
    circles = _circles({room: others - {room} for room, others in rooms.items() if room != "__init__"})
    # Within a room too: its own modules; a package that hands its names on imports all of them.
    inside = {
        name: {other for other in others if room_of(other) == room_of(name) and other.count(".") > 1}
        for name, others in imports.items()
        if name.count(".") > 1
    }
    assert circles + _circles(inside) == []


def _circles(graph: dict[str, set[str]]) -> list[list[str]]:
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(name: str, way: list[str]) -> None:
        if name in way:
            found.append([*way[way.index(name) :], name])
        elif name not in done:
            for other in sorted(graph.get(name, ())):
                visit(other, [*way, name])
            done.add(name)

    for name in sorted(graph):
        visit(name, [])
    return found


def test_what_shows_asks_the_dataset(imports: dict[str, set[str]]) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in imports.items()
        for other in sorted(others)
        if room_of(name) in ASK_THE_DATASET and room_of(other) in READ_FILES
    ]
    assert wrong == []


def test_no_module_is_larger_than_the_wall() -> None:
    sizes = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: size for name, size in sizes.items() if size > LINES_LIMIT} == {}


def test_the_check_for_circles_finds_one() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == [["a", "b", "c", "a"]]
    assert _circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_every_room_is_on_a_floor_of_the_design_document(repository: Path) -> None:
    text = (repository / "docs" / "design.md").read_text(encoding="utf-8")
    section = text.split("## Floors\n")[1].split("\n## ")[0]
    told = {
        height: set(re.findall(r"`(\w+)`", row.split("|")[2]))
        for row in section.splitlines()
        if (row.startswith("| ")) and (height := row.split("|")[1].strip()).isdecimal()
    }
    assert told == {str(height): rooms - {"__main__", "__init__"} for height, rooms in enumerate(FLOORS, start=1)}
