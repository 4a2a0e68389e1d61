"""The ranking: which citing papers are worth a look for which claims, best first, with what each score is made of.

A pure function of values: the same knowledge, citations, decisions and settings give the same suggestions in the same
order, whatever the order in which they came. Nothing here counts in a status.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np

from phengraph.curate.decisions import paper_names, standing
from phengraph.ingest.candidates import Candidate
from phengraph.model import Citation, CitingPaper, Decision, Knowledge, Passage, Suggestion, Verdict
from phengraph.quads.citations import TrackedPapers
from phengraph.settings import SuggestSettings
from phengraph.suggest.gather import Gathered, Gathering, Work
from phengraph.suggest.own import readings_of
from phengraph.suggest.passages import PassageChooser
from phengraph.suggest.questions import Question, Questions
from phengraph.suggest.scoring import PARTS, ClaimScores, Scorer, Vectors
from phengraph.suggest.stance import measure_phrases, reads_like

RULE = "suggest 1"
"""Version of the ranking: changed when the same records would be ranked otherwise."""


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
        citations: of all tracked papers, in any order, or what was gathered of them as they went by; removed ones are
            passed over.
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
        citations: Iterable[Citation] | Gathering,
        candidates: Iterable[Candidate] = (),
        decisions: Iterable[Decision] = (),
        settings: SuggestSettings | None = None,
        *,
        tracked: TrackedPapers | None = None,
        vectors: Vectors | None = None,
        later: bool = False,
    ) -> None:
        self._settings = settings or SuggestSettings()
        if isinstance(citations, Gathering):
            gathering = citations
        else:
            gathering = Gathering(knowledge)
            for citation in citations:
                gathering.add(citation)
        self._questions: Questions = gathering.questions
        vocabulary = gathering.vocabulary
        self.gathered: Gathered = gathering.finish(candidates)
        tracked = tracked or TrackedPapers(knowledge, {})
        self._keys = [tracked.key_of(work.paper) for work in self.gathered.works]
        weights = self._settings.weights
        self._scorer = Scorer(self._questions, self.gathered, vocabulary, weights, self._keys, vectors or {})
        self._chooser = PassageChooser(vocabulary, self._scorer.rarities, self._questions.names)
        decisions = list(decisions)
        self._decided = {
            pair for pair, one in standing(decisions).items() if not (later and one.verdict is Verdict.LATER)
        }
        self._shown = self._measured_phrases(decisions, knowledge) | set(self._settings.measured_cues)

    @cached_property
    def _scored(self) -> list[_Scored]:
        """All that is shown, best first."""
        found: list[_Scored] = []
        for one in self._scorer.by_claim():
            found += self._above_floor(one)
        return sorted(found, key=lambda one: one.order)

    def _above_floor(self, claim: ClaimScores) -> list[_Scored]:
        scores = claim.scores
        found: list[_Scored] = []
        # Of equal scores the order of the works decides, which is that of their names.
        for place in np.argsort(-scores, kind="stable"):
            if scores[place] < self._settings.floor or scores[place] <= 0 or len(found) == self._settings.per_claim:
                break
            work = int(claim.works[place])
            if not self._is_settled(claim.question, work):
                parts = tuple(map(float, claim.parts[:, place]))
                found.append(_Scored(claim.question, work, float(scores[place]), parts))
        return found

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
            sentences = (self.gathered.sentences[place] for place in self._scorer.sentences_of.get(one.work, ()))
            citing = [sentence for sentence in sentences if sentence.cited in papers]
            chosen = self._chooser.choose(one.question, work.paper, citing, limit=passages, mark=mark)
            yield self._suggestion(one, work, origin, seen, cites, chosen)

    def scores(self) -> Iterator[tuple[str, dict[str, float]]]:
        """Each claim with the score of every paper that may bear on it, by name; below the floor and decided on too."""
        for one in self._scorer.by_claim():
            names = (self.gathered.works[place].name for place in one.works)
            yield one.question.claim, dict(zip(names, one.scores.tolist(), strict=True))

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

    def _is_settled(self, question: Question, place: int) -> bool:
        """Whether the paper is evidence for the claim already, or a curator decided on it."""
        if self._keys[place] in question.evidence:
            return True
        return any((question.claim, name) in self._decided for name in paper_names(self.gathered.works[place].paper))
