/** Reads N-Triples, the form in which both engines give the answer of a CONSTRUCT or DESCRIBE. */

import type { ResultTerm } from "./backend.ts";

const ESCAPES: Record<string, string> = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };
const LINE =
  /^\s*(<[^>]*>|_:\S+)\s+(<[^>]*>)\s+(<[^>]*>|_:[^\s.]\S*|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)\s*\.\s*$/;

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/gs, (whole, four, eight, one) => {
    const hexadecimal = (four ?? eight) as string | undefined;
    if (!hexadecimal) return ESCAPES[one as string] ?? whole;
    const point = Number.parseInt(hexadecimal, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

function readTerm(text: string): ResultTerm {
  if (text.startsWith("<")) return { type: "uri", value: unescape(text.slice(1, -1)) };
  if (text.startsWith("_:")) return { type: "bnode", value: text.slice(2) };
  const end = text.lastIndexOf('"');
  const value = unescape(text.slice(1, end));
  const rest = text.slice(end + 1);
  if (rest.startsWith("@")) return { type: "literal", value, "xml:lang": rest.slice(1) };
  if (rest.startsWith("^^<")) return { type: "literal", value, datatype: unescape(rest.slice(3, -1)) };
  return { type: "literal", value };
}

/** The triples of a text in N-Triples; lines that are none (comments, RDF 1.2 forms) are left out. */
export function readTriples(text: string): [ResultTerm, ResultTerm, ResultTerm][] {
  return text.split("\n").flatMap((line) => {
    const match = LINE.exec(line);
    if (!match) return [];
    return [[readTerm(match[1] as string), readTerm(match[2] as string), readTerm(match[3] as string)]];
  });
}
