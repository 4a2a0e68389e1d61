/** An answer as table, chart or graph, and as a file. */

import { useState } from "preact/hooks";
import type { Binding, ResultTerm, SparqlAnswer } from "../backend/backend.ts";
import { areYears, countNumber } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { entries, locale, t } from "../core/state.ts";
import { Segments, Select, downloadText } from "../parts/controls.tsx";
import { Out, To } from "../parts/link.tsx";
import { Plot } from "../parts/plot.tsx";
import { resultsCsv, resultsJson, resultsTsv } from "./download.ts";
import { ResultGraph } from "./result-graph.tsx";
import { numberOf, pageOfIri, secondsOf, shortIri, sortedPrefixes } from "./terms.ts";

const ROWS = 100;
/** Characters from which a cell is prose and gets room. */
const LONG = 40;
const CHART_ROWS = 500;
const VIEWS = ["table", "chart", "graph"] as const;
export type ResultView = (typeof VIEWS)[number];

export function Results({ answer, view, onView }: { answer: SparqlAnswer; view: ResultView; onView: (view: string) => void }) {
  const time = t("sparql.time", { milliseconds: Math.round(answer.milliseconds) });
  if (answer.kind === "boolean") {
    return (
      <section class="results" aria-label={t("sparql.results")}>
        <p class="answer" role="status">{t(answer.value ? "sparql.yes" : "sparql.no")} <span class="hint">{time}</span></p>
      </section>
    );
  }
  const asTable = tableOf(answer);
  const offered = VIEWS.filter((one) => one !== "chart" || chartColumns(asTable.variables, asTable.rows).values.length > 0);
  const now = offered.includes(view) ? view : "table";
  const save = (extension: string, type: string, text: string) => downloadText(`results.${extension}`, type, text);
  return (
    <section class="results" aria-label={t("sparql.results")}>
      <div class="toolbar">
        <p class="board-count" role="status">{t("sparql.rows", { count: asTable.rows.length })} <span class="hint">{time}</span></p>
        <Segments name="result-view" label={t("sparql.show")} value={now} onChange={onView}
          choices={offered.map((value) => ({ value, label: t(`sparql.${value}` as MessageKey) }))} />
        <span class="copy-group" role="group" aria-label={t("sparql.download")}>
          <button type="button" class="quiet-button" onClick={() => save("csv", "text/csv", resultsCsv(asTable.variables, asTable.rows))}>CSV</button>
          <button type="button" class="quiet-button" onClick={() => save("tsv", "text/tab-separated-values", resultsTsv(asTable.variables, asTable.rows))}>TSV</button>
          {answer.kind === "graph" ? (
            <button type="button" class="quiet-button" onClick={() => save("nt", "application/n-triples", answer.text)}>N-Triples</button>
          ) : (
            <button type="button" class="quiet-button" onClick={() => save("json", "application/sparql-results+json", resultsJson(answer))}>JSON</button>
          )}
        </span>
      </div>
      {now === "table" && <ResultTable variables={asTable.variables} rows={asTable.rows} />}
      {now === "chart" && <ResultChart variables={asTable.variables} rows={asTable.rows} />}
      {now === "graph" && <ResultGraph answer={answer} />}
    </section>
  );
}

function tableOf(answer: Exclude<SparqlAnswer, { kind: "boolean" }>): { variables: string[]; rows: Binding[] } {
  if (answer.kind === "bindings") return answer;
  return { variables: ["subject", "predicate", "object"], rows: answer.triples.map(([subject, predicate, object]) => ({ subject, predicate, object })) };
}

