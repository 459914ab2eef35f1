/**
 * Algebra on operators (and kets) of many systems: one walk over patterns, one loop over systems an element.
 * Dimensions are the caller's to check. Elements that come out zero for all systems are dropped.
 * @module
 */
import type { Scalar } from "../operators/complex.ts";
import { type Elements, empty, KetBatch, NumberBatch, OperatorBatch, placesOf } from "./operators.ts";

/** Operators or kets. */
export type MatrixBatch = OperatorBatch | KetBatch;

/** A + B. */
export function add<T extends MatrixBatch>(a: T, b: T): T {
  return like(a, a.dims, combined(widthOf(a), a, b, 1));
}

/** A - B. */
export function sub<T extends MatrixBatch>(a: T, b: T): T {
  return like(a, a.dims, combined(widthOf(a), a, b, -1));
}

/** c·A, c one number or one a system. */
export function scale<T extends MatrixBatch>(a: T, factor: Scalar | NumberBatch): T {
  const { count, rows, columns } = a;
  const re = new Float64Array(a.re.length);
  const im = new Float64Array(a.im.length);
  if (typeof factor === "number") {
    for (let k = 0; k < re.length; k++) {
      re[k] = factor * a.re[k]!;
      im[k] = factor * a.im[k]!;
    }
  } else if (factor instanceof NumberBatch) scaleEach(a, factor, re, im);
  else {
    for (let k = 0; k < re.length; k++) {
      re[k] = factor.re * a.re[k]! - factor.im * a.im[k]!;
      im[k] = factor.re * a.im[k]! + factor.im * a.re[k]!;
    }
  }
  return like(a, a.dims, withoutZeros({ count, rows, columns, re, im }));
}

function scaleEach(a: Elements, factor: NumberBatch, re: Float64Array, im: Float64Array): void {
  const { count } = a;
  const [x, y] = [factor.re, factor.im];
  for (let from = 0; from < re.length; from += count) {
    if (y === undefined) {
      for (let k = 0; k < count; k++) {
        re[from + k] = x[k]! * a.re[from + k]!;
        im[from + k] = x[k]! * a.im[from + k]!;
      }
    } else {
      for (let k = 0; k < count; k++) {
        re[from + k] = x[k]! * a.re[from + k]! - y[k]! * a.im[from + k]!;
        im[from + k] = x[k]! * a.im[from + k]! + y[k]! * a.re[from + k]!;
      }
    }
  }
}

/** A·B, B an operator or a ket. */
export function mul<T extends MatrixBatch>(a: OperatorBatch, b: T): T {
  return like(b, b.dims, multiplied(widthOf(b), a, b));
}

/** A ⊗ B; `dims` are joined. */
export function kron<T extends MatrixBatch>(a: T, b: T): T {
  const [width, across] = [widthOf(b), widthOf(a) * widthOf(b)];
  const keys: number[] = [];
  for (let i = 0; i < a.rows.length; i++) {
    for (let j = 0; j < b.rows.length; j++) {
      keys.push((a.rows[i]! * b.size + b.rows[j]!) * across + a.columns[i]! * width + b.columns[j]!);
    }
  }
  const out = empty(across, keys, a.count);
  const places = placesOf(across, out);
  for (let i = 0, at = 0; i < a.rows.length; i++)
    for (let j = 0; j < b.rows.length; j++) multiplyAdd(out, places.get(keys[at++]!)!, a, i, b, j);
  return like(a, [...a.dims, ...b.dims], withoutZeros(out));
}

/** A†. */
export function dag(a: OperatorBatch): OperatorBatch {
  return new OperatorBatch(a.dims, adjoint(a.size, a));
}

/** |psi><phi|. The norm is kept. */
export function outer(psi: KetBatch, phi: KetBatch): OperatorBatch {
  return new OperatorBatch(psi.dims, multiplied(phi.size, psi, adjoint(phi.size, phi)));
}

/** (A + A†)/2. */
export function hermitianPart(a: OperatorBatch): OperatorBatch {
  return scale(add(a, dag(a)), 0.5);
}

/** AB - BA */
export function commutator(a: OperatorBatch, b: OperatorBatch): OperatorBatch {
  return sub(mul(a, b), mul(b, a));
}

/** Tr A. */
export function trace({ count, rows, columns, re, im }: OperatorBatch): { re: Float64Array; im: Float64Array } {
  const out = { re: new Float64Array(count), im: new Float64Array(count) };
  rows.forEach((row, e) => {
    if (row !== columns[e]) return;
    for (let k = 0; k < count; k++) {
      out.re[k]! += re[e * count + k]!;
      out.im[k]! += im[e * count + k]!;
    }
  });
  return out;
}

/** Of each system the largest |A_ij|. */
export function maxAbs({ count, re, im }: Elements): Float64Array {
  const out = new Float64Array(count);
  for (let from = 0; from < re.length; from += count)
    for (let k = 0; k < count; k++) out[k] = Math.max(out[k]!, Math.hypot(re[from + k]!, im[from + k]!));
  return out;
}

