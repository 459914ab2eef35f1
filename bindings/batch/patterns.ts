/**
 * The generator of a batch in real coordinates, as a pattern and sums of products of entries of its operators: found once, evaluated by the kernel
 * for every system (assembly/batch).
 *
 * Coordinates of rho: its diagonal, then sqrt(2) Re and sqrt(2) Im of what is below it, row by row. With G = -iH - ½ sum of L†L the generator is
 * G rho + rho G† + sum of L rho L†.
 * @module
 */
import type { OperatorBatch } from "./operators.ts";

/** Sums of terms, one list after another. */
export interface Sums {
  readonly starts: Int32Array;
  readonly sources: Int32Array;
  readonly factors: Float64Array;
}

/** What kinds of numbers an entry has in any system: none, real ones, imaginary ones, both. */
const REAL = 1;
const IMAGINARY = 2;

/** Operators whose entries are numbered one after another. */
export class Entries {
  count = 0;
  readonly batches: OperatorBatch[] = [];
  readonly #kinds: number[] = [];

  /** Adds those of an operator; returns the number of the first. */
  add(batch: OperatorBatch): number {
    const first = this.count;
    this.batches.push(batch);
    this.count += batch.rows.length;
    const { re, im, count } = batch;
    for (let e = 0; e < batch.rows.length; e++) {
      const [from, to] = [e * count, (e + 1) * count];
      this.#kinds.push((isZero(re, from, to) ? 0 : REAL) | (isZero(im, from, to) ? 0 : IMAGINARY));
    }
    return first;
  }

  kind(entry: number): number {
    return this.#kinds[entry]!;
  }
}

function isZero(values: Float64Array, from: number, to: number): boolean {
  for (let k = from; k < to; k++) if (values[k] !== 0) return false;
  return true;
}

/** Sums of -i·a and a·conj(b) over entries a, b, told apart by keys. */
class ProductSums {
  readonly #lists = new Map<number, { first: number; second: number; factor: number }[]>();

  add(key: number, first: number, second: number, factor: number): void {
    const term = { first, second, factor };
    const list = this.#lists.get(key);
    if (list) list.push(term);
    else this.#lists.set(key, [term]);
  }

