"""The full-screen view: a suggestion, and single keys that decide on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from phengraph.curate.insert import EditRefused
from phengraph.model import Stance, Verdict
from phengraph.problems import PhengraphError
from phengraph.review.acts import Outcome
from phengraph.review.session import Session, Told
from phengraph.review.showing import Shown, plain, show
from phengraph.review.terminal.dialogs import HELP, DraftForm, Reading
from phengraph.review.terminal.sheet import claim_sheet, key_rows, paper_sheet, top_line

_WIDE = 110
"""Columns from which claim and paper stand side by side."""

OpenUrl = Callable[[str], bool]


class ReviewApp(App[None]):
    """The review of one session.

    Args:
        session: what is decided on.
        open_url: opens an http or https address in a browser; False when there is none on this machine.
        empty: what is said when nothing waits.
    """

    TITLE = "phengraph review"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - an instance variable to the base class
        (0, "-narrow"),
        (_WIDE, "-wide"),
    ]
    CSS = """
    #top { height: 1; background: $panel; }
    #body { height: 1fr; }
    #claim, #paper { padding: 0 1; height: auto; }
    #claim { border-bottom: solid $panel-lighten-2; }
    .-wide #body { layout: horizontal; }
    .-wide #left { width: 2fr; }
    .-wide #right { width: 3fr; }
    .-wide #claim { border-bottom: none; }
    .-narrow #left { height: auto; max-height: 45%; }
    .-narrow #right { height: 1fr; }
    #told { height: auto; min-height: 1; max-height: 3; padding: 0 1; background: $panel; }
    #told.error { color: $text-error; }
    #keys { height: auto; background: $panel; }
    DraftForm, Reading { align: center middle; }
    .dialog { width: 90%; max-width: 100; height: auto; max-height: 100%; border: round $primary; padding: 0 1; }
    .dialog VerticalScroll { height: auto; max-height: 1fr; }
    .heading { text-style: bold; }
    .hint { color: $text-muted; width: 100%; }
    Words { height: auto; max-height: 6; min-height: 1; }
    .choices { height: auto; margin-top: 1; }
    .choices Select { width: 20; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "accept('supports')", "supports"),
        Binding("c", "accept('contradicts')", "contradicts"),
        Binding("q", "accept('qualifies')", "qualifies"),
        Binding("i", "accept('inconclusive')", "inconclusive"),
        Binding("n", "decline('not about')", "not about this"),
        Binding("l", "decline('later')", "later"),
        Binding("e", "edit", "edit"),
        Binding("o", "open", "open"),
        Binding("u", "undo", "undo"),
        Binding("v", "evidence", "evidence"),
        Binding("question_mark", "help", "help"),
        Binding("escape,ctrl+q", "quit", "leave"),
        Binding("up", "scroll(-1)"),
        Binding("down", "scroll(1)"),
        Binding("pageup", "scroll(-10)"),
        Binding("pagedown,space", "scroll(10)"),
    ]

    class Answered(Message):
        """The writing process says what came of an order; may be posted from any thread."""

        def __init__(self, outcome: Outcome) -> None:
            super().__init__()
            self.outcome = outcome

    class Ended(Message):
        """Nothing can be written any more."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(self, session: Session, *, open_url: OpenUrl, empty: str) -> None:
        super().__init__()
        self.session = session
        self._open_url = open_url
        self._empty = empty

    def compose(self) -> ComposeResult:
        yield Static(id="top", markup=False)
        with Vertical(id="body"):
            with VerticalScroll(id="left", can_focus=False):
                yield Static(id="claim", markup=False)
            with VerticalScroll(id="right", can_focus=False):
                yield Static(id="paper", markup=False)
        yield Static(id="told", markup=False)
        yield Static(key_rows(), id="keys", markup=False)

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        self._draw()

    def action_accept(self, stance: str) -> None:
        if self.session.current is None:
            return
        if not self.session.draft.finding:
            self._edit("What did it find? In a sentence of your own; Enter, then the key again.")
            return
        self._do(lambda: self.session.accept(Stance(stance)))

    def action_decline(self, verdict: str) -> None:
        if self.session.current is not None:
            self._do(lambda: self.session.decline(Verdict(verdict)))

    def action_undo(self) -> None:
        self._do(self.session.undo, refused="Not taken back")

    def action_edit(self) -> None:
        if self.session.current is not None:
            self._edit("")

    def _edit(self, because: str) -> None:
        suggestion = self.session.current

        def save(found: dict[str, str] | None) -> None:
            # Another may stand there by now: the draft belongs to the one that was edited.
            if found is not None and self.session.current is suggestion:
                self._do(lambda: self._save(found), scroll=False, refused="Not changed")

        self.push_screen(DraftForm(self.session.draft, because), save)

    def _save(self, found: dict[str, str]) -> Told:
        self.session.edit(**found)
        return Told("Edited; s, c, q or i writes it")

    def action_open(self) -> None:
        shown = show(self.session)
        if shown is None:
            return
        if not shown.links:
            self._tell(Told("nobody knows where this paper is found", is_error=True))
            return
        name, url = shown.links[0]
        if self._open_url(url):
            self._tell(Told(f"Opened at {name}: {url}"))
        else:
            self.copy_to_clipboard(url)
            self._tell(Told(f"There is no browser on this machine: {url}"))

    def action_evidence(self) -> None:
        shown = show(self.session)
        if shown is not None:
            self.push_screen(
                Reading(claim_sheet(shown, width=self.size.width, brief=False), "The claim and its evidence")
            )

    def action_help(self) -> None:
        self.push_screen(Reading(Content(HELP), "Keys"))

    def action_scroll(self, rows: int) -> None:
        self.query_one("#right", VerticalScroll).scroll_relative(y=rows, animate=False)

    def on_review_app_answered(self, message: Answered) -> None:
        told = self.session.settle(message.outcome)
        if told is None:
            # Written as asked: what is read stays as it is.
            self._draw_top(show(self.session))
        else:
            self._tell(told)
            self._draw()

    def on_review_app_ended(self, message: Ended) -> None:
        self._tell(Told(message.text, is_error=True))

    def _do(self, act: Callable[[], Told], *, scroll: bool = True, refused: str = "Not decided") -> None:
        try:
            told = act()
        except EditRefused as error:
            told = Told(f"{refused}: {error}", is_error=True)
        except PhengraphError as error:
            told = Told(str(error), is_error=True)
        # All of it in one picture.
        with self.batch_update():
            self._tell(told)
            self._draw()
            if scroll and not told.is_error:
                for column in ("#left", "#right"):
                    self.query_one(column, VerticalScroll).scroll_home(animate=False)

    def _tell(self, told: Told) -> None:
        place = self.query_one("#told", Static)
        place.set_class(told.is_error, "error")
        about = f"  ({told.about})" if told.about else ""
        place.update(Content(plain(told.text + about)))

    def _draw(self) -> None:
        shown = show(self.session)
        self._draw_top(shown)
        claim, paper = self.query_one("#claim", Static), self.query_one("#paper", Static)
        if shown is None:
            claim.update(Content(""))
            paper.update(Content(self._empty))
            return
        narrow = self.size.width < _WIDE
        claim.update(claim_sheet(shown, width=self.size.width - 3, brief=narrow))
        paper.update(paper_sheet(shown))

    def _draw_top(self, shown: Shown | None) -> None:
        session = self.session
        counts = session.accepted, session.declined, session.put_off
        self.query_one("#top", Static).update(
            top_line(
                shown, counts=counts, waiting=session.waiting, curator=plain(session.curator), total=session.total
            ),
            layout=False,
        )
