"""HTTP with a store: bounded in time and bytes, no redirect followed, no credential shown.

An answer is kept in memory up to a megabyte and beyond that in a temporary file without a name. Credentials come from
the environment only: PHENGRAPH_STORE_USER and PHENGRAPH_STORE_PASSWORD, or PHENGRAPH_STORE_TOKEN.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import ssl
import tempfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from phengraph.problems import StoreError, one_line
from phengraph.settings import StoreSettings

USER, PASSWORD, TOKEN = "PHENGRAPH_STORE_USER", "PHENGRAPH_STORE_PASSWORD", "PHENGRAPH_STORE_TOKEN"
_CONNECT_SECONDS = 10
_IN_MEMORY = 2**20
_ERROR_BYTES = 4_096
_LONGEST_WORDS = 300


class StoreSlow(StoreError):
    """The store took longer than it may."""


class StoreRefused(StoreError):
    """The store answered with a status that is no success; `.status` is it, `.words` what it said, fit to be shown."""

    def __init__(self, message: str, status: int, words: str) -> None:
        super().__init__(message)
        self.status = status
        self.words = words


class AnswerTooLong(StoreError):
    """The store's answer is longer than it may be."""


@dataclass(slots=True)
class Received:
    """A whole answer."""

    status: int
    headers: httpx.Headers
    body: IO[bytes]
    """At its beginning; the receiver closes it."""

    @property
    def media_type(self) -> str:
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()


