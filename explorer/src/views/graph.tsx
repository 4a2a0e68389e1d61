/** The graph view: the picture, its legend as filter, the chosen node, and a table twin always in step with it. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { readSet } from "../core/route.ts";
import { announcement, entries, language, route, ruleIsMoved, setParameters, statusOf, t, theme, whatIf } from "../core/state.ts";
import { Legend } from "../graph/legend.tsx";
import { LassoLayer } from "../graph/lasso.tsx";
import { type Network, makeNetwork } from "../graph/network.ts";
import { NodePanel } from "../graph/panel.tsx";
import { readPalette } from "../graph/palette.ts";
import { picturePng, pictureSvg } from "../graph/picture.ts";
import { type Selection, select, shortestPath } from "../graph/selection.ts";
import { Stage, hasWebgl } from "../graph/stage.ts";
import { Twin } from "../graph/twin.tsx";
import { downloadText } from "../parts/controls.tsx";
import { Icon } from "../parts/icons.tsx";

const HALO_LIMIT = 3000;

function readSelection(parameters: Record<string, string>, only: Set<string> | null, halo: boolean): Selection {
  const depth = Number(parameters.depth ?? 1);
  return {
    hiddenNodes: halo ? readSet(parameters.hide) : readSet(parameters.hide).add("citing"),
    hiddenEdges: readSet(parameters.hideEdges),
    focus: parameters.focus || null,
    depth: depth >= 1 && depth <= 4 ? Math.floor(depth) : 1,
    folded: readSet(parameters.fold),
    only,
  };
}

export function GraphView() {
  const known = entries();
  const { parameters } = route.value;
  // A halo of citing papers comes in on zoom when it is small; a large one only when asked for.
  const asked = parameters.citing === "1";
  const withCiting = asked || (parameters.citing !== "0" && known.graph.citingPapers.length <= HALO_LIMIT);
  const [close, setClose] = useState(false);
  const network = useMemo<Network>(() => makeNetwork(known, statusOf, { withCiting }), [known, withCiting, ruleIsMoved.value, whatIf.value]);
  const [only, setOnly] = useState<Set<string> | null>(null);
  const [lassoing, setLassoing] = useState(false);
  const [drawable] = useState(hasWebgl);
  const place = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);

  const { hide, hideEdges, focus, depth, fold, node: chosen = "", path: pathText = "" } = parameters;
  const selection = useMemo(() => readSelection(parameters, only, asked || close), [hide, hideEdges, focus, depth, fold, only, asked, close]);
  const shown = useMemo(() => select(network, selection), [network, selection]);
  const [pathFrom = "", pathTo = ""] = pathText.split(",");
  const path = useMemo(() => (pathFrom && pathTo ? shortestPath(network, shown, pathFrom, pathTo) : null), [network, shown, pathFrom, pathTo]);

  const labelOf = (id: string): string => {
    const node = network.nodes.get(id);
    if (!node) return id;
    const label = language.value === "zh" && node.labelZh ? node.labelZh : node.label;
    return node.kind === "paper" || node.kind === "citing" ? shorten(label, 60) : label.replace(/\$/g, "");
  };
  const choose = (id: string | null) => {
    setParameters({ node: id ?? "" });
    if (id) announcement.value = t("graph.chosen", { name: labelOf(id) });
  };

  useEffect(() => {
    const element = place.current;
    if (!drawable || !element) return undefined;
    const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const made = new Stage(element, network, readPalette(element), labelOf, { onChoose: choose, onOpen: (id) => setParameters({ focus: id }), onClose: setClose }, still);
    stage.current = made;
    made.show(shown, true);
    if (chosen) made.choose(chosen);
    made.showPath(path);
    return () => {
      made.kill();
      stage.current = null;
    };
  }, [drawable, network, language.value]);

  const firstFocus = useRef(focus);
  useEffect(() => {
    const fit = firstFocus.current !== focus;
    firstFocus.current = focus;
    stage.current?.show(shown, fit);
  }, [shown]);
  useEffect(() => stage.current?.choose(chosen || null), [chosen]);
  useEffect(() => stage.current?.showPath(path), [path]);
  useEffect(() => stage.current?.setDraggable(!lassoing), [lassoing]);
  useEffect(() => {
    const recolour = () => place.current && stage.current?.colour(readPalette(place.current));
    // After the style sheet has taken the new theme.
    const frame = requestAnimationFrame(recolour);
    const media = globalThis.matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", recolour);
    return () => {
      cancelAnimationFrame(frame);
      media.removeEventListener("change", recolour);
    };
  }, [theme.value]);

  const exportSvg = () => {
    const element = document.getElementById("main") ?? document.body;
    return pictureSvg(network, shown, readPalette(element), labelOf, known.graph.title);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = 0.12;
    const acts: Record<string, () => void> = {
      "+": () => stage.current?.zoom(0.75),
      "=": () => stage.current?.zoom(0.75),
      "-": () => stage.current?.zoom(1.33),
      "0": () => stage.current?.fit(),
      ArrowLeft: () => stage.current?.pan(-step, 0),
      ArrowRight: () => stage.current?.pan(step, 0),
      ArrowUp: () => stage.current?.pan(0, step),
      ArrowDown: () => stage.current?.pan(0, -step),
      Escape: () => choose(null),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  return (
    <div class="graph-page">
      <h1 class="unseen">{t("view.graph")}</h1>
      <Legend network={network} selection={selection} citing={asked ? "always" : parameters.citing === "0" ? "never" : "zoom"} />
      <div class="graph-middle">
        <div class="graph-tools" role="toolbar" aria-label={t("graph.tools")}>
          <button type="button" class="tool" onClick={() => stage.current?.zoom(0.75)} disabled={!drawable} aria-label={t("graph.zoomIn")} title={t("graph.zoomIn")}><Icon name="plus" /></button>
          <button type="button" class="tool" onClick={() => stage.current?.zoom(1.33)} disabled={!drawable} aria-label={t("graph.zoomOut")} title={t("graph.zoomOut")}><Icon name="minus" /></button>
          <button type="button" class="tool" onClick={() => stage.current?.fit()} disabled={!drawable} aria-label={t("graph.fit")} title={t("graph.fit")}><Icon name="fit" /></button>
          <button type="button" class="tool" aria-pressed={lassoing} disabled={!drawable} onClick={() => setLassoing(!lassoing)} aria-label={t("graph.lasso")} title={t("graph.lasso")}><Icon name="lasso" /></button>
          <button type="button" class="tool" onClick={() => downloadText("phengraph.svg", "image/svg+xml", exportSvg())}>SVG</button>
          <button type="button" class="tool" onClick={() => picturePng(exportSvg()).then((blob) => downloadText("phengraph.png", "image/png", blob), (error: Error) => {
            announcement.value = error.message;
          })}>PNG</button>
          {(selection.focus || only || selection.folded.size > 0) && (
            <button type="button" class="tool" onClick={() => {
              setOnly(null);
              setParameters({ focus: "", depth: "", fold: "", path: "" });
            }}>{t("graph.all")}</button>
          )}
        </div>
        {drawable ? (
          <div class="stage-frame">
            <div ref={place} class="stage" tabIndex={0} role="application" aria-label={t("graph.stage", { count: shown.nodes.size })} aria-describedby="stage-keys" onKeyDown={onKey} />
            <p id="stage-keys" class="unseen">{t("graph.keys")}</p>
            {lassoing && <LassoLayer places={() => stage.current?.placesOnStage() ?? new Map()} onDone={(ids) => {
              setLassoing(false);
              if (ids.size) {
                setOnly(ids);
                announcement.value = t("graph.lassoed", { count: ids.size });
              }
            }} />}
          </div>
        ) : (
          <p class="no-webgl" role="note">{t("graph.noWebgl")}</p>
        )}
        <p class="graph-count" role="status">{t("graph.count", { nodes: shown.nodes.size, edges: shown.edges.filter((edge) => shown.nodes.has(edge.source) && shown.nodes.has(edge.target)).length })}</p>
      </div>
      <NodePanel network={network} shown={shown} selection={selection} chosen={chosen} path={path} pathFrom={pathFrom} labelOf={labelOf} onChoose={choose} />
      <Twin network={network} shown={shown} chosen={chosen} labelOf={labelOf} onChoose={choose} onOnly={(ids) => setOnly(ids)} only={only} />
    </div>
  );
}

function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

