"""HTML from templates: autoescaped, strict about names, with the words and marks of the pages at hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request

from phengraph.explorer import is_built
from phengraph.export.html_prose import plain
from phengraph.export.markdown import close_directions
from phengraph.identifiers import safe_url
from phengraph.model import Paper, Review, Stance, Status, Strength
from phengraph.quads.terms import slug_of_name
from phengraph.serve.pages import drawings, wording
from phengraph.serve.pages.answers import Link
from phengraph.serve.pages.prose import markdown_html, text_html
from phengraph.serve.pages.styles import sign, style_sheet
from phengraph.serve.places import Addresses, edit_address
from phengraph.serve.site import Site

MENU = (("/claims", "Claims"), ("/phenomena", "Phenomena"), ("/papers", "Papers"), ("/models", "Models"))


def addresses(request: Request) -> Addresses:
    return Addresses(str(request.scope.get("root_path", "")).rstrip("/"))


def render(
    template: str, request: Request, site: Site, *, title: str, links: Sequence[Link] = (), **values: Any
) -> str:
    """One page.

    Args:
        template: its file in `templates/`.
        request: for the prefix of the addresses.
        site: what the page is about.
        title: of the browser's window.
        links: `link` elements of the head, those of the Link header.
        values: what the template names beyond these.
    """
    return (
        _environment()
        .get_template(template)
        .render(
            at=addresses(request),
            site=site,
            view=site.view,
            known=site.knowledge,
            title=title,
            links=links,
            menu=MENU,
            sheet=style_sheet().name,
            sign=sign().name,
            **values,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("phengraph.serve.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        # Templates are part of the program: not looked at again for each page.
        auto_reload=False,
    )
    # `<` and `&` stay escaped in the JSON of a script element; other letters stay readable.
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": False}
    environment.filters |= {
        "prose": markdown_html,
        "maths": text_html,
        "plain": plain,
        "classname": wording.class_name,
        "day": wording.date_words,
        "range": wording.scale_range,
        "weight": wording.weight,
        "slug": slug_of_name,
        "safe_url": lambda text: safe_url(text) if text else None,
        "status_record": lambda slug, site: site.status(slug),
        "most_cited": _most_cited,
        "by_topic": lambda phenomena: [(slug, list(few)) for slug, few in groupby(phenomena, lambda one: one.topic)],
    }
    environment.globals |= {
        "Review": Review,
        "Stance": Stance,
        "Status": Status,
        "Strength": Strength,
        "balance": drawings.balance,
        "common_scale": drawings.common_scale,
        "count_words": wording.count_words,
        "edit_address": edit_address,
        "CHECKED": wording.CHECKED,
        "ORIGINS": wording.ORIGINS,
        "ASPECTS": wording.ASPECTS,
        "has_explorer": is_built(),
        "STATUS_MEANINGS": wording.STATUS_MEANINGS,
    }
    return environment


def _most_cited(papers: Sequence[Paper], site: Site) -> list[Paper]:
    def citations(paper: Paper) -> int:
        count = site.latest_count(paper.key)
        return count.citations if count else -1

    return sorted(papers, key=citations, reverse=True)


def _finalize(value: Any) -> Any:
    """What every `{{ }}` passes: nothing for None, and text that cannot turn the direction of what follows it."""
    if value is None:
        return ""
    return close_directions(value) if isinstance(value, str) and not isinstance(value, Markup) else value
