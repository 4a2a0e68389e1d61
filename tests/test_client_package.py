"""The defects of the `semanticscholar` package: each shown on the bare package, and absent from ours."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import semanticscholar
from ingest_fixtures import KEY, make_client
from semanticscholar import SemanticScholar
from semanticscholar.ApiRequester import ApiRequester
from standin import faults
from standin.server import StandIn, serving
from standin.wire import Answer

from phengraph.ingest import errors
from phengraph.ingest.client import Client

FIELDS = ["contexts", "intents", "isInfluential", "title", "year", "publicationDate", "externalIds"]


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def address(stand_in: StandIn) -> Iterator[str]:
    with serving(stand_in) as base:
        yield base


@pytest.fixture
def quiet_root() -> Iterator[logging.Logger]:
    """The root logger as a program has it that never configured it."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers[:] = []
    yield root
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def client(address: str, tmp_path: Path) -> Client:
    return make_client(address, tmp_path)


@pytest.fixture
def bare(address: str) -> SemanticScholar:
    return SemanticScholar(api_key=KEY, api_url=address, timeout=5, retry=False)


@pytest.fixture
def paper(stand_in: StandIn) -> str:
    made = stand_in.corpus.add("Made-up tracked paper", arxiv="2101.90001")
    stand_in.corpus.cite(made, range(250))
    return made


def all_pages(client: Client, paper_id: str, **options: Any) -> list[Any]:
    found, offset = [], 0
    while True:
        page = client.citation_page(paper_id, FIELDS, offset=offset, **options)
        found += page.citations
        if page.next_offset is None:
            return found
        offset = page.next_offset


def test_the_replaced_attribute_of_the_package_is_still_there_and_used(client, stand_in, paper):
    assert semanticscholar.__name__ == "semanticscholar"
    fresh = semanticscholar.AsyncSemanticScholar()
    assert isinstance(fresh._requester, ApiRequester)
    found = client.call(client.scholar.get_paper(paper, fields=["title"]))
    assert found.title == "Made-up tracked paper"
    assert stand_in.seen[-1].request.headers["user-agent"].startswith("phengraph/")


def test_1_the_key_goes_with_citation_pages(client, bare, stand_in, paper):
    bare.get_paper_citations(paper, fields=["title"])
    assert stand_in.keys() == {None}
    stand_in.seen.clear()
    client.citation_page(paper, ["title"])
    client.call(client.scholar.get_paper_references(paper, fields=["title"]))
    client.papers([paper], ["title"])
    assert stand_in.keys() == {KEY}


@pytest.mark.parametrize("status", [401, 413, 502, 503, 302])
def test_2_a_page_that_fails_ends_instead_of_looping(client, bare, stand_in, paper, status):
    # The bare package asks for ever: after eight calls the stand-in says 404, which is how the loop is left here.
    stand_in.switch(faults.answers(Answer(status, {"message": "made up"})), "/citations", times=8)
    stand_in.switch(faults.not_found(), "/citations", after=8, times=None)
    with pytest.raises(semanticscholar.SemanticScholarException.ObjectNotFoundException):
        list(bare.get_paper_citations(paper, fields=["title"]))
    assert stand_in.count("/citations") == 9
    stand_in.faults.clear()
    stand_in.seen.clear()
    stand_in.switch(faults.answers(Answer(status, {"message": "made up"})), "/citations", times=None)
    with pytest.raises(errors.ServiceError):
        client.citation_page(paper, ["title"])
    assert stand_in.count("/citations") <= 6


def test_3_an_outage_is_not_read_as_unknown_papers(client, bare, stand_in, paper):
    stand_in.switch(faults.gateway(503), times=None)
    assert bare.get_papers([paper], fields=["title"], return_not_found=True) == ([], [paper])
    assert bare.get_paper(paper, fields=["title"]).paperId is None
    with pytest.raises(errors.ServiceDown, match="HTTP 503: Service Unavailable"):
        client.papers([paper], ["title"])
    stand_in.faults.clear()
    stand_in.switch(faults.answers(Answer(200, {"error": "made-up trouble"})), times=None)
    assert bare.get_papers([paper], fields=["title"], return_not_found=True) == ([], [paper])
    with pytest.raises(errors.ServiceDown, match="made-up trouble"):
        client.papers([paper], ["title"])


