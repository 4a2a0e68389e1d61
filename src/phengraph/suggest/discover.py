"""Papers beyond the citations: what Semantic Scholar recommends for a phenomenon, and what its search has since.

For each phenomenon two requests: recommendations from its papers as good examples and from those that curators said are
`not about` its claims as bad ones; and a bulk search by the words of its name since the last look. What comes is ranked
like any suggestion; the best are kept as candidates, and wait in the same queue, marked with how they were found.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from phengraph.curate import read_graph
from phengraph.curate.decisions import paper_names, read_decisions, standing
from phengraph.ingest import errors
from phengraph.ingest.answers import PAPER_FIELDS, read_paper
from phengraph.ingest.candidates import Candidate, found_paper, merge_candidates, read_candidates
from phengraph.ingest.client import Client
from phengraph.ingest.clock import Clock
from phengraph.ingest.records import known_ids, read_citations, read_paper_records
from phengraph.ingest.refresh import only_one
from phengraph.ingest.state import State, state_path
from phengraph.model import CitingPaper, Decision, Knowledge, Phenomenon, Verdict
from phengraph.problems import UnknownName, nearest
from phengraph.project import Project
from phengraph.quads.citations import TrackedPapers, work_name
from phengraph.suggest.questions import ask_claims
from phengraph.suggest.rank import Ranking
from phengraph.suggest.words import STOP_WORDS, distinct, plain_text, words_of

FIELDS = tuple(name for name in PAPER_FIELDS if name not in ("tldr", "references.paperId"))
"""Asked of a found paper; neither of the two endpoints has summaries."""
EXAMPLES = 100
"""Good and bad examples of one request, each."""
FIRST_LOOK_DAYS = 180
"""How far the first search for a phenomenon looks back."""
_RECOMMENDED = 200
_WORDS = 4
"""Words of a phenomenon's name that a search asks for, the longest: all of them must be there."""
GO_ON = "Run `phengraph discover` again: it goes on from here."


@dataclass(slots=True)
class Found:
    """What a look beyond the citations brought."""

    phenomena: int
    """How many were to be looked at."""
    looked_at: list[str] = field(default_factory=list)
    new: dict[str, int] = field(default_factory=dict)
    """Phenomenon -> candidates that are new."""
    requests: int = 0
    warnings: list[str] = field(default_factory=list)
    stopped: str | None = None
    """Why it ended early, with the next step."""
    stop: str = ""
    """`budget`, `service` or `key`."""

    def text(self) -> str:
        """The news as one line."""
        total = sum(self.new.values())
        what = f"{total:,} new candidate{'' if total == 1 else 's'}" if total else "no new candidates"
        best = sorted(self.new.items(), key=lambda one: (-one[1], one[0]))[:3]
        named = f": {', '.join(f'{slug} {number}' for slug, number in best)}" if total else ""
        more = " and others" if len(self.new) > 3 else ""
        looked = f"{len(self.looked_at)} of {self.phenomena} phenomena looked at"
        requests = f"{self.requests:,} request{'' if self.requests == 1 else 's'}"
        return f"{what}{named}{more}; {looked} ({requests})\n"


