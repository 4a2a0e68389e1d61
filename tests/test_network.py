"""The NetworkX view: what stands in it, and the measures, worked out by hand on made-up widgets."""

from __future__ import annotations

import io
import subprocess
import sys

import networkx as nx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as example_settings
from made_up_knowledge import knowledge as made_up_knowledge
from picture_samples import BASE, citation, view_of, widgets

from phengraph.model import CitationCount, Knowledge
from phengraph.network import (
    betweenness,
    bridges,
    build_network,
    centralities,
    communities,
    degrees,
    evidence_path,
    find_node,
    neighbourhood,
    pagerank,
    simple_graph,
)
from phengraph.network.build import Graph
from phengraph.problems import UnknownName
from phengraph.settings import StatusSettings


@pytest.fixture
def graph() -> Graph:
    counts = [CitationCount("alpha", "2099-01-01", 4, 1), CitationCount("alpha", "2099-02-01", 9, 2)]
    return build_network(view_of(widgets(), counts=counts))


def test_nodes_stand_from_the_general_to_the_particular_with_their_kind_and_iri(graph: Graph) -> None:
    assert list(graph) == [
        "topic/widgets", "topic/sprockets",
        "phenomenon/growth", "phenomenon/shine", "phenomenon/rust",
        "claim/widgets-grow", "claim/widgets-shine", "claim/sprockets-rust", "claim/widgets-sing",
        "paper/alpha", "paper/beta", "paper/gamma",
        "model/gizmo",
    ]  # fmt: skip
    assert all(attributes["iri"] == f"{BASE}{node}" for node, attributes in graph.nodes(data=True))
    assert graph.graph == {"name": "Made-up widgets", "base": BASE}


def test_a_paper_has_the_latest_count_and_nothing_for_what_is_not_known(graph: Graph) -> None:
    assert graph.nodes["paper/alpha"] == {
        "kind": "paper",
        "iri": f"{BASE}paper/alpha",
        "label": "Made-up paper alpha on widgets",
        "key": "alpha",
        "authors": "Ada Example; Bo Sample",
        "year": 2090,
        "type": "misc",
        "arxiv": "2099.00001",
        "url": "https://arxiv.org/abs/2099.00001",
        "citations": 9,
        "influential_citations": 2,
        "counted_on": "2099-02-01",
    }
    assert "year" not in graph.nodes["paper/beta"]


def test_a_claim_has_its_status_with_the_numbers_behind_it(graph: Graph) -> None:
    claim = graph.nodes["claim/widgets-grow"]
    assert (claim["status"], claim["supporting_teams"], claim["contradicting_teams"]) == ("contested", 1, 1)
    assert (claim["support_weight"], claim["contradict_weight"], claim["topic"]) == (0.9, 0.6, "widgets")
    assert graph.nodes["claim/widgets-sing"]["status"] == "open"


def test_edges_have_their_relation_as_key_and_every_relation_its_ends(graph: Graph) -> None:
    assert sorted(graph.edges(keys=True)) == [
        ("claim/sprockets-rust", "phenomenon/rust", "about"),
        ("claim/widgets-grow", "phenomenon/growth", "about"),
        ("claim/widgets-shine", "phenomenon/shine", "about"),
        ("claim/widgets-sing", "phenomenon/shine", "about"),
        ("paper/alpha", "claim/widgets-grow", "supports"),
        ("paper/alpha", "claim/widgets-grow", "supports#2"),
        ("paper/alpha", "claim/widgets-shine", "qualifies"),
        ("paper/alpha", "model/gizmo", "introduces"),
        ("paper/alpha", "model/gizmo", "testedOn"),
        ("paper/beta", "claim/sprockets-rust", "supports"),
        ("paper/beta", "claim/widgets-shine", "contradicts"),
        ("paper/gamma", "claim/widgets-grow", "contradicts"),
        ("paper/gamma", "claim/widgets-sing", "supports"),
        ("phenomenon/growth", "model/gizmo", "seenIn"),
        ("phenomenon/growth", "paper/beta", "listCites"),
        ("phenomenon/growth", "topic/widgets", "topic"),
        ("phenomenon/rust", "topic/sprockets", "topic"),
        ("phenomenon/shine", "topic/widgets", "topic"),
    ]


