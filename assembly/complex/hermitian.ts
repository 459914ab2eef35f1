/**
 * Passes that meet a matrix and its transpose, in tiles of 32 x 32 so that both stay in cache, and 2 x 2 within a tile so
 * that a transposed element needs one shuffle.
 */
import { paddedRows, planeBytes, rowStride } from "./layout";

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
