"""The vocabulary at `/ns`: what each class and property means, where the IRIs of `ph:` lead."""

from __future__ import annotations

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import Response

from phengraph.export.entities import Statement, statements_of, subject_of
from phengraph.export.turtle import Shortener, block
from phengraph.quads.terms import graph_of
from phengraph.serve.pages.answers import Link, document, etag_of, is_known, link_header, not_modified, page, problem
from phengraph.serve.pages.negotiation import choose
from phengraph.serve.pages.render import addresses, render
from phengraph.serve.pages.twins import FORMS, HTML_TYPE
from phengraph.serve.site import Site
from phengraph.vocabulary import PH, base_prefixes, expand

_ONTOLOGY = "graph/ontology.ttl"
_TYPE, _LABEL, _COMMENT = map(expand, ("rdf:type", "rdfs:label", "rdfs:comment"))
_HEADINGS = {"owl:Class": "Classes", "owl:ObjectProperty": "Links", "owl:DatatypeProperty": "Properties"}


def vocabulary_page(request: Request, site: Site, suffix: str = "") -> Response:
    """The terms for people, or the ontology as Turtle."""
    forms = [FORMS["html"], FORMS["ttl"]]
    media_type = (
        FORMS[suffix].media_type if suffix else choose(request.headers.get("accept"), [one.media_type for one in forms])
    )
    if media_type is None:
        return problem(406, "Not Acceptable", "this is there as text/html, text/turtle", headers={"Vary": "Accept"})
    told = _terms(site)
    if not told:
        return problem(404, "Not Found", f"this project has no {_ONTOLOGY}")
    at = addresses(request)
    links = [Link(at.to("/ns.ttl"), "alternate", "text/turtle"), Link(PH.rstrip("#"), "canonical")]
    etag = etag_of(site.view.digest, "ns-html" if media_type == HTML_TYPE else "ns-ttl")
    headers = {"ETag": etag, "Vary": "Accept", **link_header(links)}
    if is_known(request, etag):
        return not_modified(headers, data=media_type != HTML_TYPE)
    if media_type != HTML_TYPE:
        shortener = Shortener(base_prefixes(site.view.base))
        blocks = [block(subject, said, shortener) for subject, said in told.items()]
        return document((shortener.head() + "".join(blocks)).encode(), media_type, headers=headers)
    content = render("vocabulary.html", request, site, title="Vocabulary", links=links, groups=_groups(told))
    return page(content, headers=headers)


def _terms(site: Site) -> dict[str, list[Statement]]:
    graph = graph_of(site.view.base, _ONTOLOGY)
    store = site.dataset.store
    subjects = sorted({subject_of(quad) for quad in store.quads_for_pattern(None, None, None, graph)})
    return {subject: statements_of(store, subject, lambda quad: quad.graph_name == graph) for subject in subjects}


def _groups(told: dict[str, list[Statement]]) -> list[tuple[str, list[dict[str, str]]]]:
    groups: dict[str, list[dict[str, str]]] = {heading: [] for heading in (*_HEADINGS.values(), "Others")}
    kinds = {expand(name): heading for name, heading in _HEADINGS.items()}
    for subject, said in told.items():
        if not subject.startswith(PH) or subject == PH:
            continue
        types = [term.value for predicate, term in said if predicate == _TYPE and isinstance(term, NamedNode)]
        heading = next((kinds[one] for one in types if one in kinds), "Others")
        texts = {predicate: term.value for predicate, term in reversed(said) if not isinstance(term, NamedNode)}
        name = subject.removeprefix(PH)
        groups[heading].append({"name": name, "label": texts.get(_LABEL, ""), "comment": texts.get(_COMMENT, "")})
    return [(heading, terms) for heading, terms in groups.items() if terms]
