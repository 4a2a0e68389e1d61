"""`papers.bib`: BibTeX as people paste it from arXiv, ACL or Zotero, to papers.

bibtexparser splits the file and keeps what is broken apart from the rest; fields that are not ours (abstract,
keywords, pages, ...) are left alone. The names of our own fields stand in `CHECK_FIELDS`.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass

from bibtexparser.library import Library
from bibtexparser.middlewares.enclosing import RemoveEnclosingMiddleware
from bibtexparser.middlewares.interpolate import ResolveStringReferencesMiddleware
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
)
from bibtexparser.splitter import Splitter

from phengraph.curate.fields import PaperFields
from phengraph.curate.register import Register
from phengraph.curate.source import SourceFile
from phengraph.identifiers import is_key
from phengraph.model import Paper, Source
from phengraph.problems import Problem, Severity

# Without a handler the library's warnings would go to the terminal; every one of them is a problem here.
logging.getLogger("bibtexparser").addHandler(logging.NullHandler())

_KEY_OF_BROKEN = re.compile(r"@\w+\s*[{(]\s*([^\s,{}()\"=]+)")


@dataclass(slots=True)
class PaperEntry:
    """An entry with its paper; None when the entry has an error."""

    key: str
    line: int
    paper: Paper | None


def read_papers(source: SourceFile, register: Register, problems: list[Problem]) -> dict[str, Paper]:
    """The papers by key, sorted; a broken entry is a problem at its line, and the others are read."""
    return _BibliographyReader(source, register, problems).read()


def split_bibliography(text: str) -> Library:
    """The blocks of a BibTeX text, `@string` names put in and the braces or quotes around values taken off."""
    library = Splitter(text).split()
    library = ResolveStringReferencesMiddleware(allow_inplace_modification=True).transform(library)
    return RemoveEnclosingMiddleware(allow_inplace_modification=True).transform(library)


class _BibliographyReader:
    def __init__(self, source: SourceFile, register: Register, problems: list[Problem]) -> None:
        self._source = source
        self._lines = source.text.split("\n")
        self._register = register
        self._problems = problems
        self._papers: dict[str, Paper] = {}
        self._folded: dict[str, str] = {}

    def _tell(self, line: int, column: int, message: str, mend: str, severity: Severity = Severity.ERROR) -> None:
        self._problems.append(Problem(self._source.path, line, column, severity, message, mend))

    def read(self) -> dict[str, Paper]:
        after_broken = False
        for block in split_bibliography(self._source.text).blocks:
            self._read_block(block, after_broken)
            after_broken = isinstance(block, ParsingFailedBlock)
        return dict(sorted(self._papers.items()))

    def _read_block(self, block: Block, after_broken: bool) -> None:
        line = (block.start_line or 0) + 1
        if isinstance(block, Entry):
            self._read_entry(block)
        elif isinstance(block, DuplicateBlockKeyBlock):
            first = (block.previous_block.start_line or 0) + 1
            what = "the key" if isinstance(block.ignore_error_block, Entry) else "the string"
            self._tell(line, 1, f"{what} '{block.key}' is taken, first on line {first}", "choose another key")
        elif isinstance(block, DuplicateFieldKeyBlock):
            names = ", ".join(sorted(block.duplicate_keys))
            self._tell(line, 1, f"the entry has a field twice ({names})", "keep one")
            self._know_broken(block)
        elif isinstance(block, ParsingFailedBlock):
            self._know_broken(block)
            self._tell(line, 1, "broken BibTeX entry", _explain(block))
        elif isinstance(block, ImplicitComment) and not after_broken:
            stray = next((row for row in block.comment.split("\n") if row.strip() and not row.startswith("%")), None)
            if stray is not None:
                message = f"text between entries ({stray.strip()[:30]})"
                self._tell(line, 0, message, "it is ignored; begin a comment with %", Severity.WARNING)

    def _know_broken(self, block: ParsingFailedBlock) -> None:
        if match := _KEY_OF_BROKEN.match(block.raw or ""):
            self._register.knows("paper", [match.group(1)])

    def _read_entry(self, entry: Entry) -> None:
        line = (entry.start_line or 0) + 1
        key = entry.key
        if is_key(key):
            self._register.knows("paper", [key])
        else:
            mend = "use letters, digits and _ . : + -, as in smith2020title"
            self._tell(line, 1, f"'{key[:60]}' is no key" if key else "an entry without a key", mend)
            return
        if (other := self._folded.setdefault(key.casefold(), key)) != key:
            self._tell(line, 1, f"the keys '{other}' and '{key}' differ only in case", "rename one")
        fields = PaperFields(entry, self._source.path, self._lines, self._problems)
        paper = fields.paper()
        if paper is None:
            return
        self._papers[key] = paper
        for scheme, value in (("arXiv id", paper.arxiv), ("DOI", paper.doi), ("OpenReview id", paper.openreview)):
            if value is not None:
                what = f"the {scheme} {value} is another paper's"
                mend = "remove one of the two entries"
                self._register.take(scheme, value, Source(self._source.path, line), 1, what=what, mend=mend)


def _explain(block: ParsingFailedBlock) -> str:
    """What would be right, from what the parser was looking for."""
    reason = str(getattr(block.error, "abort_reason", "") or block.error)
    if "end of file" in reason or "Unexpected block start" in reason:
        return "a { or a quote is not closed; check the braces of its fields"
    if "Expected either a `,`" in reason:
        return "put a comma behind each field"
    if "after entry key" in reason or "Expected a `=`" in reason:
        return "write `@article{key,` and then `field = {value},` lines"
    return "write `@article{key,`, lines of `field = {value},`, and `}`"
