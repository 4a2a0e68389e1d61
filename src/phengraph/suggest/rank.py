"""The ranking: which citing papers are worth a look for which claims, best first, with what each score is made of.

A pure function of values: the same knowledge, citations, decisions and settings give the same suggestions in the same
order, whatever the order in which they came. Nothing here counts in a status.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from phengraph.curate.decisions import paper_names, standing
from phengraph.ingest.candidates import Candidate
from phengraph.model import Citation, CitingPaper, Decision, Knowledge, Passage, Suggestion, Verdict
from phengraph.quads.citations import TrackedPapers
from phengraph.settings import SuggestSettings
from phengraph.suggest.gather import RESULT, Gathered, Work, gather
from phengraph.suggest.lexical import Shares, Vocabulary
from phengraph.suggest.own import readings_of
from phengraph.suggest.passages import PassageChooser
from phengraph.suggest.questions import Question, Questions, ask_claims
from phengraph.suggest.stance import measure_phrases, reads_like

RULE = "suggest 1"
"""Version of the ranking: changed when the same records would be ranked otherwise."""
PARTS = ("words", "sentence", "cues", "result", "influential", "cited", "names", "vectors")
"""What a score is made of, in the order in which it is shown; `docs/suggestions.md` says what each is."""
UNCITED_PARTS = ("words", "sentence", "names", "vectors")
"""The parts that a paper can have which cites nothing of ours."""
ABOUT = 0.2
"""Who says this share of a claim's words speaks of it: some three of its rarer words in one sentence."""
_DECIMALS = 4
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The papers that may bear on the claims of one phenomenon; arrays are parallel to `works`."""

    works: NDArray[np.intp]
    sentences: NDArray[np.intp]
    """Places of their sentences that speak of the phenomenon, by work."""
    starts: NDArray[np.intp]
    """Where the sentences of each work that has any begin in `sentences`."""
    speaking: NDArray[np.intp]
    """The works that have any, as places in `works`."""
    citing: NDArray[np.bool_]
    """Whether the paper cites one of the phenomenon."""
    cues: Array
    result: Array
    influential: Array

    def best(self, values: Array) -> Array:
        """For each work the highest of its sentences' values, which are parallel to `sentences`; 0 without any."""
        found = np.zeros(len(self.works))
        if len(self.starts):
            found[self.speaking] = np.maximum.reduceat(values, self.starts)
        return found


@dataclass(frozen=True, slots=True)
class _Scored:
    """One claim and paper above the floor."""

    question: Question
    work: int
    score: float
    parts: tuple[float, ...]

    @property
    def order(self) -> tuple[float, str, int]:
        return -self.score, self.question.claim, self.work


