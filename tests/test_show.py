"""`show`: an entry in the terminal, whole with and without colours, wide and narrow, whatever the data holds."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from phengraph.cli import group
from phengraph.curate import read_graph
from phengraph.naming import find_entry
from phengraph.problems import AmbiguousName, UnknownName
from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"
BASE = "https://example.org/toy/"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the toy project, so that nothing of git is told."""
    root = tmp_path_factory.mktemp("show") / "toy"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns(".phengraph"))
    return root


def show(root: Path, name: str, *, width: int = 80, **environment: str) -> str:
    settings = {"COLUMNS": str(width), "NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm-256color"} | environment
    result: Result = CliRunner().invoke(group, ["--project", str(root), "show", name], env=settings, color=True)
    assert result.exception is None, result.exception
    return result.output


CLAIM = """\
Gadgets do good
claim/gadgets-do-good · about Gadgets emerge (phenomenon/gadget-emergence)

[+|-] CONDITIONAL
  1 team supports (weight 0.6) and 1 contradicts (0.6): the minority has 50 % of the weight, at or above the 25 % line,
  but the two sides speak of disjoint ranges of parameters.
  rule 1; counting votes is weak: read the evidence

A gadget makes a widget faster.

For: 1 team                                                 Against: 1 team
+ Delta 2021 [delta2021scale]                               - Echo 2022 [echo2022small]
  Faster with gadgets, for large widgets.                     Slower with gadgets, for small widgets.
  10B..175B parameters                                        1M..1B parameters
  table 1 · moderate · checked: paper · confidence high       table 2 · moderate · checked: paper · confidence high
  https://arxiv.org/abs/9912.00004                            https://arxiv.org/abs/9912.00005

written in graph/phenomena/gadget-emergence.md:38
"""


def test_a_claim_shows_its_reason_and_both_sides_side_by_side(toy: Path) -> None:
    assert show(toy, "gadgets-do-good", width=120) == CLAIM


