import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { balanceOf, weightOf } from "../src/core/balance.ts";
import { filterRows, makeRows, readFilter, sortRows } from "../src/core/board.ts";
import { markCues } from "../src/core/cues.ts";
import { citationCurve, indexGraph, papersOfClaim, sumCitations } from "../src/core/entries.ts";
import { dateWords, safeLink, scaleNumber, scaleRange, shortAuthors, shortCitation } from "../src/core/format.ts";
import { fold, words } from "../src/core/fold.ts";
import { cellSigns, cellStance, csvCell, latexText, makeMatrix, matrixCsv, matrixLatex, matrixMarkdown } from "../src/core/matrix.ts";
import { chooseLanguage, message } from "../src/core/messages.ts";
import { newsDays, newsSince } from "../src/core/news.ts";
import { type Route, formatRoute, parseRoute, readSet, writeSet } from "../src/core/route.ts";
import { SearchIndex, markHits } from "../src/core/search.ts";
import { judge } from "../src/core/status.ts";
import { madeUpGraph } from "./made-up.ts";

const entries = indexGraph(madeUpGraph());
const { rule } = entries.graph;
const statusOf = (slug: string) => judge(entries.evidenceOfClaim.get(slug) ?? [], entries.papers, rule).status;
const rows = makeRows(entries, rule, statusOf);
const shown = (parameters: Record<string, string>) => filterRows(rows, readFilter(parameters), entries).map((row) => row.claim.slug);

describe("routes", () => {
  test("a route survives being written and read", () => {
    const routes: Route[] = [
      { view: "overview", name: null, parameters: {} },
      { view: "claim", name: "a/b?c#d %", parameters: { w: "90-60-30-25" } },
      { view: "sparql", name: null, parameters: { q: "SELECT * {\n ?s ?p \"a&b=c\" } # 中文" } },
    ];
    for (const route of routes) assert.deepEqual(parseRoute(formatRoute(route)), route);
  });
  test("no hash is the overview, and a broken one is no crash", () => {
    assert.deepEqual(parseRoute(""), { view: "overview", name: null, parameters: {} });
    assert.equal(parseRoute("#/claim/%E0%A4%A").name, "%E0%A4%A");
    assert.equal(parseRoute("#/?status=open").parameters.status, "open");
  });
  test("a set is sorted and empty values fall out", () => {
    assert.equal(writeSet(new Set(["b", "a"])), "a,b");
    assert.deepEqual([...readSet("a,,b")], ["a", "b"]);
  });
});

describe("the board", () => {
  test("a team counts once on a side, with its heaviest finding", () => {
    const balance = balanceOf(entries.evidenceOfClaim.get("big") ?? [], entries.papers, rule);
    assert.deepEqual(balance.support.map((block) => block.evidence.paper), ["b"]);
    assert.equal(weightOf(balance.support), 0.9);
    assert.equal(balance.contradict.length, 1);
    assert.equal(balanceOf(entries.evidenceOfClaim.get("rust") ?? [], entries.papers, rule).proposed, 1);
  });
  test("filters: status, model, scale, year, strength, words", () => {
    assert.deepEqual(shown({}), ["big", "small", "rust", "shine"]);
    assert.deepEqual(shown({ status: "open" }), ["rust", "shine"]);
    assert.deepEqual(shown({ status: "contested,single source" }), ["big", "small"]);
    assert.deepEqual(shown({ scale: "5e9" }), ["big"]);
    assert.deepEqual(shown({ scale: "5e10" }), []);
    assert.deepEqual(shown({ strength: "strong" }), ["big"]);
    assert.deepEqual(shown({ from: "2032" }), ["big"]);
    assert.deepEqual(shown({ to: "2030" }), ["big", "small"]);
    assert.deepEqual(shown({ f: "部件增长" }), ["big", "small"]);
    assert.deepEqual(shown({ f: "WIDGETS ru" }), ["rust"]);
    assert.deepEqual(shown({ aspect: "what" }), []);
    assert.deepEqual(shown({ topic: "widgets", f: "shine" }), ["shine"]);
  });
  test("sorts put the most divided, cited, newest first", () => {
    const by = (sort: string) => sortRows(rows, readFilter({ sort }).sort, "en").map((row) => row.claim.slug);
    assert.equal(by("contested")[0], "big");
    assert.deepEqual(by("label"), ["small", "big", "rust", "shine"]);
    assert.equal(by("newest")[0], "big");
    assert.deepEqual(by("nonsense"), ["big", "small", "rust", "shine"]);
  });
  test("citations are summed over the papers; the curve keeps each paper's latest count", () => {
    assert.equal(sumCitations(papersOfClaim(entries, "big")), 17);
    assert.equal(sumCitations(papersOfClaim(entries, "shine")), null);
    assert.deepEqual(citationCurve(papersOfClaim(entries, "big")), [["2031-01-01", 10], ["2031-02-01", 17]]);
  });
});

