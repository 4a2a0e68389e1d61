/** The table of claims: status, sentence, balance, teams, citations with their run. */

import type { MessageKey } from "../core/messages.ts";
import type { Row } from "../core/board.ts";
import { citationCurve, papersOfClaim } from "../core/entries.ts";
import { countNumber } from "../core/format.ts";
import { entries, locale, t } from "../core/state.ts";
import { BalanceBar, type BalanceScale, commonScale } from "./balance.tsx";
import { To } from "./link.tsx";
import { Label, StatusMark } from "./marks.tsx";
import { Text } from "./prose.tsx";
import { Sparkline } from "./spark.tsx";
import { countStatuses } from "../core/board.ts";
import { Proportions } from "./status-strip.tsx";

const BAR_WIDTH = 200;

export function Board({ rows, grouped }: { rows: Row[]; grouped: boolean }) {
  const scale = commonScale(rows.map((row) => row.balance));
  if (!rows.length) return <p class="empty-board">{t("board.none")}</p>;
  if (!grouped) {
    return (
      <ClaimTable rows={rows} scale={scale} label={t("board.label")} withTopic />
    );
  }
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const members = groups.get(row.phenomenon.topic);
    if (members) members.push(row);
    else groups.set(row.phenomenon.topic, [row]);
  }
  return (
    <>
      {[...groups].map(([slug, members], index) => {
        const topic = entries().topics.get(slug);
        return (
          <section key={slug} class="topic-section" aria-labelledby={`topic-${slug}`}>
            <div class="topic-head">
              <h2 id={`topic-${slug}`}>
                {topic ? <Label entry={topic} /> : slug}
                {topic?.aspect && topic.number && <span class="topic-number">{t(`aspect.${topic.aspect}.short` as MessageKey)} {topic.number}</span>}
              </h2>
              <Proportions counts={countStatuses(members)} total={members.length} small />
            </div>
            <ClaimTable rows={members} scale={scale} label={topic?.label ?? slug} headless={index > 0} />
          </section>
        );
      })}
    </>
  );
}

export function ClaimTable({ rows, scale, label, withTopic = false, withPhenomenon = true, headless = false }: {
  rows: Row[];
  scale: BalanceScale;
  label: string;
  withTopic?: boolean;
  withPhenomenon?: boolean;
  /** The headings are there for screen readers only: the table above shows the same ones. */
  headless?: boolean;
}) {
  const counted = entries().graph.papers.some((paper) => paper.counts.length > 0);
  const axis = (scale.contradict / (scale.support + scale.contradict)) * BAR_WIDTH;
  return (
    <table class={`board ${headless ? "headless" : ""} ${counted ? "" : "uncounted"}`} aria-label={label}>
      <colgroup>
        <col class="board-status" />
        <col />
        <col class="board-balance" />
        <col class="board-teams" />
        {counted && <col class="board-citations" />}
      </colgroup>
      <thead>
        <tr>
          <th scope="col" class="board-status">{t("board.status")}</th>
          <th scope="col" class="board-claim">{t("board.claim")}</th>
          <th scope="col" class="board-balance">
            <span class="sides-words" style={{ "--axis": `${axis}px` }}>
              <span class="against-word">{t("board.against")}</span>
              <span class="for-word">{t("board.for")}</span>
            </span>
          </th>
          <th scope="col" class="board-teams" title={t("board.teams.meaning")}>{t("board.teams")}</th>
          {counted && <th scope="col" class="board-citations" title={t("board.citations.meaning")}>{t("board.citations")}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <ClaimRow key={row.claim.slug} row={row} scale={scale} withTopic={withTopic} withPhenomenon={withPhenomenon} counted={counted} />
        ))}
      </tbody>
    </table>
  );
}

function ClaimRow({ row, scale, withTopic, withPhenomenon, counted }: { row: Row; scale: BalanceScale; withTopic: boolean; withPhenomenon: boolean; counted: boolean }) {
  const { claim, balance } = row;
  const published = claim.status.status;
  return (
    <tr class={`row-${row.status.replace(" ", "-")}`}>
      <td class="board-status">
        <StatusMark status={row.status} />
        {row.status !== published && <span class="moved">{t("board.was")} <StatusMark status={published} /></span>}
      </td>
      <th scope="row" class="board-claim">
        <To view="claim" name={claim.slug} class="claim-link" lang="en">
          <Text text={claim.label} />
        </To>
        {withPhenomenon && (
          <span class="claim-of">
            {withTopic && row.topic && <><Label entry={row.topic} /> › </>}
            <To view="phenomenon" name={row.phenomenon.slug}>
              <Label entry={row.phenomenon} />
            </To>
          </span>
        )}
      </th>
      <td class="board-balance">
        <BalanceBar balance={balance} scale={scale} width={BAR_WIDTH} />
        <span class="balance-notes">
          {balance.qualifying > 0 && <span class="note-qualifies">{t("balance.qualifies.short", { count: balance.qualifying })}</span>}
          {balance.proposed > 0 && <span class="note-proposed">{t("balance.proposed.short", { count: balance.proposed })}</span>}
        </span>
      </td>
      <td class="board-teams number">
        <span class="team-counts">
          <span class={balance.support.length ? "team-for" : "team-none"}>{balance.support.length}</span>
          <span class="team-colon" aria-hidden="true">:</span>
          <span class="unseen">{t("board.to")}</span>
          <span class={balance.contradict.length ? "team-against" : "team-none"}>{balance.contradict.length}</span>
        </span>
      </td>
      {counted && (
        <td class="board-citations number">
          {row.citations === null ? <><span class="absent" aria-hidden="true">–</span><span class="unseen">{t("board.notCounted")}</span></> : countNumber(row.citations, locale.value)}
          <Sparkline points={citationCurve(papersOfClaim(entries(), claim.slug))} />
        </td>
      )}
    </tr>
  );
}
