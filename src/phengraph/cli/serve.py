"""`phengraph serve`: the endpoint, the pages and the API on a socket of this machine."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click

from phengraph.cli import project_of

if TYPE_CHECKING:
    import socket

    from phengraph.project import Project
    from phengraph.remote.asking import RemoteStore
    from phengraph.serve.app import Routes, Task
    from phengraph.serve.curating import Reviewer
    from phengraph.serve.endpoint import Page
    from phengraph.serve.refreshing import Refresher
    from phengraph.settings import ServeSettings


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 is every address of this machine, so that others can reach it.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option("--root-path", default="", metavar="PREFIX", help="The path under which a proxy serves it, like /graph.")
@click.option(
    "--refresh-every",
    "period",
    metavar="PERIOD",
    help="Fetch citations from Semantic Scholar so often, like 7d or 12h; one that is overdue runs at the start.",
)
@click.option("--local", is_flag=True, help="Answer queries from the files, though phengraph.toml names a store.")
@click.option("--curate", is_flag=True, help="Let who opens the address that is printed decide on suggestions.")
@click.option("--curator", metavar="NAME", help="Whose decisions --curate writes.  [default: git's user.name]")
@click.option("--access-log/--no-access-log", default=True, help="A line of JSON for each request on standard error.")
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    port: int,
    root_path: str,
    period: str | None,
    curate: bool,
    curator: str | None,
    local: bool,
    access_log: bool,
) -> None:
    """Serve the explorer, the pages, SPARQL and the data of this project.

    /sparql speaks the SPARQL 1.1 Protocol, read only. The files of the project are watched: a change is built and takes
    its place while queries run. Ctrl-C or SIGTERM ends the server when open answers are done. The limits stand under
    [serve] in phengraph.toml.
    """
    from phengraph.serve.app import House, make_app
    from phengraph.serve.curating import ReviewRoutes, keep_reviewing
    from phengraph.serve.refreshing import keep_refreshing
    from phengraph.serve.server import address_of, bind, hosts_of, run_server, set_up_logs
    from phengraph.serve.sources import ProjectSource

    project = project_of(ctx)
    settings = project.settings.serve
    refresh = None if period is None else _refresh(project, period)
    token = secrets.token_urlsafe(32) if curate else None
    with bind(host, port) as listener:
        if curate:
            _must_be_private(ctx, listener, root_path)
        review = _review(project, curator) if curate else None
        set_up_logs(access=access_log)
        house = House(ProjectSource(project.root), settings, None if local else _store(project))
        tasks: list[Task] = []
        first: list[Routes] = []
        if refresh is not None:
            tasks.append(lambda house: keep_refreshing(refresh))
        if review is not None and token is not None:
            tasks.append(lambda house: keep_reviewing(review))
            first.append(ReviewRoutes(review, token=token))
        app = make_app(
            house,
            routes=[*first, *_routes(refresh, listener, review=review is not None)],
            query_page=_query_page(),
            root_path=root_path,
            allowed_hosts=hosts_of(settings, listener),
            tasks=tasks,
        )

        def tell() -> None:
            click.echo(f"serving {project.settings.title} at {address_of(listener, root_path)} (Ctrl-C ends)")
            if token is not None:
                # Behind the #, which no browser sends and no log holds.
                click.echo(f"review at {address_of(listener)}#/review?token={token}")
                click.echo("whoever opens that address decides in your name; it holds until the server ends", err=True)
            _tell_who_can_reach_it(listener, settings)
            if house.store is not None:
                click.echo(f"queries are answered by the store at {house.store.settings.query_url}")

        run_server(house, app, listener, ready=tell)
    click.echo("stopped")


def _store(project: Project) -> RemoteStore | None:
    """The store that phengraph.toml names, if any."""
    if not project.settings.store.query_url:
        return None
    import os

    from phengraph.remote.asking import RemoteStore

    return RemoteStore(project.settings.store, project.base, os.environ)


def _refresh(project: Project, period: str) -> Refresher:
    from phengraph.ingest.periods import parse_period
    from phengraph.ingest.scheduler import BackgroundRefresh

    return BackgroundRefresh(project, parse_period(period))


def _review(project: Project, curator: str | None) -> Reviewer:
    from phengraph.review.opening import find_curator, open_review
    from phengraph.review.web import WebReview
    from phengraph.suggest import suggestions

    name = find_curator(project, curator)
    return WebReview(lambda: open_review(project, lambda: suggestions(project), curator=name))


def _must_be_private(ctx: click.Context, listener: socket.socket, root_path: str) -> None:
    """Nothing when only this machine can reach the server.

    Raises:
        click.UsageError: others can, or a proxy may pass their requests on.
    """
    from phengraph.explorer import is_built
    from phengraph.serve.server import is_loopback

    if not is_loopback(listener):
        raise click.UsageError("--curate writes files, so it goes with --host 127.0.0.1 or ::1 only.", ctx)
    if root_path.strip("/"):
        raise click.UsageError("--curate writes files, so it does not stand behind a proxy (--root-path).", ctx)
    if not is_built():
        raise click.UsageError(
            "--curate needs the explorer, which this installation does not have; see docs/explorer.md.", ctx
        )


def _routes(refresh: Refresher | None, listener: socket.socket, *, review: bool) -> list[Routes]:
    from phengraph.explorer import is_built
    from phengraph.serve.api import api_routes
    from phengraph.serve.pages import page_routes
    from phengraph.serve.refreshing import RefreshRoutes
    from phengraph.serve.server import is_loopback

    may_begin = refresh is not None and is_loopback(listener)
    # Before the API, whose last route answers for all that it does not have.
    first: list[Routes] = [] if refresh is None else [RefreshRoutes(refresh, may_begin=may_begin)]
    if not is_built():
        return [*first, api_routes, lambda current: page_routes(current, with_home=True)]
    from phengraph.serve.explorer import explorer_routes

    return [*first, api_routes, page_routes, lambda current: explorer_routes(current, refresh=may_begin, review=review)]


def _query_page() -> Page | None:
    from phengraph.explorer import is_built
    from phengraph.serve.query_page import show_query_page

    return show_query_page if is_built() else None


def _tell_who_can_reach_it(listener: socket.socket, settings: ServeSettings) -> None:
    from phengraph.serve.server import is_loopback

    if is_loopback(listener):
        return
    click.echo(
        "everybody who reaches this machine can read it and ask queries; put a proxy with TLS in front of it for more "
        "than a trusted network",
        err=True,
    )
    if not settings.allowed_hosts:
        click.echo(
            "it answers to any host name; serve.allowed_hosts in phengraph.toml would name those it has", err=True
        )
