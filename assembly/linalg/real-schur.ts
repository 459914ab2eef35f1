/**
 * Real Schur form A = Z T Zᵀ: T is triangular but for standardised 2 x 2 blocks of conjugate pairs. Francis' double-shift QR steps (Golub and Van Loan, Matrix Computations, section 7.5) with the
 * deflation criterion of Ahues and Tisseur (LAPACK Working Note 122), shifts and exceptional shifts as in LAPACK's dlahqr.
 * Layout as in linalg/real-hessenberg.ts, and one row more, which may hold anything finite.
 *
 * The bulge is chased a few columns at a time next to the diagonal; what lies further right and above is transformed by those reflections afterwards, along rows. Z is kept as its transpose, so that rows are all
 * that it wants as well.
 */
import { madd, nmadd } from "../complex/simd";
import { paddedSize, rowBytes } from "./real-hessenberg";

/** Steps an eigenvalue, at most: about two are usual. */
const MAX_STEPS: i32 = 30;
/** Reflections between two passes over rows. */
const CHASE: i32 = 16;
/** Doubles that a reflection 1 - t (1, a, b)ᵀ (1, a, b) takes: a, b, t. */
const REFLECTION: i32 = 3;

/** Doubles of scratch that `realSchur` needs. */
export function realSchurScratch(): i32 {
  return CHASE * REFLECTION;
}

// @ts-ignore: decorator
@inline
function element(a: usize, row: usize, i: i32, j: i32): usize {
  return a + <usize>i * row + ((<usize>j) << 3);
}

// @ts-ignore: decorator
@inline
function get(a: usize, row: usize, i: i32, j: i32): f64 {
  return load<f64>(a + <usize>i * row + ((<usize>j) << 3));
}

/**
 * @param a in Hessenberg form; becomes T, or with z = 0 what has the same diagonal blocks
 * @param z Zᵀ of what came before, to which the rest is added; 0: eigenvalues alone are wanted
 * @param scratch `realSchurScratch` doubles
 * @returns false when an eigenvalue did not converge
 */
export function realSchur(n: i32, a: usize, z: usize, scratch: usize): bool {
  const row = rowBytes(n);
  let high = n - 1;
  let steps = 0;
  let budget = MAX_STEPS * max(10, n);
  while (high >= 0) {
    const low = splitAbove(n, a, row, high);
    if (low >= high - 1) {
      if (low == high - 1) standardise(n, a, z, row, low);
      high = low - 1;
      steps = 0;
      continue;
    }
    if (budget-- == 0) return false;
    steps++;
    francisStep(n, a, z, row, low, high, steps, scratch);
  }
  return true;
}

/** Row of the last negligible subdiagonal element, which is made zero; 0 if there is none. */
function splitAbove(n: i32, a: usize, row: usize, high: i32): i32 {
  let k = high;
  for (; k > 0; k--) {
    const below = Math.abs(get(a, row, k, k - 1));
    if (below <= f64.MIN_NORMAL_VALUE) break;
    const last = get(a, row, k - 1, k - 1);
    const here = get(a, row, k, k);
    let size = Math.abs(last) + Math.abs(here);
    if (size == 0) {
      if (k > 1) size += Math.abs(get(a, row, k - 1, k - 2));
      if (k + 1 < n) size += Math.abs(get(a, row, k + 1, k));
    }
    if (below > f64.EPSILON * size) continue;
    const above = Math.abs(get(a, row, k - 1, k));
    const larger = Math.max(below, above);
    const smaller = Math.min(below, above);
    const p = Math.max(Math.abs(here), Math.abs(last - here));
    const q = Math.min(Math.abs(here), Math.abs(last - here));
    const s = p + larger;
    if (smaller * (larger / s) <= Math.max(f64.MIN_NORMAL_VALUE, f64.EPSILON * (q * (p / s)))) break;
  }
  if (k > 0) store<f64>(element(a, row, k, k - 1), 0);
  return k;
}

