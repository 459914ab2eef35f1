/**
 * Wigner and Husimi functions of a spin on the sphere, sums over the distance q from the diagonal of rho, which brings in the azimuth alone:
 *   f(theta, phi) = sum_q (2 - δ_q0) Re z_q(theta) exp(iq phi),  z_q = sum_k m_kq Y_kq(theta, 0) of W,  sum_r c_r c_{r+q} rho_{r,r+q} of Q,
 * with m_kq = sum_r T_r rho_{r,r+q}, T the diagonal q of the normalised multipole operator T_kq, and c the amplitudes of coherent states. What depends
 * on theta is computed once for all phi; then a real matrix product makes the grid.
 */
import { PHASE_SPACE_WIGNER } from "../constants";
import { addProduct } from "./product";
import { phaseSpaceStride } from "./separable";
import { at, put } from "../bipartite/doubles";
import { madd } from "../complex/simd";
import { cos, sin } from "../complex/turn";

/** What is as large is made smaller: from the edge of a diagonal to its middle elements grow by many orders. */
const BIG: f64 = 1e150;
/** Vectors of a diagonal that `wignerDiagonals` works with, each of n + PAD numbers. */
const VECTORS: i32 = 11;
const PAD: i32 = 4;

// @ts-ignore: decorator
@inline
function bytes(count: i32): usize {
  return (<usize>count) << 3;
}

/** Doubles of scratch, all zero, that `sphere` needs. */
export function sphereScratch(n: i32, nTheta: i32, nPhi: i32): f64 {
  const rows = 2 * <f64>n;
  const tables = rows * (<f64>phaseSpaceStride(nTheta) + <f64>phaseSpaceStride(nPhi));
  return tables + <f64>(n + 2) * <f64>phaseSpaceStride(nTheta) + <f64>(VECTORS * (n + PAD));
}

/**
 * @param kind PHASE_SPACE_WIGNER or PHASE_SPACE_HUSIMI
 * @param n levels, 2j + 1
 * @param rho real parts of n x n elements, then imaginary parts
 * @param out nPhi rows, padded to a multiple of four, of nTheta values, `phaseSpaceStride(nTheta)` apart
 */
export function sphere(
  kind: i32,
  n: i32,
  rho: usize,
  nTheta: i32,
  thetas: usize,
  nPhi: i32,
  phis: usize,
  out: usize,
  scratch: usize,
): void {
  const stride = phaseSpaceStride(nTheta);
  const phiStride = phaseSpaceStride(nPhi);
  // Rows 2q and 2q + 1: of z its real part and the negative of its imaginary part; of phi cosine and sine.
  const z = scratch;
  const turns = z + bytes(2 * n * stride);
  const work = turns + bytes(2 * n * phiStride);
  for (let q = 0; q < n; q++) {
    for (let k = 0; k < nPhi; k++) {
      put(turns, 2 * q * phiStride + k, cos(q * at(phis, k)));
      put(turns, (2 * q + 1) * phiStride + k, sin(q * at(phis, k)));
    }
  }
  if (kind == PHASE_SPACE_WIGNER) wignerDiagonals(n, rho, nTheta, thetas, stride, z, work);
  else husimiDiagonals(n, rho, nTheta, thetas, stride, z, work);
  const columns = (nTheta + 3) & ~3;
  addProduct((nPhi + 3) & ~3, columns, 2 * n, false, turns, 1, phiStride, z, stride, out, stride);
}

function husimiDiagonals(
  n: i32,
  rho: usize,
  nTheta: i32,
  thetas: usize,
  stride: i32,
  z: usize,
  amplitudes: usize,
): void {
  for (let k = 0; k < nTheta; k++) coherent(n, at(thetas, k), amplitudes + bytes(k), stride);
  const imaginary = rho + bytes(n * n);
  for (let q = 0; q < n; q++) {
    const factor: f64 = q == 0 ? 1 : 2;
    const target = z + bytes(2 * q * stride);
    for (let row = 0; row + q < n; row++) {
      const re = f64x2.splat(factor * at(rho, row * n + row + q));
      const im = f64x2.splat(-factor * at(imaginary, row * n + row + q));
      const left = amplitudes + bytes(row * stride);
      const right = left + bytes(q * stride);
      for (let k = 0; k < nTheta; k += 2) {
        const weight = f64x2.mul(v128.load(left + bytes(k)), v128.load(right + bytes(k)));
        const place = target + bytes(k);
        v128.store(place, madd(re, weight, v128.load(place)));
        v128.store(place + bytes(stride), madd(im, weight, v128.load(place + bytes(stride))));
      }
    }
  }
}

