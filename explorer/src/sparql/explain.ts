/** What a syntax error says to a person: the place and the word there, not the parser's list of what it tried. */

import { unknownPrefixes } from "../backend/prefixes.ts";

export interface Explained {
  line: number;
  column: number;
  /** The word at the place; empty at the end of the query. */
  word: string;
  prefix: string | null;
}

/** The place in an engine's message ("error at 4:20: ..." or "line 4, column 20"), or null when it names none. */
export function explainError(message: string, query: string, prefixes: Record<string, string>): Explained | null {
  const found = /error at (\d+):(\d+)/i.exec(message) ?? /line (\d+), column (\d+)/i.exec(message);
  if (!found) return null;
  const line = Number(found[1]);
  const text = query.split("\n")[line - 1] ?? "";
  // Declarations that were put before the first line moved its columns.
  const column = Math.min(Number(found[2]), text.length + 1);
  const before = text.slice(0, column - 1).search(/[^\s;,.(){}]*$/);
  const word = /^[^\s;,.(){}]*|^./.exec(text.slice(before))?.[0] || (text.slice(column - 1).trim()[0] ?? "");
  return { line, column, word, prefix: unknownPrefixes(query, prefixes)[0] ?? null };
}
