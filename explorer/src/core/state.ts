/** The page's state: where the reader is, in which language and colours, with which weights of the rule. */

import { computed, effect, signal } from "@preact/signals";
import type { Backend } from "../backend/backend.ts";
import type { Rule, StatusName } from "./contract.ts";
import type { Entries } from "./entries.ts";
import { LANGUAGES, type Language, type MessageKey, chooseLanguage, message } from "./messages.ts";
import { readPreference, writePreference } from "./preferences.ts";
import { type Route, formatRoute, parseRoute } from "./route.ts";
import { type Judgement, judge } from "./status.ts";
import { readWeights } from "./weights.ts";

export const route = signal<Route>(parseRoute(globalThis.location?.hash ?? ""));
export const entriesSignal = signal<Entries | null>(null);
export const backendSignal = signal<Backend | null>(null);

export const language = signal<Language>(chooseLanguage(readPreference("language"), globalThis.navigator?.languages ?? []));
export const locale = computed(() => LANGUAGES[language.value].locale);

export type Theme = "auto" | "light" | "dark";
const kept = readPreference("theme");
export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");

/** What a screen reader is told next, in the live region. */
export const announcement = signal("");

export function t(key: MessageKey, values?: Record<string, string | number>): string {
  return message(language.value, key, values);
}

/** The entries; only asked for by views, which are shown once they are there. */
export function entries(): Entries {
  const loaded = entriesSignal.value;
  if (!loaded) throw new Error("the graph is not loaded yet");
  return loaded;
}

export const rule = computed<Rule | null>(() => {
  const loaded = entriesSignal.value;
  return loaded ? readWeights(route.value.parameters.w, loaded.graph.rule) : null;
});

/** True when the reader moved the rule away from the project's settings. */
export const ruleIsMoved = computed(() => rule.value !== null && rule.value !== entriesSignal.value?.graph.rule);

/** What the moved rule says of every claim; null while the rule stands as published. */
export const whatIf = computed<Map<string, Judgement> | null>(() => {
  const loaded = entriesSignal.value;
  if (!loaded || !rule.value || !ruleIsMoved.value) return null;
  const moved = rule.value;
  return new Map(
    loaded.graph.claims.map((claim) => [
      claim.slug,
      judge(loaded.evidenceOfClaim.get(claim.slug) ?? [], loaded.papers, moved),
    ]),
  );
});

/** The status of a claim under the rule as the reader has it. */
export function statusOf(slug: string): StatusName {
  return whatIf.value?.get(slug)?.status ?? entries().claims.get(slug)?.status.status ?? "open";
}

/** Go somewhere. The moved weights travel along, so that what a reader sees stays one thing. */
export function go(to: Route): void {
  goToHash(formatRoute(withWeights(to)));
}

/**
 * Go to a hash. The browser tells of a new hash some time later; the page follows at once, so that a second keystroke
 * does not meet the place of before.
 */
export function goToHash(hash: string): void {
  globalThis.location.hash = hash;
  route.value = parseRoute(hash);
}

export function withWeights(to: Route): Route {
  const w = route.value.parameters.w;
  return w && to.parameters.w === undefined ? { ...to, parameters: { ...to.parameters, w } } : to;
}

/** Change parameters of this place without a new step in the browser's history. */
export function setParameters(changes: Record<string, string>, { step = false } = {}): void {
  const next: Route = { ...route.value, parameters: { ...route.value.parameters, ...changes } };
  for (const [key, value] of Object.entries(next.parameters)) if (value === "") delete next.parameters[key];
  const hash = formatRoute(next);
  if (step) goToHash(hash);
  else {
    // In a file opened from a disk some browsers refuse replaceState; the hash itself always works.
    try {
      globalThis.history.replaceState(null, "", hash);
    } catch {
      globalThis.location.hash = hash;
    }
    route.value = next;
  }
}

export function startState(): void {
  globalThis.addEventListener("hashchange", () => {
    // What the page itself went to is there already.
    if (formatRoute(parseRoute(globalThis.location.hash)) !== formatRoute(route.value)) route.value = parseRoute(globalThis.location.hash);
  });
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
    writePreference("language", language.value);
  });
  effect(() => {
    if (theme.value === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme.value;
    writePreference("theme", theme.value === "auto" ? null : theme.value);
  });
}
