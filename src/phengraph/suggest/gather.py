"""The papers that may bear on claims, gathered from citations and candidates, with their texts as numbered words.

A paper that cites several tracked ones comes once. What is gathered is a few arrays and the records themselves, so that
a hundred claims are then asked in a few sparse products.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from phengraph.ingest.candidates import Candidate
from phengraph.model import Citation, CitingPaper, Cue
from phengraph.quads.citations import work_name
from phengraph.suggest.cues import find_cues, strength_of
from phengraph.suggest.lexical import Vocabulary
from phengraph.suggest.questions import Name, NameFinder, Questions
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


@dataclass(slots=True)
class Work:
    """A paper that may bear on claims."""

    name: str
    """As under `<work/>`: tells one paper from another."""
    paper: CitingPaper
    citations: list[Citation] = field(default_factory=list)
    """Of tracked papers that lead to a claim."""
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
    words: list[int]
    """Its words, numbered by the vocabulary."""
    cues: tuple[Cue, ...]


@dataclass(slots=True)
class Gathered:
    """All that a ranking needs to know of the papers, in the order of their names."""

    works: list[Work]
    sentences: list[Sentence]
    """In the order of the works."""
    work_words: list[list[int]]
    """Of title, abstract and summary, numbered by the vocabulary."""
    background: list[list[int]]
    """Words of the project's own texts: they tell how rare a word is."""


def gather(
    questions: Questions, citations: Iterable[Citation], candidates: Iterable[Candidate], vocabulary: Vocabulary
) -> Gathered:
    """Gather what bears on the claims.

    Args:
        questions: which tracked papers lead to a claim; citations of others, and removed ones, are passed over.
        citations: in any order, of any tracked papers.
        candidates: in any order.
        vocabulary: of all claims.
    """
    works: dict[str, Work] = {}
    for citation in citations:
        if citation.removed is None and citation.cited in questions.phenomena and (citation.citing.title):
            name = work_name(citation.citing)
            work = works.get(name)
            if work is None:
                works[name] = work = Work(name, citation.citing)
            elif _says_more(citation.citing, work.paper):
                work.paper = citation.citing
            work.citations.append(citation)
    # A run over the whole corpus knows a paper by its corpus id alone.
    by_corpus = {work.paper.corpus_id: name for name, work in works.items() if work.paper.corpus_id is not None}
    for candidate in candidates:
        if candidate.phenomenon in questions.of_phenomenon and candidate.paper.title:
            name = by_corpus.get(candidate.paper.corpus_id or -1) or work_name(candidate.paper)
            works.setdefault(name, Work(name, candidate.paper)).candidates.append(candidate)
    gathered = Gathered([works[name] for name in sorted(works)], [], [], [])
    finder = NameFinder(questions.names)
    for place, work in enumerate(gathered.works):
        _read_work(gathered, place, work, finder, vocabulary)
    gathered.background += [vocabulary.number_words(words_of(text)) for text in questions.background]
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
        for context in citation.contexts:
            said[context.text, citation.cited] = None
    if not said or work.candidates:
        said |= dict.fromkeys((text, None) for text in sentences_of(paper.abstract or paper.title))
    for text, cited in said:
        words = words_of(text)
        work.names.update(name for _, name in finder.places(words))
        cues = find_cues(text)
        numbers = vocabulary.number_words(words)
        gathered.sentences.append(Sentence(place, text, cited, strength_of(cues), numbers, cues))
