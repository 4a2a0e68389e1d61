/** Numbers, dates and ranges by locale. */

import type { ScaleRange } from "./contract.ts";

const STEPS: [number, string][] = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "K"],
];

/** 1.4e12 -> "1.4T": the way the field writes parameters and tokens; above 10^15 as a power of ten. */
export function scaleNumber(value: number): string {
  if (value >= 1e15) {
    const exponent = Math.floor(Math.log10(value));
    const mantissa = Number((value / 10 ** exponent).toPrecision(2));
    return mantissa === 1 ? `10${superscript(exponent)}` : `${mantissa}×10${superscript(exponent)}`;
  }
  for (const [step, suffix] of STEPS) {
    if (value >= step) return `${Number((value / step).toPrecision(3))}${suffix}`;
  }
  return String(Number(value.toPrecision(3)));
}

function superscript(exponent: number): string {
  return String(exponent).replace(/[-\d]/g, (digit) => (digit === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)] as string)));
}

/** "70M–16B", "≥ 1B", "≤ 13B", "175B". */
export function scaleRange(range: ScaleRange | null): string {
  if (!range) return "";
  const [low, high] = range;
  if (low === null && high === null) return "";
  if (low === null) return `≤ ${scaleNumber(high as number)}`;
  if (high === null) return `≥ ${scaleNumber(low)}`;
  return low === high ? scaleNumber(low) : `${scaleNumber(low)}–${scaleNumber(high)}`;
}

export function countNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(value);
}

/** Whole numbers that are years: they are written without a thousands' sign. */
export function areYears(values: readonly (number | null)[]): boolean {
  const known = values.filter((value): value is number => value !== null);
  return known.length > 0 && known.every((value) => Number.isInteger(value) && value >= 1500 && value <= 2200);
}

/** A weight of at most three decimals, without a float's tail. */
export function weightNumber(value: number, language: string): string {
  return new Intl.NumberFormat(language, { maximumFractionDigits: 3 }).format(value);
}

export function percent(value: number, language: string): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(value);
}

/** A date of YYYY, YYYY-MM or YYYY-MM-DD (or an ISO time) in words; anything else as it stands. */
export function dateWords(date: string, language: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?$/.exec(date);
  if (!match) return date;
  const [, year, month, day] = match;
  const when = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(day ?? 1)));
  if (Number.isNaN(when.getTime())) return date;
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", year: "numeric" };
  if (month) options.month = "short";
  if (day) options.day = "numeric";
  return new Intl.DateTimeFormat(language, options).format(when);
}

/** "Kaplan", "Kaplan & Henighan", "Kaplan et al." */
export function shortAuthors(authors: readonly string[], complete = true): string {
  const names = authors.map(familyName);
  if (!names.length) return "";
  if (names.length === 1) return complete ? (names[0] as string) : `${names[0]} et al.`;
  if (names.length === 2 && complete) return `${names[0]} & ${names[1]}`;
  return `${names[0]} et al.`;
}

const PARTICLES = new Set(["van", "von", "der", "den", "de", "del", "della", "di", "du", "la", "le", "ter", "dos", "da"]);

const GROUPS = /\b(?:team|group|collaboration|consortium|project|lab|openai|deepmind|anthropic)\b/i;

function familyName(name: string): string {
  if (name.includes(",")) return (name.split(",")[0] as string).trim();
  const parts = name.trim().split(/\s+/);
  if (parts.length === 1 || GROUPS.test(name)) return name.trim();
  let start = parts.length - 1;
  // "Ada Example 3786": a number is no name.
  while (start > 0 && /^\d+$/.test(parts[start] as string)) start -= 1;
  while (start > 1 && PARTICLES.has((parts[start - 1] as string).toLowerCase())) start -= 1;
  return parts.slice(start).join(" ");
}

/** "Hoffmann et al. 2022" */
export function shortCitation(paper: { authors: string[]; authorsComplete?: boolean; year: number | null; title: string }): string {
  const who = shortAuthors(paper.authors, paper.authorsComplete ?? true) || paper.title;
  return paper.year === null ? who : `${who} ${paper.year}`;
}

/** The text when it is an http or https URL, else null: nothing else ever becomes a link. */
export function safeLink(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
  } catch {
    return null;
  }
}
