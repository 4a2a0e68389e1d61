"""Forces of the core, as arrays: LinLog attraction, sampled repulsion, short-range collision.

LinLog is A. Noack, "Energy models for graph clustering", Journal of Graph Algorithms and Applications 11(2), 2007: an
edge pulls with the same force whatever its length, and nodes push each other by the product of their numbers of edges,
divided by their distance. Its minimum draws clusters apart. Lengths here are in spacings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.spatial import cKDTree

Points: TypeAlias = npt.NDArray[np.float64]
Indices: TypeAlias = npt.NDArray[np.int64]

EXACT_LIMIT = 200
"""Up to this many nodes every pair repels; above, a sample does."""
CHUNK = 2_048
"""Rows at a time, so that the distances to a sample stay in the processor's cache."""
DRAFTS, FINALS = 10, 4
"""So many drafts are begun, and so many of the best worked out; fewer for a large graph."""
DIGITS = 6
"""Places are rounded after each round: else the last bit of a sum, which differs between machines, would grow over the
rounds into another picture."""
GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))


@dataclass(frozen=True)
class Net:
    """The graph as arrays: a symmetric simple adjacency and the room of each node."""

    adjacency: sparse.csr_array
    radii: Points

    @property
    def size(self) -> int:
        return len(self.radii)

    def part(self, chosen: Indices) -> Net:
        return Net(self.adjacency[chosen][:, chosen], self.radii[chosen])


@dataclass(frozen=True)
class Edges:
    """The edges of a component, and what hangs on its nodes."""

    first: Indices
    second: Indices
    pull: Points
    degrees: Points
    """Sum of the pulls at each node."""
    counts: Points
    """Edges at each node, weak ones in part: its mass in the repulsion."""


