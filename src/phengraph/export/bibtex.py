"""BibTeX: the papers for LaTeX, in the dialect that `graph/papers.bib` is read in.

Unicode stays Unicode (biber and every TeX since 2018 read UTF-8); what TeX itself reads is escaped, so that a title
of any characters compiles. `doi`, `url` and identifiers are verbatim fields, as in biblatex. Our own fields
(`checked-authors`, `openreview`, ...) are ignored by BibTeX styles and make the file a whole copy of our records.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from phengraph.export.formats import Options
from phengraph.export.papers import chosen_papers
from phengraph.latex import encode_latex
from phengraph.model import Paper
from phengraph.names import write_authors

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_VENUE_FIELDS = {
    "article": "journal",
    "conference": "booktitle",
    "inbook": "booktitle",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
}
_CHECK_FIELDS = {
    "authors": "checked-authors",
    "venue": "checked-venue",
    "id": "id-source",
    "verified": "verified-with",
}
_AROUND_WORDS = ":;,.?!()[]\"'"
_FIELD_WIDTH = 16


def export_bibtex(dataset: Dataset, options: Options) -> bytes:
    """The papers, sorted by key; only those about `options.about` when it is given.

    Raises:
        UnknownName: no entry is named as `options.about`.
    """
    from phengraph.views import read_view

    return "\n".join(bibtex_entry(paper) for paper in chosen_papers(read_view(dataset), options.about)).encode()


def bibtex_entry(paper: Paper) -> str:
    """One BibTeX entry, a field a line, ending in a newline."""
    fields: dict[str, str | None] = {
        "title": braced(protect_capitals(encode_latex(paper.title))),
        "author": _authors(paper),
        "year": braced(str(paper.year)) if paper.year is not None else None,
        "month": _MONTHS[paper.month - 1] if paper.month is not None else None,
        _VENUE_FIELDS.get(paper.kind.lower(), "howpublished"): _text(paper.venue),
        "eprint": _verbatim(paper.arxiv),
        "archiveprefix": braced("arXiv") if paper.arxiv else None,
        "doi": _doi(paper.doi),
        "url": _verbatim(paper.url),
        "openreview": _verbatim(paper.openreview),
        "corpusid": braced(str(paper.corpus_id)) if paper.corpus_id is not None else None,
        "note": _text(paper.note),
    }
    for key, field in _CHECK_FIELDS.items():
        fields[field] = _text(paper.checks.get(key))
    lines = [f"  {name:<{_FIELD_WIDTH}} = {value},\n" for name, value in fields.items() if value is not None]
    return f"@{paper.kind}{{{paper.key},\n{''.join(lines)}}}\n"


def protect_capitals(tex: str) -> str:
    """A title in TeX, with braces round the words whose capitals a style must not lower; formulas stay.

    >>> print(protect_capitals("LLaMA: Open Language Models and GPT-4 at $2 AB$"))
    {LLaMA}: Open Language Models and {GPT-4} at $2 AB$
    """
    words: list[str] = []
    in_formula = False
    for word in tex.split(" "):
        plain = not in_formula and not re.search(r"[\\{}$]", word)
        words.append(_protect(word) if plain else word)
        in_formula ^= len(re.findall(r"(?<!\\)\$", word)) % 2 == 1
    return " ".join(words)


def braced(tex: str) -> str:
    return "{" + tex + "}"


def _protect(word: str) -> str:
    """The word, in braces when a part has a capital inside (LLaMA), a digit (GPT-4) or is one letter (U-shaped)."""
    bare = word.strip(_AROUND_WORDS)
    parts = bare.split("-")
    if not any(_keeps_case(part, alone=len(parts) == 1) for part in parts):
        return word
    before, _, after = word.partition(bare)
    return before + braced(bare) + after


def _keeps_case(part: str, *, alone: bool) -> bool:
    if not part[:1].isupper():
        return any(character.isupper() for character in part)
    return any(character.isupper() or character.isdigit() for character in part[1:]) or (len(part) == 1 and not alone)


def _authors(paper: Paper) -> str | None:
    if not paper.authors and paper.authors_complete:
        return None
    return braced(write_authors(paper.authors, complete=paper.authors_complete))


def _text(value: str | None) -> str | None:
    return None if value is None else braced(encode_latex(value))


def _verbatim(value: str | None) -> str | None:
    """A field that is not TeX. Braces, which BibTeX would count, are percent-encoded, as addresses allow."""
    return None if value is None else braced(value.replace("{", "%7B").replace("}", "%7D"))


def _doi(value: str | None) -> str | None:
    """A DOI; what BibTeX would read, and the percent sign that encodes it, percent-encoded (DOI Handbook, 2.5.2.4)."""
    return None if value is None else _verbatim(value.replace("%", "%25").replace("\\", "%5C"))
