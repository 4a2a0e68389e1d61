# ruff: noqa: F811 - fixtures are imported by name, and asked for by it
"""The curl, Python and R that the page of queries shows, copied from Chromium and run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from browser import WatchedPage
from explorer_samples import built  # noqa: F401 - fixture
from test_explorer_served import server  # noqa: F401 - fixture

pytestmark = pytest.mark.browser
TABLE = """# Made-up: 'quotes', "more of them" and \\ a slash; 中文
SELECT ?claim ?label { ?claim a ph:Claim ; skos:prefLabel ?label FILTER(STRLEN(?label) > 1 && ?label != "it's") }
ORDER BY ?claim LIMIT 3"""
GRAPH = "CONSTRUCT { ?claim ph:status ?status } { ?claim a ph:Claim ; ph:status ?status }"
WORD = "ASK { ?claim a ph:Claim }"


def shown(chromium_page: WatchedPage, server: str, query: str, language: str) -> str:
    page = chromium_page.page
    page.goto(f"{server}/#/sparql?q={quote(query, safe='')}")
    page.locator(".elsewhere summary").click()
    page.locator(".elsewhere").get_by_role("radio", name=language, exact=True).check()
    return page.locator(".elsewhere pre").inner_text()


@pytest.mark.parametrize(
    ("query", "told"),
    [(TABLE, "claim/gadgets-appear-suddenly"), (GRAPH, "Contested"), (WORD, "true")],
    ids=["table", "graph", "word"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["curl", "Python", "R"])
def test_each_program_prints_the_answer(
    chromium_page: WatchedPage, server: str, tmp_path: Path, language: str, query: str, told: str
) -> None:
    program = shown(chromium_page, server, query, language)
    runner = {"curl": ["sh"], "Python": [sys.executable], "R": ["Rscript", "--vanilla"]}[language]
    if shutil.which("curl" if language == "curl" else runner[0]) is None:
        pytest.skip(f"no {language} here")
    script = tmp_path / "program"
    script.write_text(program, encoding="utf-8")
    done = subprocess.run([*runner, str(script)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