def test_4_a_short_page_does_not_end_the_list(client, bare, stand_in, paper):
    stand_in.switch(faults.short_page(97), "/citations", times=None)
    assert len(list(bare.get_paper_citations(paper, fields=["title"], limit=100))) == 97
    assert len(all_pages(client, paper, limit=100)) == 250


def test_5_ten_thousand_citations_are_not_silently_fewer(client, bare, stand_in, paper):
    stand_in.corpus.cite(paper, range(250, 10_050))
    count = client.papers([paper], ["citationCount"])[0].citationCount
    got = len(list(bare.get_paper_citations(paper, fields=["title"], limit=1000)))
    assert (count, got) == (10_050, 9_999)
    # Ours says where it stopped, by the page's `next` and by the error; how the refresh goes on is its own test.
    last = client.citation_page(paper, ["title"], offset=9000, limit=999)
    assert last.next_offset == 9999
    with pytest.raises(errors.BadRequest) as caught:
        client.citation_page(paper, ["title"], offset=9999, limit=1)
    assert caught.value.words == "offset + limit must be < 10000"


def test_6_a_batch_keeps_its_positions_and_merged_papers_are_found(client, bare, stand_in, paper):
    new = stand_in.corpus.add("Made-up published version")
    stand_in.corpus.merge(paper, new)
    asked = ["CorpusId:1", paper]
    found, missing = bare.get_papers(asked, fields=["title"], return_not_found=True)
    assert len(found) == 1  # which of the two it is, nobody can tell
    assert missing == asked  # and the one that was found is told as missing
    ours = client.papers(asked, ["title"])
    assert [one and one.paperId for one in ours] == [None, new]


def test_7_errors_in_other_words_are_still_errors(client, bare, stand_in, paper):
    cases = [
        (Answer(400, {"message": "made up"}), KeyError, errors.BadRequest),
        (Answer(500, b"<html>made up</html>"), json.JSONDecodeError, errors.ServiceDown),
        (Answer(404, {"message": "made up"}), KeyError, errors.NotFound),
        (Answer(504, b""), json.JSONDecodeError, errors.ServiceDown),
    ]
    for answer, theirs, ours in cases:
        stand_in.faults[:] = []
        stand_in.switch(faults.answers(answer), times=None)
        with pytest.raises(theirs):
            bare.get_paper(paper, fields=["title"])
        with pytest.raises(ours):
            client.papers([paper], ["title"])


def test_8_half_dates_and_nulls_are_read(client, bare, stand_in, paper):
    def spoil(content: Any) -> Any:
        rows = content["data"]
        rows[0]["citingPaper"]["publicationDate"] = "2020-05"
        rows[1]["citingPaper"] = None
        return content

    stand_in.switch(faults.rewritten(spoil), "/citations", times=None)
    with pytest.raises((ValueError, TypeError)):
        bare.get_paper_citations(paper, fields=FIELDS)
    page = client.citation_page(paper, FIELDS)
    assert page.citations[0].paper.raw_data["publicationDate"] == "2020-05"
    assert page.citations[1].paper is None
    assert page.rows == len(page.citations) == 250
    stand_in.faults[:] = []
    stand_in.switch(faults.answers(Answer(200, {"offset": 0, "data": None})), "/citations", times=None)
    with pytest.raises(TypeError):
        bare.get_paper_citations(paper, fields=FIELDS)
    assert client.citation_page(paper, FIELDS).rows == 0


def test_9_ids_and_queries_arrive_as_they_were_meant(client, bare, stand_in):
    odd = stand_in.corpus.add("R&D + C++ #1: made up", doi="10.99999/a?b#c&d")
    with pytest.raises(semanticscholar.SemanticScholarException.BadQueryParametersException):
        bare.search_paper("R&D + C++ #1", fields=["title"])
    assert stand_in.seen[-1].request.parameter("query") == "R"
    assert client.match_title("R&D + C++ #1: made up", ["title"]).paperId == odd
    assert stand_in.seen[-1].request.parameter("query") == "R&D + C++ #1: made up"
    with pytest.raises(semanticscholar.SemanticScholarException.BadQueryParametersException):
        bare.get_paper_citations("DOI:10.99999/a?b#c&d", fields=["title"])
    assert stand_in.seen[-1].request.path == "/graph/v1/paper/DOI:10.99999/a"
    assert client.citation_page("DOI:10.99999/a?b#c&d", ["title"]).rows == 0


