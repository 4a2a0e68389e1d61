/** A small made-up graph for unit tests: two phenomena, four claims, six papers, one model, citing papers. */

import type { Claim, Evidence, ExplorerGraph, Paper, StanceName } from "../src/core/contract.ts";

export function paper(key: string, authors: string[], year: number | null = 2030, more: Partial<Paper> = {}): Paper {
  return {
    key, title: `Made-up paper ${key} on widgets`, authors, authorsComplete: true, year, month: null, venue: null, kind: "misc",
    arxiv: null, doi: null, openreview: null, corpusId: null, link: null, note: null, checks: {}, bibtex: `@misc{${key},\n}\n`, counts: [], ...more,
  };
}

export function evidence(claim: string, key: string, stance: StanceName, more: Partial<Evidence> = {}): Evidence {
  return {
    name: `${claim}.${key}`, claim, paper: key, stance, finding: `Made-up finding of ${key}.`, locator: null,
    conditions: { parameters: null, tokens: null, compute: null, models: [], datasets: [], metric: null, note: null },
    strength: "moderate", checked: "paper", confidence: "high", review: "accepted", origin: null, quote: null, readIn: null, added: null,
    path: "graph/phenomena/widgets.md", line: 1, ...more,
  };
}

function claim(slug: string, phenomenon: string, label: string): Claim {
  return {
    slug, phenomenon, label, text: `${label}, in full.`, origin: null, asOf: null, path: "graph/phenomena/widgets.md", line: 1,
    status: { status: "open", rule: "1", reason: "Made up.", supportingTeams: 0, contradictingTeams: 0, qualifyingTeams: 0, supportWeight: 0, contradictWeight: 0, share: 0.5, flags: [] },
  };
}

export function madeUpGraph(): ExplorerGraph {
  return {
    format: "phengraph-explorer/1", title: "made up", description: "", base: "https://example.org/", repository: null, branch: "main", digest: "0".repeat(32),
    rule: { version: "1", strong: 0.9, moderate: 0.6, weak: 0.3, minorityShare: 0.25, teamAuthorLimit: 30 },
    prefixes: { ph: "https://w3id.org/phengraph/ns#", claim: "https://example.org/claim/" },
    topics: [{ slug: "widgets", label: "Widgets", labelZh: "部件", aspect: "how", number: "1" }],
    phenomena: ["growth", "decay"].map((slug) => ({ slug, label: `Widget ${slug}`, labelZh: slug === "growth" ? "部件增长" : null, topic: "widgets", listNumber: null, seenIn: ["gadget"], listedPapers: [], description: "", figures: [], path: "p", line: 1 })),
    claims: [claim("big", "growth", "Widgets grow with 20 springs"), claim("small", "growth", "Small widgets stay small"), claim("rust", "decay", "Widgets rust"), claim("shine", "decay", "Widgets shine")],
    evidence: [
      evidence("big", "a", "supports", { conditions: { parameters: [1e9, 1e10], tokens: null, compute: null, models: ["gadget"], datasets: [], metric: null, note: null } }),
      evidence("big", "b", "supports", { strength: "strong" }),
      evidence("big", "c", "contradicts", { added: "2031-02-03T00:00:00Z" }),
      evidence("small", "a", "contradicts"),
      evidence("rust", "d", "supports", { review: "proposed" }),
      evidence("rust", "e", "qualifies", { added: "2031-03-04T10:00:00Z" }),
    ],
    papers: [
      paper("a", ["Zoë Müller", "Bo Else"], 2030, { counts: [["2031-01-01", 10, 1], ["2031-02-01", 14, 2]] }),
      paper("b", ["Muller, Zoe"], 2031),
      paper("c", ["Ann Other"], 2032, { counts: [["2031-02-01", 3, 0]] }),
      paper("d", ["Cy Third"], 2031), paper("e", ["Dee Fourth"], null), paper("f", [], 2029),
    ],
    models: [{ key: "gadget", label: "Gadget 7B", organisation: null, parameters: "7B", parameterRange: [7e9, 7e9], year: 2030, normalization: null, normPlacement: null, paper: "f", checkedWith: null, confidence: "high", note: null }],
    notes: [],
    citingPapers: [{ id: "w1", title: "Made-up citing paper", authors: ["Łukasz Żółw"], year: 2033, date: null, venue: null, link: null, at: null }],
    citations: [
      { cited: "a", citing: 0, citingKey: null, contexts: [{ text: "However, widgets of Müller fail to grow.", intents: [] }], influential: true, seen: "2031-02-01", removed: null },
      { cited: "a", citing: null, citingKey: "c", contexts: [], influential: false, seen: "2031-01-01", removed: null },
      { cited: "c", citing: 0, citingKey: null, contexts: [], influential: false, seen: "2031-01-01", removed: "2031-02-01" },
    ],
    statusChanges: [{ date: "2031-02-03", claim: "big", before: "supported", after: "contested" }],
    history: { since: "2031-01-01", whole: true },
    queries: [], vocabulary: [{ name: "ph:supports", kind: "property", label: "supports", comment: "" }],
    positions: { "claim/big": [0, 0], "paper/a": [10, 0] },
  };
}
