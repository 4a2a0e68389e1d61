"""The steps, in the order in which they can be made."""

from __future__ import annotations

from functools import partial

from phengraph.corpus.shapes import ROLES, SHAPES, WANTED
from phengraph.corpus.work import Step, Work

UNIT = 10**18
"""PageRank is computed in whole units of which this many are 1."""


def _make_table(dataset: str, work: Work) -> None:
    """From shards to a table: lines to typed rows, then one row a key."""
    shape = SHAPES[dataset]
    folder = work.release.shards_folder(dataset)
    shards = [folder / shard.name for shard in work.release.fetched().get(dataset, ())]
    work.read_lines(f"{dataset}_shards", shards, shape.schema)
    rows = f"{shape.statements}_rows"
    work.save(rows, f"{dataset}_rows", version=0)
    work.save(dataset, shape.statements, partition="bucket")
    work.drop(rows)


def _table(dataset: str) -> Step:
    return Step(dataset, (), (), partial(_make_table, dataset), about=f"the dataset {dataset}, one row a key")


def _make_tracked(work: Work) -> None:
    work.read_lines("wanted", [work.release.root / "wanted.jsonl"], WANTED)
    work.save("tracked", "tracked")


def _make_roles(work: Work) -> None:
    work.read_lines("roles_lines", [work.release.root / "roles.jsonl"], ROLES)
    work.save("roles", "roles")


def _make_neighbourhood(work: Work) -> None:
    work.save("hop0", "neighbours_start")
    work.engine.read("reached", [work.release.table("hop0")])
    for hops in (1, 2):
        work.save(f"hop{hops}", "neighbours", hops=hops)
        work.engine.read("reached", [work.release.table(f"hop{done}") for done in range(hops + 1)])
    work.save("neighbourhood", "neighbourhood")
    work.drop("hop0", "hop1", "hop2")


def _make_pagerank(work: Work) -> None:
    damping, tolerance = float(work.numbers["damping"]), float(work.numbers["tolerance"])
    papers = max(work.number("SELECT COUNT(*) FROM degrees"), 1)
    work.save("ranks0", "pagerank_start", rank=UNIT // papers)
    work.engine.read("ranks", [work.release.table("ranks0")])
    last = 0
    for turn in range(1, int(work.numbers["rounds"]) + 1):
        work.on_step("pagerank", f"round {turn}")
        idle = work.number("SELECT CAST(SUM(rank) AS BIGINT) FROM ranks WHERE cites = 0")
        start = (UNIT - int(UNIT * damping) + int(idle * damping)) // papers
        work.save(f"ranks{turn}", "pagerank_step", start=start)
        work.drop(f"ranks{last}")
        last = turn
        work.engine.read("ranks", [work.release.table(f"ranks{turn}")])
        if work.number("SELECT CAST(SUM(change) AS BIGINT) FROM ranks") <= tolerance * UNIT:
            break
    work.save("pagerank", "pagerank", total=max(work.number("SELECT CAST(SUM(rank) AS BIGINT) FROM ranks"), 1))
    work.drop(f"ranks{last}")


def _simple(
    name: str, needs: tuple[str, ...], about: str, *, partition: str | None = None, numbers: tuple[str, ...] = ()
) -> Step:
    def make(work: Work) -> None:
        work.save(name, name, partition=partition)

    return Step(name, needs, (name,), make, numbers, about)


TABLES = tuple(_table(name) for name in SHAPES)
"""The steps that read shards."""

STEPS: tuple[Step, ...] = (
    *TABLES,
    Step("tracked", ("papers",), ("tracked",), _make_tracked, about="the tracked papers in the corpus"),
    Step("roles", (), ("roles",), _make_roles, about="which tracked paper is evidence for what"),
    _simple("edges", ("citations",), "who cites whom, once each", partition="bucket", numbers=("partitions",)),
    _simple("degrees", ("edges",), "how often each paper is cited, and how many it cites"),
    _simple(
        "tracked_citations",
        ("citations", "papers", "tracked", "abstracts", "tldrs"),
        "all citations of the tracked papers, with sentences",
    ),
    _simple("citing", ("edges", "tracked"), "who cites each tracked paper"),
    _simple("both_sides", ("citing", "roles"), "papers that cite evidence for and against a claim"),
    _simple(
        "months", ("citing", "papers", "tracked", "roles"), "citations a month of each paper, claim and phenomenon"
    ),
    Step(
        "neighbourhood",
        ("edges", "tracked"),
        ("neighbours_start", "neighbours", "neighbourhood"),
        _make_neighbourhood,
        about="papers within two citations of the tracked ones",
    ),
    _simple(
        "cocitation",
        ("citing", "edges", "tracked", "degrees"),
        "papers that are cited together with each tracked paper",
        numbers=("minimum",),
    ),
    _simple(
        "coupling",
        ("edges", "tracked", "degrees"),
        "papers that cite the same papers as each tracked paper",
        numbers=("minimum",),
    ),
    Step(
        "pagerank",
        ("edges", "degrees"),
        ("pagerank_start", "pagerank_step", "pagerank"),
        _make_pagerank,
        ("damping", "tolerance", "rounds"),
        "PageRank of every paper",
    ),
    _simple(
        "candidates",
        ("citing", "roles", "edges", "tracked", "degrees", "papers"),
        "untracked papers most co-cited with each phenomenon",
        numbers=("together", "candidates"),
    ),
)

NAMES = tuple(step.name for step in STEPS)


def with_needs(names: tuple[str, ...]) -> list[Step]:
    """These steps and all that they need, in order.

    >>> [step.name for step in with_needs(("degrees",))]
    ['citations', 'edges', 'degrees']
    """
    wanted = set(names)
    for step in reversed(STEPS):
        if step.name in wanted:
            wanted.update(step.needs)
    return [step for step in STEPS if step.name in wanted]
