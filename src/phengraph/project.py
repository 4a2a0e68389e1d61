"""The project: a folder with `phengraph.toml`, and where everything in it lives."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from phengraph.problems import ProjectNotFound
from phengraph.settings import Settings, read_settings

SETTINGS_FILE = "phengraph.toml"


@dataclass(frozen=True)
class Project:
    """A project's folder, its settings and its places.

    `graph/` is what people write, `ingest/` what the ingester saw, `exports/` what is made, `.phengraph/` the cache
    and the state of the schedule (never in git).
    """

    root: Path

    @cached_property
    def settings(self) -> Settings:
        """The settings of `phengraph.toml`.

        Raises:
            SettingsError: the file is not TOML, or has an unknown key or a wrong value.
        """
        return read_settings(self.root / SETTINGS_FILE)

    @property
    def base(self) -> str:
        """The base IRI, ending in a slash."""
        return self.settings.base_iri

    @property
    def graph(self) -> Path:
        return self.root / "graph"

    @property
    def phenomena(self) -> Path:
        return self.root / "graph" / "phenomena"

    @property
    def ingest(self) -> Path:
        return self.root / "ingest"

    @property
    def exports(self) -> Path:
        return self.root / "exports"

    @property
    def queries(self) -> Path:
        return self.root / "examples" / "queries"

    @property
    def cache(self) -> Path:
        return self.root / ".phengraph"

    def relative(self, path: Path) -> str:
        """The POSIX path of a file under the project, as problems and sources show it."""
        return path.relative_to(self.root).as_posix()


def find_project(start: Path) -> Project:
    """The project of this folder or of the nearest folder above.

    Raises:
        ProjectNotFound: no `phengraph.toml` on the way up.
    """
    folder = start.resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / SETTINGS_FILE).is_file():
            return Project(candidate)
    raise ProjectNotFound(
        f"no {SETTINGS_FILE} in {folder} or above; go to a project's folder, use --project DIR, "
        "or make one with `phengraph init DIR`"
    )
