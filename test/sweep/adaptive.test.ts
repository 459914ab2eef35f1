/**
 * Adaptive sampling: few points where nothing happens, many where a scalar changes or changes sign.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterAll, describe, expect, it } from "vitest";
import { refinement } from "../../sweep/src/adaptive.ts";
import type { AdaptiveSpec, SweepSpec } from "../../sweep/src/axes.ts";
import { inlineEngine, sweep, validateSweep } from "../../sweep/src/index.ts";
import { query } from "./rows.ts";

const root = mkdtempSync(join(tmpdir(), "lindblad-adaptive-"));
afterAll(() => rmSync(root, { recursive: true }));

const line = (count: number, from = 0, to = 1, scale: "linear" | "log" = "linear") => ({ from, to, count, scale });
const specOf = (axes: ReturnType<typeof line>[]): SweepSpec => ({
  ...{ mode: "grid", seed: 0, count: axes.reduce((product, { count }) => product * count, 1) },
  axes: axes.map((values, k) => ({ name: "xyz"[k]!, values })),
});

/** All points that a function asks for, as rows with its value. */
function refined(spec: SweepSpec, adaptive: Omit<AdaptiveSpec, "scalar">, f: (...at: number[]) => number): number[][] {
  const source = refinement(spec, { scalar: "f", ...adaptive });
  const rows: number[][] = [];
  while (rows.length < source.ready) {
    const from = rows.length;
    const { parameters } = source.points(from, source.ready - from);
    for (let k = from; k < source.ready; k++) {
      const at = Object.values(parameters).map((values) => values[k - from]!);
      rows.push([...at, f(...at)]);
    }
    source.extend!(rows.slice(from).map((row) => row.at(-1)!));
  }
  return rows;
}

describe("by change", () => {
  it("spends its points where the function is steep", () => {
    const rows = refined(specOf([line(5)]), { points: 101, by: "change" }, (x) => Math.tanh(100 * (x - 0.3)));
    expect(rows.length).toBeLessThanOrEqual(101);
    expect(rows.length).toBeGreaterThan(95);
    // tanh is flat to 1e-4 outside of five of its widths, 0.01
    expect(rows.filter(([x]) => Math.abs(x! - 0.3) < 0.05).length).toBeGreaterThan(85);
    const sorted = rows.map(([x, f]) => [x!, f!] as const).sort(([a], [b]) => a - b);
    const steps = sorted.slice(1).map(([, f], k) => Math.abs(f - sorted[k]![1]));
    // evenly: 2 in some 90 steps, no step more than four times that
    expect(Math.max(...steps)).toBeLessThan((4 * 2) / 90);
  });

  it("refines along several parameters, and on a logarithmic scale", () => {
    const spec = specOf([line(3, 1, 100, "log"), line(3)]);
    const rows = refined(spec, { points: 500, by: "change" }, (x, y) => (x! > 10.5 ? y! : 0));
    expect(rows.slice(0, 9).map(([x]) => x)).toEqual([1, 1, 1, 10, 10, 10, 100, 100, 100]);
    // steps at x = 10.5
    expect(rows.filter(([x]) => x! >= 10 && x! < 11).length).toBeGreaterThan(200);
  });

  it("stops where nothing changes", () => {
    expect(refined(specOf([line(5), line(4)]), { points: 1000, by: "change" }, () => 7)).toHaveLength(20);
  });

  it("does without points that failed", () => {
    const rows = refined(specOf([line(5)]), { points: 60, by: "change" }, (x) => (x! < 0.4 ? Number.NaN : x! ** 8));
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(([x]) => x! < 0.25)).toHaveLength(1);
  });
});

describe("by sign", () => {
  it("finds a zero as bisection does: one point a halving", () => {
    const rows = refined(specOf([line(2)]), { points: 1000, by: "sign" }, (x) => x! - 1 / 3);
    // 24 halvings
    expect(rows).toHaveLength(2 + 24);
    expect(Math.min(...rows.map(([x]) => Math.abs(x! - 1 / 3)))).toBeLessThan(2 ** -24);
  });

  it("follows a line of zeros through the plane, evenly", () => {
    const circle = (x: number, y: number) => Math.hypot(x, y) - 0.7;
    const rows = refined(
      specOf([line(5), line(5)]),
      { points: 2000, by: "sign" },
      circle as (...at: number[]) => number,
    );
    const near = rows.filter(([x, y]) => Math.abs(circle(x!, y!)) < 0.02);
    expect(near.length).toBeGreaterThan(0.75 * rows.length);
    const sixths = new Int32Array(6);
    for (const [x, y] of near) sixths[Math.min(5, Math.floor((12 / Math.PI) * Math.atan2(y!, x!)))]!++;
    // a diagonal line meets sqrt(2) times as many cells as one along an axis, and the last round may not have come round
    expect(Math.max(...sixths) / Math.min(...sixths)).toBeLessThan(2 * Math.SQRT2);
  });
});

