"""`phengraph add` on the command line: where an entry goes, what is said of it, and what is refused."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from standin.server import StandIn, serving

from phengraph.cli import main
from phengraph.curate import read_graph
from phengraph.model import Paper, Source
from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"
CLAIM = ("--claim", "widgets-grow-by-a-power-law")
ECHO = ("--supports", "echo2022small", "--finding", "x", "--checked", "paper")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns(".phengraph")))


def add(
    folder: Path, *arguments: str, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `phengraph add`: in this process, which is quick, or in one with an input or environment of its own."""
    command = ["--project", str(folder), "add", *arguments]
    if stdin is None and environment is None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
            main(command)
        assert isinstance(end.value.code, int)
        return subprocess.CompletedProcess(command, end.value.code, out.getvalue(), err.getvalue())
    done = subprocess.run(
        [sys.executable, "-m", "phengraph", *command],
        input=stdin or b"",
        capture_output=True,
        env={**os.environ, **(environment or {})},
    )
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def paper_of(folder: Path, key: str) -> Paper:
    return replace(read_graph(Project(folder)).knowledge.papers[key], source=Source("", 0))


def test_evidence_is_added_below_its_claim_and_says_what_it_moves(copy: Path) -> None:
    result = add(
        copy, "evidence", *CLAIM, "--contradicts", "india2024widgets", "--finding", "No: it's a curve, flat # later.",
        "--locator", "fig. 2", "--checked", "paper", "--parameters", "70M..16B", "--dataset", "A, B",
        "--strength", "strong",
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (
        0,
        "4 phenomena, 8 claims, 27 evidence, 12 papers, 3 models: 0 errors, 0 warnings\n",
    )
    assert result.stdout == (
        "graph/phenomena/widget-growth.md:40: added evidence 'widgets-grow-by-a-power-law.india2024widgets'\n"
        "claim 'widgets-grow-by-a-power-law': supported -> contested. 2 teams support (weight 1.5) and 1 contradicts "
        "(0.9): the minority has 37.5 % of the weight, at or above the 25 % line.\n"
    )
    lines = (copy / "graph" / "phenomena" / "widget-growth.md").read_text(encoding="utf-8").split("\n")
    assert lines[39:46] == [
        "  - contradicts: india2024widgets",
        "    finding: 'No: it''s a curve, flat # later.'",
        "    locator: fig. 2",
        "    conditions: {parameters: 70M..16B, datasets: ['A, B']}",
        "    strength: strong",
        "    checked: paper",
        "```",
    ]


def test_every_field_of_an_evidence_has_an_option(copy: Path) -> None:
    result = add(
        copy, "evidence", *CLAIM, "--inconclusive", "echo2022small", "--finding", "x", "--checked", "recall",
        "--locator", "p. 1", "--parameters", "1B", "--tokens", "..5B", "--compute", "6e18..3e21",
        "--model", "widgetron", "--model", "gadgetor-2", "--dataset", "C4", "--metric", "loss", "--note", "made up",
        "--strength", "weak", "--confidence", "low", "--review", "proposed",
        "--origin", "list", "--read-in", "a shelf", "--id", "echo-1",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    evidence = read_graph(Project(copy)).knowledge.evidence["echo-1"]
    assert (evidence.stance, evidence.checked, evidence.confidence) == ("inconclusive", "recall", "low")
    assert evidence.conditions.models == ("widgetron", "gadgetor-2")
    assert (evidence.origin, evidence.read_in, evidence.conditions.metric) == ("list", "a shelf", "loss")
    assert evidence.conditions.compute is not None and evidence.conditions.compute.maximum == 3e21


def test_a_second_evidence_of_a_paper_gets_a_name_of_its_own(copy: Path) -> None:
    arguments = ("--supports", "alpha2019widgets", "--finding", "Another.", "--locator", "p. 2", "--checked", "paper")
    result = add(copy, "evidence", *CLAIM, *arguments)
    assert result.stdout.startswith(
        "graph/phenomena/widget-growth.md:40: added evidence 'widgets-grow-by-a-power-law.alpha2019widgets.2'\n"
        "claim 'widgets-grow-by-a-power-law': still supported. "
    )


def test_a_warning_about_the_entry_is_told(copy: Path) -> None:
    result = add(copy, "evidence", *CLAIM, *ECHO)
    assert result.returncode == 0
    assert result.stdout.endswith(
        "graph/phenomena/widget-growth.md:40: warning: 'widgets-grow-by-a-power-law.echo2022small': accepted evidence "
        "without a locator; name the section, figure, table or page\n"
    )


REFUSED = {
    "unknown-claim": (
        ("evidence", "--claim", "widgets-grow", *ECHO),
        1,
        "phengraph: no claim named 'widgets-grow'; did you mean 'widgets-grow-by-a-power-law'?\n",
    ),
    "unknown-paper": (
        ("evidence", *CLAIM, "--supports", "eco2022small", "--finding", "x", "--checked", "paper"),
        1,
        "phengraph: no paper named 'eco2022small'; did you mean 'echo2022small'?\n",
    ),
    "unknown-model": (
        ("evidence", *CLAIM, *ECHO, "--model", "widgetro"),
        1,
        "phengraph: no model named 'widgetro'; did you mean 'widgetron'?\n",
    ),
    "no-stance": (
        ("evidence", *CLAIM, "--finding", "x", "--checked", "paper"),
        2,
        "Error: Give the paper by one of --supports, --contradicts, --qualifies, --inconclusive.\n",
    ),
    "reversed-range": (
        ("evidence", *CLAIM, *ECHO, "--tokens", "5B..1B"),
        2,
        "Error: Invalid value for '--tokens': the range '5B..1B' is reversed; write '1B..5B'.\n",
    ),
    "accepted-from-recall": (
        ("evidence", *CLAIM, *ECHO[:-1], "recall", "--review", "accepted"),
        1,
        "phengraph: not added, because then: graph/phenomena/widget-growth.md:40:5: error: evidence from recall cannot "
        "be accepted; re-read the paper, and say what in 'checked'\n",
    ),
    "the-same-again": (
        (
            "evidence", *CLAIM, "--supports", "works2024widgets", "--finding", "A report says the same:  a power law.",
            "--checked", "paper",
        ),
        1,
        "phengraph: not added, because then: graph/phenomena/widget-growth.md:40:5: error: the same evidence of "
        "'works2024widgets' twice, first on line 29; remove one\n",
    ),
    "ellipsis-in-a-quote": (
        ("evidence", *CLAIM, *ECHO, "--quote", "a ... b"),
        1,
        "phengraph: not added, because then: graph/phenomena/widget-growth.md:43:12: error: a quote with an ellipsis; "
        "quote words that stand together in the paper\n",
    ),
    "claim-that-is-there": (
        ("claim", "--phenomenon", "widget-growth", "--label", "Gadgets do good", "--text", "They do."),
        1,
        "phengraph: not added, because then: graph/phenomena/widget-growth.md:72:8: error: the claim slug "
        "'gadgets-do-good' is taken, first at graph/phenomena/gadget-emergence.md:43; choose another slug\n",
    ),
    "claim-whose-text-is-a-heading": (
        ("claim", "--phenomenon", "widget-growth", "--label", "Widgets hum", "--text", "## They do."),
        1,
        "phengraph: not added, because then: graph/phenomena/widget-growth.md:67:1: error: a heading without a yaml "
        "block; add ```yaml, `claim: widgets-hum`, ``` below the text; and graph/phenomena/widget-growth.md:69:1: "
        "error: a claim without text; write the claim as one sentence between the heading and the block\n",
    ),
    "unknown-phenomenon": (
        ("claim", "--phenomenon", "widget-grow", "--label", "Widgets hum", "--text", "They do."),
        1,
        "phengraph: no phenomenon named 'widget-grow'; did you mean 'widget-growth'?\n",
    ),
    "phenomenon-that-is-there": (
        ("phenomenon", "--label", "Widget growth", "--topic", "widgets"),
        1,
        "phengraph: graph/phenomena/widget-growth.md is there already; add a claim to it, or choose another --slug\n",
    ),
    "phenomenon-outside": (
        ("phenomenon", "--label", "x", "--topic", "widgets", "--slug", "../../evil"),
        1,
        "phengraph: '../../evil' is no slug; use lower-case words of a-z and 0-9, joined by single hyphens\n",
    ),
    "figure-that-runs": (
        ("phenomenon", "--label", "x", "--topic", "widgets", "--figure", "javascript:alert(1)", "x"),
        2,
        "Error: Invalid value for --figure: 'javascript:alert(1)' is no http or https URL.\n",
    ),
    "model-that-is-there": (
        ("model", "widgetron", "--label", "Another"),
        1,
        "phengraph: not added, because then: graph/models.yaml:26:3: error: the key 'widgetron' stands here twice; "
        "first on line 2\n",
    ),
    "paper-by-its-arxiv-id": (
        ("paper", "https://arxiv.org/abs/9912.00005v2", "--title", "x", "--author", "A B", "--year", "2020"),
        1,
        "phengraph: the paper is here already: 'echo2022small' (graph/papers.bib:44) has the same arXiv id 9912.00005; "
        "use that key\n",
    ),
    "paper-by-its-title": (
        ("paper", "--title", "MADE-UP paper 5 on small gadgets!", "--author", "A B", "--year", "2020"),
        1,
        "phengraph: the paper is here already: 'echo2022small' (graph/papers.bib:44) has the same title; "
        "use that key\n",
    ),
    "paper-without-words": (
        ("paper", "9912.55555"),
        2,
        "Error: The paper needs --title, --author, --year, or --bibtex, or --fetch with an identifier.\n",
    ),
    "paper-without-a-year": (
        ("paper", "9912.55555", "--title", "x", "--author", "A B"),
        2,
        "Error: The paper needs --year, or --bibtex, or --fetch with an identifier.\n",
    ),
    "no-identifier": (
        ("paper", "9913.55555", "--title", "x", "--author", "A B", "--year", "2020"),
        1,
        "phengraph: '9913.55555' is no identifier of a paper; give an arXiv id, a DOI, CorpusId:N or a URL\n",
    ),
    "two-entries": (
        ("paper", "--bibtex", "@misc{a, title={x}} @misc{b, title={y}}"),
        1,
        "phengraph: the BibTeX has 2 entries; give one at a time\n",
    ),
    "broken-bibtex": (
        ("paper", "--bibtex", "@misc{a, title={x}"),
        1,
        "phengraph: the BibTeX does not parse; give one whole entry, `@article{key, title = {...}, ...}`\n",
    ),
    "bibtex-with-a-wrong-field": (
        ("paper", "--bibtex", "@misc{a, title={x}, author={A B}, year={2020},\n url={javascript:alert(1)}}"),
        1,
        "phengraph: BibTeX:2:2: error: 'javascript:alert(1)' is no http or https URL; give the whole URL\n",
    ),
    "missing-file": (
        ("paper", "nowhere.bib"),
        1,
        "phengraph: nowhere.bib cannot be read (No such file or directory); give a file of BibTeX\n",
    ),
    "key-that-is-taken": (
        ("paper", "--title", "x", "--author", "A B", "--year", "2020", "--key", "echo2022small"),
        1,
        "phengraph: not added, because then: graph/papers.bib:111:1: error: the key 'echo2022small' is taken, first on "
        "line 44; choose another key\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_told_and_nothing_is_written(name: str, copy: Path) -> None:
    arguments, code, message = REFUSED[name]
    before = files(copy)
    result = add(copy, *arguments)
    assert result.stdout == ""
    # Wrong usage is told below the usage itself.
    assert (result.stderr[-len(message) :] if code == 2 else result.stderr) == message
    assert result.returncode == code
    assert files(copy) == before


def test_a_phenomenon_with_a_claim_with_evidence_from_nothing(copy: Path) -> None:
    for arguments in (
        ("phenomenon", "--label", "Sprockets sing", "--label-zh", "齿轮唱歌", "--topic", "sprockets", "--description",
         "They sing at $440$ Hz.", "--seen-in", "widgetron", "--list-cites", "echo2022small", "--list-number",
         "What 9.9", "--figure", "https://example.org/a(b) c.png", "A [figure] of *stars*"),
        ("claim", "--phenomenon", "sprockets-sing", "--label", "Sprockets sing at night", "--text",
         "Most sprockets sing.\n\nAt night.", "--origin", "list", "--as-of", "2023-08"),
        ("evidence", "--claim", "sprockets-sing-at-night", "--supports", "echo2022small", "--finding", "Heard one.",
         "--locator", "sec. 1", "--checked", "paper"),
        ("model", "singer-1", "--label", "Singer 1", "--organisation", "Choir", "--parameters", "7B", "--range", "7B",
         "--year", "2024", "--normalization", "none", "--placement", "undisclosed", "--paper", "echo2022small",
         "--checked-with", "ears", "--confidence", "medium", "--note", "no"),
    ):  # fmt: skip
        result = add(copy, *arguments)
        assert result.returncode == 0, result.stderr
    assert (copy / "graph" / "phenomena" / "sprockets-sing.md").read_text(encoding="utf-8") == (
        "---\n"
        "label: Sprockets sing\n"
        "label-zh: 齿轮唱歌\n"
        "topic: sprockets\n"
        "list-number: What 9.9\n"
        "seen-in: [widgetron]\n"
        "list-cites: [echo2022small]\n"
        "---\n"
        "\n"
        "They sing at $440$ Hz.\n"
        "\n"
        "![A \\[figure\\] of \\*stars\\*](<https://example.org/a(b)%20c.png>)\n"
        "\n"
        "## Sprockets sing at night\n"
        "\n"
        "Most sprockets sing.\n"
        "\n"
        "At night.\n"
        "\n"
        "```yaml\n"
        "claim: sprockets-sing-at-night\n"
        "origin: list\n"
        "as-of: 2023-08\n"
        "evidence:\n"
        "  - supports: echo2022small\n"
        "    finding: Heard one.\n"
        "    locator: sec. 1\n"
        "    checked: paper\n"
        "```\n"
    )
    read = read_graph(Project(copy))
    assert read.problems == []
    assert read.knowledge.phenomena["sprockets-sing"].figures[0].caption == "A [figure] of *stars*"
    assert read.knowledge.models["singer-1"].note == "no"


def test_dry_run_shows_the_change_and_writes_nothing(copy: Path) -> None:
    before = files(copy)
    result = add(copy, "model", "foo-1", "--label", "Foo: 1", "--dry-run")
    assert result.stdout == (
        "--- graph/models.yaml\n"
        "+++ graph/models.yaml\n"
        "@@ -24,2 +24,4 @@\n"
        "     placement: undisclosed\n"
        "     confidence: low\n"
        "+  foo-1:\n"
        "+    label: 'Foo: 1'\n"
    )
    assert files(copy) == before


ODD = (
    "@article{whatever,\n"
    "  title = {A made-up <mml:math><mml:mi>x</mml:mi></mml:math> of {W}idgets &amp;amp; عنصر וידג'ט \\& 100\\%},\n"
    "  author = {{\\'A}lvarez, Jos\\'e and {Widgets and Co.} and van der Test, A.},\n"
    '  year = 2020, journal = {J. of \\"Odd\u0085 Things},\n'
    "  doi = {10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O},\n"
    "  abstract = {not kept}\n}\n"
)


def test_odd_metadata_is_kept_and_what_cannot_be_is_told(copy: Path) -> None:
    (copy / "odd.bib").write_text(ODD, encoding="utf-8")
    file = str(copy / "odd.bib")
    for source, stdin in ((file, None), ("-", ODD.encode()), (ODD, None)):
        result = add(copy, "paper", source, "--dry-run", stdin=stdin)
        assert result.returncode == 0, result.stderr
        assert result.stderr.startswith("phengraph: took U+0085 NEXT LINE out of the BibTeX\n")
    assert add(copy, "paper", file).returncode == 0
    paper = paper_of(copy, "alvarez2020made")
    assert paper.title == "A made-up <mml:math><mml:mi>x</mml:mi></mml:math> of Widgets &amp;amp; عنصر וידג'ט & 100%"
    assert paper.authors == ("José Álvarez", "Widgets and Co.", "A. van der Test")
    assert paper.venue == "J. of Ödd Things"
    assert paper.doi == "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"


def test_text_with_refused_characters_is_cleaned_and_told(copy: Path) -> None:
    result = add(
        copy, "evidence", *CLAIM, "--supports", "echo2022small", "--finding", "one\u202etwo\x1b three",
        "--locator", "p. 1", "--checked", "paper",
    )  # fmt: skip
    assert result.returncode == 0
    assert result.stderr.startswith(
        "phengraph: took U+202E RIGHT-TO-LEFT OVERRIDE out of the finding\n"
        "phengraph: took U+001B ESCAPE out of the finding\n"
    )
    name = "widgets-grow-by-a-power-law.echo2022small"
    assert read_graph(Project(copy)).knowledge.evidence[name].finding == "one two three"


def test_a_label_that_gives_no_slug_asks_for_one(copy: Path) -> None:
    for entry in (("phenomenon", "--topic", "widgets"), ("claim", "--phenomenon", "widget-growth", "--text", "x")):
        result = add(copy, entry[0], "--label", "部件", *entry[1:])
        assert result.returncode == 2
        assert result.stderr.endswith(
            "Error: --label '部件' has no Latin letters to make a slug of; give one with --slug.\n"
        )


def test_an_author_may_be_given_with_the_last_name_first(copy: Path) -> None:
    result = add(copy, "paper", "--title", "Made-up names", "--author", "O'Test, Pat", "--author", "Made-up, Inc.",
                 "--year", "2031")  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert paper_of(copy, "otest2031made").authors == ("Pat O'Test", "Made-up, Inc.")


def test_a_paper_of_title_authors_and_year(copy: Path) -> None:
    result = add(
        copy, "paper", "arXiv:9912.55555v3", "--title", "On the made-up costs of $x_i$ & {braces}",
        "--author", "Ada Übel", "--author", "Widget and Co", "--others", "--year", "2024", "--month", "3",
        "--venue", "WidgetConf", "--kind", "inproceedings",
        "--openreview", "MadeUp0099", "--corpus-id", "17", "--url", "https://example.org/x y",
        "--note", "n", "--checked-authors", "a", "--checked-venue", "b", "--id-source", "c", "--verified-with", "d",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert result.stdout == (
        "graph/papers.bib:111: added paper 'ubel2024made'\n"
        "graph/papers.bib:111: warning: 'ubel2024made': a paper that nothing names; use it as evidence, or remove it\n"
    )
    assert paper_of(copy, "ubel2024made") == Paper(
        key="ubel2024made",
        title="On the made-up costs of $x_i$ & {braces}",
        authors=("Ada Übel", "Widget and Co"),
        authors_complete=False,
        year=2024,
        month=3,
        venue="WidgetConf",
        kind="inproceedings",
        arxiv="9912.55555",
        doi=None,
        openreview="MadeUp0099",
        corpus_id=17,
        url="https://example.org/x%20y",
        note="n",
        checks={"authors": "a", "venue": "b", "id": "c", "verified": "d"},
        source=Source("", 0),
    )


def test_fetch_asks_semantic_scholar(copy: Path, tmp_path: Path) -> None:
    stand_in = StandIn()
    stand_in.corpus.add("A made-up study of fetched widgets", arxiv="9912.77777")
    settings = copy / "phengraph.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[refresh]\nseconds_between_requests = 0\n")
    with serving(stand_in) as address:
        environment = {"SEMANTIC_SCHOLAR_API_URL": address, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        result = add(copy, "paper", "9912.77777", "--fetch", "--key", "fetched", environment=environment)
        assert result.returncode == 0, result.stderr
        unknown = add(copy, "paper", "9912.77778", "--fetch", environment=environment)
    paper = paper_of(copy, "fetched")
    assert (paper.title, paper.arxiv) == ("A made-up study of fetched widgets", "9912.77777")
    assert paper.authors and paper.year
    assert paper.checks == {"authors": "Semantic Scholar"}
    assert unknown.returncode == 1
    assert unknown.stderr == (
        "phengraph: Semantic Scholar does not know arxiv:9912.77778; give --title, --author and --year, or --bibtex\n"
    )
