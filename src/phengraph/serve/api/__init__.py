"""The JSON API under `/api/`: read-only, paged, each list with its CSV twin, described by OpenAPI."""

from phengraph.serve.api.openapi import describe_api
from phengraph.serve.api.routes import api_routes

__all__ = ["api_routes", "describe_api"]
