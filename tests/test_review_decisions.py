"""Decisions of curators: their files are read, written line by line, merged by git, and every mistake is told."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from phengraph.checking import check_project
from phengraph.curate.decisions import (
    curator_slug,
    decision_line,
    decisions_path,
    paper_names,
    put_decision,
    read_decisions,
    remove_decision,
    standing,
)
from phengraph.model import CitingPaper, Decision, Source, Stance, Verdict
from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"
CLAIM = "widgets-grow-by-a-power-law"
ADA = "graph/decisions/ada-alpha.jsonl"
BO = "graph/decisions/bo-bravo.jsonl"
ACCEPTED = Decision(
    claim=CLAIM,
    paper="CorpusId:9000017",
    verdict=Verdict.ACCEPTED,
    stance=Stance.CONTRADICTS,
    curator="Ada Alpha",
    on="2026-09-01",
    source=Source(ADA, 1),
    title="Made-up paper 17 on widgets",
)
REFUSED = replace(ACCEPTED, verdict=Verdict.NOT_ABOUT, stance=None, paper="S2:00ff", title="")
LINE = (
    '{"claim": "widgets-grow-by-a-power-law", "paper": "CorpusId:9000017", "verdict": "accepted", '
    '"stance": "contradicts", "on": "2026-09-01", "curator": "Ada Alpha", "title": "Made-up paper 17 on widgets"}'
)
KEYS = ("paper", "verdict", "stance", "on", "curator", "title")
AT = {key: f"{ADA}:1:{LINE.index(chr(34) + key + chr(34)) + 1}" for key in KEYS}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns(".phengraph")))
    (folder / "graph" / "decisions").mkdir()
    return folder


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check_project(Project(folder)).problems]


def test_a_project_without_decisions_has_none(copy: Path) -> None:
    assert read_decisions(Project(copy)) == ((), [])
    shutil.rmtree(copy / "graph" / "decisions")
    assert read_decisions(Project(copy)) == ((), [])


def test_a_decision_is_one_line_that_reads_back(copy: Path) -> None:
    assert decision_line(ACCEPTED) == LINE
    content = put_decision(put_decision(None, ACCEPTED), REFUSED)
    (copy / ADA).write_bytes(content)
    assert read_decisions(Project(copy)) == ((ACCEPTED, replace(REFUSED, source=Source(ADA, 2))), [])
    assert told(copy) == []


def test_a_decision_of_any_language_reads_back(copy: Path) -> None:
    one = replace(ACCEPTED, curator="王小明", title='Made-up "quotes" \\ and 部件', stance=Stance.QUALIFIES)
    path = decisions_path(one.curator)
    (copy / path).write_bytes(put_decision(None, one))
    assert read_decisions(Project(copy))[0] == (replace(one, source=Source(path, 1)),)
    assert told(copy) == []


def test_lines_are_sorted_and_others_stay_as_they_are() -> None:
    by_hand = b'\n{ "paper":"CorpusId:1","claim":"zz"  ,"verdict":"later","on":"2026-01-01","curator":"Ada Alpha"}'
    content = put_decision(by_hand, ACCEPTED)
    assert content == b"\n" + by_hand[1:] + b"\n" + LINE.encode() + b"\n"
    content = put_decision(LINE.encode() + b"\n", replace(ACCEPTED, claim="a-claim"))
    assert [json.loads(line)["claim"] for line in content.splitlines()] == ["a-claim", CLAIM]


def test_a_word_takes_the_place_of_a_later(copy: Path) -> None:
    later = replace(ACCEPTED, verdict=Verdict.LATER, stance=None)
    content = put_decision(put_decision(None, later), REFUSED)
    assert put_decision(content, ACCEPTED) == put_decision(put_decision(None, ACCEPTED), REFUSED)
    assert remove_decision(content, later.claim, later.paper) == put_decision(None, REFUSED)


def test_the_decision_that_holds() -> None:
    later = replace(ACCEPTED, verdict=Verdict.LATER, stance=None, on="2026-10-01")
    no = replace(REFUSED, paper=ACCEPTED.paper)
    pair = (CLAIM, ACCEPTED.paper)
    assert standing([later, no])[pair] is no, "a word goes before later, whenever it was said"
    assert standing([ACCEPTED, no])[pair] is ACCEPTED
    newer = replace(no, on="2026-09-02")
    assert standing([newer, ACCEPTED])[pair] is newer


def test_a_paper_is_known_by_its_corpus_id_first() -> None:
    assert paper_names(CitingPaper("00ff", 9, "x")) == ("CorpusId:9", "S2:00ff")
    assert paper_names(CitingPaper("", 9, "x")) == ("CorpusId:9",)
    assert paper_names(CitingPaper("00ff", None, "x")) == ("S2:00ff",)


MISTAKES = {
    "no-json": (LINE[:-1], f"{ADA}:1:{len(LINE)}: error: no JSON: Expecting ',' delimiter; write "
                '{"claim": ..., "paper": ..., "verdict": ..., "on": ..., "curator": ...} on one line'),
    "no-object": ("[1]", f"{ADA}:1:1: error: no JSON object; write one decision a line, as docs/format.md shows"),
    "deep": ("[" * 100_000, f"{ADA}:1:1: error: no JSON object; write one decision a line, as docs/format.md shows"),
    "long-number": (
        '{"claim": ' + "9" * 5000 + "}",
        f"{ADA}:1:1: error: no JSON object; write one decision a line, as docs/format.md shows",
    ),
    "misspelt-key": (
        LINE.replace('"verdict"', '"verdct"'),
        f"{ADA}:1: error: the key 'verdict' is missing; add \"verdict\": \"...\"\n"
        f"{AT['verdict']}: error: unknown key 'verdct'; did you mean 'verdict'?",
    ),
    "stranger-key": (
        LINE.replace('"title"', '"zzz"'),
        f"{AT['title']}: error: unknown key 'zzz'; known are claim, paper, verdict, stance, on, curator, title",
    ),
    "key-twice": (
        LINE.replace('"title"', '"curator"'),
        f"{AT['curator']}: error: the key 'curator' is there twice; keep one",
    ),
    "missing": (
        LINE.replace('"on": "2026-09-01", ', ""),
        f"{ADA}:1: error: the key 'on' is missing; add \"on\": \"...\"",
    ),
    "number": (
        LINE.replace('"CorpusId:9000017"', "9000017"),
        f"{AT['paper']}: error: 'paper' must be text; write it between quotes",
    ),
    "escape": (
        LINE.replace("17 on", "17 \\u001b[31m on"),
        f"{AT['title']}: error: 'title' holds U+001B ESCAPE; remove it",
    ),
    "bidi": (
        LINE.replace("17 on", "17 \\u202e on"),
        f"{AT['title']}: error: 'title' holds U+202E RIGHT-TO-LEFT OVERRIDE; remove it",
    ),
    "half-character": (
        LINE.replace("17 on", "17 \\ud83d on"),
        f"{AT['title']}: error: 'title' holds half of a character; remove it",
    ),
    "claim-no-slug": (
        LINE.replace(CLAIM, "Widgets grow"),
        f"{ADA}:1:2: error: 'Widgets grow' is no slug; write the claim's slug, as in its `claim:`",
    ),
    "unknown-claim": (
        LINE.replace(CLAIM, "widgets-grow-by-a-power-lav"),
        f"{ADA}:1: warning: unknown claim 'widgets-grow-by-a-power-lav'; did you mean '{CLAIM}'?",
    ),
    "claim-that-was-removed": (
        LINE.replace(CLAIM, "zzz"),
        f"{ADA}:1: warning: unknown claim 'zzz'; the line has no effect, remove it",
    ),
    "paper": (
        LINE.replace("CorpusId:9000017", "arXiv:9912.00001"),
        f"{AT['paper']}: error: 'arXiv:9912.00001' is no paper of Semantic Scholar; write CorpusId:123, or S2: and its "
        "id at Semantic Scholar; `phengraph suggestions` shows it",
    ),
    "date": (
        LINE.replace("2026-09-01", "2026-02-30"),
        f"{AT['on']}: error: '2026-02-30' is no date; write it as 2026-09-01",
    ),
    "address": (
        LINE.replace("Ada Alpha", "ada@example.org"),
        f"{AT['curator']}: error: 'curator' holds an address; write a name",
    ),
    "file-of-another": (
        LINE.replace("Ada Alpha", "Bo Bravo"),
        f"{AT['curator']}: warning: a decision of 'Bo Bravo' in the file of 'ada-alpha'; move the line to {BO}",
    ),
    "verdict": (
        LINE.replace('"accepted"', '"acepted"'),
        f"{AT['verdict']}: error: unknown verdict 'acepted'; did you mean 'accepted'?",
    ),
    "stance": (
        LINE.replace('"contradicts"', '"refutes"'),
        f"{AT['stance']}: error: unknown stance 'refutes'; known are supports, contradicts, qualifies, inconclusive",
    ),
    "accepted-without-stance": (
        LINE.replace('"stance": "contradicts", ', ""),
        f"{AT['verdict']}: error: 'accepted' without a stance; add \"stance\": \"supports\", or what it does",
    ),
    "stance-of-a-refusal": (
        LINE.replace('"accepted"', '"not about"'),
        f"{ADA}:1:95: error: a stance of what is 'not about'; remove it, or write \"verdict\": \"accepted\"",
    ),
    "twice": (
        f"{LINE}\n{LINE}",
        f"{ADA}:2: warning: a decision on this claim and paper is there already, on line 1; keep the line that holds",
    ),
    "conflict": (
        f"<<<<<<< ours\n{LINE}\n=======\n{LINE}\n>>>>>>> theirs",
        f"{ADA}:1:1: error: an unresolved merge conflict; keep what is right and remove the marks\n"
        f"{ADA}:5:1: error: an unresolved merge conflict; keep what is right and remove the marks",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_in_whole(name: str, copy: Path) -> None:
    text, expected = MISTAKES[name]
    (copy / ADA).write_text(text + "\n", encoding="utf-8")
    assert told(copy) == expected.split("\n")


def test_two_curators_who_disagree_are_told(copy: Path) -> None:
    (copy / ADA).write_bytes(put_decision(None, ACCEPTED))
    no = replace(ACCEPTED, verdict=Verdict.NOT_ABOUT, stance=None, curator="Bo Bravo")
    (copy / BO).write_bytes(put_decision(None, no))
    assert told(copy) == [
        f"{BO}:1: warning: 'not about' here, 'accepted' at {ADA}:1; the newer holds; when you agree, remove the other"
    ]
    (copy / BO).write_bytes(put_decision(None, replace(no, verdict=Verdict.LATER)))
    assert told(copy) == [], "who puts it off says nothing against it"


def test_a_file_that_is_no_file_of_decisions_is_told(copy: Path) -> None:
    for name in ("Ada Alpha.jsonl", "ada.json", "README.md", ".hidden"):
        (copy / "graph" / "decisions" / name).write_text("x")
    mend = "decisions are graph/decisions/CURATOR.jsonl, with the curator's name as a slug; rename or remove it"
    assert told(copy) == [
        f"graph/decisions/{name}: warning: this is not read; {mend}" for name in ("Ada Alpha.jsonl", "ada.json")
    ]


def test_what_is_not_written_yet_is_checked(copy: Path) -> None:
    changed = {ADA: LINE.replace("2026-09-01", "soon").encode()}
    problems = check_project(Project(copy), changed=changed).problems
    assert [str(one) for one in problems] == [f"{AT['on']}: error: 'soon' is no date; write it as 2026-09-01"]


def test_a_long_file_is_read_and_a_longer_one_is_told(copy: Path) -> None:
    rows = [replace(ACCEPTED, paper=f"CorpusId:{number}", title="") for number in range(1, 20_001)]
    (copy / ADA).write_text("".join(decision_line(one) + "\n" for one in rows))
    assert (copy / ADA).stat().st_size > 2_000_000
    decisions, problems = read_decisions(Project(copy))
    assert (len(decisions), problems) == (20_000, [])


def test_curators_without_a_latin_letter_have_files_of_their_own() -> None:
    names = {curator_slug(name) for name in ("王小明", "李雷", "Ada Alpha", "Áda  Alpha")}
    assert len(names) == 3
