"""`phengraph init`: a new project from the packaged starter."""

from __future__ import annotations

import shlex
from pathlib import Path

import click


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--empty", is_flag=True, help="Start with one made-up entry in place of the shipped graph.")
@click.option("--title", help="What the project is called.  [default: the folder's name]")
@click.option("--base-iri", metavar="IRI", help="With which every IRI begins; http or https, ending in a slash.")
@click.option("--description", default="", help="What it is about, in a sentence.")
def command(folder: Path, empty: bool, title: str | None, base_iri: str | None, description: str) -> int:
    """Make a new project in DIR: settings, graph, named queries, and a check of pull requests.

    It holds a copy of the shipped graph, or with --empty one made-up entry to be replaced. The next steps are printed.
    """
    from pydantic import ValidationError

    from phengraph.checking import check_project
    from phengraph.identifiers import make_slug
    from phengraph.problems import problems_as_text
    from phengraph.project import Project
    from phengraph.settings import Settings
    from phengraph.starter import SHIPPED_BASE, make_project

    name = folder.resolve().name
    own = f"https://example.org/{make_slug(name) or 'phenomena'}/"
    base = base_iri or (own if empty else SHIPPED_BASE)
    try:
        Settings(base_iri=base)
    except ValidationError as error:
        words = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise click.BadParameter(f"{words}.", param_hint="--base-iri") from error
    make_project(folder, empty=empty, title=title or name, base_iri=base, description=description)
    result = check_project(Project(folder.resolve()))
    click.echo(problems_as_text(result.problems), nl=False)
    click.echo(f"made {folder}: {result.summary}")
    click.echo(
        f"\nnext:\n  cd {shlex.quote(str(folder))}\n"
        "  git init && git add . && git commit -m 'A new project'\n"
        "  phengraph explore          # look at it\n"
        "  phengraph add --help       # add to it, or edit graph/ by hand and run `phengraph check`"
    )
    if base == own and not base_iri:
        click.echo("\nBefore you publish, choose the base_iri in phengraph.toml: every IRI begins with it.")
    return 1 if result.errors else 0
