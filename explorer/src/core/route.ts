/**
 * Where the reader is: a view, an entry's name and parameters, all in the hash, so that a link reopens exactly it from
 * a disk, a static host or the server alike: `#/claim/twenty-tokens-per-parameter?w=90-60-30-25`.
 */

export interface Route {
  view: string;
  name: string | null;
  parameters: Record<string, string>;
}

export const HOME: Route = { view: "overview", name: null, parameters: {} };

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#\/?/, "");
  const question = text.indexOf("?");
  const path = question < 0 ? text : text.slice(0, question);
  const [view, ...rest] = path.split("/");
  const parameters: Record<string, string> = {};
  if (question >= 0) {
    for (const [key, value] of new URLSearchParams(text.slice(question + 1))) parameters[key] = value;
  }
  return { view: view || "overview", name: rest.length ? decode(rest.join("/")) : null, parameters };
}

export function formatRoute(route: Route): string {
  const given = Object.entries(route.parameters).filter(([, value]) => value !== "");
  const question = given.length ? `?${new URLSearchParams(given.sort(([a], [b]) => (a < b ? -1 : 1)))}` : "";
  const name = route.name === null ? "" : `/${encodeURIComponent(route.name)}`;
  const view = route.view === "overview" && route.name === null ? "" : route.view;
  return `#/${view}${name}${question}`;
}

/** The hash of an entry's page. */
export function linkTo(view: string, name: string | null = null, parameters: Record<string, string> = {}): string {
  return formatRoute({ view, name, parameters });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A comma-joined set in one parameter; values hold no commas. */
export function readSet(text: string | undefined): Set<string> {
  return new Set((text ?? "").split(",").filter(Boolean));
}

export function writeSet(values: Iterable<string>): string {
  return [...values].sort().join(",");
}
