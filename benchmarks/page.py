"""The explorer's graph against vis-network and pyvis, the same nodes and edges at the same places, in one run.

    python benchmarks/page.py [--sizes 1000 10000 50000] [--pyvis-limit 1000]

For each page: its size, the main thread's processor seconds until the picture stands, and its processor milliseconds
for each frame while the picture is dragged. Processor time, so that a busy machine changes little; still take ratios,
not seconds. `pyvis` is its page as it comes, with physics, until it says that it has settled; `vis-network` is the same
library with places given and physics off.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import pyvis
from page_samples import make_dataset
from playwright.sync_api import Browser, CDPSession, Error, Page, sync_playwright
from pyvis.network import Network

from phengraph.export.explorer import page as explorer_page
from phengraph.layout import positions
from phengraph.network import build_network, current_citations
from phengraph.project import find_project

FLAGS = ["--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WIDTH, HEIGHT, FRAMES = 1360, 850, 40
GIVE_UP_SECONDS = 300


@dataclass(frozen=True)
class Measured:
    megabytes: float
    paint_seconds: float | None
    """Main thread, until the picture stands; None when it did not within five minutes."""
    frame_milliseconds: float | None


def measure(browser: Browser, file: Path, place: str, ready: Callable[[Page], None]) -> Measured:
    """Open a page, wait until its picture stands, drag it."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    page.set_default_timeout(GIVE_UP_SECONDS * 1000)
    session = context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    megabytes = file.stat().st_size / 1e6
    try:
        page.goto(file.as_uri() + place)
        ready(page)
    except Error as error:
        print(f"  {file.name}: {type(error).__name__}")
        context.close()
        return Measured(megabytes, None, None)
    two_frames(page)
    paint = busy_seconds(session)
    page.mouse.move(700, 450)
    page.mouse.down()
    before, start = busy_seconds(session), time.monotonic()
    for step in range(FRAMES):
        page.mouse.move(700 + (step % 20) * 6, 450 + step * 2)
        two_frames(page)
    frame = (busy_seconds(session) - before) / FRAMES * 1000
    page.mouse.up()
    assert time.monotonic() > start
    context.close()
    return Measured(megabytes, paint, frame)


def two_frames(page: Page) -> None:
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def busy_seconds(session: CDPSession) -> float:
    """Processor seconds of the main thread so far."""
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def explorer_ready(page: Page) -> None:
    page.locator(".stage canvas").first.wait_for()
    page.locator(".graph-count").wait_for()


def settled(page: Page) -> None:
    page.locator("html[data-settled]").wait_for(state="attached")


Graph = nx.MultiDiGraph
Places = Mapping[str, tuple[float, float]]


def vis_html(graph: Graph, places: Places) -> str:
    """vis-network with places given and physics off, in one file."""
    script = Path(pyvis.__file__).parent / "lib" / "vis-9.1.2" / "vis-network.min.js"
    nodes = [
        {"id": node, "label": str(graph.nodes[node]["label"])[:30], "x": x, "y": y, "shape": "dot", "size": 5}
        for node, (x, y) in places.items()
    ]
    edges = [{"from": source, "to": target} for source, target in graph.edges()]
    return (
        "<!doctype html><meta charset=utf-8><style>#g{width:1300px;height:800px}</style><div id=g></div>"
        f"<script>{script.read_text(encoding='utf-8')}</script><script>"
        f"const nodes = new vis.DataSet({safe(nodes)}), edges = new vis.DataSet({safe(edges)});"
        "const n = new vis.Network(document.getElementById('g'), {nodes, edges},"
        " {physics: false, edges: {smooth: false}, interaction: {hover: true}});"
        "n.once('afterDrawing', () => { document.documentElement.dataset.settled = '1' });</script>"
    )


def safe(content: Any) -> str:
    return json.dumps(content).replace("<", "\\u003c")


def pyvis_html(graph: Graph) -> str:
    """pyvis as it comes, physics and all; only told to say when it has settled."""
    network = Network(height="800px", width="1300px", cdn_resources="in_line")
    for node in graph.nodes:
        network.add_node(node, label=str(graph.nodes[node]["label"])[:30])
    for source, target in graph.edges():
        network.add_edge(source, target)
    told = "network.once('stabilizationIterationsDone', () => { document.documentElement.dataset.settled = '1' });"
    html: str = network.generate_html(notebook=False)
    return html.replace("return network;", f"{told} return network;", 1)


def run(sizes: list[int], pyvis_limit: int, executable: str) -> None:
    project = find_project(Path(__file__))
    print(f"{'':12} {'nodes':>8} {'edges':>8} {'MB':>7} {'paint s':>9} {'frame ms':>9}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        for size in sizes:
            here = Path(folder) / str(size)
            dataset = make_dataset(project, size, here / "dataset")
            graph = build_network(dataset, citations=current_citations(dataset))
            places = positions(graph)
            pages = {
                "explorer": (explorer_page(dataset, "file"), "#/graph?citing=1", explorer_ready),
                "vis-network": (vis_html(graph, places).encode(), "", settled),
            }
            if size <= pyvis_limit:
                pages["pyvis"] = (pyvis_html(graph).encode(), "", settled)
            for name, (content, place, ready) in pages.items():
                file = here / f"{name}.html"
                file.write_bytes(content)
                found = measure(browser, file, place, ready)
                paint = "-" if found.paint_seconds is None else f"{found.paint_seconds:.2f}"
                frame = "-" if found.frame_milliseconds is None else f"{found.frame_milliseconds:.1f}"
                counts = f"{graph.number_of_nodes():8,} {graph.number_of_edges():8,}"
                print(f"{name:12} {counts} {found.megabytes:7.2f} {paint:>9} {frame:>9}", flush=True)
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 50_000])
    parser.add_argument("--pyvis-limit", type=int, default=1000, help="above it pyvis is left out: it takes minutes")
    parser.add_argument("--chromium", default=os.environ.get("PHENGRAPH_CHROMIUM", "/usr/bin/chromium"))
    given = parser.parse_args()
    run(given.sizes, given.pyvis_limit, given.chromium)
