"""phengraph."""
