"""Words that tell how a sentence speaks of what it cites: marked for the person who reads it, never counted.

A cue says where to look, not what is true: of the sentences with a word of contrast most contrast something else than
the cited finding. What a cue says about the stance is guessed only in `stance`, and only where that was measured.
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

from phengraph.model import Cue

FAILED = "failed replication"
CONTRAST = "contrast"
CONFIRMATION = "confirmation"
NEGATION = "negation"
SCALE = "scale"
MODEL = "model"
DATA_SET = "data set"
TERM = "term"

STRENGTHS = {FAILED: 1.0, CONTRAST: 0.8, CONFIRMATION: 0.7, NEGATION: 0.6, SCALE: 0.3}
"""What each kind adds to the part `cues` of a score, where it is the strongest of a sentence."""

_REPEAT = r"(?:replicat\w*|reproduc\w*)"
_OBSERVE = rf"(?:{_REPEAT}|(?:find|observe|see|confirm|detect|verify|match|generali[sz]e|hold|transfer|emerge)\b)"
# What a direction can be denied of.
_DIRECTION = (
    r"(?:improv|increas|decreas|reduc|degrad|deteriorat|help|hurt|harm|scal|emerg|transfer|hold|generali[sz]|grow|"
    r"fall|drop|rise|matter|benefit|appear|occur|converg|diverg|correlat|depend|predict|affect|exist|saturat|vanish)\w*"
)
_PRIOR = r"(?:previous|prior|earlier|existing|past|other|those|these|that|the|their|recent|our|both)\b"
_RESULT = r"(?:findings?|results?|observations?|trends?|conclusions?)\b"
_BIG = r"(?:scales?|models?|language\s+models?)\b"
# Each begins with a letter or a digit itself: the engine then passes over it quickly where another letter stands.
_PATTERNS: dict[str, tuple[str, ...]] = {
    FAILED: (
        rf"fail(?:s|ed|ure|ures|ing)?\s+to\s+{_OBSERVE}",
        rf"unable\s+to\s+{_OBSERVE}",
        rf"not\s+(?:\w+\s+){{0,2}}{_REPEAT}",
        rf"cannot\s+(?:\w+\s+){{0,2}}{_REPEAT}",
        r"irreproducib\w*",
        r"little\s+evidence",
        r"no\s+(?:\w+\s+)?evidence",
    ),
    CONTRAST: (
        r"in\s+(?:\w+\s+)?contrast(?:\s+(?:to|with)\b)?",
        r"by\s+contrast(?:\s+(?:to|with)\b)?",
        r"in\s+contradiction",
        r"in\s+disagreement",
        r"in\s+fact\b",
        r"contradict\w*",
        r"contrary\s+to\b",
        r"contrasts?\s+with\b",
        r"conflict\w*\s+(?:with|evidence|results?|findings?)\b",
        r"on\s+the\s+contrary\b",
        r"unlike\b",
        r"as\s+opposed\s+to\b",
        rf"opposite\s+(?:to|of|{_RESULT})",
        r"inconsisten\w*",
        r"at\s+odds\b",
        r"disagree\w*",
        r"challeng(?:e|es|ed|ing)\s+(?:the|this|that|these|those|prior|previous|claims?)\b",
        r"disput(?:e|es|ed|ing)\b",
        r"refut\w*",
        r"debunk\w*",
        r"overturn\w*",
        r"differ(?:s|ed)?\s+(?:\w+\s+)?from\b",
        r"diverg\w+\s+from\b",
        r"deviat\w+\s+from\b",
        r"call(?:s|ed|ing)?\s+(?:\w+\s+){0,4}into\s+question\b",
        rf"question(?:s|ed|ing)?\s+{_PRIOR}",
        r"break(?:s|ing)?\s+down\b",
        r"overestimat\w*",
        r"underestimat\w*",
        r"overstat\w*",
        r"artifacts?\s+of\b",
        r"mirage\b",
        r"however\b",
        r"whereas\b",
        r"nevertheless\b",
        r"nonetheless\b",
    ),
    CONFIRMATION: (
        r"consistent(?:ly)?\s+with\b",
        r"in\s+(?:good\s+|close\s+|full\s+)?(?:line|agreement|accordance|keeping)\s+with\b",
        r"confirm(?:s|ed|ing|ation)?\b",
        r"corroborat\w*",
        r"reaffirm\w*",
        r"substantiat\w*",
        r"validat(?:e|es|ed|ing)\s+(?:the|this|these)\b",
        r"also\s+(?:observ|find|found|report|show)\w*",
        r"similarly\s+(?:observ|find|found|report|show)\w*",
        r"independently\s+(?:observ|find|found|report|show)\w*",
        r"agree(?:s|d|ing)?\s+with\b",
        rf"support(?:s|ed|ing)?\s+{_PRIOR}",
        r"replicat\w*",
        r"reproduc\w*",
        r"as\s+(?:also\s+|previously\s+)?(?:observed|reported|found|predicted|expected)\s+(?:by|in|from)\b",
        rf"similar\s+(?:to\s+{_PRIOR}\s+(?:\w+\s+){{0,2}})?{_RESULT}",
        r"echo(?:es|ed|ing)?\b",
    ),
    NEGATION: (
        *(rf"{word}\s+(?:\w+\s+){{0,2}}{_DIRECTION}" for word in ("not", "cannot", "never", "hardly", "rarely")),
        rf"no\s+longer\s+{_DIRECTION}",
        r"no\s+(?:\w+\s+)?(?:improvement|increase|decrease|gain|benefit|effect|difference|correlation|relationship|"
        r"emergence|advantage|degradation|impact|transfer)s?\b",
        rf"without\s+(?:\w+ly\s+)?{_DIRECTION}",
    ),
    SCALE: (
        # Not the year of a reference: `Alpha et al. 2016b`.
        r"\d[\d.,]{0,9}(?:(?<!\b19\d\d)(?<!\b20\d\d)[bmt]|[\s-]?(?:billion|million|trillion))"
        r"(?:[\s-]+(?:param\w*|tokens?|models?|flops?))?\b",
        r"billions?\s+of\s+(?:param\w*|tokens?)",
        r"millions?\s+of\s+(?:param\w*|tokens?)",
        r"trillions?\s+of\s+(?:param\w*|tokens?)",
        r"orders?\s+of\s+magnitude\b",
        rf"larg(?:e|er|est)[\s-]+{_BIG}",
        rf"small(?:er|est)?[\s-]+{_BIG}",
        rf"bigger[\s-]+{_BIG}",
        r"at\s+scale\b",
        r"scaling\s+(?:laws?|up)\b",
        r"scales?\s+(?:with|as|up)\b",
        r"model\s+(?:size|scale)s?\b",
        r"data(?:set)?\s+(?:size|scale)s?\b",
        r"parameter\s+counts?\b",
    ),
}
_ALTERNATIVES = [(pattern, kind) for kind, patterns in _PATTERNS.items() for pattern in patterns]
_KINDS = [kind for _, kind in _ALTERNATIVES]
_CUE = re.compile(rf"\b(?:{'|'.join(f'{pattern}()' for pattern, _ in _ALTERNATIVES)})")
_NOT_CONTRACTED = re.compile(rf"\b\w{{1,6}}n['’]t\s+(?:\w+\s+){{0,2}}(?:({_REPEAT})|{_DIRECTION})")
# A denied confirmation is a contrast: `not consistent with`, `does not support the`.
_DENIED = re.compile(r"(?:\b(?:not|cannot|neither|nor|hardly|without)|n['’]t)\s+(?:\w+\s+){0,2}\Z")
# Lower case for ASCII only: other letters may grow when they are made small, and places in the text would move.
_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def find_cues(text: str) -> tuple[Cue, ...]:
    """The cues of a sentence in their order, none inside another.

    >>> text = "Contrary to [3], we fail to reproduce grokking at 7B parameters."
    >>> [(text[cue.start : cue.end], cue.kind) for cue in find_cues(text)]
    [('Contrary to', 'contrast'), ('fail to reproduce', 'failed replication'), ('7B parameters', 'scale')]
    >>> [cue.kind for cue in find_cues("This is not consistent with [3].")]
    ['contrast']
    """
    lower = text.lower() if text.isascii() else text.translate(_LOWER)
    contracted = _NOT_CONTRACTED.finditer(lower) if "n't" in lower or "n’t" in lower else ()
    found = [Cue(match.start(), match.end(), FAILED if match[1] else NEGATION) for match in contracted]
    taken = [(cue.start, cue.end) for cue in found]
    for match in _CUE.finditer(lower):
        start, end = match.span()
        if any(start < other_end and end > other_start for other_start, other_end in taken):
            continue
        kind = _KINDS[(match.lastindex or 1) - 1]
        if kind == CONFIRMATION and (denial := _DENIED.search(lower, max(0, start - 40), start)):
            kind, start = CONTRAST, denial.start()
        found.append(Cue(start, end, kind))
    return tuple(sorted(found))


def strength_of(cues: tuple[Cue, ...]) -> float:
    """How much the cues of a sentence ask for a look, 0 to 1: the strongest, and a little for each further kind."""
    strengths = sorted({STRENGTHS.get(cue.kind, 0.0) for cue in cues}, reverse=True)
    return min(1.0, strengths[0] + 0.1 * (len(strengths) - 1)) if strengths else 0.0
