"""The named queries of the project: each says what it answers, runs, and gives rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from query_fixtures import BASE, toy_quads, write_dataset

from phengraph.dataset import Dataset, open_dataset
from phengraph.identifiers import is_slug
from phengraph.problems import QueryError, UnknownName
from phengraph.project import Project
from phengraph.query import KillableEngine, NamedQuery, find_query, read_queries, set_values
from phengraph.query.named import read_query
from phengraph.query.parameters import find_parameters

QUERIES = read_queries(Path(__file__).resolve().parent.parent / "examples" / "queries")

# They ask what only a refresh (citations, counts) or git (times) brings: on the toy with such records they give rows.
NEED_RECORDS = {
    "citation-curve": 2,
    "citations-within": 1,
    "citing-many": 2,
    "citing-sentences": 3,
    "claims-by-suggestions": 1,
    "found-papers": 1,
    "influential-by-month": 1,
    "lately-added": 1,
    "new-citations": 4,
    "papers-by-citations": 2,
    "suggestions": 1,
    "suggestions-of-claim": 2,
    "why-suggested": 2,
}
TOY_VALUES = {
    "citation-curve": {"paper": ["alpha2019widgets"]},
    "citing-sentences": {"claim": ["widgets-grow-by-a-power-law"]},
    "new-citations": {"since": ["2026-08-01"]},
    "suggestions": {"since": ["2026-09-01"]},
    "suggestions-of-claim": {"claim": ["widgets-grow-by-a-power-law"]},
    "why-suggested": {"claim": ["widgets-grow-by-a-power-law"]},
}


@pytest.fixture(scope="module")
def shipped(repository: Path) -> Dataset:
    return open_dataset(Project(repository))


@pytest.fixture(scope="module")
def on_shipped(shipped: Dataset) -> Iterator[KillableEngine]:
    with KillableEngine(shipped) as engine:
        yield engine


@pytest.fixture(scope="module")
def on_toy(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillableEngine]:
    dataset = write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy"))
    with KillableEngine(dataset) as engine:
        yield engine


def rows_of(engine: KillableEngine, text: str) -> list[dict[str, str]]:
    bindings = json.loads(engine.ask(text, format="json").read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


def test_there_are_at_least_twenty_five() -> None:
    assert len(QUERIES) >= 25


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_says_what_it_answers_and_tells_its_parameters(query: NamedQuery) -> None:
    assert is_slug(query.name)
    assert query.text.startswith("# ")
    assert 10 <= len(query.title) <= 80
    assert not query.title.endswith(".")
    assert [name for name, _ in query.parameters] == list(find_parameters(query.text))[: len(query.parameters)]
    undocumented = set(find_parameters(query.text)) - {name for name, _ in query.parameters}
    # A block that lists the cases of a query is not meant to be set.
    assert undocumented <= {"property"}


def test_titles_are_unique() -> None:
    assert len({query.title for query in QUERIES.values()}) == len(QUERIES)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_each_runs_on_the_shipped_graph_and_gives_rows(on_shipped: KillableEngine, query: NamedQuery) -> None:
    answer = on_shipped.ask(query.text)
    content = answer.read()
    if answer.form == "SELECT":
        solutions = json.loads(content)
        assert solutions["head"]["vars"]
        assert solutions["results"]["bindings"] or query.name in NEED_RECORDS
    else:
        assert content


@pytest.mark.parametrize(("name", "count"), NEED_RECORDS.items())
def test_those_that_need_records_give_the_right_number_of_rows(on_toy: KillableEngine, name: str, count: int) -> None:
    text = set_values(QUERIES[name].text, TOY_VALUES.get(name, {}), BASE).text
    assert len(rows_of(on_toy, text)) == count


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_the_values_that_stand_in_a_query_exist(on_shipped: KillableEngine, query: NamedQuery) -> None:
    for name, parameter in find_parameters(query.text).items():
        for token in parameter.model:
            if token.kind == "prefixed" and not token.text.startswith(("xsd:", "ph:")):
                answer = on_shipped.ask(f"ASK {{ {token.text} ?property ?value }}").read()
                assert json.loads(answer)["boolean"], f"{name}: {token.text}"


def test_contested_claims_are_those_the_rule_calls_contested(on_toy: KillableEngine) -> None:
    rows = rows_of(on_toy, QUERIES["contested-claims"].text)
    assert [row["claim"] for row in rows] == [f"{BASE}claim/gadgets-appear-suddenly"]
    assert (rows[0]["for"], rows[0]["against"]) == ("2", "1")


def test_evidence_of_a_claim_has_both_sides_with_what_was_found(on_toy: KillableEngine) -> None:
    text = set_values(QUERIES["evidence-of-claim"].text, {"claim": ["widgets-stop-at-a-thousand"]}, BASE).text
    rows = rows_of(on_toy, text)
    assert [(row["stance"], row["finding"]) for row in rows[:2]] == [
        ("supports", "One widget stopped at 1000."),
        ("contradicts", "Three widgets passed 2000."),
    ]


def test_counts_of_data_sets_are_not_multiplied_by_the_files_that_name_them(on_shipped: KillableEngine) -> None:
    counted = {row["dataset"]: int(row["evidences"]) for row in rows_of(on_shipped, QUERIES["datasets"].text)}
    one_by_one = rows_of(
        on_shipped, "SELECT DISTINCT ?evidence ?dataset { ?evidence a ph:Evidence ; ph:dataset ?dataset }"
    )
    for dataset, count in counted.items():
        assert sum(row["dataset"] == dataset for row in one_by_one) == count


def test_a_path_of_evidence_is_symmetric(on_shipped: KillableEngine) -> None:
    query = QUERIES["evidence-path"].text
    there = rows_of(on_shipped, query)
    back = set_values(query, {"from": ["abilities-appear-abruptly"], "to": ["twenty-tokens-per-parameter"]}, BASE)
    text = back.text.replace(BASE, "https://w3id.org/phengraph/")
    assert there
    assert len(rows_of(on_shipped, text)) == len(there)


def test_an_unknown_name_gets_the_nearest(repository: Path) -> None:
    with pytest.raises(UnknownName) as caught:
        find_query(repository / "examples" / "queries", "contested-claim")
    assert str(caught.value) == "no query named 'contested-claim'; did you mean 'contested-claims'?"
    with pytest.raises(UnknownName, match=r"no query named '\.\./\.\./README'"):
        find_query(repository / "examples" / "queries", "../../README")


def test_a_folder_that_is_not_there_has_no_queries(tmp_path: Path) -> None:
    assert read_queries(tmp_path / "none") == {}


def test_the_head_of_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "made-up.rq"
    path.write_text(
        "# Title here\n# More words,\n# on two lines.\n# Set claim: the slug\nASK {}\n# not head\n", "utf-8"
    )
    query = read_query(path)
    assert (query.name, query.title, query.description) == ("made-up", "Title here", "More words, on two lines.")
    assert query.parameters == (("claim", "the slug"),)
    path.write_bytes(b"# \xff\n")
    with pytest.raises(QueryError, match=r"made-up\.rq: not UTF-8 at byte 2; save it as UTF-8"):
        read_query(path)
