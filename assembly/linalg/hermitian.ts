/**
 * Eigenvalues and eigenvectors of a Hermitian matrix: Householder reduction to a real tridiagonal matrix (Golub and
 * Van Loan, Matrix Computations, section 8.3), then QL with implicit shifts (Bowdler, Martin, Reinsch, Wilkinson, Numer.
 * Math. 11 (1968) 293). Matrices here are compact: n x n doubles of real parts, then n x n of imaginary parts.
 */

/** More than enough: two sweeps an eigenvalue are usual. */
const MAX_SWEEPS: i32 = 60;
/** Squared length below which what is to be reflected away is dropped instead: beside elements of order one it is nothing, and its
 * own length could not be told from squares that underflow. */
const NEGLIGIBLE: f64 = 1e-60;

// @ts-ignore: decorator
@inline
function at(i: i32, j: i32, n: i32): usize {
  return (<usize>i * <usize>n + <usize>j) << 3;
}

/**
 * @param a the matrix, its largest element of order one; destroyed
 * @param values n eigenvalues, increasing
 * @param vectors 0, or space for a matrix: row j becomes the eigenvector of values[j]
 * @param scratch 6n doubles
 * @returns 0, or 1 when an eigenvalue did not converge
 */
export function eigenHermitian(n: i32, a: usize, values: usize, vectors: usize, scratch: usize): i32 {
  const plane = at(n, 0, n);
  const off = scratch;
  const phase = scratch + ((<usize>n) << 3);
  const work = scratch + <usize>n * 24;
  tridiagonalise(n, a, plane, values, off, phase, work);
  if (vectors != 0) formVectors(n, a, plane, phase, vectors, work);
  if (!implicitQL(n, values, off, vectors, plane)) return 1;
  sort(n, values, vectors, plane);
  return 0;
}

/** diagonal, |subdiagonal| (off[k] couples k and k + 1) and the phases that make it real; reflectors stay in columns of a. */
function tridiagonalise(n: i32, a: usize, plane: usize, diagonal: usize, off: usize, phase: usize, work: usize): void {
  const im = work + ((<usize>n) << 3);
  store<f64>(phase, 1);
  store<f64>(phase, 0, 8);
  for (let k = 0; k < n - 1; k++) {
    let tail: f64 = 0;
    for (let i = k + 2; i < n; i++) tail += square(a + at(i, k, n), plane);
    const x = a + at(k + 1, k, n);
    const head = square(x, plane);
    let subRe = load<f64>(x);
    let subIm = load<f64>(x + plane);
    if (tail > NEGLIGIBLE) {
      const sigma = Math.sqrt(head + tail);
      const size = Math.sqrt(head);
      const uRe = size > 0 ? subRe / size : 1;
      const uIm = size > 0 ? subIm / size : 0;
      // v = x + (x0/|x0|) sigma e0, scaled to unit length; H x = -(x0/|x0|) sigma e0.
      const scale = 1 / Math.sqrt(2 * sigma * (sigma + size));
      store<f64>(x, (subRe + uRe * sigma) * scale);
      store<f64>(x + plane, (subIm + uIm * sigma) * scale);
      for (let i = k + 2; i < n; i++) {
        const p = a + at(i, k, n);
        store<f64>(p, load<f64>(p) * scale);
        store<f64>(p + plane, load<f64>(p + plane) * scale);
      }
      subRe = -uRe * sigma;
      subIm = -uIm * sigma;
      reflect(n, k, a, plane, work, im);
    } else {
      for (let i = k + 1; i < n; i++) {
        store<f64>(a + at(i, k, n), 0);
        store<f64>(a + at(i, k, n) + plane, 0);
      }
    }
    const size = Math.hypot(subRe, subIm);
    store<f64>(off + ((<usize>k) << 3), size);
    const from = phase + ((<usize>k) << 4);
    const pRe = load<f64>(from);
    const pIm = load<f64>(from, 8);
    const cRe = size > 0 ? subRe / size : 1;
    const cIm = size > 0 ? subIm / size : 0;
    store<f64>(from, pRe * cRe - pIm * cIm, 16);
    store<f64>(from, pRe * cIm + pIm * cRe, 24);
  }
  for (let i = 0; i < n; i++) store<f64>(diagonal + ((<usize>i) << 3), load<f64>(a + at(i, i, n)));
  if (n > 0) store<f64>(off + ((<usize>(n - 1)) << 3), 0);
}

