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

/** Bounds of chi² of many degrees of freedom, exceeded to either side with a probability below 1e-6 (Laurent and Massart, Ann. Stat. 28 (2000) 1302). */
export function chiSquareBounds(degrees: number): [number, number] {
  const x = Math.log(1e6);
  return [degrees - 2 * Math.sqrt(degrees * x), degrees + 2 * Math.sqrt(degrees * x) + 2 * x];
}
