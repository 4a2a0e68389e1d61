"""BibTeX as the world writes it: each exporter's dialect, made-up papers."""

from __future__ import annotations

import pytest
from pylatexenc.latexwalker import get_default_latex_context_db

from phengraph.curate.bibtex import read_papers
from phengraph.curate.register import Register
from phengraph.curate.source import SourceFile
from phengraph.latex import decode_latex, encode_latex
from phengraph.model import Paper
from phengraph.names import read_authors, write_authors
from phengraph.problems import Problem


def read(text: str) -> tuple[dict[str, Paper], list[str]]:
    problems: list[Problem] = []
    papers = read_papers(SourceFile("graph/papers.bib", text), Register(problems), problems)
    return papers, [str(problem) for problem in problems]


DIALECTS = {
    "arXiv": """@misc{alpha2020madeup,
      title={Made-up Widgets: {A} Study},
      author={Ada Alpha and Bo Bravo},
      year={2020},
      eprint={9912.00001},
      archivePrefix={arXiv},
      primaryClass={cs.LG},
      url={https://arxiv.org/abs/9912.00001},
}""",
    "ACL": """@inproceedings{alpha-bravo-2020-made,
    title = "Made-up Widgets: {A} Study",
    author = "Alpha, Ada  and
      Bravo, Bo",
    editor = "Charlie, Cy",
    booktitle = "Proceedings of the Made-up Conference",
    month = jul,
    year = "2020",
    address = "Nowhere",
    publisher = "Association for Made-up Linguistics",
    url = "https://example.org/2020.made-main.1/",
    doi = "10.18653/v1/2020.made-main.1",
    pages = "1--9",
    eprint = "9912.00001",
    archiveprefix = "arXiv"
}""",
    "Zotero with BibLaTeX": """@article{alphaMadeupWidgets2020,
  title = {Made-up {{Widgets}}: {{A Study}}},
  shorttitle = {Made-up {{Widgets}}},
  author = {Alpha, Ada and Bravo, Bo},
  date = {2020-07-05},
  journaltitle = {Journal of Made-up Things},
  volume = {1},
  eprint = {9912.00001},
  eprinttype = {arxiv},
  eprintclass = {cs, stat},
  doi = {10.5555/made-up},
  urldate = {2024-01-01},
  abstract = {100\\% made up.},
  langid = {english},
  keywords = {Computer Science - Made up},
  file = {/home/nobody/made-up.pdf}
}""",
    "Google Scholar": """@article{alpha2020made,
  title={Made-up Widgets: A Study},
  author={Alpha, Ada and Bravo, Bo},
  journal={arXiv preprint arXiv:9912.00001},
  year={2020}
}""",
    "DBLP": """@article{DBLP-journals-corr-abs-9912-00001,
  author       = {Ada Alpha and
                  Bo Bravo},
  title        = {Made-up Widgets: {A} Study},
  journal      = {CoRR},
  volume       = {abs/9912.00001},
  year         = {2020},
  url          = {https://doi.org/10.48550/arXiv.9912.00001},
  doi          = {10.48550/ARXIV.9912.00001},
  eprinttype   = {arXiv},
  eprint       = {9912.00001},
  timestamp    = {Mon, 01 Jan 2024 00:00:00 +0100},
  biburl       = {https://example.org/rec.bib},
  bibsource    = {dblp}
}""",
    "parentheses and strings": """@string(jmt = {Journal of Made-up Things})
@ARTICLE(key2020, Title = "Made-up Widgets: A Study", AUTHOR = {Ada Alpha and Bo Bravo}, Journal = jmt,
  Year = 2020, eprint = {9912.00001})""",
}


@pytest.mark.parametrize("name", DIALECTS)
def test_a_dialect_is_read(name: str) -> None:
    papers, problems = read(DIALECTS[name])
    assert problems == []
    (paper,) = papers.values()
    assert (paper.title, paper.authors, paper.year) == (
        "Made-up Widgets: A Study",
        ("Ada Alpha", "Bo Bravo"),
        2020,
    )
    assert paper.arxiv == "9912.00001"
    assert paper.doi in (None, "10.18653/v1/2020.made-main.1", "10.5555/made-up")


def test_a_broken_entry_hides_no_other() -> None:
    papers, problems = read(
        "@misc{one, title={Made-up}, author={A B}, year={2020}}\n"
        "@misc{two, title={Made-up {unclosed}, author={A B}, year={2020},\n"
        "@misc{three, title={Made-up, too}, author={A B}, year={2020}}\n"
    )
    assert list(papers) == ["one", "three"]
    assert problems == [
        "graph/papers.bib:2:1: error: broken BibTeX entry; a { or a quote is not closed; check the braces of its fields"
    ]


MONTHS = [("jan", 1), ("{feb}", 2), ("{March}", 3), ("{4}", 4), ("may", 5), ("{Sept.}", 9), ("{12}", 12),
          ("{23--29 Jul}", 7), ("{28 June - 2 July}", 6)]  # fmt: skip