/** A22 <- (1 - 2 v v†) A22 (1 - 2 v v†), with v in column k below the diagonal: A22 - 2 v w† - 2 w v†, w = A22 v - (v† A22 v) v. */
function reflect(n: i32, k: i32, a: usize, plane: usize, wRe: usize, wIm: usize): void {
  let inner: f64 = 0;
  for (let i = k + 1; i < n; i++) {
    let re: f64 = 0;
    let im: f64 = 0;
    for (let j = k + 1; j < n; j++) {
      const p = a + at(i, j, n);
      const v = a + at(j, k, n);
      re += load<f64>(p) * load<f64>(v) - load<f64>(p + plane) * load<f64>(v + plane);
      im += load<f64>(p) * load<f64>(v + plane) + load<f64>(p + plane) * load<f64>(v);
    }
    store<f64>(wRe + ((<usize>i) << 3), re);
    store<f64>(wIm + ((<usize>i) << 3), im);
    const v = a + at(i, k, n);
    inner += load<f64>(v) * re + load<f64>(v + plane) * im;
  }
  for (let i = k + 1; i < n; i++) {
    const v = a + at(i, k, n);
    const p = (<usize>i) << 3;
    store<f64>(wRe + p, load<f64>(wRe + p) - inner * load<f64>(v));
    store<f64>(wIm + p, load<f64>(wIm + p) - inner * load<f64>(v + plane));
  }
  for (let i = k + 1; i < n; i++) {
    const vi = a + at(i, k, n);
    const viRe = 2 * load<f64>(vi);
    const viIm = 2 * load<f64>(vi + plane);
    const wiRe = 2 * load<f64>(wRe + ((<usize>i) << 3));
    const wiIm = 2 * load<f64>(wIm + ((<usize>i) << 3));
    for (let j = k + 1; j < n; j++) {
      const vj = a + at(j, k, n);
      const vjRe = load<f64>(vj);
      const vjIm = load<f64>(vj + plane);
      const wjRe = load<f64>(wRe + ((<usize>j) << 3));
      const wjIm = load<f64>(wIm + ((<usize>j) << 3));
      const p = a + at(i, j, n);
      store<f64>(p, load<f64>(p) - (viRe * wjRe + viIm * wjIm) - (wiRe * vjRe + wiIm * vjIm));
      store<f64>(p + plane, load<f64>(p + plane) - (viIm * wjRe - viRe * wjIm) - (wiIm * vjRe - wiRe * vjIm));
    }
  }
}

/** Rows of `vectors` become the columns of H_0 H_1 … D: the basis in which the matrix is real and tridiagonal. */
function formVectors(n: i32, a: usize, plane: usize, phase: usize, vectors: usize, work: usize): void {
  memory.fill(vectors, 0, plane << 1);
  for (let i = 0; i < n; i++) store<f64>(vectors + at(i, i, n), 1);
  for (let k = n - 2; k >= 0; k--) {
    // Copied, so that the inner loops run along rows.
    for (let i = k + 1; i < n; i++) {
      const v = a + at(i, k, n);
      store<f64>(work + ((<usize>i) << 4), load<f64>(v));
      store<f64>(work + ((<usize>i) << 4), load<f64>(v + plane), 8);
    }
    for (let j = k + 1; j < n; j++) {
      let re: f64 = 0;
      let im: f64 = 0;
      for (let i = k + 1; i < n; i++) {
        const q = vectors + at(j, i, n);
        const vRe = load<f64>(work + ((<usize>i) << 4));
        const vIm = load<f64>(work + ((<usize>i) << 4), 8);
        re += vRe * load<f64>(q) + vIm * load<f64>(q + plane);
        im += vRe * load<f64>(q + plane) - vIm * load<f64>(q);
      }
      re *= 2;
      im *= 2;
      for (let i = k + 1; i < n; i++) {
        const q = vectors + at(j, i, n);
        const vRe = load<f64>(work + ((<usize>i) << 4));
        const vIm = load<f64>(work + ((<usize>i) << 4), 8);
        store<f64>(q, load<f64>(q) - (re * vRe - im * vIm));
        store<f64>(q + plane, load<f64>(q + plane) - (re * vIm + im * vRe));
      }
    }
  }
  for (let j = 0; j < n; j++) {
    const cRe = load<f64>(phase + ((<usize>j) << 4));
    const cIm = load<f64>(phase + ((<usize>j) << 4), 8);
    for (let i = 0; i < n; i++) {
      const q = vectors + at(j, i, n);
      const re = load<f64>(q);
      const im = load<f64>(q + plane);
      store<f64>(q, re * cRe - im * cIm);
      store<f64>(q + plane, re * cIm + im * cRe);
    }
  }
}

