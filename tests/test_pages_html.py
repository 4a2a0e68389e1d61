"""What stands on the pages, and what machines read in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag

import pytest
from page_samples import BROWSER, Html, Server

from phengraph.export.html_prose import maths, text_runs
from phengraph.model import Paper, Source
from phengraph.serve.pages.citing import meta_tags, paper_citation
from phengraph.serve.pages.prose import markdown_html, text_html
from phengraph.serve.pages.styles import style_sheet

pytest_plugins = ["page_fixtures"]

TWENTY = "/claim/twenty-tokens-per-parameter"


def page_of(server: Server, path: str) -> Html:
    answer = server.get(path, accept=BROWSER)
    assert answer.status_code == 200, path
    return Html(answer.text)


def test_the_page_of_a_claim_has_all_that_a_person_needs_to_disagree(shipped: Server) -> None:
    page = page_of(shipped, TWENTY)
    text = page.plain
    for words in (
        "The best number of training tokens is about twenty per parameter",
        "1 team supports (weight 0.6) and 1 contradicts (0.6): the minority has 50 % of the weight",
        "By version 1 of the rule",
        "For 1", "Against 1", "Qualifies 2",
        "Hoffmann et al. 2022", "Hu et al. 2024",
        "read: a summary", "confidence medium",
        "conditions small models, WSD schedule",
        "At which scale",
        "Citations of its papers", "What is new", "Cite this", "Where the source list errs",
        "graph/phenomena/compute-optimal-language-model.md",
    ):  # fmt: skip
        assert words in text, words
    assert text.index("For 1") < text.index("Against 1") < text.index("Qualifies 2")


def test_proposed_evidence_stands_apart(shipped: Server) -> None:
    text = page_of(shipped, "/claim/params-and-tokens-scale-equally").plain
    assert text.index("Qualifies 2") < text.index("Proposed, not counted") < text.index("read: nothing re-read")


def test_rejected_and_retired_evidence_is_folded_away(toy_pages: Server) -> None:
    page = page_of(toy_pages, "/claim/sprockets-remember-names")
    assert "2 rejected or retired" in page.plain
    assert page.plain.index("2 rejected or retired") < page.plain.index("Withdrawn by its authors.")


def test_citations_are_drawn_and_told(cited: Server) -> None:
    page = page_of(cited, "/claim/widgets-grow")
    lines = [known for tag, known in page.tags if tag == "polyline"]
    assert [known["points"].split()[0] for known in lines] == ["0.0,66.67"]
    assert "1 Jan 2099 1 Mar 2099" in page.plain
    assert "300 3 1 Mar 2099" in page.plain
    assert "As they say of widgets. background" in page.plain
    assert "first seen 28 Jan 2099" in page.plain
    paper = page_of(cited, "/paper/beta")
    assert "gone since 1 Mar 2099" in paper.plain


def test_a_citing_paper_that_is_tracked_leads_to_its_own_page(cited: Server) -> None:
    told = cited.get("/api/papers/alpha/citations?limit=1000").json()["rows"]
    assert {row["paper"] for row in told} == {None, "beta"}


def test_the_edit_link_leads_to_the_line(cited: Server) -> None:
    from dataclasses import replace
    from types import SimpleNamespace

    from starlette.applications import Starlette

    from phengraph.serve.pages import page_routes

    view = replace(cited.site.view, repository="https://github.com/made/up.git", branch="the trunk")
    shown = SimpleNamespace(dataset=cited.dataset, view=view)
    page = page_of(
        Server(Starlette(routes=page_routes(lambda: shown)), cited.dataset, cited.site), "/claim/widgets-grow"
    )
    assert "https://github.com/made/up/edit/the%20trunk/graph/phenomena/widgets.md#L7" in page.attributes("a", "href")
    assert "Edit this entry" in page.plain


@pytest.mark.parametrize("path", ["/phenomenon/growth", "/model/gizmo", "/topic/widgets", "/author/ada-example"])
def test_other_entries_have_their_pages(cited: Server, path: str) -> None:
    text = page_of(cited, path).plain
    expected = {
        "/phenomenon/growth": ["Growth", "部件增长", "the source", "Claims 1", "Growth of", "says gadgets", "Gizmo"],
        "/model/gizmo": ["Gizmo", "Made-up Works", "7B", "Findings made on it 1", "Growth", "≥ 70M"],
        "/topic/widgets": ["Widgets", "Growth", "Shine", "Widgets grow", "contested"],
        "/author/ada-example": ["Ada Example", "Papers 1", "Made-up paper alpha on widgets"],
    }[path]
    assert [words for words in expected if words not in text] == []


def test_lists_search_and_home_are_complete_without_script(cited: Server) -> None:
    assert "4 claims" in page_of(cited, "/claims").plain
    assert "1 claim of 4" in page_of(cited, "/claims?status=contested&topic=&q=grow&sort=label").plain
    assert "No claim fits these filters." in page_of(cited, "/claims?q=nothing+of+the+kind").plain
    assert "3 papers" in page_of(cited, "/papers").plain
    assert "1 model" in page_of(cited, "/models").plain
    assert "Growth" in page_of(cited, "/phenomena").plain
    assert "Which beliefs about large models stand?" in page_of(cited, "/").plain
    found = page_of(cited, "/search?q=WIDGETS+gröw").plain
    # The claim first, then the findings about it.
    assert "“WIDGETS gröw” 4 hits Claims 1 Widgets grow" in found
    assert "gamma found it. Example et al. 2092 contradicts: Widgets grow" in found


def test_a_wrong_filter_is_told_in_plain_words(cited: Server) -> None:
    answer = cited.get("/claims?status=contsted", accept=BROWSER)
    assert answer.status_code == 422
    assert "status: 'contsted' is none of open, single source," in Html(answer.text).plain
    assert cited.get("/claims?topic=widgts", accept=BROWSER).status_code == 404


def test_a_list_is_cut_into_pages_that_lead_on(shipped: Server) -> None:
    first = page_of(shipped, "/papers?limit=100&sort=title")
    assert "1–100 of 232" in first.plain
    following = next(known["href"] for tag, known in first.tags if tag == "a" and known.get("rel") == "next")
    second = page_of(shipped, following)
    assert "101–200 of 232" in second.plain
    assert "Previous" in second.plain


def test_lists_lead_programs_to_their_data(cited: Server) -> None:
    answer = cited.get("/claims?status=contested", accept="application/json")
    assert (answer.status_code, answer.headers["location"]) == (303, "/api/claims?status=contested")
    assert cited.get("/papers", accept="text/csv").headers["location"] == "/api/papers.csv"
    assert 'rel="alternate"; type="text/csv"' in cited.get("/claims").headers["link"]


# --- all pages of the shipped graph ---


def shipped_paths(server: Server) -> Iterator[str]:
    known = server.site.knowledge
    yield from ("/", "/claims", "/phenomena", "/papers", "/models", "/about", "/search?q=loss", "/api/", "/ns")
    for kind, names in (("claim", known.claims), ("phenomenon", known.phenomena), ("topic", known.topics),
                        ("model", known.models), ("paper", list(known.papers)[::5])):  # fmt: skip
        yield from (f"/{kind}/{name}" for name in names)
    yield from ("/author/jared-kaplan", "/dataset/the-pile", "/agent/nobody")


@pytest.fixture(scope="module")
def pages(shipped: Server) -> dict[str, Html]:
    found = {}
    for path in shipped_paths(shipped):
        answer = shipped.get(path, accept=BROWSER)
        if answer.status_code == 200:
            found[path] = Html(answer.text)
    return found


def test_no_page_has_script_or_style_inside(pages: dict[str, Html]) -> None:
    assert len(pages) > 200
    for path, page in pages.items():
        assert [known["type"] for tag, known in page.tags if tag == "script"] in ([], ["application/ld+json"]), path
        assert [tag for tag, _ in page.tags if tag in ("style", "img", "iframe", "object", "base")] == [], path
        wrong = [name for _, known in page.tags for name in known if name.startswith("on") or name == "style"]
        assert wrong == [], path


def test_every_link_to_ourselves_leads_somewhere(pages: dict[str, Html], shipped: Server) -> None:
    targets = {
        urldefrag(address)[0]: path
        for path, page in pages.items()
        for address in page.attributes("a", "href") + page.attributes("link", "href")
        if address.startswith("/")
    }
    elsewhere = ("/sparql", "/static/")
    data = (".ttl", ".jsonld", ".nt", ".json", ".bib")
    asked = sorted(one for one in targets if not one.startswith(elsewhere) and not one.endswith(data))
    assert len(asked) > 500
    broken = {one: targets[one] for one in asked if shipped.get(one, accept=BROWSER).status_code not in (200, 303)}
    assert broken == {}


def test_links_within_a_page_have_their_place(pages: dict[str, Html]) -> None:
    for path, page in pages.items():
        places = {known["id"] for _, known in page.tags if "id" in known}
        wanted = {address[1:] for address in page.attributes("a", "href") if address.startswith("#")}
        assert wanted - places == set(), path
        ids = [known["id"] for _, known in page.tags if "id" in known]
        assert len(ids) == len(set(ids)), path


def test_every_class_has_a_rule_in_the_shared_look(pages: dict[str, Html]) -> None:
    named = set(re.findall(r"\.([A-Za-z][\w-]*)", style_sheet().content.decode()))
    used = {one for page in pages.values() for _, known in page.tags for one in known.get("class", "").split()}
    # These name what a thing is, for whoever writes another sheet.
    names_only = re.compile(r"(card|review|strength|verdict)-|(claim-page|cards|curve|scale|sides)$")
    assert sorted(one for one in used - named if not names_only.match(one)) == []


def test_every_page_has_a_title_a_language_and_one_heading(pages: dict[str, Html]) -> None:
    for path, page in pages.items():
        tags = [tag for tag, _ in page.tags]
        assert tags.count("title") == tags.count("main") == tags.count("h1") == 1, path
        assert page.attributes("html", "lang") == ["en"]


def test_structured_descriptions_are_schema_org(pages: dict[str, Html]) -> None:
    kinds = set()
    for path, page in pages.items():
        for script in page.scripts:
            told = json.loads(script)
            assert told["@context"] == "https://schema.org", path
            kinds.add(told["@type"])
            assert None not in told.values()
    assert kinds >= {"Claim", "ScholarlyArticle", "DefinedTerm", "DefinedTermSet", "SoftwareApplication", "Dataset"}


def test_a_claim_says_where_it_appears_and_what_speaks_of_it(shipped: Server) -> None:
    [script] = page_of(shipped, TWENTY).scripts
    told = json.loads(script)
    assert told["@type"] == "Claim"
    assert told["@id"] == "https://w3id.org/phengraph/claim/twenty-tokens-per-parameter"
    assert told["text"] == "The compute-optimal number of training tokens is roughly 20N for a model of N parameters."
    assert [one["@id"].rsplit("/", 1)[1] for one in told["appearance"]] == ["hoffmann2022chinchilla"]
    assert len(told["citation"]) == 4


# --- reference managers ---


def zotero_authors(contents: list[str]) -> list[tuple[str, str]]:
    """(family, given) as Zotero's "Embedded Metadata" translator reads `citation_author`."""
    found = []
    for content in contents:
        names = re.split(r"\s*;\s*", content)
        if len(names) == 1 and len(contents) == 1:
            parts = re.split(r"\s*,\s*", names[0])
            if len(parts) > 1 and " " in parts[0] and " " in parts[1]:
                names = parts
        for name in filter(None, names):
            if "," in name:
                family, given = re.split(r", ?", name, maxsplit=1)
            else:
                given, _, family = name.rpartition(" ")
            found.append((family, given))
    return found


