"""The picture as one HTML file by pyvis: it opens offline, asks no other address, and stands still when it opens.

pyvis holds the nodes, edges and options, brings vis-network, and renders the page; the template is ours, through
pyvis' own hook for one. That closes what its template leaves open (NOTES: Bootstrap from a CDN, tooltips and headings
as markup), and lets the page have a policy under which only these very scripts run: nothing in the data can become
one, and nothing can be fetched. Data travels as JSON, and the page's script makes text of it, never markup.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import DictLoader, Environment
from markupsafe import Markup

from phengraph.dataset import Dataset
from phengraph.export.formats import Options
from phengraph.export.html_details import PageDetails
from phengraph.layout import positions
from phengraph.network.build import KINDS, Graph, build_network, current_citations, find_node
from phengraph.network.drawing import OPTIONS, Picture, picture
from phengraph.network.measures import neighbourhood
from phengraph.network.style import BACKGROUND, KIND_STYLES, PLAIN_EDGE, STANCE_STYLES, STATUS_STYLES, TEXT
from phengraph.views import View, read_view

DEFAULT_HOPS = 2
LAYOUT_SEED = 0
_SCRIPTS = ("elements.js", "graph.js", "canvas.js", "finder.js", "panel.js", "main.js")
"""Our own scripts, in the order in which they need each other."""
_VIS_NETWORK = "templates/lib/vis-9.1.2/vis-network.min.js"


def export_html(dataset: Dataset, options: Options) -> bytes:
    """The page of the whole graph, or with `about` of what lies up to `hops` (2) around one entry.

    Raises:
        UnknownName: `about` names no entry.
    """
    view = read_view(dataset)
    graph = build_network(view, citations=current_citations(dataset) if options.with_citations else ())
    about = None
    if options.about is not None:
        about = find_node(graph, options.about)
        hops = DEFAULT_HOPS if options.hops is None else options.hops
        graph = neighbourhood(graph, about, hops=hops)
    return render_page(graph, view, about=about).encode("utf-8", "replace")


def render_page(graph: Graph, view: View, *, about: str | None = None) -> str:
    """The page of a graph as text.

    Args:
        graph: of `build_network`, or a part of one.
        view: what it was built from; the panel shows its entries.
        about: id of the node that the picture is about; the page opens with it chosen.
    """
    details = PageDetails(view, graph.nodes)
    drawn = picture(graph, places=positions(graph, seed=LAYOUT_SEED))
    _shape(drawn, graph, details)
    scripts = [_vis_network(), _own_script()]
    style = _asset("page.css")
    environment = Environment(loader=DictLoader({"page.html": _asset("page.html")}), autoescape=True)
    environment.policies["json.dumps_kwargs"] = {"sort_keys": True, "ensure_ascii": False, "separators": (",", ":")}
    environment.globals.update(
        policy=content_policy(scripts, style),
        scripts=[Markup(script) for script in scripts],
        style=Markup(style),
        page={
            "title": view.title,
            "description": view.description,
            "about": about,
            "around": graph.nodes[about]["label"] if about else None,
            "entries": details.entries,
            "evidence": details.evidence,
            "outside": details.outside,
        },
        looks=_looks(),
    )
    drawn.templateEnv = environment
    drawn.path = "page.html"
    drawn.heading = view.title
    return drawn.generate_html().strip() + "\n"


def content_policy(scripts: list[str], style: str) -> str:
    """The Content Security Policy of the page: these scripts and this style, and no connection to anywhere.

    Source: W3C, Content Security Policy Level 3; a hash is of the text between the tags, as UTF-8.
    """
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _shape(drawn: Picture, graph: Graph, details: PageDetails) -> None:
    """What the page wants besides pyvis' own attributes; titles and colours come from the page's own tables."""
    for node in drawn.nodes:
        attributes = graph.nodes[node["id"]]
        entry = details.entries.get(node["id"], {})
        node["label"] = entry.get("cite") or entry.get("label") or attributes["label"]
        node["kind"] = attributes["kind"]
        for name in ("status", "year"):
            if name in attributes:
                node[name] = attributes[name]
        if node["id"] not in details.entries:
            node |= {name: attributes[name] for name in ("authors", "venue") if name in attributes}
        for name in ("title", "color", "font"):
            del node[name]
    for edge, (_, _, attributes) in zip(drawn.edges, graph.edges(data=True), strict=True):
        edge["relation"] = attributes["relation"]
        if "evidence" in attributes and "counted" in attributes:
            edge |= {"evidence": attributes["evidence"], "counted": attributes["counted"]}
        for name in ("title", "color", "dashes", "width", "arrows"):
            del edge[name]


def _looks() -> Mapping[str, Any]:
    """Colours, shapes and dashes for the page's script, in the order of its legend."""
    return {
        "kinds": [{"name": kind} | asdict(KIND_STYLES[kind]) for kind in KINDS],
        "stances": [{"name": stance} | asdict(style) for stance, style in STANCE_STYLES.items()],
        "statuses": [{"name": status} | asdict(style) for status, style in STATUS_STYLES.items()],
        "plain": dict(PLAIN_EDGE),
        "background": dict(BACKGROUND),
        "text": dict(TEXT),
        "options": dict(OPTIONS),
    }


@cache
def _asset(name: str) -> str:
    return resources.files("phengraph.export").joinpath("html_page", name).read_text(encoding="utf-8")


@cache
def _own_script() -> str:
    body = "\n".join(_asset(name) for name in _SCRIPTS)
    return _inlined(f'"use strict";\n(() => {{\n{body}\n}})();\n')


@cache
def _vis_network() -> str:
    """The vis-network that pyvis brings, with its licence in its first lines; the page needs none of its styles."""
    return _inlined(resources.files("pyvis").joinpath(_VIS_NETWORK).read_text(encoding="utf-8"))


def _inlined(script: str) -> str:
    """A script as it may stand in HTML: line ends as the parser makes them, and nothing that would end the element."""
    text = re.sub(r"\r\n?", "\n", script)
    return re.sub(r"<(?=/script|!--)", r"\\x3C", text, flags=re.IGNORECASE)


def load_data(html: str, name: str) -> Any:
    """The JSON that a page carries under an id: `nodes`, `edges`, `page` or `looks`; for tests and other tools."""
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    if found is None:
        raise KeyError(name)
    return json.loads(found[1])
