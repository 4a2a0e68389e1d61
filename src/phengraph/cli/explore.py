"""`phengraph explore`: write the page and open it in the browser."""

from __future__ import annotations

import webbrowser

import click

from phengraph.cli import project_of


@click.command()
@click.option("--open/--no-open", "open_browser", default=True, help="Open it in the browser, or only write it.")
@click.pass_context
def command(ctx: click.Context, open_browser: bool) -> None:
    """Write the explorer as one file and open it in the browser.

    The file works offline, from any disk or static host. Where the explorer was not built with the package, the
    picture of `export html` takes its place, and a word says why.
    """
    from phengraph.dataset import open_dataset
    from phengraph.export import FORMATS, export
    from phengraph.export.files import write_export
    from phengraph.problems import ExportError

    project = project_of(ctx)
    dataset = open_dataset(project, resident=True, progress=lambda step: click.echo(f"phengraph: {step}", err=True))
    name = "explorer"
    try:
        made = export(dataset, name)
    except ExportError as error:
        click.echo(f"phengraph: {error}\nphengraph: here is the picture instead", err=True)
        name = "html"
        made = export(dataset, name)
    place = project.exports / FORMATS[name].file_name
    write_export(made, place)
    click.echo(str(place))
    if open_browser and not webbrowser.open(place.resolve().as_uri()):
        click.echo("phengraph: no browser answers here; open that file in one", err=True)
