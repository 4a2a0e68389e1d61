"""The tracked papers: how each is asked for, and whether what came is it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phengraph.identifiers import parse_paper_id
from phengraph.ingest.answers import PaperAnswer
from phengraph.ingest.records import PaperRecord
from phengraph.model import Paper
from phengraph.problems import UnknownIdentifier

_SCHOLAR_PAGE = re.compile(r"https?://(?:www\.)?semanticscholar\.org/(?:[^?#]*/)?([0-9a-f]{40})\Z")
_ANTHOLOGY_PAGE = re.compile(r"https?://(?:www\.)?aclanthology\.org/([A-Za-z0-9.-]+?)(?:\.pdf|/)?\Z")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way to ask for a paper."""

    text: str
    """As the service takes it: `ARXIV:2001.08361`, `DOI:10.1/x`, 40 hexadecimal digits."""
    scheme: str


def spellings(paper: Paper) -> list[Spelling]:
    """The ids that people gave a paper, the most certain first; empty when the service takes none of them.

    A preprint and its published version can be two papers of the service, so both ids are asked for.
    """
    found = []
    if paper.arxiv:
        found.append(Spelling(f"ARXIV:{paper.arxiv}", "arxiv"))
    if paper.doi and not paper.doi.startswith("10.48550/"):
        found.append(Spelling(f"DOI:{paper.doi}", "doi"))
    if paper.corpus_id is not None:
        found.append(Spelling(f"CorpusId:{paper.corpus_id}", "corpusid"))
    if not found and paper.url:
        found += _of_url(paper.url)
    return found


def _of_url(url: str) -> list[Spelling]:
    if match := _SCHOLAR_PAGE.match(url):
        return [Spelling(match[1], "corpusid")]
    if match := _ANTHOLOGY_PAGE.match(url):
        return [Spelling(f"ACL:{match[1]}", "doi")]
    try:
        read = parse_paper_id(url)
    except UnknownIdentifier:
        return []
    names = {"arxiv": "ARXIV", "doi": "DOI", "corpusid": "CorpusId"}
    return [Spelling(f"{names[read.scheme]}:{read.value}", read.scheme)] if read.scheme in names else []


def asked_for(paper: Paper, record: PaperRecord | None) -> list[Spelling]:
    """How to ask for a paper now: by the id that it was found under before, then by those that people gave it."""
    given = spellings(paper)
    if record is None or record.id is None:
        return given
    found = Spelling(record.id, record.found_by or "title")
    others = [Spelling(one, "version") for one, _ in record.other_versions]
    return [found, *others, *given]


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"[$\\{}]", "", title).casefold())


def likeness(first: str, second: str) -> float:
    """How alike two titles are: shared words over all words, 0 to 1.

    >>> likeness("Grokking: a made-up title", "GROKKING. A Made-Up Title"), likeness("One", "Another")
    (1.0, 0.0)
    """
    one, other = set(_words(first)), set(_words(second))
    return len(one & other) / len(one | other) if one and other else 0.0


def _surnames(names: tuple[str, ...]) -> set[str]:
    return {words[-1] for name in names if (words := _words(name))}


def is_same(paper: Paper, found: PaperAnswer) -> bool:
    """Whether a paper found by its title is this one: the title agrees, and year and an author where both are known.

    The year may differ by one: the service may have the published version of a preprint.
    """
    if likeness(paper.title, found.title) < 0.8:
        return False
    checks = []
    if paper.year is not None and found.year is not None:
        checks.append(abs(paper.year - found.year) <= 1)
    if paper.authors and found.authors:
        checks.append(bool(_surnames(paper.authors) & _surnames(found.authors)))
    return bool(checks) and all(checks)
