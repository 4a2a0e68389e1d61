"""Makes the pictures of the pages that the README and the docs show: `python docs/make_screenshots.py [NAME ...]`.

The shipped graph in a headless Chromium, at fixed sizes, opened as a reader opens it: the exported file, from the disk.
They go to docs/images/; look at each before it is committed.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import sync_playwright

from phengraph.dataset import open_dataset
from phengraph.export import export
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
    made_by: Literal["explorer", "html"] = "explorer"
    """The format of `phengraph export`."""


SHOTS = (
    Shot("explorer-claims", "", "table.board"),
    Shot("explorer-claim", "claim/deep-narrow-helps-downstream", ".verdict"),
    Shot("explorer-graph", "graph?node=claim%2Ftwenty-tokens-per-parameter", ".graph-panel h2", colours="dark"),
    Shot("explorer-sparql", "sparql?query=contested-claims", ".result-table"),
    Shot("explorer-phone", "claim/deep-narrow-helps-downstream", ".verdict", (390, 800), "light", "zh-CN"),
    Shot("picture", "", "[data-ready=yes]", (1360, 850), made_by="html"),
    Shot("picture-claim", "claim/twenty-tokens-per-parameter", "[data-ready=yes]", (1360, 850), "dark", made_by="html"),
)


def make_screenshots(folder: Path, executable: str, shots: Sequence[Shot] = SHOTS) -> None:
    """Write one PNG a shot."""
    folder.mkdir(parents=True, exist_ok=True)
    dataset = open_dataset(find_project(Path(__file__)))
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        files = {}
        for name in {shot.made_by: shot for shot in shots}:
            made = export(dataset, name)
            assert isinstance(made, bytes)
            files[name] = Path(temporary) / f"{name}.html"
            files[name].write_bytes(made)
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for shot in shots:
            width, height = shot.size
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=shot.colours, locale=shot.language
            )
            opened = context.new_page()
            place = f"/{shot.route}" if shot.made_by == "explorer" else shot.route
            opened.goto(f"{files[shot.made_by].as_uri()}#{place}")
            opened.locator(shot.ready).first.wait_for(state="attached")
            # The picture of the graph is drawn some frames after its place is there.
            opened.wait_for_timeout(1500)
            opened.screenshot(path=folder / f"{shot.name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="all when left out")
    parser.add_argument("--out", type=Path, default=IMAGES)
    parser.add_argument("--chromium", default=os.environ.get("PHENGRAPH_CHROMIUM", "/usr/bin/chromium"))
    given = parser.parse_args()
    if unknown := set(given.names) - {shot.name for shot in SHOTS}:
        parser.error(f"no picture named {min(unknown)}; there are {', '.join(shot.name for shot in SHOTS)}")
    make_screenshots(given.out, given.chromium, [shot for shot in SHOTS if not given.names or shot.name in given.names])
