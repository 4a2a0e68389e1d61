"""The JSON of the server: what each entry looks like to a program, and the source of its OpenAPI description.

Names are those of the CSV tables and of the Python values: one word for one thing everywhere. A list is an array, a
missing value is null, and nothing is left out, so that a program can rely on every key.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from phengraph.model import Checked, Confidence, Review, Stance, Status, Strength


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Place(Shape):
    """Where an entry is written."""

    file: str
    """Path relative to the project."""
    line: int
    """Counted from 1."""
    edit: str | None
    """Where it can be edited in the browser; null when the project names no repository."""


class TopicRow(Shape):
    slug: str
    iri: str
    label: str
    label_zh: str | None
    aspect: str | None
    """`how` (how large models are made) or `what` (what they do), as the source list divides."""
    number: str | None
    """The source list's number within its aspect."""
    phenomena: tuple[str, ...]
    """Slugs."""


class FigureShape(Shape):
    url: str
    caption: str


class PhenomenonRow(Shape):
    slug: str
    iri: str
    label: str
    label_zh: str | None
    topic: str
    topic_label: str | None
    aspect: str | None
    list_number: str | None
    """Its number in the source list, such as `How 1.2`."""
    description: str
    """Markdown, with TeX maths between dollar signs."""
    seen_in: tuple[str, ...]
    """Keys of models."""
    listed_papers: tuple[str, ...]
    """Keys of the papers that the source list cites for it."""
    claims: tuple[str, ...]
    """Slugs."""
    figures: tuple[FigureShape, ...]
    place: Place


class ClaimRow(Shape):
    slug: str
    iri: str
    phenomenon: str
    phenomenon_label: str | None
    topic: str | None
    label: str
    text: str
    """Markdown: the claim in full."""
    status: Status | None
    reason: str | None
    """One sentence with the numbers in it."""
    rule: str | None
    """Version of the rule that gave the status."""
    flags: tuple[str, ...]
    support_share: float | None
    """(S + 0.5) / (S + C + 1) of the summed weights: a sort key, not a probability."""
    support_weight: float | None
    contradict_weight: float | None
    supporting_teams: int | None
    contradicting_teams: int | None
    qualifying_teams: int | None
    supports: int
    """Accepted findings that support it; likewise the next three."""
    contradicts: int
    qualifies: int
    inconclusive: int
    proposed: int
    """Findings that nobody has re-read; they count in no status."""
    citations: int | None
    """Citations of its papers together, by their latest counts; null when nothing was counted."""
    origin: str | None
    """`list` when the source list states it, `cited-paper` when only a paper it cites does."""
    as_of: str | None
    """A date when it speaks of the state of knowledge at that time."""
    place: Place


class EvidenceRow(Shape):
    name: str
    iri: str
    claim: str
    phenomenon: str | None
    paper: str
    stance: Stance
    strength: Strength
    review: Review
    checked: Checked
    """What the curator read of the paper."""
    confidence: Confidence
    finding: str
    locator: str | None
    quote: str | None
    """Verbatim words of the paper."""
    min_parameters: float | None
    """Scales on which the finding was made; null is an open end, or nothing stated when both ends are null."""
    max_parameters: float | None
    min_tokens: float | None
    max_tokens: float | None
    min_compute: float | None
    """FLOPs."""
    max_compute: float | None
    models: tuple[str, ...]
    """Keys of models it was tested on."""
    datasets: tuple[str, ...]
    metric: str | None
    note: str | None
    read_in: str | None
    """Where it was read, when not in the paper itself."""
    origin: str | None
    added: str | None
    """When its line was committed, UTC; null where git does not know."""
    place: Place


