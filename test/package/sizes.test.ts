/** What imports cost in a bundle, and that the kernel's bytes are where they should be. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { rolldown } from "rolldown";
import { beforeAll, expect, test } from "vitest";
import { consumer, INSTALL_MS } from "./support.ts";

/**
 * Whether the bundle has the kernel, and how many kB of minified code it is at most, compressed by brotli. The ceilings are 3 % above what was
 * measured; that of the first is what the package promises.
 */
const BUNDLES = [
  { code: 'export { mesolve } from "lindblad";', kernel: true, most: 120 },
  { code: 'export { mesolve } from "lindblad/slim";', kernel: false, most: 37.4 },
  { code: 'export { buildModel, runBuilt } from "lindblad/model";', kernel: true, most: 181.5 },
  { code: 'export { buildModel, runBuilt } from "lindblad/slim/model";', kernel: false, most: 97.5 },
  { code: 'export { validateModel } from "lindblad/slim/model";', kernel: false, most: 35 },
  { code: 'import "lindblad/pool/worker";', kernel: true, most: 145 },
];

let folder: string;
beforeAll(async () => {
  folder = await consumer(["lindblad"]);
}, INSTALL_MS);

test.each(BUNDLES)("$code takes at most $most kB", async ({ code, kernel, most }) => {
  const input = join(folder, "bundle.mjs");
  writeFileSync(input, code);
  const bundle = await rolldown({ input, platform: "browser" });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const text = output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
  expect(/[A-Za-z0-9+/]{50000}/.test(text), "a kernel in base64").toBe(kernel);
  expect(brotliCompressSync(text).length / 1000).toBeLessThan(most);
});
