/**
 * The table of every direct dependency of every package: version and licence as the lock files have them, the reason from docs/dependencies.json.
 * `node scripts/dependencies.mjs` writes it into docs/dependencies.md.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./process.mjs";

/** Every folder with a package.json of ours, and whose lock file holds it. */
export const PACKAGES = [
  ...[".", "plot", "sweep", "cli", "web", "docs", "examples/service"].map((place) => ({ place, lock: "." })),
  { place: "test/consumers", lock: "test/consumers" },
  { place: "test/engines", lock: "test/engines" },
  { place: "test/mutation", lock: "test/mutation" },
];
const KINDS = {
  dependencies: "runtime",
  optionalDependencies: "where it fits the platform",
  devDependencies: "development",
};
const [BEGIN, END] = ["<!-- table -->", "<!-- /table -->"];

const read = (...path) => JSON.parse(readFileSync(join(root, ...path), "utf8"));

/** Every direct dependency: the package it is of, its kind, its version as package.json asks for it, its licence. */
export function directDependencies() {
  return PACKAGES.flatMap(({ place, lock }) => {
    const manifest = read(place, "package.json");
    const locked = read(lock, "package-lock.json").packages;
    return Object.entries(KINDS).flatMap(([key, kind]) =>
      Object.entries(manifest[key] ?? {}).map(([name, version]) => {
        const found =
          locked[`${lock === place ? "" : `${place}/`}node_modules/${name}`] ?? locked[`node_modules/${name}`];
        const licence = found?.link ? locked[found.resolved === "" ? "" : found.resolved]?.license : found?.license;
        return { package: manifest.name, place, kind, name, version, licence: licence ?? "MIT" };
      }),
    );
  });
}

/** The page with its table as it should be. */
export function pageOf(page) {
  const reasons = read("docs", "dependencies.json");
  const sections = PACKAGES.map(({ place }) => {
    const rows = directDependencies().filter((entry) => entry.place === place);
    const { name } = read(place, "package.json");
    const lines = rows.map(
      (row) =>
        `| ${row.name} | ${row.version.replace(/^npm:/, "")} | ${row.licence} | ${row.kind} | ${reasons[row.name]} |`,
    );
    return `### ${name}\n\n| dependency | version | licence | when | what for |\n|---|---|---|---|---|\n${lines.join("\n")}\n`;
  });
  const [before, after] = [page.slice(0, page.indexOf(BEGIN) + BEGIN.length), page.slice(page.indexOf(END))];
  return `${before}\n\n${sections.join("\n")}\n${after}`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(root, "docs", "dependencies.md");
  writeFileSync(file, pageOf(readFileSync(file, "utf8")));
}
