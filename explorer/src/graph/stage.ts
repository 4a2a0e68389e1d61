/** The picture itself: sigma on graphology, told by the view what is shown, chosen and under the pointer. */

import Graph from "graphology";
import Sigma from "sigma";
import type { Network, NetworkEdge } from "./network.ts";
import { DASH_OF, type Palette, SHAPE_OF, STANCE_EDGES } from "./palette.ts";
import { DashProgram, ShapeProgram } from "./programs.ts";
import type { Shown } from "./selection.ts";

export interface StageEvents {
  onChoose(id: string | null): void;
  onOpen(id: string): void;
  /** The reader zoomed in past the line at which the citing papers come in, or out again. */
  onClose(close: boolean): void;
}

/** Does this browser draw WebGL 2 here and now? Asked before sigma, which throws. */
export function hasWebgl(): boolean {
  try {
    const context = document.createElement("canvas").getContext("webgl2");
    context?.getExtension("WEBGL_lose_context")?.loseContext();
    return context !== null;
  } catch {
    return false;
  }
}

const HALO_ZOOM = 0.55;
const MANY_EDGES = 4000;
const LABEL_LENGTH = 34;

function short(label: string): string {
  return label.length > LABEL_LENGTH ? `${label.slice(0, LABEL_LENGTH - 1).trimEnd()}…` : label;
}

export class Stage {
  private readonly graph = new Graph({ multi: true, type: "directed" });
  private readonly sigma: Sigma;
  private shown: Shown = { nodes: new Set(), edges: [] };
  private shownEdges = new Set<string>();
  private near: Set<string> | null = null;
  private hovered: string | null = null;
  private chosen: string | null = null;
  private path: Set<string> | null = null;
  private palette: Palette;
  private readonly network: Network;

