/** A band that says, on every view, that statuses are shown under the reader's own weights. */

import { entries, ruleIsMoved, setParameters, statusOf, t } from "../core/state.ts";

export function MovedRule() {
  if (!ruleIsMoved.value) return null;
  const moved = entries().graph.claims.filter((claim) => statusOf(claim.slug) !== claim.status.status).length;
  return (
    <div class="band" role="note">
      <span>{t("rule.band", { count: moved })}</span>
      <button type="button" class="quiet-button" onClick={() => setParameters({ w: "" })}>
        {t("rule.reset")}
      </button>
    </div>
  );
}
