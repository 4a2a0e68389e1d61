"""`phengraph suggestions` as a stranger sees it, and what hostile papers cannot do to it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from ingest_fixtures import quick_folder
from markdown_it import MarkdownIt
from standin.demo import claims_of_papers
from standin.server import StandIn, serving
from suggest_samples import GROWTH, SPEAKING, citation, citing_paper, toy_knowledge, toy_project

import phengraph
from phengraph.cli import group
from phengraph.cli.suggestion_forms import Listing, as_table, list_suggestions, marked_text
from phengraph.ingest.candidates import Candidate, merge_candidates
from phengraph.ingest.project_refresh import tracked_papers
from phengraph.model import Cue, Passage
from phengraph.project import Project
from phengraph.suggest import suggestions

HOSTILE = (
    "Contrary to [3], widgets grow by a power law \x1b[31mred\x1b[0m \x07 \u202eevil\u202c <script>alert(1)</script> "
    "[bold]rich[/bold] **stars** [link](javascript:alert(1)) | pipe | $x$ `code`"
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return toy_project(tmp_path_factory.mktemp("suggest") / "toy", SPEAKING)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Project:
    title = "=cmd|'/C calc'!A0 \x1b]0;owned\x07 [red]title[/red] <img src=x onerror=alert(1)>"
    return toy_project(
        tmp_path_factory.mktemp("hostile") / "toy", [citation(1, HOSTILE, title=title)], "\n[suggest]\nfloor = 0\n"
    )


def run(project: Project, *arguments: str) -> Result:
    return CliRunner().invoke(group, ["--project", str(project.root), "suggestions", *arguments], standalone_mode=False)


def test_the_table_tells_paper_claim_reason_sentence_and_the_numbers_last(project: Project) -> None:
    done = run(project)
    assert done.exception is None
    assert "Made-up paper 1" in done.output
    assert f"claim {GROWTH}: Widgets grow by a power law" in done.output
    assert "cites alpha2019widgets · first seen 2026-09-01" in done.output
    assert "why: " in done.output
    assert "Contrary to [3], widgets do not grow by a power law." in done.output
    assert done.output.splitlines()[-1] == "3 suggestions among 4 papers"
    assert "reads like" not in done.output


def test_limit_claim_phenomenon_and_since_narrow_the_list(project: Project) -> None:
    assert run(project, "--limit", "1").output.splitlines()[-1] == "1 of 3 suggestions among 4 papers"
    assert run(project, "--claim", GROWTH).output.splitlines()[-1] == "2 suggestions among 4 papers"
    told = run(project, "--phenomenon", "sprocket-forgetting").output
    assert told == "no suggestions: none of 4 papers is above the floor and undecided\n"
    assert run(project, "--since", "2026-09-02").output == told
    assert run(project, "--limit", "0").output == run(project).output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--claim", "widgets-grow"], "no claim named 'widgets-grow'; did you mean 'widgets-grow-by-a-power-law'?"),
        (["--phenomenon", "widget-grow"], "no phenomenon named 'widget-grow'; did you mean 'widget-growth'?"),
        (["--since", "yesterday"], "--since: 'yesterday' is no day; write it as 2026-09-01."),
        (["--since", "2026-13-01"], "is no day"),
        (["--evaluate-decisions", "--format", "csv"], "An evaluation has no CSV form"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_a_sentence(project: Project, arguments: list[str], told: str) -> None:
    assert told in str(run(project, *arguments).exception)


def test_what_could_not_be_read_is_told(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy", SPEAKING)
    path = project.phenomena / "sprocket-forgetting.md"
    path.write_text(path.read_text(encoding="utf-8").replace("topic: sprockets", "topics: sprockets"), encoding="utf-8")
    done = run(project)
    assert done.stdout.splitlines()[-1] == "3 suggestions among 4 papers"
    assert "what could not be read is left out, see `phengraph check`" in done.stderr


def test_without_citations_the_next_step_is_told(tmp_path: Path) -> None:
    done = run(toy_project(tmp_path / "toy"))
    assert done.output == "no suggestions: no citations are recorded; run `phengraph refresh`\n"


def test_json_has_every_name_and_the_places_of_the_cues(project: Project) -> None:
    values = json.loads(run(project, "--format", "json", "--claim", GROWTH).output)
    assert (values["total"], values["papers"]) == (2, 4)
    first = values["suggestions"][0]
    assert first["paper"]["name"] == "CorpusId:1"
    assert first["paper"]["url"] == "https://api.semanticscholar.org/CorpusID:1"
    assert sum(first["parts"].values()) == pytest.approx(first["score"], abs=1e-9)
    passage = first["passages"][0]
    cue = passage["cues"][0]
    assert (passage["text"][cue["start"] : cue["end"]], cue["kind"]) == ("Contrary to", "contrast")
    assert (first["found_by"], first["reads_like"], first["cites"]) == ("citation", None, ["alpha2019widgets"])


def test_csv_has_a_row_a_suggestion(project: Project) -> None:
    rows = list(csv.DictReader(io.StringIO(run(project, "--format", "csv").output)))
    assert len(rows) == 3
    assert rows[0]["paper"] == "CorpusId:1"
    parts = sum(float(value) for name, value in rows[0].items() if name.startswith("score_"))
    assert float(rows[0]["score"]) == pytest.approx(parts, abs=1e-9)
    assert rows[0]["passage"] == "Contrary to [3], widgets do not grow by a power law."


def test_markdown_has_cues_in_bold(project: Project) -> None:
    text = run(project, "--format", "markdown", "--limit", "1").output
    assert text.startswith("1. [Made-up paper 1](https://api.semanticscholar.org/CorpusID:1), 2026\n")
    assert "> **Contrary to** \\[3\\], widgets " in text
    assert "**not grow**" in text


def test_a_found_paper_says_how_it_was_found(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy")
    paper = citing_paper(50, "Made-up widgets grow by a power law of their age")
    assert merge_candidates(project, [Candidate("widget-growth", "search", "2026-10-01", None, paper)]) == 1
    assert "found by search · first seen 2026-10-01" in run(project).output
    assert "found by search" in run(project, "--format", "markdown").output


def test_nothing_of_a_paper_moves_the_cursor_or_becomes_a_colour(hostile: Project) -> None:
    plain = run(hostile).output
    assert "\x1b" not in plain
    assert "\x07" not in plain
    assert "\u202e" not in plain
    assert "[bold]rich[/bold]" in plain
    assert "[red]title[/red]" in plain
    coloured = as_table(list_suggestions(hostile), colours=True)
    # Our own colours are there; those of the paper are not.
    assert "\x1b[1m" in coloured
    assert "\x1b[31mred" not in coloured
    assert "\x1b]0;" not in coloured


def test_nothing_of_a_paper_becomes_markup(hostile: Project) -> None:
    text = run(hostile, "--format", "markdown").output
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html.replace("(javascript:alert(1))", "")
    assert html.count("<a ") == text.count("CorpusID:1") == 3
    assert not any(character in text for character in "\x1b\x07\u202e")
    assert "<strong>stars</strong>" not in html


def test_nothing_of_a_paper_becomes_a_formula(hostile: Project) -> None:
    row = next(csv.DictReader(io.StringIO(run(hostile, "--format", "csv").output)))
    assert row["title"].startswith("'=cmd")


def test_cues_of_a_cut_passage_stay_inside_it() -> None:
    passage = Passage("x" * 50 + " however", (Cue(51, 58, "contrast"),), "citation")
    assert marked_text(passage, limit=53).plain == "x" * 50 + " ho …"
    assert marked_text(passage, limit=40).plain == "x" * 40 + " …"


def test_suggestions_in_python_are_those_of_the_command(project: Project) -> None:
    found = suggestions(project)
    listing = list_suggestions(project)
    assert isinstance(listing, Listing)
    assert found == listing.suggestions
    assert phengraph.open(project.root).suggestions(claim=f"claim/{GROWTH}") == suggestions(project, claim=GROWTH)
    assert suggestions(project, claim=GROWTH, limit=1) == tuple(one for one in found if one.claim == GROWTH)[:1]


def test_the_news_of_a_refresh_name_the_ten_best_of_what_came() -> None:
    with quick_folder() as folder:
        project = toy_project(folder / "toy", settings="\n[refresh]\nseconds_between_requests = 0\n")
        stand_in = StandIn()
        claims = claims_of_papers(toy_knowledge())
        for key, paper in tracked_papers(project).items():
            made = stand_in.corpus.add(paper.title, arxiv=paper.arxiv, doi=paper.doi, year=paper.year)
            stand_in.corpus.claims[made] = claims.get(key, [])
            stand_in.corpus.cite(made, range(40))
        with serving(stand_in) as address:
            runner = CliRunner(env={"SEMANTIC_SCHOLAR_API_URL": address, "SEMANTIC_SCHOLAR_API_KEY": None})
            command = ["--project", str(project.root), "refresh", "--format", "markdown"]
            first = runner.invoke(group, command, standalone_mode=False)
            again = runner.invoke(group, command, standalone_mode=False)
        assert first.exception is None
        news, _, look = first.output.partition("\n### Worth a look\n\n")
        assert news.startswith("**first record of ")
        assert look.count("\n   > ") == 10
        assert "10. [Made-up paper" in look
        assert "11. " not in look
        assert "none counts before a person has decided" in look
        assert "Worth a look" not in again.output, "no news, nothing to look at"
