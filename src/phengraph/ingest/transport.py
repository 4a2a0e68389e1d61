"""One request, however often it must be tried: pace, key, retries, bounds.

A request has one of three ends: JSON, an error of the tree in `errors`, or the budget. It never ends in silence, never
loops without bound, and never shows the key.
"""

from __future__ import annotations

import email.utils
import json
import random
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
import requests
import urllib3
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential, wait_random

from phengraph.ingest import errors
from phengraph.ingest.clock import Clock
from phengraph.ingest.connection import Connections, deadline, is_this_machine, open_session
from phengraph.ingest.pace import Pace
from phengraph.settings import RefreshSettings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_REDIRECT_LIMIT = 5
_TEMPORARY = frozenset({408, 425, 429, 500, 502, 503, 504})
_MISSHAPEN_TRIES = 3
"""An answer of another form may be a slip, and is asked for again; so often it is no slip."""
_CHUNK = 65_536
_CONNECT_SECONDS = 20.0
_TOO_BIG = re.compile(r"exceed maximum size|maximum (?:response )?size", re.I)

Query = Sequence[tuple[str, str]]


class _Temporary(Exception):
    """A failure that is worth another try; becomes ServiceBusy or ServiceDown when the tries are spent."""

    def __init__(
        self,
        words: str,
        *,
        busy: bool = False,
        wait_seconds: float | None = None,
        status: int | None = None,
        misshapen: bool = False,
    ) -> None:
        super().__init__(words)
        self.words = words
        self.busy = busy
        self.wait_seconds = wait_seconds
        self.status = status
        self.misshapen = misshapen

    def as_error(self) -> errors.ServiceError:
        """What it is when it did not pass."""
        text = f"Semantic Scholar {self.words}"
        if self.busy:
            return errors.ServiceBusy(text, self.wait_seconds)
        return errors.UnexpectedAnswer(text) if self.misshapen else errors.ServiceDown(text, self.status)


