"""The lists as pages, search, and what the server says of itself; each with the same list of the API as its data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from phengraph.model import Status
from phengraph.serve.listing import list_claims, list_models, list_papers, list_phenomena
from phengraph.serve.pages.answers import Link, etag_of, is_known, link_header, not_modified, page, see_other
from phengraph.serve.pages.negotiation import choose
from phengraph.serve.pages.render import addresses, render
from phengraph.serve.pages.structured import describe_catalogue
from phengraph.serve.pages.twins import HTML_TYPE
from phengraph.serve.parameters import (
    ClaimParameters,
    ModelParameters,
    Paging,
    PaperParameters,
    PhenomenonParameters,
    WrongParameters,
    read_parameters,
)
from phengraph.serve.search import excerpt, search
from phengraph.serve.site import Site

CLAIM_ORDERS = (
    ("list", "by topic"),
    ("divided", "most divided first"),
    ("support", "least supported first"),
    ("-support", "most supported first"),
    ("citations", "most cited first"),
    ("newest", "newest evidence first"),
    ("label", "by the alphabet"),
)
PAPER_ORDERS = (("-year", "newest first"), ("citations", "most cited first"), ("title", "by title"), ("key", "by key"))
_PAGE_ROWS = 200
_HITS = 60
# Beyond so many claims the page at `/` leads to the topics instead of showing all.
_HOME_CLAIMS = 400
_HEADINGS = {
    "claim": "Claims",
    "phenomenon": "Phenomena",
    "topic": "Topics",
    "paper": "Papers",
    "model": "Models",
    "evidence": "Findings",
}
_JSON, _CSV = "application/json", "text/csv"

P = TypeVar("P", bound=Paging)


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a long list goes on."""

    total: int
    first: int
    last: int
    before: str | None
    after: str | None


def claims_page(request: Request, site: Site) -> Response:
    def values(asked: ClaimParameters) -> dict[str, Any]:
        found = list_claims(site, asked)
        return {"claims": found, "filters": asked, "orders": CLAIM_ORDERS, "title": "Claims"}

    return _list_page(request, site, "claims", ClaimParameters, values, {})


def papers_page(request: Request, site: Site) -> Response:
    def values(asked: PaperParameters) -> dict[str, Any]:
        return {"papers": list_papers(site, asked), "filters": asked, "orders": PAPER_ORDERS, "title": "Papers"}

    return _list_page(request, site, "papers", PaperParameters, values, {"sort": "-year"})


def models_page(request: Request, site: Site) -> Response:
    def values(asked: ModelParameters) -> dict[str, Any]:
        return {"models": list_models(site, asked), "title": "Models"}

    return _list_page(request, site, "models", ModelParameters, values, {"sort": "-year"})


def phenomena_page(request: Request, site: Site) -> Response:
    def values(asked: PhenomenonParameters) -> dict[str, Any]:
        return {"phenomena": list_phenomena(site, asked), "title": "Phenomena"}

    return _list_page(request, site, "phenomena", PhenomenonParameters, values, {})


def search_page(request: Request, site: Site) -> Response:
    """Hits by kind; without script the same as the explorer's search."""
    asked = " ".join(request.query_params.get("q", "").split())[:300]
    hits = search(site, asked)
    at = addresses(request)
    shown = [
        {
            "kind": hit.entry.kind,
            "address": at.page(hit.entry.kind, hit.entry.name),
            "row": {"label": hit.entry.label, "text": excerpt(hit.entry, asked)},
        }
        for hit in hits[:_HITS]
    ]
    # The kind with the nearest hit first.
    order = list(dict.fromkeys(hit["kind"] for hit in shown))
    shown.sort(key=lambda hit: order.index(hit["kind"]))
    groups = [(_HEADINGS[kind], list(group)) for kind, group in groupby(shown, key=lambda hit: hit["kind"])]
    title = f"Search: {asked}" if asked else "Search"
    values: dict[str, Any] = {"asked": asked, "groups": groups, "total": len(hits), "shown": len(shown)}
    return _page(request, site, "search.html", "html", title=title, **values)


