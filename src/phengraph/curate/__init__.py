"""What people write in graph/: reading it, with every problem at its place, and adding to it."""

from phengraph.curate.read import ReadResult, read_graph

__all__ = ["ReadResult", "read_graph"]
