"""The calls to Semantic Scholar, on the objects of the `semanticscholar` package and over our own transport.

The package's transport loses the key on citation pages, loops without end on a 503, reads an outage as "no such
papers" and more (docs/refresh.md lists what was found). Its requester is one attribute; it is replaced here, and
everything that goes through the package goes through `Transport`. The attribute is private: the package is pinned, and
a test holds that it is still there.
"""

from __future__ import annotations

import datetime
import logging
import os
import re
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from pydantic import SecretStr
from semanticscholar import AsyncSemanticScholar
from semanticscholar.Citation import Citation
from semanticscholar.Paper import Paper

from phengraph.ingest import errors
from phengraph.ingest.answers import whole_number
from phengraph.ingest.clock import Clock, SystemClock
from phengraph.ingest.connection import is_this_machine
from phengraph.ingest.pace import Pace, pace_folder
from phengraph.ingest.transport import Transport
from phengraph.settings import RefreshSettings

PUBLIC_API = "https://api.semanticscholar.org"
KEY_VARIABLE = "SEMANTIC_SCHOLAR_API_KEY"
URL_VARIABLE = "SEMANTIC_SCHOLAR_API_URL"

BATCH_LIMIT = 500
"""Papers in one batch."""
PAGE_LIMIT = 1000
"""Rows of one page of citations."""
ROW_LIMIT = 10_000
"""offset + limit of a list must stay below it."""


def _is_full_date(text: object) -> bool:
    try:
        return isinstance(text, str) and len(text) == 10 and bool(datetime.date.fromisoformat(text))
    except ValueError:
        return False


class TolerantPaper(Paper):  # type: ignore[misc]  # the package has no types
    """The package's paper, which does not fail on a date like `2020-05` or a null where an object was expected."""

    def _init_attributes(self, data: Any) -> None:
        given = data if isinstance(data, dict) else {}
        readable = dict(given)
        if not _is_full_date(given.get("publicationDate")):
            readable["publicationDate"] = None  # kept in raw_data, from where `answers` reads it
        for name, kind in (("journal", dict), ("publicationVenue", dict), ("tldr", dict)):
            if not isinstance(given.get(name), kind):
                readable.pop(name, None)
        for name in ("authors", "citations", "references"):
            rows = given.get(name)
            if name in given:
                readable[name] = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None
        super()._init_attributes(readable)
        self._data = given


class TolerantCitation(Citation):  # type: ignore[misc]
    """The package's citation, with `paper` None where the service has no citing paper."""

    def __init__(self, data: Any) -> None:
        given = data if isinstance(data, dict) else {}
        super().__init__({name: value for name, value in given.items() if name != "citingPaper"})
        self._data = given
        if isinstance(given.get("citingPaper"), dict):
            self._paper = TolerantPaper(given["citingPaper"])


@dataclass(frozen=True, slots=True)
class CitationPage:
    """One page of a list of citations, newest first."""

    citations: tuple[Citation, ...]
    """In the order of the list; rows that are no objects are left out."""
    rows: int
    """How many rows the page had, those left out included."""
    next_offset: int | None
    """Where the list goes on; None on its last page."""


