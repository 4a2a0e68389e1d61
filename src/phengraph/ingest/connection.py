"""A `requests` session whose answers have a deadline as a whole, whatever drips.

A time-out of `requests` starts anew with each byte, so a server that sends one byte a minute holds a client for days.
Here a timer closes the socket when the deadline has come, in headers and body alike.
"""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class Connections:
    """The open connections of a session, so that they can be ended from another thread."""

    def __init__(self) -> None:
        self._open: WeakSet[HTTPConnection] = WeakSet()

    def add(self, connection: HTTPConnection) -> None:
        self._open.add(connection)

    def shut(self) -> None:
        """End them all; who reads from one gets an end of file or an error at once."""
        for connection in list(self._open):
            sock = connection.sock
            if sock is not None:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)


class _Adapter(HTTPAdapter):
    """An adapter that tells its connections to a `Connections`."""

    def __init__(self, connections: Connections) -> None:
        class Plain(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                connections.add(self)

        class Secure(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                connections.add(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        self._pools = {"http": PlainPool, "https": SecurePool}
        # No retries of the adapter's own: each try waits its turn in the pace.
        super().__init__(pool_connections=2, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


class Deadline:
    """Whether the time of one answer has run out."""

    def __init__(self) -> None:
        self.passed = False


@contextlib.contextmanager
def deadline(connections: Connections, seconds: float) -> Iterator[Deadline]:
    """Close the connections when the block takes longer than this."""
    made = Deadline()

    def end() -> None:
        made.passed = True
        connections.shut()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield made
    finally:
        timer.cancel()


def is_this_machine(host: str) -> bool:
    """Whether a host name means this machine, so that neither a proxy nor encryption is wanted.

    >>> is_this_machine("127.0.0.1"), is_this_machine("localhost"), is_this_machine("api.semanticscholar.org")
    (True, True, False)
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


def open_session(url: str, connections: Connections) -> requests.Session:
    """A session for the API at this address: one kept connection; proxies of the environment, never to this machine."""
    session = requests.Session()
    session.headers.update({"User-Agent": f"phengraph/{version('phengraph')}", "Accept": "application/json"})
    # A function that adds nothing: it keeps `requests` from reading passwords in ~/.netrc.
    session.auth = lambda request: request
    session.trust_env = not is_this_machine(urlsplit(url).hostname or "")
    session.mount("http://", _Adapter(connections))
    session.mount("https://", _Adapter(connections))
    return session
