"""How a page says to reference managers what it is about, and how a claim or paper is cited.

The meta tags are those that Google Scholar made common and that Zotero's "Embedded Metadata" translator reads
(github.com/zotero/translators). Its ways decide three things here: a page of a paper has no `description`, which it
would take for the abstract; a semicolon ends the only author, or it would split `van der Maaten, Laurens Jan` at the
comma; and a preprint says so in Zotero's own vocabulary, or it becomes a journal article.
"""

from __future__ import annotations

from collections.abc import Iterator

from phengraph.export.bibtex import braced
from phengraph.export.csljson import csl_entry, csl_name
from phengraph.export.html_prose import plain
from phengraph.latex import encode_latex
from phengraph.model import Claim, Paper
from phengraph.serve.site import Site

_VENUE_TAGS = {
    "article-journal": "citation_journal_title",
    "paper-conference": "citation_conference_title",
    "chapter": "citation_inbook_title",
    "thesis": "citation_dissertation_institution",
    "report": "citation_technical_report_institution",
}


def meta_tags(paper: Paper) -> Iterator[tuple[str, str]]:
    """Names and contents of the page's meta tags, in the order in which arXiv has them."""
    yield "citation_title", paper.title
    names = [_meta_name(name) for name in paper.authors]
    # Of several tags none is split, of one alone a reader may split at the comma unless a semicolon stands there.
    for name in names:
        yield "citation_author", name + ";" if len(names) == 1 and "," in name else name
    if paper.year is not None:
        date = str(paper.year) if paper.month is None else f"{paper.year}/{paper.month:02}"
        yield "citation_publication_date", date
    kind = csl_entry(paper)["type"]
    if kind == "article":
        yield "z:itemType", "preprint"
        yield "citation_publisher", "arXiv"
    elif paper.venue:
        yield _VENUE_TAGS.get(kind, "citation_publisher"), paper.venue
    if paper.doi:
        yield "citation_doi", paper.doi
    if paper.arxiv:
        yield "citation_arxiv_id", paper.arxiv
        yield "citation_pdf_url", f"https://arxiv.org/pdf/{paper.arxiv}"
    if paper.link:
        yield "citation_public_url", paper.link


def _meta_name(name: str) -> str:
    """`Family, Given`; a group's name as it is."""
    parts = csl_name(name)
    if "family" not in parts:
        return name
    family = " ".join(part for part in (parts.get("non-dropping-particle"), parts["family"]) if part)
    given = " ".join(part for part in (parts["given"], parts.get("suffix")) if part)
    return f"{family}, {given}"


def claim_bibtex(site: Site, claim: Claim) -> str:
    """A BibTeX entry of the claim itself, with its permanent address and the state that it is cited in."""
    fields = {
        "title": braced(encode_latex(plain(claim.label))),
        "howpublished": encode_latex(f"{site.view.title}: claim, evidence and status"),
        "url": site.iri("claim", claim.slug),
        "note": f"Data set {site.view.digest[:12]}",
    }
    lines = [f"  {name:<12} = {braced(value)},\n" for name, value in fields.items()]
    return f"@misc{{phengraph-{claim.slug},\n{''.join(lines)}}}\n"


def claim_citation(site: Site, claim: Claim) -> str:
    """The claim cited in plain words."""
    label = plain(claim.label)
    end = "" if label.endswith((".", "?", "!")) else "."
    return f"{label}{end} {site.view.title}, data set {site.view.digest[:12]}. {site.iri('claim', claim.slug)}"


def paper_citation(paper: Paper) -> str:
    """A paper cited in plain words."""
    who = ", ".join(paper.authors) + ("" if paper.authors_complete else " et al.")
    year = str(paper.year) if paper.year is not None else ""
    # Many a venue has its year in its name.
    published = paper.venue if paper.venue and year in paper.venue else ", ".join(filter(None, (paper.venue, year)))
    sentences = (f"{part.removesuffix('.')}." for part in (who, paper.title, published) if part)
    return " ".join([*sentences, *([paper.link] if paper.link else [])])
