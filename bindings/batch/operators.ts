/**
 * Numbers, kets and operators of many systems at once: one pattern of nonzeros, and values lane by lane.
 * @module
 */
import { product } from "../operators/checks.ts";
import type { Complex, Scalar } from "../operators/complex.ts";
import { Ket } from "../operators/ket.ts";
import { Operator } from "../operators/operator.ts";

/** A real or complex number of each of `count` systems. */
export class NumberBatch {
  /** @param im undefined where all are real */
  constructor(
    readonly count: number,
    readonly re: Float64Array,
    readonly im?: Float64Array | undefined,
  ) {}
}

/** Matrices of one pattern. */
export interface Elements {
  /** Systems. */
  readonly count: number;
  /** Where elements may be nonzero, row by row, columns increasing in each. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  /** Element e of system k is number `e * count + k`. */
  readonly re: Float64Array;
  readonly im: Float64Array;
}

class Matrices implements Elements {
  /** Rows. */
  readonly size: number;
  readonly count: number;
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly re: Float64Array;
  readonly im: Float64Array;

  constructor(
    readonly dims: readonly number[],
    { count, rows, columns, re, im }: Elements,
  ) {
    this.size = product(dims);
    this.count = count;
    this.rows = rows;
    this.columns = columns;
    this.re = re;
    this.im = im;
  }
}

/** One operator of each of `count` systems, zero off the pattern. */
export class OperatorBatch extends Matrices {}

/** One ket of each of `count` systems: matrices of one column. */
export class KetBatch extends Matrices {
  readonly kind = "ket";
}

/** The numbers of systems as one batch. @param values one a system */
export function numbersOf(values: readonly Scalar[]): NumberBatch {
  const parts = values.map((value): Complex => (typeof value === "number" ? { re: value, im: 0 } : value));
  const im = parts.some((value) => value.im !== 0) ? Float64Array.from(parts, (value) => value.im) : undefined;
  return new NumberBatch(
    values.length,
    Float64Array.from(parts, (value) => value.re),
    im,
  );
}

/** The operators of systems as one batch. @param operators one a system, of the same dims; one at least */
export function operatorsOf(operators: readonly Operator[]): OperatorBatch {
  const { dims, size } = operators[0]!;
  const visits = operators.map((operator) => (visit: Visit) => operator.forEachNonzero(visit));
  return new OperatorBatch(dims, gathered(size, size, visits));
}

/** The kets of systems as one batch. @param kets one a system, of the same dims; one at least */
export function ketsOf(kets: readonly Ket[]): KetBatch {
  const visits = kets.map((ket) => {
    const amplitudes = ket.toArray();
    return (visit: Visit) => {
      for (let row = 0; row < ket.size; row++) {
        const [re, im] = [amplitudes[2 * row]!, amplitudes[2 * row + 1]!];
        if (re !== 0 || im !== 0) visit(row, 0, re, im);
      }
    };
  });
  return new KetBatch(kets[0]!.dims, gathered(kets[0]!.size, 1, visits));
}

/** One operator of `count` systems alike. */
export function sameOperators(operator: Operator, count: number): OperatorBatch {
  return new OperatorBatch(operator.dims, repeated(operatorsOf([operator]), count));
}

/** One ket of `count` systems alike. */
export function sameKets(ket: Ket, count: number): KetBatch {
  return new KetBatch(ket.dims, repeated(ketsOf([ket]), count));
}

/** The number of system k. */
export function numberAt({ re, im }: NumberBatch, k: number): Scalar {
  return im === undefined || im[k] === 0 ? re[k]! : { re: re[k]!, im: im[k]! };
}

/** The operator of system k. */
export function operatorAt({ dims, count, rows, columns, re, im }: OperatorBatch, k: number): Operator {
  return Operator.fromTriplets(
    dims,
    Array.from(rows, (row, e) => [row, columns[e]!, re[e * count + k]!, im[e * count + k]!] as const),
  );
}

