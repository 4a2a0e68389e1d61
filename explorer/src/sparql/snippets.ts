/** A query as other programs ask it: the same text, to the same endpoint. */

export const LANGUAGES = ["curl", "python", "r"] as const;
export type Language = (typeof LANGUAGES)[number];

const PROLOGUE = /^(?:\s+|#[^\n]*\n|BASE\s*<[^<>]*>|PREFIX\s*[^\s<]*\s*<[^<>]*>)*/i;

/** What a query gives: a table, a graph, or one word. */
export function kindOf(query: string): "table" | "graph" | "word" {
  const form = /^[A-Z]*/i.exec(query.slice(PROLOGUE.exec(query)?.[0].length ?? 0))?.[0].toUpperCase();
  return form === "CONSTRUCT" || form === "DESCRIBE" ? "graph" : form === "ASK" ? "word" : "table";
}

/** A program that asks the query and prints the answer; it needs nothing but what its first lines name. */
export function snippet(language: Language, query: string, endpoint: string): string {
  const kind = kindOf(query);
  const accept = kind === "graph" ? "text/turtle" : "text/csv";
  if (language === "curl") {
    return `curl ${shell(endpoint)} -H 'Accept: ${accept}' --data-urlencode ${shell(`query=${query}`)}\n`;
  }
  if (language === "r") {
    const address = JSON.stringify(`${endpoint}?format=${kind === "graph" ? "turtle" : "csv"}&query=`);
    return [
      `query <- ${rText(query)}`,
      `answer <- url(paste0(${address}, URLencode(query, reserved = TRUE)), encoding = "UTF-8")`,
      kind === "table" ? "read.csv(answer)" : "writeLines(readLines(answer))",
      "",
    ].join("\n");
  }
  const print =
    kind === "table"
      ? ["    for row in csv.DictReader(io.TextIOWrapper(answer, \"utf-8\", newline=\"\")):", "        print(row)"]
      : ["    print(answer.read().decode(\"utf-8\"))"];
  return [
    `import ${kind === "table" ? "csv, io, " : ""}urllib.parse, urllib.request`,
    "",
    `query = ${pythonText(query)}`,
    "form = urllib.parse.urlencode({\"query\": query}).encode()",
    `request = urllib.request.Request(${JSON.stringify(endpoint)}, form, {"Accept": "${accept}"})`,
    "with urllib.request.urlopen(request) as answer:",
    ...print,
    "",
  ].join("\n");
}

/** One word of a POSIX shell. */
function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** JSON's escapes are Python's too; without any, the lines stay lines. */
function pythonText(text: string): string {
  return text.includes("\\") || text.includes("\"\"\"") || text.endsWith("\"") ? JSON.stringify(text) : `"""${text}"""`;
}

/** A raw string of R 4; JSON's escapes are R's too, but for the slash, which is never escaped here. */
function rText(text: string): string {
  return text.includes(")---\"") ? JSON.stringify(text) : `r"---(${text})---"`;
}
