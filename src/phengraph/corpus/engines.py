"""Engines by name, as `--engine` takes it; a library is imported only when its engine is started."""

from __future__ import annotations

import re

from phengraph.corpus.engine import Engine, EngineSettings
from phengraph.corpus.errors import EngineMissing

_PLACE = r"(?:[A-Za-z0-9.\-_]+|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?"
_ENGINES = re.compile(
    r"duckdb\Z|local(\[(\*|[1-9]\d{0,3})\])?\Z"
    rf"|spark://{_PLACE}(,{_PLACE})*\Z|sc://{_PLACE}(/;[\w=;.\-]*)?\Z"
)


def open_engine(name: str, settings: EngineSettings) -> Engine:
    """Start the engine of this name: `duckdb`, `local[*]`, `spark://HOST:PORT`, `sc://HOST:PORT`.

    Raises:
        EngineMissing: it is not installed, lacks Java, or cannot be reached.
    """
    if not is_engine(name):
        raise EngineMissing(f"'{name}' is no engine; take duckdb, local[*], spark://HOST:PORT or sc://HOST:PORT")
    if name == "duckdb":
        from phengraph.corpus.duck import DuckEngine

        return DuckEngine(settings)
    from phengraph.corpus.spark import SparkEngine

    return SparkEngine(name, settings)


def is_engine(name: str) -> bool:
    """Whether `open_engine` knows this name.

    >>> is_engine("duckdb"), is_engine("local[2]"), is_engine("spark://127.0.0.1:7077"), is_engine("sqlite")
    (True, True, True, False)
    """
    return _ENGINES.match(name) is not None
