/**
 * Unfolds the quads of the exported file into N-Quads; the form is told in `phengraph.export.folding`. Text comes in
 * pieces as it is unpacked, and leaves in whole lines, so that neither form is ever in memory as a whole.
 */

export class Unfolder {
  private rest = "";
  private graph = "";
  private subject = "";
  private predicate = "";
  private readonly start: string;

  constructor(base: string) {
    this.start = `<${base}`;
  }

  /** The N-Quads of all lines that are whole by now. */
  push(text: string): string {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    return this.unfold(lines);
  }

  /** The N-Quads of what is left when no more text comes. */
  end(): string {
    const lines = this.rest ? [this.rest] : [];
    this.rest = "";
    return this.unfold(lines);
  }

  private unfold(lines: string[]): string {
    let out = "";
    for (const line of lines) {
      if (line.startsWith("=")) {
        this.graph = line.slice(1);
        continue;
      }
      const first = line.indexOf("\t");
      const second = line.indexOf("\t", first + 1);
      if (second < 0) throw new Error("the file is not whole: a folded line has no three terms");
      if (first > 0) this.subject = this.term(line.slice(0, first));
      if (second > first + 1) this.predicate = line.slice(first + 1, second);
      out += `${this.subject} ${this.predicate} ${this.term(line.slice(second + 1))}${this.graph ? ` ${this.graph}` : ""} .\n`;
    }
    return out;
  }

  private term(text: string): string {
    return text.startsWith("~") ? `${this.start}${text.slice(1)}>` : text;
  }
}
