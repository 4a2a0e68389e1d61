import assert from "node:assert/strict";
import { describe, test } from "node:test";
import golden from "../../tests/golden/status_cases.json";
import type { Evidence, Paper, Rule, ScaleRange } from "../src/core/contract.ts";
import { type MessageKey, message } from "../src/core/messages.ts";
import { reasonWords } from "../src/core/reason.ts";
import { judge, normalizeAuthor } from "../src/core/status.ts";
import { statusStretches } from "../src/core/turns.ts";
import { readWeights, writeWeights } from "../src/core/weights.ts";
import { evidence, madeUpGraph, paper } from "./made-up.ts";

interface GoldenEvidence {
  paper: string;
  stance: Evidence["stance"];
  strength: Evidence["strength"];
  review?: Evidence["review"];
  parameters?: ScaleRange | null;
  tokens?: ScaleRange | null;
  compute?: ScaleRange | null;
}

interface GoldenCase {
  name: string;
  papers: Record<string, { authors: string[]; year?: number | null; month?: number | null }>;
  evidence: GoldenEvidence[];
  expected: Record<string, unknown>;
  settings?: Record<string, number>;
}

const PUBLISHED: Rule = madeUpGraph().rule;

function ruleOf(settings: Record<string, number> = {}): Rule {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return { ...PUBLISHED, ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [camel(name), value])) };
}

describe("the rule agrees with Python's", () => {
  assert.equal(golden.rule, PUBLISHED.version);
  for (const [index, one] of (golden.cases as unknown as GoldenCase[]).entries()) {
    test(`${index}: ${one.name}`, () => {
      const papers = new Map<string, Paper>(Object.entries(one.papers).map(([key, given]) => [key, paper(key, given.authors, given.year ?? null, { month: given.month ?? null })]));
      const given = one.evidence.map((entry, place) =>
        evidence("c", entry.paper, entry.stance, {
          name: `e${place}`,
          strength: entry.strength,
          review: entry.review ?? "accepted",
          conditions: { parameters: entry.parameters ?? null, tokens: entry.tokens ?? null, compute: entry.compute ?? null, models: [], datasets: [], metric: null, note: null },
        }),
      );
      const found = judge(given, papers, ruleOf(one.settings));
      assert.deepEqual(
        { status: found.status, supporting_teams: found.supportingTeams, contradicting_teams: found.contradictingTeams, qualifying_teams: found.qualifyingTeams, support_weight: found.supportWeight, contradict_weight: found.contradictWeight, share: found.share, flags: found.flags },
        Object.fromEntries(Object.entries(one.expected).filter(([name]) => name !== "reason" && name !== "rule")),
      );
    });
  }
});

test("a name is one whatever its order, accents and case", () => {
  assert.equal(normalizeAuthor("Müller-Lüdenscheidt, Jörg"), "jorg muller ludenscheidt");
  assert.equal(normalizeAuthor("Kaplan, Jared"), normalizeAuthor(" jared  KAPLAN"));
});

test("moved weights stand in the link in hundredths, and the published rule needs no word", () => {
  assert.equal(writeWeights(PUBLISHED, PUBLISHED), "");
  const moved = { ...PUBLISHED, weak: 0.5, minorityShare: 0.4 };
  assert.equal(writeWeights(moved, PUBLISHED), "90-60-50-40");
  assert.deepEqual(readWeights("90-60-50-40", PUBLISHED), moved);
});

test("a link that is no rule leaves the published one", () => {
  for (const text of [undefined, "", "90", "90-60-30", "a-b-c-d", "90-60-30-25", "1e9-1-1-1", "-1-60-30-25"]) assert.equal(readWeights(text, PUBLISHED), PUBLISHED);
  assert.equal(readWeights("999-60-30-999", PUBLISHED).strong, 1);
  assert.equal(readWeights("999-60-30-999", PUBLISHED).minorityShare, 0.5);
});

test("a claim's status runs over the years of its papers", () => {
  const papers = new Map([paper("a", ["A A"], 2030), paper("b", ["B B"], 2032), paper("c", ["C C"], 2033)].map((one) => [one.key, one]));
  const all = [evidence("c", "a", "supports"), evidence("c", "b", "supports"), evidence("c", "c", "contradicts"), evidence("c", "a", "supports", { name: "p", review: "proposed" })];
  assert.deepEqual(statusStretches(all, papers, PUBLISHED, 2034), [
    { status: "single source", from: 2030, to: 2031 },
    { status: "supported", from: 2032, to: 2032 },
    { status: "contested", from: 2033, to: 2034 },
  ]);
  assert.deepEqual(statusStretches([], papers, PUBLISHED, 2034), []);
});

test("the reason is told in the reader's language with the rule's own numbers", () => {
  const say = (language: "en" | "zh", given: Evidence[]) => {
    const papers = new Map(["a", "b", "c", "d"].map((key) => [key, paper(key, [`Author ${key}`])]));
    const t = (key: MessageKey, values?: Record<string, string | number>) => message(language, key, values);
    return reasonWords(judge(given, papers, PUBLISHED), PUBLISHED, given.filter((one) => one.review === "proposed").length, t, language === "en" ? "en-GB" : "zh-CN");
  };
  assert.equal(say("en", []), "No accepted evidence supports or contradicts it.");
  assert.equal(say("en", [evidence("c", "a", "supports")]), "1 team supports (weight 0.6), 0 teams contradict (weight 0); a second, independent team is missing.");
  assert.equal(say("zh", [evidence("c", "a", "supports"), evidence("c", "b", "contradicts", { strength: "strong" })]), "1 个团队反对（权重 0.9），1 个团队支持（权重 0.6）；少数一方占权重的 40%，达到 25% 的界线。");
  assert.match(say("en", ["a", "b", "c"].map((key) => evidence("c", key, "supports", { strength: "strong" })).concat(evidence("c", "d", "contradicts"))), /the minority has 18% of the weight, below the 25% line\.$/);
  assert.match(say("en", [evidence("c", "a", "supports", { review: "proposed" })]), /1 proposed waits for review\.$/);
});
