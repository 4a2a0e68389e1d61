"""The OpenAPI 3.1 description of the API, made from its parameters and shapes, so that it cannot tell otherwise."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from typing import Any

from pydantic.json_schema import models_json_schema

from phengraph.serve import shapes
from phengraph.serve.api.lists import LISTS, EntryList
from phengraph.serve.parameters import CitationParameters, Paging

_REFERENCES = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "description": "A refusal (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What is wrong and what would be right, in plain words."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "message"],
                "properties": {"parameter": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
_LINKS = {
    "Link": {
        "description": "Where the next, previous, first and last rows are, and the same as CSV (RFC 8288).",
        "schema": {"type": "string"},
    }
}


@lru_cache(maxsize=8)
def describe_api(title: str, server: str, examples: tuple[tuple[str, str], ...] = ()) -> dict[str, Any]:
    """The description as plain values, which nobody changes.

    Args:
        title: of the project.
        server: the address under which the API's paths stand, `/` or a proxy's prefix.
        examples: of some kinds of entries a name that is there, for whoever tries the API.
    """
    names = dict(examples)
    paths: dict[str, Any] = {}
    for each in LISTS.values():
        paths[f"/api/{each.name}"] = {"get": _list_operation(each)}
        paths[f"/api/{each.name}.csv"] = {"get": _table_operation(each)}
        if each.kind is not None and each.detail is not None:
            paths[f"/api/{each.name}/{{name}}"] = {"get": _detail_operation(each, names.get(each.kind))}
    paper = names.get("paper")
    paths["/api/papers/{name}/citations"] = {"get": _citations_operation(paper)}
    paths["/api/papers/{name}/citations.csv"] = {"get": _citations_operation(paper, as_table=True)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: API",
            "version": version("phengraph"),
            "description": "Claims about large models, the evidence for and against each, and who cites it. "
            "Read-only; every list is also a CSV table; an unknown parameter is refused and never ignored.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "paths": paths,
        "components": {"schemas": _schemas()},
    }


def _schemas() -> dict[str, Any]:
    known = {each.shape for each in LISTS.values()} | {each.detail for each in LISTS.values() if each.detail}
    wanted = sorted(known | {shapes.CitationRow, shapes.AuthorShape}, key=lambda shape: shape.__name__)
    modes: list[tuple[Any, Any]] = [(shape, "serialization") for shape in wanted]
    _, made = models_json_schema(modes, ref_template=_REFERENCES)
    schemas: dict[str, Any] = dict(made["$defs"])
    for row in sorted({each.shape.__name__ for each in LISTS.values()} | {"CitationRow"}):
        schemas[_listing_name(row)] = {
            "type": "object",
            "required": ["total", "limit", "offset", "next", "rows"],
            "properties": {
                "total": {"type": "integer", "description": "How many rows fit."},
                "limit": {"type": "integer"},
                "offset": {"type": "integer"},
                "next": {"type": ["string", "null"], "description": "Address of the rows that follow."},
                "rows": {"type": "array", "items": {"$ref": f"#/components/schemas/{row}"}},
            },
        }
    return schemas | {"Problem": _PROBLEM}


def _listing_name(row: str) -> str:
    return row.removesuffix("Row") + "List"


def _list_operation(each: EntryList) -> dict[str, Any]:
    return {
        "operationId": f"list_{each.name}",
        "summary": each.summary,
        "parameters": _parameters(each.parameters),
        "responses": _responses(_listing_name(each.shape.__name__), "The rows that fit.") | _refusals(),
    }


def _table_operation(each: EntryList) -> dict[str, Any]:
    return {
        "operationId": f"table_{each.name}",
        "summary": f"{each.summary}, as CSV",
        "parameters": _parameters(each.parameters, all_rows=True),
        "responses": _table_response() | _refusals(),
    }


def _detail_operation(each: EntryList, example: str | None) -> dict[str, Any]:
    assert each.detail is not None
    return {
        "operationId": f"get_{each.kind}",
        "summary": (each.detail.__doc__ or each.summary).strip(),
        "parameters": [_name_parameter(example)],
        "responses": _responses(each.detail.__name__, "The entry.", links=False) | _refusals(),
    }


def _citations_operation(example: str | None, *, as_table: bool = False) -> dict[str, Any]:
    answer = _table_response() if as_table else _responses("CitationList", "Who cites the paper, newest first.")
    return {
        "operationId": "table_citations" if as_table else "list_citations",
        "summary": "Who cites a paper, newest first" + (", as CSV" if as_table else ""),
        "parameters": [_name_parameter(example), *_parameters(CitationParameters, all_rows=as_table)],
        "responses": answer | _refusals(),
    }


def _parameters(model: type[Paging], *, all_rows: bool = False) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=_REFERENCES)
    definitions = schema.get("$defs", {})
    told = []
    for name, found in schema["properties"].items():
        plain = _inlined(_without_null(found), definitions)
        description = plain.pop("description", "")
        plain.pop("title", None)
        default = plain.pop("default", None)
        if name == "limit" and all_rows:
            description += " All rows when it is not given."
        elif default not in (None, []):
            plain["default"] = default
        one = {"name": name, "in": "query", "description": description.strip(), "schema": plain}
        told.append(one | ({"required": True} if name in schema.get("required", ()) else {}))
    return told


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query string has no null: what is not given is not there."""
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    kept = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    return rest | kept[0] if len(kept) == 1 else dict(schema)


def _inlined(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        found = definitions[schema["$ref"].rsplit("/", 1)[1]]
        return {key: value for key, value in found.items() if key in ("type", "enum")}
    if "items" in schema:
        return schema | {"items": _inlined(schema["items"], definitions)}
    return schema


def _name_parameter(example: str | None) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 200}
    told = {"name": "name", "in": "path", "required": True, "description": "Slug, key or name.", "schema": schema}
    return told if example is None else told | {"example": example}


def _responses(schema: str, description: str, *, links: bool = True) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": description, "content": content} | ({"headers": _LINKS} if links else {})}


def _table_response() -> dict[str, Any]:
    content = {"text/csv": {"schema": {"type": "string"}}}
    return {"200": {"description": "A header and the rows that fit (RFC 4180).", "content": content}}


def _refusals() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "304": {"description": "As the client has it already."},
        "404": {"description": "No entry has this name, or one in a filter.", "content": content},
        "422": {"description": "A parameter that is unknown or cannot be read.", "content": content},
    }
