"""How the picture tells things apart: colours, shapes and dashes, for light and dark pages.

The colours are those of the explorer, so that a status looks the same in both.

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
    """`full`, `hollow`, or `split`: half full, so that it shows without colours too."""


KIND_STYLES: Mapping[str, KindStyle] = {
    "topic": KindStyle("hexagon", 16, "#2b3138", "#d9dde2"),
    "phenomenon": KindStyle("dot", 12, "#1f6fb2", "#5fa8e6"),
    "claim": KindStyle("diamond", 10, "#6b7280", "#a3abb8"),
    "paper": KindStyle("dot", 5.5, "#7a828c", "#8a939e"),
    "model": KindStyle("triangle", 7.5, "#7a3f8f", "#c28ad6"),
    "citing paper": KindStyle("dot", 3, "#8490a3", "#66758a"),
}

STANCE_STYLES: Mapping[str, StanceStyle] = {
    "supports": StanceStyle("#007a57", "#4cc096", (), "supports"),
    "contradicts": StanceStyle("#c2401f", "#f07d60", (9, 5), "contradicts"),
    "qualifies": StanceStyle("#8a5a00", "#dba345", (2, 4), "qualifies"),
    "inconclusive": StanceStyle("#6b737d", "#9ca5af", (9, 4, 2, 4), "is inconclusive about"),
}

STATUS_STYLES: Mapping[str, StatusStyle] = {
    "supported": StatusStyle("#00694a", "#52c79d", "full"),
    "contested": StatusStyle("#8f5200", "#e6ad4c", "split"),
    "conditional": StatusStyle("#5546a8", "#ab9ff5", "split"),
    "refuted": StatusStyle("#ab2f17", "#f58a70", "full"),
    "single source": StatusStyle("#35618a", "#8ab8e4", "hollow"),
    "open": StatusStyle("#5f6771", "#9ca5af", "hollow"),
}

PLAIN_EDGE: Mapping[str, str] = {LIGHT: "#c3c7cc", DARK: "#3d454e"}
"""Edges that are no evidence: decoration, so without a demand on contrast."""
BACKGROUND: Mapping[str, str] = {LIGHT: "#fcfcfa", DARK: "#13161a"}
TEXT: Mapping[str, str] = {LIGHT: "#191d22", DARK: "#e7e9ec"}


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
