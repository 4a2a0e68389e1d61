"""The guard: what is refused before the engine sees it, and nothing else."""

from __future__ import annotations

import pytest

from phengraph.problems import QueryError
from phengraph.query.formats import Form
from phengraph.query.guard import Bounds, inspect_query, scan


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", Form.SELECT),
        ("select distinct ?s { ?s ?p ?o }", Form.SELECT),
        ("ASK {}", Form.ASK),
        ("PREFIX ex: <http://example.org/> CONSTRUCT { ?s ex:p ?o } WHERE { ?s ex:p ?o }", Form.CONSTRUCT),
        ("# a comment\n\nBASE <http://example.org/>\nPREFIX : <#>\nDESCRIBE :x", Form.DESCRIBE),
        ("PREFIX select: <http://example.org/> ASK { select:x ?p ?o }", Form.ASK),
    ],
)
def test_the_form_of_a_query_is_told(text: str, form: Form) -> None:
    assert inspect_query(text).form is form


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p 'SERVICE <http://example.org/> {}' }",
        'ASK { ?s ?p "a \\" SERVICE" }',
        'ASK { ?s ?p """one " two "" SERVICE\nINSERT DATA """ }',
        "ASK { ?s ?p '''it's SERVICE''' }",
        "# SERVICE <http://example.org/>\nASK {} # LOAD <http://example.org/>",
        "ASK { <http://example.org/SERVICE#SERVICE> ?p ?o }",
        "ASK { ?SERVICE $LOAD _:SERVICE }",
        "PREFIX service: <http://example.org/> ASK { service:SERVICE ?p service:a.SERVICE }",
        "ASK { ?s ?p 'x'@service }",
        "ASK { ?s ?p ?o FILTER(?o<3&&?o>1) } # <SERVICE",
        r"PREFIX ex: <http://example.org/> ASK { ex:a\#SERVICE ?p ex:it\'s }",
        "ASK { ?s ?p '' . ?s ?q \"\" }",
    ],
)
def test_words_inside_strings_comments_iris_and_names_are_no_keywords(text: str) -> None:
    assert inspect_query(text).form is Form.ASK


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://example.org/> { ?s ?p ?o } }",
        "ASK { service silent ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE<http://example.org/>{?s ?p ?o} } }",
        # Each of these hides the keyword from a scan that takes an escape, a quote or a hash in a name for its own.
        "PREFIX ex: <http://example.org/> ASK { ?s ex:a\\# ?o . SERVICE <http://example.org/> {} }",
        "PREFIX ex: <http://example.org/> ASK { ?s ex:a\\' ?o . SERVICE <http://example.org/> {} . ?s ?p 'x' }",
        "ASK { ?s ?p 'a\\\\' . SERVICE <http://example.org/> {} . ?s ?p 'b' }",
        "ASK { ?s ?p ''''a''' . SERVICE <http://example.org/> {} . ?s ?p ''''b''' }",
        "ASK { ?s <http://example.org/#> ?o . SERVICE <http://example.org/> {} }",
        "ASK { ?s ?p ?o FILTER(?o<?s) . SERVICE <http://example.org/> {} FILTER(?s>?o) }",
        "ASK { # SERVICE in a comment\r SERVICE <http://example.org/> {} }",
    ],
)
def test_service_is_refused_with_a_word_why(text: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused: it would call another server") as caught:
        inspect_query(text)
    assert caught.value.kind == "refused"
    assert caught.value.line >= 1


@pytest.mark.parametrize(
    "word", ["INSERT DATA", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
def test_updates_are_refused_with_a_word_why(word: str) -> None:
    with pytest.raises(QueryError) as caught:
        inspect_query(f"PREFIX ex: <http://example.org/>\n{word.lower()} <http://example.org/>")
    first = word.split()[0]
    assert str(caught.value) == (
        f"line 2, column 1: {first} is refused: the dataset is read only; edit the files in graph/ and build again"
    )
    assert (caught.value.kind, caught.value.line, caught.value.column) == ("refused", 2, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "SELEC * {}",
            "syntax error at line 1, column 1: unexpected 'SELEC'; a query begins with SELECT, ASK, CONSTRUCT or "
            "DESCRIBE, after PREFIX lines if any\n  SELEC * {}\n  ^",
        ),
        (
            "",
            "syntax error at line 1, column 1: there is no query; a query begins with SELECT, ASK, CONSTRUCT or "
            "DESCRIBE, after PREFIX lines if any\n  \n  ^",
        ),
        (
            "ASK {\n  ?s ?p 'open }",
            "syntax error at line 2, column 9: a string that begins here is never closed\n"
            "    ?s ?p 'open }\n          ^",
        ),
        (
            "ASK { ?s ?p '\ud800' }",
            "syntax error at line 1, column 14: the query is not valid Unicode; save it as UTF-8\n"
            "  ASK { ?s ?p '\N{REPLACEMENT CHARACTER}' }\n               ^",
        ),
    ],
)
def test_what_is_no_query_is_told_at_its_place(text: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        inspect_query(text)
    assert str(caught.value) == message
    assert caught.value.kind == "syntax"


def test_length_depth_and_tokens_are_bounded() -> None:
    bounds = Bounds(characters=1_000, depth=10, tokens=50)
    for text, told in [
        ("ASK {" + " " * 1_000 + "}", "the query has 1,006 characters, more than the 1,000 allowed"),
        ("ASK " + "{" * 11 + "}" * 11, "line 1, column 15: the query is nested more than 10 deep"),
        ("ASK { FILTER(" + "(" * 9 + "1" + ")" * 9 + ") }", "nested more than 10 deep"),
        ("ASK { FILTER(" + "!" * 11 + "true) }", "nested more than 10 deep"),
        ("ASK { " + "?s ?p ?o . " * 20 + "}", "more than 50 words and signs"),
    ]:
        with pytest.raises(QueryError, match=told) as caught:
            inspect_query(text, bounds)
        assert caught.value.kind == "limit"
    assert inspect_query("ASK { { { { { { { { { { } } } } } } } } } }", bounds)


@pytest.mark.parametrize(
    "part",
    ['"""' + '\\"""\n' * 9_000, "a." * 40_000, "a-" * 40_000, "<a" * 40_000, "a:b" + "." * 90_000, "_:a..." * 15_000,
     "!" * 90_000, "(" * 90_000, "@a-" * 30_000, "'" * 90_000, "\\" * 90_000, "?" * 90_000],
)  # fmt: skip
def test_hostile_texts_are_scanned_in_one_pass(part: str) -> None:
    # A pattern that backtracks would need hours for these, so a test that ends is the assertion.
    try:
        inspect_query("ASK { " + part)
    except QueryError as error:
        assert error.kind in ("limit", "syntax")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SELECT * { ?s ?p 'FROM' }", False),
        ("SELECT * FROM <http://example.org/g> { ?s ?p ?o }", True),
        ("SELECT * from named <http://example.org/g> { ?s ?p ?o }", True),
    ],
)
def test_a_query_that_names_its_dataset_is_noticed(text: str, named: bool) -> None:
    assert inspect_query(text).names_dataset is named


def test_tokens_cover_every_character_that_is_no_space_or_comment() -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ex:p/^ex:q* ?o ; ?p -1.5e3, .5, 'a'@en-GB, \"b\"^^xsd:int . [] } # end"
    tokens = list(scan(text))
    rebuilt = "".join(token.text for token in tokens)
    assert rebuilt == text.removesuffix("# end").replace(" ", "")
    assert {token.text: token.kind for token in tokens}["ex:q"] == "prefixed"
