/** When evidence came and statuses turned, a line a claim; the years run to the newest paper, not to today. */

import { useMemo } from "preact/hooks";
import { makeRows } from "../core/board.ts";
import type { Evidence } from "../core/contract.ts";
import { citationCurve } from "../core/entries.ts";
import { shortCitation } from "../core/format.ts";
import type { Entries } from "../core/entries.ts";
import { type Stretch, statusStretches } from "../core/turns.ts";
import { entries, route, rule, setParameters, statusOf, t } from "../core/state.ts";
import { Select } from "../parts/controls.tsx";
import { To } from "../parts/link.tsx";
import { StatusMark, labelText, slugOf, stanceWord, statusWord } from "../parts/marks.tsx";
import { Plot } from "../parts/plot.tsx";
import { Text } from "../parts/prose.tsx";

interface Line {
  slug: string;
  label: string;
  stretches: Stretch[];
  evidence: Evidence[];
}

const WIDTH = 560;
const HEIGHT = 30;

export function TimelineView() {
  const known = entries();
  const { topic = "", turned = "" } = route.value.parameters;
  const nowRule = rule.value ?? known.graph.rule;
  const years = known.graph.evidence.flatMap((one) => known.papers.get(one.paper)?.year ?? []);
  const [first, last] = years.length ? [Math.min(...years), Math.max(...years)] : [0, 0];
  const lines = useMemo<Line[]>(
    () =>
      makeRows(known, nowRule, statusOf)
        .filter((row) => !topic || row.phenomenon.topic === topic)
        .map((row) => ({
          slug: row.claim.slug,
          label: row.claim.label,
          stretches: statusStretches(row.evidence, known.papers, nowRule, last),
          evidence: row.evidence.filter((one) => one.review === "accepted" && known.papers.get(one.paper)?.year),
        }))
        .filter((line) => line.stretches.length > (turned ? 1 : 0)),
    [known, nowRule, topic, turned, last],
  );
  return (
    <div class="page timeline-page">
      <h1>{t("view.timeline")}</h1>
      <p class="hint">{t("timeline.hint")}</p>
      <div class="toolbar">
        <Select label={t("filters.topics")} value={topic} onChange={(next) => setParameters({ topic: next })}
          choices={[{ value: "", label: t("matrix.allTopics") }, ...known.graph.topics.map((one) => ({ value: one.slug, label: labelText(one) }))]} />
        <label class="check">
          <input type="checkbox" checked={turned === "1"} onChange={(event) => setParameters({ turned: event.currentTarget.checked ? "1" : "" })} />
          {t("timeline.turned")}
        </label>
      </div>
      {!lines.length ? <p class="none">{t("timeline.none")}</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label={t("view.timeline")}>
          <table class="timeline" aria-label={t("view.timeline")}>
            <thead>
              <tr>
                <th scope="col">{t("board.claim")}</th>
                <th scope="col" class="years"><span class="unseen">{t("timeline.years")}</span><Years first={first} last={last} /></th>
                <th scope="col">{t("timeline.now")}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.slug}>
                  <th scope="row"><To view="claim" name={line.slug} lang="en"><Text text={line.label} /></To></th>
                  <td><Run line={line} first={first} last={last} /></td>
                  <td><StatusMark status={statusOf(line.slug)} /></td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <CountsOverTime />
    </div>
  );
}

function place(year: number, first: number, last: number): number {
  return ((year - first) / (last - first + 1)) * WIDTH;
}

function Years({ first, last }: { first: number; last: number }) {
  const span = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const every = Math.ceil(span.length / 12);
  return (
    <svg class="run" viewBox={`0 0 ${WIDTH} 16`} width={WIDTH} height="16" aria-hidden="true" focusable="false">
      {span.map((year, index) => (index % every === 0 ? <text key={year} x={place(year, first, last) + 1} y="12">{year}</text> : null))}
    </svg>
  );
}

/** Status as a band, evidence as signs on it: for above, against below, qualifying in the middle. */
function Run({ line, first, last }: { line: Line; first: number; last: number }) {
  const known = entries();
  const words = line.stretches.map((one) => t("timeline.stretch", { status: statusWord(one.status), from: String(one.from), to: String(one.to) })).join(t("list.semicolon"));
  const stacked = new Map<string, number>();
  return (
    <svg class="run" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} width={WIDTH} height={HEIGHT} role="img" aria-label={words}>
      {line.stretches.map((one) => {
        const x = place(one.from, first, last);
        return <rect key={one.from} class={`stretch status-${slugOf(one.status)}`} x={x} y={HEIGHT / 2 - 3} width={place(one.to + 1, first, last) - x - 1.5} height="6" rx="2"><title>{t("timeline.stretch", { status: statusWord(one.status), from: String(one.from), to: String(one.to) })}</title></rect>;
      })}
      {line.evidence.map((one) => {
        const paper = known.papers.get(one.paper);
        if (!paper?.year) return null;
        const key = `${one.stance}-${paper.year}-${paper.month ?? 0}`;
        const step = stacked.get(key) ?? 0;
        stacked.set(key, step + 1);
        const x = place(paper.year + (paper.month ? (paper.month - 1) / 12 : 0.3), first, last) + 5 + step * 7;
        const title = <title>{`${stanceWord(one.stance)}: ${shortCitation(paper)}`}</title>;
        if (one.stance === "supports") return <path key={one.name} class="sign for" d={`M${x - 4} 9 L${x} 2 L${x + 4} 9Z`}>{title}</path>;
        if (one.stance === "contradicts") return <path key={one.name} class="sign against" d={`M${x - 4} ${HEIGHT - 9} L${x} ${HEIGHT - 2} L${x + 4} ${HEIGHT - 9}Z`}>{title}</path>;
        return <circle key={one.name} class={`sign ${one.stance}`} cx={x} cy={HEIGHT / 2} r="3.4">{title}</circle>;
      })}
    </svg>
  );
}

function CountsOverTime() {
  const known: Entries = entries();
  const points = citationCurve(known.graph.papers);
  if (points.length < 2) return null;
  return (
    <section>
      <h2>{t("timeline.citations")}</h2>
      <Plot label={t("timeline.citations")} time x={points.map(([date]) => Date.parse(date) / 1000)} series={[{ label: t("citations.count"), values: points.map(([, count]) => count) }]} />
    </section>
  );
}
