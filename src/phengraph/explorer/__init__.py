"""The explorer's page as built from explorer/ (TypeScript): where its parts lie, and what to do when it was not built.

`static/` is made by the package's build and never committed: `app.js`, `app.css`, `worker.js`, `oxigraph.wasm.gz`,
`LICENCES.txt`, and `manifest.json` with the SHA-256 of each. `read_asset` is the only way to them.
"""

from __future__ import annotations

import json
from pathlib import Path

from phengraph.problems import ExportError

STATIC = Path(__file__).resolve().parent / "static"
SCHEMA_PATH = Path(__file__).resolve().parent / "explorer.schema.json"

ASSETS = ("app.css", "app.js", "worker.js", "oxigraph.wasm.gz", "LICENCES.txt")

HOW_TO_BUILD = (
    "the explorer's page is not part of this installation, since it could not be built then; install phengraph again "
    "where the npm registry is reached, or in a checkout run `npm ci` and `node build.mjs` in explorer/"
)


def is_built(static: Path = STATIC) -> bool:
    """Whether all parts of the page are here."""
    return all((static / name).is_file() for name in (*ASSETS, "manifest.json"))


def asset_hashes(static: Path = STATIC) -> dict[str, str]:
    """SHA-256 of each part, in hexadecimal, by file name.

    Raises:
        ExportError: the page was not built; the message says how to get it.
    """
    if not is_built(static):
        raise ExportError(HOW_TO_BUILD)
    hashes: dict[str, str] = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
    return hashes


def read_asset(name: str, static: Path = STATIC) -> bytes:
    """The bytes of one of `ASSETS`.

    Raises:
        KeyError: no part has this name.
        ExportError: the page was not built; the message says how to get it.
    """
    if name not in ASSETS:
        raise KeyError(name)
    if not is_built(static):
        raise ExportError(HOW_TO_BUILD)
    return (static / name).read_bytes()
