/** An answer as a small graph: IRIs joined by the rows or triples in which they stand together. */

import { useMemo } from "preact/hooks";
import type { SparqlAnswer } from "../backend/backend.ts";
import { entries, t } from "../core/state.ts";
import { To } from "../parts/link.tsx";
import { LIMIT, layout, smallGraph } from "./small-graph.ts";
import { pageOfIri, shortIri, sortedPrefixes } from "./terms.ts";

const WIDTH = 900;
const HEIGHT = 520;

export function ResultGraph({ answer }: { answer: Exclude<SparqlAnswer, { kind: "boolean" }> }) {
  const graph = useMemo(() => smallGraph(answer), [answer]);
  const places = useMemo(() => layout(graph), [graph]);
  const prefixes = sortedPrefixes(entries().graph.prefixes);
  if (!graph.nodes.length) return <p class="none">{t("sparql.noGraph")}</p>;
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const x = (index: number) => 70 + (((places[index] as [number, number])[0] - left) / Math.max(0.01, right - left)) * (WIDTH - 220);
  const y = (index: number) => 24 + (((places[index] as [number, number])[1] - top) / Math.max(0.01, bottom - top)) * (HEIGHT - 48);
  return (
    <figure class="result-graph">
      {graph.cut && <p class="hint">{t("sparql.graphCut", { count: LIMIT })}</p>}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={t("sparql.graphOf", { nodes: graph.nodes.length, links: graph.links.length })}>
        <g class="links">
          {graph.links.map((link, index) => (
            <line key={index} x1={x(link.source)} y1={y(link.source)} x2={x(link.target)} y2={y(link.target)}>
              {link.label && <title>{shortIri(link.label, prefixes)}</title>}
            </line>
          ))}
        </g>
        {graph.nodes.map((node, index) => {
          const page = pageOfIri(node, entries().graph);
          const short = shortIri(node, prefixes);
          const text = <text x={x(index) + 7} y={y(index) + 4}>{short.length > 34 ? `${short.slice(0, 33)}…` : short}</text>;
          return (
            <g key={node}>
              <circle cx={x(index)} cy={y(index)} r="4.5" />
              {page ? <To view={page.view} name={page.name}>{text}</To> : text}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}
