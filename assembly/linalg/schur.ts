/**
 * Complex Schur form A = U T U†, T upper triangular, U unitary: Hessenberg form by Householder reflections, then QR steps with
 * Wilkinson's shift, by rotations (Golub and Van Loan, Matrix Computations, sections 7.4 and 7.5; exceptional shifts as in
 * EISPACK's comqr). Matrices are planar and padded (complex/layout.ts).
 */
import { planeBytes, rowStride } from "../complex/layout";

/** QR steps an eigenvalue, on average, after which it is given up: two or three are usual. */
const MAX_STEPS: i32 = 30;

/** Doubles of scratch that `schur` needs. */
export function schurScratch(d: i32): i32 {
  return 4 * d;
}

/**
 * @param a the matrix; becomes T, its padding stays zero
 * @param u zeroed; becomes U
 * @param scratch `schurScratch` doubles
 * @returns false when an eigenvalue did not converge
 */
export function schur(d: i32, a: usize, u: usize, scratch: usize): bool {
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  for (let i = 0; i < d; i++) store<f64>(u + <usize>i * stride + ((<usize>i) << 3), 1);
  for (let k = 0; k < d - 2; k++) reflectColumn(d, k, a, u, stride, plane, scratch);
  if (!triangularise(d, a, u, stride, plane)) return false;
  for (let i = 1; i < d; i++) {
    memory.fill(a + <usize>i * stride, 0, (<usize>i) << 3);
    memory.fill(a + <usize>i * stride + plane, 0, (<usize>i) << 3);
  }
  return true;
}

/** Makes column k zero below the subdiagonal: A = P A P, U = U P with P = 1 - 2 v v†. */
function reflectColumn(d: i32, k: i32, a: usize, u: usize, stride: usize, plane: usize, scratch: usize): void {
  const n = (<usize>d) << 3;
  const column = (<usize>k) << 3;
  const vRe = scratch;
  const vIm = scratch + n;
  const wRe = vIm + n;
  const wIm = wRe + n;
  // Scaled by the largest element, so that squares neither over- nor underflow.
  let largest: f64 = 0;
  for (let i = k + 2; i < d; i++) {
    const at = a + <usize>i * stride + column;
    largest = Math.max(largest, Math.max(Math.abs(load<f64>(at)), Math.abs(load<f64>(at + plane))));
  }
  if (largest == 0) return;
  const head = a + <usize>(k + 1) * stride + column;
  largest = Math.max(largest, Math.max(Math.abs(load<f64>(head)), Math.abs(load<f64>(head + plane))));
  memory.fill(scratch, 0, 4 * n);
  let sum: f64 = 0;
  for (let i = k + 1; i < d; i++) {
    const at = a + <usize>i * stride + column;
    const re = load<f64>(at) / largest;
    const im = load<f64>(at + plane) / largest;
    store<f64>(vRe + ((<usize>i) << 3), re);
    store<f64>(vIm + ((<usize>i) << 3), im);
    sum += re * re + im * im;
  }
  const first = (<usize>(k + 1)) << 3;
  const headRe = load<f64>(vRe + first);
  const headIm = load<f64>(vIm + first);
  const size = Math.hypot(headRe, headIm);
  const sigma = Math.sqrt(sum);
  // v = x + (x0/|x0|) sigma e0, of unit length.
  const scale = 1 / Math.sqrt(2 * sigma * (sigma + size));
  store<f64>(vRe + first, headRe + (size > 0 ? (headRe / size) * sigma : sigma));
  store<f64>(vIm + first, headIm + (size > 0 ? (headIm / size) * sigma : 0));
  for (let i = first; i < n; i += 8) {
    store<f64>(vRe + i, load<f64>(vRe + i) * scale);
    store<f64>(vIm + i, load<f64>(vIm + i) * scale);
  }
  // w = v† A, then A -= 2 v w.
  for (let i = k + 1; i < d; i++) {
    const row = a + <usize>i * stride;
    const re = load<f64>(vRe + ((<usize>i) << 3));
    const im = load<f64>(vIm + ((<usize>i) << 3));
    for (let j = column; j < n; j += 8) {
      const x = load<f64>(row + j);
      const y = load<f64>(row + plane + j);
      store<f64>(wRe + j, load<f64>(wRe + j) + re * x + im * y);
      store<f64>(wIm + j, load<f64>(wIm + j) + re * y - im * x);
    }
  }
  for (let i = k + 1; i < d; i++) {
    const row = a + <usize>i * stride;
    const re = 2 * load<f64>(vRe + ((<usize>i) << 3));
    const im = 2 * load<f64>(vIm + ((<usize>i) << 3));
    for (let j = column; j < n; j += 8) {
      const x = load<f64>(wRe + j);
      const y = load<f64>(wIm + j);
      store<f64>(row + j, load<f64>(row + j) - (re * x - im * y));
      store<f64>(row + plane + j, load<f64>(row + plane + j) - (re * y + im * x));
    }
  }
  for (let i = 0; i < d; i++) reflectRow(a + <usize>i * stride, plane, vRe, vIm, first, n);
  for (let i = 0; i < d; i++) reflectRow(u + <usize>i * stride, plane, vRe, vIm, first, n);
}

