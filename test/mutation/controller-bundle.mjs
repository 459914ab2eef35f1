/**
 * The sources that tests import, as few modules: run in the sandbox of mutants of the kernel. Otherwise most of the time
 * would be spent on loading two hundred modules for every file of tests.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

const files = readdirSync("bindings", { recursive: true }).filter(
  (file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith("pool"),
);
const input = Object.fromEntries(
  files.map((file) => [join("bindings", file).replaceAll("\\", "/").replace(/\.ts$/, ""), join("bindings", file)]),
);
const build = await rolldown({
  input,
  platform: "node",
  external: /^(node:|fflate|jsep|yaml|zod)/,
  preserveEntrySignatures: "allow-extension",
});
await build.write({
  dir: "bundled",
  format: "esm",
  entryFileNames: "[name].js",
  codeSplitting: { groups: [{ name: "core", test: /[\\/](assembly|bindings)[\\/]/ }] },
});
await build.close();
