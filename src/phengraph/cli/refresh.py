"""`phengraph refresh`: what is new in Semantic Scholar about the tracked papers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    from phengraph.ingest.news import News
    from phengraph.ingest.plan import Plan
    from phengraph.project import Project

TRY_LATER = 75
STOPPED = 130
_BEST = 10
"""Suggestions that the news in Markdown, which the schedules publish, name."""


@click.command("refresh")
@click.option(
    "--budget", type=click.IntRange(min=1), metavar="N", help="Make at most N requests; the next run goes on."
)
@click.option("--all", "everything", is_flag=True, help="Read every list of citations from end to end.")
@click.option("--paper", "only", multiple=True, metavar="KEY", help="Only this paper of papers.bib; may be repeated.")
@click.option("--if-due", is_flag=True, help="Do nothing before the cadence of phengraph.toml says so; for schedules.")
@click.option("--dry-run", is_flag=True, help="Print the plan and its price; ask nobody, write nothing.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How the news are told.",
)
@click.pass_context
def command(
    ctx: click.Context,
    budget: int | None,
    everything: bool,
    only: tuple[str, ...],
    if_due: bool,
    dry_run: bool,
    form: str,
) -> int:
    """Fetch what is new about the tracked papers from Semantic Scholar, and tell the news.

    What comes is recorded in ingest/ page by page, so it can be stopped at any time and goes on the next time. The key
    comes from SEMANTIC_SCHOLAR_API_KEY, if there is one. The exit code is 75 when it makes sense to try again later:
    the service is busy or down, or another refresh is running.
    """
    from phengraph.ingest.clock import SystemClock
    from phengraph.ingest.errors import RefreshRunning
    from phengraph.ingest.project_refresh import plan_refresh, refresh_project, schedule_state
    from phengraph.ingest.refresh import Interrupted
    from phengraph.ingest.running import Options

    project = project_of(ctx)
    options = Options(everything=everything, only=only)
    if dry_run:
        _tell_plan(plan_refresh(project, options=options), form)
        return 0
    if if_due and not schedule_state(project).is_due(SystemClock().now()):
        return 0
    begun = SystemClock().now()
    try:
        with _progress() as watcher:
            news = refresh_project(project, options=options, budget=budget, watcher=watcher)
    except RefreshRunning as running:
        click.echo(f"phengraph: {running}", err=True)
        return TRY_LATER
    except Interrupted as interrupted:
        _tell(interrupted.news, form)
        return STOPPED
    _tell(news, form)
    if form == "markdown" and (news.new or news.first):
        click.echo(_worth_a_look(project, begun.date().isoformat()), nl=False)
    if news.stop == "service":
        return TRY_LATER
    return 1 if news.broken or news.stop == "key" else 0


def _tell(news: News, form: str) -> None:
    write = {"text": news.text, "json": news.json, "markdown": news.markdown}[form]
    click.echo(write(), nl=False)
    for line in (*news.warnings, *([news.stopped] if news.stopped else [])):
        click.echo(f"phengraph: {line}", err=True)


def _worth_a_look(project: Project, since: str) -> str:
    """The ten best suggestions among the papers that came, as a section of the news; nothing when there are none."""
    from phengraph.cli.suggestion_forms import as_markdown, list_suggestions
    from phengraph.problems import InvalidProject

    try:
        listing = list_suggestions(project, since=since, limit=_BEST)
    except InvalidProject:
        # Files with errors are told by `phengraph check`, which the schedules run next.
        return ""
    return f"\n### Worth a look\n\n{as_markdown(listing)}" if listing.total else ""


def _tell_plan(plan: Plan, form: str) -> None:
    write = {"text": plan.text, "json": plan.json, "markdown": plan.text}[form]
    click.echo(write(), nl=False)


def _progress() -> _Progress:
    return _Progress(show=sys.stderr.isatty())


class _Progress:
    """Bars on a terminal, silence elsewhere; a watcher while the block lasts."""

    def __init__(self, *, show: bool) -> None:
        self._show = show

    def __enter__(self):  # type: ignore[no-untyped-def]  # a Watcher, whose module is imported only when it is needed
        from phengraph.ingest.running import Watcher

        if not self._show:
            return Watcher()
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[word]}"),
        )
        bars = Progress(*columns, console=Console(stderr=True), transient=True)
        lookup = bars.add_task("papers", total=None, word="")
        lists = bars.add_task("citations", total=None, word="", visible=False)
        bars.start()
        self._bars = bars

        class Bars(Watcher):
            def looking_up(self, done: int, total: int) -> None:
                bars.update(lookup, completed=done, total=total)

            def reading(self, done: int, total: int, key: str) -> None:
                bars.update(lists, completed=done, total=total, word=key, visible=True)

            def waiting(self, seconds: float, reason: str) -> None:
                bars.update(lists, word=f"waiting {seconds:.0f} s: it {reason}", visible=True)

        return Bars()

    def __exit__(self, *unused: object) -> None:
        if self._show:
            self._bars.stop()
