/**
 * LU factors of a real sparse matrix inside its envelope (George and Liu, Computer Solution of Large Sparse Positive Definite Systems, chapter 4):
 * what lies between the first element of a row, or of a column, and the diagonal. The host orders rows so that this is narrow. No rows are
 * exchanged, so that nothing leaves the envelope: what that costs in accuracy is for iterative refinement to mend.
 *
 * Rows go in groups of four that begin together. Panel I of L holds columns 4·first … 4·I - 1 of group I, panel of U the same rows of its
 * columns, both four numbers a row (column); the diagonal block holds both factors. All work is products of panels.
 */
import { madd, nmadd } from "../complex/simd";

/** Rows of a group. */
const GROUP: i32 = 4;


@unmanaged
export class Envelope {
  groups: i32;
  /** i32 a group: the first group that its rows or columns have an element in. */
  first: usize;
  /** Addresses of the panels. */
  lower: usize;
  upper: usize;
  /** Diagonal blocks, sixteen doubles each, by rows. */
  diagonal: usize;
}

// @ts-ignore: decorator
@inline
function panel(table: usize, group: i32): usize {
  return load<usize>(table + ((<usize>group) << alignof<usize>()));
}

// @ts-ignore: decorator
@inline
function firstOf(e: Envelope, group: i32): i32 {
  return load<i32>(e.first + ((<usize>group) << 2));
}

/**
 * A = L U in place.
 * @param least pivots that are smaller are replaced by it
 * @returns how many were
 */
export function factoriseEnvelope(e: Envelope, least: f64): i32 {
  let replaced = 0;
  for (let i = 0; i < e.groups; i++) {
    const first = firstOf(e, i);
    const rows = panel(e.lower, i);
    const columns = panel(e.upper, i);
    for (let j = first; j < i; j++) {
      const other = firstOf(e, j);
      const from = max(first, other);
      const skip = (<usize>(from - other)) << 7;
      const start = (<usize>(from - first)) << 7;
      const block = (<usize>(j - first)) << 7;
      const count = GROUP * (j - from);
      const diagonal = e.diagonal + ((<usize>j) << 7);
      subtractProduct(count, panel(e.upper, j) + skip, rows + start, rows + block);
      divideByUpper(diagonal, rows + block);
      subtractProduct(count, panel(e.lower, j) + skip, columns + start, columns + block);
      divideByLower(diagonal, columns + block);
    }
    const diagonal = e.diagonal + ((<usize>i) << 7);
    subtractProduct(GROUP * (i - first), rows, columns, diagonal);
    replaced += factoriseBlock(diagonal, least);
  }
  return replaced;
}

/** target_xy -= sum_k a_kx b_ky: panels of four numbers a row. */
// @ts-ignore: decorator
@inline
function subtractProduct(count: i32, a: usize, b: usize, target: usize): void {
  let c00 = v128.load(target);
  let c01 = v128.load(target, 16);
  let c10 = v128.load(target, 32);
  let c11 = v128.load(target, 48);
  let c20 = v128.load(target, 64);
  let c21 = v128.load(target, 80);
  let c30 = v128.load(target, 96);
  let c31 = v128.load(target, 112);
  const stop = a + ((<usize>count) << 5);
  for (; a != stop; a += 32, b += 32) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load64_splat(a);
    c00 = nmadd(a0, b0, c00);
    c01 = nmadd(a0, b1, c01);
    const a1 = v128.load64_splat(a, 8);
    c10 = nmadd(a1, b0, c10);
    c11 = nmadd(a1, b1, c11);
    const a2 = v128.load64_splat(a, 16);
    c20 = nmadd(a2, b0, c20);
    c21 = nmadd(a2, b1, c21);
    const a3 = v128.load64_splat(a, 24);
    c30 = nmadd(a3, b0, c30);
    c31 = nmadd(a3, b1, c31);
  }
  v128.store(target, c00);
  v128.store(target, c01, 16);
  v128.store(target, c10, 32);
  v128.store(target, c11, 48);
  v128.store(target, c20, 64);
  v128.store(target, c21, 80);
  v128.store(target, c30, 96);
  v128.store(target, c31, 112);
}

/** Block of a panel of L: X U = C, column by column; a row of the panel is a column of the block. */
function divideByUpper(u: usize, block: usize): void {
  for (let c = 0; c < GROUP; c++) {
    const target = block + ((<usize>c) << 5);
    let x = v128.load(target);
    let y = v128.load(target, 16);
    for (let k = 0; k < c; k++) {
      const factor = v128.load64_splat(u + ((<usize>(GROUP * k + c)) << 3));
      const row = block + ((<usize>k) << 5);
      x = nmadd(factor, v128.load(row), x);
      y = nmadd(factor, v128.load(row, 16), y);
    }
    const inverse = f64x2.splat(1 / load<f64>(u + ((<usize>((GROUP + 1) * c)) << 3)));
    v128.store(target, f64x2.mul(x, inverse));
    v128.store(target, f64x2.mul(y, inverse), 16);
  }
}

