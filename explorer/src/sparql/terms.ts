/** RDF terms as people read them: short names by prefix, and the page that an IRI of ours has. */

import type { ResultTerm } from "../backend/backend.ts";
import type { ExplorerGraph } from "../core/contract.ts";

const PAGES: Record<string, string> = { claim: "claim", phenomenon: "phenomenon", paper: "paper", model: "model" };

/** All prefixes, longest namespace first, so that `ph:` does not hide a longer one. */
export function sortedPrefixes(prefixes: Record<string, string>): [string, string][] {
  return Object.entries(prefixes).sort((a, b) => b[1].length - a[1].length);
}

export function shortIri(iri: string, prefixes: [string, string][]): string {
  for (const [prefix, namespace] of prefixes) {
    if (iri.startsWith(namespace) && iri.length > namespace.length) {
      const local = iri.slice(namespace.length);
      if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(local) && !local.endsWith(".")) return `${prefix}:${local}`;
    }
  }
  return iri;
}

/** The view and name of one of our own entries; null for any other IRI. */
export function pageOfIri(iri: string, graph: Pick<ExplorerGraph, "base">): { view: string; name: string } | null {
  if (!iri.startsWith(graph.base)) return null;
  const [kind = "", ...rest] = iri.slice(graph.base.length).split("/");
  const view = PAGES[kind];
  if (!view || !rest.length) return null;
  try {
    return { view, name: decodeURIComponent(rest.join("/")) };
  } catch {
    return { view, name: rest.join("/") };
  }
}

const NUMERIC = /#(?:integer|decimal|double|float|int|long|nonNegativeInteger|positiveInteger)$/;

export function numberOf(term: ResultTerm | undefined): number | null {
  if (!term || term.type === "uri" || term.type === "bnode" || !term.datatype || !NUMERIC.test(term.datatype)) return null;
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}

/** Seconds since 1970 of a date or time, for charts. */
export function secondsOf(term: ResultTerm | undefined): number | null {
  if (!term?.datatype || !/#(?:date|dateTime|gYear|gYearMonth)$/.test(term.datatype)) return null;
  const time = Date.parse(term.value);
  return Number.isNaN(time) ? null : time / 1000;
}
