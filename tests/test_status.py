"""The status of a claim: the rule on hand-worked cases, and the laws that hold for all evidence."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from status_cases import GOLDEN, HAND_WORKED, evidence, golden_text, judge_case, paper

from phengraph.model import Evidence, Knowledge, Status, StatusRecord
from phengraph.settings import StatusSettings
from phengraph.status import judge, judge_all, normalize_author

Json = dict[str, Any]


@pytest.mark.parametrize("case", HAND_WORKED, ids=[case["name"] for case in HAND_WORKED])
def test_hand_worked_case(case: Json) -> None:
    record = dataclasses.asdict(judge_case(case))
    assert {name: list(value) if name == "flags" else value for name, value in record.items()} == (
        case["expected"] | {"claim": "made-up"}
    )


def test_the_golden_file_for_other_ports_is_up_to_date() -> None:
    assert GOLDEN.read_text(encoding="utf-8") == golden_text(), "run: python tests/status_cases.py"


def test_the_golden_file_has_every_label_and_every_flag() -> None:
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))["cases"]
    assert {case["expected"]["status"] for case in cases} == {str(status) for status in Status}
    assert {flag for case in cases for flag in case["expected"]["flags"]} == {
        "with dissent",
        "qualified",
        "newest strong evidence disagrees",
    }


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jared Kaplan", "Kaplan, Jared", True),
        ("Jared Kaplan", "JARED  KAPLAN", True),
        ("Zoë Exämple", "Zoe Example", True),
        ("Jean-Luc Made-Up", "Jean Luc Made Up", True),
        ("ﬁctitious", "fictitious", True),
        ("王小明", "王小明", True),
        ("J. Kaplan", "Jared Kaplan", False),
        ("王小明", "王大明", False),
    ],
)
def test_names_are_compared_without_case_accents_and_order(one: str, other: str, same: bool) -> None:
    assert (normalize_author(one) == normalize_author(other)) is same


def test_a_paper_that_is_not_there_is_a_team_of_its_own() -> None:
    rows = [evidence(1, {"paper": "a", "stance": "supports"}), evidence(2, {"paper": "b", "stance": "supports"})]
    assert judge("made-up", rows, {}, StatusSettings()).supporting_teams == 2


@pytest.mark.parametrize("weight", [0.3333, 0.0001, 0, 1.5])
def test_a_weight_that_thousandths_cannot_hold_is_refused(weight: float) -> None:
    with pytest.raises(ValidationError):
        StatusSettings(weak=weight)


VOTES = st.lists(
    st.fixed_dictionaries(
        {
            "paper": st.sampled_from("abcdef"),
            "stance": st.sampled_from(["supports", "contradicts", "qualifies", "inconclusive"]),
            "strength": st.sampled_from(["strong", "moderate", "weak"]),
            "review": st.sampled_from(["accepted", "accepted", "accepted", "proposed", "rejected", "retired"]),
            "parameters": st.sampled_from([None, [1e6, 1e9], [1e10, None], [None, 1e8]]),
        }
    ),
    max_size=9,
)
PAPERS = st.fixed_dictionaries(
    {key: st.fixed_dictionaries({"authors": st.lists(st.sampled_from("PQRSTU"), max_size=2)}) for key in "abcdef"}
)


def judged(rows: list[Evidence], papers: Json) -> StatusRecord:
    return judge("made-up", rows, {key: paper(key, given) for key, given in papers.items()}, StatusSettings())


@given(VOTES, PAPERS, st.randoms())
def test_the_order_of_evidence_does_not_matter(votes: list[Json], papers: Json, chance: Any) -> None:
    rows = [evidence(place, vote) for place, vote in enumerate(votes)]
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert judged(rows, papers) == judged(shuffled, papers)


@given(VOTES, PAPERS)
def test_what_is_not_accepted_moves_no_label_and_no_number(votes: list[Json], papers: Json) -> None:
    rows = [evidence(place, vote) for place, vote in enumerate(votes)]
    accepted = [row for row, vote in zip(rows, votes, strict=True) if vote["review"] == "accepted"]
    with_all = dataclasses.replace(judged(rows, papers), reason="")
    assert with_all == dataclasses.replace(judged(accepted, papers), reason="")


@given(VOTES, PAPERS)
def test_qualifying_and_inconclusive_evidence_never_moves_the_label(votes: list[Json], papers: Json) -> None:
    rows = [evidence(place, vote) for place, vote in enumerate(votes)]
    sides = [row for row, vote in zip(rows, votes, strict=True) if vote["stance"] in ("supports", "contradicts")]
    assert judged(rows, papers).status == judged(sides, papers).status


@given(VOTES, PAPERS)
def test_turning_every_stance_turns_the_label_and_the_share(votes: list[Json], papers: Json) -> None:
    turned = {"supports": "contradicts", "contradicts": "supports"}
    mirror = {Status.SUPPORTED: Status.REFUTED, Status.REFUTED: Status.SUPPORTED}
    one = judged([evidence(place, vote) for place, vote in enumerate(votes)], papers)
    other = judged(
        [
            evidence(place, vote | {"stance": turned.get(vote["stance"], vote["stance"])})
            for place, vote in enumerate(votes)
        ],
        papers,
    )
    assert other.status == mirror.get(one.status, one.status)
    assert (one.supporting_teams, one.support_weight) == (other.contradicting_teams, other.contradict_weight)
    assert one.share + other.share == pytest.approx(1, abs=2e-4)


def test_every_claim_is_judged_by_its_own_evidence() -> None:
    knowledge = Knowledge(
        claims={"made-up": object(), "another": object()},  # type: ignore[dict-item]  # only their slugs are read
        evidence={"one": evidence(1, {"paper": "a", "stance": "supports"})},
        papers={"a": paper("a", {"authors": ["P"]})},
    )
    records = judge_all(knowledge, StatusSettings())
    assert {slug: record.status for slug, record in records.items()} == {
        "made-up": Status.SINGLE_SOURCE,
        "another": Status.OPEN,
    }
