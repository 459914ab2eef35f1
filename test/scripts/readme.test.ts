/** The table of the README beside docs/performance.md, which `npm run bench -- report` writes: no figure may differ. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/browser.ts";

const read = (name: string) => readFileSync(join(root, name), "utf8");
const cells = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
const performance = read("docs/performance.md").split("\n");

/** The row of docs/performance.md that begins with these words. */
function row(...begins: string[]): string[] {
  const found = performance.filter((line) => line.startsWith("|")).map(cells);
  const rows = found.filter(([first = ""]) => begins.includes(first));
  expect(rows.length, begins.join()).toBeGreaterThan(0);
  return rows[0]!;
}

/** A figure without the method before it, and the error behind. */
const figure = (cell: string) => /[\d.]+ m?s/.exec(cell)?.[0] ?? "";

/** What docs/performance.md has for a row of the README: ours, QuTiP's, dynamiqs'. */
function measured(what: string, command: string): string[] {
  const problem = /^`(P\S+)`$/.exec(command)?.[1];
  if (problem !== undefined) {
    const [, , , ours, , best, dynamiqs] = row(problem);
    return [ours!, best!, dynamiqs!].map(figure);
  }
  const perSystem = (name: string) => `${row(name)[1]} ms`;
  switch (what) {
    case "a fresh process up to its first result":
      return ["lindblad", "QuTiP", "dynamiqs"].map((name) => `${row(name)[1]} s`);
    case "a thousand pairs of qubits in one call":
      return ["ours, `mesolveBatch`", "QuTiP `vern7+mf`", "dynamiqs `tsit5+dia`"].map(perSystem);
    case "steady state, Kerr cavity of 64 levels":
      return [...[row("P6-P2:64")[2]!, row("P6-P2:64")[4]!].map(figure), ""];
    case "steady state, chain of 6 spins":
      return [...[row("P6-P3:6")[2]!, row("P6-P3:6")[4]!].map(figure), ""];
    case "a quantum trajectory, Kerr cavity of 32 levels":
      return [...[row("P8:32")[3]!, row("P8:32")[5]!].map(figure), ""];
    case "Wigner function of a density matrix, 64 levels, 40,000 points":
      return [...[row("wigner of a density matrix")[1]!, row("wigner of a density matrix")[3]!].map(figure), ""];
    default:
      throw new Error(`what is measured for "${what}"?`);
  }
}

describe("README.md, beside its peers", () => {
  const [, section] = read("README.md").split("## Beside its peers");
  const rows = section!
    .split("\n## ")[0]!
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map(cells)
    .filter((line) => line.length === 5 && !/^-*$/.test(line[0]!));

  it("has figures", () => {
    expect(rows.length).toBeGreaterThan(8);
  });

  it.each(rows.map(([what, ours, qutip, dynamiqs, command]) => [what!, command!, [ours, qutip, dynamiqs]] as const))(
    "%s",
    (what, command, figures) => {
      expect(figures).toEqual(measured(what, command));
    },
  );

  it("names the versions that were measured", () => {
    const [, header] = /\| \| lindblad \| (.*) \| `npm run bench` \|/.exec(section!)!;
    for (const version of header!.split(" | ")) expect(read("docs/performance.md")).toContain(version);
  });
});
