/**
 * What the documents say exists: files that docs/theory.md names, and the README's program on correlation.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as lindblad from "../../bindings/index.ts";

const root = new URL("../../", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, root), "utf8");

describe("docs/theory.md", () => {
  const spans = Array.from(read("docs/theory.md").matchAll(/`([^`]+)`/g), ([, span]) => span!);

  it("names files that exist", () => {
    const files = spans.filter((span) => /^(test|assembly|examples|docs)\//.test(span));
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it("names functions and fields that exist", () => {
    const { system, rho0 } = lindblad.twoQubitExample({ omegaA: 1, omegaB: 1, g: 1, betaA: 1, betaB: 1, c: 0 });
    const run = system.evolve(rho0, [0, 1]);
    const objects: Record<string, unknown> = { system, run };
    const paths = spans.flatMap((span) => span.match(/^(system|run)(\.\w+)+/)?.[0] ?? []);
    expect(paths.length).toBeGreaterThan(30);
    const follow = (path: string) =>
      path.split(".").reduce((value: unknown, key) => (value as Record<string, unknown> | undefined)?.[key], objects);
    expect(paths.filter((path) => follow(path) === undefined)).toEqual([]);
    const functions = spans.flatMap((span) => span.match(/^(\w+)\(/)?.[1] ?? []);
    expect(functions).toContain("daviesBath");
    expect(functions.filter((name) => !(name in lindblad) && name !== "evolve")).toEqual([]);
  });
});

describe("README.md", () => {
  it("its program on correlation runs, and finds what its comments say", () => {
    const section = read("README.md").split("## Energetics of correlation")[1]!;
    const program = section.match(/```js\n([\s\S]*?)```/)![1]!;
    const print =
      "console.log(JSON.stringify([Array.from(run.energy.Uchi), Array.from(run.energy.UA), \
      run.ledger.A.chi.at(-1) + run.ledger.B.chi.at(-1), run.ledgerDefect, dimension, capacity.max]))";
    const [Uchi, UA, flow, defect, dimension, most] = JSON.parse(
      execFileSync(process.execPath, ["--input-type=module", "-e", program + print], {
        cwd: fileURLToPath(root),
        encoding: "utf8",
      }),
    );
    // lambda = 5.003: what has not decayed after t = 3 is 0.12·3e-7.
    expect(Uchi[3] - Uchi[0]).toBeCloseTo(-0.12, 6);
    expect(flow).toBeCloseTo(-0.12, 6);
    expect(UA[3] - UA[0]).toBeCloseTo(0, 6);
    expect(defect).toBeLessThan(1e-12);
    expect(dimension).toBe(5);
    expect(most).toBeCloseTo(0.1378151882, 10);
  });
});
