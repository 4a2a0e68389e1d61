"""The product offline, with made-up citations: a copy of the shipped project, refreshed against the stand-in.

Nothing of it comes near the shipped records: the copy lives in a folder of its own, and says in its title that its
citations are made up.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from phengraph.model import Knowledge, Paper

from .corpus import Corpus

LABEL = "phengraph DEMO: all citations here are made up"
_COPIED = ("graph", "phengraph.toml", "examples")


def copy_project(source: Path, target: Path) -> None:
    """A copy of a project without its records, labelled as a demonstration."""
    # What an earlier demonstration left is not what this one shows.
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for name in _COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        elif (source / name).is_file():
            shutil.copyfile(source / name, target / name)
    settings = target / "phengraph.toml"
    text = re.sub(r"(?m)^(title|description)\s*=.*$", "", settings.read_text(encoding="utf-8"))
    heading = f'title = "{LABEL}"\ndescription = "Citations, counts and citing papers of this copy are invented."\n'
    settings.write_text(heading + text, encoding="utf-8")
    # So that who makes a repository of the copy, to try the review, does not commit its cache.
    (target / ".gitignore").write_text(".phengraph/\n", encoding="utf-8")


def made_up_citations(
    corpus: Corpus,
    papers: list[Paper],
    *,
    mean: int = 25,
    seed: int = 17,
    claims: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Give the service these papers under their real ids, and invent who cites them.

    Few papers have many citations and many have few, as in life; some cite several of the tracked papers. With claims,
    by key of the paper, some of the invented sentences speak of them, so that there is something to suggest.
    """
    chance = random.Random(seed)
    for paper in papers:
        made = corpus.add(
            paper.title,
            year=paper.year,
            authors=paper.authors,
            arxiv=paper.arxiv,
            doi=paper.doi,
            venue=paper.venue or "",
        )
        corpus.claims[made] = list((claims or {}).get(paper.key, ()))
    for paper_id in list(corpus.papers):
        amount = min(400, int(chance.lognormvariate(0, 1) * mean))
        corpus.cite(paper_id, chance.sample(range(4000), amount))


def claims_of_papers(knowledge: Knowledge) -> dict[str, list[str]]:
    """The headings of the claims that each paper is evidence for, by key."""
    found: dict[str, list[str]] = {}
    for one in knowledge.evidence.values():
        found.setdefault(one.paper, []).append(knowledge.claims[one.claim].label)
    return found


def a_week_later(corpus: Corpus, *, seed: int = 18) -> None:
    """What a week brings: some papers are cited anew, one of them often, and one citation goes."""
    chance = random.Random(seed)
    ids = list(corpus.papers)
    for paper_id in chance.sample(ids, max(1, len(ids) // 15)):
        corpus.cite(paper_id, chance.sample(range(4000, 6000), chance.randint(1, 6)))
    corpus.cite(ids[0], range(6000, 6014))
    if corpus.citations(ids[-1]):
        corpus.uncite(ids[-1], corpus.citations(ids[-1])[0].citing)
