/** Where the page gets its graph and its answers: from inside its own file, or from the server that sent it. */

import type { ExplorerGraph } from "../core/contract.ts";

/** A term of SPARQL 1.1 Query Results JSON Format. */
export interface ResultTerm {
  type: "uri" | "literal" | "bnode" | "typed-literal";
  value: string;
  "xml:lang"?: string;
  datatype?: string;
}

export type Binding = Record<string, ResultTerm | undefined>;

export type SparqlAnswer =
  | { kind: "bindings"; variables: string[]; rows: Binding[]; milliseconds: number }
  | { kind: "boolean"; value: boolean; milliseconds: number }
  | { kind: "graph"; triples: [ResultTerm, ResultTerm, ResultTerm][]; text: string; milliseconds: number };

/** What went wrong with a query, in one sentence. `stopped` is the reader's own doing, `deep` was never asked. */
export class SparqlFailure extends Error {
  constructor(
    message: string,
    readonly reason: "syntax" | "stopped" | "timeout" | "deep" | "engine" | "network",
  ) {
    super(message);
  }
}

export interface RefreshState {
  /** Does the server allow a refresh from the page? */
  allowed: boolean;
  running: boolean;
  done: number;
  total: number;
  message: string;
  /** When one ended last, and when the next begins by itself: ISO times in UTC, or null. */
  last: string | null;
  next: string | null;
}

export interface Backend {
  readonly flavour: "file" | "served";
  /** The server's root, when it was started with `--curate`. */
  readonly reviewRoot?: string | null;
  /** Only served: where other programs ask the same queries. */
  readonly endpoint?: string;
  graph(): Promise<ExplorerGraph>;
  /** Rejects with SparqlFailure; aborting the signal stops the work at once. `onStart` tells that the query itself runs. */
  sparql(query: string, signal: AbortSignal, onStart?: () => void): Promise<SparqlAnswer>;
  /** Only served, and only when the server allows it. */
  refreshState?(): Promise<RefreshState>;
  startRefresh?(): Promise<RefreshState>;
}

/** Read a body of SPARQL JSON results. */
export function readResults(text: string, milliseconds: number): SparqlAnswer {
  const body = JSON.parse(text) as {
    boolean?: boolean;
    head?: { vars?: string[] };
    results?: { bindings?: Binding[] };
  };
  if (typeof body.boolean === "boolean") return { kind: "boolean", value: body.boolean, milliseconds };
  return { kind: "bindings", variables: body.head?.vars ?? [], rows: body.results?.bindings ?? [], milliseconds };
}
