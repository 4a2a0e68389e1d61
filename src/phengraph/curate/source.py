"""One file of a project, from bytes to text, or the problems that it has as a file.

Everything that people write comes through here first: it must be a plain file inside the project, of a bounded size,
in UTF-8, and hold no character that hides what a reader sees. A Windows line end and a byte order mark are read and
told; nothing here raises for what a file holds.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from phengraph.problems import Problem, Severity
from phengraph.project import Project

# C0 but tab and line feed, DEL, C1, the line separators that YAML and Python break lines at, bidirectional embeddings,
# overrides and isolates (CVE-2021-42574: text that shows in another order than it is read), the byte order mark
# inside a text, and the two noncharacters that no XML may hold.
REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters have no name in Unicode; these are the aliases of those that are met.
_ALIASES = {
    "\x00": "NULL",
    "\x07": "BELL",
    "\x08": "BACKSPACE",
    "\x0b": "VERTICAL TAB",
    "\x0c": "FORM FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_TOLD_A_FILE = 20
_NOTHING: Mapping[str, bytes] = MappingProxyType({})
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of a file, with LF line ends, without a byte order mark and without refused characters."""

    path: str
    """POSIX path relative to the project."""
    text: str


def describe_character(character: str) -> str:
    """How a problem names a character that cannot be seen.

    >>> describe_character("\\u202e"), describe_character("\\x00")
    ('U+202E RIGHT-TO-LEFT OVERRIDE', 'U+0000 NULL')
    """
    name = _ALIASES.get(character) or unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".strip()


def refused_character(text: str) -> str | None:
    """The first character of a text that no entry may hold, described; None when all are fine.

    >>> refused_character("a tab\\t and a line\\n are fine"), refused_character("a bell\\x07")
    (None, 'U+0007 BELL')
    """
    match = REFUSED.search(text)
    return describe_character(match.group()) if match else None


def clean_text(text: str) -> str:
    """The text on one line of single spaces, with every refused character taken out.

    For metadata that machines send; what people write is told instead of mended.

    >>> clean_text("Made-up\\x85 title\\u202e on\\n two lines")
    'Made-up title on two lines'
    """
    spaces = "\x0b\x0c\r\x85\u2028\u2029"
    return " ".join(REFUSED.sub(lambda match: " " if match.group() in spaces else "", text).split())


class _Unreadable(Exception):
    """There is no text to go on with; carries what is wrong, what would be right, and the place."""

    def __init__(self, message: str, mend: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.line = line
        self.column = column


def read_source(
    project: Project,
    path: Path,
    problems: list[Problem],
    changed: Mapping[str, bytes] = _NOTHING,
    *,
    bytes_at_least: int = 0,
) -> SourceFile | None:
    """Read one file of a project; what is wrong with it as a file goes into `problems`.

    Args:
        changed: contents by path, to be read in place of what the disk has: an edit that is not written yet.
        bytes_at_least: a file of so many bytes is read whatever the settings say.

    None when there is no text to go on with: missing, unreadable, outside the project, too big, not UTF-8, or two
    texts in a merge conflict.
    """
    place = project.relative(path)
    try:
        text = _decode(changed[place] if place in changed else _read_bytes(project, path, bytes_at_least))
    except _Unreadable as error:
        problems.append(Problem(place, error.line, error.column, Severity.ERROR, error.message, error.mend))
        return None
    if text.startswith("\ufeff"):
        text = text[1:]
        mend = "it is read, but save it as UTF-8 without one"
        problems.append(Problem(place, 1, 0, Severity.WARNING, "the file starts with a byte order mark", mend))
    if "\r\n" in text:
        line = text.count("\n", 0, text.index("\r\n")) + 1
        text = text.replace("\r\n", "\n")
        mend = "they are read, but save them with LF (`git add --renormalize` does it)"
        problems.append(Problem(place, line, 0, Severity.WARNING, "lines end in CRLF, as on Windows", mend))
    if conflicts := list(_CONFLICT.finditer(text)):
        for match in conflicts:
            line = text.count("\n", 0, match.start()) + 1
            mend = "keep what is right and remove the marks"
            problems.append(Problem(place, line, 1, Severity.ERROR, "an unresolved merge conflict", mend))
        return None
    return SourceFile(place, _refuse_characters(text, place, problems))


def _read_bytes(project: Project, path: Path, bytes_at_least: int) -> bytes:
    limit = max(project.settings.limits.file_bytes, bytes_at_least)
    try:
        if not path.resolve(strict=True).is_relative_to(project.root.resolve()):
            raise _Unreadable("the file is a link to outside of the project", "put the file itself here")
        # Open without blocking and ask the open file: a named pipe would wait for a writer for ever.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise _Unreadable("this is no plain file", "put a text file here, or remove it")
            if status.st_size > limit:
                raise _Unreadable(
                    f"the file is too big ({status.st_size:,} bytes)",
                    f"at most {limit:,} are read; split it, or raise `file_bytes` under [limits] in phengraph.toml",
                )
            return file.read(limit)
    except FileNotFoundError as error:
        if path.is_symlink():
            message, mend = "the file is a link to a file that is not there", "mend the link, or put the file here"
            raise _Unreadable(message, mend) from error
        raise _Unreadable("the file is missing", "make it") from error
    except (OSError, RuntimeError) as error:
        # RuntimeError: a loop of symbolic links, before Python 3.13.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a loop of links"
        raise _Unreadable(f"the file cannot be read ({reason})", "mend its permissions or its path") from error


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable("the file is UTF-16", "save it as UTF-8", 1, 1)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - before.rfind("\n")
        byte = content[error.start]
        raise _Unreadable(f"byte 0x{byte:02X} is not UTF-8", "save the file as UTF-8", line, column) from error


def _refuse_characters(text: str, path: str, problems: list[Problem]) -> str:
    """Tell every refused character, and go on with a text in which each is U+FFFD."""
    found = 0
    for match in REFUSED.finditer(text):
        found += 1
        if found > _TOLD_A_FILE:
            continue
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - (text.rfind("\n", 0, match.start()) + 1) + 1
        character = match.group()
        kind = "the invisible bidirectional control" if character in _BIDI else "the control character"
        mend = "remove it; right-to-left text needs none" if character in _BIDI else "remove it"
        problems.append(Problem(path, line, column, Severity.ERROR, f"{kind} {describe_character(character)}", mend))
    if found > _TOLD_A_FILE:
        problems.append(
            Problem(path, 0, 0, Severity.ERROR, f"{found - _TOLD_A_FILE} more refused characters", "remove them all")
        )
    return REFUSED.sub("\ufffd", text) if found else text
