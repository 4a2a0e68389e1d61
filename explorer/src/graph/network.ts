/** The graph as nodes and edges, the same ids and relations as `phengraph.network`: `claim/slug`, `paper/key`, ... */

import type { StatusName } from "../core/contract.ts";
import { type Entries, citingOf, latestCitations } from "../core/entries.ts";

export const NODE_KINDS = ["topic", "phenomenon", "claim", "paper", "model", "citing"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

export const EDGE_KINDS = ["supports", "contradicts", "qualifies", "inconclusive", "about", "topic", "seenIn", "testedOn", "introduces", "listCites", "cites"] as const;
export type EdgeKind = (typeof EDGE_KINDS)[number];

export interface NetworkNode {
  id: string;
  kind: NodeKind;
  name: string;
  label: string;
  labelZh: string | null;
  status: StatusName | null;
  year: number | null;
  x: number;
  y: number;
  size: number;
}

export interface NetworkEdge {
  id: string;
  source: string;
  target: string;
  kind: EdgeKind;
  /** False for evidence that waits for review: drawn fainter, counted in nothing. */
  counted: boolean;
}

export interface Network {
  nodes: Map<string, NetworkNode>;
  edges: NetworkEdge[];
  /** Edges of a node, both ways. */
  of: Map<string, NetworkEdge[]>;
}

const SIZES: Record<NodeKind, number> = { topic: 8.5, phenomenon: 6.5, claim: 5.2, paper: 2.8, model: 4.6, citing: 1.7 };

export function makeNetwork(entries: Entries, statusOf: (claim: string) => StatusName, { withCiting = false } = {}): Network {
  const { graph } = entries;
  const nodes = new Map<string, NetworkNode>();
  const edges: NetworkEdge[] = [];
  const of = new Map<string, NetworkEdge[]>();
  /** Nodes that the layout does not know. */
  const strays: string[] = [];

  const addNode = (kind: NodeKind, name: string, label: string, more: Partial<NetworkNode> = {}) => {
    const id = `${kind === "citing" ? "work" : kind}/${name}`;
    const [x, y] = graph.positions[id] ?? [0, 0];
    if (!graph.positions[id] && more.x === undefined) strays.push(id);
    nodes.set(id, { id, kind, name, label, labelZh: null, status: null, year: null, x, y, size: SIZES[kind], ...more });
  };
  const addEdge = (source: string, target: string, kind: EdgeKind, counted = true) => {
    if (!nodes.has(source) || !nodes.has(target)) return;
    const edge = { id: `e${edges.length}`, source, target, kind, counted };
    edges.push(edge);
    for (const end of [source, target]) {
      const known = of.get(end);
      if (known) known.push(edge);
      else of.set(end, [edge]);
    }
  };

  for (const one of graph.topics) addNode("topic", one.slug, one.label, { labelZh: one.labelZh });
  for (const one of graph.phenomena) addNode("phenomenon", one.slug, one.label, { labelZh: one.labelZh });
  for (const one of graph.claims) addNode("claim", one.slug, one.label, { status: statusOf(one.slug) });
  for (const one of graph.papers) {
    const weight = Math.log10(1 + (latestCitations(one) ?? 0)) * 0.55;
    addNode("paper", one.key, one.title, { year: one.year, size: SIZES.paper + weight });
  }
  for (const one of graph.models) addNode("model", one.key, one.label, { year: one.year });

  for (const one of graph.evidence) {
    if (one.review === "accepted" || one.review === "proposed") {
      addEdge(`paper/${one.paper}`, `claim/${one.claim}`, one.stance, one.review === "accepted");
    }
  }
  for (const one of graph.claims) addEdge(`claim/${one.slug}`, `phenomenon/${one.phenomenon}`, "about");
  for (const one of graph.phenomena) {
    addEdge(`phenomenon/${one.slug}`, `topic/${one.topic}`, "topic");
    for (const key of one.seenIn) addEdge(`phenomenon/${one.slug}`, `model/${key}`, "seenIn");
    for (const key of one.listedPapers) addEdge(`phenomenon/${one.slug}`, `paper/${key}`, "listCites");
  }
  for (const one of graph.models) if (one.paper) addEdge(`paper/${one.paper}`, `model/${one.key}`, "introduces");
  const tested = new Set(graph.evidence.flatMap((one) => one.conditions.models.map((key) => `${one.paper}\n${key}`)));
  for (const pair of tested) {
    const [paper, model] = pair.split("\n");
    addEdge(`paper/${paper}`, `model/${model}`, "testedOn");
  }
  for (const one of graph.citations) {
    if (one.removed !== null) continue;
    if (one.citingKey !== null) addEdge(`paper/${one.citingKey}`, `paper/${one.cited}`, "cites");
    else if (withCiting) {
      const citing = citingOf(entries, one);
      if (!citing) continue;
      if (!nodes.has(`work/${citing.id}`)) addNode("citing", citing.id, citing.title, { year: citing.year, ...(citing.at ? { x: citing.at[0], y: citing.at[1] } : {}) });
      addEdge(`work/${citing.id}`, `paper/${one.cited}`, "cites");
    }
  }
  placeStrays(strays, nodes, of);
  return { nodes, edges, of };
}

/** They stand beside their first neighbour, by a fixed spiral. */
function placeStrays(strays: readonly string[], nodes: Map<string, NetworkNode>, of: Map<string, NetworkEdge[]>): void {
  let count = 0;
  for (const id of strays) {
    const node = nodes.get(id);
    if (!node) continue;
    const edge = of.get(node.id)?.[0];
    const beside = edge ? nodes.get(edge.source === node.id ? edge.target : edge.source) : undefined;
    const angle = count * 2.399963;
    const radius = 14 + 6 * Math.sqrt(count % 60);
    node.x = (beside?.x ?? 0) + radius * Math.cos(angle);
    node.y = (beside?.y ?? 0) + radius * Math.sin(angle);
    count += 1;
  }
}

export function neighbours(network: Network, id: string): Set<string> {
  return new Set((network.of.get(id) ?? []).map((edge) => (edge.source === id ? edge.target : edge.source)));
}

/** The IRI's name of a node for the picture and the table: kind and view of its page. */
export function pageOf(node: NetworkNode): { view: string; name: string } | null {
  if (node.kind === "citing") return null;
  if (node.kind === "topic") return { view: "overview", name: "" };
  return { view: node.kind, name: node.name };
}
