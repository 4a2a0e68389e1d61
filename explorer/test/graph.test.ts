import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { indexGraph } from "../src/core/entries.ts";
import { makeNetwork, neighbours } from "../src/graph/network.ts";
import { type Selection, inPolygon, select, shortestPath } from "../src/graph/selection.ts";
import { madeUpGraph } from "./made-up.ts";

const entries = indexGraph(madeUpGraph());
const network = makeNetwork(entries, () => "open");
const ALL: Selection = { hiddenNodes: new Set(), hiddenEdges: new Set(), focus: null, depth: 1, folded: new Set(), only: null };

describe("the network", () => {
  test("has every entry as a node and every evidence as an edge, citing papers only when asked", () => {
    assert.equal(network.nodes.size, 1 + 2 + 4 + 6 + 1);
    assert.equal(network.edges.filter((edge) => edge.kind === "supports").length, 3);
    assert.equal(network.edges.filter((edge) => !edge.counted).length, 1);
    assert.equal(network.nodes.has("work/w1"), false);
    const wide = makeNetwork(entries, () => "open", { withCiting: true });
    assert.equal(wide.nodes.get("work/w1")?.kind, "citing");
    // The removed citation is no edge; the tracked citing paper is no second node.
    assert.deepEqual(wide.edges.filter((edge) => edge.kind === "cites").map((edge) => [edge.source, edge.target]), [["work/w1", "paper/a"], ["paper/c", "paper/a"]]);
  });
  test("nodes stand where the layout says, strays beside a neighbour, none at one spot", () => {
    assert.deepEqual([network.nodes.get("paper/a")?.x, network.nodes.get("paper/a")?.y], [10, 0]);
    const places = [...network.nodes.values()].map((node) => `${node.x.toFixed(3)} ${node.y.toFixed(3)}`);
    assert.equal(new Set(places).size, places.length);
  });
  test("neighbours go both ways", () => {
    assert.deepEqual([...neighbours(network, "claim/big")].sort(), ["paper/a", "paper/b", "paper/c", "phenomenon/growth"]);
  });
});

describe("what is shown", () => {
  test("the legend hides kinds of nodes and edges", () => {
    const shown = select(network, { ...ALL, hiddenNodes: new Set(["paper"]), hiddenEdges: new Set(["topic"]) });
    assert.equal([...shown.nodes].some((id) => id.startsWith("paper/")), false);
    assert.equal(shown.edges.some((edge) => edge.kind === "topic" || edge.kind === "supports"), false);
  });
  test("a focus keeps what lies within its steps", () => {
    assert.deepEqual([...select(network, { ...ALL, focus: "claim/shine" }).nodes].sort(), ["claim/shine", "phenomenon/decay"]);
    assert.ok(select(network, { ...ALL, focus: "claim/shine", depth: 2 }).nodes.has("claim/rust"));
    assert.equal(select(network, { ...ALL, focus: "claim/nowhere" }).nodes.size, network.nodes.size);
  });
  test("folding a node takes away what hangs on it alone", () => {
    const shown = select(network, { ...ALL, folded: new Set(["claim/rust"]) });
    assert.equal(shown.nodes.has("paper/d"), false);
    assert.equal(shown.nodes.has("phenomenon/decay"), true);
  });
  test("a lasso keeps its own", () => {
    assert.deepEqual([...select(network, { ...ALL, only: new Set(["paper/a"]) }).nodes], ["paper/a"]);
    assert.equal(inPolygon(1, 1, [[0, 0], [2, 0], [2, 2], [0, 2]]), true);
    assert.equal(inPolygon(3, 1, [[0, 0], [2, 0], [2, 2], [0, 2]]), false);
  });
  test("a path goes by the fewest steps over what is shown", () => {
    const shown = select(network, ALL);

    assert.equal(shortestPath(network, shown, "paper/b", "claim/small")?.length, 4);
    assert.deepEqual(shortestPath(network, shown, "paper/a", "paper/a"), ["paper/a"]);
    assert.equal(shortestPath(network, select(network, { ...ALL, hiddenNodes: new Set(["claim"]) }), "paper/b", "paper/d"), null);
  });
});
