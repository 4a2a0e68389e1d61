import assert from "node:assert/strict";
import { test } from "node:test";
import golden from "../../tests/golden/explorer.json";
import type { ExplorerGraph } from "../src/core/contract.ts";
import { indexGraph } from "../src/core/entries.ts";
import { makeMatrix } from "../src/core/matrix.ts";
import { SearchIndex } from "../src/core/search.ts";
import { judge } from "../src/core/status.ts";
import { makeNetwork } from "../src/graph/network.ts";

const graph = golden as unknown as ExplorerGraph;
const entries = indexGraph(graph);

test("the page's rule gives every claim of the golden file the status that Python wrote", () => {
  assert.ok(graph.claims.length > 3);
  for (const claim of graph.claims) {
    const found = judge(entries.evidenceOfClaim.get(claim.slug) ?? [], entries.papers, graph.rule);
    const { status, share, supportingTeams, contradictingTeams, qualifyingTeams, flags } = claim.status;
    assert.deepEqual({ status: found.status, share: found.share, supportingTeams: found.supportingTeams, contradictingTeams: found.contradictingTeams, qualifyingTeams: found.qualifyingTeams, flags: found.flags }, { status, share, supportingTeams, contradictingTeams, qualifyingTeams, flags }, claim.slug);
  }
});

test("every name in the golden file leads to its entry", () => {
  for (const one of graph.evidence) assert.ok(entries.claims.has(one.claim) && entries.papers.has(one.paper), one.name);
  for (const one of graph.claims) assert.ok(entries.phenomena.has(one.phenomenon), one.slug);
  for (const one of graph.citations) assert.ok(one.citing === null ? entries.papers.has(one.citingKey ?? "") : graph.citingPapers[one.citing] !== undefined, one.cited);
});

test("Python places every node that the page draws", () => {
  const network = makeNetwork(entries, () => "open", { withCiting: true });
  for (const node of network.nodes.keys()) assert.ok(graph.positions[node] ?? graph.citingPapers.find((one) => `work/${one.id}` === node)?.at, node);
});

test("search and matrix work on it", () => {
  const first = graph.claims[0];
  assert.ok(first);
  assert.equal(new SearchIndex(entries).search(first.label)[0]?.id, `claim/${first.slug}`);
  const matrix = makeMatrix(entries, { rows: "claim", columns: "paper", topic: "", phenomenon: "" });
  assert.equal(matrix.cells.flat().reduce((sum, cell) => sum + (cell?.evidence.length ?? 0), 0), graph.evidence.filter((one) => one.review === "accepted").length);
});
