"""The ranking: which citing papers are worth a look, and why."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from suggest_samples import GROWTH, SPEAKING, STOP, citation, citing_paper, toy_knowledge

from phengraph.ingest.candidates import Candidate
from phengraph.model import Decision, Knowledge, Source, Stance, Suggestion, Verdict
from phengraph.quads.citations import TrackedPapers
from phengraph.settings import SuggestSettings, SuggestWeights
from phengraph.suggest import PARTS, Ranking

EVERYTHING = SuggestSettings(floor=0)
SOURCE = Source("graph/decisions/ada.jsonl", 1)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return toy_knowledge()


def best(knowledge: Knowledge, *citations, claim: str = GROWTH, **options) -> list[Suggestion]:
    options.setdefault("settings", EVERYTHING)
    return list(Ranking(knowledge, citations, **options).suggestions(claims=[claim]))


def decided(paper: int, verdict: Verdict, *, claim: str = GROWTH, stance: Stance | None = None) -> Decision:
    return Decision(claim, f"CorpusId:{paper}", verdict, stance, "Ada", "2026-09-02", SOURCE)


def test_what_speaks_of_the_claim_comes_before_what_mentions_it_and_the_rest_is_not_there(knowledge):
    found = best(knowledge, *SPEAKING)
    assert [one.paper.corpus_id for one in found] == [1, 3, 2]
    assert found[0].cites == ("alpha2019widgets",)
    assert (found[0].origin, found[0].seen, found[0].reads_like) == ("citation", "2026-09-01", None)


def test_the_parts_sum_to_the_score_and_are_named(knowledge):
    for one in best(knowledge, *SPEAKING):
        assert sum(value for _, value in one.parts) == pytest.approx(one.score, abs=1e-9)
        assert 0 < one.score <= 1
        assert [name for name, _ in one.parts] == [name for name in PARTS if name in dict(one.parts)]


def test_below_the_floor_nothing_is_shown(knowledge):
    shown = best(knowledge, *SPEAKING, settings=SuggestSettings())
    assert [one.paper.corpus_id for one in shown] == [1, 3]
    assert all(one.score >= SuggestSettings().floor for one in shown)
    assert best(knowledge, *SPEAKING, settings=SuggestSettings(floor=1)) == []


def test_the_order_of_the_records_changes_nothing(knowledge):
    records = [
        *SPEAKING,
        *(
            citation(number, f"Widgets grow by {number} a year [3].", cited="works2024widgets")
            for number in range(9, 40)
        ),
    ]
    first = list(Ranking(knowledge, records, settings=EVERYTHING).suggestions())
    for seed in range(3):
        random.Random(seed).shuffle(records)
        assert list(Ranking(knowledge, records, settings=EVERYTHING).suggestions()) == first


def test_equal_scores_are_in_the_order_of_claim_and_paper(knowledge):
    same = [citation(number, "Widgets grow by a power law [3].") for number in (7, 5, 6)]
    assert [one.paper.corpus_id for one in best(knowledge, *same)] == [5, 6, 7]


def test_every_signal_raises_the_score(knowledge):
    plain = "Widgets are larger at every age [3], we find."
    base = best(knowledge, citation(1, plain))[0].score

    def score(*citations, **options) -> float:
        return best(knowledge, *citations, **options)[0].score

    assert score(citation(1, plain, intents=("result",))) > base
    assert score(citation(1, plain, influential=True)) > base
    assert score(citation(1, f"Contrary to [3], {plain}")) > base
    assert score(citation(1, plain, abstract="The size of widgets is a power law of their age.")) > base
    assert score(citation(1, "Widgets are larger at every age on WidgetText [3], we find.")) > base
    assert score(citation(1, plain), citation(1, cited="works2024widgets")) > base


def test_signals_count_only_as_far_as_the_paper_speaks_of_the_claim(knowledge):
    loud = citation(1, "Contrary to [3], nothing of the kind was seen.", intents=("result",), influential=True)
    assert best(knowledge, loud) == []


def test_a_removed_citation_and_one_of_an_untracked_paper_suggest_nothing(knowledge):
    gone = citation(1, "Widgets grow by a power law [3].", removed="2026-09-09")
    stranger = citation(2, "Widgets grow by a power law [3].", cited="nobody2020nothing")
    assert best(knowledge, gone, stranger) == []


def test_a_paper_is_suggested_for_the_claims_of_the_phenomena_that_it_cites_only(knowledge):
    found = Ranking(knowledge, SPEAKING, settings=EVERYTHING).suggestions()
    # alpha2019widgets is evidence in two files.
    phenomena = {knowledge.claims[one.claim].phenomenon for one in found}
    assert phenomena == {"widget-growth", "odd-characters"}


def test_what_is_evidence_already_is_not_suggested_again(knowledge):
    # works2024widgets is evidence for the growth of widgets; the service knows it by an id of its own.
    citing = citation(1, "Widgets grow by a power law [3].")
    tracked = TrackedPapers(knowledge, {citing.citing.s2_id: "works2024widgets"})
    assert best(knowledge, citing, tracked=tracked) == []
    other = TrackedPapers(knowledge, {citing.citing.s2_id: "india2024widgets"})
    assert [one.claim for one in best(knowledge, citing, tracked=other)] == [GROWTH]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_what_was_decided_is_not_shown_again_for_that_claim(knowledge, verdict):
    stance = Stance.SUPPORTS if verdict is Verdict.ACCEPTED else None
    decisions = [decided(1, verdict, stance=stance)]
    assert [one.paper.corpus_id for one in best(knowledge, *SPEAKING, decisions=decisions)] == [3, 2]
    later = best(knowledge, *SPEAKING, decisions=decisions, later=True)
    assert [one.paper.corpus_id for one in later] == ([1, 3, 2] if verdict is Verdict.LATER else [3, 2])
    elsewhere = [decided(1, verdict, claim=STOP, stance=stance)]
    assert len(best(knowledge, *SPEAKING, decisions=elsewhere)) == 3


def test_of_one_claim_the_best_are_shown_and_others_follow_when_these_are_decided(knowledge):
    one_each = SuggestSettings(floor=0, per_claim=1)
    assert [one.paper.corpus_id for one in best(knowledge, *SPEAKING, settings=one_each)] == [1]
    decisions = [decided(1, Verdict.NOT_ABOUT)]
    assert [one.paper.corpus_id for one in best(knowledge, *SPEAKING, settings=one_each, decisions=decisions)] == [3]


def test_since_limit_and_count_agree(knowledge):
    early = citation(8, "Widgets grow by a power law [3].", seen="2026-01-01")
    ranking = Ranking(knowledge, [*SPEAKING, early], settings=EVERYTHING)
    late = list(ranking.suggestions(claims=[GROWTH], since="2026-09-01"))
    assert 8 not in [one.paper.corpus_id for one in late]
    assert ranking.count(claims=[GROWTH], since="2026-09-01") == len(late) == 3
    assert list(ranking.suggestions(claims=[GROWTH], since="2026-09-01", limit=1)) == late[:1]
    assert ranking.count() == len(ranking) == len(list(ranking.suggestions()))


def test_a_paper_that_cites_several_is_first_seen_when_the_first_citation_was(knowledge):
    first = citation(1, "Widgets grow by a power law [3].", seen="2026-03-03")
    second = citation(1, "Widgets grow [4].", cited="works2024widgets", seen="2026-02-02")
    found = best(knowledge, first, second)
    assert [(one.seen, one.cites) for one in found] == [("2026-02-02", ("alpha2019widgets", "works2024widgets"))]


def test_a_found_paper_is_marked_as_found_and_not_as_citing(knowledge):
    paper = citing_paper(50, "Made-up widgets grow by a power law of their age")
    found = best(knowledge, candidates=[Candidate("widget-growth", "recommendation", "2026-10-01", None, paper)])
    assert [(one.origin, one.cites, one.seen) for one in found] == [("recommendation", (), "2026-10-01")]
    assert found[0].score > SuggestSettings().floor
    assert found[0].passages[0].origin == "title"


def test_a_found_paper_that_cites_by_now_is_a_citing_one(knowledge):
    cited = citation(50, "Widgets grow by a power law [3].")
    # A run over the whole corpus knows it by its corpus id alone.
    paper = replace(cited.citing, s2_id="")
    candidates = [Candidate("widget-growth", "co-citation", "2026-10-01", 3.0, paper)]
    assert [one.origin for one in best(knowledge, cited, candidates=candidates)] == ["citation"]


def test_vectors_count_where_a_refresh_brought_them(knowledge):
    citing = citation(1, "Widgets are larger at every age [3], we find.")
    tracked = TrackedPapers(knowledge, {citing.citing.s2_id: "india2024widgets"})
    near = np.array([1.0, 0.0], dtype=np.float32)
    vectors = {"india2024widgets": near, "alpha2019widgets": near}
    without = best(knowledge, citing, tracked=tracked)[0]
    with_them = best(knowledge, citing, tracked=tracked, vectors=vectors)[0]
    assert "vectors" not in dict(without.parts)
    assert dict(with_them.parts)["vectors"] > 0
    across = {"india2024widgets": near, "alpha2019widgets": np.array([0.0, 1.0], dtype=np.float32)}
    assert "vectors" not in dict(best(knowledge, citing, tracked=tracked, vectors=across)[0].parts)


def test_weights_are_proportions(knowledge):
    doubled = SuggestWeights(**{name: 2 * value for name, value in SuggestWeights().model_dump().items()})
    once = [one.score for one in best(knowledge, *SPEAKING)]
    assert [one.score for one in best(knowledge, *SPEAKING, settings=SuggestSettings(floor=0, weights=doubled))] == once
    only_cues = SuggestSettings(floor=0, weights=SuggestWeights(**{name: float(name == "cues") for name in PARTS}))
    assert {name for one in best(knowledge, *SPEAKING, settings=only_cues) for name, _ in one.parts} == {"cues"}


def test_a_passage_has_its_cues_names_and_words_of_the_claim_marked(knowledge):
    text = "Contrary to [3], WidgetText shows no power law of growing widgets at 7B parameters."
    passage = best(knowledge, citation(1, text))[0].passages[0]
    marked = [(text[cue.start : cue.end], cue.kind) for cue in passage.cues]
    assert marked == [
        ("Contrary to", "contrast"),
        ("WidgetText", "data set"),
        ("power", "term"),
        ("law", "term"),
        ("growing", "term"),
        ("widgets", "term"),
        ("7B parameters", "scale"),
    ]
    assert (passage.origin, passage.cited) == ("citation", "alpha2019widgets")


def test_places_in_a_passage_hold_where_letters_grow_when_made_small(knowledge):
    text = "İİİ However, widgets grow by a power law."
    passage = best(knowledge, citation(1, text))[0].passages[0]
    assert [text[cue.start : cue.end] for cue in passage.cues][:2] == ["However", "widgets"]


def test_citing_sentences_come_first_then_the_summary_and_the_best_of_the_abstract(knowledge):
    found = best(
        knowledge,
        citation(
            1,
            "Widgets are nice [3].",
            "Contrary to [3], widgets do not grow by a power law.",
            tldr="Widgets were weighed.",
            abstract="We had a widget. The size of a widget is a power law of its age. We thank all.",
        ),
    )
    told = [(one.origin, one.text) for one in found[0].passages]
    assert told == [
        ("citation", "Contrary to [3], widgets do not grow by a power law."),
        ("citation", "Widgets are nice [3]."),
        ("tldr", "Widgets were weighed."),
        ("abstract", "The size of a widget is a power law of its age."),
    ]


def test_a_guess_is_shown_only_after_curators_confirmed_its_phrase_often_enough(knowledge):
    contrary = "Contrary to the findings of [3], widgets do not grow by a power law."
    records = [citation(number, contrary) for number in range(1, 30)]

    def guesses(right: int, wrong: int = 0) -> set[str | None]:
        decisions = [decided(number, Verdict.ACCEPTED, stance=Stance.CONTRADICTS) for number in range(1, right + 1)]
        decisions += [
            decided(number, Verdict.ACCEPTED, stance=Stance.SUPPORTS) for number in range(right + 1, right + wrong + 1)
        ]
        return {one.reads_like for one in best(knowledge, *records, decisions=decisions)}

    assert guesses(0) == {None}
    assert guesses(15) == {None}, "15 of 15: the interval begins at .796"
    assert guesses(16) == {"contrast"}
    assert guesses(16, 2) == {None}
    never = SuggestSettings(floor=0, stance_guesses="never")
    decisions = [decided(number, Verdict.ACCEPTED, stance=Stance.CONTRADICTS) for number in range(1, 17)]
    assert {one.reads_like for one in best(knowledge, *records, decisions=decisions, settings=never)} == {None}
    named = SuggestSettings(floor=0, measured_cues=["contrary-to"])
    assert {one.reads_like for one in best(knowledge, *records, settings=named)} == {"contrast"}


def test_twenty_thousand_suggestions_are_ranked_and_listed(knowledge):
    words = ("power", "law", "grow", "widget", "age", "size", "larger", "thousand")
    records = [
        citation(number, f"Widgets: {words[number % 8]} {words[number // 8 % 8]} {number % 97} [3].")
        for number in range(10_500)
    ]
    settings = SuggestSettings(floor=0, per_claim=20_000)
    ranking = Ranking(knowledge, records, settings=settings)
    assert len(ranking) > 20_000
    assert len(list(ranking.suggestions(limit=20))) == 20
    assert sum(len(scores) for _, scores in ranking.scores()) > 20_000
    scores = [one.score for one in ranking.suggestions(passages=0, mark=False)]
    assert scores == sorted(scores, reverse=True)
