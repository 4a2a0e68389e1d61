"""From a suggestion to evidence without a screen: what is written, what is refused, and undo to the byte."""

from __future__ import annotations

import hashlib
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from review_samples import (
    ADA,
    KEY,
    OTHER_CLAIM,
    PAPERS,
    SENTENCE,
    WIDGETS,
    Desk,
    copy_toy,
    made_up_queue,
    made_up_suggestion,
    make_desk,
)

from phengraph.checking import check_project
from phengraph.curate import insert, read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.curate.insert import EditRefused, plan_addition
from phengraph.model import Conditions, Passage, Stance, Verdict
from phengraph.project import Project
from phengraph.review.acts import Act
from phengraph.review.drafts import paper_of
from phengraph.review.known import KnownPapers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_toy(tmp_path / "toy")


def problems(desk: Desk) -> list[str]:
    return [str(one) for one in check_project(Project(desk.project.root)).problems]


def test_an_accepted_suggestion_is_evidence_a_paper_and_a_decision(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion()])
    before = desk.files()
    told = desk.session.accept(Stance.CONTRADICTS)
    assert told.text == "Supported -> Contested: 2 teams for, 1 against, 1 qualifying"
    assert desk.files() == before, "nothing is written before the writer works"
    assert [one.refused for one in desk.work()] == [None]
    after = desk.files()
    assert {path for path in after if before.get(path) != after[path]} == {WIDGETS, PAPERS, ADA}
    lines = after[WIDGETS].decode().split("\n")
    assert lines[39:45] == [
        f"  - contradicts: {KEY}",
        f"    finding: {SENTENCE}",
        "    locator: the sentence that cites alpha2019widgets",
        "    checked: excerpt",
        "    read-in: citing sentence, from Semantic Scholar",
        "```",
    ]
    assert after[WIDGETS].decode().replace("\n".join(lines[39:44]) + "\n", "", 1).encode() == before[WIDGETS]
    entry = after[PAPERS].decode()[after[PAPERS].decode().index(f"@misc{{{KEY}") :].split("\n}\n")[0]
    assert entry.split("\n")[1:] == [
        "  title = {Made-up paper 17 on widgets},",
        "  author = {First Iauthor17 and Second Made-up},",
        "  year = {2026},",
        "  month = {8},",
        "  howpublished = {Journal of Made-up Widgets},",
        "  doi = {10.5555/made-up.17},",
        "  corpusid = {9000017},",
        "  checked-authors = {Semantic Scholar},",
        "  id-source = {Semantic Scholar},",
    ]
    assert after[ADA].decode() == (
        '{"claim": "widgets-grow-by-a-power-law", "paper": "CorpusId:9000017", "verdict": "accepted", '
        '"stance": "contradicts", "on": "2026-09-01", "curator": "Ada Alpha", "title": "Made-up paper 17 on widgets"}\n'
    )
    assert problems(desk) == []


def test_what_is_decided_is_not_asked_again_on_any_machine(folder: Path) -> None:
    queue = made_up_queue(3)
    desk = make_desk(folder, queue)
    desk.session.accept(Stance.SUPPORTS)
    desk.session.decline(Verdict.NOT_ABOUT)
    desk.session.decline(Verdict.LATER)
    assert desk.session.current is None
    assert make_desk(folder, queue).session.current is None, "what waits in the journal counts"
    desk.work()
    assert make_desk(folder, queue, curator="Bo Bravo").session.current is None
    assert problems(desk) == []


def test_what_was_put_off_is_asked_again_when_asked_for(folder: Path) -> None:
    queue = made_up_queue(3)
    desk = make_desk(folder, queue)
    desk.session.decline(Verdict.LATER)
    desk.session.decline(Verdict.NOT_ABOUT)
    desk.work()
    again = make_desk(folder, queue, put_off=True)
    assert again.session.total == 1 and again.session.current == queue[0]
    again.session.accept(Stance.QUALIFIES)
    again.work()
    assert make_desk(folder, queue, put_off=True).session.current is None
    assert [(one.verdict, one.paper) for one in read_decisions(Project(folder))[0]] == [
        (Verdict.ACCEPTED, "CorpusId:9000017"),
        (Verdict.NOT_ABOUT, "CorpusId:9000018"),
    ]


def test_a_paper_that_is_here_keeps_its_key(folder: Path) -> None:
    known = made_up_suggestion(corpus_id=None, doi=None, arxiv="9912.00003")
    desk = make_desk(folder, [replace(known, claim=OTHER_CLAIM)])
    before = desk.files()
    desk.session.accept(Stance.SUPPORTS)
    assert [one.refused for one in desk.work()] == [None]
    after = desk.files()
    assert after[PAPERS] == before[PAPERS]
    assert b"- supports: charlie2021gadgets\n" in after[WIDGETS]


