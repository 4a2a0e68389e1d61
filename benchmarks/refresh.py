"""What a refresh costs: requests against the formula, bytes in git, and a million recorded citations.

    python benchmarks/refresh.py requests            20, 1,000 and 10,000 tracked papers, simulated clock
    python benchmarks/refresh.py size                232 papers with 500 citations each: bytes as text, packed by git
    python benchmarks/refresh.py million [--sizes 10000 100000 1000000]

Everything runs against the stand-in of tests/standin, in this process, with made-up papers. Times are of this machine;
take how they grow, not what they are.
"""

from __future__ import annotations

import argparse
import math
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from ingest_fixtures import World
from standin import faults
from standin.corpus import made_up_paper

from phengraph.ingest.answers import CitationAnswer, PaperAnswer
from phengraph.ingest.book import citation_values
from phengraph.ingest.check import check_records
from phengraph.ingest.forms import CITATION, FOLDER
from phengraph.ingest.records import read_citations

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[float, Result]:
    begun = time.perf_counter()
    result = work()
    return time.perf_counter() - begun, result


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- requests -----------------------------------------------------------------------------------------------------


def requests_for(papers: int, mean: float, spread: float, folder: Path) -> None:
    """First refresh and a repeat with 5 % changed, against the formula of algorithm C."""
    chance = random.Random(papers)
    world = World(folder, papers=papers, settings='citations = "ids"\n')
    shift = math.log(mean) - spread * spread / 2
    for paper in world.papers:
        amount = min(9_000, int(chance.lognormvariate(shift, spread)))
        start = chance.randrange(20_000)
        world.cite(paper.key, range(start, start + amount), sentences=0)
    counts = [len(world.corpus.citations(world.ids[paper.key])) for paper in world.papers]
    batches = math.ceil(papers / 500)
    expected = batches + sum(max(1, math.ceil(count / 1000)) for count in counts)
    report(papers, "first refresh", world, expected)
    changed = chance.sample(world.papers, round(papers * 0.05))
    world.clock.pass_days(7)
    # What a week brings was mostly published lately.
    late = [number for number in range(30_000, 60_000) if (made_up_paper(number).date or "") > "2026-10-20"]
    for paper in changed:
        world.cite(paper.key, chance.sample(late, chance.randint(1, 9)), sentences=0)
    report(papers, "5 % changed", world, batches + 1.05 * len(changed))
    world.clock.pass_days(1)
    report(papers, "nothing changed", world, batches)


def report(papers: int, what: str, world: World, expected: float) -> None:
    world.stand_in.seen.clear()
    seconds, news = timed(world.refresh)
    made = world.stand_in.count()
    assert news.stopped is None, news.stopped
    minutes = made * 1.1 / 60
    print(
        f"{papers:>7,} papers  {what:<16}{made:>7,} requests  formula {expected:>9,.1f}  {made / expected - 1:>+6.1%}"
        f"  {minutes:>7.1f} min at 1.1 s  {seconds:>6.1f} s here",
        flush=True,
    )


# --- size ---------------------------------------------------------------------------------------------------------


class Words:
    """Texts of random words of this repository's own texts: they pack as texts do, which repeated sentences do not.

    In 100 real rows of the citations dataset a citation has 0.8 sentences of 193 characters, 152 characters in all;
    here it has about 1.4 of 20 words, some 170 characters.
    """

    def __init__(self) -> None:
        root = Path(__file__).resolve().parent.parent
        texts = [path.read_text(encoding="utf-8") for path in sorted(root.glob("graph/phenomena/*.md"))]
        self._words = " ".join(texts).split()

    def text(self, seed: str, words: int) -> str:
        return " ".join(random.Random(seed).choices(self._words, k=words))

    def rewrite(self, content: dict[str, Any]) -> dict[str, Any]:
        for row in content["data"]:
            citing = row["citingPaper"]
            citing["title"] = "Made-up " + self.text(citing["paperId"], 10)
            citing["abstract"] = self.text(citing["title"], 190)
            for place, one in enumerate(row["contextsWithIntent"]):
                one["context"] = self.text(f"{citing['paperId']} {place} {row['contexts'][place]}", 20)
            row["contexts"] = [one["context"] for one in row["contextsWithIntent"]]
        return content


def size(papers: int, each: int, folder: Path) -> None:
    """What so many papers with so many citations each cost in git, for each way of keeping them."""
    print(f"{papers} papers with {each} citations each, in random words")
    words = Words()
    for settings in ('abstracts = "none"', 'abstracts = "all"', 'citations = "ids"', 'citations = "none"'):
        world = World(folder / settings.replace(" ", ""), papers=papers, settings=settings + "\n")
        for position, paper in enumerate(world.papers):
            world.cite(paper.key, range(position * each, (position + 1) * each))
        world.stand_in.switch(faults.rewritten(words.rewrite), "/citations", times=None)
        world.refresh()
        records = world.root / FOLDER
        text = sum(path.stat().st_size for path in records.rglob("*.jsonl"))
        subprocess.run(["git", "init", "-q"], cwd=world.root, check=True)
        subprocess.run(["git", "add", "ingest"], cwd=world.root, check=True)
        who = ["-c", "user.name=made-up", "-c", "user.email=made-up@example.org"]
        subprocess.run(["git", *who, "commit", "-qm", "made up"], cwd=world.root, check=True)
        subprocess.run(["git", "gc", "-q", "--aggressive"], cwd=world.root, check=True)
        packed = sum(path.stat().st_size for path in (world.root / ".git").rglob("*.pack"))
        print(f"  {settings:<22}{text / 1e6:>8.1f} MB text  {packed / 1e6:>8.1f} MB packed by git", flush=True)
        shutil.rmtree(world.folder)


