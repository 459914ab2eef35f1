/**
 * Wigner and Husimi functions on a rectangular grid, in separated variables. In psi_m(x - s) psi_n(x + s) a 50:50 beam splitter turns the two
 * oscillators q1 = x - s, q2 = x + s into those of √2 x and √2 s,
 *   psi_m(q1) psi_n(q2) = sum_{j+k=m+n} B(m,n;j,k) psi_j(√2 x) psi_k(√2 s),
 * and the Fourier transform over s gives psi_k(√2 p) with a factor i^k. So
 *   W(x,p) = π^(-1/2) sum_jk M_jk psi_j(√2 x) psi_k(√2 p),  M_jk = i^k sum_{m+n=j+k} rho_mn B(m,n;j,k)  (real for rho = rho†),
 * and with the same M, and f_j(u) = u^j exp(-u²/2)/√j!,
 *   <alpha|rho|alpha> = sum_jk M_jk f_j(√2 Re alpha) f_k(√2 Im alpha).
 * B is orthogonal, ‖M‖ = ‖rho‖, sums of squares of the f_j and of psi_j over an axis are bounded: errors are roundings of the largest value.
 * Laguerre-Gauss by Hermite-Gauss modes: Beijersbergen et al., Opt. Commun. 96 (1993) 123; the beam splitter: Campos, Saleh, Teich,
 * Phys. Rev. A 40 (1989) 1371.
 */
import { PHASE_SPACE_HUSIMI } from "../constants";
import { addProduct } from "./product";
import { at, put } from "../bipartite/doubles";
import { madd } from "../complex/simd";

/** Rows begin off powers of two, where they would share the sets of a cache. */
const ROW_PAD: i32 = 8;
/** A row of B has zeros before its first number, and after its last. */
const MARGIN: i32 = 2;
/** Numbers below 2^-1022 are lost: from exp(-x²/2) of this exponent on the recurrence carries a scale. */
const PLAIN_EXPONENT: f64 = 600;
const BIG: f64 = 1e150;
const LOG_BIG: f64 = 345.38776394910684;
/** No function of the orders that memory can hold reaches that far. */
const FAR: f64 = 1e6;

// @ts-ignore: decorator
@inline
function padded(count: i32): i32 {
  return (count + 3) & ~3;
}

/** Distance of rows of `count` numbers, in doubles. */
export function phaseSpaceStride(count: i32): i32 {
  return padded(count) + ROW_PAD;
}

// @ts-ignore: decorator
@inline
function rows(orders: i32): i32 {
  return padded(orders);
}

/** Doubles of scratch, all zero, that `phaseSpace` needs. */
export function phaseSpaceScratch(n: i32, nx: i32, ny: i32): f64 {
  const orders = 2 * n - 1;
  const row = <f64>(orders + 2 * MARGIN);
  const height = <f64>rows(orders);
  const split = 2 * <f64>(n + 2) * row + 4 * row;
  const tables = 2 * height * <f64>phaseSpaceStride(nx) + height * <f64>phaseSpaceStride(ny);
  return split + height * <f64>phaseSpaceStride(orders) + tables;
}

/**
 * @param kind PHASE_SPACE_WIGNER or PHASE_SPACE_HUSIMI
 * @param n levels
 * @param rho real parts of n x n elements, then imaginary parts
 * @param xs arguments of the functions along a row, √2 x of W and √2 Re alpha of Q; `ys` along a column
 * @param scale factor of everything
 * @param out ny rows, padded to a multiple of four, of nx values, `phaseSpaceStride(nx)` apart
 */
export function phaseSpace(
  kind: i32,
  n: i32,
  rho: usize,
  nx: i32,
  xs: usize,
  ny: i32,
  ys: usize,
  scale: f64,
  out: usize,
  scratch: usize,
): void {
  const orders = 2 * n - 1;
  const height = rows(orders);
  const xStride = phaseSpaceStride(nx);
  const yStride = phaseSpaceStride(ny);
  const mStride = phaseSpaceStride(orders);
  const m = scratch;
  const xTable = m + ((<usize>(height * mStride)) << 3);
  const yTable = xTable + ((<usize>(height * xStride)) << 3);
  const half = yTable + ((<usize>(height * yStride)) << 3);
  const split = half + ((<usize>(height * xStride)) << 3);

  separate(n, rho, m, mStride, split);
  for (let k = 0; k < nx; k++) tabulate(kind, orders, at(xs, k), 1, xTable + ((<usize>k) << 3), xStride);
  for (let k = 0; k < ny; k++) tabulate(kind, orders, at(ys, k), scale, yTable + ((<usize>k) << 3), yStride);
  addProduct(height, padded(nx), orders, true, m, mStride, 1, xTable, xStride, half, xStride);
  addProduct(padded(ny), padded(nx), orders, false, yTable, 1, yStride, half, xStride, out, xStride);
}

