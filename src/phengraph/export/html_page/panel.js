// The right side: what is known of the chosen entry.

const panel = byId("panel");

function nameButton(id, text, attributes = {}) {
  const label = text || labelOf(id);
  if (!nodeById.has(id)) return words(label);
  return make("button", { type: "button", class: "entry", ...attributes, onclick: () => choose(id, { focusPanel: true }) }, words(label));
}

const names = (ids) =>
  make("ul", { class: "plain names" }, (ids || []).map((id) => make("li", {}, nodeById.has(id) ? signOf(nodeById.get(id)) : null, nameButton(id, nodeById.has(id) ? titleOf(nodeById.get(id)) : null))));

function part(title, count, ...content) {
  return [make("h3", {}, title, count === null ? null : make("span", { class: "number" }, String(count))), content];
}

const statusBadge = (name) => {
  const badge = make("span", { class: "badge" }, signOfStatus(name), name);
  badge.style.color = colour(lookOf("statuses", name));
  return badge;
};

function showPanel() {
  const node = chosen ? nodeById.get(chosen) : null;
  panel.hidden = !node;
  document.body.classList.toggle("chosen", Boolean(node));
  panel.replaceChildren(...(node ? entryPanel(node).flat(Infinity).filter(Boolean) : []));
  panel.scrollTop = 0;
}

function entryPanel(node) {
  const entry = page.entries[node.id] || { label: node.label };
  const close = make("button", { type: "button", class: "close", onclick: () => choose(null), "aria-label": "Close details" }, "✕");
  const kind = node.kind === "claim" ? "claim" : node.kind;
  const top = make("div", { class: "top" }, signOfKind(node.kind), kind, entry.number ? ` · ${entry.number}` : "", close);
  const heading = make("h2", { dir: "auto", tabindex: "-1" }, entry.label || node.label);
  const chinese = entry.zh ? make("p", { class: "soft", lang: "zh" }, entry.zh) : null;
  const describe = { topic: topicPanel, phenomenon: phenomenonPanel, claim: claimPanel, paper: paperPanel, model: modelPanel }[node.kind] || citingPanel;
  const edit = entry.edit ? make("p", { class: "soft" }, link(entry.edit, "Where this is written ↗")) : null;
  return [top, heading, chinese, describe(node, entry), edit];
}

const under = (node, relation, kind) =>
  edgesOf.get(node.id).filter((edge) => edge.to === node.id && edge.relation === relation).map((edge) => edge.from).filter((id) => nodeById.get(id).kind === kind);
const onward = (node, relation) => edgesOf.get(node.id).filter((edge) => edge.from === node.id && edge.relation === relation).map((edge) => edge.to);

function topicPanel(node) {
  const phenomena = under(node, "topic", "phenomenon");
  return part("Phenomena", phenomena.length, names(phenomena));
}

function phenomenonPanel(node, entry) {
  const claims = under(node, "about", "claim");
  const claimRow = (id) =>
    make("li", {}, nameButton(id, null, { class: "entry strong" }), make("p", { class: "meta" }, signOf(nodeById.get(id)), ` ${nodeById.get(id).status || ""}`));
  return [
    make("p", { class: "soft" }, "in ", nameButton(entry.topic)),
    prose(entry.prose),
    (entry.figures || []).map((figure) => make("p", { class: "soft" }, "Figure: ", link(figure.url, words(figure.caption)), " ↗")),
    part("Claims", claims.length, make("ul", { class: "plain" }, claims.map(claimRow))),
    (entry.notes || []).map((note) =>
      make("div", { class: "listnote" }, make("strong", {}, "An error of the source list"), make("p", {}, "It says: ", words(note.says)), make("p", {}, "In fact: ", words(note.fact)), make("p", { class: "meta" }, "Checked with ", words(note.checked))),
    ),
    entry.models ? part("Seen in", entry.models.length, names(entry.models)) : null,
    entry.listed ? part("Cited by the source list", entry.listed.length, names(entry.listed)) : null,
  ];
}

function claimPanel(node, entry) {
  const all = evidenceOfClaim.get(node.id) || [];
  const counted = all.filter(isCounted);
  const sides = [["supports", "For"], ["contradicts", "Against"], ["qualifies", "Qualified by"], ["inconclusive", "Inconclusive"]];
  const lists = sides.map(([stance, title]) => {
    const those = counted.filter((one) => one.stance === stance);
    return those.length ? evidenceList(title, signOfStance(stance), those, "paper") : null;
  });
  const waiting = all.filter((one) => one.review === PROPOSED);
  return [
    make("p", {}, entry.status ? statusBadge(entry.status) : null, (entry.flags || []).map((flag) => make("span", { class: "flag" }, flag))),
    make("p", {}, words(entry.reason || "")),
    balance(entry.weights),
    prose(entry.prose),
    make("p", { class: "soft" }, "about ", nameButton(entry.phenomenon)),
    entry.origin || entry.asOf ? make("p", { class: "meta" }, [entry.origin, entry.asOf ? `state of ${entry.asOf}` : ""].filter(Boolean).join(", ")) : null,
    lists,
    waiting.length ? evidenceList("Proposed, not counted", signOfStance(PROPOSED), waiting, "paper", "written from memory; somebody should read these again") : null,
    all.length ? null : make("p", { class: "soft" }, "Nobody has written down evidence yet."),
  ];
}

