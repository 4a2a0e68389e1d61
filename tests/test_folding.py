"""Folded quads: the form in which the exported page carries them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from phengraph.export.folding import fold_quads

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "folded.json").read_text(encoding="utf-8"))
BASE = "https://a.example/"


def unfold(lines: list[str], base: str) -> list[str]:
    """As the page does it, in few words."""
    graph = subject = predicate = ""
    out = []

    def whole(term: str) -> str:
        return f"<{base}{term[1:]}>" if term.startswith("~") else term

    for line in lines:
        if line.startswith("="):
            graph = line[1:]
            continue
        first, second, third = line.split("\t", 2)
        subject, predicate = whole(first) if first else subject, second or predicate
        out.append(" ".join(filter(None, (subject, predicate, whole(third), graph, "."))))
    return out


def test_the_golden_quads_fold_to_the_golden_lines() -> None:
    # The page's own tests unfold the same lines to the same quads.
    assert list(fold_quads(GOLDEN["quads"], GOLDEN["base"])) == GOLDEN["folded"]
    assert unfold(GOLDEN["folded"], GOLDEN["base"]) == GOLDEN["quads"]


names = st.sampled_from(["a", "b/c", "d~e", "文"])
nodes = st.builds(lambda host, name: NamedNode(f"https://{host}.example/{name}"), st.sampled_from("ab"), names)
texts = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12) | st.sampled_from(
    ["<https://a.example/x>", 'a <https://a.example/x>"^^<b>', "~x", "=x", "\t", "a\nb", " ."]
)
literals = st.builds(Literal, texts) | st.builds(lambda text: Literal(text, language="en"), texts)
typed = st.builds(lambda text: Literal(text, datatype=NamedNode("https://a.example/type")), texts)
quads = st.builds(
    Quad,
    nodes | st.builds(BlankNode, st.sampled_from(["x1", "x2"])),
    nodes,
    nodes | literals | typed,
    nodes | st.just(DefaultGraph()),
)


@given(st.lists(quads, max_size=12))
def test_unfolding_gives_back_every_line(given_quads: list[Quad]) -> None:
    written = pyoxigraph.serialize(given_quads, format=pyoxigraph.RdfFormat.N_QUADS).decode()
    lines = written.removesuffix("\n").split("\n") if written else []
    folded = list(fold_quads(lines, BASE))
    assert not any("\n" in line for line in folded)
    assert unfold(folded, BASE) == lines
