"""CSV: the tables that people open in a spreadsheet or read with pandas.

RFC 4180: UTF-8, a header, CRLF after each row, quotes where they are needed. Columns are a contract: they are added
at the end, never renamed or moved. Lists stand in one cell, joined by `; `.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

from phengraph.export.formats import Files, Options
from phengraph.model import Knowledge, Range, Review, Stance
from phengraph.problems import UnknownName, nearest

if TYPE_CHECKING:
    from phengraph.dataset import Dataset
    from phengraph.views import View

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = Sequence[Cell]

# A spreadsheet runs a text that begins so as a formula (OWASP, CSV injection), be it as long as a web address that it
# then calls. An apostrophe before it, the spreadsheets' own mark of a text, stops that and can be taken off again.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")

PAPERS = (
    "key title authors authors_complete year month venue type arxiv doi openreview corpus_id url link note "
    "supports contradicts qualifies inconclusive citations influential_citations counted_on "
    "authors_checked venue_checked id_source verified_with"
)
PHENOMENA = (
    "slug label label_zh topic topic_label aspect list_number description seen_in listed_papers claims figures file"
)
CLAIMS = (
    "slug phenomenon phenomenon_label topic label text status reason support_share supporting_teams "
    "contradicting_teams qualifying_teams support_weight contradict_weight flags rule "
    "supports contradicts qualifies inconclusive proposed origin as_of file"
)
EVIDENCE = (
    "name claim phenomenon paper stance strength review checked confidence finding locator quote "
    "min_parameters max_parameters min_tokens max_tokens min_compute max_compute models datasets metric note "
    "read_in origin file"
)
MODELS = (
    "key label organisation parameters min_parameters max_parameters year normalization norm_placement paper "
    "checked_with confidence note"
)
NOTES = "slug phenomenon list_says fact checked_with confidence file"


def export_csv(dataset: Dataset, options: Options) -> bytes | Files:
    """A folder with a table of each kind of entry, or the one table named by `options.table`.

    Raises:
        UnknownName: there is no such table.
    """
    from phengraph.views import read_view

    view = read_view(dataset)
    if options.table is None:
        return {f"{name}.csv": write_table(columns, rows(view)) for name, (columns, rows) in TABLES.items()}
    if options.table not in TABLES:
        raise UnknownName("table", options.table, nearest(options.table, TABLES))
    columns, rows = TABLES[options.table]
    return write_table(columns, rows(view))


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `unguard` gives back what it was.

    >>> guard("=1+1"), guard("'-5"), guard("plain"), unguard(guard("'-5"))
    ("'=1+1", "''-5", 'plain', "'-5")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(cell: str) -> str:
    """The text that `guard` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_table(columns: str, rows: Iterable[Row]) -> bytes:
    """Rows under the names of their columns, as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns.split())
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value) if isinstance(value, int) else guard(value)


def _joined(names: Iterable[str]) -> str:
    return "; ".join(names)


def _ends(span: Range | None) -> tuple[float | None, float | None]:
    return (None, None) if span is None else (span.minimum, span.maximum)


def _stances(knowledge: Knowledge, of: Callable[[str, str], str]) -> dict[tuple[str, Stance], int]:
    """How many accepted readings there are of each stance, by what `of(claim, paper)` names."""
    numbers: dict[tuple[str, Stance], int] = {}
    for reading in knowledge.evidence.values():
        if reading.review is Review.ACCEPTED:
            key = of(reading.claim, reading.paper), reading.stance
            numbers[key] = numbers.get(key, 0) + 1
    return numbers


def _papers(view: View) -> Iterator[Row]:
    accepted = _stances(view.knowledge, lambda claim, paper: paper)
    for key, paper in sorted(view.knowledge.papers.items()):
        latest = max(view.counts.get(key, ()), key=lambda count: count.date, default=None)
        yield (
            *(key, paper.title, _joined(paper.authors), paper.authors_complete, paper.year, paper.month, paper.venue),
            *(paper.kind, paper.arxiv, paper.doi, paper.openreview, paper.corpus_id, paper.url, paper.link, paper.note),
            *(accepted.get((key, stance), 0) for stance in Stance),
            *((latest.citations, latest.influential, latest.date) if latest else (None, None, None)),
            *(paper.checks.get(name) for name in ("authors", "venue", "id", "verified")),
        )


def _phenomena(view: View) -> Iterator[Row]:
    knowledge = view.knowledge
    claims: dict[str, list[str]] = {}
    for claim in knowledge.claims.values():
        claims.setdefault(claim.phenomenon, []).append(claim.slug)
    for slug, phenomenon in knowledge.phenomena.items():
        topic = knowledge.topics.get(phenomenon.topic)
        yield (
            *(slug, phenomenon.label, phenomenon.label_zh, phenomenon.topic),
            *((topic.label, topic.aspect) if topic else (None, None)),
            *(phenomenon.list_number, phenomenon.description, _joined(phenomenon.seen_in)),
            *(_joined(phenomenon.listed_papers), _joined(claims.get(slug, ()))),
            *(_joined(figure.url for figure in phenomenon.figures), phenomenon.source.path),
        )


def _claims(view: View) -> Iterator[Row]:
    knowledge = view.knowledge
    accepted = _stances(knowledge, lambda claim, paper: claim)
    proposed: dict[str, int] = {}
    for reading in knowledge.evidence.values():
        if reading.review is Review.PROPOSED:
            proposed[reading.claim] = proposed.get(reading.claim, 0) + 1
    for slug, claim in knowledge.claims.items():
        phenomenon, record = knowledge.phenomena.get(claim.phenomenon), view.statuses.get(slug)
        yield (
            *(slug, claim.phenomenon, *((phenomenon.label, phenomenon.topic) if phenomenon else (None, None))),
            *(claim.label, claim.text),
            *((record.status, record.reason, record.share) if record else (None,) * 3),
            *(
                (record.supporting_teams, record.contradicting_teams, record.qualifying_teams)
                if record
                else (None,) * 3
            ),
            *((record.support_weight, record.contradict_weight) if record else (None,) * 2),
            *((_joined(record.flags), record.rule) if record else (None,) * 2),
            *(accepted.get((slug, stance), 0) for stance in Stance),
            *(proposed.get(slug, 0), claim.origin, claim.as_of, claim.source.path),
        )


def _evidence(view: View) -> Iterator[Row]:
    knowledge = view.knowledge
    for name, reading in knowledge.evidence.items():
        claim, conditions = knowledge.claims.get(reading.claim), reading.conditions
        yield (
            *(name, reading.claim, claim.phenomenon if claim else None, reading.paper, reading.stance),
            *(reading.strength, reading.review, reading.checked, reading.confidence),
            *(reading.finding, reading.locator, reading.quote),
            *(*_ends(conditions.parameters), *_ends(conditions.tokens), *_ends(conditions.compute)),
            *(_joined(conditions.models), _joined(conditions.datasets), conditions.metric, conditions.note),
            *(reading.read_in, reading.origin, reading.source.path),
        )


def _models(view: View) -> Iterator[Row]:
    for key, model in sorted(view.knowledge.models.items()):
        yield (
            *(key, model.label, model.organisation, model.parameters, *_ends(model.parameter_range), model.year),
            *(model.normalization, model.norm_placement, model.paper, model.checked_with, model.confidence, model.note),
        )


def _notes(view: View) -> Iterator[Row]:
    for slug, note in view.knowledge.notes.items():
        yield slug, note.about, note.list_says, note.fact, note.checked_with, note.confidence, note.source.path


TABLES: Mapping[str, tuple[str, Callable[[View], Iterator[Row]]]] = {
    "papers": (PAPERS, _papers),
    "phenomena": (PHENOMENA, _phenomena),
    "claims": (CLAIMS, _claims),
    "evidence": (EVIDENCE, _evidence),
    "models": (MODELS, _models),
    "notes": (NOTES, _notes),
}
"""Tables by name: their columns, and the function that lists their rows."""
