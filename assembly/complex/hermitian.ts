/**
 * Passes that meet a matrix and its transpose, in tiles of 32 x 32 so that both stay in cache, and 2 x 2 within a tile so
 * that a transposed element needs one shuffle.
 */
import { paddedRows, planeBytes, rowStride } from "./layout";
import { horizontalSum, madd } from "./simd";

const TILE: i32 = 32;

/** out = X + X†: exactly Hermitian, also in rounding. `out` must not overlap X. */
export function addAdjoint(d: i32, x: usize, out: usize): void {
  assert(x != out && ((x | out) & 63) == 0, "addAdjoint: matrices overlap or are not aligned");
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = min(i0 + TILE, rows);
    for (let j0 = i0; j0 < rows; j0 += TILE) {
      const j1 = min(j0 + TILE, rows);
      for (let i = i0; i < i1; i += 2) {
        let j = max(i, j0);
        let upper = <usize>i * stride + ((<usize>j) << 3);
        let lower = <usize>j * stride + ((<usize>i) << 3);
        while (j < j1) {
          const p = x + upper;
          const q = x + lower;
          const a0 = v128.load(p);
          const a1 = v128.load(p + stride);
          const b0 = v128.load(q);
          const b1 = v128.load(q + stride);
          const u = out + upper;
          const l = out + lower;
          const r0 = f64x2.add(a0, i64x2.shuffle(b0, b1, 0, 2));
          const r1 = f64x2.add(a1, i64x2.shuffle(b0, b1, 1, 3));
          v128.store(u, r0);
          v128.store(u + stride, r1);
          v128.store(l, i64x2.shuffle(r0, r1, 0, 2));
          v128.store(l + stride, i64x2.shuffle(r0, r1, 1, 3));
          const c0 = v128.load(p + plane);
          const c1 = v128.load(p + stride + plane);
          const e0 = v128.load(q + plane);
          const e1 = v128.load(q + stride + plane);
          const s0 = f64x2.sub(c0, i64x2.shuffle(e0, e1, 0, 2));
          const s1 = f64x2.sub(c1, i64x2.shuffle(e0, e1, 1, 3));
          v128.store(l + plane, f64x2.neg(i64x2.shuffle(s0, s1, 0, 2)));
          v128.store(l + stride + plane, f64x2.neg(i64x2.shuffle(s0, s1, 1, 3)));
          v128.store(u + plane, s0);
          v128.store(u + stride + plane, s1);
          j += 2;
          upper += 16;
          lower += stride << 1;
        }
      }
    }
  }
}

/**
 * With K = X + X†: sum = from + b·K on and above the diagonal (in 2 x 2 blocks), stage = y + a·K. One pass for what ends the right-hand side,
 * the next argument of a Runge-Kutta method and its running sum: K itself is never stored. `from` and y are Hermitian.
 */
export function addAdjointStage(
  d: i32,
  x: usize,
  y: usize,
  a: f64,
  stage: usize,
  from: usize,
  b: f64,
  sum: usize,
): void {
  assert(x != stage && x != sum && stage != sum, "addAdjointStage: matrices overlap");
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = min(i0 + TILE, rows);
    for (let j0 = i0; j0 < rows; j0 += TILE) {
      const j1 = min(j0 + TILE, rows);
      for (let i = i0; i < i1; i += 2) {
        let j = max(i, j0);
        let upper = <usize>i * stride + ((<usize>j) << 3);
        let lower = <usize>j * stride + ((<usize>i) << 3);
        while (j < j1) {
          const b0 = v128.load(x + lower);
          const b1 = v128.load(x + lower + stride);
          const r0 = f64x2.add(v128.load(x + upper), i64x2.shuffle(b0, b1, 0, 2));
          const r1 = f64x2.add(v128.load(x + upper + stride), i64x2.shuffle(b0, b1, 1, 3));
          v128.store(sum + upper, madd(vb, r0, v128.load(from + upper)));
          v128.store(sum + upper + stride, madd(vb, r1, v128.load(from + upper + stride)));
          const u0 = madd(va, r0, v128.load(y + upper));
          const u1 = madd(va, r1, v128.load(y + upper + stride));
          v128.store(stage + upper, u0);
          v128.store(stage + upper + stride, u1);
          v128.store(stage + lower, i64x2.shuffle(u0, u1, 0, 2));
          v128.store(stage + lower + stride, i64x2.shuffle(u0, u1, 1, 3));
          upper += plane;
          lower += plane;
          const e0 = v128.load(x + lower);
          const e1 = v128.load(x + lower + stride);
          const s0 = f64x2.sub(v128.load(x + upper), i64x2.shuffle(e0, e1, 0, 2));
          const s1 = f64x2.sub(v128.load(x + upper + stride), i64x2.shuffle(e0, e1, 1, 3));
          v128.store(sum + upper, madd(vb, s0, v128.load(from + upper)));
          v128.store(sum + upper + stride, madd(vb, s1, v128.load(from + upper + stride)));
          const w0 = madd(va, s0, v128.load(y + upper));
          const w1 = madd(va, s1, v128.load(y + upper + stride));
          v128.store(stage + lower, f64x2.neg(i64x2.shuffle(w0, w1, 0, 2)));
          v128.store(stage + lower + stride, f64x2.neg(i64x2.shuffle(w0, w1, 1, 3)));
          v128.store(stage + upper, w0);
          v128.store(stage + upper + stride, w1);
          j += 2;
          upper += 16 - plane;
          lower += (stride << 1) - plane;
        }
      }
    }
  }
}

