"""The law of every edit: read after it is read before plus the entry, and all other bytes are equal."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phengraph.adding import Added, add_entry, write_edit
from phengraph.curate import read_graph
from phengraph.curate.insert import AnyEntry, Edit, EditRefused, plan_addition
from phengraph.curate.newpaper import paper_from_bibtex
from phengraph.curate.source import REFUSED
from phengraph.curate.write import paper_lines
from phengraph.model import (
    Checked,
    Claim,
    Conditions,
    Confidence,
    Evidence,
    Figure,
    Knowledge,
    Model,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    Stance,
    Strength,
)
from phengraph.project import Project

TOY = Path(__file__).resolve().parent / "toy"
NOWHERE = Source("", 0)
HOSTILE = (
    "a: b", "# no comment", "- no list", "it's", '"quoted"', "'quoted'", "{a: b}", "[a, b]", "*alias",
    "&anchor", "!tag", "|", ">", "%", "@", "`", "?", ":", "-", "~", "null", "yes", "0x10", "1e3", "a, b",
    "a #b", "a # b", "```", "---", "...", "## heading", "<script>alert(1)</script>", "&amp;amp;",
    "<math><mi>x</mi></math>", "$x_i$ costs $5", "\\", "\\n", "\\textbf{a}", "100 %", "a & b", "a_b^c~d", "{",
    "}", "}{", "עברית", "العربية", "部件 🧩", 'e\u0301 and \xe9', "a -- b", "``a''", "and others",
    "Last, First and Other", "${HOME}", "'; DROP TABLE", '\u200b', "?` !`",
)  # fmt: skip

one_line = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40),
    st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=3).map(" ".join),
).map(lambda text: " ".join(REFUSED.sub("", text).split()))
words = one_line.filter(bool)
maybe = st.one_of(st.none(), words)
scales = st.one_of(
    st.none(),
    st.floats(1, 1e30).map(lambda number: Range(number, number)),
    st.tuples(st.floats(1, 1e20), st.floats(1, 1e20)).map(lambda ends: Range(min(ends), max(ends))),
    st.floats(1, 1e30).map(lambda number: Range(None, number)),
)


@contextmanager
def toy_copy() -> Iterator[Project]:
    with tempfile.TemporaryDirectory() as folder:
        # Hypothesis runs many examples in one test, each in a copy of its own.
        shutil.copytree(TOY / "graph", Path(folder) / "graph")
        shutil.copy(TOY / "phengraph.toml", folder)
        yield Project(Path(folder))


def without_places(knowledge: Knowledge) -> dict[str, Any]:
    return {
        kind: {name: replace(entry, source=NOWHERE) for name, entry in getattr(knowledge, kind).items()}
        for kind in ("topics", "phenomena", "claims", "evidence", "papers", "models", "notes")
    }


def holds_the_law(project: Project, kind: str, name: str, entry: AnyEntry) -> Added:
    """Add the entry, and hold both halves of the law."""
    files = {path: path.read_bytes() for path in project.graph.rglob("*") if path.is_file()}
    before = without_places(read_graph(project).knowledge)
    added = add_entry(project, entry)
    for path, content in files.items():
        now = path.read_bytes()
        if project.relative(path) == added.edit.path:
            assert is_insertion(content, now)
        else:
            assert now == content
    result = read_graph(project)
    assert result.problems == [] or all(problem.severity == "warning" for problem in result.problems)
    assert without_places(result.knowledge) == {**before, kind: {**before[kind], name: entry}}
    return added


def is_insertion(before: bytes, after: bytes) -> bool:
    """Whether one piece was put somewhere into the bytes, and nothing else happened."""
    start = next((index for index, byte in enumerate(before) if byte != after[index]), len(before))
    return len(after) > len(before) and after.endswith(before[start:])


def make_evidence(**changes: Any) -> Evidence:
    evidence = Evidence(
        name="widgets-stop-at-a-thousand.kilo2025newest",
        claim="widgets-stop-at-a-thousand",
        paper="kilo2025newest",
        stance=Stance.SUPPORTS,
        finding="Made up.",
        locator="p. 1",
        conditions=Conditions(),
        strength=Strength.MODERATE,
        checked=Checked.PAPER,
        confidence=Confidence.HIGH,
        review=Review.ACCEPTED,
        origin=None,
        quote=None,
        read_in=None,
        source=NOWHERE,
    )
    return replace(evidence, **changes)


def make_paper(**changes: Any) -> Paper:
    paper = Paper(
        key="new2020widgets", title="Made-up", authors=("Nia New",), authors_complete=True, year=2020, month=None,
        venue=None, kind="misc", arxiv=None, doi=None, openreview=None, corpus_id=None, url=None, note=None, checks={},
        source=NOWHERE,
    )  # fmt: skip
    return replace(paper, **changes)


law = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@law
@given(
    finding=words,
    locator=maybe,
    note=maybe,
    metric=maybe,
    read_in=maybe,
    datasets=st.lists(words, max_size=3, unique=True),
    parameters=scales,
    compute=scales,
    stance=st.sampled_from(Stance),
    strength=st.sampled_from(Strength),
    confidence=st.sampled_from(Confidence),
    review=st.sampled_from(Review),
    models=st.lists(st.sampled_from(["widgetron", "sprocket.nano"]), unique=True),
)
def test_evidence_of_any_text_reads_back(
    finding: str, locator: str | None, note: str | None, metric: str | None, read_in: str | None, datasets: list[str],
    parameters: Range | None, compute: Range | None, stance: Stance, strength: Strength, confidence: Confidence,
    review: Review, models: list[str],
) -> None:  # fmt: skip
    conditions = Conditions(parameters, None, compute, tuple(models), tuple(datasets), metric, note)
    evidence = make_evidence(
        finding=finding, locator=locator, conditions=conditions, stance=stance, strength=strength,
        confidence=confidence, review=review, read_in=read_in,
    )  # fmt: skip
    with toy_copy() as project:
        holds_the_law(project, "evidence", evidence.name, evidence)


papers = st.builds(
    make_paper,
    title=words,
    authors=st.lists(words, min_size=1, max_size=4).map(tuple),
    authors_complete=st.booleans(),
    venue=maybe,
    note=maybe,
    month=st.one_of(st.none(), st.integers(1, 12)),
    kind=st.sampled_from(["article", "misc", "inproceedings"]),
    checks=st.dictionaries(st.sampled_from(["authors", "venue", "id", "verified"]), words),
)


@settings(max_examples=300, deadline=None)
@given(paper=papers)
def test_a_paper_of_any_metadata_is_written_as_bibtex_that_reads_back(paper: Paper) -> None:
    read, removed = paper_from_bibtex("\n".join(paper_lines(paper)))
    assert replace(read, source=NOWHERE) == paper
    assert removed == []


@law
@given(paper=papers)
def test_a_paper_of_any_metadata_reads_back(paper: Paper) -> None:
    with toy_copy() as project:
        holds_the_law(project, "papers", paper.key, paper)


@law
@given(label=words, organisation=maybe, parameters=maybe, normalization=maybe, note=maybe, span=scales)
def test_a_model_of_any_text_reads_back(
    label: str,
    organisation: str | None,
    parameters: str | None,
    normalization: str | None,
    note: str | None,
    span: Range | None,
) -> None:
    model = Model(
        key="newtron", label=label, organisation=organisation, parameters=parameters, parameter_range=span, year=2024,
        normalization=normalization, norm_placement="output", paper="kilo2025newest", checked_with=None,
        confidence=Confidence.LOW, note=note, source=NOWHERE,
    )  # fmt: skip
    with toy_copy() as project:
        holds_the_law(project, "models", "newtron", model)


@law
@given(label=words, label_zh=maybe, list_number=maybe, caption=one_line)
def test_a_phenomenon_of_any_label_reads_back(
    label: str, label_zh: str | None, list_number: str | None, caption: str
) -> None:
    phenomenon = Phenomenon(
        slug="new-phenomenon", label=label, label_zh=label_zh, topic="widgets", list_number=list_number,
        seen_in=("widgetron",), listed_papers=("kilo2025newest",), description="Made up, $x < y$.",
        figures=(Figure("https://example.org/a_(b)*c.png", caption),), source=NOWHERE,
    )  # fmt: skip
    with toy_copy() as project:
        holds_the_law(project, "phenomena", phenomenon.slug, phenomenon)


@law
@given(label=words, text=st.lists(words, min_size=1, max_size=3).map("\n".join))
def test_a_claim_of_any_text_reads_back_or_changes_nothing(label: str, text: str) -> None:
    claim = Claim("new-claim", "widget-growth", label, text, None, "2023-08", NOWHERE)
    with toy_copy() as project:
        before = (project.phenomena / "widget-growth.md").read_bytes()
        try:
            holds_the_law(project, "claims", claim.slug, claim)
        except EditRefused:
            # A text in Markdown may be a heading or a fence itself.
            assert (project.phenomena / "widget-growth.md").read_bytes() == before


LAST = "    checked: summary\n```"
LAYOUTS = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "byte-order-mark": lambda text: "\ufeff" + text,
    "no-line-end-at-the-end": lambda text: text.rstrip("\n"),
    "blank-lines-at-the-end": lambda text: text + "\n\n\n",
    "dashes-not-indented": lambda text: text.replace("\n  - ", "\n- ").replace("\n    ", "\n  "),
    "dashes-far-indented": lambda text: text.replace("\n    ", "\n         ").replace("\n  - ", "\n       - "),
    "comment-below-the-last": lambda text: text.replace(LAST, f"{LAST[:-3]}  # end\n```"),
    "blank-line-below-the-last": lambda text: text.replace(LAST, f"{LAST[:-3]}\n```"),
    "dash-on-a-line-of-its-own": lambda text: text.replace(
        "  - contradicts: works2024widgets", "  -\n    contradicts: works2024widgets"
    ),
    "evidence-in-braces": lambda text: text.replace(
        "  - contradicts: works2024widgets\n    finding: Most widgets pass 1000.\n"
        "    locator: sec. 5\n    checked: summary\n",
        "  - {contradicts: works2024widgets, finding: Most widgets\n     pass 1000., checked: summary, locator: a}\n",
    ),
    "folded-text-at-the-end": lambda text: text.replace(
        "    locator: sec. 5\n    checked: summary\n", "    checked: summary\n    locator: >-\n      sec. 5\n\n"
    ),
    "kept-blank-lines-at-the-end": lambda text: text.replace(
        "    locator: sec. 5\n    checked: summary\n",
        "    checked: summary\n    locator: a\n    quote: |+\n      some words\n\n",
    ),
    "tildes": lambda text: text.replace("```yaml", "~~~yaml").replace("```", "~~~"),
    "fence-indented": lambda text: text.replace(
        "```yaml\nclaim: widgets-stop-at-a-thousand\norigin: cited-paper\nas-of: 2023-08\nevidence:\n",
        "  ```yaml\n  claim: widgets-stop-at-a-thousand\n  origin: cited-paper\n  as-of: 2023-08\n  evidence:\n",
    ).replace("    checked: summary\n```", "    checked: summary\n  ```"),
    "claim-key-last": lambda text: text.replace("claim: widgets-stop-at-a-thousand\norigin: cited-paper\n", "")
    .replace("as-of: 2023-08", "origin: cited-paper")
    .replace(LAST, f"{LAST[:-3]}claim: widgets-stop-at-a-thousand\nas-of: 2023-08\n```"),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_evidence_fits_into_any_layout(name: str) -> None:
    with toy_copy() as project:
        path = project.phenomena / "widget-growth.md"
        text = path.read_text(encoding="utf-8")
        changed = LAYOUTS[name](text)
        assert changed != text
        path.write_bytes(changed.encode("utf-8"))
        added = holds_the_law(project, "evidence", make_evidence().name, make_evidence())
        line = path.read_text(encoding="utf-8").split("\n")[added.edit.line - 1]
        assert line.strip().startswith("- supports: kilo2025newest")
        ends = {row.endswith(b"\r") for row in path.read_bytes().split(b"\n")[:-1]}
        assert len(ends) == 1


@pytest.mark.parametrize(
    "empty",
    ["evidence: []", "evidence:", "evidence: [ ]  # none yet", "evidence: # none yet", None],
    ids=["brackets", "nothing", "brackets-and-comment", "comment", "no-key"],
)
def test_the_first_evidence_of_a_claim(empty: str | None) -> None:
    section = "\n## Widgets hum\n\nWidgets hum.\n\n```yaml\nclaim: widgets-hum\n"
    if empty:
        section += f"{empty}\n"
    with toy_copy() as project:
        path = project.phenomena / "widget-growth.md"
        path.write_text(path.read_text(encoding="utf-8") + section + "as-of: 2023\n```\n", encoding="utf-8")
        before = path.read_text(encoding="utf-8").split("\n")
        evidence = make_evidence(claim="widgets-hum", name="widgets-hum.kilo2025newest")
        add_entry(project, evidence)
        found = read_graph(project).knowledge.evidence[evidence.name]
        assert replace(found, source=NOWHERE) == evidence
        after = path.read_text(encoding="utf-8").split("\n")
        gone = [line[2:] for line in difflib.ndiff(before, after) if line.startswith("- ")]
        # Empty brackets go; every other line stays as it was.
        assert gone == ([empty] if empty and "[" in empty else [])


def test_evidence_in_brackets_is_refused_with_a_word() -> None:
    with toy_copy() as project:
        path = project.phenomena / "widget-growth.md"
        section = (
            "\n## Widgets hum\n\nWidgets hum.\n\n```yaml\nclaim: widgets-hum\n"
            "evidence: [{supports: kilo2025newest, finding: x, checked: paper, locator: a}]\n```\n"
        )
        path.write_text(path.read_text(encoding="utf-8") + section, encoding="utf-8")
        with pytest.raises(EditRefused) as refused:
            add_entry(project, make_evidence(claim="widgets-hum", name="other", paper="echo2022small"))
        assert str(refused.value) == (
            "graph/phenomena/widget-growth.md:83: the evidence stands in [ ]; write it as lines with `- ` first"
        )


def test_papers_and_models_go_where_their_keys_belong(repository: Path) -> None:
    for key, kind, above in (("m-new2020", "paper", "m"), ("aaa2020", "paper", ""), ("zzz2020", "paper", "z")):
        edit = plan_addition(Project(repository), make_paper(key=key))
        text = edit.after.decode("utf-8")
        keys = [line.partition("{")[2].rstrip(",") for line in text.split("\n") if line.startswith("@")]
        assert keys == sorted(keys), (kind, above)
        assert text.split("\n")[edit.line - 1] == f"@misc{{{key},"
        assert is_insertion(edit.before or b"", edit.after)


def test_a_claim_goes_below_the_last_claim_and_above_the_notes() -> None:
    with toy_copy() as project:
        claim = Claim("widgets-hum", "widget-growth", "Widgets hum", "Widgets hum.", None, None, NOWHERE)
        holds_the_law(project, "claims", claim.slug, claim)
        text = (project.phenomena / "widget-growth.md").read_text(encoding="utf-8")
        headings = [line for line in text.split("\n") if line.startswith("## ")]
        assert headings[-2:] == ["## Widgets hum", "## Notes on the source list"]
        assert text.count("\n\n\n") == 0


def test_five_thousand_authors_read_back() -> None:
    authors = tuple(f"Author-{number} Made-Up" for number in range(5000))
    with toy_copy() as project:
        holds_the_law(project, "papers", "new2020widgets", make_paper(authors=authors))


def test_a_file_that_changed_meanwhile_is_not_overwritten() -> None:
    with toy_copy() as project:
        edit = plan_addition(project, make_paper())
        path = project.graph / "papers.bib"
        path.write_text("% another hand\n", encoding="utf-8")
        with pytest.raises(EditRefused) as refused:
            write_edit(project, edit)
        assert path.read_text(encoding="utf-8") == "% another hand\n"
        assert str(refused.value) == (
            "graph/papers.bib was changed meanwhile; nothing is written, run the command again"
        )


def test_the_mode_of_a_file_stays_and_no_temporary_file_is_left() -> None:
    with toy_copy() as project:
        path = project.graph / "papers.bib"
        path.chmod(0o640)
        add_entry(project, make_paper())
        assert path.stat().st_mode & 0o777 == 0o640
        assert sorted(path.name for path in project.graph.iterdir()) == [
            "models.yaml", "papers.bib", "phenomena", "topics.yaml",
        ]  # fmt: skip


def test_a_link_inside_of_the_project_stays_a_link() -> None:
    with toy_copy() as project:
        path = project.phenomena / "widget-growth.md"
        path.rename(project.graph / "elsewhere.md")
        path.symlink_to(Path("..") / "elsewhere.md")
        add_entry(project, make_evidence())
        assert path.is_symlink()
        assert "supports: kilo2025newest" in path.read_text(encoding="utf-8")


def test_an_edit_is_refused_in_a_file_with_an_error_and_passes_beside_one() -> None:
    with toy_copy() as project:
        path = project.phenomena / "gadget-emergence.md"
        path.write_text(path.read_text(encoding="utf-8").replace("topic: widgets", "topic: widgetz"), encoding="utf-8")
        add_entry(project, make_evidence())
        assert "supports: kilo2025newest" in (project.phenomena / "widget-growth.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("slug", ["../../evil", "a/b", "", "A", "a" * 101])
def test_a_slug_is_never_a_path(slug: str) -> None:
    with toy_copy() as project:
        phenomenon = Phenomenon(slug, "x", None, "widgets", None, (), (), "", (), NOWHERE)
        with pytest.raises(EditRefused):
            add_entry(project, phenomenon)
        with pytest.raises(EditRefused):
            add_entry(project, Claim("new-claim", slug, "x", "x", None, None, NOWHERE))
        assert sorted(path.name for path in project.root.iterdir()) == ["graph", "phengraph.toml"]


def test_of_writers_at_the_same_moment_one_writes_and_the_others_are_told() -> None:
    with toy_copy() as project:
        edits = [plan_addition(project, make_paper(key=f"new{number}2020widgets")) for number in range(12)]
        together = Barrier(len(edits))

        def write(edit: Edit) -> bool:
            together.wait()
            try:
                write_edit(project, edit)
            except EditRefused:
                return False
            return True

        with ThreadPoolExecutor(len(edits)) as threads:
            written = list(threads.map(write, edits))
        assert written.count(True) == 1
        assert (project.graph / "papers.bib").read_bytes() == edits[written.index(True)].after
