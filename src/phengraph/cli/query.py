"""`phengraph query`: SPARQL over the dataset, from a file, a named query or the command line."""

from __future__ import annotations

import codecs
import math
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from phengraph.cli import project_of
from phengraph.problems import PhengraphError, QueryError, UnknownName
from phengraph.project import Project

if TYPE_CHECKING:
    from phengraph.query import Answer, KillableEngine, Limits
    from phengraph.remote.engine import RemoteEngine


def _refuse_nan(ctx: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    if value is not None and math.isnan(value):  # it is below no limit and above none
        raise click.BadParameter("nan is no number of seconds.", ctx, parameter)
    return value


@click.command()
@click.argument("query", required=False, metavar="[FILE.rq|NAME|-]")
@click.option("-t", "--text", help="The query itself, in place of a file or name.")
@click.option("--list", "list_queries", is_flag=True, help="List the named queries of this project.")
@click.option(
    "-s",
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a parameter: the value of VALUES ?NAME { ... } in the query. Again for alternatives.",
)
@click.option(
    "-f",
    "--format",
    "format_name",
    help="table, csv, tsv, json or xml for SELECT and ASK; turtle, ntriples, jsonld or rdfxml for CONSTRUCT and "
    "DESCRIBE.  [default: table or turtle]",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0, max=1_000_000),
    callback=_refuse_nan,
    help="End the query after so many seconds; 0 lets it run.  [default: query.timeout_seconds of phengraph.toml, 60]",
)
@click.option("--local", is_flag=True, help="Ask the files of the project, though phengraph.toml names a store.")
@click.pass_context
def command(
    ctx: click.Context,
    query: str | None,
    text: str | None,
    list_queries: bool,
    settings: Sequence[str],
    format_name: str | None,
    output: Path | None,
    timeout_seconds: float | None,
    local: bool,
) -> None:
    """Ask the dataset in SPARQL 1.1.

    The query is a file, the name of one in examples/queries, - for standard input, or --text. The prefixes of the
    project (ph:, claim:, paper:, skos:, ...) need no declaration, and the default graph is the union of all graphs.

    \b
    phengraph query --list
    phengraph query contested-claims
    phengraph query evidence-of-claim --set claim=twenty-tokens-per-parameter
    phengraph query --text 'SELECT ?title { ?p a ph:Paper ; dcterms:title ?title }' --format csv -o papers.csv
    """
    project = project_of(ctx)
    if list_queries:
        _print_list(project)
        return
    if (query is None) == (text is None):
        raise click.UsageError("give one of FILE.rq, NAME, - or --text; `phengraph query --list` lists the names", ctx)
    values = _parse_settings(settings, ctx)
    from phengraph.query.parameters import check_entries, set_values

    asked = set_values(text if text is not None else _read(project, str(query)), values, project.base)
    limits = _limits(project, timeout_seconds)
    with _engine(project, limits, local=local) as engine:
        check_entries(lambda query: engine.ask(query, format="json").read(), asked.entries, project.base)
        _answer(engine, project.base, asked.text, format_name, output, limits)
        if getattr(engine, "is_unfinished", False):
            click.echo("the store is half filled; run `phengraph build --push` and ask again", err=True)


def _engine(project: Project, limits: Limits, *, local: bool) -> KillableEngine | RemoteEngine:
    """The store that phengraph.toml names, else the engine over the project's own dataset."""
    if project.settings.store.query_url and not local:
        from phengraph.remote.engine import RemoteEngine

        return RemoteEngine(project.settings.store, project.base, os.environ, memory_bytes=limits.memory_bytes)
    from phengraph.dataset import open_dataset
    from phengraph.query import KillableEngine

    return KillableEngine(open_dataset(project), memory_bytes=limits.memory_bytes)


