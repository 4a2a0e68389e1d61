"""What the service's answers say, in our own values: checked by Pydantic, odd parts left out and never guessed.

What identifies a row must be right, or the row is skipped and counted. Everything else is lenient: a year that is a
text, an author that is null, a date of three digits are simply not there. Text is made fit for one line of UTF-8.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from phengraph.identifiers import normalize_arxiv, normalize_doi, safe_url

TITLE_LIMIT = 1_000
TEXT_LIMIT = 5_000
"""Characters of one citing sentence; longer ones are cut."""
ABSTRACT_LIMIT = 20_000
CONTEXT_LIMIT = 200
"""Citing sentences of one citation."""
AUTHOR_LIMIT = 50
"""Authors kept of one paper; more are told as a number."""

PAPER_FIELDS = (
    *("corpusId", "externalIds", "title", "authors", "year", "publicationDate", "venue", "citationCount"),
    *("influentialCitationCount", "openAccessPdf", "s2FieldsOfStudy", "abstract", "tldr", "references.paperId"),
)
"""Asked of a tracked paper."""
LIGHT_PAPER_FIELDS = tuple(name for name in PAPER_FIELDS if name not in ("abstract", "references.paperId"))
"""The same, when the service cannot answer for all of it in time."""
EMBEDDING_FIELD = "embedding.specter_v2"
CITATION_FIELDS = (
    *("contexts", "intents", "contextsWithIntent", "isInfluential", "corpusId", "externalIds", "title", "authors"),
    *("year", "publicationDate", "venue", "citationCount", "influentialCitationCount", "openAccessPdf"),
    *("s2FieldsOfStudy", "abstract"),
)
"""Asked of a citation and its citing paper."""

# Controls, half surrogate pairs, and what a reader takes for the end of a line.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?\Z", re.ASCII)
_ID = re.compile(r"[\x21-\x7e]{1,100}\Z")
_SHA = re.compile(r"[0-9a-fA-F]{40}\Z")


def clean_text(value: object, limit: int = TEXT_LIMIT) -> str | None:
    """One line of text without controls, or None when there is none.

    >>> clean_text("two\\n lines\\x00"), clean_text(" "), clean_text(7)
    ('two lines', None, None)
    """
    if not isinstance(value, str):
        return None
    if _UNFIT.search(value):
        value = _UNFIT.sub(" ", value)
    text = " ".join(value.split())
    return text[:limit] or None


def _id(value: object) -> str | None:
    if not isinstance(value, str) or not _ID.match(value):
        return None
    # Hexadecimal digits mean the same in both cases, and one paper shall have one id.
    return value.lower() if _SHA.match(value) else value


def whole_number(value: object) -> int | None:
    """A count, an offset or a corpus id, from 0 on, however JSON has it; None when it is none.

    >>> whole_number(7), whole_number("7"), whole_number(7.0), whole_number(7.5), whole_number(True), whole_number(-1)
    (7, 7, 7, None, None, None)
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15 else None


def _year(value: object) -> int | None:
    year = whole_number(value)
    return year if year is not None and 1000 <= year <= 2999 else None


def _date(value: object) -> str | None:
    match = _DATE.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return None
    return match.group()


