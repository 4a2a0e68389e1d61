"""Where a new entry goes: edits that put lines between the lines of a file and move no other byte.

The place is found in the file as it is parsed, so any indentation, line end and order that people use stays. An edit is
planned here and written by nobody: `adding` checks it first.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bibtexparser.model import Entry, ParsingFailedBlock

from phengraph.curate import write
from phengraph.curate.bibtex import split_bibliography
from phengraph.curate.markdown import Section, split_phenomenon
from phengraph.curate.read import PAPERS_FILE
from phengraph.curate.source import SourceFile, read_source
from phengraph.curate.tables import MODELS_FILE
from phengraph.curate.yamltext import Place, YamlText, read_yaml
from phengraph.identifiers import is_key, is_slug
from phengraph.model import Claim, Evidence, Model, Paper, Phenomenon
from phengraph.problems import PhengraphError, Problem, Severity
from phengraph.project import Project

AnyEntry = Evidence | Claim | Phenomenon | Paper | Model


class EditRefused(PhengraphError):
    """An entry cannot be added as asked; nothing is written, and the message says why."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A planned change of one file."""

    path: str
    """POSIX path relative to the project."""
    line: int
    """Where the entry begins in the changed file."""
    before: bytes | None
    """What the file holds; None when it is new."""
    after: bytes


def plan_addition(project: Project, entry: AnyEntry, *, changed: Mapping[str, bytes] | None = None) -> Edit:
    """The edit that adds an entry to the right file, at the right place.

    Evidence goes below the last of its claim, a claim below the last of its phenomenon, a paper or model where its key
    belongs when the file is sorted, else at the end; a phenomenon is a new file.

    Args:
        changed: contents of files by path, taken in place of what the disk has: edits that are not written yet.

    Raises:
        EditRefused: the file has errors, or the place cannot be found in it.
    """
    files = _Files(project, changed or {})
    if isinstance(entry, Evidence):
        return _add_evidence(files, entry)
    # The slug becomes a path.
    if isinstance(entry, Claim | Phenomenon):
        for slug in (entry.slug, entry.phenomenon if isinstance(entry, Claim) else entry.topic):
            if not is_slug(slug):
                raise EditRefused(f"'{slug}' is no slug; use lower-case words of a-z and 0-9, joined by single hyphens")
    elif not is_key(entry.key):
        raise EditRefused(f"'{entry.key}' is no key; use letters, digits and _ . : + -, as in smith2020title")
    if isinstance(entry, Claim):
        return _add_claim(files, entry)
    if isinstance(entry, Phenomenon):
        return _add_phenomenon(files, entry)
    if isinstance(entry, Paper):
        return _add_paper(files, entry)
    return _add_model(files, entry)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a project, with edits that are not written yet."""

    project: Project
    changed: Mapping[str, bytes]

    def open(self, path: str) -> _File:
        return _File(self.project, path, self.changed)

    def exists(self, path: str) -> bool:
        return path in self.changed or (self.project.root / path).exists()

    def phenomena(self) -> list[str]:
        """Paths of the phenomena's files."""
        found = {self.project.relative(path) for path in self.project.phenomena.glob("*.md")}
        return sorted(found | {path for path in self.changed if path.startswith("graph/phenomena/")})

    def read_bytes(self, path: str) -> bytes:
        return self.changed[path] if path in self.changed else (self.project.root / path).read_bytes()


class _File:
    """A file to be edited by lines: the text that the reader sees, and the bytes as they are."""

    def __init__(self, project: Project, path: str, changed: Mapping[str, bytes]) -> None:
        problems: list[Problem] = []
        source = read_source(project, project.root / path, problems, changed)
        errors = [problem for problem in problems if problem.severity is Severity.ERROR]
        if source is None or errors:
            raise EditRefused(f"{errors[0]}" if errors else f"{path} cannot be read")
        self.source: SourceFile = source
        self.before = _Files(project, changed).read_bytes(path)
        self._lines = self.before.decode("utf-8").split("\n")

    @property
    def line_end(self) -> str:
        return "\r\n" if self._lines[0].endswith("\r") else "\n"

    def line(self, number: int) -> str:
        """A line by its number, counted from 1, without its end."""
        return self._lines[number - 1].removesuffix("\r") if number <= len(self._lines) else ""

    def last_line(self) -> int:
        """The number of the last line that is not blank; 0 in an empty file."""
        return max((number for number in range(1, len(self._lines) + 1) if self.line(number).strip()), default=0)

    def insert(self, after: int, lines: list[str]) -> Edit:
        """Put lines below the line with this number (0: at the start)."""
        kept = self._lines[:after]
        rest = self._lines[after:]
        new = [line + self.line_end.removesuffix("\n") for line in lines]
        if after == len(self._lines):
            # The last line has no end yet, and the new last one gets none of its own either.
            kept[-1:] = [kept[-1] + self.line_end.removesuffix("\n")] if kept else []
            new[-1] = new[-1].removesuffix("\r")
        blank = next((index for index, line in enumerate(lines) if line.strip()), 0)
        after_text = "\n".join([*kept, *new, *rest])
        return Edit(self.source.path, after + 1 + blank, self.before, after_text.encode("utf-8"))

    def replace_line(self, number: int, line: str, below: list[str]) -> Edit:
        """Put another line in the place of one, and lines below it."""
        end = self.line_end.removesuffix("\n")
        lines = [*self._lines[: number - 1], line + end, *(row + end for row in below), *self._lines[number:]]
        return Edit(self.source.path, number + 1, self.before, "\n".join(lines).encode("utf-8"))


