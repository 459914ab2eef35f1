/**
 * `npm run docs`: sets up, builds and serves the documentation. `npm run docs:build` only builds it, into docs/.vitepress/dist, and fails on a warning
 * of TypeDoc and on a link that leads nowhere. `-- --base /path/` is for a site that does not lie at the root of its server.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkSite } from "./docs-check.mjs";
import { binOf, main, root, run } from "./process.mjs";
import { setup } from "./setup.mjs";

const docs = join(root, "docs");
const OUT = join(docs, ".vitepress", "dist");

await main(async () => {
  const [command, ...args] = process.argv.slice(2);
  const { values } = parseArgs({ args, options: { base: { type: "string", default: "/" }, port: { type: "string" } } });
  await setup();
  await build(values.base);
  if (command === "build") {
    console.log("The documentation is in docs/.vitepress/dist: put that folder on any web server.");
    return 0;
  }
  const port = values.port === undefined ? [] : ["--port", values.port];
  return run(process.execPath, [binOf("vitepress"), "preview", "docs", "--base", values.base, ...port]);
});

async function build(base) {
  for (const folder of ["api", "reference"]) rmSync(join(docs, folder), { recursive: true, force: true });
  // Not before: it needs what setup has built.
  const { writeReference } = await import("./reference.mjs");
  await writeReference(join(docs, "reference"));
  await tool("typedoc", "--options", join(docs, "typedoc.jsonc"), "--logLevel", "Warn");
  await tool("vitepress", "build", docs, "--base", base);
  const faults = checkSite(OUT, base);
  if (faults.length > 0) throw new Error(`the documentation has ${faults.length} faults:\n${faults.join("\n")}`);
}

async function tool(name, ...args) {
  const code = await run(process.execPath, [binOf(name), ...args]);
  if (code !== 0) throw new Error(`${name} failed (exit code ${code}).`);
}
