"""A suggestion as lines of a terminal: the claim on one sheet, the paper and what a key would write on another."""

from __future__ import annotations

from textual.content import Content

from phengraph.review.showing import Shown, ShownEvidence, ShownPassage

SIGNS = {"supports": "+", "contradicts": "-", "qualifies": "~", "inconclusive": "?"}
_HUES = {"supports": "$success", "contradicts": "$error", "qualifies": "$warning", "inconclusive": "$secondary"}
_CUES = {
    "contrast": "bold underline $error",
    "failed replication": "bold underline $error",
    "negation": "bold underline $warning",
    "confirmation": "bold underline $success",
    "scale": "bold underline $accent",
    "term": "underline",
    "model": "underline $accent",
    "data set": "underline $accent",
}
_FEW = 3

Part = str | Content | tuple[str, str]


def claim_sheet(shown: Shown, *, width: int, brief: bool) -> Content:
    """The claim, its status and its evidence.

    Args:
        width: in cells.
        brief: the first few pieces of evidence, a line each, in place of all of them in full.
    """
    rows: list[Part] = [
        (f"{shown.phenomenon}\n", "dim"),
        (f"{shown.claim_label}\n", "bold"),
        f"{shown.claim_text}\n",
        (f"{shown.status.capitalize()}", "bold"),
        (f"  {shown.reason}\n" if not brief else "\n", "dim"),
    ]
    listed = shown.evidence[:_FEW] if brief else shown.evidence
    for one in listed:
        rows += _evidence(one, width if brief else None)
    if len(shown.evidence) > len(listed):
        rows.append((f"  and {len(shown.evidence) - len(listed)} more, v shows them\n", "dim"))
    if not shown.evidence:
        rows.append(("  no evidence yet\n", "dim"))
    return _join(rows)


def _evidence(one: ShownEvidence, width: int | None) -> list[Part]:
    marks = [
        word
        for word in (one.strength if one.strength != "moderate" else "", one.review)
        if word not in ("", "accepted")
    ]
    mark = f" ({', '.join(marks)})" if marks else ""
    text = f"{one.paper}{mark}: {one.finding}"
    if width is not None:
        text = _one_row(text, width - 2)
    return [(f"{SIGNS.get(one.stance, ' ')} ", f"bold {_HUES.get(one.stance, '')}"), f"{text}\n"]


def paper_sheet(shown: Shown) -> Content:
    """The paper, its sentences with cues, what a key would write, and the abstract."""
    rows: list[Part] = [(f"{shown.title}\n", "bold"), (f"{shown.byline}\n", "dim")]
    for passage in shown.passages:
        rows += _passage(passage)
    if shown.reads_like:
        rows.append((f"reads like: {shown.reads_like}\n", "italic"))
    rows += ["\n", *_draft(shown)]
    if shown.abstract:
        rows += ["\n", ("Abstract ", "bold"), f"{shown.abstract}\n"]
    rows.append(("\n" + "\n".join(f"{name}: {url}" for name, url in shown.links) + "\n", "dim"))
    rows.append((f"{shown.why}\n", "dim"))
    return _join(rows)


def _passage(passage: ShownPassage) -> list[Part]:
    rows: list[Part] = [("> ", "dim")]
    kinds = dict.fromkeys(kind for _, kind in passage.pieces if kind and kind != "term")
    rows += [(text, _CUES.get(kind, "underline") if kind else "") for text, kind in passage.pieces]
    rows.append((f"  [{', '.join([passage.what, *kinds])}]\n", "dim"))
    return rows


def _draft(shown: Shown) -> list[Part]:
    draft = shown.draft
    rows: list[Part] = [("A key writes ", "bold $primary"), ("(e edits it)\n", "dim")]
    if not draft.finding:
        return [*rows, ("  no finding yet: s, c, q and i ask for it\n", "italic")]
    fields = [
        ("finding", draft.finding),
        ("locator", draft.locator),
        ("quote", draft.quote),
        ("read-in", draft.read_in),
    ]
    rows += [part for name, text in fields if text for part in (("  " + name + ": ", "dim"), f"{text}\n")]
    rows += [("  checked: ", "dim"), f"{draft.checked}", ("  strength: ", "dim"), f"{draft.strength}\n"]
    return rows


def _one_row(text: str, width: int) -> str:
    """As much as fits in a row of cells."""
    content = Content(text)
    return content.truncate(max(width, 10), ellipsis=True).plain if content.cell_length > width else text


def _join(rows: list[Part]) -> Content:
    # `assemble` takes no text for markup.
    plain_parts = ((part if part[1] else part[0]) if isinstance(part, tuple) else part for part in rows)
    return Content.assemble(*plain_parts).rstrip("\n")


def top_line(shown: Shown | None, *, counts: tuple[int, int, int], waiting: int, curator: str, total: int) -> Content:
    """Where one is in the queue, what was decided, and whether something is still being written."""
    accepted, declined, put_off = counts
    place = f"{shown.number} of {shown.total}" if shown else f"{total} of {total}"
    decided = f"accepted {accepted}, not about {declined}, later {put_off}"
    writing = f"   writing {waiting}" if waiting else ""
    return Content.assemble((f" {place}", "bold"), f"   {decided}{writing}   {curator}")


KEYS = (
    (("s", "supports"), ("c", "contradicts"), ("q", "qualifies"), ("i", "inconclusive"), ("n", "not about this")),
    (("l", "later"), ("e", "edit"), ("o", "open"), ("v", "evidence"), ("u", "undo"), ("?", "help"), ("Esc", "leave")),
)
"""In the rows in which they are shown."""


def key_rows() -> Content:
    """What each key does."""
    rows: list[Part] = []
    for row in KEYS:
        for key, does in row:
            rows += [(f" {key}", "bold $primary"), f" {does} "]
        rows.append("\n")
    return _join(rows)
