"""The routes of the pages, for the frame of the server to mount."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from phengraph.serve.pages import crawlers, index_pages
from phengraph.serve.pages.entry_pages import entry_page, missing_page
from phengraph.serve.pages.vocabulary_page import vocabulary_page
from phengraph.serve.places import Fallback
from phengraph.serve.site import Current, Site, SiteKeeper
from phengraph.vocabulary import KINDS


def page_routes(current: Current, *, with_home: bool = False) -> list[BaseRoute]:
    """The routes of all pages, relative to the root of the server; what no route answers is a page that says so.

    Args:
        current: gives the snapshot that a request is answered from.
        with_home: also `/`, for a server without the explorer.
    """
    keeper = SiteKeeper(current)

    def of_site(answer: Callable[[Request, Site], Response]) -> Callable[[Request], Response]:
        return lambda request: answer(request, keeper.site())

    def of_kind(kind: str) -> Callable[[Request], Response]:
        return lambda request: entry_page(request, keeper.site(), kind, request.path_params["name"])

    routes: list[BaseRoute] = [
        Route("/claims", of_site(index_pages.claims_page)),
        Route("/phenomena", of_site(index_pages.phenomena_page)),
        Route("/papers", of_site(index_pages.papers_page)),
        Route("/models", of_site(index_pages.models_page)),
        Route("/search", of_site(index_pages.search_page)),
        Route("/about", of_site(index_pages.about_page)),
        Route("/ns", of_site(vocabulary_page)),
        Route("/ns.ttl", of_site(lambda request, site: vocabulary_page(request, site, "ttl"))),
        Route("/robots.txt", crawlers.robots),
        Route("/sitemap.xml", of_site(crawlers.sitemap)),
        Route("/sitemap-{part:int}.xml", of_site(crawlers.sitemap)),
        Route("/feed.atom", of_site(crawlers.feed)),
        Route("/feed", of_site(crawlers.feed)),
        Route("/feed/{name:anything}", of_site(crawlers.feed)),
        Route("/static/{name}", crawlers.asset),
    ]
    routes += [Route(f"/{path}/{{name:anything}}", of_kind(kind)) for kind, path in KINDS.items()]
    if with_home:
        routes.append(Route("/", of_site(index_pages.home_page)))
    return [*routes, Fallback("/{rest:anything}", of_site(missing_page))]
