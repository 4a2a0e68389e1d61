"""`phengraph changes`: what moved between two states of the project."""

from __future__ import annotations

import click

from phengraph.cli import project_of


@click.command("changes")
@click.option(
    "--since",
    required=True,
    metavar="REVISION|DATE",
    help="A tag, branch or commit; or a day (2026-09-01) or month (2026-09): the last commit before it began, in UTC.",
)
@click.option(
    "--until",
    metavar="REVISION|DATE",
    show_default="the files as they are",
    help="The later state, named in the same way.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="text: for the terminal. markdown: for release notes and pull requests. json: for programs.",
)
@click.pass_context
def command(ctx: click.Context, since: str, until: str | None, form: str) -> None:
    """Tell what moved: statuses and why, claims, evidence, papers and models, counts that jumped.

    Reads both states from git and touches no file. Lines that moved inside a file are no change.
    """
    from phengraph.cli.change_forms import FORMS
    from phengraph.history import compare_states
    from phengraph.states import read_state, read_working_state

    project = project_of(ctx)
    before = read_state(project, since)
    after = read_working_state(project) if until is None else read_state(project, until)
    for state in (before, after):
        if state.unread:
            told = "1 error" if state.unread == 1 else f"{state.unread} errors"
            click.echo(f"phengraph: {told} in {state.title}; what could not be read is left out", err=True)
    click.echo(FORMS[form](compare_states(before, after)), nl=False)
