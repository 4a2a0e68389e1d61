"""Short names of papers, as texts cite them: `Hoffmann et al. 2022`, unique among the papers at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from string import ascii_lowercase

from phengraph.export.csljson import csl_name
from phengraph.model import Paper


class CiteLabels:
    """The label of each paper by key; papers that would share one get a letter, in the order of their keys.

    >>> from phengraph.model import Source
    >>> def paper(key, *authors):
    ...     rest = (2024, None, None, "misc", None, None, None, None, None, None, {}, Source("papers.bib", 1))
    ...     return Paper(key, "Made-up paper", authors, True, *rest)
    >>> labels = CiteLabels([paper("b", "Ada Example", "Bo Sample"), paper("a", "Ann Example", "Cy Sample")])
    >>> labels["a"], labels["b"]
    ('Example and Sample 2024a', 'Example and Sample 2024b')
    """

    def __init__(self, papers: Iterable[Paper]) -> None:
        by_label: dict[str, list[str]] = defaultdict(list)
        for paper in sorted(papers, key=lambda paper: paper.key):
            by_label[_label(paper)].append(paper.key)
        self._labels: dict[str, str] = {}
        for label, keys in by_label.items():
            letters = _letters(len(keys)) if len(keys) > 1 else [""]
            self._labels.update((key, label + letter) for key, letter in zip(keys, letters, strict=True))

    def __getitem__(self, key: str) -> str:
        return self._labels.get(key, key)


def _label(paper: Paper) -> str:
    families = [_family(name) for name in paper.authors[:3]]
    if not families:
        return paper.key
    if len(families) == 1 and paper.authors_complete:
        names = families[0]
    elif len(families) == 2 and paper.authors_complete:
        names = " and ".join(families)
    else:
        names = f"{families[0]} et al."
    return names if paper.year is None else f"{names} {paper.year}"


def _family(name: str) -> str:
    parts = csl_name(name)
    particle = parts.get("non-dropping-particle")
    family = parts.get("family") or parts["literal"]
    return f"{particle} {family}" if particle else family


def _letters(number: int) -> list[str]:
    """`a` to `z`, or `aa` to `zz` and so on when there are more."""
    width = 1
    while len(ascii_lowercase) ** width < number:
        width += 1
    return ["".join(letters) for letters, _ in zip(product(ascii_lowercase, repeat=width), range(number), strict=False)]