/** row -= 2 (row·v) v† */
function reflectRow(row: usize, plane: usize, vRe: usize, vIm: usize, first: usize, end: usize): void {
  let re: f64 = 0;
  let im: f64 = 0;
  for (let j = first; j < end; j += 8) {
    const x = load<f64>(row + j);
    const y = load<f64>(row + plane + j);
    re += x * load<f64>(vRe + j) - y * load<f64>(vIm + j);
    im += x * load<f64>(vIm + j) + y * load<f64>(vRe + j);
  }
  re *= 2;
  im *= 2;
  for (let j = first; j < end; j += 8) {
    const x = load<f64>(vRe + j);
    const y = load<f64>(vIm + j);
    store<f64>(row + j, load<f64>(row + j) - (re * x + im * y));
    store<f64>(row + plane + j, load<f64>(row + plane + j) - (im * x - re * y));
  }
}

// @ts-ignore: decorator
@inline
function size1(p: usize, plane: usize): f64 {
  return Math.abs(load<f64>(p)) + Math.abs(load<f64>(p + plane));
}

/** Hessenberg to triangular. */
function triangularise(d: i32, a: usize, u: usize, stride: usize, plane: usize): bool {
  const diagonal = stride + 8;
  let high = d - 1;
  let steps = 0;
  let budget = MAX_STEPS * d;
  while (high > 0) {
    // The last negligible subdiagonal element splits off what is below it.
    let low = high;
    for (; low > 0; low--) {
      const p = a + <usize>low * diagonal;
      let scale = size1(p, plane) + size1(p - diagonal, plane);
      if (scale == 0) scale = size1(p - stride, plane);
      if (size1(p - 8, plane) <= f64.EPSILON * scale) {
        store<f64>(p - 8, 0);
        store<f64>(p - 8 + plane, 0);
        break;
      }
    }
    if (low == high) {
      high--;
      steps = 0;
      continue;
    }
    if (budget-- == 0) return false;
    steps++;
    qrStep(d, low, high, steps % 10 == 0, a, u, stride, plane);
  }
  return true;
}

