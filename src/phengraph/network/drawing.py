"""A pyvis picture of the graph or of any neighbourhood: positions given, physics off, safe with any text.

pyvis 0.3.2 has traps, each closed here: physics takes minutes of processor time (so positions come from `layout`);
a title that holds `href` turns every tooltip into markup; even its "in line" page links Bootstrap from another
address; it writes in the encoding of the locale; and it looks each node up in a list, which grows with the square.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyvis.edge import Edge
from pyvis.network import Network
from pyvis.node import Node

from phengraph.layout import positions
from phengraph.network.build import PAPER, Graph
from phengraph.network.measures import neighbourhood
from phengraph.network.style import BACKGROUND, KIND_STYLES, STANCE_STYLES, edge_colour, node_colour

OPTIONS: Mapping[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {"hover": True, "tooltipDelay": 120, "hideEdgesOnDrag": False, "multiselect": False},
    "nodes": {"borderWidth": 0, "borderWidthSelected": 2, "labelHighlightBold": False},
    "edges": {"smooth": False, "selectionWidth": 1.5, "hoverWidth": 0.5},
}
"""Of vis-network, as its documentation names them."""

_FOREIGN_TAGS = re.compile(r"<link\b[^>]*\bhref=\"https?:[^>]*>|<script\b[^>]*\bsrc=\"https?:[^>]*>\s*</script>")
_LABEL_LENGTH = 44


class Picture(Network):  # type: ignore[misc]  # pyvis has no types
    """A pyvis `Network` without pyvis' traps; shown by Jupyter as it is, or written with `write_html`.

    `nodes` and `edges` are the lists of dictionaries that pyvis hands to vis-network.
    """

    def add_node(
        self, n_id: str, label: str | None = None, shape: str = "dot", color: str = "#97c2fc", **options: Any
    ) -> None:
        if n_id in self.node_map:
            return
        node = Node(n_id, shape, label=n_id if label is None else label, color=color, **options)
        self.nodes.append(node.options)
        self.node_ids.append(n_id)
        self.node_map[n_id] = node.options

    def add_edge(self, source: str, to: str, **options: Any) -> None:
        if source not in self.node_map or to not in self.node_map:
            raise KeyError(f"an edge from {source!r} to {to!r}, of which one is no node")
        self.edges.append(Edge(source, to, self.directed, **options).options)

    def generate_html(self, name: str = "index.html", local: bool = True, notebook: bool = False) -> str:
        """The page as text, without a link to any other address."""
        self.html = _FOREIGN_TAGS.sub("", super().generate_html(name, local, notebook))
        return str(self.html)

    def write_html(self, name: str, local: bool = True, notebook: bool = False, open_browser: bool = False) -> Any:
        """Write the page as UTF-8, whatever the locale."""
        Path(name).write_text(self.generate_html(name, local, notebook), encoding="utf-8")
        if open_browser:
            import webbrowser

            webbrowser.open(Path(name).resolve().as_uri())
        if notebook:
            from IPython.display import IFrame

            return IFrame(name, width=self.width, height=self.height)
        return None

    def _repr_html_(self) -> str:
        """For Jupyter: the page in a frame of its own, which no file and no server is needed for."""
        page = html.escape(self.generate_html(), quote=True)
        return f'<iframe srcdoc="{page}" width="100%" height="{self.height}" style="border:0"></iframe>'


def picture(
    graph: Graph,
    *,
    about: str | None = None,
    hops: int = 2,
    places: Mapping[str, tuple[float, float]] | None = None,
    height: str = "640px",
) -> Picture:
    """A picture of the graph, or of what lies around one node.

    Claims have the colour of their status, evidence that of its stance with a dash pattern; evidence that does not
    count is drawn thin. Hover a node or an edge to read it.

    Args:
        about: id, IRI, slug or key of a node; the picture is its `neighbourhood` of so many `hops`.
        places: positions of the nodes; those of `layout.positions` when left out.
        height: of the canvas, in CSS.

    Raises:
        UnknownName: `about` names no node.
    """
    shown = graph if about is None else neighbourhood(graph, about, hops=hops)
    placed = positions(shown) if places is None else places
    drawn = Picture(height=height, directed=True, notebook=True, cdn_resources="in_line", bgcolor=BACKGROUND["light"])
    drawn.options = dict(OPTIONS)
    for node, attributes in shown.nodes(data=True):
        style = KIND_STYLES.get(attributes["kind"], KIND_STYLES["citing paper"])
        x, y = placed[node]
        drawn.add_node(
            node,
            label=_shorten(short_label(attributes)),
            title=plain_title(_node_lines(attributes)),
            shape=style.shape,
            size=style.size,
            color=node_colour(attributes),
            x=x,
            y=y,
            font={"size": max(9, style.size)},
        )
    for source, target, attributes in shown.edges(data=True):
        stance = STANCE_STYLES.get(attributes["relation"])
        counted = attributes.get("counted", True)
        drawn.add_edge(
            source,
            target,
            title=plain_title(_edge_lines(shown, source, target, attributes)),
            color=edge_colour(attributes["relation"]),
            dashes=list(stance.dashes) if stance and stance.dashes else False,
            width=(1.6 if counted else 0.6) if stance else 0.7,
            arrows={"to": {"enabled": stance is not None, "scaleFactor": 0.35}},
        )
    return drawn


def short_label(attributes: Mapping[str, Any]) -> str:
    """What fits beside a node: a paper as people cite it, anything else by its label.

    >>> short_label({"kind": "paper", "label": "A title", "authors": "Ann Bee; Cy Dee", "year": 2020})
    'Bee & Dee 2020'
    """
    if attributes["kind"] != PAPER or not attributes.get("authors"):
        return str(attributes["label"])
    names = [name.split()[-1] for name in str(attributes["authors"]).split("; ") if name.strip()]
    if names and names[-1] == "al.":
        names = [*names[:-1], "", ""]
    if not names or not names[0]:
        return str(attributes["label"])
    cited = names[0] if len(names) == 1 else f"{names[0]} & {names[1]}" if len(names) == 2 else f"{names[0]} et al."
    return f"{cited} {attributes['year']}" if "year" in attributes else cited


def plain_title(lines: Iterable[str]) -> str:
    """A tooltip that pyvis takes as text, whatever it holds: `href` in it would make markup of all tooltips."""
    return re.sub("(?i)href", lambda found: f"{found[0][:1]}\u200b{found[0][1:]}", "\n".join(lines))


def _shorten(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else text[: _LABEL_LENGTH - 1].rstrip() + "…"


def _node_lines(attributes: Mapping[str, Any]) -> list[str]:
    lines = [f"{attributes['kind']}: {attributes['label']}"]
    lines += [str(attributes[name]) for name in ("label_zh", "authors", "venue") if name in attributes]
    if "status" in attributes:
        lines.append(f"{attributes['status']}: {attributes['reason']}")
    if "citations" in attributes:
        lines.append(f"{attributes['citations']:,} citations on {attributes['counted_on']}")
    return lines


def _edge_lines(graph: Graph, source: str, target: str, attributes: Mapping[str, Any]) -> list[str]:
    ends = f"{short_label(graph.nodes[source])} {attributes['relation']} {short_label(graph.nodes[target])}"
    if "finding" not in attributes:
        return [ends]
    state = f"{attributes['strength']}, {attributes['review']}, checked: {attributes['checked']}"
    return [ends, str(attributes["finding"]), state]
