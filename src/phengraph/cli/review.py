"""`phengraph review`: the curator's ten minutes, full screen."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    from phengraph.review.acts import Outcome
    from phengraph.review.opening import Review


@click.command("review")
@click.option("--claim", metavar="SLUG", help="Only suggestions about this claim.")
@click.option("--phenomenon", metavar="SLUG", help="Only suggestions about the claims of this phenomenon.")
@click.option("--since", metavar="DATE", help="Only papers that appeared on this day or later: 2026-09-01.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many, the best first.")
@click.option("--later", is_flag=True, help="What was put off, in place of what is new.")
@click.option("--curator", metavar="NAME", help="Whose decisions these are.  [default: git's user.name]")
@click.pass_context
def command(
    ctx: click.Context,
    claim: str | None,
    phenomenon: str | None,
    since: str | None,
    limit: int | None,
    later: bool,
    curator: str | None,
) -> int:
    """Decide on suggestions, one key each, in the terminal.

    Each shows a claim with its evidence, and a paper with the sentences that may bear on it. s supports, c contradicts,
    q qualifies, i inconclusive, n not about this, l later, e edit, o open, u undo, ? help. What is accepted becomes
    evidence under its claim in graph/; every decision is remembered in graph/decisions/, so that nobody is asked twice.
    Nothing is committed.
    """
    from phengraph.cli.suggestions import check_day
    from phengraph.review.opening import ReviewNotOpened, find_curator, open_review
    from phengraph.suggest import suggestions

    check_day(ctx, since)
    project = project_of(ctx)
    name = find_curator(project, curator)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ReviewNotOpened(
            "the review needs a terminal; `phengraph suggestions` lists what waits, and `phengraph serve --curate` "
            "shows it in a browser"
        )
    click.echo("looking for what bears on the claims ...", err=True)
    review = open_review(
        project,
        lambda: suggestions(
            project, claim=claim, phenomenon=phenomenon, since=since, limit=None if later else limit, later=later
        ),
        curator=name,
        put_off=later,
    )
    return _run(review, later=later)


def _run(review: Review, *, later: bool) -> int:
    """Show it until it is left, and say what came of it."""
    from phengraph.problems import one_line

    # Textual draws at most so often a second, and the first time that long after a key; read when it is imported.
    os.environ.setdefault("TEXTUAL_FPS", "240")
    from phengraph.review.terminal.app import ReviewApp

    session = review.session
    app = ReviewApp(session, open_url=open_in_browser, empty=what_now(review, later=later))
    heard: list[Outcome] = []
    ended: list[str] = []

    def hear(outcome: Outcome) -> None:
        heard.append(outcome)
        app.post_message(ReviewApp.Answered(outcome))

    def end(text: str) -> None:
        ended.append(text)
        app.post_message(ReviewApp.Ended(text))

    review.start(on_outcome=hear, on_end=end)
    # What is held by now stays: not to be looked through again between two keys.
    gc.collect()
    gc.freeze()
    app.run()
    if session.waiting:
        click.echo("writing what was decided last ... (Ctrl-C lets it go on by itself)", err=True)
    try:
        review.close()
    except KeyboardInterrupt:
        ended.append("not all is written yet; that goes on by itself, and the next review tells what was refused")
    # What came when the screen was closing or closed.
    late = [session.settle(outcome) for outcome in heard if session.is_waiting(outcome.number)]
    refused = [f"{told.text} ({told.about})" for told in late if told is not None]
    for text in [*refused, *ended]:
        click.echo(f"phengraph: {one_line(text)}", err=True)
    click.echo(
        f"{session.accepted} accepted, {session.declined} not about, {session.put_off} later; {session.left:,} wait"
    )
    if session.accepted or session.declined or session.put_off:
        click.echo("next: `git diff graph` shows what was written; `git add graph` and `git commit` keep it")
    return 1 if refused or ended else 0


def what_now(review: Review, *, later: bool) -> str:
    """What is said when nothing waits."""
    if later:
        return "Nothing is put off.\n\n`phengraph review` asks about what is new. Esc leaves."
    return (
        "Nothing waits for a decision.\n\n"
        "`phengraph refresh` fetches new citations, `phengraph discover` looks beyond them,\n"
        "and `phengraph review --later` asks about what was put off. u takes the last decision back, Esc leaves."
    )


def open_in_browser(url: str) -> bool:
    """Open an address in a browser with windows; False where there is none, as on a server."""
    import webbrowser

    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        # A browser in letters would draw over the review.
        return False
    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False