  forEach(visit: (key: number, index: number) => void): void {
    let index = 0;
    for (const key of this.#lists.keys()) visit(key, index++);
  }

  /** Of every sum, whether it can have a real and an imaginary part. */
  kinds(entries: Entries): Uint8Array {
    return Uint8Array.from(this.#lists.values(), (terms) =>
      terms.reduce(
        (all, { first, second }) => all | kindOf(entries.kind(first), second < 0 ? -1 : entries.kind(second)),
        0,
      ),
    );
  }

  arrays(): { starts: Int32Array; first: Int32Array; second: Int32Array; factors: Float64Array } {
    const lists = [...this.#lists.values()];
    const terms = lists.flat();
    return {
      starts: startsOf(lists),
      first: Int32Array.from(terms, ({ first }) => first),
      second: Int32Array.from(terms, ({ second }) => second),
      factors: Float64Array.from(terms, ({ factor }) => factor),
    };
  }
}

/** Kind of -i·a, or of a·conj(b). */
function kindOf(a: number, b: number): number {
  if (b < 0) return ((a & IMAGINARY) !== 0 ? REAL : 0) | ((a & REAL) !== 0 ? IMAGINARY : 0);
  const mixed = ((a & REAL) !== 0 && (b & IMAGINARY) !== 0) || ((a & IMAGINARY) !== 0 && (b & REAL) !== 0);
  return ((a & b) !== 0 ? REAL : 0) | (mixed ? IMAGINARY : 0);
}

function startsOf(lists: readonly { readonly length: number }[]): Int32Array {
  const starts = new Int32Array(lists.length + 1);
  lists.forEach(({ length }, k) => {
    starts[k + 1] = starts[k]! + length;
  });
  return starts;
}

interface Term {
  readonly source: number;
  readonly factor: number;
}

/** Lists of terms as arrays. */
export function sumsOf(lists: readonly (readonly Term[])[]): Sums {
  const terms = lists.flat();
  return {
    starts: startsOf(lists),
    sources: Int32Array.from(terms, ({ source }) => source),
    factors: Float64Array.from(terms, ({ factor }) => factor),
  };
}

/** The generator: where it may be nonzero, and of what sums its elements are made. */
export interface Pattern {
  readonly products: ReturnType<ProductSums["arrays"]>;
  /** Elements by row: column, and terms whose sources are 2q and 2q + 1, the real and imaginary part of sum q. */
  readonly rows: readonly ReadonlyMap<number, Term[]>[];
}

/** Coordinate of the real part of the element below the diagonal; that of its imaginary part is the next. i > j. */
export const coordinateOf = (d: number, i: number, j: number): number => (i === j ? i : d + i * (i - 1) + 2 * j);

/** The pattern of the generator of H and jumps, whose entries begin where `firstH` and `firstJumps` say. */
export function patternOf(
  d: number,
  entries: Entries,
  H: { readonly batch: OperatorBatch; readonly first: number },
  jumps: readonly { readonly batch: OperatorBatch; readonly first: number }[],
): Pattern {
  const sums = new ProductSums();
  // Keys of G come after those of sums of L rho L†, those of what populations lose after these.
  const ofG = d ** 4;
  const ofLosses = ofG + d ** 2;
  H.batch.rows.forEach((row, e) => {
    sums.add(ofG + row * d + H.batch.columns[e]!, H.first + e, -1, 1);
  });
  for (const { batch, first } of jumps) {
    const { rows, columns } = batch;
    for (let p = 0; p < rows.length; p++) {
      for (let q = 0; q < rows.length; q++) {
        const [i, k, j, l] = [rows[p]!, columns[p]!, rows[q]!, columns[q]!];
        if (i >= j) sums.add(((i * d + j) * d + k) * d + l, first + p, first + q, 1);
        if (i === j) sums.add(ofG + l * d + k, first + p, first + q, -0.5);
        if (i === j && k === l && i !== k) sums.add(ofLosses + k, first + p, first + q, -1);
      }
    }
  }
  const kinds = sums.kinds(entries);
  const rows = Array.from({ length: d * d }, () => new Map<number, Term[]>());
  const put = (row: number, column: number, source: number, factor: number) => {
    // A part that is zero in every system.
    if ((kinds[source >> 1]! & (source % 2 === 0 ? REAL : IMAGINARY)) === 0) return;
    const terms = rows[row]!.get(column);
    if (terms) terms.push({ source, factor });
    else rows[row]!.set(column, [{ source, factor }]);
  };
  /** rho_ij' gains sum q, or its conjugate, times rho_kl; i >= j. */
  const add = (i: number, j: number, k: number, l: number, q: number, sign: number) => {
    const row = coordinateOf(d, i, j);
    const column = k >= l ? coordinateOf(d, k, l) : coordinateOf(d, l, k);
    const [re, im] = [2 * q, 2 * q + 1];
    // rho_kl is the conjugate of what the coordinates hold where k < l.
    const side = k >= l ? -sign : sign;
    if (i === j) {
      put(row, column, re, k === l ? 1 : Math.SQRT1_2);
      if (k !== l) put(row, column + 1, im, side * Math.SQRT1_2);
    } else if (k === l) {
      put(row, column, re, Math.SQRT2);
      put(row + 1, column, im, sign * Math.SQRT2);
    } else {
      put(row, column, re, 1);
      put(row, column + 1, im, side);
      put(row + 1, column, im, sign);
      put(row + 1, column + 1, re, k > l ? 1 : -1);
    }
  };
  sums.forEach((key, q) => {
    if (key >= ofLosses) {
      const level = coordinateOf(d, key - ofLosses, key - ofLosses);
      put(level, level, 2 * q, 1);
      return;
    }
    if (key < ofG) {
      const [ij, kl] = [Math.floor(key / d ** 2), key % d ** 2];
      const [i, j, k, l] = [Math.floor(ij / d), ij % d, Math.floor(kl / d), kl % d];
      // What a population gains from itself, it also loses: beside fast dephasing the difference would be rounding.
      if (!(i === j && j === k && k === l)) add(i, j, k, l, q, 1);
      return;
    }
    const [a, b] = [Math.floor((key - ofG) / d), (key - ofG) % d];
    for (let m = 0; m < d; m++) {
      if (a === b && m === a) continue;
      // (G rho)_am, and (rho G†)_ma
      if (a >= m) add(a, m, b, m, q, 1);
      if (m >= a) add(m, a, m, b, q, -1);
    }
  });
  return { products: sums.arrays(), rows };
}

/** Of every coordinate what entries it is made of: those of a state, or of an operator O whose Tr[O rho] is wanted. */
export function coordinatesOf(d: number, entries: Entries, batch: OperatorBatch, first: number): Map<number, Term[]> {
  const out = new Map<number, Term[]>();
  batch.rows.forEach((i, e) => {
    const j = batch.columns[e]!;
    if (i < j) return;
    const kind = entries.kind(first + e);
    const at = coordinateOf(d, i, j);
    const factor = i === j ? 1 : Math.SQRT2;
    if ((kind & REAL) !== 0) out.set(at, [{ source: 2 * (first + e), factor }]);
    if (i > j && (kind & IMAGINARY) !== 0) out.set(at + 1, [{ source: 2 * (first + e) + 1, factor }]);
  });
  return out;
}
