"""What the steps need to know of a project: which papers it tracks, and what each is evidence for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from phengraph.corpus.folder import Release
from phengraph.curate import read_graph
from phengraph.ingest.files import write_whole
from phengraph.ingest.project_refresh import tracked_papers
from phengraph.ingest.records import read_paper_records
from phengraph.model import Knowledge, Review
from phengraph.project import Project


@dataclass(frozen=True, slots=True)
class Inputs:
    """Both, as lines of JSON."""

    wanted: bytes
    roles: bytes

    @property
    def digests(self) -> tuple[str, str]:
        return hashlib.sha256(self.wanted).hexdigest(), hashlib.sha256(self.roles).hexdigest()

    def write(self, release: Release) -> None:
        write_whole(release.root / "wanted.jsonl", self.wanted, "wanted.jsonl")
        write_whole(release.root / "roles.jsonl", self.roles, "roles.jsonl")


def read_inputs(project: Project) -> Inputs:
    """The inputs of a project as it is now.

    Raises:
        NothingTracked: it tracks no paper.
    """
    papers = tracked_papers(project)
    records = read_paper_records(project)
    knowledge = read_graph(project).knowledge
    wanted = []
    for key, paper in papers.items():
        record = records.get(key)
        known = [paper.corpus_id]
        if record is not None:
            known += [record.corpus_id, *(corpus for _, corpus in record.other_versions)]
        ids: list[int | None] = [*sorted({one for one in known if one is not None})] or [None]
        wanted += [_line(key=key, corpusid=one, arxiv=paper.arxiv, doi=paper.doi) for one in ids]
    return Inputs(b"".join(sorted(wanted)), b"".join(sorted({_line(**row) for row in _roles(knowledge, set(papers))})))


def _roles(knowledge: Knowledge, keys: set[str]) -> Iterator[dict[str, Any]]:
    for one in knowledge.evidence.values():
        claim = knowledge.claims.get(one.claim)
        if claim is not None and one.paper in keys and one.review is Review.ACCEPTED:
            yield {"key": one.paper, "phenomenon": claim.phenomenon, "claim": claim.slug, "stance": str(one.stance)}
    for phenomenon in knowledge.phenomena.values():
        for key in phenomenon.listed_papers:
            if key in keys:
                yield {"key": key, "phenomenon": phenomenon.slug, "claim": None, "stance": None}


def _line(**values: Any) -> bytes:
    return orjson.dumps(values) + b"\n"
