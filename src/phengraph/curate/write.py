"""New entries as the text that people would write, in the order and style of docs/format.md.

What is not said is not written: a default stays away. Every value reads back as it was given; `scalar` asks the reader
itself whether a text can stand without quotes.
"""

from __future__ import annotations

import json
import re

from phengraph.curate.fields import CHECK_FIELDS
from phengraph.curate.phenomena import default_confidence, default_name, default_review
from phengraph.curate.scales import format_range
from phengraph.curate.yamltext import read_yaml
from phengraph.latex import encode_latex
from phengraph.model import Claim, Conditions, Confidence, Evidence, Figure, Model, Paper, Phenomenon, Strength
from phengraph.names import write_authors
from phengraph.problems import Problem

# Words that other readers of YAML (a code host, an editor) take for no text.
_NO_TEXT = re.compile(r"~|null|true|false|yes|no|on|off|y|n", re.IGNORECASE)
_MARKDOWN = re.compile(r"([\\`*_\[\]<>&!])")


def scalar(text: str, *, flow: bool = False) -> str:
    """A text as a YAML scalar on one line, quoted only where it must be.

    Args:
        flow: it stands inside of [ ] or { }.

    >>> print(scalar("fig. 1"), scalar("a: b"), scalar("it's"), scalar("two\\nlines"), scalar("a, b", flow=True))
    fig. 1 'a: b' it's "two\\nlines" 'a, b'
    """
    if "\n" in text or "\t" in text or text != text.strip():
        return json.dumps(text, ensure_ascii=False)
    problems: list[Problem] = []
    read = read_yaml(f"{{k: {text}}}" if flow else f"k: {text}", "", problems)
    if read is not None and read.value == {"k": text} and not problems and not _NO_TEXT.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def evidence_lines(evidence: Evidence) -> list[str]:
    """The fields of an evidence, one a line, without the dash and the indentation of its list."""
    fields = [f"{evidence.stance}: {scalar(evidence.paper)}"]
    if evidence.name != default_name(evidence.claim, evidence.paper):
        fields.append(f"id: {scalar(evidence.name)}")
    fields.append(f"finding: {scalar(evidence.finding)}")
    if evidence.locator is not None:
        fields.append(f"locator: {scalar(evidence.locator)}")
    if conditions := _conditions(evidence.conditions):
        fields.append(f"conditions: {conditions}")
    if evidence.strength is not Strength.MODERATE:
        fields.append(f"strength: {evidence.strength}")
    fields.append(f"checked: {evidence.checked}")
    if evidence.confidence is not default_confidence(evidence.checked):
        fields.append(f"confidence: {evidence.confidence}")
    if evidence.review is not default_review(evidence.checked):
        fields.append(f"review: {evidence.review}")
    for key, value in (("read-in", evidence.read_in), ("quote", evidence.quote), ("origin", evidence.origin)):
        if value is not None:
            fields.append(f"{key}: {scalar(value)}")
    return fields


def _conditions(conditions: Conditions) -> str:
    parts = []
    for key, span in (
        ("parameters", conditions.parameters),
        ("tokens", conditions.tokens),
        ("compute", conditions.compute),
    ):
        if span is not None:
            parts.append(f"{key}: {format_range(span)}")
    if conditions.models:
        parts.append(f"models: {_flow_list(conditions.models)}")
    if conditions.datasets:
        parts.append(f"datasets: {_flow_list(conditions.datasets)}")
    for key, value in (("metric", conditions.metric), ("note", conditions.note)):
        if value is not None:
            parts.append(f"{key}: {scalar(value, flow=True)}")
    return f"{{{', '.join(parts)}}}" if parts else ""


def _flow_list(names: tuple[str, ...]) -> str:
    return f"[{', '.join(scalar(name, flow=True) for name in names)}]"


