/** What was found, as the reader types: claims first, then everything else, by kind. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { countNumber, dateWords, shortCitation } from "../core/format.ts";
import { words } from "../core/fold.ts";
import type { MessageKey } from "../core/messages.ts";
import { type Hit, type HitKind, SearchIndex, markHits } from "../core/search.ts";
import type { Entries } from "../core/entries.ts";
import { citingOf } from "../core/entries.ts";
import { entries, locale, route, setParameters, statusOf, t } from "../core/state.ts";
import { Out, To } from "../parts/link.tsx";
import { StanceMark, StatusMark } from "../parts/marks.tsx";

const KINDS: HitKind[] = ["claim", "phenomenon", "topic", "paper", "model", "evidence", "sentence"];
const SHOWN = 8;

let kept: { of: Entries; index: SearchIndex } | null = null;

/** The index is made once, when first asked. */
function searchIndex(): SearchIndex {
  const known = entries();
  if (kept?.of !== known) kept = { of: known, index: new SearchIndex(known) };
  return kept.index;
}

export function SearchView() {
  const { q = "", kind = "" } = route.value.parameters;
  const index = useMemo(searchIndex, [entries()]);
  const [, setComplete] = useState(false);
  useEffect(() => {
    let here = true;
    index.addSentences().then(() => here && setComplete(true));
    return () => {
      here = false;
    };
  }, [index]);
  const hits = index.search(q);
  const asked = words(q);
  const groups = KINDS.map((one) => ({ kind: one, hits: hits.filter((hit) => hit.kind === one) })).filter((one) => one.hits.length && (!kind || one.kind === kind));
  return (
    <div class="page search-page">
      <h1>{q ? t("search.title", { text: q }) : t("view.search")}</h1>
      <p role="status" class="hint">{q ? t("search.count", { count: hits.length }) : t("search.empty")}</p>
      {groups.map((one) => (
        <section key={one.kind} aria-labelledby={`hits-${one.kind}`}>
          <h2 id={`hits-${one.kind}`}>
            {t(`search.${one.kind}` as MessageKey)} <span class="number">{countNumber(one.hits.length, locale.value)}</span>
          </h2>
          <ul class="hits">
            {one.hits.slice(0, kind ? 200 : SHOWN).map((hit) => (
              <li key={hit.id}><HitEntry hit={hit} asked={asked} /></li>
            ))}
          </ul>
          {!kind && one.hits.length > SHOWN && (
            <button type="button" class="quiet-button" onClick={() => setParameters({ kind: one.kind })}>
              {t("search.more", { count: one.hits.length - SHOWN })}
            </button>
          )}
          {kind && (
            <button type="button" class="quiet-button" onClick={() => setParameters({ kind: "" })}>
              {t("search.everything")}
            </button>
          )}
        </section>
      ))}
    </div>
  );
}

function Marked({ text, asked }: { text: string; asked: string[] }) {
  return <>{markHits(text, asked).map((piece, index) => (piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text))}</>;
}

/** Some words around the first hit of a long text. */
function snippet(text: string, asked: string[]): string {
  const clean = text.replace(/\$/g, "").replace(/\s+/g, " ");
  if (clean.length < 220) return clean;
  const pieces = markHits(clean, asked);
  let at = 0;
  for (const piece of pieces) {
    if (piece.hit) break;
    at += piece.text.length;
  }
  if (at >= clean.length) return "";
  const from = Math.max(0, clean.lastIndexOf(" ", at - 80));
  return `${from > 0 ? "…" : ""}${clean.slice(from, from + 220)}…`;
}

function HitEntry({ hit, asked }: { hit: Hit; asked: string[] }) {
  const known = entries();
  const title = <span lang="en"><Marked text={hit.title} asked={asked} /></span>;
  const below = hit.text ? <p class="hit-text" lang="en"><Marked text={snippet(hit.text, asked)} asked={asked} /></p> : null;
  if (hit.kind === "claim") {
    return (
      <>
        <StatusMark status={statusOf(hit.name)} /> <To view="claim" name={hit.name}>{title}</To>
        {below}
      </>
    );
  }
  if (hit.kind === "evidence") {
    const evidence = known.evidence.get(hit.name);
    if (!evidence) return null;
    const paper = known.papers.get(evidence.paper);
    return (
      <>
        <StanceMark stance={evidence.stance} quiet /> <To view="claim" name={evidence.claim}>{title}</To>
        <p class="hit-text">
          {paper && shortCitation(paper)} · <span lang="en">{known.claims.get(evidence.claim)?.label}</span>
        </p>
      </>
    );
  }
  if (hit.kind === "sentence") {
    const citation = known.graph.citations[Number(hit.name)];
    const citing = citation ? citingOf(known, citation) : null;
    if (!citation) return null;
    const seen = t("sentences.seen", { date: dateWords(citation.seen, locale.value) });
    if (!citation.contexts.length) {
      const cited = known.papers.get(citation.cited);
      return (
        <>
          <Out url={citing?.link ?? null}>{title}</Out>
          <p class="hit-text">
            → <To view="paper" name={citation.cited}>{cited ? shortCitation(cited) : citation.cited}</To> {seen}
          </p>
        </>
      );
    }
    return (
      <>
        <To view="paper" name={citation.cited}>{title}</To>
        <p class="hit-text">
          {citing && <Out url={citing.link}><span lang="en">{citing.title}</span></Out>} {seen}
        </p>
      </>
    );
  }
  if (hit.kind === "topic") return <To view="overview" parameters={{ topic: hit.name }}>{title}</To>;
  return (
    <>
      <To view={hit.kind} name={hit.name}>{title}</To>
      {hit.kind === "phenomenon" && known.phenomena.get(hit.name)?.labelZh && <span lang="zh-CN" class="quiet"> {known.phenomena.get(hit.name)?.labelZh}</span>}
      {below}
    </>
  );
}