def test_an_evidence_edge_says_what_was_found_and_weighs_nothing_until_it_is_accepted(graph: Graph) -> None:
    assert graph.edges["paper/alpha", "claim/widgets-grow", "supports"] == {
        "relation": "supports",
        "weight": 0.9,
        "evidence": "widgets-grow.alpha",
        "counted": True,
        "strength": "strong",
        "review": "accepted",
        "checked": "paper",
        "confidence": "high",
        "finding": "alpha found it.",
        "locator": "figure 1",
        "models": "gizmo",
        "note": "widgets only",
        "parameters_minimum": 7e7,
    }
    proposed = graph.edges["paper/gamma", "claim/widgets-sing", "supports"]
    assert (proposed["weight"], proposed["counted"], proposed["review"]) == (0.0, False, "proposed")
    assert graph.edges["paper/alpha", "model/gizmo", "testedOn"]["evidence"] == "widgets-grow.alpha"


def test_weights_are_those_of_the_project() -> None:
    graph = build_network(view_of(widgets()), weights=StatusSettings(strong=1.0))
    assert graph.edges["paper/alpha", "claim/widgets-grow", "supports"]["weight"] == 1.0


def test_a_citing_paper_is_a_node_unless_it_is_a_paper_of_the_graph() -> None:
    cites = [
        citation("alpha", "f" * 40, "Made-up citing paper"),
        citation("alpha", "e" * 40, "the same as beta", doi="10.5555/MADE-UP"),
        citation("gamma", "f" * 40, "Made-up citing paper"),
    ]
    graph = build_network(view_of(widgets()), citations=cites)
    assert [node for node, kind in graph.nodes(data="kind") if kind == "citing paper"] == [f"work/{'f' * 40}"]
    assert [(source, target) for source, target, key in graph.edges(keys=True) if key == "cites"] == [
        ("paper/beta", "paper/alpha"),
        (f"work/{'f' * 40}", "paper/alpha"),
        (f"work/{'f' * 40}", "paper/gamma"),
    ]
    assert graph.edges[f"work/{'f' * 40}", "paper/alpha", "cites"] == {
        "relation": "cites",
        "weight": 1.0,
        "influential": True,
        "contexts": 1,
        "intents": "background",
        "seen": "2099-01-02",
    }


@example_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(made_up_knowledge())
def test_every_attribute_is_a_plain_value(knowledge: Knowledge) -> None:
    graph = build_network(view_of(knowledge))
    for _, attributes in graph.nodes(data=True):
        assert {type(value) for value in attributes.values()} <= {str, int, float, bool}
    for _, _, attributes in graph.edges(data=True):
        assert {type(value) for value in attributes.values()} <= {str, int, float, bool}
    assert graph.number_of_nodes() == sum(
        len(entries)
        for entries in (
            knowledge.topics, knowledge.phenomena, knowledge.claims, knowledge.papers, knowledge.models,
        )
    )  # fmt: skip
    evidence = [key for *_, key in graph.edges(data="evidence") if key and ";" not in key]
    assert set(knowledge.evidence) <= set(evidence) | {one for one in knowledge.evidence if ";" in one}


@pytest.mark.parametrize("format_name", ["graphml", "gexf"])
def test_networkx_writes_it_and_reads_it_back(graph: Graph, format_name: str) -> None:
    write, read = getattr(nx, f"write_{format_name}"), getattr(nx, f"read_{format_name}")
    stream = io.BytesIO()
    write(graph, stream)
    stream.seek(0)
    again = read(stream)
    assert set(again.nodes) == set(graph.nodes)
    assert again.number_of_edges() == graph.number_of_edges()
    assert again.nodes["claim/widgets-grow"]["status"] == "contested"


