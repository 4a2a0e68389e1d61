"""What the graph is made of: topics, phenomena, claims, evidence, papers, models, citations.

Plain frozen values, no behaviour and no reference from a part back to its whole: an entry names another by slug or
key. `curate` makes them from people's text, `ingest` from Semantic Scholar's records, `views` from the dataset; both
ways round they are the same values. Each keeps its `Source`, the place where a person would edit it.
"""

from __future__ import annotations

from phengraph.model.citations import Citation, CitationCount, CitingPaper, Context
from phengraph.model.judged import StatusRecord
from phengraph.model.suggestions import Cue, Decision, Passage, Suggestion, Verdict
from phengraph.model.written import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Figure,
    Knowledge,
    Model,
    Note,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    SourceList,
    Stance,
    Status,
    Strength,
    Topic,
)

__all__ = [
    "Checked",
    "Citation",
    "CitationCount",
    "CitingPaper",
    "Claim",
    "Conditions",
    "Confidence",
    "Context",
    "Cue",
    "Decision",
    "Evidence",
    "Figure",
    "Knowledge",
    "Model",
    "Note",
    "Paper",
    "Passage",
    "Phenomenon",
    "Range",
    "Review",
    "Source",
    "SourceList",
    "Stance",
    "Status",
    "StatusRecord",
    "Strength",
    "Suggestion",
    "Topic",
    "Verdict",
]
