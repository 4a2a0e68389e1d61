/** How often papers were cited over time, and the latest sentences that cite them. */

import { useState } from "preact/hooks";
import type { Citation, Paper } from "../core/contract.ts";
import { markCues } from "../core/cues.ts";
import { citationCurve, citingOf, latestCitations } from "../core/entries.ts";
import { countNumber, dateWords, shortCitation } from "../core/format.ts";
import { entries, locale, t } from "../core/state.ts";
import { PaperLink } from "./cite.tsx";
import { Out, To } from "./link.tsx";
import { listWord } from "./marks.tsx";
import { Plot } from "./plot.tsx";
import { Message } from "./prose.tsx";

const FIRST = 6;
/** A famous paper has thousands of citing sentences: some hundreds more at each asking. */
const MORE = 200;

export function Citations({ papers, title }: { papers: Paper[]; title?: string }) {
  const known = entries();
  const counted = papers.filter((paper) => paper.counts.length);
  const citations = papers
    .flatMap((paper) => known.citationsOfPaper.get(paper.key) ?? [])
    .filter((one) => one.removed === null);
  return (
    <>
      <section class="curve" aria-labelledby="curve-heading">
        <h2 id="curve-heading">{title ?? t("citations.title")}</h2>
        {counted.length ? <Curve papers={counted} title={title ?? t("citations.title")} /> : <p class="none"><Message text={t("citations.none")} /></p>}
      </section>
      <Sentences citations={citations} severalPapers={papers.length > 1} />
    </>
  );
}

function Curve({ papers, title }: { papers: Paper[]; title: string }) {
  const points = citationCurve(papers);
  const top = [...papers].sort((a, b) => (latestCitations(b) ?? 0) - (latestCitations(a) ?? 0));
  return (
    <>
      {points.length > 1 ? (
        <Plot
          label={t("citations.curve")}
          x={points.map(([date]) => Date.parse(date) / 1000)}
          time
          series={[{ label: t("citations.count"), values: points.map(([, count]) => count) }]}
        />
      ) : (
        <p class="hint">{t("citations.once", { date: dateWords(points[0]?.[0] ?? "", locale.value) })}</p>
      )}
      <table class="counts" aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{t("citations.paper")}</th>
            <th scope="col" class="number">{t("citations.count")}</th>
            <th scope="col" class="number">{t("citations.influential")}</th>
            <th scope="col">{t("citations.counted")}</th>
          </tr>
        </thead>
        <tbody>
          {top.map((paper) => {
            const [date, count, influential] = paper.counts.at(-1) as [string, number, number];
            return (
              <tr key={paper.key}>
                <th scope="row"><PaperLink name={paper.key} /></th>
                <td class="number">{countNumber(count, locale.value)}</td>
                <td class="number">{countNumber(influential, locale.value)}</td>
                <td>{dateWords(date, locale.value)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

export function Sentences({ citations, severalPapers }: { citations: Citation[]; severalPapers: boolean }) {
  const [limit, setLimit] = useState(FIRST);
  const told = citations
    .filter((one) => one.contexts.length)
    .sort((a, b) => (a.seen < b.seen ? 1 : a.seen > b.seen ? -1 : 0));
  if (!told.length) return null;
  const next = Math.min(told.length, limit + MORE);
  return (
    <section class="sentences" aria-labelledby="sentences-heading">
      <h2 id="sentences-heading">{t("sentences.title")}</h2>
      <p class="hint">{t("sentences.hint")}</p>
      <ol class="sentence-list">
        {told.slice(0, limit).map((one, index) => (
          <li key={index}><CitingEntry citation={one} showCited={severalPapers} /></li>
        ))}
      </ol>
      {told.length > limit && (
        <button type="button" class="quiet-button" onClick={() => setLimit(next)}>
          {next === told.length ? t("sentences.all", { count: told.length }) : t("showMore", { count: next - limit, total: told.length })}
        </button>
      )}
    </section>
  );
}

/** A citing paper with its sentences, cues marked. */
export function CitingEntry({ citation, showCited }: { citation: Citation; showCited: boolean }) {
  const citing = citingOf(entries(), citation);
  return (
    <div class="citing">
      {citation.contexts.map((context, index) => (
        <blockquote key={index} lang="en">
          {markCues(context.text).map((piece, at) => (piece.cue ? <mark key={at} class={`cue-${piece.cue}`}>{piece.text}</mark> : piece.text))}
          {context.intents.length > 0 && <span class="intents">{context.intents.map((intent) => listWord("intent", intent)).join(" · ")}</span>}
        </blockquote>
      ))}
      <p class="citing-source">
        {citing && (citation.citingKey ? (
          <To view="paper" name={citation.citingKey}>{citing.title}</To>
        ) : (
          <Out url={citing.link}><span lang="en">{citing.title}</span></Out>
        ))}
        {citing && <span class="citing-who"> {shortCitation(citing)}</span>}
        {showCited && <span class="cited"> {t("sentences.on")} <PaperLink name={citation.cited} /></span>}
        {citation.influential && <span class="influential">{t("sentences.influential")}</span>}
        <span class="seen">{t("sentences.seen", { date: dateWords(citation.seen, locale.value) })}</span>
      </p>
    </div>
  );
}
