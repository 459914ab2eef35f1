/** Are the npm packages what their users need? They are packed, installed where no file of this repository is found by chance, and used from there. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { installPacked, PACKAGES } from "./packed.mjs";
import { binOf, capture, root } from "./process.mjs";

let consumer = "";
const packageFolder = (name) => join(consumer, "node_modules", name);

/** The checks, in an order that later ones rely on. */
export function packageChecks() {
  return [
    { name: "npm install", run: install },
    { name: "all files named in exports are packed", run: checkExports },
    { name: "every package brings its licence and a README", run: checkTexts },
    { name: "every source map finds its sources", run: checkMaps },
    { name: "import", run: () => useEntries("import") },
    { name: "require", run: () => useEntries("require") },
    { name: "lindblad/slim", run: useSlim },
    { name: "bundles", run: checkBundles },
    { name: "types", run: checkTypes },
    { name: "command", run: useCommand },
  ];
}

async function install() {
  consumer = mkdtempSync(join(tmpdir(), "lindblad-package-"));
  process.once("exit", () => rmSync(consumer, { recursive: true, force: true }));
  await installPacked(consumer, Object.keys(PACKAGES));
  return { code: 0, output: "" };
}

function checkExports() {
  const targets = Object.values(manifest().exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target),
  );
  const missing = targets
    .map((target) => target.replace("/*", ""))
    .filter((target) => !existsSync(join(packageFolder("lindblad"), target)));
  return verdict(missing, "not in the package");
}

function checkTexts() {
  const licence = readFileSync(join(root, "LICENSE"), "utf8");
  const bad = Object.keys(PACKAGES).filter((name) => {
    const file = join(packageFolder(name), "LICENSE");
    return (
      !existsSync(file) || readFileSync(file, "utf8") !== licence || !existsSync(join(packageFolder(name), "README.md"))
    );
  });
  return verdict(bad, "without README.md, or the repository's LICENSE");
}

/** A map leads to its sources inside itself or in the package; anywhere else a user does not have them. */
function checkMaps() {
  const bad = Object.keys(PACKAGES).flatMap((name) => {
    const maps = readdirSync(packageFolder(name), { recursive: true }).filter((file) => file.endsWith(".map"));
    return maps.map((file) => join(packageFolder(name), file)).filter((file) => !findsSources(file));
  });
  return verdict(bad, "maps without sources");
}

function findsSources(file) {
  const { sources, sourcesContent = [], sourceRoot = "" } = JSON.parse(readFileSync(file, "utf8"));
  return sources.every(
    (source, k) => typeof sourcesContent[k] === "string" || existsSync(join(dirname(file), sourceRoot, source)),
  );
}

function verdict(bad, what) {
  return { code: bad.length === 0 ? 0 : 1, output: `${what}: ${bad.join(", ")}` };
}

function useCommand() {
  const folder = packageFolder("@lindblad/cli");
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const model = join(root, "examples", "two-qubits.json");
  return capture(process.execPath, [join(folder, bin.lindblad), "check", model], { cwd: consumer });
}

/** Loads every entry and asks that it exports something. */
function useEntries(how) {
  const load = how === "import" ? (entry) => `await import("${entry}")` : (entry) => `require("${entry}")`;
  const lines = entries().map(
    (entry) => `if (Object.keys(${load(entry)}).length === 0) throw new Error("${entry} exports nothing");`,
  );
  const file = join(consumer, how === "import" ? "use.mjs" : "use.cjs");
  writeFileSync(file, lines.join("\n"));
  return capture(process.execPath, [file], { cwd: consumer });
}

/** Without bytes it computes nothing; with those of the package it is one library with lindblad. */
function useSlim() {
  const file = join(consumer, "slim.mjs");
  writeFileSync(
    file,
    `import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    import { basis, init, mesolve, Operator, sigmam, sigmax, supports } from "lindblad/slim";
    import { runBuilt } from "lindblad/slim/model";
    const excited = () => mesolve(sigmax(), basis(2, 0), [0, 1], { cOps: [sigmam()] }).finalState.get(0, 0).re;
    try {
      throw new Error("computed " + excited() + " without a kernel");
    } catch (error) {
      if (error.code !== "KERNEL_UNAVAILABLE") throw error;
    }
    const build = supports("relaxed") ? "relaxed" : "release";
    await init({ wasm: readFileSync(fileURLToPath(import.meta.resolve("lindblad/wasm/" + build + ".wasm"))) });
    if (!(excited() > 0)) throw new Error("no result");
    const lindblad = await import("lindblad");
    const model = await import("lindblad/model");
    if (lindblad.Operator !== Operator || model.runBuilt !== runBuilt) throw new Error("two copies of the library");`,
  );
  return capture(process.execPath, [file], { cwd: consumer });
}

/**
 * What bundlers make of some imports: with the kernel's bytes or without, and how many kB of minified code, compressed by brotli, at most. The ceilings
 * are 3 % above what was measured; that of the first is what the package promises.
 */
const BUNDLES = [
  { code: 'export { mesolve } from "lindblad";', bytes: true, most: 120 },
  { code: 'export { mesolve } from "lindblad/slim";', bytes: false, most: 35.1 },
  { code: 'export { buildModel, runBuilt } from "lindblad/slim/model";', bytes: false, most: 95.7 },
  { code: 'export { buildModel, runBuilt } from "lindblad/model";', bytes: true, most: 179 },
  { code: 'import "lindblad/pool/worker";', bytes: true, most: 143.5 },
  { code: 'export { validateModel } from "lindblad/slim/model";', bytes: false, most: 33.3 },
];

async function checkBundles() {
  // Not before: `npm test` loads this file where nothing is installed yet.
  const { rolldown } = await import("rolldown");
  const file = join(consumer, "bundle.mjs");
  const bad = [];
  for (const { code, bytes, most } of BUNDLES) {
    writeFileSync(file, code);
    const bundle = await rolldown({ input: file, platform: "browser" });
    const { output } = await bundle.generate({ format: "esm", minify: true });
    await bundle.close();
    const text = output.map((chunk) => chunk.code ?? "").join("");
    const kB = brotliCompressSync(text).length / 1000;
    const carries = /[A-Za-z0-9+/]{50000}/.test(text);
    if (carries !== bytes || !(kB < most)) bad.push(`${code} ${kB} kB of at most ${most}`);
  }
  return verdict(bad, "too large, or the kernel's bytes are where they should not be");
}

function checkTypes() {
  const names = entries().map((_, index) => `entry${index}`);
  const imports = entries().map((entry, index) => `import * as ${names[index]} from "${entry}";`);
  const file = join(consumer, "use.mts");
  writeFileSync(file, `${imports.join("\n")}\nconsole.log(${names.join(", ")});\n`);
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--typeRoots",
    join(root, "node_modules", "@types"),
    "--types",
    "node",
    "--ignoreConfig",
  ];
  return capture(process.execPath, [binOf("typescript", "tsc"), ...options, file], {
    cwd: consumer,
  });
}

function manifest() {
  return JSON.parse(readFileSync(join(packageFolder("lindblad"), "package.json"), "utf8"));
}

/** What a program may import: the entries that have types. */
function entries() {
  return Object.entries(manifest().exports)
    .filter(([, target]) => target.types !== undefined)
    .map(([path]) => path.replace(".", "lindblad"));
}
