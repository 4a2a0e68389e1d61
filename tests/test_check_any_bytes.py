"""Whatever stands in the files of graph/, check says problems and never stops."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phengraph.checking import check_project
from phengraph.problems import problems_as_github, problems_as_json, problems_as_text
from phengraph.project import Project

TESTS = Path(__file__).resolve().parent
TOY = TESTS / "toy"
FILES = (
    "graph/phenomena/widget-growth.md",
    "graph/phenomena/odd-characters.md",
    "graph/papers.bib",
    "graph/topics.yaml",
    "graph/models.yaml",
    "graph/shapes.ttl",
    "graph/ontology.ttl",
)
# Pieces of the languages that are read, to be put where they do not belong.
PIECES = (
    b"{", b"}", b"[", b"]", b'"', b"'", b"- ", b": ", b":", b"#", b"\n", b"\r", b"\t", b"\x00", b"\xff",
    b"\xef\xbb\xbf", b"```", b"```yaml\n", b"---\n", b"## ", b"# ", b"&a ", b"*a ", b"!!x ", b"? ", b"| \n", b"> \n",
    b"<<: ", b"@", b"@misc{", b"@string{", b",", b"=", b"\\", b"$", b"%", b" and ", b"![a](b)", b"[a]: b\n", b"<a>",
    b"evidence:", b"claim: x\n", b"supports: x\n", b"\xe2\x80\xae", b"@prefix a: <b> .\n", b" . ", b" ; ",
    b"sh:path ", b"..", b"nan", b"\\begin{x}", b"\\char0 ", b"{\\bf ", b"$$",
)  # fmt: skip

edits = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, pieces: list[tuple[float, int, bytes]]) -> bytes:
    """The content with some bytes at each place replaced by others."""
    for place, length, piece in pieces:
        start = int(place * len(content))
        content = content[:start] + piece + content[start + length :]
    return content


@settings(max_examples=int(os.environ.get("PHENGRAPH_EXAMPLES", "100")), deadline=None,
          suppress_health_check=[HealthCheck.too_slow])  # fmt: skip
@given(file=st.sampled_from(FILES), pieces=edits)
def test_any_bytes_give_problems_and_no_error(file: str, pieces: list[tuple[float, int, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(TOY / "graph", folder / "graph")
        shutil.copy(TOY / "phengraph.toml", folder)
        for shipped in ("shapes.ttl", "ontology.ttl"):
            shutil.copy(TESTS.parent / "graph" / shipped, folder / "graph")
        path = folder / file
        path.write_bytes(changed(path.read_bytes(), pieces))
        problems = check_project(Project(folder)).problems
        for write in (problems_as_text, problems_as_json, problems_as_github):
            write(problems).encode("utf-8")
        assert problems_as_text(problems).count("\n") == len(problems)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(file=st.sampled_from(FILES), content=st.binary(max_size=200))
def test_a_file_of_nothing_but_any_bytes(file: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(TOY / "graph", folder / "graph")
        shutil.copy(TOY / "phengraph.toml", folder)
        (folder / file).write_bytes(content)
        check_project(Project(folder))
