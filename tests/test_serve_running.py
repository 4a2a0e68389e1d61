"""The running server: swaps under load, many clients, names and prefixes, what it writes down, how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from query_fixtures import toy_quads, write_dataset
from serve_fixtures import FileSource, serve
from store_fixtures import make_project

from phengraph.problems import PhengraphError
from phengraph.serve.pages import page_routes
from phengraph.serve.server import bind
from phengraph.serve.sources import ProjectSource
from phengraph.settings import ServeSettings

ENDLESS_WITHOUT_A_ROW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COUNT = "SELECT (COUNT(DISTINCT ?paper) AS ?n) { ?paper a ph:Paper }"


@pytest.fixture(scope="module")
def quads(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dataset(toy_quads(repository / "tests" / "toy"), tmp_path_factory.mktemp("toy")).quads_path


def counted(body: bytes) -> int:
    return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])


def test_a_newer_dataset_takes_its_place_while_queries_run(quads: Path, tmp_path: Path) -> None:
    more = tmp_path / "more.nq"
    line = "<https://example.org/toy/paper/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
    line += "<https://w3id.org/phengraph/ns#Paper> <https://example.org/toy/graph/papers.bib> .\n"
    more.write_text(quads.read_text(encoding="utf-8") + line, encoding="utf-8")
    source = FileSource(quads)
    # Other tests of this process may have left a browser or a server of theirs running.
    before = set(children_of_this_process())
    with serve(source, ServeSettings(workers=3, watch_seconds=0)) as running:
        seen: list[tuple[int, int]] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answer = running.ask(COUNT)
                seen.append((answer.status, counted(answer.body) if answer.status == 200 else 0))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(6):
            source.quads_path, source.name = (more, quads)[number % 2], f"swap {number}"
            assert running.in_loop(running.house.snapshots.look())
            assert counted(running.ask(COUNT).body) == (13, 12)[number % 2]
        stop.set()
        for thread in threads:
            thread.join()
        assert {status for status, _ in seen} == {200}
        assert {count for _, count in seen} == {12, 13}
        assert running.house.snapshots.swaps == 6
        # One process that holds the dataset, and at most a worker a place; those of older datasets have ended.
        ends = time.monotonic() + 20
        while len(set(children_of_this_process()) - before) > 1 + 3 + 3:
            assert time.monotonic() < ends, "processes are left behind"
            time.sleep(0.05)


def children_of_this_process() -> list[int]:
    """Workers and zygotes that are alive, in any depth."""
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        parent = waiting.pop()
        for task in Path(f"/proc/{parent}/task").glob("*"):
            try:
                children = [int(word) for word in (task / "children").read_text().split()]
            except OSError:
                continue
            found += children
            waiting += children
    return found


def test_a_query_that_runs_across_a_swap_is_answered_from_the_state_it_began_in(quads: Path) -> None:
    source = FileSource(quads)
    with serve(source, ServeSettings(workers=2, timeout_seconds=20, watch_seconds=0)) as running:
        slow = "SELECT (COUNT(*) AS ?n) { ?b ?p ?c . ?d ?q ?e FILTER(?p != ?q) }"
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(running.ask(slow).status))
        thread.start()
        time.sleep(0.2)
        source.name = "newer"
        assert running.in_loop(running.house.snapshots.look())
        thread.join()
        assert answers == [200]


def test_a_state_that_cannot_be_built_leaves_the_one_before(quads: Path) -> None:
    source = FileSource(quads)
    with serve(source) as running:
        source.name, source.trouble = "broken", "graph/a.md:3:1: error: made up"
        assert not running.in_loop(running.house.snapshots.look())
        health = json.loads(running.ask(path="/healthz").body)
        assert (health["status"], health["newest"], health["complaint"]) == (
            "ok", False, "graph/a.md:3:1: error: made up"
        )  # fmt: skip
        assert counted(running.ask(COUNT).body) == 12
        source.unreadable = "made-up trouble with the disk"
        assert not running.in_loop(running.house.snapshots.look())
        assert "made-up trouble" in running.ask(path="/healthz").text
        source.unreadable = ""
        source.name, source.trouble = "mended", ""
        assert running.in_loop(running.house.snapshots.look())
        assert json.loads(running.ask(path="/healthz").body)["newest"] is True


def test_the_datasets_process_is_started_again_when_the_system_ends_it(quads: Path) -> None:
    with serve(FileSource(quads)) as running:
        hatchery = running.house.snapshots.current.brood.hatchery
        hatchery._process.kill()  # type: ignore[union-attr]
        statuses = Counter(running.ask(COUNT).status for _ in range(3))
        assert set(statuses) <= {200, 500}
        ends = time.monotonic() + 20
        while running.ask(COUNT).status != 200 or running.ask(path="/healthz").status != 200:
            assert time.monotonic() < ends
            time.sleep(0.1)


def test_a_dataset_whose_files_are_gone_from_the_cache_is_opened_anew(
    repository: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = make_project(repository, tmp_path / "toy")
    with serve(ProjectSource(project), ServeSettings(workers=2), routes=[page_routes]) as running:
        assert running.ask(path="/claims").status == 200
        shutil.rmtree(running.house.snapshots.current.dataset.path)
        statuses: Counter[int] = Counter()
        ends = time.monotonic() + 60
        while running.ask(path="/claim/widgets-stop-at-a-thousand.ttl").status != 200:
            answer = running.ask(path="/feed.atom")
            statuses[answer.status] += 1
            assert answer.status == 200 or "the dataset is being opened again" in answer.text
            assert time.monotonic() < ends
            time.sleep(0.2)
        assert set(statuses) <= {200, 503}
    assert "Traceback" not in caplog.text


def test_two_hundred_clients_at_once_with_runaways_and_swaps_get_no_wrong_answer(quads: Path) -> None:
    source = FileSource(quads)
    settings = ServeSettings(workers=2, timeout_seconds=2, long_after_seconds=0.5, waiting_seconds=20, watch_seconds=0)
    with serve(source, settings) as running:
        statuses: Counter[int] = Counter()
        wrong: list[int] = []

        def ask(number: int) -> None:
            if number % 20 == 0:
                statuses[running.ask(ENDLESS_WITHOUT_A_ROW).status] += 1
                return
            for _ in range(3):
                answer = running.ask(COUNT)
                statuses[answer.status] += 1
                if answer.status == 200 and counted(answer.body) != 12:
                    wrong.append(counted(answer.body))

        threads = [threading.Thread(target=ask, args=[number]) for number in range(200)]
        for thread in threads:
            thread.start()
        for number in range(3):
            source.name = f"state {number}"
            running.in_loop(running.house.snapshots.look())
        for thread in threads:
            thread.join()
        assert wrong == []
        assert set(statuses) <= {200, 503, 504}
        assert statuses[200] >= 300
        turnstile = running.house.pool.turnstile
        assert (turnstile.short_running, turnstile.long_running, turnstile.waiting) == (0, 0, 0)


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:80", 200), ("[::1]:9", 200), ("graph.example.org", 200), ("lab.example.net", 200),
     ("evil.example.com", 421), ("example.net", 421), ("", 421)],
)  # fmt: skip
def test_only_known_host_names_are_answered(quads: Path, host: str, status: int) -> None:
    names = ["localhost", "127.0.0.1", "[::1]", "graph.example.org", "*.example.net"]
    with serve(FileSource(quads), allowed_hosts=names) as running:
        assert running.ask("ASK {}", headers={"Host": host}).status == status


def test_it_works_behind_a_proxy_with_a_prefix_taken_off_or_left_on(quads: Path) -> None:
    with serve(FileSource(quads), root_path="/graph") as running:
        for path in ("/sparql", "/graph/sparql"):
            assert running.ask("ASK {}", path=path).status == 200
            description = running.ask(path=path, headers={"Accept": "application/n-triples"}).text
            assert f"<{running.url}/graph/sparql#service>" in description
        assert running.ask(path="/other").status == 404


def test_the_metrics_count_what_happened(quads: Path) -> None:
    with serve(FileSource(quads)) as running:
        running.ask("ASK {}")
        running.ask("SELECT")
        running.ask(path="/no/such/page")
        lines = running.ask(path="/metrics").text.splitlines()
        assert 'phengraph_http_requests_total{method="GET",route="/sparql",status="200"} 1.0' in lines
        assert 'phengraph_http_requests_total{method="GET",route="/sparql",status="400"} 1.0' in lines
        assert 'phengraph_http_requests_total{method="GET",route="other",status="404"} 1.0' in lines
        assert "phengraph_queries_answered_total 1.0" in lines
        assert "phengraph_dataset_is_newest 1.0" in lines
    with serve(FileSource(quads), ServeSettings(workers=2, watch_seconds=0, metrics=False)) as running:
        assert running.ask(path="/metrics").status == 404


def test_void_describes_the_dataset(quads: Path) -> None:
    with serve(FileSource(quads)) as running:
        text = running.ask(path="/.well-known/void").text
        assert "void:triples" in text
        assert "void:classPartition" in text
        assert running.ask(path="/.well-known/void", headers={"Accept": "image/png"}).status == 406


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PhengraphError) as caught:
            bind("127.0.0.1", port)
        assert str(caught.value) == (
            f"cannot listen on 127.0.0.1 port {port}: Address already in use; choose another with --port, or 0 for any "
            "that is free"
        )
    with pytest.raises(PhengraphError, match="cannot listen on no such host"):
        bind("no such host", 0)


@pytest.fixture
def project(repository: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "toy"
    shutil.copytree(repository / "tests" / "toy", folder, ignore=shutil.ignore_patterns(".phengraph"))
    shutil.copy(repository / "graph" / "ontology.ttl", folder / "graph" / "ontology.ttl")
    with (folder / "phengraph.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n[serve]\nwatch_seconds = 0.2\n")
    return folder


@pytest.fixture
def command(project: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "phengraph", "serve", "--port", "0"], cwd=project, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def test_the_command_serves_the_newest_files_logs_json_and_ends_cleanly(
    project: Path, command: subprocess.Popen[str]
) -> None:
    import urllib.request

    assert command.stdout is not None
    assert command.stderr is not None
    told = command.stdout.readline()
    assert told.startswith("serving ")
    assert told.endswith("/ (Ctrl-C ends)\n")
    url = told.split(" at ")[1].split()[0]

    def health() -> dict[str, object]:
        with urllib.request.urlopen(f"{url}healthz") as answer:
            content: dict[str, object] = json.load(answer)
            return content

    before = health()["digest"]
    path = project / "graph" / "phenomena" / "widget-growth.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Widgets grow by a power law", "Widgets grow"), "utf-8")
    ends = time.monotonic() + 60
    while health()["digest"] == before:
        assert time.monotonic() < ends, "the change was not noticed"
        time.sleep(0.1)
    with urllib.request.urlopen(
        f"{url}sparql?query=ASK%7B%3Fc%20skos%3AprefLabel%20%22Widgets%20grow%22%40en%7D"
    ) as got:
        assert json.load(got)["boolean"] is True
    path.write_text("broken", encoding="utf-8")
    while health()["newest"]:
        assert time.monotonic() < ends, "the broken file was not noticed"
        time.sleep(0.1)
    assert "widget-growth.md" in str(health()["complaint"])
    command.send_signal(signal.SIGTERM)
    stdout, stderr = command.communicate(timeout=30)
    assert stdout == "stopped\n"
    assert command.returncode == 0
    lines = [json.loads(line) for line in stderr.splitlines() if line.startswith("{")]
    asked = next(line for line in lines if line["path"] == "/sparql")
    assert (asked["method"], asked["status"], asked["client"]) == ("GET", 200, "127.0.0.1")
    assert "Traceback" not in stderr


def test_a_project_with_errors_is_told_and_not_served(project: Path) -> None:
    (project / "graph" / "phenomena" / "widget-growth.md").write_text("broken", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "phengraph", "serve", "--port", "0"], cwd=project, text=True, capture_output=True
    )
    assert result.returncode == 1
    assert result.stderr.startswith("phengraph: ")
    assert "Traceback" not in result.stderr