@pytest.mark.parametrize("name", ["growth", "phenomenon/growth", f"{BASE}phenomenon/growth"], ids=["slug", "id", "IRI"])
def test_a_node_is_found_by_any_of_its_names(graph: Graph, name: str) -> None:
    assert find_node(graph, name) == "phenomenon/growth"


def test_an_unknown_node_gets_the_nearest_name(graph: Graph) -> None:
    with pytest.raises(UnknownName) as caught:
        find_node(graph, "widgets-grwo")
    assert str(caught.value) == "no node named 'widgets-grwo'; did you mean 'widgets-grow'?"


def test_degrees_leave_out_evidence_that_does_not_count(graph: Graph) -> None:
    counted = degrees(graph)
    # gamma: the contradiction only; alpha: two supports, one qualification, introduces, testedOn.
    assert (counted["paper/gamma"], counted["paper/alpha"], counted["claim/widgets-sing"]) == (1, 5, 1)


def test_weights_of_parallel_evidence_add_up(graph: Graph) -> None:
    simple = simple_graph(graph)
    assert simple.edges["paper/alpha", "claim/widgets-grow"]["weight"] == pytest.approx(0.9 + 0.6)
    assert not simple.has_edge("paper/gamma", "claim/widgets-sing")


def test_pagerank_sums_to_one_and_flows_along_the_edges(graph: Graph) -> None:
    ranks = pagerank(graph)
    assert sum(ranks.values()) == pytest.approx(1)
    # Nothing points to a paper that the list does not cite; growth passes rank on to beta.
    assert ranks["paper/alpha"] == pytest.approx(ranks["paper/gamma"])
    assert ranks["paper/beta"] > ranks["paper/alpha"]
    assert ranks["topic/widgets"] > ranks["phenomenon/shine"] > ranks["claim/widgets-sing"]


def test_betweenness_is_one_in_the_middle_of_three() -> None:
    graph: Graph = nx.MultiDiGraph()
    for node in "abc":
        graph.add_node(node, kind="claim", label=node)
    graph.add_edge("a", "b", relation="about", weight=1.0)
    graph.add_edge("c", "b", relation="about", weight=1.0)
    assert betweenness(graph) == {"a": 0.0, "b": 1.0, "c": 0.0}


def test_communities_part_the_nodes_and_come_largest_first(graph: Graph) -> None:
    found = communities(graph)
    assert sorted(node for members in found for node in members) == sorted(graph)
    assert [len(members) for members in found] == sorted((len(members) for members in found), reverse=True)
    # Rust hangs on its own topic and claim.
    rusty = next(members for members in found if "topic/sprockets" in members)
    assert {"phenomenon/rust", "claim/sprockets-rust"} <= rusty


def test_the_table_of_centralities_has_every_node_once(graph: Graph) -> None:
    table = centralities(graph)
    assert sorted(row.node for row in table) == sorted(graph)
    assert [row.betweenness for row in table] == sorted((row.betweenness for row in table), reverse=True)
    row = next(row for row in table if row.node == "claim/widgets-grow")
    assert (row.kind, row.label, row.degree) == ("claim", "Widgets grow", 4)


def test_measures_of_an_empty_graph_are_empty() -> None:
    empty = build_network(view_of(Knowledge()))
    assert (degrees(empty), pagerank(empty), betweenness(empty), communities(empty)) == ({}, {}, {}, [])
    assert (centralities(empty), bridges(empty)) == ([], [])


def test_bridges_are_papers_with_evidence_on_two_phenomena(graph: Graph) -> None:
    found = {(bridge.first, bridge.second): bridge for bridge in bridges(graph)}
    assert {pair: bridge.papers for pair, bridge in found.items()} == {
        ("growth", "shine"): ("alpha",),
        ("shine", "rust"): ("beta",),
    }
    assert not found["growth", "shine"].across_topics
    assert found["shine", "rust"].across_topics


