"""The dataset: made once, found again by the digest of its inputs, never half, the same for everybody who asks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import Literal, URIRef
from rdflib.namespace import RDF, SKOS

from phengraph.curate import read_graph
from phengraph.dataset import Dataset, build_dataset, open_dataset
from phengraph.fingerprint import input_digest
from phengraph.problems import DamagedCache, InvalidProject
from phengraph.project import Project
from phengraph.snapshot import MEMORY_QUADS, Heading, make_folder, prune, publish, read_contents, write_snapshot
from phengraph.views import read_view

TOY = Path(__file__).resolve().parent / "toy"
BASE = "https://example.org/toy/"


@pytest.fixture
def toy(tmp_path: Path) -> Project:
    """A copy of the toy project, old enough that nothing of it is taken for being written right now."""
    root = tmp_path / "toy"
    shutil.copytree(TOY, root, ignore=shutil.ignore_patterns(".phengraph"))
    for path in root.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return Project(root)


def steps_of(project: Project) -> list[str]:
    steps: list[str] = []
    open_dataset(project, progress=steps.append)
    return steps


def test_a_dataset_is_built_once_and_then_opened(toy: Project) -> None:
    assert steps_of(toy) == ["reading graph/", "judging claims", "asking git", "writing quads"]
    assert steps_of(toy) == []


def test_the_view_of_a_dataset_is_what_was_read_from_the_files(toy: Project) -> None:
    view = read_view(open_dataset(toy))
    known = read_graph(toy).knowledge
    assert view.knowledge == known
    for kind in ("topics", "phenomena", "claims", "evidence", "papers", "models", "notes"):
        assert list(getattr(view.knowledge, kind)) == list(getattr(known, kind)), kind
    assert list(view.statuses) == list(known.claims)
    assert (view.title, view.base, view.branch) == ("Toy phenomena", BASE, "main")


@pytest.mark.parametrize("path", ["graph/papers.bib", "graph/phenomena/widget-growth.md", "phengraph.toml"])
def test_a_changed_file_makes_another_dataset(toy: Project, path: str) -> None:
    before = open_dataset(toy).digest
    place = toy.root / path
    place.write_bytes(place.read_bytes() + b"\n")
    assert open_dataset(Project(toy.root)).digest != before


def test_a_change_within_the_tick_of_the_clock_and_of_the_same_size_is_seen(toy: Project) -> None:
    place = toy.graph / "phenomena" / "widget-growth.md"
    os.utime(place)
    before = input_digest(toy, None)
    stat = place.stat()
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace("made up", "made-up"), encoding="utf-8")
    os.utime(place, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert place.stat().st_size == stat.st_size
    assert input_digest(toy, None) != before


def test_a_file_that_did_not_change_is_not_read_again(toy: Project) -> None:
    digest = input_digest(toy, None)
    record = toy.cache / "inputs.json"
    rows = json.loads(record.read_bytes())
    rows["graph/papers.bib"][3] = "0" * 64
    record.write_text(json.dumps(rows), encoding="ascii")
    # What was recorded is believed, so the file was not read.
    assert input_digest(toy, None) != digest
    os.utime(toy.graph / "papers.bib", (1_600_000_000, 1_600_000_000))
    assert input_digest(toy, None) == digest


@pytest.mark.parametrize("text", ["", "[]", '{"graph/papers.bib": 1}', '{"graph/papers.bib": [1, 2]}'])
def test_a_damaged_record_of_inputs_costs_only_time(toy: Project, text: str) -> None:
    digest = input_digest(toy, None)
    (toy.cache / "inputs.json").write_text(text, encoding="ascii")
    assert input_digest(toy, None) == digest


def test_another_commit_makes_another_digest(toy: Project) -> None:
    assert input_digest(toy, None) != input_digest(toy, "0" * 40)


def test_lock_files_of_editors_change_nothing(toy: Project) -> None:
    digest = input_digest(toy, None)
    (toy.graph / "phenomena" / ".widget-growth.md.swp").write_bytes(b"swap")
    assert input_digest(toy, None) == digest


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("quads.nq", b"x"),
        ("contents.json", b"{"),
        ("contents.json", b"[]"),
        ("contents.json", b'{"digest": "another"}'),
    ],
)
def test_a_damaged_cache_is_made_anew(toy: Project, name: str, damage: bytes) -> None:
    dataset = open_dataset(toy)
    quads = len(dataset.store)
    (dataset.path / name).write_bytes(damage)
    again = open_dataset(toy)
    assert len(again.store) == quads
    assert steps_of(toy) == []


def test_one_turned_bit_in_the_quads_is_noticed(toy: Project) -> None:
    path = open_dataset(toy).quads_path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    assert steps_of(toy) != []


def test_a_build_that_fails_leaves_nothing(toy: Project) -> None:
    place = toy.graph / "phenomena" / "widget-growth.md"
    place.write_text(place.read_text(encoding="utf-8").replace("supports:", "suports:"), encoding="utf-8")
    with pytest.raises(InvalidProject) as failed:
        open_dataset(toy)
    assert any("suports" in problem.message for problem in failed.value.problems)
    assert "run `phengraph check`" in str(failed.value)
    folder = toy.cache / "datasets"
    assert not folder.exists() or list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("<x> <y> .", "graph/ontology.ttl:1"),
        ("@prefix ex: <https://example.org/> . ex:a ex:b [] .", "graph/ontology.ttl: error: a blank node"),
    ],
)
def test_an_ontology_that_cannot_be_taken_is_a_problem_at_its_place(toy: Project, turtle: str, message: str) -> None:
    (toy.graph / "ontology.ttl").write_text(turtle, encoding="utf-8")
    with pytest.raises(InvalidProject) as failed:
        open_dataset(toy)
    assert [str(problem) for problem in failed.value.problems if message in str(problem)]


def test_force_builds_anew(toy: Project) -> None:
    open_dataset(toy)
    steps: list[str] = []
    build_dataset(toy, progress=steps.append, force=True)
    assert steps
    assert build_dataset(toy).contents == open_dataset(toy).contents


def test_who_asks_while_it_is_built_anew_is_answered_from_what_was_there(toy: Project) -> None:
    before = open_dataset(toy)
    mark = before.path / "old"
    mark.touch()
    asked: list[int] = []
    made = build_dataset(toy, progress=lambda step: asked.append(len(open_dataset(toy).store)), force=True)
    assert set(asked) == {before.contents.quads}
    assert made.path == before.path
    assert not mark.exists(), "it was not built anew"
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name], "the old one is still there"


def test_two_processes_build_at_once_and_both_are_right(toy: Project) -> None:
    program = (
        "import sys; from pathlib import Path; from phengraph.project import Project; "
        "from phengraph.dataset import build_dataset; "
        "print(len(build_dataset(Project(Path(sys.argv[1])), force=True).store))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(toy.root)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    answers = {process.communicate()[0].strip() for process in running}
    assert all(process.returncode == 0 for process in running)
    assert answers == {str(len(open_dataset(toy).store))}
    assert [path.name for path in (toy.cache / "datasets").iterdir()] == [open_dataset(toy).digest]


def test_a_project_that_cannot_be_written_still_has_a_dataset(toy: Project) -> None:
    toy.cache.write_text("a file where the folder should be", encoding="utf-8")
    dataset = open_dataset(toy)
    assert len(dataset.store) > 100
    assert toy.root not in dataset.path.parents


def test_beside_a_dataset_outside_the_project_nothing_is_removed(toy: Project, tmp_path: Path) -> None:
    neighbours = [tmp_path / name for name in ("a", "b", "c", "d", "e", "0" * 32, "1" * 32, "2" * 32, "3" * 32)]
    for place in neighbours:
        place.mkdir()
    toy.cache.write_text("a file where the folder should be", encoding="utf-8")
    program = (
        "import sys; from pathlib import Path; from phengraph.project import Project; "
        "from phengraph.dataset import open_dataset; print(open_dataset(Project(Path(sys.argv[1]))).path)"
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(toy.root)], env=environment, capture_output=True, text=True, check=True
    )
    made = Path(done.stdout.strip())
    assert made.parent == tmp_path
    assert not made.exists(), "the fleeting snapshot goes with its process"
    assert [place for place in neighbours if not place.is_dir()] == []


def test_old_snapshots_go_and_the_newest_stay(tmp_path: Path) -> None:
    folder = tmp_path / "datasets"
    names = [f"{number:032}" for number in range(6)]
    for age, name in enumerate(names):
        (folder / name).mkdir(parents=True)
        os.utime(folder / name, (1_700_000_000 + age, 1_700_000_000 + age))
    (folder / "making-abandoned").mkdir()
    os.utime(folder / "making-abandoned", (1_700_000_000, 1_700_000_000))
    (folder / "making-right-now").mkdir()
    (folder / "somebody-elses").mkdir()
    prune(folder, kept=folder / names[0])
    assert sorted(path.name for path in folder.iterdir()) == [
        names[0], names[4], names[5], "making-right-now", "somebody-elses",
    ]  # fmt: skip


def numbers(count: int) -> list[pyoxigraph.Quad]:
    node, graph = pyoxigraph.NamedNode, pyoxigraph.NamedNode(BASE + "graph/numbers")
    return [
        pyoxigraph.Quad(node(f"{BASE}claim/{n}"), node(BASE + "ns#next"), node(f"{BASE}claim/{n + 1}"), graph)
        for n in range(count)
    ]


def test_a_large_dataset_is_a_store_on_disk_and_answers_the_same(tmp_path: Path) -> None:
    heading = Heading("d" * 32, BASE, "Numbers", "", None, "main")
    made = make_folder(tmp_path / "datasets")
    contents = write_snapshot(made, numbers(MEMORY_QUADS + 10), numbers(5), heading, load_bytes=1_000_000)
    folder = publish(made, tmp_path / "datasets" / heading.digest)
    assert contents.tables and contents.quads == MEMORY_QUADS + 10 and contents.edges == MEMORY_QUADS + 10
    assert read_contents(folder, heading.digest) == contents
    on_disk, resident = Dataset(folder, contents), Dataset(folder, contents, resident=True)
    query = "SELECT (COUNT(*) AS ?count) { ?from ?by ?to }"
    answers = {
        str(next(iter(dataset.store.query(query, use_default_graph_as_union=True)))["count"])  # type: ignore[arg-type, index]
        for dataset in (on_disk, resident)
    }
    assert answers == {f'"{MEMORY_QUADS + 10}"^^<http://www.w3.org/2001/XMLSchema#integer>'}
    with pytest.raises(RuntimeError, match="read-write"):
        on_disk.store.add(numbers(1)[0])
    again = Dataset(folder, contents)
    current = (folder / "store" / "CURRENT").read_bytes()
    (folder / "store" / "CURRENT").write_bytes(b"another")
    with pytest.raises(DamagedCache, match="run `phengraph build --force`"):
        again.store  # noqa: B018 - opened when first asked for
    (folder / "store" / "CURRENT").write_bytes(current)
    (folder / "quads.nq").write_bytes(b"x" * contents.quads_bytes)
    for read in (again.load, lambda: list(again.read_knowledge_quads())):
        with pytest.raises(DamagedCache, match="is damaged"):
            read()
    table = next((folder / "store").glob("*.sst"))
    table.write_bytes(table.read_bytes()[:-1])
    assert read_contents(folder, heading.digest) is None


def test_rdflib_gets_the_same_quads_with_plain_strings(toy: Project) -> None:
    dataset = open_dataset(toy)
    graph = dataset.rdflib()
    assert len(list(graph.quads((None, None, None, None)))) == len(dataset.store)
    paper = URIRef(BASE + "paper/alpha2019widgets")
    key = URIRef("https://w3id.org/phengraph/ns#key")
    assert graph.value(paper, key) == Literal("alpha2019widgets")
    assert (paper, key, Literal("alpha2019widgets")) in graph
    rows = list(
        graph.query("SELECT ?key ?missing { paper:alpha2019widgets ph:key ?key OPTIONAL { ?key ph:x ?missing } }")
    )
    assert [tuple(row) for row in rows] == [(Literal("alpha2019widgets"), None)]
    made = graph.query("CONSTRUCT WHERE { paper:alpha2019widgets ph:key ?key }").graph
    assert made is not None and set(made) == {(paper, key, Literal("alpha2019widgets"))}
    labels = graph.objects(URIRef(BASE + "phenomenon/odd-characters"), SKOS.prefLabel)
    assert Literal("奇怪的字符", lang="zh") in set(labels)


def test_what_is_added_to_the_rdflib_dataset_stays_there(toy: Project) -> None:
    dataset = open_dataset(toy)
    before = len(dataset.store)
    graph = dataset.rdflib()
    graph.get_context(URIRef(BASE + "mine")).add((URIRef(BASE + "x"), URIRef(BASE + "y"), Literal("z")))
    assert len(dataset.store) == before
    assert len(list(dataset.rdflib().quads((None, None, None, None)))) == before


def test_rdflib_takes_from_as_a_graph_of_ours_and_opens_no_file_that_a_query_names(
    toy: Project, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<https://example.org/s> <https://example.org/p> 'secret' .", encoding="utf-8")
    graph = open_dataset(toy).rdflib()
    asked = f"SELECT (COUNT(*) AS ?count) FROM <{BASE}graph/papers.bib> {{ ?s a ?kind }}"
    (count,) = next(iter(graph.query(asked)))
    assert int(count) == sum(1 for _ in graph.get_context(URIRef(BASE + "graph/papers.bib")).subjects(RDF.type))
    asked = f"SELECT ?text FROM <{secret.as_uri()}> {{ ?s ?p ?text }}"
    assert list(graph.query(asked)) == []
