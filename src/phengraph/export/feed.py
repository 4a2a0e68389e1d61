"""The Atom feed: what is new about the whole project, or about one phenomenon (`--about`), newest first.

The feed is written by feedgen. Its dates are those of the records and of the commits, never of the run, so the same
checkout gives the same bytes.
"""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from phengraph.export.citing import CiteLabels
from phengraph.export.feed_events import SHOWN_CITATIONS, Event, citations_of, events
from phengraph.export.formats import Options
from phengraph.export.papers import chosen_papers
from phengraph.identifiers import iri
from phengraph.model import Citation, Knowledge
from phengraph.views import View, read_view

if TYPE_CHECKING:
    from phengraph.dataset import Dataset

SHOWN_EVENTS = 100
"""Entries of a feed; older ones fall out, as feeds go."""
_BEGINNING = "1970-01-01T00:00:00Z"
# What XML 1.0 cannot hold.
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def export_feed(dataset: Dataset, options: Options) -> bytes:
    """New citing papers, jumps and falls of counts, and moves of statuses, as Atom (RFC 4287).

    Raises:
        UnknownName: `options.about` names nothing.
    """
    view = read_view(dataset)
    keys = {paper.key for paper in chosen_papers(view, options.about)}
    found = events(dataset, view, keys, _claims_about(view.knowledge, options.about))[:SHOWN_EVENTS]
    feed = FeedGenerator()
    name = f"feed/{quote(options.about, safe='')}" if options.about else "feed"
    feed.id(f"{view.base}{name}")
    feed.title(_fit(_title(view, options.about)))
    feed.subtitle(_fit("New citing papers, counts that jumped, and statuses that moved"))
    feed.author({"name": _fit(view.title) or "phengraph"})
    feed.link({"href": f"{view.base}{name}", "rel": "self", "type": "application/atom+xml"})
    feed.generator("phengraph")
    feed.updated(found[0].moment if found else _BEGINNING)
    labels = CiteLabels(view.knowledge.papers.values())
    for event in found:
        feed.add_entry(_entry(dataset, view, event, labels, f"{view.base}{name}/"), order="append")
    made = feed.atom_str(pretty=True)
    assert isinstance(made, bytes)
    return made


def _fit(text: str) -> str:
    return _UNFIT.sub("", text)


def _title(view: View, about: str | None) -> str:
    if about is None:
        return f"{view.title}: what is new"
    phenomenon = view.knowledge.phenomena.get(about)
    return f"{view.title}: {phenomenon.label if phenomenon else about}"


def _claims_about(knowledge: Knowledge, about: str | None) -> set[str]:
    if about is None:
        return set(knowledge.claims)
    phenomena = {one.slug for one in knowledge.phenomena.values() if about in (one.slug, one.topic)}
    return {claim.slug for claim in knowledge.claims.values() if claim.slug == about or claim.phenomenon in phenomena}


def _entry(dataset: Dataset, view: View, event: Event, labels: CiteLabels, name: str) -> FeedEntry:
    entry = FeedEntry()
    place = "/".join(part for part in (event.kind, event.about, event.moment[:10]) if part)
    entry.id(name + quote(place, safe="/:"))
    moment = datetime.fromisoformat(event.moment).astimezone(UTC)
    entry.updated(moment)
    entry.published(moment)
    title, content = _told(dataset, view, event, labels)
    entry.title(_fit(title))
    entry.content(_fit(content), type="html")
    kind = "claim" if event.kind == "status" else "paper"
    entry.link(href=iri(view.base, kind, event.about) if event.about else view.base)
    entry.category(term=event.kind)
    return entry


def _told(dataset: Dataset, view: View, event: Event, labels: CiteLabels) -> tuple[str, str]:
    """Title and content (HTML) of an event."""
    knowledge = view.knowledge
    if event.kind == "first":
        words = f"First record of {_many(event.amount, 'paper')} with {_many(event.total, 'citation')}"
        return words, f"<p>{words}.</p>"
    if event.kind == "status":
        claim = knowledge.claims[event.about]
        words = f"{event.was.capitalize()} -> {event.now.capitalize()}: {claim.label}"
        because = "".join(
            f"<li>{html.escape(labels[one.paper])} {one.stance}: {html.escape(one.finding)}</li>"
            for one in (knowledge.evidence[name] for name in event.because)
        )
        came = f"<p>Evidence that came on this day:</p><ul>{because}</ul>" if because else ""
        return words, f"<p>{html.escape(claim.text)}</p>{came}"
    title = html.escape(knowledge.papers[event.about].title)
    label = labels[event.about]
    if event.kind == "count":
        verb = "jumped" if event.amount > 0 else "fell"
        words = f"{label} {verb} by {abs(event.amount):,} to {_many(event.total, 'citation')}"
        return words, f"<p>{title}: {verb} by {abs(event.amount):,}, to {event.total:,}.</p>"
    shown = citations_of(dataset, event)
    rows = "".join(f"<li>{_citation(one)}</li>" for one in shown)
    more = event.amount - len(shown)
    rest = f"<p>And {more:,} more.</p>" if more > 0 and len(shown) == SHOWN_CITATIONS else ""
    return f"{label}: {_many(event.amount, 'new citation')}", f"<p>{title} is cited by</p><ul>{rows}</ul>{rest}"


def _citation(citation: Citation) -> str:
    citing = citation.citing
    name = html.escape(citing.title or citing.s2_id)
    if citing.arxiv:
        address = f"https://arxiv.org/abs/{quote(citing.arxiv, safe='/')}"
    elif citing.doi:
        address = f"https://doi.org/{quote(citing.doi, safe='/')}"
    else:
        address = f"https://www.semanticscholar.org/paper/{quote(citing.s2_id, safe='')}"
    authors = html.escape(", ".join(citing.authors[:3]) + (" et al." if len(citing.authors) > 3 else ""))
    about = ", ".join(part for part in (authors, str(citing.year or "")) if part)
    told = f'<a href="{html.escape(address)}">{name}</a>{f" ({about})" if about else ""}'
    told += " <strong>influential</strong>" if citation.influential else ""
    if citation.contexts:
        told += f"<blockquote>{html.escape(citation.contexts[0].text)}</blockquote>"
    return told


def _many(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
