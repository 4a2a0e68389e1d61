"""`phengraph build`: the dataset, made and cached."""

from __future__ import annotations

import sys
import time

import click

from phengraph.cli import project_of


@click.command("build")
@click.option("--force", is_flag=True, help="Build anew, even when nothing has changed.")
@click.pass_context
def command(ctx: click.Context, force: bool) -> None:
    """Build the dataset from graph/ and ingest/ and keep it in .phengraph/.

    Every other command builds when it must; this one says what there is and how long it took.
    """
    from phengraph.dataset import build_dataset

    steps: list[str] = []

    def tell(step: str) -> None:
        steps.append(step)
        if sys.stderr.isatty():
            # One line that the next step writes over.
            click.echo(f"\r\033[K{step} ...", nl=False, err=True)

    begun = time.perf_counter()
    project = project_of(ctx)
    dataset = build_dataset(project, progress=tell, force=force)
    seconds = time.perf_counter() - begun
    if steps and sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    contents = dataset.contents
    place = dataset.path
    shown = place.relative_to(project.root) if project.root in place.parents else place
    state = "built" if steps else "unchanged"
    click.echo(f"{shown.as_posix()}: {state}", err=True)
    click.echo(f"{contents.nodes} nodes, {contents.edges} edges, {contents.quads} quads, {seconds:.2f} seconds")
