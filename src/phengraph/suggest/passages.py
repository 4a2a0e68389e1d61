"""The words of a paper that a suggestion rests on, with what makes them telling marked in them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phengraph.model import CitingPaper, Cue, Passage
from phengraph.suggest.cues import TERM, find_cues
from phengraph.suggest.gather import Sentence, sentences_of
from phengraph.suggest.lexical import Vocabulary
from phengraph.suggest.questions import Name, NameFinder, Question
from phengraph.suggest.words import WORD, stem_of, words_of

CITATION, ABSTRACT, TLDR, TITLE = "citation", "abstract", "tldr", "title"
_CUE_SHARE = 0.15
"""What the strongest cue adds to the share of the claim's words that a sentence says, when sentences are ordered."""
_OTHERS = 2
"""Passages that do not cite: the summary, and the best sentence of the abstract."""


class PassageChooser:
    """Chooses the most telling passages of papers for one claim after another.

    Args:
        vocabulary: of all claims.
        rarities: of its words, by number.
        names: of models and data sets -> `model` or `data set`.
    """

    def __init__(self, vocabulary: Vocabulary, rarities: Sequence[float], names: Mapping[Name, str]) -> None:
        self._vocabulary = vocabulary
        self._rarities = rarities
        self._names = names
        self._finders: dict[str, NameFinder] = {}
        self._abstract: tuple[str, list[tuple[str, array[int]]]] = "", []

    def choose(
        self, question: Question, paper: CitingPaper, sentences: Iterable[Sentence], *, limit: int, mark: bool
    ) -> tuple[Passage, ...]:
        """The passages, citing sentences before all others, each kind with the most telling first.

        Args:
            question: the claim.
            paper: whose title, abstract and summary are looked at.
            sentences: its citing sentences; those of its abstract are passed over.
            limit: at most so many.
            mark: whether cues are marked in them.
        """
        weights = self._weights(question)
        citing: dict[str, tuple[float, str | None]] = {}
        cues: dict[str, tuple[Cue, ...]] = {}
        for one in sentences:
            if one.cited is not None and one.text not in citing:
                citing[one.text] = _share(one.words, weights) + _CUE_SHARE * one.strength, one.cited
                cues[one.text] = one.cues
        chosen = [(text, CITATION, cited) for text, (_, cited) in sorted(citing.items(), key=_order)]
        others = self._others(paper, weights, limit=1 if citing else _OTHERS)
        if not chosen and not others:
            others = [(paper.title, TITLE, None)]
        chosen = [*chosen[: max(limit - len(others), 1)], *others][:limit]
        return tuple(
            Passage(text, mark_cues(text, self._telling(question), known=cues.get(text)) if mark else (), origin, cited)
            for text, origin, cited in chosen
        )

    def _weights(self, question: Question) -> dict[int, float]:
        numbers = self._vocabulary.numbers
        return {numbers[word]: self._rarities[numbers[word]] * weight for word, weight in question.words.items()}

    def _others(
        self, paper: CitingPaper, weights: Mapping[int, float], *, limit: int
    ) -> list[tuple[str, str, str | None]]:
        """The summary, and the sentences of the abstract that say most of the claim."""
        if paper.abstract and self._abstract[0] != paper.abstract:
            rows = [(text, self._vocabulary.number_words(words_of(text))) for text in sentences_of(paper.abstract)]
            self._abstract = paper.abstract, rows
        found: list[tuple[str, str, str | None]] = [(paper.tldr, TLDR, None)] if paper.tldr else []
        if paper.abstract:
            rated = {text: (_share(words, weights), None) for text, words in self._abstract[1]}
            found += [(text, ABSTRACT, None) for text, _ in sorted(rated.items(), key=_order)[:limit]]
        return found[:_OTHERS]

    def _telling(self, question: Question) -> Telling:
        if question.claim not in self._finders:
            self._finders[question.claim] = NameFinder(question.names)
        return Telling(question.words, self._names, self._finders[question.claim])


def _share(words: Iterable[int], weights: Mapping[int, float]) -> float:
    total = sum(weights.values())
    return sum(weights.get(number, 0.0) for number in set(words)) / total if total else 0.0


def _order(one: tuple[str, tuple[float, str | None]]) -> tuple[float, str]:
    return -one[1][0], one[0]


@dataclass(frozen=True, slots=True)
class Telling:
    """What is marked in a passage beside the cues."""

    words: Mapping[str, float]
    """Stems of the claim."""
    names: Mapping[Name, str]
    """Names of models and data sets -> `model` or `data set`."""
    finder: NameFinder
    """Of those that matter to the claim."""


def mark_cues(text: str, telling: Telling, *, known: tuple[Cue, ...] | None = None) -> tuple[Cue, ...]:
    """The cues of a text, then names of models and data sets, then words of the claim; none overlaps another.

    Args:
        text: the passage.
        telling: what is marked beside the cues.
        known: its cues, where they were looked for already.

    Returns:
        In the order of the text; of two that overlap the one of the earlier kind.
    """
    lower = text.lower()
    if len(lower) != len(text):
        # A letter that grows when it is made small would move every place after it.
        lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    spans = [match.span() for match in WORD.finditer(lower)]
    words = [lower[start:end] for start, end in spans]
    found = list(find_cues(text) if known is None else known)
    found += [
        Cue(spans[place][0], spans[place + len(name) - 1][1], telling.names[name])
        for place, name in telling.finder.places(words)
    ]
    found += [
        Cue(start, end, TERM)
        for (start, end), word in zip(spans, words, strict=True)
        if (stem := stem_of(word)) and stem in telling.words
    ]
    kept: list[Cue] = []
    for cue in found:
        if all(cue.end <= other.start or cue.start >= other.end for other in kept):
            kept.append(cue)
    return tuple(sorted(kept))
