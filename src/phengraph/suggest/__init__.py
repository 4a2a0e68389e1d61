"""From what cites the tracked papers to what is worth a curator's look; never counted, never a judgement.

words, lexical     texts as stems, and BM25 as a share of a claim's words
cues               words of contrast, confirmation, ..., marked in a sentence
questions, gather  what each claim asks; the papers that may bear on it
scoring, rank      the score and its parts; what is shown, best first
passages, showing  the sentences that it rests on; a suggestion in words
stance, own        a guess at the stance, only where it was measured; decisions as labels
labels, labelled, evaluate, metrics   how good all of it is
discover           papers beyond the citations
project            all of it for a project's files
"""

from phengraph.suggest.gather import Gathering
from phengraph.suggest.project import rank_project, rank_records, suggestions, wanted_claims
from phengraph.suggest.rank import RULE, Ranking
from phengraph.suggest.scoring import PARTS

__all__ = ["PARTS", "RULE", "Gathering", "Ranking", "rank_project", "rank_records", "suggestions", "wanted_claims"]
