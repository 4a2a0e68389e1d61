"""What a client asks of `/sparql`: the SPARQL 1.1 Protocol's three ways to send a query, read strictly.

Source: SPARQL 1.1 Protocol, sections 2.1 (query operation) and 2.1.4 (the dataset that a request names wins over the
one in the query). Updates are refused with a word why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph
from starlette.requests import Request

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
_UPDATE = "application/sparql-update"
_MOST_PARAMETERS = 1_000
_READ_ONLY = "updates are refused: the dataset is read only, and says what the files of the project say; edit them"


class Refusal(Exception):
    """A request that is not answered: its status, a plain sentence, and headers that belong to it."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}


@dataclass(frozen=True, slots=True)
class Operation:
    """One query with the dataset that the request names."""

    query: str | None
    """None when a GET names no query: it asks for the service description."""
    default_graphs: tuple[str, ...] | None
    """None when the request names no dataset."""
    named_graphs: tuple[str, ...] | None
    format_name: str | None
    """The value of a `format` parameter, a courtesy of many servers; whatever a client wrote there."""


async def read_operation(request: Request, *, longest_body: int) -> Operation:
    """Read the operation of a request.

    Raises:
        Refusal: 400 for what is malformed, 403 for an update, 413 for a body that is too long, 415 for a body that is
            no query.
    """
    parameters = _parse(request.scope["query_string"], "the query string")
    if request.method in ("GET", "HEAD"):
        return _operation(parameters, direct=None)
    media_type, charset = _content_type(request.headers.get("content-type"))
    if media_type == _UPDATE:
        raise Refusal(403, _READ_ONLY)
    if media_type not in (FORM, DIRECT):
        told = f"not {media_type}" if media_type else "and the request says no Content-Type"
        raise Refusal(415, f"a query is sent as {DIRECT} or {FORM}, {told}", {"Accept-Post": f"{DIRECT}, {FORM}"})
    if charset not in ("", "utf-8", "us-ascii"):
        raise Refusal(415, f"a query is sent in UTF-8, not in {charset}")
    body = await read_body(request, longest=longest_body)
    if media_type == FORM:
        return _operation(parameters + _parse(body, "the form"), direct=None)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(400, f"the query is not UTF-8: {error.reason} at byte {error.start}") from error
    return _operation(parameters, direct=text)


async def read_body(request: Request, *, longest: int) -> bytes:
    """The body of a request, read no further than its limit.

    Raises:
        Refusal: 413 when it is longer.
        ClientDisconnect: the client has gone.
    """
    told = request.headers.get("content-length", "")
    too_long = Refusal(413, f"the request is longer than the {longest:,} bytes allowed", {"Connection": "close"})
    if told.isdigit() and int(told) > longest:
        raise too_long
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > longest:
            raise too_long
    return bytes(body)


def _content_type(value: str | None) -> tuple[str, str]:
    media_type, *parameters = (value or "").split(";")
    charset = ""
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = given.strip().strip('"').lower()
    return media_type.strip().lower(), charset


def _parse(content: bytes, where: str) -> list[tuple[str, str]]:
    try:
        text = content.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError as error:
        raise Refusal(400, f"{where} is not UTF-8") from error
    except ValueError as error:
        raise Refusal(400, f"{where} has more than {_MOST_PARAMETERS:,} parameters") from error


def _operation(parameters: Sequence[tuple[str, str]], *, direct: str | None) -> Operation:
    def given(name: str) -> list[str]:
        return [value for one, value in parameters if one == name]

    if given("update") or given("using-graph-uri") or given("using-named-graph-uri"):
        raise Refusal(403, _READ_ONLY)
    queries = given("query") if direct is None else [direct, *given("query")]
    if len(queries) > 1:
        raise Refusal(400, f"a request holds one query, this one holds {len(queries)}")
    default_graphs, named_graphs = given("default-graph-uri"), given("named-graph-uri")
    for iri in (*default_graphs, *named_graphs):
        _check_iri(iri)
    names_dataset = bool(default_graphs or named_graphs)
    return Operation(
        query=queries[0] if queries else None,
        default_graphs=tuple(default_graphs) if names_dataset else None,
        named_graphs=tuple(named_graphs) if names_dataset else None,
        format_name=next(iter(given("format")), None),
    )


def _check_iri(iri: str) -> None:
    try:
        pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise Refusal(400, f"'{iri[:200]}' is no absolute IRI, so it can name no graph") from error
