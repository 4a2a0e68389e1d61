"""The form of explorer.json: everything that the page knows of the graph.

It is the contract between Python and the page. `src/phengraph/explorer/explorer.schema.json` is its JSON Schema and
`explorer/src/core/contract.ts` the same in TypeScript; tests hold the three together. Entries are named by slug and
key, never by IRI: the IRI is `base`, the kind and the name. `python -m phengraph.export.explorer_form` writes the
schema anew.
"""

from __future__ import annotations

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from phengraph.explorer import SCHEMA_PATH
from phengraph.model import Review, Stance, Status, Strength

FORMAT: Literal["phengraph-explorer/1"] = "phengraph-explorer/1"

Scale = tuple[float | None, float | None]
"""A closed range; null is an open end."""


class Form(BaseModel):
    """Frozen, no unknown names; in JSON the names are in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)


class Topic(Form):
    slug: str
    label: str
    label_zh: str | None
    aspect: str | None
    number: str | None


class Figure(Form):
    url: str
    caption: str


class Phenomenon(Form):
    slug: str
    label: str
    label_zh: str | None
    topic: str
    list_number: str | None
    seen_in: tuple[str, ...]
    listed_papers: tuple[str, ...]
    description: str
    """Markdown with TeX maths."""
    figures: tuple[Figure, ...]
    path: str
    line: int


class StatusRecord(Form):
    status: Status
    rule: str
    reason: str
    supporting_teams: int
    contradicting_teams: int
    qualifying_teams: int
    support_weight: float
    contradict_weight: float
    share: float
    flags: tuple[str, ...]


class Claim(Form):
    slug: str
    phenomenon: str
    label: str
    text: str
    """Markdown with TeX maths."""
    origin: str | None
    as_of: str | None
    path: str
    line: int
    status: StatusRecord


class Conditions(Form):
    parameters: Scale | None
    tokens: Scale | None
    compute: Scale | None
    models: tuple[str, ...]
    datasets: tuple[str, ...]
    metric: str | None
    note: str | None


class Evidence(Form):
    name: str
    claim: str
    paper: str
    stance: Stance
    finding: str
    locator: str | None
    conditions: Conditions
    strength: Strength
    checked: str
    confidence: str
    review: Review
    origin: str | None
    quote: str | None
    read_in: str | None
    added: str | None
    """When its line was committed, UTC; null where git does not know it."""
    path: str
    line: int


class Paper(Form):
    key: str
    title: str
    authors: tuple[str, ...]
    authors_complete: bool
    year: int | None
    month: int | None
    venue: str | None
    kind: str
    arxiv: str | None
    doi: str | None
    openreview: str | None
    corpus_id: int | None
    link: str | None
    note: str | None
    checks: dict[str, str]
    bibtex: str
    counts: tuple[tuple[str, int, int], ...]
    """Date, citations, influential citations, by date."""


class Model(Form):
    key: str
    label: str
    organisation: str | None
    parameters: str | None
    parameter_range: Scale | None
    year: int | None
    normalization: str | None
    norm_placement: str | None
    paper: str | None
    checked_with: str | None
    confidence: str
    note: str | None


class ListNote(Form):
    slug: str
    about: str
    """A phenomenon, or empty for the list as a whole."""
    list_says: str
    fact: str
    checked_with: str
    confidence: str


class CitingPaper(Form):
    id: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    date: str | None
    venue: str | None
    link: str | None
    at: tuple[float, float] | None
    """Where it is drawn; null when all its citations were removed."""


class Context(Form):
    text: str
    intents: tuple[str, ...]


class Citation(Form):
    cited: str
    citing: int | None
    """Place in `citingPapers`; null when the citing paper is tracked."""
    citing_key: str | None
    """Key of a tracked citing paper."""
    contexts: tuple[Context, ...]
    influential: bool
    seen: str
    removed: str | None


class StatusChange(Form):
    date: str
    claim: str
    before: Status | None
    after: Status | None


class History(Form):
    """The commits by which `statusChanges` are told."""

    since: str
    """The first day that was compared."""
    whole: bool
    """False when earlier days were left out, or the clone is shallow."""


class NamedQuery(Form):
    name: str
    title: str
    comment: str
    text: str


class Term(Form):
    name: str
    kind: Literal["class", "property", "individual"]
    label: str
    comment: str


class Rule(Form):
    version: str
    strong: float
    moderate: float
    weak: float
    minority_share: float
    team_author_limit: int


class ExplorerGraph(Form):
    """The whole of explorer.json."""

    format: Literal["phengraph-explorer/1"]
    title: str
    description: str
    base: str
    repository: str | None
    branch: str
    digest: str
    rule: Rule
    prefixes: dict[str, str]
    topics: tuple[Topic, ...]
    phenomena: tuple[Phenomenon, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    papers: tuple[Paper, ...]
    models: tuple[Model, ...]
    notes: tuple[ListNote, ...]
    citing_papers: tuple[CitingPaper, ...]
    citations: tuple[Citation, ...]
    status_changes: tuple[StatusChange, ...]
    """By day; a day is that of commits, in UTC."""
    history: History | None
    """Null outside git: then nothing is known of how statuses moved."""
    queries: tuple[NamedQuery, ...]
    vocabulary: tuple[Term, ...]
    positions: dict[str, tuple[float, float]]
    """Node of the network (`claim/SLUG`, ...) -> x, y; a citing paper has its own under `at`."""


def schema_text() -> str:
    """The JSON Schema as it stands in the package."""
    schema = ExplorerGraph.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "explorer.json"
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_PATH.write_text(schema_text(), encoding="utf-8")
