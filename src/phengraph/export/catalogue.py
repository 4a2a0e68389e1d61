"""The catalogue: the whole list as one Markdown page, as the source list reads, with the status of each claim.

How and What, topics, numbered phenomena, their claims, and the papers for and against; then what the list does not
have. Nothing of a run is in it (no date, no count of citations), so it changes only when the knowledge does.
"""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

from phengraph.export.citing import CiteLabels
from phengraph.export.formats import Options
from phengraph.export.markdown import blocks, escape, inline, link
from phengraph.model import Claim, Evidence, Figure, Phenomenon, Review, Stance, Status, StatusRecord, Topic

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

_ASPECTS = {"how": "How: how large models are made", "what": "What: what large models do"}
_SIGNS = {
    Status.SUPPORTED: "✔",
    Status.REFUTED: "✘",
    Status.CONTESTED: "≠",
    Status.CONDITIONAL: "⇄",
    Status.SINGLE_SOURCE: "①",
    Status.OPEN: "○",
}
_MEANINGS = {
    Status.SUPPORTED: "at least two independent teams support it, and dissent is below a quarter of the weight",
    Status.REFUTED: "at least two independent teams contradict it, and support is below a quarter of the weight",
    Status.CONTESTED: "the lighter side has at least a quarter of the weight",
    Status.CONDITIONAL: "contested, but the two sides speak of disjoint scales",
    Status.SINGLE_SOURCE: "all the weight of the heavier side comes from one team",
    Status.OPEN: "no finding that counts on either side",
}
_SIDES = {
    Stance.SUPPORTS: "for",
    Stance.CONTRADICTS: "against",
    Stance.QUALIFIES: "qualifying",
    Stance.INCONCLUSIVE: "inconclusive",
}
# The anchor of a topic that stands twice: under How or What, and again with what the list does not have.
_FURTHER = "-further"
_FIGURE_WIDTH = 480


def export_catalogue(dataset: Dataset, options: Options) -> bytes:
    """The page as UTF-8 Markdown. Its links to files of graph/ hold where it is written by default, in exports/."""
    from phengraph.views import read_view

    page = _Page(read_view(dataset))
    return ("\n\n".join(page.parts()) + "\n").encode()


