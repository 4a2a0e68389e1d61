"""The JSON API under `/api/`: lists with their CSV twins, single entries, citations of a paper, its own description."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from phengraph.serve import shapes
from phengraph.serve.api.lists import LISTS, EntryList, table_of, table_of_shapes
from phengraph.serve.api.openapi import describe_api
from phengraph.serve.details import detail
from phengraph.serve.listing import list_citations
from phengraph.serve.pages.answers import (
    Link,
    document,
    etag_of,
    is_known,
    link_header,
    not_modified,
    page,
    problem,
)
from phengraph.serve.pages.negotiation import choose
from phengraph.serve.pages.render import addresses, render
from phengraph.serve.parameters import CitationParameters, Paging, WrongParameters, read_parameters
from phengraph.serve.rows import citation_row
from phengraph.serve.site import Current, Site, SiteKeeper

_JSON, _CSV = "application/json", "text/csv"


def api_routes(current: Current) -> list[BaseRoute]:
    """The routes of the API, for the frame to mount at the root of the server.

    Args:
        current: gives the snapshot that a request is answered from.
    """
    api = _Api(SiteKeeper(current))
    routes: list[BaseRoute] = [
        Route("/api", api.index),
        Route("/api/", api.index),
        Route("/api/openapi.json", api.description),
        Route("/api/explorer.json", api.explorer),
        Route("/api/papers/{name}/citations", api.citations),
        Route("/api/papers/{name}/citations.csv", api.citation_table),
    ]
    for each in LISTS.values():
        routes.append(Route(f"/api/{each.name}", api.listing(each)))
        routes.append(Route(f"/api/{each.name}.csv", api.table(each)))
        if each.kind is not None:
            routes.append(Route(f"/api/{each.name}/{{name:anything}}", api.detail(each)))
    return routes


Endpoint = Callable[[Request], Response]


class _Api:
    def __init__(self, keeper: SiteKeeper) -> None:
        self._keeper = keeper
        self._explorer_lock = threading.Lock()
        self._explorer: tuple[Site, bytes] | None = None

    def index(self, request: Request) -> Response:
        """What there is: a page for people, links for programs."""
        site = self._keeper.site()
        at = addresses(request)
        described = _described(site, request)
        if choose(request.headers.get("accept"), ["text/html", _JSON]) == _JSON:
            told = {"description": at.to("/api/openapi.json"), "paths": [at.to(path) for path in described["paths"]]}
            return _json(told, headers={"Vary": "Accept"})
        links = [Link(at.to("/api/openapi.json"), "service-desc", _JSON)]
        content = render("api.html", request, site, title="API", links=links, here="/api/", described=described)
        return page(content, headers={"Vary": "Accept", **link_header(links)})

    def description(self, request: Request) -> Response:
        return _json(_described(self._keeper.site(), request))

    def explorer(self, request: Request) -> Response:
        """All that the explorer shows."""
        from phengraph.export.explorer_data import explorer_json

        site = self._keeper.site()
        etag = etag_of(site.view.digest, "explorer")
        if is_known(request, etag):
            return not_modified({"ETag": etag}, data=True)
        # The layout takes seconds in a large project: once a snapshot, while the others who ask wait for it.
        with self._explorer_lock:
            if self._explorer is None or self._explorer[0] is not site:
                self._explorer = (site, explorer_json(site.dataset))
            content = self._explorer[1]
        return document(content, _JSON, headers={"ETag": etag})

    def listing(self, each: EntryList) -> Endpoint:
        def answer(request: Request) -> Response:
            site = self._keeper.site()
            asked = _read(each.parameters, request)
            if isinstance(asked, Response):
                return asked
            found = _find(lambda: each.find(site, asked))
            if isinstance(found, Response):
                return found
            return _rows(request, site, asked, found, lambda one: each.row(site, one))

        return answer

    def table(self, each: EntryList) -> Endpoint:
        def answer(request: Request) -> Response:
            site = self._keeper.site()
            asked = _read(each.parameters, request)
            if isinstance(asked, Response):
                return asked
            found = _find(lambda: each.find(site, asked))
            if isinstance(found, Response):
                return found
            return _table(request, site, each.name, table_of(site, each, _cut(asked, found)))

        return answer

    def detail(self, each: EntryList) -> Endpoint:
        def answer(request: Request) -> Response:
            site = self._keeper.site()
            kind, name = str(each.kind), request.path_params["name"]
            if request.query_params:
                message = "an entry takes no parameters"
                return _refusal(
                    WrongParameters([{"parameter": one, "message": message} for one in request.query_params])
                )
            etag = etag_of(site.view.digest, "json")
            if is_known(request, etag) and name in site.names(kind):
                return not_modified({"ETag": etag}, data=True)
            found = detail(site, kind, name)
            if found is None:
                return _no_entry(site, kind, name)
            return document(dump(found), _JSON, headers={"ETag": etag})

        return answer

    def citations(self, request: Request) -> Response:
        site, key = self._keeper.site(), request.path_params["name"]
        asked = _read(CitationParameters, request)
        if isinstance(asked, Response):
            return asked
        if key not in site.knowledge.papers:
            return _no_entry(site, "paper", key)
        found = list_citations(site, key, asked)
        return _rows(
            request, site, asked, found, lambda one: citation_row(site, one[0], one[1] or site.citation(one[0], key))
        )

    def citation_table(self, request: Request) -> Response:
        site, key = self._keeper.site(), request.path_params["name"]
        asked = _read(CitationParameters, request)
        if isinstance(asked, Response):
            return asked
        if key not in site.knowledge.papers:
            return _no_entry(site, "paper", key)
        found = _cut(asked, list_citations(site, key, asked))
        rows = (citation_row(site, node, one or site.citation(node, key)) for node, one in found)
        return _table(request, site, f"{key}-citations", table_of_shapes(shapes.CitationRow, rows))


def _described(site: Site, request: Request) -> dict[str, Any]:
    kinds = [each.kind for each in LISTS.values() if each.kind is not None]
    examples = tuple((kind, name) for kind in kinds for name in list(site.names(kind))[:1])
    return describe_api(site.view.title, addresses(request).root or "/", examples)


def _read(model: type[Paging], request: Request) -> Any:
    """The parameters, or the refusal to send."""
    try:
        return read_parameters(model, request.query_params.multi_items())
    except WrongParameters as error:
        return _refusal(error)


def _find(find: Callable[[], Sequence[Any]]) -> Sequence[Any] | Response:
    try:
        return find()
    except WrongParameters as error:
        return _refusal(error)


def _refusal(error: WrongParameters) -> Response:
    if error.unknown:
        return problem(404, "Not Found", str(error), errors=error.errors)
    return problem(422, "Unprocessable Content", str(error), errors=error.errors)


def _no_entry(site: Site, kind: str, name: str) -> Response:
    near = site.nearest_names(kind, name)
    mend = f"; did you mean '{near[0]}'?" if near else ""
    return problem(404, "Not Found", f"no {kind} is named '{name[:100]}'{mend}")


def _cut(asked: Paging, found: Sequence[Any]) -> Sequence[Any]:
    """The rows of a table: all, unless the client itself says how many."""
    end = asked.offset + asked.limit if "limit" in asked.model_fields_set else None
    return found[asked.offset : end]


def _rows(
    request: Request, site: Site, asked: Paging, found: Sequence[Any], row: Callable[[Any], shapes.Shape]
) -> Response:
    etag = etag_of(site.view.digest, "json")
    links = _paging_links(request, asked, len(found))
    headers = {"ETag": etag, **link_header(links)}
    if is_known(request, etag):
        return not_modified(headers, data=True)
    following = next((link.target for link in links if link.rel == "next"), None)
    told = {"total": len(found), "limit": asked.limit, "offset": asked.offset, "next": following}
    head = json.dumps(told, ensure_ascii=False)[:-1].encode()
    rows = b",\n".join(dump(row(one)) for one in found[asked.offset : asked.offset + asked.limit])
    return document(head + b', "rows": [\n' + rows + b"\n]}\n", _JSON, headers=headers)


def _table(request: Request, site: Site, name: str, content: bytes) -> Response:
    etag = etag_of(site.view.digest, "csv")
    headers = {"ETag": etag, "Content-Disposition": f'inline; filename="{name}.csv"'}
    if is_known(request, etag):
        return not_modified(headers, data=True)
    return document(content, f"{_CSV}; header=present", headers=headers)


def _paging_links(request: Request, asked: Paging, total: int) -> list[Link]:
    path = addresses(request).root + request.url.path.removeprefix(addresses(request).root)
    others = [pair for pair in request.query_params.multi_items() if pair[0] not in ("offset", "limit")]

    def at(offset: int) -> str:
        return f"{path}?{urlencode([*others, ('limit', asked.limit), ('offset', offset)])}"

    last = max(0, (total - 1) // asked.limit * asked.limit)
    places = {
        "first": 0 if total else None,
        "prev": max(0, asked.offset - asked.limit) if asked.offset else None,
        "next": asked.offset + asked.limit if asked.offset + asked.limit < total else None,
        "last": last if total else None,
    }
    links = [Link(at(offset), rel) for rel, offset in places.items() if offset is not None]
    table = f"{path}.csv" + (f"?{urlencode(others)}" if others else "")
    return [*links, Link(table, "alternate", _CSV)]


def dump(shape: BaseModel) -> bytes:
    return shape.model_dump_json().encode()


def _json(content: Any, *, headers: dict[str, str] | None = None) -> Response:
    return document((json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(), _JSON, headers=headers)
