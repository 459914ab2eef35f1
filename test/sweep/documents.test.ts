/**
 * The programs of the README and of docs/sweeps.md run, and the figure there is the one that the commands draw.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "lindblad-documents-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs the first program of a document; `more` is put behind it. What it prints last is JSON. */
function runProgram(document: string, more: string): unknown {
  const [, program] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, document), "utf8"))!;
  const inScratch = program!.replaceAll('"exchange.duckdb"', JSON.stringify(join(scratch, "exchange.duckdb")));
  const args = ["--input-type=module", "-e", `${inScratch}\nconsole.log(JSON.stringify(${more}));`];
  const output = execFileSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 50_000 });
  return JSON.parse(output.trim().split("\n").at(-1)!);
}

it("sweep/README.md: driven qubits, the drive from 0", () => {
  const read = runProgram(
    "sweep/README.md",
    "[rows.points.count, failures, rows.scalars.z_end[0], rows.errors.length]",
  );
  // without a drive the lower level stays as it is
  expect(read).toEqual([63, {}, -1, 63]);
});

it("docs/sweeps.md: the example, in a store", () => {
  expect(runProgram("docs/sweeps.md", "[result.ended, result.done, result.failures]")).toEqual(["complete", 1189, {}]);
});

it("docs/sweeps.md: the figure", () => {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, [join(root, "cli", "bin", "lindblad.mjs"), ...args], { stdio: "ignore" });
  const [store, figure] = [join(scratch, "figure.duckdb"), join(scratch, "figure.svg")];
  run("sweep", join(root, "examples", "sweep-exchange.json"), "--store", store, "--engine", "inline", "-q");
  run("plot", store, "--figure", "sweep", "--out", figure);
  const description = (file: string) => /aria-label="([^"]*)"/.exec(readFileSync(file, "utf8"))![1];
  expect(description(join(root, "docs", "figures", "sweep-exchange.svg"))).toBe(description(figure));
});
