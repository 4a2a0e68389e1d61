"""What machines propose, as quads: suggestions in `<suggested>`, and the papers found beyond the citations.

Never counted: no status, no edge between a paper and a claim is made of these, and they are not in the Turtle.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from pyoxigraph import Quad

from phengraph.model import CitingPaper, Suggestion
from phengraph.quads.citations import RECORDS, TrackedPapers, work_name, work_quads
from phengraph.quads.terms import Entry, date_literal, decimal_literal, entry, graph_of, term
from phengraph.vocabulary import SUGGESTED


def part_term(name: str) -> str:
    """The property of a part of the score: `ph:scoreWords`."""
    return f"ph:score{name.capitalize()}"


def suggestion_quads(suggestions: Iterable[Suggestion], tracked: TrackedPapers, base: str) -> Iterator[Quad]:
    """One `ph:Suggestion` each, named by its claim and paper: `<suggestion/CLAIM/S2ID>`."""
    graph = graph_of(base, SUGGESTED)
    for one in suggestions:
        name, key = work_name(one.paper), tracked.key_of(one.paper)
        made = Entry(entry(base, "suggestion", f"{one.claim}/{name}"), "ph:Suggestion", graph)
        made.add("ph:claim", entry(base, "claim", one.claim))
        made.add("ph:citingPaper", entry(base, "work", name) if key is None else entry(base, "paper", key))
        made.add("ph:score", decimal_literal(one.score))
        for part, value in one.parts:
            made.add(part_term(part), decimal_literal(value))
        made.text("ph:foundBy", one.origin)
        for passage in one.passages:
            made.text("ph:passage", passage.text)
        made.text("ph:readsLike", one.reads_like)
        made.add("ph:suggestedOn", date_literal(one.seen))
        made.text("ph:rule", one.rule)
        yield from made.quads


def candidate_quads(
    papers: Mapping[str, tuple[CitingPaper, Collection[str]]],
    described: Collection[str],
    tracked: TrackedPapers,
    base: str,
) -> Iterator[Quad]:
    """The papers found by `discover` or over the whole corpus, and for which phenomena.

    Args:
        papers: by name under `<work/>`: the paper, and slugs of phenomena.
        described: names of papers that the citations describe already; no triple is told twice.
        tracked: a candidate that is tracked by now is the tracked paper.
        base: the base IRI, ending in a slash.
    """
    graph = graph_of(base, f"{RECORDS}/candidates.jsonl")
    for name, (paper, phenomena) in papers.items():
        key = tracked.key_of(paper)
        work = entry(base, "work", name) if key is None else entry(base, "paper", key)
        for slug in sorted(phenomena):
            yield Quad(work, term("ph:candidateFor"), entry(base, "phenomenon", slug), graph)
        if key is None and name not in described:
            yield from work_quads(paper, work, graph, kind="ph:FoundPaper")
