"""Which paper of papers.bib a suggested one is: by its ids, else by its title. Asked at each key, so by index."""

from __future__ import annotations

from collections.abc import Iterable

from phengraph.curate.newpaper import title_letters
from phengraph.model import Paper

_IDS = ("arxiv", "doi", "openreview", "corpus_id")


class KnownPapers:
    """The papers of a project, those included that are decided on and not yet written."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._by_key: dict[str, Paper] = {}
        self._by_id: dict[tuple[str, object], str] = {}
        self._by_title: dict[str, str] = {}
        for paper in papers:
            self.add(paper)

    def __getitem__(self, key: str) -> Paper:
        return self._by_key[key]

    @property
    def by_key(self) -> dict[str, Paper]:
        """Not to be changed."""
        return self._by_key

    def add(self, paper: Paper) -> None:
        self._by_key[paper.key] = paper
        for pair in _ids(paper):
            self._by_id.setdefault(pair, paper.key)
        if title := title_letters(paper.title):
            self._by_title.setdefault(title, paper.key)

    def remove(self, key: str) -> None:
        """Forget a paper that was added; nothing when it is not there."""
        paper = self._by_key.pop(key, None)
        if paper is None:
            return
        for pair in _ids(paper):
            if self._by_id.get(pair) == key:
                del self._by_id[pair]
        title = title_letters(paper.title)
        if self._by_title.get(title) == key:
            del self._by_title[title]

    def find(self, paper: Paper) -> Paper | None:
        """The paper that is this one; a common title alone does not make one where an id says otherwise."""
        for pair in _ids(paper):
            if pair in self._by_id:
                return self._by_key[self._by_id[pair]]
        key = self._by_title.get(title_letters(paper.title))
        if key is None:
            return None
        other = self._by_key[key]
        mine, theirs = dict(_ids(paper)), dict(_ids(other))
        return None if any(mine[name] != theirs[name] for name in mine.keys() & theirs.keys()) else other


def _ids(paper: Paper) -> list[tuple[str, object]]:
    return [(name, value) for name in _IDS if (value := getattr(paper, name)) is not None]
