/** What came since a day: citing papers, counts that jumped, evidence, statuses that moved. */

import type { Citation, Evidence, Paper, StatusChange } from "./contract.ts";
import type { Entries } from "./entries.ts";

export interface Jump {
  paper: Paper;
  before: number;
  after: number;
}

export interface News {
  citations: Citation[];
  removed: Citation[];
  jumps: Jump[];
  evidence: Evidence[];
  changes: StatusChange[];
}

/** Everything dated on or after `since` (YYYY-MM-DD). */
export function newsSince(entries: Entries, since: string): News {
  const { graph } = entries;
  const beginning = firstDay(entries);
  const jumps = graph.papers.flatMap((paper) => {
    const after = paper.counts.at(-1);
    const before = paper.counts.findLast((count) => count[0] < since);
    if (!after || !before || after[0] < since || after[1] === before[1]) return [];
    return [{ paper, before: before[1], after: after[1] }];
  });
  return {
    citations: graph.citations
      .filter((one) => one.seen >= since && one.removed === null)
      .sort((a, b) => Number(b.influential) - Number(a.influential) || (a.seen < b.seen ? 1 : a.seen > b.seen ? -1 : 0)),
    removed: graph.citations.filter((one) => one.removed !== null && one.removed >= since),
    jumps: jumps.sort((a, b) => b.after - b.before - (a.after - a.before)),
    evidence: graph.evidence.filter((one) => one.added !== null && one.added.slice(0, 10) >= since && one.added.slice(0, 10) !== beginning),
    changes: graph.statusChanges.filter((one) => one.date.slice(0, 10) >= since),
  };
}

/** The day on which the first evidence was committed: the graph's beginning, which is no news; "" when git knows none. */
export function firstDay(entries: Entries): string {
  return entries.graph.evidence.map((one) => one.added?.slice(0, 10) ?? "").filter(Boolean).sort()[0] ?? "";
}

/** The days that can be chosen, newest first: refreshes, counts, commits of evidence, status changes. */
export function newsDays(entries: Entries): string[] {
  const { graph } = entries;
  const beginning = firstDay(entries);
  const days = new Set([
    ...entries.refreshes,
    ...graph.papers.flatMap((paper) => paper.counts.map((count) => count[0])),
    ...graph.evidence.flatMap((one) => (one.added && one.added.slice(0, 10) !== beginning ? [one.added.slice(0, 10)] : [])),
    ...graph.statusChanges.map((one) => one.date.slice(0, 10)),
  ]);
  return [...days].sort().reverse();
}

/** What is marked as read: the id of a citation, the same over exports. */
export function citationId(entries: Entries, citation: Citation): string {
  const citing = citation.citing === null ? citation.citingKey : entries.graph.citingPapers[citation.citing]?.id;
  return `${citation.cited} ${citing ?? ""}`;
}
