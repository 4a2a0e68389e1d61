"""`python -m phengraph` is `phengraph`."""

from phengraph.cli import main

if __name__ == "__main__":
    main()
