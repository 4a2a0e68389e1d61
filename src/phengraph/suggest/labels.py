"""Labelled papers, to measure how good suggestions are: a JSON object a line (docs/suggestions.md has the format).

{"claim": {"text": "Widgets double every year."}, "paper": {"id": "a", "title": "...", "abstract": "..."},
 "cited": "alpha2020", "contexts": ["Contrary to [3], widgets halve."], "relevant": true, "reads": "contrast"}
{"paper": {"id": "b", "title": "A paper that is ranked for every claim, and relevant for none"}}
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from phengraph.problems import PhengraphError

LINE_BYTES = 2_000_000
Reading = Literal["contrast", "confirmation", "neither"]


class LabelsError(PhengraphError):
    """A file of labels cannot be used; `.place` is its file and line."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledClaim(_Form):
    """A claim of another collection."""

    text: Annotated[str, Field(min_length=1)]
    label: str = ""
    phenomenon: str = ""
    """Its topic in a few words."""


class LabelledPaper(_Form):
    id: Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]
    title: str = ""
    abstract: str | None = None
    tldr: str | None = None


class LabelledContext(_Form):
    text: str
    intents: tuple[str, ...] = ()


def _context(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Label(_Form):
    """One line: what a person said of one paper, and of its citing sentences."""

    claim: str | LabelledClaim | None = None
    """Slug of a claim of the project, or a claim in full; None for a paper that is ranked for every claim."""
    paper: LabelledPaper | None = None
    cited: str = ""
    """What groups the labels: the cited paper, by any name."""
    contexts: tuple[Annotated[LabelledContext, BeforeValidator(_context)], ...] = ()
    influential: bool = False
    relevant: bool | Annotated[int, Field(ge=0, le=3)] | None = None
    """Whether the paper bears on the claim; 0 to 3 where it is graded."""
    reads: Reading | None = None
    """How its citing sentences read."""

    @model_validator(mode="after")
    def _says_something(self) -> Label:
        if self.paper is None and not self.contexts:
            raise ValueError("needs a paper, or contexts")
        if self.claim is not None and self.paper is None:
            raise ValueError("a claim needs its paper")
        if self.relevant is not None and self.claim is None:
            raise ValueError("'relevant' needs a claim")
        if self.claim is not None and self.relevant is None and self.reads is None:
            raise ValueError("needs 'relevant' or 'reads'")
        if self.reads is not None and not self.contexts:
            raise ValueError("'reads' needs contexts")
        return self

    @property
    def gain(self) -> int | None:
        """The grade: 0 not relevant, 1 to 3 relevant; None when nobody said."""
        return None if self.relevant is None else int(self.relevant)


@dataclass(frozen=True, slots=True)
class Labels:
    """A file of labels."""

    name: str
    rows: tuple[Label, ...]


def read_labels(path: Path) -> Labels:
    """Read a file of labels.

    Raises:
        LabelsError: a line is no label; the first one is told, with its line and what would be right.
    """
    rows = []
    try:
        with path.open("rb") as opened:
            for number, line in enumerate(opened, 1):
                if line.strip():
                    rows.append(_read(line, f"{path.name}:{number}"))
    except OSError as error:
        raise LabelsError(path.name, f"cannot be read: {error.strerror}") from error
    if not rows:
        raise LabelsError(path.name, "has no label; write one JSON object a line")
    return Labels(path.name, tuple(rows))


def _read(line: bytes, place: str) -> Label:
    if len(line) > LINE_BYTES:
        raise LabelsError(place, f"a line of {len(line):,} bytes; no label is longer than {LINE_BYTES:,}")
    try:
        return Label.model_validate(json.loads(line))
    except ValidationError as error:
        one = error.errors()[0]
        where = ".".join(str(part) for part in one["loc"])
        message = one["msg"].removeprefix("Value error, ")
        raise LabelsError(place, f"{where}: {message}" if where else message) from error
    except (ValueError, RecursionError) as error:
        raise LabelsError(place, "no JSON object; write one label a line") from error
