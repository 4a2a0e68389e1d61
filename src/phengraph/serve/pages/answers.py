"""Answers to browsers and programs: one policy, one way of caching, one form of refusal.

An ETag names the snapshot, the program that made the page and its form; it is a weak one, since a proxy or our own
middleware may send the same page compressed. `no-cache` means: keep it, and ask whether it is still right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

# Nothing from elsewhere, no script, no style but our file; a form may only ask ourselves.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# Data is for every page on the web to read; nobody is signed in, so nothing is given away.
SHARED: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Link, ETag, Content-Location",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# A document of data that a browser opens is shown and nothing more, whatever it holds.
SHOWN_ONLY = {**SECURITY, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
HTML = "text/html; charset=utf-8"
_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def program_digest() -> str:
    """Eight digits that change with the text of the program that makes the pages."""
    total = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*")):
        if path.suffix in (".py", ".html", ".css", ".svg", ".xml"):
            total.update(path.relative_to(_PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:8]


def etag_of(digest: str, form: str) -> str:
    """The ETag of one form of a page made from the snapshot of this digest."""
    return f'{tag_prefix(digest)}{program_digest()}.{form}"'


def tag_prefix(digest: str) -> str:
    """How every ETag of `etag_of` begins for the snapshot of this digest."""
    return f'W/"{digest[:16]}.'


def is_known(request: Request, etag: str) -> bool:
    """Whether the client says that it has this already (RFC 9110, 13.1.2, weak comparison)."""
    return is_tagged_known(request.headers.get("if-none-match"), etag)


def is_tagged_known(given: str | None, etag: str) -> bool:
    """Whether an If-None-Match header names this ETag."""
    if given is None:
        return False
    opaque = etag.removeprefix("W/")
    return given.strip() == "*" or opaque in {one.strip().removeprefix("W/") for one in given.split(",")}


@dataclass(frozen=True, slots=True)
class Link:
    """One target of a Link header (RFC 8288) and, for a page, of a `link` element."""

    target: str
    rel: str
    type: str | None = None

    def __str__(self) -> str:
        kind = f'; type="{self.type}"' if self.type else ""
        return f'<{self.target}>; rel="{self.rel}"{kind}'


def link_header(links: Sequence[Link]) -> dict[str, str]:
    return {"Link": ", ".join(map(str, links))} if links else {}


def page(content: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A page for people."""
    return Response(content, status, {"Content-Type": HTML, "Cache-Control": "no-cache", **SECURITY, **(headers or {})})


def document(content: bytes, media_type: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """A document for programs."""
    known = {"Content-Type": _with_charset(media_type), "Cache-Control": "no-cache"}
    return Response(content, 200, {**known, **SHOWN_ONLY, **SHARED, **(headers or {})})


def not_modified(headers: Mapping[str, str], *, data: bool) -> Response:
    """The client has it already; `headers` are those of the whole answer.

    A browser takes over the headers of a 304, the policy too: they must be the ones it had.
    """
    marks = {**SHOWN_ONLY, **SHARED} if data else SECURITY
    return Response(None, 304, {"Cache-Control": "no-cache", **marks, **headers})


def see_other(target: str, links: Sequence[Link] = ()) -> Response:
    """The thing itself cannot be sent; a document about it is there."""
    return Response(
        f"See {target}\n",
        303,
        {"Location": target, "Content-Type": "text/plain; charset=utf-8", "Vary": "Accept", **SHARED}
        | SHOWN_ONLY
        | link_header(links),
    )


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A refusal that a program can read (RFC 9457) and a person understand.

    Args:
        errors: for each parameter that is wrong, its name and what would be right.
    """
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    content = json.dumps(told | ({"errors": list(errors)} if errors else {}), ensure_ascii=False, indent=1) + "\n"
    known = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    return Response(content.encode(), status, {**known, **SHOWN_ONLY, **SHARED, **(headers or {})})


def _with_charset(media_type: str) -> str:
    # JSON is UTF-8 by its own standard (RFC 8259, 8.1); of text/* and the RDF texts a client may guess otherwise.
    return media_type if "json" in media_type else f"{media_type}; charset=utf-8"
