/**
 * The triangular Sylvester equation of a Hermitian right-hand side, s X - T X - X T† = C (Bartels and Stewart, Comm. ACM 15 (1972)
 * 820): back-substitution from the last row up, in each row from the diagonal to the left; Hermiticity supplies the rest.
 * Matrices are planar and padded (complex/layout.ts).
 */
import { planeBytes, rowStride } from "../complex/layout";
import { horizontalSum, madd, nmadd } from "../complex/simd";

/**
 * @param s real, larger than twice the real part of every eigenvalue of T
 * @param t upper triangular, zeros below
 * @param c C, Hermitian; becomes X
 */
export function sylvester(d: i32, s: f64, t: usize, c: usize): void {
  const stride = (<usize>rowStride(d)) << 3;
  const plane = planeBytes(d);
  for (let i = d - 1; i >= 0; i--) {
    const row = c + <usize>i * stride;
    const tRow = t + <usize>i * stride;
    for (let k = i + 1; k < d; k++) {
      const re = load<f64>(tRow + ((<usize>k) << 3));
      const im = load<f64>(tRow + ((<usize>k) << 3) + plane);
      if (re != 0 || im != 0) addRow(i + 1, plane, re, im, c + <usize>k * stride, row);
    }
    const tii = tRow + ((<usize>i) << 3);
    for (let j = i; j >= 0; j--) {
      const other = t + <usize>j * stride;
      const at = row + ((<usize>j) << 3);
      const tjj = other + ((<usize>j) << 3);
      addProduct(j + 1, d, plane, row, other, at);
      const denRe = s - load<f64>(tii) - load<f64>(tjj);
      const denIm = load<f64>(tjj + plane) - load<f64>(tii + plane);
      const scale = 1 / (denRe * denRe + denIm * denIm);
      const re = load<f64>(at);
      const im = load<f64>(at + plane);
      const xRe = (re * denRe + im * denIm) * scale;
      const xIm = j == i ? 0 : (im * denRe - re * denIm) * scale;
      store<f64>(at, xRe);
      store<f64>(at + plane, xIm);
      const mirror = c + <usize>j * stride + ((<usize>i) << 3);
      store<f64>(mirror, xRe);
      store<f64>(mirror + plane, -xIm);
    }
  }
}

/** target += (re + i im)·row over the first `count` columns. */
function addRow(count: i32, plane: usize, re: f64, im: f64, row: usize, target: usize): void {
  const vr = f64x2.splat(re);
  const vi = f64x2.splat(im);
  const stop = target + ((<usize>(count & ~1)) << 3);
  for (; target != stop; target += 16, row += 16) {
    const xr = v128.load(row);
    const xi = v128.load(row + plane);
    v128.store(target, nmadd(vi, xi, madd(vr, xr, v128.load(target))));
    v128.store(target + plane, madd(vi, xr, madd(vr, xi, v128.load(target + plane))));
  }
  if ((count & 1) == 0) return;
  const x = load<f64>(row);
  const y = load<f64>(row + plane);
  store<f64>(target, load<f64>(target) + re * x - im * y);
  store<f64>(target + plane, load<f64>(target + plane) + re * y + im * x);
}

/** at += sum_k x_k conj(t_k), first <= k < d. */
function addProduct(first: i32, d: i32, plane: usize, x: usize, t: usize, at: usize): void {
  let k = first;
  let re = load<f64>(at);
  let im = load<f64>(at + plane);
  if (((d - first) & 1) != 0) {
    const p = x + ((<usize>k) << 3);
    const q = t + ((<usize>k) << 3);
    re += load<f64>(p) * load<f64>(q) + load<f64>(p + plane) * load<f64>(q + plane);
    im += load<f64>(p + plane) * load<f64>(q) - load<f64>(p) * load<f64>(q + plane);
    k++;
  }
  let vr = f64x2.splat(0);
  let vi = vr;
  for (; k < d; k += 2) {
    const p = x + ((<usize>k) << 3);
    const q = t + ((<usize>k) << 3);
    const xr = v128.load(p);
    const xi = v128.load(p + plane);
    const tr = v128.load(q);
    const ti = v128.load(q + plane);
    vr = madd(xi, ti, madd(xr, tr, vr));
    vi = nmadd(xr, ti, madd(xi, tr, vi));
  }
  store<f64>(at, re + horizontalSum(vr));
  store<f64>(at + plane, im + horizontalSum(vi));
}
