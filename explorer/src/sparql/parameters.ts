/**
 * The parameters of a query: `VALUES ?claim { claim:grokking-is-delayed }` holds one entry of a kind that the graph
 * knows, so a reader can choose another from a list. The same blocks are what `phengraph query NAME claim=...` sets.
 */

import type { ExplorerGraph } from "../core/contract.ts";

export interface Parameter {
  variable: string;
  kind: EntryKind;
  name: string;
  start: number;
  end: number;
}

export type EntryKind = "claim" | "phenomenon" | "paper" | "model" | "topic";

const BLOCK = /\bVALUES\s+\?(\w+)\s*\{\s*((claim|phenomenon|paper|model|topic):([\w.+:-]*\w))\s*\}/gi;

/** The blocks of a query that hold exactly one entry; comments are left out. */
export function findParameters(query: string): Parameter[] {
  const open = query.replace(/#[^\n]*/g, (comment) => " ".repeat(comment.length));
  return [...open.matchAll(BLOCK)].map((match) => {
    const start = match.index + match[0].indexOf(match[2] as string);
    return {
      variable: match[1] as string,
      kind: (match[3] as string).toLowerCase() as EntryKind,
      name: match[4] as string,
      start,
      end: start + (match[2] as string).length,
    };
  });
}

export function setParameter(query: string, parameter: Parameter, name: string): string {
  return `${query.slice(0, parameter.start)}${parameter.kind}:${name}${query.slice(parameter.end)}`;
}

/** Entries of a kind with the words to choose them by, only those whose name can stand in a prefixed name. */
export function entriesOf(graph: Pick<ExplorerGraph, "claims" | "phenomena" | "papers" | "models" | "topics">, kind: EntryKind): { value: string; label: string }[] {
  const found: Record<EntryKind, { value: string; label: string }[]> = {
    claim: graph.claims.map((one) => ({ value: one.slug, label: one.label })),
    phenomenon: graph.phenomena.map((one) => ({ value: one.slug, label: one.label })),
    paper: graph.papers.map((one) => ({ value: one.key, label: `${one.key}: ${one.title}` })),
    model: graph.models.map((one) => ({ value: one.key, label: one.label })),
    topic: graph.topics.map((one) => ({ value: one.slug, label: one.label })),
  };
  return found[kind].filter((one) => /^[\w][\w.-]*$/.test(one.value) && !one.value.endsWith("."));
}
