"""Labels as a project that the ranking can rank: the figures are those of the ranking that people get."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from phengraph.ingest.candidates import Candidate
from phengraph.model import (
    Citation,
    CitingPaper,
    Claim,
    Context,
    Knowledge,
    Paper,
    Phenomenon,
    Source,
)
from phengraph.problems import UnknownName, nearest
from phengraph.quads.citations import TrackedPapers, work_name
from phengraph.settings import SuggestSettings
from phengraph.suggest.labels import Label, LabelledClaim, Labels
from phengraph.suggest.rank import RULE, Ranking

_NOWHERE = Source("labels", 1)
_DAY = "2000-01-01"


@dataclass(frozen=True, slots=True)
class Reading:
    """Citing sentences, and how a person read them."""

    claim: str
    cited: str
    texts: tuple[str, ...]
    truth: str | None
    """`contrast`, `confirmation`, or None for neither."""


@dataclass(slots=True)
class LabelledWorld:
    """Knowledge and records in which some pairs of a claim and a paper are labelled."""

    knowledge: Knowledge
    citations: list[Citation]
    candidates: list[Candidate]
    tracked: TrackedPapers
    rule: str = RULE
    grades: dict[tuple[str, str], int] = field(default_factory=dict)
    """Claim and name of the paper -> 0 not relevant, 1 to 3 relevant."""
    pool: set[str] = field(default_factory=set)
    """Names of papers that are ranked for every claim, and are not relevant where `grades` does not say so."""
    cited: dict[str, str] = field(default_factory=dict)
    """Claim -> the cited paper that its labels are grouped by."""
    readings: list[Reading] = field(default_factory=list)
    _often: dict[tuple[str, str], Counter[str | None]] = field(default_factory=lambda: defaultdict(Counter))

    def judge(self, claim: str, name: str, grade: int, cited: str) -> None:
        """Say whether a paper bears on a claim."""
        self.grades[claim, name] = grade
        self.cited.setdefault(claim, cited)

    def read(self, claim: str, cited: str, texts: Sequence[str], truth: str | None) -> None:
        """Say how citing sentences read."""
        self.readings.append(Reading(claim, cited, tuple(texts), truth))
        self._often[claim, cited][truth] += 1

    def other_reading(self, place: int) -> str | None:
        """The reading that is most frequent among the others of the same claim and cited paper; None without others
        or where they are all neither."""
        one = self.readings[place]
        others = self._often[one.claim, one.cited].copy()
        others[one.truth] -= 1
        rows = sorted((-number, reading) for reading, number in others.items() if number > 0 and reading is not None)
        return rows[0][1] if rows else None

    def forget_evidence(self, pairs: Collection[tuple[str, str]]) -> None:
        """Take out the evidence that labelled papers became: a paper must not help to find itself."""
        papers = {work_name(citation.citing): citation.citing for citation in self.citations}
        gone = set()
        for claim, name in pairs:
            key = self.tracked.key_of(papers[name]) if name in papers else None
            gone |= {(claim, key)} if key is not None else set()
        kept = {name: one for name, one in self.knowledge.evidence.items() if (one.claim, one.paper) not in gone}
        self.knowledge = replace(self.knowledge, evidence=kept)

    def rank(self, settings: SuggestSettings) -> Iterator[tuple[str, list[tuple[float, str, int]]]]:
        """Each labelled claim with score, name and grade of its labelled papers, best first.

        Of equal scores the names decide, which know nothing of relevance.
        """
        graded: dict[str, dict[str, int]] = defaultdict(dict)
        for (claim, name), grade in self.grades.items():
            graded[claim][name] = grade
        pool = dict.fromkeys(sorted(self.pool), 0)
        ranking = Ranking(self.knowledge, self.citations, self.candidates, (), settings, tracked=self.tracked)
        for claim, scores in ranking.scores():
            if claim in graded:
                grades = pool | graded[claim]
                rows = [(scores.get(name, 0.0), name, grade) for name, grade in grades.items()]
                yield claim, sorted(rows, key=lambda row: (-row[0], row[1]))


def build_world(labels: Labels, knowledge: Knowledge) -> LabelledWorld:
    """The world of a file of labels: claims in full, or those of the project by their slug.

    Papers without a claim are ranked for every claim, and are relevant for none.

    Raises:
        UnknownName: a label names a claim that the project does not have.
    """
    claims: dict[str, Claim] = {}
    phenomena: dict[str, Phenomenon] = {}
    evidence_of: dict[str, set[str]] = defaultdict(set)
    slugs: dict[LabelledClaim | str, str] = {}
    places: dict[tuple[str, str], str] = {}
    for row in labels.rows:
        if row.claim is None or row.claim in slugs:
            continue
        slug = f"labelled-{len(slugs) + 1}"
        slugs[row.claim] = slug
        label, text, topic = _texts_of(row.claim, knowledge)
        # Claims on one topic and cited paper are of one phenomenon, as in a project, and are ranked together.
        phenomenon = places.setdefault((topic, row.cited), f"labelled-{len(places) + 1}")
        phenomena[phenomenon] = Phenomenon(phenomenon, topic, None, "", None, (), (), "", (), _NOWHERE)
        claims[slug] = Claim(slug, phenomenon, label, text, None, None, _NOWHERE)
    for row in labels.rows:
        if row.claim is not None and row.contexts:
            evidence_of[claims[slugs[row.claim]].phenomenon].add(_key(row.cited))
    papers = {key: _paper(key) for keys in evidence_of.values() for key in keys}
    phenomena = {slug: replace(one, listed_papers=tuple(sorted(evidence_of[slug]))) for slug, one in phenomena.items()}
    made = Knowledge(phenomena=phenomena, claims=claims, papers=papers)
    world = LabelledWorld(made, [], [], TrackedPapers(made, {}))
    for row in labels.rows:
        _add(world, row, slugs)
    # A paper that several lines name is a candidate once.
    world.candidates = list({(one.phenomenon, one.paper.s2_id): one for one in world.candidates}.values())
    return world


def _add(world: LabelledWorld, row: Label, slugs: dict[LabelledClaim | str, str]) -> None:
    slug = "" if row.claim is None else slugs[row.claim]
    if row.reads is not None:
        truth = None if row.reads == "neither" else row.reads
        world.read(slug, row.cited, [context.text for context in row.contexts], truth)
    if row.paper is None:
        return
    found = row.paper
    title = found.title or (row.contexts[0].text[:80] if row.contexts else found.id)
    # The id is only a name: it may look like one of Semantic Scholar's, or not.
    paper = CitingPaper(f"label:{found.id}", None, title, abstract=found.abstract, tldr=found.tldr)
    name = work_name(paper)
    if row.contexts and slug:
        contexts = tuple(Context(one.text, one.intents) for one in row.contexts)
        world.citations.append(Citation(_key(row.cited), paper, contexts, row.influential, _DAY))
    else:
        wanted = [world.knowledge.claims[slug].phenomenon] if slug else list(world.knowledge.phenomena)
        world.candidates += [Candidate(one, "search", _DAY, None, paper) for one in wanted]
    if slug and row.gain is not None:
        world.judge(slug, name, row.gain, row.cited)
    elif not slug:
        world.pool.add(name)


def _texts_of(claim: LabelledClaim | str, knowledge: Knowledge) -> tuple[str, str, str]:
    """Label, text and phenomenon of a claim."""
    if isinstance(claim, LabelledClaim):
        return claim.label, claim.text, claim.phenomenon
    if claim not in knowledge.claims:
        raise UnknownName("claim", claim, nearest(claim, knowledge.claims))
    known = knowledge.claims[claim]
    return known.label, known.text, knowledge.phenomena[known.phenomenon].label


def _key(cited: str) -> str:
    return f"cited:{cited}"


def _paper(key: str) -> Paper:
    return Paper(
        key=key,
        title="",
        authors=(),
        authors_complete=True,
        year=None,
        month=None,
        venue=None,
        kind="misc",
        arxiv=None,
        doi=None,
        openreview=None,
        corpus_id=None,
        url=None,
        note=None,
        checks={},
        source=_NOWHERE,
    )