class Ranking:
    """The suggestions of a project, scored; the texts of each are looked at when it is asked for.

    Args:
        knowledge: what people wrote.
        citations: of all tracked papers, in any order; removed ones are passed over.
        candidates: papers found by `discover` or over the whole corpus.
        decisions: what curators said; what they decided on is not suggested again.
        settings: weights, floor and how many.
        tracked: recognizes tracked papers among citing ones: what is evidence for a claim already is not suggested for
            it. By default by the ids that people gave.
        vectors: SPECTER2 by key, of the tracked papers that have one.
        later: those that a curator put off are suggested, too.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        citations: Iterable[Citation],
        candidates: Iterable[Candidate] = (),
        decisions: Iterable[Decision] = (),
        settings: SuggestSettings | None = None,
        *,
        tracked: TrackedPapers | None = None,
        vectors: Mapping[str, NDArray[np.float32]] | None = None,
        later: bool = False,
    ) -> None:
        self._settings = settings or SuggestSettings()
        self._questions: Questions = ask_claims(knowledge)
        vocabulary = Vocabulary(word for question in self._questions.all for word in question.words)
        self._numbers = vocabulary.numbers
        self.gathered: Gathered = gather(self._questions, citations, candidates, vocabulary)
        background = self.gathered.background
        self._work_shares = Shares([*self.gathered.work_words, *background], vocabulary)
        sentences = [sentence.words for sentence in self.gathered.sentences]
        self._sentence_shares = Shares([*sentences, *background], vocabulary)
        self._by_work: dict[int, list[int]] = defaultdict(list)
        for place, sentence in enumerate(self.gathered.sentences):
            self._by_work[sentence.work].append(place)
        rarities: list[float] = self._work_shares.rarities.tolist()
        self._chooser = PassageChooser(vocabulary, rarities, self._questions.names)
        tracked = tracked or TrackedPapers(knowledge, {})
        self._keys = [tracked.key_of(work.paper) for work in self.gathered.works]
        self._vectors = vectors or {}
        decisions = list(decisions)
        self._decided = {
            pair for pair, one in standing(decisions).items() if not (later and one.verdict is Verdict.LATER)
        }
        self._shown = self._measured_phrases(decisions, knowledge) | set(self._settings.measured_cues)
        self._scored = self._score_all()

    @property
    def candidates(self) -> dict[str, tuple[CitingPaper, list[str]]]:
        """The papers found beyond the citations by name under `<work/>`: each with slugs of phenomena."""
        return {
            work.name: (work.paper, [candidate.phenomenon for candidate in work.candidates])
            for work in self.gathered.works
            if work.candidates
        }

    def __len__(self) -> int:
        return len(self._scored)

    def suggestions(
        self,
        *,
        claims: Iterable[str] | None = None,
        since: str | None = None,
        limit: int | None = None,
        passages: int = 4,
        mark: bool = True,
    ) -> Iterator[Suggestion]:
        """The suggestions, best first.

        Args:
            claims: slugs, only for these.
            since: only papers that appeared on this day (YYYY-MM-DD) or later.
            limit: at most so many.
            passages: at most so many passages of each.
            mark: whether cues are marked in the passages, which costs most of the time.
        """
        for one, (origin, seen) in islice(self._chosen(claims, since), limit):
            work = self.gathered.works[one.work]
            papers = self._questions.papers[one.question.phenomenon]
            cites = tuple(dict.fromkeys(citation.cited for citation in work.citations if citation.cited in papers))
            sentences = (self.gathered.sentences[place] for place in self._by_work.get(one.work, ()))
            citing = [sentence for sentence in sentences if sentence.cited in papers]
            chosen = self._chooser.choose(one.question, work.paper, citing, limit=passages, mark=mark)
            yield self._suggestion(one, work, origin, seen, cites, chosen)

    def scores(self) -> Iterator[tuple[str, str, float]]:
        """Claim, name of the paper and score of every suggestion, best first."""
        return ((one.question.claim, self.gathered.works[one.work].name, one.score) for one in self._scored)

    def count(self, *, claims: Iterable[str] | None = None, since: str | None = None) -> int:
        """How many suggestions there are, as `suggestions` without a limit gives them."""
        return sum(1 for _ in self._chosen(claims, since))

    def _chosen(self, claims: Iterable[str] | None, since: str | None) -> Iterator[tuple[_Scored, tuple[str, str]]]:
        """The scored ones that are asked for, each with how its paper was found and when first."""
        wanted = None if claims is None else frozenset(claims)
        for one in self._scored:
            if wanted is None or one.question.claim in wanted:
                found = self._found(self.gathered.works[one.work], one.question.phenomenon)
                if since is None or found[1] >= since:
                    yield one, found

    def _suggestion(
        self, one: _Scored, work: Work, origin: str, seen: str, cites: tuple[str, ...], passages: tuple[Passage, ...]
    ) -> Suggestion:
        return Suggestion(
            claim=one.question.claim,
            paper=work.paper,
            cites=cites,
            origin=origin,
            score=one.score,
            parts=tuple((name, value) for name, value in zip(PARTS, one.parts, strict=True) if value > 0),
            passages=passages,
            reads_like=reads_like(passages, self._shown),
            seen=seen,
            rule=RULE,
        )

    def _found(self, work: Work, phenomenon: str) -> tuple[str, str]:
        """How a paper was found for a phenomenon, and when first."""
        papers = self._questions.papers[phenomenon]
        seen = [citation.seen for citation in work.citations if citation.cited in papers]
        if seen:
            return "citation", min(seen)
        found = min((one.seen, one.origin) for one in work.candidates if one.phenomenon == phenomenon)
        return found[1], found[0]

    def _measured_phrases(self, decisions: Iterable[Decision], knowledge: Knowledge) -> set[str]:
        """The phrases that were right often enough where curators of this project said what a paper does to a claim."""
        if self._settings.stance_guesses == "never":
            return set()
        readings = readings_of(decisions, knowledge, self.gathered, self._questions)
        return {name for name, measured in measure_phrases(readings).items() if measured.is_good}

    def _score_all(self) -> list[_Scored]:
        works: dict[str, list[int]] = defaultdict(list)
        for place, work in enumerate(self.gathered.works):
            reached = {slug for citation in work.citations for slug in self._questions.phenomena[citation.cited]}
            for slug in reached | {candidate.phenomenon for candidate in work.candidates}:
                works[slug].append(place)
        scored: list[_Scored] = []
        for slug, questions in self._questions.of_phenomenon.items():
            if slug in works:
                scope = self._scope(self._questions.papers[slug], works[slug])
                for question in questions:
                    scored += self._score(question, scope)
        return sorted(scored, key=lambda one: one.order)

    def _scope(self, papers: frozenset[str], works: Sequence[int]) -> _Scope:
        sentences: list[int] = []
        starts, speaking, citing, cues, result, influential = [], [], [], [], [], []
        for place, number in enumerate(works):
            work = self.gathered.works[number]
            citations = [citation for citation in work.citations if citation.cited in papers]
            wanted: set[str | None] = {citation.cited for citation in citations}
            own = self._by_work.get(number, ())
            mine = [one for one in own if self.gathered.sentences[one].cited in wanted] or [
                one for one in own if self.gathered.sentences[one].cited is None
            ]
            if mine:
                starts.append(len(sentences))
                speaking.append(place)
                sentences += mine
            cues.append(max((self.gathered.sentences[one].strength for one in mine), default=0.0))
            citing.append(bool(citations))
            intents = {intent for one in citations for intent in one.intents}
            intents |= {intent for one in citations for context in one.contexts for intent in context.intents}
            result.append(float(RESULT in intents))
            influential.append(float(any(one.influential for one in citations)))
        return _Scope(
            works=np.array(works, dtype=np.intp),
            sentences=np.array(sentences, dtype=np.intp),
            starts=np.array(starts, dtype=np.intp),
            speaking=np.array(speaking, dtype=np.intp),
            citing=np.array(citing),
            cues=np.array(cues),
            result=np.array(result),
            influential=np.array(influential),
        )

    def _score(self, question: Question, scope: _Scope) -> list[_Scored]:
        query = {self._numbers[word]: weight for word, weight in question.words.items()}
        words = self._work_shares.of(query)[scope.works]
        sentence = scope.best(self._sentence_shares.of(query)[scope.sentences])
        # What speaks for a look at the paper speaks for this claim only as far as the paper speaks of it.
        about = np.minimum(1.0, np.maximum(words, sentence) / ABOUT)
        values = {
            # A tenth of a claim's words is much, and nobody says all of them: the root spreads what occurs.
            "words": np.sqrt(words),
            "sentence": np.sqrt(sentence),
            "cues": scope.cues * about,
            "result": scope.result * about,
            "influential": scope.influential * about,
            "cited": np.array([self._cited(question, self.gathered.works[place]) for place in scope.works]) * about,
            "names": np.array([self._named(question, self.gathered.works[place]) for place in scope.works]) * about,
            "vectors": self._near(question, scope.works) * about,
        }
        weights = self._settings.weights.model_dump()
        # A paper that cites nothing of ours has no intent and no citing sentence: its score is of what it can have.
        total = np.where(scope.citing, sum(weights.values()), sum(weights[name] for name in UNCITED_PARTS) or 1.0)
        parts = np.array([np.round(values[name] * weights[name] / total, _DECIMALS) for name in PARTS])
        parts[[name not in UNCITED_PARTS for name in PARTS]] *= scope.citing
        scores = np.round(parts.sum(axis=0), _DECIMALS)
        found: list[_Scored] = []
        # Of equal scores the order of the works decides, which is that of their names.
        for place in np.argsort(-scores, kind="stable"):
            if scores[place] < self._settings.floor or scores[place] <= 0 or len(found) == self._settings.per_claim:
                break
            work = int(scope.works[place])
            if not self._is_settled(question, work):
                found.append(_Scored(question, work, float(scores[place]), tuple(map(float, parts[:, place]))))
        return found

    def _is_settled(self, question: Question, place: int) -> bool:
        """Whether the paper is evidence for the claim already, or a curator decided on it."""
        if self._keys[place] in question.evidence:
            return True
        return any((question.claim, name) in self._decided for name in paper_names(self.gathered.works[place].paper))

    def _cited(self, question: Question, work: Work) -> float:
        """A half for evidence of the claim itself, a quarter for each further paper of the phenomenon, 1 at most."""
        papers = self._questions.papers[question.phenomenon]
        cited = {citation.cited for citation in work.citations if citation.cited in papers}
        own = bool(cited & question.evidence)
        return min(1.0, 0.5 * own + 0.25 * max(0, len(cited) - 1))

    @staticmethod
    def _named(question: Question, work: Work) -> float:
        """A half for each model or data set of the claim's evidence, 1 at most."""
        return min(1.0, 0.5 * len(work.names & question.names)) if work.names else 0.0

    def _near(self, question: Question, works: NDArray[np.intp]) -> Array:
        """The greatest cosine of a paper's vector and one of the claim's evidence; 0 where either has none."""
        evidence = [self._vectors[key] for key in sorted(question.evidence) if key in self._vectors]
        found = np.zeros(len(works))
        if not evidence:
            return found
        directions = np.array([_direction(one) for one in evidence])
        for place, number in enumerate(works):
            key = self._keys[number]
            vector = self._vectors.get(key) if key is not None else None
            if vector is not None and len(vector) == directions.shape[1]:
                found[place] = max(0.0, float((directions @ _direction(vector)).max()))
        return found


def _direction(vector: NDArray[np.float32]) -> Array:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector, dtype=np.float64) / (length or 1.0)
