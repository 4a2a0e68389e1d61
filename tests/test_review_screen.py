"""The full-screen review, key by key, in Textual's own test driver."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from loops import run_apart
from review_samples import (
    ADA,
    CLAIM,
    KEY,
    OTHER_CLAIM,
    SENTENCE,
    WIDGETS,
    Desk,
    copy_toy,
    made_up_queue,
    made_up_suggestion,
    make_desk,
)
from textual.pilot import Pilot
from textual.widgets import Select, Static, TextArea

from phengraph.model import Cue, Passage, Suggestion
from phengraph.review.acts import Act, Outcome
from phengraph.review.terminal.app import ReviewApp
from phengraph.review.terminal.dialogs import DraftForm, Reading


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_toy(tmp_path / "toy")


class Screen:
    """The review under a pilot, and what it shows."""

    def __init__(self, desk: Desk, pilot: Pilot[None], opened: list[str]) -> None:
        self.desk = desk
        self.pilot = pilot
        self.opened = opened

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def text(self, place: str) -> str:
        return str(self.pilot.app.screen_stack[0].query_one(f"#{place}", Static).content)

    @property
    def told(self) -> str:
        return self.text("told")

    def rows(self) -> list[str]:
        """The screen as rows of letters, as a terminal has it."""
        return [row.text for row in self.pilot.app.screen._compositor.render_strips()]


def reviewing(
    folder: Path,
    suggestions: list[Suggestion],
    act: Callable[[Screen], Awaitable[None]],
    *,
    size: tuple[int, int] = (80, 24),
    has_browser: bool = True,
) -> Desk:
    """Run the review in a terminal of a size and act on it."""
    desk = make_desk(folder, suggestions)
    opened: list[str] = []

    def open_url(url: str) -> bool:
        opened.append(url)
        return has_browser

    async def run() -> None:
        app = ReviewApp(desk.session, open_url=open_url, empty="Nothing waits for a decision.")
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await act(Screen(desk, pilot, opened))

    run_apart(run())
    return desk


@pytest.mark.parametrize(
    ("key", "stance", "told"),
    [
        ("s", "supports", "Still Supported: 3 teams for, none against, 1 qualifying"),
        ("c", "contradicts", "Supported -> Contested: 2 teams for, 1 against, 1 qualifying"),
        ("q", "qualifies", "Still Supported: 2 teams for, none against, 2 qualifying"),
        ("i", "inconclusive", "Still Supported: 2 teams for, none against, 1 qualifying"),
    ],
)
def test_a_stance_is_one_key(folder: Path, key: str, stance: str, told: str) -> None:
    async def act(screen: Screen) -> None:
        assert screen.text("top").startswith(" 1 of 2 ")
        await screen.press(key)
        assert screen.text("top").startswith(" 2 of 2   accepted 1, not about 0, later 0   writing 1 ")
        assert screen.told == f"{told}  (Widgets grow by a power law)"
        assert "Made-up paper 18" in screen.text("paper")

    desk = reviewing(folder, made_up_queue(2), act)
    assert [one.refused for one in desk.work()] == [None]
    assert f"  - {stance}: {KEY}\n".encode() in desk.files()[WIDGETS]


@pytest.mark.parametrize(
    ("key", "verdict", "told"),
    [
        ("n", "not about", "Not about this claim"),
        ("l", "later", "Put off; `phengraph review --later` shows it again"),
    ],
)
def test_declining_is_one_key(folder: Path, key: str, verdict: str, told: str) -> None:
    async def act(screen: Screen) -> None:
        await screen.press(key)
        assert screen.told == told
        assert screen.text("top").startswith(" 2 of 2 ")

    desk = reviewing(folder, made_up_queue(2), act)
    before = desk.files()
    desk.work()
    assert {path for path in desk.files() if desk.files()[path] != before.get(path)} == {ADA}
    assert f'"verdict": "{verdict}"'.encode() in desk.files()[ADA]


def test_o_opens_the_paper(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("o")
        assert screen.opened == ["https://doi.org/10.5555/made-up.17"]
        assert screen.told == "Opened at DOI: https://doi.org/10.5555/made-up.17"

    reviewing(folder, made_up_queue(1), act)


def test_o_without_a_browser_shows_the_address(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("o")
        assert screen.told == "There is no browser on this machine: https://doi.org/10.5555/made-up.17"

    reviewing(folder, made_up_queue(1), act, has_browser=False)


def test_only_http_is_opened(folder: Path) -> None:
    odd = made_up_suggestion(doi=None, corpus_id=None, s2_id="", open_access="javascript:alert(1)")
    file = made_up_suggestion(doi=None, open_access="file:///etc/passwd")

    async def act(screen: Screen) -> None:
        await screen.press("o")
        assert screen.told == "nobody knows where this paper is found"
        assert screen.opened == []

    reviewing(folder, [odd], act)

    async def other(screen: Screen) -> None:
        await screen.press("o")
        assert screen.opened == ["https://api.semanticscholar.org/CorpusID:9000017"]

    reviewing(folder, [file], other)


def test_e_edits_what_a_key_writes(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("e")
        form = screen.pilot.app.screen
        assert isinstance(form, DraftForm)
        form.query_one("#finding", TextArea).text = ""
        await screen.press(*"No: flat")
        await screen.press("tab")
        form.query_one("#locator", TextArea).text = "table 3"
        form.query_one("#strength", Select).value = "strong"
        form.query_one("#checked", Select).value = "paper"
        await screen.press("enter")
        assert screen.told == "Edited; s, c, q or i writes it"
        assert "finding: No: flat" in screen.text("paper")
        await screen.press("c")
        assert screen.told.startswith("Supported -> Contested: 2 teams for, 1 strong against, 1 qualifying")

    desk = reviewing(folder, made_up_queue(1), act)
    desk.work()
    assert (
        f"  - contradicts: {KEY}\n    finding: 'No: flat'\n    locator: table 3\n    strength: strong\n"
        f"    checked: paper\n    quote: {SENTENCE}\n"
    ).encode() in desk.files()[WIDGETS]


def test_the_form_is_left_without_a_change(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("e", *"zzz", "escape")
        assert f"finding: {SENTENCE}\n" in screen.text("paper")

    assert not reviewing(folder, made_up_queue(1), act).asked


def test_letters_in_the_form_decide_nothing(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("e", *"scqinlou")

    assert not reviewing(folder, made_up_queue(1), act).asked


def test_a_missing_finding_is_asked_for(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("s")
        form = screen.pilot.app.screen
        assert isinstance(form, DraftForm)
        form.query_one("#finding", TextArea).text = "Made-up widgets grow."
        form.query_one("#locator", TextArea).text = "abstract"
        await screen.press("enter", "s")
        assert screen.told.startswith("Still Supported: 3 teams for")

    desk = reviewing(folder, [made_up_suggestion(passages=(), abstract=None)], act)
    assert len(desk.asked) == 1


def test_a_quote_that_is_not_there_is_told_and_nothing_is_decided(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("e")
        screen.pilot.app.screen.query_one("#quote", TextArea).text = "widgets ... grow"
        await screen.press("enter", "s")
        assert screen.told == "Not decided: the quote has an ellipsis; quote words that stand together"
        assert screen.text("top").startswith(" 1 of 1 ")

    assert not reviewing(folder, made_up_queue(1), act).asked


def test_u_takes_back(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("u")
        assert screen.told == "Not taken back: no decision of yours is there to take back"
        await screen.press("c", "n", "u")
        assert screen.told == "Taken back: not about, Made-up paper 18 on widgets"
        assert screen.text("top").startswith(" 2 of 3   accepted 1, not about 0, ")
        await screen.press("u")
        assert screen.text("top").startswith(" 1 of 3   accepted 0, not about 0, ")
        assert "Supported" in screen.text("claim")

    desk = reviewing(folder, made_up_queue(3), act)
    before = desk.files()
    desk.work()
    assert desk.files() == before


def test_help_names_every_key(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("question_mark")
        shown = "\n".join(screen.rows())
        for words in ("s supports", "c contradicts", "q qualifies", "i inconclusive", "n not about", "l later",
                      "e edit", "o open", "u undo", "v evidence", "Esc leave", "Nothing is committed"):  # fmt: skip
            assert words in shown, words
        await screen.press("n")
        assert isinstance(screen.pilot.app.screen, Reading)
        await screen.press("escape")
        assert not isinstance(screen.pilot.app.screen, Reading)

    assert not reviewing(folder, made_up_queue(1), act).asked


def test_v_shows_the_evidence_in_full(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("v")
        assert "Three widgets passed 2000." in "\n".join(screen.rows())

    reviewing(folder, [made_up_suggestion(claim=OTHER_CLAIM)], act)


def test_everything_needed_stands_on_80_by_24(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        rows = screen.rows()
        assert len(rows) == 24 and all(len(row) <= 80 for row in rows)
        shown = "\n".join(rows)
        for words in ("1 of 1", "Widgets grow by a power law", "Supported", "+ Alpha 2019 (strong): Made-up",
                      "Made-up paper 17 on widgets", "In contrast to the made-up paper 1", "finding: In contrast",
                      "checked: excerpt", "s supports", "? help"):  # fmt: skip
            assert words in shown, words

    reviewing(folder, made_up_queue(1), act)


@pytest.mark.parametrize("size", [(20, 5), (200, 60)])
def test_odd_terminals_are_no_trouble(folder: Path, size: tuple[int, int]) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("down", "pagedown", "e", "escape", "question_mark", "escape", "v", "escape", "n")
        assert screen.text("top").startswith(" 2 of 2 ")

    reviewing(folder, made_up_queue(2), act, size=size)


def test_an_empty_queue_says_what_to_do(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        assert screen.text("paper") == "Nothing waits for a decision."
        await screen.press("s", "c", "q", "i", "n", "l", "e", "o", "v")
        assert screen.text("top").startswith(" 0 of 0 ")

    assert not reviewing(folder, [], act).asked


def test_a_queue_of_twenty_thousand_is_no_trouble(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        assert screen.text("top").startswith(" 1 of 20000 ")
        await screen.press("n", "l", "s", "u")
        assert screen.text("top").startswith(" 3 of 20000   accepted 0, not about 1, later 1 ")

    desk = reviewing(folder, made_up_queue(20_000), act)
    assert [one.refused for one in desk.work()] == [None] * 4
    assert desk.session.left == 19_998


def test_the_last_one_leads_to_the_end(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("n", "n")
        assert screen.text("paper") == "Nothing waits for a decision."
        assert screen.text("top").startswith(" 1 of 1   accepted 0, not about 1, later 0 ")

    assert len(reviewing(folder, made_up_queue(1), act).asked) == 1


def test_what_the_writer_refuses_comes_again_with_its_reason(folder: Path) -> None:
    async def act(screen: Screen) -> None:
        await screen.press("s")
        (order,) = screen.desk.asked
        assert isinstance(order, Act)
        screen.pilot.app.post_message(ReviewApp.Answered(Outcome(order.number, "not written, because then: x")))
        await screen.pilot.pause()
        assert screen.told == "not written, because then: x  (Made-up paper 17 on widgets)"
        assert screen.text("top").startswith(" 1 of 2   accepted 0, ")
        assert "Made-up paper 18" in screen.text("paper"), "the one that is read stays"
        await screen.press("n")
        assert "Made-up paper 17" in screen.text("paper")

    reviewing(folder, made_up_queue(2), act)


HOSTILE = (
    "In contrast [red]to[/red] [link=https://evil.example]this[/link] \x1b[31mred\x1b]0;title\x07 \x9b2J \u202eturned"
    "\u202c [/] [bold] $(touch x) `x` {0} 'a' \u2066isolated\u2069 \u061c\u200b end."
)


def test_hostile_sentences_are_shown_as_text(folder: Path) -> None:
    one = made_up_suggestion(
        title=HOSTILE,
        abstract=HOSTILE,
        venue=HOSTILE,
        authors=(HOSTILE,),
        passages=(Passage(HOSTILE, (Cue(0, 11, "contrast"), Cue(5, 500, "term")), "citation", CLAIM),),
    )

    async def act(screen: Screen) -> None:
        shown = "\n".join(screen.rows())
        assert "[red]to[/red]" in shown and "[link=https://evil.example]this[/link]" in shown
        drawn = screen.pilot.app.export_screenshot()
        for place in ("\x1b", "\x07", "\x9b", "\u202e", "\u202c", "\u2066", "\u2069", "\u061c", "\u200b"):
            assert place not in shown and place not in drawn
        await screen.press("c")
        assert screen.told.startswith("Supported -> Contested")

    desk = reviewing(folder, [one], act, size=(130, 50))
    assert [one.refused for one in desk.work()] == [None]
    written = b"".join(desk.files().values()).decode()
    for place in ("\x1b", "\x07", "\x9b", "\u202e", "\u202c", "\u2066", "\u2069"):
        assert place not in written
