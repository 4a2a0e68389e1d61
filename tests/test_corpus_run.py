"""`corpus run`: goes on where it stopped, tells what is broken, and records what a refresh would have recorded."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from corpus_fixtures import (
    RELEASE,
    citation_row,
    made_up_citations,
    make_project,
    paper_row,
    paper_sha,
    split,
    take,
    write_shard,
)
from ingest_fixtures import quick_folder
from page_samples import server_of
from standin.simulated import SimulatedClock

import phengraph
from phengraph.cli import group
from phengraph.corpus.engine import EngineSettings
from phengraph.corpus.engines import open_engine
from phengraph.corpus.errors import BrokenShard, MemoryFull, NothingFetched
from phengraph.corpus.folder import CorpusFolder
from phengraph.corpus.run import NAMES, Outcome, run_corpus
from phengraph.corpus.session import Choice
from phengraph.dataset import open_dataset
from phengraph.ingest.book import CitationBook
from phengraph.ingest.candidates import read_candidates
from phengraph.ingest.check import check_records
from phengraph.ingest.forms import FOLDER
from phengraph.ingest.records import read_citations, read_counts, read_paper_records
from phengraph.problems import UnknownName
from phengraph.project import Project

CLOCK = "2026-11-01T06:00:00+00:00"


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


def corpus_of(folder: Path, citing: int = 30, settings: str = "", papers: int | None = None) -> Project:
    """A project with one tracked paper that is cited so often, each time with a sentence."""
    rows = [
        citation_row(
            number, 100 + number, 1, contexts=[f"Made-up sentence {number} on widgets."], intents=[["background"]]
        )
        for number in range(citing)
    ]
    others = [citation_row(10_000_000 + number, 100 + number, 2) for number in range(0, citing, 2)]
    split([*rows, *others], folder / "source" / "citations", 2)
    split(
        [paper_row(1), paper_row(2), *(paper_row(100 + n) for n in range(papers or citing))],
        folder / "source" / "papers",
        1,
    )
    project = make_project(folder / "project", {"made1up": 1}, settings)
    take(project, folder / "source")
    return project


def run(project: Project, day: str = CLOCK, **choice: Any) -> Outcome:
    return run_corpus(project, Choice(**choice), clock=SimulatedClock(day))


def book_of(project: Project) -> CitationBook:
    return CitationBook.open(project.root / FOLDER, "made1up", [])


def command(project: Project, *words: str) -> Result:
    return CliRunner().invoke(group, ["--project", str(project.root), "corpus", *words], standalone_mode=False)


# --- records ------------------------------------------------------------------------------------------------------


def test_citations_are_recorded_as_a_refresh_records_them(folder: Path) -> None:
    project = corpus_of(folder, citing=3)
    outcome = run(project)
    assert outcome.recorded is not None
    assert (outcome.recorded.papers, outcome.recorded.new, outcome.recorded.present) == (1, 3, 3)
    assert check_records(project) == []
    (paper,) = read_paper_records(project).values()
    assert (paper.id, paper.corpus_id, paper.found_by, paper.health) == (paper_sha(1), 1, "corpusid", "ok")
    (count,) = read_counts(project)
    assert (count.date, count.citations) == (RELEASE, 1)
    found = {one.citing.corpus_id: one for one in read_citations(project)}
    one = found[100]
    assert (one.cited, one.seen, one.citing.s2_id, one.citing.title) == (
        "made1up",
        "2026-11-01",
        paper_sha(100),
        "Made-up paper 100 on widgets",
    )
    assert [(context.text, context.intents) for context in one.contexts] == [
        ("Made-up sentence 0 on widgets.", ("background",))
    ]


def test_no_news_writes_no_byte(folder: Path) -> None:
    project = corpus_of(folder)
    run(project)
    before = {path: path.read_bytes() for path in project.ingest.rglob("*") if path.is_file()}
    assert run(project, "2026-11-09T06:00:00+00:00").recorded is None
    run(project, "2026-11-09T06:00:00+00:00", step="records")
    run(project, "2026-11-09T06:00:00+00:00", step="queue")
    assert {path: path.read_bytes() for path in project.ingest.rglob("*") if path.is_file()} == before


def test_what_the_api_told_stays_and_what_it_did_not_is_added(folder: Path) -> None:
    project = corpus_of(folder, citing=4)
    place = project.root / FOLDER / "citations" / "made1up" / "2026-10.jsonl"
    place.parent.mkdir(parents=True)
    rows = [
        {
            "id": "a" * 40,
            "corpus_id": 100,
            "title": "As the API has it",
            "contexts": [{"text": "Another sentence."}],
            "seen": "2026-10-01",
        },
        {"id": paper_sha(101), "corpus_id": 101, "seen": "2026-10-01"},
        {"id": paper_sha(102), "corpus_id": 102, "title": "Gone since", "seen": "2026-10-01"},
        {"id": paper_sha(102), "removed": "2026-10-20"},
        {"id": paper_sha(900), "corpus_id": 900, "title": "Newer than the release", "seen": "2026-10-30"},
    ]
    place.write_bytes(b"".join(sorted(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows)))
    assert check_records(project) == []
    outcome = run(project)
    assert outcome.recorded is not None
    assert (outcome.recorded.new, outcome.recorded.completed, outcome.recorded.removed) == (1, 1, 0)
    found = {one.citing.corpus_id: one for one in read_citations(project)}
    assert (found[100].citing.s2_id, found[100].citing.title) == ("a" * 40, "As the API has it")
    assert [one.text for one in found[100].contexts] == ["Another sentence.", "Made-up sentence 0 on widgets."]
    # Of 101 only the ids stood there: the archive has the rest.
    assert found[101].citing.title == "Made-up paper 101 on widgets"
    assert found[102].removed == "2026-10-20", "an older release does not bring back what the API lost since"
    assert found[900].removed is None, "what the corpus never had is not gone from it"
    assert check_records(project) == []


@pytest.mark.parametrize(("mode", "titles_in_text"), [("contexts", 5), ("ids", 0)])
def test_the_cap_of_the_settings_holds_and_the_dataset_has_all(folder: Path, mode: str, titles_in_text: int) -> None:
    project = corpus_of(folder, citing=40)
    settings = project.root / "phengraph.toml"
    settings.write_text(
        settings.read_text().replace("[refresh]\n", f'[refresh]\ncitations = "{mode}"\ncitations_in_text = 5\n')
    )
    run(Project(project.root))
    book = book_of(project)
    assert (len(book.entries), book.whole()) == (40, titles_in_text)
    newest = sorted((one.citing.date or str(one.citing.year) for one in read_citations(project)), reverse=True)[:5]
    in_text = sorted((entry.values["date"] for entry in book.entries.values() if "date" in entry.values), reverse=True)
    assert in_text == newest[:titles_in_text]
    found = phengraph.open(project.root)
    assert len([one for one in found.citations("made1up") if one.citing.title and one.contexts]) == 40


def test_a_paper_beyond_the_limit_of_the_api_has_all_its_citations_everywhere(folder: Path) -> None:
    amount = 10_050
    project = corpus_of(folder, citing=amount)
    outcome = run(project, step="records")
    assert outcome.recorded is not None and outcome.recorded.present == amount
    assert book_of(project).whole() == 2_000, "of the first record so many are whole in text"
    dataset = open_dataset(project)
    query = """
        PREFIX ph: <https://w3id.org/phengraph/ns#>
        PREFIX cito: <http://purl.org/spar/cito/>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT (COUNT(DISTINCT ?citation) AS ?amount) WHERE {
            ?citation a cito:Citation ; cito:hasCitingEntity ?work ; ph:context ?sentence ; ph:intent "background" .
            ?work dcterms:title ?title
        }"""
    ((amount_told,),) = dataset.store.query(query, use_default_graph_as_union=True)  # type: ignore[misc]
    assert amount_told.value == str(amount)
    server = server_of(dataset)
    assert server.get("/api/papers/made1up/citations?limit=1").json()["total"] == amount
    last = server.get(f"/api/papers/made1up/citations?limit=50&offset={amount - 50}").json()["rows"]
    assert len(last) == 50 and all("Made-up paper" in row["title"] for row in last)
    assert f"{amount:,}" in server.get("/paper/made1up", accept="text/html").text
    target = folder / "feed.atom"
    assert (
        CliRunner().invoke(group, ["--project", str(project.root), "export", "feed", "-o", str(target)]).exit_code == 0
    )
    assert f"{amount:,}" in target.read_text(encoding="utf-8") or str(amount) in target.read_text(encoding="utf-8")


def test_no_citations_are_recorded_where_the_settings_want_counts_only(folder: Path) -> None:
    project = corpus_of(folder)
    settings = project.root / "phengraph.toml"
    settings.write_text(settings.read_text().replace("[refresh]\n", '[refresh]\ncitations = "none"\n'))
    run(Project(project.root))
    assert book_of(project).entries == {}
    assert [count.citations for count in read_counts(project)] == [1]


def test_a_paper_that_the_papers_dataset_lacks_is_recorded_by_its_corpus_id(folder: Path) -> None:
    project = corpus_of(folder, citing=3, papers=1)
    run(project)
    assert sorted(book_of(project).entries) == [paper_sha(100), "CorpusId:101", "CorpusId:102"]
    found = phengraph.open(project.root)
    assert len(found.citations("made1up")) == 3
    assert check_records(project) == []


def test_candidates_go_into_the_queue(folder: Path) -> None:
    project = corpus_of(folder)
    assert run(project).queued == 1
    (candidate,) = read_candidates(project)
    assert (candidate.phenomenon, candidate.origin, candidate.seen) == (
        "made-up-phenomenon",
        "co-citation",
        "2026-11-01",
    )
    assert (candidate.paper.corpus_id, candidate.paper.title) == (2, "Made-up paper 2 on widgets")
    assert candidate.score == pytest.approx(15 / (30 * 15) ** 0.5, abs=1e-6)


def test_hostile_texts_of_shards_stay_texts(folder: Path) -> None:
    nasty = "'; DROP TABLE citations; -- $partitions \x1b[31m\u202e\n</script>"
    write_shard(folder / "source" / "citations" / "a.gz", [citation_row(1, 100, 1, contexts=[nasty], intents=[nasty])])
    odd = {"ArXiv": nasty, "DOI": nasty}
    row = paper_row(
        100, title=nasty, url=nasty, venue=nasty, externalids=odd, authors=[{"name": nasty}], publicationdate=nasty[:10]
    )
    write_shard(folder / "source" / "papers" / "a.gz", [row])
    project = make_project(folder / "project", {"made1up": 1})
    take(project, folder / "source")
    run(project)
    (one,) = read_citations(project)
    assert one.citing.title == "'; DROP TABLE citations; -- $partitions [31m\u202e </script>"
    assert (one.citing.s2_id, one.citing.arxiv, one.citing.doi, one.citing.date) == ("CorpusId:100", None, None, None)
    assert check_records(project) == []


# --- going on -----------------------------------------------------------------------------------------------------


def test_finished_steps_are_not_made_again_and_a_named_one_is(folder: Path) -> None:
    project = corpus_of(folder)
    assert list(run(project).made) == list(NAMES)
    assert list(run(project).made) == []
    assert list(run(project, step="cocitation").made) == ["cocitation"]
    with pytest.raises(UnknownName, match="no step named 'cocitatoin'; did you mean 'cocitation'"):
        run(project, step="cocitatoin")


def test_a_newly_tracked_paper_makes_only_what_hangs_on_it(folder: Path) -> None:
    project = corpus_of(folder)
    run(project)
    bib = project.graph / "papers.bib"
    bib.write_text(
        bib.read_text()
        + "\n@misc{made2up,\n  title = {Made-up tracked paper 2 on widgets},\n"
        + "  author = {Madeup, Ada},\n  year = {2020},\n  corpusid = {2}\n}\n"
    )
    outcome = run(project)
    assert outcome.kept == ["papers", "citations", "abstracts", "tldrs", "roles", "edges", "degrees", "pagerank"]
    assert outcome.recorded is not None and outcome.recorded.new == 15


def test_a_run_that_is_killed_goes_on_from_the_last_finished_step(folder: Path) -> None:
    project = corpus_of(folder)
    code = (
        "import os, sys; from pathlib import Path; from phengraph.project import Project\n"
        "from phengraph.corpus.run import run_corpus\n"
        "def on_step(name, word):\n"
        "    if (name, word) == ('pagerank', 'round 2'): os.kill(os.getpid(), 9)\n"
        "run_corpus(Project(Path(sys.argv[1])), on_step=on_step)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(project.root)], check=False)
    assert killed.returncode == -9
    outcome = run(project)
    assert list(outcome.made) == ["pagerank", "candidates"]
    tables = CorpusFolder.of(project).current().tables
    assert not [path for path in tables.iterdir() if path.name.endswith(".part")]


# --- what goes wrong ----------------------------------------------------------------------------------------------


def test_a_shard_that_changed_since_it_was_fetched_is_told_and_removed(folder: Path) -> None:
    project = corpus_of(folder)
    release = CorpusFolder.of(project).current()
    path = sorted(release.shards_folder("citations").iterdir())[0]
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(BrokenShard) as told:
        run(project)
    assert str(told.value) == (
        f"{path} was cut or changed on the disk, and is removed; "
        "run `phengraph corpus fetch` again: it fetches this one anew"
    )
    assert not path.exists()
    with pytest.raises(NothingFetched, match="its shards are not here; run `phengraph corpus fetch`"):
        run(project)
    take(project, folder / "source")
    assert run(project).recorded is not None


def test_a_line_that_is_no_json_is_told_at_its_place_and_left_out_on_request(folder: Path) -> None:
    rows = [citation_row(number, 100 + number, 1) for number in range(5)]
    lines = [json.dumps(row).encode() for row in rows]
    lines[2:2] = [b'{"citationid": 7, "citingcorpusid": "200", "cited', b"not JSON", b'{"contexts": "no list"}']
    path = folder / "source" / "citations" / "a.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    project = make_project(folder / "project", {"made1up": 1})
    take(project, folder / "source")
    with pytest.raises(BrokenShard, match=r"line 3 is no row of 'citations', though .* --skip-broken-lines"):
        run(project)
    outcome = run(project, skip_broken_lines=True)
    assert outcome.skipped_lines == 3
    assert outcome.recorded is not None and outcome.recorded.new == 5
    assert gzip.decompress(path.read_bytes()).count(b"\n") == 8, "the shards of others are not touched"


def test_no_corpus_and_no_citations_are_told(folder: Path) -> None:
    project = make_project(folder / "project", {"made1up": 1})
    with pytest.raises(NothingFetched, match="no release is here yet; run `phengraph corpus fetch`"):
        run(project)
    split([paper_row(1)], folder / "source" / "papers", 1)
    take(project, folder / "source")
    with pytest.raises(NothingFetched, match=f"the citations of {RELEASE} are not here; run `phengraph corpus fetch`"):
        run(project)


def test_a_disk_that_fills_is_told_and_the_run_goes_on_when_there_is_room(folder: Path) -> None:
    split(made_up_citations(30_000, 3_000), folder / "source" / "citations", 2)
    project = make_project(folder / "project", {"made1up": 1}, "rounds = 2\npartitions = 1\n")
    take(project, folder / "source")
    # The operating system refuses bigger files with an error of its own, as a full disk does.
    code = (
        "import resource, signal, sys; from phengraph.cli import main\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "main(['--project', sys.argv[1], 'corpus', 'run', '--threads', '1'])\n"
    )
    told = subprocess.run([sys.executable, "-c", code, str(project.root)], capture_output=True, text=True, check=False)
    assert told.returncode == 1, told.stderr
    assert told.stderr.startswith(f"phengraph: the disk of {CorpusFolder.of(project).root} is full (")
    assert told.stderr.endswith("free some space, then run the command again: it goes on from the last finished step\n")
    assert "Traceback" not in told.stderr
    release = CorpusFolder.of(project).current()
    assert "citations" not in release.finished()
    outcome = run(project)
    assert "papers" in outcome.kept and outcome.recorded is not None


def test_too_little_memory_is_told_with_the_next_step(folder: Path) -> None:
    project = corpus_of(folder)

    class Small:
        name = "small"

        def __init__(self) -> None:
            self._engine = open_engine("duckdb", EngineSettings(folder / "spill", 500_000_000, 1))
            self.read, self.rows, self.close = self._engine.read, self._engine.rows, self._engine.close

        def save(self, sql: str, path: Path, *, partition: str | None = None) -> None:
            raise MemoryFull("could not allocate")

    with pytest.raises(MemoryFull, match=r"does not fit into 1GB of memory .* give more with --memory, or take fewer"):
        run_corpus(project, open_with=lambda name, settings: Small())


# --- the command line ---------------------------------------------------------------------------------------------


def test_the_commands_tell_what_they_did(folder: Path) -> None:
    split([citation_row(1, 100, 1)], folder / "source" / "citations", 1)
    project = make_project(folder / "project", {"made1up": 1})
    told = command(project, "status")
    assert "release   none; run `phengraph corpus fetch`" in told.output
    told = command(project, "fetch", "--from", str(folder / "source"), "--release", RELEASE)
    assert told.output.startswith(f"{RELEASE}: 1 files, ") and told.output.endswith(" (citations)\n")
    told = command(project, "run", "--memory", "500MB", "--threads", "1")
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[-1] == (
        f"{RELEASE}: 1 new citations of 1 papers, 0 removed; 0 new candidates; {len(NAMES)} steps made, 0 were finished"
    )
    told = command(project, "status", "--format", "json")
    status = json.loads(told.output)
    assert (status["release"], {step["state"] for step in status["steps"]}) == (RELEASE, {"finished"})
    lines = command(project, "status").output.splitlines()
    assert any(line.split()[:3] == ["step", "edges", "finished"] for line in lines)


def test_wrong_use_is_told(folder: Path) -> None:
    project = make_project(folder / "project", {"made1up": 1})
    assert "--from needs --release" in str(command(project, "fetch", "--from", str(folder)).exception)
    split([citation_row(1, 100, 1)], folder / "source" / "citations", 1)
    take(project, folder / "source")
    for words, message in (
        (("--memory", "lots"), "memory: 'lots' is no size; write 800MB or 4GB"),
        (("--engine", "sqlite"), "'sqlite' is no engine; take duckdb, local[*], spark://HOST:PORT or sc://HOST:PORT"),
    ):
        failed = command(project, "run", *words)
        assert str(failed.exception) == message


def test_another_command_at_work_means_try_later(folder: Path) -> None:
    project = corpus_of(folder)
    with CorpusFolder.of(project).only_one():
        told = command(project, "run")
    assert told.return_value == 75
    assert "another command works on this corpus" in told.output
