"""phengraph: the phenomena of large models, the claims about them, and the evidence for and against each claim.

    import phengraph

    g = phengraph.open(".")

Names are handed on lazily, so that a command pays only for what it uses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from phengraph.api import Graph, open
    from phengraph.problems import PhengraphError

__all__ = ["Graph", "PhengraphError", "__version__", "open"]


def __getattr__(name: str) -> Any:
    if name in ("Graph", "open"):
        from phengraph import api

        return getattr(api, name)
    if name == "PhengraphError":
        from phengraph.problems import PhengraphError

        return PhengraphError
    if name == "__version__":
        from importlib.metadata import version

        return version("phengraph")
    raise AttributeError(f"module 'phengraph' has no attribute '{name}'")