describe("search", () => {
  const index = new SearchIndex(entries);
  const ids = (text: string) => index.search(text).map((hit) => hit.id);
  test("accents and case are folded both ways", () => {
    assert.ok(ids("muller").includes("paper/a"));
    assert.ok(ids("MÜLLER").includes("paper/b"));
    assert.equal(fold("ＡÉ"), "ae");
  });
  test("prefixes find, numbers are whole, all words must be there", () => {
    assert.equal(ids("spri")[0], "claim/big");
    assert.equal(ids("20 springs")[0], "claim/big");
    assert.ok(!ids("2").includes("claim/big"));
    assert.deepEqual(ids("widgets nonsenseword"), []);
    assert.deepEqual(ids("  ,. "), []);
  });
  test("Chinese is found by characters, and a model by its size", () => {
    assert.ok(ids("增长").includes("phenomenon/growth"));
    assert.deepEqual(words("部件 grow"), ["部", "件", "grow"]);
    assert.ok(ids("7").includes("model/gadget"));
  });
  test("citing sentences and their authors come in too, removed citations do not", async () => {
    assert.ok(!ids("fail to grow").includes("sentence/0"));
    await index.addSentences();
    assert.deepEqual(ids("fail to grow"), ["sentence/0"]);
    assert.ok(!ids("citing").includes("sentence/2"));
  });
  test("a citing paper without a sentence is found once, by its title", async () => {
    const graph = madeUpGraph();
    const [row] = graph.citations.filter((one) => one.removed === null && one.citing === 0);
    const silent = { ...graph, citations: [{ ...row!, contexts: [] }, { ...row!, cited: "c", contexts: [] }, { ...row!, citing: null, citingKey: "c", contexts: [] }] };
    const other = new SearchIndex(indexGraph(silent));
    await other.addSentences();
    assert.deepEqual(other.search("made-up citing").map((hit) => hit.id), ["sentence/0"]);
    const speaking = { ...silent, citations: [...silent.citations, row!] };
    const third = new SearchIndex(indexGraph(speaking));
    await third.addSentences();
    assert.deepEqual(third.search("made-up citing").map((hit) => hit.id), ["sentence/3"]);
  });
  test("hits are marked in the text as it is written", () => {
    assert.deepEqual(markHits("Zoë Müller", ["mull"]).filter((piece) => piece.hit).map((piece) => piece.text), ["Müller"]);
    assert.equal(markHits("in 2022", ["20"]).some((piece) => piece.hit), false);
    assert.equal(markHits("20N", ["20"]).some((piece) => piece.hit), true);
  });
});

describe("the matrix", () => {
  const matrix = makeMatrix(entries, { rows: "claim", columns: "year", topic: "", phenomenon: "growth" });
  test("cells count accepted findings by stance", () => {
    assert.deepEqual(matrix.columns.map((one) => one.label), ["2030", "2031", "2032"]);
    assert.deepEqual(matrix.cells.map((row) => row.map(cellSigns)), [["+1", "+1", "−1"], ["−1", "", ""]]);
    const phenomena = makeMatrix(entries, { rows: "phenomenon", columns: "paper", topic: "widgets", phenomenon: "" });
    assert.equal(phenomena.cells[0]?.filter(Boolean).length, 3);
    const both = phenomena.cells[0]?.find((cell) => cell?.evidence.length === 2);
    assert.equal(both && cellStance(both), "mixed");
  });
  test("copies: CSV is safe in a spreadsheet, LaTeX compiles, Markdown holds bars", () => {
    assert.equal(csvCell("=1+1"), "'=1+1");
    assert.equal(csvCell('a,"b"'), '"a,""b"""');
    assert.match(matrixCsv(matrix), /^,2030,2031,2032\r\nWidgets grow with 20 springs,'\+1,'\+1,−1\r\n/);
    assert.equal(latexText("50% of R&D: a_b ~ {x} #1 ^ \\ <y> −1 $x_1$"), "50\\% of R\\&D: a\\_b \\textasciitilde{} \\{x\\} \\#1 \\textasciicircum{} \\textbackslash{} \\textless{}y\\textgreater{} $-$1 $x_1$");
    assert.match(matrixLatex(matrix), /\\begin\{tabular\}\{lccc\}[\s\S]*\$-\$1 \\\\\n/);
    assert.match(matrixMarkdown({ ...matrix, rows: [{ name: "x", label: "a | b <i>" }] }), /\| a \\\| b \\<i\\> \|/);
  });
});

