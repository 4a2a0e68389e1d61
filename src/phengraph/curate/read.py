"""Reading what people wrote: the files of graph/ to knowledge, and every problem in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from phengraph.curate.bibtex import read_papers
from phengraph.curate.phenomena import PhenomenonEntries, read_phenomenon
from phengraph.curate.register import Register
from phengraph.curate.source import read_source
from phengraph.curate.tables import MODELS_FILE, TOPICS_FILE, TopicEntries, read_models, read_topics
from phengraph.model import Claim, Evidence, Knowledge, Note, Phenomenon
from phengraph.problems import Problem, Severity, sort_problems
from phengraph.project import Project

PAPERS_FILE = "papers.bib"


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What the files of graph/ say, and what is wrong with them.

    With an error among the problems the knowledge has holes: what could not be read is left out.
    """

    knowledge: Knowledge
    problems: list[Problem]
    """By file, line and column."""


def read_graph(project: Project, *, changed: Mapping[str, bytes] | None = None) -> ReadResult:
    """Read all that people wrote in `graph/`: topics.yaml, models.yaml, papers.bib and phenomena/*.md.

    Never raises for what the files hold: every mistake is a problem with its place, and reading goes on.

    Args:
        changed: contents by path (`graph/papers.bib`), to be read in place of what the disk has: an edit that is not
            written yet.

    Raises:
        SettingsError: phengraph.toml is not what it should be.
    """
    changed = changed or {}
    problems: list[Problem] = []
    register = Register(problems)
    if not project.graph.is_dir():
        mend = "make it, or start a project with `phengraph init DIR`"
        return ReadResult(Knowledge(), [Problem("graph", 0, 0, Severity.ERROR, "the folder is missing", mend)])
    sources = {}
    for kind, name in (("paper", PAPERS_FILE), ("topic", TOPICS_FILE), ("model", MODELS_FILE)):
        sources[kind] = read_source(project, project.graph / name, problems, changed)
        if sources[kind] is None:
            register.knows_nothing(kind)
    papers = read_papers(sources["paper"], register, problems) if sources["paper"] else {}
    topics = read_topics(sources["topic"], register, problems) if sources["topic"] else TopicEntries()
    models = read_models(sources["model"], register, problems) if sources["model"] else {}
    files: list[PhenomenonEntries] = []
    for path in _phenomenon_files(project, problems, changed):
        if source := read_source(project, path, problems, changed):
            files.append(read_phenomenon(source, register, problems))  # noqa: PERF401 - one file in memory at a time
    phenomena = _in_order([file.phenomenon for file in files if file.phenomenon], list(topics.topics))
    by_slug = {file.phenomenon.slug: file for file in files if file.phenomenon}
    ordered = [by_slug[phenomenon.slug] for phenomenon in phenomena]
    # Claims of a file whose head is broken have no phenomenon to be shown under, and are left out with it.
    claims: list[Claim] = [claim for file in ordered for claim in file.claims]
    evidence: list[Evidence] = [row for file in ordered for row in file.evidence]
    notes: list[Note] = [*topics.notes, *(note for file in ordered for note in file.notes)]
    knowledge = Knowledge(
        topics=topics.topics,
        phenomena={phenomenon.slug: phenomenon for phenomenon in phenomena},
        claims={claim.slug: claim for claim in claims},
        evidence={row.name: row for row in evidence},
        papers=papers,
        models=models,
        notes={note.slug: note for note in notes},
        source_list=topics.source_list,
    )
    return ReadResult(knowledge, sort_problems(problems))


def _phenomenon_files(project: Project, problems: list[Problem], changed: Mapping[str, bytes]) -> list[Path]:
    folder = project.phenomena
    if not folder.is_dir():
        mend = "make it; each phenomenon is one file in it"
        problems.append(Problem(project.relative(folder), 0, 0, Severity.ERROR, "the folder is missing", mend))
        return []
    try:
        there = list(folder.iterdir())
    except OSError as error:
        message = f"the folder cannot be read ({error.strerror})"
        problems.append(Problem(project.relative(folder), 0, 0, Severity.ERROR, message, "mend its permissions"))
        return []
    files = []
    new = (path for path in map(project.root.joinpath, changed) if path.parent == folder)
    for path in sorted({*there, *new}):
        if path.name.startswith(".") or path.name == "README.md":
            continue
        if not path.name.isprintable():
            # Controls, or bytes that are no UTF-8: neither shown nor made part of an IRI.
            place = f"{project.relative(folder)}/{path.name.encode('utf-8', 'replace').decode('utf-8')}"
            mend = "name it in lower-case words joined by hyphens"
            problems.append(Problem(place, 0, 0, Severity.ERROR, "a file name that cannot be shown", mend))
        elif path.suffix == ".md":
            files.append(path)
        else:
            meant = path.suffix.casefold() in (".md", ".markdown", ".mdown", ".mdx", ".txt")
            severity = Severity.ERROR if meant else Severity.WARNING
            mend = "a phenomenon is graph/phenomena/SLUG.md; move or rename it"
            problems.append(Problem(project.relative(path), 0, 0, severity, "this is not read", mend))
    return files


def _in_order(phenomena: list[Phenomenon], topics: list[str]) -> list[Phenomenon]:
    """By topic as topics.yaml has them, then by the list's number (those without last), then by slug."""
    position = {slug: index for index, slug in enumerate(topics)}

    def key(phenomenon: Phenomenon) -> tuple[int, bool, list[int], str]:
        number = [int(digits) for digits in re.findall(r"\d{1,9}", phenomenon.list_number or "")]
        return position.get(phenomenon.topic, len(position)), not number, number, phenomenon.slug

    return sorted(phenomena, key=key)
