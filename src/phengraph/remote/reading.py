"""A store's answer, taken apart and written anew: only what parses to its end is handed on.

A store's time limit may arrive as HTTP 200 with half an answer and a sentence behind it, a proxy's login page as HTTP
200 with HTML. So solutions are asked for in JSON, whose end cannot be mistaken, triples as N-Triples, and both are
parsed before they are handed on, in whatever format was asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

import pyoxigraph
from pyoxigraph import QueryResultsFormat, RdfFormat

from phengraph.problems import QueryError, one_line
from phengraph.query.evaluate import write_answer
from phengraph.query.formats import Form
from phengraph.query.frames import Request
from phengraph.remote.connection import Received

SOLUTIONS = "application/sparql-results+json"
TRIPLES = "application/n-triples"
# What stores call the two when they are asked for them.
_SOLUTIONS_TOO = frozenset({SOLUTIONS, "application/json"})
_TRIPLES_TOO = frozenset({TRIPLES, "text/plain", "text/ntriples"})
_ROW_LIMIT = "x-sparql-maxrows"  # Virtuoso's, where ResultSetMaxRows cut the rows
_STATE = "x-sql-state"  # Virtuoso's: S1TAT is an answer cut by its time limit
_VIRTUOSOS_ASK = ["__ASK_RETVAL"]
_SHOWN = 80


def refuse_cut(received: Received) -> None:
    """Refuse an answer that says itself, in its headers, that it is not whole.

    Raises:
        QueryError: `timeout` or `limit`.
    """
    if received.headers.get(_STATE):
        raise QueryError("the store ran out of its time and answered in part; ask for less", kind="timeout")
    rows = received.headers.get(_ROW_LIMIT)
    if rows is not None:
        raise QueryError(
            f"the store cuts its answers at {one_line(rows)[:20]} rows (ResultSetMaxRows in virtuoso.ini); "
            "add LIMIT or ask for less",
            kind="limit",
        )


def refuse_other_media(received: Received, form: Form) -> None:
    """Refuse what is not of the media type that was asked for.

    Raises:
        QueryError: `store`.
    """
    wanted, known = (TRIPLES, _TRIPLES_TOO) if form.gives_graph else (SOLUTIONS, _SOLUTIONS_TOO)
    if received.media_type not in known:
        told = one_line(received.media_type)[:_SHOWN] or "without a media type"
        what = "a web page" if "html" in told else told
        raise QueryError(f"the store answered with {what} and not with {wanted}; is query_url right?", kind="store")


def rewrite(body: IO[bytes], form: Form, request: Request) -> tuple[list[str], list[bytes]]:
    """The names of the variables, and the answer in the format of the request, in parts.

    Raises:
        QueryError: `store` when it does not parse or is of another form, `limit` when it is too long.
    """
    parts: list[bytes] = []
    try:
        answer, variables = _parse(body, form)
        write_answer(answer, request, parts.append)
    except SyntaxError as error:
        # A parser's error may hold a piece of the answer.
        raise QueryError(
            f"the store's answer is not whole: {one_line(str(error.msg))[: _SHOWN * 2]}", kind="store"
        ) from error
    return variables, parts


def _parse(body: IO[bytes], form: Form) -> tuple[Any, list[str]]:
    if form.gives_graph:
        triples: Iterator[Any] = pyoxigraph.parse(body, format=RdfFormat.N_TRIPLES)
        return triples, []
    answer = pyoxigraph.parse_query_results(body, format=QueryResultsFormat.JSON)
    if isinstance(answer, pyoxigraph.QueryBoolean):
        is_fitting, variables = form is Form.ASK, []
    else:
        variables = [one.value for one in answer.variables]
        is_fitting = form is Form.SELECT
        if form is Form.ASK and variables == _VIRTUOSOS_ASK:
            # It gives a row for yes, and none for no.
            content = b'{"head":{},"boolean":%s}' % (b"true" if next(iter(answer), None) else b"false")
            return pyoxigraph.parse_query_results(content, format=QueryResultsFormat.JSON), []
    if not is_fitting:
        raise QueryError(f"the store's answer is none to {form}", kind="store")
    return answer, variables
