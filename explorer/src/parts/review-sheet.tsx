/** What a person reads and edits before deciding: the claim with its evidence, the paper with its sentences, the draft. */

import type { Ref } from "preact";
import type { Draft, DraftField, Shown } from "../backend/review.ts";
import type { StanceName, StatusName } from "../core/contract.ts";
import { cueClass } from "../core/curating.ts";
import { entries, t } from "../core/state.ts";
import { Out, To } from "./link.tsx";
import { StanceMark, StatusMark, listWord } from "./marks.tsx";
import { Text } from "./prose.tsx";

/** On a phone the sentences come first, and the evidence on request. */
function isNarrow(): boolean {
  return globalThis.matchMedia("(max-width: 40rem)").matches;
}

export function ReviewSheet({ shown }: { shown: Shown }) {
  const known = entries().claims.has(shown.claim);
  return (
    <div class="review-sheet">
      <section aria-labelledby="review-claim">
        <p class="quiet" lang="en">{shown.phenomenon}</p>
        <h2 id="review-claim" lang="en">
          {known ? <To view="claim" name={shown.claim}><Text text={shown.claim_label} /></To> : <Text text={shown.claim_label} />}
        </h2>
        <p lang="en"><Text text={shown.claim_text} /></p>
        <p class="review-status"><StatusMark status={shown.status as StatusName} /> <span class="hint" lang="en">{shown.reason}</span></p>
        <details open={!isNarrow()}>
        <summary>{t("review.evidence")} <span class="number">{shown.evidence.length}</span></summary>
        <ul class="review-evidence plain-list">
          {shown.evidence.map((one, index) => (
            <li key={index}>
              <StanceMark stance={one.stance as StanceName} />
              <span lang="en">
                <span class="quiet">{one.paper}</span>{" "}
                {one.strength !== "moderate" && <span class="flag">{listWord("strength", one.strength)}</span>}
                {one.review !== "accepted" && <span class="flag">{listWord("review", one.review)}</span>}{" "}
                <Text text={one.finding} />
              </span>
            </li>
          ))}
          {!shown.evidence.length && <li class="none">{t("review.noEvidence")}</li>}
        </ul>
        </details>
      </section>
      <section aria-labelledby="review-paper">
        <h2 id="review-paper" lang="en"><Text text={shown.title} /></h2>
        <p class="quiet" lang="en">{shown.byline}</p>
        <p class="review-links">{shown.links.map(([name, url]) => <Out key={url} url={url}>{name}</Out>)}</p>
        {shown.passages.map((passage, index) => (
          <blockquote key={index} lang="en">
            <p>
              {passage.pieces.map(([text, kind], piece) => kind
                ? <span key={piece} class={cueClass(kind)} title={kind}>{text}</span>
                : text)}
            </p>
            <footer class="hint">{[passage.what, ...new Set(passage.pieces.map(([, kind]) => kind).filter((kind) => kind && kind !== "term"))].join(" · ")}</footer>
          </blockquote>
        ))}
        {shown.reads_like && <p class="hint">{t("review.readsLike", { stance: shown.reads_like })}</p>}
        {shown.abstract && <details open><summary>{t("review.abstract")}</summary><p lang="en">{shown.abstract}</p></details>}
        <p class="hint" lang="en">{shown.why}</p>
      </section>
    </div>
  );
}

const CHECKED = ["paper", "figure", "abstract", "excerpt", "code", "summary"];
const STRENGTHS = ["strong", "moderate", "weak"];

interface DraftProps {
  draft: Draft;
  edits: Partial<Record<DraftField, string>>;
  onEdit: (edits: Partial<Record<DraftField, string>>) => void;
  finding: Ref<HTMLTextAreaElement>;
}

export function DraftFields({ draft, edits, onEdit, finding }: DraftProps) {
  const value = (field: DraftField) => edits[field] ?? draft[field];
  const edit = (field: DraftField, text: string) => {
    const next = { ...edits, [field]: text };
    if (text === draft[field]) delete next[field];
    onEdit(next);
  };
  const choice = (field: "checked" | "strength", words: string[]) => (
    <label class="field">
      {t(field === "checked" ? "review.checked" : "review.strength")}
      <select value={value(field)} onChange={(event) => edit(field, event.currentTarget.value)}>
        {words.map((word) => <option key={word} value={word}>{listWord(field, word)}</option>)}
      </select>
    </label>
  );
  return (
    <fieldset class="review-draft">
      <legend>{t("review.draft")}</legend>
      <label class="field wide">
        {t("review.finding")}
        <textarea ref={finding} rows={3} value={value("finding")} onInput={(event) => edit("finding", event.currentTarget.value)} />
      </label>
      <label class="field wide">
        {t("review.quote")}
        <textarea rows={2} value={value("quote")} onInput={(event) => edit("quote", event.currentTarget.value)} />
      </label>
      <div class="toolbar">
        <label class="field grow">
          {t("review.locator")}
          <input type="text" value={value("locator")} onInput={(event) => edit("locator", event.currentTarget.value)} />
        </label>
        {choice("checked", CHECKED)}
        {choice("strength", STRENGTHS)}
      </div>
      {draft.read_in && <p class="hint" lang="en">{t("review.readIn", { place: draft.read_in })}</p>}
    </fieldset>
  );
}
