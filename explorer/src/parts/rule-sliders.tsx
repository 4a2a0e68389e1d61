/** The rule's weights and its 25 % line, for a reader to move; which statuses move is said at once. */

import type { Claim } from "../core/contract.ts";
import { percent, weightNumber } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { entries, locale, rule, ruleIsMoved, setParameters, statusOf, t } from "../core/state.ts";
import { LIMITS, MOVABLE, type Movable, writeWeights } from "../core/weights.ts";
import { To } from "./link.tsx";
import { StatusMark } from "./marks.tsx";
import { Text } from "./prose.tsx";

export function RuleSliders({ claim }: { claim: Claim | null }) {
  const known = entries();
  const now = rule.value ?? known.graph.rule;
  const change = (name: Movable, value: number) => {
    setParameters({ w: writeWeights({ ...now, [name]: value }, known.graph.rule) });
  };
  const moved = ruleIsMoved.value
    ? known.graph.claims.filter((one) => statusOf(one.slug) !== one.status.status)
    : [];
  return (
    <section class="panel rule">
      <h2>{t("rule.title")}</h2>
      <p class="hint">{t("rule.hint")}</p>
      {MOVABLE.map((name) => {
        const [low, high] = LIMITS[name];
        const words = name === "minorityShare" ? percent(now[name], locale.value) : weightNumber(now[name], locale.value);
        return (
          <label key={name} class="slider">
            <span>{t(`rule.${name}` as MessageKey)}</span>
            <input
              type="range"
              min={low}
              max={high}
              step={name === "minorityShare" ? 0.01 : 0.05}
              value={now[name]}
              aria-valuetext={words}
              onInput={(event) => change(name, Number(event.currentTarget.value))}
            />
            <output class="number">{words}</output>
          </label>
        );
      })}
      {ruleIsMoved.value && (
        <>
          {claim && (
            <p class="rule-now">
              <StatusMark status={claim.status.status} /> <span aria-hidden="true">→</span> <span class="unseen">{t("rule.becomes")}</span>
              <StatusMark status={statusOf(claim.slug)} />
            </p>
          )}
          <p role="status">{moved.length ? t("rule.moved", { count: moved.length, total: known.graph.claims.length }) : t("rule.noneMoved")}</p>
          {moved.length > 0 && (
            <ul class="plain-list moved-list">
              {moved.map((one) => (
                <li key={one.slug}>
                  <span class="moved-pair">
                    <StatusMark status={one.status.status} /> <span aria-hidden="true">→</span> <span class="unseen">{t("rule.becomes")}</span>
                    <StatusMark status={statusOf(one.slug)} />
                  </span>
                  <To view="claim" name={one.slug} lang="en"><Text text={one.label} /></To>
                </li>
              ))}
            </ul>
          )}
          <button type="button" class="quiet-button" onClick={() => setParameters({ w: "" })}>
            {t("rule.reset")}
          </button>
        </>
      )}
    </section>
  );
}
