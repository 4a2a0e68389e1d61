"""Write the graph that a CONSTRUCT or DESCRIBE gives, with the prefixes that it uses and no others.

The engine writes whatever prefixes it is given, in the order of a hash table. So the beginning of the answer is looked
at before it is written (an answer that is longer gets all prefixes), and the lines of its head are sorted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Protocol

import pyoxigraph

from phengraph.query.formats import Format
from phengraph.vocabulary import PREFIXES

_LOOKED_AT = 2_000
"""Triples that are held back to see which prefixes they use."""

# Written without their name: `a`, "text"@en, "text", 7, 0.5, true.
_UNWRITTEN = frozenset(
    [PREFIXES["rdf"] + name for name in ("type", "langString")]
    + [PREFIXES["xsd"] + name for name in ("string", "integer", "decimal", "double", "boolean")]
)


class Writer(Protocol):
    """Where the bytes go; it may refuse more by raising."""

    def write(self, part: bytes) -> int: ...
    def flush(self) -> None: ...
    def check_rows(self, rows: int) -> None: ...


def write_graph(
    triples: Iterable[pyoxigraph.Triple], chosen: Format, prefixes: Mapping[str, str], writer: Writer
) -> None:
    """Write triples in their order."""
    engine_format = getattr(pyoxigraph.RdfFormat, chosen.engine_name)
    counted = _counted(triples, writer)
    # The engine needs `write` and `flush` only, not the whole of a binary file that its stub asks for.
    if chosen.name == "ntriples":
        pyoxigraph.serialize(counted, writer, engine_format)  # type: ignore[arg-type]
        return
    first = list(islice(counted, _LOOKED_AT))
    used = _used(first, prefixes) if len(first) < _LOOKED_AT else dict(prefixes)
    target = _SortedHead(writer) if chosen.name == "turtle" else writer
    pyoxigraph.serialize(chain(first, counted), target, engine_format, prefixes=used)  # type: ignore[arg-type]
    target.flush()


def _counted(triples: Iterable[pyoxigraph.Triple], writer: Writer) -> Iterator[pyoxigraph.Triple]:
    for count, triple in enumerate(triples, start=1):
        writer.check_rows(count)
        yield triple


def _used(triples: Iterable[pyoxigraph.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    namespaces = set()
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            iri = term.datatype.value if isinstance(term, pyoxigraph.Literal) else getattr(term, "value", "")
            if iri not in _UNWRITTEN:
                namespaces.add(iri[: max(iri.rfind("/"), iri.rfind("#")) + 1])
    return {prefix: namespace for prefix, namespace in prefixes.items() if namespace in namespaces}


class _SortedHead:
    """Sorts the `@prefix` lines that come first, and leaves a line free behind them."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._held: bytes | None = b""

    def write(self, part: bytes) -> int:
        if self._held is None:
            return self._writer.write(part)
        self._held += part
        lines = self._held.split(b"\n")
        # The last piece is no whole line yet; it may still become one of the head's.
        if any(line and not line.startswith(b"@prefix ") for line in lines[:-1]):
            self._release()
        return len(part)

    def flush(self) -> None:
        if self._held is not None:
            self._release()
        self._writer.flush()

    def check_rows(self, rows: int) -> None:
        self._writer.check_rows(rows)

    def _release(self) -> None:
        lines = (self._held or b"").split(b"\n")
        count = next((index for index, line in enumerate(lines) if not line.startswith(b"@prefix ")), len(lines))
        head = [*sorted(lines[:count]), b""] if count and any(lines[count:]) else sorted(lines[:count])
        self._held = None
        self._writer.write(b"\n".join([*head, *lines[count:]]))
