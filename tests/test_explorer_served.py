# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The explorer on the server: the same page, which asks `/api/explorer.json` and `/sparql`."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from browser import WatchedPage
from explorer_samples import NAMED_QUERY, built  # noqa: F401 - fixtures
from export_samples import copy_toy
from playwright.sync_api import expect

from phengraph.explorer import asset_hashes


@pytest.fixture(scope="module")
def server(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the toy."""
    project = copy_toy(tmp_path_factory.mktemp("served") / "toy")
    project.queries.mkdir(parents=True)
    (project.queries / "all-claims.rq").write_text(NAMED_QUERY, encoding="utf-8")
    command = [sys.executable, "-m", "phengraph", "--project", str(project.root), "serve", "--port", "0"]
    running = subprocess.Popen(
        [*command, "--no-access-log"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line)
        if found := re.search(r"at (http://127\.0\.0\.1:\d+)", line):
            break
    else:
        pytest.fail("".join(said))
    yield found[1]
    running.terminate()
    running.wait(timeout=30)
    running.stdout.close()


def open_at(chromium_page: WatchedPage, server: str, route: str) -> None:
    chromium_page.page.goto(f"{server}/#/{route}")
    chromium_page.page.locator("main h1").first.wait_for(state="attached")


def test_it_is_at_the_root_and_asks_only_its_server(chromium_page: WatchedPage, server: str) -> None:
    open_at(chromium_page, server, "")
    expect(chromium_page.page.locator("table.board tbody tr")).not_to_have_count(0)
    assert all(address.startswith((server, "data:")) for address in chromium_page.requests)
    assert f"{server}/api/explorer.json" in chromium_page.requests


def test_a_query_is_answered_by_the_endpoint(chromium_page: WatchedPage, server: str) -> None:
    open_at(chromium_page, server, "sparql?query=all-claims")
    page = chromium_page.page
    expect(page.locator(".result-table tbody tr")).not_to_have_count(0)
    assert f"{server}/sparql" in chromium_page.requests
    page.locator(".result-table").get_by_role("link", name="claim:widgets-stop-at-a-thousand").click()
    expect(page.locator("main h1")).to_have_text("Widgets stop growing at a thousand")


def test_a_graph_comes_as_triples(chromium_page: WatchedPage, server: str) -> None:
    query = "CONSTRUCT%20WHERE%20%7B%20%3Fc%20ph%3Aabout%20%3Fp%20%7D"
    open_at(chromium_page, server, f"sparql?q={query}&show=graph")
    expect(chromium_page.page.locator(".result-graph circle")).not_to_have_count(0)


def test_a_wrong_query_is_told_in_the_servers_words(chromium_page: WatchedPage, server: str) -> None:
    open_at(chromium_page, server, "sparql?q=SELECT%20*%20%7B%20%3Fa%20nope%3Ax%20%3Fb%20%7D")
    expect(chromium_page.page.locator(".told")).to_contain_text("prefix 'nope:' is not declared")
    # The browser itself logs the refusal, as it should.
    chromium_page.errors.clear()


def test_a_long_query_is_stopped(chromium_page: WatchedPage, server: str) -> None:
    endless = "SELECT (COUNT(*) AS ?n) {?a ?b ?c.?d ?e ?f.?g ?h ?i.?j ?k ?l}"
    open_at(chromium_page, server, f"sparql?q={quote(endless)}")
    chromium_page.page.get_by_role("button", name="Stop").click()
    expect(chromium_page.page.locator(".told")).to_have_text("Stopped.")


def test_without_a_refresh_on_the_server_the_page_offers_none(chromium_page: WatchedPage, server: str) -> None:
    open_at(chromium_page, server, "")
    expect(chromium_page.page.get_by_role("button", name="Refresh now")).to_have_count(0)
    assert not any("refresh" in address for address in chromium_page.requests)


def test_the_parts_may_be_kept_for_ever(server: str) -> None:
    name = f"{server}/static/explorer/app.js?v={asset_hashes()['app.js'][:16]}"
    with urllib.request.urlopen(name) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"


def test_the_frame_has_its_policy_as_a_header_too(server: str) -> None:
    with urllib.request.urlopen(server + "/") as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "'unsafe-eval'" not in policy


def test_nothing_else_is_handed_out(server: str) -> None:
    for name in ("stamp.txt", "manifest.json", "..%2f__init__.py"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server}/static/explorer/{name}")


def test_the_page_stands_in_a_folder_of_a_proxy(built: None) -> None:
    from phengraph.export.explorer import page

    content = page(None, "served", root="/graph/").decode()
    assert 'src="/graph/static/explorer/app.js' in content and 'data-root="/graph/"' in content
