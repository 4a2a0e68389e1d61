"""The Python interface: one object for a project.

    import phengraph

    g = phengraph.open(".")
    g.claim("twenty-tokens-per-parameter").status
    g.query("contested-claims")
    g.network()

Everything is read once, when it is first asked for; a `Graph` stays as the files were when it was opened.
docs/python.md shows it at work.
"""

from __future__ import annotations

import json
import re
import threading
import weakref
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phengraph.dataset import Dataset, open_dataset
from phengraph.gathered import ClaimEntry, ModelEntry, PaperEntry, PhenomenonEntry
from phengraph.history import Changes, compare_states
from phengraph.model import Citation, Evidence, Suggestion
from phengraph.naming import find_entry
from phengraph.problems import QueryError
from phengraph.project import Project, find_project
from phengraph.query import KillableEngine, Limits, check_entries, find_query, inspect_query, run_query, set_values
from phengraph.solutions import read_graph_answer, read_rows
from phengraph.states import read_state, read_working_state
from phengraph.views import View, read_citations, read_view

if TYPE_CHECKING:
    import networkx
    import rdflib

_QUERY_NAME = re.compile(r"[\w.-]+\Z", re.ASCII)


class Graph:
    """A project, read: its entries, SPARQL over it, and the same as RDF and as a network.

    Use `phengraph.open`. `close` ends the process in which queries run; the end of the program does so too.
    """

    def __init__(self, project: Project, dataset: Dataset) -> None:
        self.project = project
        self.dataset = dataset
        self._engine = KillableEngine(
            dataset, memory_bytes=project.settings.query.memory_megabytes * 2**20 or None, resident=True
        )
        self._turn = threading.Lock()
        self._closing = weakref.finalize(self, self._engine.close)

    def close(self) -> None:
        """End the process in which queries run; the next query starts another."""
        self._engine.close()

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        contents = self.dataset.contents
        return f"<{contents.title}: {contents.nodes} nodes, {contents.edges} edges, {contents.quads} quads>"

    @cached_property
    def view(self) -> View:
        """All typed values, and what was derived from them."""
        return read_view(self.dataset)

    def claim(self, name: str) -> ClaimEntry:
        """A claim by slug, IRI or label.

        Raises:
            UnknownName: there is no such claim; `.suggestion` is near.
            AmbiguousName: several have this label.
        """
        return self._claim(self._find("claim", name))

    def phenomenon(self, name: str) -> PhenomenonEntry:
        """A phenomenon by slug, IRI or label; raises as `claim` does."""
        return self._phenomenon(self._find("phenomenon", name))

    def paper(self, name: str) -> PaperEntry:
        """A paper by key, IRI, arXiv id, DOI or title; raises as `claim` does."""
        return self._paper(self._find("paper", name))

    def model(self, name: str) -> ModelEntry:
        """A model by key, IRI or label; raises as `claim` does."""
        return self._model(self._find("model", name))

    @property
    def claims(self) -> tuple[ClaimEntry, ...]:
        """All claims, in the order in which they are shown."""
        return tuple(map(self._claim, self.view.knowledge.claims))

    @property
    def phenomena(self) -> tuple[PhenomenonEntry, ...]:
        """All phenomena, by topic and the number in the source list."""
        return tuple(map(self._phenomenon, self.view.knowledge.phenomena))

    @property
    def papers(self) -> tuple[PaperEntry, ...]:
        """All tracked papers, by key."""
        return tuple(map(self._paper, self.view.knowledge.papers))

    @property
    def models(self) -> tuple[ModelEntry, ...]:
        """All models, by key."""
        return tuple(map(self._model, self.view.knowledge.models))

    def citations(self, name: str) -> tuple[Citation, ...]:
        """Who cites a paper and in which words, newest first; the paper as in `paper`."""
        return read_citations(self.dataset, self._find("paper", name))

    def suggestions(
        self,
        *,
        claim: str | None = None,
        phenomenon: str | None = None,
        since: str | None = None,
        limit: int | None = None,
    ) -> tuple[Suggestion, ...]:
        """What may bear on a claim, best first; a machine's proposals, from the project's files as they are now.

        Args:
            claim: only for this one, as in `claim`.
            phenomenon: only for its claims, as in `phenomenon`.
            since: only papers that first appeared on this day (`2026-09-01`) or later.
            limit: at most so many.
        """
        from phengraph.suggest import suggestions

        return suggestions(
            self.project,
            claim=None if claim is None else self._find("claim", claim),
            phenomenon=None if phenomenon is None else self._find("phenomenon", phenomenon),
            since=since,
            limit=limit,
        )

    def query(
        self, query: str, *, timeout: float | None = 60.0, format: str | None = None, **values: str | Sequence[str]
    ) -> Any:
        """Ask in SPARQL 1.1.

        The prefixes of the project need no declaration, the default graph is the union of all graphs.

        Args:
            query: SPARQL, or the name of a file of examples/queries without `.rq`.
            timeout: seconds after which the query is stopped. None evaluates in this process, which is quicker and
                cannot be stopped: for queries that you know.
            format: csv, tsv, json, xml, turtle, ntriples, jsonld or rdfxml, for the answer as text.
            values: of the parameters of a query, `claim="grokking-sudden-generalization"`; several are alternatives.

        Returns:
            `Rows` for SELECT, a bool for ASK, an `rdflib.Graph` for CONSTRUCT and DESCRIBE; a text with `format`.

        Raises:
            QueryError: the query is wrong, refused, too large or too slow; `.kind`, `.line` and `.column` say more.
            UnknownName: there is no query of this name, or a value names an entry that is not there.
        """
        text = find_query(self.project.queries, query).text if _QUERY_NAME.match(query) else query
        if values:
            given = {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}
            asked = set_values(text, given, self.dataset.base)
            text = asked.text
            with self._turn:
                check_entries(
                    lambda query: self._engine.ask(query, format="json").read(), asked.entries, self.dataset.base
                )
        limits = Limits(timeout_seconds=timeout, memory_bytes=None)
        form = inspect_query(text, limits.bounds).form
        chosen = format or ("ntriples" if form.gives_graph else "json")
        try:
            if timeout is None:
                content = run_query(self.dataset, text, format=chosen, limits=limits, isolated=False).read()
            else:
                # One process, one query at a time: threads of a program wait for each other.
                with self._turn:
                    content = self._engine.ask(text, format=chosen, limits=limits).read()
        except QueryError as error:
            if error.kind != "timeout":
                raise
            message = f"stopped after {timeout:g} s; ask for less, or give more time with timeout="
            raise QueryError(message, kind="timeout") from error
        if format is not None:
            return content.decode()
        if form.gives_graph:
            return read_graph_answer(content)
        solutions = json.loads(content)
        return solutions["boolean"] if "boolean" in solutions else read_rows(solutions)

    def rdflib(self) -> rdflib.Dataset:
        """The same quads as an rdflib `Dataset`: a copy of yours, to read and to change."""
        return self.dataset.rdflib()

    def network(self, *, citing: bool = False) -> networkx.MultiDiGraph[str]:
        """The graph as a NetworkX `MultiDiGraph`; `phengraph.network` has measures and pictures for it.

        Args:
            citing: with the papers that cite the tracked ones, as far as they are recorded.
        """
        from phengraph.network import build_network, current_citations

        citations = current_citations(self.dataset) if citing else ()
        return build_network(self.view, citations=citations, weights=self.project.settings.status)

    def changes(self, since: str, until: str | None = None) -> Changes:
        """What moved between two states of the project in git.

        Args:
            since: a tag, branch or commit, or a day (`2026-09-01`): the last commit before it began, in UTC.
            until: as `since`; None for the files as they are.

        Raises:
            HistoryError: there is no git, no such revision, or no commit before that day.
        """
        after = read_working_state(self.project) if until is None else read_state(self.project, until)
        return compare_states(read_state(self.project, since), after)

    def _find(self, kind: str, name: str) -> str:
        return find_entry(self.view.knowledge, self.view.base, name, kinds=(kind,))[1]

    @cached_property
    def _evidence(self) -> Mapping[str, Mapping[str, tuple[Evidence, ...]]]:
        """Evidence by claim, paper and model."""
        found: dict[str, dict[str, list[Evidence]]] = {"claim": {}, "paper": {}, "model": {}}
        for one in self.view.knowledge.evidence.values():
            found["claim"].setdefault(one.claim, []).append(one)
            found["paper"].setdefault(one.paper, []).append(one)
            for key in one.conditions.models:
                found["model"].setdefault(key, []).append(one)
        return {kind: {name: tuple(rows) for name, rows in by.items()} for kind, by in found.items()}

    @cached_property
    def _claims_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for claim in self.view.knowledge.claims.values():
            found.setdefault(claim.phenomenon, []).append(claim.slug)
        return {slug: tuple(slugs) for slug, slugs in found.items()}

    def _claim(self, slug: str) -> ClaimEntry:
        evidence = self._evidence["claim"].get(slug, ())
        return ClaimEntry(self.view.knowledge.claims[slug], self.view.statuses[slug], evidence)

    def _phenomenon(self, slug: str) -> PhenomenonEntry:
        claims = tuple(map(self._claim, self._claims_of.get(slug, ())))
        return PhenomenonEntry(self.view.knowledge.phenomena[slug], claims)

    def _paper(self, key: str) -> PaperEntry:
        evidence = self._evidence["paper"].get(key, ())
        return PaperEntry(self.view.knowledge.papers[key], evidence, self.view.counts.get(key, ()))

    def _model(self, key: str) -> ModelEntry:
        return ModelEntry(self.view.knowledge.models[key], self._evidence["model"].get(key, ()))


def open(path: str | Path = ".") -> Graph:
    """Open the project of a folder or of the nearest folder above it.

    Reads the cache when nothing has changed, else builds the dataset.

    Raises:
        ProjectNotFound: there is no project here or above.
        InvalidProject: graph/ or ingest/ has errors; `.problems` has all of them.
    """
    project = find_project(Path(path))
    return Graph(project, open_dataset(project, resident=True))