class Transport:
    """Sends requests to the API, one after the other, over one kept connection.

    Args:
        api_url: address of the service, without `/graph/v1`.
        key: the API key, or None; it is sent to this address only.
        pace: the turn that each request waits for.
        clock: time and waiting.
        settings: tries, patience and bounds.
        budget: how many requests may be made in all; None for no bound.
        session: another `requests` session; by default one that reaches the network.
    """

    def __init__(
        self,
        api_url: str,
        key: SecretStr | None,
        *,
        pace: Pace,
        clock: Clock,
        settings: RefreshSettings,
        budget: int | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self.api_url = api_url
        self.budget = budget
        self.requests_made = 0
        self.on_wait: Callable[[float, str], None] = lambda seconds, reason: None
        """Called before a wait of a retry, with its seconds and the reason."""
        self._origin = _origin(api_url)
        self._key = key
        self._pace = pace
        self._clock = clock
        self._settings = settings
        self._connections = Connections()
        self._session = session or open_session(api_url, self._connections)

    def close(self) -> None:
        self._session.close()

    def abort(self) -> None:
        """Break off the answer that is being read; called from another thread."""
        self._connections.shut()

    def ask(
        self,
        method: str,
        url: str,
        query: Query = (),
        body: object = None,
        *,
        oddness: Callable[[Any], str | None] = lambda answer: None,
        tries: int | None = None,
    ) -> Any:
        """Send a request until it is answered; gives the parsed JSON.

        Args:
            method: GET or POST.
            url: of the endpoint.
            query: names and values.
            body: sent as JSON.
            oddness: what an answer has that the specification does not ("gave no list"), None when it is right; an
                odd one is asked for again.
            tries: at most so many; by default those of the settings.

        Raises:
            ServiceError: by kind, see `errors`.
            BudgetSpent: no request is left.
        """
        started = self._clock.monotonic()
        most = min(tries or self._settings.tries, self._settings.tries)

        def stop(state: RetryCallState) -> bool:
            spent = self._clock.monotonic() - started + state.upcoming_sleep
            failure = state.outcome.exception() if state.outcome else None
            shapes = isinstance(failure, _Temporary) and failure.misshapen
            allowed = min(most, _MISSHAPEN_TRIES) if shapes else most
            return state.attempt_number >= allowed or spent > self._settings.patience_seconds

        def before_sleep(state: RetryCallState) -> None:
            failure = state.outcome.exception() if state.outcome else None
            if isinstance(failure, _Temporary):
                if failure.wait_seconds:
                    self._pace.hold(failure.wait_seconds)
                self.on_wait(state.upcoming_sleep, failure.words)

        retrying = Retrying(
            retry=retry_if_exception_type(_Temporary),
            wait=_wait,
            stop=stop,
            sleep=self._clock.sleep,
            before_sleep=before_sleep,
            reraise=True,
        )
        try:
            return retrying(self._try_once, method, url, query, body, oddness)
        except _Temporary as failure:
            raise failure.as_error() from None

    def _try_once(self, method: str, url: str, query: Query, body: object, oddness: Callable[[Any], str | None]) -> Any:
        target = requests.Request(method, url, params=list(query)).prepare().url or url
        for _ in range(_REDIRECT_LIMIT + 1):
            status, headers, content = self._send(method, target, body)
            if status not in _REDIRECTS or "location" not in headers:
                answer = self._read(status, headers, content)
                if (odd := oddness(answer)) is not None:
                    raise _Temporary(odd, misshapen=True)
                return answer
            method, body = ("GET", None) if status == 303 else (method, body)
            target = self._redirected(target, headers["location"])
        raise errors.UnexpectedAnswer(f"Semantic Scholar redirects more than {_REDIRECT_LIMIT} times")

    def _send(self, method: str, url: str, body: object) -> tuple[int, Any, bytes]:
        if self.budget is not None and self.requests_made >= self.budget:
            raise errors.BudgetSpent(f"the {self.budget} requests that were allowed are used up")
        self._pace.wait()
        self.requests_made += 1
        headers = {}
        if self._key is not None and _origin(url) == self._origin:
            headers["x-api-key"] = self._key.get_secret_value()
        seconds = self._settings.answer_seconds
        with deadline(self._connections, seconds) as limit:
            try:
                with self._session.request(
                    method,
                    url,
                    json=body,
                    headers=headers,
                    stream=True,
                    allow_redirects=False,
                    timeout=(min(_CONNECT_SECONDS, seconds), seconds),
                ) as response:
                    content = self._body(response)
                    answer = response.status_code, response.headers, content
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as failure:
                slow = limit.passed or isinstance(failure, requests.Timeout)
                raise _Temporary(_slow(seconds) if slow else _connection_words(failure)) from None
        if limit.passed:
            raise _Temporary(_slow(seconds))
        return answer

    def _body(self, response: requests.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(_CHUNK):
            size += len(piece)
            if size > self._settings.answer_bytes:
                raise errors.AnswerTooBig(f"an answer of more than {self._settings.answer_bytes:,} bytes")
            pieces.append(piece)
        return b"".join(pieces)

    def _redirected(self, url: str, location: str) -> str:
        target = urljoin(url, location)
        before, after = urlsplit(url), urlsplit(target)
        if after.scheme not in ("http", "https") or not after.hostname:
            raise errors.UnexpectedAnswer("Semantic Scholar redirects to what is no web address")
        downgraded = before.scheme == "https" and after.scheme == "http"
        if downgraded or (is_this_machine(after.hostname) and not is_this_machine(before.hostname or "")):
            raise errors.UnexpectedAnswer(f"Semantic Scholar redirects to {_origin(target)}, which is not followed")
        return target

    def _read(self, status: int, headers: Any, content: bytes) -> Any:
        if status == 200:
            answer = parse_json(content)
            # The service has been seen to send an error with status 200.
            if isinstance(answer, dict) and answer and answer.keys() <= {"error", "message", "code"}:
                raise _Temporary(f"answers with an error: {self._words(content)}")
            return answer
        words = self._words(content)
        told = f"(HTTP {status}{f': {words}' if words else ''})"
        if status in _TEMPORARY or status > 504:
            wait = retry_after(headers.get("Retry-After"), self._clock.now())
            if status == 429:
                asks = f"asks to wait {wait:.0f} s" if wait else "asks to wait"
                raise _Temporary(f"{asks} (HTTP 429)", busy=True, wait_seconds=wait)
            raise _Temporary(f"does not answer properly {told}", wait_seconds=wait, status=status)
        if status in (401, 403):
            raise errors.KeyRefused(self._refusal(status))
        if status == 413 or (status == 400 and _TOO_BIG.search(words)):
            raise errors.AnswerTooBig(f"Semantic Scholar's answer would be too big {told}", words)
        if status == 404 and words:
            raise errors.NotFound(f"Semantic Scholar knows no such paper {told}")
        if 400 <= status < 500 and status != 404:
            raise errors.BadRequest(f"Semantic Scholar refuses the request {told}", words)
        raise errors.UnexpectedAnswer(
            f"{self._origin} answers as Semantic Scholar never does {told}; is SEMANTIC_SCHOLAR_API_URL right?"
        )

    def _refusal(self, status: int) -> str:
        if self._key is None:
            return (
                f"Semantic Scholar refuses requests without a key (HTTP {status}); "
                "set SEMANTIC_SCHOLAR_API_KEY, or try again later"
            )
        return (
            f"Semantic Scholar refuses the key (HTTP {status}); keys that were not used for some 60 days are deleted. "
            "Ask for a new one, or unset SEMANTIC_SCHOLAR_API_KEY to go on without"
        )

    def _words(self, content: bytes) -> str:
        """The service's own words in an error, fit for a terminal; `""` for a page of HTML or none."""
        try:
            answer = parse_json(content)
        except _Temporary:
            return ""
        if not isinstance(answer, dict):
            return ""
        words = answer.get("error") or answer.get("message")
        if not isinstance(words, str):
            return ""
        if self._key is not None:
            words = words.replace(self._key.get_secret_value(), "***")
        return "".join(character if character.isprintable() else " " for character in words)[:300]


def _wait(state: RetryCallState) -> float:
    """As long as the service asked, else 2, 4, 8, ... 60 seconds; and up to 2 more, so that clients spread out."""
    failure = state.outcome.exception() if state.outcome else None
    if isinstance(failure, _Temporary) and failure.wait_seconds:
        return failure.wait_seconds + random.uniform(0, 1)
    return (wait_exponential(multiplier=2, max=60) + wait_random(0, 2))(state)


def parse_json(content: bytes) -> Any:
    """The value of a JSON text.

    Raises:
        _Temporary: it is none: cut, or a page of HTML.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        pass
    try:
        # What orjson is too strict for: half surrogate pairs, numbers beyond its range.
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise _Temporary("sent an answer that is no JSON (cut, or a page for people)") from None


def retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as a date; None when it says nothing usable.

    Source: RFC 9110, section 10.2.3.

    >>> retry_after("7", datetime(2026, 11, 24, tzinfo=UTC))
    7.0
    >>> retry_after("Tue, 24 Nov 2026 00:00:30 GMT", datetime(2026, 11, 24, tzinfo=UTC))
    30.0
    >>> retry_after("soon", datetime(2026, 11, 24, tzinfo=UTC)) is None
    True
    """
    if text is None:
        return None
    if re.fullmatch(r"\s*[0-9]{1,9}(?:\.[0-9]+)?\s*", text):
        return float(text)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}".lower()


def _slow(seconds: float) -> str:
    return f"took longer than {seconds:g} s for an answer"


def _connection_words(failure: Exception) -> str:
    if isinstance(failure, requests.exceptions.ProxyError):
        return "cannot be reached through the proxy of the environment"
    if isinstance(failure, requests.exceptions.SSLError):
        return "cannot be reached: its certificate is not trusted"
    if isinstance(failure, requests.exceptions.ChunkedEncodingError | requests.exceptions.ContentDecodingError):
        return "broke off in the middle of an answer"
    if "Name or service not known" in str(failure) or "NameResolution" in str(failure):
        return "cannot be reached: its name is not found; is the network there?"
    return "cannot be reached; is the network there?"
