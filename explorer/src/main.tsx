/** Starts the page: chooses the backend, loads the graph, draws. */

import "./core/webgl-names.ts";
import { render } from "preact";
import { App } from "./app.tsx";
import { fileBackend } from "./backend/file.ts";
import { servedBackend } from "./backend/served.ts";
import { indexGraph } from "./core/entries.ts";
import { backendSignal, entriesSignal, startState } from "./core/state.ts";
import { Failure } from "./parts/failure.tsx";

async function start(): Promise<void> {
  const place = document.getElementById("app");
  if (!place) return;
  startState();
  try {
    const backend = document.getElementById("graph") ? fileBackend() : servedBackend(new URL(place.dataset.root ?? "./", document.baseURI).href, place.dataset.refresh !== undefined, place.dataset.review !== undefined);
    const graph = await backend.graph();
    if (graph.format !== "phengraph-explorer/1") throw new Error(`unknown format "${String(graph.format)}"`);
    backendSignal.value = backend;
    entriesSignal.value = indexGraph(graph);
    place.textContent = "";
    render(<App />, place);
  } catch (error) {
    place.textContent = "";
    render(<Failure reason={error instanceof Error ? error.message : String(error)} />, place);
  }
}

void start();
