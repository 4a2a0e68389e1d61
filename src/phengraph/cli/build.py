"""`phengraph build`: the dataset, made and cached."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.project import Project


@click.command("build")
@click.option("--force", is_flag=True, help="Build anew, even when nothing has changed; with --push, load every graph.")
@click.option("--push", is_flag=True, help="Load the graphs that changed into the store of [store] in phengraph.toml.")
@click.pass_context
def command(ctx: click.Context, force: bool, push: bool) -> None:
    """Build the dataset from graph/ and ingest/ and keep it in .phengraph/.

    Every other command builds when it must; this one says what there is and how long it took.
    """
    from phengraph.dataset import build_dataset

    steps: list[str] = []

    def tell(step: str) -> None:
        steps.append(step)
        _tell(step)

    begun = time.perf_counter()
    project = project_of(ctx)
    dataset = build_dataset(project, progress=tell, force=force)
    seconds = time.perf_counter() - begun
    _clear_line()
    contents = dataset.contents
    place = dataset.path
    shown = place.relative_to(project.root) if project.root in place.parents else place
    state = "built" if steps else "unchanged"
    click.echo(f"{shown.as_posix()}: {state}", err=True)
    click.echo(f"{contents.nodes} nodes, {contents.edges} edges, {contents.quads} quads, {seconds:.2f} seconds")
    if push:
        _push(project, dataset, force=force)


def _push(project: Project, dataset: Dataset, *, force: bool) -> None:
    import asyncio
    import os

    from phengraph.remote.asking import RemoteStore
    from phengraph.remote.pushing import Pushed, push

    async def fill() -> Pushed:
        async with RemoteStore(project.settings.store, dataset.base, os.environ) as remote:
            return await push(remote, dataset, force=force, tell=_tell)

    begun = time.perf_counter()
    try:
        pushed = asyncio.run(fill())
    finally:
        _clear_line()
    seconds = time.perf_counter() - begun
    click.echo(
        f"store: {pushed.loaded} graphs loaded, {pushed.removed} removed, {pushed.unchanged} unchanged, "
        f"{pushed.triples} triples, {seconds:.2f} seconds"
    )


def _tell(step: str) -> None:
    if sys.stderr.isatty():
        # One line that the next step writes over.
        click.echo(f"\r\033[K{step} ...", nl=False, err=True)


def _clear_line() -> None:
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
