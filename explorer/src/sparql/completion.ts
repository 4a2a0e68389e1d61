/** What the editor offers while one types: keywords, prefixes, our vocabulary with its comments, variables in use. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { ExplorerGraph } from "../core/contract.ts";

const KEYWORDS = [
  "SELECT", "DISTINCT", "CONSTRUCT", "DESCRIBE", "ASK", "WHERE", "FILTER", "OPTIONAL", "UNION", "MINUS", "GRAPH", "BIND", "VALUES", "AS",
  "GROUP BY", "HAVING", "ORDER BY", "DESC", "ASC", "LIMIT", "OFFSET", "PREFIX", "BASE", "EXISTS", "NOT EXISTS", "IN", "NOT IN",
  "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT", "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "REGEX", "CONTAINS",
  "STRSTARTS", "STRENDS", "LCASE", "UCASE", "REPLACE", "IF", "COALESCE", "YEAR", "MONTH", "DAY", "ROUND", "ABS", "STRLEN", "SUBSTR", "CONCAT", "IRI",
];

export function completionSource(graph: Pick<ExplorerGraph, "prefixes" | "vocabulary" | "claims" | "phenomena" | "papers" | "models">) {
  const types: Record<string, string> = { class: "class", property: "property", individual: "enum" };
  const terms: Completion[] = graph.vocabulary.map((term) => ({
    label: term.name,
    type: types[term.kind] ?? "text",
    detail: term.label,
    info: term.comment || undefined,
    boost: term.name.startsWith("ph:") ? 10 : 0,
  }));
  const prefixes: Completion[] = Object.entries(graph.prefixes).map(([prefix, namespace]) => ({ label: `${prefix}:`, type: "namespace", detail: namespace }));
  const declarations: Completion[] = Object.entries(graph.prefixes).map(([prefix, namespace]) => ({ label: `${prefix}: <${namespace}>`, type: "namespace" }));
  const own: Completion[] = [
    ...graph.claims.map((one) => ({ label: `claim:${one.slug}`, type: "constant", detail: one.label })),
    ...graph.phenomena.map((one) => ({ label: `phenomenon:${one.slug}`, type: "constant", detail: one.label })),
    ...graph.papers.map((one) => ({ label: `paper:${one.key}`, type: "constant", detail: one.title })),
    ...graph.models.map((one) => ({ label: `model:${one.key}`, type: "constant", detail: one.label })),
  ];
  const keywords: Completion[] = KEYWORDS.map((label) => ({ label, type: "keyword" }));

  return (context: CompletionContext): CompletionResult | null => {
    const declaration = context.matchBefore(/PREFIX\s+[\w-]*/i);
    if (declaration) {
      const from = declaration.from + declaration.text.search(/[\w-]*$/);
      return { from, options: declarations, validFor: /^[\w-]*$/ };
    }
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const used = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
      used.delete(variable.text);
      return { from: variable.from, options: [...used].map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
    }
    const name = context.matchBefore(/[\w-]+:[\w.-]*/);
    if (name) return { from: name.from, options: [...terms, ...own], validFor: /^[\w-]+:[\w.-]*$/ };
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    return { from: word?.from ?? context.pos, options: [...keywords, ...prefixes, ...terms], validFor: /^\w*$/ };
  };
}
