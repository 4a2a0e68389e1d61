/** The picture as SVG, and as PNG made from it: what is shown, with shapes, dashes, labels and a legend of colours. */

import type { Network, NetworkNode } from "./network.ts";
import { DASH_OF, type Palette, SHAPE_OF, STANCE_EDGES } from "./palette.ts";
import type { Shown } from "./selection.ts";

const SPACE = "http://www.w3.org/2000/svg";
const WIDTH = 1600;
const MARGIN = 60;

/** An SVG document as text; built as elements, so that text from data is escaped by the serializer. */
export function pictureSvg(network: Network, shown: Shown, palette: Palette, labelOf: (id: string) => string, title: string): string {
  const nodes = [...shown.nodes].flatMap((id) => network.nodes.get(id) ?? []);
  const xs = nodes.map((node) => node.x);
  const ys = nodes.map((node) => node.y);
  const low = (values: number[]) => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = (values: number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [left, right, top, bottom] = nodes.length ? [low(xs), high(xs), low(ys), high(ys)] : [0, 1, 0, 1];
  const scale = (WIDTH - 2 * MARGIN) / Math.max(1, right - left, (bottom - top) * 1.2);
  const width = Math.round((right - left) * scale + 2 * MARGIN);
  const height = Math.round((bottom - top) * scale + 2 * MARGIN);
  const x = (node: NetworkNode) => ((node.x - left) * scale + MARGIN).toFixed(1);
  const y = (node: NetworkNode) => ((node.y - top) * scale + MARGIN).toFixed(1);

  const svg = document.createElementNS(SPACE, "svg");
  const add = (parent: Element, name: string, attributes: Record<string, string | number>, text?: string): Element => {
    const element = document.createElementNS(SPACE, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.setAttribute("font-family", "Helvetica, Arial, sans-serif");
  add(svg, "title", {}, title);
  add(svg, "rect", { width, height, fill: palette.ground });
  const lines = add(svg, "g", { fill: "none" });
  for (const edge of shown.edges) {
    const source = network.nodes.get(edge.source);
    const target = network.nodes.get(edge.target);
    if (!source || !target || !shown.nodes.has(source.id) || !shown.nodes.has(target.id)) continue;
    const dash = DASH_OF[edge.kind];
    add(lines, "line", {
      x1: x(source), y1: y(source), x2: x(target), y2: y(target),
      stroke: palette.edge(edge),
      "stroke-width": STANCE_EDGES.has(edge.kind) ? 1.4 : 0.6,
      ...(dash ? { "stroke-dasharray": dash === "dashed" ? "6 4" : "2 2.6" } : {}),
    });
  }
  const marks = add(svg, "g", {});
  for (const node of nodes) drawShape(add, marks, node, Number(x(node)), Number(y(node)), palette.node(node));
  const labels = add(svg, "g", { fill: palette.ink, stroke: palette.ground, "stroke-width": 3, "paint-order": "stroke", "font-size": 12 });
  const few = nodes.length < 80;
  for (const node of nodes) {
    if (!few && node.kind !== "topic" && node.kind !== "phenomenon") continue;
    const label = labelOf(node.id);
    add(labels, "text", { x: Number(x(node)) + node.size + 4, y: Number(y(node)) + 4, "font-weight": node.kind === "topic" ? 700 : 400 }, label.length > 60 ? `${label.slice(0, 59)}…` : label);
  }
  return new XMLSerializer().serializeToString(svg);
}

type Add = (parent: Element, name: string, attributes: Record<string, string | number>, text?: string) => Element;

function drawShape(add: Add, parent: Element, node: NetworkNode, x: number, y: number, fill: string): void {
  const size = node.size;
  switch (SHAPE_OF[node.kind]) {
    case "square":
      add(parent, "rect", { x: x - size * 0.88, y: y - size * 0.88, width: size * 1.76, height: size * 1.76, fill });
      break;
    case "diamond":
      add(parent, "path", { d: `M${x} ${y - size * 1.2}L${x + size * 1.2} ${y}L${x} ${y + size * 1.2}L${x - size * 1.2} ${y}Z`, fill });
      break;
    case "triangle":
      add(parent, "path", { d: `M${x} ${y - size * 1.16}L${x + size} ${y + size * 0.58}L${x - size} ${y + size * 0.58}Z`, fill });
      break;
    case "ring":
      add(parent, "circle", { cx: x, cy: y, r: size * 0.78, fill: "none", stroke: fill, "stroke-width": size * 0.48 });
      break;
    default:
      add(parent, "circle", { cx: x, cy: y, r: size, fill });
  }
}

/** The SVG drawn into a PNG, twice its size for print. */
export async function picturePng(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))), "image/png");
  });
}
