"""From what cites the tracked papers to what is worth a curator's look; never counted, never a judgement.

words, lexical     texts as stems, and BM25 as a share of a claim's words
cues               words of contrast, confirmation, ..., marked in a sentence
questions, gather  what each claim asks; the papers that may bear on it
rank, passages     the score and its parts; the sentences that it rests on
project            all of it for a project's files
"""

from phengraph.suggest.project import rank_project, rank_records, suggestions, wanted_claims
from phengraph.suggest.rank import PARTS, RULE, Ranking

__all__ = ["PARTS", "RULE", "Ranking", "rank_project", "rank_records", "suggestions", "wanted_claims"]
