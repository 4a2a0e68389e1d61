"""How good suggestions are on labelled papers: of another collection, or on what this project's curators decided.

Every figure is an average over claims within a cited paper, and then over the cited papers, so that one paper that
everybody cites does not speak for all. Beside the ranking stand two controls on the same labels: BM25 of title and
abstract alone, and an order by chance, which is what a ranker reaches that looks at the claim only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions, standing
from phengraph.ingest.candidates import read_candidates
from phengraph.ingest.records import known_ids, read_citations, read_paper_records
from phengraph.model import Verdict
from phengraph.project import Project
from phengraph.quads.citations import TrackedPapers
from phengraph.settings import SuggestSettings, SuggestWeights
from phengraph.suggest.cues import CONFIRMATION, CONTRAST, FAILED, NEGATION, find_cues
from phengraph.suggest.labelled import LabelledWorld, build_world
from phengraph.suggest.labels import Labels
from phengraph.suggest.metrics import chance_at, interval_of_mean, ndcg_at, precision_at, recall_at
from phengraph.suggest.own import READINGS, works_by_name
from phengraph.suggest.questions import ask_claims
from phengraph.suggest.rank import Ranking
from phengraph.suggest.stance import PHRASES, Measured, guess_of

DEPTHS = (5, 10, 20)
KINDS = {FAILED: "contrast", CONTRAST: "contrast", NEGATION: "contrast", CONFIRMATION: "confirmation"}
"""Which reading each kind of cue would stand for, if one guessed by it."""
Grades = Mapping[str, Mapping[str, list[int]]]
"""Cited paper -> claim -> grades of its labelled papers, in the order of a ranking."""


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Averages of one ranking."""

    precision: dict[int, float]
    """By depth."""
    recall: dict[int, float]
    ndcg: dict[int, float]
    ndcg_interval: dict[int, tuple[float, float]]
    """95 %, by resampling the cited papers."""


@dataclass(frozen=True, slots=True)
class PhraseFigures:
    """How often one phrase, or one kind of cue, was right."""

    reads: str
    measured: Measured
    cited: int
    """Over how many cited papers its cases are spread."""
    control: float | None
    """How often the reading that is most frequent among the other labels of the same claim and cited paper would have
    been right on the same cases, which is to guess without the sentence; None where no case has another label."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured."""

    source: str
    rule: str
    claims: int
    cited: int
    pairs: int
    relevant: int
    rankings: dict[str, RankingFigures]
    """`suggestions`, and the controls `BM25` and `claim only`."""
    floor: float
    above_floor: Measured
    """Of the labelled papers above the floor, how many are relevant."""
    found_above_floor: Measured
    """Of the relevant papers, how many are above the floor."""
    readings: int
    """Papers whose citing sentences a person read as contrast, confirmation or neither."""
    phrases: dict[str, PhraseFigures] = field(default_factory=dict)
    kinds: dict[str, PhraseFigures] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def evaluate_labels(project: Project, labels: Labels) -> Evaluation:
    """Measure on a file of labels, with the weights and the floor of the project's settings.

    Raises:
        UnknownName: a label names a claim that the project does not have.
    """
    knowledge = read_graph(project).knowledge
    return _evaluate(build_world(labels, knowledge), project.settings.suggest, labels.name)


def evaluate_decisions(project: Project) -> Evaluation:
    """Measure on what curators decided: accepted is relevant, `not about` is not, `later` says nothing."""
    knowledge = read_graph(project).knowledge
    settings = project.settings.suggest
    records = {key: one for key, one in read_paper_records(project).items() if key in knowledge.papers}
    tracked = TrackedPapers(knowledge, known_ids(records))
    citations, candidates = list(read_citations(project)), read_candidates(project)
    decided = standing(read_decisions(project)[0])
    world = LabelledWorld(knowledge, citations, list(candidates), tracked)
    ranking = Ranking(knowledge, citations, candidates, (), settings, tracked=tracked)
    works, questions = works_by_name(ranking.gathered), ask_claims(knowledge)
    for (slug, name), decision in sorted(decided.items()):
        claim, work = knowledge.claims.get(slug), works.get(name)
        if claim is None or work is None or decision.verdict is Verdict.LATER:
            continue
        papers = questions.papers.get(claim.phenomenon, frozenset())
        citing = [one for one in work.citations if one.cited in papers]
        cited = citing[0].cited if citing else ""
        world.judge(slug, work.name, int(decision.verdict is Verdict.ACCEPTED), cited)
        texts = [text for one in citing for text in one.texts]
        if decision.stance is not None and texts:
            world.read(slug, cited, texts, READINGS.get(decision.stance))
    world.forget_evidence({(slug, name) for slug, name in world.grades})
    told = (
        "curators decide only on what was shown to them, so recall is among what was decided and not among all papers",
    )
    return _evaluate(world, settings, "the decisions of this project", notes=told)


