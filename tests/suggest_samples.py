"""What tests of suggestions share: the toy project with citations that speak of its claims; all made up."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from repositories import TOY

from phengraph.curate import read_graph
from phengraph.ingest.candidates import paper_values
from phengraph.ingest.forms import CITATION, FOLDER
from phengraph.model import Citation, CitingPaper, Context, Knowledge
from phengraph.project import Project

GROWTH = "widgets-grow-by-a-power-law"
STOP = "widgets-stop-at-a-thousand"


def toy_knowledge() -> Knowledge:
    return read_graph(Project(TOY)).knowledge


def citing_paper(number: int, title: str = "", **values: str | None) -> CitingPaper:
    return CitingPaper(
        s2_id=f"{number:040x}",
        corpus_id=number,
        title=title or f"Made-up paper {number}",
        authors=("Ada Madeup",),
        year=2026,
        abstract=values.get("abstract"),
        tldr=values.get("tldr"),
        arxiv=values.get("arxiv"),
    )


def citation(
    number: int,
    *texts: str,
    cited: str = "alpha2019widgets",
    intents: Sequence[str] = (),
    influential: bool = False,
    seen: str = "2026-09-01",
    removed: str | None = None,
    title: str = "",
    **values: str | None,
) -> Citation:
    contexts = tuple(Context(text, tuple(intents)) for text in texts)
    return Citation(cited, citing_paper(number, title, **values), contexts, influential, seen, removed)


def write_citations(project: Project, citations: Sequence[Citation]) -> None:
    """Write records of citations as the ingester would."""
    lines: dict[Path, list[bytes]] = {}
    for one in citations:
        values = paper_values(one.citing) | {
            "contexts": [{"text": context.text, "intents": list(context.intents)} for context in one.contexts],
            "influential": one.influential,
            "seen": one.seen,
        }
        path = project.root / FOLDER / "citations" / one.cited / f"{one.seen[:7]}.jsonl"
        lines.setdefault(path, []).append(CITATION.line({name: values.get(name) for name in CITATION.keys}))
    for path, rows in lines.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(sorted(rows)))


def toy_project(folder: Path, citations: Sequence[Citation] = (), settings: str = "") -> Project:
    """A copy of the toy project with these records."""
    shutil.copytree(TOY, folder, ignore=shutil.ignore_patterns(".phengraph"))
    if settings:
        path = folder / "phengraph.toml"
        path.write_text(path.read_text(encoding="utf-8") + settings, encoding="utf-8")
    project = Project(folder)
    write_citations(project, citations)
    return project


SPEAKING = (
    citation(1, "Contrary to [3], widgets do not grow by a power law.", intents=("result",), influential=True),
    citation(2, "Widgets were studied before [3]."),
    citation(3, "Consistent with [3], we find that widgets grow as a power law of size.", intents=("result",)),
    citation(4, title="A made-up paper on something else"),
)
"""Two that bear on the growth of widgets, one in passing, one without a word."""
