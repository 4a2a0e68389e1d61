/** The exported file: the graph and the engine lie inside it, and no request is ever made. */

import type { ExplorerGraph } from "../core/contract.ts";
import { type Backend, type SparqlAnswer, SparqlFailure } from "./backend.ts";
import { Engine } from "./engine.ts";
import { DEEPEST, nestingOf } from "./nesting.ts";
import { withPrefixes } from "./prefixes.ts";
import { packedPart, unpackText } from "./unpack.ts";

export function fileBackend(): Backend {
  let prefixes: Record<string, string> = {};
  let base = "";
  const engine = new Engine({
    worker: () => unpackText("worker"),
    wasm: () => packedPart("engine"),
    quads: () => packedPart("quads"),
    base: () => base,
  });
  return {
    flavour: "file",
    async graph(): Promise<ExplorerGraph> {
      const graph = JSON.parse(await unpackText("graph")) as ExplorerGraph;
      prefixes = graph.prefixes;
      base = graph.base;
      return graph;
    },
    async sparql(query: string, signal: AbortSignal, onStart?: () => void): Promise<SparqlAnswer> {
      if (nestingOf(query) > DEEPEST) throw new SparqlFailure(`nested more than ${DEEPEST} deep`, "deep");
      return engine.query(withPrefixes(query, prefixes), signal, onStart);
    },
  };
}