def _evaluate(world: LabelledWorld, settings: SuggestSettings, source: str, notes: tuple[str, ...] = ()) -> Evaluation:
    everything = settings.model_copy(update={"floor": 0.0, "per_claim": 1_000_000})
    words = SuggestWeights(**{name: float(name == "words") for name in SuggestWeights.model_fields})
    lists, above, found = _grades(world, everything, settings.floor)
    bm25, _, _ = _grades(world, everything.model_copy(update={"weights": words}), settings.floor)
    rankings = {
        "suggestions": _figures(lists, _by_rank),
        "BM25": _figures(bm25, _by_rank),
        "claim only": _figures(lists, chance_at),
    }
    relevant = sum(grade > 0 for grade in world.grades.values())
    claims = {claim for claim, _ in world.grades}
    unsaid = sum((claim, name) not in world.grades for claim in claims for name in world.pool)
    return Evaluation(
        source=source,
        rule=world.rule,
        claims=len(claims),
        cited=len(lists),
        pairs=len(world.grades) + unsaid,
        relevant=relevant,
        rankings=rankings if relevant else {},
        floor=settings.floor,
        above_floor=Measured(found, above),
        found_above_floor=Measured(found, relevant),
        readings=len(world.readings),
        phrases=_phrases(world),
        kinds=_kinds(world),
        notes=notes,
    )


def _grades(world: LabelledWorld, settings: SuggestSettings, floor: float) -> tuple[Grades, int, int]:
    """The grades in the order of a ranking; how many pairs are above the floor, and how many of these are relevant."""
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    above = relevant = 0
    for claim, rows in world.rank(settings):
        shown = [grade > 0 for score, _, grade in rows if score >= floor]
        above, relevant = above + len(shown), relevant + sum(shown)
        # Of a claim without a relevant paper no order is better than another.
        if any(grade for _, _, grade in rows):
            found[world.cited[claim]][claim] = [grade for _, _, grade in rows]
    return found, above, relevant


def _by_rank(grades: Sequence[int], k: int) -> tuple[float, float, float]:
    return precision_at(grades, k), recall_at(grades, k), ndcg_at(grades, k)


def _figures(lists: Grades, measure: Callable[[Sequence[int], int], tuple[float, float, float]]) -> RankingFigures:
    figures = RankingFigures({}, {}, {}, {})
    for k in DEPTHS:
        rows = [[measure(grades, k) for grades in claims.values()] for claims in lists.values()]
        means = [[sum(row[place] for row in group) / len(group) for place in range(3)] for group in rows]
        for place, values in enumerate((figures.precision, figures.recall, figures.ndcg)):
            values[k] = sum(mean[place] for mean in means) / len(means) if means else 0.0
        # With a single cited paper its claims are what can be resampled.
        spread = [mean[2] for mean in means] if len(means) > 1 else [row[2] for group in rows for row in group]
        figures.ndcg_interval[k] = interval_of_mean(spread)
    return figures


def _phrases(world: LabelledWorld) -> dict[str, PhraseFigures]:
    """Each phrase by itself: what would be said if it alone were shown."""
    found = {}
    for name, (reads, _) in PHRASES.items():
        cases = [place for place, one in enumerate(world.readings) if guess_of(one.texts, {name}) is not None]
        if cases:
            found[name] = _measure(world, reads, cases)
    return found


def _kinds(world: LabelledWorld) -> dict[str, PhraseFigures]:
    """Each kind of cue: what one would say who guessed by its words alone."""
    found = {}
    for kind, reads in KINDS.items():
        cases = [
            place
            for place, one in enumerate(world.readings)
            if any(cue.kind == kind for text in one.texts for cue in find_cues(text))
        ]
        if cases:
            found[kind] = _measure(world, reads, cases)
    return found


def _measure(world: LabelledWorld, reads: str, cases: Iterable[int]) -> PhraseFigures:
    places = list(cases)
    right = sum(world.readings[place].truth == reads for place in places)
    guesses = [(world.other_reading(place), world.readings[place].truth) for place in places]
    known = [guess == truth for guess, truth in guesses if guess is not None]
    return PhraseFigures(
        reads=reads,
        measured=Measured(right, len(places)),
        cited=len({world.readings[place].cited for place in places}),
        control=sum(known) / len(known) if known else None,
    )
