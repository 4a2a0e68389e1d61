"""What a refresh brought, as people want to hear it: news, not a log; in words, Markdown and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JUMP = 10
"""More citations by this many are a jump, whatever the count was before."""
JUMP_SHARE = 0.5
"""So is a count that grew by this share."""
_NAMED = 5
"""More than so many papers are counted rather than named."""


def is_jump(before: int, after: int) -> bool:
    """Whether a count has jumped: by 10, or by half.

    >>> is_jump(100, 112), is_jump(100, 108), is_jump(4, 6), is_jump(0, 3)
    (True, False, True, False)
    """
    return after - before >= JUMP or (before > 0 and after - before >= before * JUMP_SHARE)


@dataclass(slots=True)
class News:
    """What came, by key of the tracked paper."""

    requests: int = 0
    papers: int = 0
    known: int = 0
    """Papers that Semantic Scholar has."""
    complete: int = 0
    """Papers all of whose citations are recorded."""
    first: dict[str, int] = field(default_factory=dict)
    """Papers recorded for the first time, with how many citations."""
    new: dict[str, int] = field(default_factory=dict)
    influential: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Counts that changed: before and after."""
    unknown: list[str] = field(default_factory=list)
    """Papers that Semantic Scholar does not have."""
    lost: list[str] = field(default_factory=list)
    """Those of them that it had before."""
    merged: list[str] = field(default_factory=list)
    """Papers that have another id since this refresh."""
    incomplete: list[str] = field(default_factory=list)
    left: int = 0
    """Papers whose turn did not come: the budget was spent, or the refresh was stopped."""
    warnings: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    """Papers that were left alone because their records are broken."""
    stopped: str | None = None
    """Why the refresh ended early, with the next step; None when it did not."""
    stop: str = ""
    """Of what kind the stop is: `budget`, `service`, `key`, `interrupted`."""

    @property
    def jumps(self) -> dict[str, int]:
        """By how much counts jumped, the biggest first."""
        found = {key: after - before for key, (before, after) in self.counts.items() if is_jump(before, after)}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    @property
    def falls(self) -> dict[str, int]:
        """By how much counts fell, the biggest first."""
        found = {key: before - after for key, (before, after) in self.counts.items() if after < before}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def sentences(self) -> list[str]:
        """The news, one piece each, the most wanted first; never empty."""
        parts = []
        new = sum(self.new.values())
        if new:
            influential = sum(self.influential.values())
            told = f", {influential} influential" if influential else ""
            parts.append(f"{_many(new, 'new citation')} of {_many(len(self.new), 'paper')}{told}")
        if self.first:
            total = sum(self.first.values())
            parts.append(f"first record of {_many(len(self.first), 'paper')} with {_many(total, 'citation')}")
        parts += self._named(self.jumps, "jumped by {}", "jumped")
        parts += self._named(self.falls, "fell by {}", "fell")
        removed = sum(self.removed.values())
        if removed:
            parts.append(f"{_many(removed, 'citation')} gone from {_many(len(self.removed), 'paper')}")
        if self.lost:
            parts.append(f"lost by Semantic Scholar: {_names(self.lost)}")
        if self.merged:
            parts.append(f"under a new id: {_names(self.merged)}")
        if self.unknown:
            parts.append(f"{_many(len(self.unknown), 'paper')} unknown to Semantic Scholar")
        if self.incomplete:
            parts.append(f"not all citations to be had of {_names(self.incomplete)}")
        if not parts or (len(parts) == 1 and self.unknown and not new):
            parts.insert(0, "no news")
        return parts

    @staticmethod
    def _named(changes: Mapping[str, int], words: str, verb: str) -> list[str]:
        if len(changes) <= _NAMED:
            return [f"{key} {words.format(amount)}" for key, amount in changes.items()]
        (key, amount), *others = changes.items()
        return [f"{key} {words.format(amount)} and {len(others)} others {verb}"]

    def text(self) -> str:
        """The news as one line."""
        return f"{'; '.join(self.sentences())} ({_many(self.requests, 'request')})\n"

    def markdown(self) -> str:
        """The news as Markdown, for an issue or a chat."""
        lines = [f"**{self.sentences()[0]}**", ""]
        lines += [f"- {sentence}" for sentence in self.sentences()[1:]]
        if self.new:
            lines += ["", "| paper | new citations | influential | count |", "|---|---:|---:|---:|"]
            for key, amount in sorted(self.new.items(), key=lambda one: (-one[1], one[0])):
                before, after = self.counts.get(key, (None, None))
                count = f"{before} → {after}" if after is not None else ""
                lines.append(f"| `{key}` | {amount} | {self.influential.get(key, 0)} | {count} |")
        lines += ["", *(f"> {_as_text(line)}" for line in self.warnings)] if self.warnings else []
        told = f"{_many(self.requests, 'request')}; {self.known} of {_many(self.papers, 'paper')} known"
        return "\n".join([*lines, "", f"_{told} to Semantic Scholar, {self.complete} complete._", ""])

    def json(self) -> str:
        """The news as a JSON object; every name is always there."""
        values: dict[str, Any] = {
            "requests": self.requests,
            "papers": self.papers,
            "known": self.known,
            "complete": self.complete,
            "first": self.first,
            "new": self.new,
            "influential": self.influential,
            "removed": self.removed,
            "counts": {key: {"before": before, "after": after} for key, (before, after) in self.counts.items()},
            "jumps": self.jumps,
            "falls": self.falls,
            "unknown": self.unknown,
            "lost": self.lost,
            "merged": self.merged,
            "incomplete": self.incomplete,
            "left": self.left,
            "broken": self.broken,
            "warnings": self.warnings,
            "stopped": self.stopped,
            "sentences": self.sentences(),
        }
        return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _as_text(line: str) -> str:
    """A line as Markdown that shows it as it is: titles in it come from outside, and link, mention and close nothing.

    >>> _as_text("has '[x](http://y) @ada fixes #1 <b>' under it")
    "has '\\\\[x\\\\](http://y) &#64;ada fixes \\\\#1 \\\\<b\\\\>' under it"
    """
    return re.sub(r"([\\`*_{}\[\]<>#|!])", r"\\\1", line).replace("@", "&#64;")


def _names(keys: list[str]) -> str:
    if len(keys) <= _NAMED:
        return ", ".join(keys)
    return f"{', '.join(keys[:_NAMED])} and {len(keys) - _NAMED} others"
