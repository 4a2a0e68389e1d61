"""Names of the vocabularies: prefixes, classes and properties, as full IRIs.

The namespace `ph:` and its names are a contract: queries that people saved depend on them. `graph/ontology.ttl` says
what each means; a test holds that every name used here is declared there.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PH = "https://w3id.org/phengraph/ns#"

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "ph": PH,
        "c4o": "http://purl.org/spar/c4o/",
        "cito": "http://purl.org/spar/cito/",
        "dcterms": "http://purl.org/dc/terms/",
        "fabio": "http://purl.org/spar/fabio/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prism": "http://prismstandard.org/namespaces/basic/2.0/",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

# The kinds of IRIs under the base: <base>claim/SLUG, ... Also prefixes of queries and Turtle.
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "topic": "topic",
        "phenomenon": "phenomenon",
        "claim": "claim",
        "evidence": "evidence",
        "paper": "paper",
        "model": "model",
        "author": "author",
        "dataset": "dataset",
        "note": "note",
        "status": "status",
        "citation": "citation",
        "count": "count",
        "work": "work",
        "refresh": "refresh",
        "suggestion": "suggestion",
        "agent": "agent",
    }
)


def expand(name: str) -> str:
    """The full IRI of a prefixed name.

    >>> expand("ph:supports")
    'https://w3id.org/phengraph/ns#supports'
    """
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def base_prefixes(base: str) -> dict[str, str]:
    """Prefixes for the entries under a base IRI (`claim:`, `paper:`, ...) together with the fixed ones.

    >>> base_prefixes("https://w3id.org/phengraph/")["claim"]
    'https://w3id.org/phengraph/claim/'
    """
    return dict(PREFIXES) | {prefix: f"{base}{kind}/" for prefix, kind in KINDS.items()}


# Names of the graphs that are made, under the base; the graph of a source file is its path under the base.
DERIVED = "derived"
SUGGESTED = "suggested"
PROVENANCE = "provenance"
