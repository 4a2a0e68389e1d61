"""What the shards of each dataset hold, as far as it is read.

Numbers are read as text: real rows have corpus ids as numbers in one dataset and as text in another. Intents are a list
of words in old releases and a list of lists in new ones; a list inside is read as its JSON text.
"""

from __future__ import annotations

from dataclasses import dataclass

from phengraph.corpus.engine import Schema


@dataclass(frozen=True, slots=True)
class DatasetShape:
    """One dataset of Semantic Scholar."""

    schema: Schema
    key: str
    """Primary key of its diffs."""
    statements: str
    """`sql/<statements>_rows.sql` and so on."""


def _text(column: str) -> Schema:
    return {"corpusid": "STRING", column: "STRING", "updated": "STRING"}


SHAPES: dict[str, DatasetShape] = {
    "papers": DatasetShape(
        {
            "corpusid": "STRING",
            "externalids": "STRUCT<ArXiv: STRING, DOI: STRING>",
            "url": "STRING",
            "title": "STRING",
            "authors": "ARRAY<STRUCT<name: STRING>>",
            "venue": "STRING",
            "year": "STRING",
            "publicationdate": "STRING",
            "citationcount": "STRING",
            "influentialcitationcount": "STRING",
            "s2fieldsofstudy": "ARRAY<STRUCT<category: STRING>>",
            "updated": "STRING",
        },
        "corpusid",
        "papers",
    ),
    "citations": DatasetShape(
        {
            "citationid": "STRING",
            "citingcorpusid": "STRING",
            "citedcorpusid": "STRING",
            "isinfluential": "BOOLEAN",
            "contexts": "ARRAY<STRING>",
            "intents": "ARRAY<STRING>",
            "updated": "STRING",
        },
        "citationid",
        "citations",
    ),
    "abstracts": DatasetShape(_text("abstract"), "corpusid", "texts"),
    "tldrs": DatasetShape(_text("text"), "corpusid", "texts"),
}
"""By the name that the Datasets API uses. Others are fetched on request, and read by nobody here."""

WANTED: dict[str, str] = {"key": "STRING", "corpusid": "BIGINT", "arxiv": "STRING", "doi": "STRING"}
"""The tracked papers, as they are handed to the engine."""
ROLES: dict[str, str] = {"key": "STRING", "phenomenon": "STRING", "claim": "STRING", "stance": "STRING"}
"""Which paper is evidence for what."""
