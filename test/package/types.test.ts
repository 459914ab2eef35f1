/** The packages' types in strict projects of users: nothing of the library's own declarations is skipped, and results have the types that their arguments say. */
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/browser.ts";
import { consumer, INSTALL_MS } from "./support.ts";

/** What TypeScript is told besides how modules are found. No types but those of the language, of the packages, and of what is written here. */
const STRICT = {
  target: "es2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
  resolveJsonModule: true,
  types: [],
};
const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
];
const { "@types/node": nodeTypes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies;
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

let folder: string;
beforeAll(async () => {
  folder = await consumer(
    ["lindblad", "@lindblad/plot"],
    ["types", "schema", "figures"].map((name) => `test/package/programs/${name}.ts`),
    [`@types/node@${nodeTypes}`],
  );
}, INSTALL_MS);

/** What tsc says of a program; nothing where it finds nothing. */
async function saidOf(files: readonly string[], options: object, compiler: string = tsc): Promise<string> {
  const config = join(folder, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }));
  return promisify(execFile)(process.execPath, [compiler, "-p", config], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );
}

describe.each(RESOLUTIONS)("moduleResolution $moduleResolution", (resolution) => {
  test("takes the packages' declarations, and a program that says what its results are", async () => {
    // TypeScript's node16 is a Node that had no import attributes yet.
    const files = ["types.ts", "figures.ts", ...(resolution.module === "node16" ? [] : ["schema.ts"])];
    expect(await saidOf(files, { ...resolution, lib: ["es2023", "dom"] })).toBe("");
  });
});

test("takes them in a program for Node, without the types of browsers", async () => {
  const node = { ...RESOLUTIONS[1], lib: ["es2023"], types: ["node"] };
  expect(await saidOf(["types.ts", "schema.ts"], node)).toBe("");
});

test("takes them with the oldest TypeScript that knows whose buffer an array has", async () => {
  const compiler = createRequire(join(root, "test", "consumers", "package.json")).resolve("typescript-5.7/bin/tsc");
  const browser = { ...RESOLUTIONS[1], lib: ["es2023", "dom"] };
  expect(await saidOf(["types.ts", "figures.ts", "schema.ts"], browser, compiler)).toBe("");
});

test("finds a slip", async () => {
  writeFileSync(join(folder, "slip.ts"), 'import { num } from "lindblad";\nexport const n: string = num(3);\n');
  expect(await saidOf(["slip.ts"], { ...RESOLUTIONS[0], lib: ["es2023", "dom"] })).toMatch(
    /^slip\.ts\(2,14\): error TS2322/,
  );
});
