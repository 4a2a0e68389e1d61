import assert from "node:assert/strict";
import { test } from "node:test";
import { cueClass, readMove, reviewKey, tokenIn } from "../src/core/curating.ts";

const pressed = (key: string, more: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, isComposing: false, repeat: false, ...more });

test("a key decides only when nobody types and no modifier is held", () => {
  for (const key of ["s", "c", "q", "i", "n", "l", "e", "o", "u", "?"]) {
    assert.equal(reviewKey(pressed(key), false), key);
    assert.equal(reviewKey(pressed(key), true), null);
    for (const modifier of ["ctrlKey", "metaKey", "altKey", "isComposing", "repeat"]) assert.equal(reviewKey(pressed(key, { [modifier]: true }), false), null);
  }
  for (const key of ["S", "x", "Enter", "Escape", "toString"]) assert.equal(reviewKey(pressed(key), false), null);
});

test("the token is found in the address that was printed, or stands alone", () => {
  assert.equal(tokenIn(" http://127.0.0.1:8000/#/review?token=Made-up_1 "), "Made-up_1");
  assert.equal(tokenIn(" Made-up_1\n"), "Made-up_1");
});

test("the sentence of a move is read, and no other", () => {
  assert.deepEqual(readMove("Supported -> Contested: 2 teams for, 1 strong against"), {
    was: "supported", now: "contested", supporting: 2, contradicting: 1, qualifying: 0, strengths: ["", "strong"],
  });
  assert.deepEqual(readMove("Still Single source: none for, 1 weak team against, 3 qualifying"), {
    was: "single source", now: null, supporting: 0, contradicting: 1, qualifying: 3, strengths: ["", "weak"],
  });
  assert.deepEqual(readMove("Open -> Single source: 1 team for, none against")?.now, "single source");
  for (const other of ["Not about this claim", "Put off; `phengraph review --later` shows it again", "Supported -> Contested", ""]) assert.equal(readMove(other), null);
});

test("each kind of cue has a mark that is not its colour alone", () => {
  assert.equal(cueClass("contrast"), "cue-contrast");
  assert.equal(cueClass("failed replication"), "cue-contrast");
  assert.equal(cueClass("confirmation"), "cue-agree");
  assert.equal(cueClass("negation"), "cue-hedge");
  assert.equal(cueClass("model"), "cue-term");
  assert.equal(cueClass(""), "");
});
