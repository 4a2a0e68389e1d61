/** Details of the chosen node: what it is, who its neighbours are, and what can be done from it. */

import { countNumber } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { writeSet } from "../core/route.ts";
import { locale, setParameters, statusOf, t } from "../core/state.ts";
import { To } from "../parts/link.tsx";
import { StanceMark, StatusMark } from "../parts/marks.tsx";
import type { StanceName } from "../core/contract.ts";
import { NodeSign } from "./legend.tsx";
import { type Network, type NetworkEdge, pageOf } from "./network.ts";
import { STANCE_EDGES } from "./palette.ts";
import type { Selection, Shown } from "./selection.ts";

interface Props {
  network: Network;
  shown: Shown;
  selection: Selection;
  chosen: string;
  path: string[] | null;
  pathFrom: string;
  labelOf: (id: string) => string;
  onChoose: (id: string | null) => void;
}

const SHOWN = 14;

export function NodePanel({ network, shown, selection, chosen, path, pathFrom, labelOf, onChoose }: Props) {
  const node = network.nodes.get(chosen);
  return (
    <aside class="graph-panel" aria-label={t("graph.details")} aria-live="polite">
      {pathFrom && <PathPart path={path} from={pathFrom} network={network} chosen={chosen} labelOf={labelOf} onChoose={onChoose} />}
      {!node ? <p class="hint">{t("graph.nothing")}</p> : (
        <>
          <p class="panel-kind"><NodeSign kind={node.kind} /> {t(`node.${node.kind}.one` as MessageKey)}{node.year && ` · ${node.year}`}</p>
          <h2 lang="en">{node.label}</h2>
          {node.kind === "claim" && <p><StatusMark status={statusOf(node.name)} /></p>}
          <p class="panel-actions">
            {pageOf(node) && (
              <To view={pageOf(node)?.view ?? ""} name={pageOf(node)?.name || null} parameters={node.kind === "topic" ? { topic: node.name } : {}} class="button">{t("graph.open")}</To>
            )}
            {selection.focus === chosen ? (
              <>
                <button type="button" class="quiet-button" disabled={selection.depth >= 4} onClick={() => setParameters({ depth: String(selection.depth + 1) })}>{t("graph.expand")}</button>
                <button type="button" class="quiet-button" disabled={selection.depth <= 1} onClick={() => setParameters({ depth: String(selection.depth - 1) })}>{t("graph.narrow")}</button>
                <button type="button" class="quiet-button" onClick={() => setParameters({ focus: "", depth: "" })}>{t("graph.all")}</button>
              </>
            ) : (
              <button type="button" class="quiet-button" onClick={() => setParameters({ focus: chosen, depth: "" })}>{t("graph.focus")}</button>
            )}
            <button type="button" class="quiet-button" aria-pressed={selection.folded.has(chosen)} onClick={() => {
              const next = new Set(selection.folded);
              if (!next.delete(chosen)) next.add(chosen);
              setParameters({ fold: writeSet(next) });
            }}>{t(selection.folded.has(chosen) ? "graph.unfold" : "graph.fold")}</button>
            <button type="button" class="quiet-button" onClick={() => setParameters({ path: chosen })}>{t("graph.pathFrom")}</button>
          </p>
          <Neighbours network={network} shown={shown} id={chosen} labelOf={labelOf} onChoose={onChoose} />
        </>
      )}
    </aside>
  );
}

function Neighbours({ network, shown, id, labelOf, onChoose }: { network: Network; shown: Shown; id: string; labelOf: (id: string) => string; onChoose: (id: string) => void }) {
  const open = new Set(shown.edges);
  const edges = (network.of.get(id) ?? []).filter((edge) => open.has(edge));
  const groups = new Map<string, NetworkEdge[]>();
  for (const edge of edges) {
    const key = `${edge.kind}${edge.source === id ? ".out" : ".in"}`;
    groups.set(key, [...(groups.get(key) ?? []), edge]);
  }
  return (
    <>
      {[...groups].map(([key, members]) => {
        const kind = members[0]?.kind ?? "about";
        return (
          <section key={key} class="neighbours">
            <h3>
              {STANCE_EDGES.has(kind) ? <StanceMark stance={kind as StanceName} quiet /> : t(`edge.${kind}` as MessageKey)} <span class="number">{countNumber(members.length, locale.value)}</span>
            </h3>
            <ul>
              {members.slice(0, SHOWN).map((edge) => {
                const other = edge.source === id ? edge.target : edge.source;
                return (
                  <li key={edge.id}>
                    <button type="button" class="link-button" lang="en" onClick={() => onChoose(other)}>{labelOf(other)}</button>
                    {!edge.counted && <span class="quiet"> {t("review.proposed")}</span>}
                  </li>
                );
              })}
              {members.length > SHOWN && <li class="quiet">{t("graph.more", { count: members.length - SHOWN })}</li>}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function PathPart({ path, from, network, chosen, labelOf, onChoose }: { path: string[] | null; from: string; network: Network; chosen: string; labelOf: (id: string) => string; onChoose: (id: string) => void }) {
  const waiting = path === null;
  return (
    <section class="path-part">
      <h2>{t("graph.path")}</h2>
      {waiting ? (
        <>
          <p>{t("graph.pathStart", { name: labelOf(from) })}</p>
          {chosen && chosen !== from && network.nodes.has(chosen) && (
            <button type="button" class="button" onClick={() => setParameters({ path: `${from},${chosen}` })}>{t("graph.pathTo", { name: labelOf(chosen) })}</button>
          )}
        </>
      ) : (
        <ol>
          {path.map((id) => (
            <li key={id}><NodeSign kind={network.nodes.get(id)?.kind ?? "paper"} /> <button type="button" class="link-button" lang="en" onClick={() => onChoose(id)}>{labelOf(id)}</button></li>
          ))}
        </ol>
      )}
      <button type="button" class="quiet-button" onClick={() => setParameters({ path: "" })}>{t("graph.pathEnd")}</button>
    </section>
  );
}