class SafeRequester:
    """What the package calls its requester, over a `Transport`."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.timeout = 0
        self.retry = True

    async def get_data_async(self, url: str, parameters: str, headers: Any, payload: Any = None) -> Any:
        """One request of the package. Its headers are not used: the transport has the key, for every endpoint."""
        query = parse_qsl(parameters.lstrip("&"), keep_blank_values=True)
        return self._transport.ask("POST" if payload is not None else "GET", url, query, payload)


class Client:
    """Semantic Scholar, as far as phengraph asks it.

    Every call either gives the answer or raises an error of `errors`; papers that the service does not have are None,
    never left out.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.scholar = _make_scholar(transport)
        """The package's own asynchronous client, over this transport; its coroutines never wait, see `call`."""

    def close(self) -> None:
        self.transport.close()

    def abort(self) -> None:
        """Break off the answer that is being read, from another thread; it is tried again, if anybody waits for it."""
        self.transport.abort()

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """The result of a call of `scholar`.

        The transport is synchronous, so the coroutine ends without ever waiting. No event loop is made for it: one
        would hold Ctrl-C back until the answer is there.
        """
        try:
            coroutine.send(None)
        except StopIteration as end:
            return end.value
        coroutine.close()
        raise AssertionError("a call of the package waited for something that is not our transport")

    def papers(self, ids: Sequence[str], fields: Sequence[str], *, tries: int | None = None) -> list[Paper | None]:
        """Papers by id, at most 500, in the order of the ids; None for one that the service does not have.

        A merged paper comes under its new id, so the position and nothing else says which was asked.
        """
        url = f"{self.transport.api_url}/graph/v1/paper/batch"
        rows = self.transport.ask(
            "POST",
            url,
            [("fields", ",".join(fields))],
            {"ids": list(ids)},
            oddness=lambda answer: _oddness_of_batch(answer, len(ids)),
            tries=tries,
        )
        return [TolerantPaper(row) if isinstance(row, dict) else None for row in rows]

    def citation_page(
        self,
        paper_id: str,
        fields: Sequence[str],
        *,
        offset: int = 0,
        limit: int = PAGE_LIMIT,
        dates: str | None = None,
    ) -> CitationPage:
        """One page of the papers that cite a paper, newest first.

        Args:
            paper_id: of the cited paper, in any form that the service takes.
            fields: of the citation (`contexts`) and of the citing paper (`title`).
            offset: the first row, from 0.
            limit: at most 1000; `offset + limit` must stay below 10,000.
            dates: a range of publication dates, `2024-01-01:2024-06-30`.
        """
        url = f"{self.transport.api_url}/graph/v1/paper/{escape_id(paper_id)}/citations"
        query = [("fields", ",".join(fields)), ("offset", str(offset)), ("limit", str(limit))]
        if dates is not None:
            query.append(("publicationDateOrYear", dates))
        page = self.transport.ask("GET", url, query, oddness=_oddness_of_page)
        rows = page["data"] or []
        following = whole_number(page.get("next"))
        if following is not None and following <= offset:
            # A `next` that does not move on would be asked for ever; that it is there says that more follows.
            following = offset + len(rows) if rows else None
        citations = tuple(TolerantCitation(row) for row in rows if isinstance(row, dict))
        return CitationPage(citations, len(rows), following)

    def match_title(self, title: str, fields: Sequence[str]) -> Paper | None:
        """The paper whose title is nearest to this one, or None."""
        # Hyphens find nothing in the searches, says the specification. The package would send an offset and a limit,
        # too, which the specification does not have here.
        words = re.sub(r"[-‐-―]", " ", title)
        url = f"{self.transport.api_url}/graph/v1/paper/search/match"
        try:
            found = self.transport.ask(
                "GET", url, [("query", words), ("fields", ",".join(fields))], oddness=_oddness_of_page
            )
        except errors.NotFound:
            return None
        best = found["data"][0] if found["data"] else None
        return TolerantPaper(best) if isinstance(best, dict) else None

    def recommend(
        self, positive: Sequence[str], negative: Sequence[str] = (), *, fields: Sequence[str], limit: int = 100
    ) -> list[Paper]:
        """Papers like the positive ones and unlike the negative ones, best first, at most 500."""
        ask = self.scholar.get_recommended_papers_from_lists
        found = self.call(ask(list(positive), list(negative), fields=list(fields), limit=limit))
        return [TolerantPaper(paper.raw_data) for paper in found]

    def search_bulk(self, query: str, *, fields: Sequence[str], since: str | None = None) -> list[Paper]:
        """Papers whose title or abstract matches a boolean query, newest first, at most 1000.

        Args:
            query: in the service's own syntax: `"a phrase" + (one | other)`.
            fields: of the papers; `tldr` and nested ones are not to be had here.
            since: only papers published on this day (YYYY-MM-DD) or later.
        """
        url = f"{self.transport.api_url}/graph/v1/paper/search/bulk"
        asked = [("query", query), ("fields", ",".join(fields)), ("sort", "publicationDate:desc")]
        if since is not None:
            asked.append(("publicationDateOrYear", f"{since}:"))
        page = self.transport.ask("GET", url, asked)
        rows = page.get("data") if isinstance(page, dict) else None
        if not isinstance(rows, list):
            raise errors.UnexpectedAnswer("Semantic Scholar gave an answer to a search without its rows")
        return [TolerantPaper(row) for row in rows if isinstance(row, dict)]


