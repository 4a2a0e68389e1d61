"""Where the command line begins, also as `python -m phengraph`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C is answered by a word also while the program is being loaded."""
    try:
        from phengraph.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("phengraph: stopped\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