def test_a_claim_and_paper_that_have_evidence_are_not_asked_about(folder: Path) -> None:
    known = made_up_suggestion(corpus_id=None, doi=None, arxiv="9912.00003")
    assert make_desk(folder, [known]).session.current is None
    assert make_desk(folder, [replace(known, claim="no-such-claim")]).session.current is None


def test_two_claims_share_a_new_paper(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion(), made_up_suggestion(claim=OTHER_CLAIM)])
    desk.session.accept(Stance.SUPPORTS)
    desk.session.accept(Stance.CONTRADICTS)
    assert [one.refused for one in desk.work()] == [None, None]
    assert desk.files()[PAPERS].count(b"Made-up paper 17") == 1
    assert problems(desk) == []


def test_undo_restores_every_byte(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(4))
    states = [desk.files()]
    for act in (
        lambda: desk.session.accept(Stance.SUPPORTS),
        lambda: desk.session.decline(Verdict.NOT_ABOUT),
        lambda: desk.session.accept(Stance.CONTRADICTS),
        lambda: desk.session.decline(Verdict.LATER),
    ):
        act()
        desk.work()
        states.append(desk.files())
    for state in reversed(states[:-1]):
        desk.session.undo()
        assert [one.refused for one in desk.work()] == [None]
        assert desk.files() == state
    assert not (folder / "graph" / "decisions").exists()
    assert desk.session.number == 1
    with pytest.raises(EditRefused, match="no decision of yours is there to take back"):
        desk.session.undo()


def test_undo_before_anything_was_written(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(2))
    before = desk.files()
    desk.session.accept(Stance.SUPPORTS)
    told = desk.session.undo()
    assert told.text == "Taken back: supports, Made-up paper 17 on widgets"
    assert desk.session.current == made_up_queue(2)[0]
    desk.work()
    assert desk.files() == before


def test_undo_works_in_the_next_session(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(2))
    before = desk.files()
    desk.session.accept(Stance.SUPPORTS)
    desk.work()
    assert not make_desk(folder, [], curator="Bo Bravo").session.can_undo, "each takes back their own"
    later = make_desk(folder, made_up_queue(2))
    assert later.session.undo().text == (
        "Taken back: supports, Made-up paper 17 on widgets; it comes again at the next start"
    )
    later.work()
    assert later.files() == before


def test_undo_finds_its_lines_below_what_was_written_by_hand(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(1))
    before = (folder / WIDGETS).read_text()
    desk.session.accept(Stance.SUPPORTS)
    desk.work()
    path = folder / WIDGETS
    path.write_text(path.read_text().replace("This text is made up.", "This longer text is made up, too."))
    desk.session.undo()
    assert [one.refused for one in desk.work()] == [None]
    assert path.read_text() == before.replace("This text is made up.", "This longer text is made up, too.")


def test_what_was_edited_by_hand_is_not_taken_back(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(1))
    desk.session.accept(Stance.SUPPORTS)
    desk.work()
    path = folder / WIDGETS
    path.write_text(path.read_text().replace(SENTENCE, "Made better by hand."))
    after = desk.files()
    desk.session.undo()
    assert [one.refused for one in desk.work()] == [
        f"{WIDGETS} was edited since, so that it is not taken back; edit it by hand"
    ]
    assert desk.files() == after
    assert desk.session.can_undo and desk.session.current is None, "the decision stands"


def test_what_a_person_wrote_is_written(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion()])
    desk.session.edit(finding="  No power law: it's\nflat. ", locator="table 3", strength="strong", checked="paper")
    assert desk.session.accept(Stance.CONTRADICTS).text == (
        "Supported -> Contested: 2 teams for, 1 strong against, 1 qualifying"
    )
    desk.work()
    evidence = read_graph(Project(folder)).knowledge.evidence[f"widgets-grow-by-a-power-law.{KEY}"]
    assert (evidence.finding, evidence.locator, evidence.strength) == ("No power law: it's flat.", "table 3", "strong")
    assert (evidence.checked, evidence.read_in) == ("paper", None)
    assert evidence.quote == SENTENCE, "the words of the paper are kept when the finding is put into other words"


