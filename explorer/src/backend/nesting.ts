/**
 * How deep a query nests. The engine and the editor's highlighting both work by recursion, and their stacks end at some
 * hundred levels; the server refuses at the same depth.
 */

import { TOKENS } from "./tokens.ts";

/** Levels that a query may nest: as the server's setting as shipped, far above what people write. */
export const DEEPEST = 100;

/** The deepest nesting of brackets of any kind, or the longest run of unary signs if that is longer. */
export function nestingOf(query: string): number {
  let depth = 0;
  let signs = 0;
  let deepest = 0;
  for (const [token] of query.matchAll(TOKENS)) {
    const first = token[0] as string;
    if ("{([".includes(first)) depth += 1;
    else if ("})]".includes(first)) depth -= 1;
    if ("!+^-".includes(first)) signs += 1;
    else if (first.trim() && first !== "#") signs = 0;
    deepest = Math.max(deepest, depth, signs);
  }
  return deepest;
}
