/**
 * Eigenvectors of a real matrix from its Hessenberg form, for eigenvalues that are known, by inverse iteration (Golub and Van Loan, Matrix Computations, section 7.6; LAPACK's dhsein).
 * LU factors of H - lambda with exchanges of rows: U is complex, two real matrices in the layout of linalg/real-hessenberg.ts.
 */
import { horizontalSum, madd, nmadd } from "../complex/simd";
import { fillRandom, norm, scale } from "../complex/vector";
import { paddedSize, reflectBack, rowBytes } from "./real-hessenberg";

/** Starts: the first suffices unless it is an unlucky one. */
const STARTS: i32 = 3;
/** Bytes of a multiplier (re, im) and whether rows were exchanged. */
const STEP: usize = 24;

/** Doubles of scratch that `eigenvectors` needs. */
export function inverseIterationScratch(n: i32): i32 {
  return <i32>(rowBytes(n) >> 3) * 2 * paddedSize(n) + 3 * n;
}

/**
 * A r = lambda r, lᵀ A = lambda lᵀ, both of unit length.
 * @param h, reflections as `hessenberg` leaves them
 * @param tolerance ‖A r - lambda r‖ that is enough
 * @param vectors becomes r and l, `paddedSize(n)` real and as many imaginary parts each
 * @param scratch `inverseIterationScratch` doubles
 * @returns whether both were found
 */
export function eigenvectors(
  n: i32,
  h: usize,
  reflections: usize,
  re: f64,
  im: f64,
  tolerance: f64,
  vectors: usize,
  scratch: usize,
): bool {
  const size = paddedSize(n);
  const row = rowBytes(n);
  const plane = row * <usize>size;
  const steps = scratch + 2 * plane;
  factorise(n, h, re, im, tolerance, scratch, row, plane, steps);
  const bytes = (<usize>size) << 3;
  for (let side = 0; side < 2; side++) {
    const x = vectors + <usize>(2 * side) * bytes;
    let found = false;
    for (let start = 0; start < STARTS && !found; start++) {
      memory.fill(x, 0, 2 * bytes);
      fillRandom(x, n, start + 1);
      scale(x, 1 / norm(x, size), size);
      if (side == 0) solve(n, x, scratch, row, plane, steps);
      else solveTransposed(n, x, scratch, row, plane, steps);
      // Of x = (H - lambda)⁻¹ b with ‖b‖ = 1 the residual is 1 / ‖x‖.
      const length = norm(x, 2 * size);
      scale(x, 1 / length, 2 * size);
      found = 1 / length <= tolerance;
    }
    if (!found) return false;
    reflectBack(n, reflections, x);
    reflectBack(n, reflections, x + bytes);
  }
  return true;
}

// @ts-ignore: decorator
@inline
function at(p: usize, k: i32): usize {
  return p + ((<usize>k) << 3);
}

/** @param least divisors below this are replaced by it */
function factorise(
  n: i32,
  h: usize,
  lambdaRe: f64,
  lambdaIm: f64,
  least: f64,
  u: usize,
  row: usize,
  plane: usize,
  steps: usize,
): void {
  const stop = (<usize>paddedSize(n)) << 3;
  memory.copy(u, h, stop);
  memory.fill(u + plane, 0, stop);
  store<f64>(u, load<f64>(u) - lambdaRe);
  store<f64>(u + plane, -lambdaIm);
  let p = u;
  for (let k = 0; k + 1 < n; k++, p += row) {
    const next = p + row;
    const below = h + <usize>(k + 1) * row;
    const pivot = at(p, k);
    const head = load<f64>(at(below, k));
    const x = load<f64>(pivot);
    const y = load<f64>(pivot + plane);
    const isSwapped = Math.abs(head) > Math.abs(x) + Math.abs(y);
    // The row that is left is next - m row, or row - m next with the two exchanged.
    let a: f64 = 0;
    let b: f64 = 0;
    if (isSwapped) {
      a = x / head;
      b = y / head;
    } else if (head != 0) {
      const square = x * x + y * y;
      a = (head * x) / square;
      b = (-head * y) / square;
    }
    const step = steps + <usize>k * STEP;
    store<f64>(step, a);
    store<f64>(step, b, 8);
    store<f64>(step, isSwapped ? 1 : 0, 16);
    const va = f64x2.splat(a);
    const vb = f64x2.splat(b);
    const first = ((<usize>(k + 1)) << 3) & ~15;
    if (isSwapped) {
      for (let j = first; j != stop; j += 16) {
        const w = v128.load(below + j);
        v128.store(next + j, nmadd(va, w, v128.load(p + j)));
        v128.store(next + plane + j, nmadd(vb, w, v128.load(p + plane + j)));
        v128.store(p + j, w);
        v128.store(p + plane + j, f64x2.splat(0));
      }
      store<f64>(pivot, head);
      store<f64>(pivot + plane, 0);
      const q = at(p, k + 1);
      store<f64>(q, load<f64>(q) - lambdaRe);
      store<f64>(q + plane, -lambdaIm);
      const r = at(next, k + 1);
      store<f64>(r, load<f64>(r) + a * lambdaRe - b * lambdaIm);
      store<f64>(r + plane, load<f64>(r + plane) + a * lambdaIm + b * lambdaRe);
    } else {
      for (let j = first; j != stop; j += 16) {
        const s = v128.load(p + j);
        const t = v128.load(p + plane + j);
        v128.store(next + j, madd(vb, t, nmadd(va, s, v128.load(below + j))));
        v128.store(next + plane + j, f64x2.neg(madd(va, t, f64x2.mul(vb, s))));
      }
      const r = at(next, k + 1);
      store<f64>(r, load<f64>(r) - lambdaRe);
      store<f64>(r + plane, load<f64>(r + plane) - lambdaIm);
    }
  }
  p = u;
  for (let k = 0; k < n; k++, p += row + 8) {
    if (Math.abs(load<f64>(p)) + Math.abs(load<f64>(p + plane)) >= least) continue;
    store<f64>(p, least);
    store<f64>(p + plane, 0);
  }
}

