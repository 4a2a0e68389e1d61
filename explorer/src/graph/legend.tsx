/** The legend, which is the filter: each kind of node and edge with its sign, switched by its checkbox. */

import { countNumber } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { writeSet } from "../core/route.ts";
import { entries, locale, setParameters, t } from "../core/state.ts";
import { STATUSES } from "../core/board.ts";
import { slugOf, statusWord } from "../parts/marks.tsx";
import { EDGE_KINDS, NODE_KINDS, type EdgeKind, type Network, type NodeKind } from "./network.ts";
import { DASH_OF, SHAPE_OF, STANCE_EDGES } from "./palette.ts";
import type { Selection } from "./selection.ts";

export function Legend({ network, selection, citing }: { network: Network; selection: Selection; citing: "always" | "never" | "zoom" }) {
  const nodeCounts = new Map<NodeKind, number>();
  for (const node of network.nodes.values()) nodeCounts.set(node.kind, (nodeCounts.get(node.kind) ?? 0) + 1);
  const edgeCounts = new Map<EdgeKind, number>();
  for (const edge of network.edges) edgeCounts.set(edge.kind, (edgeCounts.get(edge.kind) ?? 0) + 1);
  const toggle = (parameter: "hide" | "hideEdges", set: Set<string>, kind: string) => {
    const next = new Set(set);
    if (!next.delete(kind)) next.add(kind);
    // The halo of citing papers has its own switch and comes in by zoom.
    next.delete("citing");
    setParameters({ [parameter]: writeSet(next) });
  };
  const citingCount = entries().graph.citingPapers.length;
  return (
    <aside class="graph-legend" aria-label={t("legend")}>
      <fieldset>
        <legend>{t("legend.nodes")}</legend>
        {NODE_KINDS.filter((kind) => kind !== "citing" && nodeCounts.has(kind)).map((kind) => (
          <label key={kind} class="legend-row">
            <input type="checkbox" checked={!selection.hiddenNodes.has(kind)} onChange={() => toggle("hide", selection.hiddenNodes, kind)} />
            <NodeSign kind={kind} />
            <span>{t(`node.${kind}` as MessageKey)}</span>
            <span class="number">{countNumber(nodeCounts.get(kind) ?? 0, locale.value)}</span>
          </label>
        ))}
        {citingCount > 0 && (
          <label class="legend-row">
            <input type="checkbox" checked={citing === "always"} onChange={(event) => setParameters({ citing: event.currentTarget.checked ? "1" : "" })} />
            <NodeSign kind="citing" />
            <span>{t("node.citing")}</span>
            <span class="number">{countNumber(citingCount, locale.value)}</span>
          </label>
        )}
      </fieldset>
      <fieldset>
        <legend>{t("legend.edges")}</legend>
        {EDGE_KINDS.filter((kind) => edgeCounts.has(kind)).map((kind) => (
          <label key={kind} class="legend-row">
            <input type="checkbox" checked={!selection.hiddenEdges.has(kind)} onChange={() => toggle("hideEdges", selection.hiddenEdges, kind)} />
            <EdgeSign kind={kind} />
            <span>{t(`edge.${kind}` as MessageKey)}</span>
            <span class="number">{countNumber(edgeCounts.get(kind) ?? 0, locale.value)}</span>
          </label>
        ))}
      </fieldset>
      <div class="legend-statuses">
        <p class="legend-title">{t("legend.statuses")}</p>
        <ul>
          {STATUSES.map((status) => (
            <li key={status} class={`status-${slugOf(status)}`}>
              <svg class="node-sign" viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true" focusable="false"><circle r="5.5" fill="currentColor" /></svg>
              {statusWord(status)}
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

export function NodeSign({ kind }: { kind: NodeKind }) {
  const shape = SHAPE_OF[kind];
  return (
    <svg class={`node-sign node-${kind}`} viewBox="-8 -8 16 16" width="14" height="14" aria-hidden="true" focusable="false">
      {shape === "square" && <rect x="-6" y="-6" width="12" height="12" fill="currentColor" />}
      {shape === "diamond" && <path d="M0-7L7 0L0 7L-7 0Z" fill="currentColor" />}
      {shape === "triangle" && <path d="M0-6.5L6.2 4.5H-6.2Z" fill="currentColor" />}
      {shape === "circle" && <circle r={kind === "paper" ? 4 : 5.5} fill="currentColor" />}
      {shape === "ring" && <circle r="3.6" fill="none" stroke="currentColor" stroke-width="2" />}
    </svg>
  );
}

function EdgeSign({ kind }: { kind: EdgeKind }) {
  const dash = DASH_OF[kind];
  return (
    <svg class={`edge-sign edge-${kind}`} viewBox="0 0 22 8" width="22" height="8" aria-hidden="true" focusable="false">
      <line x1="0" x2="22" y1="4" y2="4" stroke="currentColor" stroke-width={STANCE_EDGES.has(kind) ? 2.4 : 1.2} stroke-dasharray={dash === "dashed" ? "5 3" : dash === "dotted" ? "1.8 2.2" : undefined} />
    </svg>
  );
}
