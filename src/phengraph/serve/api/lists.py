"""The lists of the API: for each its parameters, what it holds, and its two forms, JSON and CSV.

A list is one line of `LISTS`; routes and the OpenAPI description are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from phengraph.export.tables import TABLES, Cell, write_table
from phengraph.serve import shapes
from phengraph.serve.listing import (
    list_claims,
    list_evidence,
    list_models,
    list_notes,
    list_papers,
    list_phenomena,
    list_topics,
)
from phengraph.serve.parameters import (
    ClaimParameters,
    EvidenceParameters,
    ModelParameters,
    NoteParameters,
    Paging,
    PaperParameters,
    PhenomenonParameters,
    SearchParameters,
    TopicParameters,
)
from phengraph.serve.rows import claim_row, evidence_row, model_row, note_row, paper_row, phenomenon_row, topic_row
from phengraph.serve.search import Hit, excerpt, search
from phengraph.serve.site import Site


@dataclass(frozen=True, slots=True)
class EntryList:
    """One list: `/api/NAME`, and `/api/NAME.csv`."""

    name: str
    summary: str
    parameters: type[Paging]
    find: Callable[[Site, Any], Sequence[Any]]
    """All entries that fit, in order."""
    row: Callable[[Site, Any], shapes.Shape]
    shape: type[shapes.Shape]
    kind: str | None = None
    """The kind of its entries, each of which is at `/api/NAME/{name}`; None when they have no address of their own."""
    detail: type[shapes.Shape] | None = None
    table: str | None = None
    """The table of the CSV export with the same columns; None when the columns are those of the JSON."""


def _find_hits(site: Site, asked: SearchParameters) -> list[tuple[Hit, str]]:
    return [(hit, asked.q) for hit in search(site, asked.q, asked.kind)]


def _hit_row(site: Site, found: tuple[Hit, str]) -> shapes.HitRow:
    hit, asked = found
    entry = hit.entry
    return shapes.HitRow(
        kind=entry.kind,
        name=entry.name,
        iri=site.iri(entry.kind, entry.name),
        label=entry.label,
        text=excerpt(entry, asked),
        score=round(hit.score, 3),
    )


LISTS: Mapping[str, EntryList] = {
    each.name: each
    for each in (
        EntryList(
            *("claims", "Claims with their status", ClaimParameters, list_claims, claim_row, shapes.ClaimRow),
            *("claim", shapes.ClaimShape, "claims"),
        ),
        EntryList(
            *("evidence", "Findings for and against", EvidenceParameters, list_evidence, evidence_row),
            *(shapes.EvidenceRow, "evidence", shapes.EvidenceShape, "evidence"),
        ),
        EntryList(
            *("phenomena", "Phenomena", PhenomenonParameters, list_phenomena, phenomenon_row),
            *(shapes.PhenomenonRow, "phenomenon", shapes.PhenomenonShape, "phenomena"),
        ),
        EntryList(
            *("papers", "Papers", PaperParameters, list_papers, paper_row),
            *(shapes.PaperRow, "paper", shapes.PaperShape, "papers"),
        ),
        EntryList(
            *("models", "Models", ModelParameters, list_models, model_row),
            *(shapes.ModelRow, "model", shapes.ModelShape, "models"),
        ),
        EntryList(
            *("topics", "Topics", TopicParameters, list_topics, topic_row),
            *(shapes.TopicRow, "topic", shapes.TopicShape),
        ),
        EntryList(
            *("notes", "Known errors of the source list", NoteParameters, list_notes, note_row),
            *(shapes.NoteRow, "note", shapes.NoteShape, "notes"),
        ),
        EntryList(
            *("search", "Search over everything that people wrote, the nearest first", SearchParameters),
            *(_find_hits, _hit_row, shapes.HitRow),
        ),
    )
}


def table_of(site: Site, entry_list: EntryList, entries: Sequence[Any]) -> bytes:
    """Entries as CSV, in their order: the columns of the CSV export where it has such a table."""
    if entry_list.table is None:
        return table_of_shapes(entry_list.shape, (entry_list.row(site, one) for one in entries))
    columns, rows = TABLES[entry_list.table]
    by_name = {str(row[0]): row for row in rows(site.view)}
    names = (one.name if entry_list.kind == "evidence" else getattr(one, "slug", None) or one.key for one in entries)
    return write_table(columns, (by_name[name] for name in names))


def table_of_shapes(shape: type[shapes.Shape], rows: Iterable[shapes.Shape]) -> bytes:
    """Rows as CSV with the names of their JSON as columns."""
    names = list(shape.model_fields)
    return write_table(" ".join(names), ([_cell(getattr(row, name)) for name in names] for row in rows))


def _cell(value: Any) -> Cell:
    if isinstance(value, tuple):
        return "; ".join(str(_cell(one)) for one in value)
    if isinstance(value, shapes.SentenceShape):
        return value.text
    if isinstance(value, shapes.Place):
        return f"{value.file}:{value.line}"
    return value if value is None or isinstance(value, str | int | float) else str(value)
