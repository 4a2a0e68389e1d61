"""What differs from one store to the next, beyond the protocols that all of them speak.

A query here sees the union of all graphs as its default graph. Some stores do so by themselves, some by an option of
the server, one by a parameter of each request. Nor does any protocol say how a request tells its time limit, or how an
answer that was cut says so. Sources: the stores' own manuals, and what Oxigraph 0.5.13 and Virtuoso 7.2.5 did here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

_NO_UNION = "its default graph is not the union of its graphs"


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one kind of store is spoken to."""

    name: str
    union: Mapping[str, str]
    """Parameters that make the union of all graphs the default graph of one query."""
    time_limit: Callable[[float], Mapping[str, str]]
    """Parameters that tell the store after how many seconds it should stop; without any, its own option must."""
    mend_union: str
    """What makes the union of all graphs the default graph where no parameter does."""
    digest_authentication: bool = False
    """User and password are told by Digest (RFC 7616), which keeps the password to itself, and not by Basic."""
    cuts_graphs: bool = False
    """CONSTRUCT and DESCRIBE are cut at the store's limit of rows without a word, so their rows are asked for first."""


def _no_limit(seconds: float) -> Mapping[str, str]:
    del seconds
    return {}


DIALECTS: Mapping[str, Dialect] = {
    one.name: one
    for one in (
        Dialect(
            "oxigraph", {"union-default-graph": "true"}, _no_limit,
            f"{_NO_UNION}, although it was asked for it; start it with --union-default-graph",
        ),
        Dialect(
            # In milliseconds, of at least one second.
            "virtuoso", {}, lambda seconds: {"timeout": str(max(1_000, round(seconds * 1_000)))},
            f"{_NO_UNION}; query_url must name no default-graph-uri",
            digest_authentication=True, cuts_graphs=True,
        ),
        Dialect(
            "fuseki", {}, lambda seconds: {"timeout": f"{seconds:g}"},
            f"{_NO_UNION}; set tdb2:unionDefaultGraph true in its configuration",
        ),
        Dialect(
            "graphdb", {}, lambda seconds: {"timeout": str(max(1, round(seconds)))},
            f"{_NO_UNION}, as it is in every repository of GraphDB; is query_url one?",
        ),
        Dialect(
            "qlever", {}, lambda seconds: {"timeout": f"{max(1, round(seconds))}s"},
            f"{_NO_UNION}, as it is in every QLever; is query_url one?",
        ),
        Dialect("other", {}, _no_limit, f"{_NO_UNION}; its manual tells how to make it so"),
    )
}  # fmt: skip
