"""What stands before every route: the names the server answers to, the prefix of a proxy, the length of an address.

Plain ASGI, so that a streamed answer passes through untouched.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class HostCheck:
    """Answers only requests for a name that is ours.

    A page of another site can point its own name at this machine (DNS rebinding) and read what a server on a private
    address says; it cannot change the Host header that goes with it.
    """

    def __init__(self, app: ASGIApp, allowed: Sequence[str]) -> None:
        self._app = app
        self._allowed = [name.lower() for name in allowed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "*" not in self._allowed:
            name = host_name(Headers(scope=scope).get("host", ""))
            if not any(_covers(pattern, name) for pattern in self._allowed):
                message = "this server has no such name; serve.allowed_hosts in phengraph.toml tells it its names\n"
                await PlainTextResponse(message, 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def host_name(header: str) -> str:
    """The name in a Host header, without the port.

    >>> host_name("[::1]:8000"), host_name("Graph.Example.org:80")
    ('[::1]', 'graph.example.org')
    """
    name = header.strip().lower()
    if name.startswith("["):
        return name[: name.find("]") + 1]
    return name.partition(":")[0].rstrip(".")


def _covers(pattern: str, name: str) -> bool:
    return name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:]))


class RootPath:
    """Works behind a proxy that serves us under a prefix, whether the proxy takes the prefix off or leaves it on."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root = "/" + root_path.strip("/") if root_path.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root and scope["type"] == "http":
            path: str = scope["path"]
            # ASGI: `path` holds the prefix too; routes take it off again.
            under = path == self._root or path.startswith(self._root + "/")
            scope = {**scope, "root_path": self._root, "path": path if under else self._root + path}
        await self._app(scope, receive, send)


class Manners:
    """Refuses addresses that are too long, answers CORS preflights, and marks every answer as what it says it is."""

    def __init__(self, app: ASGIApp, longest_address: int) -> None:
        self._app = app
        self._longest = longest_address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if length > self._longest:
            message = f"the address has {length:,} characters, {self._longest:,} are allowed; send the query by POST\n"
            await PlainTextResponse(message, 414, {"Access-Control-Allow-Origin": "*"})(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await PlainTextResponse("", 204, _PREFLIGHT)(scope, receive, send)
            return

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in _MARKS if name not in names),
                ]
            await send(message)

        await self._app(scope, receive, send_marked)


# Data opened in a browser is only shown: no script of it runs, whatever it holds. Pages bring their own policy.
_MARKS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)
