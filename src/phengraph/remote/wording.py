"""A query as it is sent away: with the prefixes that need no declaration here, and the question before a CONSTRUCT."""

from __future__ import annotations

from phengraph.query.guard import Token, scan
from phengraph.vocabulary import base_prefixes


def declare(text: str, base: str) -> str:
    """The query with a PREFIX line for each known prefix that it uses and does not declare, and a BASE if it needs one.

    >>> declare("ASK { ?p a ph:Paper }", "https://example.org/")
    'PREFIX ph: <https://w3id.org/phengraph/ns#>\\nASK { ?p a ph:Paper }'
    """
    declared: set[str] = set()
    used: set[str] = set()
    has_base = is_relative = False
    before = ""
    for token in scan(text):
        if token.kind == "prefixed":
            (declared if before == "PREFIX" else used).add(token.text.partition(":")[0])
        elif token.kind == "iri":
            has_base = has_base or before == "BASE"
            is_relative = is_relative or ":" not in token.text
        before = token.keyword
    known = base_prefixes(base)
    lines = [f"BASE <{base}>\n"] if is_relative and not has_base else []
    lines += [f"PREFIX {name}: <{known[name]}>\n" for name in sorted(used - declared) if name in known]
    return "".join(lines) + text


def as_rows(text: str) -> str | None:
    """A query that gives one row for each solution of a CONSTRUCT or DESCRIBE; None where that has no WHERE.

    >>> as_rows("CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 5")
    'SELECT (1 AS ?phengraph_row)  WHERE { ?s a ?c } LIMIT 5'
    >>> as_rows("CONSTRUCT WHERE { ?s a ?c }")
    'SELECT (1 AS ?phengraph_row)  WHERE { ?s a ?c }'
    >>> as_rows("DESCRIBE ?s FROM <https://example.org/g> { ?s ?p ?o }")
    'SELECT (1 AS ?phengraph_row)  FROM <https://example.org/g> { ?s ?p ?o }'
    >>> as_rows("DESCRIBE <https://example.org/a>") is None
    True
    """
    tokens = list(scan(text))
    for index, token in enumerate(tokens):
        if token.keyword in ("CONSTRUCT", "DESCRIBE"):
            last = _end_of_result(tokens, index, is_construct=token.keyword == "CONSTRUCT")
            if last is None:
                return None
            return f"{text[: token.start]}SELECT (1 AS ?phengraph_row) {text[last.end :]}"
    return None


def _end_of_result(tokens: list[Token], index: int, *, is_construct: bool) -> Token | None:
    """The last token of what a query gives, before its FROM or WHERE."""
    depth = 0
    for at in range(index + 1, len(tokens)):
        token = tokens[at]
        is_where = not depth and (token.keyword in ("FROM", "WHERE") or token.text == "{")
        if is_where and not (is_construct and at == index + 1 and token.text == "{"):
            return tokens[at - 1]
        if token.kind == "bracket":
            depth += 1 if token.text in "{([" else -1
    return None
