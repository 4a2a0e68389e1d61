"""How an evaluation is told: in the terminal, as Markdown, as JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from phengraph.query.places import printable
from phengraph.suggest.stance import PRECISION

if TYPE_CHECKING:
    from phengraph.suggest.evaluate import Evaluation, PhraseFigures

_EXPLAINED = "Ranking: averaged over claims within a cited paper, then over cited papers; 95 % intervals by resampling."


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}".replace("0.", ".", 1) if value < 1 else f"{value:.2f}"


def _tables(result: Evaluation) -> list[tuple[str, list[list[str]]]]:
    """Headings with tables, the first row of each its head."""
    tables = []
    if result.rankings:
        depths = list(next(iter(result.rankings.values())).ndcg)
        head = ["ranking", *(f"nDCG@{k}" for k in depths), *(f"P@{k}" for k in depths), *(f"R@{k}" for k in depths)]
        rows = [head]
        for name, one in result.rankings.items():
            low, high = one.ndcg_interval[10]
            told = {k: _figure(value) for k, value in one.ndcg.items()}
            told[10] += f" ({_figure(low)}-{_figure(high)})"
            rows.append(
                [name, *told.values(), *map(_figure, one.precision.values()), *map(_figure, one.recall.values())]
            )
        tables.append((_EXPLAINED, rows))
    for title, figures in (("phrase", result.phrases), ("kind of cue", result.kinds)):
        if figures:
            tables.append((_heading(title), _phrase_rows(title, figures)))
    return tables


def _heading(title: str) -> str:
    if title == "phrase":
        return f"Stance phrases, each alone; shown as a guess when the interval's lower end is at least {PRECISION:g}."
    return "Kinds of cues, had one guessed by them; they only mark a sentence."


def _phrase_rows(title: str, figures: Mapping[str, PhraseFigures]) -> list[list[str]]:
    rows = [[title, "reads like", "right", "cases", "cited papers", "precision", "95 %", "control", "shown"]]
    for name, one in figures.items():
        low, high = one.measured.interval
        rows.append(
            [
                name,
                one.reads,
                str(one.measured.right),
                str(one.measured.cases),
                str(one.cited),
                _figure(one.measured.precision),
                f"{_figure(low)}-{_figure(high)}",
                _figure(one.control),
                ("yes" if one.measured.is_good else "no") if title == "phrase" else "never",
            ]
        )
    return rows


def _sentences(result: Evaluation) -> list[str]:
    told = [
        f"{result.pairs:,} labelled pairs of a claim and a paper, {result.relevant:,} relevant; "
        f"{result.claims:,} claims; {result.readings:,} papers whose sentences were read"
    ]
    if result.rankings:
        shown, found = result.above_floor, result.found_above_floor
        low, high = shown.interval
        told.append(
            f"above the floor of {result.floor:g}: precision {_figure(shown.precision)} "
            f"({_figure(low)}-{_figure(high)}, {shown.right} of {shown.cases}), recall {_figure(found.precision)} "
            f"({found.right} of {found.cases})"
        )
    else:
        told.append("no labelled pair is relevant, so nothing can be said of the ranking")
    if not result.phrases:
        told.append("no stance phrase occurs in a read sentence, so none can be shown")
    return told + list(result.notes)


def as_table(result: Evaluation) -> str:
    """For the terminal: columns filled up with spaces."""
    lines = [f"Evaluation of {printable(result.rule)} on {printable(result.source)}", *_sentences(result)]
    for heading, rows in _tables(result):
        widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
        lines += ["", heading]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
    return "\n".join(lines) + "\n"


def as_markdown(result: Evaluation) -> str:
    from phengraph.export.markdown import escape

    lines = [f"**Evaluation of {escape(result.rule)} on {escape(result.source)}**", ""]
    lines += [f"- {escape(sentence)}" for sentence in _sentences(result)]
    for heading, (head, *rows) in _tables(result):
        lines += ["", heading, "", f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
        lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def as_json(result: Evaluation) -> str:
    values = dataclasses.asdict(result)
    for name in ("phrases", "kinds"):
        for key, one in getattr(result, name).items():
            values[name][key] |= {"precision": one.measured.precision, "interval": one.measured.interval}
    return json.dumps(values, ensure_ascii=False, indent=1) + "\n"


FORMS: dict[str, Callable[[Evaluation], str]] = {"table": as_table, "markdown": as_markdown, "json": as_json}
