"""What orders would do to the files: contents by path, built up order by order, and nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from phengraph.adding import with_entry, without_places
from phengraph.curate.decisions import decisions_path, put_decision
from phengraph.curate.insert import EditRefused, plan_addition
from phengraph.curate.read import PAPERS_FILE
from phengraph.model import Evidence, Knowledge, Paper
from phengraph.project import Project
from phengraph.review.acts import Act, Order, Undo
from phengraph.review.journal import History
from phengraph.review.splices import Splice, find_splice, is_in, take_back

_PAPERS = f"graph/{PAPERS_FILE}"
_DECISIONS = "graph/decisions/"


@dataclass(frozen=True, slots=True)
class Change:
    """A file's content before and after; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None

    @property
    def is_of_entries(self) -> bool:
        """False when only decisions change, which no entry hangs on."""
        return not self.path.startswith(_DECISIONS)

    def reverse(self) -> Change:
        return Change(self.path, self.after, self.before)


class Plan:
    """Orders, planned one on the other.

    Args:
        history: what earlier acts put into the files.
        resume: some of the orders may be there in part.
    """

    def __init__(self, project: Project, history: History, *, resume: bool) -> None:
        self._project = project
        self._history = history
        self._resume = resume
        self._before: dict[str, bytes | None] = {}
        self._contents: dict[str, bytes | None] = {}
        self._orders: list[Order] = []
        self.splices: dict[int, tuple[Splice, ...]] = {}
        """By the number of an act."""

    def add(self, order: Order) -> None:
        """Plan one more.

        Raises:
            EditRefused: its place cannot be found, or what it takes back is not there as it was.
        """
        self._orders.append(order)
        if isinstance(order, Act):
            self._add_act(order)
        else:
            self._undo(order)

    def changes(self) -> list[Change]:
        """The files that would be others, in the order in which to write them: what is named before what names it."""
        found = [
            Change(path, self._before[path], content)
            for path, content in self._contents.items()
            if content != self._before[path]
        ]
        found.sort(key=lambda change: (change.path.startswith(_DECISIONS), change.path != _PAPERS, change.path))
        taken_back = any(isinstance(order, Undo) for order in self._orders)
        return found[::-1] if taken_back else found

    def contents(self) -> dict[str, bytes]:
        """Contents by path, as the reader takes them in place of the disk's."""
        return {path: content for path, content in self._contents.items() if content is not None}

    def expected(self, before: Knowledge) -> dict[str, dict[str, Any]]:
        """What the project must say afterwards."""
        found = without_places(before)
        found = {**found, "papers": dict(found["papers"]), "evidence": dict(found["evidence"])}
        for order in self._orders:
            if isinstance(order, Act):
                for entry in _entries(order):
                    found = with_entry(found, entry)
            elif (act := self._act_of(order)) is not None:
                if act.evidence is not None:
                    found["evidence"].pop(act.evidence.name, None)
                if act.paper is not None:
                    found["papers"].pop(act.paper.key, None)
        return found

    def _add_act(self, act: Act) -> None:
        noted = self._history.splices.get(act.number, ()) if self._resume else ()
        there = {splice.path: splice for splice in noted if splice.new and is_in(self._content(splice.path), splice)}
        found: list[Splice] = []
        for path, entry in self._parts(act):
            if path in there:
                found.append(there[path])
                continue
            before = self._content(path)
            if entry is None:
                after = put_decision(before, act.decision)
            else:
                after = plan_addition(self._project, entry, changed=self.contents()).after
            found.append(find_splice(path, before, after))
            self._contents[path] = after
        self.splices[act.number] = tuple(found)

    def _parts(self, act: Act) -> list[tuple[str, Paper | Evidence | None]]:
        """Each file of an act, with the entry that goes into it; None stands for the decision."""
        parts: list[tuple[str, Paper | Evidence | None]] = []
        if act.paper is not None:
            parts.append((_PAPERS, act.paper))
        if act.evidence is not None:
            path = plan_addition(self._project, act.evidence, changed=self.contents()).path
            parts.append((path, act.evidence))
        parts.append((decisions_path(act.decision.curator), None))
        return parts

    def _undo(self, undo: Undo) -> None:
        outcome = self._history.outcomes.get(undo.of)
        if outcome is not None and outcome.refused is not None:
            # Nothing of it was ever written.
            return
        if self._act_of(undo) is None:
            raise EditRefused("no decision of yours is there to take back")
        splices = self.splices.get(undo.of) or self._history.splices.get(undo.of, ())
        for splice in reversed(splices):
            content = self._content(splice.path)
            if self._resume and not is_in(content, splice):
                continue
            self._contents[splice.path] = take_back(content, splice)

    def _act_of(self, undo: Undo) -> Act | None:
        """The act that is taken back; None when it was refused itself, or is not known."""
        act = self._history.orders.get(undo.of)
        outcome = self._history.outcomes.get(undo.of)
        return act if isinstance(act, Act) and (outcome is None or outcome.refused is None) else None

    def _content(self, path: str) -> bytes | None:
        if path not in self._contents:
            file = self._project.root / path
            try:
                self._before[path] = self._contents[path] = file.read_bytes()
            except FileNotFoundError:
                self._before[path] = self._contents[path] = None
            except OSError as error:
                raise EditRefused(f"{path} cannot be read ({error.strerror}); mend its permissions") from error
        return self._contents[path]


def _entries(act: Act) -> list[Paper | Evidence]:
    return [entry for entry in (act.paper, act.evidence) if entry is not None]
