"""Hand-worked cases of the status rule, and some made at random: what every port of the rule must agree with.

`python tests/status_cases.py` writes `tests/golden/status_cases.json`, which the tests of the explorer read too.
"""

from __future__ import annotations

import dataclasses
import json
import random
from pathlib import Path
from typing import Any

from phengraph.model import (
    Checked,
    Conditions,
    Confidence,
    Evidence,
    Paper,
    Range,
    Review,
    Source,
    Stance,
    StatusRecord,
    Strength,
)
from phengraph.settings import StatusSettings
from phengraph.status import judge

GOLDEN = Path(__file__).resolve().parent / "golden" / "status_cases.json"
Json = dict[str, Any]


def paper(key: str, given: Json) -> Paper:
    return Paper(
        key=key,
        title=f"Made-up paper {key}",
        authors=tuple(given["authors"]),
        authors_complete=given.get("complete", True),
        year=given.get("year"),
        month=given.get("month"),
        venue=None,
        kind="misc",
        arxiv=None,
        doi=None,
        openreview=None,
        corpus_id=None,
        url=None,
        note=None,
        checks={},
        source=Source("graph/papers.bib", 1),
    )


def evidence(place: int, given: Json) -> Evidence:
    def scale(name: str) -> Range | None:
        return Range(*given[name]) if given.get(name) is not None else None

    return Evidence(
        name=f"made-up.{place}",
        claim="made-up",
        paper=given["paper"],
        stance=Stance(given["stance"]),
        finding="Made up.",
        locator=None,
        conditions=Conditions(scale("parameters"), scale("tokens"), scale("compute")),
        strength=Strength(given.get("strength", "moderate")),
        checked=Checked.PAPER,
        confidence=Confidence.HIGH,
        review=Review(given.get("review", "accepted")),
        origin=None,
        quote=None,
        read_in=None,
        source=Source("graph/phenomena/made-up.md", place),
    )


def judge_case(case: Json) -> StatusRecord:
    papers = {key: paper(key, given) for key, given in case["papers"].items()}
    rows = [evidence(place, given) for place, given in enumerate(case["evidence"], start=1)]
    return judge("made-up", rows, papers, StatusSettings(**case.get("settings", {})))


def case(name: str, votes: str, expected: Json, **more: Any) -> Json:
    """A case in short: votes are `+a +b! -c? ~d 0e`, a sign, a paper's key, and `!` strong, `?` weak.

    Each paper has an author of its own unless `papers` says otherwise; `rows` adds keys to the evidence of a paper.
    """
    stances = {"+": "supports", "-": "contradicts", "~": "qualifies", "0": "inconclusive"}
    strengths = {"!": "strong", "?": "weak"}
    rows = []
    papers = {}
    for vote in votes.split():
        key = vote[1:].rstrip("!?")
        row = {"paper": key, "stance": stances[vote[0]], "strength": strengths.get(vote[-1], "moderate")}
        rows.append(row | more.get("rows", {}).get(vote, {}))
        papers[key] = {"authors": [f"Author {key}"]} | more.get("papers", {}).get(key, {})
    made = {"name": name, "papers": papers, "evidence": rows, "expected": expected}
    if "settings" in more:
        made["settings"] = more["settings"]
    return made


def result(
    status: str, teams: tuple[int, int, int], weights: tuple[float, float], share: float, reason: str, *flags: str
) -> Json:
    supporting, contradicting, qualifying = teams
    return {
        "status": status,
        "rule": "1",
        "reason": reason,
        "supporting_teams": supporting,
        "contradicting_teams": contradicting,
        "qualifying_teams": qualifying,
        "support_weight": weights[0],
        "contradict_weight": weights[1],
        "share": share,
        "flags": list(flags),
    }


NONE = "No accepted evidence supports or contradicts it."
ONE = "1 team supports (weight 0.6) and none contradicts; a second, independent team is missing."
TIE = (
    "1 team supports (weight 0.6) and 1 contradicts (0.6): the minority has 50 % of the weight, "
    "at or above the 25 % line"
)
SMALL, LARGE = {"parameters": [1e6, 1e9]}, {"parameters": [1e10, None]}

