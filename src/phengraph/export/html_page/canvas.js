// The picture: vis-network keeps the view, the mouse and the touch; nodes, edges and labels are drawn here, in sizes of
// the screen, so that dashes are seen from afar and labels never pile up.

const container = byId("canvas");
const FAINT = 0.1;
const LABEL_FONT = (node) =>
  ({ topic: "700 14px", phenomenon: "600 12.5px", claim: "12px" })[node.kind] || "11.5px";
const LABEL_FAMILY = getComputedStyle(document.body).fontFamily;
// How near one must be for labels of a kind: screen pixels per unit of the layout.
const LABEL_FROM = { topic: 0, phenomenon: 0.3, claim: 0.85, model: 0.95, paper: 1.15, "citing paper": 2.2 };

let network = null;
let hovered = null;
let bright = null; // ids that stay bright; null when all do

const scaleOf = () => network.getScale();
// Nodes shrink more slowly than the distances between them.
const radiusOf = (node, scale) => node.size * Math.max(1, 0.8 / scale) ** 0.5;

function outline(ctx, shape, x, y, radius) {
  ctx.beginPath();
  if (shape === "dot") return ctx.arc(x, y, radius, 0, 2 * Math.PI);
  OUTLINES[shape](radius).forEach(([dx, dy], place) => (place ? ctx.lineTo(x + dx, y + dy) : ctx.moveTo(x + dx, y + dy)));
  ctx.closePath();
}

function renderNode({ ctx, id, x, y }) {
  const node = nodeById.get(id);
  const scale = scaleOf();
  const radius = radiusOf(node, scale);
  const drawNode = () => {
    const status = node.status && looks.statuses.find((one) => one.name === node.status);
    const look = status || looks.kinds.find((one) => one.name === node.kind);
    const main = colour(look);
    ctx.save();
    ctx.globalAlpha = bright && !bright.has(id) ? FAINT : 1;
    outline(ctx, node.shape, x, y, radius);
    ctx.fillStyle = status && status.fill === "hollow" ? background() : main;
    ctx.fill();
    if (status) {
      ctx.lineWidth = radius * 0.3;
      ctx.strokeStyle = main;
      ctx.stroke();
      if (status.fill === "split") {
        ctx.beginPath();
        ctx.moveTo(x, y - radius * 0.7);
        ctx.lineTo(x, y + radius * 0.7);
        ctx.lineTo(x - radius * 0.7, y);
        ctx.fillStyle = background();
        ctx.fill();
      }
    }
    if (id === chosen || id === hovered) {
      outline(ctx, node.shape === "dot" ? "dot" : node.shape, x, y, radius + 4 / scale);
      ctx.globalAlpha = 1;
      ctx.lineWidth = (id === chosen ? 2.4 : 1.4) / scale;
      ctx.strokeStyle = looks.text[theme()];
      ctx.stroke();
    }
    ctx.restore();
  };
  // What the mouse hits: at least some 14 pixels.
  const reach = Math.max(2 * radius, 14 / scale);
  return { drawNode, nodeDimensions: { width: reach, height: reach } };
}

// The region of a topic: the hull of what belongs to it alone, as a soft ground under its nodes.