def about_page(request: Request, site: Site) -> Response:
    structured = describe_catalogue(site)
    return _page(request, site, "about.html", "html", title="How it works", here="/about", structured=structured)


def home_page(request: Request, site: Site) -> Response:
    """The claims by topic: what stands at `/` where there is no explorer."""
    tally = Counter(record.status for record in site.view.statuses.values())
    order = [*[*Status][1:], Status.OPEN]
    counts = [(status, tally[status]) for status in order]
    structured = describe_catalogue(site)
    return _page(
        request,
        site,
        "home.html",
        "html",
        title="Claims",
        counts=counts,
        structured=structured,
        most_claims=_HOME_CLAIMS,
    )


def _list_page(
    request: Request,
    site: Site,
    name: str,
    shape: type[P],
    values: Callable[[P], dict[str, Any]],
    defaults: Mapping[str, str],
) -> Response:
    """A list with its filters, cut into pages; wrong filters are told in its place."""
    if elsewhere := _as_data(request, name):
        return elsewhere
    # A form without script sends its empty fields too.
    given = [(key, value) for key, value in request.query_params.multi_items() if value]
    pairs = [*given, *((key, value) for key, value in defaults.items() if key not in dict(given))]
    if "limit" not in dict(given):
        pairs.append(("limit", str(_PAGE_ROWS)))
    try:
        asked = read_parameters(shape, pairs)
        told = values(asked)
    except WrongParameters as error:
        text = "; ".join(f"{one['parameter']}: {one['message']}" for one in error.errors)
        content = render(
            "missing.html", request, site, title="Wrong filter", heading="This filter cannot be", text=text, nearest=()
        )
        return page(content, status=404 if error.unknown else 422, headers={"Cache-Control": "no-store"})
    found = told[name]
    shown = found[asked.offset : asked.offset + asked.limit]
    pages = _pages(request, given, asked, len(found), len(shown))
    told |= {name: shown, "pages": pages, "total": len(found)}
    return _page(request, site, f"{name}.html", "html", here=f"/{name}", data=name, **told)


def _pages(request: Request, given: Sequence[tuple[str, str]], asked: Paging, total: int, shown: int) -> Pages:
    others = [pair for pair in given if pair[0] != "offset"]

    def at(offset: int) -> str:
        return f"{request.url.path}?{urlencode([*others, ('offset', offset)])}"

    after = asked.offset + asked.limit
    return Pages(
        total=total,
        first=asked.offset + 1,
        last=asked.offset + shown,
        before=at(max(0, asked.offset - asked.limit)) if asked.offset else None,
        after=at(after) if after < total else None,
    )


def _as_data(request: Request, name: str) -> Response | None:
    """For a client that wants data: where the same list is; None for one that wants a page."""
    media_type = choose(request.headers.get("accept"), [HTML_TYPE, _JSON, _CSV])
    if media_type not in (_JSON, _CSV):
        return None
    query = f"?{request.url.query}" if request.url.query else ""
    suffix = ".csv" if media_type == _CSV else ""
    return see_other(addresses(request).to(f"/api/{name}{suffix}") + query)


def _page(
    request: Request, site: Site, template: str, form: str, *, title: str, data: str | None = None, **values: Any
) -> Response:
    at = addresses(request)
    links = []
    if data is not None:
        links = [Link(at.to(f"/api/{data}"), "alternate", _JSON), Link(at.to(f"/api/{data}.csv"), "alternate", _CSV)]
    etag = etag_of(site.view.digest, form)
    headers = {"ETag": etag, "Vary": "Accept", **link_header(links)}
    if is_known(request, etag):
        return not_modified(headers, data=False)
    return page(render(template, request, site, title=title, links=links, **values), headers=headers)
