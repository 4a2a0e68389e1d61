"""CSL-JSON: the papers for Zotero, Pandoc and every citation processor.

Source of the names: the CSL 1.0.2 specification and its schema of input, csl-data.json. What CSL has no name for
(our keys of other services, how a record was checked) stands under `custom`, which the schema keeps for that.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bibtexparser.middlewares.names import InvalidNameError, parse_single_name_into_parts

from phengraph.export.formats import Options
from phengraph.export.papers import chosen_papers
from phengraph.model import Paper

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

# BibTeX entry type -> CSL type (CSL 1.0.2, appendix III). A preprint is an `article` there.
_TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "conference": "paper-conference",
    "dataset": "dataset",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "document",
    "mastersthesis": "thesis",
    "online": "webpage",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "software": "software",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
}
_PREPRINT = "article"
# Names with what BibTeX reads, with two spaces, or in the scripts of East Asia, where the family name may be first.
_NOT_SPLIT = re.compile(r"[,{}\\]|\s\s|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")
# A name with one of these words is a group's, which has no family name.
_GROUPS = frozenset({"Collaboration", "Consortium", "Group", "Lab", "Labs", "Project", "Research", "Team", "Workshop"})
_SUFFIXES = frozenset({"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"})
OTHERS = "others"
"""The last author of a cut list, as Pandoc and BibTeX spell `et al.`."""


def export_csljson(dataset: Dataset, options: Options) -> bytes:
    """The papers as a JSON array of CSL items, sorted by key; only those about `options.about` when it is given.

    Raises:
        UnknownName: no entry is named as `options.about`.
    """
    from phengraph.views import read_view

    entries = [csl_entry(paper) for paper in chosen_papers(read_view(dataset), options.about)]
    return (json.dumps(entries, ensure_ascii=False, indent=2) + "\n").encode()


def csl_entry(paper: Paper) -> dict[str, Any]:
    """One paper as a CSL item."""
    entry: dict[str, Any] = {"id": paper.key, "type": _type(paper), "title": paper.title}
    authors = [csl_name(name) for name in paper.authors]
    if not paper.authors_complete:
        authors.append({"literal": OTHERS})
    if authors:
        entry["author"] = authors
    if paper.year is not None:
        entry["issued"] = {"date-parts": [[paper.year] if paper.month is None else [paper.year, paper.month]]}
    if paper.venue:
        entry["container-title"] = paper.venue
    if paper.arxiv:
        entry |= {"publisher": "arXiv", "number": f"arXiv:{paper.arxiv}"}
    if paper.doi:
        entry["DOI"] = paper.doi
    if address := paper.url or paper.link:
        entry["URL"] = address
    if paper.note:
        entry["note"] = paper.note
    custom: dict[str, Any] = {"bibtex-type": paper.kind}
    if paper.openreview:
        custom["openreview"] = paper.openreview
    if paper.corpus_id is not None:
        custom["corpusid"] = paper.corpus_id
    if paper.checks:
        custom["checks"] = {key: paper.checks[key] for key in sorted(paper.checks)}
    entry["custom"] = custom
    return entry


def csl_name(name: str) -> dict[str, str]:
    """A display name in CSL's parts, by BibTeX's rules; a group's, one of one word or with a comma stays whole.

    >>> csl_name("Laurens van der Maaten")
    {'family': 'Maaten', 'given': 'Laurens', 'non-dropping-particle': 'van der'}
    >>> csl_name("OpenAI")
    {'literal': 'OpenAI'}
    """
    words = name.split()
    if _GROUPS.intersection(words):
        return {"literal": name}
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else None
    if len(words) < 2 or words[0].islower() or _NOT_SPLIT.search(name):
        return {"literal": name}
    try:
        parts = parse_single_name_into_parts(" ".join(words))
    except InvalidNameError:
        return {"literal": name}
    caseless = not all(word.islower() for word in parts.von)
    if caseless or not parts.first or not parts.last or [*parts.first, *parts.von, *parts.last] != words:
        return {"literal": name}
    split = {"family": " ".join(parts.last), "given": " ".join(parts.first)}
    if parts.von:
        split["non-dropping-particle"] = " ".join(parts.von)
    if suffix:
        split["suffix"] = suffix
    return split


def _type(paper: Paper) -> str:
    kind = paper.kind.lower()
    venue = (paper.venue or "").casefold()
    if paper.arxiv and (kind == "misc" or "arxiv" in venue or not venue):
        return _PREPRINT
    if kind in _TYPES:
        return _TYPES[kind]
    return "webpage" if paper.url else "document"
