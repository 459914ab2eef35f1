/**
 * Exponential of a small real matrix: Taylor series of degree 16 by Paterson and Stockmeyer's scheme (SIAM J. Comput. 2 (1973) 60) in
 * six products, then squaring (Higham, Functions of Matrices, section 10.3 and table 4.1). Matrices are n x n, n a multiple of
 * eight, rows `realStride(n)` doubles apart.
 */
import { madd } from "../complex/simd";
import { axpy } from "../complex/vector";
import { Conserved, restore, watchModes } from "./conserved";

/** Largest norm at which the series of degree 16 is exact to rounding: theta^16/17! is below 2^-53. */
const THETA: f64 = 0.78;
/** Both a norm and a time have 1024 binary digits before the point at most. */
const MOST_SQUARINGS: f64 = 2100;
/** Squarings after which rounding, of 2^40 times 1e-16 by then, could not yet end a mode that does not decay. */
export const WATCHED: i32 = 40;
/** Matrices of scratch. */
export const EXPM_MATRICES: i32 = 5;

/** Distance of rows in doubles: rows that are multiples of 256 bytes apart fall into few cache sets. */
export function realStride(n: i32): i32 {
  return (n & 31) == 0 ? n + 8 : n;
}

export function realMatrixBytes(n: i32): usize {
  return (<usize>n * <usize>realStride(n)) << 3;
}

/**
 * out = exp(t·a).
 * @param scratch EXPM_MATRICES matrices
 * @param conserved what a generator conserves whose transpose is a: a Conserved, or 0
 */
export function expm(n: i32, a: usize, t: f64, out: usize, scratch: usize, conserved: usize): void {
  const bytes = realMatrixBytes(n);
  const x = scratch;
  const x2 = x + bytes;
  const x3 = x2 + bytes;
  const x4 = x3 + bytes;
  let from = x4 + bytes;
  let to = out;
  const squarings = squaringsOf(norm1(n, a), t);
  const factor = halved(t, squarings);
  const length = bytes >> 3;
  for (let i: usize = 0; i < length; i++) store<f64>(x + (i << 3), factor * load<f64>(a + (i << 3)));
  realMultiply(n, x, x, x2);
  realMultiply(n, x2, x, x3);
  realMultiply(n, x2, x2, x4);
  // Horner in x^4, four coefficients 1/k! at a time, the highest (1/16!) alone.
  const inverse = factorials();
  memory.fill(from, 0, bytes);
  axpy(from, load<f64>(inverse, 128), x4, <i32>length);
  addPolynomial(n, length, from, x, x2, x3, inverse + 96, load<f64>(inverse, 96));
  for (let k = 64; k >= 0; k -= 32) {
    realMultiply(n, from, x4, to);
    // Without the constant term: what follows is exp - 1, whose rounding is relative to the exponent and not to 1.
    addPolynomial(n, length, to, x, x2, x3, inverse + <usize>k, k > 0 ? load<f64>(inverse + <usize>k) : 0);
    const swap = from;
    from = to;
    to = swap;
  }
  const stride = (<usize>realStride(n)) << 3;
  const kept = changetype<Conserved>(conserved);
  for (let k = 0; ; k++) {
    if (conserved != 0 && k <= WATCHED) watchModes(kept, n, from, stride, halved(t, squarings - k), k > 0);
    if (k == squarings) break;
    // (1 + e)² - 1 = e² + 2e
    realMultiply(n, from, from, to);
    axpy(to, 2, from, <i32>length);
    if (conserved != 0) restore(kept, n, to, stride);
    const swap = from;
    from = to;
    to = swap;
  }
  addDiagonal(n, from, 1);
  if (from != out) memory.copy(out, from, bytes);
}

/** How often exp(t·a / 2^s) is squared, so that the series of the exponent converges. @param size of a, at least */
export function squaringsOf(size: f64, t: f64): i32 {
  const norm = size * Math.abs(t);
  if (!(norm > THETA)) return 0;
  // Of a product that overflows both factors are finite; their powers of two are not beyond what is left of either.
  const halvings = isFinite(norm) ? Math.log2(norm / THETA) : Math.log2(size / THETA) + Math.log2(Math.abs(t));
  return <i32>Math.ceil(min(halvings, MOST_SQUARINGS));
}

/** t / 2^squarings, where the power itself may be beyond what a double holds. */
export function halved(t: f64, squarings: i32): f64 {
  const half = squarings >> 1;
  return t * Math.pow(2, <f64>-half) * Math.pow(2, <f64>(half - squarings));
}

/** 1/k!, k = 0 … 16. */
export function factorials(): usize {
  const table = memory.data(17 * 8, 8);
  let value: f64 = 1;
  for (let k = 0; k <= 16; k++) {
    if (k > 0) value /= <f64>k;
    store<f64>(table + ((<usize>k) << 3), value);
  }
  return table;
}