/** One double-shift step on rows and columns low … high. */
function francisStep(n: i32, a: usize, z: usize, row: usize, low: i32, high: i32, steps: i32, scratch: usize): void {
  // The 2 x 2 matrix whose eigenvalues are the shifts.
  let h11: f64 = 0;
  let h12: f64 = 0;
  let h21: f64 = 0;
  let h22: f64 = 0;
  if (steps % 10 == 0) {
    // Breaks cycles.
    const bottom = steps % 20 == 0;
    const at = bottom ? high : low;
    const s = bottom
      ? Math.abs(get(a, row, high, high - 1)) + Math.abs(get(a, row, high - 1, high - 2))
      : Math.abs(get(a, row, low + 1, low)) + Math.abs(get(a, row, low + 2, low + 1));
    h11 = 0.75 * s + get(a, row, at, at);
    h12 = -0.4375 * s;
    h21 = s;
    h22 = h11;
  } else {
    h11 = get(a, row, high - 1, high - 1);
    h12 = get(a, row, high - 1, high);
    h21 = get(a, row, high, high - 1);
    h22 = get(a, row, high, high);
  }
  const scale = Math.abs(h11) + Math.abs(h12) + Math.abs(h21) + Math.abs(h22);
  let firstRe: f64 = 0;
  let secondRe: f64 = 0;
  let firstIm: f64 = 0;
  if (scale > 0) {
    h11 /= scale;
    h12 /= scale;
    h21 /= scale;
    h22 /= scale;
    const half = 0.5 * (h11 + h22);
    const determinant = (h11 - half) * (h22 - half) - h12 * h21;
    const root = Math.sqrt(Math.abs(determinant));
    if (determinant >= 0) {
      firstRe = secondRe = half * scale;
      firstIm = root * scale;
    } else {
      // Twice the one that is nearer to the last element.
      const one = half + root;
      const other = half - root;
      firstRe = secondRe = (Math.abs(one - h22) <= Math.abs(other - h22) ? one : other) * scale;
    }
  }
  // Two small subdiagonal elements in succession: the step may begin there.
  let first = high - 2;
  let x: f64 = 0;
  let y: f64 = 0;
  let w: f64 = 0;
  while (true) {
    const here = get(a, row, first, first);
    const next = get(a, row, first + 1, first + 1);
    let below = Math.abs(get(a, row, first + 1, first));
    let s = Math.abs(here - secondRe) + Math.abs(firstIm) + below;
    below = get(a, row, first + 1, first) / s;
    x = below * get(a, row, first, first + 1) + (here - firstRe) * ((here - secondRe) / s) + firstIm * (firstIm / s);
    y = below * (here + next - firstRe - secondRe);
    w = below * get(a, row, first + 2, first + 1);
    s = Math.abs(x) + Math.abs(y) + Math.abs(w);
    x /= s;
    y /= s;
    w /= s;
    if (first == low) break;
    const size = Math.abs(get(a, row, first - 1, first - 1)) + Math.abs(here) + Math.abs(next);
    if (Math.abs(get(a, row, first, first - 1)) * (Math.abs(y) + Math.abs(w)) <= f64.EPSILON * Math.abs(x) * size)
      break;
    first--;
  }
  // Eigenvalues alone need no more than rows and columns low … high.
  const top = z != 0 ? 0 : low;
  const right = z != 0 ? paddedSize(n) : (high + 2) & ~1;
  for (let start = first; start < high; start += CHASE) {
    const end = min(start + CHASE, high);
    const edge = min((end + 5) & ~1, right);
    let t = scratch;
    for (let k = start; k < end; k++, t += 24) {
      const three = k + 2 <= high;
      if (k > first) {
        x = get(a, row, k, k - 1);
        y = get(a, row, k + 1, k - 1);
        w = three ? get(a, row, k + 2, k - 1) : 0;
      }
      const head = reflection(x, three ? y : y, w, t);
      if (k > first) {
        store<f64>(element(a, row, k, k - 1), head);
        store<f64>(element(a, row, k + 1, k - 1), 0);
        if (three) store<f64>(element(a, row, k + 2, k - 1), 0);
      } else if (k > low) {
        // Not its negative, so that nothing is lost where the second of the small elements underflows.
        const p = element(a, row, k, k - 1);
        store<f64>(p, load<f64>(p) * (1 - load<f64>(t, 16)));
      }
      reflectRows(element(a, row, k, k), row, edge - k, t);
      reflectColumns(element(a, row, start, k), row, min(k + 3, high) + 1 - start, t);
    }
    const count = end - start;
    reflectStrip(element(a, row, start, edge), row, right - edge, count, scratch);
    if (z != 0) reflectStrip(z + <usize>start * row, row, paddedSize(n), count, scratch);
    let i = top;
    for (; i + 4 <= start; i += 4) reflectFour(element(a, row, i, start), row, count, scratch);
    if (i < start) {
      t = scratch;
      for (let k = start; k < end; k++, t += 24) reflectColumns(element(a, row, i, k), row, start - i, t);
    }
  }
}

