/** The token of `phengraph serve --curate` while its tab is open, and what the keys of the review mean. */

const PLACE = "phengraph.review";
let memory = "";

export function readToken(): string {
  try {
    return globalThis.sessionStorage.getItem(PLACE) ?? memory;
  } catch {
    return memory;
  }
}

/** Kept for this tab only. */
export function keepToken(token: string): void {
  memory = token;
  try {
    globalThis.sessionStorage.setItem(PLACE, token);
  } catch {
    // Storage is blocked: it holds until the page is closed.
  }
}

/** The token in what a person pastes: the whole address that was printed, or the token itself. */
export function tokenIn(text: string): string {
  const found = /[?&]token=([\w-]+)/.exec(text);
  return found?.[1] ?? text.trim();
}

export const STANCE_KEYS = { s: "supports", c: "contradicts", q: "qualifies", i: "inconclusive" } as const;

export type ReviewKey = keyof typeof STANCE_KEYS | "n" | "l" | "e" | "o" | "u" | "?";

const KEYS = new Set(["s", "c", "q", "i", "n", "l", "e", "o", "u", "?"]);

/** The key of the review that was pressed; null while somebody types, or with a modifier. */
export function reviewKey(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing" | "repeat">, typing: boolean): ReviewKey | null {
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return null;
  return KEYS.has(event.key) ? (event.key as ReviewKey) : null;
}

/** How a kind of cue is marked. */
export function cueClass(kind: string): string {
  if (kind === "contrast" || kind === "failed replication") return "cue-contrast";
  if (kind === "confirmation") return "cue-agree";
  if (kind === "negation" || kind === "scale") return "cue-hedge";
  return kind ? "cue-term" : "";
}

/** What an accepted suggestion does to the status of its claim, as `phengraph.review.moves` tells it. */
export interface Move {
  was: string;
  /** Null when the status stays. */
  now: string | null;
  supporting: number;
  contradicting: number;
  qualifying: number;
  /** The common strength of a side where it is not moderate, else "". */
  strengths: [string, string];
}

const MOVE =
  /^(?:Still )?([A-Z][a-z]+(?: [a-z]+)?)(?: -> ([A-Z][a-z]+(?: [a-z]+)?))?: (\d+|none)(?: (strong|weak))?(?: teams?)? for, (\d+|none)(?: (strong|weak))?(?: teams?)? against(?:, (\d+) qualifying)?$/;

/** The move that a sentence tells; null for another sentence. */
export function readMove(text: string): Move | null {
  const found = MOVE.exec(text);
  if (!found) return null;
  const count = (word: string | undefined) => (word === undefined || word === "none" ? 0 : Number(word));
  return {
    was: (found[1] as string).toLowerCase(),
    now: found[2]?.toLowerCase() ?? null,
    supporting: count(found[3]),
    contradicting: count(found[5]),
    qualifying: count(found[7]),
    strengths: [found[4] ?? "", found[6] ?? ""],
  };
}
