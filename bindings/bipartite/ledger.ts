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
  /** How many panels may be divided at once: of what is rough everywhere there is no end. */
  readonly most?: number;
  /** Columns whose errors count; default all that are integrated. */
  readonly judged?: (column: number) => boolean;
  /** The size of the Hamiltonian, to which errors of the solver's own and rounding are relative, however little energy there is. */
  readonly floor?: number;
  /** What is known at both ends of any stretch: it tells of what happens between the nodes of a rule. */
  readonly balances?: readonly Balance[];
}

/** The column of an energy, the columns whose sum is its rate, and the one that tells by how much it jumps where something jumps. */
export interface Balance {
  readonly energy: number;
  readonly rates: readonly number[];
  readonly jumps: number;
}

/** Parts that a panel which is not exact enough falls into, and how often. */
export const PARTS = 4;
const PASSES = 12;
/** Panels that are divided at once, at most. */
const MOST_DIVIDED = 4096;
/** Of rtol: by how much an energy and the integral of its rate may differ over a panel, where errors of the solver's own are in both; at least, and per share of a run. */
const BALANCE = { least: 1, whole: 20 };

/** Of the size of energies, or of the Hamiltonian. */
export const ROUNDING = 4 * Number.EPSILON;

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
    const wanted = this.#wanted(this.#panels);
    return breaks.length === 0 ? wanted : union(breaks, wanted);
  }

  /**
   * Integrals from the first output time to each of those reached, those without what is gained at jumps; how many panels were left that may not be exact enough; and the edges of
   * those that were divided.
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
  ): { integrals: Integrals; smooth: Integrals; left: number; divided: Float64Array } {
    const { times, columns, first, last, most = MOST_DIVIDED, judged } = this.#of;
    const end = times[outputs - 1]!;
    const count = (last ?? columns - 1) - first + 1;
    const ignored = Array.from({ length: count }, (_, f) => f).filter((f) => judged?.(first + f) === false);
    const gains: Gains[] = [];
    const divided: number[] = [];
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
      const imbalances = this.#imbalances(panels, reached, rows, values, count, jumps);
      const failing: Stretch[] = [];
      for (let k = 0; k < reached; k++) {
        const own = errors.subarray(count * k, count * (k + 1));
        for (const f of ignored) own[f] = 0;
        if (this.#suffices(from[k]!, to[k]!, own, imbalances[k]!, size, end)) continue;
        failing.push({ from: from[k]!, to: to[k]!, parts: PARTS });
      }
      const left = failing.length;
      const over = pass === PASSES || left > most;
      if (!over) {
        for (let k = 0, at = 0; k < reached && at < left; k++) {
          if (failing[at]!.from !== from[k]) continue;
          at++;
          values.fill(0, count * pieces[k]!, count * pieces[k + 1]!);
          divided.push(from[k]!, to[k]!);
        }
      }
      gains.push({ times: ends.subarray(0, pieces[reached]), values });
      if (reached < panels.count && from[reached]! < end) failing.push({ from: from[reached]!, to: end, parts: 1 });
      if (failing.length === 0 || over) {
        const sudden = [...jumps].map(([time, gained]): Gains => ({ times: [time], values: gained }));
        const smooth = this.#cumulated(gains, count, outputs);
        const integrals = sudden.length === 0 ? smooth : this.#cumulated([...gains, ...sudden], count, outputs);
        return { integrals, smooth, left, divided: Float64Array.from(divided) };
      }
      panels = cut(failing, times);
      rows = more(this.#wanted(panels));
    }
  }

  /** Times of rows that panels need: their nodes, and the ends of their pieces where energies are to balance. */
  #wanted({ nodes, from, ends }: Panels): Float64Array {
    return this.#of.balances ? union(nodes, from, ends) : nodes;
  }

  /** Per panel, by how much an energy and the integral of its rate differ over one of its pieces, at most. */
  #imbalances(
    { from, pieces, ends }: Panels,
    reached: number,
    rows: Rows,
    values: Float64Array,
    count: number,
    jumps: ReadonlyMap<number, Float64Array>,
  ): Float64Array {
    const { balances, columns, first } = this.#of;
    const most = new Float64Array(reached);
    if (!balances) return most;
    const starts = placesOf(from.subarray(0, reached), rows.times);
    const stops = placesOf(ends.subarray(0, pieces[reached]), rows.times);
    for (let k = 0; k < reached; k++) {
      let before = starts[k]!;
      for (let piece = pieces[k]!; piece < pieces[k + 1]!; piece++) {
        const after = stops[piece]!;
        const gained = jumps.get(ends[piece]!);
        for (const { energy, rates, jumps: column } of balances) {
          let rest = rows.table[columns * after + energy]! - rows.table[columns * before + energy]!;
          for (const rate of rates) rest -= values[count * piece + rate - first]!;
          if (gained) rest -= gained[column - first]!;
          most[k] = Math.max(most[k]!, Math.abs(rest));
        }
        before = after;
      }
    }
    return most;
  }

  /** Whether the errors of a panel are its share of what is allowed, half of it by its length; and whether energies balance. */
  #suffices(from: number, to: number, errors: Float64Array, imbalance: number, size: number, end: number): boolean {
    const { times, rtol, floor = 0 } = this.#of;
    const share = 0.5 * ((to - from) / (end - times[0]!) + 1 / this.#panels.count);
    const allowed = allowances(share, rtol);
    if (imbalance > allowed.imbalance * Math.max(size, floor)) return false;
    // What is not a number does not become one by being divided.
    const most = Math.max(allowed.error * size, ROUNDING * floor);
    return errors.every((value) => !(value > most));
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

/**
 * What errors over a panel may be, relative to the size of energies.
 * @param share of what is allowed: half of it by the panel's length, half of it as one of all panels
 */
export function allowances(share: number, rtol: number): { imbalance: number; error: number } {
  return {
    imbalance: Math.max(BALANCE.least, BALANCE.whole * share) * Math.max(rtol, 64 * ROUNDING),
    error: Math.max(rtol * share, ROUNDING),
  };
}

function largestSum(values: Float64Array, count: number): number {
  const sums = new Float64Array(count);
  for (let at = 0; at < values.length; at += count)
    for (let f = 0; f < count; f++) sums[f]! += Math.abs(values[at + f]!);
  return sums.reduce((most, sum) => Math.max(most, sum), 0);
}
