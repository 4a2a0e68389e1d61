"""The named queries through phengraph, against bare pyoxigraph and against rdflib's own engine, in one run.

    python benchmarks/queries.py [--quads 100000] [--limit-seconds 60]

The dataset is made up (benchmarks/fabricate.py, and made-up citations), the queries are those of examples/queries with
their parameters set to entries of it. For each query: milliseconds of

    bare       pyoxigraph's `Store.query` on a store in memory, the answer serialized as phengraph would
    in process phengraph's `run_query(isolated=False)` on the same store
    worker     phengraph's `KillableEngine(resident=True)`: the guard, the child process, the pipe
    rdflib     rdflib's `Dataset(default_union=True)` in its own memory store, serialized as JSON or Turtle

and at the end the geometric means of the ratios. A query that rdflib does not finish within the limit counts with the
limit, so its ratio is a lower bound and marked `>`. Numbers of rows are compared; a difference is marked.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import multiprocessing
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from fabricate import fabricate

from phengraph.curate import read_graph
from phengraph.model import Citation, CitationCount, CitingPaper, Context, Knowledge
from phengraph.project import Project
from phengraph.quads import CitationQuads, count_quads, derived_quads, knowledge_quads
from phengraph.query import KillableEngine, Limits, read_queries, run_query, set_values
from phengraph.query.guard import inspect_query
from phengraph.status import judge_all
from phengraph.vocabulary import PREFIXES, base_prefixes

REPOSITORY = Path(__file__).resolve().parent.parent
QUADS_A_TIME = 14_500


@dataclass(frozen=True)
class Dataset:
    """The made-up dataset, as `query` asks for one."""

    base: str
    quads_path: Path
    store: pyoxigraph.Store
    store_path: None = None


def make_dataset(quads: int, folder: Path) -> tuple[Dataset, Knowledge]:
    """About so many made-up quads: two thirds knowledge, one third citations."""
    project_folder = folder / "project"
    fabricate(project_folder, times=max(1, round(quads * 2 / 3 / QUADS_A_TIME)))
    shutil.copy(REPOSITORY / "graph" / "ontology.ttl", project_folder / "graph" / "ontology.ttl")
    project = Project(project_folder)
    knowledge = read_graph(project).knowledge
    store = pyoxigraph.Store()
    store.extend(knowledge_quads(knowledge, project.base))
    counts = [
        CitationCount(key, f"2026-{month:02d}-01", 10 * month + len(key), month)
        for key in knowledge.papers
        for month in (7, 8)
    ]
    statuses = judge_all(knowledge, project.settings.status)
    store.extend(derived_quads(knowledge, statuses, counts, project.base))
    store.extend(count_quads(counts, knowledge, project.base))
    for triple in pyoxigraph.parse(path=project.graph / "ontology.ttl", format=pyoxigraph.RdfFormat.TURTLE):
        graph = pyoxigraph.NamedNode(f"{project.base}graph/ontology.ttl")
        store.add(pyoxigraph.Quad(triple.subject, triple.predicate, triple.object, graph))
    evidence = list(knowledge.evidence)
    for number, name in enumerate(evidence):
        store.add(_commit_time(project.base, name, number))
    citations = made_up_citations(knowledge)
    writer = CitationQuads(knowledge, project.base, {})
    while len(store) < quads:
        store.extend(writer.of_citations([next(citations) for _ in range(100)]))
    path = folder / "quads.nq"
    store.dump(path, pyoxigraph.RdfFormat.N_QUADS)
    return Dataset(project.base, path, store), knowledge


def made_up_citations(knowledge: Knowledge) -> Iterator[Citation]:
    """Citations without end; a citing paper has one to four of them."""
    chance = random.Random(1)
    keys = list(knowledge.papers)
    number = 0
    while True:
        citing = CitingPaper(
            s2_id=f"{number:040x}",
            corpus_id=number,
            title=f"Made-up citing paper {number} on widgets",
            year=2020 + number % 7,
            venue="Made-up proceedings",
        )
        for cited in chance.sample(keys, chance.randint(1, 4)):
            text = f"Made-up sentence about {cited} in paper {number}, of the length that such sentences have."
            seen = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}"
            yield Citation(cited, citing, (Context(text, ("background",)),), number % 9 == 0, seen)
        number += 1


def _commit_time(base: str, name: str, number: int) -> pyoxigraph.Quad:
    when = f"2026-{number % 9 + 1:02d}-{number % 28 + 1:02d}T10:00:00Z"
    return pyoxigraph.Quad(
        pyoxigraph.NamedNode(f"{base}evidence/{name}"),
        pyoxigraph.NamedNode(PREFIXES["prov"] + "generatedAtTime"),
        pyoxigraph.Literal(when, datatype=pyoxigraph.NamedNode(PREFIXES["xsd"] + "dateTime")),
        pyoxigraph.NamedNode(f"{base}provenance"),
    )


def set_queries(base: str, knowledge: Knowledge) -> dict[str, str]:
    """The named queries with parameters of this dataset."""
    claims, models = list(knowledge.claims), list(knowledge.models)
    papers = [evidence.paper for evidence in knowledge.evidence.values()]
    values = {
        "claim": claims[3], "from": claims[3], "to": claims[40], "paper": papers[0], "model": models[0],
        "phenomenon": next(iter(knowledge.phenomena)), "word": "widgets", "since": "2026-08-20", "parameters": "7e9",
    }  # fmt: skip
    return {
        one.name: set_values(one.text, {name: [values[name]] for name, _ in one.parameters}, base).text
        for one in read_queries(REPOSITORY / "examples" / "queries").values()
    }


def bare(dataset: Dataset, text: str) -> bytes:
    """What a few lines with pyoxigraph do."""
    prefixes = base_prefixes(dataset.base)
    answer = dataset.store.query(text, prefixes=prefixes, use_default_graph_as_union=True)
    if isinstance(answer, pyoxigraph.QueryTriples):
        return pyoxigraph.serialize(answer, format=pyoxigraph.RdfFormat.TURTLE, prefixes=prefixes)
    return answer.serialize(format=pyoxigraph.QueryResultsFormat.JSON)  # type: ignore[return-value]


def best_milliseconds(action: Callable[[], object], *, seconds: float = 1.0) -> float:
    """The quickest of several runs, at least three and for at least so long."""
    gc.disable()
    times: list[float] = []
    began = time.perf_counter()
    while len(times) < 3 or (time.perf_counter() - began < seconds and len(times) < 200):
        started = time.perf_counter()
        action()
        times.append(time.perf_counter() - started)
        if times[-1] > 10:
            break
    gc.enable()
    return min(times) * 1_000


def rdflib_milliseconds(graph: object, text: str, prefixes: str, limit_seconds: float) -> tuple[float, int | None]:
    """Milliseconds and rows, in a child that is ended at the limit (rows None)."""
    queue: multiprocessing.SimpleQueue[tuple[float, int]] = multiprocessing.get_context("fork").SimpleQueue()

    def ask() -> None:
        def once() -> bytes:
            result = graph.query(prefixes + text)  # type: ignore[attr-defined]
            return result.serialize(format="turtle" if result.type in ("CONSTRUCT", "DESCRIBE") else "json")  # type: ignore[no-any-return]

        rows = count_rows(once())
        queue.put((best_milliseconds(once), rows))

    child = multiprocessing.get_context("fork").Process(target=ask)
    child.start()
    child.join(limit_seconds * 3)
    if child.is_alive():
        child.kill()
        child.join()
    if queue.empty():
        return limit_seconds * 1_000, None
    return queue.get()


def count_rows(answer: bytes) -> int:
    """Solutions of a JSON answer; 1 for yes, 0 for no; triples of a Turtle answer."""
    if not answer.startswith(b"{"):
        return len(set(pyoxigraph.parse(answer, format=pyoxigraph.RdfFormat.TURTLE)))
    content = json.loads(answer)
    return int(content["boolean"]) if "boolean" in content else len(content["results"]["bindings"])


def started_milliseconds(command: list[str]) -> float:
    """The median of nine runs of a command on the shipped project."""
    times = []
    for _ in range(9):
        started = time.perf_counter()
        subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1_000


def geometric_mean(ratios: list[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the named queries; see the head of this file.")
    parser.add_argument("--quads", type=int, default=100_000)
    parser.add_argument("--limit-seconds", type=float, default=60.0, help="of one query on rdflib")
    parser.add_argument("--no-rdflib", action="store_true", help="leave rdflib out, which takes minutes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dataset, knowledge = make_dataset(arguments.quads, Path(folder))
        queries = set_queries(dataset.base, knowledge)
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in base_prefixes(dataset.base).items())
        graph = None
        if not arguments.no_rdflib:
            import rdflib

            started = time.perf_counter()
            graph = rdflib.Dataset(default_union=True)
            graph.parse(dataset.quads_path, format="nquads")
            print(f"rdflib loaded in {time.perf_counter() - started:.1f} s", file=sys.stderr)
        print(f"{len(dataset.store):,} made-up quads, {len(queries)} named queries; milliseconds\n")
        print(f"{'query':<24} {'rows':>6} {'bare':>9} {'in process':>10} {'worker':>9} {'rdflib':>10}")
        ratios: dict[str, list[float]] = {"in process": [], "worker": [], "rdflib": []}
        limits = Limits(timeout_seconds=None, memory_bytes=None)
        with KillableEngine(dataset, resident=True) as engine:
            for name, text in queries.items():
                rows = count_rows(bare(dataset, text))
                assert count_rows(engine.ask(text, limits=limits).read()) == rows, name
                times = {
                    "bare": best_milliseconds(lambda text=text: bare(dataset, text)),
                    "in process": best_milliseconds(lambda text=text: run_query(dataset, text, isolated=False).read()),
                    "worker": best_milliseconds(lambda text=text: engine.ask(text, limits=limits).read()),
                }
                mark, shown = " ", "-"
                if graph is not None:
                    times["rdflib"], their_rows = rdflib_milliseconds(graph, text, prefixes, arguments.limit_seconds)
                    mark = ">" if their_rows is None else " " if their_rows == rows else f" ({their_rows} rows)"
                    shown = f"{times['rdflib']:10.1f}"
                    ratios["rdflib"].append(times["rdflib"] / times["in process"])
                for path in ("in process", "worker"):
                    ratios[path].append(times[path] / times["bare"])
                print(
                    f"{name:<24} {rows:>6} {times['bare']:>9.2f} {times['in process']:>10.2f} "
                    f"{times['worker']:>9.2f} {shown:>10}{mark} {inspect_query(text).form.lower()}",
                    flush=True,
                )
        print("\nGeometric means of the ratios")
        print(f"  in process / bare pyoxigraph   {geometric_mean(ratios['in process']):8.3f}")
        print(f"  worker / bare pyoxigraph       {geometric_mean(ratios['worker']):8.3f}")
        if graph is not None:
            print(f"  rdflib / in process            {geometric_mean(ratios['rdflib']):8.1f}")
    command = [sys.executable, "-m", "phengraph", "query", "contested-claims"]
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    print(
        f"\n`phengraph query contested-claims` from a warm cache: {started_milliseconds(command):.0f} ms; "
        f"`python -c pass`: {started_milliseconds([sys.executable, '-c', 'pass']):.0f} ms"
    )


if __name__ == "__main__":
    main()
