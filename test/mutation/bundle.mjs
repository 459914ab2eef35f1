/**
 * The tests and what they import, as few scripts that can be run again and again in one process, each time from a fresh start. Stryker runs this
 * in its sandbox, where the mutants are in the sources already.
 */
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { LIBRARY, testFiles } from "./tests.mjs";

const build = await rolldown({
  input: Object.fromEntries([LIBRARY, ...testFiles()].map((name) => [name, `${name}.ts`])),
  platform: "node",
  external: /^(node:|vitest$|fast-check$|@fast-check\/|fflate|jsep|yaml|zod)/,
  plugins: [
    {
      // Files are looked for beside the source, not beside the bundle.
      name: "where-it-was",
      transform: (code, id) => code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href)),
    },
  ],
});
await build.write({
  dir: "bundled",
  format: "cjs",
  entryFileNames: "[name].cjs",
  chunkFileNames: "[name].cjs",
  codeSplitting: { groups: [{ name: "core", test: /[\\/](assembly|bindings)[\\/]/ }] },
});
await build.close();
