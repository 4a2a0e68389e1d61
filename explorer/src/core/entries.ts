/** The graph with its indexes: who is about what, in the order in which things are shown. */

import type {
  Citation,
  CitingPaper,
  Claim,
  Evidence,
  ExplorerGraph,
  ListNote,
  Model,
  Paper,
  Phenomenon,
  StatusChange,
  Topic,
} from "./contract.ts";

export interface Entries {
  graph: ExplorerGraph;
  topics: Map<string, Topic>;
  phenomena: Map<string, Phenomenon>;
  claims: Map<string, Claim>;
  evidence: Map<string, Evidence>;
  papers: Map<string, Paper>;
  models: Map<string, Model>;
  phenomenaOfTopic: Map<string, Phenomenon[]>;
  claimsOfPhenomenon: Map<string, Claim[]>;
  evidenceOfClaim: Map<string, Evidence[]>;
  evidenceOfPaper: Map<string, Evidence[]>;
  evidenceOfModel: Map<string, Evidence[]>;
  phenomenaOfModel: Map<string, Phenomenon[]>;
  phenomenaOfPaper: Map<string, Phenomenon[]>;
  modelsOfPaper: Map<string, Model[]>;
  citationsOfPaper: Map<string, Citation[]>;
  notesOf: Map<string, ListNote[]>;
  changesOfClaim: Map<string, StatusChange[]>;
  /** Dates on which citations were first seen, newest first. */
  refreshes: string[];
}

function byKey<T>(entries: readonly T[], key: (one: T) => string): Map<string, T> {
  return new Map(entries.map((one) => [key(one), one]));
}

export function group<T>(entries: Iterable<T>, keys: (one: T) => Iterable<string>): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of entries) {
    for (const key of keys(one)) {
      const members = groups.get(key);
      if (members) members.push(one);
      else groups.set(key, [one]);
    }
  }
  return groups;
}

export function indexGraph(graph: ExplorerGraph): Entries {
  return {
    graph,
    topics: byKey(graph.topics, (one) => one.slug),
    phenomena: byKey(graph.phenomena, (one) => one.slug),
    claims: byKey(graph.claims, (one) => one.slug),
    evidence: byKey(graph.evidence, (one) => one.name),
    papers: byKey(graph.papers, (one) => one.key),
    models: byKey(graph.models, (one) => one.key),
    phenomenaOfTopic: group(graph.phenomena, (one) => [one.topic]),
    claimsOfPhenomenon: group(graph.claims, (one) => [one.phenomenon]),
    evidenceOfClaim: group(graph.evidence, (one) => [one.claim]),
    evidenceOfPaper: group(graph.evidence, (one) => [one.paper]),
    evidenceOfModel: group(graph.evidence, (one) => one.conditions.models),
    phenomenaOfModel: group(graph.phenomena, (one) => one.seenIn),
    phenomenaOfPaper: group(graph.phenomena, (one) => one.listedPapers),
    modelsOfPaper: group(graph.models, (one) => (one.paper ? [one.paper] : [])),
    citationsOfPaper: group(graph.citations, (one) => [one.cited]),
    notesOf: group(graph.notes, (one) => [one.about]),
    changesOfClaim: group(graph.statusChanges, (one) => [one.claim]),
    refreshes: [...new Set(graph.citations.map((one) => one.seen))].sort().reverse(),
  };
}

/** What is known of the citing side, whether tracked or not. */
export function citingOf(entries: Entries, citation: Citation): CitingPaper | null {
  if (citation.citing !== null) return entries.graph.citingPapers[citation.citing] ?? null;
  const paper = citation.citingKey === null ? undefined : entries.papers.get(citation.citingKey);
  if (!paper) return null;
  return {
    id: paper.key,
    title: paper.title,
    authors: paper.authors,
    year: paper.year,
    date: null,
    venue: paper.venue,
    link: paper.link,
    at: entries.graph.positions[`paper/${paper.key}`] ?? null,
  };
}

/** The papers of a claim's evidence, each once, in the order of the evidence. */
export function papersOfClaim(entries: Entries, slug: string): Paper[] {
  const keys = new Set((entries.evidenceOfClaim.get(slug) ?? []).map((one) => one.paper));
  return [...keys].flatMap((key) => entries.papers.get(key) ?? []);
}

/** The latest count of a paper, or null when none was made. */
export function latestCitations(paper: Paper): number | null {
  return paper.counts.at(-1)?.[1] ?? null;
}

/** The sum of the latest counts of papers, or null when none has one. */
export function sumCitations(papers: readonly Paper[]): number | null {
  let sum: number | null = null;
  for (const paper of papers) {
    const count = latestCitations(paper);
    if (count !== null) sum = (sum ?? 0) + count;
  }
  return sum;
}

/** Summed counts over time: at each date any paper was counted, the sum of each paper's latest count by then. */
export function citationCurve(papers: readonly Paper[]): [string, number][] {
  const dates = [...new Set(papers.flatMap((paper) => paper.counts.map((count) => count[0])))].sort();
  return dates.map((date) => {
    let sum = 0;
    for (const paper of papers) {
      let latest = 0;
      for (const [counted, citations] of paper.counts) if (counted <= date) latest = citations;
      sum += latest;
    }
    return [date, sum];
  });
}
