"""The status of a claim: one label, the counts behind it, and the sentence that says why.

Counting votes is weak: it does not see how large or how careful a study was beyond one word of strength, nor which
studies nobody wrote. So the rule is small enough to be argued with, has a version, prints its reason with the numbers
in it, and a person can always see the evidence beside it. docs/status.md tells it in full.

The rule, version 1:

1. Only accepted evidence counts; proposed, rejected and retired evidence counts in nothing.
2. The papers that support or contradict the claim are grouped into *teams*: papers with a common author, directly or
   through other papers of the two sides. An author list over the limit (30) links nobody.
3. On each side the heaviest finding of a team counts, once. S and C are the sums.
4. The first label that fits: **open** (S = C = 0) · **conditional** (the minority has at least 25 % of the weight, and
   the sides speak of disjoint scales) · **contested** (the minority has at least 25 %) · **supported** or **refuted**
   (two teams or more on the majority side) · **single source**.

Everything is a pure function of the model's values, in whole thousandths, so that no label depends on the rounding of
a sum and the page's own copy of the rule (TypeScript) can agree to the last digit.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from phengraph.model import (
    Conditions,
    Evidence,
    Knowledge,
    Paper,
    Range,
    Review,
    Stance,
    Status,
    StatusRecord,
    Strength,
)
from phengraph.settings import StatusSettings

RULE = "1"
WITH_DISSENT = "with dissent"
QUALIFIED = "qualified"
NEWEST_DISAGREES = "newest strong evidence disagrees"
FLAGS = (WITH_DISSENT, QUALIFIED, NEWEST_DISAGREES)

SCALES: Mapping[str, str] = {"parameters": "parameters", "tokens": "training tokens", "compute": "training compute"}


def judge(
    claim: str, evidence: Iterable[Evidence], papers: Mapping[str, Paper], settings: StatusSettings
) -> StatusRecord:
    """The status of one claim.

    Args:
        claim: its slug; only names the record.
        evidence: everything about this claim, in any order and any review state.
        papers: at least those that the evidence names, by key; one that is missing is a team of its own.
        settings: the weights, the line of the minority, the author limit.

    >>> judge("made-up", [], {}, StatusSettings()).reason
    'No accepted evidence supports or contradicts it.'
    """
    everything = list(evidence)
    accepted = [one for one in everything if one.review is Review.ACCEPTED]
    support = [one for one in accepted if one.stance is Stance.SUPPORTS]
    contradict = [one for one in accepted if one.stance is Stance.CONTRADICTS]
    qualify = [one for one in accepted if one.stance is Stance.QUALIFIES]

    teams = find_teams({one.paper for one in support + contradict}, papers, settings.team_author_limit)
    for_it = _weigh(support, teams, settings)
    against = _weigh(contradict, teams, settings)
    qualifying = find_teams({one.paper for one in qualify}, papers, settings.team_author_limit)

    total = for_it.weight + against.weight
    minority = min(for_it.weight, against.weight)
    line = _thousandths(settings.minority_share)
    divided = total > 0 and minority * 1000 >= line * total
    scale = disjoint_scale(support, contradict) if divided else None
    majority_supports = for_it.weight >= against.weight
    if total == 0:
        status = Status.OPEN
    elif divided:
        status = Status.CONTESTED if scale is None else Status.CONDITIONAL
    elif max(for_it, against, key=attrgetter("weight")).teams >= 2:
        status = Status.SUPPORTED if majority_supports else Status.REFUTED
    else:
        status = Status.SINGLE_SOURCE

    flags = []
    if minority and not divided:
        flags.append(WITH_DISSENT)
    if qualify:
        flags.append(QUALIFIED)
    if total and not divided:
        majority, rest = (support, contradict) if majority_supports else (contradict, support)
        if _newest_strong_disagrees(majority, rest, papers):
            flags.append(NEWEST_DISAGREES)

    proposed = sum(one.review is Review.PROPOSED for one in everything)
    return StatusRecord(
        claim=claim,
        status=status,
        rule=RULE,
        reason=_reason(status, for_it, against, line, scale, proposed),
        supporting_teams=for_it.teams,
        contradicting_teams=against.teams,
        qualifying_teams=len(set(qualifying.values())),
        support_weight=for_it.weight / 1000,
        contradict_weight=against.weight / 1000,
        share=_share(for_it.weight, against.weight),
        flags=tuple(flags),
    )


def judge_all(knowledge: Knowledge, settings: StatusSettings) -> dict[str, StatusRecord]:
    """The status of every claim, by slug, in the order of the claims."""
    by_claim: dict[str, list[Evidence]] = defaultdict(list)
    for one in knowledge.evidence.values():
        by_claim[one.claim].append(one)
    return {slug: judge(slug, by_claim.get(slug, ()), knowledge.papers, settings) for slug in knowledge.claims}


def find_teams(keys: Iterable[str], papers: Mapping[str, Paper], author_limit: int) -> dict[str, str]:
    """The team of each paper, named by the first key of the team in the order of the alphabet.

    Teams are the connected components of the papers under "has a common author". Of a list that ends in "et al." the
    names that are there link. A list of more than `author_limit` names links nothing: it says who belongs to a large
    collaboration, not who did this study.
    """
    parent = {key: key for key in sorted(keys)}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    first_paper: dict[str, str] = {}
    for key in parent:
        paper = papers.get(key)
        if paper is None or len(paper.authors) > author_limit:
            continue
        for name in map(normalize_author, paper.authors):
            if not name:
                continue
            one, other = root(first_paper.setdefault(name, key)), root(key)
            parent[max(one, other)] = min(one, other)
    return {key: root(key) for key in parent}


def normalize_author(name: str) -> str:
    """A name as it is compared: accents and case folded, everything but letters and digits a space.

    Initials are not matched to full names: `J. Lee` may be anybody.

    >>> normalize_author("Kaplan, Jared") == normalize_author("Jared  Kaplan")
    True
    >>> normalize_author("Jörg Müller-Lüdenscheidt")
    'jorg muller ludenscheidt'
    """
    last, comma, first = name.partition(",")
    decomposed = unicodedata.normalize("NFKD", f"{first} {last}" if comma else name)
    letters = (
        character if unicodedata.category(character)[0] in "LN" else " "
        for character in decomposed
        if not unicodedata.category(character).startswith("M")
    )
    return " ".join("".join(letters).lower().split())


def disjoint_scale(support: Sequence[Evidence], contradict: Sequence[Evidence]) -> str | None:
    """The first scale on which the two sides do not meet: `parameters`, `tokens` or `compute`; else None.

    Disjoint means that every finding of both sides states a range on this scale and no range of the one side touches
    a range of the other. Ranges are closed and an open end is infinite. A finding that states no range might hold at
    any scale, so one such finding on either side is enough for "not disjoint".
    """
    for scale in SCALES:
        ours, theirs = _ranges(support, scale), _ranges(contradict, scale)
        if ours and theirs and not any(_touch(one, other) for one in ours for other in theirs):
            return scale
    return None


@dataclass(frozen=True, slots=True)
class _Side:
    teams: int
    weight: int
    """In thousandths."""


def _thousandths(value: float) -> int:
    return round(value * 1000)


def _weigh(evidence: Iterable[Evidence], teams: Mapping[str, str], settings: StatusSettings) -> _Side:
    weights = {
        Strength.STRONG: _thousandths(settings.strong),
        Strength.MODERATE: _thousandths(settings.moderate),
        Strength.WEAK: _thousandths(settings.weak),
    }
    heaviest: dict[str, int] = {}
    for one in evidence:
        team = teams[one.paper]
        heaviest[team] = max(heaviest.get(team, 0), weights[one.strength])
    return _Side(len(heaviest), sum(heaviest.values()))


def _ranges(evidence: Iterable[Evidence], scale: str) -> list[tuple[float, float]] | None:
    """The ranges of all findings on a scale, or None when one of them states none."""
    ranges = []
    for one in evidence:
        stated: Range | None = _range_on(one.conditions, scale)
        if stated is None or (stated.minimum is None and stated.maximum is None):
            return None
        low = float("-inf") if stated.minimum is None else stated.minimum
        ranges.append((low, float("inf") if stated.maximum is None else stated.maximum))
    return ranges


def _range_on(conditions: Conditions, scale: str) -> Range | None:
    return {"parameters": conditions.parameters, "tokens": conditions.tokens, "compute": conditions.compute}[scale]


def _touch(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _newest_strong_disagrees(
    majority: Iterable[Evidence], minority: Iterable[Evidence], papers: Mapping[str, Paper]
) -> bool:
    """Is there strong evidence of the minority that is surely newer than all strong evidence of the majority?

    By the year and month of the papers. A missing year is never surely newer or older; a missing month leaves two
    papers of one year undecided.
    """
    ours = [papers.get(one.paper) for one in majority if one.strength is Strength.STRONG]
    theirs = [papers.get(one.paper) for one in minority if one.strength is Strength.STRONG]
    return any(all(_surely_newer(their, our) for our in ours) for their in theirs)


def _surely_newer(one: Paper | None, other: Paper | None) -> bool:
    if one is None or other is None or one.year is None or other.year is None:
        return False
    if one.year != other.year or one.month is None or other.month is None:
        return one.year > other.year
    return one.month > other.month


def _share(support: int, contradict: int) -> float:
    """(S + .5) / (S + C + 1), rounded half up at the fourth decimal."""
    numerator, denominator = support + 500, support + contradict + 1000
    return (2 * 10_000 * numerator + denominator) // (2 * denominator) / 10_000


def _number(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _percent(part: int, whole: int) -> str:
    """Tenths of a percent, cut and not rounded, so that 24.99 % never reads as the 25 % it does not reach."""
    return f"{_number(part * 1000 // whole * 100)} %"


def _teams(count: int, verb: str) -> str:
    return f"{count} team {verb}s" if count == 1 else f"{count} teams {verb}"


def _reason(status: Status, for_it: _Side, against: _Side, line: int, scale: str | None, proposed: int) -> str:
    if status is Status.OPEN:
        waiting = f"; {proposed} proposed {'waits' if proposed == 1 else 'wait'} for review" if proposed else ""
        return f"No accepted evidence supports or contradicts it{waiting}."
    # The heavier side speaks first; at a tie the supporting one.
    sides = [(for_it, "support"), (against, "contradict")]
    (first, first_verb), (second, second_verb) = sides if for_it.weight >= against.weight else sides[::-1]
    heavy = f"{_teams(first.teams, first_verb)} (weight {_number(first.weight)})"
    if not second.weight:
        seconds = f"none {second_verb}s"
    else:
        others = f"{second.teams} {second_verb}{'s' if second.teams == 1 else ''}"
        seconds = f"{others} ({_number(second.weight)})"
    told = f"{heavy} and {seconds}"
    drawn = _percent(line, 1000)
    if second.weight:
        total = first.weight + second.weight
        side = "below" if second.weight * 1000 < line * total else "at or above"
        told += f": the minority has {_percent(second.weight, total)} of the weight, {side} the {drawn} line"
    if status is Status.CONDITIONAL and scale is not None:
        told += f", but the two sides speak of disjoint ranges of {SCALES[scale]}"
    if status is Status.SINGLE_SOURCE:
        told += "; a second, independent team is missing"
    return told + "."
