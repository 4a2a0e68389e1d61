"""The knowledge that is shipped in graph/ is in good order, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pybtex.database import BibliographyData, parse_file
from pybtex.richtext import Text

from phengraph.curate import read_graph
from phengraph.model import Knowledge
from phengraph.project import Project

HEADING_LENGTH = 80


@pytest.fixture(scope="module")
def knowledge(repository: Path) -> Knowledge:
    result = read_graph(Project(repository))
    assert [str(problem) for problem in result.problems] == []
    return result.knowledge


@pytest.fixture(scope="module")
def bibliography(repository: Path) -> BibliographyData:
    return parse_file(str(repository / "graph" / "papers.bib"), "bibtex")


def test_a_second_bibtex_parser_reads_the_same_papers(knowledge: Knowledge, bibliography: BibliographyData) -> None:
    assert sorted(bibliography.entries) == sorted(knowledge.papers)
    for key, entry in bibliography.entries.items():
        paper = knowledge.papers[key]
        assert str(Text.from_latex(entry.fields["title"])) == paper.title
        assert entry.fields["year"] == str(paper.year)
        people = [str(person) for person in entry.persons["author"]]
        assert len(people) == len(paper.authors) + (not paper.authors_complete)


def test_papers_stand_sorted_by_key(repository: Path) -> None:
    keys = re.findall(r"^@\w+\{(.+),$", (repository / "graph" / "papers.bib").read_text(encoding="utf-8"), re.MULTILINE)
    assert keys == sorted(keys)


def test_every_phenomenon_says_what_it_is_and_has_a_claim(knowledge: Knowledge) -> None:
    with_claims = {claim.phenomenon for claim in knowledge.claims.values()}
    for phenomenon in knowledge.phenomena.values():
        prose = re.sub(r"!\[.*?\]\(.*?\)", "", phenomenon.description).strip()
        assert len(re.findall(r"[.?!](?:\s|$)", prose)) >= 2, phenomenon.slug
        assert phenomenon.slug in with_claims


def test_every_claim_has_a_short_heading_and_a_sentence(knowledge: Knowledge) -> None:
    for claim in knowledge.claims.values():
        assert len(claim.label) <= HEADING_LENGTH and not claim.label.endswith("."), claim.slug
        assert claim.text.rstrip().endswith("."), claim.slug


def test_evidence_says_where_it_was_read_unless_from_recall(knowledge: Knowledge) -> None:
    for evidence in knowledge.evidence.values():
        assert evidence.finding.endswith((".", "?", "!")), evidence.name
        assert evidence.checked in ("recall", "paper") or evidence.read_in, evidence.name