/** x = (H - lambda)⁻¹ x */
function solve(n: i32, x: usize, u: usize, row: usize, plane: usize, steps: usize): void {
  const size = paddedSize(n);
  const y = at(x, size);
  for (let k = 0; k + 1 < n; k++) {
    const step = steps + <usize>k * STEP;
    if (load<f64>(step, 16) != 0) exchange(x, y, k);
    addMultiple(at(x, k), at(y, k), 0, 8, -load<f64>(step), -load<f64>(step, 8));
  }
  const stop = (<usize>size) << 3;
  for (let k = n - 1; k >= 0; k--) {
    const p = u + <usize>k * row;
    let j = (<usize>(k + 1)) << 3;
    let re = load<f64>(at(x, k));
    let im = load<f64>(at(y, k));
    if ((j & 8) != 0) {
      const a = load<f64>(p + j);
      const b = load<f64>(p + plane + j);
      re -= a * load<f64>(x + j) - b * load<f64>(y + j);
      im -= a * load<f64>(y + j) + b * load<f64>(x + j);
      j += 8;
    }
    let sumRe = f64x2.splat(0);
    let sumIm = sumRe;
    let lessRe = sumRe;
    let moreIm = sumRe;
    for (; j != stop; j += 16) {
      const a = v128.load(p + j);
      const b = v128.load(p + plane + j);
      const s = v128.load(x + j);
      const t = v128.load(y + j);
      sumRe = madd(a, s, sumRe);
      lessRe = madd(b, t, lessRe);
      sumIm = madd(a, t, sumIm);
      moreIm = madd(b, s, moreIm);
    }
    re -= horizontalSum(f64x2.sub(sumRe, lessRe));
    im -= horizontalSum(f64x2.add(sumIm, moreIm));
    divide(at(x, k), at(y, k), re, im, at(p, k), plane);
  }
}

/** xᵀ = xᵀ (H - lambda)⁻¹ */
function solveTransposed(n: i32, x: usize, u: usize, row: usize, plane: usize, steps: usize): void {
  const size = paddedSize(n);
  const y = at(x, size);
  const stop = (<usize>size) << 3;
  for (let k = 0; k < n; k++) {
    const p = u + <usize>k * row;
    divide(at(x, k), at(y, k), load<f64>(at(x, k)), load<f64>(at(y, k)), at(p, k), plane);
    const s = load<f64>(at(x, k));
    const t = load<f64>(at(y, k));
    let j = (<usize>(k + 1)) << 3;
    if ((j & 8) != 0) {
      const a = load<f64>(p + j);
      const b = load<f64>(p + plane + j);
      store<f64>(x + j, load<f64>(x + j) - (a * s - b * t));
      store<f64>(y + j, load<f64>(y + j) - (a * t + b * s));
      j += 8;
    }
    const vs = f64x2.splat(s);
    const vt = f64x2.splat(t);
    for (; j != stop; j += 16) {
      const a = v128.load(p + j);
      const b = v128.load(p + plane + j);
      v128.store(x + j, madd(b, vt, nmadd(a, vs, v128.load(x + j))));
      v128.store(y + j, nmadd(b, vs, nmadd(a, vt, v128.load(y + j))));
    }
  }
  for (let k = n - 2; k >= 0; k--) {
    const step = steps + <usize>k * STEP;
    addMultiple(at(x, k), at(y, k), 8, 0, -load<f64>(step), -load<f64>(step, 8));
    if (load<f64>(step, 16) != 0) exchange(x, y, k);
  }
}

/** Element `to` += (a + ib)·element `from`; both by distance from x and y. */
// @ts-ignore: decorator
@inline
function addMultiple(x: usize, y: usize, from: usize, to: usize, a: f64, b: f64): void {
  const s = load<f64>(x + from);
  const t = load<f64>(y + from);
  store<f64>(x + to, load<f64>(x + to) + a * s - b * t);
  store<f64>(y + to, load<f64>(y + to) + a * t + b * s);
}

function exchange(x: usize, y: usize, k: i32): void {
  const p = at(x, k);
  const q = at(y, k);
  const s = load<f64>(p);
  const t = load<f64>(q);
  store<f64>(p, load<f64>(p, 8));
  store<f64>(q, load<f64>(q, 8));
  store<f64>(p, s, 8);
  store<f64>(q, t, 8);
}

/** (re + i im) / pivot, to x and y. */
function divide(x: usize, y: usize, re: f64, im: f64, pivot: usize, plane: usize): void {
  const a = load<f64>(pivot);
  const b = load<f64>(pivot + plane);
  const square = a * a + b * b;
  store<f64>(x, (re * a + im * b) / square);
  store<f64>(y, (im * a - re * b) / square);
}
