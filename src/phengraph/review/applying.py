"""The acts of a moment, applied: planned one on the other, checked together, written so that the project stays right.

Papers are written before the evidence that names them, and decisions last, so that whoever looks between two files
finds a project without errors. What is about to be written stands in the journal before the first file is touched; an
act that was cut off in between is done again, and only what is missing of it is written.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from phengraph.adding import new_errors, without_places, write_edit
from phengraph.checking import check_project
from phengraph.curate import read_graph
from phengraph.curate.insert import Edit, EditRefused
from phengraph.model import Knowledge
from phengraph.problems import Problem
from phengraph.project import SETTINGS_FILE, Project
from phengraph.review.acts import Order, Outcome
from phengraph.review.journal import History, Journal
from phengraph.review.plan import Change, Plan

Write = Callable[[Project, Edit], None]
Stamps = dict[str, tuple[int, int, int]]


@dataclass
class Applier:
    """Applies orders to the files of a project. Whoever has one holds the writer's lock.

    Args:
        write: writes one planned edit, whole or not at all.
    """

    project: Project
    journal: Journal
    history: History
    write: Write = write_edit
    _last: tuple[Stamps, Knowledge] | None = field(default=None, init=False)

    def apply(self, orders: Sequence[Order], *, resume: bool = False) -> Iterator[Outcome]:
        """Apply orders, in their order; what cannot be written is refused, and changes nothing.

        Args:
            orders: all acts, or all of them taking acts back: the two write files in opposite orders.
            resume: some may have been applied in part, by a writer that was killed.

        Yields: what came of each; it is in the journal by then.

        Raises:
            JournalNotWritten: the journal cannot be written; what it does not have is done again by the next writer.
        """
        self.history.orders |= {order.number: order for order in orders}
        try:
            self._apply(orders, resume=resume)
        except EditRefused as error:
            if len(orders) > 1:
                # One of them is wrong: by halves, so that it alone is refused.
                middle = len(orders) // 2
                yield from self.apply(orders[:middle], resume=resume)
                yield from self.apply(orders[middle:], resume=resume)
                return
            outcomes = [Outcome(orders[0].number, str(error))]
        else:
            outcomes = [Outcome(order.number) for order in orders]
        self.journal.note_outcomes(outcomes)
        self.history.outcomes |= {one.number: one for one in outcomes}
        yield from outcomes

    def _apply(self, orders: Sequence[Order], *, resume: bool) -> None:
        plan = Plan(self.project, self.history, resume=resume)
        for order in orders:
            plan.add(order)
        changes = plan.changes()
        known = self._check(plan) if any(change.is_of_entries for change in changes) else None
        self.journal.note_writes(plan.splices)
        self.history.splices |= plan.splices
        self._write(changes)
        if known is not None:
            self._last = self._stamps(), known

    def _check(self, plan: Plan) -> Knowledge:
        """What the project says with the changes in it, when it is no worse and says exactly what it should.

        Raises:
            EditRefused: it has a new error, or an entry would not read back as it was given.
        """
        last = self._last
        # Read again only when somebody else wrote meanwhile.
        before = last[1] if last is not None and last[0] == self._stamps() else read_graph(self.project).knowledge
        after = check_project(self.project, changed=plan.contents())
        if after.errors and (new := new_errors(check_project(self.project).problems, after.problems)):
            raise EditRefused("not written, because then: " + "; and ".join(map(_words, new[:3])))
        if without_places(after.knowledge) != plan.expected(before):
            raise EditRefused(
                "not written: the entry would not read back as it was given; write it by hand and run `phengraph check`"
            )
        return after.knowledge

    def _write(self, changes: Sequence[Change]) -> None:
        written: list[Change] = []
        try:
            for change in changes:
                self._write_one(change)
                written.append(change)
        except EditRefused:
            for change in reversed(written):
                # What cannot be put back either is told by the first error.
                with contextlib.suppress(EditRefused):
                    self._write_one(change.reverse())
            raise

    def _write_one(self, change: Change) -> None:
        path = self.project.root / change.path
        try:
            if change.after is not None:
                path.parent.mkdir(exist_ok=True)
                self.write(self.project, Edit(change.path, 1, change.before, change.after))
                return
            if path.read_bytes() != change.before:
                raise EditRefused(f"{change.path} was changed meanwhile; nothing is taken back")
            path.unlink()
            with contextlib.suppress(OSError):
                path.parent.rmdir()
        except OSError as error:
            raise EditRefused(f"{change.path} cannot be written ({error.strerror}); mend its permissions") from error

    def _stamps(self) -> Stamps:
        """Size, time of change and inode of each file that a check reads, decisions aside."""
        root = self.project.root
        found: Stamps = {}
        for folder in (root, self.project.graph, self.project.phenomena):
            with os.scandir(folder) as inside:
                for entry in inside:
                    if entry.is_file() and (folder != root or entry.name == SETTINGS_FILE):
                        stat = entry.stat()
                        found[entry.path] = stat.st_size, stat.st_mtime_ns, stat.st_ino
        return found


def _words(problem: Problem) -> str:
    return f"{problem.place}: {problem.text}"
