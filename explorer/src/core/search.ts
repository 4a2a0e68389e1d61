/** Search over everything: labels, claims, findings, papers, authors, citing sentences; accents folded. */

import MiniSearch from "minisearch";
import { type Entries, citingOf } from "./entries.ts";
import { answers, fold, isCjk, words } from "./fold.ts";

export type HitKind = "claim" | "phenomenon" | "evidence" | "paper" | "model" | "sentence" | "topic";

export interface Document {
  id: string;
  kind: HitKind;
  /** Name of the entry whose page the hit opens. */
  name: string;
  title: string;
  text: string;
  extra: string;
}

export interface Hit extends Document {
  score: number;
}

const SENTENCES_AT_ONCE = 2000;

export function coreDocuments(entries: Entries): Document[] {
  const { graph } = entries;
  const make = (kind: HitKind, name: string, title: string, text: string, extra = ""): Document => ({ id: `${kind}/${name}`, kind, name, title, text, extra });
  return [
    ...graph.topics.map((one) => make("topic", one.slug, one.label, "", one.labelZh ?? "")),
    ...graph.phenomena.map((one) => make("phenomenon", one.slug, one.label, one.description, `${one.labelZh ?? ""} ${one.listNumber ?? ""} ${one.slug}`)),
    ...graph.claims.map((one) => {
      const phenomenon = entries.phenomena.get(one.phenomenon);
      return make("claim", one.slug, one.label, one.text, `${phenomenon?.label ?? ""} ${phenomenon?.labelZh ?? ""} ${one.slug}`);
    }),
    ...graph.evidence.map((one) => {
      const paper = entries.papers.get(one.paper);
      const { datasets, metric, note } = one.conditions;
      return make("evidence", one.name, one.finding, [one.quote, note, metric, ...datasets].filter(Boolean).join(" "), `${paper?.authors[0] ?? ""} ${one.paper}`);
    }),
    ...graph.papers.map((one) => make("paper", one.key, one.title, one.authors.join(", "), [one.key, one.venue, one.year, one.arxiv, one.doi].filter(Boolean).join(" "))),
    ...graph.models.map((one) => make("model", one.key, one.label, one.normalization ?? "", [one.key, one.organisation, one.parameters].filter(Boolean).join(" "))),
  ];
}

/** Citing sentences as documents, and once each citing paper that has none; the id is the place in `graph.citations`. */
export function sentenceDocuments(entries: Entries): Document[] {
  const present = entries.graph.citations.flatMap((one, index) => (one.removed === null ? [{ one, index }] : []));
  const found = new Set(present.flatMap(({ one }) => (one.contexts.length ? [one.citing] : [])));
  return present.flatMap(({ one, index }) => {
    const first = one.contexts[0]?.text;
    if (first === undefined) {
      // A tracked paper is found as itself.
      if (one.citing === null || found.has(one.citing)) return [];
      found.add(one.citing);
    }
    const citing = citingOf(entries, one);
    return [{
      id: `sentence/${index}`,
      kind: "sentence" as const,
      name: String(index),
      title: first ?? citing?.title ?? "",
      text: one.contexts.slice(1).map((context) => context.text).join(" "),
      extra: `${first === undefined ? "" : citing?.title ?? ""} ${citing?.authors.join(" ") ?? ""}`,
    }];
  });
}

/** The words of a text, and of one that begins with a number (`20N`, `70B`) the number too. */
function indexWords(text: string): string[] {
  return words(text).flatMap((word) => {
    const number = /^(\d+)\p{L}/u.exec(word);
    return number ? [word, number[1] as string] : [word];
  });
}

function makeIndex(): MiniSearch<Document> {
  return new MiniSearch<Document>({
    fields: ["title", "text", "extra"],
    storeFields: ["kind", "name", "title", "text", "extra"],
    tokenize: (text) => indexWords(text),
    processTerm: (term) => term,
    searchOptions: {
      boost: { title: 3, extra: 1.2 },
      combineWith: "AND",
      prefix: (term) => !isCjk(term) && !/^\d+$/.test(term),
      fuzzy: (term) => (term.length > 5 && !isCjk(term) ? 0.15 : false),
      tokenize: (text) => words(text),
      boostDocument: (_id, _term, stored) => BOOSTS[(stored?.kind as HitKind | undefined) ?? "sentence"],
    },
  });
}

const BOOSTS: Record<HitKind, number> = { claim: 2.2, phenomenon: 2, topic: 1.5, paper: 1.3, model: 1.3, evidence: 1, sentence: 0.5 };

export class SearchIndex {
  private readonly index = makeIndex();
  private sentences: Promise<void> | null = null;

  constructor(private readonly entries: Entries) {
    this.index.addAll(coreDocuments(entries));
  }

  /** Take the citing sentences in too, in slices, so that typing stays quick; resolves when all are in. */
  addSentences(): Promise<void> {
    this.sentences ??= this.index.addAllAsync(sentenceDocuments(this.entries), { chunkSize: SENTENCES_AT_ONCE });
    return this.sentences;
  }

  search(text: string): Hit[] {
    const asked = words(text);
    if (!asked.length) return [];
    return this.index.search(text).map((found) => ({
      id: found.id as string,
      kind: found.kind as HitKind,
      name: found.name as string,
      title: found.title as string,
      text: found.text as string,
      extra: found.extra as string,
      score: found.score,
    }));
  }
}

/** The text in pieces, those that begin with an asked word marked; accents and case do not matter. */
export function markHits(text: string, asked: readonly string[]): { text: string; hit: boolean }[] {
  if (!asked.length) return [{ text, hit: false }];
  return text.split(/([\p{L}\p{N}\p{M}]+)/u).flatMap((piece) => {
    if (!piece) return [];
    const folded = fold(piece);
    return [{ text: piece, hit: asked.some((word) => answers(folded, word)) }];
  });
}
