/** How a claim's status ran over the years: the rule applied to the evidence of papers up to each of them. */

import type { Evidence, Rule, StatusName } from "./contract.ts";
import { type Papers, judge } from "./status.ts";

export interface Stretch {
  status: StatusName;
  /** First year, inclusive. */
  from: number;
  /** Last year, inclusive. */
  to: number;
}

/** Runs of equal status, from the first evidence's year to `until`; evidence without a year is left out. */
export function statusStretches(evidence: readonly Evidence[], papers: Papers, rule: Rule, until: number): Stretch[] {
  const dated = evidence.flatMap((one) => {
    const year = papers.get(one.paper)?.year;
    return one.review === "accepted" && year ? [{ one, year }] : [];
  });
  if (!dated.length) return [];
  const first = Math.min(...dated.map((entry) => entry.year));
  const stretches: Stretch[] = [];
  for (let year = first; year <= until; year += 1) {
    const { status } = judge(dated.filter((entry) => entry.year <= year).map((entry) => entry.one), papers, rule);
    const last = stretches.at(-1);
    if (last?.status === status) last.to = year;
    else stretches.push({ status, from: year, to: year });
  }
  return stretches;
}
