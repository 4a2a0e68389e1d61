"""The stand-in is as hard on a client as the published service: its own rules, held here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from standin import faults
from standin import fields as known
from standin.corpus import made_up_paper
from standin.recorded import Recordings
from standin.server import StandIn, serving

CITATION_FIELDS = "contextsWithIntent,isInfluential,title,year,publicationDate,externalIds"


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def base(stand_in: StandIn):
    with serving(stand_in) as address:
        yield address


def ask(base: str, path: str, **query: Any) -> requests.Response:
    return requests.get(f"{base}/graph/v1{path}", params=query, timeout=5, proxies={"http": ""})


def batch(base: str, ids: list[str], fields: str = "title") -> requests.Response:
    return requests.post(
        f"{base}/graph/v1/paper/batch", params={"fields": fields}, json={"ids": ids}, timeout=5, proxies={"http": ""}
    )


@pytest.mark.shared
def test_its_fields_and_parameters_are_those_of_the_specification(shared: Path):
    spec = json.loads((shared / "semantic-scholar" / "swagger-graph.json").read_text(encoding="utf-8"))
    definitions = spec["definitions"]

    def fields(name: str) -> set[str]:
        return set(definitions[name]["properties"])

    assert fields("BasePaper") == known.PAPER
    assert fields("FullPaper") == known.FULL_PAPER
    assert fields("AuthorInfo") == known.AUTHOR_NAME
    assert fields("Author") == known.AUTHOR
    assert fields("Citation") - {"citingPaper"} == known.EDGE == fields("Reference") - {"citedPaper"}
    for endpoint, names in known.PARAMETERS.items():
        path = spec["paths"][endpoint]
        operation = path.get("get") or path["post"]
        listed = path.get("parameters", []) + operation.get("parameters", [])
        assert {one["name"] for one in listed if one["in"] == "query"} == names, endpoint


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/paper/ARXIV:2101.90001", {"fields": "titel"}, "Unrecognized or unsupported fields: [titel]"),
        ("/paper/ARXIV:2101.90001/citations", {"fields": "tldr,title"}, "Unrecognized or unsupported fields: [tldr]"),
        (
            "/paper/ARXIV:2101.90001/citations",
            {"fields": "embedding.specter_v2"},
            "Unrecognized or unsupported fields: [embedding.specter_v2]",
        ),
        ("/paper/ARXIV:2101.90001", {"colour": "red"}, "Unacceptable query params: [colour=red]"),
        ("/paper/ARXIV:2101.90001/citations", {"limit": "1001"}, "limit must be <= 1000"),
        ("/paper/ARXIV:2101.90001/citations", {"limit": "1000", "offset": "9000"}, "offset + limit must be < 10000"),
        (
            "/paper/ARXIV:2101.90001/references",
            {"publicationDateOrYear": "2020"},
            "Unacceptable query params: [publicationDateOrYear=2020]",
        ),
    ],
)
def test_a_request_that_the_specification_does_not_have_is_refused(stand_in, base, path, query, words):
    stand_in.corpus.add("Made-up tracked paper", arxiv="2101.90001")
    answer = ask(base, path, **query)
    assert (answer.status_code, answer.json()) == (400, {"error": words})


def test_an_unknown_paper_is_404_and_in_a_batch_null_in_its_place(stand_in, base):
    first = stand_in.corpus.add("Made-up tracked paper 1", arxiv="2101.90001")
    second = stand_in.corpus.add("Made-up tracked paper 2", doi="10.99999/two")
    assert ask(base, "/paper/0").json() == {"error": "Paper with id 0 not found"}
    rows = batch(base, ["ARXIV:2101.90001", "CorpusId:1", "DOI:10.99999/TWO", "10.99999/two"]).json()
    assert [row and row["paperId"] for row in rows] == [first, None, second, second]
    assert batch(base, ["CorpusId:1"] * 501).status_code == 400


def test_a_batch_shares_one_budget_of_nested_citations_and_a_single_paper_is_cut_at_a_thousand(stand_in, base):
    papers = [stand_in.corpus.add(f"Made-up tracked paper {n}") for n in range(2)]
    stand_in.corpus.cite(papers[0], range(8667))
    stand_in.corpus.cite(papers[1], range(8667, 8667 + 1500))
    rows = batch(base, papers, "citations.paperId").json()
    assert [len(row["citations"]) for row in rows] == [8667, 1332]
    assert len(ask(base, f"/paper/{papers[0]}", fields="citations.paperId").json()["citations"]) == 1000


def test_citations_come_newest_first_without_a_total_and_next_only_when_more_follow(stand_in, base):
    paper = stand_in.corpus.add("Made-up tracked paper")
    stand_in.corpus.cite(paper, range(120))
    stand_in.corpus.cite_unresolved(paper, 2)
    first = ask(base, f"/paper/{paper}/citations", fields=CITATION_FIELDS, limit=100).json()
    last = ask(base, f"/paper/{paper}/citations", fields=CITATION_FIELDS, limit=100, offset=100).json()
    assert first.keys() == {"offset", "next", "data"}
    assert first["next"] == 100
    assert last.keys() == {"offset", "data"}
    rows = first["data"] + last["data"]
    days = [row["citingPaper"]["publicationDate"] or f"{row['citingPaper']['year'] or 2023}-01-01" for row in rows]
    assert days == sorted(days, reverse=True)
    assert sum(row["citingPaper"]["paperId"] is None for row in rows) == 2
    assert any(row["contextsWithIntent"] == [] for row in rows)


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("2024-03-05", "2024-03-05", "2024-03-05"),
        ("2024-03", "2024-03-01", "2024-03-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2022-12:2024-02", "2022-12-01", "2024-02-29"),
        ("2025:", "2025-01-01", "9999"),
        (":2021-06", "0000", "2021-06-30"),
    ],
)
def test_the_date_filter_takes_every_form_of_the_specification(stand_in, base, wanted, first, last):
    paper = stand_in.corpus.add("Made-up tracked paper")
    stand_in.corpus.cite(paper, range(900))
    rows = ask(base, f"/paper/{paper}/citations", fields="title", limit=1000, publicationDateOrYear=wanted).json()
    made = [made_up_paper(number) for number in range(900)]
    expected = {one.paper_id for one in made if first <= (one.date or f"{one.year}-01-01") <= last}
    assert {row["citingPaper"]["paperId"] for row in rows["data"]} == expected
    assert expected or wanted == "2024-03-05"


def test_a_merged_paper_answers_under_its_new_id(stand_in, base):
    old = stand_in.corpus.add("Made-up preprint", arxiv="2101.90001")
    new = stand_in.corpus.add("Made-up published version", doi="10.99999/published")
    stand_in.corpus.merge(old, new)
    rows = batch(base, [old, "ARXIV:2101.90001", new]).json()
    assert {row["paperId"] for row in rows} == {new}


def test_more_than_one_request_a_second_of_one_key_is_refused(stand_in, base):
    stand_in.requests_per_second = 1
    times = iter([0.0, 0.5, 1.0, 1.2])
    stand_in.clock = lambda: next(times)
    answers = [requests.get(f"{base}/graph/v1/paper/0", timeout=5, headers={"x-api-key": "k"}) for _ in range(3)]
    other = requests.get(f"{base}/graph/v1/paper/0", timeout=5)
    assert [answer.status_code for answer in answers] == [404, 429, 404]
    assert answers[1].json()["code"] == "429"
    assert other.status_code == 404
    assert stand_in.keys() == {"k", None}
    assert stand_in.gaps() == pytest.approx([0.5, 0.5, 0.2])


def test_a_fault_strikes_where_when_and_as_often_as_it_was_told(stand_in, base):
    paper = stand_in.corpus.add("Made-up tracked paper")
    stand_in.switch(faults.gateway(503), "/citations", after=1, times=2)
    statuses = [ask(base, f"/paper/{paper}/citations").status_code for _ in range(5)]
    assert statuses == [200, 503, 503, 200, 200]
    assert ask(base, f"/paper/{paper}").status_code == 200


def test_bodies_are_cut_and_connections_dropped_for_real(stand_in, base):
    paper = stand_in.corpus.add("Made-up tracked paper")
    stand_in.switch(faults.cut_body(5))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        ask(base, f"/paper/{paper}")
    stand_in.switch(faults.reset())
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(base, f"/paper/{paper}")
    stand_in.switch(faults.slow_body(0.5))
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"{base}/graph/v1/paper/{paper}", timeout=0.05)
    assert ask(base, f"/paper/{paper}").content.endswith(b"\n")


@pytest.mark.shared
def test_recorded_answers_are_replayed_word_for_word(shared: Path):
    folder = shared / "semantic-scholar" / "recorded"
    pairs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    # A request that was recorded on several days is answered as it was last.
    last = {(pair["method"], pair["url"], json.dumps(pair["request_body"])): pair for pair in pairs}
    with serving(StandIn(recordings=Recordings(folder))) as base:
        for pair in last.values():
            url = pair["url"].replace("https://api.semanticscholar.org", base)
            answer = requests.request(pair["method"], url, json=pair["request_body"], timeout=5)
            assert (answer.status_code, answer.json()) == (pair["status"], pair["body"]), pair["url"]
    assert len(last) >= 70


@pytest.mark.shared
def test_our_own_answers_have_the_form_of_the_recorded_ones(shared: Path, stand_in, base):
    """The same requests, answered from the made-up corpus, have the keys that the live service sent."""
    folder = shared / "semantic-scholar" / "recorded"
    paper = stand_in.corpus.add("Made-up Turing kubernetes", doi="10.1093/mind/lix.236.433", corpus_id=14514057)
    stand_in.corpus.cite(paper, range(1881))
    for name in ("get_paper_citations__00", "get_paper_citations__18", "debug__00", "not_found__00"):
        pair = json.loads((folder / f"semanticscholar__test_{name}.json").read_text(encoding="utf-8"))
        answer = requests.get(pair["url"].replace("https://api.semanticscholar.org", base), timeout=5).json()
        assert answer.keys() == pair["body"].keys(), name
        if "data" in answer:
            assert len(answer["data"]) == len(pair["body"]["data"]), name
            assert answer["data"][0].keys() == pair["body"]["data"][0].keys(), name
            assert answer["data"][0]["citingPaper"].keys() == pair["body"]["data"][0]["citingPaper"].keys(), name


def test_ids_with_slashes_are_understood_plain_and_escaped(stand_in, base):
    stand_in.corpus.add("Made-up tracked paper", doi="10.99999/a/b(1)")
    for spelling in ("DOI:10.99999/a/b(1)", quote("DOI:10.99999/a/b(1)", safe="")):
        assert ask(base, f"/paper/{spelling}/citations").status_code == 200
