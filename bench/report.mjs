/** `npm run bench -- report`: the tables of docs/performance.md and docs/scaling.md and their figures, from the newest results; nothing is typed by hand. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { newestEntries } from "./support/output.mjs";
import { tables } from "./support/tables.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Where the tables of a suite stand. */
const PAGES = { queue: "scaling.md" };
const pageOf = (suite) => at(`../docs/${PAGES[suite] ?? "performance.md"}`);
const FIGURES = at("../docs/figures/");

for (const [suite, table] of Object.entries(tables)) {
  const file = pageOf(suite);
  const page = readFileSync(file, "utf8");
  const [begin, end] = [`<!-- bench ${suite} -->\n`, `<!-- end ${suite} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has no place for ${suite}: "${begin.trim()}" to "${end}"`);
  const builds = newestEntries(suite);
  if (builds.length === 0) {
    console.log(`${suite}: no results (npm run bench -- ${suite}); its tables stay as they are`);
    continue;
  }
  const text = builds.map((build) => `${provenance(build)}\n\n${table(build.entries)}`).join("\n\n");
  writeFileSync(file, `${page.slice(0, from)}${begin}\n${text}${figures(suite, builds)}\n\n${page.slice(to)}`);
  console.log(
    `${suite}: ${builds.map(({ build, entries }) => `${entries.length} entries of build ${build}`).join(", ")}`,
  );
}

/** Where and when a table was measured. */
function provenance({ build, runs }) {
  const [{ machine, versions }] = runs;
  const peers = versions.flatMap(({ python: _, threads: __, ...rest }) =>
    Object.entries(rest).map((pair) => pair.join(" ")),
  );
  const dates = runs.map(({ date }) => date.slice(0, 10));
  const when = [...new Set(dates)].sort().join(", ");
  const threads = new Set(runs.map(({ settings }) => settings.threads ?? 1));
  const [{ settings }] = runs;
  const cores =
    settings.cores ?? (threads.size === 1 && threads.has(1) ? "one core" : "one core, or two for two threads");
  const sides = [`${machine.cpu}, ${cores}`, `Node ${machine.node}, build \`${build}\``, ...peers];
  return `${when}; ${sides.join(", ")}.`;
}

/** The suite's figures as links, copied to docs/figures. The page shows those of the first build. */
function figures(suite, [{ entries }]) {
  const names = suite === "precision" ? entries.map(({ key }) => `precision-${key.replace(":", "-")}`) : [suite];
  return names
    .filter((name) => existsSync(at(`results/${name}.svg`)))
    .map((name) => {
      mkdirSync(FIGURES, { recursive: true });
      copyFileSync(at(`results/${name}.svg`), `${FIGURES}${name}.svg`);
      return `\n\n![${name}](figures/${name}.svg)`;
    })
    .join("");
}
