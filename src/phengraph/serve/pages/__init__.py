"""The pages of the server, complete without script, each in all its forms: HTML, Turtle, JSON-LD, JSON, N-Triples."""

from phengraph.serve.pages.routes import page_routes

__all__ = ["page_routes"]
