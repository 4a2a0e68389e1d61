"""`phengraph query` as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from phengraph.query import Form
from phengraph.query.table import print_answer, shorten
from phengraph.vocabulary import base_prefixes

ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }"
COMMAND = [sys.executable, "-m", "phengraph", "query"]


@pytest.fixture(scope="module")
def project(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "toy"
    shutil.copytree(repository / "tests" / "toy", folder, ignore=shutil.ignore_patterns(".phengraph"))
    shutil.copy(repository / "graph" / "ontology.ttl", folder / "graph" / "ontology.ttl")
    shutil.copytree(repository / "examples", folder / "examples")
    return folder


def query(project: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=project, capture_output=True, text=True, encoding="utf-8", input=stdin
    )


def test_a_named_query_is_a_table_with_the_number_of_rows_last(project: Path) -> None:
    result = query(project, "contested-claims")
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["claim", "sentence", "for", "against", "qualifying", "share"]
    assert lines[2].startswith("claim:gadgets-appear-suddenly   Gadgets appear suddenly ")
    assert lines[-1] == "1 row"
    assert (result.returncode, result.stderr) == (0, "")


def test_a_parameter_is_set(project: Path) -> None:
    result = query(project, "evidence-of-claim", "--set", "claim=widgets-stop-at-a-thousand", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout, newline="")))
    assert [row["stance"] for row in rows][:2] == ["supports", "contradicts"]


def test_a_misspelt_entry_is_told_and_not_answered_with_no_rows(project: Path) -> None:
    result = query(project, "evidence-of-claim", "--set", "claim=widgets-stop")
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr == "phengraph: no claim named 'widgets-stop'; did you mean 'widgets-stop-at-a-thousand'?\n"


def test_a_file_standard_input_and_text_are_the_same_query(project: Path, tmp_path: Path) -> None:
    text = "SELECT (COUNT(*) AS ?papers) { ?paper a ph:Paper }"
    path = tmp_path / "count.rq"
    path.write_text("\ufeff# how many\n" + text, encoding="utf-8")
    outputs = {
        query(project, str(path), "-f", "csv").stdout,
        query(project, "-", "-f", "csv", stdin=text).stdout,
        query(project, "--text", text, "-f", "csv").stdout,
    }
    assert outputs == {"papers\n12\n"} or outputs == {"papers\r\n12\r\n"}


def test_the_list_of_queries_tells_titles_and_parameters(project: Path) -> None:
    result = query(project, "--list")
    assert "evidence-of-claim        Evidence of a claim, on both sides  [claim]" in result.stdout
    assert result.stdout.splitlines()[-1] == "52 queries in examples/queries; ask one by its name"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["contested-claim"], 1, "phengraph: no query named 'contested-claim'; did you mean 'contested-claims'? "
         "`phengraph query --list` lists them\n"),
        (["none.rq"], 1, "phengraph: no file none.rq; `phengraph query --list` lists the named queries\n"),
        (["-t", "SELECT * {", "-f", "csv"], 1,
         "phengraph: syntax error at line 1, column 10: '{' is never closed\n  SELECT * {\n           ^\n"),
        (["-t", "DESCRIBE <a:b>", "-f", "csv"], 1,
         "phengraph: csv is for SELECT and ASK; DESCRIBE gives a graph: use turtle, ntriples, jsonld or rdfxml\n"),
        (["-t", "DESCRIBE <a:b>", "-f", "table"], 1,
         "phengraph: table is for SELECT and ASK; DESCRIBE gives a graph: use turtle, ntriples, jsonld or rdfxml\n"),
        (["-t", "ASK {}", "-f", "jsno"], 1, "phengraph: no format named 'jsno'; did you mean 'json'?\n"),
        (["-t", "LOAD <http://example.org/>"], 1,
         "phengraph: line 1, column 1: LOAD is refused: the dataset is read only; edit the files in graph/ and build "
         "again\n"),
        (["-t", ENDLESS, "-f", "csv", "-o", "cut.csv", "--timeout", "0.3"], 1,
         "phengraph: stopped after 0.3 s; ask for less, or give more time with --timeout\n"),
        (["-t", "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10001"], 1,
         "phengraph: more than 10,000 rows are no table for people; use --format csv or tsv, or add LIMIT\n"),
        (["-t", "ASK {}", "-o", "none/answer.json"], 1,
         "phengraph: none/answer.json cannot be written: No such file or directory\n"),
    ],
)  # fmt: skip
def test_errors_are_one_sentence_and_the_next_step(project: Path, arguments: list[str], code: int, told: str) -> None:
    result = query(project, *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (code, "", told)
    assert not list(project.glob("cut.csv*"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [([], "give one of FILE.rq, NAME, - or --text"), (["a", "-t", "ASK {}"], "give one of FILE.rq, NAME, - or --text"),
     (["contested-claims", "--set", "claim"], "'claim' is not NAME=VALUE")],
)  # fmt: skip
def test_wrong_usage_is_exit_code_two(project: Path, arguments: list[str], told: str) -> None:
    result = query(project, *arguments)
    assert result.returncode == 2
    assert told in result.stderr


def test_a_file_gets_its_name_only_when_it_is_whole(project: Path, tmp_path: Path) -> None:
    target = tmp_path / "claims.json"
    assert query(project, "contested-claims", "-f", "json", "-o", str(target)).stdout == ""
    assert len(json.loads(target.read_bytes())["results"]["bindings"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["claims.json"]


def test_csv_and_tsv_are_exact_even_where_a_spreadsheet_would_calculate(project: Path) -> None:
    # docs/queries.md says so and what to do: SPARQL's CSV has no escape for it, and changing values would be wrong.
    text = "SELECT ?v { VALUES ?v { '=1+1' '@SUM(A1)' 'a,\"b\"' '-1' } }"
    assert query(project, "-t", text, "-f", "csv").stdout.splitlines() == ["v", "=1+1", "@SUM(A1)", '"a,""b"""', "-1"]


