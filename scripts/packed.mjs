/**
 * The npm packages as their users get them: packed once per build, and installed from the archives into folders of their own. Node built-ins only:
 * `npm test` loads this on a bare clone.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { capture, npm, root } from "./process.mjs";

/** The folder of each published package. */
export const PACKAGES = {
  lindblad: ".",
  "@lindblad/plot": "plot",
  "@lindblad/sweep": "sweep",
  "@lindblad/cli": "cli",
};

/** What goes into the archives besides what the build's record covers. */
const TEXTS = ["package.json", "README.md", "LICENSE", "CHANGELOG.md", "THIRD-PARTY-NOTICES.md"];

/**
 * The archive of each package, `{ name: path }`, made when the build is newer than those that are there. Processes may call it at the same time.
 * @throws when there is no build, or `npm pack` fails
 */
export async function packed() {
  const folder = join(root, "build", "packed", hashOfPacked());
  if (!existsSync(folder)) await packInto(folder);
  return Object.fromEntries(Object.keys(PACKAGES).map((name) => [name, join(folder, archiveOf(name))]));
}

/**
 * Installs the named packages from their archives into `folder`, which is made, as a user would: with what they depend on. What must not find this
 * repository's own node_modules lies outside of it.
 * @param dev more packages to install, as `name@version`
 * @throws when `npm install` fails
 */
export async function installPacked(folder, names, { dev = [] } = {}) {
  const archives = await packed();
  const dependencies = Object.fromEntries(withOwn(names).map((name) => [name, `file:${archives[name]}`]));
  const devDependencies = Object.fromEntries(dev.map((spec) => splitSpec(spec)));
  mkdirSync(folder, { recursive: true });
  const manifest = { name: "consumer", private: true, type: "module", dependencies, devDependencies };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--include=dev"];
  const [command, args] = npm("install", "--prefix", folder, ...options);
  const { code, output } = await capture(command, args, { cwd: folder });
  if (code !== 0) throw new Error(`npm install of ${names.join(", ")} failed in ${folder}:\n${output}`);
}

async function packInto(folder) {
  mkdirSync(join(root, "build", "packed"), { recursive: true });
  const made = mkdtempSync(join(root, "build", "packed", "making-"));
  for (const [name, source] of Object.entries(PACKAGES)) {
    const [command, args] = npm("pack", "--pack-destination", made, "--ignore-scripts");
    const { code, output } = await capture(command, args, { cwd: join(root, source) });
    if (code !== 0) throw new Error(`npm pack of ${name} failed:\n${output}`);
  }
  try {
    renameSync(made, folder);
    for (const other of readdirSync(dirname(folder))) {
      if (!other.startsWith("making-") && other !== basename(folder))
        rmSync(join(dirname(folder), other), { recursive: true });
    }
  } catch (error) {
    // Another process was faster, and has packed the same.
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true });
  }
}

function hashOfPacked() {
  const stamp = join(root, "build", "stamp.json");
  if (!existsSync(stamp)) throw new Error("nothing is built that could be packed: npm run build");
  const hash = createHash("sha256").update(readFileSync(stamp));
  for (const folder of Object.values(PACKAGES)) {
    for (const file of readdirSync(join(root, folder)).filter((name) => TEXTS.includes(name))) {
      hash.update(`${folder}/${file}\n`).update(readFileSync(join(root, folder, file)));
    }
  }
  return hash.digest("hex").slice(0, 16);
}

const manifestOf = (name) => JSON.parse(readFileSync(join(root, PACKAGES[name], "package.json"), "utf8"));

function archiveOf(name) {
  return `${name.replace("@", "").replace("/", "-")}-${manifestOf(name).version}.tgz`;
}

/** The named packages and those of this repository that they depend on, which no registry has. */
function withOwn(names) {
  const all = new Set(names);
  for (const name of all) {
    const needs = Object.keys(manifestOf(name).dependencies).filter((dependency) => dependency in PACKAGES);
    for (const dependency of needs) all.add(dependency);
  }
  return [...all];
}

function splitSpec(spec) {
  const at = spec.lastIndexOf("@");
  return [spec.slice(0, at), spec.slice(at + 1)];
}
