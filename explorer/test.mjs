/**
 * Runs the unit tests on any Node >= 20: bundles each test/*.test.ts with esbuild into a temporary folder and gives the
 * results to Node's own test runner. (Node >= 22.18 would run most of them as they are; the JSON imports it would not.)
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const tests = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts") && (!wanted.length || wanted.some((one) => name.includes(one))));
const out = mkdtempSync(join(tmpdir(), "explorer-test-"));
try {
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((name) => join("test", name)),
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    jsx: "automatic",
    jsxImportSource: "preact",
    sourcemap: "inline",
    logLevel: "warning",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  const run = spawnSync(process.execPath, ["--enable-source-maps", "--test", "--test-reporter=spec", ...readdirSync(out).map((name) => join(out, name))], { stdio: "inherit", cwd: here });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
