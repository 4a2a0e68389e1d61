"""`phengraph export`: the dataset in a format that other tools read."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import click

from phengraph.cli import project_of
from phengraph.export import FORMATS, Format, Options, export, find_format
from phengraph.problems import PhengraphError, UnknownName


def _formats_help() -> str:
    width = max(map(len, FORMATS))
    return "\b\nFormats:\n" + "\n".join(f"  {each.name:<{width}}  {each.makes}" for each in FORMATS.values())


@click.command(
    short_help="Turtle, JSON-LD, GraphML, BibTeX, CSV, the catalogue, ...",
    help=f"""Write the dataset in FORMAT.

A single text goes to the terminal unless -o names a file; a folder or a page goes to exports/.

{_formats_help()}

\b
Examples:
  phengraph export turtle -o exports/phengraph.ttl
  phengraph export bibtex --about grokking > grokking.bib
  phengraph export csv --table claims | head
""",
)
@click.argument("name", metavar="FORMAT")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write; - is the terminal.")
@click.option("--about", metavar="ID", help="Only what one topic, phenomenon, claim, paper or model is about.")
@click.option("--hops", type=click.IntRange(min=0), help="With --about: how many edges away.")
@click.option("--table", metavar="NAME", help="csv: one table instead of the folder.")
@click.option("--with-citations", is_flag=True, help="Also the citations and counts that the ingester saw.")
@click.option("--with-provenance", is_flag=True, help="Also who wrote what and when, from git.")
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    output: Path | None,
    about: str | None,
    hops: int | None,
    table: str | None,
    with_citations: bool,
    with_provenance: bool,
) -> None:
    from phengraph.dataset import open_dataset
    from phengraph.export.files import write_export

    options = Options(about, hops, table, with_citations, with_provenance)
    try:
        chosen = find_format(name)
        chosen.refuse_useless(options)
    except PhengraphError as error:
        known = "" if isinstance(error, UnknownName) and error.suggestion else f". Formats: {', '.join(FORMATS)}"
        raise click.UsageError(f"{error}{known if isinstance(error, UnknownName) else ''}", ctx) from error
    project = project_of(ctx)
    place = _place(chosen, options, output, project.exports)
    if place is None and chosen.makes_folder(options):
        raise click.UsageError(f"{name} is a folder; name one --table, or a folder with -o", ctx)
    # Millions of small values live until the export is made, and looking for circles among them again and again made
    # large exports a third slower; there are none.
    gc.disable()
    try:
        made = export(open_dataset(project, resident=True), name, options)
    finally:
        gc.enable()
    if isinstance(made, bytes) and place is None:
        sys.stdout.buffer.write(made)
        return
    assert place is not None
    written = write_export(made, place)
    size = sum(path.stat().st_size for path in written)
    files = f" ({len(written)} files)" if len(written) > 1 else ""
    click.echo(f"{_shown(place)}{files}: {size:,} bytes")


def _place(chosen: Format, options: Options, output: Path | None, exports: Path) -> Path | None:
    """Where to write; None is the terminal. A folder that is there takes a single file under its usual name."""
    if output is None:
        return exports / chosen.file_name if chosen.to_file and not options.table else None
    if str(output) == "-":
        return None
    single = not chosen.makes_folder(options)
    return output / chosen.file_name if single and output.is_dir() else output


def _shown(path: Path) -> str:
    """The path as a person in this folder would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
