"""Which fields, query parameters and limits each endpoint of the Academic Graph API knows.

Own notes from the published specification (version of February 2026); a test holds that they say the same.
"""

from __future__ import annotations

PAPER = frozenset(
    {
        *("paperId", "corpusId", "externalIds", "url", "title", "abstract", "venue", "publicationVenue", "year"),
        *("referenceCount", "citationCount", "influentialCitationCount", "isOpenAccess", "openAccessPdf"),
        *("fieldsOfStudy", "s2FieldsOfStudy", "publicationTypes", "publicationDate", "journal", "citationStyles"),
        "authors",
    }
)
"""A paper within another answer: citing, cited, recommended, found in bulk."""

FULL_PAPER = PAPER | {"citations", "references", "embedding", "tldr", "textAvailability"}
"""A paper that was asked for itself: batch, details, relevance search, title match."""

AUTHOR_NAME = frozenset({"authorId", "name"})
AUTHOR = AUTHOR_NAME | {"externalIds", "url", "affiliations", "homepage", "paperCount", "citationCount", "hIndex"}
EDGE = frozenset({"contexts", "intents", "contextsWithIntent", "isInfluential"})
EMBEDDINGS = frozenset({"specter_v1", "specter_v2"})

_PAGE = frozenset({"offset", "limit", "fields"})
_FILTERS = frozenset(
    {
        "publicationTypes",
        "openAccessPdf",
        "minCitationCount",
        "publicationDateOrYear",
        "year",
        "venue",
        "fieldsOfStudy",
    }
)

PARAMETERS: dict[str, frozenset[str]] = {
    "/paper/batch": frozenset({"fields"}),
    "/paper/search": _FILTERS | _PAGE | {"query"},
    "/paper/search/bulk": _FILTERS | {"query", "token", "fields", "sort"},
    "/paper/search/match": _FILTERS | {"query", "fields"},
    "/paper/autocomplete": frozenset({"query"}),
    "/paper/{paper_id}": frozenset({"fields"}),
    "/paper/{paper_id}/authors": _PAGE,
    "/paper/{paper_id}/citations": _PAGE | {"publicationDateOrYear"},
    "/paper/{paper_id}/references": _PAGE,
    "/snippet/search": frozenset(
        {
            *("query", "fields", "limit", "paperIds", "authors", "minCitationCount", "insertedBefore"),
            *("publicationDateOrYear", "year", "venue", "fieldsOfStudy"),
        }
    ),
}
"""Query parameters by endpoint of `/graph/v1`."""

# Seen to be tolerated by the live service, though the specification does not have them.
TOLERATED = {
    "/paper/search/bulk": frozenset({"offset", "limit"}),
    "/paper/search/match": frozenset({"offset", "limit"}),
}

BATCH_LIMIT = 500
PAGE_LIMIT = 1000
ROW_LIMIT = 10_000
"""offset + limit of a list must stay below it."""
NESTED_LIMIT = 1000
"""Citations nested in a single paper are cut at it, in silence."""
BATCH_CITATION_BUDGET = 9_999
"""Citations nested in a batch share it, in silence."""
SEARCH_LIMIT = 100
SEARCH_ROW_LIMIT = 1000
ANSWER_BYTES = 10 * 1024 * 1024


def paper_field_is_known(name: str) -> bool:
    """Whether a field may be asked of a paper that is asked for itself."""
    head, _, tail = name.partition(".")
    if not tail:
        return head in FULL_PAPER
    if head in ("citations", "references"):
        return paper_field_is_known_within(tail)
    if head == "embedding":
        return tail in EMBEDDINGS
    return head == "authors" and tail in AUTHOR


def paper_field_is_known_within(name: str) -> bool:
    """Whether a field may be asked of a paper within another answer."""
    head, _, tail = name.partition(".")
    if not tail:
        return head in PAPER
    return head == "authors" and tail in AUTHOR_NAME


def edge_field_is_known(name: str, *, paper: str) -> bool:
    """Whether a field may be asked of a row of /citations (`paper="citingPaper"`) or /references (`citedPaper`)."""
    head, _, tail = name.partition(".")
    if head == paper:
        return not tail or paper_field_is_known_within(tail)
    return name in EDGE or paper_field_is_known_within(name)
