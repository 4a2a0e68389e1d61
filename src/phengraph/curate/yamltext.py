"""YAML as people write it here: text, lists and mappings, with the place of each, and nothing else.

Every scalar is text (`no` stays `no`, `1e3` stays `1e3`), and a key without a value is None. What YAML offers beyond
that is refused: anchors and aliases (a few lines can stand for billions), tags, deep nesting (libyaml's composer
recurses in C, and 100,000 levels end the process), several documents, a key twice. So the events of the parser are
read here, and nothing is composed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from phengraph.curate.source import REFUSED, refused_character
from phengraph.problems import Problem, Severity

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

DEPTH_LIMIT = 10

_TIGHT_HYPHEN = re.compile(r"\s*-[A-Za-z]")
_VALUE = re.compile(r"\s*(?:- )?[\w-]+:\s+([*&!%@`'\"])")

# libyaml where PyYAML has it (about ten times faster), with the same events.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class Place:
    """Where a value stands: line and column counted from 1, and where its parts stand."""

    line: int
    column: int
    last_line: int = 0
    """The last line of the value; blank lines below a literal or folded text count, comments below do not."""
    keys: dict[str, tuple[int, int]] | None = None
    """Places of a mapping's keys."""
    parts: dict[str, Place] | list[Place] | None = None
    """Places of a mapping's or a list's values."""


@dataclass(slots=True)
class YamlText:
    """What a YAML text says, and where."""

    value: Value
    place: Place

    def part(self, location: tuple[int | str, ...]) -> Place | None:
        """Where the value at a location stands, or None when there is none."""
        place: Place | None = self.place
        for step in location:
            if place is not None and isinstance(place.parts, dict):
                place = place.parts.get(str(step))
            elif place is not None and isinstance(place.parts, list) and isinstance(step, int):
                place = place.parts[step] if -len(place.parts) <= step < len(place.parts) else None
            else:
                return None
        return place

    def place_of(self, location: tuple[int | str, ...], *, key: bool = False) -> tuple[int, int]:
        """Line and column of the value at a location (`("evidence", 2, "finding")`), or of its key.

        A location that the text does not have (a key that is missing) is told at the nearest part around it.
        """
        place = self.place
        for position, step in enumerate(location):
            if key and position == len(location) - 1 and place.keys and step in place.keys:
                return place.keys[str(step)]
            if isinstance(place.parts, dict) and step in place.parts:
                place = place.parts[str(step)]
            elif isinstance(place.parts, list) and isinstance(step, int) and step < len(place.parts):
                place = place.parts[step]
            else:
                break
        return place.line, place.column


