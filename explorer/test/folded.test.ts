import assert from "node:assert/strict";
import { test } from "node:test";
import golden from "../../tests/golden/folded.json";
import { Unfolder } from "../src/backend/folded.ts";

const wanted = golden.quads.map((line) => `${line}\n`).join("");

test("folded lines unfold to the quads that Python folded", () => {
  const unfolder = new Unfolder(golden.base);
  assert.equal(unfolder.push(golden.folded.join("\n")) + unfolder.end(), wanted);
});

test("text may come in pieces that end anywhere", () => {
  for (const size of [1, 2, 3, 7, 50]) {
    const unfolder = new Unfolder(golden.base);
    const text = golden.folded.join("\n");
    let out = "";
    for (let at = 0; at < text.length; at += size) out += unfolder.push(text.slice(at, at + size));
    assert.equal(out + unfolder.end(), wanted, `pieces of ${size}`);
  }
});

test("a file that was cut is told, not guessed", () => {
  const unfolder = new Unfolder(golden.base);
  assert.throws(() => unfolder.push("=<https://a.example/g>\n~work/1\t<https://b.example/p>\n"), /not whole/);
});
