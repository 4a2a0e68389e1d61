"""Decisions: what curators said of suggestions, one JSON line each in `graph/decisions/CURATOR.jsonl`.

A file a curator, its lines sorted, so that two curators never edit one file and one curator's two clones put their
lines at different places; `.gitattributes` lets git keep the lines of both (`merge=union`). Decisions are people's
work: they are written by `phengraph review`, may be written and mended by hand, and are checked like all of graph/.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from phengraph.curate.source import SourceFile, read_source, refused_character
from phengraph.identifiers import is_slug, make_slug
from phengraph.model import CitingPaper, Decision, Source, Stance, Verdict
from phengraph.problems import Problem, Severity, nearest, sort_problems
from phengraph.project import Project

FOLDER = "graph/decisions"
KEYS = ("claim", "paper", "verdict", "stance", "on", "curator", "title")
"""Keys of a line in their order; claim and paper first, so that sorted lines stand together by claim."""

# A line has some 200 bytes: a curator may decide on a quarter of a million suggestions.
_BYTES_AT_LEAST = 50_000_000
_PAPER = re.compile(r"CorpusId:[1-9]\d{0,11}\Z|S2:[!-~]{1,100}\Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_TWICE = object()
# A suggestion compares a slug with every claim; beyond this many unknown ones nobody reads them.
_SUGGESTIONS_LIMIT = 50

Pair = tuple[str, str]
"""A claim's slug and a paper's name, as decisions have them."""


def paper_names(paper: CitingPaper) -> tuple[str, ...]:
    """The names under which decisions may know a paper; the first is the one to write.

    A paper that Semantic Scholar gave a corpus id only later may have been decided on under its other id.

    >>> paper_names(CitingPaper("0123abcd", 123, "Made-up paper on widgets"))
    ('CorpusId:123', 'S2:0123abcd')
    """
    names = [f"CorpusId:{paper.corpus_id}"] if paper.corpus_id else []
    return (*names, f"S2:{paper.s2_id}") if paper.s2_id else tuple(names)


def curator_slug(name: str) -> str:
    """The name of a curator's file, without its suffix.

    A name without an ASCII letter becomes a digest, the same on every machine.

    >>> curator_slug("Ada Alpha"), curator_slug("王小明")
    ('ada-alpha', 'curator-acf979cc')
    """
    return make_slug(name) or f"curator-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def decisions_path(curator: str) -> str:
    """The file of a curator's decisions, as a path in the project."""
    return f"{FOLDER}/{curator_slug(curator)}.jsonl"


def standing(decisions: Iterable[Decision]) -> dict[Pair, Decision]:
    """The decision that holds for each claim and paper, where curators or clones made several.

    A word on the matter goes before `later`, then the newer before the older, then `accepted` before `not about`.
    """
    found: dict[Pair, Decision] = {}
    for one in decisions:
        pair = one.claim, one.paper
        if pair not in found or _weight(one) > _weight(found[pair]):
            found[pair] = one
    return found


def _weight(decision: Decision) -> tuple[bool, str, bool]:
    return decision.verdict is not Verdict.LATER, decision.on, decision.verdict is Verdict.ACCEPTED


def decision_line(decision: Decision) -> str:
    """The line of a decision, without its end."""
    values = {key: getattr(decision, key) for key in KEYS}
    return json.dumps({key: value for key, value in values.items() if value}, ensure_ascii=False)


def read_decisions(
    project: Project, *, claims: Collection[str] | None = None, changed: Mapping[str, bytes] | None = None
) -> tuple[tuple[Decision, ...], list[Problem]]:
    """All decisions, by file and line, and what is wrong in their files.

    Never raises for what the files hold: a line that is no decision is a problem at its place and is left out. A
    project without the folder has no decisions.

    Args:
        claims: slugs of the project's claims; a decision on another is told as a warning. None when they are not known.
        changed: contents by path, read in place of what the disk has.
    """
    problems: list[Problem] = []
    decisions: list[Decision] = []
    for path in _files(project, problems, changed or {}):
        source = read_source(project, path, problems, changed or {}, bytes_at_least=_BYTES_AT_LEAST)
        if source is not None:
            decisions += _read_file(source, path.stem, problems)
    _tell_twice(decisions, problems)
    if claims is not None:
        _tell_strangers(decisions, claims, problems)
    return tuple(decisions), sort_problems(problems)


