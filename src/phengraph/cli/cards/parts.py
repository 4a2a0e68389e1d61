"""Parts of cards: lines of text, the status of a claim, one piece of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from phengraph.curate.scales import format_range
from phengraph.model import Conditions, Evidence, Paper, Review, Stance, Status, StatusRecord
from phengraph.query.places import printable
from phengraph.views import View

STATUS_SIGNS = {
    Status.SUPPORTED: ("[++]", "bold green"),
    Status.REFUTED: ("[--]", "bold red"),
    Status.CONTESTED: ("[+-]", "bold yellow"),
    Status.CONDITIONAL: ("[+|-]", "bold cyan"),
    Status.SINGLE_SOURCE: ("[1]", "bold blue"),
    Status.OPEN: ("[ ]", "bold"),
}
STANCE_SIGNS = {
    Stance.SUPPORTS: ("+", "bold green"),
    Stance.CONTRADICTS: ("-", "bold red"),
    Stance.QUALIFIES: ("~", "bold yellow"),
    Stance.INCONCLUSIVE: ("?", "bold"),
}
# A group is cited by its whole name.
_COLLECTIVES = {"AI", "Collaboration", "Consortium", "Group", "Lab", "Team"}
_IMAGE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\s*$", re.M)


def line(text: str, style: str = "") -> Text:
    """Text from the data or from us, with nothing in it that moves the cursor or turns the line."""
    return Text(printable(text), style=style, overflow="fold")


def joined(parts: Iterable[str | None]) -> str:
    """The parts that are there, between middle dots."""
    return " · ".join(part for part in parts if part)


def prose(markdown: str) -> Text:
    """Markdown as people wrote it, without the pictures that a terminal cannot show."""
    return line(re.sub(r"\n{3,}", "\n\n", _IMAGE.sub("", markdown)).strip())


def heading(text: str) -> Text:
    return Text(text, style="bold underline")


def indented(part: RenderableType, cells: int = 2) -> RenderableType:
    return Padding(part, (0, 0, 0, cells))


def count_of(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 team`, `2 teams`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def status_line(record: StatusRecord) -> Text:
    """Sign, word and flags of a status: `[+-] CONTESTED (qualified)`."""
    sign, style = STATUS_SIGNS[record.status]
    told = Text(f"{sign} {record.status.upper()}", style=style)
    if record.flags:
        told.append(f" ({', '.join(record.flags)})", style="default not bold")
    return told


def short_reference(paper: Paper | None, key: str) -> str:
    """Who and when, as people cite: `Hoffmann et al. 2022`; the key when the paper says neither."""
    if paper is None or not paper.authors:
        return key
    family = [_family_name(name) for name in paper.authors[:2]]
    if len(paper.authors) == 1 and paper.authors_complete:
        who = family[0]
    elif len(paper.authors) == 2 and paper.authors_complete:
        who = f"{family[0]} and {family[1]}"
    else:
        who = f"{family[0]} et al."
    return who if paper.year is None else f"{who} {paper.year}"


def _family_name(name: str) -> str:
    words = name.split()
    return name if not words or words[-1] in _COLLECTIVES else words[-1]


def conditions_text(conditions: Conditions) -> str:
    """Under which conditions, in one line: `70M..16B parameters · on WidgetText`."""
    scales = (
        (conditions.parameters, "parameters"),
        (conditions.tokens, "tokens"),
        (conditions.compute, "FLOPs"),
    )
    return joined(
        [
            *(f"{format_range(span)} {unit}" for span, unit in scales if span is not None),
            f"models {', '.join(conditions.models)}" if conditions.models else None,
            f"on {', '.join(conditions.datasets)}" if conditions.datasets else None,
            conditions.metric,
            conditions.note,
        ]
    )


def evidence_block(view: View, evidence: Evidence, *, about: Sequence[str] = ()) -> Group:
    """One piece of evidence: who, what was found, where, under which conditions, how it was checked.

    Args:
        view: for its paper and the date.
        evidence: any review state; what is not accepted says so.
        about: lines that take the place of the paper's (the card of a paper shows claims instead).
    """
    sign, style = STANCE_SIGNS[evidence.stance]
    paper = view.knowledge.papers.get(evidence.paper)
    head = Text(f"{sign} ", style=style)
    for number, words in enumerate(about or (short_reference(paper, evidence.paper), f"[{evidence.paper}]")):
        head.append((" " if number else "") + printable(words), style="bold" if not number else "dim not bold")
    if evidence.review is not Review.ACCEPTED:
        head.append(f" {evidence.review}: {evidence.stance}", style="italic not bold")
    lines = [line(evidence.finding)]
    if evidence.quote:
        lines.append(line(f"“{evidence.quote}”", "italic"))
    conditions = conditions_text(evidence.conditions)
    if conditions:
        lines.append(line(conditions))
    checked = joined(
        [
            evidence.locator,
            str(evidence.strength),
            f"checked: {evidence.checked}",
            f"confidence {evidence.confidence}",
            evidence.read_in and f"read in {evidence.read_in}",
            added_text(view, evidence.name),
        ]
    )
    lines.append(line(checked, "dim"))
    if not about and paper is not None and paper.link:
        lines.append(line(paper.link, "dim"))
    return Group(head, *(indented(one) for one in lines))


def added_text(view: View, name: str) -> str | None:
    """When an evidence was added and by whom, where git knows."""
    if name not in view.added:
        return None
    who = view.added_by.get(name)
    return f"added {view.added[name][:10]}" + (f" by {who}" if who else "")
