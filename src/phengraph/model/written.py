"""What people write: topics, phenomena, claims, evidence, papers, models, and the notes on the source list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where an entry is written: a POSIX path relative to the project and a line, counted from 1."""

    path: str
    line: int


class Stance(StrEnum):
    """What a paper's finding does to a claim."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    QUALIFIES = "qualifies"
    INCONCLUSIVE = "inconclusive"


class Strength(StrEnum):
    """How much one finding weighs: strong .9, moderate .6, weak .3 unless the settings say otherwise."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"


class Checked(StrEnum):
    """What the curator read of the paper to write the finding; `RECALL` means nobody re-read anything."""

    PAPER = "paper"
    FIGURE = "figure"
    ABSTRACT = "abstract"
    EXCERPT = "excerpt"
    CODE = "code"
    SUMMARY = "summary"
    RECALL = "recall"


class Confidence(StrEnum):
    """How sure the curator is of the reading."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Review(StrEnum):
    """Only `ACCEPTED` evidence counts in a status."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETIRED = "retired"


class Status(StrEnum):
    """The label of a claim; the rule is in `status`."""

    OPEN = "open"
    SINGLE_SOURCE = "single source"
    SUPPORTED = "supported"
    CONTESTED = "contested"
    CONDITIONAL = "conditional"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range of a scale; None is an open end, both equal is one value."""

    minimum: float | None
    maximum: float | None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which conditions a finding was made. Scales are plain numbers: parameters, tokens, FLOPs."""

    parameters: Range | None = None
    tokens: Range | None = None
    compute: Range | None = None
    """Training compute in FLOPs."""
    models: tuple[str, ...] = ()
    """Keys of models the finding was tested on."""
    datasets: tuple[str, ...] = ()
    metric: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the source list, linked and never copied."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class Note:
    """A known error of the source list, with what is true and how that was checked."""

    slug: str
    about: str
    """Slug of a phenomenon; `""` for a note about the list as a whole."""
    list_says: str
    fact: str
    checked_with: str
    confidence: Confidence
    source: Source


@dataclass(frozen=True, slots=True)
class SourceList:
    """The list that a project started from, and the state of it that was read."""

    title: str
    repository: str
    """URL."""
    commit: str | None
    date: str | None
    """Of the commit; YYYY-MM-DD or shorter."""
    credit: str | None
    """What is whose, in the curators' words."""
    source: Source


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    label: str
    label_zh: str | None
    aspect: str | None
    """`how` (how large models are made) or `what` (what they do), as the source list divides; None beyond the list."""
    number: str | None
    """The source list's number within its aspect."""
    source: Source


@dataclass(frozen=True, slots=True)
class Phenomenon:
    slug: str
    label: str
    label_zh: str | None
    topic: str
    list_number: str | None
    """`How 1.2`, as in the source list; None for a phenomenon that the list does not have."""
    seen_in: tuple[str, ...]
    """Keys of models."""
    listed_papers: tuple[str, ...]
    """Keys of the papers that the source list itself cites for it."""
    description: str
    """Markdown, with TeX maths between dollar signs."""
    figures: tuple[Figure, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class Claim:
    slug: str
    phenomenon: str
    label: str
    """The heading: a short sentence."""
    text: str
    """Markdown: the claim in full, one falsifiable sentence, possibly with a word of context after it."""
    origin: str | None
    """`list` when the source list states it, `cited-paper` when only a paper it cites does, else None."""
    as_of: str | None
    """A date (`2023-08`) when the claim speaks of the state of knowledge at that time."""
    source: Source


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    """The `id:` people gave it, else `<claim>.<paper>`; unique."""
    claim: str
    paper: str
    stance: Stance
    finding: str
    locator: str | None
    conditions: Conditions
    strength: Strength
    checked: Checked
    confidence: Confidence
    review: Review
    origin: str | None
    """`list` when the source list itself cites the paper for this claim, else None."""
    quote: str | None
    """Verbatim words of the paper, contiguous."""
    read_in: str | None
    """Where the finding was read, when not in the paper itself: a summary, an excerpt, a repository."""
    source: Source


@dataclass(frozen=True, slots=True)
class Paper:
    key: str
    title: str
    authors: tuple[str, ...]
    """Display names in order, `Jared Kaplan`."""
    authors_complete: bool
    """False when the list ends in `and others`."""
    year: int | None
    """Of the first public version."""
    month: int | None
    venue: str | None
    kind: str
    """The BibTeX entry type: article, inproceedings, misc, ..."""
    arxiv: str | None
    doi: str | None
    openreview: str | None
    corpus_id: int | None
    url: str | None
    note: str | None
    checks: Mapping[str, str]
    """How the record itself was checked: `authors`, `venue`, `id`, `verified`, each a short text."""
    source: Source

    @property
    def link(self) -> str | None:
        """Where a reader finds it: arXiv, else DOI, else the URL."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.openreview:
            return f"https://openreview.net/forum?id={self.openreview}"
        return self.url


@dataclass(frozen=True, slots=True)
class Model:
    key: str
    label: str
    organisation: str | None
    parameters: str | None
    """As people write it: `7B, 13B, 33B, 65B`."""
    parameter_range: Range | None
    year: int | None
    normalization: str | None
    """As people write it: `pre-norm, RMSNorm`."""
    norm_placement: str | None
    """`pre-norm`, `post-norm`, `sandwich`, `output`, `undisclosed`: what to group by; None where not known."""
    paper: str | None
    checked_with: str | None
    """Where the normalization was read."""
    confidence: Confidence
    note: str | None
    source: Source


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that people wrote, by slug or key, in the order in which it is shown.

    The order: topics as topics.yaml has them; phenomena by topic, then the list's number, then slug; claims and
    evidence as their file has them; papers and models by key.
    """

    topics: Mapping[str, Topic] = field(default_factory=dict)
    phenomena: Mapping[str, Phenomenon] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    models: Mapping[str, Model] = field(default_factory=dict)
    notes: Mapping[str, Note] = field(default_factory=dict)
    source_list: SourceList | None = None
