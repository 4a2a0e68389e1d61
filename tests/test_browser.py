"""The harness itself: what it must catch, it catches."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser import WatchedPage, is_local

pytestmark = pytest.mark.browser


def write_page(folder: Path, body: str) -> Path:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>toy</title>{body}", encoding="utf-8")
    return path


def test_a_quiet_page_passes(chromium_page: WatchedPage, tmp_path: Path) -> None:
    page = chromium_page.open_file(write_page(tmp_path, "<p id=ready>toy"))
    assert page.locator("#ready").inner_text() == "toy"
    assert chromium_page.requests == [(tmp_path / "page.html").as_uri()]


def test_a_dialog_is_seen(chromium_page: WatchedPage, tmp_path: Path) -> None:
    chromium_page.open_file(write_page(tmp_path, "<script>alert('made-up')</script>"))
    assert chromium_page.errors == ["dialog: made-up"]
    chromium_page.errors.clear()


def test_an_exception_and_a_console_error_are_seen(chromium_page: WatchedPage, tmp_path: Path) -> None:
    script = "<script>console.error('one'); throw new Error('two')</script>"
    page = chromium_page.open_file(write_page(tmp_path, script))
    page.wait_for_timeout(50)
    assert sorted(chromium_page.errors) == ["console: one", "uncaught: two"]
    chromium_page.errors.clear()


def test_a_request_to_another_address_is_seen_and_refused(chromium_page: WatchedPage, tmp_path: Path) -> None:
    page = chromium_page.open_file(write_page(tmp_path, "<img src='https://example.org/pixel.png'>"))
    page.wait_for_timeout(50)
    assert chromium_page.foreign_requests == ["https://example.org/pixel.png"]
    chromium_page.requests.clear()
    chromium_page.errors.clear()


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8000/sparql", True),
        ("file:///tmp/page.html", True),
        ("blob:null/1", True),
        ("http://127.0.0.1.example.org/", False),
        ("https://example.org/", False),
        ("ftp://127.0.0.1/", False),
    ],
)
def test_local_addresses(address: str, local: bool) -> None:
    assert is_local(address) is local