HAND_WORKED = [
    case("nothing at all", "", result("open", (0, 0, 0), (0, 0), 0.5, NONE)),
    case("only inconclusive", "0a", result("open", (0, 0, 0), (0, 0), 0.5, NONE)),
    case("only qualifying", "~a ~b", result("open", (0, 0, 2), (0, 0), 0.5, NONE, "qualified")),
    case(
        "proposed, rejected and retired count in nothing",
        "+a! +b! -c! ~d",
        result("open", (0, 0, 0), (0, 0), 0.5, NONE[:-1] + "; 2 proposed wait for review."),
        rows={
            "+a!": {"review": "proposed"},
            "+b!": {"review": "rejected"},
            "-c!": {"review": "retired"},
            "~d": {"review": "proposed"},
        },
    ),
    case("one paper", "+a", result("single source", (1, 0, 0), (0.6, 0), 0.6875, ONE)),
    case(
        "one paper against",
        "-a",
        result(
            "single source",
            (0, 1, 0),
            (0, 0.6),
            0.3125,
            ONE.replace("supports", "!").replace("contradicts", "supports").replace("!", "contradicts"),
        ),
    ),
    case(
        "two findings of one paper are one team, and the heavier counts",
        "+a? +a!",
        result("single source", (1, 0, 0), (0.9, 0), 0.7368, ONE.replace("0.6", "0.9")),
    ),
    case(
        "two teams",
        "+a +b",
        result("supported", (2, 0, 0), (1.2, 0), 0.7727, "2 teams support (weight 1.2) and none contradicts."),
    ),
    case(
        "two teams against",
        "-a -b",
        result("refuted", (0, 2, 0), (0, 1.2), 0.2273, "2 teams contradict (weight 1.2) and none supports."),
    ),
    case(
        "a shared author makes one team, however the name is spelt",
        "+a +b!",
        result("single source", (1, 0, 0), (0.9, 0), 0.7368, ONE.replace("0.6", "0.9")),
        papers={"a": {"authors": ["Zoë Exämple", "Ann Other"]}, "b": {"authors": ["Bo Else", "EXAMPLE,  Zoe"]}},
    ),
    case(
        "teams are joined through a third paper",
        "+a +b +c",
        result("single source", (1, 0, 0), (0.6, 0), 0.6875, ONE),
        papers={"a": {"authors": ["P", "Q"]}, "b": {"authors": ["R", "S"]}, "c": {"authors": ["Q", "R"]}},
    ),
    case(
        "a paper that only qualifies joins no teams",
        "+a +b ~c",
        result(
            "supported", (2, 0, 1), (1.2, 0), 0.7727, "2 teams support (weight 1.2) and none contradicts.", "qualified"
        ),
        papers={"a": {"authors": ["P"]}, "b": {"authors": ["R"]}, "c": {"authors": ["P", "R"]}},
    ),
    case(
        "names of a cut list link",
        "+a +b",
        result("single source", (1, 0, 0), (0.6, 0), 0.6875, ONE),
        papers={"a": {"authors": ["P"], "complete": False}, "b": {"authors": ["P", "Q"]}},
    ),
    case(
        "thirty authors link",
        "+a +b",
        result("single source", (1, 0, 0), (0.6, 0), 0.6875, ONE),
        papers={key: {"authors": ["P", *(f"{key} {n}" for n in range(29))]} for key in "ab"},
    ),
    case(
        "thirty-one authors do not link",
        "+a +b",
        result("supported", (2, 0, 0), (1.2, 0), 0.7727, "2 teams support (weight 1.2) and none contradicts."),
        papers={key: {"authors": ["P", *(f"{key} {n}" for n in range(30))]} for key in "ab"},
    ),
    case(
        "papers without authors are teams of their own",
        "+a +b",
        result("supported", (2, 0, 0), (1.2, 0), 0.7727, "2 teams support (weight 1.2) and none contradicts."),
        papers={"a": {"authors": []}, "b": {"authors": ["", " "]}},
    ),
    case("a tie", "+a -b", result("contested", (1, 1, 0), (0.6, 0.6), 0.5, TIE + ".")),
    case(
        "one team on both sides is a tie with itself",
        "+a -b",
        result("contested", (1, 1, 0), (0.6, 0.6), 0.5, TIE + "."),
        papers={"a": {"authors": ["P"]}, "b": {"authors": ["P"]}},
    ),
    case(
        "exactly the line is contested: 0.6 of 2.4, which floats would not add up to",
        "+a +b +c -d",
        result(
            "contested",
            (3, 1, 0),
            (1.8, 0.6),
            0.6765,
            "3 teams support (weight 1.8) and 1 contradicts (0.6): the minority has 25 % of the weight, "
            "at or above the 25 % line.",
        ),
    ),
    case(
        "exactly the line by thirds: 0.3 of 1.2",
        "+a! -b?",
        result(
            "contested",
            (1, 1, 0),
            (0.9, 0.3),
            0.6364,
            "1 team supports (weight 0.9) and 1 contradicts (0.3): the minority has 25 % of the weight, "
            "at or above the 25 % line.",
        ),
    ),
    case(
        "just below the line",
        "+a +b! -c?",
        result(
            "supported",
            (2, 1, 0),
            (1.5, 0.3),
            0.7143,
            "2 teams support (weight 1.5) and 1 contradicts (0.3): the minority has 16.6 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
    ),
    case(
        "a share that would round to the line stays below it",
        "+a +b -c?",
        result(
            "supported",
            (2, 1, 0),
            (2, 0.666),
            0.6819,
            "2 teams support (weight 2) and 1 contradicts (0.666): the minority has 24.9 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
        settings={"moderate": 1.0, "weak": 0.666},
    ),
    case(
        "refuted with dissent",
        "-a -b -c +d?",
        result(
            "refuted",
            (1, 3, 0),
            (0.3, 1.8),
            0.2581,
            "3 teams contradict (weight 1.8) and 1 supports (0.3): the minority has 14.2 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
    ),
    case(
        "a heavy team against many light ones is a single source with dissent",
        "+a! -b?",
        result(
            "single source",
            (1, 1, 0),
            (1, 0.1),
            0.7143,
            "1 team supports (weight 1) and 1 contradicts (0.1): the minority has 9 % of the weight, "
            "below the 25 % line; a second, independent team is missing.",
            "with dissent",
        ),
        settings={"strong": 1.0, "weak": 0.1},
    ),
    case(
        "disjoint scales",
        "+a -b",
        result(
            "conditional",
            (1, 1, 0),
            (0.6, 0.6),
            0.5,
            TIE + ", but the two sides speak of disjoint ranges of parameters.",
        ),
        rows={"+a": SMALL, "-b": LARGE},
    ),
    case(
        "ranges that touch are not disjoint",
        "+a -b",
        result("contested", (1, 1, 0), (0.6, 0.6), 0.5, TIE + "."),
        rows={"+a": {"parameters": [1e6, 1e9]}, "-b": {"parameters": [1e9, None]}},
    ),
    case(
        "an unknown scale on one side is not disjoint",
        "+a -b",
        result("contested", (1, 1, 0), (0.6, 0.6), 0.5, TIE + "."),
        rows={"+a": SMALL},
    ),
    case(
        "one finding without a scale is enough",
        "+a +c -b",
        result(
            "contested",
            (2, 1, 0),
            (1.2, 0.6),
            0.6071,
            "2 teams support (weight 1.2) and 1 contradicts (0.6): the minority has 33.3 % of the weight, "
            "at or above the 25 % line.",
        ),
        rows={"+a": SMALL, "-b": LARGE},
    ),
    case(
        "a second scale may be the disjoint one; in between counts",
        "+a +c -b",
        result(
            "conditional",
            (2, 1, 0),
            (1.2, 0.6),
            0.6071,
            "2 teams support (weight 1.2) and 1 contradicts (0.6): the minority has 33.3 % of the weight, "
            "at or above the 25 % line, but the two sides speak of disjoint ranges of training tokens.",
        ),
        rows={
            "+a": SMALL | {"tokens": [None, 1e9]},
            "+c": SMALL | {"tokens": [1e12, 1e13]},
            "-b": SMALL | {"tokens": [1e10, 1e11]},
        },
    ),
    case(
        "disjoint scales do not matter below the line",
        "+a +b! -c?",
        result(
            "supported",
            (2, 1, 0),
            (1.5, 0.3),
            0.7143,
            "2 teams support (weight 1.5) and 1 contradicts (0.3): the minority has 16.6 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
        rows={"+a": SMALL, "+b!": SMALL, "-c?": LARGE},
    ),
    case(
        "newest strong evidence disagrees",
        "+a! +b! +c! +d! -e!",
        result(
            "supported",
            (4, 1, 0),
            (3.6, 0.9),
            0.7455,
            "4 teams support (weight 3.6) and 1 contradicts (0.9): the minority has 20 % of the weight, "
            "below the 25 % line.",
            "with dissent",
            "newest strong evidence disagrees",
        ),
        papers={
            "a": {"year": 2020},
            "b": {"year": 2021, "month": 3},
            "c": {"year": 2021, "month": 4},
            "d": {"year": 2019},
            "e": {"year": 2021, "month": 5},
        },
    ),
    case(
        "of one year without months neither is newer",
        "+a! +b! +c! +d! -e!",
        result(
            "supported",
            (4, 1, 0),
            (3.6, 0.9),
            0.7455,
            "4 teams support (weight 3.6) and 1 contradicts (0.9): the minority has 20 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
        papers={key: {"year": 2021} for key in "abcd"} | {"e": {"year": 2021, "month": 12}},
    ),
    case(
        "of the same month neither is newer",
        "+a! +b! +c! +d! -e!",
        result(
            "supported",
            (4, 1, 0),
            (3.6, 0.9),
            0.7455,
            "4 teams support (weight 3.6) and 1 contradicts (0.9): the minority has 20 % of the weight, "
            "below the 25 % line.",
            "with dissent",
        ),
        papers={key: {"year": 2021, "month": 5} for key in "abcde"},
    ),
    case(
        "the only strong evidence is the newest",
        "+a +b +c +d +e -f!",
        result(
            "supported",
            (5, 1, 0),
            (3, 0.9),
            0.7143,
            "5 teams support (weight 3) and 1 contradicts (0.9): the minority has 23 % of the weight, "
            "below the 25 % line.",
            "with dissent",
            "newest strong evidence disagrees",
        ),
    ),
]


def random_cases(count: int, seed: int) -> list[Json]:
    """Cases that no one worked by hand: they hold two programs together, not the rule to the truth."""
    chance = random.Random(seed)
    names = ["Zoë Exämple", "Example, Zoe", "王小明", "Ann Other", "Bo Else", "Cy Third", "O'Néill, D.", "E. F. Gee"]

    def scale() -> list[float | None] | None:
        if chance.random() < 0.3:
            return None
        low = chance.choice([None, 1e6, 7e7, 1e9])
        return [low, chance.choice([None, 1e9, 1.3e10, 5e11])]

    cases = []
    for number in range(count):
        papers = {
            f"paper{n}": {
                "authors": chance.sample(names, chance.randrange(0, 3)),
                "complete": chance.random() < 0.8,
                "year": chance.choice([None, 2020, 2021, 2022]),
                "month": chance.choice([None, 1, 7]),
            }
            for n in range(chance.randrange(1, 7))
        }
        rows = [
            {
                "paper": chance.choice(sorted(papers)),
                "stance": chance.choices(list(Stance), [5, 3, 1, 1])[0],
                "strength": chance.choice(list(Strength)),
                "review": chance.choices(list(Review), [1, 8, 1, 1])[0],
                "parameters": scale(),
                "tokens": scale(),
                "compute": None,
            }
            for _ in range(chance.randrange(1, 8))
        ]
        made: Json = {"name": f"made at random {number + 1}", "papers": papers, "evidence": rows}
        if chance.random() < 0.3:
            made["settings"] = {"weak": 0.125, "minority_share": 0.333, "team_author_limit": 1}
        expected = dataclasses.asdict(judge_case(made))
        del expected["claim"]
        cases.append(made | {"expected": expected | {"flags": list(expected["flags"])}})
    return cases


def golden_text() -> str:
    cases = HAND_WORKED + random_cases(120, seed=1)
    rows = ",\n".join(json.dumps(one, ensure_ascii=False) for one in cases)
    return f'{{"rule": "1", "cases": [\n{rows}\n]}}\n'


if __name__ == "__main__":
    GOLDEN.parent.mkdir(exist_ok=True)
    GOLDEN.write_text(golden_text(), encoding="utf-8")
