"""The papers that may bear on claims, gathered from citations and candidates, with their texts as numbered words.

A paper that cites several tracked ones comes once. Of a million citations only what the ranking asks is kept, each as
it goes by, so that the records themselves need not be held; a hundred claims are then asked in a few sparse products.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern

from phengraph.ingest.candidates import Candidate
from phengraph.model import Citation, CitingPaper, Cue, Knowledge
from phengraph.quads.citations import work_name
from phengraph.suggest.cues import find_cues, strength_of
from phengraph.suggest.lexical import Vocabulary
from phengraph.suggest.questions import Name, NameFinder, ask_claims
from phengraph.suggest.words import words_of

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\[“\"'])")
_ABSTRACT_SENTENCES = 40
RESULT = "result"


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, at most forty.

    >>> sentences_of("Grokking is late. We test 1.3B parameters (fig. 2). Nothing changes!")
    ['Grokking is late.', 'We test 1.3B parameters (fig. 2).', 'Nothing changes!']
    """
    return [part for part in _SENTENCE_END.split(text, _ABSTRACT_SENTENCES) if part.strip()][:_ABSTRACT_SENTENCES]


@dataclass(frozen=True, slots=True)
class Citing:
    """What the ranking asks of a citation of a tracked paper that leads to a claim."""

    cited: str
    """Key of the tracked paper."""
    seen: str
    """UTC date (YYYY-MM-DD) on which the record first appeared."""
    texts: tuple[str, ...]
    """The citing sentences."""
    intents: frozenset[str]
    """Of the citation as a whole, and of its sentences."""
    influential: bool


@dataclass(slots=True)
class Work:
    """A paper that may bear on claims."""

    name: str
    """As under `<work/>`: tells one paper from another."""
    paper: CitingPaper
    citations: list[Citing] = field(default_factory=list)
    """Of tracked papers that lead to a claim, in the order of their keys."""
    candidates: list[Candidate] = field(default_factory=list)
    names: set[Name] = field(default_factory=set)
    """Models and data sets that its texts name."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A citing sentence, or one of the abstract (else the title) of a paper that has none."""

    work: int
    text: str
    cited: str | None
    """Key of the tracked paper; None for one that cites nothing."""
    strength: float
    """Of its cues, see `cues.strength_of`."""
    words: array[int]
    """Its words, numbered by the vocabulary."""
    cues: tuple[Cue, ...]


@dataclass(slots=True)
class Gathered:
    """All that a ranking needs to know of the papers, in the order of their names."""

    works: list[Work]
    sentences: list[Sentence]
    """In the order of the works."""
    work_words: list[array[int]]
    """Of title, abstract and summary, numbered by the vocabulary."""
    background: list[array[int]]
    """Words of the project's own texts: they tell how rare a word is."""


class Gathering:
    """Takes citations one by one and keeps what a ranking asks of them; then gives what was gathered.

    Args:
        knowledge: what people wrote: what its claims ask decides what is kept.
        lean: of each citing paper only its names and the texts that are ranked are kept, not what people look at.
    """

    def __init__(self, knowledge: Knowledge, *, lean: bool = False) -> None:
        self.questions = ask_claims(knowledge)
        self.vocabulary = Vocabulary(word for question in self.questions.all for word in question.words)
        self._lean = lean
        self._works: dict[str, Work] = {}
        self._intents: dict[frozenset[str], frozenset[str]] = {}

    def add(self, citation: Citation) -> None:
        """Take one citation, in any order; one of a paper that leads to no claim, or a removed one, is passed over."""
        paper = citation.citing
        if citation.removed is not None or citation.cited not in self.questions.phenomena or not paper.title:
            return
        name = work_name(paper)
        work = self._works.get(name)
        if work is None:
            self._works[name] = work = Work(name, self._kept(paper))
        elif _says_more(paper, work.paper):
            work.paper = self._kept(paper)
        intents = frozenset(citation.intents).union(*(context.intents for context in citation.contexts))
        work.citations.append(
            Citing(
                intern(citation.cited),
                intern(citation.seen),
                tuple(context.text for context in citation.contexts),
                self._intents.setdefault(intents, intents),
                citation.influential,
            )
        )

    def _kept(self, paper: CitingPaper) -> CitingPaper:
        if not self._lean:
            return paper
        return CitingPaper(
            paper.s2_id,
            paper.corpus_id,
            paper.title,
            arxiv=paper.arxiv,
            doi=paper.doi,
            abstract=paper.abstract,
            tldr=paper.tldr,
        )

    def finish(self, candidates: Iterable[Candidate]) -> Gathered:
        """All that was gathered, with the candidates, which come in any order; to be called once."""
        works, self._works = self._works, {}
        # A run over the whole corpus knows a paper by its corpus id alone.
        by_corpus = {work.paper.corpus_id: name for name, work in works.items() if work.paper.corpus_id is not None}
        for candidate in candidates:
            if candidate.phenomenon in self.questions.of_phenomenon and candidate.paper.title:
                name = by_corpus.get(candidate.paper.corpus_id or -1) or work_name(candidate.paper)
                works.setdefault(name, Work(name, candidate.paper)).candidates.append(candidate)
        gathered = Gathered([works[name] for name in sorted(works)], [], [], [])
        finder = NameFinder(self.questions.names)
        for place, work in enumerate(gathered.works):
            _read_work(gathered, place, work, finder, self.vocabulary)
        gathered.background += [self.vocabulary.number_words(words_of(text)) for text in self.questions.background]
        return gathered


def _says_more(one: CitingPaper, other: CitingPaper) -> bool:
    """Whether a record of a paper is the fuller one; of equal ones it does not matter which is kept."""
    return (one.abstract is not None, one.tldr is not None) > (other.abstract is not None, other.tldr is not None)


def _read_work(gathered: Gathered, place: int, work: Work, finder: NameFinder, vocabulary: Vocabulary) -> None:
    work.citations.sort(key=lambda one: one.cited)
    paper = work.paper
    words = words_of(" ".join(text for text in (paper.title, paper.abstract, paper.tldr) if text))
    gathered.work_words.append(vocabulary.number_words(words))
    work.names.update(name for _, name in finder.places(words))
    said: dict[tuple[str, str | None], None] = {}
    for citation in work.citations:
        for text in citation.texts:
            said[text, citation.cited] = None
    if not said or work.candidates:
        said |= dict.fromkeys((text, None) for text in sentences_of(paper.abstract or paper.title))
    for text, cited in said:
        words = words_of(text)
        work.names.update(name for _, name in finder.places(words))
        cues = find_cues(text)
        numbers = vocabulary.number_words(words)
        gathered.sentences.append(Sentence(place, text, cited, strength_of(cues), numbers, cues))
