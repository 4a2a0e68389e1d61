"""What was asked and what was done, on disk before anything else happens.

    .phengraph/review/asked.jsonl   written by the screen: an act or an undo a line, before the next item is shown
    .phengraph/review/done.jsonl    written by the writer: what it is about to write, and that it has, or why it has not

Lines are only ever added. A line that is written survives its process; the writer sees to it that what was asked is on
the disk before it begins, so that a power cut may take the last key and never half of one. A line that was cut off was
never answered for, and is passed over. What is asked and not done is done when the next writer starts.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from phengraph.problems import PhengraphError
from phengraph.project import Project
from phengraph.review.acts import Act, Order, Outcome, Undo, act_from_json, act_to_json
from phengraph.review.splices import Splice


class JournalNotWritten(PhengraphError):
    """The journal cannot be written, so that no key is taken; the message says why."""


@dataclass(slots=True)
class History:
    """What the journal says: every order and what came of it."""

    orders: dict[int, Order] = field(default_factory=dict)
    """By number, in the order in which they were asked."""
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    splices: dict[int, tuple[Splice, ...]] = field(default_factory=dict)
    """By the number of an act: what it put into files, or was about to."""

    @property
    def waiting(self) -> list[Order]:
        return [order for number, order in self.orders.items() if number not in self.outcomes]

    @property
    def next_number(self) -> int:
        return max((*self.orders, *self.outcomes), default=0) + 1

    def standing_acts(self) -> list[Act]:
        """Acts that are done, or will be, and not taken back, oldest first."""
        refused = {number for number, outcome in self.outcomes.items() if outcome.refused is not None}
        undone = {one.of for one in self.orders.values() if isinstance(one, Undo) and one.number not in refused}
        return [
            one
            for number, one in self.orders.items()
            if isinstance(one, Act) and number not in refused and number not in undone
        ]


class Journal:
    """The two files of a project's review.

    Args:
        kept: how many acts of earlier sessions can be taken back.
    """

    def __init__(self, project: Project, *, kept: int = 500) -> None:
        self._kept = kept
        self.folder = project.cache / "review"
        self._asked = self.folder / "asked.jsonl"
        self._done = self.folder / "done.jsonl"
        self._taken = 0

    def read(self) -> History:
        """All that stands in it; `new_orders` begins behind it."""
        history = History()
        content = _content(self._asked)
        self._taken = content.rfind(b"\n") + 1
        history.orders |= {order.number: order for order in _orders(content[: self._taken])}
        for values in _lines(_content(self._done)):
            with contextlib.suppress(KeyError, TypeError, ValueError):
                if "writes" in values:
                    found = tuple(Splice(**row) for row in values["splices"])
                    history.splices[int(values["writes"])] = found
                else:
                    history.outcomes[int(values["done"])] = Outcome(int(values["done"]), values.get("refused"))
        return history

    def new_orders(self, limit: int) -> list[Order]:
        """The first few of those that were asked since the last look."""
        content = _content(self._asked, self._taken, settled=True)
        lines = content[: content.rfind(b"\n") + 1].splitlines(keepends=True)[:limit]
        self._taken += sum(map(len, lines))
        found = _orders(b"".join(lines))
        # Lines that are no orders may stand before those that are.
        return found if found or not lines else self.new_orders(limit)

    def ask(self, order: Order) -> None:
        """Put an order down.

        Raises:
            JournalNotWritten: the disk is full, or writing is not allowed.
        """
        if isinstance(order, Act):
            line = b'{"act": ' + act_to_json(order) + b"}\n"
        else:
            line = json.dumps({"undo": order.number, "of": order.of}).encode() + b"\n"
        self._append(self._asked, line, settled=False)

    def note_writes(self, splices: dict[int, tuple[Splice, ...]]) -> None:
        """Put down what is about to be written for each act."""
        rows = [{"writes": number, "splices": [asdict(one) for one in found]} for number, found in splices.items()]
        self._append(self._done, b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    def note_outcomes(self, outcomes: list[Outcome]) -> None:
        """Put down what came of orders."""
        rows = [{"done": one.number} | ({"refused": one.refused} if one.refused else {}) for one in outcomes]
        self._append(self._done, b"".join(json.dumps(row).encode() + b"\n" for row in rows))

    def shorten(self, history: History) -> None:
        """Forget all but the last acts; only while nothing waits, and nobody else has the journal open."""
        if len(history.orders) <= 2 * self._kept or history.waiting:
            return
        kept = history.standing_acts()[-self._kept :]
        numbers = {act.number for act in kept}
        # First what was done: an order without an outcome would be done again.
        done = [
            {"writes": number, "splices": [asdict(one) for one in history.splices.get(number, ())]}
            for number in numbers
        ]
        rows = b"".join(json.dumps(row).encode() + b"\n" for row in done)
        outcomes = b"".join(json.dumps({"done": number}).encode() + b"\n" for number in history.orders)
        _replace(self._done, rows + outcomes)
        _replace(self._asked, b"".join(b'{"act": ' + act_to_json(act) + b"}\n" for act in kept))

    def _append(self, path: Path, lines: bytes, *, settled: bool = True) -> None:
        if not lines:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                # After a line that was cut off a new one begins.
                if file.tell() and not _ends_line(path):
                    lines = b"\n" + lines
                file.write(lines)
                file.flush()
                if settled:
                    os.fsync(file.fileno())
        except OSError as error:
            raise JournalNotWritten(
                f"{path.name} in {self.folder} cannot be written ({error.strerror}); nothing is decided until it can"
            ) from error


def _ends_line(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _content(path: Path, start: int = 0, *, settled: bool = False) -> bytes:
    """What stands behind a byte; on the disk for good, when it is to be settled."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            content = file.read()
            if content and settled:
                os.fsync(file.fileno())
            return content
    except OSError:
        return b""


def _orders(content: bytes) -> list[Order]:
    found: list[Order] = []
    for values in _lines(content):
        with contextlib.suppress(KeyError, TypeError, ValueError):
            if "undo" in values:
                found.append(Undo(int(values["undo"]), int(values["of"])))
            else:
                found.append(act_from_json(json.dumps(values["act"])))
    return found


def _lines(content: bytes) -> list[dict[str, Any]]:
    """The JSON objects of lines; a line that was cut off is none."""
    found = []
    for line in content.split(b"\n"):
        with contextlib.suppress(ValueError):
            values = json.loads(line) if line else None
            if isinstance(values, dict):
                found.append(values)
    return found


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
