/** The page as `phengraph serve` sends it: the graph from /api/explorer.json, answers from /sparql. */

import type { ExplorerGraph } from "../core/contract.ts";
import { type Backend, type RefreshState, type SparqlAnswer, SparqlFailure, readResults } from "./backend.ts";
import { readTriples } from "./ntriples.ts";

const NO_REFRESH: RefreshState = { allowed: false, running: false, done: 0, total: 0, message: "", last: null, next: null };

/** `root` is the address of the server's root; `canRefresh` and `canReview` whether it has `api/refresh`, `api/review`. */
export function servedBackend(root: string, canRefresh: boolean, canReview: boolean): Backend {
  const url = (path: string) => new URL(path, root).href;
  return {
    flavour: "served",
    endpoint: url("sparql"),
    reviewRoot: canReview ? root : null,
    async graph(): Promise<ExplorerGraph> {
      const response = await fetch(url("api/explorer.json"), { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
      return (await response.json()) as ExplorerGraph;
    },
    async sparql(query: string, signal: AbortSignal, onStart?: () => void): Promise<SparqlAnswer> {
      const before = performance.now();
      onStart?.();
      try {
        const response = await fetch(url("sparql"), {
          method: "POST",
          signal,
          headers: { Accept: "application/sparql-results+json, application/n-triples;q=0.9" },
          body: new URLSearchParams({ query }),
        });
        const text = await response.text();
        if (!response.ok) throw failureOf(response.status, text);
        const milliseconds = performance.now() - before;
        if ((response.headers.get("Content-Type") ?? "").startsWith("application/n-triples")) {
          return { kind: "graph", triples: readTriples(text), text, milliseconds };
        }
        return readResults(text, milliseconds);
      } catch (error) {
        if (error instanceof SparqlFailure) throw error;
        if (signal.aborted) {
          throw signal.reason instanceof SparqlFailure ? signal.reason : new SparqlFailure("stopped", "stopped");
        }
        if (error instanceof SyntaxError) throw new SparqlFailure("the server's answer was cut short", "network");
        throw new SparqlFailure(String((error as Error).message ?? error), "network");
      }
    },
    async refreshState(): Promise<RefreshState> {
      if (!canRefresh) return NO_REFRESH;
      const response = await fetch(url("api/refresh"), { headers: { Accept: "application/json" } });
      return response.ok ? readRefresh(await response.json()) : NO_REFRESH;
    },
    async startRefresh(): Promise<RefreshState> {
      const response = await fetch(url("api/refresh"), { method: "POST", headers: { Accept: "application/json" } });
      const body: unknown = await response.json().catch(() => null);
      if (response.ok) return readRefresh(body);
      // Somebody else may have begun one meanwhile: then its progress is shown.
      const message = textOf(body) || `${response.status} ${response.statusText}`;
      return { ...((await this.refreshState?.()) ?? NO_REFRESH), message };
    },
  };
}

function failureOf(status: number, text: string): SparqlFailure {
  let told = text.trim();
  try {
    told = textOf(JSON.parse(text)) || told;
  } catch {
    // Plain text: it is the message itself.
  }
  const reason = status === 400 ? "syntax" : status === 408 || status === 503 || status === 504 ? "timeout" : "engine";
  return new SparqlFailure(told.slice(0, 2000) || `the server answered ${status}`, reason);
}

function textOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return "";
  const { message, error, detail } = body as Record<string, unknown>;
  return [message, error, detail].find((one): one is string => typeof one === "string") ?? "";
}

function readRefresh(body: unknown): RefreshState {
  const given = (typeof body === "object" && body !== null ? body : {}) as Partial<RefreshState> & Record<string, unknown>;
  const moment = (name: string) => (typeof given[name] === "string" ? (given[name] as string) : null);
  return {
    allowed: given.allowed === true,
    running: given.running === true,
    done: Number(given.done ?? 0),
    total: Number(given.total ?? 0),
    message: typeof given.message === "string" ? given.message : "",
    last: moment("last_run"),
    next: moment("next_run"),
  };
}
