"""A real Chromium for tests of pages: nothing leaves this machine, and nothing that goes wrong stays unseen.

A test asks for `chromium_page` and drives `chromium_page.page`, a Playwright `Page`. Host names other than 127.0.0.1
do not resolve, every request is recorded, and at the end the test fails when the page logged an error, threw, opened a
dialog or a window, or asked for an address other than its own file, 127.0.0.1, `data:` or `blob:`.

Under a strict policy (`script-src` by hash) Playwright's `wait_for_function` fails, since it builds its function from
text: wait with locators (`page.locator("#ready").wait_for()`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, Response, Route, sync_playwright

DESKTOP = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 844}

CHROMIUM_PLACES = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL without a graphics card.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    # No name resolves, so that a page which calls out fails here as it would offline.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


@dataclass
class WatchedPage:
    """A page, and what it did that a test should know."""

    page: Page
    requests: list[str] = field(default_factory=list)
    """Every address asked for, in order, with those that were refused."""
    errors: list[str] = field(default_factory=list)
    """Console errors, uncaught exceptions, dialogs, new windows; a test that expects one takes it out."""
    console: list[str] = field(default_factory=list)
    """All that the page logged, as `type: text`."""

    @property
    def foreign_requests(self) -> list[str]:
        """Requests to anything but a file, 127.0.0.1, `data:` or `blob:`."""
        return [address for address in self.requests if not is_local(address)]

    def open_file(self, path: Path) -> Page:
        """Open a file from disk, as a reader does by a double click."""
        self.page.goto(path.resolve().as_uri())
        return self.page


def is_local(address: str) -> bool:
    """Whether asking for an address stays on this machine."""
    parts = urlsplit(address)
    if parts.scheme in ("http", "https", "ws", "wss"):
        return parts.hostname == "127.0.0.1"
    return parts.scheme in ("file", "data", "blob", "about")


def find_chromium() -> str | None:
    """The Chromium to test with: `PHENGRAPH_CHROMIUM`, else the first that is installed where Linux puts it."""
    given = os.environ.get("PHENGRAPH_CHROMIUM")
    places = (given,) if given else CHROMIUM_PLACES
    return next((place for place in places if Path(place).exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the whole run, with a new profile."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium here: `apt-get install chromium`, or set PHENGRAPH_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def chromium_page(chromium: Browser) -> Iterator[WatchedPage]:
    """A fresh page of desktop size; see the module's text for what makes the test fail at its end."""
    context = chromium.new_context(viewport=DESKTOP, service_workers="block", accept_downloads=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    watched = WatchedPage(page)

    def on_request(request: Request) -> None:
        watched.requests.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        watched.console.append(f"{message.type}: {message.text}")
        if message.type == "error":
            watched.errors.append(f"console: {message.text}")

    def on_dialog(dialog: Dialog) -> None:
        watched.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def on_response(response: Response) -> None:
        if response.status >= 500:
            watched.errors.append(f"HTTP {response.status}: {response.url}")

    def refuse_foreign(route: Route) -> None:
        if is_local(route.request.url):
            route.continue_()
        else:
            route.abort()

    context.on("request", on_request)
    context.on("response", on_response)
    page.on("console", on_console)
    page.on("pageerror", lambda error: watched.errors.append(f"uncaught: {error}"))
    page.on("dialog", on_dialog)
    context.on("page", lambda opened: watched.errors.append(f"window: {opened.url}"))
    # Only foreign addresses are routed: a route switches off the browser's own cache for what it matches.
    context.route(lambda address: not is_local(address), refuse_foreign)
    yield watched
    context.close()
    assert not watched.foreign_requests, (
        f"the page asked for addresses outside this machine: {watched.foreign_requests}"
    )
    assert not watched.errors, f"the page logged an error, threw, or opened a dialog or a window: {watched.errors}"
