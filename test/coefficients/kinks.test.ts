/**
 * Kinks of functions of which nothing is declared: found where they are, and nowhere else.
 */
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { callable } from "../../bindings/index.ts";

const spanOf = (outputs: number, to = 1) => ({
  from: 0,
  to,
  times: Float64Array.from({ length: outputs }, (_, k) => (to * k) / (outputs - 1)),
});
const breaksOf = (f: Parameters<typeof callable>[0], options = {}, span = spanOf(11)) =>
  callable(f, options)
    .re.stretches(span)
    .filter(({ hard }) => hard)
    .map(({ end }) => end);

function near(found: readonly number[], exact: readonly number[], error: number): void {
  expect(found.length).toBe(exact.length);
  exact.forEach((time, k) => {
    expect(Math.abs(found[k]! - time)).toBeLessThanOrEqual(error);
  });
}

describe("a kink is found", () => {
  const triangle = (t: number) => Math.abs(((t * 10) % 1) - 0.5);
  it.each<[string, (t: number) => number | { re: number; im: number }, number[]]>([
    ["of |t - 0.37|", (t) => Math.abs(t - 0.37), [0.37]],
    ["of a triangle wave", triangle, Array.from({ length: 19 }, (_, k) => (k + 1) / 20)],
    ["of a rectified sine", (t) => Math.max(0, Math.sin(13 * t)), [1, 2, 3, 4].map((k) => (k * Math.PI) / 13)],
    ["where the slope is infinite", (t) => Math.sqrt(Math.abs(t - 0.37)), [0.37]],
    ["of a clipped ramp", (t) => Math.min(Math.max(t - 0.31, 0), 0.25), [0.31, 0.56]],
    ["beside curvature", (t) => Math.exp(3 * t) + 0.05 * Math.abs(t - 0.61), [0.61]],
    ["of either part of a complex one", (t) => ({ re: Math.abs(t - 0.7), im: Math.abs(t - 0.23) }), [0.23, 0.7]],
    ["beside a jump", (t) => (t < 0.33 ? Math.abs(t - 0.12) : 3 + Math.abs(t - 0.87)), [0.12, 0.33, 0.87]],
  ])("%s", (_name, f, exact) => {
    // Values known to a rounding of themselves, up to 20, tell a change of slope of 0.1 or more to some hundred of them.
    for (const outputs of [2, 11, 501]) near(breaksOf(f, {}, spanOf(outputs)), exact, 1e-12);
    for (const scale of [0.02, 0.04]) near(breaksOf(f, { scale }), exact, 1e-12);
  });

  test.prop(
    [
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    ],
    { numRuns: 200, seed: 20267 },
  )("wherever it is, on any scale", (place, to, slope, height) => {
    const f = (t: number) => height * (Math.abs(t / to - place) + Math.sin((slope * t) / to));
    near(breaksOf(f, {}, spanOf(5, to)), [place * to], 1e-12 * to);
  });

  it("at an output time exactly there", () => {
    expect(breaksOf((t) => Math.abs(t - 0.3))).toEqual([0.3]);
    expect(breaksOf((t) => Math.abs(t - 0.7), { scale: 0.05 }, spanOf(101))).toEqual([0.7]);
  });

  it("with no look beyond the run", () => {
    const f = (t: number) => {
      if (t < 0 || t > 1) throw new Error(`asked for ${t}`);
      return Math.abs(t - 3e-4) + Math.abs(t - 0.9997) + Math.abs(t - 0.5);
    };
    for (const outputs of [2, 11, 501]) expect(breaksOf(f, {}, spanOf(outputs)).length).toBeGreaterThan(0);
    expect(breaksOf(f, { scale: 0.01 })).toContain(0.5);
  });

  it("and not once more where it is declared", () => {
    const breakpoints = [1 / 3];
    expect(breaksOf((t) => Math.abs(t - 1 / 3), { breakpoints })).toEqual(breakpoints);
    expect(breaksOf((t) => Math.abs(t - 1 / 3), { breakpoints, scale: 0.1 })).toEqual(breakpoints);
  });
});

describe("no kink is found", () => {
  it.each<[string, (t: number) => number]>([
    ["in a sine", (t) => Math.sin(20 * t) * Math.exp(-t)],
    ["in a narrow Gaussian", (t) => Math.exp(-(((t - 0.4) / 1e-3) ** 2))],
    ["in a steep edge", (t) => Math.tanh((t - 0.3) / 1e-5)],
    ["in a resonance", (t) => 1 / (1 + ((t - 0.2) / 3e-4) ** 2)],
    ["where only the second derivative jumps", (t) => Math.max(0, t - 0.5) ** 2],
    ["in a straight line", (t) => 3 * t - 1],
    ["in a constant", () => 2],
    ["in what oscillates faster than anybody looks", (t) => Math.sin(1e6 * t)],
  ])("%s", (_name, f) => {
    for (const outputs of [2, 501]) expect(breaksOf(f, {}, spanOf(outputs))).toEqual([]);
    expect(breaksOf(f, { scale: 0.05 })).toEqual([]);
  });
});
