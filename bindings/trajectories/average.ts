/**
 * Means over trajectories. They are summed in blocks, by number, and blocks in order: the same bits on any number of workers.
 * @module
 */

import type { Operator } from "../operators/operator.ts";
import type { ComplexSeries, Series } from "../solvers/solution.ts";

/** Trajectories of a block. */
export const BLOCK = 16;

/** Mean and sum of squared deviations of every number of a series, over some trajectories. */
export class Moments {
  count = 0;
  readonly mean: Float64Array;
  readonly squares: Float64Array;

  constructor(length: number) {
    this.mean = new Float64Array(length);
    this.squares = new Float64Array(length);
  }

  /** One more (Welford, Technometrics 4 (1962) 419). */
  add(values: Float64Array): void {
    const { mean, squares } = this;
    const n = ++this.count;
    for (let k = 0; k < mean.length; k++) {
      const deviation = values[k]! - mean[k]!;
      mean[k]! += deviation / n;
      squares[k]! += deviation * (values[k]! - mean[k]!);
    }
  }

  /** Those of more trajectories (Chan, Golub and LeVeque, Am. Stat. 37 (1983) 242). */
  merge(other: Pick<Moments, "count" | "mean" | "squares">): void {
    const { mean, squares } = this;
    const total = this.count + other.count;
    if (total === 0) return;
    const share = other.count / total;
    for (let k = 0; k < mean.length; k++) {
      const difference = other.mean[k]! - mean[k]!;
      mean[k]! += difference * share;
      squares[k]! += other.squares[k]! + difference ** 2 * this.count * share;
    }
    this.count = total;
  }

  /** Standard error of the mean of each number; infinite for less than two trajectories. */
  error(k: number): number {
    if (this.count < 2) return Number.POSITIVE_INFINITY;
    return Math.sqrt(this.squares[k]! / (this.count - 1) / this.count);
  }
}

/** sum += weight·|psi><psi| */
export function addProjector(sum: Float64Array, psi: Float64Array, weight = 1): void {
  const d = psi.length / 2;
  for (let i = 0; i < d; i++) {
    const [x, y] = [weight * psi[2 * i]!, weight * psi[2 * i + 1]!];
    if (x === 0 && y === 0) continue;
    const row = 2 * d * i;
    for (let j = 0; j < d; j++) {
      const [u, v] = [psi[2 * j]!, psi[2 * j + 1]!];
      sum[row + 2 * j]! += x * u + y * v;
      sum[row + 2 * j + 1]! += y * u - x * v;
    }
  }
}

/** Series by name from numbers that lie output by output, re and im of each functional: real ones of those that are Hermitian. */
export function seriesByName(
  names: readonly string[],
  functionals: readonly Operator[],
  times: Float64Array,
  of: (at: number) => number,
): Record<string, Series> {
  const width = 2 * functionals.length;
  return Object.fromEntries(
    names.map((name, j): [string, Series] => {
      const series: ComplexSeries = {
        re: Float64Array.from(times, (_, t) => of(width * t + 2 * j)),
        im: Float64Array.from(times, (_, t) => of(width * t + 2 * j + 1)),
      };
      return [name, functionals[j]!.isHermitian() ? series.re : series];
    }),
  );
}

/** A bound of how far apart two expectation values of an operator can be: Gershgorin's of its Hermitian and its anti-Hermitian part. */
export function rangeOf(operator: Operator): number {
  const parts = [operator, operator.scale({ re: 0, im: -1 })].map((part) => part.hermitianPart());
  return Math.hypot(...parts.map(spread));
}

function spread(operator: Operator): number {
  const [centres, radii] = [new Float64Array(operator.size), new Float64Array(operator.size)];
  operator.forEachNonzero((row, column, re, im) => {
    if (row === column) centres[row] = re;
    else radii[row]! += Math.hypot(re, im);
  });
  const most = centres.reduce((a, x, k) => Math.max(a, x + radii[k]!), Number.NEGATIVE_INFINITY);
  const least = centres.reduce((a, x, k) => Math.min(a, x - radii[k]!), Number.POSITIVE_INFINITY);
  return most - least;
}
