"""A new paper for papers.bib: from BibTeX, from a record of Semantic Scholar, or from what a person says; its key, and
whether it is here already.

Metadata that machines made holds odd characters. Those that no entry may hold are taken out here, and told; everything
else is kept as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from bibtexparser.model import Entry, ParsingFailedBlock

from phengraph.curate.bibtex import split_bibliography
from phengraph.curate.fields import PaperFields
from phengraph.curate.insert import EditRefused
from phengraph.curate.source import REFUSED, clean_text, describe_character
from phengraph.identifiers import PaperId, make_slug, normalize_arxiv, normalize_doi
from phengraph.model import Paper, Source
from phengraph.problems import Problem, Severity

# Too common at the start of a title to tell a paper by.
_SMALL_WORDS = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "do", "does", "for", "from", "how", "in", "is", "it", "its", "of", "on"}
    | {"the", "to", "towards", "what", "why", "with"}
)


def paper_from_bibtex(text: str) -> tuple[Paper, list[str]]:
    """The paper of a BibTeX text with one entry, and what was taken out of it.

    Raises:
        EditRefused: it is no BibTeX, has no entry or several, or a field is wrong; the message says which.

    >>> paper_from_bibtex("@misc{a, title={Made-up}, author={Bo Bravo 0001}, year={2020}}")[0].authors
    ('Bo Bravo',)
    """
    removed = removed_characters(text, "the BibTeX")
    text = REFUSED.sub(" ", text.replace("\r\n", "\n").removeprefix("\ufeff"))
    blocks = split_bibliography(text).blocks
    entries = [block for block in blocks if isinstance(block, Entry)]
    broken = [block for block in blocks if isinstance(block, ParsingFailedBlock)]
    if broken or not entries:
        raise EditRefused("the BibTeX does not parse; give one whole entry, `@article{key, title = {...}, ...}`")
    if len(entries) > 1:
        raise EditRefused(f"the BibTeX has {len(entries)} entries; give one at a time")
    problems: list[Problem] = []
    paper = PaperFields(entries[0], "BibTeX", text.split("\n"), problems).paper()
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors or paper is None:
        raise EditRefused(str(errors[0]) if errors else "the BibTeX is not understood; give --title, --author, --year")
    # DBLP tells people of one name apart by a number behind it.
    authors = tuple(re.sub(r" \d{4}\Z", "", name) for name in paper.authors)
    return replace(paper, authors=authors), removed


def paper_from_record(raw: Mapping[str, Any]) -> Paper:
    """The paper of a record of Semantic Scholar; what it does not have or has in another form is left out."""
    ids = raw.get("externalIds")
    ids = ids if isinstance(ids, dict) else {}
    authors = raw.get("authors")
    names = [row.get("name") for row in authors if isinstance(row, dict)] if isinstance(authors, list) else []
    date = re.match(r"(\d{4})-(\d{2})", str(raw.get("publicationDate") or ""))
    year = raw.get("year")
    arxiv = normalize_arxiv(str(ids.get("ArXiv") or ""))
    doi = normalize_doi(str(ids.get("DOI") or ""))
    venue = clean_text(str(raw.get("venue") or ""))
    corpus = ids.get("CorpusId") or raw.get("corpusId")
    return Paper(
        key="",
        title=clean_text(str(raw.get("title") or "")),
        authors=tuple(name for name in (clean_text(text) for text in names if isinstance(text, str)) if name),
        authors_complete=True,
        year=year if isinstance(year, int) and 1500 <= year <= 2099 else int(date[1]) if date else None,
        month=int(date[2]) if date and 1 <= int(date[2]) <= 12 else None,
        # To Semantic Scholar arXiv is a venue.
        venue=None if venue.casefold() in ("", "arxiv.org", "arxiv") else venue,
        kind="misc",
        arxiv=arxiv,
        doi=None if doi is None or doi.startswith("10.48550/arxiv.") else doi,
        openreview=None,
        corpus_id=corpus if isinstance(corpus, int) and not isinstance(corpus, bool) else None,
        url=None,
        note=None,
        checks={"authors": "Semantic Scholar"},
        source=Source("", 0),
    )


def with_identifier(paper: Paper, identifier: PaperId) -> Paper:
    """The paper with one identifier more, in the field of its scheme."""
    value = identifier.value
    if identifier.scheme == "corpusid":
        return replace(paper, corpus_id=int(value))
    if identifier.scheme == "arxiv":
        return replace(paper, arxiv=value)
    if identifier.scheme == "doi":
        return replace(paper, doi=value)
    return replace(paper, openreview=value) if identifier.scheme == "openreview" else replace(paper, url=value)


def removed_characters(text: str, what: str) -> list[str]:
    """A sentence for each kind of character that is taken out of a text before it is kept.

    >>> removed_characters("made\\x85up", "the title")
    ['took U+0085 NEXT LINE out of the title']
    """
    read = text.replace("\r\n", "\n").removeprefix("\ufeff")
    found = dict.fromkeys(match.group() for match in REFUSED.finditer(read))
    return [f"took {describe_character(character)} out of {what}" for character in found]


def make_key(paper: Paper, taken: Collection[str]) -> str:
    """A key that nobody has: the first author's surname, the year, and the first telling word of the title.

    >>> record = {"title": "A made-up study of widgets", "authors": [{"name": "Ada Alpha"}], "year": 2021}
    >>> paper = paper_from_record(record)
    >>> make_key(paper, ()), make_key(paper, {"alpha2021made"})
    ('alpha2021made', 'alpha2021madeb')
    """
    surname = make_slug(_surname(paper.authors[0])).replace("-", "") if paper.authors else ""
    words = [word for word in make_slug(paper.title).split("-") if word and word not in _SMALL_WORDS]
    year = str(paper.year) if paper.year else ""
    key = (surname or "anon")[:40] + year + (words[0] if words else "untitled")[:40]
    folded = {one.casefold() for one in taken}
    if key not in folded:
        return key
    # b for the second, z, then aa: there is no end to the papers of one team in one year.
    for number in range(1, 26 * 27):
        first, last = divmod(number, 26)
        suffix = (chr(ord("a") + first - 1) if first else "") + chr(ord("a") + last)
        if key + suffix not in folded:
            return key + suffix
    raise EditRefused(f"every key like '{key}' is taken; choose one with --key")


def _surname(name: str) -> str:
    generations = ("jr", "sr", "ii", "iii", "iv")
    words = [word for word in name.split() if word.casefold().strip(".") not in generations]
    return words[-1] if words else name


def same_paper(paper: Paper, papers: Mapping[str, Paper]) -> tuple[Paper, str] | None:
    """A paper that is this one, and by what it is known to be: an identifier, or the same title."""
    for other in papers.values():
        for field, what in (
            ("arxiv", "arXiv id"),
            ("doi", "DOI"),
            ("openreview", "OpenReview id"),
            ("corpus_id", "corpus id"),
        ):
            value = getattr(paper, field)
            if value is not None and value == getattr(other, field):
                return other, f"{what} {value}"
    title = title_letters(paper.title)
    for other in papers.values():
        if title and title == title_letters(other.title):
            return other, "title"
    return None


def title_letters(title: str) -> str:
    """A title as titles are compared: its letters and digits, in one case."""
    return "".join(character for character in title.casefold() if character.isalnum())
