import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { directDependencies, PACKAGES, pageOf } from "../../scripts/dependencies.mjs";
import { root } from "../support/browser.ts";

const read = (...path: string[]) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** Packages with a script that npm runs on installation; docs/dependencies.md says what each does. */
const SCRIPTS = ["esbuild", "fsevents", "msgpackr-extract"];

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const LOCKS = [...new Set(PACKAGES.map(({ lock }) => lock))];

describe("dependencies", () => {
  it("are those of every package.json in the repository", () => {
    const found = (place: string): string[] =>
      readdirSync(join(root, place), { withFileTypes: true }).flatMap((entry) => {
        if (entry.name === "package.json") return [place];
        if (!entry.isDirectory() || /^(\..*|node_modules|dist|build)$/.test(entry.name)) return [];
        return found(posix.join(place, entry.name));
      });
    expect(PACKAGES.map(({ place }) => place).sort()).toEqual(found(".").sort());
  });

  it("are asked for by exact versions, none by a URL or a range", () => {
    const all = directDependencies();
    expect(all.length).toBeGreaterThan(60);
    for (const { place, name, version } of all) {
      expect(version, `${name} of ${place}`).toMatch(/^(npm:[\w./@-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
    // Peers would be versions that others choose.
    for (const { place } of PACKAGES) expect(read(place, "package.json").peerDependencies, place).toBeUndefined();
  });

  it.each(LOCKS)("are in the lock file of %s with their checksums, from no other place than a registry", (lock) => {
    const packages = Object.entries(read(lock, "package-lock.json").packages as Record<string, Locked>);
    const installed = packages.filter(([path, { link }]) => path.includes("node_modules/") && link !== true);
    expect(installed.length).toBeGreaterThan(3);
    for (const [path, { integrity, resolved, hasInstallScript }] of installed) {
      expect(integrity, path).toMatch(/^sha512-[\w+/]+={0,2}$/);
      expect(resolved ?? "registry", path).not.toMatch(/^(git|http:|file:)|github\.com/);
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      if (hasInstallScript === true) expect(SCRIPTS).toContain(name);
    }
  });

  it("stand in docs/dependencies.md, each with its reason", () => {
    const page = readFileSync(join(root, "docs", "dependencies.md"), "utf8");
    expect(page).toBe(pageOf(page));
    expect(page).not.toContain("undefined");
    const known = new Set(directDependencies().map(({ name }) => name));
    expect(Object.keys(read("docs", "dependencies.json")).filter((name) => !known.has(name))).toEqual([]);
  });
});

describe("what the published packages are made of", () => {
  const folder = join(root, "build", "sbom");
  beforeAll(() => {
    execFileSync(process.execPath, [join(root, "scripts", "sbom.mjs")]);
  });

  it("is written down for each of them", () => {
    expect(readdirSync(folder).sort()).toEqual(
      ["lindblad-cli", "lindblad-plot", "lindblad-sweep", "lindblad"].map((name) => `${name}.cdx.json`),
    );
  });

  it.each([
    [".", "lindblad"],
    ["plot", "lindblad-plot"],
    ["sweep", "lindblad-sweep"],
    ["cli", "lindblad-cli"],
  ])("of %s with every direct dependency, checksums and licences, and no place of this machine", (place, file) => {
    const text = readFileSync(join(folder, `${file}.cdx.json`), "utf8");
    const bom = JSON.parse(text);
    expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 });
    const manifest = read(place, "package.json");
    expect(bom.metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
    const refs: string[] = bom.components.map((component: { "bom-ref": string }) => component["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    for (const [name, version] of Object.entries(manifest.dependencies)) expect(refs).toContain(`${name}@${version}`);
    const own = (name: string) => name === "lindblad" || name.startsWith("@lindblad/");
    for (const { name, purl, hashes, licenses } of bom.components) {
      expect(purl).toMatch(/^pkg:npm\/(%40[\w.-]+\/)?[\w.-]+@\d/);
      expect(licenses, name).toBeDefined();
      if (!own(name)) expect(hashes[0].content, name).toMatch(/^[0-9a-f]{128}$/);
    }
    // Every edge leads to something that is listed.
    const known = new Set([...refs, bom.metadata.component["bom-ref"]]);
    for (const { ref, dependsOn } of bom.dependencies) {
      expect(known.has(ref)).toBe(true);
      for (const next of dependsOn) expect(known.has(next), next).toBe(true);
    }
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/fastify|autocannon|https?:/);
  });
});
