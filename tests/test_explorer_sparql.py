# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""SPARQL inside the exported file: answers, errors at their place, endless and too deep queries, no way out."""

from __future__ import annotations

import http.server
import re
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from browser import WatchedPage
from explorer_samples import (  # noqa: F401 - fixtures
    Reader,
    built,
    cited_toy,
    reader,
    toy_page,
)
from playwright.sync_api import expect


def test_sparql_answers_inside_the_page_as_table_chart_and_graph(reader: Reader) -> None:
    reader.go("sparql?query=evidence-by-claim")
    reader.wait_for_answer()
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)
    reader.page.locator(".result-table").get_by_role("link", name="claim:widgets-stop-at-a-thousand").wait_for()
    with reader.page.expect_download() as download:
        reader.page.get_by_role("group", name="Download").get_by_role("button", name="CSV").click()
    assert Path(download.value.path()).read_text().startswith("claim,evidence\n")
    reader.page.get_by_role("radio", name="Chart").check()
    expect(reader.page.locator(".plot canvas")).to_be_visible()
    reader.page.get_by_role("radio", name="Graph").check()
    expect(reader.page.locator(".result-graph circle").first).to_be_visible()
    assert "show=graph" in reader.page.url


def test_an_entry_in_a_query_is_chosen_from_a_list(reader: Reader) -> None:
    query = "SELECT ?e { VALUES ?claim { claim:widgets-grow-by-a-power-law } ?e a ph:Evidence ; ph:claim ?claim }"
    reader.go(f"sparql?q={quote(query)}")
    expect(reader.page.locator(".result-table tbody tr")).to_have_count(3)
    reader.page.locator(".parameters").get_by_role("combobox", name="claim").select_option("widgets-stop-at-a-thousand")
    expect(reader.page.locator(".cm-content")).to_contain_text("claim:widgets-stop-at-a-thousand")
    expect(reader.page.locator(".result-table tbody tr").first).to_contain_text("widgets-stop-at-a-thousand")
    assert "widgets-stop-at-a-thousand" in reader.page.url


def test_a_query_that_is_asked_before_the_file_is_read_to_its_end_waits_for_it(
    chromium_page: WatchedPage, toy_page: Path
) -> None:
    content = toy_page.read_bytes()
    cut = content.index(b'<script type="text/plain" id="worker">')
    rest_may_come = threading.Event()

    class Slow(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:cut])
            self.wfile.flush()
            rest_may_come.wait(30)
            self.wfile.write(content[cut:])

        def log_message(self, *told: object) -> None:
            del told

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        page = chromium_page.page
        page.goto(f"http://127.0.0.1:{server.server_port}/#/sparql?query=evidence-by-claim", wait_until="commit")
        page.get_by_role("button", name="Stop").wait_for()
        rest_may_come.set()
        expect(page.locator(".result-table tbody tr")).not_to_have_count(0)
        server.shutdown()


def test_a_wrong_query_is_told_at_its_place(reader: Reader) -> None:
    reader.go("sparql?q=SELECT%20*%20WHERE%20%7B%0A%20%20%3Fa%20nope%3Ax%20%3Fb%20%7D")
    expect(reader.page.locator(".told")).to_contain_text("Line 2")
    expect(reader.page.locator(".told")).to_contain_text("“nope:” is not declared")
    expect(reader.page.locator(".cm-lintRange-error")).not_to_have_count(0)


ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


def test_a_query_that_never_ends_is_stopped_and_the_next_one_answers(reader: Reader) -> None:
    reader.go(f"sparql?q={ENDLESS.replace(' ', '%20').replace('?', '%3F')}")
    stop = reader.page.get_by_role("button", name="Stop")
    stop.click()
    expect(reader.page.locator(".told")).to_have_text("Stopped.")
    reader.page.locator(".named-queries button").first.click()
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)


def test_a_query_that_breaks_the_engine_breaks_nothing_else(reader: Reader) -> None:
    reader.go()
    ask(reader, f"SELECT * {{ ?a ?b ?c FILTER({'||'.join(['?a=1'] * 5000)}) }}")
    expect(reader.page.locator(".told")).to_contain_text("The engine could not bear this query")
    reader.page.locator(".named-queries button").first.click()
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)


@pytest.mark.parametrize("deep", ["SELECT * {" + "{" * 3000 + "}" * 3001, f"SELECT ({'!' * 3000}true AS ?a) {{}}"])
def test_a_query_too_deep_is_refused_and_shown_plain(reader: Reader, deep: str) -> None:
    reader.go()
    # The bracket at the cursor is marked in a plain text too.
    coloured = reader.page.locator(".cm-line span:not(.cm-matchingBracket, .cm-nonmatchingBracket)")
    # More than once: how far a parser gets with a text before it is given up depends on the time.
    for _ in range(4):
        ask(reader, deep)
        expect(reader.page.locator(".told")).to_contain_text("Nested more than 100 levels deep")
        expect(coloured).to_have_count(0)
        ask(reader, "ASK { { } }")
        expect(coloured).not_to_have_count(0)
    reader.page.locator(".cm-content").focus()
    reader.page.keyboard.press("Control+a")
    reader.page.keyboard.insert_text(deep)
    expect(coloured).to_have_count(0)
    reader.page.keyboard.press("Control+a")
    reader.page.keyboard.insert_text("ASK {}")
    expect(coloured).not_to_have_count(0)


def ask(reader: Reader, query: str) -> None:
    """Open the link to a query in the page that stands open."""
    reader.page.evaluate("text => { location.hash = '#/sparql?' + new URLSearchParams({q: text}) }", query)


def test_a_link_to_another_query_is_asked_while_the_view_stands(reader: Reader) -> None:
    reader.go("sparql?q=SELECT%20*%20%7B%7D")
    expect(reader.page.locator(".result-table tbody tr")).to_have_count(1)
    ask(reader, "ASK {}")
    expect(reader.page.locator(".cm-content")).to_have_text("ASK {}")
    expect(reader.page.locator(".sparql-main")).to_contain_text("Yes.")
    reader.page.evaluate("() => { location.hash = '#/sparql?query=evidence-by-claim' }")
    expect(reader.page.locator(".named-queries [aria-pressed=true]")).to_contain_text("Evidence by claim")
    expect(reader.page.locator(".result-table tbody tr")).not_to_have_count(0)


def test_a_query_cannot_call_out(reader: Reader) -> None:
    reader.go(
        "sparql?q=SELECT%20*%20%7B%20SERVICE%20%3Chttp%3A%2F%2F127.0.0.1%3A9%2F%3E%20%7B%20%3Fa%20%3Fb%20%3Fc%20%7D%20%7D"
    )
    expect(reader.page.locator(".told")).to_contain_text("not supported")


def test_the_engine_starts_only_when_asked(reader: Reader) -> None:
    workers: list[str] = []
    reader.page.on("worker", lambda worker: workers.append(worker.url))
    for view in ("", "claim/widgets-grow-by-a-power-law", "graph", "sparql"):
        reader.go(view)
    assert workers == []
    reader.page.get_by_role("button", name=re.compile("^Run")).click()
    reader.wait_for_answer()
    assert len(workers) == 1 and workers[0].startswith("blob:")
