"""The score of every paper for every claim that it may bear on, and what each score is made of.

Arrays over all papers of a phenomenon at a time: a hundred claims are asked in a few sparse products.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from phengraph.settings import SuggestWeights
from phengraph.suggest.gather import RESULT, Gathered
from phengraph.suggest.lexical import Shares, Vocabulary
from phengraph.suggest.questions import Question, Questions

PARTS = ("words", "sentence", "cues", "result", "influential", "cited", "names", "vectors")
"""What a score is made of, in the order in which it is shown; `docs/suggestions.md` says what each is."""
UNCITED_PARTS = ("words", "sentence", "names", "vectors")
"""The parts that a paper can have which cites nothing of ours."""
ABOUT = 0.2
"""Who says this share of a claim's words speaks of it: some three of its rarer words in one sentence."""
_DECIMALS = 4
Array = NDArray[np.float64]
Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class ClaimScores:
    """One claim and all papers that may bear on it; arrays are parallel to `works`."""

    question: Question
    works: NDArray[np.intp]
    """Places of the papers, in the order of their names."""
    parts: Array
    """A row for each of `PARTS`; the rows of a paper sum to its score."""
    scores: Array


@dataclass(frozen=True, slots=True)
class _Scope:
    """The papers that may bear on the claims of one phenomenon; lists and arrays are parallel to `works`."""

    works: NDArray[np.intp]
    sentences: NDArray[np.intp]
    """Places of their sentences that speak of the phenomenon, by work."""
    starts: NDArray[np.intp]
    """Where the sentences of each work that has any begin in `sentences`."""
    speaking: NDArray[np.intp]
    """The works that have any, as places in `works`."""
    cited: Sequence[frozenset[str]]
    """Keys of the phenomenon's papers that each cites."""
    naming: Sequence[int]
    """The works that name a model or data set, as places in `works`."""
    cues: Array
    result: Array
    influential: Array

    def best(self, values: Array) -> Array:
        """For each work the highest of its sentences' values, which are parallel to `sentences`; 0 without any."""
        found = np.zeros(len(self.works))
        if len(self.starts):
            found[self.speaking] = np.maximum.reduceat(values, self.starts)
        return found


