/** Why a claim has its status, in the reader's language, from the same numbers as Python's English sentence. */

import type { Rule } from "./contract.ts";
import { percent, weightNumber } from "./format.ts";
import type { MessageKey } from "./messages.ts";
import type { Judgement } from "./status.ts";

type Translate = (key: MessageKey, values?: Record<string, string | number>) => string;

export function reasonWords(judged: Judgement, rule: Rule, proposed: number, t: Translate, locale: string): string {
  if (judged.status === "open") return t(proposed ? "reason.openProposed" : "reason.open", { count: proposed });
  const side = (teams: number, weight: number, key: "for" | "against") => t(`reason.${key}` as MessageKey, { count: teams, weight: weightNumber(weight, locale) });
  const sides = [side(judged.supportingTeams, judged.supportWeight, "for"), side(judged.contradictingTeams, judged.contradictWeight, "against")];
  if (judged.contradictWeight > judged.supportWeight) sides.reverse();
  const parts = [sides.join(t("list.comma"))];
  const minority = Math.min(judged.supportWeight, judged.contradictWeight);
  if (minority > 0) {
    const share = minority / (judged.supportWeight + judged.contradictWeight);
    const divided = judged.status === "contested" || judged.status === "conditional";
    // Cut and not rounded, so that a share below the line never reads as the line.
    parts.push(t(divided ? "reason.above" : "reason.below", { share: percent(Math.floor(share * 100) / 100, locale), line: percent(rule.minorityShare, locale) }));
  }
  if (judged.status === "conditional" && judged.scale) parts.push(t("reason.disjoint", { scale: t(`scale.${judged.scale}` as MessageKey) }));
  if (judged.status === "single source") parts.push(t("reason.single"));
  return parts.join(t("list.semicolon")) + t("list.stop");
}
