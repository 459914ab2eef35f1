/**
 * Compares means over trajectories with exact values.
 */
import { expect } from "vitest";
import type { McsolveOptions, Operator, Series, TrajectorySolution } from "../../bindings/index.ts";
import { eigenvaluesHermitian } from "../../bindings/kernel/dense.ts";

/** Probability that a single comparison fails though all is right. */
const RARE = 1e-10;

/**
 * Every mean within what the sample itself allows: |mean - exact| <= sqrt(2 V ln(2/p) / n) + 7 R ln(2/p) / (3 (n - 1)), V the sample's variance, R the range of the observable; wrong with probability p at most (Maurer
 * and Pontil, COLT 2009, theorem 4, both sides).
 */
export function expectMeans(
  run: TrajectorySolution,
  eOps: McsolveOptions["eOps"],
  exact: (t: number, k: number) => Record<string, number>,
): void {
  const n = run.trajectories;
  const logarithm = Math.log(4 / RARE);
  const ranges = Object.fromEntries(Object.entries(eOps ?? {}).map(([name, operator]) => [name, rangeOf(operator)]));
  run.times.forEach((t, k) => {
    for (const [name, value] of Object.entries(exact(t, k))) {
      const mean = (run.expect as Record<string, Series>)[name] as Float64Array;
      const error = (run.stdError as Record<string, Series>)[name] as Float64Array;
      const allowed = error[k]! * Math.sqrt(2 * logarithm) + (7 * ranges[name]! * logarithm) / (3 * (n - 1));
      expect(Math.abs(mean[k]! - value), `${name} at t = ${t}`).toBeLessThanOrEqual(allowed);
    }
  });
}

function rangeOf(operator: Operator): number {
  const values = eigenvaluesHermitian(operator);
  return values.at(-1)! - values[0]!;
}

/** Probability that a chi² lies outside of its bounds, of each side. */
const UNLIKELY = 1e-6;

/** Bounds of chi² of `n` degrees of freedom, Chernoff's: beyond n x it lies with a probability of (x exp(1 - x))^(n/2) at most, x below 1 or above. */
export function chiSquareBounds(n: number): [number, number] {
  const level = (2 * Math.log(UNLIKELY)) / n;
  // log x + 1 - x rises to 0 at x = 1, and falls beyond.
  const solve = (outside: number): number => {
    let [a, b] = [outside, 1];
    for (let k = 0; k < 100; k++) {
      const x = (a + b) / 2;
      if (Math.log(x) + 1 - x > level) b = x;
      else a = x;
    }
    return n * a;
  };
  return [solve(Math.exp(level - 1)), solve(2 - 2 * level)];
}
