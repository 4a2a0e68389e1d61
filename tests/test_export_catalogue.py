"""The catalogue: reads as the source list reads, and no data in it becomes markup."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from export_samples import ODD_TITLES, REPOSITORY, dataset_of, odd, odd_knowledge, toy  # noqa: F401 - fixtures
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from phengraph.dataset import Dataset, open_dataset
from phengraph.export import export
from phengraph.export.markdown import blocks, close_directions, escape, inline, link
from phengraph.project import Project
from phengraph.views import read_view

# As a code host reads Markdown: with HTML, tables and struck-out text.
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


@pytest.fixture(scope="session")
def shipped(repository: Path) -> Dataset:
    return open_dataset(Project(repository))


def page(dataset: Dataset) -> str:
    content = export(dataset, "catalogue")
    assert isinstance(content, bytes)
    return content.decode()


def shown_text(markdown: str) -> str:
    """The text that a reader of rendered Markdown sees; fails when there is markup of any kind."""
    tokens = PARSER.parse(f"x {markdown}")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    parts = []
    for token in tokens[1].children or []:
        if token.type == "html_inline":
            assert token.content in ("<span>", "</span>")  # around a dollar sign
        else:
            assert token.type in ("text", "text_special"), token
            parts.append(token.content)
    return "".join(parts).removeprefix("x ")


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"])) | st.text(
    st.sampled_from("*_`[]()<>&#;$~|\\!-+=.:1a/\"' ")
)


@given(TEXT)
def test_escaped_text_is_shown_as_it_is(text: str) -> None:
    single = re.sub(r"[ \t\r\n\f\v]+", " ", text).strip()
    if single:
        assert shown_text(escape(text)) == single


@given(TEXT)
def test_escaped_text_begins_no_block_at_the_start_of_a_line(text: str) -> None:
    types = {token.type for token in PARSER.parse(escape(text))}
    assert types <= {"paragraph_open", "inline", "paragraph_close"}


@given(TEXT)
@example("$[a](javascript:x)$")
@example("$$![a](javascript:x)$$ and `$[a](javascript:x)`")
@example("$<img src=x onerror=y>$ [a$b$](javascript:c)")
@example("[a]: javascript:x\n\n[a] <javascript:x> &lt;b&gt; <!-- x -->")
@example("| a |\n|---|\n| <b>`|`</b> |\n\n<details>")
def test_peoples_markdown_gives_no_html_and_no_foreign_link(text: str) -> None:
    for written in (blocks(text), inline(text)):
        for token in PARSER.parse(written):
            assert token.type != "html_block"
            for child in token.children or []:
                if child.type == "html_inline":
                    assert child.content in ("<span>", "</span>")
                if child.type == "link_open":
                    assert str(child.attrGet("href")).startswith(("http://", "https://"))
                assert child.type != "image"


@pytest.mark.parametrize(
    ("given", "written"),
    [
        ("For $C \\approx 6ND$ there *is* **one** `best` size", "For $C \\approx 6ND$ there *is* **one** `best` size"),
        ("$a_b$ and $c_d$ and a_b", "$a_b$ and $c_d$ and a\\_b"),
        ("costs 5$ and 6$ apart", "costs 5<span>$</span> and 6<span>$</span> apart"),
        ("`$HOME` and `$PATH`", "`$HOME` and `$PATH`"),
        ("a $x<y$ b", "a $x\\lt y$ b"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("[a](https://example.org/x_(y))", "[a](<https://example.org/x_(y)>)"),
        ("[a](javascript:alert(1))", "\\[a\\](javascript:alert(1))"),
        ("[a](data:text/html,x)", "\\[a\\](data:text/html,x)"),
        ("![a](https://example.org/x.png)", "a"),
        ("<https://example.org/>", "[https://example.org/](<https://example.org/>)"),
        ("# Heading", "**Heading**"),
        ("- one\n- two\n  - three", "- one\n- two\n  - three"),
        ("- one\n\n  more\n- two", "- one\n\n  more\n- two"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("> quoted *text*", "> quoted *text*"),
        ("```\ncode $x$\n```", "```\ncode $x$\n```"),
        ("| a | b |\n|---|---|\n| $x_1$ | `c` |", "| a | b |\n| --- | --- |\n| $x_1$ | `c` |"),
        ("| a |\n|---|\n| b \\| c |", "| a |\n| --- |\n| b \\| c |"),
        ("$$x + y_1$$", "$$x + y_1$$"),
        ("<div>\n\n# x", "\\<div\\>\n\n**x**"),
        ("a\n===", "**a**"),
        ("1986\\. A year", "1986\\. A year"),
        ("two  \nlines", "two lines"),
        ("", ""),
    ],
)
def test_peoples_markdown_keeps_its_harmless_forms(given: str, written: str) -> None:
    assert blocks(given) == written
    if "<span>" not in written:
        assert blocks(written) == written


def test_a_link_to_what_is_no_address_is_text() -> None:
    assert link("Made-up [paper]", "https://arxiv.org/abs/9912.00001") == (
        "[Made-up \\[paper\\]](https://arxiv.org/abs/9912.00001)"
    )
    assert link("A", "javascript:alert(1)") == "A"
    assert link("A", None) == "A"
    hover = link("A", "https://example.org/", title='say "x" & $y$')
    tokens = PARSER.parse(hover)[1].children or []
    assert tokens[0].attrGet("title") == 'say "x" & $y$'


def test_directions_that_a_text_opens_are_closed() -> None:
    assert close_directions("a \u202e b") == "a \u202e b\u202c"
    assert close_directions("\u2067\u202aab\u202c") == "\u2067\u202aab\u202c\u2069"
    assert close_directions("plain") == "plain"


def test_the_page_reads_as_the_source_list(shipped: Dataset) -> None:
    content = page(shipped)
    headings = re.findall(r"^(#+) (.*)$", content, re.MULTILINE)
    assert [text for level, text in headings if level == "##"] == [
        "How: how large models are made",
        "What: what large models do",
        "Further phenomena",
        "Notes on the source list",
        "Legend",
        "Credits",
    ]
    topics = [text for level, text in headings if level == "###"]
    assert topics[:7] == [
        "1. Scaling of Computation",
        "2. Optimal Hyperparameters",
        "3. Predictable Scaling",
        "4. Model Architecture",
        "5. Data Mixture",
        "1. Emergent Ability",
        "2. Training Dynamics",
    ]
    phenomena = [text.split(" [")[0] for level, text in headings if level == "####"]
    assert phenomena[:20] == [
        *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "3.1", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3"),
        *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3"),
    ]
    assert len(phenomena) == len(read_view(shipped).knowledge.phenomena)


def test_every_claim_stands_with_its_sign_word_and_counts(shipped: Dataset) -> None:
    content = page(shipped)
    view = read_view(shipped)
    for slug, record in view.statuses.items():
        (line,) = re.findall(rf'^- <a id="{slug}"></a>\*\*.*$', content, re.MULTILINE)
        pattern = rf"\*\* [✔✘≠⇄①○] \*{record.status}\*( \(.*\))?: {record.supporting_teams} for, "
        assert re.search(pattern + f"{record.contradicting_teams} against", line), line


def test_the_papers_of_each_side_are_linked(toy: Dataset) -> None:  # noqa: F811
    content = page(toy)
    start = content.index('<a id="gadgets-appear-suddenly">')
    claim = content[start:].split("\n\n")[0].split("\n")[1:]
    assert claim == [
        "  <br>Gadgets appear at one size, and not gradually.",
        '  - for: [Beta et al. 2020](https://arxiv.org/abs/9912.00002 "Made-up paper 2 on gadgets"), '
        '[Charlie 2021](https://arxiv.org/abs/9912.00003 "Made-up paper 3: Gadgets, again")',
        '  - against: [Delta 2021](https://arxiv.org/abs/9912.00004 "Made-up paper 4 on large gadgets")',
        '  - inconclusive: [Echo 2022](https://arxiv.org/abs/9912.00005 "Made-up paper 5 on small gadgets")',
    ]


def test_links_inside_the_page_and_to_files_lead_somewhere(shipped: Dataset) -> None:
    content = page(shipped)
    anchors = re.findall(r'<a id="([^"]+)"></a>', content)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r"\]\(#([^)]+)\)", content)) <= set(anchors)
    files = re.findall(r"\]\(\.\./([^)]+)\)", content)
    assert len(files) == 44 and all((REPOSITORY / name).is_file() for name in files)


def test_no_odd_title_becomes_markup(odd: Dataset) -> None:  # noqa: F811
    content = page(odd)
    titles = []
    for token in PARSER.parse(content):
        for child in token.children or []:
            if child.type == "html_inline":
                assert re.fullmatch(r'<a id="[a-z0-9-]+">|</a>|<br>|</?span>', child.content), child.content
            if child.type == "link_open" and child.attrGet("title"):
                titles.append(child.attrGet("title"))
        if token.type == "html_block":
            assert re.fullmatch(r'(<!-- Made by [^>]* -->|<a id="[a-z0-9-]+"></a>)\n?', token.content)
    # A paper without an address is no link; the SICI has one.
    assert titles == [ODD_TITLES["sici2099"]]
    assert "alert(1)\\</script\\>" in content


def test_notes_follow_the_order_of_the_list(shipped: Dataset) -> None:
    content = page(shipped)
    table = content[content.index("## Notes on the source list") : content.index("## Legend")]
    entries = re.findall(r"^\| (?:\[(\w+ [\d.]+)\]|(the list))", table, re.MULTILINE)
    assert len(entries) == 19
    numbers = [number for number, _ in entries if number]
    order = [one.list_number for one in read_view(shipped).knowledge.phenomena.values()]
    assert numbers == sorted(numbers, key=order.index)
    assert [whole for _, whole in entries][len(numbers) :] == ["the list"] * (19 - len(numbers))


def test_credit_is_given(shipped: Dataset) -> None:
    credit = page(shipped).split("## Credits")[1]
    assert "[BM-Principles](https://github.com/OpenBMB/BMPrinciples) of 2023-08-13, commit b8c8826e5ea4" in credit
    assert "by OpenBMB" in credit


def test_an_empty_project_has_a_page_too(tmp_path: Path) -> None:
    from phengraph.model import Knowledge

    content = page(dataset_of(Knowledge(), tmp_path / "empty"))
    assert "0 phenomena, 0 claims, 0 accepted findings and 0 proposed ones, 0 papers." in content
    assert "## How" not in content and "## Further" not in content
    assert odd_knowledge().phenomena  # the other page is not empty for want of samples
