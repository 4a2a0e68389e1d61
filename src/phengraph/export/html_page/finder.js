// The left side: search, the legend that filters, and the list that has what the picture has.

const LIST_LIMIT = 400;
const list = byId("entries");
const query = byId("query");
let listed = [];

// The legend

const GROUPS = {
  kinds: {
    names: looks.kinds.map((one) => one.name).filter((name) => nodes.some((node) => node.kind === name)),
    sign: signOfKind,
    count: (name) => nodes.filter((node) => node.kind === name).length,
  },
  stances: {
    names: [...looks.stances.map((one) => one.name), PROPOSED].filter((name) => countOfStance(name) > 0),
    sign: signOfStance,
    count: (name) => countOfStance(name),
    say: (name) => (name === PROPOSED ? "proposed, not counted" : name),
  },
  statuses: {
    names: looks.statuses.map((one) => one.name).filter((name) => nodes.some((node) => node.status === name)),
    sign: signOfStatus,
    count: (name) => nodes.filter((node) => node.status === name).length,
  },
};

function countOfStance(name) {
  return edges.filter((edge) => isEvidence(edge) && (name === PROPOSED ? !edge.counted : edge.relation === name)).length;
}

function fillLegend() {
  for (const [group, { names, sign, count, say }] of Object.entries(GROUPS)) {
    const rows = names.map((name) => choice(group, name, sign(name), count(name), say ? say(name) : name));
    const field = byId(group);
    field.replaceChildren(field.querySelector("legend"), ...rows);
    field.hidden = rows.length === 0;
  }
  byId("reset").hidden = !isFiltered();
}

function choice(group, name, sign, count, label) {
  const box = make("input", {
    type: "checkbox",
    "data-group": group,
    "data-name": name,
    onchange: () => {
      off[group][box.checked ? "delete" : "add"](name);
      filtersChanged();
    },
  });
  box.checked = !off[group].has(name);
  const only = make("button", { type: "button", class: "only", "aria-label": `only ${label}`, onclick: () => showOnly(group, name) }, "only");
  return make(
    "div",
    { class: name === PROPOSED ? "choice wide" : "choice" },
    make("label", {}, box, sign, make("span", { class: "name" }, label), make("span", { class: "number" }, String(count))),
    only,
  );
}

function showOnly(group, name) {
  off[group] = new Set(GROUPS[group].names.filter((other) => other !== name));
  // What is proposed is a matter of its own: "only supports" still means all evidence that supports.
  if (group === "stances" && name !== PROPOSED) off[group].delete(PROPOSED);
  if (group === "stances" && name === PROPOSED) off[group] = new Set();
  filtersChanged();
}

function filtersChanged() {
  const active = document.activeElement;
  const again = active && active.dataset.group ? `[data-group="${active.dataset.group}"][data-name="${active.dataset.name}"]` : null;
  applyFilters();
  fillLegend();
  if (again) document.querySelector(again)?.focus();
  fillList();
  refreshCanvas();
}

// The list

const LABELS_OF_KIND = { paper: "Papers", model: "Models", "citing paper": "Citing papers" };

/** Entries in reading order: each topic with its phenomena and their claims, then papers and models. */
function inReadingOrder() {
  const order = [];
  const seen = new Set();
  const add = (node) => {
    if (!seen.has(node.id) && shown.nodes.has(node.id)) {
      seen.add(node.id);
      order.push(node);
    }
  };
  const of = (kind) => nodes.filter((node) => node.kind === kind);
  const under = (id, relation, kind) => edgesOf.get(id).filter((edge) => edge.to === id && edge.relation === relation).map((edge) => nodeById.get(edge.from)).filter((node) => node.kind === kind);
  for (const topic of of("topic")) {
    add(topic);
    for (const phenomenon of under(topic.id, "topic", "phenomenon")) {
      add(phenomenon);
      under(phenomenon.id, "about", "claim").forEach(add);
    }
  }
  for (const kind of ["phenomenon", "claim", "model", "paper", "citing paper"]) of(kind).forEach(add);
  return order;
}

function fillList() {
  const text = query.value.trim();
  const found = text ? search(text) : inReadingOrder();
  shown.matched = text ? new Set(found.map((node) => node.id)) : null;
  listed = found.slice(0, LIST_LIMIT);
  const rows = listed.map((node) => make("li", {}, row(node, Boolean(text))));
  if (found.length > listed.length) rows.push(make("li", { class: "more" }, `and ${found.length - listed.length} more: search to see them`));
  list.replaceChildren(...rows);
  rove(0);
  byId("found").textContent = text
    ? `${found.length || "nothing"} found for “${text}”`
    : isFiltered() ? `${shown.nodes.size} of ${nodes.length} shown` : "";
  markChosen();
}

function row(node, flat) {
  const entry = page.entries[node.id] || {};
  const extra =
    node.kind === "claim" ? node.status : node.kind === "paper" ? entry.cite : node.kind === "citing paper" ? node.year : node.kind === "model" ? entry.organisation : entry.zh;
  const said = node.kind === "paper" && !flat ? entry.label || node.label : titleOf(node);
  return make(
    "button",
    { type: "button", class: flat ? "" : node.kind.replace(" ", "-"), tabindex: "-1", "data-id": node.id, onclick: (event) => rowChosen(node.id, event) },
    signOf(node),
    make("span", { class: "words" }, words(said), extra ? [" ", words(String(extra), { class: "extra" })] : null),
  );
}

function rowChosen(id, event) {
  byId("finder").classList.remove("open");
  byId("open-finder").setAttribute("aria-expanded", "false");
  // Enter leads on to the details, and Escape back; a click leaves the focus where it is.
  choose(id, { focusPanel: event.detail === 0 });
}

const rows = () => [...list.querySelectorAll("button")];

/** One row at a time is in the order of the Tab key; arrow keys move within. */
function rove(place, focus = false) {
  const all = rows();
  if (!all.length) return;
  const now = Math.max(0, Math.min(all.length - 1, place));
  all.forEach((button, number) => button.setAttribute("tabindex", number === now ? "0" : "-1"));
  if (focus) all[now].focus();
}

function markChosen() {
  for (const button of rows()) button.setAttribute("aria-current", String(button.dataset.id === chosen));
}

list.addEventListener("keydown", (event) => {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1, PageDown: at + 10, PageUp: at - 10 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  if (event.key === "ArrowUp" && at === 0) query.focus();
  else rove(to, true);
});
list.addEventListener("focusin", (event) => setHovered(event.target.dataset.id || null));
list.addEventListener("focusout", () => setHovered(null));

query.addEventListener("input", () => {
  fillList();
  refreshCanvas();
});
query.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown") {
    event.preventDefault();
    rove(0, true);
  } else if (event.key === "Enter" && listed.length) {
    event.preventDefault();
    choose(listed[0].id, { focusPanel: true });
    byId("finder").classList.remove("open");
  }
});
byId("reset").addEventListener("click", (event) => {
  event.preventDefault();
  for (const group of Object.keys(off)) off[group] = new Set();
  filtersChanged();
});