/** The ket of system k. */
export function ketAt({ dims, size, count, rows, re, im }: KetBatch, k: number): Ket {
  const amplitudes = new Float64Array(2 * size);
  rows.forEach((row, e) => {
    amplitudes[2 * row] = re[e * count + k]!;
    amplitudes[2 * row + 1] = im[e * count + k]!;
  });
  return new Ket(dims, amplitudes);
}

/** The operators of some of the systems. */
export function operatorsAt(batch: OperatorBatch, lanes: ArrayLike<number>): OperatorBatch {
  const { rows, columns, count } = batch;
  const taken = (values: Float64Array) => {
    const out = new Float64Array(rows.length * lanes.length);
    for (let e = 0, at = 0; e < rows.length; e++)
      for (let k = 0; k < lanes.length; k++) out[at++] = values[e * count + lanes[k]!]!;
    return out;
  };
  return new OperatorBatch(batch.dims, {
    count: lanes.length,
    rows,
    columns,
    re: taken(batch.re),
    im: taken(batch.im),
  });
}

type Visit = (row: number, column: number, re: number, im: number) => void;

/** Matrices by their elements that are not zero, on the union of their patterns. */
function gathered(size: number, width: number, matrices: readonly ((visit: Visit) => void)[]): Elements {
  return likeFirst(width, matrices) ?? united(size, width, matrices);
}

/** Where all have the pattern of the first, as they mostly do: undefined where not. */
function likeFirst(width: number, matrices: readonly ((visit: Visit) => void)[]): Elements | undefined {
  const count = matrices.length;
  const keys: number[] = [];
  matrices[0]!((row, column) => keys.push(row * width + column));
  const out = empty(width, keys, count);
  const { rows, columns, re, im } = out;
  let [k, e, isLike] = [0, 0, true];
  const visit: Visit = (row, column, x, y) => {
    if (rows[e] !== row || columns[e] !== column) isLike = false;
    else {
      re[e * count + k] = x;
      im[e * count + k] = y;
    }
    e++;
  };
  for (; k < count && isLike; k++) {
    e = 0;
    matrices[k]!(visit);
    isLike &&= e === rows.length;
  }
  return isLike ? out : undefined;
}

function united(size: number, width: number, matrices: readonly ((visit: Visit) => void)[]): Elements {
  const count = matrices.length;
  const isThere = new Uint8Array(size * width);
  for (const forEach of matrices)
    forEach((row, column) => {
      isThere[row * width + column] = 1;
    });
  const keys = Array.from(isThere.keys()).filter((key) => isThere[key] === 1);
  const out = empty(width, keys, count);
  const places = new Int32Array(size * width);
  keys.forEach((key, e) => {
    places[key] = e * count;
  });
  matrices.forEach((forEach, k) => {
    forEach((row, column, x, y) => {
      const at = places[row * width + column]! + k;
      out.re[at] = x;
      out.im[at] = y;
    });
  });
  return out;
}

/** Zeros at the places `row * width + column`, which may come in any order. */
export function empty(width: number, keys: readonly number[], count: number): Elements {
  const sorted = [...keys].sort((a, b) => a - b);
  return {
    count,
    rows: Int32Array.from(sorted, (key) => Math.floor(key / width)),
    columns: Int32Array.from(sorted, (key) => key % width),
    re: new Float64Array(sorted.length * count),
    im: new Float64Array(sorted.length * count),
  };
}

/** Which element stands at a place `row * width + column`. */
export function placesOf(width: number, { rows, columns }: Elements): Map<number, number> {
  return new Map(Array.from(rows, (row, e) => [row * width + columns[e]!, e]));
}

function repeated({ rows, columns, re, im }: Elements, count: number): Elements {
  const spread = (values: Float64Array) => {
    const out = new Float64Array(rows.length * count);
    values.forEach((value, e) => {
      out.fill(value, e * count, (e + 1) * count);
    });
    return out;
  };
  return { count, rows, columns, re: spread(re), im: spread(im) };
}
