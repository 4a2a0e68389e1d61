"""Makes the pictures of the explorer that the README shows: `python docs/make_screenshots.py` writes docs/images/.

The shipped graph in a headless Chromium, at fixed sizes, opened as a reader opens it: the exported file, from the disk.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from phengraph.dataset import open_dataset
from phengraph.export.explorer import page
from phengraph.project import find_project

IMAGES = Path(__file__).resolve().parent / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@dataclass(frozen=True)
class Shot:
    name: str
    route: str
    ready: str
    """A selector that is there when the view is drawn."""
    size: tuple[int, int] = (1280, 800)
    colours: Literal["light", "dark"] = "light"
    language: str = "en-GB"


SHOTS = (
    Shot("explorer-claims", "", "table.board"),
    Shot("explorer-claim", "claim/deep-narrow-helps-downstream", ".verdict"),
    Shot("explorer-graph", "graph?node=claim%2Ftwenty-tokens-per-parameter", ".graph-panel h2", colours="dark"),
    Shot("explorer-sparql", "sparql?query=contested-claims", ".result-table"),
    Shot("explorer-phone", "claim/deep-narrow-helps-downstream", ".verdict", (390, 800), "light", "zh-CN"),
)


def make_screenshots(folder: Path, executable: str) -> None:
    """Write one PNG a shot."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset = open_dataset(find_project(Path(__file__)))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        file = Path(temporary) / "explorer.html"
        file.write_bytes(page(dataset, "file"))
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for shot in SHOTS:
            width, height = shot.size
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=shot.colours, locale=shot.language
            )
            opened = context.new_page()
            opened.goto(f"{file.as_uri()}#/{shot.route}")
            opened.locator(shot.ready).first.wait_for()
            # The picture of the graph is drawn some frames after its place is there.
            opened.wait_for_timeout(1500)
            opened.screenshot(path=folder / f"{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=IMAGES)
    parser.add_argument("--chromium", default=os.environ.get("PHENGRAPH_CHROMIUM", "/usr/bin/chromium"))
    given = parser.parse_args()
    make_screenshots(given.out, given.chromium)
