"""`phengraph show`: one entry in the terminal."""

from __future__ import annotations

import re

import click

from phengraph.cli import project_of


@click.command("show")
@click.argument("name", metavar="ID")
@click.pass_context
def command(ctx: click.Context, name: str) -> None:
    """Show a claim, phenomenon, paper or model: what is said, by whom, and how sure it is.

    ID is a slug or key (grokking, hoffmann2022chinchilla), the same with its kind (claim/grokking-...), an IRI, the
    arXiv id or DOI of a paper, or a whole label in any case.
    """
    from rich.console import Console

    from phengraph.cli.cards import card_of
    from phengraph.dataset import open_dataset
    from phengraph.naming import find_entry
    from phengraph.views import read_view

    view = read_view(open_dataset(project_of(ctx)))
    kind, found = find_entry(view.knowledge, view.base, name)
    console = Console(highlight=False, emoji=False, markup=False, soft_wrap=False)
    with console.capture() as captured:
        for part in card_of(view, kind, found, console.width):
            console.print(part)
    # Tables are filled up with spaces, which nobody wants in a file or a pipe.
    text = re.sub(r" +$", "", captured.get(), flags=re.M)
    click.echo(text, nl=False, color=console.color_system is not None)