def test_10_the_key_is_nowhere_to_be_read(address, stand_in, paper, tmp_path, capfd, quiet_root):
    heard = io.StringIO()
    quiet_root.setLevel(logging.DEBUG)
    quiet_root.addHandler(logging.StreamHandler(heard))
    SemanticScholar(api_key=KEY, api_url=address).get_paper(paper, fields=["title"])
    assert KEY in heard.getvalue()
    heard.truncate(0)

    client = make_client(address, tmp_path)
    stand_in.switch(faults.too_many(), times=1)
    stand_in.switch(faults.answers(Answer(400, {"error": f"Unacceptable header {KEY}"})), after=1, times=1)
    with pytest.raises(errors.BadRequest) as caught:
        client.papers([paper], ["title"])
    client.citation_page(paper, FIELDS)
    assert stand_in.keys() == {KEY}
    spoken = "".join(capfd.readouterr()) + heard.getvalue() + repr(caught.value) + str(caught.value)
    held = [client, client.transport, vars(client.transport), vars(client.scholar), client.scholar._requester]
    written = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert KEY not in spoken
    assert KEY not in "".join(map(repr, held))
    assert KEY not in "".join(written)
    assert heard.getvalue()  # something was heard at all


def test_10_the_log_of_the_program_is_left_alone(address, tmp_path, quiet_root):
    SemanticScholar(api_url=address)
    assert quiet_root.handlers
    quiet_root.handlers[:] = []
    make_client(address, tmp_path)
    assert not quiet_root.handlers


def test_11_and_12_fields_and_limits_are_ours(client, bare, stand_in, paper):
    bare.get_paper(paper)
    assert "citations.abstract" in stand_in.seen[-1].request.parameter("fields")
    bare.get_paper_citations(paper, fields=["title"])
    assert stand_in.seen[-1].request.parameter("limit") == "100"
    client.citation_page(paper, ["title"])
    assert stand_in.seen[-1].request.parameter("limit") == "1000"
    assert stand_in.seen[-1].request.parameter("fields") == "title"


def test_13_citations_can_be_asked_by_date(client, bare, stand_in, paper):
    with pytest.raises(TypeError):
        bare.get_paper_citations(paper, publication_date_or_year="2024")
    years = {citation.paper.year for citation in client.citation_page(paper, FIELDS, dates="2024").citations}
    assert years == {2024}


def test_13_no_null_is_sent_where_a_list_is_expected(client, bare, stand_in, paper):
    stand_in.corpus.add("Made-up other paper")
    with pytest.raises(semanticscholar.SemanticScholarException.BadQueryParametersException, match="must be a list"):
        bare.get_recommended_papers_from_lists([paper], fields=["title"])
    assert [found.title for found in client.recommend([paper], fields=["title"])] == ["Made-up other paper"]


def test_one_connection_is_kept_where_the_package_opens_one_a_request(client, bare, stand_in, paper):
    for _ in range(3):
        bare.get_paper(paper, fields=["title"])
    assert stand_in.connections() == 3
    stand_in.seen.clear()
    for _ in range(3):
        client.papers([paper], ["title"])
        client.citation_page(paper, ["title"])
    assert stand_in.connections() == 1


def test_ctrl_c_is_not_held_back_by_an_event_loop(client, stand_in, paper):
    def interrupted(seconds: float) -> None:
        assert "asyncio" not in sys.modules or not _loop_runs()
        raise KeyboardInterrupt

    client.transport._clock.sleep = interrupted
    stand_in.switch(faults.gateway(503), times=None)
    # In a thread of its own: a browser of another test may keep a loop running in this one.
    with ThreadPoolExecutor(1) as own_thread, pytest.raises(KeyboardInterrupt):
        own_thread.submit(client.match_title, "Made-up tracked paper", ["title"]).result()


def _loop_runs() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
