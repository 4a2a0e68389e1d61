"""Checking a project at 1, 10 and 100 times the shipped graph, and two SHACL engines on the same triples, in one run.

    python benchmarks/check.py [--times 1 10 100] [--pyshacl-up-to 10]

For each size, in a process of its own, processor seconds of

    read       graph/ to typed values, with every problem at its place
    shapes     the same values to triples, and the package `shacl` over them
    check      both, as `phengraph check` does, with peak memory
    pyshacl    the same triples loaded into rdflib and checked by pyshacl, up to a size

and seconds for 1,000 evidence rows, which stay about the same when checking grows linearly.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from fabricate import EVIDENCE, fabricate

_CHECK = """
import json, resource, sys, time
from pathlib import Path
from phengraph.curate import read_graph
from phengraph.project import Project
from phengraph.shapes import check_shapes
project = Project(Path(sys.argv[1]))
begun = time.process_time()
knowledge = read_graph(project).knowledge
read = time.process_time()
found = check_shapes(project, knowledge)
shapes = time.process_time()
assert not found, found[:3]
print(json.dumps({
    "read": read - begun,
    "shapes": shapes - read,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
"""
_PYSHACL = """
import json, sys, time
from pathlib import Path
import pyoxigraph, pyshacl, rdflib
from phengraph.curate import read_graph
from phengraph.project import Project
from phengraph.quads import knowledge_quads
project = Project(Path(sys.argv[1]))
quads = knowledge_quads(read_graph(project).knowledge, project.base)
text = pyoxigraph.serialize((quad.triple for quad in quads), format=pyoxigraph.RdfFormat.N_TRIPLES)
begun = time.process_time()
graph = rdflib.Graph().parse(data=text, format="nt")
conforms, _, _ = pyshacl.validate(graph, shacl_graph=rdflib.Graph().parse(sys.argv[2]), inference="none")
assert conforms
print(json.dumps({"pyshacl": time.process_time() - begun, "triples": len(graph)}))
"""
SHAPES = Path(__file__).resolve().parent.parent / "graph" / "shapes.ttl"


def run(program: str, *arguments: object) -> dict[str, float]:
    """What a program in a process of its own prints as JSON."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--pyshacl-up-to", type=int, default=10, help="it is slow")
    arguments = parser.parse_args()
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "project"
            fabricate(project, times=times)
            found = run(_CHECK, project)
            rows = EVIDENCE * times
            check = found["read"] + found["shapes"]
            print(
                f"{times:>4} times, {rows:>6,} evidence: read {found['read']:6.2f} s, shapes {found['shapes']:6.2f} s, "
                f"check {check:6.2f} s ({1000 * check / rows:.2f} s a 1,000 evidence), "
                f"peak {found['peak'] / 1e6:,.0f} MB"
            )
            if times <= arguments.pyshacl_up_to:
                other = run(_PYSHACL, project, SHAPES)
                print(
                    f"     pyshacl on {other['triples']:,.0f} triples {other['pyshacl']:.2f} s, "
                    f"{other['pyshacl'] / found['shapes']:.0f} times as long as shapes"
                )


if __name__ == "__main__":
    main()
