/** The prefixes of the graph need no declaration, here as on the command line and the server. */

import { TOKENS } from "./tokens.ts";

/** The prefixes that a query uses, outside comments, strings and IRIs. */
export function usedPrefixes(query: string): Set<string> {
  const used = new Set<string>();
  for (const match of query.matchAll(TOKENS)) if (match.groups?.prefix) used.add(match.groups.prefix);
  return used;
}

/** The query with the declarations it lacks on its own first line, so that line numbers stay; columns of it move. */
export function withPrefixes(query: string, prefixes: Record<string, string>): string {
  const declared = new Set([...query.matchAll(/\bPREFIX\s+([\w-]*):/giu)].map((match) => match[1]));
  const lacking = [...usedPrefixes(query)].filter((prefix) => !declared.has(prefix) && Object.hasOwn(prefixes, prefix));
  return lacking.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}> `).join("") + query;
}

/** The prefixes that nobody declares, with what was likely meant. */
export function unknownPrefixes(query: string, prefixes: Record<string, string>): string[] {
  const declared = new Set([...query.matchAll(/\bPREFIX\s+([\w-]*):/giu)].map((match) => match[1]));
  return [...usedPrefixes(query)].filter((prefix) => !declared.has(prefix) && !Object.hasOwn(prefixes, prefix));
}
