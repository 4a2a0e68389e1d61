"""`phengraph corpus`: the whole Semantic Scholar datasets, on DuckDB or Spark."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    from phengraph.corpus.fetch import Fetched, FetchWatcher
    from phengraph.corpus.run import Outcome
    from phengraph.corpus.status import Status

TRY_LATER = 75
Result = TypeVar("Result")

_ENGINE = click.option(
    "--engine",
    metavar="NAME",
    help="duckdb, local[*], spark://HOST:PORT or sc://HOST:PORT; else as phengraph.toml says.",
)
_MEMORY = click.option("--memory", metavar="SIZE", help="What the engine may use: 1GB, 800MB.")
_THREADS = click.option("--threads", type=click.IntRange(min=0), help="Processors that the engine uses; 0 is all.")


@click.group("corpus")
def command() -> None:
    """Work with the whole Semantic Scholar datasets, where the API is too narrow.

    They are fetched once and kept up to date by their diffs. A run computes who cites the tracked papers, what is cited
    together with them and more, writes the citations into the same records as `phengraph refresh`, and keeps every
    result as Parquet. Everything goes on where it was stopped.
    """


@command.command("fetch")
@click.option("--release", metavar="DATE", help="As 2025-08-19; the newest when it is not given.")
@click.option("--datasets", metavar="NAMES", help="With commas between; else as phengraph.toml says.")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take shards that are here already, DIR/DATASET/*.gz; needs --release.",
)
@click.pass_context
def fetch(ctx: click.Context, release: str | None, datasets: str | None, source: Path | None) -> int:
    """Fetch the shards of a release: papers and citations are some 300 GB.

    The Datasets API needs a key: SEMANTIC_SCHOLAR_API_KEY.
    """
    from phengraph.corpus.fetch import fetch_corpus, take_corpus

    project = project_of(ctx)
    names = [name.strip() for name in datasets.split(",") if name.strip()] if datasets else []
    if source is not None and release is None:
        raise click.UsageError("--from needs --release: which release are these shards of?")

    def work() -> Fetched:
        with _bars() as watcher:
            if source is not None:
                return take_corpus(project, source, release=str(release), datasets=names, watcher=watcher)
            return fetch_corpus(project, release=release, datasets=names, watcher=watcher)

    def tell(told: Fetched) -> None:
        there = f", {told.there} were there" if told.there else ""
        click.echo(f"{told.release}: {told.files} files, {_size(told.bytes)}{there} ({', '.join(told.datasets)})")

    return _later(work, tell)


@command.command("update")
@click.option("--release", metavar="DATE", help="The newest when it is not given.")
@click.option("--keep", is_flag=True, help="Leave the old release and the diffs on the disk.")
@_ENGINE
@_MEMORY
@_THREADS
@click.pass_context
def update(
    ctx: click.Context,
    release: str | None,
    keep: bool,
    engine: str | None,
    memory: str | None,
    threads: int | None,
) -> int:
    """Bring the corpus to a newer release by its diffs, all or nothing."""
    from phengraph.corpus.session import Choice
    from phengraph.corpus.update import Updated, update_corpus

    project = project_of(ctx)

    def work() -> Updated:
        with _bars() as watcher:
            choice = Choice(engine, memory, threads)
            return update_corpus(
                project, release=release, choice=choice, watcher=watcher, on_step=_on_step(), keep=keep
            )

    def tell(told: Updated) -> None:
        if told.start == told.end:
            click.echo(f"{told.start}: nothing newer")
            return
        changes = "; ".join(
            f"{name} {new:,} new or changed, {gone:,} gone" for name, (new, gone) in told.changes.items()
        )
        click.echo(f"{told.start} -> {told.end}: {changes or 'made before'} ({told.files} files, {_size(told.bytes)})")

    return _later(work, tell)


@command.command("run")
@_ENGINE
@click.option("--step", metavar="NAME", help="Make this result anew, and what it needs; `corpus status` has the names.")
@_MEMORY
@_THREADS
@click.option(
    "--skip-broken-lines", is_flag=True, help="Leave out lines of shards that are not as their dataset has them."
)
@click.pass_context
def run(
    ctx: click.Context,
    engine: str | None,
    step: str | None,
    memory: str | None,
    threads: int | None,
    skip_broken_lines: bool,
) -> int:
    """Compute what is not finished, and write it into the project's records and its review queue."""
    from phengraph.corpus.run import run_corpus
    from phengraph.corpus.session import Choice

    project = project_of(ctx)
    choice = Choice(engine, memory, threads, step, skip_broken_lines)
    return _later(lambda: run_corpus(project, choice, on_step=_on_step()), _tell_outcome)


