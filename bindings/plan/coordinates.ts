/**
 * The generator as a real sparse matrix on those coordinates of rho that the initial state can reach. Coordinates are rho_ii and, for
 * i < j, sqrt(2) Re rho_ij and sqrt(2) Im rho_ij: an orthonormal basis of the Hermitian matrices, so that norms are Frobenius norms.
 * Conserved quantities, blocks of the generator, states that stay diagonal (the classical case) and coherences that stay real
 * are all found the same way: what is never reached is not there.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import { byLength, type RealRows, reachableRows, type Slices, slices } from "./rows.ts";
import { rowsOf, type Sparse, transpose } from "./sparse.ts";

/** Levels, at most: a table of d² places is made. */
const MOST_LEVELS = 8192;
/** Energies that differ by less, relative to themselves, are one. */
const RESONANCE = 4 * Number.EPSILON;

/** The matrix, in slices, and the coordinates it acts on. */
export interface CoordinatesPlan extends Slices {
  readonly d: number;
  /** Coordinates in use. */
  readonly count: number;
  /** Per coordinate: 2·(d·i + j) for a real part (i <= j), one more for an imaginary part. */
  readonly places: Int32Array;
  /** What is added to it with factors that depend on time, on the same coordinates. */
  readonly changing: readonly Slices[];
}

/** The no-jump part G = -iH - ½ sum L†L and the jumps, by rows and by columns. */
export interface Couplings {
  readonly d: number;
  readonly G: Sparse;
  readonly jumps: readonly Sparse[];
  readonly columns: { readonly G: Sparse; readonly jumps: readonly Sparse[] };
}

export function couplings(G: Operator, jumps: readonly Operator[]): Couplings {
  const rows = { G: rowsOf(G), jumps: jumps.map(rowsOf) };
  return { d: G.size, ...rows, columns: { G: transpose(rows.G), jumps: rows.jumps.map(transpose) } };
}

/**
 * Elements (i, j), i <= j, that a generator, the sum of `parts` with any factors, can populate from those of `states`: `order[index]` is d·i + j, in order of discovery,
 * and `index[d·i + j]` is its place in `order` or -1. Undefined when there are more than `limit`, or too many levels for a table of them.
 */
function reachableElements(
  parts: readonly Couplings[],
  states: readonly Operator[],
  limit: number,
): { order: Int32Array; index: Int32Array } | undefined {
  const { d } = parts[0]!;
  if (d > MOST_LEVELS) return undefined;
  const index = new Int32Array(d * d).fill(-1);
  const order = new Int32Array(Math.min(limit, (d * (d + 1)) / 2) + 1);
  let found = 0;
  let full = false;
  const visit = (i: number, j: number) => {
    const at = i <= j ? d * i + j : d * j + i;
    if (index[at]! >= 0) return;
    if (found >= limit) {
      full = true;
      return;
    }
    index[at] = found;
    order[found++] = at;
  };
  for (const state of states) state.forEachNonzero(visit);
  const spread = ({ G, jumps }: Couplings["columns"], a: number, b: number) => {
    for (let k = G.pointers[a]!; k < G.pointers[a + 1]!; k++) visit(G.indices[k]!, b);
    if (a !== b) for (let k = G.pointers[b]!; k < G.pointers[b + 1]!; k++) visit(a, G.indices[k]!);
    for (const L of jumps) {
      for (let k = L.pointers[a]!; k < L.pointers[a + 1]!; k++) {
        for (let l = L.pointers[b]!; l < L.pointers[b + 1]!; l++) visit(L.indices[k]!, L.indices[l]!);
      }
    }
  };
  for (let next = 0; next < found && !full; next++) {
    const b = order[next]! % d;
    const a = (order[next]! - b) / d;
    for (const { columns } of parts) spread(columns, a, b);
  }
  return full ? undefined : { order: order.subarray(0, found), index };
}

/** Whether the generator populates at most `limit` elements (i, j), i <= j, from those of `states`. */
export function reachesAtMost(parts: Couplings, states: readonly Operator[], limit: number): boolean {
  return reachableElements([parts], states, limit) !== undefined;
}

/** A growing pair of arrays. */
class Entries {
  columns = new Int32Array(64);
  values = new Float64Array(64);
  count = 0;

  push(column: number, value: number): void {
    if (this.count === this.columns.length) {
      const columns = new Int32Array(2 * this.count);
      columns.set(this.columns);
      this.columns = columns;
      const values = new Float64Array(2 * this.count);
      values.set(this.values);
      this.values = values;
    }
    this.columns[this.count] = column;
    this.values[this.count++] = value;
  }
}