/** Diagonalises the real tridiagonal matrix (d, e) in place; rotates rows of `vectors` along. */
function implicitQL(n: i32, d: usize, e: usize, vectors: usize, plane: usize): bool {
  // An element at rounding level of the whole matrix counts as zero. Against its neighbours on the diagonal alone it might
  // never: in a nearly pure state whole stretches of the diagonal lie below rounding.
  let size: f64 = 0;
  for (let i = 0; i < n; i++) size = max(size, Math.abs(value(d, i)) + Math.abs(value(e, i)));
  for (let l = 0; l < n; l++) {
    let sweeps = 0;
    while (true) {
      let m = l;
      while (m < n - 1) {
        if (Math.abs(value(e, m)) <= f64.EPSILON * size) break;
        m++;
      }
      if (m == l) break;
      if (sweeps++ == MAX_SWEEPS) return false;
      const start = (value(d, l + 1) - value(d, l)) / (2 * value(e, l));
      const root = Math.hypot(start, 1);
      let g = value(d, m) - value(d, l) + value(e, l) / (start + Math.abs(root) * (start < 0 ? -1 : 1));
      let s: f64 = 1;
      let c: f64 = 1;
      let p: f64 = 0;
      let deflated = false;
      for (let i = m - 1; i >= l; i--) {
        const f = s * value(e, i);
        const b = c * value(e, i);
        const r = Math.hypot(f, g);
        set(e, i + 1, r);
        if (r == 0) {
          set(d, i + 1, value(d, i + 1) - p);
          set(e, m, 0);
          deflated = true;
          break;
        }
        s = f / r;
        c = g / r;
        g = value(d, i + 1) - p;
        const t = (value(d, i) - g) * s + 2 * c * b;
        p = s * t;
        set(d, i + 1, g + p);
        g = c * t - b;
        if (vectors != 0) {
          rotate(n, vectors + at(i, 0, n), vectors + at(i + 1, 0, n), c, s);
          rotate(n, vectors + plane + at(i, 0, n), vectors + plane + at(i + 1, 0, n), c, s);
        }
      }
      if (deflated) continue;
      set(d, l, value(d, l) - p);
      set(e, l, g);
      set(e, m, 0);
    }
  }
  return true;
}

function rotate(n: i32, x: usize, y: usize, c: f64, s: f64): void {
  for (let k = 0; k < n; k++) {
    const xk = load<f64>(x);
    const yk = load<f64>(y);
    store<f64>(y, s * xk + c * yk);
    store<f64>(x, c * xk - s * yk);
    x += 8;
    y += 8;
  }
}

/** Increasing eigenvalues, vectors along. */
function sort(n: i32, values: usize, vectors: usize, plane: usize): void {
  for (let i = 0; i < n - 1; i++) {
    let least = i;
    for (let j = i + 1; j < n; j++) {
      if (value(values, j) < value(values, least)) least = j;
    }
    if (least == i) continue;
    const swapped = value(values, i);
    set(values, i, value(values, least));
    set(values, least, swapped);
    if (vectors == 0) continue;
    for (let k = 0; k < n; k++) {
      swap(vectors + at(i, k, n), vectors + at(least, k, n));
      swap(vectors + plane + at(i, k, n), vectors + plane + at(least, k, n));
    }
  }
}

// @ts-ignore: decorator
@inline
function value(x: usize, i: i32): f64 {
  return load<f64>(x + ((<usize>i) << 3));
}

// @ts-ignore: decorator
@inline
function set(x: usize, i: i32, v: f64): void {
  store<f64>(x + ((<usize>i) << 3), v);
}

// @ts-ignore: decorator
@inline
function swap(x: usize, y: usize): void {
  const kept = load<f64>(x);
  store<f64>(x, load<f64>(y));
  store<f64>(y, kept);
}

// @ts-ignore: decorator
@inline
function square(x: usize, plane: usize): f64 {
  return load<f64>(x) * load<f64>(x) + load<f64>(x + plane) * load<f64>(x + plane);
}
