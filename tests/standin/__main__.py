"""`python -m tests.standin`: the stand-in as a server, or a demonstration of the product with it.

python -m tests.standin serve [--port 8123] [--project DIR] [--rate 1] [--fault too-many --endpoint /citations]
python -m tests.standin demo [--folder DIR]
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import threading
from pathlib import Path

from phengraph.curate import read_graph
from phengraph.ingest.clock import SystemClock
from phengraph.ingest.project_refresh import refresh_project, tracked_papers
from phengraph.project import Project, find_project
from phengraph.suggest import suggestions

from . import faults
from .corpus import Corpus
from .demo import LABEL, a_week_later, claims_of_papers, copy_project, made_up_citations
from .server import StandIn, serving

FAULTS = {
    "too-many": faults.too_many("5"),
    "forbidden": faults.forbidden(),
    "html-500": faults.html_error(),
    "502": faults.gateway(502),
    "503": faults.gateway(503),
    "504": faults.gateway(504),
    "cut-body": faults.cut_body(),
    "slow-body": faults.slow_body(0.2),
    "short-page": faults.short_page(97),
    "empty-page": faults.empty_page(),
    "too-big": faults.too_big(200),
    "reset": faults.reset(),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="answer as Semantic Scholar would, with made-up citations")
    serve.add_argument("--port", type=int, default=8123)
    serve.add_argument("--project", type=Path, default=Path(), help="whose papers the service has")
    serve.add_argument("--mean", type=int, default=25, help="citations of a paper, about")
    serve.add_argument("--rate", type=float, help="requests a second of one key; more are refused")
    serve.add_argument("--fault", choices=sorted(FAULTS), help="what goes wrong")
    serve.add_argument("--endpoint", default="", help="where, a regular expression")
    serve.add_argument("--after", type=int, default=0, help="after so many requests")
    serve.add_argument("--times", type=int, help="so often; always, when it is not given")
    demo = commands.add_parser("demo", help="refresh a copy of the project with made-up citations, and show it")
    demo.add_argument("--folder", type=Path, default=Path(".phengraph/demo"), help="where the copy is kept")
    demo.add_argument("--no-page", action="store_true", help="refresh only")
    given = parser.parse_args()
    return _serve(given) if given.command == "serve" else _demo(given)


def _serve(given: argparse.Namespace) -> int:
    stand_in = StandIn(requests_per_second=given.rate)
    made_up_citations(stand_in.corpus, list(tracked_papers(find_project(given.project)).values()), mean=given.mean)
    if given.fault:
        stand_in.switch(FAULTS[given.fault], given.endpoint, after=given.after, times=given.times)
    with serving(stand_in, given.port) as address:
        print(f"SEMANTIC_SCHOLAR_API_URL={address}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print(f"{stand_in.count()} requests were answered")
    return 0


def _demo(given: argparse.Namespace) -> int:
    source = find_project(Path())
    copy_project(source.root, given.folder)
    settings = given.folder / "phengraph.toml"
    # Nobody has to be spared here. Before the project is read, since it reads its settings once.
    settings.write_text(
        f"{settings.read_text(encoding='utf-8')}\n[refresh]\nseconds_between_requests = 0\n", encoding="utf-8"
    )
    project = Project(given.folder.resolve())
    stand_in = StandIn(Corpus())
    claims = claims_of_papers(read_graph(project).knowledge)
    made_up_citations(stand_in.corpus, list(tracked_papers(project).values()), claims=claims)
    with serving(stand_in) as address:
        os.environ["SEMANTIC_SCHOLAR_API_URL"] = address
        os.environ.pop("SEMANTIC_SCHOLAR_API_KEY", None)
        print(f"{LABEL}\n")
        print("A first refresh, a week ago:", flush=True)
        print(f"  {refresh_project(project, clock=AWeekAgo()).text()}", end="")
        a_week_later(stand_in.corpus)
        print("And one today:", flush=True)
        print(f"  {refresh_project(project).text()}", end="")
        best = suggestions(project, limit=3)
        print("Worth a look, `phengraph suggestions` lists more:" if best else "Nothing is worth a look.")
        for one in best:
            print(f"  {one.score:.2f}  {one.paper.title} on {one.claim}")
        print(f"\nThe copy with its records is in {given.folder}.", flush=True)
        if given.no_page:
            return 0
        command = [sys.executable, "-m", "phengraph", "--project", str(project.root), "explore"]
        return subprocess.run(command, check=False).returncode


class AWeekAgo(SystemClock):
    """The clock of this machine, a week late."""

    def now(self) -> datetime.datetime:
        return super().now() - datetime.timedelta(days=7)


if __name__ == "__main__":
    sys.exit(main())