def test_ctrl_c_ends_the_query_and_its_worker_at_once(project: Path) -> None:
    process = subprocess.Popen([*COMMAND, "-t", ENDLESS, "-f", "csv"], cwd=project, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, start_new_session=True)  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.read(100)
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert stderr.strip() == b"phengraph: stopped"
    for _ in range(100):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            break
        time.sleep(0.05)
    else:
        pytest.fail("a worker is left behind")


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    process = subprocess.Popen([*COMMAND, "-t", ENDLESS, "-f", "csv"], cwd=project, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


def through_a_terminal(command: list[str], cwd: Path) -> str:
    main, other = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "70", "LINES": "40"}
    process = subprocess.Popen(command, cwd=cwd, stdout=other, stderr=other, stdin=other, env=environment)
    os.close(other)
    parts = []
    while True:
        try:
            part = os.read(main, 65_536)
        except OSError:
            break
        if not part:
            break
        parts.append(part)
    process.wait()
    os.close(main)
    return b"".join(parts).decode()


@pytest.mark.parametrize("format_name", ["table", "csv", "json"])
def test_text_from_the_data_never_drives_a_terminal(project: Path, format_name: str) -> None:
    text = r"SELECT ?v { VALUES ?v { 'a\u001B]0;title\u0007b\u202E\u009B31mc' } }"
    shown = through_a_terminal([*COMMAND, "-t", text, "-f", format_name], project)
    assert "\x1b]" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    assert "\x9b" not in shown
    assert ("a\ufffd]0;title\ufffdb\ufffd\ufffd31mc" in shown) or format_name == "json"


def answer_of(rows: list[dict[str, str]]) -> bytes:
    bindings = [
        {
            name: {"type": "uri" if value.startswith("http") else "literal", "value": value}
            for name, value in row.items()
        }
        for row in rows
    ]
    return json.dumps({"head": {"vars": ["one", "two"]}, "results": {"bindings": bindings}}).encode()


def printed(rows: list[dict[str, str]], **options: object) -> str:
    buffer = io.StringIO()
    console = Console(file=buffer, highlight=False, color_system=None, **options)  # type: ignore[arg-type]
    print_answer(console, Form.SELECT, answer_of(rows), base_prefixes("https://example.org/"))
    return buffer.getvalue()