def draw_component(net: Net, generator: np.random.Generator) -> Points:
    """One component from nothing, its longer axis along x: the calmest of a few drafts that were worked out."""
    if net.size <= 2:
        side_by_side: Points = np.outer(np.arange(net.size), [float(net.radii.sum()) + 0.2, 0.0])
        return side_by_side
    edges = _edges(net)
    # A few nodes need no choice of drafts; a great many of such components would cost more than all the rest.
    drafts = int(np.clip(5_000 / net.size, 1, DRAFTS if net.size > 30 else 1))
    finals = int(np.clip(2_500 / net.size, 1, FINALS))
    modes = _slow_modes(net, generator)
    rounds = int(np.clip(1_000_000 / net.size, 60, min(120, 12 + net.size)))
    rough, finished = [], []
    for number in range(drafts):
        points = _spread_by_rank(modes, number)
        _relax(points, net, edges, generator, rounds=rounds, heat=(0.25, 0.08), exponent=0.8)
        rough.append((_energy(points, edges, generator), number, points))
    for _, number, draft in sorted(rough, key=lambda one: one[:2])[:finals]:
        _relax(draft, net, edges, generator, rounds=rounds, heat=(0.1, 0.03), collide=True)
        points = _fill_gaps(draft)
        _relax(points, net, edges, generator, rounds=rounds // 2, heat=(0.03, 0.0), collide=True)
        finished.append((_energy(points, edges, generator), number, points))
    turned = _lay_down(min(finished, key=lambda one: one[:2])[2])
    part_all(turned, net.radii)
    return turned


def _lay_down(points: Points) -> Points:
    """Turned about the middle so that the longer axis lies along x."""
    centred = points - points.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    major = axes[:, 1] * (1 if axes[np.argmax(np.abs(axes[:, 1])), 1] > 0 else -1)
    turned: Points = centred @ np.column_stack([major, [-major[1], major[0]]])
    return turned


def _slow_modes(net: Net, generator: np.random.Generator) -> Points:
    """The slowest modes of a lazy random walk on the component, by subspace iteration; at least two columns."""
    degrees = net.adjacency.sum(axis=1)
    walk = sparse.diags_array(1 / degrees) @ net.adjacency
    modes = generator.standard_normal((net.size, min(6, net.size)))
    for step in range(min(150, 10 * (1 + net.size // 4))):
        modes = (modes + walk @ modes) / 2
        if step % 10 == 9:
            modes -= np.average(modes, axis=0, weights=degrees)
            modes, _ = np.linalg.qr(modes)
    modes += generator.uniform(-1e-7, 1e-7, modes.shape)
    return np.round(modes, 9)


def _spread_by_rank(modes: Points, number: int) -> Points:
    """A start from two of the modes, another pair for each number, spread evenly by rank.

    Ranks, because on a tree-like graph the modes put most nodes on one spot and a few far away.
    """
    size, count = modes.shape
    pairs = [(first, second) for second in range(count) for first in range(second)]
    ranks = modes[:, pairs[number % len(pairs)]].argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    start: Points = (ranks / (size - 1) - 0.5) * np.sqrt(size) * 1.5
    return start


def settle_component(net: Net, start: Points, anchors: Points, generator: np.random.Generator) -> Points:
    """Let new nodes find their place; anchored ones move only as far as new neighbours press them."""
    points = start.copy()
    if net.size > 1:
        _relax(points, net, _edges(net), generator, rounds=60, heat=(0.02, 0.0), collide=True, anchors=anchors)
    part_all(points, net.radii)
    return points


def _edges(net: Net) -> Edges:
    upper = sparse.triu(net.adjacency, format="coo")
    first, second = (ends.astype(np.int64) for ends in upper.coords)
    light = net.adjacency.copy()
    light.data = np.minimum(light.data, 1.0)
    counts: Points = np.asarray(light.sum(axis=1))
    return Edges(first, second, upper.data, np.asarray(net.adjacency.sum(axis=1)), counts)


def _relax(
    points: Points,
    net: Net,
    edges: Edges,
    generator: np.random.Generator,
    *,
    rounds: int,
    heat: tuple[float, float],
    exponent: float = 0.0,
    collide: bool = False,
    anchors: Points | None = None,
) -> None:
    """Move all points by the forces, in place, for some rounds.

    `heat` is how far a node may move in the first and the last round, in units of sqrt(nodes). `exponent` is that of
    the attraction at first (0 is LinLog): longer edges pull harder, so that parts find their side before clusters
    close.
    """
    extent = np.sqrt(net.size)
    scale = 0.4 * extent + 1.0
    held = None if anchors is None else ~np.isnan(anchors).any(axis=1)
    for number in range(rounds):
        progress = number / rounds
        reach = (heat[0] + (heat[1] - heat[0]) * progress) * extent + 0.02
        move = _attraction(points, edges, exponent * (1 - progress), scale) + _repulsion(points, edges, generator)
        move *= scale * 0.12
        length = np.linalg.norm(move, axis=1, keepdims=True)
        points += move * np.minimum(1, reach / np.maximum(length, 1e-12))
        if collide and number % 2 == 0:
            push_apart(points, net.radii)
        if anchors is not None and held is not None:
            points[held] += 0.25 * (anchors[held] - points[held])
        np.round(points, DIGITS, out=points)


def _energy(points: Points, edges: Edges, generator: np.random.Generator) -> float:
    """How far edges reach against how far nodes stand apart, as a logarithm; what LinLog makes small (Noack 2007)."""
    length = np.hypot(*(points[edges.first] - points[edges.second]).T)
    total = len(points)
    chosen = np.arange(total) if total <= 1_000 else generator.choice(total, 1_000, replace=False)
    dx, dy = (points[chosen, None, axis] - points[chosen, axis] for axis in (0, 1))
    weights = np.outer(edges.counts[chosen], edges.counts[chosen])
    distance = np.log(np.maximum(np.hypot(dx, dy), 0.1))
    np.fill_diagonal(weights, 0)
    return float(np.log((edges.pull * length).sum()) - (weights * distance).sum() / weights.sum())


def _fill_gaps(points: Points, share: float = 0.5) -> Points:
    """Half the way to an even filling of the disc: what flew far out comes nearer, in the same direction."""
    middle = np.median(points, axis=0)
    apart = points - middle
    radius = np.linalg.norm(apart, axis=1)
    rank = np.empty(len(points))
    rank[np.argsort(radius, kind="stable")] = np.arange(1, len(points) + 1)
    even = np.sqrt(rank / len(points)) * np.quantile(radius, 0.9)
    factor = (share * even + (1 - share) * radius) / np.maximum(radius, 1e-9)
    filled: Points = middle + apart * factor[:, None]
    return filled


def _attraction(points: Points, edges: Edges, exponent: float, scale: float) -> Points:
    """Pull of the edges on each node, per degree: pull x (length / scale)^exponent."""
    apart = points[edges.second] - points[edges.first]
    length = np.maximum(np.hypot(apart[:, 0], apart[:, 1]), 0.3)
    force = apart * (edges.pull * (length / scale) ** exponent / length)[:, None]
    total = np.empty_like(points)
    for axis in (0, 1):
        total[:, axis] = np.bincount(edges.first, force[:, axis], len(points))
        total[:, axis] -= np.bincount(edges.second, force[:, axis], len(points))
    return total / edges.degrees[:, None]


def _repulsion(points: Points, edges: Edges, generator: np.random.Generator) -> Points:
    """Push of all others on each node, per degree: the mean of direction / distance, weighted by their edges.

    Above `EXACT_LIMIT` nodes a sample stands for all, one from each of equal slices of the edges.
    """
    if len(points) <= EXACT_LIMIT:
        others, weights = points, edges.counts / edges.counts.sum()
    else:
        count = 96 if len(points) < 20_000 else 64
        draws = (np.arange(count) + generator.random(count)) / count
        others = points[np.searchsorted(np.cumsum(edges.counts) / edges.counts.sum(), draws)]
        weights = np.full(count, 1 / count)
    weighted = np.column_stack([others, np.ones(len(others))]) * weights[:, None]
    push = np.empty_like(points)
    for start in range(0, len(points), CHUNK):
        x, y = points[start : start + CHUNK, :1], points[start : start + CHUNK, 1:]
        square = x - others[:, 0]
        square *= square
        other = y - others[:, 1]
        other *= other
        square += other
        square += 0.25
        # The sum of (x_i - x_j) f_ij over j is x_i sum f_ij - sum f_ij x_j: one product of matrices. Not by BLAS, whose
        # threads cost three times as much here as they save.
        sums = np.einsum("ij,jk->ik", np.reciprocal(square, out=square), weighted)
        push[start : start + CHUNK] = points[start : start + CHUNK] * sums[:, 2:] - sums[:, :2]
    return push * (edges.counts / edges.degrees)[:, None]


def part_all(points: Points, radii: Points) -> None:
    """Push overlapping nodes apart until none overlaps, or for long enough."""
    for _ in range(60):
        if not push_apart(points, radii):
            break
        np.round(points, DIGITS, out=points)


def push_apart(points: Points, radii: Points, movable: npt.NDArray[np.bool_] | None = None) -> bool:
    """Move overlapping pairs apart by their overlap, in place; whether any pair overlapped.

    Only `movable` points move when some are given.
    """
    first, second = _close_pairs(points, radii)
    dx = points[first, 0] - points[second, 0]
    dy = points[first, 1] - points[second, 1]
    distance = np.hypot(dx, dy)
    overlap = radii[first] + radii[second] - distance
    touching = overlap > 1e-3
    if not touching.any():
        return False
    first, second, overlap = first[touching], second[touching], overlap[touching]
    dx, dy, distance = dx[touching], dy[touching], distance[touching]
    # Two nodes on one spot part along a direction of their own.
    stacked = distance < 1e-6
    angle = (first[stacked] * 7 + second[stacked] * 3) * GOLDEN_ANGLE
    dx[stacked], dy[stacked], distance[stacked] = np.cos(angle), np.sin(angle), 1.0
    share = overlap / distance * 0.5
    for axis, apart in enumerate((dx, dy)):
        push = apart * share
        shift = np.bincount(first, push, len(points)) - np.bincount(second, push, len(points))
        points[:, axis] += shift if movable is None else np.where(movable, shift * 2, 0)
    return True


def _close_pairs(points: Points, radii: Points) -> tuple[Indices, Indices]:
    """Pairs that may overlap. Small and large nodes apart, else a few large ones would widen everyone's search."""
    is_small = radii <= radii.min() * 1.7
    small, large = np.flatnonzero(is_small), np.flatnonzero(~is_small)
    small_tree = cKDTree(points[small])
    among_small = small_tree.query_pairs(float(radii[small].max()) * 2, output_type="ndarray")
    first, second = [small[among_small[:, 0]]], [small[among_small[:, 1]]]
    if len(large):
        reach, large_tree = float(radii.max()), cKDTree(points[large])
        among_large = large_tree.query_pairs(2 * reach, output_type="ndarray")
        first.append(large[among_large[:, 0]])
        second.append(large[among_large[:, 1]])
        mixed = large_tree.sparse_distance_matrix(small_tree, reach + float(radii[small].max()), output_type="ndarray")
        first.append(large[mixed["i"]])
        second.append(small[mixed["j"]])
    return np.concatenate(first), np.concatenate(second)