def test_below_a_hundred_cells_the_sides_stand_one_under_the_other(toy: Path) -> None:
    lines = show(toy, "gadgets-do-good", width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines.index("For: 1 team") < lines.index("Against: 1 team")


@pytest.mark.parametrize("width", [20, 40, 99, 100, 200])
@pytest.mark.parametrize(
    "name", ["labels-are-text", "odd-characters", "hotel2023odd", "widgetron", "widgets", "sprockets-remember-names"]
)
def test_no_word_is_lost_at_any_width(toy: Path, name: str, width: int) -> None:
    def letters(text: str) -> list[str]:
        return sorted(re.sub(r"\s", "", text))

    # A long word is folded, never cut; side by side the order of the lines is another.
    assert letters(show(toy, name, width=width)) == letters(show(toy, name, width=150))


def test_what_does_not_count_stands_apart(toy: Path) -> None:
    card = show(toy, "sprockets-remember-names")
    assert "[ ] OPEN" in card
    parts = re.split(r"\n\n(?=For|Against|Proposed|Rejected|Retired)", card)
    titles = [part.splitlines()[0] for part in parts[1:]]
    assert titles == [
        "For: 0 teams",
        "Against: 0 teams",
        "Proposed: counts in nothing until somebody has read it",
        "Rejected: counts in nothing",
        "Retired: counts in nothing any more",
    ]
    assert "nothing accepted" in parts[1] and "nothing accepted" in parts[2]
    assert "proposed: supports" in parts[3] and "checked: recall" in parts[3]


def test_a_phenomenon_shows_its_claims_and_notes(toy: Path) -> None:
    card = show(toy, "widget-growth")
    assert card.startswith("Widgets grow (部件增长)\nphenomenon/widget-growth · under ")
    for words in (
        "[++] SUPPORTED",
        "claim/widgets-stop-at-a-thousand",
        "The list says: The exponent is 5.",
        "But: The exponent is 0.5.",
        "Widgetron [widgetron]",
        "https://example.org/figures/widgets%201.png",
    ):
        assert words in card
    assert "![" not in card, "a picture is a link in a terminal"


def test_a_paper_shows_all_it_says_and_the_status_of_each_claim(toy: Path) -> None:
    card = show(toy, "alpha2019widgets", width=100)
    assert "What it says: 3 findings" in card
    assert "+ Widgets grow by a power law claim/widgets-grow-by-a-power-law" in card
    assert "- Widgets stop growing at a thousand claim/widgets-stop-at-a-thousand" in card
    assert card.count("the claim is [") == 3
    assert "Introduces\nWidgetron [widgetron]" in card


def test_a_paper_shows_its_citations_and_the_health_of_the_source(toy: Path, tmp_path: Path) -> None:
    root = tmp_path / "toy"
    shutil.copytree(toy, root, ignore=shutil.ignore_patterns(".phengraph"))
    records = root / "ingest" / "semanticscholar"
    (records / "counts").mkdir(parents=True)
    (records / "counts" / "alpha2019widgets.jsonl").write_text(
        '{"date": "2026-01-05", "citations": 1200, "influential": 9}\n'
        '{"date": "2026-02-05", "citations": 1234, "influential": 10}\n',
        encoding="utf-8",
    )
    row = {"key": "alpha2019widgets", "id": "a" * 40, "health": "incomplete"}
    (records / "papers.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    card = show(root, "alpha2019widgets")
    assert "cited 1,234 times (10 influential) on 2026-02-05 · +34 since 2026-01-05" in card
    assert "not all of its citations are recorded" in card


def test_a_model_shows_its_normalization_and_what_was_tested_on_it(toy: Path) -> None:
    card = show(toy, "widgetron")
    assert "Normalization: pre-norm, RMSNorm · placement: pre-norm" in card
    assert "Tested on it: 1 finding" in card
    assert "Widgets grow by a power law (claim/widgets-grow-by-a-power-law)" in card


def test_an_evidence_shows_its_claim(toy: Path) -> None:
    assert show(toy, "gadgets-do-good.echo2022small", width=120) == CLAIM


def test_colours_are_for_terminals_and_say_nothing_alone(toy: Path) -> None:
    coloured = show(toy, "gadgets-do-good", width=120, FORCE_COLOR="1")
    assert "\x1b[1;36m[+|-] CONDITIONAL" in coloured
    plain = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert re.sub(r" +$", "", plain, flags=re.M) == CLAIM
    assert "\x1b[1;36m" not in show(toy, "gadgets-do-good", width=120, FORCE_COLOR="1", NO_COLOR="1")


def test_control_characters_of_the_data_never_reach_the_terminal(toy: Path, tmp_path: Path) -> None:
    root = tmp_path / "toy"
    shutil.copytree(toy, root, ignore=shutil.ignore_patterns(".phengraph"))
    place = root / "graph" / "phenomena" / "gadget-emergence.md"
    text = place.read_text(encoding="utf-8")
    # What the check refuses in a file can still be written as an escape in YAML.
    hostile = r'"\e[2J\x9b31m\a\u202egadgets [bold]not bold[/bold] :smile:"'
    place.write_text(text.replace("Faster with gadgets, for large widgets.", hostile), encoding="utf-8")
    result = CliRunner().invoke(group, ["--project", str(root), "show", "gadgets-do-good"], env={"COLUMNS": "150"})
    if result.exception is None:
        shown = result.output
        assert "[bold]not bold[/bold] :smile:" in shown
    else:
        shown = str(result.exception)
    assert not set(shown) & set("\x1b\x9b\x07\u202e")


def test_a_terminal_without_a_letter_gets_a_question_mark(toy: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "latin-1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "phengraph", "--project", str(toy), "show", "odd-characters"]
    done = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert b'Odd characters: <i>d\xe9j\xe0 vu</i> & "??" ? (?????)\n' in done.stdout
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("gadgets-do-good", ("claim", "gadgets-do-good")),
        ("Gadgets-Do-Good", ("claim", "gadgets-do-good")),
        (" gadgets-do-good ", ("claim", "gadgets-do-good")),
        ("claim/gadgets-do-good", ("claim", "gadgets-do-good")),
        ("claim:GADGETS-do-good", ("claim", "gadgets-do-good")),
        (BASE + "claim/gadgets-do-good", ("claim", "gadgets-do-good")),
        ("gadgets do good", ("claim", "gadgets-do-good")),
        ("graph/phenomena/widget-growth.md", ("phenomenon", "widget-growth")),
        ("WIDGETRON", ("model", "widgetron")),
        ("Sprocket «nano» Ünit", ("model", "sprocket.nano")),
        ("Alpha2019Widgets", ("paper", "alpha2019widgets")),
        ("https://arxiv.org/abs/9912.00002v3", ("paper", "bravo2020gadgets")),
        ("10.5555/MADE-UP.1", ("paper", "alpha2019widgets")),
        ("widgets", ("topic", "widgets")),
    ],
)
def test_an_entry_is_found_by(text: str, found: tuple[str, str]) -> None:
    assert find_entry(read_graph(Project(TOY)).knowledge, BASE, text) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("gadgets-do-god", "no entry named 'gadgets-do-god'; did you mean 'gadgets-do-good'?"),
        ("claim/gadgets-do-god", "no claim named 'gadgets-do-god'; did you mean 'gadgets-do-good'?"),
        ("paper/gadgets-do-good", "no paper named 'gadgets-do-good'"),
        ("thousand", "no entry named 'thousand'; did you mean 'widgets-stop-at-a-thousand'?"),
        ("", "no entry named ''"),
        ("9912.99999", "no entry named '9912.99999'"),
    ],
)
def test_an_unknown_name_gets_the_nearest(text: str, message: str) -> None:
    with pytest.raises(UnknownName) as failed:
        find_entry(read_graph(Project(TOY)).knowledge, BASE, text)
    assert str(failed.value) == message


def test_a_name_of_two_entries_is_not_guessed(toy: Path, tmp_path: Path) -> None:
    root = tmp_path / "toy"
    shutil.copytree(toy, root, ignore=shutil.ignore_patterns(".phengraph"))
    models = root / "graph" / "models.yaml"
    text = models.read_text(encoding="utf-8").replace("  gadgetor-2:", "  widget-growth:")
    models.write_text(text, encoding="utf-8")
    for path in (root / "graph" / "phenomena").glob("*.md"):
        path.write_text(path.read_text(encoding="utf-8").replace("gadgetor-2", "widget-growth"), encoding="utf-8")
    known = read_graph(Project(root)).knowledge
    with pytest.raises(AmbiguousName) as failed:
        find_entry(known, BASE, "widget-growth")
    assert str(failed.value) == (
        "'widget-growth' is the name of phenomenon/widget-growth and model/widget-growth; write one of these in full"
    )
    assert find_entry(known, BASE, "model/widget-growth") == ("model", "widget-growth")
