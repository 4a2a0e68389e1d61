"""Each step on a case that was worked by hand, and the measures against NetworkX, igraph and scipy."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import igraph
import networkx as nx
import pytest
import scipy.sparse
from corpus_fixtures import citation_row, make_project, paper_row, paper_sha, split, take, write_shard
from ingest_fixtures import quick_folder
from standin.simulated import SimulatedClock

from phengraph.corpus.duck import DuckEngine
from phengraph.corpus.engine import EngineSettings
from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.run import run_corpus
from phengraph.corpus.session import Choice
from phengraph.project import Project

Row = dict[str, Any]


class Results:
    """The results of a run over made-up shards."""

    def __init__(
        self,
        folder: Path,
        datasets: dict[str, list[list[Row]]],
        tracked: dict[str, int],
        settings: str = "",
        step: str | None = None,
    ) -> None:
        for name, files in datasets.items():
            for place, rows in enumerate(files):
                write_shard(folder / "source" / name / f"{place}.gz", rows)
        self.project: Project = make_project(folder / "project", tracked, settings)
        take(self.project, folder / "source")
        self.outcome = run_corpus(self.project, Choice(step=step), clock=SimulatedClock())
        self._engine = DuckEngine(EngineSettings(folder / "spill", 500_000_000, 1))
        self.folder = CorpusFolder.of(self.project)

    def rows(self, step: str, columns: str = "*", rest: str = "") -> list[tuple[Any, ...]]:
        self._engine.read(step, [self.folder.current().table(step)])
        return sorted(self._engine.rows(f"SELECT {columns} FROM {step} {rest}"), key=str)


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


# Tracked are 1 (key one, supports) and 2 (key two, contradicts). 10 cites both, 11 only 1, 12 both and 20; 20 is cited
# by 10 and 12, 21 by 11. 1 cites 30; 22 cites 30, too. 40 cites 10: two steps from the tracked.
EDGES = [
    (10, 1),
    (10, 2),
    (11, 1),
    (12, 1),
    (12, 2),
    (10, 20),
    (12, 20),
    (11, 21),
    (1, 30),
    (22, 30),
    (40, 10),
    (50, 40),
]


@pytest.fixture(scope="module")
def small() -> Iterator[Results]:
    with quick_folder() as made:
        citations = [citation_row(number, *edge, influential=edge == (12, 2)) for number, edge in enumerate(EDGES)]
        papers = [
            paper_row(number, title=f"Made-up paper {number} on widgets", publicationdate=date, year=year)
            for number, date, year in [
                (1, "2020-01-01", 2020),
                (2, "2020-02-01", 2020),
                (10, "2021-03-05", 2021),
                (11, "2021-03-09", 2021),
                (12, None, 2022),
                (20, "2019-01-01", 2019),
            ]
        ]
        yield Results(
            made,
            {"citations": [citations[:6], citations[6:]], "papers": [papers]},
            {"one": 1, "two": 2},
            "candidate_minimum = 1\n",
        )


def test_tracked_papers_are_found_by_their_corpus_ids(small: Results) -> None:
    assert small.rows("tracked", "key, corpusid, found_by, sha") == [
        ("one", 1, "corpusid", paper_sha(1)),
        ("two", 2, "corpusid", paper_sha(2)),
    ]


def test_roles_say_which_paper_is_evidence_for_what(small: Results) -> None:
    assert small.rows("roles", "key, phenomenon, claim, stance") == [
        ("one", "made-up-phenomenon", "widgets-grow", "supports"),
        ("two", "made-up-phenomenon", "widgets-grow", "contradicts"),
    ]


def test_edges_and_degrees(small: Results) -> None:
    assert small.rows("edges", "citing, cited, influential") == sorted(
        [(citing, cited, (citing, cited) == (12, 2)) for citing, cited in EDGES], key=str
    )
    assert {row[0]: row[1:] for row in small.rows("degrees", "corpusid, cited_by, influential, cites")}[2] == (
        2,
        1,
        0,
    )
    assert (10, 1, 0, 3) in small.rows("degrees", "corpusid, cited_by, influential, cites")


def test_citing_papers_of_each_tracked_paper(small: Results) -> None:
    assert small.rows("citing", "key, citing, influential") == [
        ("one", 10, False),
        ("one", 11, False),
        ("one", 12, False),
        ("two", 10, False),
        ("two", 12, True),
    ]


def test_papers_that_cite_both_sides_of_a_claim(small: Results) -> None:
    assert small.rows("both_sides") == [("widgets-grow", 10, 1, 1), ("widgets-grow", 12, 1, 1)]


def test_citations_a_month_count_a_citing_paper_once_for_a_claim(small: Results) -> None:
    found = small.rows("months", "kind, name, month, citations, influential")
    assert found == [
        ("claim", "widgets-grow", "2021-03", 2, 0),
        ("claim", "widgets-grow", "2022", 1, 1),
        ("paper", "one", "2021-03", 2, 0),
        ("paper", "one", "2022", 1, 0),
        ("paper", "two", "2021-03", 1, 0),
        ("paper", "two", "2022", 1, 1),
        ("phenomenon", "made-up-phenomenon", "2021-03", 2, 0),
        ("phenomenon", "made-up-phenomenon", "2022", 1, 1),
    ]


def test_the_neighbourhood_of_two_hops_in_either_direction(small: Results) -> None:
    hops = {row[0]: (row[1], row[2]) for row in small.rows("neighbourhood", "corpusid, hops, links")}
    assert hops == {
        1: (0, 0),
        2: (0, 0),
        10: (1, 2),
        11: (1, 1),
        12: (1, 2),
        30: (1, 1),
        20: (2, 2),
        21: (2, 1),
        22: (2, 1),
        40: (2, 1),
    }


def test_cocitation_with_its_strength(small: Results) -> None:
    found = {(row[0], row[1]): row[2:] for row in small.rows("cocitation", "key, other, other_key, together, strength")}
    # One is cited by 10, 11, 12 and two by 10, 12: together by two, 2 / sqrt(3 * 2).
    assert found == {
        ("one", 2): ("two", 2, pytest.approx(2 / math.sqrt(6))),
        ("one", 20): (None, 2, pytest.approx(2 / math.sqrt(6))),
        ("one", 21): (None, 1, pytest.approx(1 / math.sqrt(3))),
        ("two", 1): ("one", 2, pytest.approx(2 / math.sqrt(6))),
        ("two", 20): (None, 2, pytest.approx(1.0)),
    }


def test_coupling_with_its_strength(small: Results) -> None:
    # One cites only 30, which 22 cites, too, and nothing else.
    assert small.rows("coupling", "key, other, other_key, shared, strength") == [("one", 22, None, 1, 1.0)]


def test_candidates_are_untracked_papers_most_cited_together_with_a_phenomenon(small: Results) -> None:
    # 10, 11, 12 cite the phenomenon's papers; 20 is cited by 10 and 12 (2 / sqrt(3 * 2)), 21 by 11 (1 / sqrt(3)).
    assert small.rows("candidates", "phenomenon, other, together, place, title") == [
        ("made-up-phenomenon", 20, 2, 1, "Made-up paper 20 on widgets"),
        ("made-up-phenomenon", 21, 1, 2, None),
    ]
    (score,) = small.rows("candidates", "score", "WHERE other = 20")[0]
    assert score == pytest.approx(2 / math.sqrt(6))


def test_all_citations_of_tracked_papers_with_what_is_known_of_the_citing_paper(small: Results) -> None:
    assert small.rows("tracked_citations", "key, citing, title, date, year, abstract") == [
        ("one", 10, "Made-up paper 10 on widgets", "2021-03-05", 2021, None),
        ("one", 11, "Made-up paper 11 on widgets", "2021-03-09", 2021, None),
        ("one", 12, "Made-up paper 12 on widgets", None, 2022, None),
        ("two", 10, "Made-up paper 10 on widgets", "2021-03-05", 2021, None),
        ("two", 12, "Made-up paper 12 on widgets", None, 2022, None),
    ]


# --- shards as they come ------------------------------------------------------------------------------------------


def test_overlapping_batches_nulls_and_both_kinds_of_ids(folder: Path) -> None:
    first = [
        citation_row(1, 10, 1, updated="2026-01-01"),
        {**citation_row(2, 11, 1), "citingcorpusid": 11, "citedcorpusid": 1, "citationid": "2"},
        citation_row(3, 12, None),
        citation_row(4, None, 1),
        citation_row(5, "", 1),
        citation_row(6, "12.5", 1),
        citation_row(7, "-3", 1),
        citation_row(8, 13, 1, updated="2026-01-01"),
    ]
    second = [
        citation_row(1, 10, 1, influential=True, contexts=["newer"], updated="2026-02-01"),
        citation_row(8, 13, None, updated="2026-02-01"),
        citation_row(9, 11, 1, contexts=["the same pair under another key"]),
        citation_row(None, 14, 1, contexts=["as before August 2023"]),
        citation_row(None, 14, 1, contexts=["as before August 2023"]),
        citation_row(None, 15, None),
    ]
    papers = [
        paper_row(1, updated="2026-01-01", title="older"),
        paper_row(1, updated="2026-03-01", title="newer"),
        {**paper_row(2), "corpusid": "2", "year": "2019"},
        {**paper_row(3), "corpusid": None},
        {**paper_row(4), "externalids": None, "authors": None, "url": None, "venue": None, "year": None},
    ]
    results = Results(folder, {"citations": [first, second], "papers": [papers]}, {"one": 1}, step="degrees")
    assert results.rows("citations", "citationid, citing, cited, influential, contexts") == [
        (1, 10, 1, True, ["newer"]),
        (2, 11, 1, False, None),
        (9, 11, 1, False, ["the same pair under another key"]),
        (None, 14, 1, False, ["as before August 2023"]),
    ]
    assert results.rows("edges", "citing, cited") == [(10, 1), (11, 1), (14, 1)]
    run_corpus(results.project, Choice(step="tracked"))
    found = results.rows("papers", "corpusid, title, year, sha, arxiv")
    assert [(row[0], row[1]) for row in found] == [
        (1, "newer"),
        (2, "Made-up paper 2 on widgets"),
        (4, "Made-up paper 4 on widgets"),
    ]
    assert (found[1][2], found[2][2:]) == (2019, (None, None, None))


def test_an_empty_corpus_has_empty_results(folder: Path) -> None:
    results = Results(folder, {"citations": [[]]}, {"one": 1})
    for step in results.outcome.made:
        expected = {"tracked": 1, "roles": 1, "neighbourhood": 1}.get(step, 0)
        assert len(results.rows(step)) == expected, step


def test_abstracts_and_summaries_come_where_they_were_fetched(folder: Path) -> None:
    results = Results(
        folder,
        {
            "citations": [[citation_row(1, 10, 1)]],
            "papers": [[paper_row(10)]],
            "abstracts": [
                [
                    {
                        "corpusid": 10,
                        "openaccessinfo": {"externalids": {}},
                        "abstract": "Made-up abstract.",
                        "updated": "1",
                    }
                ]
            ],
            "tldrs": [[{"corpusid": 10, "model": "made-up", "text": "Made-up summary."}]],
        },
        {"one": 1},
        'datasets = ["papers", "citations", "abstracts", "tldrs"]\n',
    )
    assert results.rows("tracked_citations", "abstract, tldr") == [("Made-up abstract.", "Made-up summary.")]


def test_a_paper_with_two_corpus_ids_is_one_paper(folder: Path) -> None:
    edges = [(10, 1), (10, 2), (11, 2), (10, 20)]
    ids = {"ArXiv": "2101.00001", "DOI": None}
    papers = [paper_row(1), paper_row(2, externalids=ids), paper_row(10), paper_row(11), paper_row(20)]
    results = Results(
        folder,
        {"citations": [[citation_row(number, *edge) for number, edge in enumerate(edges)]], "papers": [papers]},
        {"one": 1},
        step="tracked",
    )
    bib = results.project.graph / "papers.bib"
    bib.write_text(
        bib.read_text().replace(
            "corpusid = {1}", "corpusid = {1},\n  eprint = {2101.00001},\n  archiveprefix = {arXiv}"
        )
    )
    run_corpus(results.project)
    assert results.rows("tracked", "key, corpusid, found_by") == [("one", 1, "corpusid"), ("one", 2, "arxiv")]
    assert results.rows("citing", "key, citing") == [("one", 10), ("one", 11)]
    assert results.rows("cocitation", "key, other, together") == [("one", 20, 1)]


# --- against other people's programs ------------------------------------------------------------------------------


def network_results(folder: Path, edges: Iterable[tuple[int, int]], tracked: dict[str, int]) -> Results:
    rows = [citation_row(number, *edge) for number, edge in enumerate(edges)]
    split(rows, folder / "source" / "citations", 3)
    return Results(folder, {}, tracked, "tolerance = 1e-12\n")


def generated() -> list[tuple[int, int]]:
    """A scale-free network with cycles, papers that cite nothing, and papers that cite themselves."""
    chance = random.Random(11)
    edges = {(citing + 1, cited + 1) for citing, cited, _ in nx.scale_free_graph(1500, seed=3).edges}
    edges |= {(chance.randrange(1, 1500), chance.randrange(1, 1500)) for _ in range(3000)}
    return sorted(edges)


@pytest.fixture(scope="module")
def network() -> Iterator[tuple[list[tuple[int, int]], Results]]:
    with quick_folder() as made:
        edges = generated()
        yield edges, network_results(made, edges, {f"made{place}up": place for place in (1, 2, 3, 7, 40, 900)})


def test_pagerank_as_networkx_and_igraph_have_it(network: tuple[list[tuple[int, int]], Results]) -> None:
    edges, results = network
    found = dict(results.rows("pagerank"))
    graph = nx.DiGraph(edges)
    assert set(found) == set(graph)
    assert sum(found.values()) == pytest.approx(1.0)
    expected = nx.pagerank(graph, tol=1e-14, max_iter=1000)
    assert max(abs(found[node] - expected[node]) for node in graph) < 1e-11
    names = list(graph)
    place = {node: number for number, node in enumerate(names)}
    other = igraph.Graph(n=len(names), edges=[(place[a], place[b]) for a, b in edges], directed=True)
    ranks = other.pagerank(damping=0.85)
    assert max(abs(found[node] - ranks[place[node]]) for node in names) < 1e-11


def test_cocitation_and_coupling_as_igraph_and_scipy_have_them(network: tuple[list[tuple[int, int]], Results]) -> None:
    edges, results = network
    size = 1 + max(max(edge) for edge in edges)
    other = igraph.Graph(n=size, edges=edges, directed=True)
    matrix = scipy.sparse.csr_array(([1] * len(edges), tuple(zip(*edges, strict=True))), shape=(size, size))
    together, shared = (matrix.T @ matrix).tocoo(), (matrix @ matrix.T).tocoo()
    for step, column, counted, of in (
        ("cocitation", "together", together, other.cocitation),
        ("coupling", "shared", shared, other.bibcoupling),
    ):
        found = {(row[0], row[1]): row[2] for row in results.rows(step, f"key, other, {column}")}
        by_scipy = {
            (f"made{a}up", int(b)): int(n)
            for a, b, n in zip(*counted.coords, counted.data, strict=True)
            if a in (1, 2, 3, 7, 40, 900) and a != b
        }
        assert found == by_scipy
        for tracked in (1, 7):
            by_igraph = {n: int(w) for n, w in enumerate(of([tracked])[0]) if w and n != tracked}
            assert {b: n for (key, b), n in found.items() if key == f"made{tracked}up"} == by_igraph


def test_degrees_and_the_neighbourhood_as_networkx_has_them(network: tuple[list[tuple[int, int]], Results]) -> None:
    edges, results = network
    graph = nx.DiGraph(edges)
    degrees = {row[0]: row[1:] for row in results.rows("degrees", "corpusid, cited_by, cites")}
    assert degrees == {node: (graph.in_degree(node), graph.out_degree(node)) for node in graph}
    around = nx.multi_source_dijkstra_path_length(graph.to_undirected(), {1, 2, 3, 7, 40, 900}, cutoff=2)
    assert {row[0]: row[1] for row in results.rows("neighbourhood", "corpusid, hops")} == around


@pytest.mark.shared
def test_real_rows_as_networkx_has_them(folder: Path, shared: Path) -> None:
    import orjson

    sample = shared / "semantic-scholar" / "datasets-sample"
    rows = {
        name: [orjson.loads(line) for line in (sample / f"{name}-sample.jsonl").read_bytes().splitlines()]
        for name in ("citations", "papers", "abstracts", "tldrs")
    }
    real = {
        (int(row["citingcorpusid"]), int(row["citedcorpusid"]))
        for row in rows["citations"]
        if row["citingcorpusid"] and row["citedcorpusid"]
    }
    tracked = {f"real{cited}row": cited for _, cited in sorted(real)[:5]}
    results = Results(
        folder,
        {name: [of_name[:60], of_name[40:]] for name, of_name in rows.items()},
        tracked,
        'datasets = ["papers", "citations", "abstracts", "tldrs"]\ntolerance = 1e-12\n',
    )
    assert {row[:2] for row in results.rows("edges", "citing, cited")} == real
    assert len(results.rows("papers", "corpusid")) == 100
    assert len(results.rows("abstracts", "corpusid")) == len({row["corpusid"] for row in rows["abstracts"]})
    found, expected = dict(results.rows("pagerank")), nx.pagerank(nx.DiGraph(real), tol=1e-14)
    assert max(abs(found[node] - expected[node]) for node in expected) < 1e-11
    assert results.outcome.recorded is not None
    assert results.outcome.recorded.new == sum(cited in tracked.values() for _, cited in real)
    by_id = {row["corpusid"]: row for row in rows["papers"]}
    for corpus_id, sha, title, year in results.rows("papers", "corpusid, sha, title, year"):
        assert (sha, title, year) == (
            by_id[corpus_id]["url"][-40:],
            by_id[corpus_id]["title"],
            by_id[corpus_id]["year"],
        )
