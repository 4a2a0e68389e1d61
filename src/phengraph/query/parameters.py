"""Parameters of queries: `VALUES ?claim { claim:loss-power-law }` is the place, `claim=...` the new value.

The value that stands there says what kind of term the parameter takes, so what a person gives becomes one term of that
kind, written by the engine's own serializer and put where the old one stood. It is never pasted: no value can end the
block, add a pattern or open a comment. A block of several variables is no parameter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode

from phengraph.problems import QueryError, UnknownName, nearest
from phengraph.query.guard import Token, scan
from phengraph.vocabulary import KINDS, PREFIXES, base_prefixes

_NUMBER = re.compile(r"[+-]?(?:\d+|\d*\.\d+)(?:[eE][+-]?\d+)?\Z")
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `VALUES` block of a single variable."""

    name: str
    """Name of the variable."""
    start: int
    """Offset of the first value in the text."""
    end: int
    """Offset behind the last value."""
    model: tuple[Token, ...]
    """Tokens of the values that stand there."""


@dataclass(frozen=True, slots=True)
class SetQuery:
    """A query with its parameters set."""

    text: str
    entries: tuple[str, ...]
    """IRIs of entries that were set, so that one that does not exist can be told."""


def find_parameters(text: str) -> dict[str, Parameter]:
    """The parameters of a query by name; of two blocks of one variable the first.

    >>> sorted(find_parameters("SELECT * { VALUES ?year { 2022 } VALUES (?a ?b) { (1 2) } # VALUES ?c { 1 }\\n }"))
    ['year']
    """
    tokens = list(scan(text))
    found: dict[str, Parameter] = {}
    for index, token in enumerate(tokens):
        head = tokens[index + 1 : index + 3]
        if token.keyword != "VALUES" or len(head) < 2 or head[0].kind != "variable" or head[1].text != "{":
            continue
        inside = []
        for inner in tokens[index + 3 :]:
            if inner.text == "}" and inner.kind == "bracket":
                break
            inside.append(inner)
        name = head[0].text[1:]
        if name not in found:
            start = inside[0].start if inside else head[1].end
            found[name] = Parameter(name, start, inside[-1].end if inside else start, tuple(inside))
    return found


def set_values(text: str, values: Mapping[str, Sequence[str]], base: str) -> SetQuery:
    """Put values in the place of those that stand in the `VALUES` blocks of a query.

    A name becomes an IRI where an IRI stands: in the same namespace (`claim=loss-power-law`), with a prefix
    (`claim=claim:loss-power-law`) or in full (`claim=https://...`). Several values of one parameter are
    alternatives. Where `UNDEF` stands the name of the variable decides: `?claim` takes a claim, any other a text.

    Raises:
        QueryError: of kind `parameter`: the query has no such block, or the value is not of its kind.

    >>> base = "https://w3id.org/phengraph/"
    >>> set_values("SELECT * { VALUES ?year { 2022 } ?p ph:year ?year }", {"year": ["2023"]}, base).text
    'SELECT * { VALUES ?year { 2023 } ?p ph:year ?year }'
    >>> set_values("SELECT * { VALUES ?claim { claim:x } ?e ph:claim ?claim }", {"claim": ["a } b"]}, base).text
    'SELECT * { VALUES ?claim { <https://w3id.org/phengraph/claim/a%20%7D%20b> } ?e ph:claim ?claim }'
    """
    parameters = find_parameters(text)
    prefixes = base_prefixes(base) | _declared_prefixes(text)
    entries: list[str] = []
    replaced: list[tuple[Parameter, str]] = []
    for name, given in values.items():
        parameter = parameters.get(name)
        if parameter is None:
            raise QueryError(_no_parameter(name, parameters), kind="parameter")
        terms = [_make_term(parameter, one, prefixes) for one in given]
        entries += [term.value for term in terms if isinstance(term, NamedNode) and _is_entry(term.value, base)]
        replaced.append((parameter, " ".join(_write(term) for term in terms)))
    for parameter, written in sorted(replaced, key=lambda pair: pair[0].start, reverse=True):
        text = text[: parameter.start] + written + text[parameter.end :]
    return SetQuery(text, tuple(entries))


def check_entries(ask: Callable[[str], bytes], entries: Iterable[str], base: str) -> None:
    """Tell a misspelt name, which would otherwise be an answer without rows.

    Args:
        ask: gives the answer to a query as SPARQL JSON.
        entries: IRIs under the base, as `SetQuery.entries` has them.
        base: of the dataset.

    Raises:
        UnknownName: the dataset says nothing of one; carries the nearest name.
    """
    for entry in entries:
        if json.loads(ask(f"ASK {{ <{entry}> ?property ?value }}"))["boolean"]:
            continue
        kind, _, name = entry.removeprefix(base).partition("/")
        names = f'SELECT DISTINCT ?entry {{ ?entry a ?class FILTER(STRSTARTS(STR(?entry), "{base}{kind}/")) }}'
        rows = json.loads(ask(names))["results"]["bindings"]
        known = [unquote(row["entry"]["value"].removeprefix(f"{base}{kind}/")) for row in rows]
        raise UnknownName(kind, unquote(name), nearest(unquote(name), known))


