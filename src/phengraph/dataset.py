"""The waist of the house: all named graphs in one store, cached by the digest of what they were made of.

What is written down becomes quads here, once; everything that is shown asks this dataset. `snapshot` keeps it on
disk, `fingerprint` says when it must be made again.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import BlankNode, Quad, RdfFormat, Store

from phengraph.fingerprint import input_digest
from phengraph.gitlog import head_commit
from phengraph.problems import DamagedCache, InvalidProject, Problem, ProjectNotFound, Severity, sort_problems
from phengraph.project import Project, find_project
from phengraph.snapshot import (
    MEMORY_QUADS,
    Contents,
    Heading,
    make_folder,
    prune,
    publish,
    read_contents,
    write_snapshot,
)
from phengraph.vocabulary import base_prefixes

if TYPE_CHECKING:
    import rdflib

    from phengraph.ingest.candidates import Candidate
    from phengraph.model import Citation, Knowledge
    from phengraph.quads import CitationQuads
    from phengraph.suggest import Gathering

CONTEXT_FILE = "context.jsonld"
Progress = Callable[[str], None]
"""Told the name of each step of a build as it begins: `reading graph/`, `writing quads`, ..."""

# A program that asks many queries holds this many quads in memory: seconds of loading, a gigabyte or two.
RESIDENT_QUADS = 2_000_000


class Dataset:
    """All quads of a project, ready to be asked.

    Read-only by agreement: nobody writes into `store`. Use `rdflib()` for a copy that may be changed.
    """

    def __init__(self, path: Path, contents: Contents, *, resident: bool = False) -> None:
        self.path = path
        """The folder of the snapshot; its files never change (see `snapshot`)."""
        self.contents = contents
        self.digest = contents.digest
        self.base = contents.base
        self.title = contents.title
        self.resident = resident

    @cached_property
    def project(self) -> Project | None:
        """The project in whose cache the dataset lies, as its files are now; None of one that lies elsewhere."""
        try:
            return find_project(self.path)
        except ProjectNotFound:
            return None

    @property
    def quads_path(self) -> Path:
        """All quads as N-Quads."""
        return self.path / "quads.nq"

    @property
    def context_path(self) -> Path:
        """The project's JSON-LD context as it was when the dataset was built; there is none where graph/ has none."""
        return self.path / CONTEXT_FILE

    @property
    def store_path(self) -> Path | None:
        """The store on disk, for `pyoxigraph.Store.read_only`; None when the dataset is so small that it has none."""
        return self.path / "store" if self.contents.tables else None

    @cached_property
    def store(self) -> Store:
        """The quads as a pyoxigraph store: in memory when small or `resident`, else opened read-only on disk.

        Raises:
            DamagedCache: the store cannot be opened, or the quads do not parse.
        """
        limit = RESIDENT_QUADS if self.resident else MEMORY_QUADS
        if self.store_path is None or self.contents.quads <= limit:
            return self.load()
        try:
            return Store.read_only(str(self.store_path))
        except (OSError, RuntimeError) as error:
            raise self._damaged(error) from error

    def load(self) -> Store:
        """A new store in memory with all quads; the caller's own.

        Raises:
            DamagedCache: the quads do not parse.
        """
        store = Store()
        try:
            # Our own file, checked when it was opened: skipping the validation of IRIs saves a third of the time.
            store.load(path=self.quads_path, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError) as error:
            raise self._damaged(error) from error
        return store

    def read_knowledge_quads(self) -> Iterator[Quad]:
        """All quads but those of the citations, from the file and past the store.

        Raises:
            DamagedCache: the quads do not parse.
        """
        try:
            with self.quads_path.open("rb") as opened:
                content = opened.read(self.contents.knowledge_bytes)
            yield from pyoxigraph.parse(content, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError) as error:
            raise self._damaged(error) from error

    def read_citation_quads(self) -> Iterator[Quad]:
        """The quads of the citations and of what was suggested, in the order in which `project_quads` made them.

        Raises:
            DamagedCache: the quads do not parse.
        """
        try:
            with self.quads_path.open("rb") as opened:
                opened.seek(self.contents.knowledge_bytes)
                yield from pyoxigraph.parse(opened, format=RdfFormat.N_QUADS, lenient=True)
        except (OSError, SyntaxError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> DamagedCache:
        return DamagedCache(f"the cache in {self.path} is damaged ({error}); run `phengraph build --force`")

    def rdflib(self) -> rdflib.Dataset:
        """An rdflib `Dataset` with the same quads, in memory, prefixes bound, the union as default graph.

        It is the caller's own copy: what is added to it changes nothing else.
        """
        from phengraph.rdflib_bridge import rdflib_dataset

        return rdflib_dataset(self.load(), base_prefixes(self.base))


def open_dataset(project: Project, *, resident: bool = False, progress: Progress | None = None) -> Dataset:
    """The dataset of a project as its files are now: from the cache, else built.

    Args:
        project: where the files are.
        resident: many queries will be asked, so hold the quads in memory up to two million.
        progress: told each step of a build.

    Raises:
        InvalidProject: the dataset is not in the cache, and graph/ or ingest/ has errors.
        SettingsError: phengraph.toml is not what it should be.
    """
    digest = input_digest(project, head_commit(project.root))
    folder = _folder_of(project, digest)
    contents = read_contents(folder, digest)
    if contents is not None:
        return Dataset(folder, contents, resident=resident)
    return _build(project, digest, progress or _say_nothing, resident=resident)


def build_dataset(project: Project, *, progress: Progress | None = None, force: bool = False) -> Dataset:
    """As `open_dataset`; with `force`, built anew even when the cache has it.

    Raises:
        InvalidProject: graph/ or ingest/ has errors; `.problems` has all of them.
        SettingsError: phengraph.toml is not what it should be.
    """
    if not force:
        return open_dataset(project, progress=progress)
    digest = input_digest(project, head_commit(project.root))
    return _build(project, digest, progress or _say_nothing, resident=False, anew=True)


@dataclass(frozen=True)
class ProjectQuads:
    """All quads of a project's files, to be taken once: `knowledge`, then `citations`."""

    knowledge: Iterator[Quad]
    """Everything but the citations; some quads more than once, in no order."""
    citations: Iterator[Quad]
    problems: list[Problem]
    """Of the records, told while `citations` is taken."""


def project_quads(project: Project, progress: Progress) -> ProjectQuads:
    """Read a project's files and give their quads.

    Raises:
        InvalidProject: graph/ has errors, or the records of the papers.
    """
    from phengraph import quads
    from phengraph.curate import read_graph
    from phengraph.ingest.candidates import read_candidates
    from phengraph.ingest.records import known_ids, read_citations, read_counts, read_paper_records, read_runs
    from phengraph.origins import read_origins
    from phengraph.quads.provenance import placed_entries
    from phengraph.status import judge_all

    progress("reading graph/")
    result = read_graph(project)
    ontology, problems = _read_ontology(project)
    problems += result.problems
    knowledge, base = result.knowledge, project.base
    records = {key: one for key, one in read_paper_records(project, problems).items() if key in knowledge.papers}
    counts = list(read_counts(project, problems))
    runs = list(read_runs(project, problems))
    _refuse_errors(problems)
    progress("judging claims")
    statuses = judge_all(knowledge, project.settings.status)
    progress("asking git")
    origins = read_origins(project, {source.path for _, source in placed_entries(knowledge, base)})
    progress("writing quads")
    citing = quads.CitationQuads(knowledge, base, known_ids(records))
    told: list[Problem] = []
    watch = _Watch(knowledge)
    candidates = read_candidates(project, told)
    return ProjectQuads(
        chain(
            ontology,
            quads.knowledge_quads(knowledge, base),
            quads.derived_quads(knowledge, statuses, counts, base),
            quads.line_quads(knowledge, base),
            quads.origin_quads(knowledge, origins, base),
            quads.count_quads(counts, knowledge, base),
            quads.run_quads(runs, base),
            chain.from_iterable(quads.record_quads(key, record, base) for key, record in records.items()),
        ),
        chain(
            citing.of_citations(watch.look_at(read_citations(project, told))),
            citing.of_references({key: record.references for key, record in records.items()}),
            _suggested_quads(project, knowledge, watch, candidates, citing),
        ),
        told,
    )


def _refuse_errors(problems: list[Problem]) -> None:
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidProject(sort_problems(problems))


class _Watch:
    """Looks at the citations as they go by and remembers what the suggestions ask of them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._gathering: Gathering | None = None

    @property
    def gathering(self) -> Gathering:
        # Imported here, because the libraries of the ranking cost a third of a second, and a project without citations
        # needs none.
        from phengraph.suggest import Gathering

        if self._gathering is None:
            self._gathering = Gathering(self._knowledge, lean=True)
        return self._gathering

    @property
    def saw_any(self) -> bool:
        return self._gathering is not None

    def look_at(self, citations: Iterable[Citation]) -> Iterator[Citation]:
        for citation in citations:
            if citation.removed is None:
                self.gathering.add(citation)
            yield citation


def _suggested_quads(
    project: Project,
    knowledge: Knowledge,
    watch: _Watch,
    candidates: Sequence[Candidate],
    citing: CitationQuads,
) -> Iterator[Quad]:
    """The quads of what is suggested, when the citations have all gone by."""
    if not watch.saw_any and not candidates:
        return
    from phengraph import quads
    from phengraph.suggest import rank_records

    ranking = rank_records(project, knowledge, watch.gathering, candidates, citing.tracked)
    yield from quads.candidate_quads(ranking.candidates, citing.described, citing.tracked, project.base)
    yield from quads.suggestion_quads(ranking.suggestions(mark=False), citing.tracked, project.base)


def _read_ontology(project: Project) -> tuple[list[Quad], list[Problem]]:
    path = project.graph / "ontology.ttl"
    if not path.is_file():
        return [], []
    from phengraph.quads.terms import graph_of

    name = project.relative(path)
    graph = graph_of(project.base, name)
    try:
        triples = list(pyoxigraph.parse(path=path, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        message = f"not Turtle: {error.msg}"
        return [], [Problem(name, error.lineno or 0, error.offset or 0, Severity.ERROR, message)]
    if any(isinstance(node, BlankNode) for triple in triples for node in (triple.subject, triple.object)):
        return [], [
            Problem(name, 0, 0, Severity.ERROR, "a blank node", "give it an IRI, so that builds can be compared")
        ]
    return [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples], []


def _folder_of(project: Project, digest: str) -> Path:
    return project.cache / "datasets" / digest


def _say_nothing(step: str) -> None:
    del step


def _build(project: Project, digest: str, progress: Progress, *, resident: bool, anew: bool = False) -> Dataset:
    quads = project_quads(project, progress)
    settings = project.settings
    heading = Heading(digest, project.base, settings.title, settings.description, settings.repository, settings.branch)
    folder = _folder_of(project, digest)
    made = make_folder(folder.parent)
    try:
        contents = write_snapshot(made, quads.knowledge, quads.citations, heading)
        _refuse_errors(quads.problems)
        if (project.graph / CONTEXT_FILE).is_file():
            shutil.copyfile(project.graph / CONTEXT_FILE, made / CONTEXT_FILE)
        folder = publish(made, folder, anew=anew)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    datasets = project.cache / "datasets"
    if folder.parent == datasets:
        prune(datasets, kept=folder)
    return Dataset(folder, contents, resident=resident)
