import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import en from "../src/messages/en.json";
import zh from "../src/messages/zh.json";

const SOURCES = join(process.cwd(), "src");

function files(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

const code = files(SOURCES).map((path) => readFileSync(path, "utf8")).join("\n");
const places = (text: unknown) => [...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]);

test("both languages have the same messages with the same places", () => {
  assert.deepEqual(Object.keys(zh), Object.keys(en));
  for (const [key, text] of Object.entries(en)) assert.deepEqual(new Set(places(zh[key as keyof typeof zh])), new Set(places(text)), key);
});

test("Chinese is Chinese", () => {
  const same = new Set(["list.comma", "list.semicolon", "list.stop", "view.sparql", "aspect.how.short", "aspect.what.short", "sparql.runKeys", "search.title", "twin.open"]);
  for (const [key, text] of Object.entries(zh)) if (!same.has(key)) assert.match(JSON.stringify(text), /\p{Script=Han}/u, key);
});

test("every message is used, and every used one is there", () => {
  const built = [...code.matchAll(/`((?:[\w.]|\$\{[^}]+\})+)` as MessageKey/g)].map((match) => new RegExp(`^${(match[1] as string).replace(/\./g, "\\.").replace(/\$\{[^}]+\}/g, "[\\w-]+")}$`));
  for (const list of ["strength", "checked", "confidence", "review", "intent"]) built.push(new RegExp(`^${list}\\.\\w+$`));
  for (const key of Object.keys(en)) assert.ok(code.includes(`"${key}"`) || built.some((pattern) => pattern.test(key)), `unused: ${key}`);
  for (const match of code.matchAll(/\bt\("([^"]+)"/g)) assert.ok((match[1] as string) in en, `missing: ${match[1]}`);
});

test("no module is longer than 400 lines", () => {
  for (const path of files(SOURCES)) assert.ok(readFileSync(path, "utf8").split("\n").length <= 400, path);
});
