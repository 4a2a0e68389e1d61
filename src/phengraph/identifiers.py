"""Identifiers of papers, and the IRIs of everything.

One paper has many spellings (`https://arxiv.org/pdf/2203.15556v1`, `arXiv:2203.15556`,
`10.48550/arXiv.2203.15556`); here each becomes one. Slugs and keys are what people write, and an IRI is always the
base IRI, a kind and the slug: `https://w3id.org/phengraph/claim/twenty-tokens-per-parameter`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from phengraph.problems import UnknownIdentifier

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]*\Z")
SLUG_LENGTH_LIMIT = 100

_ARXIV_NEW = re.compile(r"(\d{2})(0[1-9]|1[0-2])\.(\d{4,5})(v[1-9]\d*)?\Z")
_ARXIV_OLD = re.compile(r"([a-z]+(?:-[a-z]+)*)(?:\.[A-Z]{2})?/(\d{2})(0[1-9]|1[0-2])(\d{3})(v[1-9]\d*)?\Z", re.I)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+\Z")
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+)\Z", re.I)
_CORPUS = re.compile(r"(?:corpus\s*id|corpusid|s2cid)\s*:\s*(\d{1,12})\Z", re.I)
_OPENREVIEW = re.compile(r"[A-Za-z0-9_-]{8,14}\Z")
_PLACEHOLDERS = str.maketrans("", "", "​‌‍⁠﻿")


@dataclass(frozen=True, slots=True, order=True)
class PaperId:
    """One identifier of a paper: a scheme (`arxiv`, `doi`, `corpusid`, `openreview`, `url`) and its value."""

    scheme: str
    value: str

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    def __repr__(self) -> str:
        return f"PaperId('{self}')"


def normalize_arxiv(text: str) -> str | None:
    """The arXiv id without its version, or None when the text is none.

    New style since April 2007 (`2203.15556`, five digits since 2015), old style before (`hep-th/9901001`).
    Source: the arXiv identifier scheme, info.arxiv.org/help/arxiv_identifier.html.

    >>> normalize_arxiv("arXiv:2203.15556v2"), normalize_arxiv("math.GT/0309136"), normalize_arxiv("2213.15556")
    ('2203.15556', 'math/0309136', None)
    """
    bare = re.sub(r"\A(?:arxiv)\s*:\s*", "", text.strip(), flags=re.I)
    bare = bare.removesuffix(".pdf")
    if match := _ARXIV_NEW.match(bare):
        year, month, number, _ = match.groups()
        digits = 4 if (int(year), int(month)) < (15, 1) else 5
        return f"{year}{month}.{number}" if len(number) == digits and int(year) >= 7 else None
    if match := _ARXIV_OLD.match(bare):
        archive, year, month, number, _ = match.groups()
        return f"{archive.lower()}/{year}{month}{number}"
    return None


def normalize_doi(text: str) -> str | None:
    """The DOI in lower case without a resolver, or None. DOIs are case-insensitive (DOI Handbook, 2.4).

    >>> normalize_doi("https://doi.org/10.18653/V1/2023.findings-acl.250")
    '10.18653/v1/2023.findings-acl.250'
    """
    bare = re.sub(r"\A(?:https?://(?:dx\.)?doi\.org/|doi\s*:\s*)", "", text.strip(), flags=re.I)
    if "%" in bare:
        bare = unquote(bare)
    bare = bare.translate(_PLACEHOLDERS)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in bare):
        return None
    return bare.lower() if _DOI.match(bare) else None


def parse_paper_id(text: str) -> PaperId:
    """Read one identifier of a paper, in any spelling people paste.

    Versions are dropped: `v2` of an arXiv paper is the same paper. DOIs of arXiv (`10.48550/arXiv.N`) become arXiv
    ids, so that one paper has one id.

    Raises:
        UnknownIdentifier: no known scheme fits; `.text` keeps what was given.

    >>> parse_paper_id("https://arxiv.org/pdf/2203.15556v1")
    PaperId('arxiv:2203.15556')
    >>> parse_paper_id("https://openreview.net/forum?id=XHuQacT6sa6")
    PaperId('openreview:XHuQacT6sa6')
    """
    given = text.strip()
    if doi := normalize_doi(given):
        if (match := _ARXIV_DOI.match(doi)) and (arxiv := normalize_arxiv(match.group(1))):
            return PaperId("arxiv", arxiv)
        return PaperId("doi", doi)
    if arxiv := normalize_arxiv(given):
        return PaperId("arxiv", arxiv)
    if match := _CORPUS.match(given):
        return PaperId("corpusid", str(int(match.group(1))))
    if match := re.match(r"openreview\s*:\s*(\S+)\Z", given, re.I):
        if _OPENREVIEW.match(match.group(1)):
            return PaperId("openreview", match.group(1))
        raise UnknownIdentifier(text, f"'{given}' is no OpenReview id")
    if re.match(r"https?://", given, re.I):
        return _parse_url(text, given)
    raise UnknownIdentifier(
        text, f"'{given[:80]}' is no identifier of a paper; give an arXiv id, a DOI, CorpusId:N or a URL"
    )


def _parse_url(text: str, given: str) -> PaperId:
    try:
        parts = urlsplit(given)
        host = (parts.hostname or "").removeprefix("www.").removeprefix("export.")
    except ValueError as error:
        raise UnknownIdentifier(text, f"'{given[:80]}' is no URL: {error}") from error
    if host == "arxiv.org" and (match := re.match(r"/(?:abs|pdf|html|e-print)/(.+?)/?\Z", parts.path)):
        if arxiv := normalize_arxiv(match.group(1)):
            return PaperId("arxiv", arxiv)
        raise UnknownIdentifier(text, f"'{match.group(1)[:40]}' in the URL is no arXiv id")
    if host == "openreview.net" and (match := re.search(r"(?:\A|&)id=([^&]+)", parts.query)):
        if _OPENREVIEW.match(match.group(1)):
            return PaperId("openreview", match.group(1))
        raise UnknownIdentifier(text, f"'{match.group(1)[:40]}' in the URL is no OpenReview id")
    if host in ("semanticscholar.org", "api.semanticscholar.org") and (
        match := re.search(r"corpusid:(\d+)", parts.path, re.I)
    ):
        return PaperId("corpusid", match.group(1))
    url = safe_url(given)
    if url is None:
        raise UnknownIdentifier(text, f"'{given[:80]}' is no http or https URL")
    return PaperId("url", url)


def safe_url(text: str) -> str | None:
    """The URL, percent-encoded where an IRI must be, when it is http or https with a host; else None.

    >>> safe_url("https://example.org/a b?q=<x>"), safe_url("javascript:alert(1)")
    ('https://example.org/a%20b?q=%3Cx%3E', None)
    """
    stripped = text.strip()
    try:
        parts = urlsplit(stripped)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return None
        parts.port  # noqa: B018 - raises when it is no number
    except ValueError:
        return None
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in stripped):
        return None
    return quote(stripped, safe="!#$%&'()*+,-./:;=?@[]_~" + "".join(c for c in stripped if ord(c) > 0x9F))


def is_slug(text: str) -> bool:
    """Lower-case words of ASCII letters and digits joined by single hyphens, at most 100 characters."""
    return bool(SLUG.match(text)) and len(text) <= SLUG_LENGTH_LIMIT


def is_key(text: str) -> bool:
    """A key of a paper or model: ASCII letters, digits and `_.:+-`, at most 100 characters."""
    return bool(KEY.match(text)) and len(text) <= SLUG_LENGTH_LIMIT


def make_slug(text: str) -> str:
    """A slug from a title: accents folded, everything else a hyphen; `""` when nothing is left.

    >>> make_slug("Grokking: generalization *beyond* overfitting")
    'grokking-generalization-beyond-overfitting'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    ascii_text = folded.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", ascii_text))[:SLUG_LENGTH_LIMIT].strip("-")


def iri(base: str, kind: str, name: str) -> str:
    """The IRI of an entry: base, kind, name, with what an IRI cannot hold percent-encoded.

    >>> iri("https://w3id.org/phengraph/", "claim", "twenty-tokens-per-parameter")
    'https://w3id.org/phengraph/claim/twenty-tokens-per-parameter'
    """
    return f"{base}{kind}/" + quote(name, safe="-._~:+!$&'()*,;=@/")


def iri_name(base: str, kind: str, text: str) -> str | None:
    """The name in an IRI that `iri` made of this kind, or None: the inverse of `iri`."""
    prefix = f"{base}{kind}/"
    return unquote(text[len(prefix) :]) if text.startswith(prefix) else None
