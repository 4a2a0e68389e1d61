"""What can go wrong, each switchable: for an endpoint, from a request on, so many times.

A fault takes the request and the answer that would have been sent, and gives the answer that is sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .wire import Answer, Request, error, gateway_error

Strike = Callable[[Request, Answer], Answer]

TOO_MANY = (
    "Too Many Requests. Please wait and try again or apply for a key for higher rate limits. "
    "https://www.semanticscholar.org/product/api#api-key-form"
)


@dataclass(slots=True)
class Fault:
    """A fault that is switched on."""

    strike: Strike
    endpoint: str = ""
    """A regular expression that is searched in the path; empty for every endpoint."""
    after: int = 0
    """How many matching requests pass before it strikes."""
    times: int | None = 1
    """How often it strikes; None for always."""
    seen: int = 0
    struck: int = 0

    def applies(self, request: Request) -> bool:
        """Whether it strikes now; counts the request."""
        if not re.search(self.endpoint, request.path):
            return False
        self.seen += 1
        if self.seen <= self.after or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True


def answers(answer: Answer) -> Strike:
    """Any answer at all, in place of the right one."""
    return lambda request, right: answer


def too_many(retry_after: str | None = None) -> Strike:
    """429; the code is a string, and the live service sends no Retry-After."""
    made = gateway_error(429, TOO_MANY, code="429")
    return answers(made.but(headers={**made.headers, "Retry-After": retry_after}) if retry_after else made)


def forbidden() -> Strike:
    """403, as for a key that was deleted."""
    made = gateway_error(403, "Forbidden")
    return answers(made.but(headers={**made.headers, "x-amzn-ErrorType": "ForbiddenException"}))


def not_found() -> Strike:
    return answers(error(404, "Paper with id 0 not found"))


def html_error(status: int = 500) -> Strike:
    page = b"<html><body><h1>Made-up error page</h1></body></html>"
    return answers(Answer(status, page, {"Content-Type": "text/html"}))


def gateway(status: int) -> Strike:
    """502, 503, 504 with the gateway's words."""
    words = {502: "Bad gateway", 503: "Service Unavailable", 504: "Endpoint request timed out"}
    return answers(gateway_error(status, words.get(status, "Internal Server Error")))


def short_page(rows: int) -> Strike:
    """Fewer rows than asked for, though more follow; `next` is where they go on."""

    def strike(request: Request, right: Answer) -> Answer:
        if right.status != 200 or len(right.content["data"]) <= rows:
            return right
        offset = right.content["offset"]
        return right.but(content={"offset": offset, "next": offset + rows, "data": right.content["data"][:rows]})

    return strike


def empty_page() -> Strike:
    """No row and no `next`, though more follow (seen in June 2023)."""

    def strike(request: Request, right: Answer) -> Answer:
        return right.but(content={"offset": int(request.parameter("offset", "0")), "data": []})

    return strike


def too_big(limit: int) -> Strike:
    """The 10 MB error for pages of more than `limit` rows."""

    def strike(request: Request, right: Answer) -> Answer:
        if int(request.parameter("limit", "100")) <= limit:
            return right
        return error(400, "Response would exceed maximum size of 10 MB. Break the request into smaller batches.")

    return strike


def too_big_batch(limit: int) -> Strike:
    """The 10 MB error for batches of more than `limit` papers."""

    def strike(request: Request, right: Answer) -> Answer:
        if request.body.count(b'",') < limit:
            return right
        return error(400, "Response would exceed maximum size. Suggestions: smaller batches.")

    return strike


def no_date_filter() -> Strike:
    """The service of before: publicationDateOrYear is unknown for /citations."""

    def strike(request: Request, right: Answer) -> Answer:
        value = request.parameter("publicationDateOrYear")
        if not value:
            return right
        return error(400, f"Unacceptable query params: [publicationDateOrYear={value}]")

    return strike


def ignored_date_filter(unfiltered: Callable[[Request], Answer]) -> Strike:
    """The filter is accepted and does nothing."""

    def strike(request: Request, right: Answer) -> Answer:
        query = tuple(pair for pair in request.query if pair[0] != "publicationDateOrYear")
        return unfiltered(Request(request.method, request.path, query, request.headers, request.body))

    return strike


def cut_body(at: int = 40) -> Strike:
    return lambda request, right: right.but(cut_at=at)


def slow_body(seconds: float, size: int = 1) -> Strike:
    return lambda request, right: right.but(drip_seconds=seconds, drip_bytes=size)


def slow_headers(seconds: float) -> Strike:
    return lambda request, right: right.but(drip_seconds=seconds, drip_headers=True)


def stall(seconds: float) -> Strike:
    return lambda request, right: right.but(wait_seconds=seconds)


def redirect(location: str, status: int = 302) -> Strike:
    return answers(Answer(status, b"", {"Location": location}))


def raw(content: bytes) -> Strike:
    return lambda request, right: right.but(raw=content)


def reset() -> Strike:
    return lambda request, right: right.but(reset=True)


def rewritten(change: Callable[[object], object]) -> Strike:
    """The right answer with its JSON changed: null where an object was, a text where a number was."""
    return lambda request, right: right.but(content=change(right.content))
