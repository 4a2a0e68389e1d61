"""Names that are taken, and names that are meant: every slug and key of a project while it is read."""

from __future__ import annotations

from collections.abc import Collection

from phengraph.model import Source
from phengraph.problems import Problem, Severity, nearest

# A suggestion compares the word with every known name; beyond this many unknown names nobody reads them.
_SUGGESTIONS_LIMIT = 50


class Register:
    """Tells a name that is taken twice, and a name that nothing has.

    Names of broken entries are known too, so that one mistake in papers.bib is one problem and not twenty.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._taken: dict[tuple[str, str], Source] = {}
        self._known: dict[str, set[str]] = {}
        self._unread: set[str] = set()
        self._suggestions: dict[tuple[str, str], str | None] = {}

    def knows(self, kind: str, names: Collection[str]) -> None:
        """These names of a kind (`paper`, `topic`, `model`) exist."""
        self._known.setdefault(kind, set()).update(names)

    def knows_nothing(self, kind: str) -> None:
        """The file of a kind could not be read: what is wrong with it is told, and not again at every use of a name."""
        self._unread.add(kind)

    def take(self, kind: str, name: str, source: Source, column: int, *, what: str, mend: str = "") -> bool:
        """Take a name; False, with a problem, when another entry has it."""
        first = self._taken.setdefault((kind, name), source)
        if first is source:
            return True
        where = f"on line {first.line}" if first.path == source.path else f"at {first.path}:{first.line}"
        message = f"{what}, first {where}"
        self._problems.append(Problem(source.path, source.line, column, Severity.ERROR, message, mend))
        return False

    def refer(self, kind: str, name: str, path: str, place: tuple[int, int], where: str) -> None:
        """Tell it when no entry of a kind has this name.

        Args:
            where: the file in which it would be written.
        """
        known = self._known.get(kind, set())
        if name in known or kind in self._unread:
            return
        if (kind, name) not in self._suggestions:
            few = len(self._suggestions) < _SUGGESTIONS_LIMIT
            self._suggestions[kind, name] = nearest(name, sorted(known)) if few else None
        suggestion = self._suggestions[kind, name]
        mend = f"did you mean '{suggestion}'?" if suggestion else f"add it to {where} (`phengraph add {kind}`)"
        if kind == "topic" and not suggestion:
            mend = f"add it to {where}"
        self._problems.append(Problem(path, *place, Severity.ERROR, f"unknown {kind} '{name}'", mend))