/** Of each system sum |A_ij|². */
export function squaredNorm({ count, re, im }: Elements): Float64Array {
  const out = new Float64Array(count);
  for (let from = 0; from < re.length; from += count)
    for (let k = 0; k < count; k++) out[k]! += re[from + k]! ** 2 + im[from + k]! ** 2;
  return out;
}

/** Of each system the largest |A_ij - conj(A_ji)|. */
export function hermiticityDefect(a: OperatorBatch): Float64Array {
  return maxAbs(sub(a, dag(a)));
}

function widthOf(a: MatrixBatch): number {
  return a instanceof KetBatch ? 1 : a.size;
}

function like<T extends MatrixBatch>(a: T, dims: readonly number[], elements: Elements): T {
  return (a instanceof KetBatch ? new KetBatch(dims, elements) : new OperatorBatch(dims, elements)) as T;
}

/** Both patterns are in order: what comes out is merged. */
function combined(width: number, a: Elements, b: Elements, sign: number): Elements {
  const { count } = a;
  const [most, left, right] = [a.rows.length + b.rows.length, a.rows.length, b.rows.length];
  const [fromA, fromB] = [new Int32Array(most).fill(-1), new Int32Array(most).fill(-1)];
  const keyOf = ({ rows, columns }: Elements, e: number) => rows[e]! * width + columns[e]!;
  let size = 0;
  for (let i = 0, j = 0; i < left || j < right; size++) {
    const order = i === left ? 1 : j === right ? -1 : keyOf(a, i) - keyOf(b, j);
    if (order <= 0) fromA[size] = i++;
    if (order >= 0) fromB[size] = j++;
  }
  const [rows, columns] = [new Int32Array(size), new Int32Array(size)];
  const [re, im] = [new Float64Array(size * count), new Float64Array(size * count)];
  for (let e = 0; e < size; e++) {
    const [i, j] = [fromA[e]!, fromB[e]!];
    const to = e * count;
    [rows[e], columns[e]] = i >= 0 ? [a.rows[i]!, a.columns[i]!] : [b.rows[j]!, b.columns[j]!];
    if (i >= 0) {
      re.set(a.re.subarray(i * count, (i + 1) * count), to);
      im.set(a.im.subarray(i * count, (i + 1) * count), to);
    }
    if (j < 0) continue;
    for (let k = 0, from = j * count; k < count; k++, from++) {
      re[to + k]! += sign * b.re[from]!;
      im[to + k]! += sign * b.im[from]!;
    }
  }
  return withoutZeros({ count, rows, columns, re, im });
}

/** @param width columns of b */
function multiplied(width: number, a: Elements, b: Elements): Elements {
  const terms: [key: number, i: number, j: number][] = [];
  for (let i = 0; i < a.rows.length; i++) {
    for (let j = 0; j < b.rows.length; j++) {
      if (a.columns[i] === b.rows[j]) terms.push([a.rows[i]! * width + b.columns[j]!, i, j]);
    }
  }
  const out = empty(width, [...new Set(terms.map(([key]) => key))], a.count);
  const places = placesOf(width, out);
  for (const [key, i, j] of terms) multiplyAdd(out, places.get(key)!, a, i, b, j);
  return withoutZeros(out);
}

/** Element `to` of `out` += element i of a times element j of b. */
function multiplyAdd(out: Elements, to: number, a: Elements, i: number, b: Elements, j: number): void {
  const { count } = out;
  const of = (values: Float64Array, e: number) => values.subarray(e * count, (e + 1) * count);
  const [re, im] = [of(out.re, to), of(out.im, to)];
  const [p, q, x, y] = [of(a.re, i), of(a.im, i), of(b.re, j), of(b.im, j)];
  for (let k = 0; k < count; k++) {
    re[k]! += p[k]! * x[k]! - q[k]! * y[k]!;
    im[k]! += p[k]! * y[k]! + q[k]! * x[k]!;
  }
}

/** @param height rows of a, columns of what comes out */
function adjoint(height: number, a: Elements): Elements {
  const { count } = a;
  const out = empty(
    height,
    Array.from(a.rows, (row, e) => a.columns[e]! * height + row),
    count,
  );
  const places = placesOf(height, out);
  a.rows.forEach((row, e) => {
    const [to, from] = [places.get(a.columns[e]! * height + row)! * count, e * count];
    for (let k = 0; k < count; k++) {
      out.re[to + k] = a.re[from + k]!;
      out.im[to + k] = 0 - a.im[from + k]!;
    }
  });
  return out;
}

function withoutZeros(a: Elements): Elements {
  const { count } = a;
  const some = (e: number) => {
    for (let k = e * count; k < (e + 1) * count; k++) if (a.re[k] !== 0 || a.im[k] !== 0) return true;
    return false;
  };
  const kept = Array.from(a.rows, (_, e) => e).filter(some);
  if (kept.length === a.rows.length) return a;
  const taken = (values: Float64Array) => {
    const out = new Float64Array(kept.length * count);
    kept.forEach((e, n) => {
      out.set(values.subarray(e * count, (e + 1) * count), n * count);
    });
    return out;
  };
  return {
    count,
    rows: Int32Array.from(kept, (e) => a.rows[e]!),
    columns: Int32Array.from(kept, (e) => a.columns[e]!),
    re: taken(a.re),
    im: taken(a.im),
  };
}
