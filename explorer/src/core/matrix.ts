/** Who says what about what: phenomena or claims by papers, models or years, coloured by stance. */

import type { Evidence, StanceName } from "./contract.ts";
import type { Entries } from "./entries.ts";
import { shortCitation } from "./format.ts";

export const ROW_KINDS = ["claim", "phenomenon"] as const;
export const COLUMN_KINDS = ["year", "paper", "model"] as const;
export type RowKind = (typeof ROW_KINDS)[number];
export type ColumnKind = (typeof COLUMN_KINDS)[number];

export interface Heading {
  name: string;
  label: string;
}

export interface Cell {
  supports: number;
  contradicts: number;
  qualifies: number;
  inconclusive: number;
  evidence: Evidence[];
}

export interface Matrix {
  rows: Heading[];
  columns: Heading[];
  /** By row, then column; null where nobody says anything. */
  cells: (Cell | null)[][];
}

export interface MatrixChoice {
  rows: RowKind;
  columns: ColumnKind;
  topic: string;
  phenomenon: string;
}

export function makeMatrix(entries: Entries, choice: MatrixChoice): Matrix {
  const phenomena = entries.graph.phenomena.filter(
    (one) => (!choice.topic || one.topic === choice.topic) && (!choice.phenomenon || one.slug === choice.phenomenon),
  );
  const wanted = new Set(phenomena.map((one) => one.slug));
  const claims = entries.graph.claims.filter((one) => wanted.has(one.phenomenon));
  const claimNames = new Set(claims.map((one) => one.slug));
  const evidence = entries.graph.evidence.filter((one) => one.review === "accepted" && claimNames.has(one.claim));

  const columnsOf = (one: Evidence): string[] => {
    if (choice.columns === "paper") return [one.paper];
    if (choice.columns === "model") return one.conditions.models;
    const year = entries.papers.get(one.paper)?.year;
    return year ? [String(year)] : [];
  };
  const rowOf = (one: Evidence): string => (choice.rows === "claim" ? one.claim : (entries.claims.get(one.claim)?.phenomenon ?? ""));

  const cells = new Map<string, Cell>();
  const columnNames = new Set<string>();
  for (const one of evidence) {
    for (const column of columnsOf(one)) {
      columnNames.add(column);
      const key = `${rowOf(one)}\n${column}`;
      const cell = cells.get(key) ?? { supports: 0, contradicts: 0, qualifies: 0, inconclusive: 0, evidence: [] };
      cell[one.stance] += 1;
      cell.evidence.push(one);
      cells.set(key, cell);
    }
  }
  const columns = sortColumns(entries, choice.columns, [...columnNames]);
  const rows: Heading[] = (choice.rows === "claim" ? claims : phenomena).map((one) => ({ name: one.slug, label: one.label }));
  return {
    rows,
    columns,
    cells: rows.map((row) => columns.map((column) => cells.get(`${row.name}\n${column.name}`) ?? null)),
  };
}

function sortColumns(entries: Entries, kind: ColumnKind, names: string[]): Heading[] {
  if (kind === "year") return names.sort().map((name) => ({ name, label: name }));
  if (kind === "model") {
    return names.map((name) => ({ name, label: entries.models.get(name)?.label ?? name })).sort((a, b) => a.label.localeCompare(b.label));
  }
  const date = (name: string) => {
    const paper = entries.papers.get(name);
    return (paper?.year ?? 0) * 100 + (paper?.month ?? 0);
  };
  return names
    .sort((a, b) => date(a) - date(b) || (a < b ? -1 : 1))
    .map((name) => {
      const paper = entries.papers.get(name);
      return { name, label: paper ? shortCitation(paper) : name };
    });
}

/** The stance that a cell shows: mixed when for and against meet in it. */
export function cellStance(cell: Cell): StanceName | "mixed" {
  if (cell.supports && cell.contradicts) return "mixed";
  if (cell.supports) return "supports";
  if (cell.contradicts) return "contradicts";
  return cell.qualifies ? "qualifies" : "inconclusive";
}

/** "+2 −1 ~1": the cell in signs, the same in every copy. */
export function cellSigns(cell: Cell | null): string {
  if (!cell) return "";
  const parts: string[] = [];
  if (cell.supports) parts.push(`+${cell.supports}`);
  if (cell.contradicts) parts.push(`−${cell.contradicts}`);
  if (cell.qualifies) parts.push(`~${cell.qualifies}`);
  if (cell.inconclusive) parts.push(`?${cell.inconclusive}`);
  return parts.join(" ");
}

function grid(matrix: Matrix): string[][] {
  return [
    ["", ...matrix.columns.map((one) => one.label)],
    ...matrix.rows.map((row, index) => [row.label, ...(matrix.cells[index] ?? []).map(cellSigns)]),
  ];
}

/** RFC 4180; a cell that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvCell(text: string): string {
  const guarded = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

export function matrixCsv(matrix: Matrix): string {
  return grid(matrix)
    .map((row) => row.map(csvCell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

export function matrixMarkdown(matrix: Matrix): string {
  const escape = (text: string) => text.replace(/[\\|`*_<>[\]]/g, "\\$&").replace(/\s+/g, " ");
  const [head = [], ...body] = grid(matrix);
  return [head, head.map((_, index) => (index ? ":-:" : "---")), ...body.map((row) => row)]
    .map((row, index) => `| ${row.map((cell) => (index === 1 ? cell : escape(cell))).join(" | ")} |`)
    .join("\n")
    .concat("\n");
}

const LATEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "−": "$-$",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
};

/** Text for LaTeX; maths between dollars stays maths. */
export function latexText(text: string): string {
  return text
    .split(/(\$[^$]+\$)/)
    .map((part) => (/^\$[^$]+\$$/.test(part) ? part : part.replace(/[\\~^<>−]/g, (sign) => LATEX[sign] ?? sign).replace(/[#%&_{}$]/g, (sign, at: number, whole: string) => (isOurs(whole, at) ? sign : `\\${sign}`))))
    .join("");
}

/** Is this sign part of a command that `latexText` itself wrote? */
function isOurs(text: string, at: number): boolean {
  if (text[at] === "$") return text.slice(at - 2, at + 1) === "$-$" || text.slice(at, at + 3) === "$-$";
  return /\\text[a-z]+\{?$/.test(text.slice(0, at)) && (text[at] === "{" || text[at] === "}");
}

/** A booktabs table. */
export function matrixLatex(matrix: Matrix): string {
  const [head = [], ...body] = grid(matrix);
  const line = (row: string[]) => `${row.map(latexText).join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{l${"c".repeat(matrix.columns.length)}}`,
    "\\toprule",
    line(head),
    "\\midrule",
    ...body.map(line),
    "\\bottomrule",
    "\\end{tabular}",
    "",
  ].join("\n");
}
