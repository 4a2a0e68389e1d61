"""`phengraph schedule`: when the refresh runs by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    import datetime

    from phengraph.project import Project


@click.command("schedule")
@click.argument("kind", required=False, type=click.Choice(["cron", "systemd", "github"]))
@click.option("--install", "action", flag_value="install", help="Put it where it works, for this user.")
@click.option("--remove", "action", flag_value="remove", help="Take it away again.")
@click.option("--status", "action", flag_value="status", help="Say whether it is there, and when it runs.")
@click.pass_context
def command(ctx: click.Context, kind: str | None, action: str | None) -> None:
    """Print a ready schedule of the refresh, or say when it ran last and is due next.

    All schedules look once a day whether a refresh is due (refresh.every_days in phengraph.toml), so a run that was
    missed is caught up. A key for cron and systemd stands in ~/.config/phengraph/environment, as
    SEMANTIC_SCHOLAR_API_KEY=...; for github in the repository's secrets.
    """
    from phengraph.schedules.installing import KINDS, install, is_installed, remove, text_of

    project = project_of(ctx)
    if kind is None and action in (None, "status"):
        _tell_state(project)
        there = [one for one in KINDS if is_installed(one, project)]
        click.echo(f"schedules: {', '.join(there) if there else 'none; `phengraph schedule cron` prints one'}")
    elif kind is None:
        raise click.UsageError(f"name the schedule: phengraph schedule cron --{action}")
    elif action == "install":
        click.echo(install(kind, project))
    elif action == "remove":
        click.echo(remove(kind, project))
    elif action == "status":
        click.echo(f"{kind}: {'installed' if is_installed(kind, project) else 'not installed'}")
        _tell_state(project)
    else:
        click.echo(text_of(kind, project), nl=False)


def _tell_state(project: Project) -> None:
    from phengraph.ingest.clock import SystemClock
    from phengraph.ingest.project_refresh import schedule_state

    state, now = schedule_state(project), SystemClock().now()
    if state.last_run is None:
        click.echo("last run: never")
    else:
        click.echo(f"last run: {_moment(state.last_run)}: {state.last_stop or state.last_words}")
    if state.last_ok is not None and state.last_stop is not None:
        click.echo(f"last whole run: {_moment(state.last_ok)}")
    due = "now" if state.next_due is None or state.is_due(now) else _moment(state.next_due)
    click.echo(f"next due: {due}")


def _moment(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
