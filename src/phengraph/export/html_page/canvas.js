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
  // vis-network saves and restores the context around this.
  const drawNode = () => {
    const status = node.status && lookOf("statuses", node.status);
    const main = colour(status || lookOf("kinds", node.kind));
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
      outline(ctx, node.shape, x, y, radius + 4 / scale);
      ctx.globalAlpha = 1;
      ctx.lineWidth = (id === chosen ? 2.4 : 1.4) / scale;
      ctx.strokeStyle = looks.text[theme()];
      ctx.stroke();
    }
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

/** Outlines of what is shown, in units of the layout: made anew only when something else is shown. */
let ground = null;
function makeGround() {
  const topics = nodes.filter((node) => node.kind === "topic" && shown.nodes.has(node.id) && (!bright || bright.has(node.id)));
  const hulls = topics.map((topic) => {
    const members = [...regionOf(topic.id)].filter((id) => shown.nodes.has(id)).map((id) => nodeById.get(id));
    const rims = members.flatMap(({ x, y, size }) => AROUND.map(([dx, dy]) => ({ x: x + dx * (size + 14), y: y + dy * (size + 14) })));
    const path = new Path2D();
    for (const { x, y } of hull(rims)) path.lineTo(x, y);
    return path;
  });
  const groups = new Map();
  for (const edge of edges) {
    if (!shown.edges.has(edge.id)) continue;
    const faint = Boolean(bright) && !(bright.has(edge.from) && bright.has(edge.to));
    const key = `${isEvidence(edge) ? edge.relation : ""} ${edge.counted ?? ""} ${faint}`;
    if (!groups.has(key)) groups.set(key, { edge, faint, path: new Path2D() });
    addLine(groups.get(key).path, edge);
  }
  return { hulls, groups: [...groups.values()] };
}

function addLine(path, { from, to }) {
  const [one, other] = [nodeById.get(from), nodeById.get(to)];
  path.moveTo(one.x, one.y);
  path.lineTo(other.x, other.y);
}

function drawGround(ctx) {
  ground ||= makeGround();
  const scale = scaleOf();
  ctx.save();
  ctx.fillStyle = colour(lookOf("kinds", "phenomenon"));
  ctx.globalAlpha = theme() === "dark" ? 0.13 : 0.08;
  ground.hulls.forEach((path) => ctx.fill(path));
  ground.groups.forEach(({ edge, faint, path }) => strokeEdges(ctx, path, edge, { faint, scale, wide: 1 }));
  const touched = [chosen, hovered].filter(Boolean).flatMap((id) => edgesOf.get(id).filter((edge) => shown.edges.has(edge.id)));
  for (const edge of touched) {
    const path = new Path2D();
    addLine(path, edge);
    strokeEdges(ctx, path, edge, { faint: false, scale, wide: 2 });
  }
  ctx.restore();
}

/** Lines of one look, with width and dashes in pixels of the screen. */
function strokeEdges(ctx, path, edge, { faint, scale, wide }) {
  const look = isEvidence(edge) ? lookOf("stances", edge.relation) : null;
  const width = look ? (edge.counted ? 1.25 : 0.6) : 0.8;
  ctx.strokeStyle = look ? colour(look) : looks.plain[theme()];
  ctx.globalAlpha = faint ? 0.07 : look ? (edge.counted ? 0.8 : 0.55) : 1;
  ctx.lineWidth = (width * wide * Math.min(1.6, Math.max(0.8, scale))) / scale;
  ctx.setLineDash(look ? look.dashes.map((length) => (length * 0.8) / scale) : []);
  ctx.stroke(path);
}

/** The line of evidence nearest to a place of the layout, if the mouse is on it. */
function edgeAt({ x, y }) {
  let best = null;
  let least = (6 / scaleOf()) ** 2;
  for (const edge of edges) {
    if (!isEvidence(edge) || !shown.edges.has(edge.id)) continue;
    const [a, b] = [nodeById.get(edge.from), nodeById.get(edge.to)];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const along = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    const distance = (x - a.x - along * dx) ** 2 + (y - a.y - along * dy) ** 2;
    if (distance < least) [best, least] = [edge, distance];
  }
  return best;
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
  const first = [...new Set([chosen, hovered])].filter(Boolean).map((id) => nodeById.get(id));
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
  const kind = lookOf("kinds", node.kind);
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
  // Edges are drawn and found here: vis-network's own would cost a second picture.
  network = new vis.Network(
    container,
    { nodes: visNodes, edges: [] },
    { ...looks.options, interaction: { hover: true, dragNodes: false, keyboard: false, multiselect: false, zoomSpeed: 0.6 } },
  );
  network.on("beforeDrawing", drawGround);
  network.on("afterDrawing", drawLabels);
  return visNodes;
}

let visNodes = null;
const hidden = new Set();
/** Hide and show in the picture what the filters and the search say. */
function refreshCanvas() {
  const changed = nodes.filter(({ id }) => hidden.has(id) === shown.nodes.has(id));
  for (const { id } of changed) hidden[shown.nodes.has(id) ? "delete" : "add"](id);
  visNodes.update(changed.map(({ id }) => ({ id, hidden: hidden.has(id) })));
  bright = chosen ? surroundings(chosen) : shown.matched;
  ground = null;
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
