"""`phengraph discover`: papers that cite none of ours but belong to a phenomenon."""

from __future__ import annotations

import json

import click

from phengraph.cli import project_of

TRY_LATER = 75
STOPPED = 130


@click.command("discover")
@click.option("--phenomenon", "phenomena", multiple=True, metavar="SLUG", help="Only this one; may be repeated.")
@click.option(
    "--budget", type=click.IntRange(min=1), metavar="N", help="Make at most N requests; the next run goes on."
)
@click.option(
    "--since",
    metavar="DATE",
    help="Search back to this day (2026-09-01); by default to the last look, at first 180 days.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="New ones a phenomenon."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How it is told."
)
@click.pass_context
def command(
    ctx: click.Context, phenomena: tuple[str, ...], budget: int | None, since: str | None, limit: int, form: str
) -> int:
    """Look for papers that cite no tracked one but may belong, and put the best into the queue of suggestions.

    Two requests a phenomenon: what Semantic Scholar recommends for its papers, and a search by the words of its name
    since the last look. What comes is recorded in ingest/, and listed by `phengraph suggestions` as found by
    recommendation or search. The exit code is 75 when it makes sense to try again later.
    """
    from phengraph.cli.suggestions import check_day
    from phengraph.ingest.client import open_client
    from phengraph.ingest.clock import SystemClock
    from phengraph.ingest.errors import RefreshRunning
    from phengraph.suggest.discover import discover

    check_day(ctx, since)
    project = project_of(ctx)
    clock = SystemClock()
    client = open_client(project.settings.refresh, clock=clock, budget=budget)
    try:
        found = discover(project, client, clock, phenomena=phenomena, since=since, limit=limit)
    except RefreshRunning as running:
        click.echo(f"phengraph: {running}", err=True)
        return TRY_LATER
    finally:
        client.close()
    if form == "json":
        values = {"phenomena": found.phenomena, "looked_at": found.looked_at, "new": found.new}
        values |= {"requests": found.requests, "warnings": found.warnings, "stopped": found.stopped}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        click.echo(found.text(), nl=False)
    for line in (*found.warnings, *([found.stopped] if found.stopped else [])):
        click.echo(f"phengraph: {line}", err=True)
    if found.stop == "service":
        return TRY_LATER
    return 1 if found.stop == "key" else 0
