"""The made-up corpus: papers that are plainly invented, and who cites whom.

A citing paper is a function of its number (`Made-up paper 1734 on widgets`), so a corpus of a million citations holds
only edges. Papers that tests track are added by hand, with the identifiers that they need.
"""

from __future__ import annotations

import bisect
import datetime
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

FIRST_DAY = datetime.date(2020, 1, 1)
LAST_DAY = datetime.date(2026, 11, 20)
_DAYS = (LAST_DAY - FIRST_DAY).days
THINGS = ("widgets", "gadgets", "gizmos", "doodads", "sprockets", "thingamajigs", "whatsits", "doohickeys")
INTENTS = ("background", "methodology", "result")
FIELDS = ("Computer Science", "Mathematics", "Linguistics")


def digest(text: str) -> bytes:
    return hashlib.sha1(text.encode()).digest()


@dataclass(slots=True)
class MadeUpPaper:
    """One paper of the corpus. `paper_id` is 40 hexadecimal digits, as the service's are."""

    paper_id: str
    corpus_id: int
    title: str
    year: int | None
    date: str | None
    authors: tuple[str, ...]
    arxiv: str | None = None
    doi: str | None = None
    venue: str = ""
    abstract: str | None = None
    tldr: str | None = None
    open_access: str | None = None
    count_offset: int = 0
    """Added to the count that is told: counts and lists do not always agree."""
    has_embedding: bool = True
    references: list[str] = field(default_factory=list)
    """Ids of papers of this corpus that it cites."""


class Edge(NamedTuple):
    """One citation. Sorted by its first part, the list is newest first."""

    order: int
    """Minus the ordinal of the citing paper's date (January 1st of its year when only that is known)."""
    citing: str
    """Id of the citing paper; `null-N` for one that the service could not resolve."""
    sentences: int
    influential: bool


@lru_cache(maxsize=60_000)
def made_up_paper(number: int) -> MadeUpPaper:
    """The citing paper of this number, always the same."""
    bits = digest(f"made-up paper {number}")
    thing = THINGS[bits[0] % len(THINGS)]
    day = FIRST_DAY + datetime.timedelta(days=int.from_bytes(bits[1:4], "big") % _DAYS)
    names = tuple(
        f"Made Up Author {int.from_bytes(bits[i : i + 2], 'big') % 5000}" for i in range(4, 4 + bits[4] % 4 + 1)
    )
    return MadeUpPaper(
        paper_id=bits.hex(),
        corpus_id=700_000_000 + number,
        title=f"Made-up paper {number} on {thing}",
        year=day.year,
        date=None if bits[5] % 10 == 0 else day.isoformat(),
        authors=names,
        # No month of arXiv has come near seventy thousand papers.
        arxiv=f"{day:%y%m}.7{number % 10_000:04d}" if bits[6] % 2 else None,
        doi=f"10.99999/madeup.{number}" if bits[7] % 3 == 0 else None,
        venue="Made-up Conference on Widgets" if bits[8] % 2 else "",
        abstract=f"This made-up abstract of paper {number} says nothing true about {thing}. " * (2 + bits[9] % 8),
        tldr=f"Made-up summary of paper {number}: {thing} are invented." if bits[10] % 4 else None,
        open_access=f"https://example.org/madeup/{number}.pdf" if bits[11] % 3 == 0 else None,
    )


_WAYS = (
    "contrary to [{}], we do not find that {}",
    "consistent with [{}], we find that {}",
    "[{}] is said to show that {}",
    "we fail to reproduce [{}], by which {}",
    "at 7B parameters and as in [{}], {}",
)


def sentence(citing: str, cited: str, position: int, claims: Sequence[str] = ()) -> tuple[str, list[str]]:
    """A made-up citing sentence and its intents; one in four speaks of a claim, when there are any."""
    bits = digest(f"{citing} {cited} {position}")
    if claims and bits[5] % 4 == 0:
        claim = claims[bits[6] % len(claims)]
        said = _WAYS[bits[7] % len(_WAYS)].format(bits[2] % 60 + 1, claim[:1].lower() + claim[1:])
        return f"Made-up sentence {position + 1}: in this invented study, {said}.", [INTENTS[bits[3] % 3]]
    thing = THINGS[bits[0] % len(THINGS)]
    verb = ("extend", "repeat", "disagree with", "rely on", "measure", "question")[bits[1] % 6]
    text = f"Made-up sentence {position + 1}: in this invented study we {verb} the {thing} of [{bits[2] % 60 + 1}]."
    return text, [INTENTS[bits[3] % 3]] if bits[4] % 5 else []


class UnknownPaper(KeyError):
    """The corpus has no such paper."""


