"""`phengraph add paper`: from an arXiv id or DOI, from BibTeX, or from title, authors and year."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from phengraph.cli import adding_common as common

if TYPE_CHECKING:
    from phengraph.identifiers import PaperId
    from phengraph.model import Paper


@click.command("paper")
@click.argument("source", required=False, metavar="[ID|FILE.bib|-]")
@click.option("--bibtex", metavar="TEXT", help="The BibTeX entry itself.")
@click.option("--fetch", is_flag=True, help="Ask Semantic Scholar for title, authors, year and venue of the ID.")
@click.option("--title", help="The title, with $maths$.")
@click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="An author, `First Last`, in order. Again for more."
)
@click.option("--others", is_flag=True, help="There are more authors than those given.")
@click.option("--year", type=click.IntRange(1500, 2099), help="The year of the first public version.")
@click.option("--month", type=click.IntRange(1, 12), help="The month of the first public version.")
@click.option("--venue", help="Where it was published.")
@click.option("--kind", help="BibTeX entry type: article, inproceedings, book, misc.  [default: misc]")
@click.option("--arxiv", metavar="ID", help="Its arXiv id.")
@click.option("--doi", help="Its DOI.")
@click.option("--openreview", metavar="ID", help="Its OpenReview id.")
@click.option("--corpus-id", type=click.IntRange(1), help="Its number at Semantic Scholar.")
@click.option("--url", help="Its address, when it has no identifier.")
@click.option("--note", help="Anything else.")
@click.option("--checked-authors", metavar="HOW", help="How the list of authors was checked.")
@click.option("--checked-venue", metavar="HOW", help="How the venue was checked.")
@click.option("--id-source", metavar="WHERE", help="Where the identifier was seen together with the title.")
@click.option("--verified-with", metavar="WHAT", help="What the record was verified with.")
@click.option("--key", help="Its key.  [default: surname, year and a word of the title: smith2020widgets]")
@common.dry_run
@click.pass_context
def paper(
    ctx: click.Context,
    /,
    *,
    source: str | None,
    bibtex: str | None,
    fetch: bool,
    key: str | None,
    dry_run: bool,
    **given: Any,
) -> None:
    """Add a paper to graph/papers.bib.

    From an arXiv id, a DOI or a URL of either, with --fetch or with --title, --author and --year; or from BibTeX in a
    file, on standard input (-) or in --bibtex. What an option says goes before what the source says.

    \b
    phengraph add paper 2203.15556 --fetch
    phengraph add paper 2203.15556 --title "..." --author "Jordan Hoffmann" --others --year 2022
    phengraph add paper - < entry.bib
    """
    from phengraph.curate.newpaper import make_key

    adding = common.Adding(ctx, dry_run=dry_run)
    found = _read(ctx, adding, source, bibtex, fetch=fetch)
    found = _with_options(ctx, adding, found, given)
    _must_be_new(adding, found)
    if not found.title or not found.authors or found.year is None:
        missing = [
            name
            for name, value in (("title", found.title), ("author", found.authors), ("year", found.year))
            if not value
        ]
        options = ", ".join(f"--{name}" for name in missing)
        raise click.UsageError(f"The paper needs {options}, or --bibtex, or --fetch with an identifier.", ctx)
    adding.write(replace(found, key=key or make_key(found, list(adding.knowledge.papers))))


def _read(ctx: click.Context, adding: common.Adding, source: str | None, bibtex: str | None, *, fetch: bool) -> Paper:
    """The paper as far as the source tells it."""
    from phengraph.curate.newpaper import paper_from_bibtex, paper_from_record, with_identifier
    from phengraph.identifiers import parse_paper_id

    text = _bibtex(ctx, adding, source, bibtex)
    if text is not None:
        if fetch:
            raise click.UsageError("--fetch asks by an identifier; BibTeX says everything itself.", ctx)
        found, removed = paper_from_bibtex(text)
        adding.tell(removed)
        return replace(found, source=common.NOWHERE)
    empty = paper_from_record({})
    if source is None:
        if fetch:
            raise click.UsageError("--fetch needs an arXiv id or DOI.", ctx)
        return replace(empty, checks={})
    identifier = parse_paper_id(source)
    if not fetch:
        return with_identifier(replace(empty, checks={}), identifier)
    return with_identifier(paper_from_record(_fetch(adding, identifier)), identifier)


def _bibtex(ctx: click.Context, adding: common.Adding, source: str | None, bibtex: str | None) -> str | None:
    """The text of the BibTeX that was given, or None when none was."""
    from phengraph.curate.insert import EditRefused

    if bibtex is not None:
        if source is not None:
            raise click.UsageError("Give BibTeX by --bibtex or by a file, not both.", ctx)
        return bibtex
    if source is not None and source.lstrip().startswith("@"):
        return source
    limit = adding.project.settings.limits.file_bytes
    try:
        if source == "-":
            content = sys.stdin.buffer.read(limit + 1)
        elif source is not None and (source.endswith(".bib") or Path(source).is_file()):
            with Path(source).open("rb") as file:
                content = file.read(limit + 1)
        else:
            return None
    except OSError as error:
        raise EditRefused(f"{source} cannot be read ({error.strerror}); give a file of BibTeX") from error
    if len(content) > limit:
        raise EditRefused(f"the BibTeX is too big; at most {limit:,} bytes are read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise EditRefused("the BibTeX is not UTF-8; save it as UTF-8") from error


def _fetch(adding: common.Adding, identifier: PaperId) -> dict[str, Any]:
    from phengraph.curate.insert import EditRefused
    from phengraph.ingest.client import open_client
    from phengraph.ingest.errors import BadRequest

    asked = {"arxiv": "ARXIV", "doi": "DOI", "corpusid": "CorpusId", "url": "URL"}.get(identifier.scheme)
    if asked is None:
        raise EditRefused(f"Semantic Scholar is not asked by {identifier.scheme}; give --title, --author and --year")
    client = open_client(adding.project.settings.refresh)
    try:
        fields = ("title", "authors", "year", "publicationDate", "venue", "externalIds", "corpusId")
        (record,) = client.papers([f"{asked}:{identifier.value}"], fields)
    except BadRequest as refusal:
        if "No valid paper ids" not in refusal.words:
            raise
        record = None
    finally:
        client.close()
    if record is None:
        raise EditRefused(
            f"Semantic Scholar does not know {identifier}; give --title, --author and --year, or --bibtex"
        )
    raw = record.raw_data
    assert isinstance(raw, dict)
    return raw


def _with_options(ctx: click.Context, adding: common.Adding, found: Paper, given: dict[str, Any]) -> Paper:
    """The paper with what the options say in place of what the source says."""
    from phengraph.identifiers import parse_paper_id, safe_url
    from phengraph.names import in_order

    changes: dict[str, Any] = {}
    for field in ("title", "venue", "note"):
        if given[field] is not None:
            changes[field] = adding.line(given[field], f"the {field}")
    if given["authors"]:
        names = [adding.line(name, "the author") for name in given["authors"]]
        changes |= {"authors": tuple(in_order(name) for name in names if name), "authors_complete": not given["others"]}
    elif given["others"]:
        changes["authors_complete"] = False
    for option, field in (("year", "year"), ("month", "month"), ("kind", "kind"), ("corpus_id", "corpus_id")):
        if given[option] is not None:
            changes[field] = given[option]
    for scheme in ("arxiv", "doi", "openreview"):
        if given[scheme] is not None:
            text = f"openreview:{given[scheme]}" if scheme == "openreview" else given[scheme]
            identifier = parse_paper_id(text)
            if identifier.scheme != scheme:
                raise click.BadParameter(f"'{given[scheme]}' is a {identifier.scheme}.", ctx, param_hint=f"--{scheme}")
            changes[scheme] = identifier.value
    if given["url"] is not None:
        changes["url"] = safe_url(given["url"])
        if changes["url"] is None:
            raise click.BadParameter("it is no http or https URL.", ctx, param_hint="--url")
    checks = dict(found.checks)
    for option, name in (
        ("checked_authors", "authors"),
        ("checked_venue", "venue"),
        ("id_source", "id"),
        ("verified_with", "verified"),
    ):
        if given[option] is not None:
            checks[name] = adding.line(given[option], f"--{option.replace('_', '-')}") or ""
    return replace(found, checks=checks, **changes)


def _must_be_new(adding: common.Adding, found: Paper) -> None:
    from phengraph.curate.insert import EditRefused
    from phengraph.curate.newpaper import same_paper

    same = same_paper(found, adding.knowledge.papers)
    if same is not None:
        other, what = same
        place = f"{other.source.path}:{other.source.line}"
        raise EditRefused(f"the paper is here already: '{other.key}' ({place}) has the same {what}; use that key")