/** Weight for and against as one bar. */
function balance(weights) {
  if (!weights || weights[0] + weights[1] === 0) return null;
  const [pro, con] = weights;
  const share = (100 * pro) / (pro + con);
  const of = (name) => colour(lookOf("stances", name));
  return make(
    "div",
    {},
    draw(
      "svg",
      { class: "balance", viewBox: "0 0 100 12", preserveAspectRatio: "none", role: "img", "aria-label": `weight for ${pro}, against ${con}` },
      draw("rect", { x: 0, y: 3, width: Math.max(0, share - 0.4), height: 6, fill: of("supports") }),
      draw("rect", { x: Math.min(100, share + 0.4), y: 3, width: Math.max(0, 99.6 - share), height: 6, fill: of("contradicts") }),
    ),
    make("p", { class: "meta" }, `weight for ${pro} · against ${con}`),
  );
}

function evidenceList(title, sign, those, end, hint) {
  return [part([sign, title], those.length), hint ? make("p", { class: "meta" }, hint) : null, make("ul", { class: "plain" }, those.map((one) => evidenceRow(one, end)))].flat();
}

function evidenceRow(one, end) {
  const look = lookOf("stances", one.stance);
  const paper = page.entries[one.paper] || {};
  const meta = [one.locator, one.conditions, `${one.strength}`, one.checked === "recall" ? "from memory" : `checked: ${one.checked}`, one.review === "accepted" ? "" : one.review];
  const item = make(
    "li",
    {},
    make("div", {}, end === "paper" ? nameButton(one.paper, paper.cite ? `${paper.cite}` : null, { class: "entry strong" }) : [signOfStance(one.stance), ` ${look ? look.verb : one.stance} `, nameButton(one.claim, null, { class: "entry strong" })]),
    end === "paper" && paper.label ? make("div", { class: "meta" }, words(paper.label)) : null,
    make("p", { dir: "auto" }, one.finding),
    one.quote ? make("blockquote", { dir: "auto" }, one.quote) : null,
    make("p", { class: "meta" }, words(meta.filter(Boolean).join(" · "))),
    end === "paper" && paper.links ? make("div", { class: "meta" }, linkList(paper.links.slice(0, 1))) : null,
  );
  if (isCounted(one) && look) item.style.borderLeftColor = colour(look);
  item.style.borderLeftStyle = { contradicts: "dashed", qualifies: "dotted" }[one.stance] || "solid";
  return item;
}

const linkList = (links) => (links || []).map(({ label, url }) => [link(url, [words(label), " ↗"]), " "]).flat();

function paperPanel(node, entry) {
  const all = evidenceOfPaper.get(node.id) || [];
  const count = entry.count;
  const introduces = onward(node, "introduces");
  const tested = onward(node, "testedOn");
  return [
    make("p", {}, words(entry.authors || "")),
    make("p", { class: "soft" }, words([entry.venue, entry.year].filter(Boolean).join(", "))),
    make("div", { class: "links" }, linkList(entry.links)),
    count ? make("p", { class: "soft" }, `${count.citations.toLocaleString("en")} citations, ${count.influential.toLocaleString("en")} influential (${count.date})`) : null,
    entry.note ? make("p", { class: "soft" }, words(entry.note)) : null,
    all.length ? evidenceList("What it says", null, all, "claim") : null,
    introduces.length ? part("Introduces", introduces.length, names(introduces)) : null,
    tested.length ? part("Tested on", tested.length, names(tested)) : null,
  ];
}

function modelPanel(node, entry) {
  const facts = [["by", entry.organisation], ["year", entry.year], ["parameters", entry.parameters], ["normalization", entry.normalization], ["read in", entry.checked]];
  const seen = under(node, "seenIn", "phenomenon");
  const tested = under(node, "testedOn", "paper");
  return [
    make("div", { class: "keys" }, facts.filter(([, value]) => value).map(([name, value]) => [make("span", { class: "soft" }, name), words(String(value))]).flat()),
    entry.note ? make("p", { class: "soft" }, words(entry.note)) : null,
    entry.paper ? part("Introduced by", null, names([entry.paper])) : null,
    seen.length ? part("Phenomena seen in it", seen.length, names(seen)) : null,
    tested.length ? part("Papers that tested on it", tested.length, names(tested)) : null,
  ];
}

function citingPanel(node) {
  return [
    make("p", {}, words(node.authors || "")),
    make("p", { class: "soft" }, words([node.venue, node.year].filter(Boolean).join(", "))),
    part("Cites", null, names(onward(node, "cites"))),
  ];
}
