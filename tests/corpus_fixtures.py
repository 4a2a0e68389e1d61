"""What tests and benchmarks of the corpus share: shards in the shape of the real ones, and a project that tracks some.

Everything is made up, and looks it. The shapes are those of the published sample rows: corpus ids are numbers among the
papers and text among the citations, ids are null, contexts are null, batches overlap, one pair comes twice.
"""

from __future__ import annotations

import contextlib
import gzip
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from phengraph.corpus.fetch import take_corpus
from phengraph.project import Project

RELEASE = "2026-10-06"
NEXT_RELEASE = "2026-10-13"
INTENTS = ("background", "methodology", "result")


def write_shard(path: Path, rows: Iterable[dict[str, Any]], level: int = 6) -> Path:
    """One gzipped JSON Lines file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wb", compresslevel=level) as stream:
        for row in rows:
            stream.write(orjson.dumps(row) + b"\n")
    return path


def citation_row(
    number: int | None,
    citing: int | str | None,
    cited: int | str | None,
    *,
    influential: bool = False,
    contexts: Sequence[str] | None = None,
    intents: Sequence[Any] | None = None,
    updated: str = "2026-09-01T00:00:00.000Z",
) -> dict[str, Any]:
    """A row of the citations dataset; without a number it looks as those of before August 2023."""
    row = {
        "citationid": number,
        "citingcorpusid": None if citing is None else str(citing),
        "citedcorpusid": None if cited is None else str(cited),
        "isinfluential": influential,
        "contexts": contexts,
        "intents": intents,
        "updated": updated,
    }
    if number is None:
        del row["citationid"]
    return row


def paper_sha(corpus_id: int) -> str:
    return f"{corpus_id:040x}"


def paper_row(corpus_id: int, **changes: Any) -> dict[str, Any]:
    """A row of the papers dataset."""
    month, day = corpus_id % 12 + 1, corpus_id % 28 + 1
    year = 2015 + corpus_id % 11
    row = {
        "corpusid": corpus_id,
        "externalids": {"ACL": None, "DBLP": None, "ArXiv": None, "MAG": None, "CorpusId": str(corpus_id), "DOI": None},
        "url": f"https://www.semanticscholar.org/paper/{paper_sha(corpus_id)}",
        "title": f"Made-up paper {corpus_id} on widgets",
        "authors": [{"authorId": str(corpus_id), "name": f"Made Up Author {corpus_id % 97}"}],
        "venue": "Made-up Conference on Widgets" if corpus_id % 3 else "",
        "publicationvenueid": None,
        "year": year,
        "referencecount": 0,
        "citationcount": corpus_id % 50,
        "influentialcitationcount": corpus_id % 5,
        "isopenaccess": False,
        "s2fieldsofstudy": [{"category": "Computer Science", "source": "s2-fos-model"}],
        "publicationtypes": None,
        "publicationdate": None if corpus_id % 7 == 0 else f"{year}-{month:02d}-{day:02d}",
        "journal": None,
        "updated": "2026-08-01T00:00:00.000Z",
    }
    row.update(changes)
    return row


def made_up_citations(amount: int, papers: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Rows of a skewed network: a few papers have most citations, as it is in life.

    About a fifth of the rows have no cited paper, two fifths sentences; one in fifty comes again under its key (an
    overlapping batch, sometimes newer), one in eighty under another key. Which ones is the same for the same seed.
    """
    chance = random.Random(seed)
    sentence = "Made-up sentence {}: in this invented study we extend the widgets of [{}] on gadgets and gizmos."
    for number in range(amount):
        citing = chance.randrange(1, papers + 1)
        # Newer papers have higher numbers and cite older ones, mostly.
        cited = int(papers * chance.random() ** 2.5) + 1
        resolved = chance.random() > 0.2
        contexts = (
            [sentence.format(place, number % 60) for place in range(1 + number % 3)] if chance.random() < 0.4 else None
        )
        intents: list[Any] | None = None
        if contexts and chance.random() < 0.9:
            intents = [[INTENTS[(number + place) % 3]] for place in range(len(contexts))]
        row = citation_row(
            number,
            citing,
            cited if resolved else None,
            influential=chance.random() < 0.06,
            contexts=contexts,
            intents=intents,
        )
        yield row
        if number % 50 == 0:
            yield {**row, "updated": "2026-09-02T00:00:00.000Z", "isinfluential": True} if number % 100 else row
        if number % 80 == 0:
            yield {**row, "citationid": 10**12 + number}


def split(rows: Iterable[dict[str, Any]], folder: Path, shards: int, level: int = 6) -> list[Path]:
    """Rows dealt out to shards."""
    paths = [folder / f"made-up-{place}.gz" for place in range(shards)]
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as open_files:
        streams = [open_files.enter_context(gzip.open(path, "wb", compresslevel=level)) for path in paths]
        for place, row in enumerate(rows):
            streams[place // 1000 % shards].write(orjson.dumps(row) + b"\n")
    return paths


def make_project(root: Path, tracked: dict[str, int], settings: str = "") -> Project:
    """A project that tracks papers by corpus id; one after the other is evidence for the one claim, and against it."""
    (root / "graph" / "phenomena").mkdir(parents=True)
    (root / "phengraph.toml").write_text(
        f'[refresh]\nseconds_between_requests = 0\n[corpus]\nmemory = "1GB"\nkeep_free = "1MB"\n{settings}',
        encoding="utf-8",
    )
    bib = [
        f"@misc{{{key},\n  title = {{Made-up tracked paper {key} on widgets}},\n  author = {{Madeup, Ada}},\n"
        f"  year = {{2020}},\n  corpusid = {{{corpus_id}}}\n}}\n"
        for key, corpus_id in tracked.items()
    ]
    (root / "graph" / "papers.bib").write_text("\n".join(bib), encoding="utf-8")
    (root / "graph" / "topics.yaml").write_text(
        "topics:\n  - slug: made-up-topic\n    label: Made-up topic\n", encoding="utf-8"
    )
    (root / "graph" / "models.yaml").write_text("models: {}\n", encoding="utf-8")
    stances = ("contradicts", "supports")
    evidence = "".join(
        f"  - {stances[place % 2]}: {key}\n    finding: Made-up finding {place}.\n"
        "    locator: abstract\n    checked: abstract\n"
        for place, key in enumerate(tracked, 1)
    )
    (root / "graph" / "phenomena" / "made-up-phenomenon.md").write_text(
        "---\nlabel: Made-up phenomenon\ntopic: made-up-topic\n---\n\nNothing of this is true.\n\n"
        "## Widgets grow when they are looked at\n\nWidgets grow when they are looked at.\n\n"
        f"```yaml\nclaim: widgets-grow\nevidence:\n{evidence}```\n",
        encoding="utf-8",
    )
    return Project(root)


def take(project: Project, source: Path, release: str = RELEASE) -> None:
    """Make shards of a folder the corpus of a project."""
    take_corpus(project, source, release=release)
