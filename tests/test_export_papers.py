"""BibTeX and CSL-JSON: the same papers to our reader, to a second parser, and to a citation processor."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from export_samples import REPOSITORY, SICI, dataset_of, odd, odd_knowledge, paper, toy  # noqa: F401 - fixtures
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text

from phengraph.curate.bibtex import read_papers
from phengraph.curate.register import Register
from phengraph.curate.source import SourceFile, refused_character
from phengraph.dataset import Dataset, open_dataset
from phengraph.export import Options, export
from phengraph.export.bibtex import bibtex_entry, protect_capitals
from phengraph.export.citing import CiteLabels
from phengraph.export.csljson import csl_entry, csl_name
from phengraph.model import Paper, Source
from phengraph.problems import Problem, UnknownName
from phengraph.project import Project
from phengraph.views import read_view


@pytest.fixture(scope="session")
def shipped(repository: Path) -> Dataset:
    return open_dataset(Project(repository))


def made(dataset: Dataset, name: str, about: str | None = None) -> str:
    content = export(dataset, name, Options(about=about))
    assert isinstance(content, bytes)
    return content.decode()


def read_back(text: str) -> dict[str, Paper]:
    """The papers of a BibTeX text by our own reader, all at one place."""
    problems: list[Problem] = []
    found = read_papers(SourceFile("graph/papers.bib", text), Register(problems), problems)
    assert not [problem for problem in problems if problem.severity == "error"]
    return {key: placeless(one) for key, one in found.items()}


def placeless(one: Paper) -> Paper:
    return replace(one, source=Source("", 0), checks=dict(one.checks))


@pytest.mark.parametrize("source", ["toy", "shipped"])
def test_our_reader_reads_the_same_papers_from_the_bibtex(source: str, request: pytest.FixtureRequest) -> None:
    dataset: Dataset = request.getfixturevalue(source)
    papers = read_view(dataset).knowledge.papers
    assert papers
    assert read_back(made(dataset, "bibtex")) == {key: placeless(one) for key, one in papers.items()}


def test_odd_papers_come_back_from_the_bibtex(odd: Dataset) -> None:  # noqa: F811
    text = made(odd, "bibtex")
    # Controls in a title are refused where people write, so that entry alone is not for our reader.
    entries = [entry for entry in text.split("\n\n") if not refused_character(entry)]
    papers = {key: placeless(one) for key, one in odd_knowledge().papers.items() if key != "controls2099"}
    assert read_back("\n\n".join(entries)) == papers
    assert papers["sici2099"].doi == SICI
    assert len(papers["crowd2099"].authors) == 5000


@pytest.mark.parametrize("source", ["toy", "shipped", "odd"])
def test_pybtex_reads_the_same_titles_and_names(source: str, request: pytest.FixtureRequest) -> None:
    dataset: Dataset = request.getfixturevalue(source)
    papers = read_view(dataset).knowledge.papers
    entries = parse_string(made(dataset, "bibtex"), "bibtex").entries
    assert set(entries) == set(papers)
    shown = LatexNodes2Text(math_mode="verbatim", strict_latex_spaces=False)
    for key, one in papers.items():
        entry = entries[key]
        people = [" ".join([*p.first_names, *p.middle_names, *p.prelast_names, *p.last_names, *p.lineage_names])
                  for p in entry.persons.get("author", ())]  # fmt: skip
        names = [shown.latex_to_text(name).replace("{", "").replace("}", "") for name in people]
        assert names == [*one.authors, *([] if one.authors_complete else ["others"])]
        assert entry.type == one.kind.lower()
        assert entry.fields.get("doi") == one.doi
        assert entry.fields.get("eprint") == one.arxiv
        if not any(character in one.title for character in "{}^\\$"):  # pylatexenc alone has no word for these
            # pybtex makes every white space one space, also the U+0085 of the odd ones.
            assert shown.latex_to_text(entry.fields["title"]) == " ".join(one.title.split())


def test_an_entry_reads_well() -> None:
    one = replace(
        paper("alpha2099", "Made-up LLaMA-2 models: U-shaped loss of A widget & 5%"),
        authors=("Ada van Example", "Widget and Gadget Group"),
        authors_complete=False,
        kind="inproceedings",
        venue="Made-up Conference 2099",
        arxiv="9912.00001",
        doi="10.5555/a_b{c}%d",
        url="https://example.org/a_b#c",
        openreview="MadeUp0001",
        corpus_id=900000001,
        checks={"id": "made up", "authors": "source"},
    )
    assert (
        bibtex_entry(one)
        == r"""@inproceedings{alpha2099,
  title            = {Made-up {LLaMA-2} models: {U-shaped} loss of A widget \& 5\%},
  author           = {Ada van Example and {Widget and Gadget Group} and others},
  year             = {2099},
  month            = dec,
  booktitle        = {Made-up Conference 2099},
  eprint           = {9912.00001},
  archiveprefix    = {arXiv},
  doi              = {10.5555/a_b%7Bc%7D%25d},
  url              = {https://example.org/a_b#c},
  openreview       = {MadeUp0001},
  corpusid         = {900000001},
  checked-authors  = {source},
  id-source        = {made up},
}
"""
    )
    assert read_back(bibtex_entry(one)) == {"alpha2099": placeless(one)}


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf"]), min_size=1, max_size=30).filter(
    lambda text: text == " ".join(text.split()) and not refused_character(text)
)


@given(WORDS.filter(lambda text: "$" not in text))
def test_any_title_without_maths_comes_back(title: str) -> None:
    one = paper("alpha2099", f"Made-up {title}")
    assert read_back(bibtex_entry(one)) == {"alpha2099": placeless(one)}


def test_maths_in_a_title_stays_maths() -> None:
    assert protect_capitals(r"Made-up $\mu P$ and $N_{LLM}$ of LLMs") == r"Made-up $\mu P$ and $N_{LLM}$ of {LLMs}"
    one = paper("alpha2099", r"Made-up $N_{LLM} < 5$ of LLMs")
    assert read_back(bibtex_entry(one)) == {"alpha2099": placeless(one)}


# --- one entry's papers -------------------------------------------------------------------------------------------


def keys(dataset: Dataset, about: str) -> list[str]:
    return [one["id"] for one in json.loads(made(dataset, "csljson", about))]


def test_about_gives_the_papers_of_an_entry(toy: Dataset) -> None:  # noqa: F811
    claim = ["bravo2020gadgets", "charlie2021gadgets", "delta2021scale", "echo2022small"]
    assert keys(toy, "gadgets-appear-suddenly") == claim
    assert keys(toy, "gadget-emergence") == claim
    assert set(claim) < set(keys(toy, "widgets"))
    assert keys(toy, "delta2021scale") == ["delta2021scale"]
    assert "hotel2023odd" in keys(toy, "odd-characters")
    assert "delta2021scale" in keys(toy, "gadgetor-2")
    assert made(toy, "bibtex", "delta2021scale").startswith("@misc{delta2021scale,\n")


def test_about_something_unknown_suggests_the_nearest(toy: Dataset) -> None:  # noqa: F811
    with pytest.raises(UnknownName) as caught:
        export(toy, "bibtex", Options(about="gadget-emergense"))
    assert str(caught.value) == "no entry named 'gadget-emergense'; did you mean 'gadget-emergence'?"


# --- CSL-JSON -----------------------------------------------------------------------------------------------------

# What csl-data.json of CSL 1.0.2 allows of what is written here: it forbids every other key.
CSL_KEYS = {
    *("id", "type", "title", "author", "issued", "container-title", "publisher", "number", "DOI", "URL", "note"),
    "custom",
}
CSL_TYPES = {
    *("article", "article-journal", "book", "chapter", "dataset", "document", "manuscript", "pamphlet"),
    *("paper-conference", "report", "software", "thesis", "webpage"),
}
CSL_NAME_KEYS = [{"literal"}, {"family", "given"}, {"family", "given", "non-dropping-particle"}]
CSL_NAME_KEYS += [names | {"suffix"} for names in CSL_NAME_KEYS[1:]]


@pytest.mark.parametrize("source", ["toy", "shipped", "odd"])
def test_csl_json_has_only_what_csl_allows(source: str, request: pytest.FixtureRequest) -> None:
    dataset: Dataset = request.getfixturevalue(source)
    entries: list[dict[str, Any]] = json.loads(made(dataset, "csljson"))
    papers = read_view(dataset).knowledge.papers
    assert [entry["id"] for entry in entries] == sorted(papers)
    for entry in entries:
        one = papers[entry["id"]]
        assert set(entry) <= CSL_KEYS and entry["type"] in CSL_TYPES
        assert all(set(name) in CSL_NAME_KEYS and all(name.values()) for name in entry.get("author", ()))
        assert entry["title"] == one.title and entry.get("DOI") == one.doi
        assert len(entry.get("author", ())) == len(one.authors) + (not one.authors_complete)
        assert entry.get("issued") in (None, {"date-parts": [[part for part in (one.year, one.month) if part]]})


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Jared Example", {"family": "Example", "given": "Jared"}),
        ("Tom B. Example", {"family": "Example", "given": "Tom B."}),
        ("Laurens van der Example", {"family": "Example", "given": "Laurens", "non-dropping-particle": "van der"}),
        ("Martin Example Jr.", {"family": "Example", "given": "Martin", "suffix": "Jr."}),
        ("Example", {"literal": "Example"}),
        ("Example, Inc.", {"literal": "Example, Inc."}),
        ("Team Example", {"literal": "Team Example"}),
        ("van Example", {"literal": "van Example"}),
        ("王小明", {"literal": "王小明"}),
        ("王 小明", {"literal": "王 小明"}),
        ("ישראל בדוי", {"family": "בדוי", "given": "ישראל"}),
        ("A  B", {"literal": "A  B"}),
        ("Braces {A} B", {"literal": "Braces {A} B"}),
    ],
)
def test_a_name_is_split_only_where_that_is_sure(name: str, parts: dict[str, str]) -> None:
    assert csl_name(name) == parts


@pytest.mark.parametrize(
    ("kind", "arxiv", "venue", "expected"),
    [
        ("misc", "9912.00001", None, "article"),
        ("article", "9912.00001", "arXiv preprint", "article"),
        ("article", "9912.00001", "Made-up Journal", "article-journal"),
        ("inproceedings", None, "Made-up Conference", "paper-conference"),
        ("phdthesis", None, None, "thesis"),
        ("online", None, None, "webpage"),
        ("misc", None, None, "document"),
    ],
)
def test_the_type_is_csls(kind: str, arxiv: str | None, venue: str | None, expected: str) -> None:
    assert csl_entry(replace(paper("a", "Made up"), kind=kind, arxiv=arxiv, venue=venue))["type"] == expected


STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="in-text">
<info><title>Made up</title><id>made-up</id><updated>2099-01-01T00:00:00Z</updated></info>
<citation><layout><text variable="title"/></layout></citation>
<bibliography><layout suffix="."><names variable="author"><name initialize-with="."/></names>
<date variable="issued" prefix=" (" suffix=") "><date-part name="year"/></date>
<text variable="title"/></layout></bibliography></style>"""


def test_a_citation_processor_makes_a_bibliography_of_it(toy: Dataset) -> None:  # noqa: F811
    entries = json.loads(made(toy, "csljson"))
    for entry in entries:
        del entry["custom"]  # citeproc-py warns of it, being older than CSL 1.0.2
    style = CitationStylesStyle(io.BytesIO(STYLE.encode()), validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(entries), formatter.plain)
    bibliography.register(Citation([CitationItem("alpha2019widgets")]))
    (written,) = (str(item) for item in bibliography.bibliography())
    assert written == "A. Alpha, B. Bravo (2019) Made-up paper 1 on widgets that grow."


# --- short names --------------------------------------------------------------------------------------------------


def test_labels_are_unique_and_stable() -> None:
    papers = [
        replace(paper(f"key{number:03}", "Made up"), authors=("Ada Example", "Bo Sample", "Cy Third"))
        for number in range(30)
    ]
    labels = CiteLabels(reversed(papers))
    assert labels["key000"] == "Example et al. 2099aa"
    assert len({labels[one.key] for one in papers}) == 30
    assert CiteLabels(papers[:1])["key000"] == "Example et al. 2099"
    assert CiteLabels([replace(papers[0], authors=(), year=None)])["key000"] == "key000"
    assert CiteLabels([])["unknown"] == "unknown"


def test_a_dataset_without_papers_gives_empty_files(tmp_path: Path) -> None:
    knowledge = replace(odd_knowledge(), papers={}, evidence={}, phenomena={}, claims={})
    dataset = dataset_of(knowledge, tmp_path / "empty")
    assert made(dataset, "bibtex") == ""
    assert json.loads(made(dataset, "csljson")) == []
