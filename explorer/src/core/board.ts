/** The board of claims: which rows there are, filtered, sorted and grouped as the link says. */

import { type Balance, balanceOf, weightOf } from "./balance.ts";
import type { Claim, Evidence, Phenomenon, Rule, StatusName, Topic } from "./contract.ts";
import { type Entries, papersOfClaim, sumCitations } from "./entries.ts";
import { answers, words } from "./fold.ts";
import { readSet } from "./route.ts";

export const STATUSES: readonly StatusName[] = [
  "supported",
  "contested",
  "conditional",
  "refuted",
  "single source",
  "open",
];

export const SORTS = ["list", "contested", "support", "citations", "newest", "teams", "label"] as const;
export type Sort = (typeof SORTS)[number];

export interface Row {
  claim: Claim;
  phenomenon: Phenomenon;
  topic: Topic | undefined;
  status: StatusName;
  balance: Balance;
  support: number;
  contradict: number;
  teams: number;
  citations: number | null;
  newest: number;
  evidence: Evidence[];
}

export interface BoardFilter {
  status: Set<string>;
  topic: Set<string>;
  aspect: string;
  strength: string;
  model: string;
  /** A number of parameters that some evidence was made at. */
  scale: number | null;
  from: number | null;
  to: number | null;
  words: string[];
  sort: Sort;
}

export function readFilter(parameters: Record<string, string>): BoardFilter {
  const number = (text: string | undefined) => (text && Number.isFinite(Number(text)) ? Number(text) : null);
  const sort = parameters.sort as Sort;
  return {
    status: readSet(parameters.status),
    topic: readSet(parameters.topic),
    aspect: parameters.aspect ?? "",
    strength: parameters.strength ?? "",
    model: parameters.model ?? "",
    scale: number(parameters.scale),
    from: number(parameters.from),
    to: number(parameters.to),
    words: words(parameters.f ?? ""),
    sort: SORTS.includes(sort) ? sort : "list",
  };
}

export function makeRows(entries: Entries, rule: Rule, statusOf: (slug: string) => StatusName): Row[] {
  return entries.graph.claims.flatMap((claim) => {
    const phenomenon = entries.phenomena.get(claim.phenomenon);
    if (!phenomenon) return [];
    const evidence = entries.evidenceOfClaim.get(claim.slug) ?? [];
    const balance = balanceOf(evidence, entries.papers, rule);
    const years = evidence.map((one) => {
      const paper = entries.papers.get(one.paper);
      return paper?.year ? paper.year + (paper.month ?? 0) / 100 : 0;
    });
    return {
      claim,
      phenomenon,
      topic: entries.topics.get(phenomenon.topic),
      status: statusOf(claim.slug),
      balance,
      support: weightOf(balance.support),
      contradict: weightOf(balance.contradict),
      teams: balance.support.length + balance.contradict.length,
      citations: sumCitations(papersOfClaim(entries, claim.slug)),
      newest: Math.max(0, ...years),
      evidence,
    };
  });
}

export function filterRows(rows: readonly Row[], filter: BoardFilter, entries: Entries, skip: keyof BoardFilter | "" = ""): Row[] {
  const on = (name: keyof BoardFilter) => name !== skip;
  return rows.filter((row) => {
    if (on("status") && filter.status.size && !filter.status.has(row.status)) return false;
    if (on("topic") && filter.topic.size && !filter.topic.has(row.phenomenon.topic)) return false;
    if (filter.aspect && (row.topic?.aspect ?? "beyond") !== filter.aspect) return false;
    if (filter.strength && !row.evidence.some((one) => one.strength === filter.strength)) return false;
    if (filter.model && !row.phenomenon.seenIn.includes(filter.model)) {
      if (!row.evidence.some((one) => one.conditions.models.includes(filter.model))) return false;
    }
    if (filter.scale !== null && !row.evidence.some((one) => covers(one, filter.scale as number))) return false;
    if (filter.from !== null || filter.to !== null) {
      const year = (one: Evidence) => entries.papers.get(one.paper)?.year ?? null;
      const within = (one: number | null) =>
        one !== null && one >= (filter.from ?? -Infinity) && one <= (filter.to ?? Infinity);
      if (!row.evidence.some((one) => within(year(one)))) return false;
    }
    if (filter.words.length) {
      const text = words([row.claim.label, row.claim.text, row.phenomenon.label, row.phenomenon.labelZh ?? ""].join(" "));
      if (!filter.words.every((word) => text.some((own) => answers(own, word)))) return false;
    }
    return true;
  });
}

function covers(evidence: Evidence, parameters: number): boolean {
  const range = evidence.conditions.parameters;
  if (!range || (range[0] === null && range[1] === null)) return false;
  return (range[0] ?? -Infinity) <= parameters && parameters <= (range[1] ?? Infinity);
}

/** How divided a claim is: the lighter side's weight first, then the heavier's. */
function division(row: Row): number {
  return Math.min(row.support, row.contradict) * 1000 + Math.max(row.support, row.contradict);
}

export function sortRows(rows: readonly Row[], sort: Sort, language: string): Row[] {
  const keys: Record<Sort, ((a: Row, b: Row) => number) | null> = {
    list: null,
    contested: (a, b) => division(b) - division(a),
    support: (a, b) => b.support - b.contradict - (a.support - a.contradict),
    citations: (a, b) => (b.citations ?? -1) - (a.citations ?? -1),
    newest: (a, b) => b.newest - a.newest,
    teams: (a, b) => b.teams - a.teams,
    label: (a, b) => a.claim.label.localeCompare(b.claim.label, language),
  };
  const compare = keys[sort];
  return compare ? [...rows].sort(compare) : [...rows];
}

export function countStatuses(rows: readonly { status: StatusName }[]): Map<StatusName, number> {
  const counts = new Map<StatusName, number>(STATUSES.map((status) => [status, 0]));
  for (const row of rows) counts.set(row.status, (counts.get(row.status) ?? 0) + 1);
  return counts;
}
