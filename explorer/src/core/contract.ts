/**
 * explorer.json: what Python hands to the page, and the only thing that the page knows of the graph.
 *
 * The same shape stands as JSON Schema in src/phengraph/explorer/explorer.schema.json; a test compares the two name by
 * name. Names of entries are slugs and keys, never IRIs; `base` + kind + "/" + name is the IRI.
 */

export type StatusName = "open" | "single source" | "supported" | "contested" | "conditional" | "refuted";
export type StanceName = "supports" | "contradicts" | "qualifies" | "inconclusive";
export type StrengthName = "strong" | "moderate" | "weak";
export type ReviewName = "proposed" | "accepted" | "rejected" | "retired";

/** A closed range; null is an open end. */
export type ScaleRange = [number | null, number | null];

export interface Topic {
  slug: string;
  label: string;
  labelZh: string | null;
  aspect: string | null;
  number: string | null;
}

export interface Figure {
  url: string;
  caption: string;
}

export interface Phenomenon {
  slug: string;
  label: string;
  labelZh: string | null;
  topic: string;
  listNumber: string | null;
  seenIn: string[];
  listedPapers: string[];
  description: string;
  figures: Figure[];
  path: string;
  line: number;
}

export interface StatusRecord {
  status: StatusName;
  rule: string;
  reason: string;
  supportingTeams: number;
  contradictingTeams: number;
  qualifyingTeams: number;
  supportWeight: number;
  contradictWeight: number;
  share: number;
  flags: string[];
}

export interface Claim {
  slug: string;
  phenomenon: string;
  label: string;
  text: string;
  origin: string | null;
  asOf: string | null;
  path: string;
  line: number;
  status: StatusRecord;
}

export interface Conditions {
  parameters: ScaleRange | null;
  tokens: ScaleRange | null;
  compute: ScaleRange | null;
  models: string[];
  datasets: string[];
  metric: string | null;
  note: string | null;
}

export interface Evidence {
  name: string;
  claim: string;
  paper: string;
  stance: StanceName;
  finding: string;
  locator: string | null;
  conditions: Conditions;
  strength: StrengthName;
  checked: string;
  confidence: string;
  review: ReviewName;
  origin: string | null;
  quote: string | null;
  readIn: string | null;
  /** When its line was committed (UTC), null where that is not known. */
  added: string | null;
  path: string;
  line: number;
}

/** Date, citations, influential citations; by date. */
export type Count = [string, number, number];

export interface Paper {
  key: string;
  title: string;
  authors: string[];
  authorsComplete: boolean;
  year: number | null;
  month: number | null;
  venue: string | null;
  kind: string;
  arxiv: string | null;
  doi: string | null;
  openreview: string | null;
  corpusId: number | null;
  link: string | null;
  note: string | null;
  checks: Record<string, string>;
  bibtex: string;
  counts: Count[];
}

export interface Model {
  key: string;
  label: string;
  organisation: string | null;
  parameters: string | null;
  parameterRange: ScaleRange | null;
  year: number | null;
  normalization: string | null;
  normPlacement: string | null;
  paper: string | null;
  checkedWith: string | null;
  confidence: string;
  note: string | null;
}

/** A known error of the source list. `about` is a phenomenon, or empty for the list as a whole. */
export interface ListNote {
  slug: string;
  about: string;
  listSays: string;
  fact: string;
  checkedWith: string;
  confidence: string;
}

/** A paper that is known only because it cites a tracked one. */
export interface CitingPaper {
  id: string;
  title: string;
  authors: string[];
  year: number | null;
  date: string | null;
  venue: string | null;
  link: string | null;
  /** Where it is drawn; null when all its citations were removed. */
  at: [number, number] | null;
}

export interface Context {
  text: string;
  intents: string[];
}

/** One paper cites a tracked one. `citing` is an index into `citingPapers`, or null when `citingKey` is a tracked paper. */
export interface Citation {
  cited: string;
  citing: number | null;
  citingKey: string | null;
  contexts: Context[];
  influential: boolean;
  seen: string;
  removed: string | null;
}

export interface StatusChange {
  date: string;
  claim: string;
  before: StatusName | null;
  after: StatusName | null;
}

/** The commits by which `statusChanges` are told, a day at a time. */
export interface History {
  since: string;
  /** False when earlier days were left out, or the clone was shallow. */
  whole: boolean;
}

export interface NamedQuery {
  name: string;
  title: string;
  comment: string;
  text: string;
}

/** A term of the vocabulary, for completion in the editor. */
export interface Term {
  name: string;
  kind: "class" | "property" | "individual";
  label: string;
  comment: string;
}

/** The status rule's numbers, as the project's settings say. */
export interface Rule {
  version: string;
  strong: number;
  moderate: number;
  weak: number;
  minorityShare: number;
  teamAuthorLimit: number;
}

export interface ExplorerGraph {
  format: "phengraph-explorer/1";
  title: string;
  description: string;
  base: string;
  repository: string | null;
  branch: string;
  digest: string;
  rule: Rule;
  prefixes: Record<string, string>;
  topics: Topic[];
  phenomena: Phenomenon[];
  claims: Claim[];
  evidence: Evidence[];
  papers: Paper[];
  models: Model[];
  notes: ListNote[];
  citingPapers: CitingPaper[];
  citations: Citation[];
  statusChanges: StatusChange[];
  /** Null outside git: then nothing is known of how statuses moved. */
  history: History | null;
  queries: NamedQuery[];
  vocabulary: Term[];
  /** kind/name -> x, y; the layout of the graph view. */
  positions: Record<string, [number, number]>;
}
