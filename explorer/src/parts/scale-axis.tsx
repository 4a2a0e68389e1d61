/** The conditions of a claim's evidence on one logarithmic axis: at which scale does who find what. */

import { useState } from "preact/hooks";
import type { Evidence } from "../core/contract.ts";
import { scaleNumber, scaleRange, shortCitation } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { SCALES, type ScaleName } from "../core/status.ts";
import { entries, t } from "../core/state.ts";
import { Segments } from "./controls.tsx";
import { PaperLink } from "./cite.tsx";
import { StanceMark } from "./marks.tsx";
import { Text } from "./prose.tsx";

const ORDER = ["supports", "contradicts", "qualifies", "inconclusive"];

function stated(evidence: readonly Evidence[], scale: ScaleName): Evidence[] {
  return evidence
    .filter((one) => {
      const range = one.conditions[scale];
      return range !== null && (range[0] !== null || range[1] !== null);
    })
    .sort((a, b) => ORDER.indexOf(a.stance) - ORDER.indexOf(b.stance));
}

/** Powers of ten around all ends, at least two apart. */
export function logDomain(evidence: readonly Evidence[], scale: ScaleName): [number, number] {
  const ends = evidence.flatMap((one) => {
    const range: (number | null)[] = one.conditions[scale] ?? [];
    return range.filter((end): end is number => end !== null && end > 0);
  });
  const low = Math.floor(Math.log10(Math.min(...ends)));
  const high = Math.ceil(Math.log10(Math.max(...ends)));
  return high - low < 2 ? [low - 1, high + 1] : [low, high];
}

/** Findings that state no range: who they are, and what they say of their conditions instead. */
function Silent({ evidence }: { evidence: readonly Evidence[] }) {
  const known = entries();
  return (
    <>
      <p class="hint">{t("scale.silent", { count: evidence.length })}</p>
      <ul class="scale-silent">
        {evidence.map((one) => {
          const { note, models } = one.conditions;
          const said = [...models.map((key) => known.models.get(key)?.label ?? key), ...(note ? [note] : [])];
          return (
            <li key={one.name}>
              <PaperLink name={one.paper} /> <StanceMark stance={one.stance} quiet />
              <span class="said">{said.length ? <span lang="en"><Text text={said.join("; ")} /></span> : t("scale.nothing")}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function ScaleAxis({ evidence }: { evidence: readonly Evidence[] }) {
  const offered = SCALES.filter((scale) => stated(evidence, scale).length > 0);
  const [wanted, setWanted] = useState<ScaleName | null>(null);
  const scale = wanted && offered.includes(wanted) ? wanted : offered[0];
  if (!scale) {
    if (!evidence.length) return null;
    return (
      <section class="scale" aria-labelledby="scale-heading">
        <h2 id="scale-heading">{t("scale.title")}</h2>
        <Silent evidence={evidence} />
      </section>
    );
  }
  const rows = stated(evidence, scale);
  const silent = evidence.filter((one) => !rows.includes(one)).sort((a, b) => ORDER.indexOf(a.stance) - ORDER.indexOf(b.stance));
  const [low, high] = logDomain(rows, scale);
  const place = (value: number) => ((Math.log10(value) - low) / (high - low)) * 100;
  const every = high - low > 8 ? 2 : 1;
  const ticks = Array.from({ length: high - low + 1 }, (_, index) => low + index).filter((power) => (power - low) % every === 0);
  return (
    <section class="scale" aria-labelledby="scale-heading">
      <h2 id="scale-heading">{t("scale.title")}</h2>
      {offered.length > 1 && (
        <Segments name="scale" label={t("scale.choose")} value={scale} onChange={(value) => setWanted(value as ScaleName)}
          choices={offered.map((name) => ({ value: name, label: t(`scale.${name}` as MessageKey) }))} />
      )}
      <table class="scale-table">
        <caption class="unseen">{t("scale.caption", { scale: t(`scale.${scale}` as MessageKey) })}</caption>
        <thead>
          <tr>
            <th scope="col"><span class="unseen">{t("scale.paper")}</span></th>
            <th scope="col"><span class="unseen">{t("scale.stance")}</span></th>
            <th scope="col" class="scale-ticks">
              <span class="unseen">{t(`scale.${scale}` as MessageKey)}</span>
              <span class="ticks" aria-hidden="true">
                {ticks.map((power) => (
                  <span key={power} style={{ left: `${place(10 ** power)}%` }}>{scaleNumber(10 ** power)}</span>
                ))}
              </span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => {
            const [from, to] = one.conditions[scale] as [number | null, number | null];
            const left = from === null ? 0 : place(from);
            const right = to === null ? 100 : place(to);
            const paper = entries().papers.get(one.paper);
            return (
              <tr key={one.name} class={`stance-${one.stance} review-${one.review}`}>
                <th scope="row"><PaperLink name={one.paper} /></th>
                <td><StanceMark stance={one.stance} quiet /></td>
                <td class="scale-cell">
                  <span class="scale-track" aria-hidden="true">
                    {ticks.map((power) => <i key={power} style={{ left: `${place(10 ** power)}%` }} />)}
                    <b
                      class={`${from === null ? "open-left" : ""} ${to === null ? "open-right" : ""} ${right - left < 1.5 ? "point" : ""}`}
                      style={right - left < 1.5 ? { left: `${(left + right) / 2}%` } : { left: `${left}%`, width: `${right - left}%` }}
                      title={`${paper ? shortCitation(paper) : one.paper}: ${scaleRange(one.conditions[scale])}`}
                    />
                  </span>
                  <span class="scale-words number">{scaleRange(one.conditions[scale])}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {silent.length > 0 && <Silent evidence={silent} />}
    </section>
  );
}