/** Writes the reflection that takes (x, y, w) to (head, 0, 0); returns head. */
function reflection(x: f64, y: f64, w: f64, t: usize): f64 {
  const largest = Math.max(Math.abs(y), Math.abs(w));
  if (largest == 0) {
    store<f64>(t, 0);
    store<f64>(t, 0, 8);
    store<f64>(t, 0, 16);
    return x;
  }
  const scale = Math.max(largest, Math.abs(x));
  const p = x / scale;
  const q = y / scale;
  const r = w / scale;
  const size = Math.sqrt(p * p + q * q + r * r);
  const head = p < 0 ? size : -size;
  const inverse = 1 / (p - head);
  store<f64>(t, q * inverse);
  store<f64>(t, r * inverse, 8);
  store<f64>(t, (head - p) / head, 16);
  return head * scale;
}

/** Three rows, `count` columns from p on. */
function reflectRows(p: usize, row: usize, count: i32, t: usize): void {
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
function reflectStrip(p: usize, row: usize, count: i32, steps: i32, t: usize): void {
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
function reflectColumns(p: usize, row: usize, count: i32, t: usize): void {
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
function reflectFour(p: usize, row: usize, count: i32, t: usize): void {
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

/** Makes the block of rows k, k + 1 triangular where its eigenvalues are real, else its diagonal elements equal (LAPACK's dlanv2). */
function standardise(n: i32, t: usize, z: usize, row: usize, k: i32): void {
  const at = element(t, row, k, k);
  let a = load<f64>(at);
  let b = load<f64>(at, 8);
  let c = load<f64>(at + row);
  let d = load<f64>(at + row, 8);
  let cos: f64 = 1;
  let sin: f64 = 0;
  if (c == 0) return;
  if (b == 0) {
    cos = 0;
    sin = 1;
    const swap = d;
    d = a;
    a = swap;
    b = -c;
    c = 0;
  } else if (a - d != 0 || b < 0 == c < 0) {
    const gap = a - d;
    let p = 0.5 * gap;
    const larger = Math.max(Math.abs(b), Math.abs(c));
    const smaller = Math.min(Math.abs(b), Math.abs(c)) * (b < 0 ? -1 : 1) * (c < 0 ? -1 : 1);
    const scale = Math.max(Math.abs(p), larger);
    let q = (p / scale) * p + (larger / scale) * smaller;
    if (q >= 4 * f64.EPSILON * scale) {
      // Real.
      const root = Math.sqrt(scale) * Math.sqrt(q);
      q = p + (p < 0 ? -root : root);
      a = d + q;
      d -= (larger / q) * smaller;
      const length = Math.hypot(c, q);
      cos = q / length;
      sin = c / length;
      b -= c;
      c = 0;
    } else {
      // Complex, or nearly equal.
      const sigma = b + c;
      let length = Math.hypot(sigma, gap);
      cos = Math.sqrt(0.5 * (1 + Math.abs(sigma) / length));
      sin = (-p / (length * cos)) * (sigma < 0 ? -1 : 1);
      const aa = a * cos + b * sin;
      const bb = -a * sin + b * cos;
      const cc = c * cos + d * sin;
      const dd = -c * sin + d * cos;
      a = aa * cos + cc * sin;
      b = bb * cos + dd * sin;
      c = -aa * sin + cc * cos;
      d = -bb * sin + dd * cos;
      const mean = 0.5 * (a + d);
      a = mean;
      d = mean;
      if (c != 0) {
        if (b == 0) {
          b = -c;
          c = 0;
          const swap = cos;
          cos = -sin;
          sin = swap;
        } else if (b < 0 == c < 0) {
          // Real after all.
          const rootB = Math.sqrt(Math.abs(b));
          const rootC = Math.sqrt(Math.abs(c));
          p = c < 0 ? -(rootB * rootC) : rootB * rootC;
          length = 1 / Math.sqrt(Math.abs(b + c));
          a = mean + p;
          d = mean - p;
          b -= c;
          c = 0;
          const x = rootB * length;
          const y = rootC * length;
          const swap = cos * x - sin * y;
          sin = cos * y + sin * x;
          cos = swap;
        }
      }
    }
  }
  if (z != 0) {
    const from = k & ~1;
    rotateRows(element(t, row, k, from), row, paddedSize(n) - from, cos, sin);
    rotateRows(z + <usize>k * row, row, paddedSize(n), cos, sin);
    let p = t + ((<usize>k) << 3);
    for (let i = 0; i < k; i++, p += row) {
      const x = load<f64>(p);
      const y = load<f64>(p, 8);
      store<f64>(p, cos * x + sin * y);
      store<f64>(p, cos * y - sin * x, 8);
    }
  }
  store<f64>(at, a);
  store<f64>(at, b, 8);
  store<f64>(at + row, c);
  store<f64>(at + row, d, 8);
}

/** [p; q] = [c s; -s c] [p; q] for a row and the next, an even number of columns. */
function rotateRows(p: usize, row: usize, count: i32, c: f64, s: f64): void {
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