def _names(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    names = (clean_text(row.get("name"), 300) for row in rows if isinstance(row, dict))
    return tuple(name for name in names if name)


def _texts(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    texts = (clean_text(row) for row in rows[: CONTEXT_LIMIT * 5])
    return tuple(dict.fromkeys(text for text in texts if text))[:CONTEXT_LIMIT]


def _words(value: object) -> tuple[str, ...]:
    """Intents: short words, in the order of the alphabet."""
    rows = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    words = (clean_text(row, 40) for row in rows)
    return tuple(sorted({word.lower() for word in words if word}))


def _fields(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    names = (clean_text(row.get("category") if isinstance(row, dict) else row, 100) for row in rows)
    return tuple(dict.fromkeys(name for name in names if name))


def _open_access(value: object) -> str | None:
    url = value.get("url") if isinstance(value, dict) else None
    return safe_url(url) if isinstance(url, str) and url else None


def _tldr(value: object) -> str | None:
    return clean_text(value.get("text"), 2_000) if isinstance(value, dict) else None


def _ids(value: object) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else []
    ids = (_id(row.get("paperId")) for row in rows if isinstance(row, dict))
    return tuple(one for one in ids if one)


def _external(value: object) -> dict[str, str]:
    given = value if isinstance(value, dict) else {}
    found = {}
    arxiv, doi = given.get("ArXiv"), given.get("DOI")
    if isinstance(arxiv, str) and (read := normalize_arxiv(arxiv)):
        found["arxiv"] = read
    # The DOI that arXiv gives a preprint says nothing that the arXiv id does not.
    if isinstance(doi, str) and (read := normalize_doi(doi)) and not read.startswith("10.48550/arxiv."):
        found["doi"] = read
    return found


def _title(value: object) -> str:
    return clean_text(value, TITLE_LIMIT) or ""


def _abstract(value: object) -> str | None:
    return clean_text(value, ABSTRACT_LIMIT)


def _flag(value: object) -> bool:
    return value is True


class PaperAnswer(BaseModel):
    """A paper as the service gave it."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=False)

    id: Annotated[str, BeforeValidator(_id), Field(alias="paperId")]
    corpus_id: Annotated[int | None, BeforeValidator(whole_number), Field(alias="corpusId")] = None
    external: Annotated[dict[str, str], BeforeValidator(_external), Field(alias="externalIds")] = {}
    title: Annotated[str, BeforeValidator(_title)] = ""
    authors: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    year: Annotated[int | None, BeforeValidator(_year)] = None
    date: Annotated[str | None, BeforeValidator(_date), Field(alias="publicationDate")] = None
    venue: Annotated[str | None, BeforeValidator(lambda value: clean_text(value, 300))] = None
    citations: Annotated[int | None, BeforeValidator(whole_number), Field(alias="citationCount")] = None
    influential_citations: Annotated[
        int | None, BeforeValidator(whole_number), Field(alias="influentialCitationCount")
    ] = None
    open_access: Annotated[str | None, BeforeValidator(_open_access), Field(alias="openAccessPdf")] = None
    fields: Annotated[tuple[str, ...], BeforeValidator(_fields), Field(alias="s2FieldsOfStudy")] = ()
    abstract: Annotated[str | None, BeforeValidator(_abstract)] = None
    tldr: Annotated[str | None, BeforeValidator(_tldr)] = None
    references: Annotated[tuple[str, ...], BeforeValidator(_ids)] = ()

    @property
    def arxiv(self) -> str | None:
        return self.external.get("arxiv")

    @property
    def doi(self) -> str | None:
        return self.external.get("doi")


class ContextAnswer(BaseModel):
    """One citing sentence with its intents."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: Annotated[str, BeforeValidator(clean_text), Field(alias="context")]
    intents: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()


def _contexts(value: object) -> tuple[ContextAnswer, ...]:
    rows = value if isinstance(value, list) else []
    found: dict[str, ContextAnswer] = {}
    for row in rows[: CONTEXT_LIMIT * 5]:
        try:
            read = ContextAnswer.model_validate(row)
        except ValidationError:
            continue
        # Seen in 2023: `intent` for `intents`.
        if not read.intents and isinstance(row, dict) and "intent" in row:
            read = read.model_copy(update={"intents": _words(row["intent"])})
        found.setdefault(read.text, read)
    return tuple(found.values())[:CONTEXT_LIMIT]


class EdgeAnswer(BaseModel):
    """A citation without its citing paper."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    with_intent: Annotated[
        tuple[ContextAnswer, ...], BeforeValidator(_contexts), Field(alias="contextsWithIntent")
    ] = ()
    plain: Annotated[tuple[str, ...], BeforeValidator(_texts), Field(alias="contexts")] = ()
    intents: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    influential: Annotated[bool, BeforeValidator(_flag), Field(alias="isInfluential")] = False


@dataclass(frozen=True, slots=True)
class CitationAnswer:
    """One row of a list of citations."""

    citing: PaperAnswer
    contexts: tuple[tuple[str, tuple[str, ...]], ...]
    """Citing sentences, each with its intents, in the order of the service."""
    intents: tuple[str, ...]
    """Intents of the citation as a whole that none of its sentences has."""
    influential: bool


def read_paper(raw: object) -> PaperAnswer | None:
    """The paper in a JSON object, or None when it has no id."""
    try:
        return PaperAnswer.model_validate(raw)
    except ValidationError:
        return None


def read_citation(raw: dict[str, Any]) -> CitationAnswer | None:
    """The citation in a row of /citations, or None when its citing paper has no id."""
    citing = read_paper(raw.get("citingPaper"))
    if citing is None:
        return None
    edge = EdgeAnswer.model_validate(raw)
    contexts = {one.text: one.intents for one in edge.with_intent}
    for text in edge.plain:
        contexts.setdefault(text, ())
    own = {intent for intents in contexts.values() for intent in intents}
    return CitationAnswer(
        citing,
        tuple(contexts.items())[:CONTEXT_LIMIT],
        tuple(intent for intent in edge.intents if intent not in own),
        edge.influential,
    )


def unresolved_name(raw: dict[str, Any]) -> str:
    """What tells one citation without an id from another: its title, or `""`."""
    citing = raw.get("citingPaper")
    return _title(citing.get("title")) if isinstance(citing, dict) else ""


def read_embedding(raw: object) -> tuple[str, list[float]] | None:
    """Model and vector of a paper's embedding, or None."""
    embedding = raw.get("embedding") if isinstance(raw, dict) else None
    if not isinstance(embedding, dict):
        return None
    vector, model = embedding.get("vector"), embedding.get("model")
    if not isinstance(vector, list) or not isinstance(model, str) or not 0 < len(vector) <= 4096:
        return None
    numbers = [float(one) for one in vector if isinstance(one, int | float) and not isinstance(one, bool)]
    return (model, numbers) if len(numbers) == len(vector) else None


def unsupported_fields(words: str, fields: Iterable[str]) -> list[str]:
    """Which of these fields an error says that the service does not know.

    >>> unsupported_fields("Unrecognized or unsupported fields: [tldr, colour]", ["title", "tldr"])
    ['tldr']
    >>> unsupported_fields("Invalid field 'tldr'", ["title", "tldr"]), unsupported_fields("tldr", ["title", "tldr"])
    (['tldr'], [])
    """
    if match := re.search(r"unsupported fields: \[([^\]]*)\]", words):
        named = {name.strip() for name in match[1].split(",")}
    else:
        # In other words: those that its first sentence names; a second one may name the fields that are known.
        first = re.split(r"[.;]\s", words)[0]
        named = set(re.findall(r"[\w.]*\w", first)) if re.search(r"\bfields?\b", first, re.I) else set()
    return [name for name in fields if name in named or name.partition(".")[0] in named]
