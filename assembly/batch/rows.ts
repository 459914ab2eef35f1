/**
 * Numbers of a group of systems side by side: a row holds one number of each, and everything the kernel does to a system it does to rows.
 */
import { madd } from "../complex/simd";
import { BATCH_LANES } from "../constants";

/** Bytes of a row. */
export const ROW: usize = (<usize>BATCH_LANES) << 3;

/** Address of row k. */
// @ts-ignore: decorator
@inline
export function rowAt(rows: usize, k: i32): usize {
  return rows + <usize>k * ROW;
}

// @ts-ignore: decorator
@inline
export function integerAt(x: usize, k: i32): i32 {
  return load<i32>(x + ((<usize>k) << 2));
}

/** Row r of the result is a sum of factors times rows of a source; source -1 is the number 1. */

@unmanaged
export class Gather {
  count: i32;
  /** Where the terms of each row begin, and the end. */
  starts: usize;
  sources: usize;
  factors: usize;
}

export function setGather(g: Gather, count: i32, starts: usize, sources: usize, factors: usize): void {
  g.count = count;
  g.starts = starts;
  g.sources = sources;
  g.factors = factors;
}

/** @param stride bytes from one row of the source to the next */
export function gather(g: Gather, from: usize, stride: usize, out: usize): void {
  let term = integerAt(g.starts, 0);
  for (let r = 0; r < g.count; r++, out += ROW) {
    const stop = integerAt(g.starts, r + 1);
    let low = f64x2.splat(0);
    let high = low;
    for (; term < stop; term++) {
      const source = integerAt(g.sources, term);
      const factor = v128.load_splat<f64>(g.factors + ((<usize>term) << 3));
      if (source < 0) {
        low = f64x2.add(low, factor);
        high = f64x2.add(high, factor);
      } else {
        const row = from + <usize>source * stride;
        low = madd(factor, v128.load(row), low);
        high = madd(factor, v128.load(row, 16), high);
      }
    }
    v128.store(out, low);
    v128.store(out, high, 16);
  }
}

/** Sums of complex numbers i·a and a·conj(b) of entries of operators. */

@unmanaged
export class Products {
  count: i32;
  starts: usize;
  /** First and second entry of each term; second -1: the term is -i times the first. */
  first: usize;
  second: usize;
  factors: usize;
}

/** Row 2q of the result is the real part of sum q, row 2q + 1 the imaginary one; of an entry likewise. */
export function formProducts(p: Products, entries: usize, stride: usize, out: usize): void {
  let term = integerAt(p.starts, 0);
  for (let q = 0; q < p.count; q++, out += 2 * ROW) {
    const stop = integerAt(p.starts, q + 1);
    let reLow = f64x2.splat(0);
    let reHigh = reLow;
    let imLow = reLow;
    let imHigh = reLow;
    for (; term < stop; term++) {
      const a = entries + <usize>integerAt(p.first, term) * 2 * stride;
      const second = integerAt(p.second, term);
      const factor = v128.load_splat<f64>(p.factors + ((<usize>term) << 3));
      const aReLow = f64x2.mul(factor, v128.load(a));
      const aReHigh = f64x2.mul(factor, v128.load(a, 16));
      const aImLow = f64x2.mul(factor, v128.load(a + stride));
      const aImHigh = f64x2.mul(factor, v128.load(a + stride, 16));
      if (second < 0) {
        reLow = f64x2.add(reLow, aImLow);
        reHigh = f64x2.add(reHigh, aImHigh);
        imLow = f64x2.sub(imLow, aReLow);
        imHigh = f64x2.sub(imHigh, aReHigh);
      } else {
        const b = entries + <usize>second * 2 * stride;
        const bReLow = v128.load(b);
        const bReHigh = v128.load(b, 16);
        const bImLow = v128.load(b + stride);
        const bImHigh = v128.load(b + stride, 16);
        reLow = madd(aImLow, bImLow, madd(aReLow, bReLow, reLow));
        reHigh = madd(aImHigh, bImHigh, madd(aReHigh, bReHigh, reHigh));
        imLow = f64x2.sub(madd(aImLow, bReLow, imLow), f64x2.mul(aReLow, bImLow));
        imHigh = f64x2.sub(madd(aImHigh, bReHigh, imHigh), f64x2.mul(aReHigh, bImHigh));
      }
    }
    v128.store(out, reLow);
    v128.store(out, reHigh, 16);
    v128.store(out, imLow, 32);
    v128.store(out, imHigh, 48);
  }
}

/** Whether every number is finite, by system: 1 or 0 in `finite`. */
export function areFinite(count: i32, rows: usize, finite: usize): void {
  let low = f64x2.splat(0);
  let high = low;
  const zero = low;
  for (let k = 0; k < count; k++, rows += ROW) {
    low = madd(zero, v128.load(rows), low);
    high = madd(zero, v128.load(rows, 16), high);
  }
  store<i32>(finite, <i32>(f64x2.extract_lane(low, 0) == 0));
  store<i32>(finite, <i32>(f64x2.extract_lane(low, 1) == 0), 4);
  store<i32>(finite, <i32>(f64x2.extract_lane(high, 0) == 0), 8);
  store<i32>(finite, <i32>(f64x2.extract_lane(high, 1) == 0), 12);
}
