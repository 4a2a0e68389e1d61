"""Where each node of the picture stands: core and halo, with NumPy and SciPy only.

The *core* (what people curated) is laid out by forces: LinLog attraction and repulsion weighted by degree, which draws
clusters apart (A. Noack, "Energy models for graph clustering", Journal of Graph Algorithms and Applications 11(2),
2007), started from a spectral embedding, with the repulsion of far nodes sampled and that of near ones exact, by a k-d
tree. The *halo* (papers that merely cite) stands near the mean of what it cites, spread by short-range repulsion.

What it promises: the same graph, in the same order, with the same seed gives the same positions, on other machines too
(places are rounded after each round, so that last bits do not grow); no two nodes on one spot; about a second for the
shipped graph and 20 for 50,000 curated nodes (benchmarks/layout.py); and with `previous`, a picture in which old nodes
stay about where they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from phengraph.layout.forces import (
    GOLDEN_ANGLE,
    Indices,
    Net,
    Points,
    draw_component,
    part_all,
    push_apart,
    settle_component,
)
from phengraph.layout.packing import pack_components

if TYPE_CHECKING:
    import networkx as nx

SPACING = 30.0
"""Distance of two neighbouring small nodes, in the units of the result."""

HALO_KIND = "citing paper"
RADII: Mapping[str, float] = {"topic": 1.5, "phenomenon": 1.15, "claim": 0.75, "model": 0.75, "paper": 0.6}
"""Room around a node by its kind, in spacings; others get that of a citing paper, .45."""
OTHER_RADIUS = 0.45

PULL: Mapping[str, float] = {"topic": 6.0, "about": 4.0, "seenIn": 0.1, "listCites": 0.1, "testedOn": 0.1}
"""How strongly an edge of a relation pulls; others 1. What belongs to one topic is drawn together first."""


def positions(
    graph: nx.Graph[Any], *, seed: int = 0, previous: Mapping[str, tuple[float, float]] | None = None
) -> dict[str, tuple[float, float]]:
    """A place for every node, in the order of the graph.

    Coordinates are in units of which `SPACING` (30) separate two neighbouring papers, rounded to .1, the whole
    centred on the origin with its longer side along x; y grows downward as on a screen. Nodes with `kind`
    "citing paper" form the halo; a graph without kinds is all core.

    Args:
        graph: any NetworkX graph; directions, parallel edges and loops make no difference.
        seed: of the sampled repulsion and of ties.
        previous: places of an earlier picture. Nodes found there move little, new ones come in beside their
            neighbours, and the picture is not turned.

    >>> import networkx as nx
    >>> places = positions(nx.path_graph(["a", "b", "c"]))
    >>> list(places), places == positions(nx.path_graph(["a", "b", "c"]))
    (['a', 'b', 'c'], True)
    """
    nodes = list(graph)
    if not nodes:
        return {}
    kinds = [graph.nodes[node].get("kind", "paper") for node in nodes]
    radii = np.array([RADII.get(kind, OTHER_RADIUS) for kind in kinds])
    net = Net(_adjacency(graph, nodes), radii)
    known = np.full((len(nodes), 2), np.nan)
    for index, node in enumerate(nodes):
        if previous is not None and node in previous:
            known[index] = np.array(previous[node]) / SPACING
    generator = np.random.default_rng(seed)

    is_halo = np.array([kind == HALO_KIND for kind in kinds])
    core, halo = np.flatnonzero(~is_halo), np.flatnonzero(is_halo)
    if not len(core):
        core, halo = halo, core
    points = np.zeros((len(nodes), 2))
    points[core] = _place_core(net.part(core), known[core], generator)
    if len(halo):
        points[halo] = _place_halo(net, core, halo, points, known, generator)
    if np.isnan(known).all():
        points -= (points.min(axis=0) + points.max(axis=0)) / 2
    rounded = np.round(points * SPACING, 1) + 0.0  # no negative zero
    return {node: (float(x), float(y)) for node, (x, y) in zip(nodes, rounded, strict=True)}


def _adjacency(graph: nx.Graph[Any], nodes: list[Any]) -> sparse.csr_array:
    """Symmetric; the pull of the strongest edge between two nodes."""
    index = {node: number for number, node in enumerate(nodes)}
    pulls: dict[tuple[int, int], float] = {}
    for source, target, attributes in graph.edges(data=True):
        first, second = sorted((index[source], index[target]))
        if first != second:
            pull = PULL.get(attributes.get("relation", ""), 1.0)
            pulls[first, second] = max(pulls.get((first, second), 0.0), pull)
    ends = np.array(list(pulls), dtype=np.int64).reshape(-1, 2)
    weights = np.array(list(pulls.values()))
    rows, columns = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    return sparse.csr_array((np.concatenate([weights, weights]), (rows, columns)), shape=(len(nodes), len(nodes)))


def _place_core(net: Net, known: Points, generator: np.random.Generator) -> Points:
    """Each connected component by itself, then packed around the largest."""
    _, labels = csgraph.connected_components(net.adjacency, directed=False)
    sizes = np.bincount(labels)
    order = np.argsort(-sizes, kind="stable")
    members_of = np.split(np.argsort(labels, kind="stable"), np.cumsum(sizes)[:-1])
    points = np.zeros((net.size, 2))
    placed: list[Indices] = []
    waiting: list[Indices] = []
    for label in order:
        members = members_of[label]
        part, old = net.part(members), known[members]
        if np.isnan(old).all():
            points[members] = draw_component(part, generator)
            waiting.append(members)
        else:
            points[members] = settle_component(part, _beside_neighbours(part, old, generator), old, generator)
            placed.append(members)
    pack_components(points, net.radii, placed, waiting)
    part_all(points, net.radii)
    return points


def _beside_neighbours(net: Net, known: Points, generator: np.random.Generator) -> Points:
    """Known places as they are; each new node at the mean of its placed neighbours, in waves."""
    points = known.copy()
    missing = np.asarray(np.isnan(points[:, 0]))
    while missing.any():
        counts: Points = np.asarray(net.adjacency @ (~missing).astype(float))
        sums: Points = np.asarray(net.adjacency @ np.where(missing[:, None], 0, points))
        ready = missing & (counts > 0)
        points[ready] = sums[ready] / counts[ready, None] + generator.uniform(-1, 1, (int(ready.sum()), 2))
        missing &= ~ready
    return points


def _place_halo(
    net: Net, core: Indices, halo: Indices, points: Points, known: Points, generator: np.random.Generator
) -> Points:
    """Citing papers near the mean of the core nodes they cite, in a sunflower around it, then spread."""
    links = net.adjacency[halo][:, core]
    counts = links.sum(axis=1)
    middle = (links @ points[core]) / np.maximum(counts, 1)[:, None]
    # Those that cite nothing of the core stand in the middle of everything: they cannot occur from our own data.
    middle[counts == 0] = points[core].mean(axis=0)
    _, group = np.unique(np.round(middle, 6), axis=0, return_inverse=True)
    group = group.reshape(-1)
    order = np.argsort(group, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(group))[:-1]])
    rank = np.empty(len(halo))
    rank[order] = np.arange(len(halo)) - starts[group[order]]
    radius = 1.0 + OTHER_RADIUS * 1.9 * np.sqrt(rank)
    angle = rank * GOLDEN_ANGLE + generator.random(int(group.max()) + 1)[group] * 2 * np.pi
    spread = middle + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    spread = np.where(np.isnan(known[halo]), spread, known[halo])

    everything = np.concatenate([points[core], spread])
    radii = np.concatenate([net.radii[core], net.radii[halo]])
    movable = np.arange(len(everything)) >= len(core)
    for _ in range(30 if len(halo) < 20_000 else 12):
        if not push_apart(everything, radii, movable):
            break
    return everything[len(core) :]
