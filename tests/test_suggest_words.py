"""Words, cues and BM25: what the ranking compares."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phengraph.suggest.cues import CONFIRMATION, CONTRAST, FAILED, NEGATION, SCALE, find_cues, strength_of
from phengraph.suggest.lexical import K1, B, Shares, Vocabulary
from phengraph.suggest.questions import NameFinder
from phengraph.suggest.stance import PHRASES, Measured, guess_of, measure_phrases, phrases_in
from phengraph.suggest.words import plain_text, stems_of, words_of

CUES = [
    ("Contrary to [3], widgets halve.", "Contrary to", CONTRAST),
    ("In stark contrast to [3], widgets halve.", "In stark contrast to", CONTRAST),
    ("Our results contradict those of [3].", "contradict", CONTRAST),
    ("This is not consistent with [3].", "not consistent with", CONTRAST),
    ("These are inconsistent with [3].", "inconsistent", CONTRAST),
    ("It cannot confirm the law.", "cannot confirm", CONTRAST),
    ("We fail to replicate the jump.", "fail to replicate", FAILED),
    ("The jump could not be reproduced.", "not be reproduced", FAILED),
    ("We find no clear evidence of it.", "no clear evidence", FAILED),
    ("We don't replicate it.", "don't replicate", FAILED),
    ("This is consistent with [3].", "consistent with", CONFIRMATION),
    ("It is in good agreement with [3].", "in good agreement with", CONFIRMATION),
    ("We confirm the law of [3].", "confirm", CONFIRMATION),
    ("They also report that widgets grow.", "also report", CONFIRMATION),
    ("Similar findings were made by [3].", "Similar findings", CONFIRMATION),
    ("Scale does not always improve it.", "not always improve", NEGATION),
    ("It doesn't emerge before.", "doesn't emerge", NEGATION),
    ("There is no significant improvement.", "no significant improvement", NEGATION),
    ("It holds at 7B parameters.", "7B parameters", SCALE),
    ("It holds at 1.3 billion parameters.", "1.3 billion parameters", SCALE),
    ("It holds for larger models.", "larger models", SCALE),
]


@pytest.mark.parametrize(("text", "words", "kind"), CUES)
def test_a_cue_is_found_where_it_stands(text: str, words: str, kind: str) -> None:
    assert (words, kind) in [(text[cue.start : cue.end], cue.kind) for cue in find_cues(text)]


@pytest.mark.parametrize(
    "text", ["As in Alpha et al. 2016b and 2019t.", "Widgets were built [3].", "", "Notable work."]
)
def test_where_there_is_no_cue_none_is_found(text: str) -> None:
    assert find_cues(text) == ()


@given(st.text(max_size=300))
def test_cues_lie_in_the_text_side_by_side_whatever_it_is(text: str) -> None:
    cues = find_cues(f"{text} however {text} İstanbul doesn’t improve {text}")
    assert all(0 <= cue.start < cue.end for cue in cues)
    assert all(one.end <= other.start for one, other in pairwise(cues))
    assert cues


def test_a_sentence_of_ten_thousand_cues_is_read_in_no_time_that_grows_with_its_square() -> None:
    # A pattern that looks back over all it has read would not come to an end here.
    assert len(find_cues("not " * 5_000 + "1.1" * 5_000 + " however" * 5_000)) >= 5_000


def test_the_strongest_cue_counts_and_further_kinds_a_little() -> None:
    assert strength_of(()) == 0
    assert strength_of(find_cues("However, at 7B parameters.")) == pytest.approx(0.9)
    assert strength_of(find_cues("However, however.")) == pytest.approx(0.8)


def test_words_are_stems_without_what_says_nothing() -> None:
    assert stems_of("Scaling the widgets scales them") == ["scale", "widget", "scale"]
    assert words_of("Pre-norm GPT-3 at 1.3B.") == ["pre", "norm", "gpt", "3", "at", "1.3b"]
    assert words_of("ein Überblick, 中文, snake_case") == ["ein", "überblick", "中文", "snake", "case"]
    assert "propto" not in plain_text(r"$N \propto C^{0.5}$ <b>bold</b>")


def test_shares_are_those_of_bm25_by_its_formula() -> None:
    texts = ["widgets grow", "widgets and gadgets of a certain size are sold", "nothing here"]
    vocabulary = Vocabulary(stems_of("widgets grow"))
    numbered = [vocabulary.number_words(words_of(text)) for text in texts]
    shares = Shares(numbered, vocabulary)
    rarity = {word: math.log(1 + (3 - count + 0.5) / (count + 0.5)) for word, count in (("grow", 1), ("widget", 2))}
    lengths = [len(one) for one in numbered]
    mean = sum(lengths) / 3

    def weight(length: int) -> float:
        return 1 / (1 + K1 * (1 - B + B * length / mean))

    total = sum(rarity.values())
    expected = [weight(lengths[0]), rarity["widget"] * weight(lengths[1]) / total, 0.0]
    found = shares.of({vocabulary.numbers[word]: 1.0 for word in ("grow", "widget")})
    assert found.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("texts", [[], [[]], [[], []], [[0], [0, 0]]])
def test_texts_without_a_word_of_any_query_have_no_share(texts: list[list[int]]) -> None:
    assert Shares(texts, Vocabulary(["widget"])).of({1: 1.0}).tolist() == [0.0] * len(texts)


def test_names_of_several_words_are_found_the_longest_first() -> None:
    finder = NameFinder([("gpt", "3"), ("gpt", "3", "davinci"), ("opt",)])
    words = words_of("OPT and GPT-3 davinci, then gpt 4 and GPT3")
    assert finder.places(words) == [(0, ("opt",)), (2, ("gpt", "3", "davinci")), (9, ("gpt", "3"))]


def test_a_phrase_reads_one_way_and_a_denied_confirmation_none() -> None:
    assert phrases_in("Contrary to the findings of [3], widgets halve.") == {"contrary-to": "contrast"}
    assert phrases_in("This is not consistent with the results of [3].") == {"inconsistent-with": "contrast"}
    assert phrases_in("We do not confirm the claim.") == {}
    assert phrases_in("Our results are consistent with those findings.") == {"consistent-with": "confirmation"}


def test_no_phrase_is_shown_that_was_not_measured() -> None:
    text = "Contrary to the findings of [3], widgets halve."
    assert guess_of([text], ()) is None
    assert guess_of([text], {"confirms"}) is None
    assert guess_of([text], {"contrary-to"}) == ("contrast", "contrary-to")


def test_a_sentence_that_reads_both_ways_is_not_guessed() -> None:
    both = "Contrary to the claim of [3], and consistent with the results of [4], widgets halve."
    assert guess_of([both], PHRASES) is None


def test_the_interval_is_wilsons() -> None:
    # R: prop.test(8, 10, correct = FALSE)$conf.int
    assert Measured(8, 10).interval == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert Measured(0, 0).interval == (0.0, 1.0)
    assert not Measured(15, 15).is_good
    assert Measured(16, 16).is_good


def test_each_phrase_is_measured_by_itself() -> None:
    right = (["Contrary to the findings of [3], widgets halve."], "contrast")
    wrong = (["Contrary to the findings of [3], widgets halve."], None)
    measured = measure_phrases([right, right, wrong, (["Widgets."], "contrast")])
    assert measured == {"contrary-to": Measured(2, 3)}