def test_a_quote_stands_in_the_text_that_we_hold(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion()])
    session = desk.session
    for quote, told in (
        (
            "Their size follows a power law",
            "the quote leaves the abstract after 'Their size follows ', before 'a power law'; "
            "copy words that stand together",
        ),
        ("Their size ... power law", "the quote has an ellipsis; quote words that stand together"),
        (
            "Zebras",
            "the quote is not in the text that we hold of the paper (title, abstract, citing sentence); "
            "copy words that stand together",
        ),
    ):
        session.edit(quote=quote)
        with pytest.raises(EditRefused) as error:
            session.accept(Stance.SUPPORTS)
        assert str(error.value) == told
    assert session.number == 1 and not desk.asked
    session.edit(quote="Their size   follows no\npower law")
    session.accept(Stance.SUPPORTS)
    desk.work()
    evidence = read_graph(Project(folder)).knowledge.evidence[f"widgets-grow-by-a-power-law.{KEY}"]
    assert evidence.quote == "Their size follows no power law"


def test_who_read_the_paper_may_quote_what_we_do_not_hold(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion()])
    desk.session.edit(quote="words of page 9", checked="paper")
    desk.session.accept(Stance.SUPPORTS)
    assert [one.refused for one in desk.work()] == [None]


def test_a_finding_is_asked_for_where_there_is_only_a_title(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion(passages=(), abstract=None)])
    with pytest.raises(EditRefused, match="it has no finding; say in a sentence what the paper found"):
        desk.session.accept(Stance.SUPPORTS)
    desk.session.edit(finding="Made-up widgets grow.")
    with pytest.raises(EditRefused, match="it has no locator"):
        desk.session.accept(Stance.SUPPORTS)


@pytest.mark.parametrize(
    ("origin", "checked", "locator"),
    [("abstract", "abstract", "abstract"), ("tldr", "summary", "abstract")],
)
def test_the_origin_of_a_sentence_is_written(folder: Path, origin: str, checked: str, locator: str) -> None:
    suggestion = made_up_suggestion(passages=(Passage("Their size follows no power law at all.", (), origin),))
    draft = make_desk(folder, [suggestion]).session.draft
    assert (draft.checked, draft.locator) == (checked, locator)
    assert draft.read_in.endswith("from Semantic Scholar")


def test_nobody_reviews_from_recall(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion()])
    with pytest.raises(EditRefused, match="nobody reviews from recall"):
        desk.session.edit(checked="recall")
    with pytest.raises(EditRefused, match="'loud' is not a valid Checked"):
        desk.session.edit(checked="loud")


def test_a_paper_without_authors_is_refused_and_said(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion(authors=(), year=None)])
    with pytest.raises(EditRefused, match="has no authors and no year of it; add the paper by `phengraph add paper`"):
        desk.session.accept(Stance.SUPPORTS)
    desk.session.decline(Verdict.NOT_ABOUT)
    assert [one.refused for one in desk.work()] == [None]


def test_what_would_break_the_project_is_refused_and_comes_again(folder: Path) -> None:
    queue = made_up_queue(4)
    desk = make_desk(folder, queue)
    desk.session.accept(Stance.SUPPORTS)
    desk.session.decline(Verdict.NOT_ABOUT)
    before = desk.files()
    # Somebody takes the key meanwhile.
    path = folder / PAPERS
    path.write_text(
        path.read_text() + f"\n@misc{{{KEY},\n  title = {{Made-up}},\n  author = {{A B}},\n  year = 2020,\n}}\n"
    )
    taken = path.read_bytes()
    (first, second) = desk.work()
    assert first.refused is not None and f"the key '{KEY}' is taken" in first.refused
    assert second.refused is None
    assert desk.files() == {**before, PAPERS: taken, ADA: desk.files()[ADA]}
    assert desk.session.current == queue[2], "not under the fingers of who reads another one"
    assert desk.session.left == 3
    desk.session.decline(Verdict.NOT_ABOUT)
    assert desk.session.current == queue[0]
    assert desk.session.status_of(queue[0].claim).supporting_teams == 2
    assert desk.session.accepted == 0 and desk.session.declined == 2


def test_two_claims_with_one_paper_that_is_refused_can_both_be_decided_again(folder: Path) -> None:
    desk = make_desk(folder, [made_up_suggestion(), made_up_suggestion(claim=OTHER_CLAIM)])
    before = desk.files()
    desk.session.accept(Stance.SUPPORTS)
    desk.session.accept(Stance.SUPPORTS)
    first = desk.asked[0]
    assert isinstance(first, Act) and first.evidence is not None
    desk.asked[0] = replace(first, evidence=replace(first.evidence, conditions=Conditions(models=("nobody",))))
    refused = [one.refused or "" for one in desk.work()]
    assert "unknown model 'nobody'" in refused[0] and f"unknown paper '{KEY}'" in refused[1]
    assert desk.files() == before and desk.session.left == 2
    desk.session.accept(Stance.SUPPORTS)
    desk.session.accept(Stance.SUPPORTS)
    assert [one.refused for one in desk.work()] == [None, None]
    assert desk.files()[PAPERS].count(KEY.encode()) == 1
    assert problems(desk) == []


