"""Which entry a person means: a slug, a key, `claim/SLUG`, an IRI, an identifier of a paper, or a label.

Exact spellings win over others; what fits several entries is not guessed but listed.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping

from phengraph.identifiers import iri_name, parse_paper_id
from phengraph.model import Knowledge
from phengraph.problems import AmbiguousName, UnknownIdentifier, UnknownName

KINDS = ("claim", "phenomenon", "paper", "model", "topic", "evidence")


def find_entry(knowledge: Knowledge, base: str, text: str, *, kinds: Iterable[str] = KINDS) -> tuple[str, str]:
    """The kind and the slug, key or name of the entry that a text names.

    Args:
        knowledge: where to look.
        base: the base IRI, for texts that are IRIs.
        text: what a person typed.
        kinds: only these are looked at, in this order.

    Raises:
        AmbiguousName: several entries fit equally well; `.names` has them as `kind/name`.
        UnknownName: none fits; `.suggestion` is near.
    """
    given = text.strip()
    tables = {kind: names_of(knowledge, kind) for kind in kinds}
    for kind, name in _spelt_in_full(given, base, tables):
        found = [known for known in tables[kind] if known == name] or _alike(name, tables[kind])
        if len(found) == 1:
            return kind, found[0]
        raise _unknown(kind, name, {kind: tables[kind]})
    for fits in (_exact(given, tables), _other_case(given, tables), _by_identifier(given, knowledge, tables),
                 _by_label(given, knowledge, tables)):  # fmt: skip
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise AmbiguousName(given, [f"{kind}/{name}" for kind, name in fits])
    raise _unknown("entry" if len(tables) > 1 else next(iter(tables)), given, tables)


def names_of(knowledge: Knowledge, kind: str) -> list[str]:
    """All slugs, keys or names of a kind, in the order in which they are shown."""
    entries: Mapping[str, Mapping[str, object]] = {
        "claim": knowledge.claims,
        "phenomenon": knowledge.phenomena,
        "paper": knowledge.papers,
        "model": knowledge.models,
        "topic": knowledge.topics,
        "evidence": knowledge.evidence,
    }
    return list(entries[kind])


def _spelt_in_full(text: str, base: str, tables: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """`claim/SLUG`, `claim:SLUG`, an IRI, or the path of a phenomenon's file."""
    for kind in tables:
        name = iri_name(base, kind, text)
        if name is not None:
            yield kind, name
        prefix = text[: len(kind) + 1].lower()
        if prefix in (f"{kind}/", f"{kind}:"):
            yield kind, text[len(kind) + 1 :]
    if "phenomenon" in tables and text.endswith(".md"):
        yield "phenomenon", text.rsplit("/", 1)[-1].removesuffix(".md")


def _exact(text: str, tables: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, text) for kind, names in tables.items() if text in names]


def _alike(text: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.casefold() == text.casefold()]


def _other_case(text: str, tables: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, names in tables.items() for name in _alike(text, names)]


def _by_identifier(text: str, knowledge: Knowledge, tables: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    if "paper" not in tables:
        return []
    try:
        paper_id = parse_paper_id(text)
    except UnknownIdentifier:
        return []
    found = []
    for paper in knowledge.papers.values():
        corpus_id = None if paper.corpus_id is None else str(paper.corpus_id)
        values = {"arxiv": paper.arxiv, "doi": paper.doi, "openreview": paper.openreview, "corpusid": corpus_id}
        if values.get(paper_id.scheme, paper.url) == paper_id.value:
            found.append(("paper", paper.key))
    return found


def _by_label(text: str, knowledge: Knowledge, tables: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    labels = [
        *(("claim", one.slug, one.label) for one in knowledge.claims.values()),
        *(("phenomenon", one.slug, one.label) for one in knowledge.phenomena.values()),
        *(("paper", one.key, one.title) for one in knowledge.papers.values()),
        *(("model", one.key, one.label) for one in knowledge.models.values()),
        *(("topic", one.slug, one.label) for one in knowledge.topics.values()),
    ]
    return [(kind, name) for kind, name, label in labels if kind in tables and label.casefold() == text.casefold()]


def _unknown(kind: str, text: str, tables: Mapping[str, list[str]]) -> UnknownName:
    names = [name for names in tables.values() for name in names]
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.6)
    holding = [name for name in names if text.casefold() in name.casefold()] if text else []
    return UnknownName(kind, text, next(iter([*near, *sorted(holding, key=len)]), None))
