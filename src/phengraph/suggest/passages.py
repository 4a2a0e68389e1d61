"""The words of a paper that a suggestion rests on, with what makes them telling marked in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phengraph.model import Cue, Passage
from phengraph.suggest.cues import TERM, find_cues, strength_of
from phengraph.suggest.gather import Work, sentences_of
from phengraph.suggest.questions import Name, NameFinder, Question
from phengraph.suggest.words import stem_of

CITATION, ABSTRACT, TLDR, TITLE = "citation", "abstract", "tldr", "title"
_WORD = re.compile(r"[a-z]+|\d[\d.]*[a-z]*")
_CUE_SHARE = 0.15
"""What the strongest cue adds to the share of the claim's words that a sentence says, when sentences are ordered."""
_OTHERS = 2
"""Passages that do not cite: the summary, and the best sentence of the abstract."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What makes a sentence telling for one claim."""

    question: Question
    rarities: Mapping[str, float]
    """Stem of a word of the claim -> how rare it is, times its weight."""
    names: Mapping[Name, str]
    """Names of models and data sets -> `model` or `data set`."""

    def passage(self, text: str, origin: str, cited: str | None = None) -> tuple[float, Passage]:
        """A text with its cues marked, and how telling it is."""
        cues = find_cues(text)
        terms, said = self._terms(text)
        total = sum(self.rarities.values())
        share = sum(self.rarities[stem] for stem in said) / total if total else 0.0
        return share + _CUE_SHARE * strength_of(cues), Passage(text, _side_by_side([*cues, *terms]), origin, cited)

    def _terms(self, text: str) -> tuple[list[Cue], set[str]]:
        """Names of models and data sets, then words of the claim; and the stems of the latter."""
        lower = text.lower()
        if len(lower) != len(text):
            # A letter that grows when it is made small would move every place after it.
            lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
        spans = [match.span() for match in _WORD.finditer(lower)]
        words = [lower[start:end].rstrip(".") for start, end in spans]
        found = [
            Cue(spans[place][0], spans[place + len(name) - 1][1], self.names[name])
            for place, name in NameFinder(self.question.names).places(words)
        ]
        said = set()
        for (start, end), word in zip(spans, words, strict=True):
            stem = stem_of(word)
            if stem and self.rarities.get(stem, 0.0) > 0:
                said.add(stem)
                found.append(Cue(start, start + len(word) if end > start else end, TERM))
        return found, said


def _side_by_side(cues: Sequence[Cue]) -> tuple[Cue, ...]:
    """The cues in the order of the text; of two that overlap the one that was named first is kept."""
    kept: list[Cue] = []
    for cue in cues:
        if all(cue.end <= other.start or cue.start >= other.end for other in kept):
            kept.append(cue)
    return tuple(sorted(kept))


def choose_passages(work: Work, cites: Sequence[str], telling: Telling, *, limit: int) -> tuple[Passage, ...]:
    """The most telling passages of a paper, citing sentences before all others.

    Args:
        work: the paper.
        cites: keys of the tracked papers whose citing sentences are looked at.
        telling: for which claim.
        limit: at most so many.
    """
    said: dict[str, str] = {}
    for citation in work.citations:
        if citation.cited in cites:
            for context in citation.contexts:
                said.setdefault(context.text, citation.cited)
    citing = [telling.passage(text, CITATION, cited) for text, cited in said.items()]
    others = []
    if work.paper.tldr:
        others.append(telling.passage(work.paper.tldr, TLDR))
    if work.paper.abstract:
        abstract = (telling.passage(text, ABSTRACT) for text in sentences_of(work.paper.abstract))
        others += sorted(abstract, key=_order)[: 1 if citing else _OTHERS]
    if not citing and not others:
        others = [telling.passage(work.paper.title, TITLE)]
    others = sorted(others, key=_order)[:_OTHERS]
    room = max(limit - len(others), 1)
    chosen = [*sorted(citing, key=_order)[:room], *others]
    return tuple(passage for _, passage in chosen[:limit])


def _order(one: tuple[float, Passage]) -> tuple[float, str]:
    return -one[0], one[1].text
