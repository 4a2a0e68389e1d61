"""The explorer's page: one self-contained file for a disk or a static host, or the frame that the server sends.

Both carry a Content-Security-Policy that lets only the page's own script run. In the file the graph, the quads and the
engine lie as base64 of gzip in script elements that no browser runs; nothing is ever asked from outside. Everything
from the data is text: in the frame it is escaped here, in the views by the page.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from phengraph.explorer import asset_hashes, read_asset
from phengraph.export.explorer_data import explorer_graph
from phengraph.export.folding import fold_quads
from phengraph.export.formats import Options

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.export.explorer_form import ExplorerGraph

Flavour = Literal["file", "served"]

FILE_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; worker-src blob:; "
    "script-src 'sha256-{script}' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'"
)
SERVED_POLICY = (
    "default-src 'none'; img-src data:; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "script-src 'self'; base-uri 'none'; form-action 'none'"
)


def export_explorer(dataset: Dataset, options: Options) -> bytes:
    """The explorer as one file.

    Raises:
        ExportError: the page was not built when phengraph was installed; the message says how to get it.
    """
    del options
    return page(dataset, "file")


def page(
    dataset: Dataset | None,
    flavour: Flavour,
    *,
    root: str = "/",
    title: str = "phengraph",
    refresh: bool = False,
    review: bool = False,
) -> bytes:
    """The page as UTF-8.

    Args:
        dataset: what the file shows; the served frame needs none, it asks `api/explorer.json` and `sparql`.
        flavour: `file` for one self-contained file, `served` for the frame that the server sends at `/`.
        root: served: the path of the server's root, with a slash at its end. The parts of
            `phengraph.explorer.ASSETS` lie under its `static/explorer/` and are asked for with `?v=` and their hash,
            so that they may be cached for ever.
        title: served: the title until the graph is there.
        refresh: served: the server answers `api/refresh`, so the page offers it. GET gives `{"allowed", "running",
            "done", "total", "message"}`, POST starts one and gives the same.
        review: served: the server answers `api/review`, so the page offers it to who has the token.

    Raises:
        ExportError: the page was not built when phengraph was installed; the message says how to get it.
        ValueError: the file flavour without a dataset.
    """
    if flavour == "served":
        return _served(root, title, refresh=refresh, review=review)
    if dataset is None:
        raise ValueError("the file flavour holds a dataset")
    with dataset.quads_path.open(encoding="utf-8", newline="\n") as quads:
        return _file(explorer_graph(dataset), quads)


def _file(graph: ExplorerGraph, quads: Iterable[str]) -> bytes:
    script = inline_script(read_asset("app.js").decode())
    style = read_asset("app.css").decode().replace("</style", "<\\/style")
    policy = FILE_POLICY.format(script=script_hash(script))
    parts = [
        _packed("graph", gzip.compress(graph.model_dump_json(by_alias=True).encode(), mtime=0)),
        f"<script>{script}</script>",
        # Behind the script, so that the first view is drawn before these are read.
        _packed("quads", gzip.compress("\n".join(fold_quads(quads, graph.base)).encode(), mtime=0)),
        _packed("worker", gzip.compress(read_asset("worker.js"), mtime=0)),
        _packed("engine", read_asset("oxigraph.wasm.gz")),
        _packed("licences", gzip.compress(read_asset("LICENCES.txt"), mtime=0)),
    ]
    head = f"<style>{style}</style>"
    return _frame(policy, graph.title, graph.description, head, _without_script(graph), parts).encode()


def _served(root: str, title: str, *, refresh: bool, review: bool) -> bytes:
    hashes = asset_hashes()

    def address(name: str) -> str:
        return html.escape(f"{root}static/explorer/{name}?v={hashes[name][:16]}")

    head = f'<link rel="stylesheet" href="{address("app.css")}"><link rel="license" href="{address("LICENCES.txt")}">'
    feed = html.escape(f"{root}claims")
    noscript = f'<p>The explorer needs JavaScript; <a href="{feed}">the claims are also plain pages</a>.</p>'
    script = f'<script src="{address("app.js")}" integrity="{_integrity(hashes["app.js"])}"></script>'
    has = (" data-refresh" if refresh else "") + (" data-review" if review else "")
    place = f' data-root="{html.escape(root)}"{has}'
    return _frame(SERVED_POLICY, title, "", head, noscript, [script], place).encode()


def _frame(
    policy: str, title: str, description: str, head: str, noscript: str, parts: Iterable[str], place: str = ""
) -> str:
    return (
        "<!doctype html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy, quote=True)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f'<meta name="description" content="{html.escape(description)}">\n'
        f'<link rel="icon" href="{_ICON}">\n'
        f"<title>{html.escape(title)}</title>\n{head}\n</head>\n<body>\n"
        f'<div id="app"{place}><p class="loading">{html.escape(title)} …</p></div>\n'
        f"<noscript>{noscript}</noscript>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def _without_script(graph: ExplorerGraph) -> str:
    """The claims and their statuses as a plain list, for whoever lets no script run."""
    rows = "".join(
        f"<li>{html.escape(one.label)} <strong>{html.escape(one.status.status)}</strong> "
        f"<small>{html.escape(one.status.reason)}</small></li>"
        for one in graph.claims
    )
    return (
        f"<h1>{html.escape(graph.title)}</h1><p>The full page needs JavaScript; here is every claim.</p><ul>{rows}</ul>"
    )


def _packed(name: str, packed: bytes) -> str:
    return f'<script type="text/plain" id="{name}">{base64.b64encode(packed).decode()}</script>'


def inline_script(script: str) -> str:
    r"""A script that stays inside its element: `</script` and `<!--` would end it or change how it is read.

    >>> inline_script('a("</script><!--")')
    'a("<\\/script><\\!--")'
    """
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def script_hash(script: str) -> str:
    """The hash of an inline script as a policy names it: base64 of its SHA-256."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _integrity(hexadecimal: str) -> str:
    return "sha256-" + base64.b64encode(bytes.fromhex(hexadecimal)).decode()


# Two sides of a balance, for and against, as a drawing inside the page.
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect x='8' y='3' width='7' height='10' rx='1' fill='%2300795a'/%3E"
    "%3Crect x='2' y='3' width='5' height='10' rx='1' fill='%23c2401f'/%3E%3C/svg%3E"
)
