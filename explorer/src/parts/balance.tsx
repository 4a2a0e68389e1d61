/** The for/against balance of a claim: one block a team, for to the right, against to the left, on one scale for all. */

import type { Balance } from "../core/balance.ts";
import { weightOf } from "../core/balance.ts";
import { shortCitation } from "../core/format.ts";
import { entries, t } from "../core/state.ts";

export interface BalanceScale {
  support: number;
  contradict: number;
}

/** The scale on which the bars of many claims are drawn, so that they can be compared down the page. */
export function commonScale(balances: readonly Balance[]): BalanceScale {
  const support = Math.max(1.2, ...balances.map((one) => weightOf(one.support)));
  const contradict = Math.max(0.6, ...balances.map((one) => weightOf(one.contradict)));
  return { support, contradict };
}

export function balanceWords(balance: Balance): string {
  const parts = [
    t("balance.for", { count: balance.support.length }),
    t("balance.against", { count: balance.contradict.length }),
  ];
  if (balance.qualifying) parts.push(t("balance.qualifying", { count: balance.qualifying }));
  if (balance.proposed) parts.push(t("balance.proposed", { count: balance.proposed }));
  return parts.join(t("list.comma"));
}

interface Props {
  balance: Balance;
  scale: BalanceScale;
  width?: number;
  height?: number;
}

export function BalanceBar({ balance, scale, width = 168, height = 16 }: Props) {
  const span = scale.support + scale.contradict;
  const unit = width / span;
  const zero = scale.contradict * unit;
  const gap = 1.5;
  const bar = height - 4;
  let right = zero;
  let left = zero;
  const known = entries();
  const named = (key: string) => {
    const paper = known.papers.get(key);
    return paper ? shortCitation(paper) : key;
  };
  return (
    <svg class="balance" role="img" aria-label={balanceWords(balance)} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <line class="balance-axis" x1={zero} x2={zero} y1="0" y2={height} />
      {balance.support.map((block) => {
        const size = block.weight * unit;
        const x = right + gap / 2;
        right += size;
        return (
          <rect key={block.evidence.name} class="balance-for" x={x} y="2" width={Math.max(1, size - gap)} height={bar} rx="1">
            <title>{named(block.evidence.paper)}</title>
          </rect>
        );
      })}
      {balance.contradict.map((block) => {
        const size = block.weight * unit;
        left -= size;
        const x = left + gap / 2;
        const wide = Math.max(1, size - gap);
        return (
          <g key={block.evidence.name} class="balance-against">
            <title>{named(block.evidence.paper)}</title>
            <rect x={x} y="2" width={wide} height={bar} rx="1" />
            <Stripes x={x} y={2} width={wide} height={bar} />
          </g>
        );
      })}
    </svg>
  );
}

/** Diagonal stripes, so that "against" is told without colour; drawn as lines, since patterns need ids. */
function Stripes({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  let d = "";
  for (let at = -height + 3; at < width; at += 4) {
    const x1 = Math.max(0, at);
    const y1 = height - (x1 - at);
    const x2 = Math.min(width, at + height);
    const y2 = height - (x2 - at);
    if (x2 > x1) d += `M${(x + x1).toFixed(1)} ${(y + y1).toFixed(1)}L${(x + x2).toFixed(1)} ${(y + y2).toFixed(1)}`;
  }
  return <path class="balance-stripes" d={d} />;
}
