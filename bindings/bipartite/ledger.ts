/**
 * Flows integrated along a run: Gauss-Kronrod panels over outputs and between breaks, divided where they are not exact enough.
 * @module
 */
import { placesOf, union } from "../solvers/stepping.ts";
import { cut, integrate, type Panels, panelsOf, type Stretch } from "./quadrature.ts";

/** Rows of results at increasing times. */
export interface Rows {
  readonly times: Float64Array;
  readonly table: Float64Array;
}

/** What is to be integrated. */
export interface Integrand {
  readonly times: Float64Array;
  /** Times between, at which something jumps or has a kink. */
  readonly breaks: readonly number[];
  /** What turns fastest. */
  readonly rate: number;
  readonly rtol: number;
  /** Numbers of a row, and the first and last one that are integrated; default all that follow. */
  readonly columns: number;
  readonly first: number;
  readonly last?: number;
  /** How often panels may be divided; by default until they are as good as they can be. */
  readonly passes?: number;
}

/** Parts that a panel which is not exact enough falls into, and how often. */
const PARTS = 4;
const PASSES = 7;

/** Integrals from a time on, by column: of what is not integrated, zeros. */
export type Integrals = (column: number) => Float64Array;

/** What integrated columns gain at a time; `values` has as many numbers a time as there are such columns. */
interface Gains {
  readonly times: ArrayLike<number>;
  readonly values: Float64Array;
}

export class Ledger {
  readonly #of: Integrand;
  readonly #panels: Panels;

  constructor(of: Integrand) {
    this.#of = of;
    this.#panels = panelsOf(of.times, of.breaks, of.rate, of.rtol);
  }

  /** The times, besides the output times, at which rows are wanted first. */
  get between(): Float64Array {
    const { breaks } = this.#of;
    return breaks.length === 0 ? this.#panels.nodes : union(breaks, this.#panels.nodes);
  }

  /**
   * Integrals from the first output time to each of those reached; and how many panels were left that may not be exact enough.
   * @param found rows at the output times reached and at `between`
   * @param scale size of the energies
   * @param more rows at other times
   * @param jumps what the columns gain at a time, at once
   */
  integrate(
    found: Rows,
    outputs: number,
    scale: number,
    more: (times: Float64Array) => Rows,
    jumps: ReadonlyMap<number, Float64Array>,
  ): { integrals: Integrals; left: number } {
    const { times, columns, first, last, passes = PASSES } = this.#of;
    const end = times[outputs - 1]!;
    const count = (last ?? columns - 1) - first + 1;
    const gains: Gains[] = [...jumps].map(([time, values]) => ({ times: [time], values }));
    let panels = this.#panels;
    let rows = found;
    let size = scale;
    for (let pass = 0; ; pass++) {
      const { from, to, pieces, ends } = panels;
      // A run may end before its last output time, and within a panel.
      let reached = panels.count;
      while (reached > 0 && to[reached - 1]! > end) reached--;
      const sample = { table: rows.table, columns, first, count };
      const { values, errors } = integrate(panels, reached, placesOf(panels.nodes, rows.times), sample);
      if (pass === 0) size = Math.max(scale, largestSum(values, count));
      const failing: Stretch[] = [];
      for (let k = 0; k < reached; k++) {
        if (this.#suffices(from[k]!, to[k]!, errors.subarray(count * k, count * (k + 1)), size, end)) continue;
        failing.push({ from: from[k]!, to: to[k]!, parts: PARTS });
        if (pass < passes) values.fill(0, count * pieces[k]!, count * pieces[k + 1]!);
      }
      gains.push({ times: ends.subarray(0, pieces[reached]), values });
      const left = failing.length;
      if (reached < panels.count && from[reached]! < end) failing.push({ from: from[reached]!, to: end, parts: 1 });
      if (failing.length === 0 || pass === passes) return { integrals: this.#cumulated(gains, count, outputs), left };
      panels = cut(failing, times);
      rows = more(panels.nodes);
    }
  }

  /** Whether the errors of a panel are its share of what is allowed, half of it by its length. */
  #suffices(from: number, to: number, errors: Float64Array, size: number, end: number): boolean {
    const { times, rtol } = this.#of;
    const share = 0.5 * ((to - from) / (end - times[0]!) + 1 / this.#panels.count);
    const allowed = Math.max(rtol * share, 4 * Number.EPSILON) * size;
    return errors.every((value) => value <= allowed);
  }

  #cumulated(gains: readonly Gains[], count: number, outputs: number): Integrals {
    const { times, columns, first } = this.#of;
    const out = new Float64Array(outputs * columns);
    const next = gains.map(() => 0);
    for (let k = 0; k < outputs; k++) {
      const stop = times[k]!;
      if (k > 0) for (let f = 0; f < columns; f++) out[f * outputs + k] = out[f * outputs + k - 1]!;
      gains.forEach((gain, g) => {
        let at = next[g]!;
        for (; at < gain.times.length && gain.times[at]! <= stop; at++) {
          for (let f = 0; f < count; f++) out[(first + f) * outputs + k]! += gain.values[count * at + f]!;
        }
        next[g] = at;
      });
    }
    return (column) => out.slice(column * outputs, (column + 1) * outputs);
  }
}

function largestSum(values: Float64Array, count: number): number {
  const sums = new Float64Array(count);
  for (let at = 0; at < values.length; at += count)
    for (let f = 0; f < count; f++) sums[f]! += Math.abs(values[at + f]!);
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}
