/**
 * gᵀ (i w - H)⁻¹ y for a real Hessenberg matrix H at many frequencies w (Laub, IEEE Trans. Automat. Control 26 (1981) 407), two at a time in the lanes of a vector.
 *
 * Rotations make i w - H = G R with R triangular, row by row. uᵀ R = gᵀ is solved as the rows of R come, so that none of them is kept: the row that is being rotated and what is left of g are all there is.
 */
import { madd, nmadd } from "../complex/simd";
import { paddedSize, rowBytes } from "./real-hessenberg";

/** Bytes of an element of the row and of g, re and im, for two frequencies. */
const ELEMENT: usize = 64;

/** Doubles of scratch that `resolvents` needs. */
export function resolventScratch(n: i32): i32 {
  return n << 3;
}

/**
 * @param h as `hessenberg` leaves it
 * @param g, y `paddedSize(n)` real parts, then as many imaginary parts
 * @param count frequencies, even
 * @param values becomes re, im of each; not numbers where i w - H is singular
 * @param scratch `resolventScratch` doubles
 */
export function resolvents(
  n: i32,
  h: usize,
  g: usize,
  y: usize,
  count: i32,
  frequencies: usize,
  values: usize,
  scratch: usize,
): void {
  for (let k = 0; k < count; k += 2) {
    resolventPair(n, h, g, y, v128.load(frequencies + ((<usize>k) << 3)), values + ((<usize>k) << 4), scratch);
  }
}

function resolventPair(n: i32, h: usize, g: usize, y: usize, w: v128, values: usize, scratch: usize): void {
  const row = rowBytes(n);
  const plane = (<usize>paddedSize(n)) << 3;
  const end = scratch + <usize>n * ELEMENT;
  const zero = f64x2.splat(0);
  // The first row of i w - H.
  for (let p = scratch, j: usize = 0; p != end; p += ELEMENT, j += 8) {
    v128.store(p, f64x2.neg(v128.load64_splat(h + j)));
    v128.store(p, zero, 16);
    v128.store(p, v128.load64_splat(g + j), 32);
    v128.store(p, v128.load64_splat(g + plane + j), 48);
  }
  v128.store(scratch, w, 16);
  let yRe = v128.load64_splat(y);
  let yIm = v128.load64_splat(y + plane);
  let sumRe = zero;
  let sumIm = zero;
  for (let k = 0; ; k++) {
    const p = scratch + <usize>k * ELEMENT;
    const aRe = v128.load(p);
    const aIm = v128.load(p, 16);
    const gRe = v128.load(p, 32);
    const gIm = v128.load(p, 48);
    const square = madd(aRe, aRe, f64x2.mul(aIm, aIm));
    if (k == n - 1) {
      // u y = g y / a
      const re = f64x2.sub(f64x2.mul(gRe, yRe), f64x2.mul(gIm, yIm));
      const im = f64x2.add(f64x2.mul(gRe, yIm), f64x2.mul(gIm, yRe));
      sumRe = f64x2.add(sumRe, f64x2.div(madd(re, aRe, f64x2.mul(im, aIm)), square));
      sumIm = f64x2.add(sumIm, f64x2.div(f64x2.sub(f64x2.mul(im, aRe), f64x2.mul(re, aIm)), square));
      break;
    }
    const next = h + <usize>(k + 1) * row;
    const below = f64x2.neg(v128.load64_splat(next + ((<usize>k) << 3)));
    const length = f64x2.sqrt(madd(below, below, square));
    const c = f64x2.div(aRe, length);
    const d = f64x2.div(aIm, length);
    const s = f64x2.div(below, length);
    const uRe = f64x2.div(gRe, length);
    const uIm = f64x2.div(gIm, length);
    const at = (<usize>(k + 1)) << 3;
    const nextRe = v128.load64_splat(y + at);
    const nextIm = v128.load64_splat(y + plane + at);
    // The two rotated elements of y.
    const tRe = madd(s, nextRe, madd(d, yIm, f64x2.mul(c, yRe)));
    const tIm = madd(s, nextIm, nmadd(d, yRe, f64x2.mul(c, yIm)));
    const yNew = nmadd(s, yRe, nmadd(d, nextIm, f64x2.mul(c, nextRe)));
    yIm = nmadd(s, yIm, madd(d, nextRe, f64x2.mul(c, nextIm)));
    yRe = yNew;
    sumRe = madd(uRe, tRe, nmadd(uIm, tIm, sumRe));
    sumIm = madd(uRe, tIm, madd(uIm, tRe, sumIm));
    // g -= u (conj(a) row + below next) / length, row = (a next - below row) / length, with next = i w - H
    const alphaRe = madd(uRe, c, f64x2.mul(uIm, d));
    const alphaIm = nmadd(uRe, d, f64x2.mul(uIm, c));
    const betaRe = f64x2.mul(uRe, s);
    const betaIm = f64x2.mul(uIm, s);
    for (let q = p + ELEMENT, r = next + at; q != end; q += ELEMENT, r += 8) {
      const x = v128.load64_splat(r);
      const re = v128.load(q);
      const im = v128.load(q, 16);
      v128.store(q, f64x2.neg(madd(c, x, f64x2.mul(s, re))));
      v128.store(q, f64x2.neg(madd(d, x, f64x2.mul(s, im))), 16);
      v128.store(q, nmadd(alphaRe, re, madd(alphaIm, im, madd(betaRe, x, v128.load(q, 32)))), 32);
      v128.store(q, nmadd(alphaRe, im, nmadd(alphaIm, re, madd(betaIm, x, v128.load(q, 48)))), 48);
    }
    const q = p + ELEMENT;
    v128.store(q, nmadd(d, w, v128.load(q)));
    v128.store(q, madd(c, w, v128.load(q, 16)), 16);
    v128.store(q, madd(betaIm, w, v128.load(q, 32)), 32);
    v128.store(q, nmadd(betaRe, w, v128.load(q, 48)), 48);
  }
  store<f64>(values, f64x2.extract_lane(sumRe, 0));
  store<f64>(values, f64x2.extract_lane(sumIm, 0), 8);
  store<f64>(values, f64x2.extract_lane(sumRe, 1), 16);
  store<f64>(values, f64x2.extract_lane(sumIm, 1), 24);
}
