"""The style sheet and the sign of the pages: files of our own, named by their content so that they can be kept.

The pages and the explorer share one look, so they share its sheets: those of `explorer/src/styles`, which a wheel has
beside this module (pyproject.toml puts them there), then what only the pages need.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve().parent
_SHARED = ("tokens", "base", "frame", "marks", "board", "entry", "charts", "tables", "print")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that a page names."""

    name: str
    """With the digest of the content in it, so that it never changes under this name."""
    media_type: str
    content: bytes


def styles_folder() -> Path:
    """Where the explorer's sheets are."""
    packaged = _HERE / "styles"
    return packaged if packaged.is_dir() else _HERE.parents[3] / "explorer" / "src" / "styles"


@cache
def style_sheet() -> Asset:
    """All rules of the pages in one file."""
    folder = styles_folder()
    sheets = [folder / f"{name}.css" for name in _SHARED] + [_HERE / "static" / "pages.css"]
    content = "\n".join(sheet.read_text(encoding="utf-8").strip() for sheet in sheets) + "\n"
    return _asset("pages", "css", "text/css; charset=utf-8", content.encode())


@cache
def sign() -> Asset:
    """The small picture in the browser's tab."""
    return _asset("sign", "svg", "image/svg+xml", (_HERE / "static" / "sign.svg").read_bytes())


def find_asset(name: str) -> Asset | None:
    return next((asset for asset in (style_sheet(), sign()) if asset.name == name), None)


def _asset(name: str, suffix: str, media_type: str, content: bytes) -> Asset:
    return Asset(f"{name}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}", media_type, content)
