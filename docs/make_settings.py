"""Write docs/settings.md, the reference of phengraph.toml, from the classes of `phengraph.settings`.

Run `python docs/make_settings.py` after a change of the settings; a test says when it is stale.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from phengraph.settings import Settings

TARGET = Path(__file__).with_name("settings.md")
OPENING = """# Settings

Made by `python docs/make_settings.py` from the program's own classes. All stand in `phengraph.toml` at the top of a
project; every one may be left out. An unknown key is an error with a suggestion, so a misspelt one is never ignored.
Keys of services never stand there: they come from the environment only.
"""


def section_of(annotation: Any) -> type[BaseModel] | None:
    """The section class that a field holds, directly or by name (`dict[str, Section]`)."""
    for candidate in (annotation, *get_args(annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate
    return None


def default_of(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    return "none" if default is None else f"`{json.dumps(default)}`"


def sections(model: type[BaseModel], name: str) -> Iterator[str]:
    """A heading and a table for a section, then the sections in it."""
    below: list[tuple[type[BaseModel], str]] = []
    rows: list[str] = []
    for key, field in model.model_fields.items():
        inner = section_of(field.annotation)
        if inner is None:
            meaning = " ".join((field.description or "").split())
            rows.append(f"| `{key}` | {default_of(field)} | {meaning} |\n")
        else:
            by_name = field.annotation is not inner
            below.append((inner, f"{name}.{key}".lstrip(".") + (".KEY" if by_name else "")))
    if rows:
        title = f"`[{name}]`" if name else "At the top"
        why = " ".join((model.__doc__ or "").split()) if name else ""
        yield f"\n## {title}\n\n{why}\n\n" if why else f"\n## {title}\n\n"
        yield "| key | default | meaning |\n|---|---|---|\n" + "".join(rows)
    for inner, path in below:
        yield from sections(inner, path)


def reference() -> str:
    """The whole page."""
    return OPENING + "".join(sections(Settings, ""))


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
