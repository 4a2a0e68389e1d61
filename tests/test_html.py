"""The page as a file: what stands in it, that it is safe by its policy, and that it is the same again."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import itertools
import json
import re
from pathlib import Path

import pytest
from export_samples import copy_toy
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_samples import citation, evidence, paper, phenomenon, topic, view_of, widgets

from phengraph.dataset import Dataset, open_dataset
from phengraph.export import Options
from phengraph.export.html import export_html, load_data, render_page
from phengraph.export.html_details import PageDetails
from phengraph.export.html_prose import maths, plain, prose
from phengraph.model import CitationCount, Conditions, Figure, Knowledge, Range
from phengraph.network import build_network, neighbourhood
from phengraph.network.style import BACKGROUND, KIND_STYLES, STANCE_STYLES, STATUS_STYLES, TEXT
from phengraph.problems import UnknownName


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset(copy_toy(tmp_path_factory.mktemp("html") / "toy"))


@pytest.fixture(scope="module")
def page() -> str:
    view = view_of(widgets())
    return render_page(build_network(view), view)


class Tags(html.parser.HTMLParser):
    """Start tags with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.contents: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            kind = self.tags[-1][1].get("type") or self.tags[-1][0]
            self.contents.append((kind, data))


def test_the_page_names_no_other_address_outside_its_data(page: str) -> None:
    tags = Tags(page).tags
    assert not [tag for tag, _ in tags if tag in ("link", "img", "iframe", "object", "base", "form")]
    addresses = [(tag, name, value) for tag, known in tags for name, value in known.items() if name in ("src", "href")]
    assert addresses == [("a", "href", "#entries")]
    assert not [name for _, known in tags for name in known if name.startswith("on") or name == "style"]


def test_the_policy_names_exactly_the_scripts_and_the_style_of_the_page(page: str) -> None:
    parsed = Tags(page)
    policy = next(known["content"] for tag, known in parsed.tags if known.get("http-equiv"))
    assert policy is not None
    for kind in ("script", "style"):
        texts = [text for one, text in parsed.contents if one == kind]
        hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        named = re.search(rf"{kind}-src ([^;]*)", policy)
        assert named is not None
        assert named[1].split() == [f"'sha256-{one}'" for one in hashes]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert {"base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"} <= set(policy.split("; "))


def test_our_own_scripts_have_no_way_from_text_to_markup_or_code(repository: Path) -> None:
    folder = repository / "src" / "phengraph" / "export" / "html_page"
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc|fetch\("
    )
    scripts = sorted(folder.glob("*.js"))
    assert len(scripts) == 6
    assert [(path.name, found[0]) for path in scripts if (found := forbidden.search(path.read_text("utf-8")))] == []


def test_pyvis_holds_the_nodes_and_edges_with_places_and_no_physics(page: str) -> None:
    nodes, edges, looks = (load_data(page, name) for name in ("nodes", "edges", "looks"))
    assert looks["options"]["physics"] == {"enabled": False}
    assert len(nodes) == 13
    assert len(edges) == 18
    assert len({(node["x"], node["y"]) for node in nodes}) == 13
    claim = next(node for node in nodes if node["id"] == "claim/widgets-grow")
    assert (claim["kind"], claim["status"], claim["shape"], claim["label"]) == (
        "claim", "contested", "diamond", "Widgets grow",
    )  # fmt: skip
    proposed = next(edge for edge in edges if edge.get("counted") is False)
    assert (proposed["from"], proposed["to"], proposed["relation"]) == ("paper/gamma", "claim/widgets-sing", "supports")


def test_a_paper_is_labelled_as_people_cite_it(page: str) -> None:
    labels = {node["id"]: node["label"] for node in load_data(page, "nodes")}
    assert (labels["paper/alpha"], labels["paper/beta"], labels["paper/gamma"]) == (
        "Example and Sample 2090", "Madeup", "Example et al. 2092",
    )  # fmt: skip


def test_the_page_of_a_neighbourhood_has_it_alone_and_names_what_lies_outside() -> None:
    view = view_of(widgets())
    about = "claim/sprockets-rust"
    page = load_data(render_page(neighbourhood(build_network(view), about, hops=1), view, about=about), "page")
    assert sorted(page["entries"]) == ["claim/sprockets-rust", "paper/beta", "phenomenon/rust"]
    assert (page["about"], page["around"]) == (about, "Sprockets rust")
    # beta also speaks of shine, and rust has a topic: named, not shown.
    assert page["outside"] == {"topic/sprockets": "Sprockets", "claim/widgets-shine": "Widgets shine"}
    assert [one["name"] for one in page["evidence"]] == ["widgets-shine.beta", "sprockets-rust.beta"]


