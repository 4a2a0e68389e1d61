"""The fields of one BibTeX entry to a paper."""

from __future__ import annotations

import re
from types import MappingProxyType

from bibtexparser.model import Entry

from phengraph.curate.source import refused_character
from phengraph.identifiers import normalize_arxiv, normalize_doi, parse_paper_id, safe_url
from phengraph.latex import decode_latex
from phengraph.model import Paper, Source
from phengraph.names import read_authors
from phengraph.problems import Problem, Severity, UnknownIdentifier, nearest

# Our own fields: how the record itself was checked.
CHECK_FIELDS = MappingProxyType(
    {"checked-authors": "authors", "checked-venue": "venue", "id-source": "id", "verified-with": "verified"}
)
# Where a venue may stand, the first that is there counts.
VENUE_FIELDS = ("journal", "journaltitle", "booktitle", "howpublished", "institution", "school", "publisher")
_READ_FIELDS = (
    *("title", "author", "year", "month", "date", "eprint", "archiveprefix", "eprinttype", "doi", "url"),
    *("openreview", "corpusid", "note", *VENUE_FIELDS, *CHECK_FIELDS),
)
# Fields that are well known and not read: near as they may be to one that is, they are no slip.
# fmt: off
_OTHER_FIELDS = frozenset((
    "abstract", "addendum", "address", "annote", "annotation", "bibsource", "biburl", "chapter", "comment",
    "copyright", "crossref", "day", "dates", "edition", "editor", "editors", "eid", "eprintclass", "eventtitle",
    "file", "isbn", "issn", "issue", "keyword", "keywords", "keyworded", "language", "langid", "location", "number",
    "organization", "pages", "pagetotal", "pmid", "primaryclass", "series", "shortjournal", "shorttitle", "subtitle",
    "timestamp", "titleaddon", "translator", "type", "urldate", "urls", "version", "volume",
))
# fmt: on
_MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
_MISSING_COMMA = re.compile(r"[}\"\s][\w-]+\s*=")
_ARXIV_IN_TEXT = re.compile(r"arxiv\s*:\s*([a-z.-]+/\d{7}|\d{4}\.\d{4,5})", re.IGNORECASE)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.", re.IGNORECASE)
_URL_COMMAND = re.compile(r"\\url\{([^{}]*)\}|(https?://\S+)")
_DOCUMENT = re.compile(r"[A-Za-z0-9_-]{8,14}")


