"""Changes in sentences: for the terminal, as Markdown, and as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phengraph.export.markdown import escape
from phengraph.history import KINDS, Changes, CountJump, EntryChange, FieldChange, StatusChange
from phengraph.model import Claim, Evidence, Note, Paper, Review
from phengraph.query.places import printable

_NOUNS = {
    "phenomena": ("phenomenon", "phenomena"),
    "claims": ("claim", "claims"),
    "evidence": ("piece of evidence", "pieces of evidence"),
    "papers": ("paper", "papers"),
    "models": ("model", "models"),
    "topics": ("topic", "topics"),
    "notes": ("note on the source list", "notes on the source list"),
}
_PREFIXES = {
    "phenomena": "phenomenon", "claims": "claim", "evidence": "evidence", "papers": "paper", "models": "model",
    "topics": "topic", "notes": "note",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Writer:
    """How a form writes what the data says and what we say."""

    quoted: Callable[[str], str]
    """Text from the data."""
    name: Callable[[str], str]
    """A name of an entry, as it is typed."""
    strong: Callable[[str], str]


_TEXT = _Writer(lambda text: printable(text, keep_lines=False), lambda name: printable(name), lambda word: word)
_MARKDOWN = _Writer(escape, lambda name: f"`{name.replace('`', '')}`", lambda word: f"**{word}**")


def _count(number: int, kind: str) -> str:
    return f"{number:,} {_NOUNS[kind][number != 1]}"


def summary(changes: Changes) -> str:
    """The numbers in one line: `2 statuses moved; 1 claim added; 3 pieces of evidence added, 1 retired`."""
    told = []
    if changes.statuses:
        told.append("1 status moved" if len(changes.statuses) == 1 else f"{len(changes.statuses)} statuses moved")
    for kind in KINDS:
        by_how: dict[str, int] = {}
        for change in changes.of(kind):
            by_how[change.how] = by_how.get(change.how, 0) + 1
        if by_how:
            (first, number), *rest = by_how.items()
            told.append(", ".join([f"{_count(number, kind)} {first}", *(f"{n} {how}" for how, n in rest)]))
    if changes.jumps:
        told.append("1 count jumped" if len(changes.jumps) == 1 else f"{len(changes.jumps)} counts jumped")
    return "; ".join(told) or "nothing changed"


def changes_as_text(changes: Changes) -> str:
    """Sentences for the terminal; the numbers stand on the last line."""
    lines = [_title(changes, _TEXT)]
    for heading, sentences in _sections(changes, _TEXT):
        lines += ["", heading]
        for sentence, *more in sentences:
            lines += [f"  {sentence}", *(f"      {one}" for one in more)]
    return "\n".join([*lines, "", summary(changes), ""])


def changes_as_markdown(changes: Changes) -> str:
    """Headings and lists; nothing of the data becomes markup."""
    lines = [f"## {_title(changes, _MARKDOWN)}"]
    for heading, sentences in _sections(changes, _MARKDOWN):
        lines += ["", f"### {heading}", ""]
        for sentence, *more in sentences:
            lines += [f"- {sentence}", *(f"  - {one}" for one in more)]
    return "\n".join([*lines, "", f"{summary(changes).capitalize()}.", ""])


def _title(changes: Changes, write: _Writer) -> str:
    return f"Changes from {write.quoted(changes.since.title)} to {write.quoted(changes.until.title)}"


def _sections(changes: Changes, write: _Writer) -> Iterator[tuple[str, list[list[str]]]]:
    """Headings with sentences; of a sentence the first text stands out, the others are under it."""
    if changes.statuses:
        yield "Statuses", [_status_sentences(change, changes, write) for change in changes.statuses]
    for kind in KINDS:
        some = changes.of(kind)
        if some:
            heading = _NOUNS[kind][1]
            yield heading[0].upper() + heading[1:], [_entry_sentences(change, changes, write) for change in some]
    if changes.jumps:
        yield "Citations", [_jump_sentences(jump, changes, write) for jump in changes.jumps]


def _status_sentences(change: StatusChange, changes: Changes, write: _Writer) -> list[str]:
    claim = changes.until.knowledge.claims[change.claim]
    moved = write.strong(f"{change.before.status.capitalize()} -> {change.after.status.capitalize()}")
    return [
        f"{moved}: {write.quoted(claim.label)} ({write.name(f'claim/{claim.slug}')})",
        f"because {write.quoted(change.why)}",
        f"now: {change.after.reason}",
        f"before: {change.before.reason}",
    ]


def _entry_sentences(change: EntryChange, changes: Changes, write: _Writer) -> list[str]:
    state = changes.since if change.how == "removed" else changes.until
    entry = getattr(state.knowledge, change.kind)[change.name]
    how = change.how.capitalize()
    if change.how == "added" and isinstance(entry, Evidence) and entry.review is not Review.ACCEPTED:
        how = f"Added as {entry.review}"
    name = write.name(f"{_PREFIXES[change.kind]}/{change.name}")
    told = [f"{write.strong(how)}: {_described(entry, state.knowledge.claims, write)} ({name})"]
    if change.fields:
        told.append("; ".join(_field_words(field, write) for field in change.fields))
    return told


def _field_words(field: FieldChange, write: _Writer) -> str:
    name = field.name.replace("_", " ")
    if not field.in_full:
        return f"{name} changed"
    if field.before is None:
        return f"{name} set to {write.quoted(field.after or '')}"
    if field.after is None:
        return f"{name} taken away, was {write.quoted(field.before)}"
    return f"{name} {write.quoted(field.before)} -> {write.quoted(field.after)}"


def _described(entry: Any, claims: Mapping[str, Claim], write: _Writer) -> str:
    if isinstance(entry, Evidence):
        claim = claims[entry.claim]
        verb = "is inconclusive about" if entry.stance == "inconclusive" else str(entry.stance)
        return f"{write.name(entry.paper)} {verb} {write.quoted(claim.label)}: {write.quoted(entry.finding)}"
    if isinstance(entry, Paper):
        return write.quoted(entry.title)
    if isinstance(entry, Note):
        return write.quoted(entry.fact)
    return write.quoted(entry.label)


def _jump_sentences(jump: CountJump, changes: Changes, write: _Writer) -> list[str]:
    paper = changes.until.knowledge.papers.get(jump.paper)
    gained = jump.after.citations - jump.before.citations
    title = write.quoted(paper.title if paper else jump.paper)
    return [
        f"{write.strong(f'{gained:+,}')}: {title} ({write.name(f'paper/{jump.paper}')}), "
        f"{jump.before.citations:,} on {jump.before.date}, {jump.after.citations:,} on {jump.after.date}"
    ]


def changes_as_json(changes: Changes) -> str:
    """One object: since, until, statuses, entries, counts; the names of keys are a contract."""
    content = {
        "since": _state(changes.since),
        "until": _state(changes.until),
        "statuses": [
            {
                "claim": change.claim,
                "before": str(change.before.status),
                "after": str(change.after.status),
                "why": change.why,
                "reason_before": change.before.reason,
                "reason_after": change.after.reason,
            }
            for change in changes.statuses
        ],
        "entries": [dataclasses.asdict(change) for change in changes.entries],
        "counts": [
            {"paper": jump.paper, "before": dataclasses.asdict(jump.before), "after": dataclasses.asdict(jump.after)}
            for jump in changes.jumps
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _state(state: Any) -> dict[str, Any]:
    return {"name": state.name, "commit": state.commit, "date": state.date, "unread": state.unread}


FORMS: Mapping[str, Callable[[Changes], str]] = {
    "text": changes_as_text,
    "markdown": changes_as_markdown,
    "json": changes_as_json,
}
