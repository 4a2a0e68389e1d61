"""The JSON API: filters, orders, pages, CSV twins, refusals, and its own description."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from page_samples import Server
from schemathesis import GenerationMode

from phengraph.serve.api.lists import LISTS
from phengraph.serve.parameters import CitationParameters, ClaimParameters, WrongParameters, read_parameters

pytest_plugins = ["page_fixtures"]


def rows(server: Server, path: str) -> list[dict[str, Any]]:
    answer = server.get(path)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def names(server: Server, path: str) -> list[str]:
    return [one.get("slug") or one.get("key") or one["name"] for one in rows(server, path)]


def table(server: Server, path: str) -> list[dict[str, str]]:
    answer = server.get(path)
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8"), newline="")))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/api/claims", ["widgets-grow", "widgets-shine", "widgets-sing", "sprockets-rust"]),
        ("/api/claims?status=contested", ["widgets-grow"]),
        ("/api/claims?status=contested&status=open", ["widgets-grow", "widgets-sing"]),
        ("/api/claims?topic=sprockets", ["sprockets-rust"]),
        ("/api/claims?phenomenon=shine", ["widgets-shine", "widgets-sing"]),
        ("/api/claims?paper=beta", ["widgets-shine", "sprockets-rust"]),
        ("/api/claims?model=gizmo", ["widgets-grow"]),
        ("/api/claims?q=GROW", ["widgets-grow"]),
        ("/api/claims?q=gamma%20sing", ["widgets-sing"]),
        ("/api/claims?sort=label", ["sprockets-rust", "widgets-grow", "widgets-shine", "widgets-sing"]),
        ("/api/claims?sort=divided&limit=1", ["widgets-grow"]),
        ("/api/claims?sort=support&limit=1", ["widgets-shine"]),
        ("/api/claims?sort=-support&limit=1", ["sprockets-rust"]),
        ("/api/claims?sort=citations&limit=1", ["widgets-grow"]),
        ("/api/evidence?claim=widgets-grow", ["widgets-grow.alpha", "again", "widgets-grow.gamma"]),
        ("/api/evidence?stance=contradicts&stance=qualifies&paper=alpha", ["widgets-shine.alpha"]),
        ("/api/evidence?review=proposed", ["widgets-sing.gamma"]),
        ("/api/evidence?strength=weak", ["widgets-shine.alpha"]),
        ("/api/evidence?checked=code", []),
        ("/api/evidence?q=widgets+only", ["widgets-grow.alpha"]),
        ("/api/evidence?phenomenon=rust&sort=newest", ["sprockets-rust.beta"]),
        ("/api/papers?claim=widgets-grow", ["alpha", "gamma"]),
        ("/api/papers?phenomenon=growth", ["alpha", "beta", "gamma"]),
        ("/api/papers?author=ada-example", ["alpha"]),
        ("/api/papers?from_year=2091", ["gamma"]),
        ("/api/papers?to_year=2091", ["alpha"]),
        ("/api/papers?q=10.5555", ["beta"]),
        ("/api/papers?sort=-year", ["gamma", "alpha", "beta"]),
        ("/api/papers?sort=citations", ["alpha", "gamma", "beta"]),
        ("/api/models?organisation=MADE-UP%20works&norm_placement=", []),
        ("/api/models?organisation=MADE-UP%20works", ["gizmo"]),
        ("/api/phenomena?topic=widgets&q=shine", ["shine"]),
        ("/api/phenomena?model=gizmo", ["growth"]),
        ("/api/topics", ["widgets", "sprockets"]),
        ("/api/topics?aspect=how", []),
        ("/api/notes?phenomenon=growth", ["wrong-name"]),
        ("/api/search?q=rust", ["rust", "sprockets-rust", "sprockets-rust.beta"]),
        ("/api/search?q=rust&kind=claim", ["sprockets-rust"]),
        ("/api/search?q=部件", ["growth"]),
    ],
)
def test_a_list_has_the_entries_that_fit_in_their_order(cited: Server, path: str, found: list[str]) -> None:
    assert names(cited, path) == found


def test_walking_the_pages_meets_every_row_once(cited: Server) -> None:
    path = "/api/papers/alpha/citations?limit=40"
    met, addresses = [], []
    while path:
        answer = cited.get(path)
        addresses.append(path)
        told = answer.json()
        met += [row["iri"] for row in told["rows"]]
        path = told["next"]
        assert (f'<{path}>; rel="next"' in answer.headers["link"]) == (path is not None)
    assert (len(met), len(set(met)), told["total"], len(addresses)) == (151, 151, 151, 4)
    seen = [row["seen"] for row in rows(cited, "/api/papers/alpha/citations?limit=1000")]
    assert seen == sorted(seen, reverse=True)


def test_the_first_and_last_page_are_linked(cited: Server) -> None:
    own = "/lab/api/papers/alpha/citations"
    answer = cited.get(f"{own}?limit=40&offset=40&influential=true", root_path="/lab")
    told = {"first": 0, "prev": 0, "next": 80, "last": 120}
    links = [f'<{own}?influential=true&limit=40&offset={offset}>; rel="{rel}"' for rel, offset in told.items()]
    links.append(f'<{own}.csv?influential=true>; rel="alternate"; type="text/csv"')
    assert answer.headers["link"] == ", ".join(links)


def test_citations_are_filtered(cited: Server) -> None:
    own = "/api/papers/alpha/citations"
    assert cited.get(f"{own}?influential=false").json()["total"] == 1
    assert cited.get(f"{own}?sentences=true").json()["total"] == 150
    since = rows(cited, f"{own}?since=2099-01-27&limit=1000")
    assert len(since) == 10 and min(row["seen"] for row in since) == "2099-01-27"
    assert rows(cited, "/api/papers/beta/citations")[0]["removed"] == "2099-03-01"


@pytest.mark.parametrize("name", LISTS)
def test_the_csv_twin_has_the_same_rows(shipped: Server, name: str) -> None:
    query = {"search": "?q=loss", "claims": "?status=contested", "evidence": "?review=proposed"}.get(name, "")
    told = rows(shipped, f"/api/{name}{query}{'&' if query else '?'}limit=1000")
    assert len(told) > 3
    found = table(shipped, f"/api/{name}.csv{query}")
    first = next(iter(found[0]))
    assert [row[first] for row in found] == [str(row.get(first)) for row in told]
    for column in set(found[0]) & set(told[0]):
        if all(isinstance(row[column], str) for row in told):
            assert [row[column].lstrip("'") for row in found] == [row[column].lstrip("'") for row in told]


def test_a_table_is_cut_only_when_it_is_asked_to(cited: Server) -> None:
    own = "/api/papers/alpha/citations.csv"
    assert len(table(cited, own)) == 151
    assert len(table(cited, f"{own}?limit=3&offset=149")) == 2
    assert table(cited, f"{own}?limit=1")[0]["sentences"] == "As they say of widgets."


def test_one_entry_is_the_same_at_its_page_and_in_the_api(cited: Server) -> None:
    for path, page in (("claims", "claim"), ("phenomena", "phenomenon"), ("papers", "paper"), ("models", "model"),
                       ("topics", "topic"), ("evidence", "evidence"), ("notes", "note")):  # fmt: skip
        name = names(cited, f"/api/{path}")[0]
        assert cited.get(f"/api/{path}/{name}").json() == cited.get(f"/{page}/{name}.json").json()


AT_LEAST = "Input should be greater than or equal to"


@pytest.mark.parametrize(
    ("path", "status", "errors"),
    [
        ("claims?statsu=open", 422, ["statsu: unknown parameter; did you mean 'status'?"]),
        (
            *("claims?zzz=1", 422),
            ["zzz: unknown parameter; known are limit, model, offset, paper, phenomenon, q, sort, status, topic"],
        ),
        (
            *("evidence?stance=suports", 422),
            ["stance: 'suports' is none of supports, contradicts, qualifies, inconclusive; did you mean 'supports'?"],
        ),
        ("claims?limit=0&offset=-1", 422, [f"limit: {AT_LEAST} 1", f"offset: {AT_LEAST} 0"]),
        (
            *("claims?limit=ten", 422),
            ["limit: Input should be a valid integer, unable to parse string as an integer"],
        ),
        ("claims?limit=1001", 422, ["limit: Input should be less than or equal to 1000"]),
        ("claims?topic=a&topic=b", 422, ["topic: given twice; give it once"]),
        ("claims?topic=widgts", 404, ["topic: no topic is named 'widgts'; did you mean 'widgets'?"]),
        ("papers?author=nobody", 404, ["author: no author is named 'nobody'"]),
        ("papers/alpha/citations?since=soon", 422, ["since: 'soon' is no date; write YYYY-MM-DD"]),
        ("search", 422, ["q: missing; give it"]),
        ("claims/widgets-grow?limit=1", 422, ["limit: an entry takes no parameters"]),
        ("claims.csv?limit=0", 422, [f"limit: {AT_LEAST} 1"]),
    ],
)
def test_what_is_wrong_is_told_in_plain_words(cited: Server, path: str, status: int, errors: list[str]) -> None:
    answer = cited.get(f"/api/{path}")
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (answer.status_code, told["status"]) == (status, status)
    assert [f"{one['parameter']}: {one['message']}" for one in told["errors"]] == errors
    assert told["detail"] == "; ".join(errors)


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/api/claims/widget-grows", "no claim is named 'widget-grows'; did you mean 'widgets-grow'?"),
        ("/api/claims/", "no claim is named ''"),
        ("/api/papers/nothing/citations", "no paper is named 'nothing'"),
        ("/api/papers/nothing/citations.csv", "no paper is named 'nothing'"),
        ("/api/claim", "the API has no /api/claim; /api/ lists all that it has"),
    ],
)
def test_what_is_not_there_is_told(cited: Server, path: str, detail: str) -> None:
    answer = cited.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (404, detail)


@given(
    st.lists(st.tuples(st.sampled_from(["limit", "offset", "status", "topic", "q", "sort", "x"]), st.text(max_size=8)))
)
def test_any_parameters_are_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        read_parameters(ClaimParameters, pairs)
    except WrongParameters as error:
        assert error.errors and all(one["message"] for one in error.errors)


# --- the description ---


@pytest.fixture(scope="module")
def description(shipped: Server) -> dict[str, Any]:
    found: dict[str, Any] = shipped.get("/api/openapi.json").json()
    return found


def test_the_description_is_openapi(description: dict[str, Any]) -> None:
    validate(description)
    assert description["openapi"] == "3.1.0"
    assert len(description["paths"]) == 25


def test_everything_is_described_in_words(description: dict[str, Any]) -> None:
    for path, operations in description["paths"].items():
        operation = operations["get"]
        assert operation["summary"], path
        assert [one["name"] for one in operation["parameters"] if not one["description"]] == [], path
    ids = [operations["get"]["operationId"] for operations in description["paths"].values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", LISTS)
def test_answers_have_the_shape_that_is_described(shipped: Server, description: dict[str, Any], name: str) -> None:
    schemas = description["components"]["schemas"]
    query = "?q=loss&limit=1000" if name == "search" else "?limit=1000"

    def check(reference: str, told: Any) -> None:
        Draft202012Validator({"$ref": reference, "components": {"schemas": schemas}}).validate(told)

    path = f"/api/{name}"
    answer = shipped.get(path + query).json()
    check(_reference(description, path), answer)
    if LISTS[name].kind is not None:
        first = answer["rows"][0]
        one = first.get("slug") or first.get("key") or first["name"]
        check(_reference(description, f"{path}/{{name}}"), shipped.get(f"{path}/{one}").json())


def _reference(description: dict[str, Any], path: str) -> str:
    content = description["paths"][path]["get"]["responses"]["200"]["content"]
    reference: str = content["application/json"]["schema"]["$ref"]
    return reference


def test_the_page_of_the_documentation_names_every_filter(repository: Path) -> None:
    text = (repository / "docs" / "server.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `/api/([a-zA-Z/]+)` \| (.*) \|$", text, re.MULTILINE)
    told = {name: set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", filters))) for name, filters in found}
    known = {each.name: set(each.parameters.model_fields) for each in LISTS.values()}
    known["papers/KEY/citations"] = set(CitationParameters.model_fields)
    known["refresh"] = known["review"] = set()  # take no filter
    assert told == {name: fields - {"limit", "offset"} for name, fields in known.items()}


def test_behind_a_prefix_the_description_says_so(cited: Server) -> None:
    told = cited.get("/lab/api/openapi.json", root_path="/lab").json()
    assert told["servers"] == [{"url": "/lab"}]
    index = cited.get("/lab/api/", accept="application/json", root_path="/lab").json()
    assert index["description"] == "/lab/api/openapi.json"
    assert "/lab/api/claims" in index["paths"]


def test_what_the_explorer_shows_is_served(cited: Server) -> None:
    first = cited.get("/api/explorer.json")
    told = json.loads(first.content)
    assert told["format"] == "phengraph-explorer/1"
    assert cited.get("/api/explorer.json", headers={"if-none-match": first.headers["etag"]}).status_code == 304


# --- schemathesis, which knows only the description ---


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_schemathesis_finds_nothing(toy_pages: Server, mode: GenerationMode) -> None:
    """Its parametrization by plugin breaks with pytest 9, so the operations are walked here."""
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", toy_pages.app)
    asked = 0
    for found in schema.get_all_operations():

        @given(case=found.ok().as_strategy(generation_mode=mode))
        @settings(
            max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
        )
        def check(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate()

        check()
    assert asked > 100