class Corpus:
    """Papers and citations that tests and the demonstration change as they go."""

    def __init__(self) -> None:
        self.papers: dict[str, MadeUpPaper] = {}
        self._numbers: dict[str, int] = {}
        self._aliases: dict[str, str] = {}
        self._edges: dict[str, list[Edge]] = {}
        self.claims: dict[str, list[str]] = {}
        """Id of a paper -> claims that some of its citing sentences speak of."""
        self.moved: dict[str, str] = {}
        """Ids that were merged into another."""

    # --- papers ---------------------------------------------------------------------------------------------------

    def add(
        self,
        title: str,
        *,
        year: int | None = 2021,
        authors: Iterable[str] = ("Made Up Author 1",),
        arxiv: str | None = None,
        doi: str | None = None,
        corpus_id: int | None = None,
        date: str | None = None,
        venue: str = "Made-up Conference on Widgets",
        paper_id: str | None = None,
    ) -> str:
        """Add a paper and give its id."""
        made = paper_id or digest(f"added {title} {arxiv} {doi}").hex()
        number = corpus_id if corpus_id is not None else 800_000_000 + len(self.papers)
        self.papers[made] = MadeUpPaper(
            paper_id=made,
            corpus_id=number,
            title=title,
            year=year,
            date=date if date is not None else (f"{year}-03-01" if year else None),
            authors=tuple(authors),
            arxiv=arxiv,
            doi=doi,
            venue=venue,
            abstract=f"Made-up abstract: {title}.",
            tldr=f"Made-up summary: {title}.",
        )
        self._alias(self.papers[made])
        self._edges.setdefault(made, [])
        return made

    def _alias(self, paper: MadeUpPaper) -> None:
        self._aliases[f"corpusid:{paper.corpus_id}"] = paper.paper_id
        if paper.arxiv:
            self._aliases[f"arxiv:{paper.arxiv.lower()}"] = paper.paper_id
            self._aliases[f"doi:10.48550/arxiv.{paper.arxiv.lower()}"] = paper.paper_id
        if paper.doi:
            self._aliases[f"doi:{paper.doi.lower()}"] = paper.paper_id

    def forget(self, paper_id: str) -> None:
        """The service loses a paper: its id answers nothing any more."""
        paper = self.papers.pop(paper_id)
        self._edges.pop(paper_id, None)
        for alias in [alias for alias, target in self._aliases.items() if target == paper.paper_id]:
            del self._aliases[alias]

    def merge(self, old: str, new: str) -> None:
        """The service merges `old` into `new`: the old id still answers, with the new paper."""
        paper = self.papers.pop(old)
        edges = {edge.citing: edge for edge in (*self._edges.pop(old), *self._edges[new])}
        self._edges[new] = sorted(edges.values())
        self.moved[old] = new
        for alias, target in self._aliases.items():
            if target == paper.paper_id:
                self._aliases[alias] = new

    def rename(self, old: str) -> str:
        """The service gives a paper a new primary id; the old one still answers."""
        paper = self.papers.pop(old)
        renamed = replace(paper, paper_id=digest(f"renamed {old}").hex())
        self.papers[renamed.paper_id] = renamed
        self._edges[renamed.paper_id] = self._edges.pop(old)
        self.moved[old] = renamed.paper_id
        self._alias(renamed)
        return renamed.paper_id

    def find(self, asked: str) -> MadeUpPaper:
        """The paper of an id in any form that the service takes.

        Raises:
            UnknownPaper: there is none.
        """
        text = asked.strip()
        prefix, _, rest = text.partition(":")
        if text in self.papers or text in self._numbers or text in self.moved:
            found: str | None = text
        elif prefix.lower() == "url":
            tail = rest.rsplit("/", 1)[-1]
            found = self._aliases.get(f"arxiv:{tail.split('v')[0].lower()}")
        elif text.startswith("10."):
            found = self._aliases.get(f"doi:{text.lower()}")
        else:
            found = self._aliases.get(f"{prefix.lower()}:{rest.lower()}")
        while found in self.moved:
            found = self.moved[found]
        if found in self.papers:
            return self.papers[found]
        if found in self._numbers:
            return made_up_paper(self._numbers[found])
        raise UnknownPaper(asked)

    # --- citations ------------------------------------------------------------------------------------------------

    def cite(self, cited: str, numbers: Iterable[int], *, sentences: int | None = None) -> list[str]:
        """The made-up papers of these numbers cite a paper from now on; gives their ids."""
        edges = self._edges.setdefault(cited, [])
        present = {edge.citing for edge in edges}
        added = []
        for number in numbers:
            paper = made_up_paper(number)
            if paper.paper_id in present:
                continue
            self._numbers[paper.paper_id] = number
            bits = digest(f"{number} {cited}")
            amount = sentences if sentences is not None else (0, 1, 1, 2, 3)[bits[0] % 5]
            added.append(Edge(_order(paper), paper.paper_id, amount, bits[1] % 9 == 0))
        self._edges[cited] = sorted([*edges, *added])
        return [edge.citing for edge in added]

    def cite_from(self, cited: str, citing: str, *, sentences: int = 1) -> None:
        """A paper that was added cites another that was added."""
        paper = self.papers[citing]
        paper.references.append(cited)
        bisect.insort(self._edges.setdefault(cited, []), Edge(_order(paper), citing, sentences, False))

    def cite_unresolved(self, cited: str, amount: int) -> None:
        """Citing papers that the service could not resolve: rows without an id."""
        edges = self._edges[cited]
        order = -datetime.date(2023, 1, 1).toordinal()
        edges += [Edge(order, f"null-{position}", 1, False) for position in range(amount)]
        edges.sort()

    def uncite(self, cited: str, citing: str) -> None:
        self._edges[cited] = [edge for edge in self._edges[cited] if edge.citing != citing]

    def give_sentences(self, cited: str, citing: str, sentences: int) -> None:
        """A PDF was read: the citation has sentences now, the count stays."""
        self._edges[cited] = [
            edge._replace(sentences=sentences) if edge.citing == citing else edge for edge in self._edges[cited]
        ]

    def citations(self, cited: str) -> list[Edge]:
        """All citations of a paper, newest first."""
        return self._edges.get(cited, [])

    def citation_count(self, paper: MadeUpPaper) -> int:
        return max(0, len(self.citations(paper.paper_id)) + paper.count_offset)

    def influential_count(self, paper: MadeUpPaper) -> int:
        return sum(edge.influential for edge in self.citations(paper.paper_id))


def _order(paper: MadeUpPaper) -> int:
    day = datetime.date.fromisoformat(paper.date) if paper.date else datetime.date(paper.year or 1900, 1, 1)
    return -day.toordinal()
