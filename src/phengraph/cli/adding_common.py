"""What every `phengraph add` does: look names up, clean texts, write the entry, and say what came of it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from phengraph.cli import project_of
from phengraph.model import Source
from phengraph.problems import UnknownName, nearest

if TYPE_CHECKING:
    from phengraph.adding import Added
    from phengraph.curate.insert import AnyEntry
    from phengraph.model import Knowledge

NOWHERE = Source("", 0)


def dry_run(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option that every `add` has."""
    return click.option("--dry-run", is_flag=True, help="Show the change and write nothing.")(function)


class Adding:
    """One run of `phengraph add`."""

    def __init__(self, ctx: click.Context, *, dry_run: bool) -> None:
        self.project = project_of(ctx)
        self._dry_run = dry_run

    @cached_property
    def knowledge(self) -> Knowledge:
        from phengraph.curate import read_graph

        return read_graph(self.project).knowledge

    def must_know(self, kind: str, name: str) -> None:
        """Nothing when an entry of the kind has the name.

        Raises:
            UnknownName: none has; with the nearest name.
        """
        known = {
            "claim": self.knowledge.claims,
            "paper": self.knowledge.papers,
            "model": self.knowledge.models,
            "topic": self.knowledge.topics,
            "phenomenon": self.knowledge.phenomena,
        }[kind]
        if name not in known:
            raise UnknownName(kind, name, nearest(name, known))

    def line(self, text: str | None, what: str) -> str | None:
        """A text on one line; characters that no entry may hold are taken out, and told."""
        if text is None:
            return None
        return " ".join(self._clean(text, what).split()) or None

    def prose(self, text: str, what: str) -> str:
        """A text of several lines, likewise."""
        return self._clean(text.replace("\r\n", "\n"), what).strip()

    def _clean(self, text: str, what: str) -> str:
        from phengraph.curate.newpaper import removed_characters
        from phengraph.curate.source import REFUSED

        self.tell(removed_characters(text, what))
        # Half of a surrogate pair: a byte of the command line that was no UTF-8.
        text = text.encode("utf-8", "replace").decode("utf-8")
        return REFUSED.sub(" ", text)

    def tell(self, notes: list[str]) -> None:
        for note in notes:
            click.echo(f"phengraph: {note}", err=True)

    def free_name(self, name: str) -> str:
        """The name of an evidence, or with a number behind it when it is taken."""
        number = 2
        free = name
        while free in self.knowledge.evidence:
            free = f"{name}.{number}"
            number += 1
        return free

    def write(self, entry: AnyEntry, *, claim: str | None = None) -> None:
        """Write the entry, and say where it stands, what it moved, and what is to be said about it.

        Raises:
            EditRefused: the project would be worse with it; nothing is written.
        """
        from phengraph.adding import add_entry

        added = add_entry(self.project, entry, dry_run=self._dry_run)
        if self._dry_run:
            click.echo(_difference(added), nl=False)
        else:
            click.echo(f"{added.edit.path}:{added.edit.line}: added {type(entry).__name__.lower()} '{_name(entry)}'")
        if claim is not None:
            click.echo(self._status(added, claim))
        for problem in added.new_problems:
            click.echo(str(problem))
        click.echo(added.result.summary, err=True)

    def _status(self, added: Added, claim: str) -> str:
        """What the claim's status is with the evidence in it, and what it was."""
        from phengraph.status import judge

        settings = self.project.settings.status
        was, now = (
            judge(claim, [row for row in state.evidence.values() if row.claim == claim], state.papers, settings)
            for state in (added.before, added.result.knowledge)
        )
        moved = f"{was.status} -> {now.status}" if was.status != now.status else f"still {now.status}"
        return f"claim '{claim}': {moved}. {now.reason}"


def _name(entry: AnyEntry) -> str:
    for field in ("name", "slug", "key"):
        if hasattr(entry, field):
            return str(getattr(entry, field))
    raise AssertionError("an entry without a name")


def _difference(added: Added) -> str:
    before = (added.edit.before or b"").decode("utf-8").splitlines(keepends=True)
    after = added.edit.after.decode("utf-8").splitlines(keepends=True)
    path = added.edit.path
    return "".join(difflib.unified_diff(before, after, path, path, n=2))


def slug_of(ctx: click.Context, label: str) -> str:
    """The slug that a label gives, made of its words in Latin letters.

    Raises:
        UsageError: it has none.
    """
    from phengraph.identifiers import make_slug

    slug = make_slug(label)
    if not slug:
        raise click.UsageError(f"--label '{label}' has no Latin letters to make a slug of; give one with --slug.", ctx)
    return slug
