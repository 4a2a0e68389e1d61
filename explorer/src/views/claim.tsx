/** One claim: the sentence, its status with the reason, the evidence on both sides, and what moves it. */

import type { MessageKey } from "../core/messages.ts";
import { balanceOf } from "../core/balance.ts";
import type { Claim, Evidence } from "../core/contract.ts";
import { papersOfClaim } from "../core/entries.ts";
import { dateWords } from "../core/format.ts";
import { reasonWords } from "../core/reason.ts";
import { judge } from "../core/status.ts";
import { entries, language, locale, rule, statusOf, t, whatIf } from "../core/state.ts";
import { BalanceBar, balanceWords } from "../parts/balance.tsx";
import { Citations } from "../parts/citations.tsx";
import { CiteThis, EditLink, PermaLink } from "../parts/cite.tsx";
import { EvidenceCard } from "../parts/evidence.tsx";
import { To } from "../parts/link.tsx";
import { Label, StatusMark, statusWord } from "../parts/marks.tsx";
import { Markdown, Text } from "../parts/prose.tsx";
import { RuleSliders } from "../parts/rule-sliders.tsx";
import { ScaleAxis } from "../parts/scale-axis.tsx";

export function ClaimView({ claim }: { claim: Claim }) {
  const known = entries();
  const phenomenon = known.phenomena.get(claim.phenomenon);
  const topic = phenomenon ? known.topics.get(phenomenon.topic) : undefined;
  const evidence = known.evidenceOfClaim.get(claim.slug) ?? [];
  const counted = evidence.filter((one) => one.review === "accepted");
  const of = (stance: string) => counted.filter((one) => one.stance === stance);
  const aside = evidence.filter((one) => one.review === "proposed");
  const retired = evidence.filter((one) => one.review === "rejected" || one.review === "retired");
  const last = known.changesOfClaim.get(claim.slug)?.at(-1);
  const siblings = (known.claimsOfPhenomenon.get(claim.phenomenon) ?? []).filter((one) => one.slug !== claim.slug);
  return (
    <article class="page entry claim-page">
      <nav class="crumbs" aria-label={t("crumbs")}>
        {topic && <To view="overview" parameters={{ topic: topic.slug }}><Label entry={topic} /></To>}
        {phenomenon && (
          <To view="phenomenon" name={phenomenon.slug}>
            <Label entry={phenomenon} />
          </To>
        )}
      </nav>
      <h1 class="statement" lang="en">
        <Text text={claim.label} />
      </h1>
      <div class="claim-text" lang="en">
        <Markdown text={claim.text} />
      </div>
      <p class="facts">
        {claim.origin && <span>{t(`claim.origin.${claim.origin}` as MessageKey)}</span>}
        {last?.before && last.after && (
          <span>{t("claim.moved", { before: statusWord(last.before), after: statusWord(last.after), date: dateWords(last.date, locale.value) })}</span>
        )}
        {claim.asOf && <span>{t("claim.asOf", { date: dateWords(claim.asOf, locale.value) })}</span>}
      </p>
      <Verdict claim={claim} evidence={evidence} />
      <div class="claim-columns">
        <div class="claim-main">
          <section class="sides" aria-labelledby="evidence-heading">
            <h2 id="evidence-heading">{t("claim.evidence")}</h2>
            <div class="two-sides">
              <Side heading={t("claim.for")} kind="for" evidence={of("supports")} empty={t("claim.noneFor")} />
              <Side heading={t("claim.against")} kind="against" evidence={of("contradicts")} empty={t("claim.noneAgainst")} />
            </div>
            {of("qualifies").length > 0 && <Side heading={t("claim.qualifying")} kind="qualifies" evidence={of("qualifies")} />}
            {of("inconclusive").length > 0 && <Side heading={t("claim.inconclusive")} kind="inconclusive" evidence={of("inconclusive")} />}
          </section>
          {aside.length > 0 && (
            <section class="proposed" aria-labelledby="proposed-heading">
              <h2 id="proposed-heading">{t("claim.proposed")}</h2>
              <p class="hint">{t("claim.proposed.meaning")}</p>
              <div class="cards">
                {aside.map((one) => <EvidenceCard key={one.name} evidence={one} showStance />)}
              </div>
            </section>
          )}
          {retired.length > 0 && (
            <details class="retired">
              <summary>{t("claim.retired", { count: retired.length })}</summary>
              <div class="cards">
                {retired.map((one) => <EvidenceCard key={one.name} evidence={one} showStance />)}
              </div>
            </details>
          )}
          <ScaleAxis evidence={evidence.filter((one) => one.review === "accepted" || one.review === "proposed")} />
          <Citations papers={papersOfClaim(known, claim.slug)} />
        </div>
        <aside class="claim-side" aria-label={t("claim.side")}>
          <CiteThis kind="claim" name={claim.slug} title={claim.label} papers={papersOfClaim(known, claim.slug)} />
          <RuleSliders claim={claim} />
          {siblings.length > 0 && (
            <section class="panel">
              <h2>{t("claim.siblings")}</h2>
              <ul class="plain-list">
                {siblings.map((one) => (
                  <li key={one.slug}>
                    <StatusMark status={statusOf(one.slug)} />
                    <To view="claim" name={one.slug} lang="en"><Text text={one.label} /></To>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section class="panel tools">
            <h2>{t("claim.links")}</h2>
            <ul class="plain-list">
              <li><To view="graph" parameters={{ focus: `claim/${claim.slug}` }}>{t("claim.inGraph")}</To></li>
              <li><To view="timeline" parameters={{ topic: topic?.slug ?? "" }}>{t("claim.inTimeline")}</To></li>
              <li><PermaLink kind="claim" name={claim.slug} /></li>
              <li><EditLink path={claim.path} line={claim.line} /></li>
            </ul>
          </section>
        </aside>
      </div>
    </article>
  );
}

function Verdict({ claim, evidence }: { claim: Claim; evidence: Evidence[] }) {
  const known = entries();
  const nowRule = rule.value ?? known.graph.rule;
  const balance = balanceOf(evidence, known.papers, nowRule);
  const moved = whatIf.value?.get(claim.slug);
  const status = statusOf(claim.slug);
  const support = moved?.supportWeight ?? claim.status.supportWeight;
  const contradict = moved?.contradictWeight ?? claim.status.contradictWeight;
  const flags = moved?.flags ?? claim.status.flags;
  const scale = { support: Math.max(0.9, support), contradict: Math.max(0.45, contradict) };
  return (
    <section class={`verdict status-${status.replace(" ", "-")}`} aria-labelledby="status-heading">
      <h2 id="status-heading" class="unseen">{t("claim.status")}</h2>
      <div class="verdict-label">
        <StatusMark status={status} size="large" />
        {flags.map((flag) => <span key={flag} class="flag">{t(`flag.${flag.replaceAll(" ", "-")}` as MessageKey)}</span>)}
      </div>
      <div class="verdict-bar">
        <BalanceBar balance={balance} scale={scale} width={320} height={26} />
        <p class="verdict-words">{balanceWords(balance)}</p>
      </div>
      <p class="verdict-reason">
        {moved && t("claim.yourWeights")}
        {!moved && language.value === "en" ? claim.status.reason : reasonWords(moved ?? judge(evidence, known.papers, nowRule), nowRule, balance.proposed, t, locale.value)}
      </p>
      <p class="hint">{t("claim.weak")} <To view="about">{t("claim.howStatus")}</To></p>
    </section>
  );
}

function Side({ heading, kind, evidence, empty }: { heading: string; kind: string; evidence: Evidence[]; empty?: string }) {
  return (
    <section class={`side side-${kind}`}>
      <h3>
        {heading} <span class="number">{evidence.length}</span>
      </h3>
      {evidence.length ? (
        <div class="cards">
          {evidence.map((one) => <EvidenceCard key={one.name} evidence={one} />)}
        </div>
      ) : (
        <p class="none">{empty}</p>
      )}
    </section>
  );
}