class _Refused(Exception):
    """YAML that is not read here."""

    def __init__(self, mark: Any, message: str, mend: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.message = message
        self.mend = mend


def read_yaml(
    text: str, path: str, problems: list[Problem], *, first_line: int = 1, indent: int = 0
) -> YamlText | None:
    """Read a YAML text that starts at a line of a file; None when it is no YAML of ours, told in `problems`.

    Args:
        first_line: the line of the file at which the text starts.
        indent: columns that were taken from the start of each line (a fence that is indented).

    >>> problems = []
    >>> read_yaml("supports: smith2020\\nfinding: no\\n", "graph/phenomena/a.md", problems).value
    {'supports': 'smith2020', 'finding': 'no'}
    >>> read_yaml("a: &x [1]\\nb: *x", "graph/phenomena/a.md", problems, first_line=7), str(problems[0])
    (None, 'graph/phenomena/a.md:7:4: error: a YAML anchor; write the value out at each place')
    """
    return _Reader(path, problems, first_line, indent).read(text)


class _Reader:
    def __init__(self, path: str, problems: list[Problem], first_line: int, indent: int) -> None:
        self._path = path
        self._problems = problems
        self._line = first_line
        self._column = indent + 1

    def read(self, text: str) -> YamlText | None:
        try:
            events = yaml.parse(text, Loader=_LOADER)
            next(events)  # the start of the stream
            if isinstance(next(events), yaml.StreamEndEvent):
                return YamlText(None, Place(self._line, 0))
            value, place = self._value(next(events), events, 0)
            next(events)  # the end of the document
            if isinstance(end := next(events), yaml.DocumentStartEvent):
                raise _Refused(end.start_mark, "a second YAML document starts here", "remove the line")
        except _Refused as error:
            self._tell(error.mark, error.message, error.mend)
            return None
        except yaml.MarkedYAMLError as error:
            self._tell_broken(error, text)
            return None
        return YamlText(value, place)

    def _value(self, event: Any, events: Iterator[Any], depth: int) -> tuple[Value, Place]:
        mark = event.start_mark
        place = Place(mark.line + self._line, mark.column + self._column, mark.line + self._line)
        if isinstance(event, yaml.AliasEvent):
            raise _Refused(mark, "a YAML alias", "write the value out; in text, put a leading * between quotes")
        if event.anchor is not None:
            raise _Refused(mark, "a YAML anchor", "write the value out at each place")
        if event.tag is not None:
            raise _Refused(mark, f"a YAML tag ({event.tag[:40]})", "remove it; in text, put a leading ! between quotes")
        if isinstance(event, yaml.ScalarEvent):
            # A literal or folded text ends at the start of the line below it.
            end: Any = event.end_mark
            below = event.style in ("|", ">") and end.column == 0
            place.last_line = end.line + self._line - below
            return self._scalar(event), place
        if depth >= DEPTH_LIMIT:
            raise _Refused(mark, f"YAML nested more than {DEPTH_LIMIT} deep", "see docs/format.md for the form")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, depth, place)
        return self._mapping(events, depth, place)

    def _scalar(self, event: Any) -> str | None:
        text: str = event.value
        if not text and not event.style:
            return None
        # Only an escape can still bring in what the file itself may not hold.
        if event.style == '"' and (refused := refused_character(text)):
            self._tell(event.start_mark, f"an escape that stands for {refused}", "remove it")
            return REFUSED.sub("\ufffd", text)
        return text

    def _sequence(self, events: Iterator[Any], depth: int, place: Place) -> tuple[list[Value], Place]:
        values: list[Value] = []
        parts: list[Place] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            value, part = self._value(event, events, depth + 1)
            values.append(value)
            parts.append(part)
            place.last_line = part.last_line
        place.parts = parts
        self._end_flow(place, event)
        return values, place

    def _mapping(self, events: Iterator[Any], depth: int, place: Place) -> tuple[dict[str, Value], Place]:
        values: dict[str, Value] = {}
        keys: dict[str, tuple[int, int]] = {}
        parts: dict[str, Place] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key, key_place = self._value(event, events, depth + 1)
            if not isinstance(key, str):
                raise _Refused(event.start_mark, "a key that is no word", "write `key: value`")
            value, part = self._value(next(events), events, depth + 1)
            if key in values:
                self._tell(event.start_mark, f"the key '{key}' stands here twice", f"first on line {keys[key][0]}")
                continue
            if value is None:
                # The parser puts what is not there at the next thing that is.
                part = Place(key_place.line, key_place.column, key_place.last_line)
            values[key] = value
            keys[key] = (key_place.line, key_place.column)
            parts[key] = part
            place.last_line = part.last_line
        place.keys = keys
        place.parts = parts
        self._end_flow(place, event)
        return values, place

    def _end_flow(self, place: Place, end: Any) -> None:
        """A list or mapping in brackets ends with its bracket; the end of another has no width, and stands below."""
        if end.end_mark.index > end.start_mark.index:
            place.last_line = end.end_mark.line + self._line

    def _tell(self, mark: Any, message: str, mend: str) -> None:
        line, column = mark.line + self._line, mark.column + self._column
        self._problems.append(Problem(self._path, line, column, Severity.ERROR, message, mend))

    def _tell_broken(self, error: yaml.MarkedYAMLError, text: str) -> None:
        mark = error.problem_mark or error.context_mark
        if mark and error.problem == "exceeded maximum nesting depth":
            # The parser has a limit of its own since 6.0.4, and looks ahead to it before it tells the first bracket.
            return self._tell(mark, f"YAML nested more than {DEPTH_LIMIT} deep", "see docs/format.md for the form")
        problem, mend = _explain(error, text)
        if problem.startswith("the quoted text") or problem.startswith("the [ or {"):
            mark = error.context_mark or mark
        line, column = (mark.line + self._line, mark.column + self._column) if mark else (self._line, 0)
        self._problems.append(Problem(self._path, line, column, Severity.ERROR, f"broken YAML: {problem}", mend))


def _explain(error: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    """The parser's words in a contributor's: what is wrong and what would be right."""
    said = str(error.problem or error.context or "it does not parse")
    context = str(error.context or "")
    mark = error.problem_mark
    lines = text.split("\n")
    rest = lines[mark.line][mark.column :] if mark and mark.line < len(lines) else ""
    if "mapping values are not allowed" in said:
        if mark and mark.line and _TIGHT_HYPHEN.match(lines[mark.line - 1]):
            return "no space behind the hyphen of the line above", "write `- ` there"
        return "a ': ' inside of a text without quotes", "put the text between quotes"
    if rest.startswith("\t") or "tab character" in said:
        return "a tab in the indentation", "indent with spaces"
    if "cannot start any token" in said:
        return f"a text without quotes that starts with {rest[:1]}", "put the text between quotes"
    if "unexpected end of stream" in said and "quoted scalar" in context:
        return "the quoted text that starts here has no end", "close the quotes"
    if "',' or ']'" in said or "',' or '}'" in said:
        return "the [ or { that starts here has no end", "close it, or put a text that holds commas between quotes"
    if "unknown escape character" in said:
        return "an unknown escape in double quotes", "double the backslash, or use single quotes"
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "did not find expected" in said and (value := _VALUE.match(line)):
        if value[1] in "'\"":
            return "a text that goes on behind its closing quote", "double the quotes inside, or use the other quotes"
        if value[1] in "*&!%@`":
            return f"a text without quotes that starts with {value[1]}", "put the text between quotes"
    if _TIGHT_HYPHEN.match(line):
        return "no space behind the hyphen", "write `- `"
    if "did not find expected" in said or "could not find expected" in said:
        return "this line does not fit the lines before it", "check its indentation, its ': ' and its quotes"
    return said, "see docs/format.md for the form"