class Scorer:
    """Scores what was gathered.

    Args:
        questions: what the claims ask.
        gathered: the papers.
        vocabulary: that the words of both are numbered by.
        weights: of the parts.
        keys: of the tracked paper that each gathered one is, or None; parallel to the works.
        vectors: SPECTER2 of tracked papers, by key.
    """

    def __init__(
        self,
        questions: Questions,
        gathered: Gathered,
        vocabulary: Vocabulary,
        weights: SuggestWeights,
        keys: Sequence[str | None],
        vectors: Vectors,
    ) -> None:
        self._questions = questions
        self._gathered = gathered
        self._numbers = vocabulary.numbers
        self._weights: dict[str, float] = weights.model_dump()
        self._keys = keys
        self._vectors = vectors
        self._work_shares = Shares([*gathered.work_words, *gathered.background], vocabulary)
        sentences = [sentence.words for sentence in gathered.sentences]
        self._sentence_shares = Shares([*sentences, *gathered.background], vocabulary)
        self.rarities: list[float] = self._work_shares.rarities.tolist()
        """How rare each word of the vocabulary is, by number."""
        self.sentences_of: Mapping[int, Sequence[int]] = self._places_of_sentences()
        """Place of a work -> places of its sentences; works without any are left out."""

    def _places_of_sentences(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for place, sentence in enumerate(self._gathered.sentences):
            found[sentence.work].append(place)
        return dict(found)

    def by_claim(self) -> Iterator[ClaimScores]:
        """The scores, a claim at a time, in the order of the phenomena and their claims."""
        works: dict[str, list[int]] = defaultdict(list)
        for place, work in enumerate(self._gathered.works):
            reached = {slug for citation in work.citations for slug in self._questions.phenomena[citation.cited]}
            for slug in reached | {candidate.phenomenon for candidate in work.candidates}:
                works[slug].append(place)
        for slug, questions in self._questions.of_phenomenon.items():
            if slug in works:
                scope = self._scope(self._questions.papers[slug], works[slug])
                for question in questions:
                    yield self._score(question, scope)

    def _scope(self, papers: frozenset[str], works: Sequence[int]) -> _Scope:
        sentences: list[int] = []
        starts, speaking, cited, naming, cues, result, influential = [], [], [], [], [], [], []
        told = self._gathered.sentences
        for place, number in enumerate(works):
            work = self._gathered.works[number]
            citations = [citation for citation in work.citations if citation.cited in papers]
            keys = frozenset(citation.cited for citation in citations)
            own = self.sentences_of.get(number, ())
            mine = [one for one in own if told[one].cited in keys] or [one for one in own if told[one].cited is None]
            if mine:
                starts.append(len(sentences))
                speaking.append(place)
                sentences += mine
            if work.names:
                naming.append(place)
            cited.append(keys)
            cues.append(max((told[one].strength for one in mine), default=0.0) if citations else 0.0)
            result.append(float(any(RESULT in one.intents for one in citations)))
            influential.append(float(any(one.influential for one in citations)))
        return _Scope(
            works=np.array(works, dtype=np.intp),
            sentences=np.array(sentences, dtype=np.intp),
            starts=np.array(starts, dtype=np.intp),
            speaking=np.array(speaking, dtype=np.intp),
            cited=cited,
            naming=naming,
            cues=np.array(cues),
            result=np.array(result),
            influential=np.array(influential),
        )

    def _score(self, question: Question, scope: _Scope) -> ClaimScores:
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
            "cited": np.array([_cited(question, keys) for keys in scope.cited]) * about,
            "names": self._named(question, scope) * about,
            "vectors": self._near(question, scope.works) * about,
        }
        # A paper that cites nothing of ours has no intent and no citing sentence: its score is of what it can have.
        citing = np.array([bool(keys) for keys in scope.cited])
        uncited = sum(self._weights[name] for name in UNCITED_PARTS)
        total = np.where(citing, sum(self._weights.values()), uncited or 1.0)
        parts = np.array([np.round(values[name] * self._weights[name] / total, _DECIMALS) for name in PARTS])
        return ClaimScores(question, scope.works, parts, np.round(parts.sum(axis=0), _DECIMALS))

    def _named(self, question: Question, scope: _Scope) -> Array:
        """A half for each model or data set of the claim's evidence, 1 at most."""
        found = np.zeros(len(scope.works))
        for place in scope.naming:
            names = self._gathered.works[scope.works[place]].names
            found[place] = min(1.0, 0.5 * len(names & question.names))
        return found

    def _near(self, question: Question, works: NDArray[np.intp]) -> Array:
        """The greatest cosine of a paper's vector and one of the claim's evidence; 0 where either has none."""
        evidence = [self._vectors[key] for key in sorted(question.evidence) if key in self._vectors]
        found = np.zeros(len(works))
        # Vectors of two models do not compare, and have other lengths.
        if not evidence or len({len(one) for one in evidence}) > 1:
            return found
        directions = np.array([_direction(one) for one in evidence])
        for place, number in enumerate(works):
            key = self._keys[number]
            vector = self._vectors.get(key) if key is not None else None
            if vector is not None and len(vector) == directions.shape[1]:
                found[place] = max(0.0, float((directions @ _direction(vector)).max()))
        return found


def _cited(question: Question, keys: frozenset[str]) -> float:
    """A half for evidence of the claim itself, a quarter for each further paper of the phenomenon, 1 at most."""
    if not keys:
        return 0.0
    return min(1.0, 0.5 * (not keys.isdisjoint(question.evidence)) + 0.25 * (len(keys) - 1))


def _direction(vector: NDArray[np.float32]) -> Array:
    length = float(np.linalg.norm(vector))
    return np.asarray(vector, dtype=np.float64) / (length or 1.0)
