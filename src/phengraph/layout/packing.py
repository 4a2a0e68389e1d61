"""Components side by side: the large ones around the largest, the tiny ones in rows below."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from phengraph.layout.forces import GOLDEN_ANGLE, Indices, Points

PACKED_LIMIT = 150
"""So many of the largest components find a place around the first; the rest stand in rows below."""
TINY = 3
"""Components of up to so many nodes stand in rows."""
MARGIN = 2.0
"""Empty space around a component, in spacings."""


def pack_components(points: Points, radii: Points, placed: list[Indices], waiting: list[Indices]) -> None:
    """Give each waiting component a free place, in place; `placed` ones keep theirs.

    Args:
        placed: members of the components that stand where they should.
        waiting: members of the others, the largest component first.
    """
    if not waiting:
        return
    if not placed:
        placed, waiting = [waiting[0]], waiting[1:]
    large = [members for members in waiting[:PACKED_LIMIT] if len(members) > TINY]
    taken = np.concatenate(placed)
    for members in large:
        points[members] += _free_spot(points, radii, taken, members)
        taken = np.concatenate([taken, members])
    _stand_in_rows(points, radii, taken, waiting[len(large) :])


def _free_spot(points: Points, radii: Points, taken: Indices, members: Indices) -> Points:
    """How far to move a component to the nearest free place on a spiral, wider than high as screens are."""
    middle = (points[members].min(axis=0) + points[members].max(axis=0)) / 2
    reach = float((np.hypot(*(points[members] - middle).T) + radii[members]).max()) + MARGIN
    steps = np.arange(4_000)
    radius = np.sqrt(steps) * max(0.5, reach * 0.35)
    spots = np.column_stack([1.35 * np.cos(steps * GOLDEN_ANGLE), np.sin(steps * GOLDEN_ANGLE)]) * radius[:, None]
    low, high = points[taken].min(axis=0), points[taken].max(axis=0)
    spots += (low + high) / 2
    free = np.flatnonzero(cKDTree(points[taken]).query(spots)[0] > reach)
    spot = spots[free[0]] if len(free) else np.array([(low[0] + high[0]) / 2, high[1] + reach])
    return np.asarray(spot - middle)


def _stand_in_rows(points: Points, radii: Points, taken: Indices, waiting: list[Indices]) -> None:
    """Rows under everything, centred: as wide as it, or as makes a block of the rows where it is narrow."""
    left, right = float(points[taken][:, 0].min()), float(points[taken][:, 0].max())
    block = 1.5 * MARGIN * float(np.sqrt(sum(len(members) for members in waiting)))
    left, right = min(left, (left + right - block) / 2), max(right, (left + right + block) / 2)
    top = float(points[taken][:, 1].max()) + 2 * MARGIN
    row: list[Indices] = []
    x = height = 0.0

    def close_row() -> None:
        shift = np.array([(left + right - x + MARGIN) / 2, top])
        for one in row:
            points[one] += shift

    for members in waiting:
        low, high = points[members].min(axis=0), points[members].max(axis=0)
        width = float(high[0] - low[0]) + MARGIN
        if row and x + width > right - left:
            close_row()
            top += height + MARGIN
            row, x, height = [], 0.0, 0.0
        points[members] += np.array([x, 0.0]) - low
        row.append(members)
        x += width
        height = max(height, float(high[1] - low[1]))
    if row:
        close_row()
