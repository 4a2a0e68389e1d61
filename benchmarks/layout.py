"""Seconds for the layout at several sizes, each in a process of its own; run it as `python benchmarks/layout.py`.

Two shapes of made-up graphs: what the ingester brings (a curated core of 600 nodes, all others merely cite), and what
people might curate one day (all core). Processor seconds, so that a busy machine changes little.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import time

import networkx as nx

from phengraph.layout import positions

CORE_OF_HALO = 600


def fabricate(core: int, halo: int, seed: int = 1) -> nx.MultiDiGraph:
    """A made-up graph in the proportions of the shipped one: 4 % topics, 11 % phenomena, 20 % claims, the rest papers.

    Nine of ten evidence edges stay within a topic.
    """
    choose = random.Random(seed)
    graph = nx.MultiDiGraph()
    topics = max(2, min(60, core // 25))
    phenomena, claims = max(2, core * 11 // 100), max(2, core * 20 // 100)
    papers = max(1, core - topics - phenomena - claims)
    for kind, count in (("topic", topics), ("phenomenon", phenomena), ("claim", claims), ("paper", papers)):
        graph.add_nodes_from((f"{kind}/{number}" for number in range(count)), kind=kind)
    for number in range(phenomena):
        graph.add_edge(f"phenomenon/{number}", f"topic/{number % topics}", relation="topic")
    for number in range(claims):
        graph.add_edge(f"claim/{number}", f"phenomenon/{number % phenomena}", relation="about")
    for number in range(papers):
        home = choose.randrange(claims)
        graph.add_edge(f"paper/{number}", f"claim/{home}", relation="supports")
        if choose.random() < 0.4:
            step = phenomena if choose.random() < 0.9 else choose.randrange(claims)
            graph.add_edge(f"paper/{number}", f"claim/{(home + step) % claims}", relation="contradicts")
    for number in range(halo):
        graph.add_node(f"work/{number}", kind="citing paper")
        for _ in range(1 + int(choose.expovariate(1.0))):
            cited = int(papers * choose.random() ** 3)
            graph.add_edge(f"work/{number}", f"paper/{cited}", relation="cites")
    return graph


def measure(size: int, shape: str) -> None:
    core = size if shape == "core" else min(size, CORE_OF_HALO)
    graph = fabricate(core, size - core)
    start = time.process_time()
    positions(graph)
    seconds = time.process_time() - start
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{shape:5} {len(graph):7,} nodes {graph.number_of_edges():8,} edges {seconds:6.1f} s {megabytes:6.0f} MB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 50_000])
    parser.add_argument("--shape", choices=["halo", "core"], help="measure one shape here instead of both")
    given = parser.parse_args()
    for size in given.sizes:
        for shape in [given.shape] if given.shape else ["halo", "core"]:
            if given.shape and len(given.sizes) == 1:
                measure(size, shape)
            else:
                subprocess.run([sys.executable, __file__, str(size), "--shape", shape], check=True)


if __name__ == "__main__":
    main()