def put_decision(content: bytes | None, decision: Decision) -> bytes:
    """The content of a curator's file with the decision in it, at its place among the sorted lines.

    A former decision of this file on the same claim and paper gives way; every other line stays as it is.

    Args:
        content: what the file holds; None when it is new.
    """
    lines = [line for line in _lines_of(content) if not _is_on(line, decision.claim, decision.paper)]
    new = decision_line(decision).encode("utf-8")
    place = next((number for number, line in enumerate(lines) if line > new), len(lines))
    return b"".join(line + b"\n" for line in [*lines[:place], new, *lines[place:]])


def remove_decision(content: bytes, claim: str, paper: str) -> bytes:
    """The content of a curator's file without the decision on a claim and paper; every other line stays as it is."""
    return b"".join(line + b"\n" for line in _lines_of(content) if not _is_on(line, claim, paper))


def _lines_of(content: bytes | None) -> list[bytes]:
    lines = (content or b"").split(b"\n")
    return lines if lines[-1] else lines[:-1]


def _is_on(line: bytes, claim: str, paper: str) -> bool:
    # Most lines do not hold the paper at all, and need no parsing.
    if paper.encode() not in line:
        return False
    try:
        values = json.loads(line)
    except ValueError:
        return False
    return isinstance(values, dict) and (values.get("claim"), values.get("paper")) == (claim, paper)


def _files(project: Project, problems: list[Problem], changed: Mapping[str, bytes]) -> list[Path]:
    folder = project.root / FOLDER
    files = []
    new = [project.root / path for path in changed if path.startswith(f"{FOLDER}/")]
    for path in sorted({*(folder.iterdir() if folder.is_dir() else ()), *new}):
        if path.name.startswith(".") or path.name == "README.md":
            continue
        if path.suffix == ".jsonl" and is_slug(path.stem):
            files.append(path)
            continue
        name = path.name.encode("utf-8", "replace").decode("utf-8")
        mend = "decisions are graph/decisions/CURATOR.jsonl, with the curator's name as a slug; rename or remove it"
        problems.append(Problem(f"{FOLDER}/{name}", 0, 0, Severity.WARNING, "this is not read", mend))
    return files


def _read_file(source: SourceFile, slug: str, problems: list[Problem]) -> list[Decision]:
    decisions = []
    for number, line in enumerate(source.text.split("\n"), 1):
        if line.strip():
            reader = _Line(source.path, number, line, problems)
            if (decision := reader.decision(slug)) is not None:
                decisions.append(decision)
    return decisions


def _tell_strangers(decisions: list[Decision], claims: Collection[str], problems: list[Problem]) -> None:
    """Tell decisions on claims that the project does not have: a misspelt slug, or one that was removed since."""
    known = sorted(claims)
    mends: dict[str, str] = {}
    for one in decisions:
        if one.claim in claims:
            continue
        if one.claim not in mends:
            suggestion = nearest(one.claim, known) if len(mends) < _SUGGESTIONS_LIMIT else None
            mends[one.claim] = f"did you mean '{suggestion}'?" if suggestion else "the line has no effect, remove it"
        message = f"unknown claim '{one.claim}'"
        problems.append(Problem(one.source.path, one.source.line, 0, Severity.WARNING, message, mends[one.claim]))


def _tell_twice(decisions: list[Decision], problems: list[Problem]) -> None:
    """Tell decisions that a merge, or two curators, made on the same claim and paper."""
    first_in_file: dict[tuple[str, str, str], Decision] = {}
    first_word: dict[Pair, Decision] = {}
    for one in decisions:
        path, line = one.source.path, one.source.line
        former = first_in_file.setdefault((path, one.claim, one.paper), one)
        if former is not one:
            message = f"a decision on this claim and paper is there already, on line {former.source.line}"
            problems.append(Problem(path, line, 0, Severity.WARNING, message, "keep the line that holds"))
        elif one.verdict is not Verdict.LATER:
            other = first_word.setdefault((one.claim, one.paper), one)
            if other.verdict is not one.verdict:
                place = f"{other.source.path}:{other.source.line}"
                message = f"'{one.verdict}' here, '{other.verdict}' at {place}"
                mend = "the newer holds; when you agree, remove the other"
                problems.append(Problem(path, line, 0, Severity.WARNING, message, mend))


