/**
 * Hessenberg form of a real matrix, Qᵀ A Q = H (Golub and Van Loan, Matrix Computations, section 7.4): Householder reflections P_k = 1 - v vᵀ, ‖v‖² = 2. Matrices have
 * n rows, padded with zeros to a multiple of eight, `realStride` doubles apart (linalg/expm.ts).
 *
 * P A P = A - v (w - s v)ᵀ - y vᵀ with w = Aᵀ v, y = A v, s = vᵀ A v. That is done in the pass over A in which w and y of the next reflection are found: one reading and one writing of A a column.
 */
import { horizontalSum, madd, nmadd } from "../complex/simd";
import { dot } from "../complex/vector";
import { realStride } from "./expm";

/** Rows and columns of the matrices of this module and of linalg/real-schur.ts. */
// @ts-ignore: decorator
@inline
export function paddedSize(n: i32): i32 {
  return (n + 7) & ~7;
}

/** Bytes from one row to the next. */
// @ts-ignore: decorator
@inline
export function rowBytes(n: i32): usize {
  return (<usize>realStride(paddedSize(n))) << 3;
}

/** Doubles of scratch that `hessenberg` needs. */
export function hessenbergScratch(n: i32): i32 {
  return 6 * paddedSize(n);
}

/**
 * @param a the matrix; becomes H
 * @param reflections zeroed; row k becomes v of the reflection that makes column k zero below the subdiagonal
 * @param scratch `hessenbergScratch` doubles
 */
export function hessenberg(n: i32, a: usize, reflections: usize, scratch: usize): void {
  if (n < 3) return;
  const size = paddedSize(n);
  const row = rowBytes(n);
  const bytes = (<usize>size) << 3;
  memory.fill(scratch, 0, 6 * bytes);
  let v = scratch + 4 * bytes;
  let w = scratch;
  let y = w + bytes;
  let nextW = y + bytes;
  let nextY = nextW + bytes;
  for (let k = 0; k < n - 2; k++) {
    const next = reflections + <usize>k * row;
    const column = (<usize>k) << 3;
    // Column k as the last reflection leaves it.
    const vk = load<f64>(v + column);
    const wk = load<f64>(w + column);
    for (let i: usize = (<usize>(k + 1)) << 3, p = a + <usize>(k + 1) * row + column; i < bytes; i += 8, p += row) {
      store<f64>(next + i, load<f64>(p) - load<f64>(v + i) * wk - load<f64>(y + i) * vk);
    }
    const head = reflector(k + 1, n, next);
    memory.fill(nextW, 0, bytes);
    const from = k & ~1;
    for (let i = 0; i < from; i += 2) updateUpper(a + <usize>i * row, row, y, v, next, nextY, i, from, size);
    for (let i = from; i < n; i += 2) updateRows(a + <usize>i * row, row, w, y, v, next, nextW, nextY, i, from, size);
    for (let i: usize = (<usize>(k + 1)) << 3, p = a + <usize>(k + 1) * row + column; i < bytes; i += 8, p += row) {
      store<f64>(p, 0);
    }
    store<f64>(a + <usize>(k + 1) * row + column, head);
    const s = dot(next, nextY, size);
    for (let i: usize = 0; i < bytes; i += 8) store<f64>(nextW + i, load<f64>(nextW + i) - s * load<f64>(next + i));
    store<f64>(nextW + column, 0);
    v = next;
    let swap = w;
    w = nextW;
    nextW = swap;
    swap = y;
    y = nextY;
    nextY = swap;
  }
  const none = scratch + 5 * bytes;
  const from = (n - 2) & ~1;
  for (let i = 0; i < from; i += 2) updateUpper(a + <usize>i * row, row, y, v, none, nextY, i, from, size);
  for (let i = from; i < n; i += 2) updateRows(a + <usize>i * row, row, w, y, v, none, nextW, nextY, i, from, size);
}

/** x, from element `first` on, becomes v of the reflection that takes it to a multiple of the first unit vector, which is returned. */
function reflector(first: i32, n: i32, x: usize): f64 {
  const start = x + ((<usize>first) << 3);
  const stop = x + ((<usize>n) << 3);
  // Scaled by the largest element, so that squares neither over- nor underflow.
  let largest: f64 = 0;
  for (let p = start + 8; p != stop; p += 8) largest = Math.max(largest, Math.abs(load<f64>(p)));
  const head = load<f64>(start);
  if (largest == 0) {
    store<f64>(start, 0);
    return head;
  }
  largest = Math.max(largest, Math.abs(head));
  let sum: f64 = 0;
  for (let p = start; p != stop; p += 8) {
    const value = load<f64>(p) / largest;
    store<f64>(p, value);
    sum += value * value;
  }
  const scaled = head / largest;
  const length = scaled < 0 ? -Math.sqrt(sum) : Math.sqrt(sum);
  store<f64>(start, scaled + length);
  const factor = 1 / Math.sqrt(length * (length + scaled));
  for (let p = start; p != stop; p += 8) store<f64>(p, load<f64>(p) * factor);
  return -length * largest;
}

