"""The records: their form, what breaks it, and that reading gives back what was written."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_fixtures import World, quick_folder

from phengraph.ingest.answers import CitationAnswer, PaperAnswer, clean_text, read_citation, read_embedding, read_paper
from phengraph.ingest.archive import append_citations, read_archive
from phengraph.ingest.book import CitationBook, merge_lines
from phengraph.ingest.check import check_records
from phengraph.ingest.files import write_whole
from phengraph.ingest.forms import CITATION, FOLDER
from phengraph.ingest.records import PaperRecord, Records, read_citations, read_counts, read_paper_records, read_runs
from phengraph.problems import Problem
from phengraph.project import Project

DAY = "2026-11-24"


@pytest.fixture
def folder() -> Iterator[Path]:
    with quick_folder() as made:
        yield made


@pytest.fixture
def project(folder: Path) -> Project:
    (folder / "phengraph.toml").write_text("", encoding="utf-8")
    return Project(folder)


def put(project: Project, name: str, content: str | bytes) -> Path:
    path = project.root / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


GOOD = '{"id":"aa","title":"Made-up","seen":"2026-11-24"}\n{"id":"bb","title":"Made-up","seen":"2026-11-24"}\n'
CITATIONS = "citations/made0000up/2026-11.jsonl"

MISTAKES = {
    "cut last line": (
        CITATIONS,
        GOOD + '{"id":"cc","tit',
        ":3: error: the last line is cut; remove it; `phengraph refresh` fetches again what it said",
    ),
    "merge conflict": (
        CITATIONS,
        "<<<<<<< HEAD\n" + GOOD,
        ":1: error: a merge conflict; keep the lines of both sides and remove the marker lines",
    ),
    "middle of a merge conflict": (
        CITATIONS,
        GOOD + "=======\n",
        ":3: error: a merge conflict; keep the lines of both sides and remove the marker lines",
    ),
    "no JSON": (
        CITATIONS,
        GOOD + "made up\n",
        ":3: error: no JSON object; restore the file from git, or remove the line",
    ),
    "a list": (CITATIONS, GOOD + "[]\n", ":3: error: no JSON object; restore the file from git, or remove the line"),
    "empty line": (CITATIONS, GOOD + "\n", ":3: error: an empty line; remove it"),
    "unknown key": (
        CITATIONS,
        '{"id":"aa","titel":"Made-up","seen":"2026-11-24"}\n',
        ":1: error: unknown key 'titel'; did you mean 'title'?",
    ),
    "key out of place": (
        CITATIONS,
        '{"title":"Made-up","id":"aa","seen":"2026-11-24"}\n',
        ":1: error: 'id' is not in its place; the order is id, was, corpus_id, arxiv, doi, title, authors, "
        "authors_total, year, date, venue, citations, influential_citations, open_access, fields, tldr, abstract, "
        "contexts, intents, influential, seen, updated, removed",
    ),
    "wrong type": (
        CITATIONS,
        '{"id":"aa","year":"2020","seen":"2026-11-24"}\n',
        ":1: error: 'year' has a value that it cannot have",
    ),
    "a day that there is not": (
        CITATIONS,
        '{"id":"aa","seen":"2026-11-31"}\n',
        ":1: error: 'seen' has a value that it cannot have",
    ),
    "no id": (CITATIONS, '{"title":"Made-up","seen":"2026-11-24"}\n', ":1: error: 'id' is missing"),
    "no date": (CITATIONS, '{"id":"aa"}\n', ":1: error: not exactly one of seen, updated, removed"),
    "wrong order": (
        CITATIONS,
        "".join(reversed(GOOD.splitlines(keepends=True))),
        ":2: warning: the lines are not in order; sort it: `LC_ALL=C sort -u -o FILE FILE`",
    ),
    "wrong month": (
        CITATIONS,
        '{"id":"aa","seen":"2026-12-01"}\n',
        ":1: warning: a line of 2026-12 in the file of 2026-11; move it to the file of its month",
    ),
    "counts out of order": (
        "counts/made0000up.jsonl",
        '{"date":"2026-11-24","citations":7}\n{"date":"2026-11-23","citations":7}\n',
        ":2: warning: the lines are not in order",
    ),
    "a count below nothing": (
        "counts/made0000up.jsonl",
        '{"date":"2026-11-24","citations":-7}\n',
        ":1: error: 'citations' has a value that it cannot have",
    ),
    "a paper twice": (
        "papers.jsonl",
        '{"key":"made0000up","health":"ok"}\n{"key":"made0000up","health":"unknown"}\n',
        ":2: error: 'made0000up' is there twice; keep one of the lines",
    ),
    "a health that there is not": (
        "papers.jsonl",
        '{"key":"made0000up","health":"fine"}\n',
        ":1: error: 'health' has a value that it cannot have",
    ),
    "another file": ("citations/made0000up/notes.txt", "", ": warning: no file of records; remove it"),
    "not UTF-8": (
        CITATIONS,
        b'{"id":"aa","title":"\xff","seen":"2026-11-24"}\n',
        ":1: error: no JSON object; restore the file from git, or remove the line",
    ),
    "a huge line": (
        CITATIONS,
        '{"id":"aa","title":"' + "x" * 2_000_000 + '","seen":"2026-11-24"}\n',
        ":1: error: a line of 2,000,042 bytes; no record is longer than 2,000,000",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_told_at_its_line(name, project):
    place, content, words = MISTAKES[name]
    put(project, place, content)
    assert [str(one) for one in check_records(project)] == [f"{FOLDER}/{place}{words}"]


def test_records_of_a_paper_that_is_no_longer_tracked_are_told(project):
    put(project, CITATIONS, GOOD)
    assert check_records(project, ["made0000up"]) == []
    assert [str(one) for one in check_records(project, [])] == [
        f"{FOLDER}/citations/made0000up: warning: records of a paper that papers.bib does not have; "
        "remove them, or track the paper again"
    ]


def test_a_project_without_records_has_no_problem(project):
    assert check_records(project) == []
    assert list(read_citations(project)) == list(read_counts(project)) == list(read_runs(project)) == []


# --- lines over lines ---------------------------------------------------------------------------------------------


def test_later_lines_say_what_changed_and_removals_are_undone_by_later_ones():
    book = merge_lines(
        [
            {"id": "aa", "title": "Made-up", "year": 2020, "seen": "2026-11-01"},
            {"id": "aa", "year": 2021, "updated": "2026-12-01"},
            {"id": "bb", "title": "Made-up", "seen": "2026-11-01"},
            {"id": "bb", "removed": "2026-12-01"},
            {"id": "cc", "seen": "2026-11-01"},
            {"id": "cc", "removed": "2026-12-01"},
            {"id": "cc", "updated": "2027-01-01"},
        ]
    )
    assert book["aa"].values == {"id": "aa", "title": "Made-up", "year": 2021}
    assert {name: entry.removed for name, entry in book.items()} == {"aa": None, "bb": "2026-12-01", "cc": None}


def test_a_new_id_takes_over_what_was_recorded_under_the_old_one():
    lines = [
        {"id": "zz", "title": "Made-up", "seen": "2026-11-01"},
        {"id": "aa", "was": "zz", "updated": "2026-12-01"},
        {"id": "aa", "tldr": "Made up.", "updated": "2026-12-01"},
    ]
    for order in (lines, lines[::-1][:2][::-1] + lines[:1]):
        (entry,) = merge_lines(order).values()
        assert entry.values == {"id": "aa", "title": "Made-up", "tldr": "Made up."}
        assert entry.seen == "2026-11-01"


def test_the_same_citation_seen_on_two_branches_is_one_with_the_earlier_date():
    (entry,) = merge_lines([{"id": "aa", "seen": "2026-11-09"}, {"id": "aa", "seen": "2026-11-02"}]).values()
    assert entry.seen == "2026-11-02"


ANSWERS = st.builds(
    CitationAnswer,
    citing=st.builds(
        lambda number, title, year: PaperAnswer.model_validate(
            {"paperId": f"{number:040x}", "corpusId": number, "title": title, "year": year}
        ),
        st.integers(0, 8),
        st.sampled_from(["Made-up one", "Made-up two"]),
        st.sampled_from([None, 2020, 2021]),
    ),
    contexts=st.lists(
        st.tuples(st.sampled_from(["Made-up sentence 1.", "Made-up sentence 2."]), st.just(("background",))), max_size=2
    ).map(tuple),
    intents=st.just(()),
    influential=st.booleans(),
)


@given(st.lists(st.tuples(st.integers(0, 60), st.lists(ANSWERS, max_size=6), st.booleans()), max_size=6))
def test_what_a_book_says_is_what_its_files_say(steps):
    """Whatever is added, changed and removed on whatever days: reading the files gives the book that wrote them."""
    import datetime

    with quick_folder() as root:
        day = datetime.date(2026, 11, 1)
        written: dict[str, set[bytes]] = {}
        for days, answers, remove in steps:
            day += datetime.timedelta(days=days)
            problems: list[Problem] = []
            book = CitationBook.open(root, "made0000up", problems)
            for answer in answers:
                name = book.find(answer)
                if name is None:
                    book.add(answer, day.isoformat(), whole=True, abstract=False)
                else:
                    book.update(name, answer, day.isoformat())
            present = [
                name for name, entry in book.entries.items() if entry.removed is None and entry.changed < str(day)
            ]
            if remove and present:
                book.remove(present[0], day.isoformat())
            book.save(day.isoformat())
            again = CitationBook.open(root, "made0000up", problems)
            assert problems == []
            assert again.entries == book.entries
            for path in book.folder.glob("*.jsonl"):
                rows = set(path.read_bytes().splitlines())
                assert written.get(path.name, set()) <= rows  # nothing that was written is ever edited
                written[path.name] = rows


# --- files --------------------------------------------------------------------------------------------------------


def test_the_order_of_citations_is_that_of_sort(folder):
    world = World(folder / "world", papers=2)
    world.cite("made0000up", range(300))
    world.cite("made0001up", range(100))
    world.refresh()
    world.clock.pass_days(1)
    world.corpus.uncite(world.ids["made0000up"], world.corpus.citations(world.ids["made0000up"])[3].citing)
    world.refresh()
    paths = [*(world.root / FOLDER).glob("citations/*/*.jsonl"), world.root / FOLDER / "papers.jsonl"]
    assert len(paths) == 3
    for path in paths:
        subprocess.run(["sort", "-c", path], env={"LC_ALL": "C"}, check=True)


def test_two_branches_that_each_brought_news_merge_by_the_union_of_their_lines(folder):
    """What `.gitattributes` asks of git: both sides' lines are kept, and the records say both."""
    world = World(folder / "world", papers=1)
    world.cite("made0000up", range(20))
    world.refresh()
    path = world.root / FOLDER / CITATIONS
    base = path.read_text(encoding="utf-8")
    sides = []
    for numbers in ([101, 102], [201, 202, 203]):
        path.write_text(base, encoding="utf-8")
        ids = world.cite("made0000up", numbers)
        world.refresh()
        sides.append(path.read_text(encoding="utf-8"))
        for one in ids:
            world.corpus.uncite(world.ids["made0000up"], one)
    for name, content in (("base", base), ("ours", sides[0]), ("theirs", sides[1])):
        (folder / name).write_text(content, encoding="utf-8")
    subprocess.run(["git", "merge-file", "--union", "ours", "base", "theirs"], cwd=folder, check=True)
    path.write_bytes((folder / "ours").read_bytes())
    assert [one for one in check_records(world.project) if one.severity == "error"] == []
    assert len(world.book("made0000up").entries) == 25


