/** The matrix view: a table that can be copied as CSV, LaTeX or Markdown. */

import { useMemo } from "preact/hooks";
import type { MessageKey } from "../core/messages.ts";
import {
  COLUMN_KINDS,
  type Cell,
  type Heading,
  type MatrixChoice,
  ROW_KINDS,
  cellSigns,
  cellStance,
  makeMatrix,
  matrixCsv,
  matrixLatex,
  matrixMarkdown,
} from "../core/matrix.ts";
import { entries, route, setParameters, statusOf, t } from "../core/state.ts";
import { CopyButton, Segments, Select } from "../parts/controls.tsx";
import { StatusIcon } from "../parts/icons.tsx";
import { To } from "../parts/link.tsx";
import { Label, labelText, slugOf, stanceWord, statusWord } from "../parts/marks.tsx";
import { Text } from "../parts/prose.tsx";

const COLUMN_LIMIT = 120;

export function MatrixView() {
  const known = entries();
  const { rows: wantedRows, columns: wantedColumns, topic = "", phenomenon = "" } = route.value.parameters;
  const choice: MatrixChoice = {
    rows: ROW_KINDS.find((one) => one === wantedRows) ?? "claim",
    columns: COLUMN_KINDS.find((one) => one === wantedColumns) ?? (phenomenon ? "paper" : "year"),
    topic,
    phenomenon,
  };
  const matrix = useMemo(() => makeMatrix(known, choice), [known, choice.rows, choice.columns, topic, phenomenon]);
  const cut = matrix.columns.length > COLUMN_LIMIT;
  const columns = cut ? matrix.columns.slice(-COLUMN_LIMIT) : matrix.columns;
  const first = matrix.columns.length - columns.length;
  const all = { value: "", label: t("matrix.allTopics") };
  const phenomena = known.graph.phenomena.filter((one) => !topic || one.topic === topic);
  return (
    <div class="page matrix-page">
      <h1>{t("view.matrix")}</h1>
      <p class="hint">{t("matrix.hint")}</p>
      <div class="toolbar">
        <Segments name="rows" label={t("matrix.rows")} value={choice.rows} onChange={(rows) => setParameters({ rows })}
          choices={ROW_KINDS.map((value) => ({ value, label: t(`matrix.rows.${value}` as MessageKey) }))} />
        <span aria-hidden="true">×</span>
        <Segments name="columns" label={t("matrix.columns")} value={choice.columns} onChange={(next) => setParameters({ columns: next })}
          choices={COLUMN_KINDS.map((value) => ({ value, label: t(`matrix.columns.${value}` as MessageKey) }))} />
        <Select label={t("filters.topics")} value={topic} onChange={(next) => setParameters({ topic: next, phenomenon: "" })}
          choices={[all, ...known.graph.topics.map((one) => ({ value: one.slug, label: labelText(one) }))]} />
        <Select label={t("matrix.phenomenon")} value={phenomenon} onChange={(next) => setParameters({ phenomenon: next })}
          choices={[{ value: "", label: t("filters.any") }, ...phenomena.map((one) => ({ value: one.slug, label: labelText(one) }))]} />
        <span class="copy-group" role="group" aria-label={t("matrix.copyAs")}>
          <CopyButton text={() => matrixCsv(matrix)} label="CSV" />
          <CopyButton text={() => matrixLatex(matrix)} label="LaTeX" />
          <CopyButton text={() => matrixMarkdown(matrix)} label="Markdown" />
        </span>
      </div>
      <Legend />
      {cut && <p class="hint" role="note">{t("matrix.cut", { count: COLUMN_LIMIT, total: matrix.columns.length })}</p>}
      {!columns.length ? <p class="none">{t("matrix.none")}</p> : (
        <div class="scroll matrix-scroll" tabIndex={0} role="region" aria-label={t("view.matrix")}>
          <table class={`matrix columns-${choice.columns}`} aria-label={t("view.matrix")}>
            <thead>
              <tr>
                <td />
                {columns.map((column) => <th key={column.name} scope="col"><span><ColumnName choice={choice} column={column} /></span></th>)}
              </tr>
            </thead>
            <tbody>
              {matrix.rows.map((row, index) => (
                <tr key={row.name}>
                  <th scope="row"><RowName choice={choice} row={row} /></th>
                  {columns.map((column, at) => <CellView key={column.name} cell={matrix.cells[index]?.[first + at] ?? null} row={row} column={column} />)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

function Legend() {
  return (
    <p class="legend-line">
      <span class="cell-key cell-supports">+1</span> {stanceWord("supports")}
      <span class="cell-key cell-contradicts">−1</span> {stanceWord("contradicts")}
      <span class="cell-key cell-qualifies">~1</span> {stanceWord("qualifies")}
      <span class="cell-key cell-inconclusive">?1</span> {stanceWord("inconclusive")}
      <span class="cell-key cell-mixed">+1 −1</span> {t("matrix.mixed")}
    </p>
  );
}

function RowName({ choice, row }: { choice: MatrixChoice; row: Heading }) {
  if (choice.rows === "phenomenon") {
    const phenomenon = entries().phenomena.get(row.name);
    return <To view="phenomenon" name={row.name}>{phenomenon ? <Label entry={phenomenon} /> : row.label}</To>;
  }
  const status = statusOf(row.name);
  return (
    <>
      <span class={`status status-${slugOf(status)}`} title={statusWord(status)}>
        <StatusIcon status={status} size={13} />
        <span class="unseen">{statusWord(status)}</span>
      </span>
      <To view="claim" name={row.name} lang="en"><Text text={row.label} /></To>
    </>
  );
}

function ColumnName({ choice, column }: { choice: MatrixChoice; column: Heading }) {
  if (choice.columns === "year") return <>{column.label}</>;
  return <To view={choice.columns} name={column.name}>{column.label}</To>;
}

function CellView({ cell, row, column }: { cell: Cell | null; row: Heading; column: Heading }) {
  if (!cell) return <td />;
  const findings = cell.evidence.map((one) => `${stanceWord(one.stance)}: ${one.finding}`).join("\n");
  return (
    <td class={`cell-${cellStance(cell)}`} title={`${row.label} · ${column.label}\n${findings}`}>
      {cellSigns(cell)}
    </td>
  );
}