function ResultTable({ variables, rows }: { variables: string[]; rows: Binding[] }) {
  const [page, setPage] = useState(0);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS));
  const now = Math.min(page, pages - 1);
  const prefixes = sortedPrefixes(entries().graph.prefixes);
  if (!rows.length) return <p class="none">{t("sparql.none")}</p>;
  const years = new Set(variables.filter((name) => areYears(rows.slice(0, ROWS).map((row) => numberOf(row[name])))));
  const numeric = new Set(variables.filter((name) => rows.slice(0, ROWS).some((row) => numberOf(row[name]) !== null)));
  return (
    <>
      <div class="scroll result-scroll" tabIndex={0} role="group" aria-label={t("sparql.table")}>
        <table class="listing result-table">
          <thead>
            <tr>{variables.map((name) => <th key={name} scope="col" class={numeric.has(name) ? "number" : ""}>{name}</th>)}</tr>
          </thead>
          <tbody>
            {rows.slice(now * ROWS, (now + 1) * ROWS).map((row, index) => (
              <tr key={index}>
                {variables.map((name) => <td key={name} class={numberOf(row[name]) !== null ? "number" : (row[name]?.value.length ?? 0) > LONG ? "long" : ""}><TermView term={row[name]} prefixes={prefixes} year={years.has(name)} /></td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {pages > 1 && (
        <p class="pager">
          <button type="button" class="quiet-button" disabled={now === 0} onClick={() => setPage(now - 1)}>{t("pager.before")}</button>
          <span>{t("pager.now", { page: now + 1, pages })}</span>
          <button type="button" class="quiet-button" disabled={now >= pages - 1} onClick={() => setPage(now + 1)}>{t("pager.next")}</button>
        </p>
      )}
    </>
  );
}

function TermView({ term, prefixes, year }: { term: ResultTerm | undefined; prefixes: [string, string][]; year: boolean }) {
  if (!term) return null;
  if (term.type === "bnode") return <>_:{term.value}</>;
  if (term.type === "uri") {
    const page = pageOfIri(term.value, entries().graph);
    const short = shortIri(term.value, prefixes);
    if (page) return <To view={page.view} name={page.name}>{short}</To>;
    return short === term.value ? <Out url={term.value}>{term.value}</Out> : <span title={term.value}>{short}</span>;
  }
  const number = numberOf(term);
  if (number !== null) return <>{year || /[.eE]/.test(term.value) ? term.value : countNumber(number, locale.value)}</>;
  return (
    <>
      <span lang={term["xml:lang"]}>{term.value}</span>
      {term["xml:lang"] && term["xml:lang"] !== "en" && <span class="tag"> @{term["xml:lang"]}</span>}
    </>
  );
}

/** Which columns can be drawn: numbers as values, the first other column (or date, or number) along the axis. */
export function chartColumns(variables: readonly string[], rows: readonly Binding[]): { axis: string[]; values: string[] } {
  const some = rows.slice(0, CHART_ROWS);
  const values = variables.filter((name) => some.some((row) => numberOf(row[name]) !== null));
  const others = variables.filter((name) => !values.includes(name));
  return { axis: [...others, ...values], values };
}

function ResultChart({ variables, rows }: { variables: string[]; rows: Binding[] }) {
  const columns = chartColumns(variables, rows);
  const [axis, setAxis] = useState("");
  const [value, setValue] = useState("");
  const along = columns.axis.includes(axis) ? axis : (columns.axis.find((name) => !columns.values.includes(name)) ?? columns.axis[0] ?? "");
  const measure = columns.values.includes(value) ? value : (columns.values.find((name) => name !== along) ?? columns.values[0] ?? "");
  const some = rows.slice(0, CHART_ROWS);
  const prefixes = sortedPrefixes(entries().graph.prefixes);
  const seconds = some.map((row) => secondsOf(row[along]));
  const numbers = some.map((row) => numberOf(row[along]));
  const time = seconds.length > 0 && seconds.every((one) => one !== null);
  const numeric = !time && numbers.length > 0 && numbers.every((one) => one !== null);
  const measured = some.map((row) => numberOf(row[measure]));
  const order = some.map((_, index) => index);
  if (time || numeric) order.sort((a, b) => ((time ? seconds : numbers)[a] as number) - ((time ? seconds : numbers)[b] as number));
  const name = (row: Binding) => {
    const term = row[along];
    return term?.type === "uri" ? shortIri(term.value, prefixes) : (term?.value ?? "");
  };
  return (
    <>
      <div class="toolbar">
        <Select label={t("sparql.axis")} value={along} onChange={setAxis} choices={columns.axis.map((one) => ({ value: one, label: one }))} />
        <Select label={t("sparql.value")} value={measure} onChange={setValue} choices={columns.values.map((one) => ({ value: one, label: one }))} />
        {rows.length > CHART_ROWS && <span class="hint">{t("sparql.chartCut", { count: CHART_ROWS })}</span>}
      </div>
      <Plot
        label={t("sparql.chartOf", { value: measure, axis: along })}
        x={time || numeric ? order.map((index) => (time ? seconds : numbers)[index] as number) : order}
        time={time}
        bars={!time && !numeric}
        names={time || numeric ? undefined : order.map((index) => name(some[index] as Binding))}
        series={[{ label: measure, values: order.map((index) => measured[index] ?? null) }]}
        height={320}
      />
    </>
  );
}