def test_a_wide_value_wraps_in_its_column_and_identifiers_stay_whole() -> None:
    rows = [{"one": "https://example.org/claim/widgets-grow", "two": "word " * 30}]
    lines = printed(rows, width=50, force_terminal=True).splitlines()
    assert max(map(len, lines)) <= 50
    assert lines[2].startswith("claim:widgets-grow   word word")
    assert lines[3].startswith(" " * 21 + "word")
    assert lines[-1] == "1 row"


def test_in_a_pipe_each_row_is_one_line() -> None:
    rows = [{"one": "x", "two": "long " * 200 + "\nsecond line"}] * 3
    lines = printed(rows).splitlines()
    assert len(lines) == 6
    assert all("long long" in line and "second line" in line for line in lines[2:5])


@pytest.mark.parametrize(("count", "told"), [(0, "no rows"), (1, "1 row"), (1200, "1,200 rows")])
def test_the_last_line_counts(count: int, told: str) -> None:
    assert printed([{"one": "[red]x[/red] :smile:"}] * count).splitlines()[-1] == told
    assert "[red]x[/red] :smile:" in printed([{"one": "[red]x[/red] :smile:"}])


@pytest.mark.parametrize(
    ("iri", "shown"),
    [
        ("https://example.org/paper/key2022", "paper:key2022"),
        ("https://example.org/citation/key2022/abc", "https://example.org/citation/key2022/abc"),
        ("https://example.org/paper/a%20b", "https://example.org/paper/a%20b"),
        ("http://www.w3.org/2004/02/skos/core#prefLabel", "skos:prefLabel"),
        ("urn:x", "urn:x"),
    ],
)
def test_an_iri_is_shortened_only_when_it_can_be_read_back(iri: str, shown: str) -> None:
    assert shorten(iri, base_prefixes("https://example.org/")) == shown


@pytest.mark.parametrize("seconds", ["nan", "inf", "1e300", "-1"])
def test_a_time_that_no_clock_counts_is_refused(project: Path, seconds: str) -> None:
    result = query(project, "--text", "ASK { ?s ?p ?o }", "--timeout", seconds)
    assert result.returncode == 2
    assert "Error: Invalid value for '--timeout': " in result.stderr
    assert "Traceback" not in result.stderr


def test_a_device_is_written_and_a_link_is_followed(project: Path, tmp_path: Path) -> None:
    # Renaming over /dev/null, as root, would have replaced it for everybody on the machine.
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(real)
    assert query(project, "contested-claims", "-f", "csv", "-o", str(link)).returncode == 0
    assert link.is_symlink() and real.read_text(encoding="utf-8").startswith("claim,")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert query(project, "is-contested", "-f", "csv", "-o", str(pipe)).returncode == 0
        assert os.read(reader, 100).split() == [b"false"]
        assert pipe.is_fifo()
    finally:
        os.close(reader)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.csv", "pipe", "real.csv"]


def test_a_query_may_come_through_a_pipe_of_the_shell(project: Path) -> None:
    command = f"{' '.join(COMMAND)} <(echo 'ASK {{ ?s ?p ?o }}')"
    result = subprocess.run(["bash", "-c", command], cwd=project, capture_output=True, text=True)
    assert (result.stdout, result.stderr) == ("yes\n", "")


def test_an_unknown_query_is_told_with_where_the_names_are(project: Path) -> None:
    far, near = query(project, "nothing-like-it"), query(project, "contested-claim")
    assert far.stderr == "phengraph: no query named 'nothing-like-it'; `phengraph query --list` lists them\n"
    assert near.stderr == (
        "phengraph: no query named 'contested-claim'; did you mean 'contested-claims'? "
        "`phengraph query --list` lists them\n"
    )


def test_the_title_of_a_query_never_drives_the_terminal(project: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns(".phengraph"))
    (folder / "examples" / "queries" / "red.rq").write_text("# \x1b[31mred\x07\nASK {}", encoding="utf-8")
    shown = through_a_terminal([*COMMAND, "--list"], folder)
    assert "\x1b" not in shown and "\x07" not in shown
    assert "red" in shown
