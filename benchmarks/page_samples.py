"""Graphs of 1,000, 10,000 and 50,000 nodes for `page.py`: the shipped knowledge and made-up papers that cite it."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from phengraph.curate import read_graph
from phengraph.dataset import Dataset
from phengraph.model import Citation, CitationCount, CitingPaper, Context
from phengraph.project import Project
from phengraph.quads import CitationQuads, count_quads, derived_quads, knowledge_quads, line_quads
from phengraph.snapshot import Heading, write_snapshot
from phengraph.status import judge_all

_SENTENCES = (
    "However, we find that made-up widget {number} does not follow this rule at larger scale.",
    "Consistent with earlier work, made-up widget {number} grows as a power law of its age.",
    "Made-up widget {number} may depend on the data, which we leave to later work.",
)


def make_dataset(project: Project, nodes: int, folder: Path, *, seed: int = 0) -> Dataset:
    """The project's knowledge with as many made-up citing papers as make `nodes` nodes, in a new folder."""
    knowledge = read_graph(project).knowledge
    base = project.base
    settings = project.settings
    known = sum(map(len, (knowledge.topics, knowledge.phenomena, knowledge.claims, knowledge.papers, knowledge.models)))
    keys = list(knowledge.papers)
    chance = random.Random(seed)
    citing = max(0, nodes - known)
    citations = list(_citations(keys, citing, chance))
    counts = [
        CitationCount(key, f"2026-{month:02}-01", (place % 37 + 1) * month * 3, month)
        for place, key in enumerate(keys)
        for month in (1, 4, 7, 10)
    ]
    quads = chain(
        knowledge_quads(knowledge, base),
        derived_quads(knowledge, judge_all(knowledge, settings.status), counts, base),
        count_quads(counts, knowledge, base),
        line_quads(knowledge, base),
    )
    folder.mkdir(parents=True)
    heading = Heading("f" * 32, base, settings.title, settings.description, None, "main")
    seen = CitationQuads(knowledge, base, {}).of_citations(citations)
    return Dataset(folder, write_snapshot(folder, quads, seen, heading))


def _citations(keys: list[str], citing: int, chance: random.Random) -> Iterator[Citation]:
    """Each citing paper cites one or two tracked ones, a few of which are cited by very many."""
    citers: dict[str, list[int]] = {key: [] for key in keys}
    for number in range(citing):
        # A multiplicative hash spreads the numbers; the power makes the first papers the famous ones.
        spread = (number * 2654435761) % 2**32 / 2**32
        cited = {int(len(keys) * spread**2.2)} | ({number // 3 % len(keys)} if number % 3 == 0 else set())
        for place in sorted(cited):
            citers[keys[place]].append(number)
    for key, numbers in citers.items():
        for number in numbers:
            yield Citation(key, _paper(number), _contexts(number, chance), chance.random() < 0.06, _day(number))


def _paper(number: int) -> CitingPaper:
    return CitingPaper(
        # As random as real ids are, so that the file is as large as a real one.
        s2_id=hashlib.sha1(f"made up {number}".encode()).hexdigest(),
        corpus_id=10_000_000 + number,
        title=f"Made-up paper {number} on widgets and what they do",
        authors=(f"Ada Example{number % 977}", f"Bo Madeup{number % 1013}"),
        year=2020 + number % 7,
    )


def _contexts(number: int, chance: random.Random) -> tuple[Context, ...]:
    if number % 3:
        return ()
    return (Context(chance.choice(_SENTENCES).format(number=number), ("background",)),)


def _day(number: int) -> str:
    return f"2026-{number % 10 + 1:02}-15"
