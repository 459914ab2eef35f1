/** What a benchmark leaves: lines on the terminal and a JSON file in bench/results/. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("./results/", import.meta.url));

/** The line without which no time means anything. */
export function printMachine(build, versions) {
  console.log(`${cpus()[0].model}, one core; Node ${process.versions.node}, kernel build "${build}"`);
  console.log(
    `Python ${versions.python}, QuTiP ${versions.qutip}, numpy ${versions.numpy}, ${versions.blas.join("; ")}`,
  );
}

/** Rows of text in columns; the first column is aligned to the left, the others to the right. */
export function printTable(header, rows) {
  const widths = header.map((_, k) => Math.max(...[header, ...rows].map((row) => row[k].length)));
  for (const row of [header, ...rows]) {
    console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k] + 2))).join(""));
  }
}

/** Writes everything that was measured to a file named after the suite and the time. */
export function writeResults(suite, results) {
  mkdirSync(FOLDER, { recursive: true });
  const date = new Date().toISOString();
  const file = join(FOLDER, `${suite}-${date.replace(/\.\d+/, "").replaceAll(":", "-")}.json`);
  const machine = { cpu: cpus()[0].model, platform: process.platform, arch: process.arch, versions: process.versions };
  writeFileSync(file, `${JSON.stringify({ suite, date, machine, ...results }, undefined, 1)}\n`, { flag: "wx" });
  console.log(`\nwritten to ${relative(process.cwd(), file)}`);
}