def _no_parameter(name: str, parameters: Mapping[str, Parameter]) -> str:
    if not parameters:
        return f"this query has no parameter '{name}': no line VALUES ?{name} {{ ... }} stands in it"
    suggestion = nearest(name, parameters)
    mend = f"did you mean '{suggestion}'?" if suggestion else f"it has {', '.join(parameters)}"
    return f"this query has no parameter '{name}'; {mend}"


def _make_term(parameter: Parameter, given: str, prefixes: Mapping[str, str]) -> NamedNode | Literal:
    model = parameter.model
    first = model[0] if model else None
    undefined = first is None or first.keyword == "UNDEF"
    if first is not None and first.kind in ("iri", "prefixed"):
        return _make_iri(parameter, given, _namespace_of(first, prefixes), prefixes)
    if undefined and parameter.name in KINDS:
        return _make_iri(parameter, given, prefixes[parameter.name], prefixes)
    if undefined or first is None or first.kind == "string":
        return _make_literal(parameter, given, prefixes)
    if first.keyword in ("TRUE", "FALSE"):
        if given not in ("true", "false"):
            raise _wrong(parameter, given, "true or false")
        return Literal(given, datatype=NamedNode(f"{_XSD}boolean"))
    if not _NUMBER.match(given):
        raise _wrong(parameter, given, "a number")
    kind = "double" if "e" in given.lower() else "decimal" if "." in given else "integer"
    return Literal(given, datatype=NamedNode(_XSD + kind))


def _make_iri(parameter: Parameter, given: str, namespace: str, prefixes: Mapping[str, str]) -> NamedNode:
    bare = given.removeprefix("<").removesuffix(">")
    prefix, colon, local = bare.partition(":")
    if bare != given or bare.startswith(("http://", "https://")):
        text = bare
    elif colon and prefix in prefixes:
        text = prefixes[prefix] + quote(local, safe="-._~:+!$&'()*,;=@/")
    else:
        # The value lists of the ontology (ph:SingleSource) may be written as people read them: single source.
        is_list = namespace == prefixes["ph"]
        name = "".join(word[:1].upper() + word[1:] for word in re.split(r"[\s-]+", bare)) if is_list else bare
        text = namespace + quote(name, safe="-._~:+!$&'()*,;=@/")
    try:
        return NamedNode(text)
    except ValueError as error:
        raise _wrong(parameter, given, "a name or an IRI") from error


def _make_literal(parameter: Parameter, given: str, prefixes: Mapping[str, str]) -> Literal:
    model = parameter.model
    if len(model) >= 2 and model[1].kind == "language":
        return Literal(given, language=model[1].text[1:])
    if len(model) < 3 or model[1].text != "^^":
        return Literal(given)
    datatype = _expand(model[2], prefixes)
    if datatype == f"{_XSD}date":
        try:
            date.fromisoformat(given)
        except ValueError as error:
            raise _wrong(parameter, given, "a date like 2026-09-01") from error
    return Literal(given, datatype=NamedNode(datatype))


def _write(term: NamedNode | Literal) -> str:
    """As SPARQL writes it: numbers and booleans bare, everything else as N-Triples does."""
    bare = isinstance(term, Literal) and term.datatype.value in {
        _XSD + kind for kind in ("integer", "decimal", "double", "boolean")
    }
    return term.value if bare else str(term)


def _wrong(parameter: Parameter, given: str, right: str) -> QueryError:
    return QueryError(f"'{given[:80]}' is no value for {parameter.name}; give {right}", kind="parameter")


def _is_entry(iri: str, base: str) -> bool:
    return any(iri.startswith(f"{base}{kind}/") for kind in KINDS.values())


def _declared_prefixes(text: str) -> dict[str, str]:
    tokens = list(scan(text))
    return {
        tokens[index + 1].text.removesuffix(":"): tokens[index + 2].text[1:-1]
        for index, token in enumerate(tokens[:-2])
        if token.keyword == "PREFIX" and tokens[index + 1].kind == "prefixed" and tokens[index + 2].kind == "iri"
    }


def _expand(token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, "") + local


def _namespace_of(token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "prefixed":
        return prefixes.get(token.text.partition(":")[0], "")
    whole = token.text[1:-1]
    return whole[: max(whole.rfind("/"), whole.rfind("#")) + 1]