/** The rate at which jumps take level i to others. */
function lossOf({ columns }: Couplings, i: number): number {
  let loss = 0;
  for (const L of columns.jumps) {
    for (let k = L.pointers[i]!; k < L.pointers[i + 1]!; k++) {
      if (L.indices[k] !== i) loss += L.re[k]! ** 2 + L.im[k]! ** 2;
    }
  }
  return loss;
}

/** The generator's rows for the elements of `order`. */
function realRows(parts: Couplings, order: Int32Array, index: Int32Array): RealRows {
  const { d, G, jumps } = parts;
  const n = order.length;
  // What the real and the imaginary part of the present element take from the real and the imaginary part of each other one.
  const [reRe, reIm, imRe, imIm] = Array.from({ length: 4 }, () => new Float64Array(n)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const touched = new Int32Array(n);
  const seen = new Int32Array(n).fill(-1);
  let touchedCount = 0;
  let present = 0;
  /** Adds (re + i im)·rho_ab. */
  const add = (a: number, b: number, re: number, im: number) => {
    const source = index[a <= b ? d * a + b : d * b + a]!;
    if (source < 0) return;
    if (seen[source] !== present) {
      seen[source] = present;
      touched[touchedCount++] = source;
      reRe[source] = reIm[source] = imRe[source] = imIm[source] = 0;
    }
    const sign = a <= b ? 1 : -1;
    reRe[source]! += re;
    reIm[source]! -= sign * im;
    imRe[source]! += im;
    imIm[source]! += sign * re;
  };
  const pointers = new Int32Array(2 * n + 1);
  const entries = new Entries();
  const imaginary = new Entries();
  for (; present < n; present++) {
    const j = order[present]! % d;
    const i = (order[present]! - j) / d;
    touchedCount = 0;
    let [re, phaseI, phaseJ] = [0, 0, 0];
    for (let k = G.pointers[i]!; k < G.pointers[i + 1]!; k++) {
      if (G.indices[k] === i) [re, phaseI] = [re + G.re[k]!, G.im[k]!];
      else add(G.indices[k]!, j, G.re[k]!, G.im[k]!);
    }
    for (let k = G.pointers[j]!; k < G.pointers[j + 1]!; k++) {
      if (G.indices[k] === j) [re, phaseJ] = [re + G.re[k]!, G.im[k]!];
      else add(i, G.indices[k]!, G.re[k]!, -G.im[k]!);
    }
    // Levels that are equal but for rounding do not turn a real coherence into an imaginary one.
    const turn = phaseI - phaseJ;
    const rounding = RESONANCE * (Math.abs(phaseI) + Math.abs(phaseJ));
    add(i, j, re, Math.abs(turn) <= rounding ? 0 : turn);
    for (const L of jumps) {
      for (let k = L.pointers[i]!; k < L.pointers[i + 1]!; k++) {
        const [a, x, y] = [L.indices[k]!, L.re[k]!, L.im[k]!];
        for (let l = L.pointers[j]!; l < L.pointers[j + 1]!; l++) {
          add(a, L.indices[l]!, x * L.re[l]! + y * L.im[l]!, y * L.re[l]! - x * L.im[l]!);
        }
      }
    }
    if (i === j && seen[present] === present) {
      // What a population loses is the difference of -2 Re G_ii and its own jumps: of fast dephasing it would leave rounding alone.
      const loss = lossOf(parts, i);
      if (Math.abs(reRe[present]! + loss) <= (4 + jumps.length) * Number.EPSILON * Math.abs(re)) reRe[present] = -loss;
    }
    imaginary.count = 0;
    for (let k = 0; k < touchedCount; k++) {
      const source = touched[k]!;
      const diagonal = order[source]! % (d + 1) === 0;
      const factor = (diagonal ? Math.SQRT2 : 1) * (i === j ? Math.SQRT1_2 : 1);
      if (reRe[source] !== 0) entries.push(2 * source, factor * reRe[source]!);
      if (i !== j && imRe[source] !== 0) imaginary.push(2 * source, factor * imRe[source]!);
      if (diagonal) continue;
      if (reIm[source] !== 0) entries.push(2 * source + 1, factor * reIm[source]!);
      if (i !== j && imIm[source] !== 0) imaginary.push(2 * source + 1, factor * imIm[source]!);
    }
    pointers[2 * present + 1] = entries.count;
    for (let k = 0; k < imaginary.count; k++) entries.push(imaginary.columns[k]!, imaginary.values[k]!);
    pointers[2 * present + 2] = entries.count;
  }
  return { pointers, columns: entries.columns, values: entries.values };
}

/** Rows that can be reached from the nonzero coordinates of `states`: 1 or 0 each. */
function reachableCoordinates(
  matrices: readonly RealRows[],
  d: number,
  index: Int32Array,
  states: readonly Operator[],
): Uint8Array {
  const seeds: number[] = [];
  for (const state of states) {
    state.forEachNonzero((i, j, re, im) => {
      const at = 2 * index[i <= j ? d * i + j : d * j + i]!;
      if (re !== 0) seeds.push(at);
      if (im !== 0 && i !== j) seeds.push(at + 1);
    });
  }
  return reachableRows(matrices, seeds);
}

/** Coordinates of a Hermitian matrix, row-major and interleaved. */
export function coordinatesOf(places: Int32Array, d: number, data: Float64Array, out: Float64Array): void {
  places.forEach((place, k) => {
    out[k] = ((place >> 1) % (d + 1) === 0 ? 1 : Math.SQRT2) * data[place]!;
  });
}

/** The matrix of such coordinates. */
export function matrixOf(places: Int32Array, d: number, x: Float64Array): Float64Array {
  const data = new Float64Array(2 * d * d);
  places.forEach((place, k) => {
    const value = x[k]!;
    const at = place >> 1;
    const column = at % d;
    const row = (at - column) / d;
    if (row === column) {
      data[place] = value;
    } else {
      data[place] = value * Math.SQRT1_2;
      data[2 * (d * column + row) + (place & 1)] = (place & 1 ? -1 : 1) * value * Math.SQRT1_2;
    }
  });
  return data;
}

/** The generator as a real matrix by rows, on the coordinates that some states can reach. */
export interface ReachableRows {
  readonly d: number;
  /** Per coordinate as in {@link CoordinatesPlan}. */
  readonly places: Int32Array;
  readonly rows: RealRows;
}

/** Undefined where there are too many levels for a table of them. */
export function planRows(parts: Couplings, states: readonly Operator[]): ReachableRows | undefined {
  const { d } = parts;
  const elements = reachableElements([parts], states, Number.POSITIVE_INFINITY);
  if (!elements) return undefined;
  const { order, index } = elements;
  const all = realRows(parts, order, index);
  const reached = reachableCoordinates([all], d, index, states);
  const places: number[] = [];
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 1) places.push(2 * order[row >> 1]! + (row & 1));
  }
  return { d, places: Int32Array.from(places), rows: among(all, index, places) };
}

