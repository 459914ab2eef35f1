/**
 * What is installed and built already, told from records on disk. A record that cannot be read, say because its writing was cut
 * short, counts as none. Node built-ins only: on a bare clone there is nothing else.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { root } from "./process.mjs";

const BUILD_INPUTS = [
  "assembly",
  "bindings",
  "plot/src",
  "plot/package.json",
  "plot/tsconfig.json",
  "sweep/src",
  "sweep/package.json",
  "sweep/tsconfig.json",
  "cli/src",
  "cli/package.json",
  "cli/tsconfig.json",
  "web/src",
  "web/public",
  "web/index.html",
  "web/lean.ts",
  "web/licences.config.ts",
  "web/package.json",
  "web/presets.config.ts",
  "web/vite.config.ts",
  "web/tsconfig.json",
  "examples",
  "THIRD-PARTY-NOTICES.md",
  "tsconfig.base.json",
  "tsconfig.build.json",
  "asconfig.json",
  "scripts/build.mjs",
  "scripts/kernel-delta.mjs",
  "scripts/custom-section.mjs",
  "package.json",
  "package-lock.json",
];
// Outputs that lie among the sources.
const GENERATED = ["bindings/kernel/generated", "bindings/kernel/vendor/as-bind.js"];
const BUILD_OUTPUTS = ["build/wasm", "dist", "plot/dist", "sweep/dist", "cli/dist", "web/dist", ...GENERATED];
const BUILD_STAMP = join(root, "build", "stamp.json");

/** A hash of everything that the build reads. */
export function hashOfSources() {
  const generated = new Set(filesUnder(GENERATED));
  return hashOf(filesUnder(BUILD_INPUTS).filter((file) => !generated.has(file)));
}

/** A fingerprint of all that the kernel is made of: its sources, how they are compiled, and by which version of the compiler. */
export function hashOfKernel() {
  const compiler = join("node_modules", "assemblyscript", "package.json");
  return hashOf(filesUnder(["assembly", "asconfig.json", "bindings/transform.mjs", compiler])).slice(0, 16);
}

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

/** Whether the last build was of these sources, and all it wrote is there in full length. */
export function isBuilt(sources) {
  const stamp = readJson(BUILD_STAMP);
  if (stamp?.sources !== sources || typeof stamp.outputs !== "object") return false;
  return Object.entries(stamp.outputs).every(([file, size]) => sizeOf(join(root, file)) === size);
}

/** Forgets the last build: its outputs are about to change. */
export function removeStamp() {
  rmSync(BUILD_STAMP, { force: true });
}

/** Records a build of these sources. */
export function writeStamp(sources) {
  const outputs = Object.fromEntries(filesUnder(BUILD_OUTPUTS).map((file) => [file, sizeOf(join(root, file))]));
  mkdirSync(dirname(BUILD_STAMP), { recursive: true });
  const temporary = `${BUILD_STAMP}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ sources, outputs }));
  renameSync(temporary, BUILD_STAMP);
}

/**
 * Whether node_modules holds the lock file's packages, by npm's own record of what it installed. npm writes that last, so an
 * interrupted installation does not count; one made by `npm install` does.
 */
export function isInstalled(folder) {
  const locked = readJson(join(folder, "package-lock.json"))?.packages;
  const installed = readJson(join(folder, "node_modules", ".package-lock.json"))?.packages;
  if (locked === undefined || installed === undefined) return false;
  return Object.entries(locked).every(([path, entry]) => {
    const found = installed[path];
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) {
      // A workspace: npm has linked the commands that it had then.
      return entry.bin === undefined || JSON.stringify(found?.bin) === JSON.stringify(entry.bin);
    }
    // Optional packages are mostly binaries for other platforms.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(folder, path));
  });
}

/** The content of a JSON file; undefined when there is none, or it is not JSON. */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")) ?? undefined;
  } catch {
    return undefined;
  }
}

function sizeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.size;
}

/** All files at or below the given paths, relative to the root, in a stable order; a path that is not there is left out. */
function filesUnder(paths) {
  return paths
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? readdirSync(path, { recursive: true, withFileTypes: true })
            .filter((entry) => entry.isFile())
            .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
        : [path],
    )
    .map((file) => relative(root, file).split(sep).join("/"))
    .sort();
}
