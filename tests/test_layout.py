"""The layout: where nodes stand, that it is the same again, and that what belongs together stands together."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import pytest
from picture_samples import citation, view_of, widgets
from scipy.spatial import cKDTree

from phengraph.dataset import open_dataset
from phengraph.layout import SPACING, positions
from phengraph.network import EVIDENCE_RELATIONS, build_network
from phengraph.network.build import Graph
from phengraph.project import Project

Places = dict[str, tuple[float, float]]


def distance(places: Places, one: str, other: str) -> float:
    return math.dist(places[one], places[other])


def closest(places: Places) -> float:
    """The least distance between two nodes."""
    return float(cKDTree(list(places.values())).query(list(places.values()), k=2)[0][:, 1].min())


@pytest.fixture(scope="module")
def shipped(repository: object) -> Graph:
    return build_network(open_dataset(Project(repository)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shipped_places(shipped: Graph) -> Places:
    return positions(shipped)


def test_an_empty_graph_has_no_places() -> None:
    assert positions(nx.Graph()) == {}


def test_one_node_stands_in_the_middle() -> None:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_node("alone")
    assert positions(graph) == {"alone": (0.0, 0.0)}


@pytest.mark.parametrize(
    "graph",
    [
        nx.path_graph(2),
        nx.path_graph(3),
        nx.star_graph(40),
        nx.complete_graph(12),
        nx.empty_graph(60),
        nx.disjoint_union_all([nx.cycle_graph(size) for size in range(3, 12)]),
    ],
    ids=["pair", "path", "star", "complete", "isolates", "rings"],
)
def test_every_node_has_a_place_of_its_own_near_the_middle(graph: nx.Graph[int]) -> None:
    places = positions(graph)
    assert list(places) == list(graph)
    assert all(math.isfinite(number) and number == round(number, 1) for place in places.values() for number in place)
    assert closest(places) > 0.9 * SPACING
    for axis in (0, 1):
        ends = [place[axis] for place in places.values()]
        assert max(ends) + min(ends) == pytest.approx(0, abs=0.2)
        assert max(ends) < 40 * SPACING


def test_the_longer_side_lies_along_x() -> None:
    places = positions(nx.path_graph(60))
    width, height = (max(ends) - min(ends) for ends in zip(*places.values(), strict=True))
    assert width > height


def test_directions_parallel_edges_and_loops_make_no_difference() -> None:
    simple = nx.path_graph(["a", "b", "c", "d"])
    other: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    other.add_nodes_from("abcd")
    other.add_edges_from([("b", "a"), ("a", "b"), ("b", "a"), ("b", "c"), ("d", "c"), ("d", "d")])
    assert positions(other) == positions(simple)


def test_the_same_graph_gets_the_same_places_and_another_seed_others(shipped: Graph, shipped_places: Places) -> None:
    assert positions(shipped) == shipped_places
    assert positions(shipped, seed=1) != shipped_places


def test_no_two_nodes_of_the_shipped_graph_touch(shipped: Graph, shipped_places: Places) -> None:
    assert closest(shipped_places) > 0.9 * SPACING


def test_what_belongs_to_a_topic_stands_together(shipped: Graph, shipped_places: Places) -> None:
    topics = topics_of(shipped)
    own = {node: next(iter(found)) for node, found in topics.items() if len(found) == 1}
    tree = cKDTree([shipped_places[node] for node in own])
    names = list(own)
    _, near = tree.query(tree.data, k=7)
    same = [own[names[other]] == own[names[row[0]]] for row in near for other in row[1:]]
    # By chance alone it would be about one in ten.
    assert sum(same) / len(same) > 0.75


def topics_of(graph: Graph) -> dict[str, set[str]]:
    """Topics of phenomena, claims and papers, through what they are about."""
    found: dict[str, set[str]] = {}
    for relations in (("topic",), ("about",), EVIDENCE_RELATIONS):
        for source, target, relation in graph.edges(data="relation"):
            if relation in relations:
                found.setdefault(source, set()).update({target} if relation == "topic" else found[target])
    return found


def test_citing_papers_stand_around_what_they_cite() -> None:
    around_alpha = [citation("alpha", f"{number:040x}", f"Made-up citing paper {number}") for number in range(30)]
    both = [citation(cited, "f" * 40, "cites both") for cited in ("alpha", "beta")]
    graph = build_network(view_of(widgets()), citations=[*around_alpha, *both])
    places = positions(graph)
    core = positions(build_network(view_of(widgets())))
    for one, other in itertools.pairwise(core):
        # Citing papers do not move what people curated: only the whole is centred anew.
        assert distance(places, one, other) == pytest.approx(distance(core, one, other), abs=0.3)
    assert max(distance(places, "paper/alpha", f"work/{number:040x}") for number in range(30)) < 9 * SPACING
    middle = [sum(ends) / 2 for ends in zip(places["paper/alpha"], places["paper/beta"], strict=True)]
    assert math.dist(places[f"work/{'f' * 40}"], middle) < 4 * SPACING
    assert closest(places) > 0.6 * SPACING


def test_the_next_picture_keeps_nodes_where_they_were(shipped: Graph, shipped_places: Places) -> None:
    grown = shipped.copy()
    grown.add_node("claim/made-up", kind="claim", label="Made up")
    grown.add_edge("claim/made-up", "phenomenon/grokking", relation="about")
    for number in range(4):
        grown.add_node(f"paper/made-up-{number}", kind="paper", label="Made up")
        grown.add_edge(f"paper/made-up-{number}", "claim/made-up", relation="supports")
    places = positions(grown, previous=shipped_places)
    moved = sorted(math.dist(places[node], shipped_places[node]) for node in shipped)
    assert moved[len(moved) // 2] < 0.2 * SPACING
    assert moved[-1] < 3 * SPACING
    assert distance(places, "claim/made-up", "phenomenon/grokking") < 6 * SPACING
    assert closest(places) > 0.9 * SPACING


def test_a_new_component_finds_room_beside_the_old_picture(shipped: Graph, shipped_places: Places) -> None:
    grown = shipped.copy()
    grown.add_edges_from(itertools.pairwise([f"new/{number}" for number in range(6)]), relation="supports")
    places = positions(grown, previous=shipped_places)
    assert closest(places) > 0.9 * SPACING
