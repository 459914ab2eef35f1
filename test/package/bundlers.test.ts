/** A page built by each bundler from the packed library, with a pool as docs/pool.md says, run in Chromium: its numbers are Node's. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lindblad from "../../bindings/index.ts";
import * as io from "../../bindings/io/index.ts";
import * as model from "../../bindings/model/index.ts";
import { found, root, serve, startBrowser } from "../support/browser.ts";
import { expectSeries } from "../support/series.ts";
import { consumer, INSTALL_MS, tool } from "./support.ts";

const { decay, solve, solveModel } = await import(new URL("../web/library/program.js", import.meta.url).href);
const MODEL = "examples/two-qubits.json";
/** One kernel for the page and its workers. */
const INIT = 'init: { isa: "simd" }';

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await consumer(["lindblad"], ["test/package/programs/page.js", "test/web/library/program.js", MODEL]);
  writeFileSync(join(folder, "my-worker.js"), /my-worker\.js says `([^`]+)`/.exec(pages)![1]!);
  browser = await startBrowser();
}, INSTALL_MS);
afterAll(() => browser?.close());

const at = (name: string) => join(folder, name);

const pages = readFileSync(join(root, "docs", "pool.md"), "utf8");

/** The code of docs/pool.md that follows a comment, with the kernel that this test wants. */
function documented(comment: string): string {
  const blocks = [...pages.matchAll(/^\/\/ (.*)\n((?:(?!```).+\n)+)/gm)];
  const block = blocks.find(([, said]) => said!.includes(comment));
  if (block === undefined) throw new Error(`docs/pool.md has no block "${comment}"`);
  return block[2]!.replace("pool({", `pool({ ${INIT},`);
}

const byItself = `const workers = pool({ ${INIT} });`;

/** Puts the pool in place that the page imports. */
function poolOf(code: string): void {
  const [imports, body] = [code.match(/^import .*\n/gm) ?? [], code.replace(/^import .*\n/gm, "")];
  writeFileSync(at("workers.js"), `import { pool } from "lindblad/pool";\n${imports.join("")}export ${body.trim()}\n`);
}

async function buildWithVite(page: string): Promise<void> {
  const { build, createLogger } = await tool("vite");
  const warnings: string[] = [];
  const customLogger = { ...createLogger("silent"), warn: (text: string) => warnings.push(text) };
  const outDir = at("vite");
  const rolldownOptions = { input: at(page), output: { entryFileNames: "page.js" } };
  // Larger than half a megabyte by the kernel that it carries.
  const options = { outDir, emptyOutDir: true, chunkSizeWarningLimit: 1000, rolldownOptions };
  await build({
    root: folder,
    configFile: false,
    logLevel: "warn",
    customLogger,
    worker: { format: "es" },
    build: options,
  });
  expect(warnings).toEqual([]);
}

/** Serves what was built, and asks the page for its numbers. */
async function foundIn(out: string): Promise<Awaited<ReturnType<typeof found>>> {
  writeFileSync(
    join(out, "index.html"),
    '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
  );
  const site = await serve({ "/": out });
  try {
    return await found(browser, site.url);
  } finally {
    await site.close();
  }
}

async function expectNumbers(out: string): Promise<void> {
  const { result, faults } = await foundIn(out);
  const there = result as { solved: unknown; pool: number[]; model: { series: Record<string, number[]> } };
  expect(faults).toEqual([]);
  await lindblad.init({ isa: "simd" });
  expect(there.solved).toEqual(solve(lindblad));
  expect(there.pool).toEqual(decay(lindblad).n);
  const { series, ...said } = solveModel(model, io, readFileSync(join(root, MODEL), "utf8"));
  expect({ ...there.model, series: undefined }).toEqual({ ...said, series: undefined });
  expectSeries(there.model.series, series);
}

test.each([
  ["by itself", byItself],
  ["by a pattern that bundlers know", documented("a pattern that bundlers know")],
  ["by Vite's own", documented("Vite's own")],
])("Vite finds the worker %s", async (_how, code) => {
  poolOf(code);
  await buildWithVite("page.js");
  await expectNumbers(at("vite"));
});

test("Vite, the kernel fetched as docs/browser.md says", async () => {
  const page = readFileSync(join(root, "docs", "browser.md"), "utf8");
  const block = page
    .split("```js\n")
    .slice(1)
    .find((text) => text.includes("lindblad/slim"))!
    .split("```")[0]!;
  const ready = block.replace(/^await (.*);$/m, "const ready = $1;");
  const code = `import * as slim from "lindblad/slim";\nimport { decay } from "./program.js";\n${ready}`;
  writeFileSync(at("slim.js"), `${code}globalThis.found = ready.then(() => decay(slim).n);\n`);
  await buildWithVite("slim.js");
  const { result, faults } = await foundIn(at("vite"));
  expect(faults).toEqual([]);
  // Three quanta at a tolerance of 1e-10: of either build.
  for (const [k, n] of decay(lindblad).n.entries()) expect(Math.abs((result as number[])[k]! - n)).toBeLessThan(3e-10);
});

test.each([
  ["by itself", byItself, true],
  // Once is enough of what takes longest.
  ["by a pattern that bundlers know", documented("a pattern that bundlers know"), false],
])("webpack finds the worker %s", async (_how, code, minimize) => {
  poolOf(code);
  const { default: webpack } = await tool("webpack");
  const output = { path: at("webpack"), filename: "page.js", clean: true };
  const options = { mode: "production", context: folder, entry: "./page.js", output, optimization: { minimize } };
  const compiler = webpack({ ...options, performance: false });
  const stats = await new Promise<{ toJson(options: object): { errors: unknown[]; warnings: unknown[] } }>(
    (resolve, reject) => compiler.run((error: Error | null, stats: never) => (error ? reject(error) : resolve(stats))),
  );
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  await expectNumbers(output.path);
});

test("esbuild, the worker as an entry of its own", async () => {
  poolOf(documented("my-worker.js says"));
  const { build } = await tool("esbuild");
  const outdir = at("esbuild");
  const entryPoints = [at("page.js"), at("my-worker.js")];
  const { warnings } = await build({
    entryPoints,
    outdir,
    bundle: true,
    format: "esm",
    minify: true,
    absWorkingDir: folder,
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  await expectNumbers(outdir);
});

test("Rollup, the worker as an entry of its own", async () => {
  poolOf(documented("my-worker.js says"));
  const { rollup } = await tool("rollup");
  const { nodeResolve } = await tool("@rollup/plugin-node-resolve");
  const warnings: string[] = [];
  const json = {
    name: "json",
    transform: (code: string, id: string) => (id.endsWith(".json") ? `export default ${code}` : null),
  };
  const bundle = await rollup({
    input: { page: at("page.js"), "my-worker": at("my-worker.js") },
    plugins: [nodeResolve({ browser: true }), json],
    // Of zod's own files: where it puts a comment, and a circle of imports.
    onwarn: ({ message }: { message: string }) => message.includes("node_modules/zod/") || warnings.push(message),
  });
  await bundle.write({ dir: at("rollup"), format: "es" });
  await bundle.close();
  expect(warnings).toEqual([]);
  await expectNumbers(at("rollup"));
});
