/** What a benchmark leaves: lines on the terminal and a JSON file in bench/results/. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import "../../dist/bindings/kernel/inlined.js";
import { getKernel } from "../../dist/bindings/kernel/load.js";

const FOLDER = fileURLToPath(new URL("../results/", import.meta.url));

/** The lines without which no time means anything; `versions` as the peers give them, one each. */
export function printMachine(versions, cores = "one core") {
  console.log(`${cpus()[0].model}, ${cores}; Node ${process.versions.node}, kernel build "${getKernel().build}"`);
  for (const one of versions)
    console.log(
      Object.entries(one)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    );
}

/** Rows of text in columns; the first column is aligned to the left, the others to the right. */
export function printTable(header, rows) {
  const widths = header.map((_, k) => Math.max(...[header, ...rows].map((row) => row[k].length)));
  for (const row of [header, ...rows]) {
    console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k] + 2))).join(""));
  }
}

/**
 * Writes what was measured to a file named after the suite and the time. Every entry has a `key`, by which a later run of the same
 * suite on the same build takes its place (`newestEntries`). `under`: what the build ran under, besides an engine's defaults.
 */
export function writeResults(suite, { versions = [], settings = {}, under = [], entries }) {
  mkdirSync(FOLDER, { recursive: true });
  const date = new Date().toISOString();
  const file = join(FOLDER, `${suite}-${date.replace(/\.\d+/, "").replaceAll(":", "-")}.json`);
  const machine = { cpu: cpus()[0].model, platform: process.platform, arch: process.arch, node: process.versions.node };
  const content = { suite, date, machine, build: [getKernel().build, ...under].join(" "), versions, settings, entries };
  writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`, { flag: "wx" });
  console.log(`\nwritten to ${relative(process.cwd(), file)}`);
}

/**
 * The newest entry of every key, by build: `{ build, runs, entries }`, each entry with its `run`, the file's content but for the
 * entries. Files that only hold entries measured anew since are deleted.
 */
export function newestEntries(suite) {
  const builds = new Map();
  // names end in the time: the newest comes first
  const names = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.startsWith(`${suite}-2`)) : [];
  for (const name of names.sort().reverse()) {
    const { entries, ...run } = JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
    const known = builds.get(run.build) ?? { build: run.build, runs: [], entries: new Map() };
    const fresh = entries.filter(({ key }) => !known.entries.has(key));
    if (fresh.length === 0) {
      rmSync(join(FOLDER, name));
      continue;
    }
    for (const entry of fresh) known.entries.set(entry.key, entry);
    known.runs.push(run);
    builds.set(run.build, known);
  }
  return [...builds.values()].map(({ entries, ...rest }) => ({ ...rest, entries: [...entries.values()] }));
}

/** Writes a figure beside the results. */
export function writeFigure(name, svg) {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.svg`);
  writeFileSync(file, svg);
  console.log(`drawn in ${relative(process.cwd(), file)}`);
}

/** Methods that were not timed, by the reason. */
export function printDropped(dropped) {
  for (const reason of new Set(dropped.map((one) => one.reason))) {
    const some = dropped.filter((one) => one.reason === reason).map(({ method }) => method);
    console.log(`${reason}: ${some.join(", ")}`);
  }
}
