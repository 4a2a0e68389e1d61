"""A guess at how a sentence reads, shown only where it was measured to be right: `contrast` or `confirmation`.

Classifiers do not find contradiction reliably (docs/suggestions.md has the figures), so a guess rests on one of a few
phrases, each with a name, and each is shown only when it was right often enough: when the lower end of the 95 %
interval (Wilson) of its precision is at least .8 in the decisions of this project's curators, or when a person named it
in `phengraph.toml` after measuring it with `phengraph suggestions --evaluate`. The phrases were written down beforehand
and are fitted to nothing, so every labelled sentence is a held-out one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from phengraph.model import Passage

CONTRAST, CONFIRMATION = "contrast", "confirmation"
PRECISION = 0.8
"""A phrase is shown when its precision is at least this, whatever chance did in the cases that were counted."""
_Z95 = 1.959963984540054

_WORK = (
    r"(?:\w+\s+){0,3}(?:findings?|results?|observations?|conclusions?|reports?|claims?|work|studies|study|theory|\[)"
)
PHRASES: Mapping[str, tuple[str, re.Pattern[str]]] = {
    name: (reads, re.compile(rf"\b(?:{pattern})", re.I))
    for name, reads, pattern in (
        ("contrary-to", CONTRAST, rf"contrary to {_WORK}"),
        ("in-contrast-to", CONTRAST, rf"in (?:\w+ )?contrast (?:to|with) {_WORK}"),
        ("contradicts", CONTRAST, r"contradict(?:s|ed|ing)?\b|in contradiction (?:to|with)"),
        ("inconsistent-with", CONTRAST, r"(?:not|in)[ -]?consistent with|at odds with|in disagreement with"),
        ("disagrees", CONTRAST, r"disagree(?:s|d|ing)? with|in conflict with|conflict(?:s|ed|ing)? with"),
        ("fails-to-replicate", CONTRAST, r"(?:fail(?:s|ed)?|unable) to (?:replicate|reproduce|confirm|find)"),
        (
            "challenges",
            CONTRAST,
            r"challeng(?:es|ed|ing) (?:the|this|that|these) |call(?:s|ed)? into question|refut\w+",
        ),
        ("does-not-hold", CONTRAST, r"(?:does|do|did) not (?:hold|replicate|generali[sz]e|support)"),
        ("consistent-with", CONFIRMATION, rf"(?<!not )(?<!in)consistent with {_WORK}"),
        ("in-line-with", CONFIRMATION, rf"in (?:line|agreement|accordance|keeping) with {_WORK}"),
        (
            "confirms",
            CONFIRMATION,
            r"(?<!to )confirm(?:s|ed|ing)? (?:the|that|this|these|previous|prior|earlier)\b|corroborat\w+",
        ),
        ("agrees", CONFIRMATION, r"agree(?:s|d|ing)? with"),
        ("replicates", CONFIRMATION, r"(?:we|also|successfully) (?:replicate|reproduce)[sd]?\b|reaffirm\w*"),
        ("also-finds", CONFIRMATION, r"(?:also|similarly|likewise) (?:find|found|observe|observed|report|reported)\b"),
        ("supports", CONFIRMATION, rf"support(?:s|ed|ing)? (?:the|this|these) {_WORK}"),
    )
}
_DENIAL = re.compile(r"(?:\b(?:not|never|cannot|hardly|nor)|n['’]t) (?:\w+ ){0,2}\Z", re.I)


def phrases_in(text: str) -> dict[str, str]:
    """The phrases of a sentence: name -> how it reads; those of a denied confirmation are left out.

    >>> phrases_in("Contrary to the findings of [3], loss keeps falling.")
    {'contrary-to': 'contrast'}
    >>> phrases_in("We cannot confirm the claim."), phrases_in("Widgets were studied before [3].")
    ({}, {})
    """
    found = {}
    for name, (reads, pattern) in PHRASES.items():
        match = pattern.search(text)
        if match and (reads == CONTRAST or not _DENIAL.search(text, max(0, match.start() - 30), match.start())):
            found[name] = reads
    return found


def guess_of(texts: Iterable[str], shown: Collection[str]) -> tuple[str, str] | None:
    """How the first telling sentence reads and the phrase that says so; None where nothing or both is said.

    Args:
        texts: citing sentences, the most telling first.
        shown: names of the phrases that were measured to be right.
    """
    if not shown:
        return None
    for text in texts:
        found = phrases_in(text)
        if len(set(found.values())) == 1:
            # The sentence is told by a phrase that may be shown; all that it says goes one way.
            for name, reads in found.items():
                if name in shown:
                    return reads, name
        if found:
            return None
    return None


def reads_like(passages: Iterable[Passage], shown: Collection[str]) -> str | None:
    """The guess of `guess_of` over the citing sentences of a suggestion."""
    guess = guess_of((one.text for one in passages if one.origin == "citation"), shown)
    return guess[0] if guess else None


@dataclass(frozen=True, slots=True)
class Measured:
    """How often something was right."""

    right: int
    cases: int

    @property
    def precision(self) -> float | None:
        """The share that was right; None without cases."""
        return self.right / self.cases if self.cases else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the precision (Wilson 1927); 0 to 1 without cases.

        >>> [round(end, 3) for end in Measured(16, 16).interval], [round(end, 3) for end in Measured(8, 10).interval]
        ([0.806, 1.0], [0.49, 0.943])
        """
        if not self.cases:
            return 0.0, 1.0
        share, count = self.right / self.cases, self.cases
        middle = (share + _Z95**2 / (2 * count)) / (1 + _Z95**2 / count)
        half = _Z95 / (1 + _Z95**2 / count) * sqrt(share * (1 - share) / count + _Z95**2 / (4 * count**2))
        return max(0.0, middle - half), min(1.0, middle + half)

    @property
    def is_good(self) -> bool:
        """Whether it may be shown."""
        return self.interval[0] >= PRECISION


def measure_phrases(labelled: Iterable[tuple[Iterable[str], str | None]]) -> dict[str, Measured]:
    """How often the guess of each phrase by itself was right, by name; those without a case are left out.

    Args:
        labelled: citing sentences of a paper, and how a person read them: `contrast`, `confirmation`, or None for
            neither.
    """
    counts: dict[str, list[int]] = {}
    for given, truth in labelled:
        texts = list(given)
        for name in dict.fromkeys(name for text in texts for name in phrases_in(text)):
            guess = guess_of(texts, {name})
            if guess is not None:
                row = counts.setdefault(name, [0, 0])
                row[0] += guess[0] == truth
                row[1] += 1
    return {name: Measured(*counts[name]) for name in PHRASES if name in counts}
