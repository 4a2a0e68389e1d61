"""BM25 (by `bm25s`) as a share: how much of what a claim says does a text say.

BM25 in the form of Lucene sums, over the words of the query, the word's rarity times a factor below one that grows with
its frequency in the text. Divided by the sum of the rarities it is a number below one that means the same for a short
claim as for a long one, and orders the texts of one claim as BM25 does.

    S. Robertson, H. Zaragoza: The probabilistic relevance framework: BM25 and beyond. 2009.
    C. Kamphuis et al.: Which BM25 do you mean? ECIR 2020 (the form of Lucene).
"""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from phengraph.suggest.words import stem_of

if TYPE_CHECKING:
    import bm25s

# The values that the literature uses when nothing was tuned.
K1 = 1.2
B = 0.75
_OTHER = 0
"""The number of every word that no query has: such words only make a text longer."""


class _Known(dict[str, int]):
    """The number of each word that came so far; -1 for one that says nothing."""

    def __init__(self, numbers: Mapping[str, int]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, word: str) -> int:
        stem = stem_of(word)
        number = self[word] = self._numbers.get(stem, _OTHER) if stem else -1
        return number


class Vocabulary:
    """The words of all queries, numbered from 1; all others are number 0."""

    def __init__(self, words: Iterable[str]) -> None:
        self.numbers: dict[str, int] = {word: place for place, word in enumerate(sorted(set(words)), 1)}
        self._known = _Known(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers) + 1

    def number_words(self, words: Sequence[str]) -> array[int]:
        """The numbers of words in lower case, in their order; stop words are left out."""
        return array("I", [number for number in map(self._known.__getitem__, words) if number >= 0])


class Shares:
    """Texts of one kind (papers, sentences), to be asked how much of a query each says.

    Args:
        texts: the numbers of each text's words, as `Vocabulary.number_words` gives them.
        vocabulary: of all queries.
    """

    def __init__(self, texts: Sequence[Sequence[int]], vocabulary: Vocabulary) -> None:
        import bm25s

        # It sets its own logger to DEBUG, and a server has a handler for what is logged.
        logging.getLogger("bm25s").setLevel(logging.WARNING)
        self._count = len(texts)
        # bm25s cannot index texts of which none has a word.
        self._index: bm25s.BM25 | None = None
        frequencies = np.zeros(len(vocabulary), dtype=np.int64)
        for text in texts:
            for number in set(text):
                frequencies[number] += 1
        if frequencies.any():
            self._index = bm25s.BM25(method="lucene", k1=K1, b=B, dtype="float64")
            numbered = {str(number): number for number in range(len(vocabulary))}
            self._index.index((texts, numbered), show_progress=False, create_empty_token=False)
        self.rarities: NDArray[np.float64] = np.log1p((self._count - frequencies + 0.5) / (frequencies + 0.5))
        """Of each word, as Lucene has it; natural logarithm."""

    def of(self, query: Mapping[int, float]) -> NDArray[np.float64]:
        """The share of a query in each text, in their order.

        Args:
            query: weight by number of word; the rarest words weigh most in any case.
        """
        total = math.fsum(self.rarities[number] * weight for number, weight in query.items())
        if self._index is None or total <= 0:
            return np.zeros(self._count)
        shares = np.zeros(self._count)
        for weight in sorted(set(query.values())):
            numbers = sorted(number for number, one in query.items() if one == weight)
            shares += weight * self._index.get_scores(numbers)
        return np.asarray(np.minimum(shares / total, 1.0))