# --- a million ----------------------------------------------------------------------------------------------------


def fabricate(world: World, citations: int) -> None:
    """Records as a refresh would have written them, a thousand citations a paper; the service says the same."""
    for position, paper in enumerate(world.papers):
        numbers = range(position * 700, position * 700 + citations // len(world.papers))
        world.cite(paper.key, numbers, sentences=2)
        lines = []
        for number in numbers:
            made = made_up_paper(number)
            citing = PaperAnswer.model_validate(
                {
                    "paperId": made.paper_id,
                    "corpusId": made.corpus_id,
                    "title": made.title,
                    "year": made.year,
                    "publicationDate": made.date,
                    "venue": made.venue,
                    "authors": [{"name": name} for name in made.authors],
                    "externalIds": {"ArXiv": made.arxiv, "DOI": made.doi},
                    "citationCount": 0,
                    "influentialCitationCount": 0,
                    "s2FieldsOfStudy": [{"category": "Computer Science"}],
                }
            )
            sentence = f"Made-up sentence of {number} on {paper.key}, as long as sentences of papers are, more or less."
            answer = CitationAnswer(citing, ((sentence, ("background",)), (sentence + " Again.", ())), (), False)
            lines.append(CITATION.line({**citation_values(answer, whole=True, abstract=False), "seen": "2026-11-01"}))
        path = world.root / FOLDER / "citations" / paper.key / "2026-11.jsonl"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"".join(sorted(lines)))


def million(citations: int, folder: Path) -> None:
    """Load, check, refresh, build and ask."""
    world = World(folder, papers=max(10, citations // 1000))
    fabricate(world, citations)
    bib = "".join(
        f"@misc{{{paper.key}, title={{{paper.title}}}, author={{Madeup, Ada}}, year={{2021}}, eprint={{{paper.arxiv}}},"
        f" archiveprefix={{arXiv}}}}\n"
        for paper in world.papers
    )
    graph = world.root / "graph"
    (graph / "phenomena").mkdir(parents=True)
    for name, content in (("papers.bib", bib), ("topics.yaml", "topics: []\n"), ("models.yaml", "models: {}\n")):
        (graph / name).write_text(content, encoding="utf-8")
    # The state is lost, so the refresh compares every book with its count: nothing is fetched but the counts.
    first, _ = timed(world.refresh)
    problems: list[object] = []
    load, amount = timed(lambda: sum(1 for _ in read_citations(world.project)))
    assert amount == citations, amount
    checked, problems = timed(lambda: check_records(world.project))
    assert not problems, problems[:3]
    for paper in random.Random(1).sample(world.papers, len(world.papers) // 20 or 1):
        world.cite(paper.key, range(900_000, 900_005))
    world.stand_in.seen.clear()
    repeat, _ = timed(world.refresh)
    requests = world.stand_in.count()
    command = [sys.executable, "-m", "phengraph", "--project", str(world.root)]
    build, _ = timed(lambda: subprocess.run([*command, "build"], check=True, capture_output=True))
    built = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    text = "SELECT ?p (COUNT(?c) AS ?n) WHERE { ?c a cito:Citation ; cito:hasCitedEntity ?p } GROUP BY ?p LIMIT 5"
    ask, _ = timed(
        lambda: subprocess.run([*command, "query", "--timeout", "600", "--text", text], check=True, capture_output=True)
    )
    code = (
        "import sys; from pathlib import Path; from phengraph.dataset import open_dataset; "
        "from phengraph.project import Project; from phengraph.views import read_all_citations; "
        "print(sum(map(len, read_all_citations(open_dataset(Project(Path(sys.argv[1])))).values())))"
    )
    shown, done = timed(
        lambda: subprocess.run([sys.executable, "-c", code, world.root], check=True, capture_output=True)
    )
    assert int(done.stdout) == citations + 5 * max(1, len(world.papers) // 20), done.stdout
    print(
        f"{citations:>9,} citations: load {load:6.1f} s, check {checked:6.1f} s, refresh {first:6.1f} s with the state "
        f"lost and {repeat:6.1f} s with 5 % changed ({requests} requests), build {build:6.1f} s, "
        f"a count over all {ask:5.1f} s, all read for the page {shown:5.1f} s; "
        f"peak {peak_megabytes():,.0f} MB here, {built:,.0f} MB in the build",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["requests", "size", "million"])
    parser.add_argument("--papers", type=int, nargs="+", default=[20, 1_000, 10_000])
    parser.add_argument("--mean", type=float, default=500, help="citations of a paper, for `requests`")
    parser.add_argument("--spread", type=float, default=1.5, help="of their logarithm")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as made:
        folder = Path(made)
        if given.what == "requests":
            for papers in given.papers:
                requests_for(papers, given.mean, given.spread, folder / str(papers))
                shutil.rmtree(folder / str(papers))
        elif given.what == "size":
            size(232, 500, folder)
        else:
            for citations in given.sizes:
                million(citations, folder / str(citations))
                shutil.rmtree(folder / str(citations))


if __name__ == "__main__":
    main()
