/** A phenomenon: what it is, its claims, what the source list shows and where the list errs. */

import type { Phenomenon } from "../core/contract.ts";
import { makeRows } from "../core/board.ts";
import { entries, rule, statusOf, t } from "../core/state.ts";
import { commonScale } from "../parts/balance.tsx";
import { ClaimTable } from "../parts/board.tsx";
import { EditLink, PaperLink, PermaLink } from "../parts/cite.tsx";
import { Out, To } from "../parts/link.tsx";
import { Label, labelText } from "../parts/marks.tsx";
import { Notes } from "../parts/notes.tsx";
import { Markdown } from "../parts/prose.tsx";

export function PhenomenonView({ phenomenon }: { phenomenon: Phenomenon }) {
  const known = entries();
  const topic = known.topics.get(phenomenon.topic);
  const rows = makeRows(known, rule.value ?? known.graph.rule, statusOf).filter((row) => row.phenomenon.slug === phenomenon.slug);
  const notes = known.notesOf.get(phenomenon.slug) ?? [];
  return (
    <article class="page entry">
      <nav class="crumbs" aria-label={t("crumbs")}>
        {topic && <To view="overview" parameters={{ topic: topic.slug }}><Label entry={topic} /></To>}
      </nav>
      <h1 class="statement"><Label entry={phenomenon} /></h1>
      <p class="facts">
        {phenomenon.listNumber && <span>{t("phenomenon.number", { number: phenomenon.listNumber })}</span>}
        {phenomenon.labelZh && <span lang={labelText(phenomenon) === phenomenon.labelZh ? "en" : "zh-CN"}>{labelText(phenomenon) === phenomenon.labelZh ? phenomenon.label : phenomenon.labelZh}</span>}
      </p>
      <div class="description" lang="en"><Markdown text={phenomenon.description} /></div>
      <section aria-labelledby="claims-heading">
        <h2 id="claims-heading">{t("phenomenon.claims")} <span class="number">{rows.length}</span></h2>
        {rows.length ? (
          <ClaimTable rows={rows} scale={commonScale(rows.map((row) => row.balance))} label={labelText(phenomenon)} withPhenomenon={false} />
        ) : <p class="none">{t("phenomenon.noClaims")}</p>}
      </section>
      <div class="entry-columns">
        {phenomenon.seenIn.length > 0 && (
          <section class="panel">
            <h2>{t("phenomenon.seenIn")}</h2>
            <ul class="plain-list">
              {phenomenon.seenIn.map((key) => <li key={key}><To view="model" name={key}>{known.models.get(key)?.label ?? key}</To></li>)}
            </ul>
          </section>
        )}
        {phenomenon.listedPapers.length > 0 && (
          <section class="panel">
            <h2>{t("phenomenon.listed")}</h2>
            <ul class="plain-list">
              {phenomenon.listedPapers.map((key) => <li key={key}><PaperLink name={key} /> <span lang="en" class="quiet">{known.papers.get(key)?.title}</span></li>)}
            </ul>
          </section>
        )}
        {phenomenon.figures.length > 0 && (
          <section class="panel">
            <h2>{t("phenomenon.figures")}</h2>
            <p class="hint">{t("phenomenon.figures.hint")}</p>
            <ul class="plain-list">
              {phenomenon.figures.map((figure) => <li key={figure.url}><Out url={figure.url}><span lang="en">{figure.caption || figure.url}</span></Out></li>)}
            </ul>
          </section>
        )}
        <section class="panel">
          <h2>{t("claim.links")}</h2>
          <ul class="plain-list">
            <li><To view="graph" parameters={{ focus: `phenomenon/${phenomenon.slug}` }}>{t("claim.inGraph")}</To></li>
            <li><To view="matrix" parameters={{ phenomenon: phenomenon.slug }}>{t("phenomenon.inMatrix")}</To></li>
            <li><PermaLink kind="phenomenon" name={phenomenon.slug} /></li>
            <li><EditLink path={phenomenon.path} line={phenomenon.line} /></li>
          </ul>
        </section>
      </div>
      <Notes notes={notes} />
    </article>
  );
}