@command.command("status")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is told.",
)
@click.pass_context
def status(ctx: click.Context, form: str) -> None:
    """Tell what is here and what is finished; asks nobody."""
    from phengraph.corpus.status import corpus_status

    told = corpus_status(project_of(ctx))
    if form == "json":
        click.echo(json.dumps(told.values(), indent=2))
    else:
        _tell_status(told)


def _later(work: Callable[[], Result], tell: Callable[[Result], None]) -> int:
    """Do it, and tell it; 75 when it makes sense to try again later."""
    from phengraph.corpus.errors import CorpusRunning, DownloadFailed
    from phengraph.ingest.errors import RefreshRunning, ServiceBusy, ServiceDown

    try:
        told = work()
    except (CorpusRunning, RefreshRunning, DownloadFailed, ServiceBusy, ServiceDown) as error:
        click.echo(f"phengraph: {error}", err=True)
        return TRY_LATER
    tell(told)
    return 0


def _tell_outcome(told: Outcome) -> None:
    for name, done in told.made.items():
        click.echo(f"{name:<18}{done.rows:>14,} rows{done.seconds:>10.1f} s")
    words = [f"{told.skipped_lines:,} broken lines left out"] if told.skipped_lines else []
    if told.recorded is not None:
        found = told.recorded
        words.append(f"{found.new:,} new citations of {found.papers} papers, {found.removed:,} removed")
        for key in found.left_alone:
            click.echo(
                f"phengraph: the records of {key} are broken and were left alone; run `phengraph check`", err=True
            )
    if told.queued is not None:
        words.append(f"{told.queued:,} new candidates")
    words.append(f"{len(told.made)} steps made, {len(told.kept)} were finished")
    click.echo(f"{told.release}: {'; '.join(words)}")


def _tell_status(told: Status) -> None:
    click.echo(f"folder    {told.folder}")
    if told.release is None:
        click.echo("release   none; run `phengraph corpus fetch`")
    else:
        click.echo(f"release   {told.release}")
        for one in told.datasets:
            word = "" if one.complete else "  not whole; run `phengraph corpus fetch` again"
            click.echo(f"          {one.name:<20}{one.files:>5} shards{_size(one.bytes):>12}{word}")
    for step in told.steps:
        if step.state == "missing":
            click.echo(f"step      {step.name:<20}missing                       {step.about}")
        else:
            took = f"{step.rows:,} rows" if step.rows else step.engine
            click.echo(f"step      {step.name:<20}{step.state:<10}{took:>18}  {step.about}")
    if told.others:
        click.echo(f"others    {', '.join(told.others)}")
    click.echo(f"disk      {_size(told.bytes)} used, {_size(told.free)} free")


def _size(count: int) -> str:
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"


def _on_step() -> Callable[[str, str], None]:
    """A line a step on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        return lambda name, word: None

    def tell(name: str, word: str) -> None:
        ending = "\n" if word == "finished" else ""
        click.echo(f"\r\x1b[K{name}: {word}{ending}", err=True, nl=False)

    return tell


@contextmanager
def _bars() -> Iterator[FetchWatcher]:
    """Bars of files and bytes on a terminal, silence elsewhere."""
    from phengraph.corpus.fetch import FetchWatcher

    if not sys.stderr.isatty():
        yield FetchWatcher()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[got]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: list[Any] = []
        got = 0

        def on_dataset(name: str, files: int) -> None:
            tasks.append(bars.add_task(name, total=files, got=""))

        def on_bytes(count: int) -> None:
            nonlocal got
            got += count
            bars.update(tasks[-1], got=_size(got))

        yield FetchWatcher(on_dataset, lambda name: bars.advance(tasks[-1]), on_bytes)
