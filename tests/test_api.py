"""The Python interface: what docs/python.md shows, and what it promises beside."""

from __future__ import annotations

import doctest
import os
import pickle
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from repositories import toy_repository

import phengraph
from phengraph.problems import QueryError, UnknownName

TOY = Path(__file__).resolve().parent / "toy"
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "python.md"
KEY = rdflib.URIRef("https://w3id.org/phengraph/ns#key")
EVIDENCE = "SELECT * { VALUES ?claim { claim:gadgets-do-good } ?evidence ph:claim ?claim }"
ENDLESS = "SELECT (COUNT(*) AS ?count) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("api") / "toy"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns(".phengraph"))
    return root


@pytest.fixture(scope="module")
def graph(toy: Path) -> Iterator[phengraph.Graph]:
    with phengraph.open(toy) as opened:
        yield opened


def test_the_documented_example_runs(toy: Path) -> None:
    here = Path.cwd()
    os.chdir(toy)
    try:
        text = DOCUMENT.read_text(encoding="utf-8")
        test = doctest.DocTestParser().get_doctest(text, {}, "python.md", str(DOCUMENT), 0)
        report: list[str] = []
        results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=report.append)
    finally:
        os.chdir(here)
    assert results.attempted > 15
    assert not results.failed, "".join(report)


def test_a_project_is_found_from_a_folder_inside(toy: Path) -> None:
    assert phengraph.open(toy / "graph" / "phenomena").project.root == toy


def test_importing_phengraph_loads_nothing_heavy() -> None:
    program = "import sys, phengraph; print([name for name in ('rdflib', 'pyoxigraph', 'pydantic', 'networkx') "
    program += "if name in sys.modules]); print(phengraph.__version__)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[0] == "[]"


def test_every_entry_comes_with_what_belongs_to_it(graph: phengraph.Graph) -> None:
    known = graph.view.knowledge
    assert [claim.slug for claim in graph.claims] == list(known.claims)
    assert [one.name for claim in graph.claims for one in claim.evidence] == list(known.evidence)
    assert [claim.slug for phenomenon in graph.phenomena for claim in phenomenon.claims] == list(known.claims)
    assert sorted(one.name for paper in graph.papers for one in paper.evidence) == sorted(known.evidence)
    tested = {one.name for model in graph.models for one in model.evidence}
    assert tested == {one.name for one in known.evidence.values() if one.conditions.models}


def test_values_of_rows_are_python_values(graph: phengraph.Graph) -> None:
    rows = graph.query(
        "SELECT * { VALUES (?a ?b ?c ?d ?e ?f ?g) { (1 1.5 1e3 true 'text'@en UNDEF <https://example.org/>) } }"
    )
    assert rows.variables == ("a", "b", "c", "d", "e", "f", "g")
    assert list(rows) == [
        {"a": 1, "b": 1.5, "c": 1000.0, "d": True, "e": "text", "f": None, "g": "https://example.org/"}
    ]
    assert [type(value) for value in rows[0].values()] == [int, float, float, bool, str, type(None), str]
    assert rows.column("a") == [1] and len(rows[0:0]) == 0


def test_a_number_that_is_none_stays_a_text(graph: phengraph.Graph) -> None:
    assert graph.query('SELECT ("many"^^xsd:integer AS ?count) {}').column("count") == ["many"]


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_in_either_process_the_answers_are_the_same(graph: phengraph.Graph, timeout: float | None) -> None:
    query = "SELECT ?claim ?share { ?claim ph:supportShare ?share } ORDER BY ?claim"
    assert graph.query(query, timeout=timeout) == graph.query(query)
    triples = graph.query("CONSTRUCT WHERE { ?paper a ph:Paper ; ph:key ?key }", timeout=timeout)
    assert isinstance(triples, rdflib.Graph)
    assert set(triples.objects(predicate=KEY)) == {rdflib.Literal(paper.key) for paper in graph.papers}
    assert graph.query("ASK { ?claim a ph:Claim }", timeout=timeout) is True