class _Line:
    """One line that should be a decision."""

    def __init__(self, path: str, number: int, text: str, problems: list[Problem]) -> None:
        self._place = path, number
        self._text = text
        self._problems = problems
        self._faults = 0

    def decision(self, slug: str) -> Decision | None:
        """The decision, or None with every mistake told."""
        values = self._values()
        if values is None:
            return None
        for key, value in values.items():
            if key not in KEYS:
                suggestion = nearest(key, KEYS)
                mend = f"did you mean '{suggestion}'?" if suggestion else f"known are {', '.join(KEYS)}"
                self._tell(key, f"unknown key '{key[:40]}'", mend)
            elif value is _TWICE:
                self._tell(key, f"the key '{key}' is there twice", "keep one")
            elif not isinstance(value, str) or not value.strip():
                self._tell(key, f"'{key}' must be text", "write it between quotes")
            elif character := refused_character(value):
                self._tell(key, f"'{key}' holds {character}", "remove it")
            elif _SURROGATE.search(value):
                self._tell(key, f"'{key}' holds half of a character", "remove it")
        for key in KEYS:
            if key not in values and key not in ("stance", "title"):
                self._tell("", f"the key '{key}' is missing", f'add "{key}": "..."')
        return None if self._faults else self._checked(values, slug)

    def _checked(self, values: dict[str, str], slug: str) -> Decision | None:
        claim, paper, on, curator = (values[key] for key in ("claim", "paper", "on", "curator"))
        if not is_slug(claim):
            self._tell("claim", f"'{claim}' is no slug", "write the claim's slug, as in its `claim:`")
        if not _PAPER.match(paper):
            mend = "write CorpusId:123, or S2: and its id at Semantic Scholar; `phengraph suggestions` shows it"
            self._tell("paper", f"'{paper}' is no paper of Semantic Scholar", mend)
        if not _is_day(on):
            self._tell("on", f"'{on}' is no date", "write it as 2026-09-01")
        if "@" in curator:
            self._tell("curator", "'curator' holds an address", "write a name")
        elif curator_slug(curator) != slug:
            mend = f"move the line to {decisions_path(curator)}"
            self._tell("curator", f"a decision of '{curator}' in the file of '{slug}'", mend, Severity.WARNING)
        verdict = self._word("verdict", values["verdict"], [str(one) for one in Verdict])
        stance = values.get("stance")
        if stance is not None:
            stance = self._word("stance", stance, [str(one) for one in Stance])
        if verdict == Verdict.ACCEPTED and "stance" not in values:
            self._tell("verdict", "'accepted' without a stance", 'add "stance": "supports", or what it does')
        elif verdict is not None and verdict != Verdict.ACCEPTED and "stance" in values:
            self._tell("stance", f"a stance of what is '{verdict}'", 'remove it, or write "verdict": "accepted"')
        if self._faults or verdict is None:
            return None
        return Decision(
            claim=claim,
            paper=paper,
            verdict=Verdict(verdict),
            stance=None if stance is None else Stance(stance),
            curator=" ".join(curator.split()),
            on=on,
            source=Source(*self._place),
            title=values.get("title", ""),
        )

    def _values(self) -> dict[str, Any] | None:
        try:
            values = json.loads(self._text, object_pairs_hook=_pairs)
        except json.JSONDecodeError as error:
            mend = 'write {"claim": ..., "paper": ..., "verdict": ..., "on": ..., "curator": ...} on one line'
            self._problem(error.colno, f"no JSON: {error.msg}", mend)
            return None
        except (RecursionError, ValueError):
            # Brackets without end, or a number of more digits than Python reads.
            values = None
        if not isinstance(values, dict):
            mend = "write one decision a line, as docs/format.md shows"
            self._problem(1, "no JSON object", mend)
            return None
        return values

    def _word(self, key: str, word: str, known: list[str]) -> str | None:
        if word in known:
            return word
        suggestion = nearest(word, known)
        mend = f"did you mean '{suggestion}'?" if suggestion else f"known are {', '.join(known)}"
        self._tell(key, f"unknown {key} '{word[:40]}'", mend)
        return None

    def _tell(self, key: str, message: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        column = self._text.find(json.dumps(key, ensure_ascii=False)) + 1 if key else 0
        self._problem(column, message, mend, severity)

    def _problem(self, column: int, message: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        self._faults += severity is Severity.ERROR
        self._problems.append(Problem(*self._place, column, severity, message, mend))


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        values[key] = _TWICE if key in values else value
    return values


def _is_day(text: str) -> bool:
    try:
        return _DAY.match(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