/** out = from + b·(X + X†), `from` Hermitian and read on and above the diagonal only; may be `out`. Returns the squared Frobenius norm. */
export function addAdjointSum(d: i32, x: usize, from: usize, b: f64, out: usize): f64 {
  assert(x != out && x != from, "addAdjointSum: matrices overlap");
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  const vb = f64x2.splat(b);
  let square = f64x2.splat(0);
  let blocks = square;
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = min(i0 + TILE, rows);
    for (let j0 = i0; j0 < rows; j0 += TILE) {
      const j1 = min(j0 + TILE, rows);
      for (let i = i0; i < i1; i += 2) {
        let j = max(i, j0);
        let upper = <usize>i * stride + ((<usize>j) << 3);
        let lower = <usize>j * stride + ((<usize>i) << 3);
        while (j < j1) {
          const b0 = v128.load(x + lower);
          const b1 = v128.load(x + lower + stride);
          const r0 = f64x2.add(v128.load(x + upper), i64x2.shuffle(b0, b1, 0, 2));
          const r1 = f64x2.add(v128.load(x + upper + stride), i64x2.shuffle(b0, b1, 1, 3));
          const u0 = madd(vb, r0, v128.load(from + upper));
          const u1 = madd(vb, r1, v128.load(from + upper + stride));
          v128.store(out + upper, u0);
          v128.store(out + upper + stride, u1);
          v128.store(out + lower, i64x2.shuffle(u0, u1, 0, 2));
          v128.store(out + lower + stride, i64x2.shuffle(u0, u1, 1, 3));
          upper += plane;
          lower += plane;
          const e0 = v128.load(x + lower);
          const e1 = v128.load(x + lower + stride);
          const s0 = f64x2.sub(v128.load(x + upper), i64x2.shuffle(e0, e1, 0, 2));
          const s1 = f64x2.sub(v128.load(x + upper + stride), i64x2.shuffle(e0, e1, 1, 3));
          const w0 = madd(vb, s0, v128.load(from + upper));
          const w1 = madd(vb, s1, v128.load(from + upper + stride));
          v128.store(out + lower, f64x2.neg(i64x2.shuffle(w0, w1, 0, 2)));
          v128.store(out + lower + stride, f64x2.neg(i64x2.shuffle(w0, w1, 1, 3)));
          v128.store(out + upper, w0);
          v128.store(out + upper + stride, w1);
          const real = madd(u1, u1, f64x2.mul(u0, u0));
          const both = madd(w1, w1, madd(w0, w0, real));
          square = f64x2.add(square, both);
          if (i == j) blocks = f64x2.add(blocks, both);
          j += 2;
          upper += 16 - plane;
          lower += (stride << 1) - plane;
        }
      }
    }
  }
  // Blocks on the diagonal were met once, all others stand for two.
  return 2 * horizontalSum(square) - horizontalSum(blocks);
}

/** out = X†. `out` must not overlap X. */
export function adjoint(d: i32, x: usize, out: usize): void {
  assert(x != out && ((x | out) & 63) == 0, "adjoint: matrices overlap or are not aligned");
  const rows = paddedRows(d);
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  for (let i0 = 0; i0 < rows; i0 += TILE) {
    const i1 = min(i0 + TILE, rows);
    for (let j0 = 0; j0 < rows; j0 += TILE) {
      const j1 = min(j0 + TILE, rows);
      for (let i = i0; i < i1; i += 2) {
        let p = x + <usize>i * stride + ((<usize>j0) << 3);
        let q = out + <usize>j0 * stride + ((<usize>i) << 3);
        for (let j = j0; j < j1; j += 2) {
          const a0 = v128.load(p);
          const a1 = v128.load(p + stride);
          v128.store(q, i64x2.shuffle(a0, a1, 0, 2));
          v128.store(q + stride, i64x2.shuffle(a0, a1, 1, 3));
          const b0 = f64x2.neg(v128.load(p + plane));
          const b1 = f64x2.neg(v128.load(p + stride + plane));
          v128.store(q + plane, i64x2.shuffle(b0, b1, 0, 2));
          v128.store(q + stride + plane, i64x2.shuffle(b0, b1, 1, 3));
          p += 16;
          q += stride << 1;
        }
      }
    }
  }
}
