// Wiring: what is chosen, the theme, the keyboard, the address.

let returnTo = null;

function choose(id, { focusPanel = false, move = true } = {}) {
  const active = document.activeElement;
  if (id && active && !panel.contains(active)) returnTo = active;
  chosen = id && nodeById.has(id) ? id : null;
  if (chosen && !shown.nodes.has(chosen)) {
    for (const group of Object.keys(off)) off[group] = new Set();
    applyFilters();
    fillLegend();
    fillList();
  }
  hideTip();
  showPanel();
  markChosen();
  refreshCanvas();
  history.replaceState(null, "", chosen ? `#${encodeURIComponent(chosen)}` : location.pathname + location.search);
  if (chosen && move) bringIntoView(chosen);
  if (focusPanel && chosen) panel.querySelector("h2").focus();
  if (!chosen && returnTo && returnTo.isConnected) returnTo.focus();
}

function setHovered(id) {
  if (hovered === id) return;
  hovered = id;
  if (network) network.redraw();
}

// Tips

const tip = byId("tip");
const hideTip = () => { tip.hidden = true; };

function showTip(where, ...content) {
  tip.replaceChildren(...content.flat().filter(Boolean));
  tip.hidden = false;
  const stage = byId("stage");
  const left = Math.max(6, Math.min(where.x + 14, stage.clientWidth - tip.offsetWidth - 8));
  const below = where.y + 18 + tip.offsetHeight < stage.clientHeight;
  tip.style.left = `${left}px`;
  tip.style.top = `${below ? where.y + 18 : Math.max(6, where.y - tip.offsetHeight - 10)}px`;
}

function tipOfNode(id, where) {
  const node = nodeById.get(id);
  const entry = page.entries[id] || {};
  const more = node.status || entry.authors || node.authors || entry.organisation || entry.zh;
  showTip(where, make("div", { class: "kind" }, node.kind, node.year ? ` · ${node.year}` : ""), make("div", {}, words(titleOf(node))), more ? make("div", { class: "kind" }, words(more)) : null);
}

function tipOfEdge(edge, where) {
  const one = evidenceByName.get(edge.evidence);
  if (!one) return;
  showTip(
    where,
    make("div", {}, words(labelOf(edge.from)), " ", make("strong", {}, edge.relation), " ", words(labelOf(edge.to))),
    make("div", { class: "kind" }, words(one.finding)),
    edge.counted ? null : make("div", { class: "kind" }, `${one.review}: does not count`),
  );
}

// Theme: the reader's choice, else the system's.

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
function stored(value) {
  // Some browsers refuse storage to a page from disk.
  try {
    if (value === undefined) return localStorage.getItem("phengraph-theme");
    localStorage.setItem("phengraph-theme", value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
  return null;
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  byId("theme").textContent = name === "dark" ? "☀ light" : "☾ dark";
  if (!network) return;
  fillLegend();
  fillList();
  showPanel();
  network.redraw();
}

byId("theme").addEventListener("click", () => {
  const name = theme() === "dark" ? "light" : "dark";
  stored(name);
  setTheme(name);
});
darkSystem.addEventListener("change", () => { if (!stored()) setTheme(darkSystem.matches ? "dark" : "light"); });

// Keyboard

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input[type=search]");
  if (event.key === "Escape") {
    if (typing && query.value) {
      query.value = "";
      fillList();
      refreshCanvas();
    } else if (byId("finder").classList.contains("open")) toggleFinder(false);
    else if (chosen) choose(null);
    return;
  }
  if (typing) return;
  if (event.key === "/") {
    event.preventDefault();
    if (narrow()) toggleFinder(true);
    query.focus();
    query.select();
  } else if (event.key === "+" || event.key === "=") zoomBy(1.3);
  else if (event.key === "-") zoomBy(1 / 1.3);
  else if (event.key === "0") fitAll();
});

const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
container.addEventListener("keydown", (event) => {
  if (ARROWS[event.key]) {
    event.preventDefault();
    const from = chosen ? nodeById.get(chosen) : network.getViewPosition();
    const to = nodeTowards(from, ARROWS[event.key]);
    if (to) choose(to.id);
  } else if (event.key === "Enter" && chosen) panel.querySelector("h2").focus();
});

function toggleFinder(open) {
  byId("finder").classList.toggle("open", open);
  byId("open-finder").setAttribute("aria-expanded", String(byId("finder").classList.contains("open")));
}
byId("open-finder").addEventListener("click", () => toggleFinder());
byId("zoom-in").addEventListener("click", () => zoomBy(1.4));
byId("zoom-out").addEventListener("click", () => zoomBy(1 / 1.4));
byId("fit").addEventListener("click", () => fitAll());

// Start

function countsLine() {
  const plural = { topic: "topics", phenomenon: "phenomena", claim: "claims", paper: "papers", model: "models", "citing paper": "citing papers" };
  const count = (kind) => nodes.filter((node) => node.kind === kind).length;
  const parts = looks.kinds.map(({ name }) => [count(name), name]).filter(([number]) => number);
  const told = parts.map(([number, name]) => `${number.toLocaleString("en")} ${number === 1 ? name : plural[name]}`);
  const evidence = edges.filter(isEvidence).length;
  return [...told, `${evidence.toLocaleString("en")} pieces of evidence`].join(" · ");
}

/** The entry that the address names after `#`, or null: people and mail programs break addresses. */
function fromAddress() {
  try {
    const id = decodeURIComponent(location.hash.slice(1));
    return nodeById.has(id) ? id : null;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return null;
  }
}

setTheme(stored() || (darkSystem.matches ? "dark" : "light"));
byId("counts").textContent = countsLine();
byId("close-note").addEventListener("click", () => { byId("note").hidden = true; });
applyFilters();
visNodes = startCanvas();
container.setAttribute("tabindex", "0");
fillLegend();
fillList();
if (narrow()) byId("legend").removeAttribute("open");
network.on("click", ({ nodes: [node], pointer }) => {
  const edge = node ? null : edgeAt(pointer.canvas);
  if (node || edge) choose(node || edge.to, { move: false });
  else if (chosen) choose(null);
});
network.on("hoverNode", ({ node, pointer }) => { setHovered(node); tipOfNode(node, pointer.DOM); container.style.cursor = "pointer"; });
network.on("blurNode", () => { setHovered(null); hideTip(); container.style.cursor = ""; });
let pointed = null;
container.addEventListener("mousemove", (event) => {
  if (hovered || event.buttons) return;
  const where = { x: event.offsetX, y: event.offsetY };
  const edge = edgeAt(network.DOMtoCanvas(where));
  container.style.cursor = edge ? "pointer" : "";
  if (edge) tipOfEdge(edge, where);
  else if (pointed) hideTip();
  pointed = edge;
});
container.addEventListener("mouseleave", hideTip);
network.on("dragStart", hideTip);
network.on("zoom", hideTip);
addEventListener("hashchange", () => { if (fromAddress() !== chosen) choose(fromAddress()); });
network.once("afterDrawing", () => {
  showPanel();
  const first = fromAddress() || page.about;
  if (first) choose(first, { move: false });
  fitAll(false);
  if (fromAddress()) bringIntoView(first);
  document.documentElement.dataset.ready = "yes";
});
