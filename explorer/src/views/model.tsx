/** Models: the table with their normalization, and one model's page. */

import type { Model } from "../core/contract.ts";
import { entries, route, t } from "../core/state.ts";
import { PaperLink, PermaLink } from "../parts/cite.tsx";
import { EvidenceCard } from "../parts/evidence.tsx";
import { To } from "../parts/link.tsx";
import { Label, listWord } from "../parts/marks.tsx";
import { Text } from "../parts/prose.tsx";
import { SortHeading } from "./papers.tsx";

const SORTS = ["title", "year", "normalization", "organisation"] as const;

export function ModelsView() {
  const known = entries();
  const sort = SORTS.find((one) => one === route.value.parameters.sort) ?? "year";
  const text = (value: string | null) => value ?? "\uFFFF";
  const keys: Record<(typeof SORTS)[number], (a: Model, b: Model) => number> = {
    title: (a, b) => a.label.localeCompare(b.label),
    year: (a, b) => (b.year ?? 0) - (a.year ?? 0) || a.label.localeCompare(b.label),
    normalization: (a, b) => text(a.normPlacement).localeCompare(text(b.normPlacement)) || text(a.normalization).localeCompare(text(b.normalization)),
    organisation: (a, b) => text(a.organisation).localeCompare(text(b.organisation)),
  };
  return (
    <div class="page">
      <h1>{t("view.models")}</h1>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("view.models")}>
        <table class="listing" aria-label={t("view.models")}>
          <thead>
            <tr>
              <SortHeading by="title" now={sort} label="models.name" />
              <SortHeading by="organisation" now={sort} label="models.organisation" />
              <th scope="col">{t("models.parameters")}</th>
              <SortHeading by="year" now={sort} label="papers.year" numeric />
              <SortHeading by="normalization" now={sort} label="models.normalization" />
              <th scope="col" class="number">{t("models.findings")}</th>
            </tr>
          </thead>
          <tbody>
            {[...known.graph.models].sort(keys[sort]).map((model) => (
              <tr key={model.key}>
                <th scope="row"><To view="model" name={model.key}>{model.label}</To></th>
                <td>{model.organisation ?? "–"}</td>
                <td class="number-text">{model.parameters ?? "–"}</td>
                <td class="number">{model.year ?? "–"}</td>
                <td lang="en">{model.normalization ?? "–"}</td>
                <td class="number">{known.evidenceOfModel.get(model.key)?.length ?? 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

export function ModelView({ model }: { model: Model }) {
  const known = entries();
  const evidence = known.evidenceOfModel.get(model.key) ?? [];
  const phenomena = known.phenomenaOfModel.get(model.key) ?? [];
  const facts: [string, preact.ComponentChildren][] = [
    [t("models.organisation"), model.organisation],
    [t("models.parameters"), model.parameters],
    [t("papers.year"), model.year],
    [t("models.normalization"), model.normalization && <span lang="en">{model.normalization}</span>],
    [t("models.placement"), model.normPlacement && <span lang="en">{model.normPlacement}</span>],
    [t("models.checked"), model.checkedWith && <><span lang="en">{model.checkedWith}</span> · {t("card.confidence", { how: listWord("confidence", model.confidence) })}</>],
    [t("models.paper"), model.paper && <PaperLink name={model.paper} />],
  ];
  return (
    <article class="page entry">
      <nav class="crumbs" aria-label={t("crumbs")}><To view="models">{t("view.models")}</To></nav>
      <h1 class="statement">{model.label}</h1>
      <dl class="fact-table">
        {facts.map(([name, value]) => (value === null || value === undefined || value === "" ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        )))}
      </dl>
      {model.note && <p lang="en"><Text text={model.note} /></p>}
      {phenomena.length > 0 && (
        <section>
          <h2>{t("models.phenomena")}</h2>
          <ul class="plain-list">{phenomena.map((one) => <li key={one.slug}><To view="phenomenon" name={one.slug}><Label entry={one} /></To></li>)}</ul>
        </section>
      )}
      <section>
        <h2>{t("models.evidence")} <span class="number">{evidence.length}</span></h2>
        {!evidence.length && <p class="none">{t("models.noEvidence")}</p>}
        <div class="cards cards-wide">
          {evidence.map((one) => <EvidenceCard key={one.name} evidence={one} showClaim showStance />)}
        </div>
      </section>
      <ul class="plain-list">
        <li><To view="graph" parameters={{ focus: `model/${model.key}` }}>{t("claim.inGraph")}</To></li>
        <li><PermaLink kind="model" name={model.key} /></li>
      </ul>
    </article>
  );
}
