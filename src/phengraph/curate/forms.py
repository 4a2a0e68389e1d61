"""The form of what people write in YAML: one Pydantic model for each kind of block.

`extra="forbid"`: a misspelt key is an error and never silently ignored. The models see text only, with hyphens in the
keys as people write them; `wording` turns Pydantic's errors into problems in a contributor's words, at the place of
the key or the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from phengraph.curate.scales import parse_range
from phengraph.identifiers import is_key, is_slug, make_slug, safe_url
from phengraph.model import Checked, Confidence, Range, Review, Stance, Strength
from phengraph.problems import nearest


def problem(message: str, mend: str = "") -> PydanticCustomError:
    """An error of a validator: what is wrong and what would be right, apart."""
    return PydanticCustomError("phengraph", "{message}", {"message": message, "mend": mend})


def _text(value: str) -> str:
    if not value.strip():
        raise problem("has no text", "write it")
    return value.strip()


def _line(value: str) -> str:
    stripped = _text(value)
    if "\n" in stripped:
        raise problem("has a line break", "write it on one line")
    return stripped


def _slug(value: str) -> str:
    if not is_slug(value):
        slug = make_slug(value)
        mend = f"write '{slug}'" if slug else "use lower-case words of a-z and 0-9, joined by single hyphens"
        raise problem(f"'{value}' is no slug", mend)
    return value


def _key(value: str) -> str:
    if not is_key(value):
        raise problem(f"'{value}' is no key", "use letters, digits and _ . : + -, as in smith2020title")
    return value


def _scale(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return parse_range(value)
    except ValueError as error:
        message, _, mend = str(error).partition("; ")
        raise problem(message, mend) from error


def _quote(value: str) -> str:
    if re.search(r"\.\s?\.\s?\.|…", value):
        raise problem("a quote with an ellipsis", "quote words that stand together in the paper")
    return value


def _year(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"(?:19|20)\d\d", value):
            raise problem(f"'{value}' is no year", "write four digits, as in 2023")
        return int(value)
    return value


def _date(value: str) -> str:
    if not re.fullmatch(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?", value):
        raise problem(f"'{value}' is no date", "write 2023, 2023-08 or 2023-08-13")
    return value


def _url(value: str) -> str:
    if safe_url(value) is None:
        raise problem(f"'{value[:60]}' is no http or https URL", "give the whole URL")
    return value


def _one_of(known: tuple[str, ...]) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in known:
            suggestion = nearest(value.casefold(), known)
            mend = f"did you mean '{suggestion}'?" if suggestion else f"write {' | '.join(known)}"
            raise problem(f"unknown value '{value}'", mend)
        return value

    return check


def _empty_list(value: Any) -> Any:
    return [] if value is None else value


ORIGINS = ("list", "cited-paper")
ASPECTS = ("how", "what")
PLACEMENTS = ("pre-norm", "post-norm", "sandwich", "output", "undisclosed")
STANCES = tuple(stance.value for stance in Stance)

Text = Annotated[str, AfterValidator(_text)]
Line = Annotated[str, AfterValidator(_line)]
Slug = Annotated[str, AfterValidator(_slug)]
Key = Annotated[str, AfterValidator(_key)]
Quote = Annotated[str, AfterValidator(_text), AfterValidator(_quote)]
Date = Annotated[str, AfterValidator(_date)]
Url = Annotated[str, AfterValidator(_url)]
Scale = Annotated[Range, BeforeValidator(_scale)]
Year = Annotated[int, BeforeValidator(_year)]
Origin = Annotated[str, AfterValidator(_one_of(ORIGINS))]
Aspect = Annotated[str, AfterValidator(_one_of(ASPECTS))]
Placement = Annotated[str, AfterValidator(_one_of(PLACEMENTS))]
StrengthWord = Annotated[str, AfterValidator(_one_of(tuple(Strength)))]
CheckedWord = Annotated[str, AfterValidator(_one_of(tuple(Checked)))]
ConfidenceWord = Annotated[str, AfterValidator(_one_of(tuple(Confidence)))]
ReviewWord = Annotated[str, AfterValidator(_one_of(tuple(Review)))]
Keys = Annotated[list[Key], BeforeValidator(_empty_list)]


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


class Form(BaseModel):
    """Text of a block, checked; the attribute `label_zh` is the key `label-zh`."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_hyphens, arbitrary_types_allowed=True)


class PhenomenonHead(Form):
    label: Line
    label_zh: Line | None = None
    topic: Slug
    list_number: Line | None = None
    seen_in: Keys = []
    list_cites: Keys = []


class ConditionsForm(Form):
    parameters: Scale | None = None
    tokens: Scale | None = None
    compute: Scale | None = None
    models: Keys = []
    datasets: Annotated[list[Line], BeforeValidator(_empty_list)] = []
    metric: Line | None = None
    note: Text | None = None


class EvidenceForm(Form):
    supports: Key | None = None
    contradicts: Key | None = None
    qualifies: Key | None = None
    inconclusive: Key | None = None
    finding: Text
    locator: Line | None = None
    conditions: ConditionsForm | None = None
    strength: StrengthWord = Strength.MODERATE
    checked: CheckedWord
    confidence: ConfidenceWord | None = None
    review: ReviewWord | None = None
    origin: Origin | None = None
    quote: Quote | None = None
    read_in: Text | None = None
    id: Key | None = None

    @model_validator(mode="after")
    def _one_stance(self) -> EvidenceForm:
        stances = [stance for stance in STANCES if getattr(self, stance) is not None]
        if not stances:
            raise problem("evidence without a stance", f"begin it with {', '.join(STANCES[:-1])} or {STANCES[-1]}")
        if len(stances) > 1:
            both = f"{stances[0]}, {stances[1]}"
            raise problem(f"evidence with two stances ({both})", "keep one, or write a row for each")
        if self.checked == Checked.RECALL and self.review == Review.ACCEPTED:
            raise problem("evidence from recall cannot be accepted", "re-read the paper, and say what in 'checked'")
        return self

    @property
    def stance(self) -> Stance:
        return next(stance for stance in Stance if getattr(self, stance) is not None)

    @property
    def paper(self) -> str:
        return str(getattr(self, self.stance))


class ClaimBlock(Form):
    claim: Slug
    origin: Origin | None = None
    as_of: Date | None = None
    evidence: Annotated[list[EvidenceForm], BeforeValidator(_empty_list)] = []


class NoteForm(Form):
    id: Slug
    list_says: Text
    fact: Text
    checked_with: Text
    confidence: ConfidenceWord = Confidence.HIGH


class NotesBlock(Form):
    notes: list[NoteForm]


class SourceListForm(Form):
    title: Line
    repository: Url
    commit: Line | None = None
    date: Date | None = None
    credit: Text | None = None


class TopicForm(Form):
    slug: Slug
    label: Line
    label_zh: Line | None = None
    aspect: Aspect | None = None
    number: Line | None = None


class TopicsFile(Form):
    source_list: SourceListForm | None = Field(None, alias="list")
    topics: list[TopicForm]
    notes: Annotated[list[NoteForm], BeforeValidator(_empty_list)] = []


class ModelForm(Form):
    label: Line
    organisation: Line | None = None
    parameters: Line | None = None
    scale: Scale | None = Field(None, alias="range")
    year: Year | None = None
    normalization: Line | None = None
    placement: Placement | None = None
    paper: Key | None = None
    checked_with: Text | None = None
    confidence: ConfidenceWord = Confidence.HIGH
    note: Text | None = None


class ModelsFile(Form):
    models: dict[Key, ModelForm]
