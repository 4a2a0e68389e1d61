"""docs/corpus.md tells the columns that the results have."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
from corpus_fixtures import citation_row, make_project, paper_row, split, take

from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.run import NAMES, run_corpus


def test_the_documented_columns_are_those_of_the_results(repository: Path, tmp_path: Path) -> None:
    text = (repository / "docs" / "corpus.md").read_text(encoding="utf-8")
    section = text.split("## Results\n")[1].split("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): re.findall(r"`(\w+)`(?: ([A-Z]+(?:\[\])?))?", row[2]) for row in rows}
    split([citation_row(1, 2, 1)], tmp_path / "source" / "citations", 1)
    split([paper_row(1)], tmp_path / "source" / "papers", 1)
    project = make_project(tmp_path / "project", {"made1up": 1})
    take(project, tmp_path / "source")
    run_corpus(project)
    release = CorpusFolder.of(project).current()
    connection = duckdb.connect()
    found = {}
    for step in NAMES:
        source = f"read_parquet('{release.table(step)}/**/*.parquet', hive_partitioning = true)"
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        found[step] = [
            (name, "" if name == "bucket" else re.sub(r"STRUCT\(.*\)", "STRUCT", kind)) for name, kind, *_ in described
        ]
    assert told == found