def test_the_page_of_a_paper_is_read_by_zotero(shipped: Server) -> None:
    page = page_of(shipped, "/paper/hoffmann2022chinchilla")
    assert page.meta("citation_title") == ["Training Compute-Optimal Large Language Models"]
    assert zotero_authors(page.meta("citation_author"))[:2] == [("Hoffmann", "Jordan"), ("Borgeaud", "Sebastian")]
    assert page.meta("citation_publication_date") == ["2022/03"]
    assert page.meta("citation_conference_title") == ["NeurIPS 2022"]
    assert page.meta("citation_arxiv_id") == ["2203.15556"]
    assert page.meta("citation_pdf_url") == ["https://arxiv.org/pdf/2203.15556"]
    assert page.meta("citation_public_url") == ["https://arxiv.org/abs/2203.15556"]
    # It would become the abstract.
    assert page.meta("description") == []


def tagged(paper: Paper, name: str) -> list[str]:
    return [content for found, content in meta_tags(paper) if found == name]


def made_up_paper(*authors: str, kind: str = "misc", venue: str | None = None, arxiv: str | None = None) -> Paper:
    rest = (None, None, None, None, None, {}, Source("graph/papers.bib", 1))
    return Paper("made2099up", "Made up", authors, True, 2099, 1, venue, kind, arxiv, *rest)


