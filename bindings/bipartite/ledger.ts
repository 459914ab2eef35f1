/**
 * Flows integrated along a run: Gauss-Kronrod panels between outputs and breaks, divided where they are not exact enough.
 * @module
 */
import { divide, integrate, nodesOf, type Panel, panelsOf } from "./quadrature.ts";

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

export class Ledger {
  readonly #of: Integrand;
  readonly #panels: readonly Panel[];

  constructor(of: Integrand) {
    this.#of = of;
    const edges = Float64Array.from(new Set([...of.times, ...of.breaks])).sort();
    this.#panels = panelsOf(edges, of.rate, of.rtol);
  }

  /** The times, besides the output times, at which rows are wanted first. */
  get between(): Float64Array {
    return Float64Array.from([...this.#of.breaks, ...this.#panels.flatMap(nodesOf)]).sort();
  }

  /**
   * Integrals from the first output time to each of those reached, one row of columns an output; and how many panels were left that may not
   * be exact enough.
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
    jumps: ReadonlyMap<number, ArrayLike<number>>,
  ): { integrals: Float64Array; left: number } {
    const { times, columns, first, last, passes = PASSES } = this.#of;
    const end = times[outputs - 1]!;
    const count = (last ?? columns - 1) - first + 1;
    const done: { panel: Panel; value: Float64Array }[] = [];
    let pending = this.#panels.filter(({ to }) => to <= end);
    let rows = found;
    let size = scale;
    for (let pass = 0; ; pass++) {
      const place = new Map(Array.from(rows.times, (time, k) => [time, k * columns + first]));
      const { table } = rows;
      const all = pending.map((panel) => {
        const nodes = nodesOf(panel);
        const at = (n: number) => {
          const from = place.get(nodes[n]!)!;
          return table.subarray(from, from + count);
        };
        return { panel, ...integrate(panel, at, count) };
      });
      if (pass === 0) size = Math.max(scale, largestSum(all, count));
      const failing = all.filter(({ panel, error }) => !this.#suffices(panel, error, size, end));
      for (const { panel, value } of pass === passes ? all : all.filter((one) => !failing.includes(one)))
        done.push({ panel, value });
      if (failing.length === 0 || pass === passes)
        return { integrals: this.#cumulated(done, jumps, outputs), left: failing.length };
      pending = failing.flatMap(({ panel: { from, to } }) => divide(from, to, PARTS));
      rows = more(Float64Array.from(new Set(pending.flatMap(nodesOf))).sort());
    }
  }

  /** Whether the errors of a panel are its share of what is allowed, half of it by its length. */
  #suffices({ from, to }: Panel, error: Float64Array, size: number, end: number): boolean {
    const { times, rtol } = this.#of;
    const share = 0.5 * ((to - from) / (end - times[0]!) + 1 / this.#panels.length);
    const allowed = Math.max(rtol * share, 4 * Number.EPSILON) * size;
    return error.every((value) => value <= allowed);
  }

  #cumulated(
    done: readonly { panel: Panel; value: Float64Array }[],
    jumps: ReadonlyMap<number, ArrayLike<number>>,
    outputs: number,
  ): Float64Array {
    const { times, columns, first } = this.#of;
    const gains = [
      ...done.map(({ panel, value }) => ({ time: panel.to, value })),
      ...[...jumps].map(([time, value]) => ({ time, value })),
    ].sort((a, b) => a.time - b.time);
    const out = new Float64Array(outputs * columns);
    const sum = new Float64Array(columns);
    let next = 0;
    for (let k = 0; k < outputs; k++) {
      for (; next < gains.length && gains[next]!.time <= times[k]!; next++) {
        const { value } = gains[next]!;
        for (let f = 0; f < value.length; f++) sum[first + f]! += value[f]!;
      }
      out.set(sum, k * columns);
    }
    return out;
  }
}

function largestSum(all: readonly { value: Float64Array }[], count: number): number {
  let largest = 0;
  for (let f = 0; f < count; f++)
    largest = Math.max(
      largest,
      all.reduce((sum, { value }) => sum + Math.abs(value[f]!), 0),
    );
  return largest;
}
