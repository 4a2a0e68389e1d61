/**
 * The status rule of src/phengraph/status.py, so that readers can move its numbers and see which statuses move.
 *
 * Both read tests/golden/status_cases.json. Python's answer is the one that is published; this one answers "what if".
 * All sums are whole thousandths, as there, so that no label hangs on the rounding of a sum.
 */

import type { Evidence, Paper, Rule, ScaleRange, StatusName } from "./contract.ts";
import { fold } from "./fold.ts";

export interface Judgement {
  status: StatusName;
  supportingTeams: number;
  contradictingTeams: number;
  qualifyingTeams: number;
  supportWeight: number;
  contradictWeight: number;
  share: number;
  flags: string[];
  /** The scale on which the two sides do not meet, when that is what makes the claim conditional. */
  scale: ScaleName | null;
}

export type ScaleName = "parameters" | "tokens" | "compute";
export const SCALES: readonly ScaleName[] = ["parameters", "tokens", "compute"];

export type Papers = ReadonlyMap<string, Pick<Paper, "authors" | "year" | "month">>;
type Weights = Pick<Rule, "strong" | "moderate" | "weak" | "minorityShare" | "teamAuthorLimit">;

interface Side {
  teams: number;
  weight: number;
}

/** The status of one claim from everything written about it, in any order and review state. */
export function judge(evidence: readonly Evidence[], papers: Papers, rule: Weights): Judgement {
  const accepted = evidence.filter((one) => one.review === "accepted");
  const support = accepted.filter((one) => one.stance === "supports");
  const contradict = accepted.filter((one) => one.stance === "contradicts");
  const qualify = accepted.filter((one) => one.stance === "qualifies");

  const teams = findTeams([...support, ...contradict].map((one) => one.paper), papers, rule.teamAuthorLimit);
  const forIt = weigh(support, teams, rule);
  const against = weigh(contradict, teams, rule);
  const qualifying = findTeams(qualify.map((one) => one.paper), papers, rule.teamAuthorLimit);

  const total = forIt.weight + against.weight;
  const minority = Math.min(forIt.weight, against.weight);
  const divided = total > 0 && minority * 1000 >= thousandths(rule.minorityShare) * total;
  const scale = divided ? disjointScale(support, contradict) : null;
  const majoritySupports = forIt.weight >= against.weight;
  const majorityTeams = majoritySupports ? forIt.teams : against.teams;

  let status: StatusName;
  if (total === 0) status = "open";
  else if (divided) status = scale === null ? "contested" : "conditional";
  else if (majorityTeams >= 2) status = majoritySupports ? "supported" : "refuted";
  else status = "single source";

  const flags: string[] = [];
  if (minority && !divided) flags.push("with dissent");
  if (qualify.length) flags.push("qualified");
  if (total && !divided) {
    const [majority, rest] = majoritySupports ? [support, contradict] : [contradict, support];
    if (newestStrongDisagrees(majority, rest, papers)) flags.push("newest strong evidence disagrees");
  }

  return {
    status,
    supportingTeams: forIt.teams,
    contradictingTeams: against.teams,
    qualifyingTeams: new Set(qualifying.values()).size,
    supportWeight: forIt.weight / 1000,
    contradictWeight: against.weight / 1000,
    share: shareOf(forIt.weight, against.weight),
    flags,
    scale,
  };
}

/**
 * The team of each paper, named by its first key: connected components under "has a common author".
 * A list of more than `authorLimit` names links nothing.
 */
export function findTeams(keys: Iterable<string>, papers: Papers, authorLimit: number): Map<string, string> {
  const parent = new Map<string, string>();
  for (const key of [...new Set(keys)].sort()) parent.set(key, key);

  const root = (key: string): string => {
    let at = key;
    while (parent.get(at) !== at) at = parent.get(at) as string;
    return at;
  };
  const firstPaper = new Map<string, string>();
  for (const key of parent.keys()) {
    const authors = papers.get(key)?.authors ?? [];
    if (authors.length > authorLimit) continue;
    for (const name of authors.map(normalizeAuthor)) {
      if (!name) continue;
      if (!firstPaper.has(name)) firstPaper.set(name, key);
      const one = root(firstPaper.get(name) as string);
      const other = root(key);
      if (one < other) parent.set(other, one);
      else parent.set(one, other);
    }
  }
  return new Map([...parent.keys()].map((key) => [key, root(key)]));
}

/** A name as it is compared: "Kaplan, Jared" and "jared kaplan" are one, accents folded. */
export function normalizeAuthor(name: string): string {
  const comma = name.indexOf(",");
  const ordered = comma < 0 ? name : `${name.slice(comma + 1)} ${name.slice(0, comma)}`;
  return fold(ordered)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** The first scale on which all findings of both sides state ranges and none of one side touches one of the other. */
export function disjointScale(support: readonly Evidence[], contradict: readonly Evidence[]): ScaleName | null {
  for (const scale of SCALES) {
    const ours = rangesOn(support, scale);
    const theirs = rangesOn(contradict, scale);
    if (ours && theirs && !ours.some((one) => theirs.some((other) => touch(one, other)))) return scale;
  }
  return null;
}

function thousandths(value: number): number {
  return Math.round(value * 1000);
}

function weigh(evidence: readonly Evidence[], teams: ReadonlyMap<string, string>, rule: Weights): Side {
  const heaviest = new Map<string, number>();
  for (const one of evidence) {
    const team = teams.get(one.paper) as string;
    heaviest.set(team, Math.max(heaviest.get(team) ?? 0, thousandths(rule[one.strength])));
  }
  let weight = 0;
  for (const one of heaviest.values()) weight += one;
  return { teams: heaviest.size, weight };
}

function rangesOn(evidence: readonly Evidence[], scale: ScaleName): [number, number][] | null {
  const ranges: [number, number][] = [];
  for (const one of evidence) {
    const stated: ScaleRange | null = one.conditions[scale];
    if (!stated || (stated[0] === null && stated[1] === null)) return null;
    ranges.push([stated[0] ?? Number.NEGATIVE_INFINITY, stated[1] ?? Number.POSITIVE_INFINITY]);
  }
  return ranges.length ? ranges : null;
}

function touch(one: [number, number], other: [number, number]): boolean {
  return one[0] <= other[1] && other[0] <= one[1];
}

function newestStrongDisagrees(majority: readonly Evidence[], rest: readonly Evidence[], papers: Papers): boolean {
  const strong = (evidence: readonly Evidence[]) =>
    evidence.filter((one) => one.strength === "strong").map((one) => papers.get(one.paper));
  const ours = strong(majority);
  return strong(rest).some((their) => ours.every((our) => surelyNewer(their, our)));
}

type Dated = Pick<Paper, "year" | "month"> | undefined;

function surelyNewer(one: Dated, other: Dated): boolean {
  if (!one || !other || one.year === null || other.year === null) return false;
  if (one.year !== other.year || one.month === null || other.month === null) return one.year > other.year;
  return one.month > other.month;
}

function shareOf(support: number, contradict: number): number {
  const numerator = support + 500;
  const denominator = support + contradict + 1000;
  return Math.floor((2 * 10_000 * numerator + denominator) / (2 * denominator)) / 10_000;
}