def test_a_write_that_fails_leaves_the_old_file_and_no_temporary_one(folder):
    path = folder / "file.jsonl"
    write_whole(path, b"old\n", "file.jsonl")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes", "file.jsonl")  # type: ignore[arg-type]
    assert path.read_bytes() == b"old\n"
    assert [one.name for one in folder.iterdir()] == ["file.jsonl"]


def test_a_paper_record_goes_through_its_line_unharmed(project):
    records = Records.open(project)
    record = PaperRecord(
        key="made0000up",
        id="aa",
        corpus_id=7,
        health="merged",
        found_by="title",
        title="Made-up “title” \u202e with all sorts of \U0001d54f",
        authors=("Ada Madeup",),
        year=2021,
        references=("made0001up",),
        other_versions=(("bb", None), ("cc", 9)),
        former_ids=("dd",),
    )
    records.put(record)
    assert records.save_papers()
    assert not records.save_papers()
    assert read_paper_records(project) == {"made0000up": record}


def test_an_archive_that_was_cut_gives_what_is_whole_and_goes_on(folder):
    path = folder / "made0000up.jsonl.gz"
    append_citations(path, [{"id": "aa"}, {"id": "bb"}])
    whole = path.read_bytes()
    append_citations(path, [{"id": "cc"}])
    path.write_bytes(path.read_bytes()[:-16])
    assert [one["id"] for one in read_archive(path)] == ["aa", "bb"]
    append_citations(path, [{"id": "dd"}])
    assert [one["id"] for one in read_archive(path)] == ["aa", "bb", "dd"]
    assert path.read_bytes().startswith(whole)
    assert list(read_archive(folder / "none.jsonl.gz")) == []


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_real_citation_records_are_read(shared: Path):
    raw = orjson.loads((shared / "semantic-scholar/objects/Citation.json").read_bytes())
    answer = read_citation(raw)
    assert answer is not None
    assert answer.influential
    assert [text for text, _ in answer.contexts] == raw["contexts"]
    assert answer.contexts[2][1] == ("result",)
    assert answer.citing.corpus_id == 254723237
    assert answer.citing.doi == "10.1109/lra.2022.3229266"
    empty = orjson.loads((shared / "semantic-scholar/objects/PaperWithNullValues.json").read_bytes())
    paper = read_paper(empty)
    assert paper is not None
    assert (paper.authors, paper.references, paper.citations) == ((), (), None)


