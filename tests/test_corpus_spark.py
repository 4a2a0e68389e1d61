"""The same results on Spark: in this process, and on a real cluster of a master and two workers, one of them killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from corpus_fixtures import RELEASE, made_up_citations, make_project, paper_row, split, take
from spark_fixtures import cluster, connect_server, spark_environment

from phengraph.corpus.errors import EngineMissing
from phengraph.corpus.folder import CorpusFolder, Release
from phengraph.corpus.run import NAMES, run_corpus
from phengraph.ingest.forms import FOLDER
from phengraph.project import Project

PAPERS, CITATIONS = 200, 2_000
# A few rounds of PageRank are as equal as many; each costs Spark seconds.
SETTINGS = 'rounds = 2\npartitions = 2\ndatasets = ["papers", "citations", "tldrs"]\n'
TRACKED = {"made1up": 1, "made2up": 2, "made40up": 40, "made90up": 90}


def source(folder: Path) -> Path:
    split(made_up_citations(CITATIONS, PAPERS), folder / "citations", 2)
    papers = [paper_row(number) for number in range(1, PAPERS + 1)]
    split(
        [*papers, *papers[:20], paper_row(7, title="newer", updated="2026-09-09T00:00:00.000Z")], folder / "papers", 1
    )
    split(({"corpusid": number, "text": f"Made-up summary {number}."} for number in range(1, 60)), folder / "tldrs", 1)
    return folder


def project(folder: Path, shards: Path) -> Project:
    made = make_project(folder, TRACKED, SETTINGS)
    take(made, shards)
    return made


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return source(tmp_path_factory.mktemp("shards"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, shards: Path) -> Project:
    """The project as DuckDB makes it."""
    made = project(tmp_path_factory.mktemp("duckdb") / "project", shards)
    run_corpus(made)
    return made


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return spark_environment(tmp_path_factory.mktemp("spark"))


def release_of(made: Project) -> Release:
    return CorpusFolder.of(made).release(RELEASE)


def assert_equal(one: Project, other: Project) -> None:
    """All results are equal, by EXCEPT ALL both ways, and so are the records."""
    connection = duckdb.connect()
    sizes = {}
    for step in NAMES:
        tables = [
            f"read_parquet('{release_of(made).table(step)}/**/*.parquet', hive_partitioning = true)"
            for made in (one, other)
        ]
        columns = [
            {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()} for table in tables
        ]
        assert columns[0] == columns[1], step
        names = ", ".join(sorted(columns[0]))
        for a, b in (tables, tables[::-1]):
            left = connection.execute(f"SELECT {names} FROM {a} EXCEPT ALL SELECT {names} FROM {b}").fetchall()
            assert left == [], step
        (sizes[step],) = connection.execute(f"SELECT COUNT(*) FROM {tables[0]}").fetchone() or (0,)
    assert all(sizes[step] > 0 for step in NAMES if step != "abstracts"), sizes
    assert records(one) == records(other)


def records(made: Project) -> dict[str, bytes]:
    """All records but the line of the run, which tells when it was."""
    root = made.root / FOLDER
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*.jsonl"))
        if path.name != "runs.jsonl"
    }


def command(made: Project, engine: str, *more: str) -> list[str]:
    words = ["--project", str(made.root), "corpus", "run", "--engine", engine, "--memory", "600MB", *more]
    return [sys.executable, "-m", "phengraph", *words]


def test_spark_in_one_process_gives_what_duckdb_gives(
    tmp_path: Path, shards: Path, expected: Project, environment: dict[str, str]
) -> None:
    made = project(tmp_path / "project", shards)
    told = subprocess.run(command(made, "local[2]"), env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr
    assert {done.engine for done in release_of(made).finished().values()} == {"local[2]"}
    assert_equal(expected, made)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []
    yield running
    for process in running:
        process.kill()
        process.communicate()


def test_a_cluster_that_loses_a_worker_in_the_middle_gives_what_duckdb_gives(
    tmp_path: Path, shards: Path, expected: Project, environment: dict[str, str], started: list[subprocess.Popen[str]]
) -> None:
    made = project(tmp_path / "project", shards)
    with cluster(tmp_path) as spark:
        code = (
            "import sys; from pathlib import Path; from phengraph.project import Project\n"
            "from phengraph.corpus.run import run_corpus; from phengraph.corpus.session import Choice\n"
            "run_corpus(Project(Path(sys.argv[1])), Choice(sys.argv[2], '600MB'),"
            " on_step=lambda name, word: print(name, word, flush=True))"
        )
        with (tmp_path / "run.log").open("w") as log:
            run = subprocess.Popen(
                [sys.executable, "-c", code, str(made.root), spark.url],
                env=spark.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        started.append(run)
        assert run.stdout is not None
        seen = []
        for line in run.stdout:
            seen.append(line.strip())
            if line.strip() == "tracked_citations begins":
                spark.kill(0)
        assert run.wait() == 0, (tmp_path / "run.log").read_text()
        assert spark.workers[0].poll() is not None and spark.workers[1].poll() is None
    assert "queue finished" in seen
    assert {done.engine for done in release_of(made).finished().values()} == {spark.url}
    assert_equal(expected, made)


def test_spark_connect_gives_what_duckdb_gives(
    tmp_path: Path, shards: Path, expected: Project, environment: dict[str, str]
) -> None:
    made = project(tmp_path / "project", shards)
    with connect_server(tmp_path) as address:
        told = subprocess.run(command(made, address), env=environment, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert "Traceback" not in told.stderr
    assert {done.engine for done in release_of(made).finished().values()} == {address}
    assert_equal(expected, made)


@pytest.mark.parametrize("engine", ["sc://127.0.0.1:1", "spark://127.0.0.1:1,127.0.0.1:2"])
def test_a_cluster_that_is_not_there_is_told_in_one_sentence(
    tmp_path: Path, shards: Path, environment: dict[str, str], engine: str
) -> None:
    made = project(tmp_path / "project", shards)
    told = subprocess.run(
        command(made, engine), env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 1
    assert told.stderr == f"phengraph: nothing answers at {engine}; start Spark there, or name another engine\n"


FAILING = """
import sys
from pathlib import Path
from pyspark import SparkContext
from phengraph.corpus.engine import EngineSettings
from phengraph.corpus.engines import open_engine
from phengraph.corpus.errors import EngineFailed

