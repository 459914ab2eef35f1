/**
 * Where the spectrum of a generator lies: an ellipse in the left half plane that touches the origin, with real semi-axis `a`
 * (centre -a) and imaginary semi-axis `b`, from the field of values of a small Arnoldi projection of a random vector. An estimate:
 * whoever relies on it must notice when it is too small.
 */
import { norm, orthogonalise, scale } from "../complex/vector";
import { matrixBytes, planeBytes, rowStride } from "../complex/layout";
import { eigenHermitian } from "../linalg/hermitian";
import { schur, schurScratch } from "../linalg/schur";
import { arenaAllocate, arenaAvailable, arenaMark, arenaRelease } from "../memory";
import { apply, randomState, Superoperator, vectorLength } from "../superoperator/superoperator";


@unmanaged
export class Ellipse {
  /** Real semi-axis. */
  a: f64;
  /** Imaginary semi-axis. */
  b: f64;
  /** Eigenvalues of the projection, re and im interleaved, and their number. */
  ritz: usize;
  count: i32;
}

/** R of the conformal map psi(w) = c + R (w + q/w). */
// @ts-ignore: decorator
@inline
export function radius(ellipse: Ellipse): f64 {
  return 0.5 * (ellipse.a + ellipse.b);
}

/** Its q: 0 for a circle, -1 and 1 for intervals along the imaginary and the real axis. */
// @ts-ignore: decorator
@inline
export function flattening(ellipse: Ellipse): f64 {
  return (ellipse.a - ellipse.b) / (ellipse.a + ellipse.b);
}

/** An ellipse that is not estimated yet; 0 when memory does not suffice. */
export function createEllipse(): usize {
  const pointer = arenaAllocate(offsetof<Ellipse>());
  if (pointer == 0) return 0;
  const ellipse = changetype<Ellipse>(pointer);
  ellipse.ritz = arenaAllocate((<usize>DIMENSION) << 4);
  return ellipse.ritz != 0 ? pointer : 0;
}

/** Dimension of the projection, and what it may shrink to where memory is short. */
const DIMENSION: i32 = 16;
const LEAST_DIMENSION: i32 = 6;
/** The field of values of a projection lies inside that of the generator: by how much, roughly. */
const MARGIN: f64 = 1.15;
/** No flatter than this: a spectrum on a line still has a width in rounding, and a generator that is not normal more than that. */
const FLATNESS: f64 = 0.01;

/** Growth of a polynomial from degree to degree that is put up with, and the factor by which an ellipse is widened to come below it. */
const OUTREACH: f64 = 1.01;
const WIDENING: f64 = 1.2;

/** Bytes that `estimateEllipse` needs for a while. */
export function ellipseBytes(length: f64): f64 {
  return <f64>(LEAST_DIMENSION + 1) * (length * 8 + 64) + 65536;
}

/** Returns the number of applications of the generator; 0 when memory does not suffice. The axes of one that overflows are infinite. */
export function estimateEllipse(s: Superoperator, ellipse: Ellipse): i32 {
  const mark = arenaMark();
  const applications = project(s, ellipse);
  arenaRelease(mark);
  return applications;
}

/** Arnoldi: h = V^T L V, orthonormal V that begins with a random state. */
function project(s: Superoperator, ellipse: Ellipse): i32 {
  const n = vectorLength(s);
  const bytes = (<usize>n) << 3;
  const room = arenaAvailable() / bytes;
  const m = room > <usize>DIMENSION + 2 ? DIMENSION : max(LEAST_DIMENSION, <i32>room - 2);
  const basis = arenaAllocate(<usize>(m + 1) * bytes);
  const h = arenaAllocate((<usize>(m * m)) << 3);
  const matrix = arenaAllocate((<usize>(2 * m * m)) << 3);
  const values = arenaAllocate((<usize>m) << 3);
  const scratch = arenaAllocate((<usize>(6 * m)) << 3);
  if (basis == 0 || h == 0 || matrix == 0 || values == 0 || scratch == 0) return 0;
  randomState(s, basis);
  scale(basis, 1 / norm(basis, n), n);
  let size = m;
  for (let j = 0; j < m; j++) {
    const next = basis + <usize>(j + 1) * bytes;
    apply(s, basis + <usize>j * bytes, next);
    const image = norm(next, n);
    if (!isFinite(image)) {
      ellipse.a = Infinity;
      ellipse.b = Infinity;
      ellipse.count = 0;
      return j + 1;
    }
    orthogonalise(next, basis, j + 1, n, h + ((<usize>j) << 3), (<usize>m) << 3);
    const left = norm(next, n);
    if (!(left > 1e-10 * image)) {
      // An invariant subspace: for a random vector, all there is.
      size = j + 1;
      break;
    }
    if (j + 1 < m) store<f64>(h + ((<usize>((j + 1) * m + j)) << 3), left);
    scale(next, 1 / left, n);
  }
  // The symmetric part of the projection bounds the real parts, the antisymmetric one (times i) the imaginary parts.
  const a = MARGIN * 0.5 * extent(h, m, size, 1, matrix, values, scratch);
  const b = MARGIN * extent(h, m, size, -1, matrix, values, scratch);
  if (isNaN(a) || isNaN(b)) return 0;
  ellipse.a = Math.max(a, FLATNESS * b);
  ellipse.b = Math.max(b, FLATNESS * a);
  if (!findRitzValues(h, m, size, ellipse)) return 0;
  // Undamped motion beside fast decay: near the origin a flat ellipse has no width, and polynomials grow there.
  while (outreach(ellipse) > OUTREACH && ellipse.b < ellipse.a) ellipse.b *= WIDENING;
  return size;
}

