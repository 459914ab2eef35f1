/**
 * Engine flags belong to the process of the command: it sets those that help, says so, and takes them back where the kernel fails
 * under them.
 */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { lindbladModel } from "../model/models.ts";
import { generator } from "../support/random.ts";
import { execute, lindblad, modelFile, scratch } from "./lindblad.ts";

const directory = scratch();
afterAll(() => rmSync(directory, { recursive: true }));

const major = Number(process.versions.v8.split(".")[0]);
const EXPECTED = major === 11 ? "--experimental-wasm-relaxed-simd" : "--experimental-wasm-revectorize";
const KNOWN = [11, 13, 14].includes(major);

/** A dense model, large enough for every form of the product: forty levels, a dense H, a dense and a real jump. */
function denseModel() {
  const random = generator(1);
  const rows = (element: (i: number, j: number) => number) =>
    Array.from({ length: 40 }, (_, i) => Array.from({ length: 40 }, (_, j) => element(i, j)));
  const [a, b, c, d] = [0, 1, 2, 3].map(() => rows(() => 0.1 * random() - 0.05)) as [
    number[][],
    number[][],
    number[][],
    number[][],
  ];
  return {
    version: 1,
    kind: "lindblad",
    dims: [40],
    hamiltonian: { dims: [40], re: rows((i, j) => a[i]![j]! + a[j]![i]!), im: rows((i, j) => b[i]![j]! - b[j]![i]!) },
    jumps: [
      { op: { dims: [40], re: a, im: c }, rate: 1 },
      { op: { dims: [40], re: d, im: rows(() => 0) }, rate: 1 },
    ],
    initial: "fock(40, 1)",
    times: { to: 1, count: 3 },
    observables: { n: "num(40)" },
    solver: { rtol: 1e-10, atol: 1e-12 },
  };
}

/** Runs a model and reads what was written. */
async function run(model: object, name: string, ...options: string[]) {
  const out = join(directory, name);
  const ended = await lindblad("run", modelFile(directory, model, `${name}.json`), "--out", out, ...options);
  expect(ended).toMatchObject({ code: 0 });
  return { ended, result: JSON.parse(readFileSync(join(out, "result.json"), "utf8")), out };
}

describe("run", () => {
  it("takes no flag with --no-engine-flags, and says so", async () => {
    const { ended, result } = await run(lindbladModel(), "without", "--no-engine-flags");
    expect(result.stats.engineFlags).toEqual([]);
    expect(ended.stdout).not.toContain("Engine flag");
  });

  it("says which flag it has set, in the report and in result.json, and complains about none", async () => {
    const { ended, result } = await run(lindbladModel(), "with");
    const { engineFlags, build } = result.stats;
    for (const flag of engineFlags) {
      expect(flag).toBe(EXPECTED);
      expect(build).toBe("relaxed");
      expect(ended.stdout).toContain(`Engine flag: ${flag}`);
    }
    if (!KNOWN) expect(engineFlags).toEqual([]);
    // An unknown flag is complained about there.
    expect(ended.stderr).toMatch(/^running [^\n]*\n$/);
    // Fused multiply-adds are right on every processor that runs them; whether pairs are fused depends on it.
    if (major === 11) expect(engineFlags).toEqual([EXPECTED]);
  });

  it("computes the same with flags as without", async () => {
    const read = (out: string) =>
      readFileSync(join(out, "series.csv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",").map(Number));
    const model = denseModel();
    const [plain, flagged] = [await run(model, "plain", "--no-engine-flags"), await run(model, "flagged")];
    const [a, b] = [read(plain.out), read(flagged.out)];
    expect(b.length).toBe(a.length);
    expect(plain.result.stats.steps).toBeLessThan(100);
    // Both keep to the model's rtol a step; their steps may differ, and are fewer than a hundred.
    a.forEach((row, i) => {
      row.forEach((x, j) => {
        expect(Math.abs(b[i]![j]! - x)).toBeLessThan(100 * 1e-10 * Math.max(1, Math.abs(x)));
      });
    });
  });

  it("falls back to no flag and the plain build when the kernel fails its test, and that one passes it", async () => {
    const script = `
      import { useEngineFlags } from ${JSON.stringify(new URL("../../cli/dist/engine-flags.js", import.meta.url))};
      import { selfTest } from "lindblad";
      let called = 0;
      const flags = await useEngineFlags(() => { called++; throw new Error("wrong"); });
      console.log(JSON.stringify({ flags, called, ...selfTest() }));`;
    const ended = await execute(process.execPath, ["--input-type=module", "-e", script]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const seen = JSON.parse(ended.stdout);
    expect(seen).toMatchObject({ flags: [], called: KNOWN ? 1 : 0, wideTiles: false });
    if (KNOWN) expect(seen.build).toBe("release");
  });
});
