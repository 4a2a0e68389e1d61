"""The first step of a refresh: every tracked paper is looked up, and what comes is recorded batch by batch."""

from __future__ import annotations

from collections.abc import Mapping

from phengraph.ingest import errors
from phengraph.ingest.absorb import absorb, doubts, summed_counts
from phengraph.ingest.embeddings import embeddings_path, write_embeddings
from phengraph.ingest.lookup import Found, Lookup, Wanted
from phengraph.ingest.plan import due_whole, title_is_due
from phengraph.ingest.running import Running
from phengraph.ingest.tracked import Spelling, asked_for, is_same
from phengraph.model import Paper
from phengraph.problems import Problem

_DOUBTED_LOSS = 5
"""So many papers that are gone all at once, and more than half of a batch, are no news but a fault of the service."""
_FAILED_TITLES = 2
"""After so many titles in a row for which the service had no proper answer, no more are asked for."""


def look_up(run: Running) -> None:
    """Look up all chosen papers that have an id.

    Raises:
        ServiceError, BudgetSpent: what came before is recorded.
        RecordsNotWritten: nothing more can be recorded.
    """
    lookup = Lookup(run.client)
    wanted = [one for paper in run.chosen if (one := _wanted(run, paper)) is not None]
    by_key = {paper.key: paper for paper in run.chosen}
    again: list[Wanted] = []
    run.progress = (0, len(wanted))
    for batch in lookup.batches(wanted):
        found = lookup.ask(batch)
        _doubt_a_great_loss(run, found)
        for one in batch:
            if one.key not in found:
                continue
            others = _other_spellings(by_key[one.key], one)
            if not found[one.key] and others and one.key in run.records.papers:
                # It is not known under the id of before; perhaps under the one that people gave it.
                again.append(Wanted(one.key, others))
            else:
                _take(run, by_key[one.key], found[one.key])
        _save(run, found)
        run.progress = (run.progress[0] + len(batch), len(wanted))
        run.watcher.looking_up(*run.progress)
    for batch in lookup.batches(again):
        found = lookup.ask(batch)
        for key, versions in found.items():
            _take(run, by_key[key], versions)
        _save(run, found)
    for spelling, words in lookup.unanswered.items():
        run.news.warnings.append(f"{spelling}: {words}; it is asked again the next time")


def _doubt_a_great_loss(run: Running, found: Mapping[str, list[Found]]) -> None:
    known = [key for key in found if key in run.records.papers and run.records.papers[key].health != "unknown"]
    lost = [key for key in known if not found[key]]
    if len(lost) >= _DOUBTED_LOSS and len(lost) * 2 > len(known):
        raise errors.UnexpectedAnswer(
            f"Semantic Scholar says that it no longer has {len(lost)} of {len(known)} papers; that is taken for a fault"
        )


def _wanted(run: Running, paper: Paper) -> Wanted | None:
    record, state = run.records.papers.get(paper.key), run.state_of(paper.key)
    spellings = asked_for(paper, record)
    if not spellings:
        return None
    required = 1 + len(record.other_versions) if record and record.id else 1
    is_new = state.embedding_asked is None
    due = due_whole(paper.key, state.read_whole, run.project.settings.refresh.full_pass_days)
    is_due = due is not None and due <= run.today
    # Other versions are looked for once in a cycle: with them, twice as many ids would be asked every time.
    more = tuple(spellings[required:]) if is_new or is_due or (record and record.health == "unknown") else ()
    return Wanted(paper.key, tuple(spellings[:required]), more, embedding=is_new)


def _other_spellings(paper: Paper, asked: Wanted) -> tuple[Spelling, ...]:
    done = {spelling.text for spelling in (*asked.spellings, *asked.more)}
    return tuple(one for one in asked_for(paper, None) if one.text not in done)


def _take(run: Running, paper: Paper, found: list[Found]) -> None:
    key = paper.key
    old = run.records.papers.get(key)
    record = absorb(paper, found, old)
    run.records.put(record)
    if not found:
        if old is not None and old.health != "unknown":
            run.news.lost.append(key)
        return
    if old is not None and old.id not in (None, record.id):
        run.news.merged.append(key)
    if (old is None or old.id is None) and (doubt := doubts(paper, found[0].paper)):
        run.news.warnings.append(doubt)
    run.references[key] = tuple(one for version in found for one in version.paper.references)
    run.counts[key] = summed_counts(found)
    run.version_counts.update((version.paper.id, version.paper.citations) for version in found)
    _count(run, key, *run.counts[key])


def _count(run: Running, key: str, citations: int | None, influential: int | None) -> None:
    if citations is None:
        return
    problems: list[Problem] = []
    last = run.records.last_count(key, problems)
    if problems:
        run.broken[key] = problems[0]
        return
    now = (citations, influential or 0)
    if last is not None and (last.citations, last.influential) == now:
        return
    told = run.told_of(key)
    if told.before is None and last is not None:
        told.before = last.citations
    told.after = citations
    run.state.save_told(key, told)
    run.records.add_count(key, max(run.day, last.date if last else ""), *now)
    run.wrote = True


def _save(run: Running, found: Mapping[str, list[Found]]) -> None:
    embeddings = [
        (key, one.paper.id, *one.embedding)
        for key, versions in found.items()
        for one in versions[:1]
        if one.embedding is not None
    ]
    write_embeddings(embeddings_path(run.project), embeddings)
    run.wrote |= run.records.save_papers()
    with run.state.together():
        for key in found:
            state = run.state_of(key)
            if state.embedding_asked is None:
                state.embedding_asked = run.day
                run.state.save_paper(key, state)


def match_titles(run: Running) -> None:
    """Look for the papers without an id by their titles, one request each, once in a cycle.

    Raises:
        ServiceBusy, KeyRefused, BudgetSpent: what came before is recorded.
        RecordsNotWritten: nothing more can be recorded.
    """
    settings = run.project.settings.refresh
    lookup = Lookup(run.client)
    failures = 0
    for paper in run.chosen:
        state = run.state_of(paper.key)
        if asked_for(paper, run.records.papers.get(paper.key)) or not title_is_due(state, run.today, settings):
            continue
        try:
            answer = lookup.match(paper.title)
            failures = 0
        except (errors.ServiceDown, errors.UnexpectedAnswer, errors.BadRequest) as failure:
            # The citations of the others need no title; they are read all the same.
            run.news.warnings.append(
                f"{paper.key}, looked for by its title: {failure}; it is asked again the next time"
            )
            failures += 1
            if failures >= _FAILED_TITLES:
                return
            continue
        found = [Found(Spelling(answer.id, "title"), answer)] if answer and is_same(paper, answer) else []
        _take(run, paper, found)
        run.wrote |= run.records.save_papers()
        state.matched = run.day
        run.state.save_paper(paper.key, state)
