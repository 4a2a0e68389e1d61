/** Colours, shapes and dashes of the graph, read from the page's own style sheet, so that both themes fit. */

import type { EdgeKind, NetworkEdge, NetworkNode, NodeKind } from "./network.ts";
import type { Dash, Shape } from "./programs.ts";

export const SHAPE_OF: Record<NodeKind, Shape> = {
  topic: "square",
  phenomenon: "diamond",
  claim: "circle",
  paper: "circle",
  model: "triangle",
  citing: "ring",
};

export const DASH_OF: Partial<Record<EdgeKind, Dash>> = { contradicts: "dashed", qualifies: "dotted", inconclusive: "dotted" };
export const STANCE_EDGES: ReadonlySet<EdgeKind> = new Set<EdgeKind>(["supports", "contradicts", "qualifies", "inconclusive"]);

export interface Palette {
  ink: string;
  /** Of nodes that are not meant now. */
  quiet: string;
  /** Of edges that are not meant now. */
  faint: string;
  /** Of a structural edge that is meant now. */
  lit: string;
  ground: string;
  node(node: NetworkNode): string;
  edge(edge: NetworkEdge): string;
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const get = (name: string) => style.getPropertyValue(name).trim();
  const names = ["--ink", "--ink-3", "--line", "--line-2", "--ground", "--edge", "--edge-faint", "--node-topic", "--node-phenomenon", "--node-paper", "--node-model", "--node-citing"];
  const statuses = ["supported", "refuted", "contested", "conditional", "single-source", "open"].map((name) => `--status-${name}`);
  const stances = ["supports", "contradicts", "qualifies", "inconclusive"].map((name) => `--stance-${name}`);
  const colours = new Map([...names, ...statuses, ...stances].map((name) => [name, get(name) || "#888888"]));
  const of = (name: string) => colours.get(name) ?? "#888888";
  return {
    ink: of("--ink"),
    quiet: of("--line-2"),
    faint: of("--line"),
    lit: of("--ink-3"),
    ground: of("--ground"),
    node: (node) => (node.kind === "claim" ? of(`--status-${(node.status ?? "open").replace(" ", "-")}`) : of(`--node-${node.kind}`)),
    edge: (edge) => (STANCE_EDGES.has(edge.kind) ? (edge.counted ? of(`--stance-${edge.kind}`) : of("--edge")) : edge.kind === "cites" ? of("--edge-faint") : of("--edge")),
  };
}