def _answer(
    engine: KillableEngine | RemoteEngine,
    base: str,
    text: str,
    format_name: str | None,
    output: Path | None,
    limits: Limits,
) -> None:
    from phengraph.query.formats import formats_of
    from phengraph.query.guard import inspect_query

    form = inspect_query(text, limits.bounds).form
    if format_name == "table" and form.gives_graph:
        raise QueryError(
            f"table is for SELECT and ASK; {form} gives a graph: use turtle, ntriples, jsonld or rdfxml", kind="format"
        )
    name = format_name or ("table" if output is None and not form.gives_graph else formats_of(form)[0].name)
    if name == "table":
        _print_table(engine, base, text, output, limits)
        return
    with engine.ask(text, format=name, limits=limits) as answer, _target(output) as target:
        for part in _for_terminal(answer) if output is None and sys.stdout.isatty() else answer:
            target.write(part)


def _print_table(
    engine: KillableEngine | RemoteEngine, base: str, text: str, output: Path | None, limits: Limits
) -> None:
    from dataclasses import replace

    from phengraph.query.table import ROW_LIMIT, print_answer
    from phengraph.vocabulary import base_prefixes

    try:
        answer = engine.ask(text, format="json", limits=replace(limits, rows=ROW_LIMIT))
        content = answer.read()
    except QueryError as error:
        if error.kind == "limit" and "rows" in str(error):
            message = f"more than {ROW_LIMIT:,} rows are no table for people; use --format csv or tsv, or add LIMIT"
            raise QueryError(message, kind="limit") from error
        raise
    import io

    from rich.console import Console

    console = Console(highlight=False, emoji=False, markup=False)
    if output is None:
        print_answer(console, answer.form, content, base_prefixes(base))
        return
    buffer = io.StringIO()
    print_answer(Console(file=buffer, highlight=False), answer.form, content, base_prefixes(base))
    with _target(output) as target:
        target.write(buffer.getvalue().encode())


def _print_list(project: Project) -> None:
    from phengraph.query import read_queries
    from phengraph.query.places import printable

    queries = read_queries(project.queries)
    width = max(map(len, queries), default=0)
    for one in queries.values():
        settable = f"  [{', '.join(name for name, _ in one.parameters)}]" if one.parameters else ""
        click.echo(printable(f"{one.name:<{width}}  {one.title}{settable}", keep_lines=False))
    click.echo(f"{len(queries)} queries in {project.relative(project.queries)}; ask one by its name")


def _read(project: Project, query: str) -> str:
    from phengraph.query import find_query

    if query == "-":
        return _decode(sys.stdin.buffer.read(), "standard input")
    path = Path(query)
    if path.exists() and not path.is_dir():  # also a pipe: `phengraph query <(...)`
        return _decode(path.read_bytes(), query)
    if path.suffix in (".rq", ".sparql") or "/" in query:
        raise PhengraphError(f"no file {query}; `phengraph query --list` lists the named queries")
    try:
        return find_query(project.queries, query).text
    except UnknownName as error:
        raise PhengraphError(f"{error}{_also(error)}`phengraph query --list` lists them") from error


def _also(error: UnknownName) -> str:
    return " " if error.suggestion else "; "


def _decode(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: not UTF-8 at byte {error.start}; save it as UTF-8", kind="syntax") from error


def _parse_settings(settings: Sequence[str], ctx: click.Context) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign:
            raise click.BadParameter(f"'{setting}' is not NAME=VALUE", ctx, param_hint="'--set'")
        values.setdefault(name.lstrip("?$"), []).append(value)
    return values


def _limits(project: Project, timeout_seconds: float | None) -> Limits:
    from phengraph.query import Limits

    of_project = project.settings.query
    seconds = of_project.timeout_seconds if timeout_seconds is None else timeout_seconds
    return Limits(timeout_seconds=seconds or None, memory_bytes=of_project.memory_megabytes * 2**20 or None)


def _for_terminal(answer: Answer) -> Iterator[bytes]:
    """The parts with control characters shown, not obeyed: an answer holds what strangers wrote."""
    from phengraph.query.places import printable

    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    for part in answer:
        yield printable(decoder.decode(part).replace("\r\n", "\n")).encode()


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that gets its name only when it is whole."""
    if output is None:
        try:
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError as error:
            # The reader (`| head`) has had enough, which is fine; click would make it exit code 1.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(0) from error
        return
    from phengraph.export.files import open_whole

    try:
        with open_whole(output) as target:
            yield target
    except OSError as error:
        raise PhengraphError(f"{output} cannot be written: {error.strerror}") from error