@pytest.mark.parametrize(("written", "number"), MONTHS)
def test_months_are_words_or_numbers(written: str, number: int) -> None:
    papers, problems = read(f"@misc{{key, title={{Made-up}}, author={{A B}}, year={{2020}}, month={written}}}")
    assert problems == []
    assert papers["key"].month == number


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (r"https://example.org/a\_b\%20c", "https://example.org/a_b%20c"),
        (r"\url{https://example.org/x}", "https://example.org/x"),
        ("https://example.org/é", "https://example.org/%C3%A9"),
    ],
)
def test_escapes_of_exporters_are_taken_off_an_address(field: str, value: str) -> None:
    papers, problems = read(f"@misc{{key, title={{Made-up}}, author={{A B}}, year={{2020}}, url={{{field}}}}}")
    assert problems == []
    assert papers["key"].url == value


NAMES = [
    ("Alpha, Ada", ("Ada Alpha",)),
    ("Ada Alpha", ("Ada Alpha",)),
    ("van der Alpha, Ada", ("Ada van der Alpha",)),
    ("Alpha, Jr., Ada", ("Ada Alpha Jr.",)),
    ("{Alpha and Bravo Group}", ("Alpha and Bravo Group",)),
    ("{Alpha, Inc.} and Bo Bravo", ("Alpha, Inc.", "Bo Bravo")),
    (r"{\'E}mile {\"O}zg{\"u}r", ("Émile Özgür",)),
    (r"A B and \'Alvaro C", ("A B", "Álvaro C")),
    ("A B AND C D", ("A B", "C D")),
    ("Sand Andy and Andy Brand", ("Sand Andy", "Andy Brand")),
    ("Ada~Alpha", ("Ada Alpha",)),
    ("علي عنصر and 部 件", ("علي عنصر", "部 件")),
    ("  Ada   Alpha\n and Bo\tBravo ", ("Ada Alpha", "Bo Bravo")),
    ("", ()),
]


@pytest.mark.parametrize(("written", "names"), NAMES)
def test_names_are_read_as_they_are_displayed(written: str, names: tuple[str, ...]) -> None:
    assert read_authors(written) == (names, True)
    assert read_authors(write_authors(names, complete=True)) == (names, True)


def test_an_incomplete_list_stays_incomplete() -> None:
    assert read_authors("A B and others") == (("A B",), False)
    assert read_authors("others") == ((), False)
    assert write_authors(("A B",), complete=False) == "A B and others"


LATEX = [
    (r"{G}{\"o}del's $\mathcal{O}(n^2)$", r"Gödel's $\mathcal{O}(n^2)$"),
    ("50% of A & B", "50% of A & B"),
    (r"50\% of A \& B", "50% of A & B"),
    ("pages 1--9 --- ``so''", "pages 1–9 — “so”"),
    (r"{\bf Bold} \emph{and} \textit{more}", "Bold and more"),
    (r"an \unknown command", r"an \unknown command"),
    (r"\$5 and {\ss}", "$5 and ß"),
    ("a~b", "a b"),
    ("<i>no markup</i> &amp;amp;", "<i>no markup</i> &amp;amp;"),
    (r"{\textless}b{\textgreater} {\textbar}", "<b> |"),
    (r"\texttt{run\_all}, \textsf{x} and CO\textsubscript{2}", "run_all, x and CO2"),
    (r"\href{https://example.org}{Widgets}\footnote{Made up.}", r"Widgets\footnoteMade up."),
    (r"see \cite and \input", r"see \cite and \input"),
]


@pytest.mark.parametrize(("written", "seen"), LATEX)
def test_latex_becomes_what_a_reader_sees(written: str, seen: str) -> None:
    assert decode_latex(written) == seen
    assert decode_latex(encode_latex(seen)) == seen


IDS = [
    ("journal={ArXiv}, volume={abs/9912.00007}", ("9912.00007", None, None)),
    ("journal={CoRR}, volume={abs/9912.00007}", ("9912.00007", None, None)),
    ("journal={Made-up Letters}, volume={12}", (None, None, None)),
    ("url={https://arxiv.org/abs/9912.00007v2}", ("9912.00007", None, None)),
    ("eprint={9912.00008}, url={https://arxiv.org/abs/9912.00007}", ("9912.00008", None, None)),
    ("url={https://openreview.net/forum?id=MadeUp_0-1}", (None, "MadeUp_0-1", None)),
    ("url={https://openreview.net/forum?id=<b>}", (None, None, None)),
    ("url={https://api.semanticscholar.org/CorpusID:9000017}", (None, None, 9000017)),
]


@pytest.mark.parametrize(("fields", "ids"), IDS)
def test_ids_are_found_where_exporters_put_them(fields: str, ids: tuple[str | None, str | None, int | None]) -> None:
    papers, problems = read(f"@misc{{key, title={{Made-up}}, author={{A B}}, year={{2020}}, {fields}}}")
    assert problems == []
    paper = papers["key"]
    assert (paper.arxiv, paper.openreview, paper.corpus_id) == ids


def test_no_command_of_latex_ends_in_a_traceback_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    names = [spec.macroname for spec in get_default_latex_context_db().iter_macro_specs()]
    assert len(names) > 100
    for name in names:
        for written in (f"\\{name}", f"A {{\\{name}}} B", f"\\{name}{{x}}", f"\\{name}*[y]{{x}}{{z}}"):
            decode_latex(written)
    assert caplog.messages == []