def _add_evidence(files: _Files, evidence: Evidence) -> Edit:
    file, section, yaml = _find_claim(files, evidence.claim)
    assert section.block is not None
    rows = yaml.part(("evidence",))
    assert isinstance(yaml.value, dict)
    fields = write.evidence_lines(evidence)
    if rows is None:
        indent = " " * (yaml.place.column - 1)
        return file.insert(yaml.place.last_line, [f"{indent}evidence:", *_dashed(f"{indent}  ", fields)])
    if not yaml.value["evidence"]:
        key_line, key_column = yaml.place_of(("evidence",), key=True)
        indent = " " * (key_column - 1)
        bare = re.sub(r"(evidence['\"]?\s*:)\s*\[\s*\](?=\s*(#|$))", r"\1", file.line(key_line))
        if rows.last_line != key_line:
            raise EditRefused(f"{file.source.path}:{key_line}: `evidence: [` goes on below; write it on one line first")
        return file.replace_line(key_line, bare, _dashed(f"{indent}  ", fields))
    parts = rows.parts
    assert isinstance(parts, list)
    dash = _dash_indent(file, parts[-1])
    if dash is None:
        place = f"{file.source.path}:{rows.line}"
        raise EditRefused(f"{place}: the evidence stands in [ ]; write it as lines with `- ` first")
    return file.insert(rows.last_line, _dashed(dash, fields))


def _dashed(indent: str, fields: list[str]) -> list[str]:
    return [f"{indent}- {fields[0]}", *(f"{indent}  {field}" for field in fields[1:])]


def _dash_indent(file: _File, element: Place) -> str | None:
    """The indentation of the dash of a list's element, or None when it has none."""
    for number in range(element.line, 0, -1):
        line = file.line(number)
        if match := re.match(r"(\s*)-(?:\s|$)", line):
            return match[1]
        # A dash may stand alone on a line above; nothing but blank lines and comments between.
        if number < element.line and line.strip() and not line.lstrip().startswith("#"):
            return None
        if number == element.line and line[: element.column - 1].strip():
            return None
    return None


def _find_claim(files: _Files, claim: str) -> tuple[_File, Section, YamlText]:
    """The file, the section and the block of a claim."""
    for path in files.phenomena():
        with contextlib.suppress(OSError):
            # Most files do not hold the word at all, and need no parsing.
            if claim.encode() not in files.read_bytes(path):
                continue
        file = files.open(path)
        for section in split_phenomenon(file.source, []).sections:
            if section.block is None:
                continue
            yaml = read_yaml(
                section.block.text,
                file.source.path,
                [],
                first_line=section.block.fence_line + 1,
                indent=section.block.indent,
            )
            if yaml is not None and isinstance(yaml.value, dict) and yaml.value.get("claim") == claim:
                return file, section, yaml
    raise EditRefused(f"no claim '{claim}' in graph/phenomena/")


def _add_claim(files: _Files, claim: Claim) -> Edit:
    file = files.open(f"graph/phenomena/{claim.phenomenon}.md")
    lines = write.claim_lines(claim)
    sections = split_phenomenon(file.source, []).sections
    claims = [section for section in sections if section.block and not _holds_notes(section.block.text)]
    if claims:
        last = claims[-1].block
        assert last is not None
        return file.insert(last.end_line, ["", *lines])
    if sections:
        return file.insert(sections[0].line - 1, [*lines, ""])
    return _append(file, lines)


def _holds_notes(text: str) -> bool:
    return re.search(r"^\s*notes\s*:", text, re.MULTILINE) is not None and "claim:" not in text


def _append(file: _File, lines: list[str]) -> Edit:
    """Put an entry at the end, with one blank line before it and a line end behind it."""
    last = file.last_line()
    edit = file.insert(last, ["", *lines] if last else lines)
    ends = edit.after.endswith(b"\n")
    return edit if ends else Edit(edit.path, edit.line, edit.before, edit.after + file.line_end.encode())


