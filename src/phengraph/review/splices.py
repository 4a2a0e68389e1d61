"""An edit of one file as a splice: which lines it took out and which it put in, so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass

from phengraph.curate.insert import EditRefused


@dataclass(frozen=True, slots=True)
class Splice:
    """Whole lines of a file that gave way to others."""

    path: str
    at: int
    """Byte at which the lines begin."""
    old: str
    new: str
    made: bool = False
    """The file was not there before."""


def find_splice(path: str, before: bytes | None, after: bytes) -> Splice:
    """The smallest splice of whole lines that makes one content of the other."""
    old, new = (before or b"").splitlines(keepends=True), after.splitlines(keepends=True)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return Splice(
        path=path,
        at=sum(map(len, old[:start])),
        old=b"".join(old[start : len(old) - end]).decode("utf-8"),
        new=b"".join(new[start : len(new) - end]).decode("utf-8"),
        made=before is None,
    )


def take_back(content: bytes | None, splice: Splice) -> bytes | None:
    """The content of a file without what the splice put in; None when the file was made by it and nothing is left.

    Where other lines came or went meanwhile the lines are looked for, and must stand there once.

    Raises:
        EditRefused: the lines are not there as they were put in.
    """
    new, old = splice.new.encode("utf-8"), splice.old.encode("utf-8")
    if content is None:
        raise EditRefused(f"{splice.path} is not there any more; nothing is taken back")
    at = splice.at
    if content[at : at + len(new)] != new:
        at = content.find(new)
        if not new or at < 0 or content.find(new, at + 1) >= 0:
            raise EditRefused(f"{splice.path} was edited since, so that it is not taken back; edit it by hand")
    found = content[:at] + old + content[at + len(new) :]
    return None if splice.made and not found else found


def is_in(content: bytes | None, splice: Splice) -> bool:
    """Whether the lines that the splice put in stand in the content."""
    return content is not None and splice.new.encode("utf-8") in content