  constructor(place: HTMLElement, network: Network, palette: Palette, labelOf: (id: string) => string, events: StageEvents, still: boolean) {
    this.network = network;
    this.palette = palette;
    // On a phone the picture is a third as wide, and so are its nodes nearly.
    const scale = place.clientWidth < 520 ? 0.6 : 1;
    for (const node of network.nodes.values()) {
      this.graph.addNode(node.id, { x: node.x, y: -node.y, size: node.size * scale, label: short(labelOf(node.id)), color: palette.node(node), kind: node.kind, forceLabel: node.kind === "topic", shape: SHAPE_OF[node.kind], zIndex: node.kind === "citing" ? 0 : 1 });
    }
    for (const edge of network.edges) {
      this.graph.addEdgeWithKey(edge.id, edge.source, edge.target, { size: STANCE_EDGES.has(edge.kind) ? 1.5 : 0.7, color: palette.edge(edge), cites: edge.kind === "cites", stance: STANCE_EDGES.has(edge.kind) && edge.counted, dash: DASH_OF[edge.kind] ?? "solid", zIndex: STANCE_EDGES.has(edge.kind) ? 1 : 0 });
    }
    this.sigma = new Sigma(this.graph, place, {
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: ShapeProgram },
      defaultEdgeType: "dash",
      edgeProgramClasses: { dash: DashProgram },
      renderEdgeLabels: false,
      labelDensity: 0.35,
      labelGridCellSize: 150,
      labelRenderedSizeThreshold: 6,
      labelSize: 12,
      labelFont: getComputedStyle(place).fontFamily,
      labelColor: { color: palette.ink },
      zIndex: true,
      hideEdgesOnMove: network.edges.length > 20_000,
      minCameraRatio: 0.02,
      maxCameraRatio: 3,
      stagePadding: 40,
      allowInvalidContainer: true,
      defaultDrawNodeLabel: (context, data, settings) => {
        context.save();
        context.lineJoin = "round";
        context.lineWidth = 3;
        context.strokeStyle = this.palette.ground;
        const topic = (data as { kind?: string }).kind === "topic";
        context.font = `${topic ? 650 : 400} ${topic ? 12.5 : 11.5}px ${settings.labelFont}`;
        if (data.label) {
          const width = context.measureText(data.label).width;
          const place = this.roomFor(data.x, data.y, data.size, width, topic);
          if (place !== null) {
            context.strokeText(data.label, place, data.y + 4);
            context.fillStyle = this.palette.ink;
            context.fillText(data.label, place, data.y + 4);
          }
        }
        context.restore();
      },
      defaultDrawNodeHover: (context, data, settings) => {
        if (!data.label) return;
        context.font = `600 ${settings.labelSize + 1}px ${settings.labelFont}`;
        const label = this.network.nodes.get((data as { key?: string }).key ?? "")?.label ?? data.label;
        const width = context.measureText(label).width;
        const right = data.x + data.size + 4;
        // Left of the node where it would leave the stage on the right.
        const x = right + width + 8 > this.sigma.getDimensions().width ? Math.max(4, data.x - data.size - width - 10) : right;
        context.fillStyle = this.palette.ground;
        context.strokeStyle = this.palette.quiet;
        context.beginPath();
        context.roundRect(x - 4, data.y - 11, width + 10, 22, 5);
        context.fill();
        context.stroke();
        context.fillStyle = this.palette.ink;
        context.fillText(label, x + 1, data.y + 4);
      },
      nodeReducer: (id, data) => this.drawNode(id, data),
      edgeReducer: (id, data) => this.drawEdge(id, data),
    });
    this.still = still;
    this.sigma.on("beforeRender", () => {
      this.labels = [];
    });
    this.sigma.on("enterNode", ({ node }) => this.hover(node));
    this.sigma.on("leaveNode", () => this.hover(null));
    this.sigma.on("clickNode", ({ node }) => events.onChoose(node));
    this.sigma.on("doubleClickNode", (event) => {
      event.preventSigmaDefault();
      events.onOpen(event.node);
    });
    this.sigma.on("clickStage", () => events.onChoose(null));
    let close = this.isClose();
    this.sigma.getCamera().on("updated", () => {
      if (this.isClose() === close) return;
      close = this.isClose();
      this.sigma.refresh({ skipIndexation: true });
      events.onClose(close);
    });
  }

  private readonly still: boolean;
  /** Boxes of the labels drawn in this frame, so that none lies on another. */
  private labels: [number, number, number, number][] = [];

  /** Where a label begins: right of its node, else left of it, else nowhere. */
  private roomFor(x: number, y: number, size: number, width: number, must: boolean): number | null {
    const stage = this.sigma.getDimensions().width;
    const sides = [x + size + 4, x - size - 4 - width];
    for (const left of sides) {
      if (left < 2 || left + width > stage - 2) continue;
      if (this.labels.some(([l, t, r, b]) => left < r && left + width > l && y - 8 < b && y + 8 > t)) continue;
      this.labels.push([left, y - 8, left + width, y + 8]);
      return left;
    }
    // On a phone there is no room for every topic: zooming in brings the others.
    return must && stage > 520 && !this.labels.some(([l, t, r, b]) => x < r && x > l && y < b && y > t) ? sides[0] as number : null;
  }

  private isClose(): boolean {
    return this.sigma.getCamera().ratio < HALO_ZOOM;
  }

  private drawNode(id: string, data: Record<string, unknown>) {
    const node = this.network.nodes.get(id);
    if (!this.shown.nodes.has(id) || !node) return { ...data, hidden: true };
    const lit = this.path ?? this.near;
    if (lit && !lit.has(id)) return { ...data, color: this.palette.quiet, label: "", zIndex: 0 };
    const important = id === this.hovered || id === this.chosen;
    return { ...data, size: (data.size as number) * (important ? 1.35 : 1), forceLabel: important || (lit !== null && lit.size < 40) || data.forceLabel === true, zIndex: important ? 3 : lit ? 2 : (data.zIndex as number), highlighted: id === this.chosen };
  }

  private drawEdge(id: string, data: Record<string, unknown>) {
    if (!this.shownEdges.has(id)) return { ...data, hidden: true };
    const [source, target] = this.graph.extremities(id);
    const lit = this.path;
    if (lit) {
      const on = lit.has(source) && lit.has(target);
      return { ...data, hidden: !on && this.network.edges.length > MANY_EDGES, color: on ? this.litColour(data) : this.palette.faint, size: on ? 2.6 : 0.4 };
    }
    const centre = this.hovered ?? this.chosen;
    if (centre && this.near) {
      const on = source === centre || target === centre;
      return { ...data, hidden: !on && this.network.edges.length > MANY_EDGES, color: on ? this.litColour(data) : this.palette.faint, size: on ? Math.max(1.4, (data.size as number) * 1.4) : 0.4, zIndex: on ? 2 : 0 };
    }
    // Of very many, the edges of citing papers are drawn only from near by.
    if (data.cites === true && this.network.edges.length > MANY_EDGES && !this.isClose()) return { ...data, hidden: true };
    return data;
  }

  /** Stances keep their colour; what only says "belongs to" is drawn dark enough to be seen. */
  private litColour(data: Record<string, unknown>): string {
    return data.stance === true ? (data.color as string) : this.palette.lit;
  }

  private hover(id: string | null): void {
    this.hovered = id;
    this.light();
  }

  private light(): void {
    const centre = this.hovered ?? this.chosen;
    this.near = centre && this.shown.nodes.has(centre) ? new Set([centre, ...(this.network.of.get(centre) ?? []).filter((edge) => this.shownEdges.has(edge.id)).flatMap((edge: NetworkEdge) => [edge.source, edge.target])]) : null;
    this.sigma.refresh({ skipIndexation: true });
  }

  show(shown: Shown, fit: boolean): void {
    this.shown = shown;
    this.shownEdges = new Set(shown.edges.filter((edge) => shown.nodes.has(edge.source) && shown.nodes.has(edge.target)).map((edge) => edge.id));
    if (fit) this.fit();
    this.light();
  }

  choose(id: string | null): void {
    this.chosen = id;
    this.light();
  }

  showPath(path: string[] | null): void {
    this.path = path ? new Set(path) : null;
    this.sigma.refresh({ skipIndexation: true });
  }

  /** Look at what is shown: the box of its nodes fills the stage. */
  fit(): void {
    const points = [...this.shown.nodes].flatMap((id) => {
      const node = this.network.nodes.get(id);
      return node ? [[node.x, -node.y]] : [];
    }) as [number, number][];
    if (!points.length) {
      this.sigma.setCustomBBox(null);
      return;
    }
    const xs = points.map(([x]) => x);
    const ys = points.map(([, y]) => y);
    const margin = 20;
    const low = (values: number[]) => values.reduce((a, b) => Math.min(a, b)) - margin;
    const high = (values: number[]) => values.reduce((a, b) => Math.max(a, b)) + margin;
    this.sigma.setCustomBBox({ x: [low(xs), high(xs)], y: [low(ys), high(ys)] });
    this.sigma.refresh();
    this.move({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  zoom(factor: number): void {
    this.move({ ratio: this.sigma.getCamera().ratio * factor });
  }

  pan(x: number, y: number): void {
    const camera = this.sigma.getCamera();
    this.move({ x: camera.x + x * camera.ratio, y: camera.y + y * camera.ratio });
  }

  private move(to: Partial<{ x: number; y: number; ratio: number; angle: number }>): void {
    const camera = this.sigma.getCamera();
    if (this.still) camera.setState(camera.validateState({ ...camera.getState(), ...to }) as never);
    else void camera.animate(to, { duration: 250 });
  }

  /** Places on the stage, in pixels, of what is shown. */
  placesOnStage(): Map<string, [number, number]> {
    const places = new Map<string, [number, number]>();
    for (const id of this.shown.nodes) {
      const data = this.sigma.getNodeDisplayData(id);
      if (!data || data.hidden) continue;
      const { x, y } = this.sigma.framedGraphToViewport(data);
      places.set(id, [x, y]);
    }
    return places;
  }

  /** A drag that draws a lasso must not move the picture. */
  setDraggable(on: boolean): void {
    this.sigma.setSetting("enableCameraPanning", on);
  }

  colour(palette: Palette): void {
    this.palette = palette;
    for (const node of this.network.nodes.values()) this.graph.setNodeAttribute(node.id, "color", palette.node(node));
    for (const edge of this.network.edges) this.graph.setEdgeAttribute(edge.id, "color", palette.edge(edge));
    this.sigma.setSetting("labelColor", { color: palette.ink });
    this.sigma.refresh();
  }

  kill(): void {
    this.sigma.kill();
  }
}
