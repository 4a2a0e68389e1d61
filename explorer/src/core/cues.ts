/** Words in a citing sentence that tell how the cited paper is taken: contrast, agreement, doubt. */

export type CueKind = "contrast" | "agree" | "hedge";

const CUES: Record<CueKind, string[]> = {
  contrast: [
    "however", "in contrast", "contrary to", "contradict\\w*", "unlike", "inconsistent with", "fail(?:s|ed)? to", "does not", "do not",
    "did not", "cannot", "no evidence", "challeng\\w+", "disput\\w+", "refut\\w+", "disagree\\w*", "whereas", "but", "overestimat\\w+", "underestimat\\w+",
  ],
  agree: [
    "consistent with", "in line with", "confirm\\w*", "support(?:s|ed|ing)?", "replicat\\w+", "reproduc\\w+", "agree(?:s|d|ment)?", "corroborat\\w+", "as shown",
    "similar to", "extend(?:s|ed|ing)?",
  ],
  hedge: ["may", "might", "suggest(?:s|ed)?", "appear(?:s|ed)? to", "debat\\w+", "unclear", "questionable", "limited", "only when", "depends on"],
};

const PATTERN = new RegExp(
  Object.entries(CUES)
    .map(([kind, cues]) => `(?<${kind}>\\b(?:${cues.join("|")})\\b)`)
    .join("|"),
  "gi",
);

/** The sentence in pieces, cues marked with their kind. */
export function markCues(sentence: string): { text: string; cue: CueKind | null }[] {
  const pieces: { text: string; cue: CueKind | null }[] = [];
  let from = 0;
  for (const match of sentence.matchAll(PATTERN)) {
    if (match.index > from) pieces.push({ text: sentence.slice(from, match.index), cue: null });
    const kind = (Object.keys(CUES) as CueKind[]).find((name) => match.groups?.[name]) ?? null;
    pieces.push({ text: match[0], cue: kind });
    from = match.index + match[0].length;
  }
  if (from < sentence.length) pieces.push({ text: sentence.slice(from), cue: null });
  return pieces;
}