def test_a_query_that_takes_too_long_is_stopped_and_the_next_one_runs(graph: phengraph.Graph) -> None:
    with pytest.raises(QueryError) as failed:
        graph.query(ENDLESS, timeout=0.2)
    assert str(failed.value) == "stopped after 0.2 s; ask for less, or give more time with timeout="
    assert graph.query("ASK {}") is True


def test_a_named_query_takes_values(graph: phengraph.Graph, toy: Path) -> None:
    folder = toy / "examples" / "queries"
    folder.mkdir(parents=True)
    text = "# Papers\nSELECT ?paper { VALUES ?claim { claim:x } ?paper ph:supports ?claim }"
    (folder / "papers-for.rq").write_text(text, encoding="utf-8")
    rows = graph.query("papers-for", claim="gadgets-do-good")
    assert rows.column("paper") == ["https://example.org/toy/paper/delta2021scale"]
    with pytest.raises(UnknownName, match="no query named 'papers-fro'; did you mean 'papers-for'"):
        graph.query("papers-fro")


def test_a_wrong_query_says_where(graph: phengraph.Graph) -> None:
    with pytest.raises(QueryError) as failed:
        graph.query("SELECT * {\n  ?a ?b }")
    assert (failed.value.kind, failed.value.line) == ("syntax", 2)


def test_closing_ends_the_process_and_a_later_query_starts_another(toy: Path) -> None:
    graph = phengraph.open(toy)
    assert graph.query("ASK {}") is True
    graph.close()
    assert graph.query("ASK {}") is True
    graph.close()


def test_changes_are_told_from_git(tmp_path: Path) -> None:
    repository = toy_repository(tmp_path / "toy")
    first = repository.commit("all")
    repository.edit("graph/phenomena/gadget-emergence.md", "Gadgets do good", "Gadgets may do good")
    graph = phengraph.open(repository.root)
    assert [(one.kind, one.name, one.how) for one in graph.changes(first).entries] == [
        ("claims", "gadgets-do-good", "edited")
    ]
    assert graph.changes(first, "HEAD").is_empty


@pytest.mark.parametrize("page", ["queries.md", "exports.md"])
def test_the_programs_of_other_pages_run(toy: Path, repository: Path, tmp_path: Path, page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (repository / "docs" / page).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    root = tmp_path / "toy"
    shutil.copytree(toy, root)
    program = "\n".join(blocks).replace('about="grokking"', 'about="gadget-emergence"')
    shutil.copyfile(repository / "graph" / "context.jsonld", root / "graph" / "context.jsonld")
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_value_that_names_no_entry_is_told_and_not_answered_with_no_rows(graph: phengraph.Graph) -> None:
    with pytest.raises(UnknownName, match="no claim named 'gadgets-do-god'; did you mean 'gadgets-do-good'"):
        graph.query(EVIDENCE, claim="gadgets-do-god")
    assert len(graph.query(EVIDENCE, claim="gadgets-do-good")) == 3


def test_errors_travel_between_processes(graph: phengraph.Graph) -> None:
    with pytest.raises(QueryError) as wrong:
        graph.query("SELECT * {")
    copied = pickle.loads(pickle.dumps(wrong.value))
    assert (str(copied), copied.kind, copied.line) == (str(wrong.value), "syntax", 1)
    with pytest.raises(UnknownName) as unknown:
        graph.claim("gadgets-do-god")
    assert pickle.loads(pickle.dumps(unknown.value)).suggestion == "gadgets-do-good"


def test_a_fork_asks_a_worker_of_its_own(toy: Path) -> None:
    program = (
        "import multiprocessing, phengraph\n"
        "graph = phengraph.open('.')\n"
        "def ask(number): return graph.query(f'SELECT (COUNT(*) + {number} AS ?n) {{ ?claim a ph:Claim }}')[0]['n']\n"
        "first = ask(0)\n"
        "with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "    assert pool.map(ask, range(20)) == [first + number for number in range(20)]\n"
        "assert ask(1) == first + 1\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=toy, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