describe("news", () => {
  test("what came since a day, and nothing that was there before", () => {
    const news = newsSince(entries, "2031-02-01");
    assert.deepEqual(news.citations.map((one) => one.seen), ["2031-02-01"]);
    assert.deepEqual(news.removed.map((one) => one.cited), ["c"]);
    assert.deepEqual(news.jumps.map((one) => [one.paper.key, one.before, one.after]), [["a", 10, 14]]);
    assert.deepEqual(news.evidence.map((one) => one.name), ["rust.e"]);
    assert.equal(news.changes.length, 1);
    assert.deepEqual(newsDays(entries), ["2031-03-04", "2031-02-03", "2031-02-01", "2031-01-01"]);
  });
});

describe("words and numbers", () => {
  test("scales as the field writes them", () => {
    assert.deepEqual([7e7, 1.6e10, 1.4e12, 6e18, 3, 1e21].map(scaleNumber), ["70M", "16B", "1.4T", "6×10¹⁸", "3", "10²¹"]);
    assert.deepEqual([[7e7, 1.6e10], [null, 1e9], [1e9, null], [1e9, 1e9], [null, null]].map((range) => scaleRange(range as [number, number])), ["70M–16B", "≤ 1B", "≥ 1B", "1B", ""]);
  });
  test("dates by locale, odd ones as they stand", () => {
    assert.equal(dateWords("2023-08-13", "en-GB"), "13 Aug 2023");
    assert.equal(dateWords("2023-08", "zh-CN"), "2023年8月");
    assert.equal(dateWords("2026-11-24T05:00:00Z", "en-GB"), "24 Nov 2026");
    assert.equal(dateWords("spring", "en"), "spring");
  });
  test("short citations: particles, corporate authors, cut lists", () => {
    assert.equal(shortAuthors(["Laurens van der Maaten", "Ada Example"]), "van der Maaten & Example");
    assert.equal(shortAuthors(["Llama Team", "Ada Example", "Bo Else"]), "Llama Team et al.");
    assert.equal(shortAuthors(["Kaplan, Jared"], false), "Kaplan et al.");
    assert.equal(shortCitation({ authors: [], year: 2030, title: "Made up" }), "Made up 2030");
  });
  test("only http and https become links", () => {
    assert.equal(safeLink("https://example.org/a b"), "https://example.org/a%20b");
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "//x", "ftp://x", "file:///etc", "", null, " javascript:x"]) assert.equal(safeLink(bad), null);
  });
  test("cues are marked with their kind and the sentence stays whole", () => {
    const sentence = "However, this may be consistent with widgets.";
    const pieces = markCues(sentence);
    assert.equal(pieces.map((piece) => piece.text).join(""), sentence);
    assert.deepEqual(pieces.filter((piece) => piece.cue).map((piece) => [piece.text, piece.cue]), [["However", "contrast"], ["may", "hedge"], ["consistent with", "agree"]]);
  });
  test("languages: plurals, numbers, and the browser's wish", () => {
    assert.equal(message("en", "board.all", { count: 1 }), "1 claim");
    assert.equal(message("en", "board.all", { count: 1234 }), "1,234 claims");
    assert.equal(message("zh", "board.all", { count: 1234 }), "1,234 条论断");
    assert.equal(chooseLanguage(null, ["fr-FR", "zh-Hans-CN", "en"]), "zh");
    assert.equal(chooseLanguage("en", ["zh"]), "en");
    assert.equal(chooseLanguage("xx", []), "en");
  });
});
