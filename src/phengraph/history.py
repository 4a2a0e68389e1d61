"""What changed between two states of a project: statuses that moved and why, entries, counts that jumped.

Entries have names and files have no places here, so a change is a difference of sets: what only the one state has,
what only the other has, and what both have with other values. Lines are no part of it: moving an entry is no change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phengraph.model import CitationCount, Evidence, Review, StatusRecord
from phengraph.states import State

# A count that is told: at least this many citations more (or fewer), and at least this share of what it was.
JUMP_CITATIONS = 10
JUMP_SHARE = 0.1
_SHORT = 60

KINDS = ("phenomena", "claims", "evidence", "papers", "models", "topics", "notes")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry that was edited."""

    name: str
    before: str | None
    """The value in short, or None when it was absent."""
    after: str | None
    in_full: bool
    """Whether both values are here in full: long texts and conditions are only said to have changed."""


@dataclass(frozen=True, slots=True)
class EntryChange:
    """An entry that came, went or was edited."""

    kind: str
    """`claims`, `evidence`, ...: a field of `Knowledge`."""
    name: str
    how: str
    """`added`, `removed` or `edited`; of evidence also `accepted`, `rejected`, `retired` or `proposed` when its review
    state is what changed."""
    fields: tuple[FieldChange, ...]
    """What was edited, in the order of the model."""


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A claim whose label moved."""

    claim: str
    before: StatusRecord
    after: StatusRecord
    evidence: tuple[EntryChange, ...]
    """What changed of its evidence."""
    why: str
    """One sentence: what moved it."""


@dataclass(frozen=True, slots=True)
class CountJump:
    """A paper whose citations jumped."""

    paper: str
    before: CitationCount
    after: CitationCount


@dataclass(frozen=True)
class Changes:
    """All that changed from one state to another."""

    since: State
    until: State
    statuses: tuple[StatusChange, ...]
    """In the order of the claims."""
    entries: tuple[EntryChange, ...]
    """By kind as in `KINDS`, then added, edited, removed, each in the order in which entries are shown."""
    jumps: tuple[CountJump, ...]
    """Largest first."""

    def of(self, kind: str) -> tuple[EntryChange, ...]:
        """The changed entries of one kind."""
        return tuple(change for change in self.entries if change.kind == kind)

    @property
    def is_empty(self) -> bool:
        return not (self.statuses or self.entries or self.jumps)

    def __repr__(self) -> str:
        told = f"{len(self.statuses)} statuses, {len(self.entries)} entries, {len(self.jumps)} counts"
        return f"<changes from {self.since.title} to {self.until.title}: {told}>"


def compare_states(since: State, until: State) -> Changes:
    """What changed from `since` to `until`."""
    entries = tuple(change for kind in KINDS for change in _entry_changes(kind, since, until))
    return Changes(since, until, tuple(_status_changes(since, until, entries)), entries, tuple(_jumps(since, until)))


def _entry_changes(kind: str, since: State, until: State) -> Iterator[EntryChange]:
    before: Mapping[str, Any] = getattr(since.knowledge, kind)
    after: Mapping[str, Any] = getattr(until.knowledge, kind)
    yield from (EntryChange(kind, name, "added", ()) for name in after if name not in before)
    for name in after:
        if name in before and (fields := tuple(_fields(before[name], after[name]))):
            yield EntryChange(kind, name, _how(before[name], after[name]), fields)
    yield from (EntryChange(kind, name, "removed", ()) for name in before if name not in after)


def _how(before: Any, after: Any) -> str:
    if isinstance(after, Evidence) and before.review is not after.review:
        return str(after.review)
    return "edited"


def _fields(before: Any, after: Any) -> Iterator[FieldChange]:
    for field in dataclasses.fields(before):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if field.name != "source" and one != other:
            before_text, after_text = _short(one), _short(other)
            in_full = (before_text is None) is (one is None) and (after_text is None) is (other is None)
            yield FieldChange(field.name, before_text, after_text, in_full)


def _short(value: Any) -> str | None:
    """A value as a person reads it in a line, or None when it is absent or too much for one."""
    if isinstance(value, tuple) and value and all(isinstance(part, str) for part in value):
        value = ", ".join(value)
    text = str(value) if isinstance(value, str | int) else None
    return text if text is not None and len(text) <= _SHORT and "\n" not in text else None


def _status_changes(since: State, until: State, entries: tuple[EntryChange, ...]) -> Iterator[StatusChange]:
    for slug, after in until.statuses.items():
        before = since.statuses.get(slug)
        if before is None or before.status is after.status:
            continue
        moved = tuple(
            change for change in entries if change.kind == "evidence" and _evidence(change, since, until).claim == slug
        )
        yield StatusChange(slug, before, after, moved, _why(moved, slug, since, until))


def _evidence(change: EntryChange, since: State, until: State) -> Evidence:
    return (since if change.how == "removed" else until).knowledge.evidence[change.name]


def _why(moved: tuple[EntryChange, ...], slug: str, since: State, until: State) -> str:
    told = []
    for change in moved:
        one = _evidence(change, since, until)
        if change.how == "added" and one.review is not Review.ACCEPTED:
            continue
        earlier = since.knowledge.evidence.get(change.name)
        if change.how == "edited" and earlier is not None and earlier.stance is not one.stance:
            told.append(f"{one.paper} now {one.stance} it and no longer {earlier.stance}")
        else:
            told.append(f"the evidence of {one.paper} that {one.stance} it was {change.how}")
    if told:
        return "; ".join(told)
    if since.rule != until.rule:
        return "the weights or the line of the rule changed in phengraph.toml"
    return "papers of its evidence are now counted as other teams"


def _jumps(since: State, until: State) -> Iterator[CountJump]:
    found = [
        CountJump(key, before, after)
        for key, after in until.counts.items()
        if (before := since.counts.get(key)) is not None
        and abs(after.citations - before.citations) >= max(JUMP_CITATIONS, JUMP_SHARE * before.citations)
    ]
    yield from sorted(found, key=lambda jump: (-abs(jump.after.citations - jump.before.citations), jump.paper))
