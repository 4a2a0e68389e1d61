"""Every mistake that a contributor makes is told in whole: place, severity, what is wrong, what would be right."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from phengraph.checking import check_project
from phengraph.project import Project

TESTS = Path(__file__).resolve().parent
WIDGETS = "graph/phenomena/widget-growth.md"


@dataclass(frozen=True)
class Mistake:
    """A text of a file that is replaced by a wrong one, and all that check says then."""

    name: str
    file: str
    old: str
    new: str
    told: list[str]


def _mistakes() -> list[Mistake]:
    rows = yaml.safe_load((TESTS / "check_mistakes.yaml").read_text(encoding="utf-8"))
    return [Mistake(row["mistake"], row["file"], row.get("old", ""), row["new"], row["told"]) for row in rows]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the toy project, to make mistakes in."""
    return Path(shutil.copytree(TESTS / "toy", tmp_path / "toy"))


def told(folder: Path) -> list[str]:
    return [str(problem) for problem in check_project(Project(folder)).problems]


def test_the_toy_project_is_right(copy: Path) -> None:
    assert told(copy) == []


@pytest.mark.parametrize("mistake", _mistakes(), ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_in_whole(mistake: Mistake, copy: Path) -> None:
    path = copy / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.old in text
    wrong = text.replace(mistake.old, mistake.new, 1) if mistake.old else text + mistake.new
    path.write_text(wrong, encoding="utf-8", newline="")
    assert told(copy) == mistake.told


CRLF = (
    f"{WIDGETS}:1: warning: lines end in CRLF, as on Windows; they are read, but save them with LF "
    "(`git add --renormalize` does it)"
)
BYTES: dict[str, tuple[Callable[[bytes], bytes], list[str]]] = {
    "crlf": (lambda content: content.replace(b"\n", b"\r\n"), [CRLF]),
    "crlf-in-some-lines": (lambda content: content.replace(b"\n", b"\r\n", 3), [CRLF]),
    "byte-order-mark": (
        lambda content: b"\xef\xbb\xbf" + content,
        [f"{WIDGETS}:1: warning: the file starts with a byte order mark; it is read, but save it as UTF-8 without one"],
    ),
    "latin-1": (
        lambda content: content.replace(b"fig. 4", "fig. é".encode("latin-1")),
        [f"{WIDGETS}:58:19: error: byte 0xE9 is not UTF-8; save the file as UTF-8"],
    ),
    "utf-16": (
        lambda content: content.decode().encode("utf-16"),
        [f"{WIDGETS}:1:1: error: the file is UTF-16; save it as UTF-8"],
    ),
    "empty": (
        lambda content: b"",
        [f"{WIDGETS}:1: error: the file is empty; begin with a head: `---`, `label:`, `topic:`, `---`"],
    ),
    "blank": (
        lambda content: b" \n\n",
        [f"{WIDGETS}:1: error: the file is empty; begin with a head: `---`, `label:`, `topic:`, `---`"],
    ),
    "huge": (
        lambda content: content + b"x" * 2_000_000,
        [
            f"{WIDGETS}: error: the file is too big (2,001,883 bytes); at most 2,000,000 are read; split it, or raise "
            "`file_bytes` under [limits] in phengraph.toml"
        ],
    ),
    "deep-yaml-in-flow": (
        lambda content: content.replace(
            b"conditions: {tokens: 1T.., note: only young widgets}", b"conditions: " + b"[" * 5000
        ),
        [f"{WIDGETS}:37:24: error: YAML nested more than 10 deep; see docs/format.md for the form"],
    ),
    "deep-yaml-in-blocks": (
        lambda content: content.replace(
            b"conditions: {tokens: 1T.., note: only young widgets}", b"conditions:\n      " + b"- " * 100_000
        ),
        [f"{WIDGETS}:38:21: error: YAML nested more than 10 deep; see docs/format.md for the form"],
    ),
    "missing-fence-end-of-the-file": (
        lambda content: content.rstrip().rstrip(b"`"),
        [f"{WIDGETS}:69:1: error: the block that starts here has no end; close it with a line ```"],
    ),
}


@pytest.mark.parametrize("name", BYTES)
def test_a_mistake_of_bytes_is_told_in_whole(name: str, copy: Path) -> None:
    change, expected = BYTES[name]
    path = copy / WIDGETS
    path.write_bytes(change(path.read_bytes()))
    # PyYAML 6.0.4 looks ahead as far as its own limit, and tells the place where that is.
    assert [line.replace(f"{WIDGETS}:37:1014:", f"{WIDGETS}:37:24:") for line in told(copy)] == expected


def test_lines_that_end_in_cr_alone_are_refused_as_control_characters(copy: Path) -> None:
    path = copy / WIDGETS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    first, *rest = told(copy)
    assert first == f"{WIDGETS}: error: 55 more refused characters; remove them all"
    assert rest[1] == f"{WIDGETS}:1:4: error: the control character U+000D CARRIAGE RETURN; remove it"
    assert len(rest) == 21


def _replace_by_link(target: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return change


def _replace_by_link_to_outside(path: Path) -> None:
    outside = path.parents[3] / "outside.md"
    path.rename(outside)
    path.symlink_to(outside)


def _replace_by_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FILES: dict[str, tuple[str, Callable[[Path], object], list[str]]] = {
    "name-that-is-no-slug": (
        WIDGETS,
        lambda path: path.rename(path.with_name("Widget Growth.md")),
        [
            "graph/phenomena/Widget Growth.md: error: the file name 'Widget Growth' is no slug; name it "
            "widget-growth.md: lower-case words joined by hyphens"
        ],
    ),
    "name-without-a-latin-letter": (
        WIDGETS,
        lambda path: path.rename(path.with_name("部件.md")),
        [
            "graph/phenomena/部件.md: error: the file name '部件' is no slug; name it some-words.md: "
            "lower-case words joined by hyphens"
        ],
    ),
    "other-suffix": (
        WIDGETS,
        lambda path: path.rename(path.with_suffix(".markdown")),
        [
            "graph/phenomena/widget-growth.markdown: error: this is not read; a phenomenon is "
            "graph/phenomena/SLUG.md; move or rename it"
        ],
    ),
    "folder-inside": (
        "graph/phenomena/more",
        lambda path: path.mkdir(),
        ["graph/phenomena/more: warning: this is not read; a phenomenon is graph/phenomena/SLUG.md; move or rename it"],
    ),
    "link-to-outside": (
        WIDGETS,
        _replace_by_link_to_outside,
        [f"{WIDGETS}: error: the file is a link to outside of the project; put the file itself here"],
    ),
    "link-to-nothing": (
        WIDGETS,
        _replace_by_link("nowhere.md"),
        [f"{WIDGETS}: error: the file is a link to a file that is not there; mend the link, or put the file here"],
    ),
    "link-to-itself": (
        WIDGETS,
        _replace_by_link("widget-growth.md"),
        [f"{WIDGETS}: error: the file cannot be read (a loop of links); mend its permissions or its path"],
    ),
    "folder-in-place-of-a-file": (
        WIDGETS,
        _replace_by_folder,
        [f"{WIDGETS}: error: the file cannot be read (Is a directory); mend its permissions or its path"],
    ),
    "named-pipe": (
        WIDGETS,
        _replace_by_pipe,
        [f"{WIDGETS}: error: this is no plain file; put a text file here, or remove it"],
    ),
    "papers-missing": (
        "graph/papers.bib",
        lambda path: path.unlink(),
        ["graph/papers.bib: error: the file is missing; make it"],
    ),
    "topics-missing": (
        "graph/topics.yaml",
        lambda path: path.unlink(),
        ["graph/topics.yaml: error: the file is missing; make it"],
    ),
    "topics-empty": (
        "graph/topics.yaml",
        lambda path: path.write_text(""),
        ["graph/topics.yaml:1: error: the file is empty; write `key: value` lines; known keys are list, topics, notes"],
    ),
    "models-empty": (
        "graph/models.yaml",
        lambda path: path.write_text("# nothing yet\n"),
        ["graph/models.yaml:1: error: the file is empty; write `key: value` lines; known keys are models"],
    ),
    "phenomena-missing": (
        "graph/phenomena",
        lambda path: shutil.rmtree(path),
        ["graph/phenomena: error: the folder is missing; make it; each phenomenon is one file in it"],
    ),
    "graph-missing": (
        "graph",
        lambda path: shutil.rmtree(path),
        ["graph: error: the folder is missing; make it, or start a project with `phengraph init DIR`"],
    ),
    "phenomenon-without-claims": (
        "graph/phenomena/new.md",
        lambda path: path.write_text("---\nlabel: New\ntopic: widgets\n---\n"),
        ["graph/phenomena/new.md:1: warning: 'new': a phenomenon without a claim; add one with `phengraph add claim`"],
    ),
    "misspelt-setting": (
        "phengraph.toml",
        lambda path: path.write_text('branhc = "x"\n'),
        ["phengraph.toml: error: unknown setting 'branhc'; did you mean 'branch'?"],
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_mistake_with_a_file_is_told_in_whole(name: str, copy: Path) -> None:
    file, change, expected = FILES[name]
    change(copy / file)
    assert told(copy) == expected


def test_a_link_inside_of_the_project_is_read(copy: Path) -> None:
    path = copy / WIDGETS
    path.rename(copy / "graph" / "elsewhere.md")
    path.symlink_to(Path("..") / "elsewhere.md")
    assert told(copy) == []


def test_all_problems_are_told_at_once_and_sorted(copy: Path) -> None:
    for file, old, new in (
        (WIDGETS, "locator: fig. 1", "locater: fig. 1"),
        (WIDGETS, "topic: widgets", "topic: widgetz"),
        ("graph/papers.bib", "9912.00002", "nothing"),
        ("graph/models.yaml", "placement: pre-norm", "placement: prenorm"),
    ):
        path = copy / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    assert told(copy) == [
        "graph/models.yaml:9:16: error: unknown value 'prenorm'; did you mean 'pre-norm'?",
        "graph/papers.bib:19:3: error: 'nothing' is no arXiv id; write 2203.15556 or hep-th/9901001",
        f"{WIDGETS}:4:8: error: unknown topic 'widgetz'; did you mean 'widgets'?",
        f"{WIDGETS}:24:5: error: unknown key 'locater'; did you mean 'locator'?",
    ]


def test_a_mistake_in_one_block_hides_no_mistake_in_another(copy: Path) -> None:
    path = copy / WIDGETS
    text = path.read_text(encoding="utf-8")
    text = text.replace("locator: fig. 1", "locater: fig. 1").replace(
        "- contradicts: works2024widgets", "- contradicts: x"
    )
    path.write_text(text, encoding="utf-8")
    assert told(copy) == [
        f"{WIDGETS}:24:5: error: unknown key 'locater'; did you mean 'locator'?",
        f"{WIDGETS}:61:18: error: unknown paper 'x'; add it to graph/papers.bib (`phengraph add paper`)",
    ]


def test_names_and_escapes_never_reach_the_terminal(copy: Path) -> None:
    """A pull request cannot colour, clear or break the lines of who checks it."""
    for name in (b"\x1b[31mred.md", b"two\nlines.md", b"\xff.md"):
        Path(os.fsdecode(os.fsencode(copy / "graph" / "phenomena") + b"/" + name)).write_bytes(b"")
    text = '---\nlabel: x\ntopic: widgets\n"\\e[31mred\\nx": 5\n---\n'
    (copy / "graph" / "phenomena" / "escapes.md").write_text(text, encoding="utf-8")
    hidden = "a file name that cannot be shown; name it in lower-case words joined by hyphens"
    assert sorted(told(copy)) == sorted(
        [
            f"graph/phenomena/\ufffd[31mred.md: error: {hidden}",
            f"graph/phenomena/two\ufffdlines.md: error: {hidden}",
            f"graph/phenomena/?.md: error: {hidden}",
            "graph/phenomena/escapes.md:4:1: error: an escape that stands for U+001B ESCAPE; remove it",
            "graph/phenomena/escapes.md:4:1: error: unknown key '\ufffd[31mred\ufffdx'; "
            "known are label, label-zh, topic, list-number, seen-in, list-cites",
        ]
    )
