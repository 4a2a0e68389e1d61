"""Pydantic's errors in a contributor's words, each at the place of its key or value."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from phengraph.curate.yamltext import YamlText
from phengraph.problems import Problem, Severity, nearest

FormType = TypeVar("FormType", bound=BaseModel)

# Words that people use for a key, where the letters alone do not suggest it.
_MEANT = {
    "refutes": "contradicts",
    "disputes": "contradicts",
    "disagrees": "contradicts",
    "opposes": "contradicts",
    "against": "contradicts",
    "rejects": "contradicts",
    "confirms": "supports",
    "agrees": "supports",
    "for": "supports",
    "limits": "qualifies",
    "refines": "qualifies",
    "unclear": "inconclusive",
    "result": "finding",
    "where": "locator",
    "page": "locator",
    "section": "locator",
    "scale": "conditions",
    "setting": "conditions",
    "source": "read-in",
    "weight": "strength",
    "title": "label",
    "name": "label",
    "label_zh": "label-zh",
    "slug": "claim",
    "params": "parameters",
    "flops": "compute",
    "data": "datasets",
    "org": "organisation",
    "organization": "organisation",
    "normalisation": "normalization",
}


def read_form(
    form: type[FormType], yaml: YamlText, path: str, problems: list[Problem], *, what: str
) -> FormType | None:
    """The form that a YAML text has, or None, with every error in `problems`.

    Args:
        what: how a problem calls the whole ("the head", "the block").
    """
    if not isinstance(yaml.value, dict):
        line, column = yaml.place.line, yaml.place.column
        mend = f"write `key: value` lines; known keys are {', '.join(_keys(form))}"
        says = "is empty" if yaml.value is None else "is no mapping of keys to values"
        problems.append(Problem(path, line, column, Severity.ERROR, f"{what} {says}", mend))
        return None
    try:
        return form.model_validate(yaml.value)
    except ValidationError as errors:
        problems.extend(_problems(form, errors, yaml, path))
        return None


def suggest_key(word: str, known: list[str]) -> str | None:
    """The key that a misspelt one stands for, by its letters or its meaning.

    >>> suggest_key("locater", ["finding", "locator"]), suggest_key("refutes", ["supports", "contradicts"])
    ('locator', 'contradicts')
    """
    meant = _MEANT.get(word.casefold())
    if meant in known:
        return meant
    return nearest(word.casefold().replace("_", "-"), known)


def _problems(form: type[BaseModel], errors: ValidationError, yaml: YamlText, path: str) -> Iterator[Problem]:
    for error in errors.errors(include_url=False):
        # Pydantic marks the key of a dictionary with "[key]" after it.
        on_key = error["loc"][-1:] == ("[key]",)
        location = error["loc"][:-1] if on_key else error["loc"]
        message, mend = _words(form, error, location)
        on_key = on_key or error["type"] == "extra_forbidden"
        line, column = yaml.place_of(location, key=on_key)
        yield Problem(path, line, column, Severity.ERROR, message, mend)


def _words(form: type[BaseModel], error: Any, location: tuple[int | str, ...]) -> tuple[str, str]:
    names = [step for step in location if isinstance(step, str)]
    key = names[-1] if names else ""
    kind = error["type"]
    if kind == "phengraph":
        message, mend = error["ctx"]["message"], error["ctx"]["mend"]
        return (f"'{key}' {message}", mend) if message.startswith("has ") else (message, mend)
    if kind == "extra_forbidden":
        known = _keys(_form_at(form, location[:-1]))
        suggestion = suggest_key(key, known)
        mend = f"did you mean '{suggestion}'?" if suggestion else f"known are {', '.join(known)}"
        return f"unknown key '{key}'", mend
    if kind == "missing":
        return f"the key '{key}' is missing", f"add `{key}:`"
    given = error["input"]
    if given is None:
        return f"'{key}' has no value", "write it"
    if kind == "list_type":
        return f"'{key}' must be a list", "write [a, b], or a line with `- ` for each"
    if kind in ("model_type", "dict_type"):
        known = _keys(_form_at(form, location))
        mend = f"known keys are {', '.join(known)}" if known else "write `key: value` lines"
        entry = "an entry of " if location and isinstance(location[-1], int) else ""
        return f"{entry}'{key}' must be a mapping of keys to values", mend
    if kind == "string_type":
        return f"'{key}' must be text, not a {'list' if isinstance(given, list) else 'mapping'}", "write one text"
    return f"'{key}': {error['msg']}", "see docs/format.md for the form"


def _form_at(form: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The form of the part at a location, by the types of the fields on the way."""
    current: Any = form
    for step in location:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            if step not in fields:
                return None
            current = _plain(fields[str(step)].annotation)
        elif get_origin(current) in (list, dict):
            current = _plain(get_args(current)[-1])
        else:
            return None
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _plain(annotation: Any) -> Any:
    """The annotation without None."""
    if get_origin(annotation) is UnionType or str(annotation).startswith("typing.Optional"):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _keys(form: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in form.model_fields.items()] if form else []
