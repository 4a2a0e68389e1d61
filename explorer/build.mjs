/**
 * Builds the page into src/phengraph/explorer/static/: app.js, app.css, worker.js, oxigraph.wasm.gz, LICENCES.txt and
 * manifest.json, which names the content hash of each. `node build.mjs --out DIR` builds elsewhere.
 */

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const given = process.argv.indexOf("--out");
const out = given > 0 ? resolve(process.argv[given + 1]) : join(here, "..", "src", "phengraph", "explorer", "static");

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const shared = {
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome110", "firefox115", "safari16.4"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  write: false,
  absWorkingDir: here,
  define: { "process.env.NODE_ENV": '"production"' },
};

const app = await build({
  ...shared,
  entryPoints: { app: "src/main.tsx" },
  outdir: out,
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "css" },
});
const styles = await build({ ...shared, entryPoints: { app: "src/styles/index.css" }, outdir: out });
const worker = await build({ ...shared, entryPoints: { worker: "src/backend/worker.ts" }, outdir: out, define: { ...shared.define, "import.meta.url": '"about:blank"' } });

const only = (result, suffix) => result.outputFiles.find((file) => file.path.endsWith(suffix)).contents;
const wasm = await readFile(join(here, "node_modules", "oxigraph", "web_bg.wasm"));
const licences = await collectLicences([app, styles, worker]);
const files = {
  "app.js": only(app, ".js"),
  "app.css": only(styles, ".css"),
  "worker.js": only(worker, ".js"),
  "oxigraph.wasm.gz": gzipSync(wasm, { level: 9 }),
  "LICENCES.txt": Buffer.from(licences),
};

await mkdir(out, { recursive: true });
for (const name of await readdir(out)) if (!(name in files) && name !== "stamp.txt") await rm(join(out, name), { recursive: true });
const manifest = {};
for (const [name, contents] of Object.entries(files)) {
  await writeFile(join(out, name), contents);
  manifest[name] = createHash("sha256").update(contents).digest("hex");
}
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);

if (process.argv.includes("--sizes")) {
  for (const [name, contents] of Object.entries(files)) console.log(`${name} ${contents.length} bytes, ${gzipSync(contents).length} gzip`);
}

/** The licence text of every package of which code is in the output, by package, told by the bundler's own record. */
async function collectLicences(results) {
  const packages = new Set(["oxigraph"]);
  for (const result of results) {
    for (const input of Object.keys(result.metafile.inputs)) {
      const match = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
      if (match) packages.add(match[1]);
    }
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const texts = [];
    for (const file of (await readdir(folder)).sort()) {
      if (/^(licen[cs]e|copying|notice)/i.test(file)) texts.push((await readFile(join(folder, file), "utf8")).trim());
    }
    const holder = typeof about.author === "string" ? about.author : about.author?.name;
    // A package that names Apache-2.0 and carries no text is used under that licence, whose text is this project's own.
    const apache = !texts.length && /Apache-2\.0/.test(about.license ?? "") ? await readFile(join(here, "..", "LICENSE"), "utf8") : "";
    const text = texts.length ? texts.join("\n\n") : `${holder ? `Copyright ${holder}\n\n` : ""}${apache || MIT}`;
    parts.push(`${name} ${about.version}\nLicence: ${about.license ?? "see below"}\n\n${text}\n`);
  }
  return `Free software of others in this page.\n\n${parts.join(`\n${"-".repeat(80)}\n\n`)}`;
}