/** A column of amplitudes of the coherent state at phi = 0, from |j, j> on: roots of a binomial distribution, from its largest one outwards. */
function coherent(n: i32, theta: f64, column: usize, stride: i32): void {
  const c = cos(0.5 * theta);
  const s = sin(0.5 * theta);
  const peak = min(n - 1, <i32>Math.round((n - 1) * s * s));
  put(column, peak * stride, 1);
  let norm: f64 = 1;
  let value: f64 = 1;
  for (let row = peak; row + 1 < n; row++) {
    value *= (s * Math.sqrt(<f64>(n - 1 - row) / <f64>(row + 1))) / c;
    put(column, (row + 1) * stride, value);
    norm += value * value;
  }
  value = 1;
  for (let row = peak; row > 0; row--) {
    value *= (c * Math.sqrt(<f64>row / <f64>(n - row))) / s;
    put(column, (row - 1) * stride, value);
    norm += value * value;
  }
  const scale = 1 / Math.sqrt(norm);
  for (let row = 0; row < n; row++) put(column, row * stride, scale * at(column, row * stride));
}

function wignerDiagonals(n: i32, rho: usize, nTheta: i32, thetas: usize, stride: i32, z: usize, work: usize): void {
  const cosines = work;
  const seeds = cosines + bytes(stride);
  const vectors = seeds + bytes(stride);
  const size = bytes(n + PAD);
  const momentsRe = vectors + 7 * size;
  const momentsIm = vectors + 8 * size;
  const rise = vectors + 9 * size;
  const fall = vectors + 10 * size;
  for (let k = 0; k < nTheta; k++) {
    put(cosines, k, cos(at(thetas, k)));
    put(seeds, k, 1 / Math.sqrt(4 * Math.PI));
  }
  for (let q = 0; q < n; q++) {
    const count = n - q;
    moments(n, q, rho, vectors, size, momentsRe, momentsIm);
    // Y_k+1 = rise (cos θ Y_k) - fall Y_k-1
    for (let i = 1; i < count; i++) {
      const k = <f64>(q + i);
      put(rise, i, Math.sqrt((4 * k * k - 1) / (k * k - <f64>q * <f64>q)));
      put(fall, i, i == 1 ? 0 : at(rise, i) / at(rise, i - 1));
    }
    const factor = f64x2.splat(q == 0 ? 1 : 2);
    const target = z + bytes(2 * q * stride);
    for (let k = 0; k < nTheta; k += 2) {
      const x = v128.load(cosines + bytes(k));
      let value = v128.load(seeds + bytes(k));
      let before = f64x2.splat(0);
      let re = f64x2.mul(f64x2.splat(at(momentsRe, 0)), value);
      let im = f64x2.mul(f64x2.splat(at(momentsIm, 0)), value);
      for (let i = 1; i < count; i++) {
        const raised = f64x2.mul(f64x2.mul(f64x2.splat(at(rise, i)), x), value);
        const after = f64x2.sub(raised, f64x2.mul(f64x2.splat(at(fall, i)), before));
        before = value;
        value = after;
        re = madd(f64x2.splat(at(momentsRe, i)), value, re);
        im = madd(f64x2.splat(at(momentsIm, i)), value, im);
      }
      v128.store(target + bytes(k), f64x2.mul(factor, re));
      v128.store(target + bytes(k + stride), f64x2.neg(f64x2.mul(factor, im)));
    }
    const ratio = Math.sqrt(<f64>(2 * q + 3) / <f64>(2 * q + 2));
    for (let k = 0; k < nTheta; k++) put(seeds, k, at(seeds, k) * ratio * sin(at(thetas, k)));
  }
}

/**
 * m_kq of k = q … n - 1. On a diagonal sum_i [J_i, [J_i, .]] is a real symmetric tridiagonal matrix with the eigenvalue k(k + 1) at T, which
 * is even or odd about the middle as k - q is: its three-term recurrence from the edge to the middle, in which direction T grows, is stable.
 * (-1)^q T has a positive first element, (-1)^q Y_kq is positive near the pole.
 */
