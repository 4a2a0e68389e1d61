"""What lies over the review for a moment: the help, the evidence in full, the form of the draft."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Select, Static, TextArea

from phengraph.model import Checked, Strength
from phengraph.review.drafts import Draft

HELP = """\
s supports        it speaks for the claim as it is written
c contradicts     it speaks against it
q qualifies       it says under which conditions it holds
i inconclusive    it looked and could not tell
n not about this  it bears not on this claim; never asked again
l later           put off; `phengraph review --later` asks again

e edit            finding, locator, quote, strength, what you read
o open            the paper in a browser
v evidence        that the claim has, in full
u undo            the last decision
↑ ↓ PgUp PgDn     scroll
Esc leave         what is decided is kept

s, c, q and i write what stands under "A key writes": evidence in
graph/phenomena, the paper in graph/papers.bib, a line in
graph/decisions. Put `checked` right when you read more than the
sentence. Nothing is committed; git shows what was written.
"""
_CHECKED = [str(one) for one in Checked if one is not Checked.RECALL]


class Reading(ModalScreen[None]):
    """A text that any key puts away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,v", "dismiss", "back"),
    ]

    def __init__(self, text: Content, title: str) -> None:
        super().__init__()
        self._text = text
        self._heading = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Label(Content(self._heading), classes="heading")
            with VerticalScroll():
                yield Static(self._text, markup=False)
            yield Label(Content("Esc goes back"), classes="hint")


class Words(TextArea):
    """A text of one paragraph: Enter is for the form, Tab goes on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.save", "save", priority=True)]


class DraftForm(ModalScreen[dict[str, str] | None]):
    """The draft to be edited; gives what it holds, or None when it was left.

    Args:
        because: why it opened by itself, told above it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave it as it was"),
        Binding("ctrl+s", "save", "save"),
    ]

    def __init__(self, draft: Draft, because: str = "") -> None:
        super().__init__()
        self._draft = draft
        self._because = because

    def compose(self) -> ComposeResult:
        draft = self._draft
        with VerticalScroll(classes="dialog", can_focus=False):
            told = (
                self._because
                or "What the paper found, in a sentence of your own. Enter saves, Esc leaves, Tab goes on."
            )
            yield Label(Content(told), classes="hint")
            yield Label("finding")
            yield Words(draft.finding, id="finding", soft_wrap=True, compact=True)
            yield Label("locator: section, figure, table, page")
            yield Words(draft.locator, id="locator", soft_wrap=True, compact=True)
            yield Label("quote: words of the paper that stand together (may stay empty)")
            yield Words(draft.quote, id="quote", soft_wrap=True, compact=True)
            with Horizontal(classes="choices"):
                yield Label("checked ")
                yield _choice("checked", _CHECKED, str(draft.checked))
                yield Label(" strength ")
                yield _choice("strength", [str(one) for one in Strength], str(draft.strength))

    def on_mount(self) -> None:
        finding = self.query_one("#finding", Words)
        finding.focus()
        finding.move_cursor(finding.document.end)

    def action_save(self) -> None:
        found = {name: self.query_one(f"#{name}", Words).text for name in ("finding", "locator", "quote")}
        for name in ("checked", "strength"):
            found[name] = str(self.query_one(f"#{name}", Select).value)
        # What nobody touched is left out, so that what follows from the finding may follow.
        given = {"quote": self._draft.quote}
        self.dismiss({name: text for name, text in found.items() if given.get(name) != text})

    def action_leave(self) -> None:
        self.dismiss(None)


def _choice(name: str, words: list[str], value: str) -> Select[str]:
    return Select([(word, word) for word in words], value=value, allow_blank=False, id=name, compact=True)
