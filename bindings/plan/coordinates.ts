/**
 * The generator as a real sparse matrix on those coordinates of rho that the initial state can reach. Coordinates are rho_ii and, for
 * i < j, sqrt(2) Re rho_ij and sqrt(2) Im rho_ij: an orthonormal basis of the Hermitian matrices, so that norms are Frobenius norms.
 * Conserved quantities, blocks of the generator, states that stay diagonal (the classical case) and coherences that stay real
 * are all found the same way: what is never reached is not there.
 * @module
 */
import type { Operator } from "../operators/operator.ts";
import { rowsOf, type Sparse, transpose } from "./sparse.ts";

/** Rows of the real matrix that are padded to a common length (assembly/superoperator/coordinates.ts). */
const SLICE = 4;

/** Levels, at most: a table of d² places is made. */
const MOST_LEVELS = 8192;
/** Energies that differ by less, relative to themselves, are one. */
const RESONANCE = 4 * Number.EPSILON;

export interface CoordinatesPlan {
  readonly d: number;
  /** Coordinates in use. */
  readonly count: number;
  /** Doubles of a state vector: `count` rounded up to a multiple of eight. */
  readonly length: number;
  /** Per coordinate: 2·(d·i + j) for a real part (i <= j), one more for an imaginary part. */
  readonly places: Int32Array;
  /** The matrix, in slices. */
  readonly widths: Int32Array;
  readonly offsets: Uint32Array;
  readonly values: Float64Array;
  /** Largest row sum of |elements|. */
  readonly norm: number;
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
 * Elements (i, j), i <= j, that the generator can populate from those of `states`: `order[index]` is d·i + j, in order of discovery,
 * and `index[d·i + j]` is its place in `order` or -1. Undefined when there are more than `limit`, or too many levels for a table of them.
 */
function reachableElements(
  { d, columns }: Couplings,
  states: readonly Operator[],
  limit: number,
): { order: Int32Array; index: Int32Array } | undefined {
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
  const { G, jumps } = columns;
  for (let next = 0; next < found && !full; next++) {
    const b = order[next]! % d;
    const a = (order[next]! - b) / d;
    for (let k = G.pointers[a]!; k < G.pointers[a + 1]!; k++) visit(G.indices[k]!, b);
    if (a !== b) for (let k = G.pointers[b]!; k < G.pointers[b + 1]!; k++) visit(a, G.indices[k]!);
    for (const L of jumps) {
      for (let k = L.pointers[a]!; k < L.pointers[a + 1]!; k++) {
        for (let l = L.pointers[b]!; l < L.pointers[b + 1]!; l++) visit(L.indices[k]!, L.indices[l]!);
      }
    }
  }
  return full ? undefined : { order: order.subarray(0, found), index };
}

/** Whether the generator populates at most `limit` elements (i, j), i <= j, from those of `states`. */
export function reachesAtMost(parts: Couplings, states: readonly Operator[], limit: number): boolean {
  return reachableElements(parts, states, limit) !== undefined;
}

/** Elements of a real matrix in compressed rows, two rows for each element of rho: its real and its imaginary part. */
interface RealRows {
  readonly pointers: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
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

/** The generator's rows for the elements of `order`. */
function realRows({ d, G, jumps }: Couplings, order: Int32Array, index: Int32Array): RealRows {
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
function reachableRows(
  { pointers, columns }: RealRows,
  d: number,
  index: Int32Array,
  states: readonly Operator[],
): Uint8Array {
  const rows = pointers.length - 1;
  // Which rows each column feeds.
  const starts = new Int32Array(rows + 1);
  const end = pointers[rows]!;
  for (let k = 0; k < end; k++) starts[columns[k]! + 1]!++;
  for (let i = 0; i < rows; i++) starts[i + 1]! += starts[i]!;
  const fed = new Int32Array(end);
  const fill = starts.slice();
  for (let row = 0; row < rows; row++) {
    for (let k = pointers[row]!; k < pointers[row + 1]!; k++) fed[fill[columns[k]!]!++] = row;
  }
  const reached = new Uint8Array(rows);
  const queue = new Int32Array(rows);
  let found = 0;
  const visit = (row: number) => {
    if (reached[row] === 1) return;
    reached[row] = 1;
    queue[found++] = row;
  };
  for (const state of states) {
    state.forEachNonzero((i, j, re, im) => {
      const at = 2 * index[i <= j ? d * i + j : d * j + i]!;
      if (re !== 0) visit(at);
      if (im !== 0 && i !== j) visit(at + 1);
    });
  }
  for (let next = 0; next < found; next++) {
    const column = queue[next]!;
    for (let k = starts[column]!; k < starts[column + 1]!; k++) visit(fed[k]!);
  }
  return reached;
}

/**
 * Coordinates and matrix for evolving `states` (Hermitian, side by side).
 * @param limit elements (i, j), i <= j, at most; with more of them there is no plan
 */
export function planCoordinates(
  parts: Couplings,
  states: readonly Operator[],
  limit: number,
): CoordinatesPlan | undefined {
  return planOf(parts, states, limit)?.plan;
}

/** One part of a generator that is a sum of parts with coefficients. */
export interface ChangingPart {
  readonly parts: Couplings;
  readonly weight: number;
}

/** What a part adds to the values of a plan: `weights[k]` at `places[k]`. */
export interface Contribution {
  readonly places: Int32Array;
  readonly weights: Float64Array;
}

/**
 * Coordinates for a sum of parts: reach and pattern are those of `union`, in which nothing may cancel that does not cancel always. The plan's
 * values are those of `constant` alone; what the others add is told for each of them.
 */
export function planChangingCoordinates(
  union: Couplings,
  constant: Couplings,
  changing: readonly ChangingPart[],
  states: readonly Operator[],
  limit: number,
): { plan: CoordinatesPlan; contributions: Contribution[] } | undefined {
  const found = planOf(union, states, limit);
  if (!found) return undefined;
  const { plan, order, index, used, position } = found;
  const [own, ...contributions] = [{ parts: constant, weight: 1 }, ...changing].map(({ parts, weight }) =>
    contributionOf(plan, realRows(parts, order, index), used, position, weight),
  );
  plan.values.fill(0);
  own!.places.forEach((place, k) => {
    plan.values[place] = own!.weights[k]!;
  });
  return { plan, contributions };
}

function planOf(parts: Couplings, states: readonly Operator[], limit: number) {
  const { d } = parts;
  const elements = reachableElements(parts, states, limit);
  if (!elements) return undefined;
  const { order, index } = elements;
  const rows = realRows(parts, order, index);
  const reached = reachableRows(rows, d, index, states);
  const used = byLength(rows.pointers, reached);
  const position = new Int32Array(reached.length).fill(-1);
  const places = new Int32Array(used.length);
  used.forEach((row, k) => {
    position[row] = k;
    places[k] = 2 * order[row >> 1]! + (row & 1);
  });
  const plan: CoordinatesPlan = { d, count: used.length, places, ...slices(rows, used, position) };
  return { plan, order, index, used, position };
}

/** Where the elements of `rows` lie among the values of a plan whose pattern has them all. */
function contributionOf(
  { widths, offsets }: CoordinatesPlan,
  { pointers, columns, values }: RealRows,
  used: Int32Array,
  position: Int32Array,
  weight: number,
): Contribution {
  const places: number[] = [];
  const weights: number[] = [];
  const slot = new Int32Array(used.length);
  let start = 0;
  used.forEach((row, k) => {
    const slice = Math.floor(k / SLICE);
    if (k > 0 && k % SLICE === 0) start += SLICE * widths[slice - 1]!;
    if (pointers[row] === pointers[row + 1]) return;
    // Backwards: padding has offset 0 as well, and comes last.
    for (let j = widths[slice]! - 1; j >= 0; j--) {
      const at = start + (k % SLICE) + SLICE * j;
      slot[offsets[at]! / 8] = at;
    }
    for (let j = pointers[row]!; j < pointers[row + 1]!; j++) {
      const column = position[columns[j]!]!;
      // A coordinate that is never reached stays zero.
      if (column < 0) continue;
      places.push(slot[column]!);
      weights.push(weight * values[j]!);
    }
  });
  return { places: Int32Array.from(places), weights: Float64Array.from(weights) };
}

/** The rows that are reached, the longest first: the kernel works on slices of rows of similar length. */
function byLength(pointers: Int32Array, reached: Uint8Array): Int32Array {
  let longest = 0;
  for (let row = 0; row < reached.length; row++) longest = Math.max(longest, pointers[row + 1]! - pointers[row]!);
  const starts = new Int32Array(longest + 2);
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 1) starts[longest - (pointers[row + 1]! - pointers[row]!) + 1]!++;
  }
  for (let k = 0; k <= longest; k++) starts[k + 1]! += starts[k]!;
  const used = new Int32Array(starts[longest + 1]!);
  for (let row = 0; row < reached.length; row++) {
    if (reached[row] === 1) used[starts[longest - (pointers[row + 1]! - pointers[row]!)]!++] = row;
  }
  return used;
}

function slices({ pointers, columns, values }: RealRows, used: Int32Array, position: Int32Array) {
  const length = Math.max(8, Math.ceil(used.length / 8) * 8);
  const widths = new Int32Array(length / SLICE);
  let total = 0;
  for (let s = 0; s < widths.length; s++) {
    // The first row of a slice is its longest.
    const row = used[s * SLICE];
    widths[s] = row === undefined ? 0 : pointers[row + 1]! - pointers[row]!;
    total += widths[s]!;
  }
  const offsets = new Uint32Array(SLICE * total);
  const packed = new Float64Array(SLICE * total);
  let norm = 0;
  for (let s = 0, start = 0; s < widths.length; start += SLICE * widths[s++]!) {
    for (let lane = 0; lane < SLICE; lane++) {
      const row = used[s * SLICE + lane];
      if (row === undefined) continue;
      let sum = 0;
      for (let k = pointers[row]!, at = start + lane; k < pointers[row + 1]!; k++) {
        const column = position[columns[k]!]!;
        // A coordinate that is never reached stays zero.
        if (column < 0) continue;
        offsets[at] = 8 * column;
        packed[at] = values[k]!;
        sum += Math.abs(values[k]!);
        at += SLICE;
      }
      norm = Math.max(norm, sum);
    }
  }
  return { length, widths, offsets, values: packed, norm };
}
