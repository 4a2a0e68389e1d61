/** A paper: all it says about everything here, how it is cited, and how its record was checked. */

import type { MessageKey } from "../core/messages.ts";
import type { Paper } from "../core/contract.ts";
import { latestCitations } from "../core/entries.ts";
import { dateWords } from "../core/format.ts";
import { entries, locale, t } from "../core/state.ts";
import { Citations } from "../parts/citations.tsx";
import { CiteThis, PermaLink } from "../parts/cite.tsx";
import { EvidenceCard } from "../parts/evidence.tsx";
import { Out, To } from "../parts/link.tsx";
import { Label, stanceWord } from "../parts/marks.tsx";
import { Text } from "../parts/prose.tsx";
import type { StanceName } from "../core/contract.ts";

const STANCES: StanceName[] = ["supports", "contradicts", "qualifies", "inconclusive"];

export function PaperView({ paper }: { paper: Paper }) {
  const known = entries();
  const evidence = known.evidenceOfPaper.get(paper.key) ?? [];
  const models = known.modelsOfPaper.get(paper.key) ?? [];
  const phenomena = known.phenomenaOfPaper.get(paper.key) ?? [];
  const date = paper.year === null ? "" : dateWords(paper.month ? `${paper.year}-${String(paper.month).padStart(2, "0")}` : String(paper.year), locale.value);
  const count = latestCitations(paper);
  return (
    <article class="page entry claim-page">
      <nav class="crumbs" aria-label={t("crumbs")}><To view="papers">{t("view.papers")}</To></nav>
      <h1 class="statement" lang="en"><Text text={paper.title} /></h1>
      <p class="authors">{paper.authors.join(", ")}{!paper.authorsComplete && " et al."}</p>
      <p class="facts">
        {date && <span>{date}</span>}
        {paper.venue && <span lang="en">{paper.venue}</span>}
        {count !== null && <span>{t("paper.citations", { count })}</span>}
        <Identifiers paper={paper} />
      </p>
      <div class="claim-columns">
        <div class="claim-main">
          <section aria-labelledby="says-heading">
            <h2 id="says-heading">{t("paper.says")}</h2>
            {!evidence.length && <p class="none">{t("paper.saysNothing")}</p>}
            {STANCES.map((stance) => {
              const own = evidence.filter((one) => one.stance === stance);
              if (!own.length) return null;
              return (
                <section key={stance} class={`side side-${stance === "supports" ? "for" : stance === "contradicts" ? "against" : stance}`}>
                  <h3>{stanceWord(stance)} <span class="number">{own.length}</span></h3>
                  <div class="cards">
                    {own.map((one) => <EvidenceCard key={one.name} evidence={one} showClaim showPaper={false} />)}
                  </div>
                </section>
              );
            })}
          </section>
          <Citations papers={[paper]} title={t("citations.ofPaper")} />
        </div>
        <aside class="claim-side" aria-label={t("claim.side")}>
          <CiteThis kind="paper" name={paper.key} title={paper.title} papers={[paper]} />
          {models.length > 0 && (
            <section class="panel">
              <h2>{t("paper.models")}</h2>
              <ul class="plain-list">{models.map((model) => <li key={model.key}><To view="model" name={model.key}>{model.label}</To></li>)}</ul>
            </section>
          )}
          {phenomena.length > 0 && (
            <section class="panel">
              <h2>{t("paper.listedFor")}</h2>
              <ul class="plain-list">{phenomena.map((one) => <li key={one.slug}><To view="phenomenon" name={one.slug}><Label entry={one} /></To></li>)}</ul>
            </section>
          )}
          <section class="panel">
            <h2>{t("paper.record")}</h2>
            {paper.note && <p lang="en"><Text text={paper.note} /></p>}
            <dl class="checks">
              {Object.entries(paper.checks).map(([name, how]) => (
                <div key={name}>
                  <dt>{t(`paper.check.${name}` as MessageKey)}</dt>
                  <dd lang="en">{how}</dd>
                </div>
              ))}
            </dl>
            <ul class="plain-list">
              <li><To view="graph" parameters={{ focus: `paper/${paper.key}` }}>{t("claim.inGraph")}</To></li>
              <li><PermaLink kind="paper" name={paper.key} /></li>
            </ul>
          </section>
        </aside>
      </div>
    </article>
  );
}

function Identifiers({ paper }: { paper: Paper }) {
  return (
    <>
      {paper.arxiv && <Out url={`https://arxiv.org/abs/${paper.arxiv}`}>arXiv:{paper.arxiv}</Out>}
      {paper.doi && <Out url={`https://doi.org/${paper.doi}`}>doi:{paper.doi}</Out>}
      {paper.openreview && <Out url={`https://openreview.net/forum?id=${encodeURIComponent(paper.openreview)}`}>OpenReview</Out>}
      {paper.corpusId !== null && <Out url={`https://api.semanticscholar.org/CorpusID:${paper.corpusId}`}>Semantic Scholar</Out>}
      {!paper.arxiv && !paper.doi && !paper.openreview && paper.link && <Out url={paper.link}>{t("paper.link")}</Out>}
    </>
  );
}

