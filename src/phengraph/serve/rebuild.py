"""Build the dataset of a project, for the server: `python -m phengraph.serve.rebuild DIR`; errors on one line."""

from __future__ import annotations

import sys
from pathlib import Path

from phengraph.dataset import open_dataset
from phengraph.problems import PhengraphError
from phengraph.project import Project


def main() -> int:
    """Exit code 0 when the dataset is in the cache, 1 with a sentence on standard error when it cannot be."""
    try:
        open_dataset(Project(Path(sys.argv[1])))
    except PhengraphError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
