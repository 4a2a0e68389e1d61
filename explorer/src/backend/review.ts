/** The review on a server that was started with `--curate`: the state of the queue, and what a key asks. */

export interface ShownEvidence {
  stance: string;
  review: string;
  strength: string;
  paper: string;
  finding: string;
}

export interface Draft {
  finding: string;
  locator: string;
  checked: string;
  strength: string;
  quote: string;
  read_in: string;
}

export interface Shown {
  number: number;
  total: number;
  claim: string;
  claim_label: string;
  claim_text: string;
  phenomenon: string;
  status: string;
  reason: string;
  evidence: ShownEvidence[];
  title: string;
  byline: string;
  why: string;
  reads_like: string;
  /** Words, and the kind of their cue or "". */
  passages: { what: string; pieces: [string, string][] }[];
  abstract: string;
  links: [string, string][];
  draft: Draft;
}

export interface Told {
  text: string;
  about: string;
  isError: boolean;
}

export type ReviewState =
  | { ready: false; message: string }
  | {
      ready: true;
      curator: string;
      total: number;
      left: number;
      accepted: number;
      declined: number;
      putOff: number;
      /** Decided, and not yet in the files. */
      waiting: number;
      canUndo: boolean;
      /** The paper that `shown` is about, as decisions name it. */
      paper: string;
      shown: Shown | null;
      told: Told | null;
      notices: (Told & { id: number })[];
    };

export type DraftField = "finding" | "locator" | "quote" | "checked" | "strength";

export type ReviewRequest =
  | { action: "accept"; stance: string; claim: string; paper: string; draft: Partial<Record<DraftField, string>> }
  | { action: "decline"; verdict: "not about" | "later"; claim: string; paper: string }
  | { action: "undo" }
  | { action: "reload" };

/** The server refuses: the token is missing or wrong, or this is not its machine. */
export class ReviewRefused extends Error {}

export async function askReview(root: string, token: string, request?: ReviewRequest): Promise<ReviewState> {
  const headers: Record<string, string> = { Accept: "application/json", "X-Phengraph-Token": token };
  const url = new URL("api/review", root).href;
  const response = request
    ? await fetch(url, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(request) })
    : await fetch(url, { headers });
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === "object" && body !== null && "ready" in body) return body as ReviewState;
  const detail = typeof body === "object" && body !== null ? (body as { detail?: unknown }).detail : null;
  throw new ReviewRefused(typeof detail === "string" ? detail : `${response.status} ${response.statusText}`);
}
