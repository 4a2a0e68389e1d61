"""The pages over real HTTP, behind the frame of the server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from page_samples import BROWSER, Html, serve_dataset
from rdflib.namespace import RDF, SKOS
from serve_fixtures import Served

from phengraph.dataset import open_dataset
from phengraph.project import Project

TWENTY = "/claim/twenty-tokens-per-parameter"


@pytest.fixture(scope="module")
def served(repository: Path) -> Iterator[Served]:
    with serve_dataset(open_dataset(Project(repository))) as served:
        yield served


def test_pages_travel_compressed_and_know_the_client_that_has_them(served: Served) -> None:
    answer = served.ask(path=TWENTY, headers={"Accept": BROWSER, "Accept-Encoding": "gzip"})
    assert (answer.status, answer.headers["content-encoding"]) == (200, "gzip")
    assert {"accept", "accept-encoding"} <= set(answer.headers["vary"].lower().replace(" ", "").split(","))
    known = {"Accept": BROWSER, "If-None-Match": answer.headers["etag"]}
    assert served.ask(path=TWENTY, headers=known).status == 304
    head = served.ask(path=TWENTY, method="HEAD", headers={"Accept": "text/turtle"})
    assert (head.status, head.body) == (200, b"")
    assert int(head.headers["content-length"]) > 1000


def test_odd_paths_get_an_answer_of_ours(served: Served) -> None:
    odd = ("claim/%00", "claim/a%0Ab", "claim/" + "x" * 3000, "claim/%FF%FE", "claim/..%2F..%2Fetc%2Fpasswd")
    for path in (*odd, "static/..%2Fsite.py", "author/%F0%9F%A7%A9", "api/claims/%0A", "work/", "count/a/b/c"):
        answer = served.ask(path=f"/{path}")
        assert answer.status == 404, path
        assert answer.headers["content-type"] in ("text/html; charset=utf-8", "application/problem+json"), path


# rdflib 7.6 warns of its own reader of JSON-LD.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_rdflib_reads_a_claim_by_its_address_alone(served: Served) -> None:
    graph = rdflib.Graph().parse(served.url + TWENTY)
    claim = rdflib.URIRef("https://w3id.org/phengraph/claim/twenty-tokens-per-parameter")
    assert (claim, RDF.type, rdflib.URIRef("https://w3id.org/phengraph/ns#Claim")) in graph
    assert str(graph.value(claim, SKOS.prefLabel)).startswith("The best number of training tokens")
    assert len(rdflib.Graph().parse(served.url + TWENTY + ".jsonld")) == len(graph)


def test_behind_a_proxy_with_a_prefix_links_lead_on(repository: Path) -> None:
    with serve_dataset(open_dataset(Project(repository)), root_path="/lab") as served:
        for path in (f"/lab{TWENTY}", TWENTY):  # the proxy may leave the prefix on or take it off
            page = Html(served.ask(path=path, headers={"Accept": BROWSER}).text)
            assert "/lab/phenomenon/compute-optimal-language-model" in page.attributes("a", "href")
            sheet = next(known["href"] for tag, known in page.tags if known.get("rel") == "stylesheet")
            assert sheet.startswith("/lab/static/")
            assert served.ask(path=sheet).status == 200
        assert f"<loc>{served.url.removesuffix('/lab')}/lab{TWENTY}</loc>" in served.ask(path="/lab/sitemap.xml").text
