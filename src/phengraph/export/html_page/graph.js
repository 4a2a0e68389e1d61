// The graph, what is filtered out of it, and what is chosen.

const page = readJson("page");
const nodes = readJson("nodes");
const edges = readJson("edges").map((edge, id) => ({ ...edge, id }));

const PROPOSED = "proposed";
const STANCES = new Set(looks.stances.map((one) => one.name));
const nodeById = new Map(nodes.map((node) => [node.id, node]));
const edgesOf = new Map(nodes.map((node) => [node.id, []]));
for (const edge of edges) {
  edgesOf.get(edge.from).push(edge);
  if (edge.to !== edge.from) edgesOf.get(edge.to).push(edge);
}
const evidenceByName = new Map(page.evidence.map((one) => [one.name, one]));
const evidenceBy = (end) => {
  const grouped = new Map();
  for (const one of page.evidence) grouped.set(one[end], [...(grouped.get(one[end]) || []), one]);
  return grouped;
};
const evidenceOfClaim = evidenceBy("claim");
const evidenceOfPaper = evidenceBy("paper");

const isEvidence = (edge) => STANCES.has(edge.relation);
const isCounted = (one) => one.review === "accepted";
const otherEnd = (edge, id) => (edge.from === id ? edge.to : edge.from);
const neighbours = (id, kind) =>
  edgesOf.get(id).map((edge) => nodeById.get(otherEnd(edge, id))).filter((node) => !kind || node.kind === kind);
const labelOf = (id) => (nodeById.has(id) ? nodeById.get(id).label : page.outside[id] || id);
const titleOf = (node) => (page.entries[node.id] || {}).label || node.label;

/** What is switched off, by group of the legend. */
const off = { kinds: new Set(), stances: new Set(), statuses: new Set() };
/** What is on screen: ids of nodes and of edges; `matched` are those found by the search, null without one. */
const shown = { nodes: new Set(nodes.map((node) => node.id)), edges: new Set(edges.map((edge) => edge.id)), matched: null };
let chosen = null;

const isFiltered = () => off.kinds.size + off.stances.size + off.statuses.size > 0;

function edgePasses(edge) {
  if (!isEvidence(edge)) return true;
  return !off.stances.has(edge.relation) && (edge.counted || !off.stances.has(PROPOSED));
}

/** Decide what is shown. A claim goes with its status and stances, and what hangs on claims only goes with them. */
function applyFilters() {
  const narrowed = off.statuses.size > 0 || [...off.stances].some((name) => name !== PROPOSED);
  const passing = new Set();
  const some = (list, test) => list.length === 0 || list.some(test);
  const passes = (node) => passing.has(node.id);
  const rules = {
    claim: (node) =>
      !off.statuses.has(node.status) &&
      (!narrowed || some(edgesOf.get(node.id).filter(isEvidence), (edge) => !off.stances.has(edge.relation))),
    phenomenon: (node) => some(neighbours(node.id, "claim"), passes),
    topic: (node) => some(neighbours(node.id, "phenomenon"), passes),
    paper: (node) => {
      const evidence = edgesOf.get(node.id).filter(isEvidence);
      if (!evidence.length) return !narrowed;
      return evidence.some((edge) => edgePasses(edge) && passing.has(edge.to));
    },
    model: (node) => !narrowed || neighbours(node.id).some(passes),
    "citing paper": (node) => neighbours(node.id).some(passes),
  };
  for (const [kind, rule] of Object.entries(rules)) {
    for (const node of nodes) if (node.kind === kind && rule(node)) passing.add(node.id);
  }
  shown.nodes = new Set(nodes.filter((node) => passing.has(node.id) && !off.kinds.has(node.kind)).map((node) => node.id));
  const on = (edge) => shown.nodes.has(edge.from) && shown.nodes.has(edge.to) && edgePasses(edge);
  shown.edges = new Set(edges.filter(on).map((edge) => edge.id));
}

/** What belongs to a node closely enough to stay bright when it is chosen. */
function surroundings(id) {
  const near = new Set([id]);
  const add = (node) => near.add(node.id);
  const kind = nodeById.get(id).kind;
  for (const node of neighbours(id)) {
    add(node);
    if (kind === "topic" && node.kind === "phenomenon") neighbours(node.id, "claim").forEach(add);
    if (kind === "phenomenon" && node.kind === "claim") neighbours(node.id, "paper").forEach(add);
    if (kind === "claim" && node.kind === "phenomenon") neighbours(node.id, "topic").forEach(add);
    if (kind === "paper" && node.kind === "claim") neighbours(node.id, "phenomenon").forEach(add);
  }
  return near;
}

/** What belongs to a topic and to no other: its phenomena, their claims, and papers that speak of no other topic's. */
const regions = new Map();
function regionOf(topic) {
  if (!regions.has(topic)) {
    const phenomena = neighbours(topic, "phenomenon");
    const claims = phenomena.flatMap((node) => neighbours(node.id, "claim"));
    const own = new Set([topic, ...phenomena.map((node) => node.id), ...claims.map((node) => node.id)]);
    const papers = claims.flatMap((node) => neighbours(node.id, "paper"));
    const loyal = papers.filter((node) => neighbours(node.id, "claim").every((claim) => own.has(claim.id)));
    regions.set(topic, new Set([...own, ...loyal.map((node) => node.id)]));
  }
  return regions.get(topic);
}

// Search: every word must be found; a label counts more than the text, the text more than the findings.

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const flatten = (value) => (typeof value === "string" ? value : Array.isArray(value) ? value.map(flatten).join(" ") : "");

const searchTexts = new Map();
function searchText(node) {
  if (!searchTexts.has(node.id)) {
    const entry = page.entries[node.id] || {};
    const label = fold([node.label, entry.label, entry.zh].filter(Boolean).join(" "));
    const about = [entry.authors, node.authors, entry.venue, node.venue, entry.year, entry.organisation, entry.normalization];
    const text = fold([node.id, node.status, entry.number, ...about, flatten(entry.prose)].filter(Boolean).join(" "));
    const evidence = (node.kind === "claim" ? evidenceOfClaim : evidenceOfPaper).get(node.id) || [];
    searchTexts.set(node.id, [label, text, fold(evidence.map((one) => one.finding).join(" "))]);
  }
  return searchTexts.get(node.id);
}

/** Nodes that hold all words, best first. */
function search(query) {
  const wanted = fold(query).split(/\s+/).filter(Boolean);
  const found = [];
  for (const node of nodes) {
    if (!shown.nodes.has(node.id)) continue;
    const [label, text, findings] = searchText(node);
    let score = 0;
    const all = wanted.every((word) => {
      const place = label.indexOf(word);
      const gain = place === 0 || label[place - 1] === " " ? 9 : place > 0 ? 5 : text.includes(word) ? 3 : findings.includes(word) ? 1 : 0;
      score += gain;
      return gain > 0;
    });
    if (all) found.push([score, node]);
  }
  return found.sort((one, other) => other[0] - one[0]).map(([, node]) => node);
}
