/**
 * Small dense matrices of a group of systems: products, and the exponential, as linalg/expm.ts has it for one system (Paterson and Stockmeyer 1973;
 * Higham, Functions of Matrices, section 10.3). Matrices are n x n rows, n even.
 */
import { madd } from "../complex/simd";
import { factorials, halved, squaringsOf, WATCHED } from "../linalg/expm";
import { ConservedSum, restoreSums, watchModes } from "./conserved";
import { ROW } from "./rows";

/** Matrices of scratch. */
export const EXPONENTIAL_MATRICES: i32 = 5;

export function matrixRows(n: i32): i32 {
  return n * n;
}

/** Products that `exponential` takes for a matrix of this norm and a time. */
export function exponentialProducts(norm: f64, t: f64): f64 {
  return 6 + <f64>squaringsOf(norm, t);
}

/** c = a·b; c must not overlap a or b. Two rows of a and two columns of b at a time: their four products fill half the registers. */
export function multiplyRows(n: i32, a: usize, b: usize, c: usize): void {
  assert((n & 1) == 0, "multiplyRows: odd size");
  const stride = <usize>n * ROW;
  const height = <usize>n * stride;
  for (let i: usize = 0; i < height; i += 2 * stride) {
    for (let j: usize = 0; j < stride; j += 2 * ROW) {
      let p = a + i;
      let q = b + j;
      const stop = p + stride;
      let u0 = f64x2.splat(0);
      let u1 = u0;
      let u2 = u0;
      let u3 = u0;
      let l0 = u0;
      let l1 = u0;
      let l2 = u0;
      let l3 = u0;
      do {
        const x0 = v128.load(p);
        const x1 = v128.load(p, 16);
        const y0 = v128.load(p + stride);
        const y1 = v128.load(p + stride, 16);
        const b0 = v128.load(q);
        const b1 = v128.load(q, 16);
        const b2 = v128.load(q, 32);
        const b3 = v128.load(q, 48);
        u0 = madd(x0, b0, u0);
        u1 = madd(x1, b1, u1);
        u2 = madd(x0, b2, u2);
        u3 = madd(x1, b3, u3);
        l0 = madd(y0, b0, l0);
        l1 = madd(y1, b1, l1);
        l2 = madd(y0, b2, l2);
        l3 = madd(y1, b3, l3);
        p += ROW;
        q += stride;
      } while (p != stop);
      const to = c + i + j;
      v128.store(to, u0);
      v128.store(to, u1, 16);
      v128.store(to, u2, 32);
      v128.store(to, u3, 48);
      v128.store(to + stride, l0);
      v128.store(to + stride, l1, 16);
      v128.store(to + stride, l2, 32);
      v128.store(to + stride, l3, 48);
    }
  }
}

/** out = a·x */
export function applyDense(n: i32, a: usize, x: usize, out: usize): void {
  const stride = <usize>n * ROW;
  const end = a + <usize>n * stride;
  const stop = x + stride;
  for (; a != end; a += 2 * stride, out += 2 * ROW) {
    let p = a;
    let u0 = f64x2.splat(0);
    let u1 = u0;
    let l0 = u0;
    let l1 = u0;
    for (let y = x; y != stop; y += ROW, p += ROW) {
      const y0 = v128.load(y);
      const y1 = v128.load(y, 16);
      u0 = madd(v128.load(p), y0, u0);
      u1 = madd(v128.load(p, 16), y1, u1);
      l0 = madd(v128.load(p + stride), y0, l0);
      l1 = madd(v128.load(p + stride, 16), y1, l1);
    }
    v128.store(out, u0);
    v128.store(out, u1, 16);
    v128.store(out, l0, 32);
    v128.store(out, l1, 48);
  }
}

/** y += a·x, `rows` rows each */
function addScaledRows(rows: i32, a: f64, x: usize, y: usize): void {
  const factor = f64x2.splat(a);
  const stop = y + <usize>rows * ROW;
  for (; y != stop; x += 16, y += 16) v128.store(y, madd(factor, v128.load(x), v128.load(y)));
}

function addDiagonal(n: i32, a: usize, value: f64): void {
  const step = <usize>(n + 1) * ROW;
  const v = f64x2.splat(value);
  for (let i = 0; i < n; i++, a += step) {
    v128.store(a, f64x2.add(v128.load(a), v));
    v128.store(a, f64x2.add(v128.load(a, 16), v), 16);
  }
}

/** out += c_0 + c_1 x + c_2 x² + c_3 x³, the first coefficient given apart */
function addPolynomial(n: i32, out: usize, x: usize, x2: usize, x3: usize, c: usize, c0: f64): void {
  const c1 = v128.load_splat<f64>(c, 8);
  const c2 = v128.load_splat<f64>(c, 16);
  const c3 = v128.load_splat<f64>(c, 24);
  const bytes = <usize>matrixRows(n) * ROW;
  for (let i: usize = 0; i < bytes; i += 16) {
    const sum = madd(c3, v128.load(x3 + i), madd(c2, v128.load(x2 + i), f64x2.mul(c1, v128.load(x + i))));
    v128.store(out + i, f64x2.add(v128.load(out + i), sum));
  }
  addDiagonal(n, out, c0);
}

/**
 * out = exp(t·a).
 * @param norm of a, at least
 * @param conserved is kept, and told what is left of what is not
 * @param scratch EXPONENTIAL_MATRICES matrices
 */
export function exponential(
  n: i32,
  a: usize,
  t: f64,
  norm: f64,
  conserved: ConservedSum,
  out: usize,
  scratch: usize,
): void {
  const rows = matrixRows(n);
  const bytes = <usize>rows * ROW;
  const x = scratch;
  const x2 = x + bytes;
  const x3 = x2 + bytes;
  const x4 = x3 + bytes;
  let from = x4 + bytes;
  let to = out;
  const squared = squaringsOf(norm, t);
  memory.fill(x, 0, bytes);
  addScaledRows(rows, halved(t, squared), a, x);
  multiplyRows(n, x, x, x2);
  multiplyRows(n, x2, x, x3);
  multiplyRows(n, x2, x2, x4);
  // Horner in x^4, four coefficients 1/k! at a time, the highest (1/16!) alone.
  const inverse = factorials();
  memory.fill(from, 0, bytes);
  addScaledRows(rows, load<f64>(inverse, 128), x4, from);
  addPolynomial(n, from, x, x2, x3, inverse + 96, load<f64>(inverse, 96));
  for (let k = 64; k >= 0; k -= 32) {
    multiplyRows(n, from, x4, to);
    // Without the constant term: what follows is exp - 1, whose rounding is relative to the exponent and not to 1.
    addPolynomial(n, to, x, x2, x3, inverse + <usize>k, k > 0 ? load<f64>(inverse + <usize>k) : 0);
    const swap = from;
    from = to;
    to = swap;
  }
  for (let k = 0; ; k++) {
    if (k <= WATCHED) watchModes(n, from, halved(t, squared - k), conserved, k > 0);
    if (k == squared) break;
    // (1 + e)² - 1 = e² + 2e
    multiplyRows(n, from, from, to);
    addScaledRows(rows, 2, from, to);
    restoreSums(n, to, conserved);
    const swap = from;
    from = to;
    to = swap;
  }
  addDiagonal(n, from, 1);
  if (from != out) memory.copy(out, from, bytes);
}