/**
 * M, its rows numbered by k. By the two ladders,
 *   B(m,n;j,k) = [√m (√j B(m-1,n;j-1,k) - √k B(m-1,n;j,k-1)) + √n (√j B(m,n-1;j-1,k) + √k B(m,n-1;j,k-1))] / (√2 (m+n)),
 * a mean of isometries, which lets no rounding grow. B(n,m;j,k) = (-1)^k B(m,n;j,k), so that m <= n suffices.
 */
function separate(n: i32, rho: usize, m: usize, mStride: i32, scratch: usize): void {
  const orders = 2 * n - 1;
  const bytes = (<usize>(orders + 2 * MARGIN)) << 3;
  const roots = scratch;
  const reversed = roots + bytes;
  const sum = reversed + bytes;
  const mirror = sum + bytes + ((<usize>MARGIN) << 3);
  const rowsBytes = <usize>(n + 2) * bytes;
  // Row m of a level begins at row m + 1: row 0 stays zero, for m - 1 = -1.
  let last = sum + 2 * bytes + ((<usize>MARGIN) << 3);
  let next = last + rowsBytes;
  for (let k = 0; k < orders; k++) {
    put(roots, k, Math.sqrt(k));
    put(reversed, orders - 1 - k, Math.sqrt(k));
  }
  store<f64>(next + bytes, 1);
  const imaginary = rho + ((<usize>(n * n)) << 3);
  for (let s = 0; s < orders; s++) {
    const first = max(0, s - n + 1);
    memory.fill(sum, 0, bytes);
    for (let i = first; 2 * i <= s; i++) {
      const row = next + <usize>(i + 1) * bytes;
      if (s > 0) {
        const p = last + <usize>i * bytes;
        let q = p + bytes;
        if (2 * i == s) {
          for (let k = 0; k < s; k++) put(mirror, k, k & 1 ? -at(p, k) : at(p, k));
          q = mirror;
        }
        climb(s, i, p, q, roots, reversed + ((<usize>(orders - 1 - s)) << 3), row);
      }
      const factor: f64 = 2 * i == s ? 1 : 2;
      const place = i * n + s - i;
      collect(s, factor * at(rho, place), factor * at(imaginary, place), row, sum);
    }
    for (let k = 0; k <= s; k++) put(m, k * mStride + s - k, at(sum, k));
    const swap = last;
    last = next;
    next = swap;
  }
}

/** B(i, s - i) from p = B(i - 1, s - i) and q = B(i, s - i - 1). */
function climb(s: i32, i: i32, p: usize, q: usize, roots: usize, reversed: usize, row: usize): void {
  const norm = 1 / (Math.SQRT2 * s);
  const a = f64x2.splat(norm * Math.sqrt(i));
  const b = f64x2.splat(norm * Math.sqrt(s - i));
  for (let k = 0; k <= s; k += 2) {
    const offset = (<usize>k) << 3;
    const even = madd(b, v128.load(q + offset), f64x2.mul(a, v128.load(p + offset)));
    const odd = f64x2.sub(f64x2.mul(b, v128.load(q + offset - 8)), f64x2.mul(a, v128.load(p + offset - 8)));
    const sum = madd(v128.load(roots + offset), odd, f64x2.mul(v128.load(reversed + offset), even));
    v128.store(row + offset, sum);
  }
}

/** sum += i^k rho_mn B, both elements rho_mn and rho_nm: real parts where k is even, imaginary ones where it is odd. */
function collect(s: i32, re: f64, im: f64, row: usize, sum: usize): void {
  let factor = f64x2.replace_lane(f64x2.splat(re), 1, -im);
  for (let k = 0; k <= s; k += 2) {
    const offset = (<usize>k) << 3;
    v128.store(sum + offset, madd(factor, v128.load(row + offset), v128.load(sum + offset)));
    factor = f64x2.neg(factor);
  }
}

/** A column of a table: the functions of all orders at one point. Upwards they grow, then oscillate: the stable direction. */
function tabulate(kind: i32, orders: i32, x: f64, factor: f64, column: usize, stride: i32): void {
  if (!(Math.abs(x) < FAR)) return;
  const isHusimi = kind == PHASE_SPACE_HUSIMI;
  // π^(-1/4) of each of two psi_0 is part of the factor.
  let exponent = -0.5 * x * x;
  const isPlain = exponent > -PLAIN_EXPONENT;
  let scale = factor * (isPlain ? 1 : Math.exp(exponent));
  let value = isPlain ? Math.exp(exponent) : 1;
  let before: f64 = 0;
  for (let j = 0; j < orders; j++) {
    put(column, j * stride, scale * value);
    const count = <f64>(j + 1);
    const after = isHusimi
      ? (x * value) / Math.sqrt(count)
      : Math.sqrt(2 / count) * x * value - Math.sqrt(<f64>j / count) * before;
    before = value;
    value = after;
    if (Math.abs(value) > BIG) {
      value /= BIG;
      before /= BIG;
      exponent += LOG_BIG;
      scale = factor * Math.exp(exponent);
    }
  }
}