test.prop(
  [
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    fc.integer({ min: 9, max: 400 }),
    fc.boolean(),
  ],
  { seed: 4, numRuns: 60 },
)(
  "any function: no point twice, none outside, never more than allowed, the same each time",
  ([a, b, c, d], points, sign) => {
    const f = (x: number, y: number) => Math.sin(9 * a! * x + 5 * b! * y) + c! * x * y + 0.3 * d!;
    const find = () =>
      refined(
        specOf([line(3), line(3, -2, 5)]),
        { points, by: sign ? "sign" : "change" },
        f as (...at: number[]) => number,
      );
    const rows = find();
    expect(rows.length).toBeLessThanOrEqual(points);
    expect(new Set(rows.map(([x, y]) => `${x},${y}`)).size).toBe(rows.length);
    expect(rows.every(([x, y]) => x! >= 0 && x! <= 1 && y! >= -2 && y! <= 5)).toBe(true);
    expect(find()).toEqual(rows);
  },
);

describe("of a model", () => {
  const { compare: _compare, ...model } = JSON.parse(
    readFileSync(new URL("../../examples/two-qubits.json", import.meta.url), "utf8"),
  );
  const file = validateSweep({
    ...model,
    ...{ times: { to: 1, count: 2 }, solver: {} },
    sweep: {
      parameters: { c: { from: -0.04, to: 0.1, count: 5 } },
      outputs: { scalars: ["delta_U_chi_end"] },
      adaptive: { scalar: "delta_U_chi_end", points: 24, by: "sign" },
    },
  });
  const run = (options: object = {}) =>
    sweep(file.model, file.spec, { outputs: file.outputs, engine: inlineEngine, chunk: 4, ...options });

  it("finds where the exchanged energy changes sign: at c = 0", async () => {
    const { rows, ...result } = await run();
    expect(result).toMatchObject({ ended: "complete", done: 24, total: 24, failures: {} });
    const c = rows!.points.parameters.c as Float64Array;
    const energy = rows!.scalars.delta_U_chi_end!;
    // delta_U_chi = 4 g c (exp(-lambda t) - 1): positive below zero
    const below = Math.max(...c.filter((_, k) => energy[k]! > 0));
    const above = Math.min(...c.filter((_, k) => energy[k]! < 0));
    expect(below).toBeLessThan(0);
    expect(above).toBeGreaterThan(0);
    // 19 halvings of a step of 0.035
    expect(above - below).toBeCloseTo(0.035 / 2 ** 19, 12);
  });

  it("goes on where it stood, and comes to the same points", async () => {
    const store = join(root, "a.duckdb");
    for (const most of [3, 9, 17]) {
      const controller = new AbortController();
      const onProgress = ({ done }: { done: number }) => done >= most && controller.abort();
      await run({ store, signal: controller.signal, onProgress }).catch(() => {});
    }
    const result = await run({ store });
    expect(result).toMatchObject({ ended: "complete", done: 24 });
    expect(result.computed).toBeLessThan(12);

    const stored = await query(store, 'SELECT c, delta_U_chi_end AS e FROM points ORDER BY "index"');
    const { rows } = await run();
    expect(stored.map(({ c }) => c)).toEqual([...(rows!.points.parameters.c as Float64Array)]);
    expect(stored.map(({ e }) => e)).toEqual([...rows!.scalars.delta_U_chi_end!]);
  });

  it("computes no points again that crashed: it has gone elsewhere without them", async () => {
    const store = join(root, "b.duckdb");
    await expect(run({ store, retryCrashed: true })).rejects.toThrow(/an adaptive sweep .* begin it anew/);
    expect(existsSync(store)).toBe(false);
  });
});
