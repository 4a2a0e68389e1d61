"""What the panel of the page shows of each entry: plain values for JSON, prose as `html_prose` makes it.

Two tables travel in the page. `entries` has an object for each node of the picture; `evidence` has each piece of
evidence about a claim or by a paper of the picture once, so that a claim lists it by stance and a paper by claim. Nodes
that are named and not in the picture (of a neighbourhood) come in `outside`, with their labels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from phengraph.export.citing import CiteLabels
from phengraph.export.html_prose import plain, prose
from phengraph.identifiers import safe_url
from phengraph.model import CitationCount, Claim, Conditions, Evidence, Model, Paper, Phenomenon, Range, Source, Topic
from phengraph.views import View

Details = dict[str, Any]

_ORIGINS = {"list": "stated by the source list", "cited-paper": "stated by a paper that the source list cites"}


class PageDetails:
    """Collects what the page shows of the nodes of one picture.

    `entries`, `evidence` and `outside` are ready for JSON; every address in them is http or https.
    """

    def __init__(self, view: View, nodes: Collection[str]) -> None:
        self._view = view
        self._nodes = frozenset(nodes)
        self.cite = CiteLabels(view.knowledge.papers.values())
        self.outside: dict[str, str] = {}
        self.entries: dict[str, Details] = dict(self._all_entries())
        self.evidence: list[Details] = [
            _present(self._evidence(one)) for one in view.knowledge.evidence.values() if self._is_shown(one)
        ]

    def _all_entries(self) -> Iterator[tuple[str, Details]]:
        knowledge = self._view.knowledge
        tables: tuple[tuple[str, Mapping[str, Any], Callable[[Any], Details]], ...] = (
            ("topic", knowledge.topics, _topic),
            ("phenomenon", knowledge.phenomena, self._phenomenon),
            ("claim", knowledge.claims, self._claim),
            ("paper", knowledge.papers, self._paper),
            ("model", knowledge.models, self._model),
        )
        for kind, entries, describe in tables:
            for name, entry in entries.items():
                if f"{kind}/{name}" in self._nodes:
                    yield f"{kind}/{name}", _present(describe(entry))

    def _is_shown(self, evidence: Evidence) -> bool:
        return f"claim/{evidence.claim}" in self._nodes or f"paper/{evidence.paper}" in self._nodes

    def _refer(self, kind: str, name: str) -> str:
        """The id of a node, whose label is remembered when the picture does not have it."""
        node = f"{kind}/{name}"
        if node not in self._nodes:
            self.outside[node] = self._label(kind, name)
        return node

    def _label(self, kind: str, name: str) -> str:
        knowledge = self._view.knowledge
        if kind == "paper":
            return self.cite[name]
        entries: Mapping[str, Mapping[str, Topic | Phenomenon | Claim | Model]] = {
            "topic": knowledge.topics,
            "phenomenon": knowledge.phenomena,
            "claim": knowledge.claims,
            "model": knowledge.models,
        }
        entry = entries[kind].get(name)
        return plain(entry.label) if entry else name

    def _phenomenon(self, phenomenon: Phenomenon) -> Details:
        notes = (one for one in self._view.knowledge.notes.values() if one.about == phenomenon.slug)
        return {
            "label": plain(phenomenon.label),
            "zh": phenomenon.label_zh,
            "number": phenomenon.list_number,
            "topic": self._refer("topic", phenomenon.topic),
            "prose": prose(phenomenon.description),
            "figures": [
                {"url": url, "caption": plain(figure.caption)}
                for figure in phenomenon.figures
                if (url := safe_url(figure.url))
            ],
            "models": [self._refer("model", key) for key in phenomenon.seen_in],
            "listed": [self._refer("paper", key) for key in phenomenon.listed_papers],
            "notes": [{"says": one.list_says, "fact": one.fact, "checked": one.checked_with} for one in notes],
            "edit": self._edit_link(phenomenon.source),
        }

    def _claim(self, claim: Claim) -> Details:
        record = self._view.statuses.get(claim.slug)
        label = plain(claim.label)
        return {
            "label": label,
            "phenomenon": self._refer("phenomenon", claim.phenomenon),
            "prose": [] if plain(claim.text).rstrip(".") == label.rstrip(".") else prose(claim.text),
            "origin": {
                "list": "stated by the source list",
                "cited-paper": "stated by a paper the source list cites",
            }.get(claim.origin or ""),
            "asOf": claim.as_of,
            "status": str(record.status) if record else None,
            "reason": record.reason if record else None,
            "flags": list(record.flags) if record else [],
            "weights": [record.support_weight, record.contradict_weight] if record else None,
            "edit": self._edit_link(claim.source),
        }

    def _paper(self, paper: Paper) -> Details:
        authors = paper.authors[:12]
        more = len(paper.authors) - len(authors)
        rest = f" and {more} more" if more else "" if paper.authors_complete else " and others"
        return {
            "label": paper.title,
            "cite": self.cite[paper.key],
            "authors": ", ".join(authors) + rest if authors else None,
            "year": paper.year,
            "venue": paper.venue,
            "links": list(_links(paper)),
            "count": _latest(self._view.counts.get(paper.key, ())),
            "note": paper.note,
            "edit": self._edit_link(paper.source),
        }

    def _model(self, model: Model) -> Details:
        return {
            "label": model.label,
            "organisation": model.organisation,
            "parameters": model.parameters,
            "year": model.year,
            "normalization": model.normalization,
            "paper": self._refer("paper", model.paper) if model.paper else None,
            "checked": model.checked_with,
            "note": model.note,
            "edit": self._edit_link(model.source),
        }

    def _evidence(self, one: Evidence) -> Details:
        return {
            "name": one.name,
            "claim": self._refer("claim", one.claim),
            "paper": self._refer("paper", one.paper),
            "stance": str(one.stance),
            "finding": one.finding,
            "locator": one.locator,
            "conditions": self._conditions(one.conditions),
            "strength": str(one.strength),
            "checked": str(one.checked),
            "review": str(one.review),
            "quote": one.quote,
            "added": (self._view.added.get(one.name) or "")[:10],
            "edit": self._edit_link(one.source),
        }

    def _conditions(self, conditions: Conditions) -> str:
        models = ", ".join(self._label("model", key) for key in conditions.models)
        parts = (
            _span("parameters", conditions.parameters),
            _span("tokens", conditions.tokens),
            _span("FLOPs", conditions.compute),
            models,
            ", ".join(conditions.datasets),
            conditions.metric,
            conditions.note,
        )
        return "; ".join(part for part in parts if part)

    def _edit_link(self, source: Source) -> str | None:
        """Where the code host shows the line, when the settings name the repository."""
        if self._view.repository is None:
            return None
        repository = self._view.repository.rstrip("/").removesuffix(".git")
        return safe_url(f"{repository}/blob/{self._view.branch}/{source.path}?plain=1#L{source.line}")


def _present(details: Details) -> Details:
    return {name: value for name, value in details.items() if value not in (None, "", [], ())}


def _topic(topic: Topic) -> Details:
    return {"label": topic.label, "zh": topic.label_zh, "number": topic.number, "aspect": topic.aspect}


def _links(paper: Paper) -> Iterator[Details]:
    """Every place a reader finds the paper, each once."""
    places = (
        (f"arXiv:{paper.arxiv}", f"https://arxiv.org/abs/{paper.arxiv}" if paper.arxiv else None),
        (f"doi:{paper.doi}", f"https://doi.org/{quote(paper.doi, safe='/:;().')}" if paper.doi else None),
        ("OpenReview", f"https://openreview.net/forum?id={paper.openreview}" if paper.openreview else None),
    )
    seen = set()
    for label, place in places:
        if place is not None and (url := safe_url(place)):
            seen.add(url)
            yield {"label": label, "url": url}
    if paper.url and (url := safe_url(paper.url)) and url not in seen:
        yield {"label": urlsplit(url).hostname, "url": url}


def _latest(counts: Collection[CitationCount]) -> Details | None:
    latest = max(counts, key=lambda count: count.date, default=None)
    if latest is None:
        return None
    return {"citations": latest.citations, "influential": latest.influential, "date": latest.date}


def _span(unit: str, span: Range | None) -> str | None:
    """A range as a reader says it.

    >>> _span("parameters", Range(70e6, 1.6e10)), _span("tokens", Range(None, 1.4e12))
    ('70M to 16B parameters', 'up to 1.4T tokens')
    """
    if span is None or (span.minimum is None and span.maximum is None):
        return None
    if span.minimum is None or span.maximum is None:
        end = span.minimum if span.maximum is None else span.maximum
        return f"{'from' if span.maximum is None else 'up to'} {_scale(end or 0.0)} {unit}"
    if span.minimum == span.maximum:
        return f"{_scale(span.minimum)} {unit}"
    return f"{_scale(span.minimum)} to {_scale(span.maximum)} {unit}"


def _scale(number: float) -> str:
    """Three digits, with a suffix between a thousand and 10^15."""
    for suffix, size in (("T", 1e12), ("B", 1e9), ("M", 1e6), ("K", 1e3)):
        if size <= number < size * 1e3:
            return f"{number / size:.3g}{suffix}"
    return f"{number:.3g}".replace("e+", "e")
