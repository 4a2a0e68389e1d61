import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { readResults } from "../src/backend/backend.ts";
import { readTriples } from "../src/backend/ntriples.ts";
import { nestingOf } from "../src/backend/nesting.ts";
import { unknownPrefixes, withPrefixes } from "../src/backend/prefixes.ts";
import { completionSource } from "../src/sparql/completion.ts";
import { resultsCsv, resultsTsv, termText } from "../src/sparql/download.ts";
import { explainError } from "../src/sparql/explain.ts";
import { entriesOf, findParameters, setParameter } from "../src/sparql/parameters.ts";
import { layout, smallGraph } from "../src/sparql/small-graph.ts";
import { kindOf, snippet } from "../src/sparql/snippets.ts";
import { numberOf, pageOfIri, secondsOf, shortIri, sortedPrefixes } from "../src/sparql/terms.ts";
import { madeUpGraph } from "./made-up.ts";

const graph = madeUpGraph();
const { prefixes } = graph;
const XSD = "http://www.w3.org/2001/XMLSchema#";

describe("prefixes", () => {
  test("those of the graph need no declaration, and lines stay where they are", () => {
    assert.equal(withPrefixes("SELECT * {\n ?c ph:status ?s }", prefixes), "PREFIX ph: <https://w3id.org/phengraph/ns#> SELECT * {\n ?c ph:status ?s }");
    assert.equal(withPrefixes("PREFIX ph: <x:> SELECT * { ?c ph:a ?s }", prefixes), "PREFIX ph: <x:> SELECT * { ?c ph:a ?s }");
  });
  test("comments, strings and IRIs use none", () => {
    for (const text of ["# ph:x\nASK {}", 'ASK { ?a ?b "ph:x" }', "ASK { ?a ?b '''ph:x\n''' }", "ASK { ?a ?b <ph:x> }"]) assert.equal(withPrefixes(text, prefixes), text);
    assert.deepEqual(unknownPrefixes("ASK { ?a nope:x ph:y }", prefixes), ["nope"]);
  });
  test("a name of the object prototype is no prefix", () => {
    assert.equal(withPrefixes("ASK { constructor:a ?b ?c }", prefixes), "ASK { constructor:a ?b ?c }");
  });
});

describe("nesting", () => {
  test("counts brackets of any kind and runs of unary signs", () => {
    assert.equal(nestingOf("SELECT * { ?a ?b ?c }"), 1);
    assert.equal(nestingOf("SELECT (((1) AS ?a) { [ ] }"), 3);
    assert.equal(nestingOf(`SELECT (${"! ".repeat(40)}true AS ?a) {}`), 40);
    assert.equal(nestingOf(`SELECT (1${"+1".repeat(40)} AS ?a) {}`), 1);
  });
  test("leaves out comments, strings and IRIs", () => {
    for (const text of ["ASK # {{{{\n{}", 'ASK { ?a ?b "{{{{" }', "ASK { ?a ?b '''{{\n{{''' }", "ASK { <x:(((> ?b ?c }"]) assert.equal(nestingOf(text), 1, text);
  });
});

describe("errors", () => {
  test("tell the place and the word there", () => {
    assert.deepEqual(explainError("error at 2:3: expected one of [_]", "SELECT * {\n  } x", prefixes), { line: 2, column: 3, word: "}", prefix: null });
    assert.equal(explainError("error at 1:22: Prefix not found", "ASK { ?a nope:thing ?b }", prefixes)?.prefix, "nope");
    assert.equal(explainError("no place", "ASK {}", prefixes), null);
    assert.equal(explainError("error at 9:99: x", "ASK {", prefixes)?.word, "");
  });
});

