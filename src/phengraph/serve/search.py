"""Search over everything that people wrote: every word must stand in the entry; accents and case do not matter.

A scan of folded texts, no index: at the shipped size it takes a millisecond, at ten thousand claims some fifty. A word
counts most in a label, more at the start of a word than inside one, and short entries before long ones.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from phengraph.serve.site import Site

_LABEL_WEIGHT, _TEXT_WEIGHT = 6.0, 1.0
# Of equal nearness a claim is what people look for, and a finding is told on its claim's page.
_KIND_WEIGHTS = {"phenomenon": 1.5, "claim": 1.4, "topic": 1.3, "model": 1.2, "paper": 1.0, "evidence": 0.6}
_EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Text:
    """An entry as it is searched."""

    kind: str
    name: str
    label: str
    told: str
    """What a reader sees beside the label."""
    folded_label: str
    folded_text: str


# Gone with their site: a snapshot that is no longer served must not stay in memory.
_TEXTS: WeakKeyDictionary[Site, tuple[Text, ...]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Text
    score: float


def fold(text: str) -> str:
    """Case and accents taken off; a space before, so that the start of a word can be told.

    >>> fold("Müller & Ångström")
    ' muller & angstrom'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " " + "".join(one for one in decomposed if not unicodedata.combining(one))


def fold_words(asked: str) -> list[str]:
    return fold(asked).split()


def has_words(words: Sequence[str], *texts: str | None) -> bool:
    """Whether every folded word stands in one of the texts."""
    if not words:
        return True
    folded = fold(" ".join(text for text in texts if text))
    return all(word in folded for word in words)


def search(site: Site, asked: str, kinds: Sequence[str] = ()) -> list[Hit]:
    """Entries with all the words, the nearest first."""
    words = fold_words(asked)
    if not words:
        return []
    scored = (Hit(entry, _score(entry, words)) for entry in _texts(site) if not kinds or entry.kind in kinds)
    return sorted((hit for hit in scored if hit.score), key=lambda hit: -hit.score)


def excerpt(entry: Text, asked: str) -> str:
    """What is told of an entry, cut around the first word that stands in it, on one line."""
    plain = " ".join(entry.told.split())
    place = min((found for word in fold_words(asked) if (found := fold(plain).find(word)) >= 0), default=0)
    start = max(0, place - _EXCERPT // 3) if place > _EXCERPT // 2 else 0
    cut = plain[start : start + _EXCERPT]
    return ("…" if start else "") + cut + ("…" if start + _EXCERPT < len(plain) else "")


def _score(entry: Text, words: Sequence[str]) -> float:
    total = 0.0
    for word in words:
        best = max(
            _LABEL_WEIGHT * _nearness(word, entry.folded_label), _TEXT_WEIGHT * _nearness(word, entry.folded_text)
        )
        if not best:
            return 0.0
        total += best
    return _KIND_WEIGHTS[entry.kind] * total / (1 + len(entry.folded_label) / 400)


def _nearness(word: str, folded: str) -> float:
    if word not in folded:
        return 0.0
    if f" {word} " in f"{folded} ":
        return 3.0
    return 2.0 if f" {word}" in folded else 1.0


def _texts(site: Site) -> tuple[Text, ...]:
    if site not in _TEXTS:
        _TEXTS[site] = tuple(
            Text(kind, name, label, told, fold(label), fold(f"{told} {more}"))
            for kind, name, label, told, more in _everything(site)
        )
    return _TEXTS[site]


def _everything(site: Site) -> Iterator[tuple[str, str, str, str, str]]:
    """Of each entry its kind, name and label, what is told of it, and what else is searched."""
    known = site.knowledge
    for claim in known.claims.values():
        yield "claim", claim.slug, claim.label, claim.text, ""
    for phenomenon in known.phenomena.values():
        yield "phenomenon", phenomenon.slug, phenomenon.label, phenomenon.description, phenomenon.label_zh or ""
    for topic in known.topics.values():
        yield "topic", topic.slug, topic.label, topic.label_zh or "", ""
    for paper in known.papers.values():
        who = ", ".join(paper.authors)
        published = ", ".join(filter(None, (paper.venue, str(paper.year or ""))))
        identifiers = _joined(paper.key, paper.arxiv, paper.doi)
        yield "paper", paper.key, paper.title, ". ".join(filter(None, (who, published))), identifiers
    for model in known.models.values():
        facts = ", ".join(filter(None, (model.organisation, model.parameters, model.normalization)))
        yield "model", model.key, model.label, facts, _joined(model.key, model.note)
    for one in known.evidence.values():
        conditions, claim_of = one.conditions, known.claims.get(one.claim)
        told = f"{site.cite[one.paper]} {one.stance}" + (f": {claim_of.label}" if claim_of else "")
        more = _joined(one.quote, one.locator, conditions.metric, conditions.note, *conditions.datasets, one.paper)
        yield "evidence", one.name, one.finding, told, more


def _joined(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)
