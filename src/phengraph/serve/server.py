"""Run the application on a socket with uvicorn: addresses that are told, logs, signals, an end without noise."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence

import uvicorn
from starlette.types import ASGIApp

from phengraph.problems import PhengraphError
from phengraph.serve.app import House
from phengraph.serve.doorway import LOOPBACK_NAMES
from phengraph.serve.protection import ImpatientProtocol
from phengraph.settings import ServeSettings

_TURN_SECONDS = 0.001
_END_SECONDS = 5
"""How long open answers may go on after the signal to end."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises:
        PhengraphError: the address is not ours, or the port is taken or not allowed.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PhengraphError(f"cannot listen on {host}: {error.strerror or error}") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        mend = "; choose another with --port, or 0 for any that is free" if port else ""
        raise PhengraphError(f"cannot listen on {host} port {port}: {error.strerror}{mend}") from error
    return listener


def address_of(listener: socket.socket, root_path: str = "") -> str:
    """Where a browser on this machine finds the server."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "127.0.0.1"
    name = f"[{host}]" if ":" in host else host
    prefix = root_path.strip("/")
    return f"http://{name}:{port}/{prefix}{'/' if prefix else ''}"


def is_loopback(listener: socket.socket) -> bool:
    """True when only this machine can reach it."""
    return ipaddress.ip_address(listener.getsockname()[0]).is_loopback


def hosts_of(settings: ServeSettings, listener: socket.socket) -> Sequence[str]:
    """The names that the server answers to: those of the settings and the loopback ones; any, when none is set and
    others can reach us."""
    if settings.allowed_hosts:
        return (*LOOPBACK_NAMES, *settings.allowed_hosts)
    return LOOPBACK_NAMES if is_loopback(listener) else ("*",)


def run_server(
    house: House,
    app: ASGIApp,
    listener: socket.socket,
    *,
    ready: Callable[[], None] = lambda: None,
    until: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Serve until a signal to end; calls `ready` once requests are answered.

    Args:
        house: what is served.
        app: the application over it.
        listener: of `bind`.
        ready: called once requests are answered.
        until: the server ends when this does; without it, at SIGINT or SIGTERM, which only the main thread can hear.

    Raises:
        InvalidProject, SettingsError, QueryError: the dataset cannot be served.
    """
    asyncio.run(_serve(house, app, listener, ready, until))


async def _serve(
    house: House,
    app: ASGIApp,
    listener: socket.socket,
    ready: Callable[[], None],
    until: Callable[[], Awaitable[None]] | None,
) -> None:
    # The event loop gets its turn this soon while pages are made.
    sys.setswitchinterval(_TURN_SECONDS)
    # It reports each answer that we break off on purpose; the access log says so with the reason.
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    try:
        # Before uvicorn, so that what is wrong with the project is told as a sentence and not as a failed start.
        await house.snapshots.start()
        config = uvicorn.Config(
            app,
            http=ImpatientProtocol.patient_for(house.settings.slow_client_seconds),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips="127.0.0.1,::1",
            limit_concurrency=house.settings.connections,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=_END_SECONDS,
            # Long enough that an address too long for us still gets its 414.
            h11_max_incomplete_event_size=house.settings.address_characters * 4 + 65_536,
        )
        await _Server(config, ready, until).serve(sockets=[listener])
    finally:
        await house.snapshots.stop()


class _Server(uvicorn.Server):
    """Ends on a signal without raising it again: a server that was told to end has ended well."""

    def __init__(
        self, config: uvicorn.Config, ready: Callable[[], None], until: Callable[[], Awaitable[None]] | None
    ) -> None:
        super().__init__(config)
        self._ready = ready
        self._until = until

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        if self._until is not None:
            waiting = loop.create_task(self._end_with(self._until))
            yield
            waiting.cancel()
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        for one in signals:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)

    async def _end_with(self, until: Callable[[], Awaitable[None]]) -> None:
        await until()
        self.should_exit = True


def _is_news(record: logging.LogRecord) -> bool:
    return "without completing response" not in record.getMessage()


def set_up_logs(*, access: bool) -> None:
    """Messages as lines of text, the access log as lines of JSON, both on standard error."""
    text = logging.StreamHandler()
    text.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(text)
    root.setLevel(logging.WARNING)
    for name in ("phengraph.serve", "phengraph.refresh"):
        logging.getLogger(name).setLevel(logging.INFO)
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(message)s"))
    log = logging.getLogger("phengraph.access")
    log.propagate = False
    log.addHandler(lines)
    log.setLevel(logging.INFO if access else logging.WARNING)