@pytest.mark.parametrize(
    ("authors", "read"),
    [
        (["Laurens Jan van der Maaten"], [("van der Maaten", "Laurens Jan")]),
        (["Ada Example", "Bo B. van Sample"], [("Example", "Ada"), ("van Sample", "Bo B.")]),
        (["OpenAI"], [("OpenAI", "")]),
        (["Sam Sample Jr."], [("Sample", "Sam Jr.")]),
    ],
)
def test_names_arrive_whole(authors: list[str], read: list[tuple[str, str]]) -> None:
    assert zotero_authors(tagged(made_up_paper(*authors), "citation_author")) == read


@pytest.mark.parametrize(
    ("paper", "name", "content"),
    [
        (made_up_paper("A B", arxiv="2099.00001"), "z:itemType", ["preprint"]),
        (made_up_paper("A B", kind="article", venue="Widgets"), "citation_journal_title", ["Widgets"]),
        (made_up_paper("A B", kind="inproceedings", venue="WIDGETS"), "citation_conference_title", ["WIDGETS"]),
        (made_up_paper("A B", kind="inproceedings", venue="WIDGETS", arxiv="2099.00001"), "z:itemType", []),
        (made_up_paper("A B", kind="phdthesis", venue="College"), "citation_dissertation_institution", ["College"]),
    ],
)
def test_the_kind_of_a_paper_is_told(paper: Paper, name: str, content: list[str]) -> None:
    assert tagged(paper, name) == content


