"""The rules of the service: a request in, an answer out, no socket.

What each rule is taken from: the published specification, recorded answers, the service's release notes and public
tickets. Errors have the service's own words where those were seen.
"""

from __future__ import annotations

import datetime
import json
import re
from typing import Any

from . import fields as known
from .corpus import Corpus, Edge, MadeUpPaper, UnknownPaper, digest
from .rows import citation_row, paper_row, reference_row
from .wire import Answer, Request, error

GRAPH = "/graph/v1"
RECOMMENDATIONS = "/recommendations/v1"


class Refused(Exception):
    """The request is answered with an error."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.content))
        self.answer = answer


def respond(corpus: Corpus, request: Request) -> Answer:
    """Answer one request as the service would."""
    try:
        answer = _route(corpus, request)
    except Refused as refused:
        return refused.answer
    if len(answer.body) > known.ANSWER_BYTES:
        return error(400, "Response would exceed maximum size. Use smaller batches, or limit and offset.")
    return answer


def _route(corpus: Corpus, request: Request) -> Answer:
    path = request.path
    if path.startswith(RECOMMENDATIONS + "/papers"):
        return _recommend(corpus, request)
    if not path.startswith(GRAPH + "/"):
        return error(404, "Not found")
    path = path.removeprefix(GRAPH)
    if path == "/paper/batch":
        return _batch(corpus, request)
    if request.method != "GET":
        return Answer(405, {"message": "Method Not Allowed"})
    searches = {
        "/paper/search": _search,
        "/paper/search/bulk": _bulk,
        "/paper/search/match": _match,
        "/paper/autocomplete": _autocomplete,
        "/snippet/search": _snippets,
    }
    if path in searches:
        _check_parameters(request, path)
        return searches[path](corpus, request)
    if match := re.fullmatch(r"/paper/(.+)/(citations|references|authors)", path):
        _check_parameters(request, "/paper/{paper_id}/" + match[2])
        lists = {"citations": _citations, "references": _references, "authors": _authors}
        return lists[match[2]](corpus, request, _find(corpus, match[1]))
    if match := re.fullmatch(r"/paper/(.+)", path):
        _check_parameters(request, "/paper/{paper_id}")
        names = _fields(request, known.paper_field_is_known)
        return Answer(200, paper_row(corpus, _find(corpus, match[1]), names, nested=known.NESTED_LIMIT)[0])
    return error(404, "Not found")


def _find(corpus: Corpus, asked: str) -> MadeUpPaper:
    try:
        return corpus.find(asked)
    except UnknownPaper:
        raise Refused(error(404, f"Paper with id {asked} not found")) from None


def _check_parameters(request: Request, endpoint: str) -> None:
    allowed = known.PARAMETERS[endpoint] | known.TOLERATED.get(endpoint, frozenset())
    bad = [f"{name}={value}" for name, value in request.query if name not in allowed]
    if bad:
        raise Refused(error(400, f"Unacceptable query params: [{', '.join(bad)}]"))


def _fields(request: Request, is_known: Any) -> list[str]:
    names = [name for name in request.parameter("fields").split(",") if name] or ["title"]
    bad = [name for name in names if not is_known(name)]
    if bad:
        raise Refused(error(400, f"Unrecognized or unsupported fields: [{', '.join(bad)}]"))
    return names


def _number(request: Request, name: str, default: int) -> int:
    text = request.parameter(name, str(default))
    if not re.fullmatch(r"\d{1,9}", text):
        raise Refused(error(400, f"Unacceptable query params: [{name}={text}]"))
    return int(text)


def _batch(corpus: Corpus, request: Request) -> Answer:
    if request.method != "POST":
        return Answer(405, {"message": "Method Not Allowed"})
    _check_parameters(request, "/paper/batch")
    names = _fields(request, known.paper_field_is_known)
    try:
        ids = json.loads(request.body)["ids"]
    except (ValueError, KeyError, TypeError):
        return error(400, "Expected a JSON object with ids")
    if not isinstance(ids, list) or not ids or not all(isinstance(one, str) for one in ids):
        return error(400, "Expected a list of ids")
    if len(ids) > known.BATCH_LIMIT:
        return error(400, f"Number of ids must be <= {known.BATCH_LIMIT}")
    rows: list[dict[str, Any] | None] = []
    budget = known.BATCH_CITATION_BUDGET
    for asked in ids:
        try:
            row, used = paper_row(corpus, corpus.find(asked), names, nested=budget)
            budget -= used
            rows.append(row)
        except UnknownPaper:
            rows.append(None)
    if not any(rows):
        # Not in the specification; told by several who asked for papers of the same day or for malformed ids.
        return error(400, "No valid paper ids given")
    return Answer(200, rows)


def _window(request: Request, *, page: int, rows: int, words: str) -> tuple[int, int]:
    offset, limit = _number(request, "offset", 0), _number(request, "limit", 100)
    if not 1 <= limit <= page:
        raise Refused(error(400, f"limit must be <= {page}"))
    if offset + limit >= rows:
        raise Refused(error(400, words))
    return offset, limit


def _page(rows: list[Any], offset: int, limit: int, render: Any) -> dict[str, Any]:
    part = rows[offset : offset + limit]
    content: dict[str, Any] = {"offset": offset}
    if offset + len(part) < len(rows):
        content["next"] = offset + len(part)
    content["data"] = [render(row) for row in part]
    return content


def _citations(corpus: Corpus, request: Request, paper: MadeUpPaper) -> Answer:
    names = _fields(request, lambda name: known.edge_field_is_known(name, paper="citingPaper"))
    edges = corpus.citations(paper.paper_id)
    if wanted := request.parameter("publicationDateOrYear"):
        first, last = date_range(wanted)
        edges = [edge for edge in edges if first <= -edge.order <= last]
    offset, limit = _window(
        request, page=known.PAGE_LIMIT, rows=known.ROW_LIMIT, words="offset + limit must be < 10000"
    )
    return Answer(200, _page(edges, offset, limit, lambda edge: citation_row(corpus, paper, edge, names)))


def date_range(text: str) -> tuple[int, int]:
    """The ordinals of the first and last day of a `publicationDateOrYear`."""
    start, colon, end = text.partition(":")
    try:
        first = _day(start, last=False) if start else 1
        if not colon:
            return first, _day(start, last=True)
        return first, _day(end, last=True) if end else datetime.date.max.toordinal()
    except ValueError:
        raise Refused(error(400, f"Unacceptable query params: [publicationDateOrYear={text}]")) from None


def _day(text: str, *, last: bool) -> int:
    parts = [int(part) for part in text.split("-")]
    if not last:
        return datetime.date(*[*parts, 1, 1][:3]).toordinal()
    if len(parts) == 3:
        return datetime.date(*parts).toordinal()
    year, month = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], 12)
    following = datetime.date(year + month // 12, month % 12 + 1, 1)
    return following.toordinal() - 1


def _references(corpus: Corpus, request: Request, paper: MadeUpPaper) -> Answer:
    names = _fields(request, lambda name: known.edge_field_is_known(name, paper="citedPaper"))
    offset, limit = _window(
        request, page=known.PAGE_LIMIT, rows=known.ROW_LIMIT, words="offset + limit must be < 10000"
    )
    return Answer(200, _page(paper.references, offset, limit, lambda cited: reference_row(corpus, paper, cited, names)))


def _authors(corpus: Corpus, request: Request, paper: MadeUpPaper) -> Answer:
    _fields(request, lambda name: name in known.AUTHOR or name.partition(".")[0] == "papers")
    offset, limit = _window(
        request, page=known.PAGE_LIMIT, rows=known.ROW_LIMIT, words="offset + limit must be < 10000"
    )
    return Answer(
        200,
        _page(list(paper.authors), offset, limit, lambda name: {"authorId": digest(name).hex()[:8], "name": name}),
    )


def _matching(corpus: Corpus, query: str) -> list[MadeUpPaper]:
    words = set(re.findall(r"\w+", query.casefold()))
    scored = []
    for paper in corpus.papers.values():
        title = set(re.findall(r"\w+", paper.title.casefold()))
        if words & title:
            scored.append((-len(words & title) / len(words | title), paper.paper_id, paper))
    return [paper for _, _, paper in sorted(scored, key=lambda entry: entry[:2])]


def _query(request: Request) -> str:
    query = request.parameter("query")
    if not query:
        raise Refused(error(400, "Missing required parameter: 'query'"))
    return query


def _search(corpus: Corpus, request: Request) -> Answer:
    names = _fields(request, known.paper_field_is_known)
    found = _matching(corpus, _query(request))
    offset, limit = _window(
        request,
        page=known.SEARCH_LIMIT,
        rows=known.SEARCH_ROW_LIMIT,
        words="Relevance search offset + limit must be < 1000. Consider '/paper/search/bulk' for more.",
    )
    page = _page(found, offset, limit, lambda paper: paper_row(corpus, paper, names, nested=0)[0])
    return Answer(200, {"total": len(found), **page})


def _bulk(corpus: Corpus, request: Request) -> Answer:
    names = _fields(request, known.paper_field_is_known_within)
    found = _matching(corpus, _query(request))
    start = int(request.parameter("token", "0"))
    part = found[start : start + 1000]
    token = str(start + 1000) if start + 1000 < len(found) else None
    rows = [paper_row(corpus, paper, names, nested=0)[0] for paper in part]
    return Answer(200, {"total": len(found), "token": token, "data": rows})


def _match(corpus: Corpus, request: Request) -> Answer:
    names = _fields(request, known.paper_field_is_known)
    found = _matching(corpus, _query(request))
    if not found:
        return error(404, "Title match not found")
    row = paper_row(corpus, found[0], [*names, "title"], nested=0)[0]
    return Answer(200, {"data": [{**row, "matchScore": 100.5}]})


def _autocomplete(corpus: Corpus, request: Request) -> Answer:
    found = _matching(corpus, _query(request))[:10]
    return Answer(
        200,
        {"matches": [{"id": one.paper_id, "title": one.title, "authorsYear": f"Made Up, {one.year}"} for one in found]},
    )


def _snippets(corpus: Corpus, request: Request) -> Answer:
    rows = [
        {
            "snippet": {"text": one.abstract, "snippetKind": "abstract"},
            "score": 0.5,
            "paper": {"corpusId": str(one.corpus_id), "title": one.title, "authors": list(one.authors)},
        }
        for one in _matching(corpus, _query(request))[: _number(request, "limit", 10)]
    ]
    return Answer(200, {"data": rows, "retrievalVersion": "made-up"})


def _recommend(corpus: Corpus, request: Request) -> Answer:
    names = _fields(request, known.paper_field_is_known_within)
    limit = _number(request, "limit", 100)
    if limit > 500:
        return error(400, "limit must be <= 500")
    if request.method == "POST":
        try:
            wanted = json.loads(request.body).get("positivePaperIds") or []
            unwanted = json.loads(request.body)["negativePaperIds"] if b"negativePaperIds" in request.body else []
        except (ValueError, AttributeError):
            return error(400, "Expected a JSON object")
        if unwanted is None:
            return error(400, "negativePaperIds must be a list")
        if not wanted:
            return error(400, "No positive paper examples given")
    else:
        asked = request.path.removeprefix(RECOMMENDATIONS + "/papers/forpaper/")
        if request.parameter("from", "recent") not in ("recent", "all-cs"):
            return error(400, "Unacceptable query params: [from]")
        wanted, unwanted = [asked], []
    seeds = {_find(corpus, one).paper_id for one in wanted}
    refused = {_find(corpus, one).paper_id for one in unwanted}
    others = [paper for paper in corpus.papers.values() if paper.paper_id not in seeds | refused]
    rows = [paper_row(corpus, paper, names, nested=0)[0] for paper in others[:limit]]
    return Answer(200, {"recommendedPapers": rows})


__all__ = ["Edge", "date_range", "respond"]
