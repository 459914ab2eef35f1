/**
 * Reflections 1 - c (1, a, b)ᵀ (1, a, b) of three neighbouring rows or columns, each given by a, b, c, and rotations of two: what the steps of linalg/real-schur.ts are made of.
 */
import { madd, nmadd } from "../complex/simd";

/** Three rows, `count` columns from p on. */
export function reflectRows(p: usize, row: usize, count: i32, t: usize): void {
  if (count <= 0) return;
  const q = p + row;
  const r = q + row;
  const a = load<f64>(t);
  const b = load<f64>(t, 8);
  const c = load<f64>(t, 16);
  const va = f64x2.splat(a);
  const vb = f64x2.splat(b);
  const c0 = f64x2.splat(c);
  const ca = f64x2.splat(c * a);
  const cb = f64x2.splat(c * b);
  let j: usize = 0;
  const even = (<usize>(count & ~1)) << 3;
  for (; j != even; j += 16) {
    const x = v128.load(p + j);
    const y = v128.load(q + j);
    const w = v128.load(r + j);
    const s = madd(vb, w, madd(va, y, x));
    v128.store(p + j, nmadd(c0, s, x));
    v128.store(q + j, nmadd(ca, s, y));
    v128.store(r + j, nmadd(cb, s, w));
  }
  if ((count & 1) == 0) return;
  const x = load<f64>(p + j);
  const y = load<f64>(q + j);
  const w = load<f64>(r + j);
  const s = x + a * y + b * w;
  store<f64>(p + j, x - c * s);
  store<f64>(q + j, y - c * a * s);
  store<f64>(r + j, w - c * b * s);
}

/** `steps` reflections one after another on rows from p on, each one row further down, an even number of columns: two of them in one pass. */
export function reflectStrip(p: usize, row: usize, count: i32, steps: i32, t: usize): void {
  if (count <= 0) return;
  const stop = (<usize>count) << 3;
  let k = 0;
  for (; k + 2 <= steps; k += 2, t += 48, p += 2 * row) {
    const a0 = v128.load64_splat(t);
    const b0 = v128.load64_splat(t, 8);
    const c0 = v128.load64_splat(t, 16);
    const a1 = v128.load64_splat(t, 24);
    const b1 = v128.load64_splat(t, 32);
    const c1 = v128.load64_splat(t, 40);
    const q = p + row;
    const r = q + row;
    const u = r + row;
    for (let j: usize = 0; j != stop; j += 16) {
      let y = v128.load(q + j);
      let w = v128.load(r + j);
      const x = v128.load(p + j);
      const s = f64x2.mul(c0, madd(b0, w, madd(a0, y, x)));
      v128.store(p + j, f64x2.sub(x, s));
      y = nmadd(a0, s, y);
      w = nmadd(b0, s, w);
      const v = v128.load(u + j);
      const z = f64x2.mul(c1, madd(b1, v, madd(a1, w, y)));
      v128.store(q + j, f64x2.sub(y, z));
      v128.store(r + j, nmadd(a1, z, w));
      v128.store(u + j, nmadd(b1, z, v));
    }
  }
  if (k < steps) reflectRows(p, row, count, t);
}

/** Three columns from p on, `count` rows. */
export function reflectColumns(p: usize, row: usize, count: i32, t: usize): void {
  const a = load<f64>(t);
  const b = load<f64>(t, 8);
  const c = load<f64>(t, 16);
  const ca = c * a;
  const cb = c * b;
  for (let i = 0; i < count; i++, p += row) {
    const x = load<f64>(p);
    const y = load<f64>(p, 8);
    const w = load<f64>(p, 16);
    const s = x + a * y + b * w;
    store<f64>(p, x - c * s);
    store<f64>(p, y - ca * s, 8);
    store<f64>(p, w - cb * s, 16);
  }
}

/** `count` reflections one after another from the right on four rows, each one column further right: every element is read and written once. */
export function reflectFour(p: usize, row: usize, count: i32, t: usize): void {
  const q = p + row;
  const r = q + row;
  const u = r + row;
  let x = v128.load_lane<f64>(q, v128.load64_splat(p), 1);
  let y = v128.load_lane<f64>(q, v128.load64_splat(p, 8), 1, 8);
  let x2 = v128.load_lane<f64>(u, v128.load64_splat(r), 1);
  let y2 = v128.load_lane<f64>(u, v128.load64_splat(r, 8), 1, 8);
  const stop = (<usize>count) << 3;
  for (let j: usize = 0; j != stop; j += 8, t += 24) {
    const a = v128.load64_splat(t);
    const b = v128.load64_splat(t, 8);
    const c = v128.load64_splat(t, 16);
    const w = v128.load_lane<f64>(q + j, v128.load64_splat(p + j, 16), 1, 16);
    const w2 = v128.load_lane<f64>(u + j, v128.load64_splat(r + j, 16), 1, 16);
    const s = f64x2.mul(c, madd(b, w, madd(a, y, x)));
    const s2 = f64x2.mul(c, madd(b, w2, madd(a, y2, x2)));
    x = f64x2.sub(x, s);
    x2 = f64x2.sub(x2, s2);
    v128.store_lane<f64>(p + j, x, 0);
    v128.store_lane<f64>(q + j, x, 1);
    v128.store_lane<f64>(r + j, x2, 0);
    v128.store_lane<f64>(u + j, x2, 1);
    x = nmadd(a, s, y);
    x2 = nmadd(a, s2, y2);
    y = nmadd(b, s, w);
    y2 = nmadd(b, s2, w2);
  }
  v128.store_lane<f64>(p + stop, x, 0);
  v128.store_lane<f64>(q + stop, x, 1);
  v128.store_lane<f64>(r + stop, x2, 0);
  v128.store_lane<f64>(u + stop, x2, 1);
  v128.store_lane<f64>(p + stop, y, 0, 8);
  v128.store_lane<f64>(q + stop, y, 1, 8);
  v128.store_lane<f64>(r + stop, y2, 0, 8);
  v128.store_lane<f64>(u + stop, y2, 1, 8);
}

/** [p; q] = [c s; -s c] [p; q] for a row and the next, an even number of columns. */
export function rotateRows(p: usize, row: usize, count: i32, c: f64, s: f64): void {
  const vc = f64x2.splat(c);
  const vs = f64x2.splat(s);
  const stop = p + ((<usize>count) << 3);
  for (; p != stop; p += 16) {
    const x = v128.load(p);
    const y = v128.load(p + row);
    v128.store(p, madd(vs, y, f64x2.mul(vc, x)));
    v128.store(p + row, nmadd(vs, x, f64x2.mul(vc, y)));
  }
}
