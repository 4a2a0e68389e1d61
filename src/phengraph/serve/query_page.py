"""`/sparql` opened in a browser: the explorer's page of queries, with the query of the address in its editor."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from phengraph.serve.endpoint import CROSS_ORIGIN
from phengraph.serve.pages.render import addresses


async def show_query_page(request: Request) -> Response:
    """Send a browser on; a program that asks for data at the same address gets data."""
    queries = request.query_params.getlist("query")
    asked = f"?q={quote(queries[0], safe='')}" if queries else ""
    target = f"{addresses(request).to('/')}#/sparql{asked}"
    return RedirectResponse(target, 303, {**CROSS_ORIGIN, "Vary": "Accept"})
