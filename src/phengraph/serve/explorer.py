"""The explorer at `/`: the frame, and the parts that it names by their hash, so that they may be kept for ever."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from phengraph.explorer import ASSETS, asset_hashes, read_asset
from phengraph.export.explorer import SERVED_POLICY
from phengraph.export.explorer import page as explorer_page
from phengraph.serve.pages.answers import SECURITY, is_known, page, problem
from phengraph.serve.pages.render import addresses
from phengraph.serve.site import Current, SiteKeeper

_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
# The frame's own policy stands in its head too; one that a page cannot say there comes only as a header.
_POLICY = f"{SERVED_POLICY}; frame-ancestors 'none'"


def explorer_routes(current: Current, *, refresh: bool = False, review: bool = False) -> list[BaseRoute]:
    """The routes of the explorer; only for an installation that has it (`phengraph.explorer.is_built`).

    Args:
        current: gives the snapshot that a request is answered from.
        refresh: the server answers `/api/refresh`, so the page offers it.
        review: the server answers `/api/review`, so the page offers it.
    """
    keeper = SiteKeeper(current)

    def home(request: Request) -> Response:
        root = addresses(request).to("/")
        title = keeper.site().view.title
        content = explorer_page(None, "served", root=root, title=title, refresh=refresh, review=review)
        return page(content.decode(), headers={"Content-Security-Policy": _POLICY})

    return [Route("/", home), Route("/static/explorer/{name}", part)]


def part(request: Request) -> Response:
    """One of the page's parts, under whatever `?v=`."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return problem(404, "Not Found", "no such file; reload the page that named it")
    etag = f'"{asset_hashes()[name][:32]}"'
    kind = next((media for suffix, media in _MEDIA_TYPES.items() if name.endswith(suffix)), "application/octet-stream")
    headers = {
        "Content-Type": kind,
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SECURITY["Content-Security-Policy"],
    }
    if is_known(request, etag):
        return Response(None, 304, headers)
    return Response(read_asset(name), 200, headers)
