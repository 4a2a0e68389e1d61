"""From the model's values to quads in named graphs; no blank nodes, canonical literals, nothing of a clock."""

from phengraph.quads.citations import CitationQuads, count_quads, record_quads, run_quads
from phengraph.quads.derived import derived_quads
from phengraph.quads.knowledge import MAPPING_VERSION, knowledge_quads
from phengraph.quads.provenance import line_quads, origin_quads
from phengraph.quads.suggestions import candidate_quads, suggestion_quads

__all__ = [
    "MAPPING_VERSION",
    "CitationQuads",
    "candidate_quads",
    "count_quads",
    "derived_quads",
    "knowledge_quads",
    "line_quads",
    "origin_quads",
    "record_quads",
    "run_quads",
    "suggestion_quads",
]