def _add_phenomenon(files: _Files, phenomenon: Phenomenon) -> Edit:
    path = f"graph/phenomena/{phenomenon.slug}.md"
    if files.exists(path):
        raise EditRefused(f"{path} is there already; add a claim to it, or choose another --slug")
    text = "\n".join([*write.phenomenon_lines(phenomenon), ""])
    return Edit(path, 1, None, text.encode("utf-8"))


def _add_paper(files: _Files, paper: Paper) -> Edit:
    file = files.open(f"graph/{PAPERS_FILE}")
    bibliography = _bibliography(file.source.text)
    entries = bibliography.entries
    lines = write.paper_lines(paper)
    edit = None
    if bibliography.is_sorted and (later := [entry for entry in entries if entry.key > paper.key]):
        place = len(entries) - len(later)
        if place == 0:
            edit = file.insert(later[0].first_line - 1, [*lines, ""])
        # Another entry may begin on the line on which the one above ends.
        elif not file.line(end := entries[place - 1].last_line).strip().strip("})"):
            edit = file.insert(end, ["", *lines])
    edit = edit or _append(file, lines)
    bibliography.remember(edit, paper.key, len(lines))
    return edit


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry of a bibliography stands, by its first and last line, counted from 1."""

    key: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class _Bibliography:
    """The entries of a bibliography in the order of the file."""

    entries: tuple[_Place, ...]
    is_sorted: bool
    is_whole: bool
    """Nothing in it is broken: each entry stands by itself, and one more changes none."""

    def remember(self, edit: Edit, key: str, lines: int) -> None:
        """Know the bibliography that an edit makes, so that the next paper costs no reading of all the others."""
        before, after = edit.before, edit.after
        if not self.is_whole or before is None:
            return
        more = after.count(b"\n") - before.count(b"\n")
        above = tuple(entry for entry in self.entries if entry.first_line < edit.line)
        below = tuple(
            _Place(entry.key, entry.first_line + more, entry.last_line + more) for entry in self.entries[len(above) :]
        )
        entries = (*above, _Place(key, edit.line, edit.line + lines - 1), *below)
        _KNOWN[hashlib.sha256(after).digest()] = _Bibliography(entries, _is_sorted(entries), True)
        while len(_KNOWN) > _KNOWN_LIMIT:
            _KNOWN.pop(next(iter(_KNOWN)))


_KNOWN: dict[bytes, _Bibliography] = {}
_KNOWN_LIMIT = 4


def _bibliography(text: str) -> _Bibliography:
    known = _KNOWN.get(hashlib.sha256(text.encode("utf-8")).digest())
    if known is not None:
        return known
    blocks = split_bibliography(text).blocks
    entries = tuple(
        _Place(block.key, line, line + (block.raw or "").rstrip().count("\n"))
        for block in blocks
        if isinstance(block, Entry)
        for line in [(block.start_line or 0) + 1]
    )
    is_whole = not any(isinstance(block, ParsingFailedBlock) for block in blocks)
    return _Bibliography(entries, _is_sorted(entries), is_whole)


def _is_sorted(entries: Sequence[_Place]) -> bool:
    keys = [entry.key for entry in entries]
    return bool(keys) and keys == sorted(keys)


def _add_model(files: _Files, model: Model) -> Edit:
    file = files.open(f"graph/{MODELS_FILE}")
    yaml = read_yaml(file.source.text, file.source.path, [])
    rows = yaml.part(("models",)) if yaml else None
    if yaml is None or rows is None:
        raise EditRefused(f"{file.source.path} has no `models:`; add that line first")
    fields = write.model_lines(model)
    keys = rows.keys or {}
    if not keys:
        line, column = yaml.place_of(("models",), key=True)
        bare = re.sub(r"(models['\"]?\s*:)\s*\{\s*\}(?=\s*(#|$))", r"\1", file.line(line))
        indent = " " * (column + 1)
        return file.replace_line(line, bare, [f"{indent}{model.key}:", *(f"{indent}  {field}" for field in fields)])
    names = list(keys)
    earlier = [name for name in names if name < model.key] if names == sorted(names) else names
    above = earlier[-1] if earlier else None
    place = rows.parts[above if above is not None else names[0]] if isinstance(rows.parts, dict) else None
    key_line, key_column = keys[above if above is not None else names[0]]
    if place is None or file.line(key_line)[: key_column - 1].strip() or place.line == key_line:
        raise EditRefused(f"{file.source.path}:{key_line}: the models stand in {{ }}; write them as lines first")
    indent, inner = " " * (key_column - 1), " " * (place.column - 1)
    lines = [f"{indent}{write.scalar(model.key)}:", *(f"{inner}{field}" for field in fields)]
    if above is None:
        return file.insert(key_line - 1, lines)
    return file.insert(place.last_line, lines)
