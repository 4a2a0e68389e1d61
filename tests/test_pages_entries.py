"""The pages of entries in all their forms: negotiation, suffixes, links, caching, refusals."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyoxigraph
import pytest
from export_samples import BASE, triples
from page_samples import BROWSER, HOST, Html, Server
from pyoxigraph import NamedNode, RdfFormat
from starlette.applications import Starlette

from phengraph.export import Options, export

pytest_plugins = ["page_fixtures"]

CLAIM = "/claim/widgets-grow"
SUFFIXES = {
    "html": "text/html; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "nt": "application/n-triples; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
}


def links_of(answer_links: str) -> list[tuple[str, str]]:
    parts = [part.split(";") for part in answer_links.split(", ")]
    return [(target.strip("<>"), rest[0].split('"')[1]) for target, *rest in parts]


@pytest.mark.parametrize(("suffix", "media_type"), SUFFIXES.items())
def test_every_form_is_there_by_suffix_and_by_accept(cited: Server, suffix: str, media_type: str) -> None:
    by_suffix = cited.get(f"{CLAIM}.{suffix}")
    assert (by_suffix.status_code, by_suffix.headers["content-type"]) == (200, media_type)
    assert "vary" not in by_suffix.headers
    by_accept = cited.get(CLAIM, accept=media_type.split(";")[0])
    assert (by_accept.status_code, by_accept.headers["content-type"]) == (200, media_type)
    assert by_accept.headers["content-location"] == f"{CLAIM}.{suffix}"
    assert by_accept.headers["vary"] == "Accept"
    assert by_accept.content == by_suffix.content


def test_a_browser_gets_the_page(cited: Server) -> None:
    answer = cited.get(CLAIM, accept=BROWSER)
    assert answer.headers["content-type"] == SUFFIXES["html"]
    assert "<h1" in answer.text


def test_a_client_that_takes_nothing_of_ours_is_told_what_there_is(cited: Server) -> None:
    answer = cited.get(CLAIM, accept="image/png")
    assert answer.status_code == 406
    assert answer.json()["detail"].startswith("this is there as text/html, text/turtle, application/ld+json")


def test_turtle_ntriples_and_jsonld_say_the_same(cited: Server) -> None:
    for path in (CLAIM, "/phenomenon/growth", "/paper/alpha", "/model/gizmo", "/topic/widgets", "/author/ada-example",
                 "/evidence/widgets-grow.alpha", "/note/wrong-name"):  # fmt: skip
        turtle = triples(cited.get(f"{path}.ttl").content, RdfFormat.TURTLE)
        assert len(turtle) > 3
        assert triples(cited.get(f"{path}.nt").content, RdfFormat.N_TRIPLES) == turtle
        assert triples(cited.get(f"{path}.jsonld").content, RdfFormat.JSON_LD) == turtle


def test_what_is_said_of_an_entry_is_in_the_dataset(cited: Server) -> None:
    store = cited.dataset.store
    for path in (CLAIM, "/paper/alpha", "/model/gizmo"):
        for triple in triples(cited.get(f"{path}.ttl").content, RdfFormat.TURTLE):
            found = store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
            assert next(found, None) is not None, str(triple)


def test_a_claim_comes_with_its_status_its_evidence_and_the_titles_of_its_papers(cited: Server) -> None:
    told = triples(cited.get(f"{CLAIM}.ttl").content, RdfFormat.TURTLE)
    subjects = {one.subject.value.removeprefix(BASE) for one in told if isinstance(one.subject, NamedNode)}
    assert {"claim/widgets-grow", "status/widgets-grow", "evidence/again", "paper/gamma"} <= subjects
    assert not [one for one in subjects if one.startswith("claim/") and one != "claim/widgets-grow"]
    titles = [one for one in told if one.predicate.value == "http://purl.org/dc/terms/title"]
    assert len(titles) == 2


def test_json_is_plain(cited: Server) -> None:
    told = cited.get(f"{CLAIM}.json").json()
    assert (told["slug"], told["status"], told["supports"], told["contradicts"]) == ("widgets-grow", "contested", 2, 1)
    assert [one["name"] for one in told["evidence"]] == ["widgets-grow.alpha", "again", "widgets-grow.gamma"]
    assert told["evidence"][0]["min_parameters"] == 7e7
    assert told["citations"] == 307


def test_bibtex_has_the_papers_of_the_entry(cited: Server) -> None:
    assert cited.get(f"{CLAIM}.bib").text.count("@misc{") == 2
    assert cited.get("/paper/beta.bib").text.startswith("@misc{beta,")
    assert cited.get("/model/gizmo.bib").status_code == 404


def test_links_lead_from_each_form_to_the_others(cited: Server) -> None:
    html = cited.get(CLAIM)
    told = links_of(html.headers["link"])
    assert (f"{BASE}claim/widgets-grow", "canonical") in told
    assert (f"{CLAIM}.ttl", "describedby") in told
    assert {target for target, rel in told if rel == "alternate"} == {f"{CLAIM}.{one}" for one in SUFFIXES} - {
        f"{CLAIM}.html"
    }
    turtle = links_of(cited.get(f"{CLAIM}.ttl").headers["link"])
    assert (f"{BASE}claim/widgets-grow", "describes") in turtle
    assert (CLAIM, "alternate") in turtle
    # The head of the page has the same as its header.
    page = Html(html.text)
    inside = [(known["href"], known["rel"]) for tag, known in page.tags if tag == "link"]
    assert inside[: len(told)] == told


def test_an_exact_name_wins_over_a_suffix(toy_pages: Server) -> None:
    # A model of the toy is called `sprocket.nano`; no form is.
    assert "Sprocket" in toy_pages.get("/model/sprocket.nano").text
    assert toy_pages.get("/model/sprocket.nano.json").json()["key"] == "sprocket.nano"
    assert toy_pages.get("/model/sprocket").status_code == 404


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/evidence/again", "/claim/widgets-grow#evidence-again"),
        ("/status/widgets-grow", "/claim/widgets-grow#status"),
        ("/note/wrong-name", "/phenomenon/growth#note-wrong-name"),
    ],
)
def test_what_is_told_on_another_page_leads_there(cited: Server, path: str, place: str) -> None:
    answer = cited.get(path, accept=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, place)
    page = Html(cited.get(place).text)
    assert place.split("#")[1] in [known.get("id") for _, known in page.tags]
    assert cited.get(path, accept="text/turtle").status_code == 200


def test_where_addresses_are_the_iris_themselves_data_is_another_document(cited: Server) -> None:
    parts = urlsplit(BASE)
    base, prefix = f"{parts.scheme}://{parts.netloc}", parts.path.rstrip("/")
    path = f"{prefix}{CLAIM}"
    data = cited.get(path, accept="text/turtle", base=base, root_path=prefix)
    assert (data.status_code, data.headers["location"]) == (303, f"{prefix}{CLAIM}.ttl")
    assert cited.get(f"{path}.ttl", base=base, root_path=prefix).status_code == 200
    assert cited.get(path, accept=BROWSER, base=base, root_path=prefix).status_code == 200


def test_under_a_prefix_every_address_of_ours_has_it(cited: Server) -> None:
    for path in (
        CLAIM,
        "/paper/alpha",
        "/claims",
        "/phenomena",
        "/search?q=widgets",
        "/",
        "/api/",
        "/author/ada-example",
    ):
        page = Html(cited.get(f"/lab/graph{path}", accept=BROWSER, root_path="/lab/graph").text)
        addresses = page.attributes("a", "href") + page.attributes("link", "href") + page.attributes("form", "action")
        ours = [one for one in addresses if not one.startswith(("http:", "https:", "#"))]
        assert len(ours) > 5
        assert [one for one in ours if not one.startswith("/lab/graph/")] == []


def test_every_iri_of_the_dataset_answers(cited: Server) -> None:
    nodes = {
        node.value
        for quad in cited.dataset.store
        for node in (quad.subject, quad.object)
        if isinstance(node, NamedNode) and node.value.startswith(BASE)
    }
    assert len(nodes) > 190
    answers = {node: cited.get("/" + node.removeprefix(BASE), accept=BROWSER).status_code for node in sorted(nodes)}
    assert {node: status for node, status in answers.items() if status not in (200, 303)} == {}


def test_an_unknown_name_is_told_with_the_nearest(cited: Server) -> None:
    answer = cited.get("/claim/widget-grows", accept=BROWSER)
    assert answer.status_code == 404
    page = Html(answer.text)
    assert "Nothing here under that name" in page.plain
    assert "/claim/widgets-grow" in page.attributes("a", "href")
    data = cited.get("/claim/widget-grows.ttl", accept="application/json")
    assert data.headers["content-type"] == "application/problem+json"
    assert data.json()["detail"] == "no claim is named 'widget-grows.ttl'; did you mean /claim/widgets-grow?"


def test_an_address_that_nothing_answers_is_told_too(cited: Server) -> None:
    page = cited.get("/nowhere/at/all", accept=BROWSER)
    assert page.status_code == 404
    assert "There is no page at this address." in Html(page.text).plain
    told = cited.get("/lab/nowhere", accept="application/json", root_path="/lab").json()
    assert told["detail"] == (
        "there is nothing at this address; /lab/claims, /lab/phenomena, /lab/papers, /lab/models are there"
    )
    assert cited.get("/claim/a%0Ab", accept=BROWSER).status_code == 404


@pytest.mark.parametrize(
    ("path", "place"),
    [("/claims/?q=a", "/claims?q=a"), ("/about/", "/about"), ("//example.org/", "/example.org"), ("/%5C/x/", "/%5C/x")],
)
def test_a_slash_too_many_leads_to_the_page_and_nowhere_else(cited: Server, path: str, place: str) -> None:
    answer = cited.get(f"{HOST}{path}", accept=BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (303, place)


def test_a_route_that_comes_later_is_not_hidden(cited: Server) -> None:
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    later = [Route(path, lambda request: PlainTextResponse("later")) for path in ("/later", "/api/later")]
    server = Server(Starlette(routes=[*cited.app.routes, *later]), cited.dataset, cited.site)
    assert (server.get("/later").text, server.get("/api/later").text) == ("later", "later")


def test_a_name_of_another_kind_is_pointed_out(cited: Server) -> None:
    answer = cited.get("/phenomenon/widgets-grow", accept=BROWSER)
    assert "/claim/widgets-grow" in Html(answer.text).attributes("a", "href")


@pytest.mark.parametrize("path", [CLAIM, f"{CLAIM}.ttl", "/claims", "/sitemap.xml", "/api/claims", "/api/claims.csv"])
def test_a_client_that_has_it_gets_304(cited: Server, path: str) -> None:
    first = cited.get(path)
    etag = first.headers["etag"]
    assert etag.startswith('W/"' + "0" * 16)
    again = cited.get(path, headers={"if-none-match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    # A browser takes the headers of a 304 for those of what it has.
    for name in ("vary", "link", "content-security-policy", "access-control-allow-origin", "content-location"):
        assert again.headers.get(name) == first.headers.get(name)
    assert cited.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert first.headers["cache-control"] == "no-cache"


def test_the_forms_of_one_address_have_etags_of_their_own(cited: Server) -> None:
    accepts = ("text/html", "text/turtle", "application/json", "application/ld+json", "application/n-triples")
    assert len({cited.get(CLAIM, accept=accept).headers["etag"] for accept in accepts}) == 5


@pytest.mark.parametrize("path", [CLAIM, f"{CLAIM}.json", "/claims", "/robots.txt", "/api/claims"])
def test_head_says_what_get_says(cited: Server, path: str) -> None:
    whole, head = cited.get(path), cited.get(path, method="HEAD")
    assert head.status_code == 200
    for name in ("content-type", "content-length", "etag", "link"):
        assert head.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_pages_are_only_read(cited: Server, method: str) -> None:
    answer = cited.get(CLAIM, method=method)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_everything_has_the_headers_of_safety(cited: Server) -> None:
    for path in (CLAIM, f"{CLAIM}.ttl", "/claims", "/claim/nothing", "/search?q=x", "/robots.txt", "/api/claims?x=1"):
        headers = cited.get(path, accept=BROWSER).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy and "script-src" not in policy


def test_data_may_be_read_by_pages_of_others(cited: Server) -> None:
    for path in (f"{CLAIM}.ttl", f"{CLAIM}.jsonld", "/api/claims", "/api/claims.csv", "/api/nothing"):
        assert cited.get(path).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in cited.get(CLAIM).headers


def test_the_vocabulary_is_there_for_people_and_as_turtle(shipped: Server) -> None:
    page = Html(shipped.get("/ns", accept=BROWSER).text)
    assert {"Claim", "supports", "finding"} <= {known.get("id") for _, known in page.tags}
    turtle = shipped.get("/ns", accept="text/turtle")
    assert len(set(pyoxigraph.parse(turtle.content, format=RdfFormat.TURTLE))) > 100


def test_the_sitemap_has_every_entry_and_robots_point_to_it(cited: Server) -> None:
    robots = cited.get("/lab/robots.txt", root_path="/lab")
    assert robots.text.endswith("\nSitemap: http://127.0.0.1/lab/sitemap.xml\n")
    assert "Disallow: /lab/sparql\n" in robots.text
    sitemap = cited.get("/lab/sitemap.xml", root_path="/lab")
    assert sitemap.headers["content-type"] == "application/xml; charset=utf-8"
    for place in ("claim/widgets-grow", "phenomenon/growth", "topic/widgets", "paper/alpha", "model/gizmo"):
        assert f"<loc>http://127.0.0.1/lab/{place}</loc>" in sitemap.text
    assert cited.get("/sitemap-2.xml").status_code == 404


def test_files_of_the_look_are_kept_for_ever_under_a_name_of_their_content(cited: Server) -> None:
    page = Html(cited.get(CLAIM).text)
    sheet = next(known["href"] for tag, known in page.tags if known.get("rel") == "stylesheet")
    answer = cited.get(sheet)
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "--status-contested" in answer.text
    assert cited.get("/static/pages-000000000000.css").status_code == 404


def test_the_feed_is_the_export_and_every_page_names_it(cited: Server) -> None:
    answer = cited.get("/feed.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    assert answer.content == export(cited.dataset, "feed")
    assert cited.get("/feed.atom", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    links = [known for tag, known in Html(cited.get("/claims").text).tags if tag == "link"]
    assert ("/feed.atom", "alternate") in [(one["href"], one["rel"]) for one in links]


def test_a_feed_may_be_about_one_entry(cited: Server) -> None:
    about = cited.get("/feed/growth.atom")
    assert (about.status_code, about.content) == (200, export(cited.dataset, "feed", Options(about="growth")))
    assert cited.get("/feed/growth").content == about.content
    assert cited.get("/feed").content == cited.get("/feed.atom").content
    page = Html(cited.get("/phenomenon/growth").text)
    assert "/feed/growth.atom" in page.attributes("link", "href")
    unknown = cited.get("/feed/growht.atom")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "no entry named 'growht'; did you mean 'growth'?")