def test_taking_back_what_was_refused_changes_nothing(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(2))
    desk.session.edit(locator="somewhere")
    desk.session.accept(Stance.SUPPORTS)
    order = desk.asked[0]
    assert isinstance(order, Act) and order.evidence is not None
    desk.session.undo()
    desk.asked[0] = replace(order, evidence=replace(order.evidence, paper="nobody2020"))
    before = desk.files()
    first, second = desk.work()
    assert first.refused is not None and second.refused is None
    assert desk.files() == before
    assert (desk.session.left, desk.session.can_undo, desk.session.accepted) == (2, False, 0)
    assert desk.session.current == made_up_queue(2)[0]


def test_errors_that_were_there_before_stop_nobody(folder: Path) -> None:
    path = folder / "graph" / "models.yaml"
    path.write_text(path.read_text().replace("placement: pre-norm", "placement: prenorm"))
    desk = make_desk(folder, made_up_queue(1))
    desk.session.accept(Stance.SUPPORTS)
    assert [one.refused for one in desk.work()] == [None]


def test_a_batch_with_a_wrong_one_writes_the_others(folder: Path) -> None:
    desk = make_desk(folder, made_up_queue(6))
    for _ in range(6):
        desk.session.accept(Stance.SUPPORTS)
    orders = list(desk.asked)
    wrong = orders[2]
    assert isinstance(wrong, Act) and wrong.evidence is not None
    orders[2] = replace(wrong, evidence=replace(wrong.evidence, paper="nobody2020"))
    outcomes = list(desk.applier.apply(orders))
    assert [one.number for one in outcomes if one.refused is not None] == [wrong.number]
    assert "unknown paper 'nobody2020'" in (outcomes[2].refused or "")
    assert sum(b"Made-up paper" in line for line in desk.files()[ADA].splitlines()) == 5
    assert problems(desk) == []


def test_other_bytes_of_odd_files_stay(folder: Path) -> None:
    path = folder / WIDGETS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (folder / PAPERS).write_bytes((folder / PAPERS).read_bytes().rstrip())
    desk = make_desk(folder, made_up_queue(1))
    before = desk.files()
    desk.session.accept(Stance.SUPPORTS)
    assert [one.refused for one in desk.work()] == [None]
    assert f"- supports: {KEY}\r\n".encode() in desk.files()[WIDGETS]
    desk.session.undo()
    desk.work()
    assert desk.files() == before


def test_papers_one_after_the_other_are_placed_as_if_the_file_were_read_each_time(
    folder: Path, repository: Path
) -> None:
    shutil.copyfile(repository / "graph" / "papers.bib", folder / PAPERS)
    chance = random.Random(5)
    known = folder / PAPERS
    text = known.read_bytes()
    changed = {PAPERS: text}
    papers = [paper_of(made_up_suggestion(number).paper) for number in range(1, 13)]
    for number, paper in enumerate(papers):
        key = f"{chance.choice('abkmz')}made{number}up"
        edit = plan_addition(Project(folder), replace(paper, key=key), changed=changed)
        anew = insert._Bibliography(*_read_anew(edit.after))
        assert insert._KNOWN[hashlib.sha256(edit.after).digest()] == anew
        changed = {PAPERS: edit.after}
    keys = [entry.key for entry in anew.entries]
    assert keys == sorted(keys) and len(keys) == text.count(b"\n@") + text.startswith(b"@") + len(papers)


def _read_anew(content: bytes) -> tuple[tuple[insert._Place, ...], bool, bool]:
    found = insert._bibliography(content.decode() + "\n% a comment, so that it is read and not remembered\n")
    return found.entries, found.is_sorted, found.is_whole


def test_a_known_paper_is_found_by_id_and_by_title_unless_an_id_says_otherwise() -> None:
    one = replace(paper_of(made_up_suggestion(1, arxiv="9912.00041").paper), key="one2026")
    known = KnownPapers([one])
    other = made_up_suggestion(2, title=one.title.upper() + " !", doi=None, corpus_id=None).paper
    assert known.find(paper_of(other)) is one
    assert known.find(paper_of(replace(other, corpus_id=one.corpus_id))) is one
    assert known.find(paper_of(replace(other, corpus_id=5))) is None
    assert known.find(paper_of(replace(other, title="Another", arxiv="9912.00041"))) is one
    assert known.find(paper_of(replace(other, title="?!", arxiv=None))) is None
    known.remove("one2026")
    known.remove("one2026")
    assert known.find(one) is None and known.by_key == {}
    known.add(one)
    assert known.find(one) is one
