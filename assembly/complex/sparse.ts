/**
 * Sparse times dense, row by row: Y = A·X with A in compressed rows. A row of Y is a sum of rows of X; the terms are taken
 * two at a time and each pair runs over the whole row, so that no index is read inside a loop. A coefficient that is
 * purely real or purely imaginary moves each part of X into one part of Y and costs half.
 */
import { paddedColumns, planeBytes, rowStride } from "./layout";
import { madd, nmadd } from "./simd";

/**
 * Row `row` of Y (+)= A·X.
 * @param rowPointers, columns i32 arrays; `values` doubles, re and im interleaved
 * @param y row of the result; `accumulate` keeps what it holds
 */
export function multiplyRow(
  d: i32,
  row: i32,
  rowPointers: usize,
  columns: usize,
  values: usize,
  x: usize,
  y: usize,
  accumulate: bool,
): void {
  const n = paddedColumns(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  let k = load<i32>(rowPointers + ((<usize>row) << 2));
  const end = load<i32>(rowPointers + ((<usize>row) << 2), 4);
  // The first terms of a row are written, all others added to what is there.
  let fresh = !accumulate;
  if (fresh && k == end) {
    memory.fill(y, 0, (<usize>n) << 3);
    memory.fill(y + plane, 0, (<usize>n) << 3);
  }
  while (k < end) {
    assert(load<i32>(columns + ((<usize>k) << 2)) < d, "multiplyRow: column out of range");
    const re = load<f64>(values + ((<usize>k) << 4));
    const im = load<f64>(values + ((<usize>k) << 4), 8);
    const source = x + <usize>load<i32>(columns + ((<usize>k) << 2)) * stride;
    k++;
    const pure = re == 0 || im == 0;
    if (k < end) {
      const re2 = load<f64>(values + ((<usize>k) << 4));
      const im2 = load<f64>(values + ((<usize>k) << 4), 8);
      const source2 = x + <usize>load<i32>(columns + ((<usize>k) << 2)) * stride;
      const pure2 = re2 == 0 || im2 == 0;
      if (pure && pure2) {
        k++;
        const p = im == 0 ? source : source + plane;
        const q = im == 0 ? source + plane : source;
        const s = im == 0 ? re : -im;
        const t = im == 0 ? re : im;
        const p2 = im2 == 0 ? source2 : source2 + plane;
        const q2 = im2 == 0 ? source2 + plane : source2;
        const s2 = im2 == 0 ? re2 : -im2;
        const t2 = im2 == 0 ? re2 : im2;
        if (fresh) addPure2<bool>(y, plane, n, p, q, s, t, p2, q2, s2, t2);
        else addPure2<i32>(y, plane, n, p, q, s, t, p2, q2, s2, t2);
        fresh = false;
        continue;
      }
      if (!pure && !pure2) {
        k++;
        if (fresh) addComplex2<bool>(y, plane, n, source, re, im, source2, re2, im2);
        else addComplex2<i32>(y, plane, n, source, re, im, source2, re2, im2);
        fresh = false;
        continue;
      }
    }
    if (pure) {
      const p = im == 0 ? source : source + plane;
      const q = im == 0 ? source + plane : source;
      const s = im == 0 ? re : -im;
      const t = im == 0 ? re : im;
      if (fresh) addPure1<bool>(y, plane, n, p, q, s, t);
      else addPure1<i32>(y, plane, n, p, q, s, t);
    } else if (fresh) {
      addComplex1<bool>(y, plane, n, source, re, im);
    } else {
      addComplex1<i32>(y, plane, n, source, re, im);
    }
    fresh = false;
  }
}

// Each of the following comes in two kinds, told apart at compile time: with T = bool y is written, with T = i32 added to.

// @ts-ignore: decorator
@inline
function start<T>(y: usize): v128 {
  return isBoolean<T>() ? f64x2.splat(0) : v128.load(y);
}

// @ts-ignore: decorator
@inline
function next<T>(y: usize): v128 {
  return isBoolean<T>() ? f64x2.splat(0) : v128.load(y, 16);
}

/** re(y) += s·p, im(y) += t·q */
function addPure1<T>(y: usize, plane: usize, n: i32, p: usize, q: usize, s: f64, t: f64): void {
  const vs = f64x2.splat(s);
  const vt = f64x2.splat(t);
  const stop = y + ((<usize>n) << 3);
  do {
    v128.store(y, madd(vs, v128.load(p), start<T>(y)));
    v128.store(y, madd(vs, v128.load(p, 16), next<T>(y)), 16);
    v128.store(y + plane, madd(vt, v128.load(q), start<T>(y + plane)));
    v128.store(y + plane, madd(vt, v128.load(q, 16), next<T>(y + plane)), 16);
    y += 32;
    p += 32;
    q += 32;
  } while (y != stop);
}

/** re(y) += s·p + s2·p2, im(y) += t·q + t2·q2 */
function addPure2<T>(
  y: usize,
  plane: usize,
  n: i32,
  p: usize,
  q: usize,
  s: f64,
  t: f64,
  p2: usize,
  q2: usize,
  s2: f64,
  t2: f64,
): void {
  const vs = f64x2.splat(s);
  const vt = f64x2.splat(t);
  const vs2 = f64x2.splat(s2);
  const vt2 = f64x2.splat(t2);
  const stop = y + ((<usize>n) << 3);
  do {
    v128.store(y, madd(vs2, v128.load(p2), madd(vs, v128.load(p), start<T>(y))));
    v128.store(y, madd(vs2, v128.load(p2, 16), madd(vs, v128.load(p, 16), next<T>(y))), 16);
    v128.store(y + plane, madd(vt2, v128.load(q2), madd(vt, v128.load(q), start<T>(y + plane))));
    v128.store(y + plane, madd(vt2, v128.load(q2, 16), madd(vt, v128.load(q, 16), next<T>(y + plane))), 16);
    y += 32;
    p += 32;
    q += 32;
    p2 += 32;
    q2 += 32;
  } while (y != stop);
}

/** y += (re + i im)·x */
function addComplex1<T>(y: usize, plane: usize, n: i32, x: usize, re: f64, im: f64): void {
  const vr = f64x2.splat(re);
  const vi = f64x2.splat(im);
  const stop = y + ((<usize>n) << 3);
  do {
    const xr = v128.load(x);
    const xi = v128.load(x + plane);
    v128.store(y, nmadd(vi, xi, madd(vr, xr, start<T>(y))));
    v128.store(y + plane, madd(vi, xr, madd(vr, xi, start<T>(y + plane))));
    const xr1 = v128.load(x, 16);
    const xi1 = v128.load(x + plane, 16);
    v128.store(y, nmadd(vi, xi1, madd(vr, xr1, next<T>(y))), 16);
    v128.store(y + plane, madd(vi, xr1, madd(vr, xi1, next<T>(y + plane))), 16);
    y += 32;
    x += 32;
  } while (y != stop);
}

/** y += (re + i im)·x + (re2 + i im2)·x2 */
function addComplex2<T>(
  y: usize,
  plane: usize,
  n: i32,
  x: usize,
  re: f64,
  im: f64,
  x2: usize,
  re2: f64,
  im2: f64,
): void {
  const vr = f64x2.splat(re);
  const vi = f64x2.splat(im);
  const wr = f64x2.splat(re2);
  const wi = f64x2.splat(im2);
  const stop = y + ((<usize>n) << 3);
  do {
    const ar = v128.load(x);
    const ai = v128.load(x + plane);
    const br = v128.load(x2);
    const bi = v128.load(x2 + plane);
    const yr = start<T>(y);
    const yi = start<T>(y + plane);
    v128.store(y, nmadd(wi, bi, madd(wr, br, nmadd(vi, ai, madd(vr, ar, yr)))));
    v128.store(y + plane, madd(wi, br, madd(wr, bi, madd(vi, ar, madd(vr, ai, yi)))));
    y += 16;
    x += 16;
    x2 += 16;
  } while (y != stop);
}