class Connection:
    """Requests to one store; to be used within one event loop, and closed.

    Args:
        settings: where the store is.
        environment: where credentials come from.
        digest: user and password are told by Digest, else by Basic.
    """

    def __init__(self, settings: StoreSettings, environment: Mapping[str, str], *, digest: bool) -> None:
        self._auth = _authentication(settings, environment, digest=digest)
        self._client = httpx.AsyncClient(
            auth=self._auth,
            # No proxy, no .netrc: nothing that would send a credential where nobody said it should go.
            trust_env=False,
            verify=ssl.create_default_context(),
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            headers={"User-Agent": "phengraph", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def send(
        self,
        method: str,
        url: str,
        *,
        seconds: float,
        most_bytes: int,
        parameters: Mapping[str, str] | None = None,
        form: Mapping[str, str | list[str]] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        head_only: bool = False,
    ) -> Received:
        """Send a request and receive the whole answer.

        Args:
            method: of HTTP.
            url: where to; what stands behind its `?` is kept.
            seconds: for all of it.
            most_bytes: of the answer.
            parameters: added to the address.
            form: sent as the body of a form.
            content: sent as the body.
            headers: of the request.
            head_only: the headers are enough; the body is empty.

        Raises:
            StoreSlow: it took longer.
            AnswerTooLong: it is longer than it may be.
            StoreRefused: the status is no success.
            StoreError: no connection, one that broke, or an answer that is no HTTP.
        """
        address = httpx.URL(url)
        request = self._client.build_request(
            method,
            address.copy_merge_params(parameters) if parameters else address,
            data=form,
            content=content,
            headers=headers,
        )
        place = f"{address.copy_with(query=None, fragment=None)}"
        try:
            async with asyncio.timeout(seconds):
                response = await self._client.send(request, stream=True)
                try:
                    return await _receive(response, place, most_bytes, head_only=head_only)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            raise StoreSlow(f"the store at {place} did not answer within {seconds:g} s") from error
        except httpx.ConnectTimeout as error:
            raise StoreError(f"the store at {place} does not answer; is it running?") from error
        except httpx.ConnectError as error:
            raise StoreError(
                f"the store at {place} cannot be reached ({_words(str(error))}); is it running?"
            ) from error
        except httpx.HTTPError as error:
            told = _words(str(error)) or type(error).__name__
            raise StoreError(f"the answer of the store at {place} broke off: {told}") from error


async def _receive(response: httpx.Response, place: str, most_bytes: int, *, head_only: bool) -> Received:
    if response.status_code >= 300:
        raise _refusal(response, place, await _beginning(response))
    if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        raise StoreError(f"the store at {place} sent a compressed answer, which was not asked for")
    told = response.headers.get("content-length", "")
    if told.isdigit() and int(told) > most_bytes and not head_only:
        raise AnswerTooLong(f"the store's answer has {int(told):,} bytes, {most_bytes:,} are allowed; ask for less")
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the receiver closes it
    received = 0
    try:
        if not head_only:
            async for part in response.aiter_raw():
                received += len(part)
                if received > most_bytes:
                    raise AnswerTooLong(f"the store's answer has more than {most_bytes:,} bytes; ask for less")
                body.write(part)
        body.seek(0)
    except BaseException:
        body.close()
        raise
    return Received(response.status_code, response.headers, body)


async def _beginning(response: httpx.Response) -> bytes:
    content = b""
    async for part in response.aiter_raw():
        content += part
        if len(content) >= _ERROR_BYTES:
            break
    return content[:_ERROR_BYTES]


def _refusal(response: httpx.Response, place: str, beginning: bytes) -> StoreRefused:
    status = response.status_code
    words = _words_of(response.headers.get("content-type", ""), beginning)
    if 300 <= status < 400:
        target = _words(response.headers.get("location", "elsewhere"))
        message = f"the store at {place} leads to {target}; if that is right, set it in [store] of phengraph.toml"
    elif status in (401, 403):
        message = f"the store at {place} refuses us (HTTP {status}); set {USER} and {PASSWORD}, or {TOKEN}"
    elif status == 404:
        message = f"there is nothing at {place} (HTTP 404); look at [store] in phengraph.toml"
    else:
        message = f"the store at {place} answered HTTP {status}{f': {words}' if words else ''}"
    return StoreRefused(message, status, words)


def _words_of(content_type: str, content: bytes) -> str:
    """What an error says, when it is said in plain words; a web page is not."""
    text = content.decode("utf-8", "replace").strip()
    if "html" in content_type or text.startswith("<"):
        return ""
    if "json" in content_type:
        try:
            told = json.loads(text)
        except ValueError:
            return ""
        known = told if isinstance(told, dict) else {}
        return _words(str(next((known[name] for name in ("message", "detail", "exception") if name in known), "")))
    return _words(text.splitlines()[0] if text else "")


def _words(text: str) -> str:
    shown = one_line(" ".join(text.split()))
    return shown if len(shown) <= _LONGEST_WORDS else shown[:_LONGEST_WORDS] + "..."


def _authentication(settings: StoreSettings, environment: Mapping[str, str], *, digest: bool) -> httpx.Auth | None:
    user, password = environment.get(USER), SecretStr(environment.get(PASSWORD, ""))
    token = SecretStr(environment.get(TOKEN, ""))
    if token.get_secret_value() and user:
        raise StoreError(f"{TOKEN} and {USER} are both set; keep the one that the store wants")
    for name in (USER, PASSWORD, TOKEN):
        # It would break its header, and the error about the header would show it.
        if not environment.get(name, "").isprintable():
            raise StoreError(f"{name} holds a line break or another character that is none of its own; set it again")
    if user and digest:
        return httpx.DigestAuth(user, password.get_secret_value())
    if not user and not token.get_secret_value():
        return None
    for url in (settings.query_url, settings.graphs_url):
        if urlsplit(url).scheme == "http" and not _is_this_machine(urlsplit(url).hostname) and not settings.plain_http:
            raise StoreError(
                f"the credentials would go to {urlsplit(url).netloc} over plain http; use https, or set "
                "store.plain_http in phengraph.toml if the way there can be trusted"
            )
    if user:
        return httpx.BasicAuth(user, password.get_secret_value())
    return _Bearer(token)


def _is_this_machine(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


class _Bearer(httpx.Auth):
    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request