/** The rows of another generator for coordinates `places`; what leads out of them is left out. */
export function rowsOn(parts: Couplings, places: Int32Array): RealRows {
  const { d } = parts;
  const index = new Int32Array(d * d).fill(-1);
  const order: number[] = [];
  for (const place of places) {
    if (index[place >> 1]! < 0) index[place >> 1] = order.push(place >> 1) - 1;
  }
  return among(realRows(parts, Int32Array.from(order), index), index, places);
}

/** Of rows for the real and imaginary parts of elements, those at `places`, as a matrix of their own. */
function among({ pointers, columns, values }: RealRows, index: Int32Array, places: ArrayLike<number>): RealRows {
  const rowAt = (place: number) => 2 * index[place >> 1]! + (place & 1);
  const position = new Int32Array(pointers.length - 1).fill(-1);
  for (let k = 0; k < places.length; k++) position[rowAt(places[k]!)] = k;
  const starts = new Int32Array(places.length + 1);
  const kept = new Int32Array(columns.length);
  const numbers = new Float64Array(columns.length);
  let at = 0;
  for (let k = 0; k < places.length; k++) {
    const row = rowAt(places[k]!);
    for (let from = pointers[row]!; from < pointers[row + 1]!; from++) {
      const column = position[columns[from]!]!;
      if (column < 0) continue;
      kept[at] = column;
      numbers[at++] = values[from]!;
    }
    starts[k + 1] = at;
  }
  return { pointers: starts, columns: kept.subarray(0, at), values: numbers.subarray(0, at) };
}

/**
 * Coordinates and matrix for evolving `states` (Hermitian, side by side).
 * @param limit elements (i, j), i <= j, at most; with more of them there is no plan
 * @param changing what is added to the generator with factors that depend on time, each a matrix of its own
 */
export function planCoordinates(
  parts: Couplings,
  states: readonly Operator[],
  limit: number,
  changing: readonly Couplings[] = [],
): CoordinatesPlan | undefined {
  const { d } = parts;
  const all = [parts, ...changing];
  const elements = reachableElements(all, states, limit);
  if (!elements) return undefined;
  const { order, index } = elements;
  const matrices = all.map((part) => realRows(part, order, index));
  const reached = reachableCoordinates(matrices, d, index, states);
  const used = byLength(matrices, reached);
  const position = new Int32Array(reached.length).fill(-1);
  const places = new Int32Array(used.length);
  used.forEach((row, k) => {
    position[row] = k;
    places[k] = 2 * order[row >> 1]! + (row & 1);
  });
  const [constant, ...rest] = matrices.map((rows) => slices(rows, used, position));
  return { d, count: used.length, places, ...constant!, changing: rest };
}
