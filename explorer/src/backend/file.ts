/** The exported file: the graph and the engine lie inside it, and no request is ever made. */

import type { ExplorerGraph } from "../core/contract.ts";
import type { Backend, SparqlAnswer } from "./backend.ts";
import { Engine } from "./engine.ts";
import { withPrefixes } from "./prefixes.ts";
import { unpackBytes, unpackText } from "./unpack.ts";

export function fileBackend(): Backend {
  let prefixes: Record<string, string> = {};
  const engine = new Engine({
    worker: () => unpackText("worker"),
    wasm: () => unpackBytes("engine"),
    quads: () => unpackText("quads"),
  });
  return {
    flavour: "file",
    async graph(): Promise<ExplorerGraph> {
      const graph = JSON.parse(await unpackText("graph")) as ExplorerGraph;
      prefixes = graph.prefixes;
      return graph;
    },
    sparql(query: string, signal: AbortSignal, onStart?: () => void): Promise<SparqlAnswer> {
      return engine.query(withPrefixes(query, prefixes), signal, onStart);
    },
  };
}
