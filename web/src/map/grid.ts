/**
 * The grid of a map: where its points are, in which order they are computed, and what is shown until all are.
 * @module
 */
import type { Reason } from "./protocol.ts";

/** A parameter and its values, rising. */
export interface Axis {
  readonly name: string;
  readonly values: Float64Array;
}

/** Most points along an axis. */
export const MOST = 201;
/** Of values between the ends: 0.065, not 0.06499999999999997. */
const DIGITS = 12;
/** Points of the first pass: every so many along each axis. */
const STRIDE = 4;

/** Evenly spaced values from one end to the other, both included; whole numbers each once. */
export function valuesBetween(from: number, to: number, count: number, isInteger = false): Float64Array {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const between = (k: number) => Number((low + (k * (high - low)) / (count - 1)).toPrecision(DIGITS));
  const at = (k: number) => (k === 0 ? low : k === count - 1 ? high : between(k));
  const values = Array.from({ length: count }, (_, k) => (isInteger ? Math.round(at(k)) : at(k)));
  return Float64Array.from(new Set(values));
}

/** Numbers of the points, row by row from the least y, in the order in which they are computed: the first `coarse` give a rough picture. */
export function orderOf(columns: number, rows: number): { readonly order: Uint32Array; readonly coarse: number } {
  const isCoarse = (k: number) => (k % columns) % STRIDE === 0 && Math.floor(k / columns) % STRIDE === 0;
  const all = Array.from({ length: columns * rows }, (_, k) => k);
  const first = all.filter(isCoarse);
  return { order: Uint32Array.from([...first, ...all.filter((k) => !isCoarse(k))]), coarse: first.length };
}

/** Values of a grid, as far as they are known. */
export class Grid {
  /** NaN where there is none. Where a point has not been computed, that of the nearest one of the first pass. */
  readonly values: Float64Array;
  /** 1 where a point has been computed. */
  readonly isKnown: Uint8Array;
  #done = 0;
  #failed = 0;

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.values = new Float64Array(columns * rows).fill(Number.NaN);
    this.isKnown = new Uint8Array(columns * rows);
  }

  /** Points that are computed. */
  get done(): number {
    return this.#done;
  }

  /** Those of them that have no value. */
  get failed(): number {
    return this.#failed;
  }

  put(points: ArrayLike<number>, values: ArrayLike<number>): void {
    for (let k = 0; k < points.length; k++) {
      const [point, value] = [points[k]!, values[k]!];
      this.isKnown[point] = 1;
      this.#done++;
      if (Number.isNaN(value)) this.#failed++;
      this.#fill(point, value);
    }
  }

  /** Where the least and the largest value are that are computed; undefined where none is. */
  extremes(): { readonly least: number; readonly most: number } | undefined {
    let [least, most] = [-1, -1];
    this.values.forEach((value, k) => {
      if (!this.isKnown[k] || !Number.isFinite(value)) return;
      if (least < 0 || value < this.values[least]!) least = k;
      if (most < 0 || value > this.values[most]!) most = k;
    });
    return least < 0 ? undefined : { least, most };
  }

  #fill(point: number, value: number): void {
    const [column, row] = [point % this.columns, Math.floor(point / this.columns)];
    this.values[point] = value;
    if (column % STRIDE !== 0 || row % STRIDE !== 0) return;
    const [left, right] = reach(column, this.columns);
    const [low, high] = reach(row, this.rows);
    for (let y = low; y < high; y++) {
      for (let x = left; x < right; x++) {
        const k = y * this.columns + x;
        if (!this.isKnown[k]) this.values[k] = value;
      }
    }
  }
}

/** From and to which place along an axis a point of the first pass is the nearest one. */
function reach(at: number, length: number): [from: number, to: number] {
  const half = STRIDE / 2;
  return [at === 0 ? 0 : at - half, at + STRIDE >= length ? length : at + half];
}

/** Reasons that differ in their numbers alone are one. */
export function merged(reasons: readonly Reason[]): Reason[] {
  const all = new Map<string, Reason>();
  for (const { message, count } of reasons) {
    const kind = message.replace(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/gi, "#");
    const known = all.get(kind);
    all.set(kind, { message: known?.message ?? message, count: (known?.count ?? 0) + count });
  }
  return [...all.values()].sort((a, b) => b.count - a.count);
}

/** Where cells around values begin and end: half-way between neighbours. */
export function edgesOf(values: Float64Array): Float64Array {
  const last = values.length - 1;
  return Float64Array.from({ length: values.length + 1 }, (_, k) => {
    if (k === 0) return 1.5 * values[0]! - 0.5 * values[1]!;
    if (k > last) return 1.5 * values[last]! - 0.5 * values[last - 1]!;
    return 0.5 * (values[k - 1]! + values[k]!);
  });
}

/** Which share of an axis lies before a value, from edge to edge. */
export function shareOf(values: Float64Array, value: number): number {
  const edges = edgesOf(values);
  return (value - edges[0]!) / (edges.at(-1)! - edges[0]!);
}

/** Number of the value in whose cell a share of the axis falls. */
export function indexAt(values: Float64Array, share: number): number {
  const edges = edgesOf(values);
  const at = edges[0]! + share * (edges.at(-1)! - edges[0]!);
  const beyond = edges.findIndex((edge, k) => k > 0 && at < edge);
  return beyond < 0 ? values.length - 1 : beyond - 1;
}