def test_a_paper_is_cited_in_plain_words() -> None:
    assert paper_citation(made_up_paper("Ada Example", venue="WIDGETS 2099", kind="inproceedings")) == (
        "Ada Example. Made up. WIDGETS 2099."
    )


# --- prose ---


def test_every_formula_of_the_shipped_graph_becomes_mathml(shipped: Server) -> None:
    known = shipped.site.knowledge
    texts = [one.label for one in known.claims.values()] + [one.finding for one in known.evidence.values()]
    texts += [one.title for one in known.papers.values()]
    blocks = [markdown_html(one.description) for one in known.phenomena.values()]
    blocks += [markdown_html(one.text) for one in known.claims.values()]
    assert sum(str(block).count("<math>") for block in blocks) > 30
    assert [str(block) for block in blocks if "<code>\\" in block or "\\" in block] == []
    assert [run for text in texts for run in text_runs(text) if isinstance(run, list) and run[0] == "code"] == []


def test_a_formula_that_is_none_is_shown_as_it_is() -> None:
    assert str(text_html("a $\\frac{$ b")) == "a <code>\\frac{</code> b"
    assert maths("x" * 10_000) == ["code", "x" * 10_000]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("*a* **b** `c<d`", "<p><em>a</em> <strong>b</strong> <code>c&lt;d</code></p>"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>"),
        (
            '[a](https://example.org/?x="><b>)',
            '<p><a class="out" href="https://example.org/?x=%22%3E%3Cb%3E" '
            'rel="noopener noreferrer nofollow external">a</a></p>',
        ),
        (
            "![a *figure*](https://example.org/f.png)",
            '<p><a class="out" href="https://example.org/f.png" '
            'rel="noopener noreferrer nofollow external">a *figure*</a></p>',
        ),
        ("| a | b |\n|:-:|--:|\n| 1 | 2 |", None),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("# heading", "<p>heading</p>"),
    ],
)
def test_markdown_becomes_harmless_html(markdown: str, html: str | None) -> None:
    made = str(markdown_html(markdown))
    assert "style=" not in made and "<img" not in made
    if html is not None:
        assert made == html


def test_a_direction_that_a_text_opens_ends_with_it(cited: Server) -> None:
    made = str(text_html("a \u202e b"))
    assert made == "a \u202e b\u202c"


def test_every_address_on_a_page_is_percent_encoded(cited: Server) -> None:
    for path in ("/claim/widgets-grow", "/paper/alpha"):
        for address in page_of(cited, path).attributes("a", "href"):
            assert unquote(address) == address or "%" in address
