"""How the picture tells things apart: colours, shapes and dashes, for light and dark pages.

Nothing is told by colour alone: a kind has a shape, a stance a dash pattern, a status a word beside it in every list.
Colours are checked for contrast in tests: at least 3 : 1 against their background (WCAG 2.2, 1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIGHT, DARK = "light", "dark"


@dataclass(frozen=True, slots=True)
class KindStyle:
    """How nodes of a kind look."""

    shape: str
    """A shape of vis-network."""
    size: float
    """Half the height, in the units of the layout."""
    light: str
    dark: str


@dataclass(frozen=True, slots=True)
class StanceStyle:
    """How an edge of a stance looks."""

    light: str
    dark: str
    dashes: tuple[int, ...]
    """Drawn and left out in turn, in pixels; empty is a full line."""
    verb: str


@dataclass(frozen=True, slots=True)
class StatusStyle:
    """How a claim of a status looks."""

    light: str
    dark: str
    fill: str
    """`full`, `hollow`, or `split` with the colour of refuted, so that it shows without colours too."""


KIND_STYLES: Mapping[str, KindStyle] = {
    "topic": KindStyle("hexagon", 16, "#5e35b1", "#b39ddb"),
    "phenomenon": KindStyle("dot", 12, "#1e5aa8", "#7fb2ee"),
    "claim": KindStyle("diamond", 10, "#6b7280", "#a3abb8"),
    "paper": KindStyle("dot", 5.5, "#64748b", "#94a3b8"),
    "model": KindStyle("triangle", 7.5, "#8d5a3b", "#d3a17e"),
    "citing paper": KindStyle("dot", 3, "#8795a8", "#66758a"),
}

STANCE_STYLES: Mapping[str, StanceStyle] = {
    "supports": StanceStyle("#1a7f45", "#46c27a", (), "supports"),
    "contradicts": StanceStyle("#c62828", "#ff7a70", (9, 5), "contradicts"),
    "qualifies": StanceStyle("#9f5f00", "#f0b13c", (2, 4), "qualifies"),
    "inconclusive": StanceStyle("#757575", "#a0a0a0", (9, 4, 2, 4), "is inconclusive about"),
}

STATUS_STYLES: Mapping[str, StatusStyle] = {
    "supported": StatusStyle("#1a7f45", "#46c27a", "full"),
    "contested": StatusStyle("#9f5f00", "#f0b13c", "split"),
    "conditional": StatusStyle("#00798a", "#3cc3d4", "split"),
    "refuted": StatusStyle("#c62828", "#ff7a70", "full"),
    "single source": StatusStyle("#5a751b", "#b3cf6b", "hollow"),
    "open": StatusStyle("#757575", "#a0a0a0", "hollow"),
}

PLAIN_EDGE: Mapping[str, str] = {LIGHT: "#c3c9d2", DARK: "#414a58"}
"""Edges that are no evidence: decoration, so without a demand on contrast."""
BACKGROUND: Mapping[str, str] = {LIGHT: "#ffffff", DARK: "#12161c"}
TEXT: Mapping[str, str] = {LIGHT: "#1b2430", DARK: "#e6eaf0"}


def node_colour(attributes: Mapping[str, Any], theme: str = LIGHT) -> str:
    """The colour of a node: a claim's by its status, any other's by its kind."""
    style = STATUS_STYLES.get(attributes.get("status", "")) or KIND_STYLES.get(attributes["kind"])
    if style is None:
        style = KIND_STYLES["citing paper"]
    return style.light if theme == LIGHT else style.dark


def edge_colour(relation: str, theme: str = LIGHT) -> str:
    """The colour of an edge by its relation."""
    stance = STANCE_STYLES.get(relation)
    if stance is None:
        return PLAIN_EDGE[theme]
    return stance.light if theme == LIGHT else stance.dark
