/**
 * Writes what each published package is made of, as CycloneDX 1.5, into build/sbom: its dependencies, and theirs, as the lock file has them. Not by
 * `npm sbom`, which follows a repository that is a workspace of itself without end.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main, root } from "./process.mjs";

/** Where the published packages lie; "" is this folder, as lock files name it. */
const PUBLISHED = ["", "plot", "sweep", "cli"];

main(() => {
  const folder = join(root, "build", "sbom");
  mkdirSync(folder, { recursive: true });
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  for (const place of PUBLISHED) {
    const bom = bomOf(packages, place);
    const file = `${bom.metadata.component["bom-ref"].replace("@lindblad/", "lindblad-").replace(/@.*/, "")}.cdx.json`;
    writeFileSync(join(folder, file), `${JSON.stringify(bom, null, 2)}\n`);
    console.log(`build/sbom/${file}: ${bom.components.length} components`);
  }
});

function bomOf(packages, place) {
  const edges = new Map();
  // A Set is gone through as it grows.
  const reached = new Set([place]);
  for (const from of reached) {
    const { dependencies = {}, optionalDependencies = {} } = packages[from];
    const to = Object.keys({ ...dependencies, ...optionalDependencies }).flatMap(
      (name) => resolve(packages, from, name) ?? [],
    );
    edges.set(from, to);
    for (const next of to) reached.add(next);
  }
  const ref = (path) => `${nameOf(packages, path)}@${packages[path].version}`;
  const [component, ...components] = [...reached].map((path) => componentOf(nameOf(packages, path), packages[path]));
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: { component },
    components: components.sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1)),
    dependencies: [...edges].map(([from, to]) => ({ ref: ref(from), dependsOn: [...new Set(to.map(ref))].sort() })),
  };
}

/** Where the package of that name lies for the one at `from`, links followed; undefined for an optional one that is not there. */
function resolve(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/")))) {
    const path = at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    const found = packages[path];
    if (found) return found.link ? found.resolved : path;
    if (at === "") return undefined;
  }
}

function nameOf(packages, path) {
  return packages[path].name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function componentOf(name, { version, license, integrity }) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    ...{ "bom-ref": `${name}@${version}`, type: "library", name, version, purl },
    ...(license ? { licenses: [{ expression: license }] } : {}),
    ...(integrity
      ? {
          hashes: [
            { alg: "SHA-512", content: Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex") },
          ],
        }
      : {}),
  };
}