/** Block of a panel of U: L X = C, row by row. */
function divideByLower(l: usize, block: usize): void {
  for (let r = 1; r < GROUP; r++) {
    const target = block + ((<usize>r) << 5);
    let x = v128.load(target);
    let y = v128.load(target, 16);
    for (let k = 0; k < r; k++) {
      const factor = v128.load64_splat(l + ((<usize>(GROUP * r + k)) << 3));
      const row = block + ((<usize>k) << 5);
      x = nmadd(factor, v128.load(row), x);
      y = nmadd(factor, v128.load(row, 16), y);
    }
    v128.store(target, x);
    v128.store(target, y, 16);
  }
}

/** Both factors of a diagonal block in place; pivots replaced. */
function factoriseBlock(block: usize, least: f64): i32 {
  let replaced = 0;
  for (let k = 0; k < GROUP; k++) {
    const row = block + ((<usize>(GROUP * k)) << 3);
    const at = row + ((<usize>k) << 3);
    let pivot = load<f64>(at);
    if (!(Math.abs(pivot) >= least)) {
      pivot = pivot < 0 ? -least : least;
      store<f64>(at, pivot);
      replaced++;
    }
    for (let i = k + 1; i < GROUP; i++) {
      const other = block + ((<usize>(GROUP * i)) << 3);
      const factor = load<f64>(other + ((<usize>k) << 3)) / pivot;
      store<f64>(other + ((<usize>k) << 3), factor);
      for (let j = k + 1; j < GROUP; j++) {
        const target = other + ((<usize>j) << 3);
        store<f64>(target, load<f64>(target) - factor * load<f64>(row + ((<usize>j) << 3)));
      }
    }
  }
  return replaced;
}

/** x = A⁻¹ x from the factors. */
export function solveEnvelope(e: Envelope, x: usize): void {
  for (let i = 0; i < e.groups; i++) {
    const first = firstOf(e, i);
    const at = x + ((<usize>i) << 5);
    let p = v128.load(at);
    let q = v128.load(at, 16);
    let r = f64x2.splat(0);
    let s = r;
    let row = panel(e.lower, i);
    // Two sums each, so that no addition waits for the one before.
    for (let y = x + ((<usize>first) << 5); y != at; y += 16, row += 64) {
      const factor = v128.load64_splat(y);
      p = nmadd(factor, v128.load(row), p);
      q = nmadd(factor, v128.load(row, 16), q);
      const next = v128.load64_splat(y, 8);
      r = nmadd(next, v128.load(row, 32), r);
      s = nmadd(next, v128.load(row, 48), s);
    }
    v128.store(at, f64x2.add(p, r));
    v128.store(at, f64x2.add(q, s), 16);
    const l = e.diagonal + ((<usize>i) << 7);
    for (let r = 1; r < GROUP; r++) {
      const target = at + ((<usize>r) << 3);
      let value = load<f64>(target);
      for (let k = 0; k < r; k++) {
        value -= load<f64>(l + ((<usize>(GROUP * r + k)) << 3)) * load<f64>(at + ((<usize>k) << 3));
      }
      store<f64>(target, value);
    }
  }
  for (let i = e.groups - 1; i >= 0; i--) {
    const first = firstOf(e, i);
    const at = x + ((<usize>i) << 5);
    const u = e.diagonal + ((<usize>i) << 7);
    for (let r = GROUP - 1; r >= 0; r--) {
      const target = at + ((<usize>r) << 3);
      let value = load<f64>(target);
      for (let k = r + 1; k < GROUP; k++) {
        value -= load<f64>(u + ((<usize>(GROUP * r + k)) << 3)) * load<f64>(at + ((<usize>k) << 3));
      }
      store<f64>(target, value / load<f64>(u + ((<usize>((GROUP + 1) * r)) << 3)));
    }
    const p = v128.load(at);
    const q = v128.load(at, 16);
    let row = panel(e.upper, i);
    for (let y = x + ((<usize>first) << 5); y != at; y += 16, row += 64) {
      const v = madd(q, v128.load(row, 16), f64x2.mul(p, v128.load(row)));
      const w = madd(q, v128.load(row, 48), f64x2.mul(p, v128.load(row, 32)));
      const sums = f64x2.add(v128.shuffle<f64>(v, w, 0, 2), v128.shuffle<f64>(v, w, 1, 3));
      v128.store(y, f64x2.sub(v128.load(y), sums));
    }
  }
}
