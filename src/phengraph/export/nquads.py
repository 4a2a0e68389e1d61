"""Canonical N-Quads: sorted lines. The dataset has no blank nodes, so sorting is all that canonicalization takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat, serialize

from phengraph.export.entities import graph_name
from phengraph.export.formats import Options
from phengraph.vocabulary import PROVENANCE

if TYPE_CHECKING:
    from phengraph.dataset import Dataset


def export_nquads(dataset: Dataset, options: Options) -> bytes:
    """Everything, one statement a line, sorted by bytes: two versions differ by `diff` as the graphs differ."""
    provenance = dataset.base + PROVENANCE
    quads = (quad for quad in dataset.store if options.with_provenance or graph_name(quad) != provenance)
    # Only LF ends a line: a literal may hold U+0085 or U+2028 raw, which str.splitlines would cut at.
    written = serialize(quads, format=RdfFormat.N_QUADS)
    assert written is not None  # None only when a file is given
    lines = written.split(b"\n")
    return b"".join(line + b"\n" for line in sorted(line for line in lines if line))
