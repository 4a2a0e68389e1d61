/** The worker around Oxigraph: loads the quads once, answers one query at a time. */

import init, { Store } from "oxigraph/web.js";
import { Unfolder } from "./folded.ts";
import { unpackBytes, unpackStream } from "./unpack.ts";

export type WorkerRequest = { kind: "start"; wasm: string; quads: string; base: string } | { kind: "query"; query: string };
export type WorkerReply =
  | { kind: "ready" }
  | { kind: "results"; text: string; milliseconds: number }
  | { kind: "graph"; text: string; milliseconds: number }
  | { kind: "failure"; message: string; fatal: boolean };

let store: Store | null = null;

function reply(message: WorkerReply): void {
  (self as unknown as { postMessage(message: WorkerReply): void }).postMessage(message);
}

// Characters of N-Quads that the engine is given at a time: as quick as all at once, in a fraction of the memory.
const LOAD_CHARACTERS = 4_000_000;

/** Unpack, unfold and load the quads piece by piece. */
async function load(into: Store, packed: string, base: string): Promise<void> {
  const options = { format: "application/n-quads", lenient: true, no_transaction: true };
  const unfolder = new Unfolder(base);
  const decoder = new TextDecoder();
  const reader = unpackStream(packed).getReader();
  let waiting = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    waiting += unfolder.push(decoder.decode(piece.value, { stream: true }));
    if (waiting.length > LOAD_CHARACTERS) {
      into.load(waiting, options);
      waiting = "";
    }
  }
  into.load(waiting + unfolder.push(decoder.decode()) + unfolder.end(), options);
}

async function answer(request: WorkerRequest): Promise<void> {
  if (request.kind === "start") {
    await init({ module_or_path: await unpackBytes(request.wasm) } as never);
    const loaded = new Store();
    await load(loaded, request.quads, request.base);
    store = loaded;
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
    // A trap, or a stack that ended, leaves the engine's memory in an unknown state: it must not be asked again.
    const fatal = error instanceof WebAssembly.RuntimeError || error instanceof RangeError || !store;
    reply({ kind: "failure", message, fatal });
  });
};