/** One QR step on rows and columns low … high. */
function qrStep(d: i32, low: i32, high: i32, exceptional: bool, a: usize, u: usize, stride: usize, plane: usize): void {
  const diagonal = stride + 8;
  const p = a + <usize>high * diagonal;
  let shiftRe = load<f64>(p);
  let shiftIm = load<f64>(p + plane);
  if (exceptional) {
    // Breaks cycles.
    shiftRe += Math.abs(load<f64>(p - 8)) + Math.abs(load<f64>(p - 8 + plane));
  } else {
    // The eigenvalue of the last 2 x 2 block [[a, b], [c, h]] nearer to h: h - bc/(t ± sqrt(t² + bc)), t = (a - h)/2.
    const tRe = 0.5 * (load<f64>(p - diagonal) - shiftRe);
    const tIm = 0.5 * (load<f64>(p - diagonal + plane) - shiftIm);
    const bRe = load<f64>(p - stride);
    const bIm = load<f64>(p - stride + plane);
    const cRe = load<f64>(p - 8);
    const cIm = load<f64>(p - 8 + plane);
    const bcRe = bRe * cRe - bIm * cIm;
    const bcIm = bRe * cIm + bIm * cRe;
    const sRe = tRe * tRe - tIm * tIm + bcRe;
    const sIm = 2 * tRe * tIm + bcIm;
    const s = Math.hypot(sRe, sIm);
    let rootRe = Math.sqrt(0.5 * (s + Math.abs(sRe)));
    let rootIm = rootRe > 0 ? (0.5 * sIm) / rootRe : 0;
    if (sRe < 0) {
      const swap = rootRe;
      rootRe = Math.abs(rootIm);
      rootIm = sIm < 0 ? -swap : swap;
    }
    if (tRe * rootRe + tIm * rootIm < 0) {
      rootRe = -rootRe;
      rootIm = -rootIm;
    }
    const nRe = tRe + rootRe;
    const nIm = tIm + rootIm;
    const n = nRe * nRe + nIm * nIm;
    if (n > 0) {
      shiftRe -= (bcRe * nRe + bcIm * nIm) / n;
      shiftIm -= (bcIm * nRe - bcRe * nIm) / n;
    }
  }
  let at = a + <usize>low * diagonal;
  let xRe = load<f64>(at) - shiftRe;
  let xIm = load<f64>(at + plane) - shiftIm;
  let yRe = load<f64>(at + stride);
  let yIm = load<f64>(at + stride + plane);
  for (let k = low; k < high; k++) {
    if (k > low) {
      // What the last rotation left below the subdiagonal.
      at = a + <usize>k * stride + ((<usize>(k - 1)) << 3);
      xRe = load<f64>(at);
      xIm = load<f64>(at + plane);
      yRe = load<f64>(at + stride);
      yIm = load<f64>(at + stride + plane);
    }
    const x = Math.hypot(xRe, xIm);
    const y = Math.hypot(yRe, yIm);
    const length = Math.hypot(x, y);
    if (length == 0) continue;
    const c = x / length;
    // s = (x/|x|) conj(y)/length
    const eRe = x > 0 ? xRe / x : 1;
    const eIm = x > 0 ? xIm / x : 0;
    const sRe = (eRe * yRe + eIm * yIm) / length;
    const sIm = (eIm * yRe - eRe * yIm) / length;
    rotateRows(a + <usize>k * stride, stride, plane, max(k - 1, low), d, c, sRe, sIm);
    if (k > low) {
      store<f64>(at + stride, 0);
      store<f64>(at + stride + plane, 0);
    }
    const column = (<usize>k) << 3;
    rotateColumns(a + column, stride, plane, min(k + 2, high) + 1, c, sRe, sIm);
    rotateColumns(u + column, stride, plane, d, c, sRe, sIm);
  }
}

/** [p; q] = [c s; -conj(s) c] [p; q] for a row and the next, columns first … d - 1. */
function rotateRows(row: usize, stride: usize, plane: usize, first: i32, d: i32, c: f64, sRe: f64, sIm: f64): void {
  const stop = row + ((<usize>d) << 3);
  for (let p = row + ((<usize>first) << 3); p != stop; p += 8) {
    const aRe = load<f64>(p);
    const aIm = load<f64>(p + plane);
    const bRe = load<f64>(p + stride);
    const bIm = load<f64>(p + stride + plane);
    store<f64>(p, c * aRe + (sRe * bRe - sIm * bIm));
    store<f64>(p + plane, c * aIm + (sRe * bIm + sIm * bRe));
    store<f64>(p + stride, c * bRe - (sRe * aRe + sIm * aIm));
    store<f64>(p + stride + plane, c * bIm - (sRe * aIm - sIm * aRe));
  }
}

/** The adjoint of that from the right, for a column and the next, rows 0 … rows - 1. */
function rotateColumns(column: usize, stride: usize, plane: usize, rows: i32, c: f64, sRe: f64, sIm: f64): void {
  let p = column;
  for (let i = 0; i < rows; i++, p += stride) {
    const aRe = load<f64>(p);
    const aIm = load<f64>(p + plane);
    const bRe = load<f64>(p, 8);
    const bIm = load<f64>(p + plane, 8);
    store<f64>(p, c * aRe + (sRe * bRe + sIm * bIm));
    store<f64>(p + plane, c * aIm + (sRe * bIm - sIm * bRe));
    store<f64>(p, c * bRe - (sRe * aRe - sIm * aIm), 8);
    store<f64>(p + plane, c * bIm - (sRe * aIm + sIm * aRe), 8);
  }
}
