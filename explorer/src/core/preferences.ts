/** What a reader chose, kept in the browser when it lets us, in memory when storage is blocked. */

const memory = new Map<string, string>();
const PREFIX = "phengraph.";

export function readPreference(name: string): string | null {
  try {
    return globalThis.localStorage.getItem(PREFIX + name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function writePreference(name: string, value: string | null): void {
  if (value === null) memory.delete(name);
  else memory.set(name, value);
  try {
    if (value === null) globalThis.localStorage.removeItem(PREFIX + name);
    else globalThis.localStorage.setItem(PREFIX + name, value);
  } catch {
    // Blocked or full: the choice holds until the page is closed.
  }
}
