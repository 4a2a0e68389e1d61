/** Which nodes and edges are shown: legend, neighbourhood in focus, folded branches; and paths between two nodes. */

import { EDGE_KINDS, type EdgeKind, NODE_KINDS, type Network, type NetworkEdge, type NodeKind } from "./network.ts";

export interface Selection {
  hiddenNodes: Set<string>;
  hiddenEdges: Set<string>;
  /** Only this node and what lies within `depth` steps of it; null for all. */
  focus: string | null;
  depth: number;
  /** Nodes whose dangling neighbours are folded away. */
  folded: Set<string>;
  /** Only these, when a lasso chose some. */
  only: Set<string> | null;
}

export interface Shown {
  nodes: Set<string>;
  edges: NetworkEdge[];
}

export function select(network: Network, selection: Selection): Shown {
  let nodes = new Set<string>();
  for (const node of network.nodes.values()) if (!selection.hiddenNodes.has(node.kind)) nodes.add(node.id);
  const passes = (edge: NetworkEdge) => !selection.hiddenEdges.has(edge.kind) && nodes.has(edge.source) && nodes.has(edge.target);
  if (selection.focus !== null && network.nodes.has(selection.focus)) {
    nodes.add(selection.focus);
    nodes = within(network, selection.focus, selection.depth, passes);
  }
  for (const folded of selection.folded) {
    if (!nodes.has(folded)) continue;
    for (const edge of network.of.get(folded) ?? []) {
      const other = edge.source === folded ? edge.target : edge.source;
      if (!selection.folded.has(other) && dangles(network, other, folded, nodes, passes)) nodes.delete(other);
    }
  }
  if (selection.only) {
    const only = selection.only;
    nodes = new Set([...nodes].filter((id) => only.has(id)));
  }
  return { nodes, edges: network.edges.filter(passes) };
}

/** Does a node hang on one other alone? */
function dangles(network: Network, id: string, on: string, nodes: Set<string>, passes: (edge: NetworkEdge) => boolean): boolean {
  return (network.of.get(id) ?? []).every((edge) => {
    const other = edge.source === id ? edge.target : edge.source;
    return other === on || !nodes.has(other) || !passes(edge);
  });
}

function within(network: Network, start: string, depth: number, passes: (edge: NetworkEdge) => boolean): Set<string> {
  const reached = new Set([start]);
  let ring = [start];
  for (let step = 0; step < depth; step += 1) {
    const next: string[] = [];
    for (const id of ring) {
      for (const edge of network.of.get(id) ?? []) {
        const other = edge.source === id ? edge.target : edge.source;
        if (!reached.has(other) && passes(edge)) {
          reached.add(other);
          next.push(other);
        }
      }
    }
    ring = next;
  }
  return reached;
}

/** A shortest path by breadth first over what is shown, directions ignored; null when the two are not joined. */
export function shortestPath(network: Network, shown: Shown, from: string, to: string): string[] | null {
  if (!shown.nodes.has(from) || !shown.nodes.has(to)) return null;
  const open = new Set(shown.edges);
  const before = new Map<string, string | null>([[from, null]]);
  let ring = [from];
  while (ring.length && !before.has(to)) {
    const next: string[] = [];
    for (const id of ring) {
      for (const edge of network.of.get(id) ?? []) {
        const other = edge.source === id ? edge.target : edge.source;
        if (!open.has(edge) || before.has(other) || !shown.nodes.has(other)) continue;
        before.set(other, id);
        next.push(other);
      }
    }
    ring = next;
  }
  if (!before.has(to)) return null;
  const path: string[] = [];
  for (let at: string | null = to; at !== null; at = before.get(at) ?? null) path.unshift(at);
  return path;
}

/** Is a point inside a polygon? Even-odd rule. */
export function inPolygon(x: number, y: number, polygon: readonly [number, number][]): boolean {
  let inside = false;
  for (let index = 0, last = polygon.length - 1; index < polygon.length; last = index, index += 1) {
    const [x1, y1] = polygon[index] as [number, number];
    const [x2, y2] = polygon[last] as [number, number];
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

export function isNodeKind(text: string): text is NodeKind {
  return (NODE_KINDS as readonly string[]).includes(text);
}

export function isEdgeKind(text: string): text is EdgeKind {
  return (EDGE_KINDS as readonly string[]).includes(text);
}
