/** The rule's numbers as a reader moved them, in one parameter: `w=90-60-30-25` is hundredths. */

import type { Rule } from "./contract.ts";

export const MOVABLE = ["strong", "moderate", "weak", "minorityShare"] as const;
export type Movable = (typeof MOVABLE)[number];
export const LIMITS: Record<Movable, [number, number]> = {
  strong: [0.05, 1],
  moderate: [0.05, 1],
  weak: [0.05, 1],
  minorityShare: [0.01, 0.5],
};

/** The moved rule, or the very same object when nothing is moved or the text is no such parameter. */
export function readWeights(text: string | undefined, published: Rule): Rule {
  const numbers = (text ?? "").split("-").map((part) => (/^\d{1,3}$/.test(part) ? Number(part) / 100 : Number.NaN));
  if (numbers.length !== MOVABLE.length || numbers.some(Number.isNaN)) return published;
  const moved: Rule = { ...published };
  MOVABLE.forEach((name, index) => {
    const [low, high] = LIMITS[name];
    moved[name] = Math.min(high, Math.max(low, numbers[index] as number));
  });
  return MOVABLE.every((name) => moved[name] === published[name]) ? published : moved;
}

export function writeWeights(moved: Rule, published: Rule): string {
  if (MOVABLE.every((name) => Math.abs(moved[name] - published[name]) < 1e-9)) return "";
  return MOVABLE.map((name) => Math.round(moved[name] * 100)).join("-");
}
