"""The last step of a refresh: its records are settled, and what came is told."""

from __future__ import annotations

from dataclasses import replace

from phengraph.ingest.absorb import names_of_ids, with_references
from phengraph.ingest.records import PaperRecord, Run
from phengraph.ingest.running import Running


def settle(run: Running) -> None:
    """Write what is only known at the end: health, and references among the tracked papers.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    names = names_of_ids(run.records.papers.values())
    for key, record in list(run.records.papers.items()):
        settled = with_references(record, run.references.get(key, ()), names)
        state = run.states.get(key)
        if settled.health != "unknown" and state is not None and state.citations is not None:
            whole = "merged" if settled.former_ids else "ok"
            settled = replace(settled, health="incomplete" if state.missing else whole)
        run.records.put(settled)
    run.wrote |= run.records.save_papers()


def tell(run: Running) -> None:
    """Put the news together, and write a line of the run when there are any.

    Raises:
        RecordsNotWritten: the disk is full, or writing is not allowed.
    """
    news = run.news
    tracked = {paper.key for paper in run.papers}
    records = [record for key, record in sorted(run.records.papers.items()) if key in tracked]
    known = [record for record in records if record.health != "unknown"]
    news.requests = run.client.transport.requests_made
    news.papers = len(run.papers)
    news.left = run.progress[1] - run.progress[0]
    news.known = len(known)
    news.complete = sum(_is_complete(run, record) for record in known)
    news.unknown = [record.key for record in records if record.health == "unknown"]
    news.incomplete = [record.key for record in known if record.health == "incomplete"]
    for key, told in sorted(run.told.items()):
        if told.before is not None and told.after is not None and told.before != told.after:
            news.counts[key] = (told.before, told.after)
        if told.first:
            news.first[key] = told.total
        for kind, ids in ((news.new, told.new), (news.influential, told.influential), (news.removed, told.removed)):
            if ids:
                kind[key] = len(ids)
    for key, problem in sorted(run.broken.items()):
        news.broken.append(key)
        news.warnings.append(f"{key} was left alone: {problem}")
    when = run.clock.now()
    if run.wrote:
        moment = max(when.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{run.day}T00:00:00Z", run.last_moment)
        new, influential, removed = (sum(kind.values()) for kind in (news.new, news.influential, news.removed))
        new += sum(news.first.values())
        health = "stopped" if news.stopped else "ok"
        run.records.add_run(
            Run(moment, news.requests, news.papers, news.known, news.complete, new, influential, removed, health)
        )
    with run.state.together():
        run.state.forget_told()
        run.state.save_fact("last_run", when.isoformat(timespec="seconds"))
        run.state.save_fact("last_words", "; ".join(news.sentences()))
        run.state.save_fact("last_stop", news.stopped)
        if news.stopped is None:
            run.state.save_fact("last_ok", when.isoformat(timespec="seconds"))


def _is_complete(run: Running, record: PaperRecord) -> bool:
    state = run.states.get(record.key)
    return record.health != "incomplete" and state is not None and state.citations is not None
