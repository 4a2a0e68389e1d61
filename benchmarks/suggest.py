"""How long suggestions take, and how well claims find their papers by title.

    python benchmarks/suggest.py time [--citations 9000 66000] [--keep DIR]
    python benchmarks/suggest.py titles

`time`: a copy of the shipped graph gets made-up citations straight into its records: titles, sentences and (of every
second paper) abstracts of about the length that real ones have, of made-up words and some words of the claims. Told are
processor seconds, which a busy machine does not stretch as much as the clock. The made-up texts say nothing of how good
the ranking is.

`titles`: the only real labels at hand, the shipped graph: for each claim, the papers that are its evidence are to be
found among all tracked ones, by title alone. Written as labels and measured by `phengraph suggestions --evaluate`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from phengraph.cli.evaluation_forms import as_table
from phengraph.curate import read_graph
from phengraph.dataset import build_dataset
from phengraph.ingest.candidates import paper_values
from phengraph.ingest.files import write_whole
from phengraph.ingest.forms import CITATION, FOLDER
from phengraph.ingest.records import read_citations
from phengraph.model import CitingPaper, Knowledge
from phengraph.project import Project, find_project
from phengraph.quads.citations import TrackedPapers
from phengraph.suggest import rank_records
from phengraph.suggest.evaluate import evaluate_labels
from phengraph.suggest.labels import read_labels
from phengraph.suggest.questions import ask_claims

_CUES = ("however", "in contrast to", "consistent with", "fail to reproduce", "does not improve", "at 7B parameters")
_FILLER = [f"madeup{number}" for number in range(20_000)]
_FREQUENCIES = [1 / (number + 10) for number in range(len(_FILLER))]


def make_records(source: Project, folder: Path, citations: int, *, seed: int = 6) -> Project:
    """A copy of a project with so many made-up citations; citing papers cite one to four of the tracked ones."""
    shutil.copytree(source.graph, folder / "graph")
    shutil.copytree(source.queries, folder / "examples" / "queries")
    (folder / "phengraph.toml").write_text('title = "BENCHMARK: all citations are made up"\n', encoding="utf-8")
    project = Project(folder)
    knowledge = read_graph(project).knowledge
    chance = random.Random(seed)
    keys = sorted(knowledge.papers)
    popularity = [chance.lognormvariate(0, 1) for _ in keys]
    words = _claim_words(knowledge)
    lines: dict[str, list[bytes]] = {key: [] for key in keys}
    made = number = 0
    while made < citations:
        number += 1
        paper = _paper(number, chance, words)
        for key in sorted(set(chance.choices(keys, popularity, k=chance.choice((1, 1, 1, 2, 4))))):
            sentences = [_text(chance, words, chance.randint(15, 40)) for _ in range(chance.choice((0, 1, 1, 2, 3)))]
            values: dict[str, Any] = paper_values(paper) | {
                "contexts": [
                    {"text": text, "intents": [chance.choice(("background", "result"))]} for text in sentences
                ],
                "influential": chance.random() < 0.1,
                "seen": f"2026-{chance.randint(1, 10):02}-{chance.randint(1, 28):02}",
            }
            lines[key].append(CITATION.line({name: values.get(name) for name in CITATION.keys}))
            made += 1
    for key, rows in lines.items():
        if rows:
            path = folder / FOLDER / "citations" / key / "2026-10.jsonl"
            write_whole(path, b"".join(sorted(rows)), path.name)
    return project


def _claim_words(knowledge: Knowledge) -> list[str]:
    return [word for question in ask_claims(knowledge).all for word in question.words]


def _text(chance: random.Random, words: list[str], length: int) -> str:
    chosen = chance.choices(_FILLER, _FREQUENCIES, k=length)
    for _ in range(length // 6):
        chosen[chance.randrange(length)] = chance.choice(words)
    if chance.random() < 0.3:
        chosen[chance.randrange(length)] = chance.choice(_CUES)
    return " ".join(chosen).capitalize() + "."


def _paper(number: int, chance: random.Random, words: list[str]) -> CitingPaper:
    return CitingPaper(
        s2_id=hashlib.sha1(f"made-up {number}".encode()).hexdigest(),
        corpus_id=900_000_000 + number,
        title=f"Made-up citing paper {number}: {_text(chance, words, 9)}",
        authors=("Ada Madeup", "Bea Madeup"),
        year=2026,
        abstract=" ".join(_text(chance, words, 22) for _ in range(8)) if number % 2 else None,
    )


def measure(project: Project) -> Iterator[tuple[str, str]]:
    """What was measured, and its value."""
    start = time.process_time()
    dataset = build_dataset(project, force=True)
    yield "build, with suggestions", f"{time.process_time() - start:.1f} s, {dataset.contents.quads:,} quads"
    knowledge = read_graph(project).knowledge
    start = time.process_time()
    citations = list(read_citations(project))
    yield "reading the records", f"{time.process_time() - start:.1f} s, {len(citations):,} citations"
    start = time.process_time()
    ranking = rank_records(project, knowledge, citations, (), TrackedPapers(knowledge, {}))
    yield "ranking", f"{time.process_time() - start:.1f} s, {len(ranking.gathered.works):,} citing papers"
    for name, mark in (("all as quads need them", False), ("all with marked cues", True)):
        start = time.process_time()
        count = sum(1 for _ in ranking.suggestions(mark=mark))
        yield name, f"{time.process_time() - start:.2f} s for {count:,}"
    start = time.process_time()
    count = sum(1 for _ in ranking.suggestions(limit=20))
    yield "the best twenty", f"{(time.process_time() - start) * 1000:.1f} ms"
    yield "memory at most", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB"


def write_title_labels(project: Project, path: Path) -> None:
    """Labels of `titles`: a line for each evidence, and one for each tracked paper."""
    knowledge = read_graph(project).knowledge
    pairs = sorted({(one.claim, one.paper) for one in knowledge.evidence.values()})
    rows: list[dict[str, Any]] = [
        {
            "claim": claim,
            "paper": {"id": key, "title": knowledge.papers[key].title},
            "cited": knowledge.claims[claim].phenomenon,
            "relevant": True,
        }
        for claim, key in pairs
    ]
    rows += [{"paper": {"id": key, "title": paper.title}} for key, paper in knowledge.papers.items()]
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    timing = commands.add_parser("time", help="processor seconds at several numbers of made-up citations")
    timing.add_argument("--citations", type=int, nargs="+", default=[9_000, 66_000])
    timing.add_argument("--keep", type=Path, help="keep the made-up projects in this folder")
    commands.add_parser("titles", help="nDCG of finding a claim's evidence by title")
    given = parser.parse_args()
    source = find_project(Path())
    with tempfile.TemporaryDirectory() as temporary:
        if given.command == "titles":
            path = Path(temporary) / "titles.jsonl"
            write_title_labels(source, path)
            print(as_table(evaluate_labels(source, read_labels(path))), end="")
            return
        for number in given.citations:
            folder = (given.keep or Path(temporary)) / f"suggest-{number}"
            print(f"\n{number:,} made-up citations", flush=True)
            for name, value in measure(make_records(source, folder, number)):
                print(f"  {name:28} {value}", flush=True)


if __name__ == "__main__":
    main()
