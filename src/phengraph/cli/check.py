"""`phengraph check`: every problem of graph/ and ingest/, at its file and line."""

from __future__ import annotations

import click

from phengraph.cli import project_of


@click.command("check")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text: a line a problem. json: a list for programs. github: annotations beside a pull request's lines.",
)
@click.pass_context
def command(ctx: click.Context, form: str) -> int:
    """Tell every mistake in graph/ and ingest/, each at its file and line.

    Prints nothing but the numbers when all is well. The exit code is 1 when there is an error; warnings pass.
    """
    from phengraph.checking import check_project
    from phengraph.problems import problems_as_github, problems_as_json, problems_as_text

    result = check_project(project_of(ctx))
    write = {"text": problems_as_text, "json": problems_as_json, "github": problems_as_github}[form]
    click.echo(write(result.problems), nl=False)
    # On standard error, so that what a program reads from standard output is the problems alone.
    click.echo(result.summary, err=True)
    return 1 if result.errors else 0