/** out += c_0 + c_1 x + c_2 x² + c_3 x³, the first coefficient given apart */
function addPolynomial(n: i32, length: usize, out: usize, x: usize, x2: usize, x3: usize, c: usize, c0: f64): void {
  const c1 = load<f64>(c, 8);
  const c2 = load<f64>(c, 16);
  const c3 = load<f64>(c, 24);
  for (let i: usize = 0; i < length; i++) {
    const at = i << 3;
    const value = c1 * load<f64>(x + at) + c2 * load<f64>(x2 + at) + c3 * load<f64>(x3 + at);
    store<f64>(out + at, load<f64>(out + at) + value);
  }
  addDiagonal(n, out, c0);
}

function addDiagonal(n: i32, out: usize, value: f64): void {
  const step = (<usize>(realStride(n) + 1)) << 3;
  for (let i = 0; i < n; i++, out += step) store<f64>(out, load<f64>(out) + value);
}

/** Largest row sum of |a|. */
export function norm1(n: i32, a: usize): f64 {
  const stride = (<usize>realStride(n)) << 3;
  let largest: f64 = 0;
  for (let i = 0; i < n; i++) {
    let sum: f64 = 0;
    for (let j = 0; j < n; j++) sum += Math.abs(load<f64>(a + <usize>i * stride + ((<usize>j) << 3)));
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** c = a·b; c must not overlap a or b. */
export function realMultiply(n: i32, a: usize, b: usize, c: usize): void {
  assert((n & 7) == 0, "realMultiply: size is not a multiple of eight");
  assert(a != c && b != c, "realMultiply: the result overlaps a factor");
  const stride = (<usize>realStride(n)) << 3;
  const height = <usize>n * stride;
  for (let j = 0; j < n; j += 8) {
    const column = (<usize>j) << 3;
    for (let i: usize = 0; i < height; i += stride << 1) block(a + i, b + column, c + i + column, stride, height);
  }
}

/** Two rows and eight columns: eight accumulators, four loads of b and two of a fit the sixteen registers. */
function block(a: usize, b: usize, c: usize, stride: usize, height: usize): void {
  let u0 = f64x2.splat(0);
  let u1 = u0;
  let u2 = u0;
  let u3 = u0;
  let l0 = u0;
  let l1 = u0;
  let l2 = u0;
  let l3 = u0;
  const stop = b + height;
  let lower = a + stride;
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const b2 = v128.load(b, 32);
    const b3 = v128.load(b, 48);
    const x = v128.load_splat<f64>(a);
    const y = v128.load_splat<f64>(lower);
    u0 = madd(x, b0, u0);
    u1 = madd(x, b1, u1);
    u2 = madd(x, b2, u2);
    u3 = madd(x, b3, u3);
    l0 = madd(y, b0, l0);
    l1 = madd(y, b1, l1);
    l2 = madd(y, b2, l2);
    l3 = madd(y, b3, l3);
    a += 8;
    lower += 8;
    b += stride;
  } while (b != stop);
  v128.store(c, u0);
  v128.store(c, u1, 16);
  v128.store(c, u2, 32);
  v128.store(c, u3, 48);
  c += stride;
  v128.store(c, l0);
  v128.store(c, l1, 16);
  v128.store(c, l2, 32);
  v128.store(c, l3, 48);
}

/** out = x·a, x and out rows of n doubles. */
export function rowTimesMatrix(n: i32, x: usize, a: usize, out: usize): void {
  memory.fill(out, 0, (<usize>n) << 3);
  addRowTimesMatrix(n, 1, x, a, out);
}

/** out += factor·x·a */
export function addRowTimesMatrix(n: i32, factor: f64, x: usize, a: usize, out: usize): void {
  const stride = (<usize>realStride(n)) << 3;
  const stop = out + ((<usize>n) << 3);
  const f = f64x2.splat(factor);
  for (let i = 0; i < n; i += 4) {
    const x0 = f64x2.mul(f, v128.load_splat<f64>(x));
    const x1 = f64x2.mul(f, v128.load_splat<f64>(x, 8));
    const x2 = f64x2.mul(f, v128.load_splat<f64>(x, 16));
    const x3 = f64x2.mul(f, v128.load_splat<f64>(x, 24));
    let p = a;
    let q = a + stride;
    let r = q + stride;
    let s = r + stride;
    let at = out;
    do {
      const v = madd(x1, v128.load(q), madd(x0, v128.load(p), v128.load(at)));
      v128.store(at, madd(x3, v128.load(s), madd(x2, v128.load(r), v)));
      at += 16;
      p += 16;
      q += 16;
      r += 16;
      s += 16;
    } while (at != stop);
    a = s - ((<usize>n) << 3) + stride;
    x += 32;
  }
}