describe("answers", () => {
  test("of JSON: rows, and yes or no", () => {
    assert.deepEqual(readResults('{"head":{},"boolean":true}', 1), { kind: "boolean", value: true, milliseconds: 1 });
    const answer = readResults('{"head":{"vars":["a"]},"results":{"bindings":[{"a":{"type":"uri","value":"x:y"}}]}}', 2);
    assert.equal(answer.kind === "bindings" && answer.rows[0]?.a?.value, "x:y");
  });
  test("of N-Triples: escapes, languages, datatypes, blank nodes", () => {
    const text = '<http://a> <http://b> "x\\"\\n\\u00e9\\U0001F600"@en .\n_:b1 <http://b> "1"^^<http://t> .\n# comment\n<http://a> <http://b> _:b1 .\n';
    assert.deepEqual(readTriples(text).map((triple) => triple[2]), [
      { type: "literal", value: 'x"\né😀', "xml:lang": "en" },
      { type: "literal", value: "1", datatype: "http://t" },
      { type: "bnode", value: "b1" },
    ]);
  });
  test("as files", () => {
    const rows = [{ a: { type: "literal" as const, value: 'say "hi",\nyou' }, b: { type: "uri" as const, value: "http://x" } }, {}];
    assert.equal(resultsCsv(["a", "b"], rows), 'a,b\r\n"say ""hi"",\nyou",http://x\r\n,\r\n');
    assert.equal(resultsTsv(["a", "b"], rows), '?a\t?b\n"say \\"hi\\",\\nyou"\t<http://x>\n\t\n');
    assert.equal(termText({ type: "literal", value: "1", datatype: `${XSD}integer` }), `"1"^^<${XSD}integer>`);
  });
  test("numbers, dates and our own IRIs are known", () => {
    assert.equal(numberOf({ type: "literal", value: "1.5", datatype: `${XSD}decimal` }), 1.5);
    assert.equal(numberOf({ type: "literal", value: "15" }), null);
    assert.equal(secondsOf({ type: "literal", value: "1970-01-02", datatype: `${XSD}date` }), 86400);
    assert.deepEqual(pageOfIri("https://example.org/claim/a%20b", graph), { view: "claim", name: "a b" });
    assert.equal(pageOfIri("https://example.org/author/x", graph), null);
    assert.equal(shortIri("https://example.org/claim/big", sortedPrefixes(prefixes)), "claim:big");
    assert.equal(shortIri("https://example.org/claim/a/b", sortedPrefixes(prefixes)), "https://example.org/claim/a/b");
  });
  test("as a small graph, the same each time", () => {
    const uri = (value: string) => ({ type: "uri" as const, value });
    const small = smallGraph({ kind: "graph", text: "", milliseconds: 0, triples: [[uri("a"), uri("p"), uri("b")], [uri("b"), uri("p"), { type: "literal", value: "c" }], [uri("b"), uri("p"), uri("a")]] });
    assert.deepEqual(small.nodes, ["a", "b"]);
    assert.equal(small.links.length, 2);
    assert.deepEqual(layout(small), layout(small));
    assert.ok(layout(small).flat().every(Number.isFinite));
  });
});

describe("completion", () => {
  const offered = (text: string, explicit = false) => {
    const state = EditorState.create({ doc: text });
    return completionSource(graph)(new CompletionContext(state, text.length, explicit))?.options.map((option) => option.label) ?? [];
  };
  test("offers vocabulary, entries, prefixes, keywords and variables in their places", () => {
    assert.ok(offered("SELECT * { ?p ph:su").includes("ph:supports"));
    assert.ok(offered("ASK { claim:b").includes("claim:big"));
    assert.deepEqual(offered("PREFIX p"), Object.entries(prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`));
    assert.deepEqual(offered("SELECT ?claim ?c { ?cl"), ["?claim", "?c"]);
    assert.ok(offered("SEL").includes("SELECT"));
    assert.deepEqual(offered("ASK { "), []);
  });
});

describe("parameters", () => {
  const query = "# VALUES ?claim { claim:no }\nSELECT * { VALUES ?claim { claim:big } VALUES (?a ?b) { (1 2) } VALUES ?x { claim:a claim:b } ?e ph:claim ?claim }";
  test("a block of one entry can be set, others are left alone", () => {
    const [only, ...rest] = findParameters(query);
    assert.equal(rest.length, 0);
    assert.deepEqual([only?.variable, only?.kind, only?.name], ["claim", "claim", "big"]);
    assert.ok(only && setParameter(query, only, "rust").includes("VALUES ?claim { claim:rust } VALUES (?a"));
  });
  test("names that cannot stand in a prefixed name are not offered", () => {
    const odd = { ...graph, papers: [...graph.papers, { ...(graph.papers[0] as (typeof graph.papers)[0]), key: "a} . ?x ?y ?z {" }] };
    assert.deepEqual(entriesOf(odd, "paper").map((one) => one.value), ["a", "b", "c", "d", "e", "f"]);
  });
});

describe("the same query elsewhere", () => {
  test("its kind is told by the first word after the prologue", () => {
    assert.equal(kindOf("# CONSTRUCT\nPREFIX a: <http://e/#ASK>\nBASE <http://e/>\nselect * {}"), "table");
    assert.equal(kindOf("describe <http://e/>"), "graph");
    assert.equal(kindOf("ASK {}"), "word");
    assert.equal(kindOf(""), "table");
  });
  test("a quote of the query ends no word of the shell", () => {
    assert.equal(snippet("curl", "ASK { ?a ?b 'it' }", "http://e/sparql"), "curl 'http://e/sparql' -H 'Accept: text/csv' --data-urlencode 'query=ASK { ?a ?b '\\''it'\\'' }'\n");
  });
  test("what would end a raw text is escaped", () => {
    assert.match(snippet("python", 'ASK { ?a ?b """x""" }', "http://e/"), /query = "ASK \{ \?a \?b \\"\\"\\"x/);
    assert.match(snippet("python", "ASK {\n}", "http://e/"), /query = """ASK \{\n\}"""/);
    assert.match(snippet("r", 'ASK { ?a ?b ")---" }', "http://e/"), /query <- "ASK/);
  });
});