def test_a_neighbourhood_grows_by_hops_and_stops_at_topics_and_models(graph: Graph) -> None:
    assert list(neighbourhood(graph, "growth", hops=0)) == ["phenomenon/growth"]
    assert list(neighbourhood(graph, "growth", hops=1)) == [
        "topic/widgets", "phenomenon/growth", "claim/widgets-grow", "paper/beta", "model/gizmo",
    ]  # fmt: skip
    two = neighbourhood(graph, "growth", hops=2)
    # Through the claim to its papers, through beta to its claims; not through the topic to shine.
    assert set(two) - set(neighbourhood(graph, "growth", hops=1)) == {
        "claim/widgets-shine", "claim/sprockets-rust", "paper/alpha", "paper/gamma",
    }  # fmt: skip
    assert two.has_edge("paper/alpha", "model/gizmo")
    assert list(neighbourhood(graph, "widgets", hops=1)) == ["topic/widgets", "phenomenon/growth", "phenomenon/shine"]
    assert set(neighbourhood(graph, "growth", hops=10**18)) == set(neighbourhood(graph, "growth", hops=20))


def test_a_neighbourhood_of_nothing_is_an_error(graph: Graph) -> None:
    with pytest.raises(UnknownName):
        neighbourhood(graph, "gadgets")
    with pytest.raises(ValueError, match="hops must be 0 or more"):
        neighbourhood(graph, "growth", hops=-1)


def test_the_evidence_path_is_told_step_by_step(graph: Graph) -> None:
    path = evidence_path(graph, "widgets-grow", "sprockets-rust")
    assert path is not None
    assert path.nodes == (
        "claim/widgets-grow", "paper/alpha", "claim/widgets-shine", "paper/beta", "claim/sprockets-rust",
    )  # fmt: skip
    # Of two pieces of evidence between the same two, the heavier is told.
    assert [step.evidence for step in path.steps] == [
        "widgets-grow.alpha", "widgets-shine.alpha", "widgets-shine.beta", "sprockets-rust.beta",
    ]  # fmt: skip
    assert str(path).splitlines()[:3] == [
        '1. Made-up paper alpha on widgets (2090) supports "Widgets grow": alpha found it.',
        '2. Made-up paper alpha on widgets (2090) qualifies "Widgets shine": alpha found it.',
        '3. Made-up paper beta on widgets contradicts "Widgets shine": beta found it.',
    ]


def test_proposed_evidence_joins_only_when_asked(graph: Graph) -> None:
    assert evidence_path(graph, "widgets-grow", "widgets-sing") is None
    path = evidence_path(graph, "widgets-grow", "widgets-sing", counted_only=False)
    assert path is not None
    assert path.nodes == ("claim/widgets-grow", "paper/gamma", "claim/widgets-sing")
    assert path.steps[1].sentence.endswith("gamma found it. [proposed, does not count]")


def test_a_claim_is_no_step_from_itself(graph: Graph) -> None:
    path = evidence_path(graph, "widgets-grow", "claim/widgets-grow")
    assert path is not None
    assert (path.nodes, path.steps, str(path)) == (("claim/widgets-grow",), (), "")


@pytest.mark.parametrize("name", ["widgets-shrink", "paper/alpha", "growth"])
def test_a_path_wants_claims(graph: Graph, name: str) -> None:
    with pytest.raises(UnknownName):
        evidence_path(graph, name, "widgets-grow")


def test_answers_do_not_depend_on_the_hash_seed() -> None:
    script = (
        "from picture_samples import view_of, widgets\n"
        "from phengraph.network import *\n"
        "from phengraph.layout import positions\n"
        "g = build_network(view_of(widgets()))\n"
        "print([sorted(c) for c in communities(g)], centralities(g), bridges(g))\n"
        "print(list(neighbourhood(g, 'growth', hops=2).edges(keys=True)), positions(g))\n"
        "print(evidence_path(g, 'widgets-grow', 'sprockets-rust'))\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "tests"},
            capture_output=True,
            check=True,
            text=True,
            cwd=__file__.rsplit("/tests/", 1)[0],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