def claim_lines(claim: Claim) -> list[str]:
    """A claim's section: heading, text, and a block for its evidence."""
    block = [f"claim: {claim.slug}"]
    if claim.origin is not None:
        block.append(f"origin: {claim.origin}")
    if claim.as_of is not None:
        block.append(f"as-of: {scalar(claim.as_of)}")
    return [f"## {claim.label}", "", *claim.text.split("\n"), "", "```yaml", *block, "```"]


def phenomenon_lines(phenomenon: Phenomenon) -> list[str]:
    """A phenomenon's file without claims: head, description, figures."""
    head = [f"label: {scalar(phenomenon.label)}"]
    if phenomenon.label_zh is not None:
        head.append(f"label-zh: {scalar(phenomenon.label_zh)}")
    head.append(f"topic: {phenomenon.topic}")
    if phenomenon.list_number is not None:
        head.append(f"list-number: {scalar(phenomenon.list_number)}")
    if phenomenon.seen_in:
        head.append(f"seen-in: {_flow_list(phenomenon.seen_in)}")
    if phenomenon.listed_papers:
        head.append(f"list-cites: {_flow_list(phenomenon.listed_papers)}")
    lines = ["---", *head, "---"]
    if phenomenon.description:
        lines += ["", *phenomenon.description.split("\n")]
    for figure in phenomenon.figures:
        lines += ["", _figure(figure)]
    return lines


def _figure(figure: Figure) -> str:
    caption = _MARKDOWN.sub(r"\\\1", figure.caption)
    return f"![{caption}](<{figure.url}>)"


def model_lines(model: Model) -> list[str]:
    """The fields of a model, one a line, without its key and the indentation."""
    fields = [f"label: {scalar(model.label)}"]
    for key, value in (("organisation", model.organisation), ("parameters", model.parameters)):
        if value is not None:
            fields.append(f"{key}: {scalar(value)}")
    if model.parameter_range is not None:
        fields.append(f"range: {format_range(model.parameter_range)}")
    if model.year is not None:
        fields.append(f"year: {model.year}")
    for key, value in (
        ("normalization", model.normalization),
        ("placement", model.norm_placement),
        ("paper", model.paper),
        ("checked-with", model.checked_with),
    ):
        if value is not None:
            fields.append(f"{key}: {scalar(value)}")
    if model.confidence is not Confidence.HIGH:
        fields.append(f"confidence: {model.confidence}")
    if model.note is not None:
        fields.append(f"note: {scalar(model.note)}")
    return fields


def paper_lines(paper: Paper) -> list[str]:
    """A paper as a BibTeX entry."""
    venue = {"article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "inbook": "booktitle"}
    fields = {
        "title": encode_latex(paper.title),
        "author": write_authors(paper.authors, complete=paper.authors_complete) or None,
        "year": str(paper.year) if paper.year is not None else None,
        "month": str(paper.month) if paper.month is not None else None,
        venue.get(paper.kind, "howpublished"): _latex(paper.venue),
        "eprint": paper.arxiv,
        "archiveprefix": "arXiv" if paper.arxiv else None,
        "doi": _doi(paper.doi),
        "openreview": paper.openreview,
        "corpusid": str(paper.corpus_id) if paper.corpus_id is not None else None,
        "url": _verbatim(paper.url),
        "note": _latex(paper.note),
    }
    fields |= {field: _latex(paper.checks.get(name)) for field, name in CHECK_FIELDS.items()}
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value is not None]
    return [f"@{paper.kind}{{{paper.key},", *lines, "}"]


def _latex(text: str | None) -> str | None:
    return None if text is None else encode_latex(text)


def _doi(text: str | None) -> str | None:
    """A DOI; the percent sign that encodes is encoded itself (DOI Handbook, 2.5.2.4)."""
    return None if text is None else _verbatim(text.replace("%", "%25").replace("\\", "%5C"))


def _verbatim(text: str | None) -> str | None:
    """An identifier or URL; braces, which BibTeX counts, are percent-encoded as addresses allow."""
    return None if text is None else text.replace("{", "%7B").replace("}", "%7D")