def _oddness_of_batch(answer: object, asked: int) -> str | None:
    if isinstance(answer, list) and len(answer) == asked:
        return None
    what = f"{len(answer)} answers" if isinstance(answer, list) else f"a {type(answer).__name__}"
    return f"gave {what} for {asked} papers"


def _oddness_of_page(answer: object) -> str | None:
    is_page = isinstance(answer, dict) and isinstance(answer.get("data", False), list | None)
    return None if is_page else "gave a page without its rows"


def escape_id(paper_id: str) -> str:
    """An id as part of a path: nothing in it can end the path or climb out of it.

    >>> escape_id("DOI:10.1093/mind/lix.236.433"), escape_id("DOI:10.1/a?b#c"), escape_id("URL:x/../y")
    ('DOI:10.1093/mind/lix.236.433', 'DOI:10.1/a%3Fb%23c', 'URL:x%2F..%2Fy')
    """
    climbs = any(part in ("", ".", "..") for part in paper_id.split("/"))
    return quote(paper_id, safe=":" if climbs else ":/")


def _make_scholar(transport: Transport) -> AsyncSemanticScholar:
    # The package's constructor calls logging.basicConfig, which would give this whole process a log on the terminal.
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    # It gets no key: it prints one in its debug log.
    scholar = AsyncSemanticScholar(api_url=transport.api_url)
    for handler in [handler for handler in root.handlers if handler not in before]:
        root.removeHandler(handler)
    root.setLevel(level)
    scholar._requester = SafeRequester(transport)
    return scholar


def read_key(environment: Mapping[str, str] = os.environ) -> SecretStr | None:
    """The API key of the environment, or None.

    Raises:
        BadEnvironment: it holds a character that no HTTP header can hold.
    """
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key:
        return None
    if not re.fullmatch(r"[\x21-\x7e]{1,512}", key):
        raise errors.BadEnvironment(f"{KEY_VARIABLE} holds a character that no key has; set it anew, or unset it")
    return SecretStr(key)


def read_api_url(environment: Mapping[str, str] = os.environ) -> str:
    """The address of the service: of the environment, or the public one.

    Raises:
        BadEnvironment: it is no http or https address.
    """
    given = environment.get(URL_VARIABLE, "").strip().rstrip("/").removesuffix("/graph/v1") or PUBLIC_API
    try:
        parts = urlsplit(given)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        usable = False
    if not usable:
        raise errors.BadEnvironment(f"{URL_VARIABLE} is no http or https address; set it anew, or unset it")
    return given


def open_client(
    settings: RefreshSettings,
    *,
    clock: Clock | None = None,
    budget: int | None = None,
    session: requests.Session | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Client:
    """The client that the environment asks for: its key, its address, the pace of this machine.

    Raises:
        BadEnvironment: a variable cannot be used, or would send the key unencrypted over the network.
    """
    url, key = read_api_url(environment), read_key(environment)
    parts = urlsplit(url)
    if key is not None and parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        raise errors.BadEnvironment(
            f"{URL_VARIABLE} is an http address, which would send the key over the network for all to read; "
            f"use https, or unset {KEY_VARIABLE}"
        )
    clock = clock or SystemClock()
    pace = Pace(pace_folder(), f"{parts.scheme}://{parts.netloc}", settings.seconds_between_requests, clock)
    transport = Transport(url, key, pace=pace, clock=clock, settings=settings, budget=budget, session=session)
    return Client(transport)
