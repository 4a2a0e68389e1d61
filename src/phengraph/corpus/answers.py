"""Rows of the results as the values that the API's answers become: what comes after knows no difference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from phengraph.ingest.answers import CONTEXT_LIMIT, CitationAnswer, PaperAnswer, clean_text, read_citation, read_paper

PAPER_COLUMNS = (
    *("sha", "title", "authors", "venue", "year", "date", "citationcount", "influentialcitationcount", "arxiv", "doi"),
    "fields",
)
"""In the order in which `paper_answer` takes them."""


def paper_id(corpus_id: int, sha: str | None) -> str:
    """The id of a paper in the records: the service's own, else one by its corpus id."""
    return sha or f"CorpusId:{corpus_id}"


def paper_answer(
    corpus_id: int, values: Sequence[Any], *, abstract: str | None = None, tldr: str | None = None
) -> PaperAnswer:
    """A paper, from its corpus id and the values of `PAPER_COLUMNS`."""
    answer = read_paper(_as_answered(corpus_id, values, abstract, tldr))
    assert answer is not None  # it has an id
    return answer


def _as_answered(corpus_id: int, values: Sequence[Any], abstract: str | None, tldr: str | None) -> dict[str, Any]:
    row = dict(zip(PAPER_COLUMNS, values, strict=True))
    return {
        "paperId": paper_id(corpus_id, row["sha"]),
        "corpusId": corpus_id,
        "externalIds": {"ArXiv": row["arxiv"], "DOI": row["doi"]},
        "title": row["title"],
        "authors": row["authors"],
        "venue": row["venue"],
        "year": row["year"],
        "publicationDate": row["date"],
        "citationCount": row["citationcount"],
        "influentialCitationCount": row["influentialcitationcount"],
        "s2FieldsOfStudy": row["fields"],
        "abstract": abstract,
        "tldr": {"text": tldr},
    }


def citation_answer(
    corpus_id: int,
    values: Sequence[Any],
    edges: Iterable[tuple[bool, list[Any] | None, list[Any] | None]],
    *,
    abstract: str | None = None,
    tldr: str | None = None,
) -> CitationAnswer:
    """One citation, from all rows that say the same two papers: sentences once each, influential if one says so.

    Args:
        corpus_id: of the citing paper.
        values: what is known of it, as `PAPER_COLUMNS`.
        edges: of each row `isinfluential`, `contexts` and `intents`.
        abstract: of the citing paper.
        tldr: its summary of one sentence.
    """
    sentences: dict[str, dict[str, Any]] = {}
    loose: dict[str, None] = {}
    influential = False
    for is_influential, contexts, intents in edges:
        influential = influential or is_influential
        texts = list(contexts or ())
        words = [_words(one) for one in intents or ()]
        # New releases have a list of intents for each sentence; old ones one list for all.
        matched = len(words) == len(texts) and any(isinstance(one, list) for one in words)
        for place, text in enumerate(texts):
            own = words[place] if matched else None
            if clean_text(text) is not None:
                sentences.setdefault(text, {"context": text, "intents": own if isinstance(own, list) else []})
        if not matched:
            loose.update(dict.fromkeys(word for one in words for word in (one if isinstance(one, list) else [one])))
    answer = read_citation(
        {
            "citingPaper": _as_answered(corpus_id, values, abstract, tldr),
            "contextsWithIntent": list(sentences.values())[: CONTEXT_LIMIT * 5],
            "intents": [word for word in loose if isinstance(word, str)],
            "isInfluential": influential,
        }
    )
    assert answer is not None  # its citing paper has an id
    return answer


def _words(intent: Any) -> str | list[str]:
    """An intent, or the intents of one sentence, which came as the text of a JSON list.

    >>> _words("background"), _words('["background","result"]'), _words(None)
    ('background', ['background', 'result'], [])
    """
    if not isinstance(intent, str):
        return []
    if not intent.startswith("["):
        return intent
    try:
        words = orjson.loads(intent)
    except orjson.JSONDecodeError:
        return []
    return [word for word in words if isinstance(word, str)]
