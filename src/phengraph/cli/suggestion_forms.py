"""Suggestions for the terminal, for programs, and as Markdown; nothing that a paper says becomes more than text."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from phengraph.curate import read_graph
from phengraph.export.markdown import escape, link
from phengraph.export.tables import write_table
from phengraph.model import Knowledge, Passage, Suggestion
from phengraph.problems import Severity
from phengraph.query.places import printable
from phengraph.suggest import rank_project, wanted_claims
from phengraph.suggest.cues import CONFIRMATION, CONTRAST, DATA_SET, FAILED, MODEL, NEGATION, SCALE, TERM
from phengraph.suggest.scoring import PARTS
from phengraph.suggest.showing import authors_of, link_of, paper_name, reason_of

if TYPE_CHECKING:
    from rich.text import Text

    from phengraph.project import Project

_STYLES = {
    FAILED: "bold red", CONTRAST: "bold red", CONFIRMATION: "bold green", NEGATION: "bold yellow", SCALE: "cyan",
    MODEL: "cyan", DATA_SET: "cyan", TERM: "underline",
}  # fmt: skip
_STRONG = (FAILED, CONTRAST, CONFIRMATION, NEGATION)
_PASSAGE_LIMIT = 600
"""Characters of a passage that the table and the Markdown show."""
_COLUMNS = (
    "score claim phenomenon paper title authors year date url cites found_by seen reads_like passage passage_from rule"
)


@dataclass(frozen=True, slots=True)
class Listing:
    """Suggestions to be shown, and what there is beside them."""

    suggestions: tuple[Suggestion, ...]
    total: int
    """How many there are in all."""
    knowledge: Knowledge
    papers: int
    """Citing and found papers that were looked at."""
    unread: int = 0
    """Errors of graph/, because of which something was not read."""

    def label(self, claim: str) -> str:
        return self.knowledge.claims[claim].label

    def summary(self) -> str:
        """The numbers in one line."""
        if not self.total:
            if not self.papers:
                return "no suggestions: no citations are recorded; run `phengraph refresh`"
            return f"no suggestions: none of {self._papers()} is above the floor and undecided"
        shown = len(self.suggestions)
        among = "" if shown == self.total else f" of {self.total:,}"
        return f"{shown:,}{among} suggestion{'' if self.total == 1 else 's'} among {self._papers()}"

    def _papers(self) -> str:
        return "1 paper" if self.papers == 1 else f"{self.papers:,} papers"


def list_suggestions(
    project: Project,
    *,
    claim: str | None = None,
    phenomenon: str | None = None,
    since: str | None = None,
    limit: int | None = None,
    later: bool = False,
    mark: bool = True,
) -> Listing:
    """The suggestions of a project as its files are now; arguments as in `phengraph.suggest.suggestions`.

    Raises:
        UnknownName: there is no such claim or phenomenon.
        InvalidProject: the records cannot be read.
    """
    read = read_graph(project)
    knowledge = read.knowledge
    wanted = wanted_claims(knowledge, claim=claim, phenomenon=phenomenon)
    ranking = rank_project(project, knowledge=knowledge, later=later)
    found = tuple(ranking.suggestions(claims=wanted, since=since, limit=limit, mark=mark))
    total = ranking.count(claims=wanted, since=since)
    unread = sum(problem.severity is Severity.ERROR for problem in read.problems)
    return Listing(found, total, knowledge, len(ranking.gathered.works), unread)


def as_table(listing: Listing, colours: bool) -> str:
    """A block for each suggestion; the numbers are the last line."""
    from rich.console import Console

    stream = io.StringIO()
    console = Console(file=stream, highlight=False, emoji=False, markup=False, force_terminal=colours, soft_wrap=False)
    for suggestion in listing.suggestions:
        for line in _block(listing, suggestion):
            console.print(line)
        console.print()
    console.print(listing.summary(), soft_wrap=True)
    return "\n".join(row.rstrip() for row in stream.getvalue().split("\n"))


def _block(listing: Listing, suggestion: Suggestion) -> Iterator[object]:
    from rich.padding import Padding
    from rich.text import Text

    def text(words: str, style: str = "") -> Text:
        return Text(printable(words, keep_lines=False), style=style, overflow="fold")

    paper = suggestion.paper
    head = Text(f"{suggestion.score:.2f} ", style="bold")
    head.append_text(text(paper.title, "bold"))
    yield head
    who = [authors_of(paper), paper.date or (str(paper.year) if paper.year else ""), paper.venue or ""]
    yield Padding(text(" · ".join(one for one in who if one), "dim"), (0, 0, 0, 5))
    yield Padding(text(f"claim {suggestion.claim}: {listing.label(suggestion.claim)}"), (0, 0, 0, 5))
    cites = f"cites {', '.join(suggestion.cites)}" if suggestion.cites else f"found by {suggestion.origin}"
    yield Padding(text(f"{cites} · first seen {suggestion.seen}"), (0, 0, 0, 5))
    yield Padding(text(f"why: {reason_of(suggestion)}", "dim"), (0, 0, 0, 5))
    if suggestion.reads_like:
        yield Padding(text(f"reads like: {suggestion.reads_like}", "bold"), (0, 0, 0, 5))
    for passage in suggestion.passages:
        yield Padding(marked_text(passage), (0, 0, 0, 7))
    names = " ".join(one for one in (paper_name(paper), link_of(paper)) if one)
    yield Padding(text(names, "dim"), (0, 0, 0, 5))


def marked_text(passage: Passage, limit: int = _PASSAGE_LIMIT) -> Text:
    """A passage for the terminal, with its cues in their colours."""
    from rich.text import Text

    # `printable` gives one character for one, so places stay.
    shown = Text(printable(passage.text[:limit], keep_lines=False), overflow="fold")
    for cue in passage.cues:
        if cue.start < limit:
            shown.stylize(_STYLES.get(cue.kind, ""), cue.start, min(cue.end, limit))
    if len(passage.text) > limit:
        shown.append(" …")
    return Text(f"{passage.origin}: " if passage.origin != "citation" else "", style="dim").append_text(shown)


def as_json(listing: Listing, colours: bool = False) -> str:
    """A JSON object; every name is always there, null where there is nothing to say."""
    del colours
    values = {
        "total": listing.total,
        "papers": listing.papers,
        "suggestions": [suggestion_values(listing.knowledge, one) for one in listing.suggestions],
    }
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


def suggestion_values(knowledge: Knowledge, suggestion: Suggestion) -> dict[str, Any]:
    """A suggestion as JSON values."""
    paper = suggestion.paper
    parts = dict(suggestion.parts)
    return {
        "claim": suggestion.claim,
        "phenomenon": knowledge.claims[suggestion.claim].phenomenon,
        "score": suggestion.score,
        "parts": {name: parts.get(name, 0.0) for name in PARTS},
        "paper": {"name": paper_name(paper), "url": link_of(paper)} | dataclasses.asdict(paper),
        "cites": list(suggestion.cites),
        "found_by": suggestion.origin,
        "seen": suggestion.seen,
        "reads_like": suggestion.reads_like,
        "passages": [dataclasses.asdict(passage) for passage in suggestion.passages],
        "rule": suggestion.rule,
    }


def as_csv(listing: Listing, colours: bool = False) -> str:
    """RFC 4180, a row a suggestion, its most telling passage; no cell is a formula."""
    del colours
    rows = (
        [
            suggestion.score,
            suggestion.claim,
            listing.knowledge.claims[suggestion.claim].phenomenon,
            paper_name(suggestion.paper),
            suggestion.paper.title,
            "; ".join(suggestion.paper.authors),
            suggestion.paper.year,
            suggestion.paper.date,
            link_of(suggestion.paper),
            "; ".join(suggestion.cites),
            suggestion.origin,
            suggestion.seen,
            suggestion.reads_like,
            suggestion.passages[0].text if suggestion.passages else None,
            suggestion.passages[0].origin if suggestion.passages else None,
            suggestion.rule,
            *(dict(suggestion.parts).get(name, 0.0) for name in PARTS),
        ]
        for suggestion in listing.suggestions
    )
    columns = " ".join([_COLUMNS, *(f"score_{name}" for name in PARTS)])
    return write_table(columns, rows).decode()


def as_markdown(listing: Listing, colours: bool = False) -> str:
    """A numbered list for an issue or a chat; nothing of a paper becomes markup."""
    del colours
    lines = []
    for number, suggestion in enumerate(listing.suggestions, 1):
        lines += [*_entry(listing, number, suggestion), ""]
    return "\n".join(
        [*lines, f"_{listing.summary()}; none counts before a person has decided (`phengraph review`)._", ""]
    )


def _entry(listing: Listing, number: int, suggestion: Suggestion) -> Iterator[str]:
    paper = suggestion.paper
    when = paper.date or paper.year
    told = f"{link(printable(paper.title, keep_lines=False), link_of(paper))}" + (f", {when}" if when else "")
    yield f"{number}. {told}"
    cites = ", ".join(f"`{key}`" for key in suggestion.cites)
    found = f"cites {cites}" if cites else f"found by {suggestion.origin}"
    yield f"   on **{escape(listing.label(suggestion.claim))}** (`{suggestion.claim}`), {found};"
    guess = f"reads like: {suggestion.reads_like}; " if suggestion.reads_like else ""
    yield f"   {guess}score {suggestion.score:.2f}: {reason_of(suggestion)}"
    if suggestion.passages:
        yield f"   > {_marked_markdown(suggestion.passages[0])}"


def _marked_markdown(passage: Passage) -> str:
    """A passage with its cues in bold; each piece is escaped by itself."""
    text, place, pieces = printable(passage.text[:_PASSAGE_LIMIT], keep_lines=False), 0, []
    for cue in passage.cues:
        if cue.kind in _STRONG and cue.end <= len(text):
            pieces += [_piece(text[place : cue.start]), f"**{escape(text[cue.start : cue.end])}**"]
            place = cue.end
    pieces.append(_piece(text[place:]))
    return "".join(pieces).strip() + (" …" if len(passage.text) > len(text) else "")


def _piece(text: str) -> str:
    """A piece of a line as Markdown, its spaces at the ends kept: beside them the bold words begin and end."""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{' ' if before else ''}{escape(text)}{' ' if after and text.strip() else ''}"


FORMS: dict[str, Callable[[Listing, bool], str]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "markdown": as_markdown,
}