@pytest.mark.parametrize(
    ("field", "given", "read"),
    [
        ("year", "2020", 2020),
        ("year", 20, None),
        ("year", True, None),
        ("corpusId", "215416146", 215416146),
        ("corpusId", -1, None),
        ("publicationDate", "2020-05", "2020-05"),
        ("publicationDate", "2020-02-30", None),
        ("publicationDate", 2020, None),
        ("citationCount", None, None),
        ("citationCount", "12", 12),
        ("authors", None, ()),
        ("authors", [None, {"name": "Ada Madeup"}, {"name": None}, "x"], ("Ada Madeup",)),
        ("openAccessPdf", {"url": "javascript:alert(1)"}, None),
        ("openAccessPdf", {"url": ""}, None),
        ("openAccessPdf", {"url": "https://example.org/a b.pdf"}, "https://example.org/a%20b.pdf"),
        ("tldr", None, None),
        ("title", "two\nlines\x1b[31m \ud83d", "two lines [31m"),
        ("title", None, ""),
        ("s2FieldsOfStudy", [{"category": "Mathematics"}, {"category": "Mathematics"}, None], ("Mathematics",)),
        ("externalIds", {"ArXiv": "2203.15556v2", "DOI": "10.48550/arXiv.2203.15556"}, {"arxiv": "2203.15556"}),
        ("externalIds", {"DOI": 7, "ArXiv": None}, {}),
    ],
)
def test_odd_values_are_read_or_left_out_and_never_guessed(field, given, read):
    names = {
        "corpusId": "corpus_id",
        "publicationDate": "date",
        "citationCount": "citations",
        "openAccessPdf": "open_access",
        "s2FieldsOfStudy": "fields",
        "externalIds": "external",
    }
    paper = read_paper({"paperId": "a" * 40, field: given})
    assert paper is not None
    assert getattr(paper, names.get(field, field)) == read


