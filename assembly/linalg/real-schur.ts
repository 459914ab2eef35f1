/**
 * Real Schur form A = Z T Zᵀ: T is triangular but for standardised 2 x 2 blocks of conjugate pairs. Francis' double-shift QR steps (Golub and Van Loan, Matrix Computations, section 7.5) with the
 * deflation criterion of Ahues and Tisseur (LAPACK Working Note 122), shifts and exceptional shifts as in LAPACK's dlahqr.
 * Layout as in linalg/real-hessenberg.ts, and one row more, which may hold anything finite.
 *
 * The bulge is chased a few columns at a time next to the diagonal; what lies further right and above is transformed by those reflections afterwards, along rows. Z is kept as its transpose, so that rows are all
 * that it wants as well.
 */
import { paddedSize, rowBytes } from "./real-hessenberg";
import { reflectColumns, reflectFour, reflectRows, reflectStrip, rotateRows } from "./reflections";

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
