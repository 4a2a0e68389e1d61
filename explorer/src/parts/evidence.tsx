/** One reading of one paper: what it found, where, at which scale, and how that was checked. */

import type { Evidence } from "../core/contract.ts";
import { scaleRange, shortCitation } from "../core/format.ts";
import { dateWords } from "../core/format.ts";
import { entries, locale, t } from "../core/state.ts";
import { EditLink } from "./cite.tsx";
import { CopyButton } from "./controls.tsx";
import { To } from "./link.tsx";
import { StanceMark, StatusMark, listWord, stanceWord } from "./marks.tsx";
import { statusOf } from "../core/state.ts";
import { Text } from "./prose.tsx";

interface Props {
  evidence: Evidence;
  showStance?: boolean;
  showClaim?: boolean;
  /** False on the paper's own page. */
  showPaper?: boolean;
}

export function EvidenceCard({ evidence, showStance = false, showClaim = false, showPaper = true }: Props) {
  const known = entries();
  const paper = known.papers.get(evidence.paper);
  const claim = known.claims.get(evidence.claim);
  const { conditions } = evidence;
  const scales = [
    [t("scale.parameters"), scaleRange(conditions.parameters)],
    [t("scale.tokens"), scaleRange(conditions.tokens)],
    [t("scale.compute"), conditions.compute ? `${scaleRange(conditions.compute)} FLOPs` : ""],
  ].filter(([, range]) => range) as [string, string][];
  return (
    <article class={`card card-${evidence.stance} review-${evidence.review}`} aria-label={`${stanceWord(evidence.stance)}: ${paper ? shortCitation(paper) : evidence.paper}`} id={`evidence-${evidence.name}`}>
      {showClaim && claim && (
        <p class="card-claim">
          <StatusMark status={statusOf(claim.slug)} />
          <To view="claim" name={claim.slug} lang="en"><Text text={claim.label} /></To>
        </p>
      )}
      <p class="card-head">
        {showStance && <StanceMark stance={evidence.stance} />}
        {showPaper && (
          <To view="paper" name={evidence.paper} class="card-paper" title={paper?.title}>
            {paper ? shortCitation(paper) : evidence.paper}
          </To>
        )}
        {evidence.locator && <span class="locator" lang="en">{evidence.locator}</span>}
        {showPaper && paper && <CopyButton small text={paper.bibtex.trim()} label="BibTeX" spoken={t("card.bibtex", { paper: shortCitation(paper) })} />}
      </p>
      <p class="finding" lang="en">
        <Text text={evidence.finding} />
      </p>
      {evidence.quote && <blockquote class="quote" lang="en">{evidence.quote}</blockquote>}
      {(scales.length > 0 || conditions.models.length > 0 || conditions.datasets.length > 0 || conditions.metric || conditions.note) && (
        <dl class="conditions">
          {scales.map(([name, range]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class="number">{range}</dd>
            </div>
          ))}
          {conditions.models.length > 0 && (
            <div>
              <dt>{t("conditions.models")}</dt>
              <dd>
                {conditions.models.map((key, index) => (
                  <>
                    {index > 0 && t("list.comma")}
                    <To key={key} view="model" name={key}>{known.models.get(key)?.label ?? key}</To>
                  </>
                ))}
              </dd>
            </div>
          )}
          {conditions.datasets.length > 0 && (
            <div>
              <dt>{t("conditions.datasets")}</dt>
              <dd lang="en">{conditions.datasets.join(", ")}</dd>
            </div>
          )}
          {conditions.metric && (
            <div>
              <dt>{t("conditions.metric")}</dt>
              <dd lang="en">{conditions.metric}</dd>
            </div>
          )}
          {conditions.note && (
            <div class="wide">
              <dt>{t("conditions.note")}</dt>
              <dd lang="en"><Text text={conditions.note} /></dd>
            </div>
          )}
        </dl>
      )}
      <p class="card-foot">
        <span class={`strength strength-${evidence.strength}`}>
          <Strength value={evidence.strength} />
          {listWord("strength", evidence.strength)}
        </span>
        <span title={t("checked.meaning")}>{t("card.checked", { what: listWord("checked", evidence.checked) })}</span>
        {evidence.confidence !== "high" && <span>{t("card.confidence", { how: listWord("confidence", evidence.confidence) })}</span>}
        {evidence.review !== "accepted" && <span class="review">{listWord("review", evidence.review)}</span>}
        {evidence.readIn && <span class="read-in" lang="en" title={evidence.readIn}>{t("card.readIn", { where: evidence.readIn })}</span>}
        <span class="card-end">
          {evidence.added && t("card.added", { date: dateWords(evidence.added, locale.value) })}
          <EditLink path={evidence.path} line={evidence.line} short />
        </span>
      </p>
    </article>
  );
}

/** Three bars, as many filled as the strength says. */
function Strength({ value }: { value: string }) {
  const filled = value === "strong" ? 3 : value === "moderate" ? 2 : 1;
  return (
    <svg class="strength-bars" width="13" height="11" viewBox="0 0 13 11" aria-hidden="true" focusable="false">
      {[0, 1, 2].map((index) => (
        <rect key={index} class={index < filled ? "on" : "off"} x={index * 4.5 + 0.5} y={7 - index * 3} width="3" height={4 + index * 3} rx="0.6" />
      ))}
    </svg>
  );
}