@pytest.mark.parametrize(
    "raw", [None, [], "x", {}, {"paperId": None}, {"paperId": 7}, {"paperId": ""}, {"paperId": "a b"}]
)
def test_a_paper_without_an_id_is_none(raw):
    assert read_paper(raw) is None


def test_sentences_come_from_whichever_list_has_them():
    citing = {"paperId": "a" * 40}
    answer = read_citation(
        {
            "citingPaper": citing,
            "contexts": ["One.", "Two.", None],
            "contextsWithIntent": [{"context": "One.", "intent": "Background"}, None, {"context": 7}],
            "intents": ["result", "background"],
        }
    )
    assert answer is not None
    assert answer.contexts == (("One.", ("background",)), ("Two.", ()))
    assert answer.intents == ("result",)
    bare = read_citation({"citingPaper": citing, "contexts": None, "contextsWithIntent": None, "isInfluential": "yes"})
    assert bare is not None
    assert (bare.contexts, bare.influential) == ((), False)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text() | st.floats(), lambda inner: st.lists(inner)))
def test_nothing_that_stands_in_a_row_makes_reading_fail(value):
    row = dict.fromkeys(("contexts", "intents", "contextsWithIntent", "isInfluential"), value)
    names = ("corpusId", "externalIds", "title", "authors", "year", "publicationDate", "venue", "citationCount")
    read_citation({**row, "citingPaper": {"paperId": "a" * 40, **dict.fromkeys(names, value), "tldr": value}})
    read_embedding({"embedding": value})
    read_embedding({"embedding": {"model": "specter_v2", "vector": value}})


@given(st.text())
def test_cleaned_text_is_one_line_that_json_can_hold(text):
    cleaned = clean_text(text)
    if cleaned is not None:
        assert len(cleaned.splitlines()) == 1
        assert orjson.loads(CITATION.line({"id": "aa", "title": cleaned, "seen": DAY}))["title"] == cleaned
