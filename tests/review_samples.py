"""Made-up suggestions about the claims of the toy project, and sessions of review without a screen."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.model import CitingPaper, Cue, Passage, Suggestion
from phengraph.project import Project
from phengraph.review.acts import Order, Outcome
from phengraph.review.applying import Applier, Write, write_edit
from phengraph.review.journal import Journal
from phengraph.review.opening import waiting_suggestions
from phengraph.review.session import Session

TOY = Path(__file__).resolve().parent / "toy"
CLAIM = "widgets-grow-by-a-power-law"
OTHER_CLAIM = "widgets-stop-at-a-thousand"
CLAIMS = (CLAIM, OTHER_CLAIM, "sprockets-remember-names", "sprockets-forget-within-ten-turns")
WIDGETS = "graph/phenomena/widget-growth.md"
PAPERS = "graph/papers.bib"
ADA = "graph/decisions/ada-alpha.jsonl"
TODAY = "2026-09-01"
KEY = "iauthor172026made"
"""Of the paper with number 17, when it is new."""
SENTENCE = "In contrast to the made-up paper 1, our widgets do not follow a power law."


def copy_toy(folder: Path) -> Path:
    """A copy of the toy project."""
    return Path(shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns(".phengraph")))


def made_up_suggestion(number: int = 17, *, claim: str = CLAIM, **changes: object) -> Suggestion:
    """A suggestion of a made-up paper with one citing sentence."""
    given: dict[str, object] = {
        "s2_id": f"{number:040x}",
        "corpus_id": 9_000_000 + number,
        "title": f"Made-up paper {number} on widgets",
        # Keys of different letters, so that two clones rarely put a paper between the same two.
        "authors": (f"First {'ABCDEFGHI'[number % 9]}author{number}", "Second Made-up"),
        "year": 2026,
        "date": "2026-08-30",
        "venue": "Journal of Made-up Widgets",
        "doi": f"10.5555/made-up.{number}",
        "abstract": f"We grow {number} made-up widgets. Their size follows no power law at all.",
        **changes,
    }
    cues = Cue(0, 11, "contrast"), Cue(48, 54, "negation")
    passages = given.pop("passages", (Passage(SENTENCE, cues, "citation", "alpha2019widgets"),))
    return Suggestion(
        claim=claim,
        paper=CitingPaper(**given),  # type: ignore[arg-type]
        cites=("alpha2019widgets",),
        origin="citation",
        score=0.8,
        parts=(("words", 0.5), ("cues", 0.3)),
        passages=passages,  # type: ignore[arg-type]
        reads_like=None,
        seen="2026-08-31",
        rule="made-up/1",
    )


def made_up_queue(count: int, *, first: int = 17) -> list[Suggestion]:
    """Suggestions of different papers, each about one claim of the toy project."""
    return [made_up_suggestion(first + number, claim=CLAIMS[number % 2]) for number in range(count)]


@dataclass
class Desk:
    """A session whose orders are applied when `work` is called, in this process."""

    project: Project
    session: Session
    applier: Applier
    asked: list[Order]

    def work(self, *, resume: bool = False) -> list[Outcome]:
        """Apply what was asked, one order at a time, and tell the session."""
        orders, outcomes = list(self.asked), []
        self.asked.clear()
        for order in orders:
            for outcome in self.applier.apply([order], resume=resume):
                self.session.settle(outcome)
                outcomes.append(outcome)
        return outcomes

    def files(self) -> dict[str, bytes]:
        """Every file of graph/ by path."""
        root = self.project.root
        files = (path for path in sorted(self.project.graph.rglob("*")) if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def make_desk(
    folder: Path,
    suggestions: Sequence[Suggestion],
    *,
    curator: str = "Ada Alpha",
    put_off: bool = False,
    write: Write = write_edit,
) -> Desk:
    """A session on a project, as `open_review` makes one, without the writing process."""
    project = Project(folder)
    journal = Journal(project)
    history = journal.read()
    knowledge = read_graph(project).knowledge
    decisions, _ = read_decisions(project)
    asked: list[Order] = []

    def ask(order: Order) -> None:
        journal.ask(order)
        asked.append(order)

    session = Session(
        waiting_suggestions(suggestions, knowledge, decisions, history, put_off=put_off),
        knowledge,
        history,
        curator=curator,
        rule=project.settings.status,
        ask=ask,
        today=lambda: TODAY,
    )
    return Desk(project, session, Applier(project, journal, journal.read(), write), asked)
