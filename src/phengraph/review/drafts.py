"""The evidence that a key would write, made of a suggestion: shown before, edited at will, and said as what it is.

A draft takes its finding word for word from the most telling passage, and its locator and origin say so. Who puts it
into a sentence of their own keeps the passage as the quote.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from phengraph.curate.decisions import paper_names
from phengraph.curate.insert import EditRefused
from phengraph.curate.newpaper import make_key
from phengraph.curate.phenomena import default_confidence, default_name, default_review
from phengraph.curate.source import clean_text
from phengraph.model import (
    Checked,
    CitingPaper,
    Conditions,
    Decision,
    Evidence,
    Paper,
    Passage,
    Source,
    Stance,
    Strength,
    Suggestion,
    Verdict,
)
from phengraph.review.acts import Act
from phengraph.review.known import KnownPapers
from phengraph.review.quotes import bare_text, check_quote, has_ellipsis, texts_of

_NOWHERE = Source("", 0)
_LONGEST = 600
"""Characters of a finding that is taken from a passage."""
# Whoever read the paper or its figure may quote what nobody holds here.
_BEYOND_WHAT_WE_HOLD = frozenset({Checked.PAPER, Checked.FIGURE, Checked.CODE})


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be written of a suggestion, beside the stance."""

    finding: str
    locator: str
    checked: Checked
    strength: Strength = Strength.MODERATE
    quote: str = ""
    read_in: str = ""


def first_draft(suggestion: Suggestion) -> Draft:
    """The draft before anybody edited it; without a finding where there is nothing but a title."""
    passage = next((one for one in suggestion.passages if one.origin in ("citation", "abstract", "tldr")), None)
    if passage is None:
        return Draft("", "", Checked.ABSTRACT)
    finding = _cut(bare_text(passage.text))
    if passage.origin == "abstract":
        return Draft(finding, "abstract", Checked.ABSTRACT, read_in="abstract, from Semantic Scholar")
    if passage.origin == "tldr":
        read_in = "summary made by a machine (tldr), from Semantic Scholar"
        return Draft(finding, "abstract", Checked.SUMMARY, read_in=read_in)
    return Draft(finding, _where(passage), Checked.EXCERPT, read_in="citing sentence, from Semantic Scholar")


def _where(passage: Passage) -> str:
    return f"the sentence that cites {passage.cited}" if passage.cited else "a citing sentence"


def _cut(text: str) -> str:
    """The first sentences of a long text, whole; all of it where it has none."""
    if len(text) <= _LONGEST:
        return text
    ends = [match.end() for match in re.finditer(r"[.!?](?=\s)", text[:_LONGEST])]
    return text[: ends[-1]] if ends else text[:_LONGEST].rsplit(" ", 1)[0]


def edit_draft(draft: Draft, first: Draft, **changes: str) -> Draft:
    """A draft with what a person wrote: `finding`, `locator`, `quote`, `checked`, `strength`.

    The words of the passage become the quote when the finding is put into other words and no quote is given.

    Raises:
        EditRefused: a word is none of those that stand there.
    """
    edited = replace(
        draft,
        finding=bare_text(changes.get("finding", draft.finding)),
        locator=bare_text(changes.get("locator", draft.locator)),
        quote=bare_text(changes.get("quote", draft.quote)),
    )
    try:
        if "checked" in changes:
            edited = replace(edited, checked=Checked(changes["checked"]))
        if "strength" in changes:
            edited = replace(edited, strength=Strength(changes["strength"]))
    except ValueError as error:
        raise EditRefused(f"{error}; known are {', '.join([*Checked, *Strength])}") from None
    if edited.checked is Checked.RECALL:
        raise EditRefused("nobody reviews from recall; say what you read, or use `phengraph add evidence`")
    if edited.checked in _BEYOND_WHAT_WE_HOLD:
        edited = replace(edited, read_in="")
    elif edited.checked is first.checked:
        edited = replace(edited, read_in=first.read_in)
    own_words = edited.finding != first.finding
    if own_words and "quote" not in changes and not edited.quote and first.finding and not has_ellipsis(first.finding):
        edited = replace(edited, quote=first.finding)
    return edited