function hull(corners) {
  const sorted = [...corners].sort((one, other) => one.x - other.x || one.y - other.y);
  const turn = (o, a, b) => (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
  const half = (list) => {
    const chain = [];
    for (const corner of list) {
      while (chain.length > 1 && turn(chain.at(-2), chain.at(-1), corner) <= 0) chain.pop();
      chain.push(corner);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

const AROUND = Array.from({ length: 12 }, (_, place) => [Math.cos((place * Math.PI) / 6), Math.sin((place * Math.PI) / 6)]);

function drawRegions(ctx) {
  ctx.save();
  ctx.fillStyle = colour(looks.kinds.find((one) => one.name === "topic"));
  ctx.globalAlpha = theme() === "dark" ? 0.13 : 0.08;
  for (const node of nodes) {
    if (node.kind !== "topic" || !shown.nodes.has(node.id) || (bright && !bright.has(node.id))) continue;
    const members = [...regionOf(node.id)].filter((id) => shown.nodes.has(id)).map((id) => nodeById.get(id));
    const rims = members.flatMap(({ x, y, size }) => AROUND.map(([dx, dy]) => ({ x: x + dx * (size + 14), y: y + dy * (size + 14) })));
    ctx.beginPath();
    for (const { x, y } of hull(rims)) ctx.lineTo(x, y);
    ctx.fill();
  }
  ctx.restore();
}

function drawEdges(ctx) {
  const scale = scaleOf();
  const groups = new Map();
  for (const edge of edges) {
    if (!shown.edges.has(edge.id)) continue;
    const touched = edge.from === hovered || edge.to === hovered || edge.from === chosen || edge.to === chosen;
    const faint = bright && !(bright.has(edge.from) && bright.has(edge.to));
    const key = `${isEvidence(edge) ? edge.relation : ""} ${edge.counted ?? ""} ${touched} ${faint}`;
    if (!groups.has(key)) groups.set(key, { edge, touched, faint, members: [] });
    groups.get(key).members.push(edge);
  }
  for (const { edge, touched, faint, members } of groups.values()) {
    const look = isEvidence(edge) ? looks.stances.find((one) => one.name === edge.relation) : null;
    ctx.save();
    ctx.strokeStyle = look ? colour(look) : looks.plain[theme()];
    ctx.globalAlpha = faint ? 0.07 : look ? (edge.counted ? 0.8 : 0.55) : 1;
    ctx.lineWidth = ((look ? (edge.counted ? 1.25 : 0.6) : 0.8) * (touched ? 1.9 : 1) * Math.min(1.6, Math.max(0.8, scale))) / scale;
    ctx.setLineDash(look ? look.dashes.map((length) => (length * 0.8) / scale) : []);
    ctx.beginPath();
    for (const { from, to } of members) {
      const [one, other] = [nodeById.get(from), nodeById.get(to)];
      ctx.moveTo(one.x, one.y);
      ctx.lineTo(other.x, other.y);
    }
    ctx.stroke();
    ctx.restore();
  }
}

// Labels: the most important first, each beside its node where there is room, none over another.

const measured = new Map();
function linesOf(ctx, node) {
  const key = node.id;
  if (!measured.has(key)) {
    const limit = node.kind === "topic" ? 190 : 165;
    const lines = [];
    let line = "";
    ctx.font = `${LABEL_FONT(node)} ${LABEL_FAMILY}`;
    for (const word of node.label.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && ctx.measureText(longer).width > limit) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    lines.push(line);
    if (lines.length > 3) lines.splice(2, lines.length, `${lines[2]}…`);
    const cut = lines.map((text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text));
    measured.set(key, { lines: cut, width: Math.max(...cut.map((text) => ctx.measureText(text).width)) });
  }
  return measured.get(key);
}

const IMPORTANCE = ["topic", "phenomenon", "claim", "model", "paper", "citing paper"];
const byImportance = [...nodes].sort(
  (one, other) =>
    IMPORTANCE.indexOf(one.kind) - IMPORTANCE.indexOf(other.kind) || edgesOf.get(other.id).length - edgesOf.get(one.id).length,
);

function labelled(scale) {
  const first = [chosen, hovered].filter(Boolean).map((id) => nodeById.get(id));
  const wanted = (node) => {
    if (!shown.nodes.has(node.id) || node.id === chosen || node.id === hovered) return false;
    if (bright && !bright.has(node.id)) return false;
    return scale >= LABEL_FROM[node.kind] * (bright ? 0.3 : 1);
  };
  return [...first, ...byImportance.filter(wanted)];
}

/** Width and height of the canvas that no panel covers: its left, or on a phone its upper part. */
function freeArea() {
  const [width, height] = [container.clientWidth, container.clientHeight - (chosen && narrow() ? 0 : byId("note").offsetHeight)];
  if (!chosen) return [width, height];
  return narrow() ? [width, height - panel.offsetHeight] : [width - panel.offsetWidth, height];
}

const overlap = ([left, top, right, bottom], [l, t, r, b]) => left < r && right > l && top < b && bottom > t;

/** Boxes of the nodes on screen: of all that are bright, and of the large ones among them. */
function obstacles(scale, [width, height]) {
  const [all, large] = [[], []];
  for (const node of nodes) {
    if (!shown.nodes.has(node.id) || (bright && !bright.has(node.id))) continue;
    const { x, y } = network.canvasToDOM(node);
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const radius = radiusOf(node, scale) * scale * 0.8;
    const box = [x - radius, y - radius, x + radius, y + radius];
    all.push(box);
    if (node.kind === "topic" || node.kind === "phenomenon") large.push(box);
  }
  return { all: all.length > 1500 ? large : all, large };
}

function drawLabels(ctx) {
  const ratio = ctx.canvas.width / ctx.canvas.clientWidth;
  const area = freeArea();
  const scale = scaleOf();
  const { all, large } = obstacles(scale, area);
  const taken = [];
  ctx.save();
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.textBaseline = "top";
  ctx.lineJoin = "round";
  for (const node of labelled(scale)) {
    const { x, y } = network.canvasToDOM(node);
    if (x < -40 || y < -20 || x > area[0] + 40 || y > area[1] + 20) continue;
    const { lines, width } = linesOf(ctx, node);
    const height = lines.length * 15;
    const marked = node.id === chosen || node.id === hovered;
    const gap = radiusOf(node, scale) * scale + (marked ? 8 : 4);
    const boxes = [
      [x + gap, y - height / 2],
      [x - gap - width, y - height / 2],
      [x - width / 2, y + gap - 1],
      [x - width / 2, y - gap - height + 1],
    ].map(([left, top]) => [left, top, left + width, top + height]);
    const free = (box, others) =>
      box[0] > 2 && box[1] > 2 && box[2] < area[0] - 2 && box[3] < area[1] - 2 &&
      !taken.some((other) => overlap(box, other)) && !others.some((other) => overlap(box, other));
    // Best where it covers no node; a name that matters may cover small ones.
    const may = { topic: [all, large, []], phenomenon: [all, large] }[node.kind] || (marked ? [all, large, []] : [all]);
    const box = may.map((others) => boxes.find((one) => free(one, others))).find(Boolean) || (marked && boxes[0]);
    if (!box) continue;
    taken.push([box[0] - 3, box[1] - 2, box[2] + 3, box[3] + 2]);
    writeLabel(ctx, node, lines, box);
  }
  ctx.restore();
}

function writeLabel(ctx, node, lines, [left, top]) {
  const kind = looks.kinds.find((one) => one.name === node.kind);
  ctx.font = `${LABEL_FONT(node)} ${LABEL_FAMILY}`;
  ctx.strokeStyle = background();
  ctx.fillStyle = node.kind === "topic" ? colour(kind) : looks.text[theme()];
  ctx.lineWidth = 3.5;
  lines.forEach((line, number) => {
    ctx.strokeText(line, left, top + number * 15);
    ctx.fillText(line, left, top + number * 15);
  });
}

/** On a page that is higher than wide, a graph that is wider than high stands better on its side. */
function turnToFit() {
  const spread = (axis) => nodes.reduce((most, node) => Math.max(most, Math.abs(node[axis])), 1);
  const lies = spread("x") > 1.1 * spread("y");
  const stands = container.clientHeight > 1.1 * container.clientWidth;
  if (lies && stands) for (const node of nodes) [node.x, node.y] = [node.y, -node.x];
}

function startCanvas() {
  turnToFit();
  const visNodes = new vis.DataSet(
    nodes.map(({ id, x, y, size }) => ({ id, x, y, size, shape: "custom", ctxRenderer: renderNode, label: undefined })),
  );
  const visEdges = new vis.DataSet(edges.map(({ id, from, to }) => ({ id, from, to })));
  // Edges are drawn above; vis-network's own, invisible, are there for the mouse to hit.
  const edgeOptions = { ...looks.options.edges, color: { opacity: 0, inherit: false }, chosen: false, hoverWidth: 0, selectionWidth: 0 };
  network = new vis.Network(
    container,
    { nodes: visNodes, edges: visEdges },
    {
      ...looks.options,
      edges: edgeOptions,
      interaction: { hover: true, dragNodes: false, keyboard: false, selectConnectedEdges: false, multiselect: false, zoomSpeed: 0.6 },
    },
  );
  network.on("beforeDrawing", drawRegions);
  network.on("beforeDrawing", drawEdges);
  network.on("afterDrawing", drawLabels);
  return { visNodes, visEdges };
}

let sets = null;
/** Hide and show in the picture what the filters and the search say. */
function refreshCanvas() {
  const wrong = (set, id, want) => Boolean(set.get(id).hidden) !== !want;
  const changed = (set, list, ids) =>
    set.update(list.filter(({ id }) => wrong(set, id, ids.has(id))).map(({ id }) => ({ id, hidden: !ids.has(id) })));
  changed(sets.visNodes, nodes, shown.nodes);
  changed(sets.visEdges, edges, shown.edges);
  bright = chosen ? surroundings(chosen) : shown.matched;
  network.redraw();
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Bring a chosen node into view: with all that belongs to it where that leaves it readable, else by itself. */
function bringIntoView(id) {
  const node = nodeById.get(id);
  const near = nodes.filter((one) => shown.nodes.has(one.id) && bright && bright.has(one.id));
  const [width, height] = freeArea();
  const outside = ({ x, y }) => x < 30 || x > width - 30 || y < 30 || y > height - 30;
  if (scaleOf() >= 0.55 && !near.some((one) => outside(network.canvasToDOM(one)))) return;
  const { middle, scale } = fitting(near);
  if (scale >= 0.5) moveTo(middle, Math.min(scale, Math.max(scaleOf(), 1)));
  else if (scaleOf() < 0.55 || outside(network.canvasToDOM(node))) moveTo(node, Math.max(scaleOf(), 0.9));
}

const narrow = () => matchMedia("(max-width: 860px)").matches;

function moveTo({ x, y }, scale, animate = true) {
  const [width, height] = freeArea();
  const offset = { x: (width - container.clientWidth) / 2, y: (height - container.clientHeight) / 2 };
  network.moveTo({ position: { x, y }, scale, offset, animation: animate && !calm() ? { duration: 350 } : false });
}

/** Middle and scale at which some nodes fill the free area. */
function fitting(some) {
  // Not Math.min(...): a large graph has more nodes than a call may have arguments.
  const ends = (axis) => some.reduce(([low, high], node) => [Math.min(low, node[axis]), Math.max(high, node[axis])], [Infinity, -Infinity]);
  const [[left, right], [top, bottom]] = [ends("x"), ends("y")];
  const [width, height] = freeArea();
  const margin = narrow() ? 16 : 70;
  const scale = Math.min((width - margin) / (right - left + 60), (height - 40) / (bottom - top + 60), 1.5);
  return { middle: { x: (left + right) / 2, y: (top + bottom) / 2 }, scale: Math.max(0.02, scale) };
}

/** Show all that is shown. */
function fitAll(animate = true) {
  const visible = nodes.filter((node) => shown.nodes.has(node.id));
  if (!visible.length) return;
  const { middle, scale } = fitting(visible);
  moveTo(middle, scale, animate);
}

function zoomBy(factor) {
  network.moveTo({ scale: Math.min(6, Math.max(0.05, scaleOf() * factor)), animation: calm() ? false : { duration: 150 } });
}

/** The shown node nearest in a direction from another, for arrow keys on the picture. */
function nodeTowards(from, [dx, dy]) {
  let best = null;
  let least = Infinity;
  for (const id of shown.nodes) {
    const node = nodeById.get(id);
    const [x, y] = [node.x - from.x, node.y - from.y];
    const along = x * dx + y * dy;
    if (along <= 0 || node === from) continue;
    const cost = along + 2.5 * Math.abs(x * dy - y * dx);
    if (cost < least) [best, least] = [node, cost];
  }
  return best;
}
