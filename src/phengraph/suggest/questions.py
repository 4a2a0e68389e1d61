"""What each claim asks of a paper: its words, the papers that speak of it, the models and data sets it was seen in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from phengraph.model import Claim, Knowledge, Phenomenon
from phengraph.suggest.cues import DATA_SET, MODEL
from phengraph.suggest.words import distinct, stems_of, words_of

PHENOMENON_WEIGHT = 0.5
"""Of a word that only the phenomenon's name has, against one of the claim."""
_SHORTEST_NAME = 3

Name = tuple[str, ...]
"""The words of the name of a model or data set, `("gpt", "3")`."""


@dataclass(frozen=True, slots=True)
class Question:
    """One claim, as a ranking asks for it."""

    claim: str
    phenomenon: str
    words: Mapping[str, float]
    """Stem -> weight."""
    evidence: frozenset[str]
    """Keys of the papers that are evidence for it, whatever their review state."""
    names: frozenset[Name]
    """Models and data sets that its evidence was found with, or that the phenomenon was seen in."""


@dataclass(frozen=True, slots=True)
class Questions:
    """All claims of a project, and which tracked papers lead to them."""

    of_phenomenon: Mapping[str, tuple[Question, ...]]
    """Slug -> its claims in their order; phenomena without claims are left out."""
    papers: Mapping[str, frozenset[str]]
    """Phenomenon -> keys of its papers: evidence of its claims, and what the source list cites for it."""
    phenomena: Mapping[str, tuple[str, ...]]
    """Key of a paper -> the phenomena that it speaks of."""
    names: Mapping[Name, str]
    """Names of models and data sets -> `model` or `data set`."""
    background: tuple[str, ...]
    """Texts of the project itself: with them a word's rarity is known even where few papers cite."""

    @property
    def all(self) -> list[Question]:
        return [question for questions in self.of_phenomenon.values() for question in questions]


def ask_claims(knowledge: Knowledge) -> Questions:
    """What the claims of a project ask."""
    evidence = defaultdict(list)
    for one in knowledge.evidence.values():
        evidence[one.claim].append(one)
    names: dict[Name, str] = {}
    asked: dict[str, list[Question]] = defaultdict(list)
    papers: dict[str, set[str]] = defaultdict(set)
    for claim in knowledge.claims.values():
        phenomenon = knowledge.phenomena.get(claim.phenomenon)
        if phenomenon is None:
            continue
        rows = evidence[claim.slug]
        models = distinct([*phenomenon.seen_in, *(key for one in rows for key in one.conditions.models)])
        labels = [knowledge.models[key].label for key in models if key in knowledge.models]
        sets = distinct(name for one in rows for name in one.conditions.datasets)
        own = dict.fromkeys(_names_of(labels), MODEL) | dict.fromkeys(_names_of(sets), DATA_SET)
        names |= own
        keys = frozenset(one.paper for one in rows)
        asked[phenomenon.slug].append(
            Question(claim.slug, phenomenon.slug, _words_of(claim, phenomenon), keys, frozenset(own))
        )
        papers[phenomenon.slug] |= keys | set(phenomenon.listed_papers)
    phenomena: dict[str, list[str]] = defaultdict(list)
    for slug, keys_of in papers.items():
        for key in sorted(keys_of):
            phenomena[key].append(slug)
    return Questions(
        of_phenomenon={slug: tuple(questions) for slug, questions in asked.items()},
        papers={slug: frozenset(keys_of) for slug, keys_of in papers.items()},
        phenomena={key: tuple(slugs) for key, slugs in phenomena.items()},
        names=names,
        background=_background(knowledge),
    )


def _words_of(claim: Claim, phenomenon: Phenomenon) -> Mapping[str, float]:
    words = dict.fromkeys(stems_of(claim.label, claim.text), 1.0)
    for stem in stems_of(phenomenon.label):
        words.setdefault(stem, PHENOMENON_WEIGHT)
    return words


def _names_of(labels: Iterable[str]) -> list[Name]:
    """The names that tell something: `OPT` and `GPT-3` do, `T5 v` of one letter would not."""
    return [tuple(words_of(label)) for label in labels if len(label.strip()) >= _SHORTEST_NAME and words_of(label)]


def _background(knowledge: Knowledge) -> tuple[str, ...]:
    return (
        *(f"{claim.label} {claim.text}" for claim in knowledge.claims.values()),
        *(phenomenon.description for phenomenon in knowledge.phenomena.values()),
        *(one.finding for one in knowledge.evidence.values()),
        *(paper.title for paper in knowledge.papers.values()),
    )


class NameFinder:
    """Finds names of several words in texts."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_first: dict[str, list[Name]] = defaultdict(list)
        for name in sorted(set(names), key=lambda one: (-len(one), one)):
            self._by_first[name[0]].append(name)
        self._firsts = frozenset(self._by_first)

    def places(self, words: Sequence[str]) -> list[tuple[int, Name]]:
        """Where names stand: the place of the first word, and the name; the longest of several at one place."""
        if self._firsts.isdisjoint(words):
            return []
        found = []
        for place, word in enumerate(words):
            for name in self._by_first.get(word, ()) if word in self._firsts else ():
                if tuple(words[place : place + len(name)]) == name:
                    found.append((place, name))
                    break
        return found
