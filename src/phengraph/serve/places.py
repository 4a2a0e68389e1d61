"""Where things are: addresses of pages behind any path prefix, and of the lines that people edit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.routing import Match, Route
from starlette.types import Scope

from phengraph.identifiers import iri, safe_url
from phengraph.model import Source

if TYPE_CHECKING:
    from phengraph.views import View

# How the forges that are not GitHub spell the page that edits a file; GitHub's is `edit`.
_EDITORS = {"gitlab": "-/edit", "codeberg": "_edit", "gitea": "_edit", "forgejo": "_edit"}


class _Anything(StringConvertor):
    """The rest of a path, whatever is in it: Starlette's own `path` stops at a line break, and its 404 is not ours."""

    regex = r"[\s\S]*"


register_url_convertor("anything", _Anything())


class Fallback(Route):
    """A route that answers only what no other route does, wherever in the list it stands.

    Starlette takes the first route that matches in full, and the first that matches in part where there is none.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, inside = super().matches(scope)
        return (Match.PARTIAL if match is Match.FULL else match), inside


@dataclass(frozen=True, slots=True)
class Addresses:
    """Paths of this server's pages under the prefix that a proxy gives it (`""` or `/graph`)."""

    root: str
    """The ASGI root path, without a slash at its end."""

    def to(self, path: str) -> str:
        """A path of this server, `/claims`."""
        return self.root + path

    def page(self, kind: str, name: str) -> str:
        """The page of an entry.

        >>> Addresses("/lab").page("paper", "made up/2099")
        '/lab/paper/made%20up/2099'
        """
        return iri(f"{self.root}/", kind, name)

    def of_iri(self, text: str, base: str) -> str:
        """The page of an IRI of ours; any other IRI as it is."""
        return f"{self.root}/{text[len(base) :]}" if text.startswith(base) else text


def edit_address(view: View, source: Source) -> str | None:
    """Where a browser edits the file of an entry; None when the project names no repository.

    >>> from types import SimpleNamespace
    >>> view = SimpleNamespace(repository="https://github.com/made/up.git", branch="main")
    >>> edit_address(view, Source("graph/phenomena/a.md", 7))
    'https://github.com/made/up/edit/main/graph/phenomena/a.md#L7'
    """
    repository = safe_url(view.repository) if view.repository else None
    if repository is None:
        return None
    place = repository.rstrip("/").removesuffix(".git")
    host = urlsplit(place).hostname or ""
    editor = next((path for name, path in _EDITORS.items() if name in host), "edit")
    return f"{place}/{editor}/{quote(view.branch, safe='/')}/{quote(source.path)}#L{source.line}"
