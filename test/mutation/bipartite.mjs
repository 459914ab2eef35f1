/** Mutants of bindings/bipartite, made and run by Stryker against the tests that tests.mjs lists. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../../scripts/process.mjs";
import { sampleOf, unitsOf } from "./units.mjs";

const SOURCES = "bindings/bipartite";
const STRYKER = join(root, "test", "mutation", "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
const REPORT = join(root, "build", "mutation", "bipartite.json");

/** Runs them; resolves with the counts. @param share of the functions whose mutants are run @param files parts of the names of files, with commas between @param seconds of the tests that a mutant is run against */
export async function runBipartite({ share, seed, files, seconds }) {
  const names = readdirSync(join(root, SOURCES), { recursive: true })
    .map((name) => `${SOURCES}/${name.replaceAll("\\", "/")}`)
    .filter(
      (name) =>
        name.endsWith(".ts") && !name.endsWith("index.ts") && files.split(",").some((part) => name.includes(part)),
    )
    .sort();
  const units = names.flatMap((name) =>
    unitsOf(name, readFileSync(join(root, name), "utf8")).map((unit) => ({ file: name, ...unit })),
  );
  const chosen = share < 1 ? sampleOf(units, share, seed) : units;
  console.log(`${chosen.length} of ${units.length} functions in ${names.length} files`);
  const ranges = chosen.map(
    ({ file, start, end }) => `${file}:${start.line}:${start.column}-${end.line}:${end.column}`,
  );
  const config = join("test", "mutation", "stryker.config.json");
  const code = await run(process.execPath, [STRYKER, "run", config, "--mutate", ranges.join(",")], {
    env: { ...process.env, LINDBLAD_MUTATION_SECONDS: `${seconds}` },
  });
  if (code !== 0) throw new Error(`Stryker ended with exit code ${code}.`);
  return summaryOf(JSON.parse(readFileSync(REPORT, "utf8")));
}

function summaryOf(report) {
  const counts = {};
  const survivors = [];
  const rows = ["| file | mutants | noticed | survived | reached by no test |", "|---|---|---|---|---|"];
  for (const [file, { source, mutants }] of Object.entries(report.files)) {
    const lines = source.split("\n");
    const own = { Killed: 0, Timeout: 0, Survived: 0, NoCoverage: 0 };
    for (const { status, mutatorName, location, replacement } of mutants) {
      own[status] = (own[status] ?? 0) + 1;
      if (status !== "Survived" && status !== "NoCoverage") continue;
      const line = lines[location.start.line - 1].trim();
      survivors.push(`${status} ${file}:${location.start.line} ${mutatorName}\n    ${line}\n    → ${replacement}`);
    }
    const noticed = own.Killed + own.Timeout;
    const all = noticed + own.Survived + own.NoCoverage;
    rows.push(`| \`${file.slice(SOURCES.length + 1)}\` | ${all} | ${noticed} | ${own.Survived} | ${own.NoCoverage} |`);
    for (const [status, count] of Object.entries(own)) counts[status] = (counts[status] ?? 0) + count;
  }
  console.log(rows.join("\n"));
  return { counts, survivors };
}
