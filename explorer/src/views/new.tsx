/** What came since a chosen day, with marks of what was read, kept in the browser. */

import { useMemo, useState } from "preact/hooks";
import type { Citation, StatusName } from "../core/contract.ts";
import { group } from "../core/entries.ts";
import { countNumber, dateWords } from "../core/format.ts";
import { citationId, firstDay, newsDays, newsSince } from "../core/news.ts";
import { readPreference, writePreference } from "../core/preferences.ts";
import { entries, locale, route, setParameters, t } from "../core/state.ts";
import { CitingEntry } from "../parts/citations.tsx";
import { PaperLink } from "../parts/cite.tsx";
import { Select } from "../parts/controls.tsx";
import { EvidenceCard } from "../parts/evidence.tsx";
import { To } from "../parts/link.tsx";
import { StatusMark } from "../parts/marks.tsx";
import { Message } from "../parts/prose.tsx";

const PER_PAPER = 5;
const JUMPS = 8;
/** Cited papers that are shown at first, and again at each asking. */
const GROUPS = 20;
const MORE = 200;

function readMarks(): Set<string> {
  try {
    const kept: unknown = JSON.parse(readPreference("read") ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((one): one is string => typeof one === "string") : []);
  } catch {
    return new Set();
  }
}

export function NewView() {
  const known = entries();
  const days = useMemo(() => newsDays(known), [known]);
  const asked = route.value.parameters.since ?? "";
  const since = days.includes(asked) ? asked : (days[0] ?? "");
  const news = useMemo(() => newsSince(known, since), [known, since]);
  const [read, setRead] = useState(readMarks);
  const [allJumps, setAllJumps] = useState(false);
  const hideRead = route.value.parameters.read === "hide";
  const mark = (ids: string[], on: boolean) => {
    const next = new Set(read);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setRead(next);
    writePreference("read", JSON.stringify([...next]));
  };
  if (!days.length) {
    return (
      <div class="page">
        <h1>{t("view.new")}</h1>
        <p class="none"><Message text={firstDay(known) ? t("new.beginning", { date: dateWords(firstDay(known), locale.value) }) : t("new.never")} /></p>
      </div>
    );
  }
  const shown = hideRead ? news.citations.filter((one) => !read.has(citationId(known, one))) : news.citations;
  const byPaper = [...group(shown, (one) => [one.cited])].sort((a, b) => b[1].length - a[1].length);
  return (
    <div class="page new-page">
      <h1>{t("view.new")}</h1>
      <div class="toolbar">
        <Select label={t("new.since")} value={since} onChange={(day) => setParameters({ since: day === days[0] ? "" : day })}
          choices={days.map((day) => ({ value: day, label: dateWords(day, locale.value) }))} />
        <label class="check">
          <input type="checkbox" checked={hideRead} onChange={(event) => setParameters({ read: event.currentTarget.checked ? "hide" : "" })} />
          {t("new.hideRead")}
        </label>
        <button type="button" class="quiet-button" disabled={!news.citations.length} onClick={() => mark(news.citations.map((one) => citationId(known, one)), true)}>
          {t("new.markAll")}
        </button>
      </div>
      <p role="status" class="lead">
        {t("new.citations", { count: news.citations.length })} · {t("new.findings", { count: news.evidence.length })} · {t("new.moved", { count: news.changes.length })}
      </p>
      <p class="hint">
        {known.graph.history
          ? t(known.graph.history.whole ? "new.history" : "new.historyCut", { date: dateWords(known.graph.history.since, locale.value) })
          : t("new.noHistory")}
      </p>
      {news.changes.length > 0 && (
        <section aria-labelledby="moved-heading">
          <h2 id="moved-heading">{t("new.statuses")}</h2>
          <ul class="plain-list changes">
            {news.changes.map((change) => (
              <li key={`${change.claim}-${change.date}`}>
                <Moved before={change.before} after={change.after} />
                <To view="claim" name={change.claim} lang="en">{known.claims.get(change.claim)?.label ?? change.claim}</To>
                <span class="quiet">{dateWords(change.date, locale.value)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {news.evidence.length > 0 && (
        <section aria-labelledby="evidence-heading">
          <h2 id="evidence-heading">{t("new.evidence")} <span class="number">{countNumber(news.evidence.length, locale.value)}</span></h2>
          <Cut count={12} total={news.evidence.length}>
            {(limit) => (
              <div class="cards cards-wide">
                {news.evidence.slice(0, limit).map((one) => <EvidenceCard key={one.name} evidence={one} showStance showClaim />)}
              </div>
            )}
          </Cut>
        </section>
      )}
      {news.jumps.length > 0 && (
        <section aria-labelledby="jumps-heading">
          <h2 id="jumps-heading">{t("new.jumps")}</h2>
          <table class="counts" aria-labelledby="jumps-heading">
            <thead>
              <tr>
                <th scope="col">{t("citations.paper")}</th>
                <th scope="col" class="number">{t("new.before")}</th>
                <th scope="col" class="number">{t("new.after")}</th>
                <th scope="col" class="number">{t("new.more")}</th>
              </tr>
            </thead>
            <tbody>
              {news.jumps.slice(0, allJumps ? undefined : JUMPS).map((jump) => (
                <tr key={jump.paper.key}>
                  <th scope="row"><PaperLink name={jump.paper.key} /></th>
                  <td class="number">{countNumber(jump.before, locale.value)}</td>
                  <td class="number">{countNumber(jump.after, locale.value)}</td>
                  <td class="number">{new Intl.NumberFormat(locale.value, { signDisplay: "always" }).format(jump.after - jump.before)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {!allJumps && news.jumps.length > JUMPS && (
            <button type="button" class="quiet-button" onClick={() => setAllJumps(true)}>{t("showAll", { count: news.jumps.length })}</button>
          )}
        </section>
      )}
      {byPaper.length > 0 && (
        <section aria-labelledby="citing-heading">
          <h2 id="citing-heading">{t("new.citing")}</h2>
          <Cut count={GROUPS} total={byPaper.length}>
            {(groups) => byPaper.slice(0, groups).map(([key, citations]) => (
            <section key={key} class="citing-group">
              <h3><PaperLink name={key} /> <span class="number">{countNumber(citations.length, locale.value)}</span></h3>
              <Cut count={PER_PAPER} total={citations.length}>
                {(limit) => (
                  <ol class="sentence-list">
                    {citations.slice(0, limit).map((one) => (
                      <NewCitation key={citationId(known, one)} citation={one} read={read.has(citationId(known, one))} onMark={(on) => mark([citationId(known, one)], on)} />
                    ))}
                  </ol>
                )}
              </Cut>
            </section>
            ))}
          </Cut>
        </section>
      )}
    </div>
  );
}

function NewCitation({ citation, read, onMark }: { citation: Citation; read: boolean; onMark: (on: boolean) => void }) {
  return (
    <li class={read ? "read" : "unread"}>
      <label class="check read-mark">
        <input type="checkbox" checked={read} onChange={(event) => onMark(event.currentTarget.checked)} />
        {t("new.read")}
      </label>
      <CitingEntry citation={citation} showCited={false} />
    </li>
  );
}

function Moved({ before, after }: { before: StatusName | null; after: StatusName | null }) {
  return (
    <span class="moved-pair">
      {before ? <StatusMark status={before} /> : <span class="quiet">{t("new.newClaim")}</span>}
      <span aria-hidden="true"> → </span>
      <span class="unseen">{t("rule.becomes")}</span>
      {after ? <StatusMark status={after} /> : <span class="quiet">{t("new.gone")}</span>}
    </span>
  );
}

/** The first few of many, and a button for the rest, some hundreds at a time so that a page never stalls. */
export function Cut({ count, total, children }: { count: number; total: number; children: (limit: number) => preact.ComponentChildren }) {
  const [limit, setLimit] = useState(count);
  const next = Math.min(total, limit + MORE);
  return (
    <>
      {children(limit)}
      {total > limit && (
        <button type="button" class="quiet-button" onClick={() => setLimit(next)}>
          {next === total ? t("showAll", { count: total }) : t("showMore", { count: next - limit, total })}
        </button>
      )}
    </>
  );
}