class PaperRow(Shape):
    key: str
    iri: str
    title: str
    authors: tuple[str, ...]
    """Display names in order."""
    authors_complete: bool
    """False when the list ends in `et al.`."""
    year: int | None
    month: int | None
    venue: str | None
    type: str
    """The BibTeX entry type."""
    arxiv: str | None
    doi: str | None
    openreview: str | None
    corpus_id: int | None
    url: str | None
    link: str | None
    """Where a reader finds it."""
    note: str | None
    supports: int
    """Accepted findings of the paper that support a claim; likewise the next three."""
    contradicts: int
    qualifies: int
    inconclusive: int
    citations: int | None
    """The latest count of Semantic Scholar."""
    influential_citations: int | None
    counted_on: str | None
    checks: dict[str, str]
    """How the record itself was checked."""
    place: Place


class CountShape(Shape):
    date: str
    citations: int
    influential_citations: int


class ModelRow(Shape):
    key: str
    iri: str
    label: str
    organisation: str | None
    parameters: str | None
    """As people write it: `7B, 13B`."""
    min_parameters: float | None
    max_parameters: float | None
    year: int | None
    normalization: str | None
    norm_placement: str | None
    paper: str | None
    """Key of the paper that introduces it."""
    checked_with: str | None
    confidence: Confidence
    note: str | None
    place: Place


class NoteRow(Shape):
    slug: str
    iri: str
    phenomenon: str | None
    """Slug; null for a note about the list as a whole."""
    list_says: str
    fact: str
    checked_with: str
    confidence: Confidence
    place: Place


class SentenceShape(Shape):
    text: str
    intents: tuple[str, ...]
    """Any of background, methodology, result."""


class CitationRow(Shape):
    iri: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    date: str | None
    venue: str | None
    arxiv: str | None
    doi: str | None
    link: str | None
    """Where a reader finds the citing paper."""
    paper: str | None
    """Key of the citing paper where it is tracked itself."""
    sentences: tuple[SentenceShape, ...]
    influential: bool
    citation_count: int | None
    """Citations of the citing paper itself."""
    seen: str
    """The day on which the citation was first seen, UTC."""
    removed: str | None
    """The day on which Semantic Scholar no longer had it."""


class HitRow(Shape):
    kind: str
    """topic, phenomenon, claim, evidence, paper or model."""
    name: str
    iri: str
    label: str
    text: str
    """Where the words were found, on one line."""
    score: float
    """Higher is nearer; only good for sorting."""


class AuthorShape(Shape):
    """A name of authors, with the papers that have it; people of one name are one here."""

    slug: str
    iri: str
    name: str
    papers: tuple[PaperRow, ...]


class DatasetShape(Shape):
    """A data set by the name that findings give it, with these findings."""

    slug: str
    iri: str
    name: str
    evidence: tuple[EvidenceRow, ...]


class TopicShape(TopicRow):
    """A topic with its phenomena and their claims."""

    phenomenon_rows: tuple[PhenomenonRow, ...]
    claim_rows: tuple[ClaimRow, ...]


class PhenomenonShape(PhenomenonRow):
    """A phenomenon with its claims, and the notes on the source list about it."""

    claim_rows: tuple[ClaimRow, ...]
    notes: tuple[NoteRow, ...]


class ClaimShape(ClaimRow):
    """A claim with its evidence, whatever its review, and the papers behind it."""

    evidence: tuple[EvidenceRow, ...]
    papers: tuple[PaperRow, ...]


class PaperShape(PaperRow):
    """A paper with all it says here, and how often it was cited on which day."""

    evidence: tuple[EvidenceRow, ...]
    counts: tuple[CountShape, ...]
    models: tuple[str, ...]
    """Keys of the models that it introduces."""
    phenomena: tuple[str, ...]
    """Slugs of the phenomena for which the source list cites it."""
    bibtex: str


class ModelShape(ModelRow):
    """A model with the phenomena seen in it and the findings made on it."""

    phenomena: tuple[str, ...]
    evidence: tuple[EvidenceRow, ...]


class EvidenceShape(EvidenceRow):
    """One finding."""


class NoteShape(NoteRow):
    """A known error of the source list, with what is true."""
