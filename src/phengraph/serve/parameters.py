"""What may be asked of a list: its filters, its order, its page. One model a list; its text is its documentation.

An unknown parameter is refused with the nearest name, as a misspelt one would silently show everything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phengraph.model import Checked, Review, Stance, Status, Strength
from phengraph.problems import nearest

MAX_LIMIT = 1000
Words = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(max_length=200)]


class WrongParameters(Exception):
    """Parameters that a list does not know or cannot read; `.errors` has each with what would be right.

    `.unknown` is True when each of them is well formed and names an entry that is not there.
    """

    def __init__(self, errors: Sequence[Mapping[str, str]], *, unknown: bool = False) -> None:
        super().__init__("; ".join(f"{error['parameter']}: {error['message']}" for error in errors))
        self.errors = list(errors)
        self.unknown = unknown


class Paging(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100
    """How many rows at most."""
    offset: Annotated[int, Field(ge=0, le=100_000_000)] = 0
    """How many rows to pass over."""


class TopicParameters(Paging):
    aspect: Literal["how", "what"] | None = None
    """Only how large models are made, or what they do."""


class PhenomenonParameters(Paging):
    topic: Name | None = None
    """Slug of a topic."""
    aspect: Literal["how", "what"] | None = None
    """Only how large models are made, or what they do."""
    model: Name | None = None
    """Key of a model in which it is seen."""
    q: Words | None = None
    """Words, all of which stand in its label or description; accents and case do not matter."""


class ClaimParameters(Paging):
    status: tuple[Status, ...] = ()
    """Any of these statuses; again for alternatives."""
    topic: Name | None = None
    """Slug of a topic."""
    phenomenon: Name | None = None
    """Slug of a phenomenon."""
    paper: Name | None = None
    """Key of a paper that has evidence for or against it."""
    model: Name | None = None
    """Key of a model on which a finding about it was made."""
    q: Words | None = None
    """Words, all of which stand in its sentence, its phenomenon or its findings; accents and case do not matter."""
    sort: Literal["list", "divided", "support", "-support", "citations", "newest", "label"] = "list"
    """`list` is the house's order, `divided` the most divided first, `support` the least supported first, `newest` the
    newest evidence first."""


class EvidenceParameters(Paging):
    claim: Name | None = None
    """Slug of a claim."""
    phenomenon: Name | None = None
    """Slug of a phenomenon."""
    paper: Name | None = None
    """Key of a paper."""
    model: Name | None = None
    """Key of a model it was tested on."""
    stance: tuple[Stance, ...] = ()
    """Any of these stances; again for alternatives."""
    strength: tuple[Strength, ...] = ()
    """Any of these strengths; again for alternatives."""
    review: tuple[Review, ...] = ()
    """Any of these states of review; again for alternatives."""
    checked: tuple[Checked, ...] = ()
    """What the curator read; again for alternatives."""
    q: Words | None = None
    """Words, all of which stand in the finding, its quote or its conditions."""
    sort: Literal["list", "newest"] = "list"
    """`list` is the house's order, `newest` the latest committed first."""


class PaperParameters(Paging):
    claim: Name | None = None
    """Slug of a claim for or against which it has evidence."""
    phenomenon: Name | None = None
    """Slug of a phenomenon whose claims it speaks about, or for which the source list cites it."""
    author: Name | None = None
    """Slug of an author's name, `jared-kaplan`."""
    from_year: Annotated[int, Field(ge=0, le=9999)] | None = None
    """First public version in this year or later."""
    to_year: Annotated[int, Field(ge=0, le=9999)] | None = None
    """First public version in this year or earlier."""
    q: Words | None = None
    """Words, all of which stand in its title, authors, venue or identifiers."""
    sort: Literal["key", "title", "year", "-year", "citations"] = "key"
    """`-year` is the newest first, `citations` the most cited first."""


class ModelParameters(Paging):
    organisation: Name | None = None
    """Who made it, in any case of letters."""
    norm_placement: Name | None = None
    """`pre-norm`, `post-norm`, ..."""
    q: Words | None = None
    """Words, all of which stand in its name, organisation or normalization."""
    sort: Literal["key", "label", "year", "-year"] = "key"
    """`-year` is the newest first."""


class NoteParameters(Paging):
    phenomenon: Name | None = None
    """Slug of a phenomenon."""
    q: Words | None = None
    """Words, all of which stand in what the list says or what is true."""


class CitationParameters(Paging):
    influential: bool | None = None
    """Only those that Semantic Scholar calls influential, or only the others."""
    since: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    """First seen on this day or later, YYYY-MM-DD."""
    sentences: bool | None = None
    """Only those with at least one sentence, or only those without."""


class SearchParameters(Paging):
    q: Annotated[str, Field(min_length=1, max_length=300)]
    """Words, all of which must stand somewhere in an entry; accents and case do not matter."""
    kind: tuple[Literal["topic", "phenomenon", "claim", "evidence", "paper", "model"], ...] = ()
    """Only entries of these kinds; again for alternatives."""


P = TypeVar("P", bound=Paging)


def read_parameters(shape: type[P], pairs: Sequence[tuple[str, str]]) -> P:
    """The parameters of a query string.

    Args:
        shape: the model of the list.
        pairs: names and values in the order in which they were given.

    Raises:
        WrongParameters: a name is unknown, a single parameter is given twice, or a value cannot be read.
    """
    fields = shape.model_fields
    values: dict[str, Any] = {}
    errors = []
    for name, value in pairs:
        if name not in fields:
            suggestion = nearest(name, fields)
            mend = f"did you mean '{suggestion}'?" if suggestion else f"known are {', '.join(sorted(fields))}"
            errors.append({"parameter": name, "message": f"unknown parameter; {mend}"})
        elif get_origin(fields[name].annotation) is tuple:
            values.setdefault(name, []).append(value)
        elif name in values:
            errors.append({"parameter": name, "message": "given twice; give it once"})
        else:
            values[name] = value
    try:
        read = shape.model_validate(values)
    except ValidationError as error:
        raise WrongParameters([*errors, *(_describe(fields, one) for one in error.errors())]) from error
    if errors:
        raise WrongParameters(errors)
    return read


def _describe(fields: Mapping[str, Any], error: Any) -> dict[str, str]:
    name = str(error["loc"][0])
    message = str(error["msg"])
    if error["type"] == "missing":
        message = "missing; give it"
    elif error["type"] in ("enum", "literal_error"):
        choices = _choices(fields[name].annotation)
        message = f"'{str(error['input'])[:60]}' is none of {', '.join(choices)}"
        suggestion = nearest(str(error["input"])[:60], choices)
        message += f"; did you mean '{suggestion}'?" if suggestion else ""
    elif error["type"] == "string_pattern_mismatch":
        message = f"'{str(error['input'])[:60]}' is no date; write YYYY-MM-DD"
    return {"parameter": name, "message": message}


def _choices(annotation: Any) -> list[str]:
    """The words of an enumeration or a Literal, wherever it stands in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, str):
        return [str(member) for member in getattr(annotation, "__members__", {}).values()]
    if get_origin(annotation) is Literal:
        return [str(one) for one in get_args(annotation)]
    return [word for part in get_args(annotation) for word in _choices(part)]
