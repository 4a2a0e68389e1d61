/** The two sides of a claim as blocks: the heaviest finding of each team, once a side, heaviest first. */

import type { Evidence, Rule } from "./contract.ts";
import { type Papers, findTeams } from "./status.ts";

export interface Block {
  weight: number;
  evidence: Evidence;
}

export interface Balance {
  support: Block[];
  contradict: Block[];
  qualifying: number;
  inconclusive: number;
  proposed: number;
}

export function balanceOf(evidence: readonly Evidence[], papers: Papers, rule: Rule): Balance {
  const accepted = evidence.filter((one) => one.review === "accepted");
  const sided = accepted.filter((one) => one.stance === "supports" || one.stance === "contradicts");
  const teams = findTeams(sided.map((one) => one.paper), papers, rule.teamAuthorLimit);
  const side = (stance: string): Block[] => {
    const heaviest = new Map<string, Block>();
    for (const one of sided) {
      if (one.stance !== stance) continue;
      const team = teams.get(one.paper) as string;
      const weight = rule[one.strength];
      const known = heaviest.get(team);
      if (!known || weight > known.weight) heaviest.set(team, { weight, evidence: one });
    }
    return [...heaviest.values()].sort((a, b) => b.weight - a.weight);
  };
  return {
    support: side("supports"),
    contradict: side("contradicts"),
    qualifying: accepted.filter((one) => one.stance === "qualifies").length,
    inconclusive: accepted.filter((one) => one.stance === "inconclusive").length,
    proposed: evidence.filter((one) => one.review === "proposed").length,
  };
}

export function weightOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + Math.round(block.weight * 1000), 0) / 1000;
}
