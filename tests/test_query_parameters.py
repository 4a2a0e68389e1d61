"""Parameters: one term of the right kind, never a piece of query."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phengraph.problems import QueryError
from phengraph.query.parameters import find_parameters, set_values
from phengraph.vocabulary import base_prefixes

BASE = "https://example.org/toy/"
CLAIM = f"<{BASE}claim/"


@pytest.mark.parametrize(
    ("block", "given_value", "written"),
    [
        ("VALUES ?claim { claim:x }", "grokking", f"{CLAIM}grokking>"),
        ("VALUES ?claim { claim:x }", "claim:grokking", f"{CLAIM}grokking>"),
        ("VALUES ?claim { claim:x }", "paper:key2022", f"<{BASE}paper/key2022>"),
        ("VALUES ?claim { claim:x }", "https://example.org/other", "<https://example.org/other>"),
        ("VALUES ?claim { claim:x }", "<https://example.org/other>", "<https://example.org/other>"),
        ("VALUES ?claim { claim:x }", "} ?s ?p ?o . #", f"{CLAIM}%7D%20%3Fs%20%3Fp%20%3Fo%20.%20%23>"),
        ("VALUES ?claim { <https://example.org/toy/claim/x> }", "y", f"{CLAIM}y>"),
        ("VALUES ?claim { UNDEF }", "y", f"{CLAIM}y>"),
        ("VALUES ?claim { }", "y", f"{CLAIM}y>"),
        ("VALUES ?anything { UNDEF }", "y", '"y"'),
        ("VALUES ?status { ph:Contested }", "single source", "<https://w3id.org/phengraph/ns#SingleSource>"),
        ("VALUES ?status { ph:Contested }", "ph:Open", "<https://w3id.org/phengraph/ns#Open>"),
        ("VALUES ?year { 2022 }", "2023", "2023"),
        ("VALUES ?size { 7e9 }", "1.5", "1.5"),
        ("VALUES ?size { 7e9 }", "-1e3", "-1e3"),
        ("VALUES ?flag { true }", "false", "false"),
        ("VALUES ?word { 'tokens' }", 'say "x" \\ } # \n', r'"say \"x\" \\ } # \n"'),
        ("VALUES ?word { 'tokens'@en }", "Jeton", '"Jeton"@en'),
        (
            'VALUES ?since { "2020-01-01"^^xsd:date }',
            "2026-09-01",
            '"2026-09-01"^^<http://www.w3.org/2001/XMLSchema#date>',
        ),
        ("VALUES ?x { 'a'^^<http://example.org/t> }", "b", '"b"^^<http://example.org/t>'),
    ],
)
def test_a_value_becomes_a_term_of_the_kind_that_stands_there(block: str, given_value: str, written: str) -> None:
    name = block.split()[1][1:]
    text = f"SELECT * {{ {block} }}"
    result = set_values(text, {name: [given_value]}, BASE).text
    inner = block[block.index("{") + 1 : block.rindex("}")].strip()
    assert result == (
        text.replace(f"{{ {inner} }}", f"{{ {written} }}") if inner else text.replace("{ }", f"{{{written} }}")
    )


@pytest.mark.parametrize(
    ("block", "given_value", "told"),
    [
        ("VALUES ?year { 2022 }", "soon", "'soon' is no value for year; give a number"),
        ("VALUES ?year { 2022 }", "1 } ?s ?p ?o {", "'1 } ?s ?p ?o {' is no value for year; give a number"),
        ("VALUES ?flag { true }", "yes", "'yes' is no value for flag; give true or false"),
        (
            "VALUES ?day { '2020-01-01'^^xsd:date }",
            "autumn",
            "'autumn' is no value for day; give a date like 2026-09-01",
        ),
        ("VALUES ?claim { claim:x }", "<a b>", "'<a b>' is no value for claim; give a name or an IRI"),
        (
            "VALUES ?claim { claim:x }",
            "https://x/> } #",
            "'https://x/> } #' is no value for claim; give a name or an IRI",
        ),
    ],
)
def test_a_value_of_another_kind_is_refused(block: str, given_value: str, told: str) -> None:
    name = block.split()[1][1:]
    with pytest.raises(QueryError) as caught:
        set_values(f"SELECT * {{ {block} }}", {name: [given_value]}, BASE)
    assert str(caught.value) == told
    assert caught.value.kind == "parameter"


def test_several_values_are_alternatives_and_entries_are_told() -> None:
    text = "SELECT * { VALUES ?claim { claim:x } VALUES ?year { 2022 2023 } }"
    result = set_values(text, {"year": ["2024"], "claim": ["a", "b"]}, BASE)
    assert result.text == f"SELECT * {{ VALUES ?claim {{ {CLAIM}a> {CLAIM}b> }} VALUES ?year {{ 2024 }} }}"
    assert result.entries == (f"{BASE}claim/a", f"{BASE}claim/b")


def test_only_blocks_of_one_variable_outside_strings_and_comments_are_parameters() -> None:
    text = """# VALUES ?a { 1 }
    SELECT * { ?s ?p "VALUES ?b { 1 }" . VALUES (?c ?d) { (1 2) } values $e { 'x' } VALUES ?e { 'second' } }"""
    assert list(find_parameters(text)) == ["e"]
    assert find_parameters(text)["e"].model[0].text == "'x'"


def test_a_misspelt_parameter_gets_the_nearest_and_none_says_so() -> None:
    text = "SELECT * { VALUES ?claim { claim:x } VALUES ?year { 2022 } }"
    for name, told in [
        ("clam", "this query has no parameter 'clam'; did you mean 'claim'?"),
        ("zzz", "this query has no parameter 'zzz'; it has claim, year"),
    ]:
        with pytest.raises(QueryError) as caught:
            set_values(text, {name: ["x"]}, BASE)
        assert str(caught.value) == told
    with pytest.raises(QueryError, match=r"no line VALUES \?claim \{ \.\.\. \} stands in it"):
        set_values("ASK {}", {"claim": ["x"]}, BASE)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=40))
def test_whatever_is_given_the_query_keeps_its_shape(value: str) -> None:
    text = "SELECT ?word ?claim { VALUES ?word { 'x' } VALUES ?claim { claim:x } }"
    try:
        result = set_values(text, {"word": [value], "claim": [value]}, BASE).text
    except QueryError:
        return
    solutions = list(pyoxigraph.Store().query(result, prefixes=base_prefixes(BASE)))  # type: ignore[arg-type]
    assert len(solutions) == 1
    assert solutions[0]["word"].value == value
    assert isinstance(solutions[0]["claim"], pyoxigraph.NamedNode)
