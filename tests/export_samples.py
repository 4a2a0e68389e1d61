"""Datasets that the tests of exports read: the toy project, the shipped one, and one of odd metadata."""

from __future__ import annotations

import shutil
import subprocess
from itertools import chain
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple

from phengraph.dataset import CONTEXT_FILE, Dataset, open_dataset
from phengraph.model import (
    Checked,
    Citation,
    CitationCount,
    CitingPaper,
    Claim,
    Conditions,
    Confidence,
    Context,
    Evidence,
    Knowledge,
    Paper,
    Phenomenon,
    Range,
    Review,
    Source,
    Stance,
    Strength,
    Topic,
)
from phengraph.project import Project
from phengraph.quads import CitationQuads, count_quads, derived_quads, knowledge_quads, line_quads
from phengraph.settings import StatusSettings
from phengraph.snapshot import Heading, write_snapshot
from phengraph.status import judge_all

TESTS = Path(__file__).parent
REPOSITORY = TESTS.parent
BASE = "https://example.org/odd/"

# As met in metadata of real papers: MathML in titles, right-to-left text, C1 controls from a wrong encoding,
# entities escaped twice, an author list of a collaboration, a DOI of the SICI kind.
MATHML = 'Made-up <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>α</mi><mo>&lt;</mo><mn>2</mn></math> of widgets'
ODD_TITLES = {
    "mathml2099": MATHML,
    "hebrew2099": 'מחקר בדוי על ווידג\'טים (made up) עם ענצר "عنصر"',
    "controls2099": "Made-up\x85 paper\x9d with C1\x91controls\x92",
    "entities2099": "Made-up Q&amp;amp;A &amp;lt;b&amp;gt; of widgets",
    "tex2099": r"Made-up 50% of R&D: a_b ~ {brace} #1, 5^2 and \widget -- ``quoted''",
    "unpaired2099": "Made-up } paper { with unpaired braces",
    "formula2099": "=HYPERLINK(made-up)",
    "markdown2099": "Made-up *paper* [with](http://example.org/x) `code` | pipe <b>bold</b> $x$ ![i](j)",
    "xml2099": "Made-up ]]> paper <!-- --> <?php ?> 'single' \"double\"",
    "emoji2099": "Made-up 🧩 paper 部件 e\u0301 é",
    "sici2099": "Made-up paper with a DOI that is no path",
    "crowd2099": "Made-up paper of five thousand",
}
SICI = "10.5555/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2"
CROWD = tuple(f"Author{number} Madeup{number}" for number in range(5000))


def paper(key: str, title: str, *, authors: tuple[str, ...] = ("Ada Example",), doi: str | None = None) -> Paper:
    source = Source("graph/papers.bib", 1)
    return Paper(key, title, authors, True, 2099, 12, None, "misc", None, doi, None, None, None, None, {}, source)


def odd_knowledge() -> Knowledge:
    """One claim, and an evidence for each odd paper whose texts are as odd."""
    file = Source("graph/phenomena/odd.md", 1)
    papers = {key: paper(key, title) for key, title in ODD_TITLES.items()}
    papers["sici2099"] = paper("sici2099", ODD_TITLES["sici2099"], doi=SICI)
    papers["crowd2099"] = paper("crowd2099", ODD_TITLES["crowd2099"], authors=CROWD)
    papers["hebrew2099"] = paper("hebrew2099", ODD_TITLES["hebrew2099"], authors=("ישראל בדוי", "王小明"))
    papers = dict(sorted(papers.items()))
    topic = Topic("odd", "Made-up odd things", "奇怪", None, None, Source("graph/topics.yaml", 1))
    phenomenon = Phenomenon(
        *("odd", MATHML, None, "odd", None, (), ("mathml2099",)),
        description="Made up. $a_b < c$ and `code` and *stars*.\n\n<script>alert(1)</script>",
        figures=(),
        source=file,
    )
    claim = Claim("oddities-survive", "odd", "Oddities survive", "Made-up & <odd> text.", None, None, file)
    evidence = {
        f"oddities-survive.{key}": Evidence(
            name=f"oddities-survive.{key}",
            claim="oddities-survive",
            paper=key,
            stance=Stance.SUPPORTS if place % 2 else Stance.CONTRADICTS,
            finding=title,
            locator="§1",
            conditions=Conditions(Range(7e7, 1.75e11), None, Range(None, 6.3e23), (), (title[:20],), None, title),
            strength=Strength.MODERATE,
            checked=Checked.PAPER,
            confidence=Confidence.HIGH,
            review=Review.ACCEPTED,
            origin=None,
            quote=title,
            read_in=None,
            source=file,
        )
        for place, (key, title) in enumerate(ODD_TITLES.items())
    }
    return Knowledge({"odd": topic}, {"odd": phenomenon}, {claim.slug: claim}, evidence, papers, {}, {})


