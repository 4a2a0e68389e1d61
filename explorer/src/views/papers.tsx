/** All tracked papers as a table, sortable; the sort stands in the link. */

import type { Paper } from "../core/contract.ts";
import { citationCurve, latestCitations } from "../core/entries.ts";
import { answers, words } from "../core/fold.ts";
import { countNumber } from "../core/format.ts";
import type { MessageKey } from "../core/messages.ts";
import { entries, locale, route, setParameters, t } from "../core/state.ts";
import { To } from "../parts/link.tsx";
import { Text } from "../parts/prose.tsx";
import { Sparkline } from "../parts/spark.tsx";
import { StanceIcon } from "../parts/icons.tsx";
import { stanceWord } from "../parts/marks.tsx";
import type { StanceName } from "../core/contract.ts";

const SORTS = ["citations", "year", "evidence", "title"] as const;
const STANCES: StanceName[] = ["supports", "contradicts", "qualifies"];

export function PapersView() {
  const known = entries();
  const { sort: wanted = "citations", f = "" } = route.value.parameters;
  const sort = SORTS.find((one) => one === wanted) ?? "citations";
  const evidenceCount = (paper: Paper) => known.evidenceOfPaper.get(paper.key)?.length ?? 0;
  const keys: Record<(typeof SORTS)[number], (a: Paper, b: Paper) => number> = {
    citations: (a, b) => (latestCitations(b) ?? -1) - (latestCitations(a) ?? -1) || evidenceCount(b) - evidenceCount(a),
    year: (a, b) => (b.year ?? 0) * 100 + (b.month ?? 0) - ((a.year ?? 0) * 100 + (a.month ?? 0)),
    evidence: (a, b) => evidenceCount(b) - evidenceCount(a),
    title: (a, b) => a.title.localeCompare(b.title, locale.value),
  };
  const asked = words(f);
  const papers = known.graph.papers
    .filter((paper) => {
      if (!asked.length) return true;
      const own = words([paper.title, paper.authors.join(" "), paper.venue ?? "", paper.key, String(paper.year ?? "")].join(" "));
      return asked.every((word) => own.some((one) => answers(one, word)));
    })
    .sort(keys[sort]);
  return (
    <div class="page">
      <h1>{t("view.papers")}</h1>
      <div class="board-bar">
        <label class="field">
          <span>{t("filters.words")}</span>
          <input type="search" value={f} autocomplete="off" onInput={(event) => setParameters({ f: event.currentTarget.value })} />
        </label>
        <p class="board-count" role="status">{t("papers.count", { count: papers.length })}</p>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("view.papers")}>
        <table class="papers listing" aria-label={t("view.papers")}>
          <thead>
            <tr>
              <SortHeading by="title" now={sort} label="papers.title" />
              <SortHeading by="year" now={sort} label="papers.year" numeric />
              <SortHeading by="evidence" now={sort} label="papers.evidence" />
              <SortHeading by="citations" now={sort} label="papers.citations" numeric />
            </tr>
          </thead>
          <tbody>
            {papers.map((paper) => (
              <tr key={paper.key}>
                <th scope="row">
                  <To view="paper" name={paper.key} lang="en"><Text text={paper.title} /></To>
                  <span class="claim-of">{paper.authors.slice(0, 4).join(", ")}{(paper.authors.length > 4 || !paper.authorsComplete) && " et al."}{paper.venue && ` · ${paper.venue}`}</span>
                </th>
                <td class="number">{paper.year ?? "–"}</td>
                <td><StanceCounts paper={paper} /></td>
                <td class="number">
                  {latestCitations(paper) === null ? "–" : countNumber(latestCitations(paper) as number, locale.value)}
                  <Sparkline points={citationCurve([paper])} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function StanceCounts({ paper }: { paper: Paper }) {
  const evidence = entries().evidenceOfPaper.get(paper.key) ?? [];
  return (
    <span class="stance-counts">
      {STANCES.map((stance) => {
        const count = evidence.filter((one) => one.stance === stance).length;
        if (!count) return null;
        return (
          <span key={stance} class={`stance stance-${stance} quiet`} title={stanceWord(stance)}>
            <StanceIcon stance={stance} size={11} />
            <span class="number">{count}</span>
            <span class="unseen">{stanceWord(stance)}</span>
          </span>
        );
      })}
    </span>
  );
}

export function SortHeading({ by, now, label, numeric = false }: { by: string; now: string; label: MessageKey; numeric?: boolean }) {
  const chosen = by === now;
  return (
    <th scope="col" class={numeric ? "number" : ""} aria-sort={chosen ? (by === "title" ? "ascending" : "descending") : undefined}>
      <button type="button" class="sort-heading" onClick={() => setParameters({ sort: by })}>
        {t(label)}
        <span aria-hidden="true">{chosen ? (by === "title" ? " ▴" : " ▾") : ""}</span>
      </button>
    </th>
  );
}
