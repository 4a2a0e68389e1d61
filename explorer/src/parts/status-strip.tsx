/** How the claims stand as one bar and six numbers, each of which filters the board. */

import type { MessageKey } from "../core/messages.ts";
import { type Row, STATUSES, countStatuses } from "../core/board.ts";
import { writeSet } from "../core/route.ts";
import { setParameters, t } from "../core/state.ts";
import { StatusIcon } from "./icons.tsx";
import { slugOf, statusWord } from "./marks.tsx";

export function StatusStrip({ rows, chosen }: { rows: Row[]; chosen: ReadonlySet<string> }) {
  const counts = countStatuses(rows);
  const toggle = (status: string) => {
    const next = new Set(chosen);
    if (!next.delete(status)) next.add(status);
    setParameters({ status: writeSet(next) });
  };
  return (
    <div class="strip">
      <Proportions counts={counts} total={rows.length} />
      <ul class="strip-numbers" aria-label={t("strip.label")}>
        {STATUSES.map((status) => (
          <li key={status}>
            <button
              type="button"
              class={`strip-number status-${slugOf(status)}`}
              aria-pressed={chosen.has(status)}
              title={t(`status.${slugOf(status)}.meaning` as MessageKey)}
              onClick={() => toggle(status)}
            >
              <span class={counts.get(status) ? "strip-count" : "strip-count none-there"}>{counts.get(status) ?? 0}</span>
              <span class="strip-word">
                <StatusIcon status={status} size={14} />
                {statusWord(status)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Statuses as lengths of one bar, with the pattern of each, so that it reads without colour. */
export function Proportions({ counts, total, small = false }: { counts: Map<string, number>; total: number; small?: boolean }) {
  return (
    <div class={`proportions ${small ? "small" : ""}`} aria-hidden="true">
      {STATUSES.map((status) => {
        const count = counts.get(status) ?? 0;
        if (!count) return null;
        return <span key={status} class={`part status-${slugOf(status)}`} style={{ flexGrow: count / Math.max(1, total) }} />;
      })}
    </div>
  );
}
