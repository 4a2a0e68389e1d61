"""`phengraph suggestions`: which citing papers are worth a look for which claims."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from phengraph.cli import project_of

FORMATS = ("table", "json", "csv", "markdown")


@click.command("suggestions")
@click.option("--claim", metavar="SLUG", help="Only for this claim.")
@click.option("--phenomenon", metavar="SLUG", help="Only for the claims of this phenomenon.")
@click.option("--since", metavar="DATE", help="Only papers that first appeared on this day (2026-09-01) or later.")
@click.option(
    "--limit", type=click.IntRange(min=0), default=20, show_default=True, metavar="N", help="At most N; 0 for all."
)
@click.option("--later", is_flag=True, help="With those that a curator put off.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="table",
    show_default=True,
    help="table: for the terminal. json, csv: for programs. markdown: for issues and chats.",
)
@click.option(
    "--evaluate",
    "labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="LABELS.jsonl",
    help="Tell how good ranking and cues are on labelled papers instead (docs/suggestions.md has the format).",
)
@click.option("--evaluate-decisions", is_flag=True, help="The same on the decisions of this project's curators.")
@click.pass_context
def command(
    ctx: click.Context,
    claim: str | None,
    phenomenon: str | None,
    since: str | None,
    limit: int,
    later: bool,
    form: str,
    labels: Path | None,
    evaluate_decisions: bool,
) -> None:
    """List papers that may bear on a claim, best first, with what each score is made of.

    A suggestion is a machine's proposal: it counts in no status. `phengraph review` decides on them one by one; papers
    that were decided on, or are evidence for the claim already, are not listed.
    """
    if labels is not None or evaluate_decisions:
        if labels is not None and evaluate_decisions:
            raise click.UsageError("--evaluate and --evaluate-decisions are two questions; ask one at a time.", ctx)
        if form == "csv":
            raise click.UsageError("An evaluation has no CSV form; use table, json or markdown.", ctx)
        _evaluate(ctx, labels, form)
        return
    from phengraph.cli.suggestion_forms import FORMS, list_suggestions

    check_day(ctx, since)
    listing = list_suggestions(
        project_of(ctx),
        claim=claim,
        phenomenon=phenomenon,
        since=since,
        limit=limit or None,
        later=later,
        mark=form != "csv",
    )
    click.echo(FORMS[form](listing, sys.stdout.isatty()), nl=False)
    if listing.unread:
        errors = "1 error" if listing.unread == 1 else f"{listing.unread} errors"
        click.echo(
            f"phengraph: graph/ has {errors}; what could not be read is left out, see `phengraph check`", err=True
        )


def check_day(ctx: click.Context, since: str | None) -> None:
    """Refuse a `--since` that is no day."""
    import datetime

    if since is None:
        return
    try:
        if len(since) == 10 and datetime.date.fromisoformat(since):
            return
    except ValueError:
        pass
    raise click.UsageError(f"--since: '{since}' is no day; write it as 2026-09-01.", ctx)


def _evaluate(ctx: click.Context, labels: Path | None, form: str) -> None:
    from phengraph.cli.evaluation_forms import FORMS
    from phengraph.suggest.evaluate import evaluate_decisions, evaluate_labels
    from phengraph.suggest.labels import read_labels

    project = project_of(ctx)
    result = evaluate_decisions(project) if labels is None else evaluate_labels(project, read_labels(labels))
    click.echo(FORMS[form](result), nl=False)
