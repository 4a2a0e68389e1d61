/** An answer as a small graph with places: IRIs joined by the rows or triples in which they stand together. */

import type { ResultTerm, SparqlAnswer } from "../backend/backend.ts";

export const LIMIT = 150;

export interface SmallGraph {
  nodes: string[];
  links: { source: number; target: number; label: string }[];
  cut: boolean;
}

/** Nodes and links of an answer; literals are left to the table. */
export function smallGraph(answer: Exclude<SparqlAnswer, { kind: "boolean" }>): SmallGraph {
  const nodes = new Map<string, number>();
  const links: SmallGraph["links"] = [];
  let cut = false;
  const place = (term: ResultTerm | undefined): number | null => {
    if (!term || (term.type !== "uri" && term.type !== "bnode")) return null;
    const known = nodes.get(term.value);
    if (known !== undefined) return known;
    if (nodes.size >= LIMIT) {
      cut = true;
      return null;
    }
    nodes.set(term.value, nodes.size);
    return nodes.size - 1;
  };
  const join = (from: ResultTerm | undefined, to: ResultTerm | undefined, label: string) => {
    const source = place(from);
    const target = place(to);
    if (source !== null && target !== null && source !== target) links.push({ source, target, label });
  };
  if (answer.kind === "graph") for (const [subject, predicate, object] of answer.triples) join(subject, object, predicate.value);
  else {
    for (const row of answer.rows) {
      const terms = answer.variables.map((name) => row[name]).filter((term) => term?.type === "uri");
      terms.forEach(place);
      for (let index = 1; index < terms.length; index += 1) join(terms[0], terms[index], "");
    }
  }
  return { nodes: [...nodes.keys()], links, cut };
}

/** Places by a plain spring layout from a circle: the same answer gives the same picture. */
export function layout(graph: SmallGraph, rounds = 220): [number, number][] {
  const count = graph.nodes.length;
  const places: [number, number][] = graph.nodes.map((_, index) => [Math.cos((index * 2 * Math.PI) / count), Math.sin((index * 2 * Math.PI) / count)]);
  const ideal = Math.sqrt(4 / Math.max(1, count)) * 0.9;
  for (let round = 0; round < rounds; round += 1) {
    const heat = 0.12 * (1 - round / rounds);
    const moves: [number, number][] = places.map(([x, y]) => [-x * 0.02, -y * 0.02]);
    for (let a = 0; a < count; a += 1) {
      for (let b = a + 1; b < count; b += 1) push(places, moves, a, b, (distance) => (ideal * ideal) / distance);
    }
    for (const link of graph.links) push(places, moves, link.source, link.target, (distance) => -(distance * distance) / ideal);
    moves.forEach(([dx, dy], index) => {
      const length = Math.hypot(dx, dy) || 1;
      const step = Math.min(heat, length);
      const point = places[index] as [number, number];
      point[0] += (dx / length) * step;
      point[1] += (dy / length) * step;
    });
  }
  return places;
}

function push(places: [number, number][], moves: [number, number][], a: number, b: number, force: (distance: number) => number): void {
  const [ax, ay] = places[a] as [number, number];
  const [bx, by] = places[b] as [number, number];
  const dx = ax - bx;
  const dy = ay - by;
  const distance = Math.max(0.01, Math.hypot(dx, dy));
  const strength = force(distance) / distance;
  const one = moves[a] as [number, number];
  const other = moves[b] as [number, number];
  one[0] += dx * strength;
  one[1] += dy * strength;
  other[0] -= dx * strength;
  other[1] -= dy * strength;
}
