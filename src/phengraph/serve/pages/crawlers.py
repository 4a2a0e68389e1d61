"""What programs ask for that read a site and not a page: robots.txt, the sitemap, the feed, the files of the look."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakKeyDictionary
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from phengraph.export import export
from phengraph.export.formats import Options
from phengraph.identifiers import iri
from phengraph.problems import UnknownName
from phengraph.serve.pages.answers import SECURITY, document, etag_of, is_known, not_modified, problem
from phengraph.serve.pages.render import addresses
from phengraph.serve.pages.styles import find_asset
from phengraph.serve.site import Site

_XML = "application/xml"
# Source: sitemaps.org, protocol: so many addresses a file at most.
_SITEMAP_ADDRESSES = 50_000
_KEPT_FEEDS = 64
_FEEDS: WeakKeyDictionary[Site, dict[str | None, bytes]] = WeakKeyDictionary()
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


def robots(request: Request) -> Response:
    """Pages are for everyone; queries and lists without end are not for crawlers."""
    at = addresses(request)
    hidden = "".join(f"Disallow: {at.to(path)}\n" for path in ("/sparql", "/api/", "/search", "/healthz", "/metrics"))
    text = f"User-agent: *\n{hidden}\nSitemap: {request.base_url}sitemap.xml\n"
    return PlainTextResponse(text, headers={"Cache-Control": "no-cache", **SECURITY})


def sitemap(request: Request, site: Site) -> Response:
    """All pages of entries; a list of parts where one file may not hold them."""
    base = str(request.base_url)
    addresses_of_all = list(_addresses(site, base))
    part = int(request.path_params.get("part", 0))
    if part == 0 and len(addresses_of_all) > _SITEMAP_ADDRESSES:
        parts = range(1, -(-len(addresses_of_all) // _SITEMAP_ADDRESSES) + 1)
        inside = "".join(f"<sitemap><loc>{escape(f'{base}sitemap-{one}.xml')}</loc></sitemap>\n" for one in parts)
        return _xml(request, site, f'<sitemapindex xmlns="{_NAMESPACE}">\n{inside}</sitemapindex>\n')
    start = max(0, part - 1) * _SITEMAP_ADDRESSES
    chosen = addresses_of_all[start : start + _SITEMAP_ADDRESSES]
    if part and not chosen:
        return problem(404, "Not Found", f"the sitemap has no part {part}")
    inside = "".join(
        f"<url><loc>{escape(place)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>\n"
        for place, changed in chosen
    )
    return _xml(request, site, f'<urlset xmlns="{_NAMESPACE}">\n{inside}</urlset>\n')


def _addresses(site: Site, base: str) -> Iterator[tuple[str, str | None]]:
    for name in ("claims", "phenomena", "papers", "models", "about"):
        yield base + name, None
    known = site.knowledge
    for slug in known.claims:
        added = [site.view.added.get(one.name) for one in site.evidence_of_claim.get(slug, ())]
        yield iri(base, "claim", slug), max(filter(None, added), default=None)
    for kind, names in (
        ("phenomenon", known.phenomena),
        ("topic", known.topics),
        ("paper", known.papers),
        ("model", known.models),
    ):
        for name in names:
            yield iri(base, kind, name), None


def _xml(request: Request, site: Site, content: str) -> Response:
    etag = etag_of(site.view.digest, "xml")
    if is_known(request, etag):
        return not_modified({"ETag": etag}, data=True)
    return document(f'<?xml version="1.0" encoding="UTF-8"?>\n{content}'.encode(), _XML, headers={"ETag": etag})


def feed(request: Request, site: Site) -> Response:
    """What is new, about everything or about one entry, for feed readers: the export of that name."""
    about = request.path_params.get("name", "").removesuffix(".atom") or None
    etag = etag_of(site.view.digest, "atom")
    try:
        content = _feed_of(site, about)
    except UnknownName as error:
        return problem(404, "Not Found", str(error))
    if is_known(request, etag):
        return not_modified({"ETag": etag}, data=True)
    return document(content, "application/atom+xml", headers={"ETag": etag})


def _feed_of(site: Site, about: str | None) -> bytes:
    """Feed readers come often, and a feed is made from the whole dataset: once a snapshot each."""
    made = _FEEDS.setdefault(site, {})
    if about not in made:
        content = export(site.dataset, "feed", Options(about=about))
        assert isinstance(content, bytes)
        if len(made) >= _KEPT_FEEDS:
            made.clear()
        made[about] = content
    return made[about]


def asset(request: Request) -> Response:
    """A file that pages name; its name changes with its content, so it may be kept for ever."""
    found = find_asset(request.path_params["name"])
    if found is None:
        return problem(404, "Not Found", "no such file; reload the page that named it")
    headers = {
        "Content-Type": found.media_type,
        "Cache-Control": "public, max-age=31536000, immutable",
        "ETag": f'"{found.name}"',
        "X-Content-Type-Options": "nosniff",
    }
    if is_known(request, f'"{found.name}"'):
        return Response(None, 304, headers)
    return Response(found.content, 200, headers)
