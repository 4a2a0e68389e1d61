/**
 * Oxigraph's WebAssembly in a worker, started when the first query is asked. A query cannot be cancelled inside the
 * engine, so stopping one ends its worker; the next query starts a new one.
 */

import { type SparqlAnswer, SparqlFailure, readResults } from "./backend.ts";
import { readTriples } from "./ntriples.ts";
import type { WorkerReply, WorkerRequest } from "./worker.ts";

export interface EngineParts {
  worker(): Promise<string>;
  /** Packed as they lie in the file: the worker unpacks them, so that the page stays free. */
  wasm(): Promise<string>;
  quads(): Promise<string>;
  base(): string;
}

export class Engine {
  private worker: Promise<Worker> | null = null;

  constructor(private readonly parts: EngineParts) {}

  async query(query: string, signal: AbortSignal, onStart?: () => void): Promise<SparqlAnswer> {
    if (signal.aborted) throw stopped(signal);
    this.worker ??= this.start();
    let worker: Worker;
    try {
      worker = await untilAborted(this.worker, signal);
    } catch (error) {
      this.end();
      throw error instanceof SparqlFailure ? error : new SparqlFailure(String((error as Error).message ?? error), "engine");
    }
    onStart?.();
    return new Promise((resolve, reject) => {
      const settle = () => {
        worker.onmessage = null;
        worker.onerror = null;
        signal.removeEventListener("abort", abort);
      };
      const abort = () => {
        settle();
        this.end();
        reject(stopped(signal));
      };
      signal.addEventListener("abort", abort);
      worker.onerror = (event) => {
        settle();
        this.end();
        reject(new SparqlFailure(event.message || "the engine stopped", "engine"));
      };
      worker.onmessage = (event: MessageEvent<WorkerReply>) => {
        settle();
        const reply = event.data;
        if (reply.kind === "failure") {
          if (reply.fatal) this.end();
          reject(new SparqlFailure(reply.message, reply.fatal ? "engine" : "syntax"));
        } else if (reply.kind === "graph") {
          const triples = readTriples(reply.text);
          resolve({ kind: "graph", triples, text: reply.text, milliseconds: reply.milliseconds });
        } else if (reply.kind === "results") resolve(readResults(reply.text, reply.milliseconds));
      };
      worker.postMessage({ kind: "query", query } satisfies WorkerRequest);
    });
  }

  private async start(): Promise<Worker> {
    const [code, wasm, quads] = await Promise.all([this.parts.worker(), this.parts.wasm(), this.parts.quads()]);
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = new Worker(url);
    return new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message || "the engine did not start"));
      worker.onmessage = (event: MessageEvent<WorkerReply>) => {
        URL.revokeObjectURL(url);
        worker.onmessage = null;
        worker.onerror = null;
        if (event.data.kind === "ready") resolve(worker);
        else reject(new Error(event.data.kind === "failure" ? event.data.message : "the engine did not start"));
      };
      worker.postMessage({ kind: "start", wasm, quads, base: this.parts.base() } satisfies WorkerRequest);
    });
  }

  private end(): void {
    const ending = this.worker;
    this.worker = null;
    ending?.then(
      (worker) => worker.terminate(),
      () => undefined,
    );
  }
}

function stopped(signal: AbortSignal): SparqlFailure {
  return signal.reason instanceof SparqlFailure ? signal.reason : new SparqlFailure("stopped", "stopped");
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(stopped(signal));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
