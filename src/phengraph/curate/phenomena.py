"""One phenomenon's file: its head, its claims, their evidence, and notes on the source list."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from phengraph.curate.forms import ClaimBlock, ConditionsForm, EvidenceForm, NoteForm, NotesBlock, PhenomenonHead
from phengraph.curate.markdown import Block, Parts, Section, split_phenomenon
from phengraph.curate.register import Register
from phengraph.curate.source import SourceFile
from phengraph.curate.wording import read_form
from phengraph.curate.yamltext import YamlText, read_yaml
from phengraph.identifiers import is_slug, make_slug
from phengraph.model import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Note,
    Phenomenon,
    Review,
    Source,
    Strength,
)
from phengraph.problems import Problem, Severity


@dataclass(slots=True)
class PhenomenonEntries:
    """What one file says, in its order."""

    phenomenon: Phenomenon | None = None
    claims: list[Claim] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def read_phenomenon(source: SourceFile, register: Register, problems: list[Problem]) -> PhenomenonEntries:
    """Read a phenomenon's file; the slug is the file's name.

    A block with a problem in its form is left out whole; the file's other blocks are returned.
    """
    return _PhenomenonReader(source, register, problems).read()


class _PhenomenonReader:
    def __init__(self, source: SourceFile, register: Register, problems: list[Problem]) -> None:
        self._source = source
        self._path = source.path
        self._slug = PurePosixPath(source.path).stem
        self._register = register
        self._problems = problems
        self._entries = PhenomenonEntries()

    def read(self) -> PhenomenonEntries:
        if not is_slug(self._slug):
            mend = f"name it {make_slug(self._slug) or 'some-words'}.md: lower-case words joined by hyphens"
            self._tell((0, 0), f"the file name '{self._slug}' is no slug", mend)
        parts = split_phenomenon(self._source, self._problems)
        if parts.head:
            self._read_head(parts, parts.head)
        for section in parts.sections:
            self._read_section(section)
        return self._entries

    def _tell(self, place: tuple[int, int], message: str, mend: str) -> None:
        self._problems.append(Problem(self._path, *place, Severity.ERROR, message, mend))

    def _yaml(self, block: Block) -> YamlText | None:
        return read_yaml(block.text, self._path, self._problems, first_line=block.fence_line + 1, indent=block.indent)

    def _read_head(self, parts: Parts, block: Block) -> None:
        yaml = self._yaml(block)
        head = read_form(PhenomenonHead, yaml, self._path, self._problems, what="the head") if yaml else None
        if head is None or yaml is None:
            return
        self._refer("topic", head.topic, yaml, ("topic",))
        for kind, key, names in (("model", "seen-in", head.seen_in), ("paper", "list-cites", head.list_cites)):
            for position, name in enumerate(names):
                self._refer(kind, name, yaml, (key, position))
                if name in names[:position]:
                    self._tell(yaml.place_of((key, position)), f"'{name}' stands in '{key}' twice", "remove one")
        self._entries.phenomenon = Phenomenon(
            slug=self._slug,
            label=head.label,
            label_zh=head.label_zh,
            topic=head.topic,
            list_number=head.list_number,
            seen_in=tuple(head.seen_in),
            listed_papers=tuple(head.list_cites),
            description=parts.description,
            figures=parts.figures,
            source=Source(self._path, 1),
        )

    def _refer(self, kind: str, name: str, yaml: YamlText, location: tuple[int | str, ...]) -> None:
        where = {"paper": "graph/papers.bib", "model": "graph/models.yaml", "topic": "graph/topics.yaml"}[kind]
        self._register.refer(kind, name, self._path, yaml.place_of(location), where)

    def _read_section(self, section: Section) -> None:
        if section.block is None:
            return
        yaml = self._yaml(section.block)
        if yaml is None:
            return
        if isinstance(yaml.value, dict) and "notes" in yaml.value and "claim" not in yaml.value:
            notes = read_form(NotesBlock, yaml, self._path, self._problems, what="the block")
            for position, form in enumerate(notes.notes if notes else ()):
                note = make_note(form, self._slug, Source(self._path, yaml.place_of(("notes", position))[0]))
                column = yaml.place_of(("notes", position))[1]
                if take_note(self._register, note, column):
                    self._entries.notes.append(note)
            return
        if not section.prose:
            mend = "write the claim as one sentence between the heading and the block"
            self._tell((section.line, 1), "a claim without text", mend)
        block = read_form(ClaimBlock, yaml, self._path, self._problems, what="the block")
        if block is not None:
            self._read_claim(section, block, yaml)

    def _read_claim(self, section: Section, block: ClaimBlock, yaml: YamlText) -> None:
        claim = Claim(
            slug=block.claim,
            phenomenon=self._slug,
            label=section.heading,
            text=section.prose,
            origin=block.origin,
            as_of=block.as_of,
            source=Source(self._path, section.line),
        )
        line, column = yaml.place_of(("claim",))
        named = Source(self._path, line)
        what = f"the claim slug '{claim.slug}' is taken"
        new = self._register.take("claim", claim.slug, named, column, what=what, mend="choose another slug")
        if claim.text and new:
            words = " ".join(claim.text.casefold().split())
            mend = "add the evidence to the first, or say what differs"
            self._register.take("claim text", words, claim.source, 1, what="the same text as a claim", mend=mend)
        if new:
            self._entries.claims.append(claim)
        for position, form in enumerate(block.evidence):
            self._read_evidence(block.claim, form, yaml, position)

    def _read_evidence(self, claim: str, form: EvidenceForm, yaml: YamlText, position: int) -> None:
        location = ("evidence", position)
        line, column = yaml.place_of(location)
        evidence = make_evidence(claim, form, Source(self._path, line))
        self._refer("paper", evidence.paper, yaml, (*location, str(evidence.stance)))
        for index, model in enumerate(evidence.conditions.models):
            self._refer("model", model, yaml, (*location, "conditions", "models", index))
        words = "\x00".join([claim, evidence.paper, evidence.stance, " ".join(evidence.finding.casefold().split())])
        what = f"the same evidence of '{evidence.paper}' twice"
        if not self._register.take("evidence words", words, evidence.source, column, what=what, mend="remove one"):
            return
        what = f"the evidence name '{evidence.name}' is taken"
        mend = "give this one an `id:` of its own"
        if self._register.take("evidence", evidence.name, evidence.source, column, what=what, mend=mend):
            self._entries.evidence.append(evidence)


def make_evidence(claim: str, form: EvidenceForm, source: Source) -> Evidence:
    """The evidence that a form says, with what it leaves out filled in.

    From recall, confidence is medium and the review proposed; else high and accepted.
    """
    checked = Checked(form.checked)
    confidence = form.confidence or default_confidence(checked)
    review = form.review or default_review(checked)
    return Evidence(
        name=form.id or default_name(claim, form.paper),
        claim=claim,
        paper=form.paper,
        stance=form.stance,
        finding=form.finding,
        locator=form.locator,
        conditions=make_conditions(form.conditions),
        strength=Strength(form.strength),
        checked=checked,
        confidence=Confidence(confidence),
        review=Review(review),
        origin=form.origin,
        quote=form.quote,
        read_in=form.read_in,
        source=source,
    )


def default_name(claim: str, paper: str) -> str:
    """The name of an evidence that has no `id:`."""
    return f"{claim}.{paper}"


def default_confidence(checked: Checked) -> Confidence:
    """Medium from recall, else high."""
    return Confidence.MEDIUM if checked is Checked.RECALL else Confidence.HIGH


def default_review(checked: Checked) -> Review:
    """Proposed from recall, since nobody re-read it; else accepted."""
    return Review.PROPOSED if checked is Checked.RECALL else Review.ACCEPTED


def make_conditions(form: ConditionsForm | None) -> Conditions:
    """The conditions that a form says; empty ones for None."""
    if form is None:
        return Conditions()
    return Conditions(
        parameters=form.parameters,
        tokens=form.tokens,
        compute=form.compute,
        models=tuple(form.models),
        datasets=tuple(form.datasets),
        metric=form.metric,
        note=form.note,
    )


def make_note(form: NoteForm, about: str, source: Source) -> Note:
    """The note that a form says; `about` is a phenomenon's slug or `""` for the whole list."""
    return Note(
        slug=form.id,
        about=about,
        list_says=form.list_says,
        fact=form.fact,
        checked_with=form.checked_with,
        confidence=Confidence(form.confidence),
        source=source,
    )


def take_note(register: Register, note: Note, column: int) -> bool:
    """Take a note's slug; False, with a problem, when another note has it."""
    what = f"the note id '{note.slug}' is taken"
    return register.take("note", note.slug, note.source, column, what=what, mend="choose another")
