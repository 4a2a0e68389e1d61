/** Results as files: CSV and TSV as the SPARQL 1.1 formats have them, JSON, N-Triples. */

import type { Binding, ResultTerm, SparqlAnswer } from "../backend/backend.ts";

function csv(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function escapeLiteral(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
}

/** A term in the syntax of SPARQL and Turtle, as the TSV format wants it. */
export function termText(term: ResultTerm | undefined): string {
  if (!term) return "";
  if (term.type === "uri") return `<${term.value}>`;
  if (term.type === "bnode") return `_:${term.value}`;
  const quoted = `"${escapeLiteral(term.value)}"`;
  if (term["xml:lang"]) return `${quoted}@${term["xml:lang"]}`;
  return term.datatype ? `${quoted}^^<${term.datatype}>` : quoted;
}

export function resultsCsv(variables: readonly string[], rows: readonly Binding[]): string {
  const lines = rows.map((row) => variables.map((name) => csv(row[name]?.value ?? "")).join(","));
  return [variables.join(","), ...lines].join("\r\n").concat("\r\n");
}

export function resultsTsv(variables: readonly string[], rows: readonly Binding[]): string {
  const lines = rows.map((row) => variables.map((name) => termText(row[name])).join("\t"));
  return [variables.map((name) => `?${name}`).join("\t"), ...lines].join("\n").concat("\n");
}

export function resultsJson(answer: SparqlAnswer): string {
  if (answer.kind === "boolean") return `${JSON.stringify({ head: {}, boolean: answer.value }, null, 2)}\n`;
  if (answer.kind === "graph") return answer.text;
  return `${JSON.stringify({ head: { vars: answer.variables }, results: { bindings: answer.rows } }, null, 2)}\n`;
}
