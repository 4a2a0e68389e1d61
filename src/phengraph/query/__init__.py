"""SPARQL over the dataset: guarded, in a process that can be killed, streamed, in the formats that the W3C names.

The engine has no time limit and hears no signal, a few kilobytes of nested braces end its process, and `SERVICE`
would call out (docs/queries.md). So a query passes three doors: `guard` bounds and refuses before anything is parsed,
`worker` evaluates in a child process without network that can be killed at any moment, and `Answer` hands the bytes
on and raises when the answer is not whole. Trusted code may evaluate in its own process instead.

Names are handed on lazily, so that the worker pays only for what it uses.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from phengraph.query.asking import Answer as Answer
    from phengraph.query.asking import Limits as Limits
    from phengraph.query.engine import KillableEngine as KillableEngine
    from phengraph.query.formats import FORMATS as FORMATS
    from phengraph.query.formats import Form as Form
    from phengraph.query.formats import Format as Format
    from phengraph.query.guard import Bounds as Bounds
    from phengraph.query.guard import Inspection as Inspection
    from phengraph.query.guard import inspect_query as inspect_query
    from phengraph.query.named import NamedQuery as NamedQuery
    from phengraph.query.named import find_query as find_query
    from phengraph.query.named import read_queries as read_queries
    from phengraph.query.parameters import check_entries as check_entries
    from phengraph.query.parameters import set_values as set_values
    from phengraph.query.run import run_query as run_query

_HOMES = {
    "FORMATS": "formats",
    "Form": "formats",
    "Format": "formats",
    "Bounds": "guard",
    "Inspection": "guard",
    "inspect_query": "guard",
    "NamedQuery": "named",
    "find_query": "named",
    "read_queries": "named",
    "check_entries": "parameters",
    "set_values": "parameters",
    "Answer": "asking",
    "KillableEngine": "engine",
    "Limits": "asking",
    "run_query": "run",
}
__all__ = [
    "FORMATS",
    "Answer",
    "Bounds",
    "Form",
    "Format",
    "Inspection",
    "KillableEngine",
    "Limits",
    "NamedQuery",
    "check_entries",
    "find_query",
    "inspect_query",
    "read_queries",
    "run_query",
    "set_values",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'phengraph.query' has no attribute '{name}'")
    return getattr(importlib.import_module(f"phengraph.query.{_HOMES[name]}"), name)