/** Rows i, i + 1, from column `from` on: A -= v wᵀ + y vᵀ; nextW += next_i A_i, nextY_i = A_i·next. */
function updateRows(
  p: usize,
  row: usize,
  w: usize,
  y: usize,
  v: usize,
  next: usize,
  nextW: usize,
  nextY: usize,
  i: i32,
  from: i32,
  size: i32,
): void {
  const at = (<usize>i) << 3;
  const v0 = v128.load64_splat(v + at);
  const v1 = v128.load64_splat(v + at, 8);
  const y0 = v128.load64_splat(y + at);
  const y1 = v128.load64_splat(y + at, 8);
  const n0 = v128.load64_splat(next + at);
  const n1 = v128.load64_splat(next + at, 8);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  const q = p + row;
  const stop = (<usize>size) << 3;
  for (let j = (<usize>from) << 3; j != stop; j += 16) {
    const wj = v128.load(w + j);
    const vj = v128.load(v + j);
    const nj = v128.load(next + j);
    const a0 = nmadd(y0, vj, nmadd(v0, wj, v128.load(p + j)));
    const a1 = nmadd(y1, vj, nmadd(v1, wj, v128.load(q + j)));
    v128.store(p + j, a0);
    v128.store(q + j, a1);
    v128.store(nextW + j, madd(n1, a1, madd(n0, a0, v128.load(nextW + j))));
    s0 = madd(a0, nj, s0);
    s1 = madd(a1, nj, s1);
  }
  store<f64>(nextY + at, horizontalSum(s0));
  store<f64>(nextY + at, horizontalSum(s1), 8);
}

/** The same of rows above, where v and `next` are zero. */
function updateUpper(
  p: usize,
  row: usize,
  y: usize,
  v: usize,
  next: usize,
  nextY: usize,
  i: i32,
  from: i32,
  size: i32,
): void {
  const at = (<usize>i) << 3;
  const y0 = v128.load64_splat(y + at);
  const y1 = v128.load64_splat(y + at, 8);
  let s0 = f64x2.splat(0);
  let s1 = s0;
  const q = p + row;
  const stop = (<usize>size) << 3;
  for (let j = (<usize>from) << 3; j != stop; j += 16) {
    const vj = v128.load(v + j);
    const nj = v128.load(next + j);
    const a0 = nmadd(y0, vj, v128.load(p + j));
    const a1 = nmadd(y1, vj, v128.load(q + j));
    v128.store(p + j, a0);
    v128.store(q + j, a1);
    s0 = madd(a0, nj, s0);
    s1 = madd(a1, nj, s1);
  }
  store<f64>(nextY + at, horizontalSum(s0));
  store<f64>(nextY + at, horizontalSum(s1), 8);
}

/** Makes Qᵀ, Q = P_0 … P_(n-3), of the reflections, in their place. @param scratch a row */
export function formTranspose(n: i32, q: usize, scratch: usize): void {
  const size = paddedSize(n);
  const row = rowBytes(n);
  const bytes = (<usize>size) << 3;
  for (let i = max(n - 2, 0); i < n; i++) setUnit(q + <usize>i * row, i, bytes);
  for (let k = n - 3; k >= 0; k--) {
    memory.copy(scratch, q + <usize>k * row, bytes);
    setUnit(q + <usize>(k + 1) * row, k + 1, bytes);
    const from = ((<usize>(k + 1)) << 3) & ~31;
    for (let i = k + 1; i < n; i++) reflectRow(q + <usize>i * row + from, scratch + from, (bytes - from) >> 3);
  }
  if (n > 2) setUnit(q, 0, bytes);
}

function setUnit(row: usize, k: i32, bytes: usize): void {
  memory.fill(row, 0, bytes);
  store<f64>(row + ((<usize>k) << 3), 1);
}

/** x -= (x·v) v */
function reflectRow(x: usize, v: usize, n: usize): void {
  const along = f64x2.splat(dot(x, v, <i32>n));
  const stop = x + (n << 3);
  for (; x != stop; x += 32, v += 32) {
    v128.store(x, nmadd(along, v128.load(v), v128.load(x)));
    v128.store(x, nmadd(along, v128.load(v, 16), v128.load(x, 16)), 16);
  }
}

/** x = Qᵀ x for the reflections in rows. */
export function reflectVector(n: i32, reflections: usize, x: usize): void {
  const row = rowBytes(n);
  for (let k = 0; k < n - 2; k++) reflectRow(x, reflections + <usize>k * row, <usize>paddedSize(n));
}

/** x = Q x */
export function reflectBack(n: i32, reflections: usize, x: usize): void {
  const row = rowBytes(n);
  for (let k = n - 3; k >= 0; k--) reflectRow(x, reflections + <usize>k * row, <usize>paddedSize(n));
}
