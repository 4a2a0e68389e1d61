"""Make a project of the shipped graph's shape, as many times as large as one likes, and wholly made up.

    python benchmarks/fabricate.py DIR --times 100

One time is 44 phenomena in 17 topics, 79 claims, 309 evidence rows, 232 papers and 33 models, as in the shipped graph.
The same arguments make the same bytes.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

PHENOMENA, CLAIMS, EVIDENCE, PAPERS, MODELS, TOPICS = 44, 79, 309, 232, 33, 17
_THINGS = ("widgets", "gadgets", "sprockets", "gizmos", "doohickeys", "cogs", "flanges", "grommets")
_STANCES = ("supports",) * 6 + ("contradicts",) * 2 + ("qualifies",) * 3 + ("inconclusive",)
_CHECKED = ("abstract", "summary", "paper", "figure", "excerpt", "code", "recall", "recall", "recall")
_RANGES = ("10M..1B", "70M..16B", "1B..70B", "7B", "30B..", "..175B")


def fabricate(folder: Path, *, times: int = 1, seed: int = 0) -> None:
    """Write the project into a folder that is empty or not there.

    Raises:
        FileExistsError: the folder is there and not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    chance = random.Random(seed)
    phenomena = folder / "graph" / "phenomena"
    phenomena.mkdir(parents=True)
    papers, models = PAPERS * times, MODELS * times
    _write(folder / "phengraph.toml", _settings(times))
    _write(folder / "graph" / "topics.yaml", _topics(TOPICS * times))
    _write(folder / "graph" / "models.yaml", _models(models, papers))
    _write(folder / "graph" / "papers.bib", "\n".join(_paper(number, chance) for number in range(papers)))
    for number in range(PHENOMENA * times):
        _write(phenomena / f"made-up-phenomenon-{number}.md", _phenomenon(number, times, chance))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _settings(times: int) -> str:
    return (
        'base_iri = "https://example.org/fabricated/"\n'
        f'title = "Fabricated phenomena, {times} times"\n'
        f"\n[limits]\nfile_bytes = {2_000_000 * max(times // 10, 1)}\n"
    )


def _thing(number: int) -> str:
    return _THINGS[number % len(_THINGS)]


def _topics(count: int) -> str:
    rows = (
        f"  - slug: made-up-topic-{number}\n    label: Made-up topic {number} of {_thing(number)}\n"
        for number in range(count)
    )
    return "topics:\n" + "".join(rows)


def _models(count: int, papers: int) -> str:
    rows = (
        f"  made-up-model-{number}:\n    label: Made-up model {number}\n    organisation: Made-up works {number % 20}\n"
        f"    parameters: {number % 90 + 1}B\n    range: {number % 90 + 1}B\n    year: {2018 + number % 8}\n"
        f"    normalization: {'pre-norm, RMSNorm' if number % 3 else 'post-norm, LayerNorm'}\n"
        f"    placement: {'pre-norm' if number % 3 else 'post-norm'}\n    paper: {_key(number % papers)}\n"
        for number in range(count)
    )
    return "models:\n" + "".join(rows)


def _key(number: int) -> str:
    return f"surname{number}made{_thing(number)}"


def _paper(number: int, chance: random.Random) -> str:
    people = [f"Surname{number}, First"]
    people += [f"Surname{chance.randrange(number + 60)}, Second{place}" for place in range(chance.randrange(9))]
    names = " and ".join(people) + (" and others" if number % 7 == 0 else "")
    # Ids of arXiv in the year 2099, which nobody has.
    identifier = f"99{number // 99_999 + 1:02d}.{number % 99_999 + 1:05d}"
    return (
        f"@misc{{{_key(number)},\n"
        f"  title = {{Made-up paper {number} on {_thing(number)} of size $n^{{{number % 9}}}$}},\n"
        f"  author = {{{names}}},\n"
        f"  year = {{{2017 + number % 9}}},\n"
        f"  month = {{{number % 12 + 1}}},\n"
        f"  eprint = {{{identifier}}},\n"
        "  archiveprefix = {arXiv},\n"
        f"  id-source = {{made-up shelf {number % 40}, row {number}}},\n"
        "}\n"
    )


def _phenomenon(number: int, times: int, chance: random.Random) -> str:
    papers, models = PAPERS * times, MODELS * times
    text = (
        f"---\nlabel: Made-up phenomenon {number} of {_thing(number)}\n"
        f"topic: made-up-topic-{number % (TOPICS * times)}\n"
        f"seen-in: [made-up-model-{number % models}]\n"
        f"list-cites: [{_key(number % papers)}]\n---\n\n"
        f"Nobody saw phenomenon {number}: the more {_thing(number)}, the lower $L(n) = a n^{{-b}}$.\n"
    )
    # Spread so that all phenomena together have the numbers of claims and evidence that the shipped graph has.
    claims = range(number * CLAIMS // PHENOMENA, (number + 1) * CLAIMS // PHENOMENA)
    for claim in claims:
        rows = range(claim * EVIDENCE // CLAIMS, (claim + 1) * EVIDENCE // CLAIMS)
        text += (
            f"\n## Made-up claim {claim} about {_thing(number)}\n"
            f"\nClaim {claim}: {_thing(number)} grow as $n^{{{claim}}}$.\n"
            f"\n```yaml\nclaim: made-up-claim-{claim}\nevidence:\n"
        )
        text += "".join(_evidence(row, papers, models, chance) for row in rows) + "```\n"
    return text


def _evidence(row: int, papers: int, models: int, chance: random.Random) -> str:
    return (
        f"  - {chance.choice(_STANCES)}: {_key(row % papers)}\n"
        f"    finding: Made-up finding {row}, measured by nobody on {row % 50} {_thing(row)}.\n"
        f"    locator: fig. {row % 20 + 1}\n"
        f"    conditions: {{parameters: {chance.choice(_RANGES)}, models: [made-up-model-{row % models}]}}\n"
        f"    strength: {chance.choice(('strong', 'moderate', 'moderate', 'weak'))}\n"
        f"    checked: {chance.choice(_CHECKED)}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", type=int, default=1, help="how many times as large as the shipped graph")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    fabricate(arguments.folder, times=arguments.times, seed=arguments.seed)


if __name__ == "__main__":
    main()
