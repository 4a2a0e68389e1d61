"""External SPARQL stores for tests: the real ones where they are installed, and a hostile one."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from phengraph.settings import StoreSettings

VIRTUOSO = shutil.which("virtuoso-t")
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = {sql_port}
DirsAllowed = .
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
ServerThreads = 10
[HTTPServer]
ServerPort = 127.0.0.1:{http_port}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 1000
MaxQueryExecutionTime = 30
"""
# Virtuoso's own user and password of a new database.
VIRTUOSO_ACCESS = {"PHENGRAPH_STORE_USER": "dba", "PHENGRAPH_STORE_PASSWORD": "dba"}


def make_project(repository: Path, folder: Path) -> Path:
    """A copy of the toy with the ontology and the named queries."""
    shutil.copytree(repository / "tests" / "toy", folder, ignore=shutil.ignore_patterns(".phengraph"))
    shutil.copy(repository / "graph" / "ontology.ttl", folder / "graph" / "ontology.ttl")
    shutil.copytree(repository / "examples", folder / "examples")
    return folder


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def oxigraph(*options: str) -> Iterator[StoreSettings]:
    """A new, empty Oxigraph server in memory; it is a program of the PyPI package `oxigraph`."""
    program = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert program is not None, "pip install oxigraph"
    port = free_port()
    with _running([program, "serve", "--bind", f"127.0.0.1:{port}", *options], f"http://127.0.0.1:{port}/query"):
        yield StoreSettings(
            query_url=f"http://127.0.0.1:{port}/query",
            graphs_url=f"http://127.0.0.1:{port}/store",
            software="oxigraph",
            timeout_seconds=20,
        )


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[StoreSettings]:
    """A new Virtuoso with nothing but its own graphs, whose answers have at most 1,000 rows."""
    assert VIRTUOSO is not None
    http_port = free_port()
    ini = VIRTUOSO_INI.format(sql_port=free_port(), http_port=http_port)
    (folder / "virtuoso.ini").write_text(ini, encoding="ascii")
    command = [VIRTUOSO, "+configfile", "virtuoso.ini", "+foreground"]
    with _running(command, f"http://127.0.0.1:{http_port}/sparql", folder):
        yield StoreSettings(
            query_url=f"http://127.0.0.1:{http_port}/sparql",
            graphs_url=f"http://127.0.0.1:{http_port}/sparql-graph-crud-auth",
            software="virtuoso",
            timeout_seconds=20,
        )


@contextlib.contextmanager
def _running(command: list[str], url: str, folder: Path | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(url, timeout=5):
                    break
            except urllib.error.HTTPError as error:
                error.close()
                break
            except OSError:
                assert process.poll() is None, f"{command[0]} ended with {process.returncode}"
                assert time.monotonic() < ends, f"{command[0]} does not answer"
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@dataclass
class Script:
    """A store that answers every request with the same bytes, and remembers what it was sent."""

    answer: Callable[[BaseHTTPRequestHandler], None]
    requests: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    """Method, path, headers (names in lower case), body."""

    def __enter__(self) -> StoreSettings:
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                script.requests.append((self.command, self.path, headers, body))
                # A client that has had enough closes the connection.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    script.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def log_message(self, format: str, *arguments: object) -> None:
                del format, arguments

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05])
        self._thread.start()
        url = f"http://127.0.0.1:{self._server.server_port}"
        return StoreSettings(
            query_url=f"{url}/query", graphs_url=f"{url}/graphs", timeout_seconds=2, answer_megabytes=1
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def reply(
    status: int = 200, body: bytes = b"", media_type: str = "application/sparql-results+json", **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of this status and body."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", media_type)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer
