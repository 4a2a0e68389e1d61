/** The worker around Oxigraph: loads the quads once, answers one query at a time. */

import init, { Store } from "oxigraph/web.js";

export type WorkerRequest = { kind: "start"; wasm: Uint8Array<ArrayBuffer>; quads: string } | { kind: "query"; query: string };
export type WorkerReply =
  | { kind: "ready" }
  | { kind: "results"; text: string; milliseconds: number }
  | { kind: "graph"; text: string; milliseconds: number }
  | { kind: "failure"; message: string; fatal: boolean };

let store: Store | null = null;

function reply(message: WorkerReply): void {
  (self as unknown as { postMessage(message: WorkerReply): void }).postMessage(message);
}

async function answer(request: WorkerRequest): Promise<void> {
  if (request.kind === "start") {
    await init({ module_or_path: request.wasm } as never);
    store = new Store();
    store.load(request.quads, { format: "application/n-quads", lenient: true, no_transaction: true });
    reply({ kind: "ready" });
    return;
  }
  if (!store) throw new Error("the engine is not started");
  const before = performance.now();
  const options = { use_default_graph_as_union: true };
  let text: unknown;
  let kind: "results" | "graph" = "results";
  try {
    text = store.query(request.query, { ...options, results_format: "application/sparql-results+json" });
  } catch (error) {
    // A query that makes a graph refuses the format of a table: the engine has parsed it, so ask for triples.
    if (!String(error).includes("Not supported RDF format")) throw error;
    text = store.query(request.query, { ...options, results_format: "application/n-triples" });
    kind = "graph";
  }
  reply({ kind, text: String(text), milliseconds: performance.now() - before });
}

self.onmessage = (event: MessageEvent<WorkerRequest>) => {
  answer(event.data).catch((error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    // A trap leaves the engine's memory in an unknown state: it must not be asked again.
    reply({ kind: "failure", message, fatal: error instanceof WebAssembly.RuntimeError || !store });
  });
};
