"""Texts as the words that a ranking compares: lower case, stems, without the words that say nothing.

Stems by Snowball (the Porter2 stemmer), so that "scaling" meets "scales". Maths is left out but for its numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

WORD = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*[a-z]*")
"""One word of a text in lower case; `1.3b` is one, `gpt-3` are two."""
_ASCII_WORD = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)*[a-z]*")
_MATHS = re.compile(r"\$([^$]*)\$")
_COMMAND = re.compile(r"\\[A-Za-z]+|[_^{}\\]")
# `$20N$` is twenty times something: people write of 20 tokens, and not of 20N.
_FACTOR = re.compile(r"(?<=\d)(?=[A-Za-z])")
_TAGS = re.compile(r"<[^<>]{1,60}>")
_LINKS = re.compile(r"\]\([^)\s]*\)")
# The function words of English, and what every scientific text says.
_STOP_WORDS = """
a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing done down during each either et al few for from further had has have having he her here
how however i if in into is it its itself just may me might more most much must my no nor not now of off on once one
only or other our out over own per same she should so some such than that the their them then there these they this
those through thus to too two under until up upon us very was we well were what when where whether which while who
whom whose why will with within without would yet you your paper propose present study show shown shows work
approach novel recent recently using used use via based e g i figure fig table section
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_SHORTEST = 2


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=200_000)
def stem_of(word: str) -> str:
    """The stem of a word in lower case, `""` for one that says nothing.

    >>> stem_of("scaling"), stem_of("scales"), stem_of("the"), stem_of("20b")
    ('scale', 'scale', '', '20b')
    """
    if len(word) < _SHORTEST or word in STOP_WORDS:
        return ""
    if word[0].isdigit():
        return word
    stem: str = _stemmer().stemWord(word)
    return stem


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in their order, stop words too.

    >>> words_of("Pre-norm GPT-3, 1.3B parameters.")
    ['pre', 'norm', 'gpt', '3', '1.3b', 'parameters']
    """
    lower = text.lower()
    # The same words of plain ASCII in two thirds of the time.
    return (_ASCII_WORD if lower.isascii() else WORD).findall(lower)


def plain_text(markdown: str) -> str:
    r"""Prose without addresses, tags and the commands of maths; numbers and letters of maths stay.

    >>> plain_text(r"roughly $20N$ tokens, $N \\propto C^{0.5}$, see [this](https://example.org)").split()
    ['roughly', '20', 'N', 'tokens,', 'N', 'C', '0.5', ',', 'see', '[this']
    """
    text = _LINKS.sub(" ", _TAGS.sub(" ", markdown))
    return _MATHS.sub(lambda maths: f" {_FACTOR.sub(' ', _COMMAND.sub(' ', maths[1]))} ", text)


def stems_of(*texts: str) -> list[str]:
    """The stems of texts in their order, words that say nothing left out.

    >>> stems_of("The best number of training tokens is about twenty per parameter")
    ['best', 'number', 'train', 'token', 'twenti', 'paramet']
    """
    return [stem for text in texts for word in words_of(plain_text(text)) if (stem := stem_of(word))]


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Each value once, in the order in which it first came."""
    return tuple(dict.fromkeys(values))
