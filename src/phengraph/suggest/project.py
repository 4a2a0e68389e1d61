"""The suggestions of a project, from its files as they are now."""

from __future__ import annotations

from collections.abc import Iterable

from phengraph.curate import read_graph
from phengraph.curate.decisions import read_decisions
from phengraph.ingest.candidates import Candidate, read_candidates
from phengraph.ingest.embeddings import embeddings_path, read_embeddings
from phengraph.ingest.records import known_ids, read_citations, read_paper_records
from phengraph.model import Citation, Knowledge, Suggestion
from phengraph.problems import InvalidProject, Problem, Severity, UnknownName, nearest, sort_problems
from phengraph.project import Project
from phengraph.quads.citations import TrackedPapers
from phengraph.suggest.gather import Gathering
from phengraph.suggest.rank import Ranking

VECTORS = "specter_v2"


def rank_project(project: Project, *, knowledge: Knowledge | None = None, later: bool = False) -> Ranking:
    """Rank what a project's records hold.

    Args:
        project: whose graph/ and ingest/ are read.
        knowledge: when it was read already.
        later: what curators put off is ranked, too.

    Raises:
        InvalidProject: the records cannot be read; `.problems` has all that is wrong.
        SettingsError: phengraph.toml is not what it should be.
    """
    if knowledge is None:
        knowledge = read_graph(project).knowledge
    problems: list[Problem] = []
    records = {key: one for key, one in read_paper_records(project, problems).items() if key in knowledge.papers}
    tracked = TrackedPapers(knowledge, known_ids(records))
    citations, candidates = read_citations(project, problems), read_candidates(project, problems)
    ranking = rank_records(project, knowledge, citations, candidates, tracked, later=later)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidProject(sort_problems(problems))
    return ranking


def rank_records(
    project: Project,
    knowledge: Knowledge,
    citations: Iterable[Citation] | Gathering,
    candidates: Iterable[Candidate],
    tracked: TrackedPapers,
    *,
    later: bool = False,
) -> Ranking:
    """Rank records that were read already, with a project's settings and its curators' decisions.

    Args:
        project: whose settings, decisions and vectors are read.
        knowledge, citations, candidates, tracked, later: as in `Ranking`.
    """
    return Ranking(
        knowledge,
        citations,
        candidates,
        read_decisions(project)[0],
        project.settings.suggest,
        tracked=tracked,
        vectors=read_embeddings(embeddings_path(project), VECTORS),
        later=later,
    )


def suggestions(
    project: Project,
    *,
    claim: str | None = None,
    phenomenon: str | None = None,
    since: str | None = None,
    limit: int | None = None,
    later: bool = False,
) -> tuple[Suggestion, ...]:
    """The suggestions of a project, best first: without those that curators decided on, or that are evidence already.

    Args:
        project: its files are read as they are now.
        claim: slug, only for this claim.
        phenomenon: slug, only for its claims.
        since: only papers that appeared on this day (YYYY-MM-DD) or later.
        limit: at most so many.
        later: those that curators put off come, too.

    Raises:
        UnknownName: there is no such claim or phenomenon.
        InvalidProject: the records cannot be read.
    """
    knowledge = read_graph(project).knowledge
    wanted = wanted_claims(knowledge, claim=claim, phenomenon=phenomenon)
    ranking = rank_project(project, knowledge=knowledge, later=later)
    return tuple(ranking.suggestions(claims=wanted, since=since, limit=limit))


def wanted_claims(
    knowledge: Knowledge, *, claim: str | None = None, phenomenon: str | None = None
) -> frozenset[str] | None:
    """The slugs of the claims that are asked for; None for all.

    Raises:
        UnknownName: there is no such claim or phenomenon.
    """
    if claim is not None and claim not in knowledge.claims:
        raise UnknownName("claim", claim, nearest(claim, knowledge.claims))
    if phenomenon is not None and phenomenon not in knowledge.phenomena:
        raise UnknownName("phenomenon", phenomenon, nearest(phenomenon, knowledge.phenomena))
    if claim is None and phenomenon is None:
        return None
    return frozenset(
        one.slug
        for one in knowledge.claims.values()
        if claim in (None, one.slug) and phenomenon in (None, one.phenomenon)
    )