function moments(n: i32, q: i32, rho: usize, vectors: usize, size: usize, toRe: usize, toIm: usize): void {
  const count = n - q;
  const ladder = vectors;
  const inverse = ladder + size;
  const diagonal = inverse + size;
  const halves = diagonal + size;
  const j = 0.5 * <f64>(n - 1);
  const half = count >> 1;
  for (let row = 0; row < count; row++) {
    // <r|J+|r + 1> <r + q|J+|r + q + 1>
    const product = <f64>(row + 1) * <f64>(n - 1 - row) * <f64>(row + q + 1) * <f64>(n - 1 - row - q);
    put(ladder, row, Math.sqrt(product));
    put(inverse, row, product > 0 ? 1 / Math.sqrt(product) : 0);
    put(diagonal, row, 2 * j * (j + 1) - 2 * (j - row) * (j - row - q));
  }
  for (let parity = 0; parity < 2; parity++) {
    const sign: f64 = parity == 0 ? 1 : -1;
    for (let part = 0; part < 2; part++) {
      const elements = rho + bytes(part * n * n);
      const sums = halves + <usize>(2 * parity + part) * size;
      for (let row = 0; row < half; row++) {
        const mirror = count - 1 - row;
        put(sums, row, at(elements, row * n + row + q) + sign * at(elements, mirror * n + mirror + q));
      }
      // The middle of an odd number of elements is its own mirror image.
      if (count & 1) put(sums, half, parity == 0 ? at(elements, half * n + half + q) : 0);
    }
    const sumsRe = halves + <usize>(2 * parity) * size;
    const hasMiddle = (count & 1) == 1 && parity == 0;
    for (let i = parity; i < count; i += 4) {
      project(q + i, half, hasMiddle, ladder, size, sumsRe, toRe + bytes(i), toIm + bytes(i));
    }
  }
}

/** Of T_kq and T_k+2,q: two recurrences side by side, each with the sums that are made of it, so that none is stored. */
// @ts-ignore: decorator
@inline
function project(
  k: i32,
  half: i32,
  hasMiddle: bool,
  ladder: usize,
  size: usize,
  sums: usize,
  toRe: usize,
  toIm: usize,
): void {
  const eigenvalue = f64x2.replace_lane(f64x2.splat(<f64>k * <f64>(k + 1)), 1, <f64>(k + 2) * <f64>(k + 3));
  const big = f64x2.splat(BIG);
  const one = f64x2.splat(1);
  let value = one;
  let before = f64x2.splat(0);
  let re = before;
  let im = before;
  let norm = before;
  const rows = hasMiddle ? half + 1 : half;
  for (let row = 0; row < rows; row++) {
    const place = bytes(row);
    re = madd(value, v128.load64_splat(sums + place), re);
    im = madd(value, v128.load64_splat(sums + size + place), im);
    // Both of a pair, or the one in the middle.
    const square = f64x2.mul(value, value);
    norm = madd(f64x2.splat(row < half ? 2 : 1), square, norm);
    const level = f64x2.sub(v128.load64_splat(ladder + 2 * size + place), eigenvalue);
    const down = row == 0 ? f64x2.splat(0) : f64x2.mul(v128.load64_splat(ladder + place - 8), before);
    const after = f64x2.mul(f64x2.sub(f64x2.mul(level, value), down), v128.load64_splat(ladder + size + place));
    before = value;
    value = after;
    const isBig = f64x2.gt(f64x2.abs(value), big);
    if (v128.any_true(isBig)) {
      const scale = v128.bitselect(f64x2.splat(1 / BIG), one, isBig);
      value = f64x2.mul(value, scale);
      before = f64x2.mul(before, scale);
      re = f64x2.mul(re, scale);
      im = f64x2.mul(im, scale);
      norm = f64x2.mul(norm, f64x2.mul(scale, scale));
    }
  }
  const length = f64x2.sqrt(norm);
  re = f64x2.div(re, length);
  im = f64x2.div(im, length);
  store<f64>(toRe, f64x2.extract_lane(re, 0));
  store<f64>(toIm, f64x2.extract_lane(im, 0));
  store<f64>(toRe, f64x2.extract_lane(re, 1), 16);
  store<f64>(toIm, f64x2.extract_lane(im, 1), 16);
}