class PaperFields:
    """Reads an entry's fields, each problem at the line of its field."""

    def __init__(self, entry: Entry, path: str, lines: list[str], problems: list[Problem]) -> None:
        self._entry = entry
        self._line = (entry.start_line or 0) + 1
        self._path = path
        self._lines = lines
        self._problems = problems
        self._values: dict[str, str] = {}
        self._places: dict[str, int] = {}
        self._failed = False

    def paper(self) -> Paper | None:
        """The paper, or None when a field has an error."""
        self._collect()
        title = self._text("title")
        if title is None and not self._failed:
            self._tell("title", "an entry without a title", "add `title = {...},`")
        authors, complete = self._authors()
        year, month = self._date()
        doi, arxiv = self._identifiers()
        url, venue = self._url(), self._venue()
        paper = Paper(
            key=self._entry.key,
            title=title or "",
            authors=authors,
            authors_complete=complete,
            year=year,
            month=month,
            venue=venue,
            kind=self._entry.entry_type,
            arxiv=arxiv,
            doi=doi,
            openreview=self._openreview(),
            corpus_id=self._corpus_id(),
            url=url,
            note=self._text("note"),
            checks=MappingProxyType(
                {name: text for field, name in CHECK_FIELDS.items() if (text := self._text(field)) is not None}
            ),
            source=Source(self._path, self._line),
        )
        return None if self._failed else paper

    def _collect(self) -> None:
        for field in self._entry.fields:
            name = field.key.casefold()
            if name in self._values:
                self._places[name] = field.start_line + 1
                self._tell(name, f"the field '{name}' stands here twice", "keep one")
                continue
            self._values[name] = str(field.value)
            self._places[name] = field.start_line + 1
            if field.enclosing == "no-enclosing":
                self._bare_value(name, str(field.value))
            if name not in _READ_FIELDS and name not in _OTHER_FIELDS:
                suggestion = nearest(name, _READ_FIELDS) if len(name) < 30 else None
                # Only a near miss of a field that this entry does not have: bibliographies hold all sorts of fields.
                if suggestion and suggestion not in {field.key.casefold() for field in self._entry.fields}:
                    message = f"unknown field '{name}'"
                    self._tell(name, message, f"did you mean '{suggestion}'?", severity=Severity.WARNING)

    def _bare_value(self, name: str, value: str) -> None:
        """A value without braces or quotes: the name of a string that nobody defined, or the trace of a slip."""
        if _MISSING_COMMA.search(value):
            self._tell(name, f"no comma behind '{name}'", "put a comma at the end of the field")
        elif "#" in value:
            self._tell(name, f"'{name}' is put together with #", "write the text out between braces")
        elif name != "month" and name in _READ_FIELDS:
            self._tell(name, f"'{value[:40]}' is no string that @string defines", "put the text between braces")

    def _tell(self, name: str, message: str, mend: str, *, severity: Severity = Severity.ERROR) -> None:
        line = self._places.get(name, self._line)
        column = 1
        if name in self._places and line <= len(self._lines):
            column = self._lines[line - 1].casefold().find(name) + 1
        self._problems.append(Problem(self._path, line, column, severity, message, mend))
        self._failed = self._failed or severity is Severity.ERROR

    def _text(self, name: str) -> str | None:
        value = self._values.get(name)
        if value is None or not value.strip():
            return None
        try:
            text = decode_latex(value)
        except ValueError as error:
            self._tell(name, f"'{name}' has LaTeX that does not parse ({error})", "check its braces and dollars")
            return None
        if refused := refused_character(text):
            self._tell(name, f"'{name}' stands for {refused}", "remove it")
        return text or None

    def _raw(self, name: str) -> str | None:
        """A value that is no prose (an identifier, a URL): only the escapes that BibTeX exporters add are taken off."""
        value = self._values.get(name)
        if value is None or not value.strip():
            return None
        bare = value.strip()
        if match := _URL_COMMAND.fullmatch(bare):
            bare = match.group(1) or match.group(2)
        return re.sub(r"\\([_%&#~{}$])|(?<!\\)[{}]", r"\1", bare)

    def _authors(self) -> tuple[tuple[str, ...], bool]:
        value = self._values.get("author", "")
        if not value.strip():
            if not self._failed:
                self._tell("author", "an entry without authors", "add `author = {...},`", severity=Severity.WARNING)
            return (), True
        try:
            authors, complete = read_authors(value)
        except ValueError as error:
            message, _, mend = str(error).partition("; ")
            self._tell("author", message, mend)
            return (), True
        if refused := refused_character("".join(authors)):
            self._tell("author", f"'author' stands for {refused}", "remove it")
        return authors, complete

    def _date(self) -> tuple[int | None, int | None]:
        date = (self._raw("date") or "").split("/")[0].split("-")
        year_text, month_text = self._raw("year"), self._raw("month")
        year_field = "year" if year_text else "date"
        year_text = year_text or date[0]
        month_text = month_text or (date[1] if len(date) > 1 else None)
        year = month = None
        if not year_text:
            if not self._failed:
                self._tell("year", "an entry without a year", "add `year = {2023},`", severity=Severity.WARNING)
        elif re.fullmatch(r"(?:1[5-9]|20)\d\d", year_text):
            year = int(year_text)
        else:
            self._tell(year_field, f"'{year_text[:30]}' is no year", "write four digits, as in 2023")
        if month_text:
            month = _read_month(month_text)
            if month is None:
                self._tell("month", f"'{month_text[:30]}' is no month", "write jan, feb, ... or 1 to 12")
        return year, month

    def _identifiers(self) -> tuple[str | None, str | None]:
        """DOI and arXiv id; a DOI of arXiv is an arXiv id, so that one paper has one."""
        doi_text, doi = self._raw("doi"), None
        from_doi = None
        if doi_text:
            doi = normalize_doi(doi_text)
            if doi is None:
                self._tell("doi", f"'{doi_text[:60]}' is no DOI", "write 10.NNNN/...")
            elif _ARXIV_DOI.match(doi):
                from_doi, doi = normalize_arxiv(_ARXIV_DOI.sub("", doi)), None
                if from_doi is None:
                    self._tell("doi", f"'{doi_text[:60]}' is no DOI of arXiv", "write 10.48550/arXiv.2203.15556")
        arxiv = self._arxiv() or from_doi
        if from_doi and arxiv != from_doi:
            self._tell("doi", f"the DOI is of arXiv {from_doi}, and 'eprint' says {arxiv}", "keep the right one")
        return doi, arxiv

    def _arxiv(self) -> str | None:
        eprint = self._raw("eprint")
        scheme = (self._raw("archiveprefix") or self._raw("eprinttype") or "").casefold()
        if eprint:
            arxiv = normalize_arxiv(eprint)
            if arxiv is None and scheme in ("arxiv", ""):
                self._tell("eprint", f"'{eprint[:60]}' is no arXiv id", "write 2203.15556 or hep-th/9901001")
            return arxiv if scheme in ("arxiv", "") else None
        # Google Scholar writes the id into the journal, Semantic Scholar and DBLP into the volume.
        journal = self._values.get("journal", "")
        if match := _ARXIV_IN_TEXT.search(journal):
            return normalize_arxiv(match.group(1))
        if journal.strip().casefold() in ("arxiv", "corr"):
            return normalize_arxiv((self._raw("volume") or "").removeprefix("abs/"))
        return self._from_url("arxiv")

    def _from_url(self, scheme: str) -> str | None:
        """The identifier that the page of an archive has in its address."""
        try:
            found = parse_paper_id(self._raw("url") or "")
        except UnknownIdentifier:
            return None
        return found.value if found.scheme == scheme else None

    def _openreview(self) -> str | None:
        value = self._raw("openreview")
        if value is None:
            return self._from_url("openreview")
        if not _DOCUMENT.fullmatch(value):
            self._tell("openreview", f"'{value[:60]}' is no OpenReview id", "write what stands after `forum?id=`")
            return None
        return value

    def _corpus_id(self) -> int | None:
        value = self._raw("corpusid")
        if value is None:
            found = self._from_url("corpusid")
            return int(found) if found else None
        digits = value.casefold().removeprefix("corpusid:").strip()
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= 12):
            self._tell("corpusid", f"'{value[:60]}' is no corpus id", "write the number alone")
            return None
        return int(digits)

    def _url(self) -> str | None:
        value = self._raw("url")
        if value is None:
            published = _URL_COMMAND.fullmatch(self._values.get("howpublished", "").strip())
            return safe_url(published.group(1) or published.group(2)) if published else None
        url = safe_url(value)
        if url is None:
            self._tell("url", f"'{value[:60]}' is no http or https URL", "give the whole URL")
        return url

    def _venue(self) -> str | None:
        for name in VENUE_FIELDS:
            if name == "howpublished" and _URL_COMMAND.fullmatch(self._values.get(name, "").strip()):
                continue
            if venue := self._text(name):
                return venue
        return None


def _read_month(text: str) -> int | None:
    """The month of a word or number; of days of a conference (`23--29 Jul`, `28 Jun - 2 Jul`) the first."""
    bare = text.strip()
    if bare.isdecimal():
        return int(bare) if 1 <= int(bare) <= 12 else None
    for word in re.findall(r"[a-z]+", bare.casefold()):
        for number, name in enumerate(_MONTHS, 1):
            if word in (name, name[:3], name[:4]):
                return number
    return None
