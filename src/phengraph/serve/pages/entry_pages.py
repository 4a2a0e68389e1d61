"""The page of every entry, in the form that the client asks for: by `Accept`, or by what the address ends in.

`/claim/x` is the page, `/claim/x.ttl` its Turtle. Asked for data without an ending, the answer is the data itself with
its own address in `Content-Location`, unless the address *is* the IRI of the claim (the project's base IRI is this
very server): a claim cannot be sent, so `303 See Other` leads to the document about it. A finding, a status and a note
are told on the page of what they belong to, so their address leads a browser there, by 303 too.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from phengraph.serve.description import describe
from phengraph.serve.pages.answers import (
    Link,
    document,
    etag_of,
    is_known,
    link_header,
    not_modified,
    page,
    problem,
    see_other,
)
from phengraph.serve.pages.entries import values_of
from phengraph.serve.pages.negotiation import choose
from phengraph.serve.pages.render import MENU, addresses, render
from phengraph.serve.pages.structured import describe_entry
from phengraph.serve.pages.things import heading_of, home_of, tables_of
from phengraph.serve.pages.twins import FORMS, HTML_TYPE, Form, forms_of, split_suffix, write_form
from phengraph.serve.site import PAGE_KINDS, Site

_LISTS = {"claim": "/claims", "phenomenon": "/phenomena", "paper": "/papers", "model": "/models"}
# Of these all are known without asking the store.
_KNOWN_KINDS = (*PAGE_KINDS, "evidence", "note")


def entry_page(request: Request, site: Site, kind: str, name: str) -> Response:
    """The answer to a request for an entry of a kind; `name` may end in a suffix."""
    form: Form | None = None
    if not _exists(site, kind, name):
        stem, form = split_suffix(name)
        if form is None or form not in forms_of(kind) or not _exists(site, kind, stem):
            return missing_entry(request, site, kind, name)
        name = stem
    negotiated = form is None
    if form is None:
        offered = forms_of(kind)
        media_type = choose(request.headers.get("accept"), [one.media_type for one in offered])
        if media_type is None:
            types = ", ".join(one.media_type for one in offered)
            return problem(406, "Not Acceptable", f"this is there as {types}", headers={"Vary": "Accept"})
        form = next(one for one in offered if one.media_type == media_type)
    at = addresses(request)
    own = at.page(kind, name)
    links = _links(site, kind, name, own, form)
    if form.media_type == HTML_TYPE and (home := home_of(site, kind, name)):
        home_kind, home_name, anchor = home
        return see_other(f"{at.page(home_kind, home_name)}#{anchor}", links)
    if negotiated and form.media_type != HTML_TYPE and _is_itself(request, site):
        return see_other(f"{own}.{form.suffix}", links)
    etag = etag_of(site.view.digest, form.suffix)
    headers = {"ETag": etag, **link_header(links)}
    if negotiated:
        headers |= {"Vary": "Accept", "Content-Location": f"{own}.{form.suffix}"}
    if is_known(request, etag):
        return not_modified(headers, data=form.media_type != HTML_TYPE)
    if form.media_type == HTML_TYPE:
        return page(_html(request, site, kind, name, links), headers=headers)
    content = write_form(site, kind, name, form)
    if content is None:
        return missing_entry(request, site, kind, name)
    return document(content, form.media_type, headers=headers)


def missing_entry(request: Request, site: Site, kind: str, name: str) -> Response:
    """404, with the names that are spelt much like this one."""
    at = addresses(request)
    near = [(kind, other) for other in site.nearest_names(kind, split_suffix(name)[0])]
    # A name of another kind: somebody mistook a claim for a phenomenon.
    near = [(other, name) for other in PAGE_KINDS if other != kind and name in site.names(other)] + near
    mend = f"; did you mean {at.page(*near[0])}?" if near else ""
    return _missing(
        *(request, site, f"There is no {kind} “{name[:100]}” in this graph. It may have been renamed."),
        detail=f"no {kind} is named '{name[:100]}'{mend}",
        near=near,
    )


def missing_page(request: Request, site: Site) -> Response:
    """404 for an address that no route answers; one with a slash too many leads to the one without."""
    at = addresses(request)
    path = request.path_params["rest"]
    if path.endswith("/") and (plain := path.strip("/")):
        query = f"?{request.url.query}" if request.url.query else ""
        return see_other(f"{at.root}/{quote(plain)}{query}")
    if path.startswith("api/"):
        return problem(404, "Not Found", f"the API has no /{path[:200]}; {at.to('/api/')} lists all that it has")
    lists = ", ".join(at.to(place) for place, _ in MENU)
    text = "There is no page at this address."
    return _missing(request, site, text, detail=f"there is nothing at this address; {lists} are there", near=[])


def _missing(request: Request, site: Site, text: str, *, detail: str, near: list[tuple[str, str]]) -> Response:
    """The same in words for a browser and as a problem for a program."""
    at = addresses(request)
    if choose(request.headers.get("accept"), [HTML_TYPE, "application/problem+json", "application/json"]) != HTML_TYPE:
        return problem(404, "Not Found", detail, headers={"Vary": "Accept"})
    nearest = [
        {"kind": kind, "name": name, "label": site.entry_label(kind, name), "address": at.page(kind, name)}
        for kind, name in near
    ]
    heading = "Nothing here under that name"
    content = render("missing.html", request, site, title="Not found", heading=heading, text=text, nearest=nearest)
    return page(content, status=404, headers={"Vary": "Accept", "Cache-Control": "no-store"})


def _exists(site: Site, kind: str, name: str) -> bool:
    if kind in _KNOWN_KINDS:
        return name in site.names(kind)
    return bool(name) and bool(describe(site, kind, name))


def _is_itself(request: Request, site: Site) -> bool:
    """Whether addresses of this server are the IRIs of the entries."""
    return str(request.base_url) == site.view.base


def _links(site: Site, kind: str, name: str, own: str, form: Form) -> list[Link]:
    """Where the same is in other forms, and what it is about."""
    node = site.iri(kind, name)
    others = [Link(f"{own}.{one.suffix}", "alternate", one.media_type) for one in forms_of(kind) if one != form]
    if form.media_type == HTML_TYPE:
        described = [Link(f"{own}.{suffix}", "describedby", FORMS[suffix].media_type) for suffix in ("ttl", "jsonld")]
        return [Link(node, "canonical"), *described, *others]
    page_link = [Link(own, "alternate", HTML_TYPE)]
    return [Link(node, "describes"), *page_link, *(one for one in others if one.type != HTML_TYPE)]


def _html(request: Request, site: Site, kind: str, name: str, links: list[Link]) -> str:
    own = addresses(request).page(kind, name)
    twins = [
        {"target": f"{own}.{one.suffix}", "type": one.media_type, "label": one.label}
        for one in forms_of(kind)
        if one.media_type != HTML_TYPE
    ]
    if kind in PAGE_KINDS:
        values = values_of(site, kind, name) | {"here": _LISTS.get(kind, "")}
        structured = describe_entry(site, kind, name)
        return render(f"{kind}.html", request, site, links=links, twins=twins, structured=structured, **values)
    told = describe(site, kind, name)
    heading = heading_of(told, name)
    return render(
        "thing.html",
        request,
        site,
        title=heading,
        links=links,
        twins=twins,
        heading=heading,
        kind=kind,
        name=name,
        iri=site.iri(kind, name),
        tables=tables_of(site, addresses(request), told),
    )