def test_citing_papers_come_when_asked() -> None:
    view = view_of(widgets())
    graph = build_network(view, citations=[citation("alpha", "f" * 40, "Made-up citing paper")])
    nodes = load_data(render_page(graph, view), "nodes")
    citing = next(node for node in nodes if node["kind"] == "citing paper")
    assert (citing["label"], citing["authors"], citing["year"]) == ("Made-up citing paper", "Gus Citing", 2095)


def test_details_have_scales_links_and_counts_as_a_reader_wants_them() -> None:
    base = widgets()
    conditions = Conditions(
        Range(7e7, 1.6e10), Range(None, 1.4e12), Range(6e18, 6e18), (), ("Widgets-1k",), "bolts", "odd"
    )
    found = evidence("widgets-grow", "beta", conditions=conditions)
    figure = Figure("https://example.org/a b.png", "A *figure*")
    bad = Figure("javascript:alert(1)", "none")
    knowledge = Knowledge(
        base.topics,
        base.phenomena | {"growth": phenomenon("growth", "widgets", figures=(figure, bad), description="So $x_1$.")},
        base.claims,
        {found.name: found},
        base.papers | {"beta": paper("beta", doi="10.5555/(sici)<1::aid>3.0.co;2-#", url="https://example.org/beta")},
        base.models,
    )
    counts = [CitationCount("beta", "2099-01-01", 1234, 5)]
    details = PageDetails(
        view_of(knowledge, counts=counts, repository="https://example.org/widgets.git"),
        build_network(view_of(knowledge)).nodes,
    )
    assert details.evidence[0]["conditions"] == (
        "70M to 16B parameters; up to 1.4T tokens; 6e18 FLOPs; Widgets-1k; bolts; odd"
    )
    beta = details.entries["paper/beta"]
    assert beta["links"] == [
        {
            "label": "doi:10.5555/(sici)<1::aid>3.0.co;2-#",
            "url": "https://doi.org/10.5555/(sici)%3C1::aid%3E3.0.co;2-%23",
        },
        {"label": "example.org", "url": "https://example.org/beta"},
    ]
    assert beta["count"] == {"citations": 1234, "influential": 5, "date": "2099-01-01"}
    assert beta["edit"] == "https://example.org/widgets/blob/main/graph/phenomena/widgets.md?plain=1#L7"
    growth = details.entries["phenomenon/growth"]
    assert growth["figures"] == [{"url": "https://example.org/a%20b.png", "caption": "A figure"}]
    assert growth["prose"] == [["p", "So ", ["math", ["mrow", ["msub", ["mi", "x"], ["mn", "1"]]]], "."]]


def test_a_long_list_of_authors_is_cut_with_their_number() -> None:
    crowd = tuple(f"Author{number} Madeup" for number in range(5000))
    knowledge = Knowledge(papers={"crowd": paper("crowd", *crowd)})
    details = PageDetails(view_of(knowledge), ["paper/crowd"])
    assert details.entries["paper/crowd"]["authors"].endswith("Author11 Madeup and 4988 more")


def test_the_same_dataset_gives_the_same_bytes(toy: Dataset) -> None:
    assert export_html(toy, Options()) == export_html(toy, Options())


def test_about_names_an_entry_and_hops_its_reach(toy: Dataset) -> None:
    slug = "widget-growth"
    counts = [len(load_data(export_html(toy, Options(about=slug, hops=hops)).decode(), "nodes")) for hops in (0, 1, 2)]
    assert counts[0] == 1
    assert counts == sorted(set(counts))
    assert export_html(toy, Options(about=slug)) == export_html(toy, Options(about=slug, hops=2))


def test_about_nothing_is_told_with_the_nearest_name(toy: Dataset) -> None:
    with pytest.raises(UnknownName) as caught:
        export_html(toy, Options(about="widget-grwth"))
    assert str(caught.value) == "no node named 'widget-grwth'; did you mean 'widget-growth'?"


