"""Run one query: in a worker that can be killed, or in this process when the query is trusted.

`run_query` is for one query, `engine.KillableEngine` for many on the same dataset. Either gives an `Answer`, which is
read in parts and raises `QueryError` when it is not whole: a part that came is never all there is until the iteration
has ended without an error.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from phengraph.query.asking import Answer, Limits, Queryable, prepare_request
from phengraph.query.engine import KillableEngine
from phengraph.query.formats import Form, Format
from phengraph.query.frames import Request


def run_query(
    dataset: Queryable,
    text: str,
    *,
    format: str | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
) -> Answer:
    """Run one SPARQL query over a dataset.

    The prefixes of `vocabulary.base_prefixes` need no declaration. The default graph is the union of all graphs,
    unless the query says FROM.

    Args:
        dataset: what is asked.
        text: SELECT, ASK, CONSTRUCT or DESCRIBE.
        format: json, xml, csv or tsv for SELECT and ASK (json when None); turtle, ntriples, jsonld or rdfxml for
            CONSTRUCT and DESCRIBE (turtle when None).
        limits: what the query may cost.
        isolated: in a process of its own, that ends when the time is over or the answer is closed. False evaluates in
            this process, for queries that you wrote yourself: no time and memory limit, and a crash is this process's.

    Raises:
        QueryError: `.kind` says which: `syntax`, `refused`, `format`, `limit`, `timeout`, `memory`, `engine`.
    """
    chosen = limits or Limits()
    form, found, request = prepare_request(dataset.base, text, format=format, limits=chosen)
    if not isolated:
        return _evaluate_here(dataset, form, found, request)
    engine = KillableEngine(dataset, memory_bytes=chosen.memory_bytes)
    with contextlib.ExitStack() as on_failure:
        on_failure.callback(engine.close)
        answer = engine.ask_request(form, found, request, chosen.timeout_seconds)
        on_failure.pop_all()
    answer.on_close(engine.close)
    return answer


def _evaluate_here(dataset: Queryable, form: Form, format: Format, request: Request) -> Answer:
    from phengraph.query.evaluate import evaluate

    variables: list[str] = []
    parts: list[bytes] = []
    evaluate(dataset.store, replace(request, cpu_seconds=None), variables.extend, parts.append)
    return Answer(form, format, variables, iter(parts), contextlib.ExitStack())
