/** The landing view: the board of claims, which stand, which are contested, and the weight on either side. */

import { useMemo } from "preact/hooks";
import { Board } from "../parts/board.tsx";
import { Filters } from "../parts/filters.tsx";
import { StatusStrip } from "../parts/status-strip.tsx";
import { SORTS, type Sort, filterRows, makeRows, readFilter, sortRows } from "../core/board.ts";
import { dateWords } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { entries, locale, route, rule, setParameters, statusOf, t, whatIf } from "../core/state.ts";
import { Select } from "../parts/controls.tsx";

export function OverviewView() {
  const known = entries();
  const nowRule = rule.value ?? known.graph.rule;
  const rows = useMemo(() => makeRows(known, nowRule, statusOf), [known, nowRule, whatIf.value]);
  const filter = readFilter(route.value.parameters);
  const shown = sortRows(filterRows(rows, filter, known), filter.sort, locale.value);
  const beforeStatus = filterRows(rows, filter, known, "status");

  return (
    <div class="page overview">
      <div class="overview-head">
        <h1>{t("overview.title")}</h1>
        <p class="lead">
          {t("overview.counts", {
            phenomena: known.graph.phenomena.length,
            findings: known.graph.evidence.length,
            papers: known.graph.papers.length,
          })}
          <Newest />
        </p>
        <StatusStrip rows={beforeStatus} chosen={filter.status} />
      </div>
      <div class="overview-body">
        <Filters rows={rows} filter={filter} />
        <section class="board-area" aria-label={t("board.label")}>
          <div class="board-bar">
            <p class="board-count" role="status">
              {shown.length === rows.length
                ? t("board.all", { count: rows.length })
                : t("board.some", { count: shown.length, total: rows.length })}
            </p>
            <Select
              label={t("board.sort")}
              value={filter.sort}
              choices={SORTS.map((sort: Sort) => ({ value: sort, label: t(`sort.${sort}` as MessageKey) }))}
              onChange={(sort) => setParameters({ sort: sort === "list" ? "" : sort })}
            />
          </div>
          <Board rows={shown} grouped={filter.sort === "list"} />
        </section>
      </div>
    </div>
  );
}

function Newest() {
  const dates = entries().graph.papers.flatMap((paper) => paper.counts.at(-1)?.[0] ?? []);
  const newest = dates.sort().at(-1);
  if (!newest) return null;
  return <> · {t("overview.counted", { date: dateWords(newest, locale.value) })}</>;
}