/** Eigenvalues of the projection; false when memory does not suffice. Without them when they do not converge. */
function findRitzValues(h: usize, m: i32, size: i32, ellipse: Ellipse): bool {
  const a = arenaAllocate(matrixBytes(size));
  const u = arenaAllocate(matrixBytes(size));
  const scratch = arenaAllocate((<usize>schurScratch(size)) << 3);
  if (a == 0 || u == 0 || scratch == 0) return false;
  const stride = (<usize>rowStride(size)) << 3;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) store<f64>(a + <usize>i * stride + ((<usize>j) << 3), element(h, m, i, j));
  }
  ellipse.count = 0;
  if (!schur(size, a, u, scratch)) return true;
  const plane = planeBytes(size);
  for (let i = 0; i < size; i++) {
    const at = a + <usize>i * (stride + 8);
    store<f64>(ellipse.ritz + ((<usize>i) << 4), load<f64>(at));
    store<f64>(ellipse.ritz + ((<usize>i) << 4), load<f64>(at + plane), 8);
  }
  ellipse.count = size;
  return true;
}

/**
 * Largest |w| of the eigenvalues of the projection, at least 1: psi(w) = lambda, that is w² - (lambda + a)/R w + q = 0, the root of larger
 * modulus. So much a polynomial grows from degree to degree.
 */
export function outreach(ellipse: Ellipse): f64 {
  const R = radius(ellipse);
  const q = flattening(ellipse);
  let largest: f64 = 1;
  for (let i = 0; i < ellipse.count; i++) {
    const at = ellipse.ritz + ((<usize>i) << 4);
    const x = (0.5 * (load<f64>(at) + ellipse.a)) / R;
    const y = (0.5 * load<f64>(at, 8)) / R;
    // z ± sqrt(z² - q)
    const re = x * x - y * y - q;
    const im = 2 * x * y;
    const modulus = Math.hypot(re, im);
    const u = Math.sqrt(0.5 * Math.max(0, modulus + re));
    const v = Math.sqrt(0.5 * Math.max(0, modulus - re)) * (im < 0 ? -1 : 1);
    largest = Math.max(largest, Math.max(Math.hypot(x + u, y + v), Math.hypot(x - u, y - v)));
  }
  return largest;
}

/** Minus the smallest eigenvalue of (h + h^T)/2, sign = 1, or of i(h - h^T)/2, sign = -1. */
function extent(h: usize, m: i32, size: i32, sign: f64, matrix: usize, values: usize, scratch: usize): f64 {
  const plane = (<usize>(size * size)) << 3;
  memory.fill(matrix, 0, plane << 1);
  const part = matrix + (sign > 0 ? 0 : plane);
  let largest: f64 = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = 0.5 * (element(h, m, i, j) + sign * element(h, m, j, i));
      store<f64>(part + ((<usize>(i * size + j)) << 3), value);
      largest = Math.max(largest, Math.abs(value));
    }
  }
  if (largest == 0) return 0;
  scale(part, 1 / largest, size * size);
  return eigenHermitian(size, matrix, values, 0, scratch) != 0 ? NaN : Math.max(0, -load<f64>(values)) * largest;
}

// @ts-ignore: decorator
@inline
function element(h: usize, m: i32, i: i32, j: i32): f64 {
  return load<f64>(h + ((<usize>(i * m + j)) << 3));
}