def discover(
    project: Project,
    client: Client,
    clock: Clock,
    *,
    phenomena: Sequence[str] = (),
    since: str | None = None,
    limit: int = 20,
) -> Found:
    """Look for papers that cite none of ours but belong, and record them.

    Args:
        project: its candidates are added to.
        client: asks the service; its budget bounds the requests.
        clock: what day it is.
        phenomena: slugs, only these; empty for all that have claims, those first that were not looked at for longest.
        since: search back to this day (YYYY-MM-DD); by default to the last look at each phenomenon.
        limit: at most so many new candidates for a phenomenon, the best.

    Raises:
        UnknownName: there is no such phenomenon.
        RefreshRunning: a refresh of this project is running.
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    knowledge = read_graph(project).knowledge
    for slug in phenomena:
        if slug not in knowledge.phenomena:
            raise UnknownName("phenomenon", slug, nearest(slug, knowledge.phenomena))
    with only_one(project):
        state = State(state_path(project))
        try:
            return _Look(project, knowledge, client, clock, state, since, limit).run(phenomena)
        finally:
            state.close()


class _Look:
    def __init__(
        self,
        project: Project,
        knowledge: Knowledge,
        client: Client,
        clock: Clock,
        state: State,
        since: str | None,
        limit: int,
    ) -> None:
        self.project = project
        self.knowledge = knowledge
        self.client = client
        self.state = state
        self.since = since
        self.limit = limit
        self.today = clock.now().date()
        self.records = read_paper_records(project)
        self.questions = ask_claims(knowledge)
        self.decisions: tuple[Decision, ...] = read_decisions(project)[0]
        self.known = self._known_papers()

    def _known_papers(self) -> set[str]:
        """Names of what need not be found: tracked papers' citing ones, and candidates."""
        names = {name for one in read_candidates(self.project) for name in paper_names(one.paper)}
        for citation in read_citations(self.project):
            if citation.removed is None:
                names.update(paper_names(citation.citing))
        return names

    def run(self, chosen: Sequence[str]) -> Found:
        wanted = [slug for slug in chosen or self.knowledge.phenomena if slug in self.questions.of_phenomenon]
        last = {slug: self.state.fact(_fact(slug)) or "" for slug in wanted}
        found = Found(len(wanted))
        try:
            for slug in sorted(wanted, key=lambda one: (last[one], one)):
                self._look_at(slug, last[slug], found)
        except errors.BudgetSpent as spent:
            found.stopped, found.stop = f"{spent} ({_progress(found)}). {GO_ON}", "budget"
        except errors.KeyRefused as refusal:
            found.stopped, found.stop = f"{refusal} ({_progress(found)}).", "key"
        except errors.ServiceError as failure:
            found.stopped, found.stop = f"{failure} ({_progress(found)}). {GO_ON}", "service"
        found.requests = self.client.transport.requests_made
        return found

    def _look_at(self, slug: str, last: str, found: Found) -> None:
        phenomenon = self.knowledge.phenomena[slug]
        candidates: dict[str, Candidate] = {}
        for origin, papers in (
            ("recommendation", self._recommended(slug, found)),
            ("search", self._searched(phenomenon, last)),
        ):
            for paper in papers:
                candidates.setdefault(work_name(paper), Candidate(slug, origin, self.today.isoformat(), None, paper))
        new = merge_candidates(self.project, self._best(slug, list(candidates.values())))
        self.state.save_fact(_fact(slug), self.today.isoformat())
        found.looked_at.append(slug)
        if new:
            found.new[slug] = new

    def _recommended(self, slug: str, found: Found) -> list[CitingPaper]:
        """What the service recommends for the papers of a phenomenon; nothing when it knows none of them."""
        keys = sorted(self.questions.papers[slug])
        good = [record.id for key in keys if (record := self.records.get(key)) and record.id][:EXAMPLES]
        if not good:
            return []
        bad = [name for name in self._refused(slug) if name.removeprefix("S2:") not in good]
        try:
            rows = self.client.recommend(
                good, [name.removeprefix("S2:") for name in bad[:EXAMPLES]], fields=FIELDS, limit=_RECOMMENDED
            )
        except (errors.BadRequest, errors.NotFound) as refusal:
            found.warnings.append(f"{slug}: no recommendations: {refusal}")
            return []
        return self._unknown(rows)

    def _refused(self, slug: str) -> list[str]:
        """Names of papers that are not about a claim of the phenomenon, and about no other of its claims."""
        claims = {question.claim for question in self.questions.of_phenomenon[slug]}
        verdicts: dict[str, set[Verdict]] = {}
        for (claim, name), decision in standing(self.decisions).items():
            if claim in claims:
                verdicts.setdefault(name, set()).add(decision.verdict)
        return sorted(name for name, said in verdicts.items() if said == {Verdict.NOT_ABOUT})

    def _searched(self, phenomenon: Phenomenon, last: str) -> list[CitingPaper]:
        query = search_query(phenomenon.label, self.project.settings.suggest.search_context)
        first = self.today - datetime.timedelta(days=FIRST_LOOK_DAYS)
        since = self.since or last or first.isoformat()
        return self._unknown(self.client.search_bulk(query, fields=FIELDS, since=since)) if query else []

    def _unknown(self, rows: Iterable[object]) -> list[CitingPaper]:
        """The papers that neither are tracked nor cite a tracked one nor were found before."""
        tracked = TrackedPapers(self.knowledge, known_ids(self.records))
        found = []
        for row in rows:
            answer = read_paper(getattr(row, "raw_data", None))
            if answer is None or not answer.title:
                continue
            paper = found_paper(answer)
            if tracked.key_of(paper) is None and not self.known.intersection(paper_names(paper)):
                found.append(paper)
        return found

    def _best(self, slug: str, candidates: list[Candidate]) -> list[Candidate]:
        """The best of what was found for any claim of the phenomenon, above the floor and not decided on."""
        ranking = Ranking(self.knowledge, (), candidates, self.decisions, self.project.settings.suggest)
        best = distinct(work_name(one.paper) for one in ranking.suggestions(passages=0, mark=False))
        by_name = {work_name(one.paper): one for one in candidates}
        return [by_name[name] for name in best[: self.limit]]


def _fact(slug: str) -> str:
    return f"discovered/{slug}"


def _progress(found: Found) -> str:
    return f"{len(found.looked_at)} of {found.phenomena} phenomena done"


def search_query(label: str, context: Sequence[str]) -> str:
    """The boolean query for a phenomenon: the longest words of its name, all of them, and one of the context's phrases.

    Only letters, digits and our own operators are in it, so nothing in a name is read as an operator.

    >>> search_query("Grokking", ["language model", "transformer"])
    'grokking + ("language model" | transformer)'
    """
    words = [word for word in distinct(words_of(plain_text(label))) if word not in STOP_WORDS and len(word) > 2]
    chosen = set(sorted(words, key=lambda word: (-len(word), word))[:_WORDS])
    phrases = [" ".join(words_of(phrase)) for phrase in context]
    some = " | ".join(f'"{phrase}"' if " " in phrase else phrase for phrase in phrases if phrase)
    asked = [word for word in words if word in chosen]
    return " + ".join([*asked, *([f"({some})"] if some else [])]) if asked else ""