def odd_citations() -> tuple[list[Citation], list[CitationCount]]:
    """Citing papers with odd titles, and two counts of one paper."""
    found = [
        Citation(
            cited="mathml2099",
            citing=CitingPaper(s2_id=f"{place:040x}", corpus_id=place, title=title, authors=("Bo Example",), year=2099),
            contexts=(Context(f"As {title} says", ("background",)),),
            influential=place == 0,
            seen="2099-12-24",
        )
        for place, title in enumerate(ODD_TITLES.values())
    ]
    return found, [CitationCount("mathml2099", "2099-12-01", 3, 1), CitationCount("mathml2099", "2099-12-24", 12, 1)]


def dataset_of(
    knowledge: Knowledge,
    folder: Path,
    *,
    citations: tuple[list[Citation], list[CitationCount]] = ([], []),
) -> Dataset:
    """A dataset of this knowledge, as a build would write it, without files that people edit."""
    statuses = judge_all(knowledge, StatusSettings())
    quads = chain(
        knowledge_quads(knowledge, BASE),
        derived_quads(knowledge, statuses, citations[1], BASE),
        count_quads(citations[1], knowledge, BASE),
        line_quads(knowledge, BASE),
    )
    heading = Heading("0" * 32, BASE, "Odd phenomena", "Made-up odd metadata", None, "main")
    folder.mkdir(parents=True, exist_ok=True)
    seen = CitationQuads(knowledge, BASE, {}).of_citations(citations[0])
    contents = write_snapshot(folder, quads, seen, heading)
    shutil.copyfile(REPOSITORY / "graph" / CONTEXT_FILE, folder / CONTEXT_FILE)
    return Dataset(folder, contents)


def copy_toy(folder: Path) -> Project:
    """A copy of the toy project, with the shipped ontology and context."""
    shutil.copytree(TESTS / "toy", folder, ignore=shutil.ignore_patterns(".phengraph"))
    for name in ("ontology.ttl", CONTEXT_FILE):
        shutil.copyfile(REPOSITORY / "graph" / name, folder / "graph" / name)
    return Project(folder)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return open_dataset(copy_toy(tmp_path_factory.mktemp("exports") / "toy"))


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return dataset_of(odd_knowledge(), tmp_path_factory.mktemp("exports") / "odd", citations=odd_citations())


def quads(content: bytes, rdf_format: RdfFormat) -> set[Quad]:
    """The quads of a text, each number as a store keeps it (`1500` for `1500.0`, one value); no blank node."""
    store = Store()
    store.load(content, format=rdf_format)
    found = set(store)
    assert all(isinstance(one.subject, NamedNode) and isinstance(one.object, NamedNode | Literal) for one in found)
    return found


def triples(content: bytes, rdf_format: RdfFormat) -> set[Triple]:
    """The triples of a text, likewise."""
    return {Triple(quad.subject, quad.predicate, quad.object) for quad in quads(content, rdf_format)}


def rapper_triples(content: bytes, folder: Path) -> set[Triple]:
    """The triples as Raptor reads Turtle; the test is skipped where Debian's raptor2-utils is not installed."""
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed; `apt-get install raptor2-utils` brings it")
    path = folder / "given.ttl"
    path.write_bytes(content)
    command = [rapper, "--quiet", "--input", "turtle", "--output", "ntriples", str(path)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stderr == b""
    return set(pyoxigraph.parse(done.stdout, format=RdfFormat.N_TRIPLES))  # type: ignore[arg-type]