def test_an_empty_project_makes_a_page() -> None:
    view = view_of(Knowledge())
    assert load_data(render_page(build_network(view), view), "nodes") == []


def test_no_text_of_the_data_ends_its_script() -> None:
    hostile = "</script><script>alert(1)</script><!-- <![CDATA[ \u2028"
    knowledge = Knowledge(topics={"widgets": topic("widgets")}, papers={"bad": paper("bad", hostile)})
    view = view_of(knowledge)
    page = render_page(build_network(view), view)
    assert hostile not in page
    assert load_data(page, "page")["entries"]["paper/bad"]["authors"] == hostile
    kinds = [kind for kind, _ in Tags(page).contents]
    assert kinds == ["style", *["application/json"] * 4, "script", "script"]


def luminance(colour: str) -> float:
    """Relative luminance. Source: WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_stands_out_from_its_background(theme: str) -> None:
    ground = BACKGROUND[theme]
    assert contrast(TEXT[theme], ground) > 7
    for styles in (STANCE_STYLES, STATUS_STYLES, KIND_STYLES):
        for name, style in styles.items():
            # Status names are text in their colour: 4.5 as for text; shapes and lines 3.
            least = 4.5 if styles is STATUS_STYLES else 3
            assert contrast(getattr(style, theme), ground) >= least, name


def test_stances_and_kinds_and_statuses_differ_without_colour() -> None:
    assert len({style.dashes for style in STANCE_STYLES.values()}) == len(STANCE_STYLES)
    curated = [style for kind, style in KIND_STYLES.items() if kind != "citing paper"]
    assert all(
        one.shape != other.shape or abs(one.size - other.size) > 5 for one, other in itertools.combinations(curated, 2)
    )
    assert {style.fill for style in STATUS_STYLES.values()} == {"full", "split", "hollow"}


@pytest.mark.parametrize(
    ("markdown", "blocks"),
    [
        ("a *b* **c** `d`", [["p", "a ", ["em", "b"], " ", ["strong", "c"], " ", ["code", "d"]]]),
        ("[x](https://example.org/)", [["p", ["a", "https://example.org/", "x"]]]),
        ("[x](javascript:alert(1))", [["p", "[x](javascript:alert(1))"]]),
        ("[x](data:text/html,hi)", [["p", "[x](data:text/html,hi)"]]),
        ("[x](page.html)", [["p", ["span", "x"]]]),
        ("![a *figure*](https://example.org/f.png)", [["p", ["a", "https://example.org/f.png", "a *figure*"]]]),
        ("<b onclick=x>bold</b>", [["p", "<b onclick=x>bold</b>"]]),
        ("- a\n- b", [["ul", ["a"], ["b"]]]),
        ("costs $5 and $6", [["p", "costs $5 and $6"]]),
        ("`$x$` and $x$", [["p", ["code", "$x$"], " and ", ["math", ["mrow", ["mi", "x"]]]]]),
        ("$\\frac{$", [["p", ["code", "\\frac{"]]]),
        ("$\\href{javascript:alert(1)}{x}$", [["p", ["math", ["mrow", ["mrow", ["mrow", ["mi", "x"]]]]]]]),
        ("", []),
    ],
)
def test_markdown_becomes_plain_data(markdown: str, blocks: list[object]) -> None:
    assert prose(markdown) == blocks


TEX = [
    "\\frac",
    "{",
    "}",
    "\\left",
    "(",
    "_",
    "^",
    "\\begin{matrix}",
    "\\end{matrix}",
    "&",
    "\\\\",
    "x",
    "\\sqrt",
    "[",
    "\\text",
]
ODD_MARKDOWN = (
    st.text(st.characters(exclude_categories=["Cs"]))
    | st.text("$\\{}[]()_^`*|-\n ab1&<>!")
    | st.lists(st.sampled_from(TEX)).map(lambda parts: f"${' '.join(parts)}$")
)


@settings(max_examples=300, deadline=None)
@given(ODD_MARKDOWN)
def test_any_text_becomes_data_for_json(text: str) -> None:
    assert json.loads(json.dumps(prose(text))) == prose(text)
    assert "\n" not in plain(text)


def test_a_formula_nested_without_end_is_shown_as_it_is_written() -> None:
    tex = "{" * 300 + "x" + "}" * 300
    assert maths(tex) == ["code", tex]