def decline(number: int, suggestion: Suggestion, verdict: Verdict, *, curator: str, on: str) -> Act:
    """The act of `not about` or `later`."""
    return Act(number, _decision(suggestion, verdict, None, curator, on))


def accept(
    number: int,
    suggestion: Suggestion,
    stance: Stance,
    draft: Draft,
    *,
    curator: str,
    on: str,
    papers: KnownPapers,
    evidence_names: Collection[str],
) -> Act:
    """The act that makes evidence of a suggestion.

    Args:
        papers: one of them may be the suggested paper already.
        evidence_names: names that are taken.

    Raises:
        EditRefused: the finding or locator is missing, or the quote is not in the text that we hold.
    """
    if not draft.finding:
        raise EditRefused("it has no finding; say in a sentence what the paper found")
    if not draft.locator:
        raise EditRefused("it has no locator; say where it is found, such as a section, figure or table")
    if draft.quote and draft.checked not in _BEYOND_WHAT_WE_HOLD:
        check_quote(draft.quote, texts_of(suggestion))
    new = paper_of(suggestion.paper)
    known = papers.find(new)
    if known is None and not (new.title and new.authors and new.year):
        missing = [
            what for what, value in (("title", new.title), ("authors", new.authors), ("year", new.year)) if not value
        ]
        raise EditRefused(
            f"Semantic Scholar has no {' and no '.join(missing)} of it; add the paper by `phengraph add paper` first"
        )
    key = known.key if known else make_key(new, papers.by_key)
    evidence = Evidence(
        name=_free(default_name(suggestion.claim, key), evidence_names),
        claim=suggestion.claim,
        paper=key,
        stance=stance,
        finding=draft.finding,
        locator=draft.locator,
        conditions=Conditions(),
        strength=draft.strength,
        checked=draft.checked,
        confidence=default_confidence(draft.checked),
        review=default_review(draft.checked),
        origin=None,
        quote=draft.quote or None,
        read_in=draft.read_in or None,
        source=_NOWHERE,
    )
    decision = _decision(suggestion, Verdict.ACCEPTED, stance, curator, on)
    return Act(number, decision, evidence, None if known else replace(new, key=key))


def _decision(suggestion: Suggestion, verdict: Verdict, stance: Stance | None, curator: str, on: str) -> Decision:
    names = paper_names(suggestion.paper)
    if not names:
        raise EditRefused("the paper has no id at Semantic Scholar, so that no decision on it can be remembered")
    title = clean_text(suggestion.paper.title)
    return Decision(suggestion.claim, names[0], verdict, stance, curator, on, _NOWHERE, title)


def _free(name: str, taken: Collection[str]) -> str:
    number, free = 2, name
    while free in taken:
        free = f"{name}.{number}"
        number += 1
    return free


def paper_of(citing: CitingPaper) -> Paper:
    """A citing paper as an entry of papers.bib, without a key."""
    month = int(citing.date[5:7]) if citing.date and len(citing.date) >= 7 and citing.date[5:7].isdecimal() else None
    venue = clean_text(citing.venue or "")
    names = tuple(name for name in map(clean_text, citing.authors) if name)
    return Paper(
        key="",
        title=clean_text(citing.title),
        authors=names,
        authors_complete=citing.authors_complete,
        year=citing.year,
        month=month if month and 1 <= month <= 12 and citing.date and citing.date[:4] == str(citing.year) else None,
        venue=None if venue.casefold() in ("", "arxiv.org", "arxiv") else venue,
        kind="misc",
        arxiv=citing.arxiv,
        doi=citing.doi,
        openreview=None,
        corpus_id=citing.corpus_id,
        url=None,
        note=None,
        checks={"authors": "Semantic Scholar", "id": "Semantic Scholar"},
        source=_NOWHERE,
    )