engine = open_engine("local[2]", EngineSettings(Path(sys.argv[1]), 600_000_000, 2))
wide = "SELECT id, array_repeat(id, 100) AS a FROM range(3000000)"
for text in (
    f"SELECT /*+ BROADCAST(w) */ sum(w.a[id % 100]) AS n FROM range(3000000) r JOIN ({wide}) w USING (id)",
    "SELECT raise_error('made up') AS a",
    "SELECT nothing FROM nowhere",
    None,
    "SELECT 1 AS a",
):
    if text is None:
        SparkContext._gateway.proc.kill()
        continue
    try:
        print("no error", list(engine.rows(text)))
    except EngineFailed as error:
        print(type(error).__name__, error)
"""


def test_what_stops_spark_is_told(tmp_path: Path, environment: dict[str, str]) -> None:
    told = subprocess.run(
        [sys.executable, "-c", FAILING, str(tmp_path)], env=environment, capture_output=True, text=True, timeout=300
    )
    memory, own, syntax, killed = told.stdout.splitlines()
    assert memory.startswith(("MemoryFull org.apache.spark.SparkException: Not enough memory", "MemoryFull Java ran"))
    assert own.startswith("EngineFailed") and "made up" in own
    assert syntax.startswith("EngineFailed") and "nowhere" in syntax
    assert killed == "EngineFailed Java ended with exit code -9"


@pytest.mark.skipif(os.environ.get("JAVA_HOME") is not None, reason="JAVA_HOME says where Java is")
def test_a_machine_without_java_is_told_so(tmp_path: Path, shards: Path) -> None:
    pytest.importorskip("pyspark")
    made = project(tmp_path / "project", shards)
    told = subprocess.run(
        command(made, "local[2]"), env={"PATH": ""}, capture_output=True, text=True, check=False, timeout=120
    )
    assert told.returncode == 1
    assert (
        told.stderr == "phengraph: Spark needs Java 17 or newer, and there is none here; install it, or take duckdb\n"
    )


def test_a_name_that_is_no_engine_is_told() -> None:
    from phengraph.corpus.engine import EngineSettings
    from phengraph.corpus.engines import open_engine

    with pytest.raises(EngineMissing, match="'sqlite' is no engine; take duckdb, local"):
        open_engine("sqlite", EngineSettings(Path("unused"), 1, 1))
