/** The graph as a table, always in step with the picture: the same nodes, the same choice, for keyboards and readers. */

import { useMemo, useState } from "preact/hooks";
import type { MessageKey } from "../core/messages.ts";
import { fold } from "../core/fold.ts";
import { t } from "../core/state.ts";
import { To } from "../parts/link.tsx";
import { StatusMark } from "../parts/marks.tsx";
import { NodeSign } from "./legend.tsx";
import { type Network, type NetworkNode, NODE_KINDS, pageOf } from "./network.ts";
import { STANCE_EDGES } from "./palette.ts";
import type { Shown } from "./selection.ts";

interface Props {
  network: Network;
  shown: Shown;
  chosen: string;
  labelOf: (id: string) => string;
  onChoose: (id: string | null) => void;
  only: Set<string> | null;
  onOnly: (ids: Set<string> | null) => void;
}

const ROWS = 100;

/** Edges of each node that are shown, and how many of them are evidence. */
function degreesOf(shown: Shown): Map<string, [number, number]> {
  const degree = new Map<string, [number, number]>();
  for (const edge of shown.edges) {
    for (const end of [edge.source, edge.target]) {
      const [all, stances] = degree.get(end) ?? [0, 0];
      degree.set(end, [all + 1, stances + (STANCE_EDGES.has(edge.kind) ? 1 : 0)]);
    }
  }
  return degree;
}

// Folding fifty thousand titles takes a tenth of a second: once, and not at each keystroke.
const foldedLabels = new WeakMap<NetworkNode, string>();

function foldedLabel(node: NetworkNode): string {
  let label = foldedLabels.get(node);
  if (label === undefined) {
    label = fold(`${node.label} ${node.labelZh ?? ""}`);
    foldedLabels.set(node, label);
  }
  return label;
}

export function Twin({ network, shown, chosen, labelOf, onChoose, only, onOnly }: Props) {
  const [page, setPage] = useState(0);
  const [find, setFind] = useState("");
  const degree = useMemo(() => degreesOf(shown), [shown]);
  const sorted = useMemo(
    () =>
      [...shown.nodes]
        .flatMap((id) => network.nodes.get(id) ?? [])
        .sort((a, b) => NODE_KINDS.indexOf(a.kind) - NODE_KINDS.indexOf(b.kind) || (degree.get(b.id)?.[0] ?? 0) - (degree.get(a.id)?.[0] ?? 0)),
    [network, shown],
  );
  const asked = fold(find);
  const nodes = asked ? sorted.filter((node) => foldedLabel(node).includes(asked)) : sorted;
  const pages = Math.max(1, Math.ceil(nodes.length / ROWS));
  const now = Math.min(page, pages - 1);
  return (
    <section class="twin" aria-labelledby="twin-heading">
      <div class="toolbar">
        <h2 id="twin-heading">{t("twin.title")}</h2>
        <label class="field">
          <span class="unseen">{t("twin.find")}</span>
          <input type="search" value={find} placeholder={t("twin.find")} onInput={(event) => {
            setFind(event.currentTarget.value);
            setPage(0);
          }} />
        </label>
        {asked && nodes.length > 0 && <button type="button" class="quiet-button" onClick={() => onOnly(new Set(nodes.map((node) => node.id)))}>{t("twin.only")}</button>}
        {only && <button type="button" class="quiet-button" onClick={() => onOnly(null)}>{t("graph.all")}</button>}
        <span class="hint" role="status">{t("twin.count", { count: nodes.length })}</span>
      </div>
      <div class="scroll twin-scroll" tabIndex={0} role="group" aria-label={t("twin.title")}>
        <table class="listing" aria-labelledby="twin-heading">
          <thead>
            <tr>
              <th scope="col">{t("twin.node")}</th>
              <th scope="col">{t("twin.kind")}</th>
              <th scope="col">{t("board.status")}</th>
              <th scope="col" class="number">{t("twin.evidence")}</th>
              <th scope="col" class="number">{t("twin.edges")}</th>
              <th scope="col">{t("twin.page")}</th>
            </tr>
          </thead>
          <tbody>
            {nodes.slice(now * ROWS, (now + 1) * ROWS).map((node) => {
              const [all = 0, stances = 0] = degree.get(node.id) ?? [];
              const link = pageOf(node);
              return (
                <tr key={node.id} class={node.id === chosen ? "chosen" : ""}>
                  <th scope="row">
                    <button type="button" class="link-button" lang="en" aria-pressed={node.id === chosen} onClick={() => onChoose(node.id === chosen ? null : node.id)}>{labelOf(node.id)}</button>
                  </th>
                  <td><NodeSign kind={node.kind} /> {t(`node.${node.kind}.one` as MessageKey)}</td>
                  <td>{node.status && <StatusMark status={node.status} />}</td>
                  <td class="number">{stances || ""}</td>
                  <td class="number">{all}</td>
                  <td>{link && <To view={link.view} name={link.name || null} parameters={node.kind === "topic" ? { topic: node.name } : {}}><span aria-hidden="true">↗</span><span class="unseen">{t("twin.open", { name: labelOf(node.id) })}</span></To>}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pager">
          <button type="button" class="quiet-button" disabled={now === 0} onClick={() => setPage(now - 1)}>{t("pager.before")}</button>
          <span>{t("pager.now", { page: now + 1, pages })}</span>
          <button type="button" class="quiet-button" disabled={now >= pages - 1} onClick={() => setPage(now + 1)}>{t("pager.next")}</button>
        </p>
      )}
    </section>
  );
}