class _Page:
    def __init__(self, view: View) -> None:
        self._view = view
        self._knowledge = knowledge = view.knowledge
        self._cite = CiteLabels(knowledge.papers.values())
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        self._evidence: dict[str, list[Evidence]] = defaultdict(list)
        for claim in knowledge.claims.values():
            self._claims[claim.phenomenon].append(claim)
        for reading in knowledge.evidence.values():
            self._evidence[reading.claim].append(reading)

    def parts(self) -> Iterator[str]:
        """The blocks of the page, in order; a blank line belongs between two."""
        yield "<!-- Made by `phengraph export catalogue` from graph/; edit there, not here. -->"
        yield f"# {escape(self._view.title)}: the catalogue"
        if self._view.description:
            yield f"{escape(self._view.description)}."
        yield self._summary()
        listed = [one for one in self._knowledge.phenomena.values() if self._aspect(one) and one.list_number]
        further = [one for one in self._knowledge.phenomena.values() if one not in listed]
        yield "\n".join(self._contents(listed, further))
        for aspect, heading in _ASPECTS.items():
            chosen = [one for one in listed if self._aspect(one) == aspect]
            if chosen:
                yield f"## {heading}"
                yield from self._topics(chosen, numbered=True)
        if further:
            yield "## Further phenomena"
            yield "Observed since, or not in the source list."
            yield from self._topics(further, numbered=False)
        yield from self._notes()
        yield from self._legend()
        yield from self._credits()

    def _aspect(self, phenomenon: Phenomenon) -> str | None:
        topic = self._knowledge.topics.get(phenomenon.topic)
        return topic.aspect if topic and topic.aspect in _ASPECTS else None

    def _summary(self) -> str:
        knowledge = self._knowledge
        reviews = [reading.review for reading in knowledge.evidence.values()]
        accepted, proposed = reviews.count(Review.ACCEPTED), reviews.count(Review.PROPOSED)
        return (
            f"{len(knowledge.phenomena)} phenomena, {len(knowledge.claims)} claims, {accepted} accepted findings and "
            f"{proposed} proposed ones, {len(knowledge.papers)} papers. [What the signs mean](#legend)."
        )

    def _contents(self, listed: list[Phenomenon], further: list[Phenomenon]) -> Iterator[str]:
        for aspect, heading in _ASPECTS.items():
            slugs = dict.fromkeys(one.topic for one in listed if self._aspect(one) == aspect)
            if slugs:
                yield f"- {heading}"
            for slug in slugs:
                yield f"  - [{_topic_heading(self._knowledge.topics.get(slug), slug, numbered=True)}](#{slug})"
        if further:
            yield "- Further phenomena"
        for slug in dict.fromkeys(one.topic for one in further):
            heading = _topic_heading(self._knowledge.topics.get(slug), slug, numbered=False)
            yield f"  - [{heading}](#{slug}{_FURTHER})"

    def _topics(self, phenomena: Iterable[Phenomenon], *, numbered: bool) -> Iterator[str]:
        by_topic: dict[str, list[Phenomenon]] = defaultdict(list)
        for phenomenon in phenomena:
            by_topic[phenomenon.topic].append(phenomenon)
        for slug, members in by_topic.items():
            topic = self._knowledge.topics.get(slug)
            yield _anchor(slug if numbered else f"{slug}{_FURTHER}")
            yield f"### {_topic_heading(topic, slug, numbered=numbered)}"
            for phenomenon in members:
                yield from self._phenomenon(phenomenon)

    def _phenomenon(self, phenomenon: Phenomenon) -> Iterator[str]:
        number = phenomenon.list_number.split()[-1] + " " if phenomenon.list_number else ""
        chinese = f" · {escape(phenomenon.label_zh)}" if phenomenon.label_zh else ""
        yield _anchor(phenomenon.slug)
        yield f"#### {number}[{inline(phenomenon.label)}]({_place(phenomenon)}){chinese}"
        if phenomenon.description:
            yield blocks(phenomenon.description)
        yield from (_figure(figure) for figure in phenomenon.figures)
        for claim in self._claims[phenomenon.slug]:
            yield "\n".join(self._claim(claim))
        if phenomenon.seen_in:
            labels = (self._knowledge.models[key].label for key in phenomenon.seen_in if key in self._knowledge.models)
            yield f"Seen in {', '.join(escape(label) for label in labels)}."
        cited = [self._knowledge.papers[key] for key in phenomenon.listed_papers if key in self._knowledge.papers]
        if cited:
            yield "The source list cites:"
            yield "\n>\n".join(f"> {link(paper.title, paper.link)}" for paper in cited)

    def _claim(self, claim: Claim) -> Iterator[str]:
        label = inline(claim.label).rstrip(".")
        yield f"- {_anchor(claim.slug)}**{label}.** {_status(self._view.statuses.get(claim.slug))}"
        text = inline(claim.text)
        if text and text.rstrip(".") != label:
            yield f"  <br>{text}"
        readings = self._evidence[claim.slug]
        for stance, side in _SIDES.items():
            counted = [one for one in readings if one.stance is stance and one.review is Review.ACCEPTED]
            if counted:
                yield f"  - {side}: {', '.join(self._papers(counted))}"
        proposed = [one for one in readings if one.review is Review.PROPOSED]
        if proposed:
            by_side = (
                f"{side} {', '.join(self._papers(those))}"
                for stance, side in _SIDES.items()
                if (those := [one for one in proposed if one.stance is stance])
            )
            yield f"  - proposed, not counted: {'; '.join(by_side)}"

    def _papers(self, readings: Iterable[Evidence]) -> Iterator[str]:
        for key in dict.fromkeys(reading.paper for reading in readings):
            paper = self._knowledge.papers.get(key)
            yield link(self._cite[key], paper.link, title=paper.title) if paper else escape(key)

    def _notes(self) -> Iterator[str]:
        if not self._knowledge.notes:
            return
        yield "## Notes on the source list"
        yield "What the list says that is not, or no longer, so."
        rows = ["| entry | the list says | in fact | checked with |", "| --- | --- | --- | --- |"]
        places = {slug: place for place, slug in enumerate(self._knowledge.phenomena)}
        for note in sorted(self._knowledge.notes.values(), key=lambda note: places.get(note.about, len(places))):
            about = self._knowledge.phenomena.get(note.about)
            entry = f"[{escape(about.list_number or about.label)}](#{about.slug})" if about else "the list"
            cells = (escape(text) for text in (note.list_says, note.fact, note.checked_with))
            rows.append(f"| {entry} | {' | '.join(cells)} |")
        yield "\n".join(rows)

    def _legend(self) -> Iterator[str]:
        yield _anchor("legend")
        yield "## Legend"
        rows = [f"| {_SIGNS[status]} {status} | {meaning} |" for status, meaning in _MEANINGS.items()]
        yield "\n".join(("| status | when |", "| --- | --- |", *rows))
        rules = sorted({record.rule for record in self._view.statuses.values()})
        version = f" Version of the rule: {escape(', '.join(rules))}." if rules else ""
        yield (
            "Numbers for and against count teams: papers that share an author are one, and its strongest finding "
            "counts once. Only accepted findings count; a proposed one was written from memory and waits for somebody "
            f"to read the paper again. Counting votes is weak evidence: read the findings.{version}"
        )

    def _credits(self) -> Iterator[str]:
        yield "## Credits"
        source_list = self._knowledge.source_list
        if source_list is not None:
            state = f" of {escape(source_list.date)}" if source_list.date else ""
            commit = f", commit {escape(source_list.commit[:12])}" if source_list.commit else ""
            yield f"The list that this grew from: {link(source_list.title, source_list.repository)}{state}{commit}."
            if source_list.credit:
                yield blocks(source_list.credit)
        yield (
            "Findings are in the curators' own words; each entry says where it was read. "
            "Figures are linked where their owners publish them, and not copied."
        )


def _topic_heading(topic: Topic | None, slug: str, *, numbered: bool) -> str:
    if topic is None:
        return escape(slug)
    number = f"{escape(topic.number)}. " if numbered and topic.number else ""
    return number + escape(topic.label) + (f" · {escape(topic.label_zh)}" if topic.label_zh else "")


def _anchor(slug: str) -> str:
    """A place to link to that does not move when a heading is reworded."""
    return f'<a id="{html.escape(slug)}"></a>'


def _place(phenomenon: Phenomenon) -> str:
    return "../" + quote(phenomenon.source.path)


def _figure(figure: Figure) -> str:
    caption = html.escape(" ".join(figure.caption.split()))
    return f'<img src="{html.escape(figure.url)}" alt="{caption}" width="{_FIGURE_WIDTH}"><br><sub>{caption}</sub>'


def _status(record: StatusRecord | None) -> str:
    if record is None:
        return ""
    numbers = [f"{record.supporting_teams} for", f"{record.contradicting_teams} against"]
    if record.qualifying_teams:
        numbers.append(f"{record.qualifying_teams} qualifying")
    told = [flag for flag in record.flags if flag != "qualified"]  # the number says that already
    flags = f" ({escape(', '.join(told))})" if told else ""
    return f"{_SIGNS[record.status]} *{record.status}*{flags}: {', '.join(numbers)}"
