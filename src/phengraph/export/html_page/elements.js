// Elements from plain data. Text becomes text nodes and nothing else: no string of the data is ever parsed as markup.

const SVG = "http://www.w3.org/2000/svg";
const MATHML = "http://www.w3.org/1998/Math/MathML";
const MATHS_TAGS = new Set(
  "mrow mi mn mo mtext mspace mstyle msup msub msubsup mfrac msqrt mroot munder mover munderover mtable mtr mtd".split(" "),
);

const byId = (id) => document.getElementById(id);
const readJson = (id) => JSON.parse(byId(id).textContent);

const looks = readJson("looks");

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const make = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const draw = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** A link out of the page; the text alone when the address is not http or https. */
function link(url, label) {
  if (!/^https?:\/\//i.test(url)) return label;
  return make("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

// Text of the data keeps its own direction and cannot turn that of its surroundings.
const words = (text, attributes = {}) => make("bdi", attributes, text);

/** The elements of a text, from the blocks that html_prose.py makes. */
function prose(blocks) {
  return (blocks || []).map(([kind, ...parts]) => {
    if (kind === "ul" || kind === "ol") return make(kind, {}, parts.map((runs) => make("li", {}, runs.map(run))));
    if (kind === "pre") return make("pre", {}, parts);
    if (kind === "table") {
      const row = (cells, tag) => make("tr", {}, cells.map((runs) => make(tag, {}, runs.map(run))));
      const table = make("table", {}, row(parts[0] || [], "th"), parts.slice(1).map((cells) => row(cells, "td")));
      return make("div", { class: "scroll" }, table);
    }
    return make("p", { dir: "auto" }, parts.map(run));
  });
}

function run(part) {
  if (typeof part === "string") return part;
  const [kind, ...inner] = part;
  if (kind === "em" || kind === "strong") return make(kind, {}, inner.map(run));
  if (kind === "code") return make("code", {}, inner);
  if (kind === "br") return make("br");
  if (kind === "a") return link(inner[0], make("span", {}, inner.slice(1).map(run)));
  if (kind === "math") return fill(document.createElementNS(MATHML, "math"), {}, inner.map(formula));
  return make("span", {}, inner.map(run));
}

function formula(part) {
  if (typeof part === "string") return part;
  const tag = MATHS_TAGS.has(part[0]) ? part[0] : "mrow";
  return fill(document.createElementNS(MATHML, tag), {}, part.slice(1).map(formula));
}

// Signs: the shape of a kind, the line of a stance, the diamond of a status. Colours follow the theme.

const colour = (look) => look[theme()];
const looksByName = new Map(["kinds", "stances", "statuses"].map((group) => [group, new Map(looks[group].map((one) => [one.name, one]))]));
const lookOf = (group, name) => looksByName.get(group).get(name);
const theme = () => document.documentElement.dataset.theme;

const OUTLINES = {
  dot: (r) => Array.from({ length: 24 }, (_, i) => [r * Math.cos((i * Math.PI) / 12), r * Math.sin((i * Math.PI) / 12)]),
  hexagon: (r) => Array.from({ length: 6 }, (_, i) => [r * Math.cos((i * Math.PI) / 3), r * Math.sin((i * Math.PI) / 3)]),
  diamond: (r) => [[0, -r], [r, 0], [0, r], [-r, 0]],
  triangle: (r) => [[0, -r], [r * 0.95, r * 0.75], [-r * 0.95, r * 0.75]],
};

const points = (corners) => corners.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ");
const picture = (width, ...parts) =>
  draw("svg", { class: "sign", width, height: 14, viewBox: `${-width / 2} -7 ${width} 14`, "aria-hidden": "true" }, parts);

function signOfKind(name) {
  const look = lookOf("kinds", name);
  const radius = { topic: 6.5, phenomenon: 5.5, claim: 6, paper: 3.8, model: 5.2 }[name] || 2.8;
  return picture(14, draw("polygon", { points: points(OUTLINES[look.shape](radius)), fill: colour(look) }));
}

function signOfStance(name) {
  const look = lookOf("stances", name) || { light: "#566172", dark: "#9ba7b8", dashes: [] };
  const stroke = { stroke: colour(look), "stroke-width": name === PROPOSED ? 1 : 2.2, "stroke-dasharray": look.dashes.join(" ") };
  return picture(28, draw("line", { x1: -13, x2: 13, y1: 0, y2: 0, ...stroke }));
}

function signOfStatus(name) {
  const look = lookOf("statuses", name);
  const shape = points(OUTLINES.diamond(6));
  const inside = look.fill === "hollow" ? "none" : colour(look);
  const parts = [draw("polygon", { points: shape, fill: inside, stroke: colour(look), "stroke-width": 1.8 })];
  if (look.fill === "split") parts.push(draw("polygon", { points: "0,-4.2 0,4.2 -4.2,0", fill: background() }));
  return picture(14, parts);
}

const background = () => looks.background[theme()];
const signOf = (node) => (node.status ? signOfStatus(node.status) : signOfKind(node.kind));
